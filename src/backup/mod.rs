//! Backups: verified, encrypted, rotated copies of everything a box needs to come back, and the way
//! back. Blocking throughout: callers give it a thread. Never decides when to run; `task` does.
//!
//! An archive is a tar encrypted by `age` with a passphrase. `age` and `tar` open it on any machine,
//! so a store is never dependent on this program to reach its own records.

pub mod archive;
mod files;
mod manifest;
pub mod passphrase;
mod restore;
mod take;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use chrono::NaiveTime;

pub use manifest::{Content, Manifest};
pub use passphrase::Passphrase;
pub use restore::{Restored, restore};
pub use take::{Backup, copy_of_running, due, keep_one, list, nightly, take};

use crate::ledger::verify::Verified;
use crate::store::{OpenError, StoreError};

/// Where a box keeps its things, and where its copies go.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The data folder: database, root, pepper, documents.
    pub data: PathBuf,
    /// Where archives are written; a disk of another machine is best.
    pub backups: PathBuf,
    /// The configuration file, when it lies outside the data folder.
    pub config: Option<PathBuf>,
    /// Of how many days an archive is kept.
    pub keep: usize,
    /// When the nightly one is made, in the facility's zone; `None`: never.
    pub night: Option<NaiveTime>,
}

impl Folders {
    /// The defaults of a data folder: archives beside the database, at half past three, fourteen kept.
    pub fn of(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            backups: data.join("backups"),
            config: None,
            keep: 14,
            night: NaiveTime::from_hms_opt(3, 30, 0),
        }
    }
}

/// Why no backup was made, or none restored. Nothing that was there before is touched.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("another backup is running")]
    Running,
    #[error("a passphrase needs at least {least} characters")]
    ShortPassphrase { least: usize },
    #[error("{0} is there already")]
    Exists(PathBuf),
    #[error("{0} is not empty: a restore goes into a new or an empty folder only")]
    NotEmpty(PathBuf),
    #[error(
        "an earlier restore into {0} did not finish, so nothing in it counts. \
         Empty the folder and restore again."
    )]
    HalfRestored(PathBuf),
    #[error("the passphrase does not open this archive")]
    WrongPassphrase,
    #[error("{path} is not a backup archive: {what}")]
    NotAnArchive { path: PathBuf, what: String },
    #[error("{path} is damaged: {what}. Nothing was restored; use another archive.")]
    Damaged { path: PathBuf, what: String },
    #[error("the ledger in it does not verify: {}", .0.what.as_deref().unwrap_or("unknown"))]
    Ledger(Box<Verified>),
    #[error("{what} {path}: {why}")]
    Io { what: &'static str, path: PathBuf, why: std::io::Error },
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Names the file that an I/O error is about.
fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |why| BackupError::Io { what, path, why }
}
