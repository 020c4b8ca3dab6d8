//! Files taken in, from the bytes to the books: preview, mapping, one confirmation, chunks that
//! survive a restart and let scans slip between; sales that deduct.

use std::sync::Arc;

use backstock::domain::id::{DeviceId, ImportId, PackageId, PlaceId, SessionId, UserId};
use backstock::domain::place::PlaceKind;
use backstock::domain::quantity::{Amount, Quantity, Unit};
use backstock::domain::role::Role;
use backstock::ledger::{Actor, query, verify};
use backstock::store::{Options, Store, StoreError, Tx, params};
use backstock::workflow::casework;
use backstock::workflow::catalogue::{self, PlaceInput, ProductInput};
use backstock::workflow::importing::{
    self, ConfirmInput, Import, ImportError, ImportKind, ImportRow, ImportState, MakeInput,
    MappingInput, MappingsInput, NewImport, RowState,
};
use backstock::workflow::moving::{self, MoveInput};

const METRC: &[u8] = include_bytes!("../data/metrc-active.json");
const SALES: &[u8] = include_bytes!("../data/sales-hostile.csv");

/// A box's books without the box around them.
struct Books {
    store: Store,
    folder: Arc<tempfile::TempDir>,
}

fn manager() -> Actor {
    Actor::person(UserId(1), Role::Manager, DeviceId(1), SessionId(1))
}

fn place_input(name: &str, kind: PlaceKind) -> PlaceInput {
    PlaceInput {
        name: name.into(),
        kind,
        area: None,
        walk: 1,
        pos_room: (kind == PlaceKind::Floor).then(|| "Sales Floor".into()),
        active: true,
        version: None,
    }
}

fn product_input(sku: &str, name: &str, unit: Unit) -> ProductInput {
    ProductInput {
        sku: sku.into(),
        name: name.into(),
        brand: None,
        category: "Edible".into(),
        unit,
        content: None,
        gtins: Vec::new(),
        price_cents: Some(1800),
        active: true,
        pars: Vec::new(),
        version: None,
    }
}

impl Books {
    fn open() -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let books = Self { store: store_in(&folder), folder };
        books.write(|tx| {
            tx.execute("INSERT INTO user (id, name, role, badge, created_at) VALUES (1, 'Mia', 'manager', 'b', 0)", [])?;
            tx.execute("INSERT INTO device (id, name, kind, token_hash, enrolled_at) VALUES (1, 'Office', 'own', ?1, 0)", params![vec![1_u8; 32]])?;
            tx.execute("INSERT INTO session (id, token_hash, user_id, device_id, started_at, expires) VALUES (1, ?1, 1, 1, 0, 0)", params![vec![1_u8; 32]])?;
            Ok::<_, StoreError>(())
        });
        books
    }

    /// As a restart of the box: the same folder, opened anew.
    fn reopen(self) -> Self {
        let folder = Arc::clone(&self.folder);
        drop(self);
        Self { store: store_in(&folder), folder }
    }

    fn write<T: Send + 'static, E: From<StoreError> + std::fmt::Debug + Send + 'static>(
        &self,
        f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> T {
        self.store.write_blocking(f).expect("a write that succeeds")
    }

    fn place(&self, name: &'static str, kind: PlaceKind) -> PlaceId {
        self.write(move |tx| catalogue::create_place(tx, &manager(), &place_input(name, kind))).id
    }

    fn load(&self, kind: ImportKind, bytes: &[u8]) -> Import {
        let new = NewImport::of(kind, "a file", bytes);
        let import = self.write(move |tx| importing::begin(tx, &manager(), &new));
        importing::read_in(&self.store, import.id, bytes).expect("reading")
    }

    /// Makes a product of every item that is none yet.
    fn make_all(&self, id: ImportId) -> Import {
        let found = self.store.read_blocking(|db| importing::mappings(db, id)).expect("mappings");
        let unmapped = found.mappings.into_iter().filter(|mapping| mapping.product.is_none());
        let mappings: Vec<MappingInput> = unmapped
            .enumerate()
            .map(|(n, mapping)| MappingInput {
                make: Some(MakeInput {
                    sku: format!("P-{id}-{n}"),
                    name: mapping.item.clone(),
                    category: "Any".into(),
                    unit: mapping.unit,
                    content: None,
                }),
                item: mapping.item,
                product: None,
            })
            .collect();
        self.map(id, mappings)
    }

    fn map(&self, id: ImportId, mappings: Vec<MappingInput>) -> Import {
        self.write(move |tx| importing::map_items(tx, &manager(), id, &MappingsInput { mappings }));
        let mut after = Some(0);
        while let Some(row) = after {
            after = self.write(move |tx| importing::reconsider(tx, id, row));
        }
        self.import(id)
    }

    fn confirm(&self, id: ImportId, opening: bool) -> Result<Import, ImportError> {
        let input = ConfirmInput { opening };
        self.store.write_blocking(move |tx| importing::confirm(tx, &manager(), id, input))
    }

    fn apply(&self, id: ImportId) -> Import {
        while self.write(move |tx| importing::apply_chunk(tx, id)) {}
        self.import(id)
    }

    /// Loads, makes products, confirms and applies.
    fn take_in(&self, kind: ImportKind, bytes: &[u8], opening: bool) -> Import {
        let import = self.load(kind, bytes);
        if import.counts.needs_mapping > 0 && kind == ImportKind::Packages {
            self.make_all(import.id);
        }
        self.confirm(import.id, opening).expect("a confirmation");
        self.apply(import.id)
    }

    fn import(&self, id: ImportId) -> Import {
        let found: Result<_, StoreError> =
            self.store.read_blocking(|db| Ok(importing::get(db, id)?));
        found.expect("a read").expect("an import")
    }

    fn rows(&self, id: ImportId, state: RowState) -> Vec<ImportRow> {
        let found: Result<_, StoreError> =
            self.store.read_blocking(|db| Ok(importing::rows(db, id, Some(state), 0, 500)?));
        found.expect("a read").rows
    }

    fn package(&self, tag: &str) -> PackageId {
        self.text(&format!("SELECT id FROM package WHERE tag = '{tag}'"))
            .parse()
            .map(PackageId)
            .expect("known")
    }

    fn held(&self, package: PackageId, place: PlaceId) -> String {
        let held: Result<_, StoreError> =
            self.store.read_blocking(|db| Ok(query::balance(db, package, place)?));
        held.expect("a read").to_string()
    }

    /// The single value of a query, as text.
    fn text(&self, sql: &str) -> String {
        let found: Result<_, StoreError> = self.store.read_blocking(|db| {
            Ok(db.one(&format!("SELECT CAST(({sql}) AS TEXT)"), [], |row| {
                row.get::<_, Option<String>>(0)
            })?)
        });
        found.expect("a read").unwrap_or_else(|| "NULL".into())
    }

    fn moves(&self, package: PackageId, from: PlaceId, to: PlaceId, units: i64) {
        let quantity = Quantity::new(Amount::whole(units), Unit::Ea);
        let input = MoveInput { package, from, to, quantity, scanned: None, reason: None };
        self.write(move |tx| moving::scan_move(tx, &manager(), &input));
    }

    fn cases(&self) -> Vec<(String, i64)> {
        let found: Result<_, StoreError> = self.store.read_blocking(|db| {
            Ok(casework::cases(db, None)?
                .cases
                .into_iter()
                .map(|c| (c.title, c.evidence))
                .collect())
        });
        found.expect("a read")
    }
}

impl Drop for Books {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let found = self.store.read_blocking::<_, StoreError, _>(verify::verify).expect("a read");
        assert!(found.ok, "the ledger is bad at {:?}: {:?}", found.first_bad, found.what);
        self.store.stop();
    }
}

fn store_in(folder: &tempfile::TempDir) -> Store {
    Store::open(folder.path(), Options::default()).expect("a store")
}

fn lines(rows: &[ImportRow]) -> Vec<String> {
    rows.iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row.row,
                row.field.as_deref().unwrap_or("-"),
                row.code.as_deref().unwrap_or("-")
            )
        })
        .collect()
}

const FIRST: &str = "1A4060300002EE1000017701";
const BULK: &str = "1A4060300002EE1000017702";
const HELD: &str = "1A4060300002EE1000017703";

#[test]
fn the_first_list_opens_the_books_in_the_unsorted_place() {
    let books = Books::open();
    let import = books.load(ImportKind::Packages, METRC);
    assert_eq!((import.state, import.rows, import.opening), (ImportState::Preview, 9, true));
    assert_eq!((import.counts.needs_mapping, import.counts.refused), (5, 4));
    assert_eq!(
        lines(&books.rows(import.id, RowState::Refused)),
        [
            "4 quantity fraction_of_each",
            "6 tag duplicate_tag",
            "7 tag bad_tag",
            "9 finished finished",
        ]
    );
    assert!(matches!(books.confirm(import.id, true), Err(ImportError::NeedsMapping { rows: 5 })));
    let import = books.make_all(import.id);
    assert_eq!((import.counts.new, import.counts.needs_mapping), (5, 0));
    assert_eq!(books.text("SELECT count(*) FROM package"), "0", "a preview changes no book");
    books.confirm(import.id, true).expect("a confirmation");
    let import = books.apply(import.id);
    assert_eq!((import.state, import.applied_rows), (ImportState::Applied, 5));
    assert!(matches!(books.confirm(import.id, true), Err(ImportError::WrongState { .. })));
    let unsorted = books
        .text("SELECT id FROM place WHERE kind = 'unsorted'")
        .parse()
        .map(PlaceId)
        .expect("made");
    assert_eq!(books.held(books.package(FIRST), unsorted), "48");
    assert_eq!(books.held(books.package(BULK), unsorted), "453.5924");
    assert_eq!(books.text("SELECT count(*) FROM movement"), "4", "one package holds nothing");
    assert_eq!(books.text("SELECT count(*) FROM reading WHERE book = 'state'"), "5");
    assert_eq!(
        books.text("SELECT on_hold FROM package WHERE tag = '1A4060300002EE1000017703'"),
        "1"
    );
    assert_eq!(
        books.text("SELECT lab_state FROM package WHERE tag = '1A4060300002EE1000017708'"),
        "Unknown"
    );
    assert_eq!(
        books.text("SELECT origin_tag FROM package WHERE recalled = 1"),
        "1A4060300002EE1000009001"
    );
    assert_eq!(books.text("SELECT kind FROM task"), "put_away");
    assert_eq!(books.text("SELECT count(*) FROM item_map WHERE source = 'state'"), "5");
}

#[test]
fn a_later_list_stores_readings_and_never_alters_a_balance() {
    let books = Books::open();
    books.take_in(ImportKind::Packages, METRC, true);
    let again = books.load(ImportKind::Packages, METRC);
    assert_eq!((again.counts.unchanged, again.counts.changed, again.opening), (5, 0, false));
    assert!(again.why.is_some_and(|why| why.contains("loaded before")));
    let later = std::str::from_utf8(METRC)
        .expect("UTF-8")
        .replacen("\"Quantity\": 48,", "\"Quantity\": 40,", 1)
        .replacen("\"LabTestingState\": \"TestPassed\"", "\"LabTestingState\": \"TestFailed\"", 1);
    let import = books.take_in(ImportKind::Packages, later.as_bytes(), true);
    assert_eq!((import.counts.unchanged, import.applied_rows), (4, 5));
    let changed = &books.rows(import.id, RowState::Applied)[0];
    let changes: Vec<_> = changed
        .changes
        .iter()
        .map(|c| (c.field.as_str(), c.was.as_deref(), c.now.as_deref()))
        .collect();
    assert_eq!(
        changes,
        [
            ("lab_state", Some("TestPassed"), Some("TestFailed")),
            ("state_quantity", Some("48 ea"), Some("40 ea")),
        ]
    );
    let unsorted = books
        .text("SELECT id FROM place WHERE kind = 'unsorted'")
        .parse()
        .map(PlaceId)
        .expect("made");
    assert_eq!(books.held(books.package(FIRST), unsorted), "48", "a reading is no movement");
    assert_eq!(books.text("SELECT count(*) FROM movement"), "4");
    assert_eq!(books.text("SELECT count(*) FROM reading"), "10");
    assert_eq!(
        books.text(&format!("SELECT lab_state FROM package WHERE tag = '{FIRST}'")),
        "TestFailed"
    );
}

#[test]
fn what_a_file_does_not_say_stays() {
    let books = Books::open();
    books.take_in(ImportKind::Packages, METRC, true);
    let csv =
        format!("Package Label,Product,SKU,Available,UoM\n{HELD},Tidewater Gummies,P-1-0,119,ea\n");
    let import = books.load(ImportKind::Packages, csv.as_bytes());
    let row = &books.rows(import.id, RowState::Changed)[0];
    assert_eq!(row.changes.len(), 1, "{:?}", row.changes);
    assert_eq!(row.changes[0].field, "pos_quantity");
    books.confirm(import.id, false).expect("a confirmation");
    books.apply(import.id);
    assert_eq!(
        books.text(&format!(
            "SELECT on_hold || lab_state || supplier FROM package WHERE tag = '{HELD}'"
        )),
        "1TestPassedHarbor Lane Distribution"
    );
}

#[test]
fn a_unit_that_does_not_fit_is_told_before_anything_is_applied() {
    let books = Books::open();
    books.take_in(ImportKind::Packages, METRC, true);
    let csv = format!(
        "tag,item,qty,uom\n{FIRST},Harbor Lane Fog Signal 3.5 g,48,g\n1A4060300002EE1000019901,Harbor Lane Fog Signal 3.5 g,7,g\n"
    );
    let import = books.load(ImportKind::Packages, csv.as_bytes());
    assert_eq!(
        lines(&books.rows(import.id, RowState::Refused)),
        ["1 unit unit_clash", "2 unit unit_clash"]
    );
    let csv = "tag,item,qty,uom\n1A4060300002EE1000019902,Loose Fog,7,g\n";
    let import = books.load(ImportKind::Packages, csv.as_bytes());
    let pieces = backstock::domain::id::ProductId(
        books
            .text("SELECT product_id FROM package WHERE unit = 'ea' LIMIT 1")
            .parse()
            .expect("an id"),
    );
    let mapping = MappingInput { item: "Loose Fog".into(), product: Some(pieces), make: None };
    let refused = books.store.write_blocking(move |tx| {
        importing::map_items(tx, &manager(), import.id, &MappingsInput { mappings: vec![mapping] })
    });
    assert!(
        matches!(refused, Err(ImportError::UnitClash { unit: Unit::G, expected: Unit::Ea, .. })),
        "{refused:?}"
    );
}

#[test]
fn an_item_is_mapped_once_and_like_names_are_suggested() {
    let books = Books::open();
    for (sku, name) in [
        ("FS", "Harbor Lane - Fog Signal (3.5g)"),
        ("NB", "Night Buoy 1 g"),
        ("TG", "Tidewater Gummies 100mg"),
    ] {
        books.write(move |tx| {
            catalogue::create_product(tx, &manager(), &product_input(sku, name, Unit::Ea))
        });
    }
    let import = books.load(ImportKind::Packages, METRC);
    let found = books
        .store
        .read_blocking(|db| importing::mappings(db, import.id))
        .expect("mappings")
        .mappings;
    let of = |item: &str| found.iter().find(|m| m.item == item).expect("an item");
    assert_eq!(of("Harbor Lane Fog Signal 3.5 g").candidates[0].sku, "FS");
    assert_eq!(of("Tidewater Gummies 100 mg").candidates[0].sku, "TG");
    assert!(
        of("Harbor Lane Bulk Fog Signal").candidates.is_empty(),
        "grams fit no product counted in pieces"
    );
    assert!(of("Harbor Lane Bulk Fog Signal").make && !of("Tidewater Gummies 100 mg").make);
    let mapping = MappingInput {
        item: "Tidewater Gummies 100 mg".into(),
        product: Some(of("Tidewater Gummies 100 mg").candidates[0].id),
        make: None,
    };
    assert_eq!(books.map(import.id, vec![mapping]).counts.new, 1);
    let again = books.load(ImportKind::Packages, METRC);
    assert_eq!((again.counts.new, again.counts.needs_mapping), (1, 4), "known from the other file");
}

#[test]
fn a_file_that_cannot_be_understood_is_refused_whole() {
    let books = Books::open();
    for (bytes, why) in
        [(&b"a,b\n1,2\n"[..], "heading row"), (b"[{\"Label\":", "line 1"), (b"PK\x03\x04", "Excel")]
    {
        let import = books.load(ImportKind::Packages, bytes);
        assert_eq!(import.state, ImportState::Refused);
        assert!(import.why.as_deref().is_some_and(|said| said.contains(why)), "{:?}", import.why);
        assert!(matches!(books.confirm(import.id, true), Err(ImportError::WrongState { .. })));
    }
    let import = books.load(ImportKind::Packages, METRC);
    let discarded = books.write(move |tx| importing::discard(tx, &manager(), import.id));
    assert_eq!(discarded.state, ImportState::Discarded);
    assert!(matches!(books.confirm(import.id, true), Err(ImportError::WrongState { .. })));
}

fn list_of(rows: usize) -> Vec<u8> {
    let row = |n: usize| format!("1A4060300002EE2{n:09},Tidewater Gummies,3,ea,Passed\n");
    let rows = (0..rows).map(row);
    std::iter::once("tag,item,qty,uom,lab test status\n".to_owned())
        .chain(rows)
        .collect::<String>()
        .into_bytes()
}

#[test]
fn a_restart_in_the_middle_applies_every_row_once() {
    let books = Books::open();
    books.write(|tx| {
        catalogue::create_product(
            tx,
            &manager(),
            &product_input("TG", "Tidewater Gummies", Unit::Ea),
        )
    });
    let import = books.load(ImportKind::Packages, &list_of(350));
    assert_eq!(import.counts.new, 350);
    books.confirm(import.id, true).expect("a confirmation");
    assert!(books.write(move |tx| importing::apply_chunk(tx, import.id)));
    let half = books.import(import.id);
    assert!(
        half.state == ImportState::Applying && (1..350).contains(&half.applied_rows),
        "{half:?}"
    );
    let books = books.reopen();
    let waiting: Result<_, StoreError> =
        books.store.read_blocking(|db| Ok(importing::applying(db)?));
    assert_eq!(waiting.expect("a read"), [import.id]);
    let done = books.apply(import.id);
    assert_eq!((done.state, done.applied_rows), (ImportState::Applied, 350));
    assert_eq!(books.text("SELECT count(*) FROM package"), "350");
    assert_eq!(
        books.text("SELECT sum(amount) FROM balance WHERE place_id >= 100"),
        (350 * 30_000).to_string()
    );
    assert!(!books.write(move |tx| importing::apply_chunk(tx, import.id)), "nothing is left to do");
}

#[test]
fn what_was_being_read_when_the_box_stopped_is_refused() {
    let books = Books::open();
    let new = NewImport::of(ImportKind::Packages, "a file", METRC);
    let import = books.write(move |tx| importing::begin(tx, &manager(), &new));
    let books = books.reopen();
    books.write(|tx| importing::abandon_unread(tx, tx.now().plus_s(1)));
    assert_eq!(books.import(import.id).state, ImportState::Refused);
    let late = importing::read_in(&books.store, import.id, METRC).expect("a read");
    assert_eq!((late.state, late.rows), (ImportState::Refused, 0), "its retry finds it so");
}

/// Stock on the floor: 48 eighths of the first package, gummies of two packages, the newer one open.
fn floor(books: &Books) -> (PlaceId, [PackageId; 3]) {
    let floor = books.place("Front counter", PlaceKind::Floor);
    let csv = "tag,item,sku,qty,uom,lab test status,expires\n\
        1A4060300002EE1000018801,Harbor Lane Fog Signal 3.5 g,HL-FS-35,48,ea,Passed,3/14/27\n\
        1A4060300002EE1000018802,Tidewater Gummies,TW-G,1,ea,Passed,1/10/27\n\
        1A4060300002EE1000018803,Tidewater Gummies,TW-G,5,ea,Passed,6/10/27\n";
    books.take_in(ImportKind::Packages, csv.as_bytes(), true);
    let unsorted = books
        .text("SELECT id FROM place WHERE kind = 'unsorted'")
        .parse()
        .map(PlaceId)
        .expect("made");
    let packages =
        ["1A4060300002EE1000018801", "1A4060300002EE1000018802", "1A4060300002EE1000018803"];
    let packages = packages.map(|tag| books.package(tag));
    for (package, units) in packages.into_iter().zip([48, 1, 5]) {
        books.moves(package, unsorted, floor, units);
    }
    let (place, open) = (floor.0, packages[2].0);
    books.write(move |tx| {
        tx.execute(
            "INSERT INTO open_package SELECT ?1, product_id, id FROM package WHERE id = ?2",
            params![place, open],
        )?;
        Ok::<_, StoreError>(())
    });
    (floor, packages)
}

#[test]
fn sales_deduct_by_package_by_the_open_one_then_by_age() {
    let books = Books::open();
    let (floor, [eighths, old, open]) = floor(&books);
    let sale = |receipt: &str, item: &str, tag: &str, quantity: u32| {
        format!("{receipt},11/22/26 10:04 AM,{item},{tag},{quantity},Sales Floor\n")
    };
    let heading = "Transaction ID,Date,Product Name,Metrc Tag,Quantity,Room\n";
    let by_name = format!(
        "{heading}{}{}",
        sale("1", "anything", "1A4060300002EE1000018801", 2),
        sale("2", "Tidewater Gummies", "", 2)
    );
    let import = books.take_in(ImportKind::Sales, by_name.as_bytes(), false);
    assert_eq!(
        (import.state, import.applied_rows, import.counts.unplaced),
        (ImportState::Applied, 2, 0)
    );
    assert_eq!(books.held(eighths, floor), "46", "the package it names");
    assert_eq!(
        (books.held(old, floor), books.held(open, floor)),
        ("1".into(), "3".into()),
        "the open one"
    );
    let rest = format!("{heading}{}", sale("3", "Tidewater Gummies", "", 4));
    books.take_in(ImportKind::Sales, rest.as_bytes(), false);
    assert_eq!(
        (books.held(old, floor), books.held(open, floor)),
        ("0".into(), "0".into()),
        "then the oldest"
    );
    assert_eq!(
        books.text("SELECT count(*) FROM open_package"),
        "1",
        "the eighths' only: nothing of the gummies is left"
    );
    let short = format!("{heading}{}", sale("4", "Harbor Lane Fog Signal 3.5 g", "", 47));
    let import = books.take_in(ImportKind::Sales, short.as_bytes(), false);
    assert_eq!(
        (import.counts.unplaced, books.held(eighths, floor)),
        (1, "0".into()),
        "as far as it is there"
    );
    assert_eq!(lines(&books.rows(import.id, RowState::Unplaced)), ["1 quantity not_there"]);
    assert_eq!(
        books.cases(),
        [("Sales of Harbor Lane Fog Signal 3.5 g could not be placed".into(), 1)]
    );
    assert_eq!(
        books.text("SELECT sum(amount) FROM balance WHERE place_id = 3"),
        (54 * 10_000).to_string()
    );
}

#[test]
fn a_receipts_line_counts_once_and_returns_put_nothing_back() {
    let books = Books::open();
    let (floor, [eighths, old, open]) = floor(&books);
    let import = books.load(ImportKind::Sales, SALES);
    assert_eq!((import.rows, import.counts.refused), (13, 8));
    assert_eq!((import.counts.new, import.counts.unplaced, import.counts.unchanged), (3, 1, 1));
    assert!(import.why.as_deref().is_some_and(|why| why.contains("total")), "{:?}", import.why);
    books.confirm(import.id, false).expect("a confirmation");
    books.apply(import.id);
    let after = [books.held(eighths, floor), books.held(old, floor), books.held(open, floor)];
    assert_eq!(after, ["46", "1", "3"]);
    assert_eq!(books.cases(), [("Returns".into(), 1)]);
    let again = books.take_in(ImportKind::Sales, SALES, false);
    assert_eq!(
        (again.counts.unchanged, again.counts.unplaced),
        (5, 0),
        "the same file does nothing"
    );
    let still = [books.held(eighths, floor), books.held(old, floor), books.held(open, floor)];
    assert_eq!((still, books.cases().len()), (after, 1));
    let voided = "Transaction ID,Date,Product Name,Quantity,Type\nR-1001,11/22/26,Harbor Lane Fog Signal 3.5 g,2,Void\n";
    let import = books.take_in(ImportKind::Sales, voided.as_bytes(), false);
    assert_eq!(lines(&books.rows(import.id, RowState::Unplaced)), ["1 receipt receipt_changed"]);
    assert_eq!(
        (books.held(eighths, floor), books.cases().len()),
        ("46".into(), 2),
        "a case, no movement"
    );
}

#[test]
fn sales_that_cannot_be_placed_open_one_case_per_item() {
    let books = Books::open();
    floor(&books);
    let csv = "Receipt,Date,Product,Tag,Qty,Room\n\
        1,11/22/26,Lighter,,1,Sales Floor\n2,11/22/26,Lighter,,2,Sales Floor\n\
        3,11/22/26,Tidewater Gummies,,1,Back Office\n\
        4,11/22/26,Tidewater Gummies,1A4060300002EE1000077777,1,Sales Floor\n";
    let import = books.load(ImportKind::Sales, csv.as_bytes());
    assert_eq!((import.counts.needs_mapping, import.counts.unplaced), (2, 2));
    books.confirm(import.id, false).expect("sales need no mapping");
    let import = books.apply(import.id);
    assert_eq!(import.counts.unplaced, 4);
    assert_eq!(
        lines(&books.rows(import.id, RowState::Unplaced)),
        [
            "1 item unknown_item",
            "2 item unknown_item",
            "3 room unknown_room",
            "4 tag unknown_package",
        ]
    );
    let mut cases = books.cases();
    cases.sort();
    assert_eq!(
        cases,
        [
            ("Sales of Lighter could not be placed".into(), 2),
            ("Sales of Tidewater Gummies could not be placed".into(), 2),
        ]
    );
    assert_eq!(books.text("SELECT count(*) FROM sale WHERE kase_id IS NOT NULL"), "4");
}

#[test]
fn sales_from_before_the_opening_are_pointed_out() {
    let books = Books::open();
    floor(&books);
    let csv = "Receipt,Date,Product,Qty\n1,1/5/2020 10:00 AM,Tidewater Gummies,1\n";
    let import = books.load(ImportKind::Sales, csv.as_bytes());
    assert!(import.why.is_some_and(|why| why.contains("before the opening balance")));
}

/// People scan while a list is taken in: each scan waits for one chunk at most.
fn scans_slip_between(rows: usize) -> (usize, std::time::Duration) {
    let books = Books::open();
    books.write(|tx| {
        catalogue::create_product(
            tx,
            &manager(),
            &product_input("TG", "Tidewater Gummies", Unit::Ea),
        )
    });
    let (front, packages) = floor(&books);
    let back = books.place("Back counter", PlaceKind::Floor);
    let store = books.store.clone();
    let bytes = list_of(rows);
    let import = std::thread::spawn(move || {
        let new = NewImport::of(ImportKind::Packages, "a long list", &bytes);
        let import =
            store.write_blocking(move |tx| importing::begin(tx, &manager(), &new)).expect("begun");
        importing::read_in(&store, import.id, &bytes).expect("read");
        let opening = ConfirmInput { opening: true };
        store
            .write_blocking(move |tx| importing::confirm(tx, &manager(), import.id, opening))
            .expect("confirmed");
        while store
            .write_blocking(move |tx| importing::apply_chunk(tx, import.id))
            .expect("a chunk")
        {}
        import.id
    });
    let (mut scans, mut longest) = (0, std::time::Duration::ZERO);
    while !import.is_finished() {
        let (from, to) = if scans % 2 == 0 { (front, back) } else { (back, front) };
        let begun = std::time::Instant::now();
        books.moves(packages[0], from, to, 1);
        longest = longest.max(begun.elapsed());
        scans += 1;
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let import = books.import(import.join().expect("no panic"));
    assert_eq!((import.state, import.applied_rows), (ImportState::Applied, rows as i64));
    (scans, longest)
}

#[test]
fn fifty_thousand_rows_while_people_scan() {
    let (scans, longest) = scans_slip_between(50_000);
    assert!(scans >= 100, "{scans} scans went on meanwhile; the longest waited {longest:?}");
}
