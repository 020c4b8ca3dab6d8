//! Pooled read-only connections. Every read has a deadline, so that none can hold a snapshot for long
//! and keep the write-ahead log from being checkpointed.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::Semaphore;

use super::StoreError;
use super::clock::Clock;
use super::db::Db;
use super::open::{OpenError, Options, plan_once};

/// How many reads run at once; more wait their turn.
const POOL: usize = 4;
/// Virtual-machine steps between two looks at the deadline: about a tenth of a millisecond.
const STEPS: i32 = 4_000;

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    turns: std::sync::Arc<Semaphore>,
    deadline: Duration,
    clock: Clock,
}

impl Readers {
    pub(super) fn new(path: &Path, options: &Options, clock: Clock) -> Result<Self, OpenError> {
        let readers = Self {
            path: path.to_owned(),
            idle: Mutex::default(),
            turns: std::sync::Arc::new(Semaphore::new(POOL)),
            deadline: options.read_deadline,
            clock,
        };
        let first = readers.connect().map_err(OpenError::Sql)?;
        readers.give_back(first);
        Ok(readers)
    }

    pub(super) async fn read<T, E, F>(self: &std::sync::Arc<Self>, f: F) -> Result<T, E>
    where
        F: FnOnce(&Db<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let turn = std::sync::Arc::clone(&self.turns).acquire_owned().await;
        let readers = std::sync::Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn.map_err(|_| StoreError::Busy)?;
            readers.run(f, readers.deadline)
        });
        done.await.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
    }

    /// A copy of the whole database: its own connection, outside the pool's turns and without a
    /// deadline. `VACUUM INTO` takes its own snapshot and refuses to run inside a transaction.
    pub(super) fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        let connection = self.connect()?;
        super::backup::vacuum_into(&Db::new(&connection, self.clock.now()), target)
    }

    pub(super) fn read_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&Db<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        self.run(f, Duration::from_hours(1))
    }

    fn run<T, E, F>(&self, f: F, limit: Duration) -> Result<T, E>
    where
        F: FnOnce(&Db<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let sql = |error: rusqlite::Error| E::from(StoreError::Sql(error));
        let mut connection = self.take().map_err(sql)?;
        let end = Instant::now() + limit;
        connection.progress_handler(STEPS, Some(move || Instant::now() > end)).map_err(sql)?;
        // One snapshot for the whole read: a screen's numbers belong to one moment.
        connection.execute_batch("BEGIN").map_err(sql)?;
        let answer = f(&Db::new(&connection, self.clock.now()));
        let ended = connection.execute_batch("COMMIT");
        if Instant::now() > end && answer.is_err() {
            return Err(StoreError::Deadline.into());
        }
        if ended.is_ok() {
            self.give_back(connection);
        }
        answer
    }

    fn take(&self) -> Result<Connection, rusqlite::Error> {
        let idle = self.idle.lock().expect("no reader panics with the pool in hand").pop();
        idle.map_or_else(|| self.connect(), Ok)
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().expect("no reader panics with the pool in hand");
        if idle.len() < POOL {
            idle.push(connection);
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one home of reading connections")]
    fn connect(&self) -> Result<Connection, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.set_prepared_statement_cache_capacity(128);
        plan_once(&connection)?;
        connection.execute_batch(
            "PRAGMA query_only = ON; PRAGMA busy_timeout = 1000; PRAGMA trusted_schema = OFF;
             PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0;",
        )?;
        Ok(connection)
    }
}

/// Whether an error is a deadline's interrupt.
pub(super) fn interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
}
