//! A write in progress: made only by the writer thread, one per job, inside its savepoint.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
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

/// Ids of one topic told by one command; more are told as the whole topic.
const IDS: usize = 64;

impl Change {
    /// Adds what one job of the commit announced. A topic that was told whole stays so.
    pub(super) fn add(&mut self, announced: BTreeMap<Topic, Vec<i64>>) {
        for (topic, ids) in announced {
            match self.topics.entry(topic) {
                Entry::Vacant(first) => drop(first.insert(ids)),
                Entry::Occupied(mut told) if ids.is_empty() => told.get_mut().clear(),
                Entry::Occupied(told) if told.get().is_empty() => {}
                Entry::Occupied(mut told) => told.get_mut().extend(ids),
            }
        }
    }
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
        match self.topics.borrow_mut().entry(topic) {
            Entry::Vacant(first) => drop(first.insert(vec![id])),
            Entry::Occupied(told) if told.get().is_empty() || told.get().contains(&id) => {}
            // Nothing is left out: what is too long to name is told whole.
            Entry::Occupied(mut told) if told.get().len() == IDS => told.get_mut().clear(),
            Entry::Occupied(mut told) => told.get_mut().push(id),
        }
    }

    /// Tells live screens that something of the topic changed, without saying what.
    pub fn announce_all(&self, topic: Topic) {
        self.topics.borrow_mut().insert(topic, Vec::new());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(ids: &[i64]) -> BTreeMap<Topic, Vec<i64>> {
        BTreeMap::from([(Topic::Stock, ids.to_vec())])
    }

    #[test]
    fn a_topic_told_whole_stays_whole() {
        let mut change = Change::default();
        change.add(announced(&[1, 2]));
        change.add(announced(&[3]));
        assert_eq!(change.topics[&Topic::Stock], [1, 2, 3]);
        change.add(announced(&[]));
        change.add(announced(&[4]));
        assert!(change.topics[&Topic::Stock].is_empty());
    }

    #[test]
    fn more_ids_than_are_told_are_the_whole_topic() {
        let connection = Connection::open_in_memory().unwrap();
        let tx = Tx::new(&connection, At(0), Head::NONE);
        for id in (1..=IDS as i64).chain([1, 2]) {
            tx.announce(Topic::Stock, id);
        }
        tx.announce_all(Topic::Places);
        tx.announce(Topic::Places, 7);
        assert_eq!(tx.topics.borrow()[&Topic::Stock].len(), IDS);
        tx.announce(Topic::Stock, IDS as i64 + 1);
        tx.announce(Topic::Stock, 5);
        let (_, topics) = tx.into_outcome();
        assert!(topics[&Topic::Stock].is_empty() && topics[&Topic::Places].is_empty());
    }
}
