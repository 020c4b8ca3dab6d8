//! Writing keys to disk so that a power cut leaves the old file or the new one, never half of
//! either.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::TlsError;

/// Turns an I/O error into one that says what was tried on which file.
pub(super) fn at(
    what: &'static str,
    path: impl Into<PathBuf>,
) -> impl FnOnce(std::io::Error) -> TlsError {
    let path = path.into();
    move |source| TlsError::Io { what, path, source }
}

/// Makes a folder (and those above it) that only the box's own user enters.
pub(super) fn make_folder(path: &Path) -> Result<(), TlsError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(at("create", path))
}

/// Writes a new file with these permissions and waits until the disk has it.
pub(super) fn write_new(path: &Path, mode: u32, content: &[u8]) -> Result<(), TlsError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(at("create", path))?;
    // The mode above passes through the umask, which may only have taken rights away.
    file.write_all(content).and_then(|()| file.sync_all()).map_err(at("write", path))
}

/// Puts a file in place at once, over an older one if there is one.
pub(super) fn replace(path: &Path, mode: u32, content: &[u8]) -> Result<(), TlsError> {
    let new = path.with_extension("new");
    remove_leftover(&new)?;
    write_new(&new, mode, content)?;
    rename(&new, path)
}

/// Renames and waits until the folder has it.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), TlsError> {
    fs::rename(from, to).map_err(at("put in place", to))?;
    to.parent().map_or(Ok(()), sync_folder)
}

pub(super) fn sync_folder(path: &Path) -> Result<(), TlsError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(at("write", path))
}

/// Removes what a power cut left of an unfinished file or folder.
pub(super) fn remove_leftover(path: &Path) -> Result<(), TlsError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path).map_err(at("remove", path)),
        Ok(_) => fs::remove_file(path).map_err(at("remove", path)),
        Err(_) => Ok(()),
    }
}

/// Takes a key's rights away from everybody else, as after an unpacked archive.
pub(super) fn close_to_others(path: &Path) -> Result<(), TlsError> {
    let mode = fs::metadata(path).map_err(at("read", path))?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "a key file was open to others; closing it");
        fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(at("close", path))?;
    }
    Ok(())
}
