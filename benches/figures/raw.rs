//! The yardstick: how fast plain SQLite is here, one thread and no network, with the durability that
//! the box has.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::{Connection, params};

use super::seed;

/// Rows per commit.
const GROUP: i64 = 32;
const LENGTH: Duration = Duration::from_secs(4);
/// Rows that are there before: as many as the store that it is compared with has movements.
const BEFORE: i64 = 1_000_000;

/// Rows a second: each a 300-byte row with one index and a balance upserted, 32 to a commit.
pub fn rows_per_s(folder: &Path) -> Result<f64> {
    let path = folder.join("raw.db");
    for name in ["raw.db", "raw.db-wal", "raw.db-shm"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    let connection = open(&path)?;
    for first in (0..BEFORE).step_by(50_000) {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for row in first..first + 50_000 {
            insert(&connection, row)?;
        }
        connection.execute_batch("COMMIT")?;
    }
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let start = Instant::now();
    let mut row = BEFORE;
    while start.elapsed() < LENGTH {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..GROUP {
            insert(&connection, row)?;
            row += 1;
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok((row - BEFORE) as f64 / start.elapsed().as_secs_f64())
}

#[expect(clippy::disallowed_methods, reason = "the yardstick is SQLite without the store")]
fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE line (id INTEGER PRIMARY KEY, package INTEGER NOT NULL, body BLOB NOT NULL);
         CREATE INDEX line_package ON line(package, id);
         CREATE TABLE balance (package INTEGER PRIMARY KEY, amount INTEGER NOT NULL);",
    )?;
    Ok(connection)
}

/// Packages in the same order as the moves that are compared with it.
fn insert(connection: &Connection, row: i64) -> Result<()> {
    let (package, body) = (seed::shuffled(row), [0x5a_u8; 300]);
    connection
        .prepare_cached("INSERT INTO line (id, package, body) VALUES (?1, ?2, ?3)")?
        .execute(params![row, package, body])?;
    connection
        .prepare_cached(
            "INSERT INTO balance (package, amount) VALUES (?1, 1)
             ON CONFLICT (package) DO UPDATE SET amount = amount + 1",
        )?
        .execute(params![package])?;
    Ok(())
}
