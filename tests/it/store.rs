//! The store's promises: what is grouped, what is rolled back, and what it refuses to open.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use backstock::ledger::{Actor, Entry, verify};
use backstock::store::{OpenError, Options, Store, StoreError, Tx};

fn open(folder: &std::path::Path) -> Store {
    Store::open(folder, Options::default()).expect("a store opens")
}

fn note(tx: &Tx<'_>, text: &str) -> Result<i64, StoreError> {
    Entry::open(tx, &Actor::system(), "noted")?.seal(&text).map(|seq| seq.0)
}

fn entries(store: &Store) -> Vec<String> {
    store
        .read_blocking(|db| {
            db.all("SELECT json_extract(bytes, '$.data') FROM entry ORDER BY seq", [], |row| {
                row.get(0)
            })
            .map_err(StoreError::Sql)
        })
        .expect("a read")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_rolls_back_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    // All of these wait while the first sleeps, and are then committed as one group.
    let mut jobs = Vec::new();
    let first = store.clone();
    jobs.push(tokio::spawn(async move {
        first
            .write(|tx| {
                std::thread::sleep(Duration::from_millis(50));
                note(tx, "first")
            })
            .await
    }));
    tokio::time::sleep(Duration::from_millis(10)).await;
    for (index, what) in ["good", "bad", "good", "panic", "good"].into_iter().enumerate() {
        let store = store.clone();
        jobs.push(tokio::spawn(async move {
            store
                .write(move |tx| {
                    let seq = note(tx, &format!("{what} {index}"))?;
                    match what {
                        "bad" => Err(StoreError::Invariant("refused after writing".into())),
                        "panic" => panic!("a test's own panic"),
                        _ => Ok(seq),
                    }
                })
                .await
        }));
    }
    let mut answers = Vec::new();
    for job in jobs {
        answers.push(job.await.expect("the task ends"));
    }
    let mut seqs: Vec<i64> = answers.iter().flatten().copied().collect();
    seqs.sort_unstable();
    assert_eq!(seqs, [1, 2, 3, 4], "numbers have no gap where a job was rolled back: {answers:?}");
    assert!(matches!(answers[4], Err(StoreError::Panicked)));
    let mut kept = entries(&store);
    kept.sort_unstable();
    assert_eq!(kept, ["first", "good 0", "good 2", "good 4"]);
    assert_eq!(store.head().seq, 4);
    let verified = store.read(verify::verify).await.expect("a read");
    assert!(verified.ok, "{:?}", verified.what);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_writes_are_limited_and_said_busy() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let done = Arc::new(AtomicUsize::new(0));
    let mut jobs = Vec::new();
    for _ in 0..3_000 {
        let (store, done) = (store.clone(), Arc::clone(&done));
        jobs.push(tokio::spawn(async move {
            store
                .write(move |tx| {
                    std::thread::sleep(Duration::from_micros(200));
                    done.fetch_add(1, Ordering::Relaxed);
                    note(tx, "waited")
                })
                .await
        }));
    }
    let (mut kept, mut busy) = (0, 0);
    for job in jobs {
        match job.await.expect("the task ends") {
            Ok(_) => kept += 1,
            Err(StoreError::Busy) => busy += 1,
            Err(other) => panic!("neither done nor busy: {other}"),
        }
    }
    assert!(busy > 0, "the queue has an end");
    assert_eq!(kept, done.load(Ordering::Relaxed), "what was said busy was not done");
    assert_eq!(entries(&store).len(), kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_past_its_deadline_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { read_deadline: Duration::from_millis(200), ..Options::default() };
    let store = Store::open(folder.path(), options).expect("a store opens");
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    let read = store
        .read(move |db| db.one(endless, [], |row| row.get::<_, i64>(0)).map_err(StoreError::Sql));
    let answer = tokio::time::timeout(Duration::from_secs(10), read).await.expect("it ends");
    assert!(matches!(answer, Err(StoreError::Deadline)), "{answer:?}");
    // The pool is whole again.
    for _ in 0..8 {
        store
            .read(|db| db.one("SELECT 1", [], |row| row.get::<_, i64>(0)).map_err(StoreError::Sql))
            .await
            .expect("a short read is fine");
    }
}

#[test]
fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let written = store.read_blocking(|db| {
        db.maybe("INSERT INTO par VALUES (1, 1, 1) RETURNING 1", [], |row| row.get::<_, i64>(0))
            .map_err(StoreError::Sql)
    });
    assert!(written.is_err_and(|error| error.to_string().contains("readonly")));
}

#[test]
fn the_journal_only_grows() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.write_blocking(|tx| note(tx, "kept")).expect("a write");
    for (sql, says) in [
        ("UPDATE entry SET kind = 'other'", "never changed"),
        ("DELETE FROM entry", "never deleted"),
    ] {
        let refused = store.write_blocking(move |tx| tx.execute(sql, []).map_err(StoreError::Sql));
        assert!(refused.is_err_and(|error| error.to_string().contains(says)), "{sql}");
    }
    assert_eq!(entries(&store), ["kept"]);
}

#[test]
fn one_process_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    assert!(matches!(Store::open(folder.path(), Options::default()), Err(OpenError::Locked(_))));
    store.stop();
    drop(store);
    open(folder.path());
}

#[test]
fn what_was_answered_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..3 {
        let store = open(folder.path());
        assert_eq!(store.head().seq, round * 2);
        store.write_blocking(|tx| note(tx, "one")).expect("a write");
        store.write_blocking(|tx| note(tx, "two")).expect("a write");
    }
}

#[test]
fn a_damaged_file_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("backstock.db");
    {
        let store = open(folder.path());
        for _ in 0..200 {
            store.write_blocking(|tx| note(tx, &"x".repeat(400))).expect("a write");
        }
    }
    let mut bytes = std::fs::read(&path).expect("the file");
    bytes[..16].copy_from_slice(b"definitely not a");
    std::fs::write(&path, &bytes).expect("written");
    let refused = Store::open(folder.path(), Options::default());
    assert!(matches!(&refused, Err(OpenError::Damaged { .. })), "{:?}", refused.err());
    assert_eq!(std::fs::read(&path).expect("the file"), bytes, "it was not touched");
}

#[test]
fn a_newer_or_foreign_database_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(open(folder.path()));
    let path = folder.path().join("backstock.db");
    let pragma = |sql: &str| {
        #[expect(clippy::disallowed_methods, reason = "a test makes the file wrong on purpose")]
        let other = rusqlite::Connection::open(&path).expect("the file opens");
        other.execute_batch(sql).expect("the pragma is set");
    };
    pragma("PRAGMA user_version = 4000");
    let refused = Store::open(folder.path(), Options::default());
    assert!(matches!(refused, Err(OpenError::Newer { found: 4000, .. })));
    pragma("PRAGMA user_version = 1; PRAGMA application_id = 42");
    let refused = Store::open(folder.path(), Options::default());
    assert!(matches!(refused, Err(OpenError::NotOurs { .. })));
}

#[test]
fn sqlite_is_new_enough() {
    assert!(rusqlite::version_number() >= backstock::store::SQLITE_FLOOR);
}

#[test]
fn the_log_is_copied_back_now_and_then_and_stays_short() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let log = || {
        let file = folder.path().join("backstock.db-wal");
        std::fs::metadata(file).map_or(0, |file| file.len())
    };
    let text = "x".repeat(30_000);
    let mut longest = 0;
    for _ in 0..2_000 {
        let text = text.clone();
        store.write_blocking(move |tx| note(tx, &text)).expect("a write");
        longest = longest.max(log());
    }
    // 60 MB went through it; 4,000 pages and what one group adds are what it may hold.
    assert!((1 << 20..24 << 20).contains(&longest), "{longest} bytes");
}
