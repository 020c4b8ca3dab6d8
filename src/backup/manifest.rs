//! What is in an archive: the last member of the tar, so that the whole is written and read in one go.

use serde::{Deserialize, Serialize};

use crate::domain::time::At;

/// The member's name in the tar.
pub const NAME: &str = "manifest.json";

/// The form of archives that this program writes and reads.
pub const FORMAT: u32 = 1;

/// One file of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Relative to the data folder, with `/` between parts.
    pub path: String,
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

/// The journal's position and everything that the archive holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The version of the program that wrote it.
    pub version: String,
    pub at: At,
    pub schema: i64,
    /// Journal entries in the copy, and the newest one's hash, hex.
    pub entries: i64,
    pub head: String,
    /// Whether the copy's whole ledger verified when it was made.
    pub verified: bool,
    pub files: Vec<Content>,
}
