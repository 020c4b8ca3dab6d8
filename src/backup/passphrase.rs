//! The passphrase of a box's archives. The box must be able to encrypt at night with nobody there, so
//! it keeps the passphrase in a file of its data folder that only it can read; the owner writes it down,
//! for without it an archive opens for nobody. It protects archives that left the box, not the box.

use std::fmt;
use std::fs;
use std::path::Path;

use age::secrecy::SecretString;

use super::{BackupError, files, io};

/// The file in the data folder.
pub const FILE: &str = "backup.passphrase";

/// The least length of one that a person chooses.
pub const LEAST: usize = 12;

/// Second line of the file until the owner has seen what the box made.
const UNSEEN: &str = "not shown yet";

/// Never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(String);

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

impl Passphrase {
    /// One that a person chose: at least [`LEAST`] characters, blanks around it do not count.
    pub fn chosen(text: &str) -> Result<Self, BackupError> {
        let text = text.trim();
        if text.chars().count() < LEAST || text.contains(['\n', '\r']) {
            return Err(BackupError::ShortPassphrase { least: LEAST });
        }
        Ok(Self(text.into()))
    }

    /// One to try on an archive.
    pub fn typed(text: &str) -> Self {
        Self(text.trim().into())
    }

    /// Five groups of five symbols out of 32: 125 random bits.
    fn random() -> Result<Self, BackupError> {
        const SYMBOLS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        let mut bytes = [0; 25];
        getrandom::fill(&mut bytes).map_err(|error| BackupError::Io {
            what: "drawing random bytes for",
            path: FILE.into(),
            why: std::io::Error::other(error.to_string()),
        })?;
        let symbols: Vec<char> =
            bytes.iter().map(|byte| char::from(SYMBOLS[usize::from(*byte % 32)])).collect();
        let groups: Vec<String> = symbols.chunks(5).map(|group| group.iter().collect()).collect();
        Ok(Self(groups.join("-")))
    }

    /// To show it to its owner.
    pub fn show(&self) -> &str {
        &self.0
    }

    pub(super) fn secret(&self) -> SecretString {
        SecretString::from(self.0.clone())
    }
}

/// What a box keeps.
#[derive(Clone, Debug)]
pub struct Kept {
    pub passphrase: Passphrase,
    /// Whether the owner has seen it.
    pub shown: bool,
}

/// The kept passphrase; `None` before the first backup.
pub fn kept(data: &Path) -> Result<Option<Kept>, BackupError> {
    let path = data.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io("reading", &path)(error)),
    };
    let mut lines = text.lines();
    let passphrase = Passphrase::typed(lines.next().unwrap_or_default());
    if passphrase.0.is_empty() {
        let empty = std::io::Error::new(std::io::ErrorKind::InvalidData, "it is empty");
        return Err(io("reading the passphrase in", &path)(empty));
    }
    Ok(Some(Kept { passphrase, shown: lines.next() != Some(UNSEEN) }))
}

/// The kept passphrase, made now where there is none.
pub fn kept_or_made(data: &Path) -> Result<Kept, BackupError> {
    if let Some(kept) = kept(data)? {
        return Ok(kept);
    }
    let made = Kept { passphrase: Passphrase::random()?, shown: false };
    keep(data, &made)?;
    Ok(made)
}

/// Keeps one that the owner chose; archives made before keep theirs.
pub fn choose(data: &Path, passphrase: &Passphrase) -> Result<(), BackupError> {
    keep(data, &Kept { passphrase: passphrase.clone(), shown: true })
}

/// Remembers that the owner has seen it.
pub fn mark_shown(data: &Path) -> Result<(), BackupError> {
    match kept(data)? {
        Some(Kept { passphrase, shown: false }) => keep(data, &Kept { passphrase, shown: true }),
        _ => Ok(()),
    }
}

fn keep(data: &Path, kept: &Kept) -> Result<(), BackupError> {
    let unseen = if kept.shown { String::new() } else { format!("{UNSEEN}\n") };
    files::replace(&data.join(FILE), format!("{}\n{unseen}", kept.passphrase.0).as_bytes())
}
