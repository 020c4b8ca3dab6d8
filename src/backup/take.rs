//! Making an archive, by hand or at night, and letting old ones go.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::passphrase::{self, Passphrase};
use super::{BackupError, Folders, Manifest, archive, files, io, manifest};
use crate::domain::time::At;
use crate::ledger::{Actor, verify};
use crate::store::{self, DATABASE, SCHEMA_VERSION, Store, StoreError};
use crate::workflow::{backups, settings};

/// An archive as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Backup {
    /// The file's name.
    pub name: String,
    pub at: At,
    pub bytes: u64,
    /// The copy's whole ledger verified, and the archive was read back to its end.
    pub verified: bool,
    /// Journal entries in it, and the newest one's hash, hex.
    pub entries: i64,
    pub head: String,
}

/// What the settings file is called in an archive, wherever it was.
const CONFIG: &str = "backstock.toml";

/// Makes an archive at `target`. A copy whose ledger does not verify is archived all the same (it may
/// be the only one there will be) and says so in `verified`.
pub fn take(
    store: &Store,
    folders: &Folders,
    passphrase: &Passphrase,
    target: &Path,
) -> Result<Backup, BackupError> {
    make(folders, passphrase, target, store.clock().now(), |copy| store.copy_to(copy))
}

/// As [`take`], of a box that another process runs: reads its file and writes nothing into it.
pub fn copy_of_running(
    folders: &Folders,
    passphrase: &Passphrase,
    target: &Path,
    now: At,
) -> Result<Backup, BackupError> {
    let database = folders.data.join(DATABASE);
    make(folders, passphrase, target, now, |copy| {
        store::backup::copy_of_running(&database, now, copy)
    })
}

/// Makes an archive in the folder of backups under the name of its time, journals it, and lets go of
/// those that are older than the nights to keep. The archive itself does not hold that last entry.
pub fn keep_one(
    store: &Store,
    folders: &Folders,
    passphrase: &Passphrase,
    by: &Actor,
) -> Result<Backup, BackupError> {
    files::make_folder(&folders.backups)?;
    files::clear_abandoned(&folders.backups, store.clock().now())?;
    let name = format!("backstock-{}.age", store.clock().now().utc().format("%Y%m%dT%H%M%S%3fZ"));
    let backup = take(store, folders, passphrase, &folders.backups.join(&name))?;
    let note = serde_json::to_vec_pretty(&backup)
        .map_err(|error| StoreError::Invariant(error.to_string()))?;
    files::replace(&note_of(&folders.backups, &backup.name), &note)?;
    let (by, facts) = (by.clone(), backup.clone());
    store.write_blocking(move |tx| backups::made(tx, &by, &facts))?;
    rotate(folders)?;
    Ok(backup)
}

/// Makes tonight's backup, if it is time and there is none yet.
pub fn nightly(store: &Store, folders: &Folders) -> Result<Option<Backup>, BackupError> {
    let zone = store.read_blocking(|db| settings::get(db).map_err(StoreError::from))?.tz();
    let newest = list(&folders.backups)?.first().map(|backup| backup.at);
    let Some(night) = folders.night else { return Ok(None) };
    if !due(newest, store.clock().now(), night, zone) {
        return Ok(None);
    }
    let kept = passphrase::kept_or_made(&folders.data)?;
    keep_one(store, folders, &kept.passphrase, &Actor::system()).map(Some)
}

/// Whether the last `night` (a time of day in the facility's zone) has passed without a backup since.
pub fn due(newest: Option<At>, now: At, night: NaiveTime, zone: Tz) -> bool {
    let Some(newest) = newest else { return true };
    let date_of = |at: At| -> Option<NaiveDate> {
        let local = at.utc().with_timezone(&zone).naive_local();
        local.date().checked_sub_days(Days::new(u64::from(local.time() < night)))
    };
    date_of(newest) < date_of(now)
}

/// The archives in a folder that have their note beside them, newest first.
pub fn list(folder: &Path) -> Result<Vec<Backup>, BackupError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io("reading", folder)(error)),
    };
    let mut found: Vec<Backup> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .filter_map(|note| serde_json::from_slice(&fs::read(note).ok()?).ok())
        .filter(|backup: &Backup| folder.join(&backup.name).is_file())
        .collect();
    found.sort_by_key(|backup| std::cmp::Reverse(backup.at));
    Ok(found)
}

fn make(
    folders: &Folders,
    passphrase: &Passphrase,
    target: &Path,
    now: At,
    copy_to: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<Backup, BackupError> {
    let _one = files::lock(&folders.data.join("backup.lock"))?;
    let work = folders.data.join("backup.part");
    files::clear(&work)?;
    files::make_folder(&work)?;
    let made = archive_copy(folders, passphrase, target, now, &work, copy_to);
    files::clear(&work)?;
    made
}

/// Copies the database into `work`, verifies the copy, and archives it with everything beside it.
fn archive_copy(
    folders: &Folders,
    passphrase: &Passphrase,
    target: &Path,
    now: At,
    work: &Path,
    copy_to: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<Backup, BackupError> {
    let copy = work.join(DATABASE);
    copy_to(&copy)?;
    let found = store::backup::read_copy(&copy, now, verify::verify)?;
    let mut contents = files::belonging(&folders.data, &folders.backups)?;
    let outside = |config: &&PathBuf| !contents.iter().any(|(_, path)| path == *config);
    if let Some(config) = folders.config.as_ref().filter(outside) {
        contents.retain(|(name, _)| name != CONFIG);
        contents.push((CONFIG.into(), config.clone()));
    }
    contents.push((DATABASE.into(), copy));
    let manifest = Manifest {
        format: manifest::FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        at: now,
        schema: SCHEMA_VERSION,
        entries: found.entries,
        head: found.head.clone(),
        verified: found.ok,
        files: Vec::new(),
    };
    let written = archive::write(target, passphrase, &contents, manifest)?;
    let read_back = archive::check(target, passphrase)?;
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Backup {
        name: name.unwrap_or_default(),
        at: now,
        bytes: fs::metadata(target).map_err(io("reading", target))?.len(),
        verified: found.ok && read_back == written,
        entries: found.entries,
        head: found.head,
    })
}

/// Keeps everything of the newest day and the newest archive of each of `keep` days. Those that did
/// not verify are counted by themselves, so that they never push a good one out.
fn rotate(folders: &Folders) -> Result<(), BackupError> {
    let all = list(&folders.backups)?;
    for verified in [true, false] {
        let mut days: Vec<NaiveDate> = Vec::new();
        for backup in all.iter().filter(|backup| backup.verified == verified) {
            let day = backup.at.utc().date_naive();
            let first_of_day = days.last() != Some(&day);
            if first_of_day {
                days.push(day);
            }
            if days.len() > folders.keep.max(1) || (days.len() > 1 && !first_of_day) {
                // The note last: an archive without one is not listed, one with it always is.
                files::clear(&folders.backups.join(&backup.name))?;
                files::clear(&note_of(&folders.backups, &backup.name))?;
            }
        }
    }
    files::sync_folder(&folders.backups)
}

fn note_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_added_extension("json")
}
