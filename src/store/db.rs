//! A handle to read with: thin words over a connection. Statements are cached by their text, so
//! callers pass constant SQL and named parameters.

pub use rusqlite::Row;
use rusqlite::{Connection, OptionalExtension, Params};

use crate::domain::time::At;

/// What SQLite said.
pub type SqlError = rusqlite::Error;

/// Reads. A writer's [`super::Tx`] derefs to it.
pub struct Db<'a> {
    connection: &'a Connection,
    now: At,
}

impl<'a> Db<'a> {
    pub(super) fn new(connection: &'a Connection, now: At) -> Self {
        Self { connection, now }
    }

    /// The time of this read or command: the same for all of it.
    pub fn now(&self) -> At {
        self.now
    }

    /// The single row of a query that always has one.
    pub fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        self.connection.prepare_cached(sql)?.query_row(params, row)
    }

    /// The row of a query, if there is one.
    pub fn maybe<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> Result<T, SqlError>,
    ) -> Result<Option<T>, SqlError> {
        self.connection.prepare_cached(sql)?.query_row(params, row).optional()
    }

    /// Every row of a query.
    pub fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnMut(&Row<'_>) -> Result<T, SqlError>,
    ) -> Result<Vec<T>, SqlError> {
        self.connection.prepare_cached(sql)?.query_map(params, row)?.collect()
    }

    /// Runs `each` over the rows without holding them all: for walks over the whole ledger.
    pub fn walk<E: From<SqlError>>(
        &self,
        sql: &str,
        params: impl Params,
        mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        Ok(())
    }

    pub(super) fn connection(&self) -> &'a Connection {
        self.connection
    }
}
