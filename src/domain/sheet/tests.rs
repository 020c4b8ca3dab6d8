//! Whole files, hostile and plain, as a store hands them over.

use chrono::NaiveDate;
use chrono_tz::America::Los_Angeles;
use proptest::prelude::*;

use super::*;
use crate::domain::quantity::{Amount, Unit};
use crate::domain::tag::Tag;
use crate::domain::time::At;

const METRC: &[u8] = include_bytes!("../../../tests/data/metrc-active.json");
const HOSTILE: &[u8] = include_bytes!("../../../tests/data/packages-hostile.csv");
const SALES: &[u8] = include_bytes!("../../../tests/data/sales-hostile.csv");

fn packages(bytes: &[u8]) -> PackageFile {
    read_packages(bytes, Los_Angeles).expect("a readable list")
}

fn refusals<'r>(rows: impl Iterator<Item = (usize, Option<&'r RowError>)>) -> Vec<String> {
    rows.filter_map(|(number, error)| {
        error.map(|e| format!("{number} {} {:?} {}", e.field, e.value, e.reason.code()))
    })
    .collect()
}

fn package_refusals(file: &PackageFile) -> Vec<String> {
    refusals(file.rows.iter().map(|row| (row.number, row.result.as_ref().err())))
}

fn day(y: i32, m: u32, d: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(y, m, d)
}

#[test]
fn the_states_answer_is_read_with_all_that_gates_a_sale() {
    let file = packages(METRC);
    assert_eq!(
        (file.format, file.rows.len(), file.notes.len()),
        (packages::Format::MetrcJson, 9, 0)
    );
    assert_eq!(
        package_refusals(&file),
        [
            "4 quantity \"24.5\" fraction_of_each",
            "6 tag \"1A4060300002EE1000017701\" duplicate_tag",
            "7 tag \"1A4060300002EE100001770\" bad_tag",
            "9 finished \"true\" finished",
        ]
    );
    let of = |number: usize| file.rows[number - 1].result.clone().expect("a good row");
    let first = of(1);
    assert_eq!(first.expires, day(2027, 2, 28), "the earliest of three, the unset one ignored");
    assert_eq!(first.received, At::parse("2026-10-02T16:14:00Z"));
    assert_eq!((first.amount, first.unit), (Amount::whole(48), Unit::Ea));
    assert_eq!(
        (first.lab_state.as_deref(), first.on_hold, first.recalled),
        (Some("TestPassed"), Some(false), Some(false))
    );
    assert_eq!(first.brand.as_deref(), Some("Harbor Lane"));
    let bulk = of(2);
    assert_eq!(
        (bulk.amount.to_string().as_str(), bulk.unit),
        ("453.5924", Unit::G),
        "no float on the way"
    );
    assert_eq!(
        (bulk.batch.as_deref(), bulk.strain.as_deref()),
        (Some("FS-0812"), Some("Fog Signal"))
    );
    let held = of(3);
    assert_eq!((held.on_hold, held.hold_reason.as_deref()), (Some(true), Some("on hold")));
    let recalled = of(5);
    assert!(recalled.recalled == Some(true) && recalled.source_tags.len() == 2);
    assert_eq!(recalled.retail_id_origin, Tag::parse("1A4060300002EE1000009001"));
    let odd = of(8);
    assert_eq!(
        (odd.lab_state, odd.packaged, odd.unit),
        (None, None, Unit::Ea),
        "nulls and a number for a word"
    );
    assert_eq!(odd.item, "Quay \"Two\u{2011}Pack\" Pre\u{2011}Roll");
}

#[test]
fn the_states_answer_comes_in_several_wrappings() {
    let one = r#"{"Label":"1A4060300002EE1000017701","Quantity":1E-3,"UnitOfMeasureName":"Grams","Item":{"Name":"A"}}"#;
    let page = |page: u8| {
        let package = one.replace("7701", &format!("770{page}"));
        format!(r#"{{"Data":[{package}],"Page":{page},"TotalPages":2}}"#)
    };
    let bare = format!("[{one}]");
    for text in
        [one, &bare, &format!("{}\n{}", page(1), page(2)), &format!("[{},{}]", page(1), page(2))]
    {
        let file = packages(text.as_bytes());
        assert_eq!(package_refusals(&file), [""; 0], "{text}");
        assert_eq!(file.rows[0].result.as_ref().map(|f| f.amount.to_string()), Ok("0.001".into()));
        assert_eq!(file.rows.len(), if text.contains("Data") { 2 } else { 1 });
    }
    let file = packages(page(1).as_bytes());
    assert_eq!(
        file.notes[0].sentence,
        "This is page 1 of 2: other packages are on the other pages."
    );
}

#[test]
fn json_that_cannot_be_understood_is_refused_with_its_place() {
    let refused = |text: &str| read_packages(text.as_bytes(), Los_Angeles).expect_err("no list");
    let FileRefused::JsonBroken { line, .. } = refused("[{\"Label\":\"x\"},\n{\"Label\"") else {
        panic!("broken")
    };
    assert_eq!(line, 2);
    assert_eq!(refused("{\"Message\":\"no\"}").code(), "not_packages");
    assert_eq!(refused("[]").code(), "not_packages");
    assert_eq!(refused(&"[".repeat(100_000)).code(), "json_broken");
    let file = packages(b"[{\"Label\":7},{\"Label\":{\"a\":1}},3,{\"Item\":4}]");
    assert_eq!(
        package_refusals(&file),
        [
            "1 tag \"7\" bad_tag",
            "2 tag \"{\\\"a\\\":1}\" bad_tag",
            "3 row \"3\" unreadable",
            "4 row \"{\\\"Item\\\":4}\" unreadable",
        ]
    );
}

#[test]
fn a_hostile_package_list_is_taken_row_by_row() {
    let file = packages(HOSTILE);
    assert_eq!(
        package_refusals(&file),
        [
            "3 tag \"1.4A04E+23\" mangled_tag",
            "4 tag \"1.40412E+23\" mangled_tag",
            "5 quantity \"12.5\" fraction_of_each",
            "6 quantity \"-3\" negative",
            "7 quantity \"(2)\" negative",
            "8 unit \"Jars\" unit_unknown",
            "9 quantity \"1.23456\" too_fine",
            "10 expires \"46452\" serial_date",
            "11 expires \"31/12/2027\" bad_date",
            "12 unit_cost \"call us\" bad_money",
            "13 quantity \"lots\" not_a_number",
            "14 tag \"\" missing",
            "15 item \"\" missing",
            "16 tag \"1a4060300002ee1000018801\" duplicate_tag",
            "17 unit \"ea and g\" unit_unknown",
            "18 quantity \"\" missing",
        ]
    );
    assert_eq!(file.notes.iter().map(|note| note.code).collect::<Vec<_>>(), ["totals_row"]);
    assert_eq!((file.rows.len(), file.rows[1].line), (19, Some(6)), "the name took two lines");
    let of = |number: usize| file.rows[number - 1].result.clone().expect("a good row");
    let first = of(1);
    assert_eq!(first.item, "Harbor Lane Fog Signal \"3.5 g\"");
    assert_eq!((first.amount, first.unit_cost_cents), (Amount::whole(1114), Some(111_435)));
    assert_eq!((first.expires, first.lab_state.as_deref()), (day(2027, 3, 14), Some("TestPassed")));
    assert_eq!(first.received, At::parse("2026-10-02T16:14:00Z"));
    assert_eq!((of(2).unit_cost_cents, of(2).unit), (Some(213), Unit::G));
    assert_eq!(
        (of(19).amount, of(19).unit, of(19).expires, of(19).lab_state),
        (Amount::whole(10), Unit::Ea, None, None)
    );
}

#[test]
fn utf16_and_semicolons_change_nothing() {
    let text = std::str::from_utf8(HOSTILE).expect("UTF-8").trim_start_matches('\u{feff}');
    let text = text.replace("$1,114.35", "$1114.35").replace("\"1,114\"", "1114").replace(',', ";");
    let bytes: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (plain, other) = (packages(HOSTILE), packages(&bytes));
    assert_eq!(package_refusals(&plain), package_refusals(&other));
    assert_eq!(plain.rows[18].result, other.rows[18].result);
}

#[test]
fn a_quote_that_never_closes_loses_no_row_silently() {
    let rows = "1A4060300002EE1000017700,Kush,1,ea\n".repeat(50);
    let file = packages(
        format!("tag,item,qty,unit\n{}1A4060300002EE1000017799,\"Kush,1,ea\n{rows}", &rows[..41])
            .as_bytes(),
    );
    assert_eq!(file.rows[1].result.as_ref().expect_err("swollen").reason, Reason::TooLong);
}

#[test]
fn a_hostile_sales_list_is_taken_row_by_row() {
    let file = read_sales(SALES, Los_Angeles).expect("a readable list");
    let refused = refusals(file.rows.iter().map(|row| (row.number, row.result.as_ref().err())));
    assert_eq!(
        refused,
        [
            "5 receipt \"\" missing",
            "6 date \"\" missing",
            "7 tag \"1.4A04E+23\" mangled_tag",
            "8 tag \"1A40603\" bad_tag",
            "10 quantity \"0\" not_a_sale",
            "11 status \"wholesaleorder\" not_a_sale",
            "12 quantity \"many\" not_a_number",
            "13 total \"free\" bad_money",
        ]
    );
    assert_eq!((file.rows.len(), file.notes[0].code), (13, "totals_row"));
    let of = |number: usize| file.rows[number - 1].result.clone().expect("a good row");
    let (first, second) = (of(1), of(2));
    assert_eq!((first.receipt.as_str(), first.line_no, second.line_no), ("R-1001", 1, 2));
    assert_eq!(
        (first.sold_at, first.total_cents),
        (At::parse("2026-11-22T18:04:00Z").expect("time"), Some(7000))
    );
    assert_eq!((first.tag, first.kind), (Tag::parse("1A4060300002EE1000018801"), SaleKind::Sale));
    assert_eq!(
        (of(3).kind, of(3).amount, of(3).total_cents),
        (SaleKind::Return, Amount::whole(1), Some(-1800))
    );
    assert_eq!(of(4).kind, SaleKind::Void);
    assert_eq!(
        (of(9).tag, of(9).line_no),
        (None, 3),
        "a till's own number is no tag; refused lines count"
    );
}

#[test]
fn sales_by_weight_and_with_a_time_of_their_own() {
    let text = "Ticket ID\tDate\tTime\tProduct\tProduct Grams\n7\t3/7/26\t4:05 PM\tBulk\t3.5\n";
    let file = read_sales(text.as_bytes(), Los_Angeles).expect("a readable list");
    let sale = file.rows[0].result.clone().expect("a good row");
    assert_eq!((sale.amount.to_string().as_str(), sale.unit), ("3.5", Some(Unit::G)));
    assert_eq!(sale.sold_at.to_string(), "2026-03-08T00:05:00.000Z");
    let refused = read_sales(b"a,b\n1,2\n", Los_Angeles).expect_err("no heading");
    assert_eq!(
        refused,
        FileRefused::NoHeader("receipt, date, quantity or grams, item or sku or tag".into())
    );
}

/// The figure itself belongs to the release build; this keeps the parser linear in any build.
#[test]
fn fifty_thousand_rows_take_no_longer_than_fifty_thousand_rows() {
    let row = |n: usize| {
        format!(
            "1A4060300002EE1{n:09},Harbor Lane Fog Signal 3.5 g,48,Each,\"$1,114.35\",3/14/27\n"
        )
    };
    let text: String = std::iter::once("tag,item,qty,unit,unit cost,expires\n".to_owned())
        .chain((0..50_000).map(row))
        .collect();
    let file = packages(text.as_bytes());
    assert!(file.rows.len() == 50_000 && file.rows.iter().all(|row| row.result.is_ok()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "[\\[{\"A-Za-z0-9,;:\\n}\\]]{0,200}") {
        for bytes in [&bytes[..], text.as_bytes()] {
            let _ = (read_packages(bytes, Los_Angeles), read_sales(bytes, Los_Angeles));
            let headed = [b"tag,item,qty,unit,receipt,date,expires,cost\n", bytes].concat();
            let _ = (read_packages(&headed, Los_Angeles), read_sales(&headed, Los_Angeles));
        }
    }

    #[test]
    fn a_damaged_file_never_panics(at in 0..METRC.len(), with in any::<u8>(), cut in any::<bool>()) {
        for file in [METRC, HOSTILE, SALES] {
            let mut bytes = file.to_vec();
            let at = at % bytes.len();
            bytes[at] = with;
            if cut {
                bytes.truncate(at);
            }
            let _ = (read_packages(&bytes, Los_Angeles), read_sales(&bytes, Los_Angeles));
        }
    }
}
