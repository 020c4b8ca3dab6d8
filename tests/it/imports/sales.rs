//! Sales: what they take from where, and what cannot be placed.

use super::*;

const SALES: &[u8] = include_bytes!("../../data/sales-hostile.csv");

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
