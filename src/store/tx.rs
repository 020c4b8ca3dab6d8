//! A write in progress: made only by the writer thread, one per job, inside its savepoint.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Deref;

use rusqlite::{Connection, Params};

use super::db::{Db, SqlError};
use crate::domain::time::At;
use crate::domain::topic::Topic;

/// The newest entry of the journal: its number and hash. Zero and zeros before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: [u8; 32],
}

impl Head {
    pub const NONE: Self = Self { seq: 0, hash: [0; 32] };
}

/// What one commit changed.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The newest journal entry of the commit.
    pub seq: i64,
    /// Ids by topic; an empty list says "something of this topic".
    pub topics: BTreeMap<Topic, Vec<i64>>,
}

/// A write in progress. Derefs to [`Db`], so everything that reads takes `&Db`; a `&Db` passed where
/// a `&Tx` is needed does not compile.
pub struct Tx<'a> {
    db: Db<'a>,
    head: Cell<Head>,
    entries: Cell<u32>,
    topics: RefCell<BTreeMap<Topic, Vec<i64>>>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a Connection, now: At, head: Head) -> Self {
        Self {
            db: Db::new(connection, now),
            head: Cell::new(head),
            entries: Cell::new(0),
            topics: RefCell::default(),
        }
    }

    /// Runs a statement that changes rows; how many.
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<usize, SqlError> {
        self.db.connection().prepare_cached(sql)?.execute(params)
    }

    /// Runs an INSERT; the new row's id.
    pub fn insert(&self, sql: &str, params: impl Params) -> Result<i64, SqlError> {
        self.db.connection().prepare_cached(sql)?.insert(params)
    }

    /// The journal's head as this job sees it.
    pub fn head(&self) -> Head {
        self.head.get()
    }

    /// Moves the head forward by one entry. The ledger's journal alone calls this; it stays local to
    /// the job until the job is kept.
    pub fn advance(&self, head: Head) {
        self.head.set(head);
        self.entries.set(self.entries.get() + 1);
    }

    /// How many journal entries this job wrote.
    pub fn entries(&self) -> u32 {
        self.entries.get()
    }

    /// Tells live screens, once this job is committed.
    pub fn announce(&self, topic: Topic, id: i64) {
        let mut topics = self.topics.borrow_mut();
        let ids = topics.entry(topic).or_default();
        if !ids.contains(&id) && ids.len() < 64 {
            ids.push(id);
        }
    }

    pub(super) fn into_outcome(self) -> (Head, BTreeMap<Topic, Vec<i64>>) {
        (self.head.get(), self.topics.into_inner())
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = Db<'a>;
    fn deref(&self) -> &Db<'a> {
        &self.db
    }
}
