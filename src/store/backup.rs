//! A compact copy of the live database, flushed and checked before it counts.

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use super::db::Db;

/// Copies the database to `target` with `VACUUM INTO` (one snapshot; the writer is not held up),
/// flushes file and folder (VACUUM INTO does not), opens the copy again and checks its pages.
pub fn vacuum_into(db: &Db<'_>, target: &Path) -> Result<(), StoreError> {
    let name = target.to_str().ok_or_else(|| {
        StoreError::Invariant(format!("{} is not a name SQLite can take", target.display()))
    })?;
    // `query_only` refuses VACUUM INTO although it changes nothing of ours.
    db.connection().execute_batch("PRAGMA query_only = OFF")?;
    db.connection().execute("VACUUM INTO ?1", [name])?;
    let flushed = File::open(target)
        .and_then(|file| file.sync_all())
        .and_then(|()| target.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all()));
    flushed.map_err(|error| StoreError::Invariant(format!("flushing the copy: {error}")))?;
    let copy = open_copy(target)?;
    let said: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said == "ok" {
        return Ok(());
    }
    Err(StoreError::Invariant(format!("the copy is damaged: {said}")))
}

/// Reads a copy, or the file of a box that another process runs, with the same words as the live one:
/// read-only, one snapshot for all of it.
pub fn read_copy<T, E: From<StoreError>>(
    path: &Path,
    now: crate::domain::time::At,
    f: impl FnOnce(&Db<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let copy = open_copy(path).map_err(|error| E::from(StoreError::Sql(error)))?;
    copy.execute_batch("PRAGMA trusted_schema = OFF; BEGIN")
        .map_err(|error| E::from(StoreError::Sql(error)))?;
    f(&Db::new(&copy, now))
}

/// [`vacuum_into`] for the file of a box that another process runs.
pub fn copy_of_running(
    path: &Path,
    now: crate::domain::time::At,
    target: &Path,
) -> Result<(), StoreError> {
    vacuum_into(&Db::new(&open_copy(path)?, now), target)
}

#[expect(clippy::disallowed_methods, reason = "opened read-only: nothing is written")]
fn open_copy(path: &Path) -> Result<Connection, rusqlite::Error> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}
