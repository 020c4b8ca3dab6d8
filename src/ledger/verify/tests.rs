//! Alters a ledger behind the box's back, as somebody with the disk in hand could.

use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::domain::id::{PackageId, PlaceId};
use crate::domain::place::Account;
use crate::domain::quantity::Amount;
use crate::ledger::{Actor, Entry, Movement, PostError};
use crate::store::{DATABASE, Options, Store, Tx};

const PACKAGE: PackageId = PackageId(1);
const BIN: PlaceId = PlaceId(100);
const FLOOR: PlaceId = PlaceId(101);

/// A box with six entries: a note, an opening of 100 g, three moves to the floor, a note.
struct Books {
    folder: TempDir,
    store: Store,
}

impl Books {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path(), Options::default()).unwrap();
        store.write_blocking(catalogue).unwrap();
        post(&store, Account::Opening.id(), BIN, 100);
        for grams in [5, 6, 7] {
            post(&store, BIN, FLOOR, grams);
        }
        store.write_blocking(note).unwrap();
        Self { folder, store }
    }

    fn alter(&self, sql: &str) {
        self.outside().execute_batch(sql).unwrap();
    }

    /// A second connection, of somebody who took the triggers away first.
    fn outside(&self) -> Connection {
        let outside = Connection::open_in_memory().unwrap();
        let path = self.folder.path().join(DATABASE);
        outside.execute("ATTACH ?1 AS books", [path.to_str().unwrap()]).unwrap();
        outside
            .execute_batch(
                "DROP TRIGGER IF EXISTS books.entry_no_update;
                 DROP TRIGGER IF EXISTS books.entry_no_delete;
                 DROP TRIGGER IF EXISTS books.movement_no_update;
                 DROP TRIGGER IF EXISTS books.movement_no_delete;",
            )
            .unwrap();
        outside
    }

    fn verify(&self) -> Verified {
        self.store.read_blocking(verify).unwrap()
    }
}

fn catalogue(tx: &Tx<'_>) -> Result<(), StoreError> {
    for statement in [
        "INSERT INTO product (id, sku, name, category, unit) VALUES (1, 'S', 'P', 'Flower', 'g')",
        "INSERT INTO package (id, tag, product_id, unit, lab_state, added_at)
         VALUES (1, '1A4060300000ABC000000001', 1, 'g', 'TestPassed', 0)",
        "INSERT INTO place (id, name, kind, code) VALUES (100, 'A-01', 'bin', 'A'), (101, 'F', 'floor', 'B')",
        "INSERT INTO user (id, name, role, badge, created_at) VALUES (1, 'Ana', 'owner', 'B', 0)",
        "INSERT INTO device (id, name, kind, token_hash, enrolled_at)
         VALUES (1, 'Office', 'own', zeroblob(32), 0)",
    ] {
        tx.execute(statement, [])?;
    }
    note(tx)
}

fn note(tx: &Tx<'_>) -> Result<(), StoreError> {
    Entry::open(tx, &Actor::system(), "noted")?.seal(&"all is well").map(drop)
}

fn post(store: &Store, from: PlaceId, to: PlaceId, grams: i64) {
    let movement =
        Movement { package: PACKAGE, amount: Amount::whole(grams), from, to, reverses: None };
    store
        .write_blocking(move |tx| -> Result<(), PostError> {
            let by = Actor::console();
            let mut entry = Entry::open(tx, &by, "moved")?;
            entry.post(movement)?;
            entry.seal(&"by hand")?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_untouched_ledger_verifies() {
    let found = Books::open().verify();
    assert!(found.ok && found.first_bad.is_none(), "{found:?}");
    assert_eq!((found.entries, found.movements), (6, 4));
}

#[test]
fn every_alteration_is_found_and_the_first_bad_entry_named() {
    let alterations: &[(&str, Option<i64>)] = &[
        (
            "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'by hand', 'by fax') AS BLOB) WHERE seq = 3",
            Some(3),
        ),
        ("UPDATE entry SET hash = zeroblob(32) WHERE seq = 2", Some(2)),
        ("UPDATE entry SET at = at + 1 WHERE seq = 4", Some(4)),
        ("UPDATE entry SET kind = 'undone' WHERE seq = 4", Some(4)),
        ("UPDATE entry SET via = 'system' WHERE seq = 4", Some(4)),
        ("UPDATE entry SET user_id = 1 WHERE seq = 5", Some(5)),
        ("UPDATE entry SET device_id = 1 WHERE seq = 5", Some(5)),
        ("UPDATE entry SET seq = 60 WHERE seq = 6", Some(6)),
        ("DELETE FROM entry WHERE seq = 3", Some(3)),
        ("DELETE FROM entry WHERE seq IN (5, 6)", Some(5)),
        ("DELETE FROM entry", Some(2)),
        (
            "UPDATE entry SET seq = -3 WHERE seq = 3; UPDATE entry SET seq = 3 WHERE seq = 4;
             UPDATE entry SET seq = 4 WHERE seq = -3",
            Some(3),
        ),
        ("UPDATE movement SET amount = amount + 1 WHERE seq = 4", Some(4)),
        ("UPDATE movement SET to_place = 3 WHERE seq = 3", Some(3)),
        ("UPDATE movement SET from_place = 1 WHERE seq = 3", Some(3)),
        ("UPDATE movement SET seq = 4 WHERE seq = 3", Some(3)),
        ("UPDATE movement SET reverses = 1 WHERE seq = 5", Some(5)),
        ("DELETE FROM movement WHERE seq = 5", Some(5)),
        (
            "INSERT INTO movement (seq, package_id, amount, from_place, to_place)
             VALUES (5, 1, 10, 100, 3)",
            Some(5),
        ),
        (
            "INSERT INTO movement (seq, package_id, amount, from_place, to_place)
             VALUES (99, 1, 10, 100, 3)",
            Some(99),
        ),
        ("UPDATE balance SET amount = amount + 1 WHERE place_id = 100", None),
        ("DELETE FROM balance WHERE place_id = 101", None),
        ("INSERT INTO balance (package_id, place_id, amount) VALUES (1, 3, 5)", None),
    ];
    for (sql, first_bad) in alterations {
        let books = Books::open();
        books.alter(sql);
        let found = books.verify();
        assert!(!found.ok, "not found: {sql}");
        assert_eq!(found.first_bad.map(|seq| seq.0), *first_bad, "{sql}: {:?}", found.what);
    }
}

#[test]
fn a_wrong_balance_says_where_and_which_entry_moved_there_last() {
    let books = Books::open();
    books.alter("UPDATE balance SET amount = amount - 1 WHERE place_id = 101");
    let what = books.verify().what.unwrap();
    assert!(what.contains("package 1 at place 101") && what.contains("entry 5"), "{what}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever single byte of the record changes, it is found, and never at an earlier entry.
    #[test]
    fn any_single_byte_that_changes_is_found(
        seq in 1..=6_i64, hash in any::<bool>(), at in any::<prop::sample::Index>(), mask in 1..=255_u8,
    ) {
        thread_local! {
            static BOOKS: Books = Books::open();
        }
        BOOKS.with(|books| {
            let column = if hash { "hash" } else { "bytes" };
            let outside = books.outside();
            let select = format!("SELECT {column} FROM entry WHERE seq = ?1");
            let whole: Vec<u8> = outside.query_row(&select, [seq], |row| row.get(0)).unwrap();
            let mut altered = whole.clone();
            altered[at.index(whole.len())] ^= mask;
            let update = format!("UPDATE entry SET {column} = ?1 WHERE seq = ?2");
            outside.execute(&update, (&altered, seq)).unwrap();
            let found = books.verify();
            outside.execute(&update, (&whole, seq)).unwrap();
            prop_assert_eq!(found.first_bad.map(|bad| bad.0), Some(seq));
            prop_assert!(books.verify().ok);
            Ok(())
        })?;
    }
}
