//! Writing so that a power cut leaves the old file or the new one, and never half of either; and which
//! files of a data folder belong into a backup.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{BackupError, io};
use crate::domain::time::At;
use crate::store::{DATABASE, HALF_RESTORED};

/// A new file that only the box's own user reads.
pub fn create(path: &Path) -> Result<File, BackupError> {
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(io("creating", path))
}

/// One backup of a box at a time, whichever process makes it; until the file is dropped.
pub fn lock(path: &Path) -> Result<File, BackupError> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(io("opening", path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(BackupError::Running),
        Err(TryLockError::Error(error)) => Err(io("locking", path)(error)),
    }
}

/// A folder, and those above it, that only the box's own user enters.
pub fn make_folder(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io("creating", path))
}

pub fn sync_folder(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(io("flushing", path))
}

/// Removes what an interrupted run left.
pub fn clear(path: &Path) -> Result<(), BackupError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => return Ok(()),
    };
    removed.map_err(io("removing", path))
}

/// Removes half-written archives that nobody has touched for a day: of a box that lost power.
pub fn clear_abandoned(folder: &Path, now: At) -> Result<(), BackupError> {
    for entry in fs::read_dir(folder).map_err(io("reading", folder))?.filter_map(Result::ok) {
        let touched = entry.metadata().and_then(|file| file.modified()).ok();
        let since_1970 = touched.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let old = since_1970.is_some_and(|age| {
            i64::try_from(age.as_secs()).is_ok_and(|at| At(at * 1000).plus_s(24 * 3600) < now)
        });
        if old && entry.file_name().to_string_lossy().ends_with(".age.part") {
            clear(&entry.path())?;
        }
    }
    Ok(())
}

/// Puts a finished file in its place and waits until the folder has it.
pub fn put(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(from, to).map_err(io("putting in place", to))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    // A bare file name lies in the working folder.
    sync_folder(folder.unwrap_or(Path::new(".")))
}

/// Writes a small file at once, over an older one if there is one.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), BackupError> {
    let new = path.with_added_extension("new");
    clear(&new)?;
    let mut file = create(&new)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(io("writing", &new))?;
    put(&new, path)
}

/// Every file of a data folder that a box needs to come back, as (relative path, file), sorted. Left
/// out: the database (a copy of it goes in), locks and sockets, leaf certificates (issued anew), other
/// archives, files of orders (whole customers, on their way into the database), and what is half written. A
/// new kind of file is therefore in by itself.
pub fn belonging(data: &Path, backups: &Path) -> Result<Vec<(String, PathBuf)>, BackupError> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), data.to_owned())];
    while let Some((prefix, folder)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(io("reading", &folder))? {
            let entry = entry.map_err(io("reading", &folder))?;
            let path = entry.path();
            let Ok(name) = entry.file_name().into_string() else { continue };
            if path == backups || left_out(&name, prefix.is_empty()) {
                continue;
            }
            // Not followed: a link leads out of the folder, and a socket holds nothing.
            let kind = entry.file_type().map_err(io("reading", &path))?;
            if kind.is_dir() {
                folders.push((format!("{prefix}{name}/"), path));
            } else if kind.is_file() {
                found.push((format!("{prefix}{name}"), path));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn left_out(name: &str, top: bool) -> bool {
    let unfinished = [".new", ".part", ".lock", ".sock"].iter().any(|end| name.ends_with(end));
    let ours = name.starts_with(DATABASE)
        || ["backups", "lost+found", "orders", HALF_RESTORED].contains(&name);
    unfinished || name == "leaf.pem" || (top && ours)
}
