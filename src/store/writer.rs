//! The writer thread: takes whatever jobs wait, runs each in its own savepoint, commits once, then
//! answers all. It alone writes and it alone checkpoints, off the commit path.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::clock::Clock;
use super::open::{OpenError, Opened};
use super::tx::{Change, Head, Tx};
use super::{StoreError, reader};

/// Jobs that may wait; one more is answered `Busy`.
const QUEUE: usize = 1024;
/// Jobs committed together at the most.
const GROUP: usize = 128;
/// Frames in the write-ahead log above which the thread checkpoints after a group: 4,000 pages of
/// 4 KiB. The tail of a commit is the checkpoint, so it is rare and never inside a commit.
const CHECKPOINT_FRAMES: i64 = 4_000;

type Hook = Box<dyn Fn(&Change) + Send + Sync>;

/// A job, once run: whether its changes stay, and how to tell its caller what the commit did.
struct Ran {
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

type Job = Box<dyn FnOnce(&Tx<'_>) -> Ran + Send>;

pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    pub(super) changes: broadcast::Sender<Change>,
    pub(super) hooks: Arc<RwLock<Vec<Hook>>>,
    failed: watch::Receiver<bool>,
    head: watch::Receiver<Head>,
    /// The log is to be emptied after a group.
    empty_log: Arc<AtomicBool>,
}

impl Writer {
    pub(super) fn start(opened: Opened, clock: Clock) -> Result<Self, OpenError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (changes, _) = broadcast::channel(1024);
        let hooks = Arc::<RwLock<Vec<Hook>>>::default();
        let (failed_tx, failed) = watch::channel(false);
        let (head_tx, head) = watch::channel(opened.head);
        let empty_log = Arc::<AtomicBool>::default();
        let worker = Worker {
            empty_log: Arc::clone(&empty_log),
            opened,
            clock,
            changes: changes.clone(),
            hooks: Arc::clone(&hooks),
            failed: failed_tx,
            head: head_tx,
        };
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || worker.run(jobs))
            .map_err(OpenError::Io)?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            changes,
            hooks,
            failed,
            head,
            empty_log,
        })
    }

    /// Asks the thread to empty the log after the next group.
    pub(super) fn empty_log(&self) {
        self.empty_log.store(true, Ordering::Relaxed);
    }

    pub(super) async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.submit(f)?;
        answer.await.unwrap_or_else(|_| Err(StoreError::OutcomeUnknown.into()))
    }

    pub(super) fn write_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.submit(f)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(StoreError::OutcomeUnknown.into()))
    }

    fn submit<T, E, F>(&self, f: F) -> Result<oneshot::Receiver<Result<T, E>>, E>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if self.has_failed() {
            return Err(StoreError::OutcomeUnknown.into());
        }
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            let result = catch_unwind(AssertUnwindSafe(|| f(tx)))
                .unwrap_or_else(|_| Err(StoreError::Panicked.into()));
            let keep = result.is_ok();
            let answer = Box::new(move |commit: Result<(), StoreError>| {
                // A caller that went away learns the answer from its retry.
                let _ = reply.send(commit.map_err(E::from).and(result));
            });
            Ran { keep, answer }
        });
        let queue = self.queue.lock().expect("no submitter panics with the queue in hand");
        let sender = queue.as_ref().ok_or(StoreError::Busy)?;
        sender.try_send(job).map_err(|_| StoreError::Busy)?;
        Ok(answer)
    }

    pub(super) fn head(&self) -> Head {
        *self.head.borrow()
    }

    pub(super) fn has_failed(&self) -> bool {
        *self.failed.borrow()
    }

    pub(super) async fn wait_failed(&self) {
        let mut failed = self.failed.clone();
        if failed.wait_for(|failed| *failed).await.is_err() {
            // The thread ended in order: nothing failed, and nothing will.
            std::future::pending::<()>().await;
        }
    }

    pub(super) fn stop(&self) {
        self.queue.lock().expect("no submitter panics with the queue in hand").take();
        let thread = self.thread.lock().expect("stop does not panic").take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer thread ended in a panic");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Worker {
    opened: Opened,
    clock: Clock,
    changes: broadcast::Sender<Change>,
    hooks: Arc<RwLock<Vec<Hook>>>,
    failed: watch::Sender<bool>,
    head: watch::Sender<Head>,
    empty_log: Arc<AtomicBool>,
}

impl Worker {
    fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = Vec::with_capacity(GROUP);
        while jobs.blocking_recv_many(&mut waiting, GROUP) > 0 {
            if let Err(error) = self.group(&mut waiting, &mut jobs) {
                tracing::error!(%error, "a commit failed: the box stops and starts again");
                self.failed.send_replace(true);
                break;
            }
            self.checkpoint_if_long();
            self.empty_log_if_asked();
        }
        jobs.close();
        if !*self.failed.borrow() {
            self.close();
        }
    }

    /// Runs and commits one group: what waits, and what arrives while it runs, so that few commits
    /// carry one job alone. `Err` only where the outcome is unknown.
    fn group(
        &self,
        waiting: &mut Vec<Job>,
        arriving: &mut mpsc::Receiver<Job>,
    ) -> Result<(), StoreError> {
        let connection = &self.opened.connection;
        if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
            return lost(waiting, &error);
        }
        let mut head = *self.head.borrow();
        let mut change = Change::default();
        let mut answers = Vec::with_capacity(waiting.len());
        let arriving = std::iter::from_fn(|| arriving.try_recv().ok());
        let mut jobs = waiting.drain(..).chain(arriving).take(GROUP);
        for job in jobs.by_ref() {
            let tx = Tx::new(connection, self.clock.now(), head);
            if execute(connection, "SAVEPOINT job").is_err() {
                // Only a connection that lost its transaction refuses a savepoint.
                break;
            }
            let ran = job(&tx);
            let (new_head, topics) = tx.into_outcome();
            let ended = if ran.keep {
                execute(connection, "RELEASE job")
            } else {
                execute(connection, "ROLLBACK TO job")
                    .and_then(|()| execute(connection, "RELEASE job"))
            };
            answers.push(ran.answer);
            if let Err(error) = ended
                && !connection.is_autocommit()
            {
                // What this job did can be neither kept nor taken back alone.
                for answer in answers {
                    answer(Err(StoreError::OutcomeUnknown));
                }
                return Err(StoreError::Sql(error));
            }
            if ran.keep {
                head = new_head;
                change.add(topics);
            }
            if connection.is_autocommit() {
                // A full disk or an I/O error ended the transaction under us: nothing of this group
                // was committed, and every job of it may be retried.
                break;
            }
        }
        // Jobs not reached are dropped with `jobs`; their callers read that as "unknown" and retry.
        drop(jobs);
        if connection.is_autocommit() {
            for answer in answers {
                answer(Err(StoreError::DiskFull));
            }
            return Ok(());
        }
        match execute(connection, "COMMIT") {
            Ok(()) => {
                change.seq = head.seq;
                self.tell(head, change);
                for answer in answers {
                    answer(Ok(()));
                }
                Ok(())
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => {
                // Known not to be committed. SQLite has mostly rolled back by itself already.
                let open = !connection.is_autocommit();
                let rolled_back = if open { execute(connection, "ROLLBACK") } else { Ok(()) };
                for answer in answers {
                    answer(Err(StoreError::DiskFull));
                }
                rolled_back.map_err(StoreError::Sql)
            }
            Err(error) => {
                for answer in answers {
                    answer(Err(StoreError::OutcomeUnknown));
                }
                Err(StoreError::Sql(error))
            }
        }
    }

    fn tell(&self, head: Head, change: Change) {
        self.head.send_replace(head);
        if change.topics.is_empty() {
            return;
        }
        for hook in self.hooks.read().expect("no hook panics").iter() {
            hook(&change);
        }
        // Nobody listening is fine.
        let _ = self.changes.send(change);
    }

    /// A passive checkpoint when the log is long: readers are not waited for, and the next group
    /// starts right after.
    fn checkpoint_if_long(&self) {
        let connection = &self.opened.connection;
        // The file's length says nothing: a log that was copied back is written over from its start.
        let waiting =
            connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)").and_then(|mut log| {
                log.query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))
            });
        if waiting.is_ok_and(|frames| frames > CHECKPOINT_FRAMES)
            && let Err(error) = execute_query(connection, "PRAGMA wal_checkpoint(PASSIVE)")
        {
            tracing::warn!(%error, "checkpoint");
        }
    }

    /// Empties the log where that was asked for and nobody reads from it; else after a later group.
    fn empty_log_if_asked(&self) {
        if !self.empty_log.load(Ordering::Relaxed) {
            return;
        }
        let connection = &self.opened.connection;
        // No write waits for a reader.
        let emptied = connection
            .busy_timeout(Duration::ZERO)
            .and_then(|()| {
                connection
                    .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            })
            .is_ok_and(|busy| busy == 0);
        if emptied {
            self.empty_log.store(false, Ordering::Relaxed);
        }
        if let Err(error) = connection.busy_timeout(super::open::BUSY_TIMEOUT) {
            tracing::warn!(%error, "checkpoint");
        }
    }

    fn close(self) {
        let truncated = execute_query(&self.opened.connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        if let Err(error) = truncated {
            tracing::warn!(%error, "checkpoint at close");
        }
        // Give a reader that is just ending a moment; closing does not depend on it.
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

fn execute_query(connection: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    connection.query_row(sql, [], |_| Ok(()))
}

/// Nobody was begun for: the jobs' callers read the lost answer as "unknown" and retry.
fn lost(waiting: &mut Vec<Job>, error: &rusqlite::Error) -> Result<(), StoreError> {
    tracing::error!(%error, "a group could not begin");
    waiting.clear();
    if reader::interrupted(error) { Ok(()) } else { Err(StoreError::OutcomeUnknown) }
}
