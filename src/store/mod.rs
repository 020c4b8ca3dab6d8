//! SQLite: one writer thread with group commit, pooled readers, migrations, opening and closing.
//! The only module that names rusqlite. Knows tables only as text: SQL sits in the module that owns
//! the table, above.

pub mod backup;
mod clock;
mod db;
mod migrate;
mod open;
mod reader;
mod tx;
mod writer;

use std::path::Path;
use std::sync::Arc;

pub use clock::Clock;
pub use db::{Db, Row, SqlError};
pub use migrate::{SCHEMA_VERSION, migrate_fresh, schema_of};
pub use open::{
    DATABASE, HALF_RESTORED, OpenError, Options, SQLITE_FLOOR, lock_folder, sqlite_version,
};
pub use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
pub use rusqlite::{named_params, params};
pub use tx::{Change, Head, Tx};

use reader::Readers;
use writer::Writer;

/// Why the store could not do a read or a write. Refusals of a workflow are not here.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The queue of waiting writes is full, or the box is stopping. Nothing was done: retry.
    #[error("the box is busy")]
    Busy,
    /// The commit failed in a way that leaves its outcome unknown. Retry with the same key.
    #[error("the outcome of the write is unknown")]
    OutcomeUnknown,
    /// The disk is full. Nothing was done.
    #[error("the disk is full")]
    DiskFull,
    /// The read ran past its deadline.
    #[error("the read took too long")]
    Deadline,
    #[error("database: {0}")]
    Sql(#[from] SqlError),
    #[error("a command panicked; it was rolled back alone")]
    Panicked,
    /// A rule that the code itself must keep was broken; the command was rolled back.
    #[error("broken invariant: {0}")]
    Invariant(String),
}

/// The one handle on the database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    clock: Clock,
}

impl Store {
    /// Opens (or creates) the database in `folder`, brings its schema up to date and starts the
    /// writer thread. Refuses what it must not touch; see [`OpenError`].
    pub fn open(folder: &Path, options: Options) -> Result<Self, OpenError> {
        let opened = open::open(folder, &options)?;
        let readers = Readers::new(&opened.path, &options, options.clock.clone())?;
        let writer = Writer::start(opened, options.clock.clone())?;
        Ok(Self { writer: Arc::new(writer), readers: Arc::new(readers), clock: options.clock })
    }

    /// Runs `f` on a pooled read-only connection, on a blocking thread, with a deadline.
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&Db<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.readers.read(f).await
    }

    /// Runs `f` as one job of the writer thread: in its own savepoint, committed with whatever else
    /// waits. `Err` rolls this job back alone. The answer comes after the commit is on disk.
    pub async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(f).await
    }

    /// Writes much, so many items in one command: others slip between. Where one fails, what those before it
    /// did stays.
    pub async fn write_in_parts<I, T, E, F>(
        &self,
        items: &[I],
        at_once: usize,
        f: F,
    ) -> Result<Vec<T>, E>
    where
        I: Clone + Send + 'static,
        F: Fn(&Tx<'_>, &[I]) -> Result<T, E> + Clone + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let mut done = Vec::with_capacity(items.len().div_ceil(at_once));
        for part in items.chunks(at_once) {
            let (f, part) = (f.clone(), part.to_vec());
            done.push(self.write(move |tx| f(tx, &part)).await?);
        }
        Ok(done)
    }

    /// As [`Store::write`], for a caller that is not async (the command line).
    pub fn write_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write_blocking(f)
    }

    pub fn read_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&Db<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        self.readers.read_blocking(f)
    }

    /// What each commit changed, for live screens. A receiver that lags is told so.
    pub fn changes(&self) -> tokio::sync::broadcast::Receiver<Change> {
        self.writer.changes.subscribe()
    }

    /// Called on the writer thread after a commit and before its answers, with what it changed:
    /// for caches that must not serve what was just revoked. Must be quick and never block.
    pub fn on_commit(&self, hook: impl Fn(&Change) + Send + Sync + 'static) {
        self.writer.hooks.write().expect("no hook panics").push(Box::new(hook));
    }

    /// Empties the write-ahead log as soon as nobody reads from it, so that what was overwritten in the file
    /// stands nowhere else either.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        self.writer.empty_log();
        self.writer.write(|_| Ok(())).await
    }

    /// Resolves when a commit failed with an I/O error: the process must stop and start again.
    pub async fn failed(&self) {
        self.writer.wait_failed().await;
    }

    pub fn has_failed(&self) -> bool {
        self.writer.has_failed()
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The newest journal entry that is committed.
    pub fn head(&self) -> Head {
        self.writer.head()
    }

    /// Finishes what waits, checkpoints, and closes. Later writes answer `Busy`.
    pub fn stop(&self) {
        self.writer.stop();
    }

    /// A flushed and checked copy of the live database at `target` (must not exist); see
    /// [`backup`]. Blocks for as long as the copy takes; writes and reads go on meanwhile.
    pub fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        self.readers.copy_to(target)
    }
}
