//! Package lists: the opening, readings, mapping, and what is refused.

use super::*;

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
    let row = &books.rows(import.id, RowState::Applied)[0];
    let changes: Vec<_> = row
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
    let wrong = MappingInput { item: "Loose Fog".into(), product: Some(pieces), make: None };
    let refused = books.store.write_blocking(move |tx| {
        importing::map_items(tx, &manager(), import.id, &MappingsInput { mappings: vec![wrong] })
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
