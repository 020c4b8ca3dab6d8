//! Bringing a box back from an archive. Everything is unpacked and proven in a folder of its own inside
//! the data folder before anything is in place. While that folder is there the box does not start, so
//! a restore that was cut off can never be mistaken for a box.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{BackupError, Manifest, Passphrase, archive, files, io as failed};
use crate::domain::time::At;
use crate::ledger::{Actor, verify};
use crate::store::{self, Clock, DATABASE, HALF_RESTORED, Options, Store, lock_folder};
use crate::workflow::backups;

/// The lock's file, which a restore makes first and a box takes over.
const LOCK: &str = "backstock.lock";

/// What came back.
#[derive(Clone, Debug, Serialize)]
pub struct Restored {
    /// When the archive was made.
    pub made: At,
    /// Journal entries in it, and the newest one's hash, hex: what the journal goes on from.
    pub entries: i64,
    pub old_head: String,
    /// The box's new epoch.
    pub epoch: i64,
    pub files: usize,
}

/// Restores `archive` into `data`, which must be new or empty.
pub fn restore(
    archive: &Path,
    passphrase: &Passphrase,
    data: &Path,
    clock: &Clock,
) -> Result<Restored, BackupError> {
    check_empty(data)?;
    files::make_folder(data)?;
    let lock = lock_folder(data)?;
    let staging = data.join(HALF_RESTORED);
    files::make_folder(&staging)?;
    files::sync_folder(data)?;
    let proven = prove(archive, passphrase, &staging, clock);
    let restored = match proven {
        Ok(restored) => restored,
        Err(error) => {
            // Nothing is in place yet: the folder is left as empty as it was.
            files::clear(&staging)?;
            files::clear(&data.join(LOCK))?;
            return Err(error);
        }
    };
    put_in_place(&staging, data)?;
    drop(lock);
    Ok(restored)
}

fn check_empty(data: &Path) -> Result<(), BackupError> {
    if data.join(HALF_RESTORED).exists() {
        return Err(BackupError::HalfRestored(data.to_owned()));
    }
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("reading", data)(error)),
    };
    for entry in entries {
        let name = entry.map_err(failed("reading", data))?.file_name();
        if name != LOCK && name != "lost+found" {
            return Err(BackupError::NotEmpty(data.to_owned()));
        }
    }
    Ok(())
}

/// Unpacks the archive, verifies its ledger, and begins the new epoch in it.
fn prove(
    archive: &Path,
    passphrase: &Passphrase,
    staging: &Path,
    clock: &Clock,
) -> Result<Restored, BackupError> {
    let manifest = archive::read(archive, passphrase, |name, bytes| unpack(staging, name, bytes))?;
    let database = staging.join(DATABASE);
    let damaged = |what: String| BackupError::Damaged { path: archive.to_owned(), what };
    if !database.is_file() {
        return Err(damaged("it holds no database".into()));
    }
    let found = store::backup::read_copy(&database, clock.now(), verify::verify)?;
    if !found.ok {
        return Err(BackupError::Ledger(Box::new(found)));
    }
    if (found.entries, &found.head) != (manifest.entries, &manifest.head) {
        return Err(damaged("its journal does not end where its list says".into()));
    }
    let epoch = begin_epoch(staging, &manifest, clock)?;
    for left in [LOCK, "backstock.db-wal", "backstock.db-shm"] {
        files::clear(&staging.join(left))?;
    }
    flush(staging)?;
    Ok(Restored {
        made: manifest.at,
        entries: manifest.entries,
        old_head: manifest.head,
        epoch,
        files: manifest.files.len(),
    })
}

fn begin_epoch(staging: &Path, manifest: &Manifest, clock: &Clock) -> Result<i64, BackupError> {
    let options = Options { clock: clock.clone(), ..Options::default() };
    let store = Store::open(staging, options)?;
    let from = serde_json::json!({
        "made": manifest.at, "version": manifest.version, "files": manifest.files.len(),
    });
    let epoch = store.write_blocking(move |tx| backups::restored(tx, &Actor::console(), &from))?;
    store.stop();
    Ok(epoch)
}

fn unpack(staging: &Path, name: &Path, bytes: &mut dyn Read) -> Result<(), BackupError> {
    let path = staging.join(name);
    if let Some(folder) = path.parent() {
        files::make_folder(folder)?;
    }
    let mut file = files::create(&path)?;
    io::copy(bytes, &mut file).and_then(|_| file.sync_all()).map_err(failed("writing", &path))
}

/// Flushes the folder and every folder in it; files were flushed as they were written.
fn flush(folder: &Path) -> Result<(), BackupError> {
    for path in inside(folder)? {
        if path.is_dir() {
            flush(&path)?;
        } else if path.file_name().is_some_and(|name| name == DATABASE) {
            File::open(&path)
                .and_then(|file| file.sync_all())
                .map_err(failed("flushing", &path))?;
        }
    }
    files::sync_folder(folder)
}

/// The database last, and then the staging folder that said "not finished".
fn put_in_place(staging: &Path, data: &Path) -> Result<(), BackupError> {
    let mut paths = inside(staging)?;
    paths.sort_by_key(|path| path.file_name().is_some_and(|name| name == DATABASE));
    for path in paths {
        let Some(name) = path.file_name() else { continue };
        fs::rename(&path, data.join(name)).map_err(failed("putting in place", &path))?;
    }
    files::sync_folder(data)?;
    fs::remove_dir(staging).map_err(failed("removing", staging))?;
    files::sync_folder(data)
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let reading = || failed("reading", folder);
    let entries = fs::read_dir(folder).map_err(reading())?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(reading())).collect()
}
