//! Opening the database: the gates that must hold before the first write, the lock that keeps a
//! second process away, and the pragmas, read back.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::clock::Clock;
use super::migrate;
use super::tx::Head;

/// SQLite below this can lose committed transactions when a checkpoint races a commit in WAL mode.
pub const SQLITE_FLOOR: i32 = 3_051_003;

/// "BkSt": marks the file as ours.
pub(super) const APPLICATION_ID: i32 = 0x426b_5374;

/// The database's file in the data folder.
pub const DATABASE: &str = "backstock.db";

/// A folder of this name inside the data folder says that a restore did not finish: nothing beside it
/// counts, and the box does not start on it.
pub const HALF_RESTORED: &str = "restoring";

/// How long a statement of the writing connection waits for another process.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Databases up to this size are checked whole at an unclean start; larger ones by the nightly copy.
const QUICK_CHECK_BYTES: u64 = 64 << 20;

#[derive(Clone)]
pub struct Options {
    pub clock: Clock,
    pub read_deadline: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { clock: Clock::System, read_deadline: Duration::from_secs(5) }
    }
}

/// Why the box does not start on this data folder. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("SQLite {found} has a fault that can lose commits; 3.51.3 or newer is needed")]
    OldSqlite { found: &'static str },
    #[error("another process holds the data folder {0}; stop it first, or talk to it")]
    Locked(PathBuf),
    #[error(
        "{path} was written by a newer version (schema {found}; this one knows {known}). \
         Start the newer version, or restore a backup made by this one into an empty folder."
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{path} is not a Backstock database ({what}). It was left as it is.")]
    NotOurs { path: PathBuf, what: String },
    #[error(
        "{path} is damaged: {what}. It was left as it is, and the box does not start on it. \
         Restore the newest backup into an empty folder: backstock restore FILE --data-dir NEW"
    )]
    Damaged { path: PathBuf, what: String },
    #[error(
        "the setting {pragma} reads back as {found}, not {wanted}: is the file system unusual?"
    )]
    Pragma { pragma: &'static str, wanted: &'static str, found: String },
    #[error(
        "a restore into {0} did not finish, so nothing in it counts. \
         Empty the folder and restore again."
    )]
    HalfRestored(PathBuf),
    #[error("database: {0}")]
    Sql(#[source] rusqlite::Error),
    #[error("{0}")]
    Io(#[source] std::io::Error),
}

pub(super) struct Opened {
    pub path: PathBuf,
    pub connection: Connection,
    pub head: Head,
    /// Held for as long as the database is open.
    _lock: File,
}

/// The linked SQLite's version, as text.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

pub(super) fn open(folder: &Path, options: &Options) -> Result<Opened, OpenError> {
    if rusqlite::version_number() < SQLITE_FLOOR {
        return Err(OpenError::OldSqlite { found: rusqlite::version() });
    }
    std::fs::create_dir_all(folder).map_err(OpenError::Io)?;
    let lock = lock_folder(folder)?;
    if folder.join(HALF_RESTORED).exists() {
        return Err(OpenError::HalfRestored(folder.to_owned()));
    }
    let path = folder.join(DATABASE);
    let unclean = std::fs::metadata(path.with_extension("db-wal")).is_ok_and(|log| log.len() > 0);
    check_header(&path)?;
    let connection = connect(&path).map_err(|error| damaged(&path, error))?;
    check_identity(&connection, &path)?;
    pragmas(&connection, &path)?;
    migrate::up(&connection, options.clock.now()).map_err(|error| damaged(&path, error))?;
    if unclean && std::fs::metadata(&path).is_ok_and(|file| file.len() < QUICK_CHECK_BYTES) {
        quick_check(&connection, &path)?;
    }
    let head = head(&connection).map_err(|error| damaged(&path, error))?;
    Ok(Opened { path, connection, head, _lock: lock })
}

/// The exclusive lock on the data folder, held until the file is dropped: one process writes the live
/// file.
pub fn lock_folder(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join("backstock.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(OpenError::Io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::Io(error)),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one home of the writing connection")]
fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(256);
    plan_once(&connection)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// A kept statement keeps its plan. Otherwise a plan that looked at a bound value is made anew for the next value,
/// which took half of the time of planning a walk (<https://sqlite.org/queryplanner-ng.html#qpstab>).
pub(super) fn plan_once(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// A file of another kind is named before SQLite touches it.
fn check_header(path: &Path) -> Result<(), OpenError> {
    let mut start = [0_u8; 16];
    let Ok(mut file) = File::open(path) else { return Ok(()) };
    let size = file.metadata().map_err(OpenError::Io)?.len();
    if size == 0 {
        return Ok(());
    }
    let read = std::io::Read::read(&mut file, &mut start).map_err(OpenError::Io)?;
    if read < 16 || &start != b"SQLite format 3\0" {
        let what = "its first bytes are not those of a database".into();
        return Err(OpenError::Damaged { path: path.to_owned(), what });
    }
    Ok(())
}

fn check_identity(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let number = |pragma: &str| -> Result<i64, OpenError> {
        connection
            .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
            .map_err(|error| damaged(path, error))
    };
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| damaged(path, error))?;
    if tables > 0 && application != i64::from(APPLICATION_ID) {
        let what = format!("application id {application:#x}");
        return Err(OpenError::NotOurs { path: path.to_owned(), what });
    }
    if version > migrate::SCHEMA_VERSION {
        let known = migrate::SCHEMA_VERSION;
        return Err(OpenError::Newer { path: path.to_owned(), found: version, known });
    }
    Ok(())
}

/// Sets what the ledger's promise rests on, and reads it back.
fn pragmas(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;
             PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;
             PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8000;
             -- What is forgotten is overwritten, not only left out.
             PRAGMA secure_delete = ON;",
        )
        .map_err(|error| damaged(path, error))?;
    let wanted = [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("wal_autocheckpoint", "0"),
        ("secure_delete", "1"),
    ];
    for (pragma, wanted) in wanted {
        let found = connection
            .query_row(&format!("PRAGMA {pragma}"), [], |row| {
                row.get::<_, rusqlite::types::Value>(0).map(|value| match value {
                    rusqlite::types::Value::Integer(number) => number.to_string(),
                    rusqlite::types::Value::Text(text) => text,
                    other => format!("{other:?}"),
                })
            })
            .map_err(OpenError::Sql)?;
        if found != wanted {
            return Err(OpenError::Pragma { pragma, wanted, found });
        }
    }
    connection
        .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)
        .map_err(OpenError::Sql)?;
    Ok(())
}

fn quick_check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let said: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| damaged(path, error))?;
    if said == "ok" {
        return Ok(());
    }
    Err(OpenError::Damaged { path: path.to_owned(), what: said })
}

fn head(connection: &Connection) -> Result<Head, rusqlite::Error> {
    use rusqlite::OptionalExtension;
    let newest = connection
        .query_row("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok(Head { seq: row.get(0)?, hash: row.get(1)? })
        })
        .optional()?;
    Ok(newest.unwrap_or(Head::NONE))
}

fn damaged(path: &Path, error: rusqlite::Error) -> OpenError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => {
            OpenError::Damaged { path: path.to_owned(), what: error.to_string() }
        }
        _ => OpenError::Sql(error),
    }
}
