//! The customer label: what must stand on it, what must not, and that its code reads.

use proptest::collection::vec;
use proptest::prelude::*;

use super::codes::read;
use super::space::{anything, check};
use super::*;
use crate::domain::order::OrderWay;
use crate::print::bitmap::bitmaps;
use crate::print::text::UNKNOWN;

const STOCK: [Medium; 2] = [Medium::LABEL_203, Medium::LABEL_300];
const ORDER: &str = "HTTPS://BACKSTOCK-4F2A.LOCAL/O/R7K2QF";

pub(super) fn bag(items: usize) -> BagLabel {
    let names = [
        "Blue Dream 3.5 g",
        "Jalapeño Kush Premium Indoor Pre-Roll Five Pack 5 × 0.5 g",
        "Cold Brew ½ pint",
        "Midnight Blueberry Gummies 10 × 10 mg",
    ];
    let item = |n: usize| BagItem {
        amount: (n % 4 + 1).to_string(),
        name: names[n % names.len()].into(),
        tag_tail: format!("{n:06}"),
    };
    BagLabel {
        store: "Juniper & Vine".into(),
        license: "C10-0000423-LIC".into(),
        number: "WM-882134".into(),
        code: "R7K-2QF".into(),
        qr: ORDER.into(),
        customer: "Maria G.".into(),
        way: OrderWay::Pickup,
        day: "Fri Nov 27".into(),
        window: "4:00–4:30 PM".into(),
        items: (0..items).map(item).collect(),
        units: "12".into(),
        bag: 1,
        bags: 1,
        packer: "MD".into(),
        packed: "11/27/2026 3:12 PM".into(),
        sealed: true,
        copy: 1,
        lang: Lang::En,
    }
}

fn lay(label: &BagLabel, medium: Medium) -> Drawing {
    bag_label::layout(std::slice::from_ref(label), medium).expect("fits")
}

fn sheets(label: &BagLabel) -> [Drawing; 2] {
    [Paper::Letter, Paper::A4]
        .map(|paper| bag_label::sheets(std::slice::from_ref(label), paper).expect("fits"))
}

/// On stock at both resolutions and on both sheets.
fn everywhere(label: &BagLabel) -> Vec<Drawing> {
    STOCK.map(|medium| lay(label, medium)).into_iter().chain(sheets(label)).collect()
}

fn words(drawing: &Drawing) -> String {
    drawing.pages.iter().flat_map(texts).collect::<Vec<_>>().join(" ")
}

#[test]
fn it_says_what_the_rules_want_at_every_size() {
    for drawing in everywhere(&bag(5)) {
        let said = words(&drawing);
        for wanted in [
            "Juniper & Vine",
            "C10-0000423-LIC",
            "WM-882134",
            "R7K-2QF",
            "Maria G.",
            "PICKUP",
            "4:00–4:30 PM",
            "5 items · 12 units",
            "BAG 1/1",
            "by MD",
            "3:12 PM",
            "Keep sealed · opaque exit package",
            "✔",
        ] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        for n in 0..5 {
            assert!(said.contains(&format!("{n:06}")), "the tag's tail: {said}");
        }
        assert_eq!(drawing.pages.len(), 1);
        assert!(!said.contains('$') && !said.contains('%'), "no price, no claim: {said}");
    }
}

#[test]
fn the_name_is_twelve_points_at_least_and_upright() {
    for customer in ["Ann B.", "Maria José de los Ángeles Guadalupe Concepción del Carmen G."] {
        let label = BagLabel { customer: customer.into(), ..bag(30) };
        for medium in STOCK {
            let drawing = lay(&label, medium);
            assert!(drawing.pages.len() > 1);
            for page in &drawing.pages {
                let first = customer.split(' ').next().expect("a name");
                let named = page.ops.iter().find_map(|op| match op {
                    Op::Text { text, kind, .. } if text.starts_with(first) => Some(*kind),
                    _ => None,
                });
                assert!(named.expect("named").size >= medium.pt(12.0), "{customer} {medium:?}");
            }
        }
    }
}

#[test]
fn its_qr_reads_from_the_dots_on_every_label() {
    for drawing in everywhere(&bag(40)) {
        let mut seen = 0;
        for (page, bitmap) in drawing.pages.iter().zip(bitmaps(&drawing)) {
            for symbol in symbols(page) {
                let (link, level) = read(&bitmap, Op::Square(symbol.clone()).bounds());
                assert_eq!((link.as_str(), level.as_str()), (ORDER, "Q"), "{:?}", drawing.medium);
                seen += 1;
            }
        }
        assert!(seen > 1, "each label has its own");
    }
    let one = &bitmaps(&lay(&bag(3), Medium::LABEL_203))[0];
    let (link, _) = read(one, Rect { x: 0, y: 0, w: 812, h: 1218 });
    assert_eq!(link, ORDER, "from the whole label");
}

#[test]
fn a_long_order_goes_on_and_loses_no_item() {
    for items in [1, 6, 20, 40, 90] {
        for drawing in everywhere(&bag(items)) {
            let drawn: Vec<&str> = drawing.pages.iter().flat_map(texts).collect();
            let tails: Vec<&str> = drawn
                .iter()
                .copied()
                .filter(|t| t.len() == 6 && t.bytes().all(|b| b.is_ascii_digit()))
                .collect();
            let wanted: Vec<String> = (0..items).map(|n| format!("{n:06}")).collect();
            assert_eq!(tails, wanted, "{items} on {:?}", drawing.medium);
        }
        let drawing = lay(&bag(items), Medium::LABEL_203);
        let pages = drawing.pages.len();
        assert_eq!(pages > 1, items > 6, "{items}: {pages}");
        for (n, page) in drawing.pages.iter().enumerate() {
            let mark = texts(page).into_iter().find(|t| t.starts_with("Label "));
            let wanted = format!("Label {}/{pages}", n + 1);
            assert_eq!(mark, (pages > 1).then_some(wanted.as_str()));
            for said in ["R7K-2QF", "Maria G.", "BAG 1/1", "Keep sealed · opaque exit package"] {
                assert_eq!(count(page, said), 1, "{said} on label {n}");
            }
        }
    }
}

#[test]
fn a_very_long_name_wraps_and_stays_whole() {
    let name = "Super Lemon Haze Cold-Cured Live Rosin Reserve Collection Limited Edition 1 g";
    let mut label = bag(1);
    label.items[0].name = name.into();
    label.items[0].amount = "1234567.8901 g".into();
    for drawing in everywhere(&label) {
        let said = words(&drawing).replace(' ', "");
        assert!(said.contains("SuperLemonHaze"), "{said}");
        assert!(said.contains("LimitedEdition1g"), "{said}");
        assert!(said.contains("1234567.8901g"), "{said}");
    }
}

#[test]
fn each_bag_has_its_number_and_two_share_a_sheet() {
    let bags: Vec<BagLabel> =
        (1..=3).map(|bag_no| BagLabel { bag: bag_no, bags: 3, ..bag(2) }).collect();
    let stock = bag_label::layout(&bags, Medium::LABEL_300).expect("fits");
    assert_eq!(stock.pages.len(), 3);
    for (n, page) in stock.pages.iter().enumerate() {
        assert_eq!(count(page, &format!("BAG {}/3", n + 1)), 1);
        assert!(texts(page).iter().any(|t| t.ends_with("in 3 bags")), "whose items these are");
    }
    let sheets = bag_label::sheets(&bags, Paper::Letter).expect("fits");
    assert_eq!(sheets.pages.len(), 2);
    assert_eq!(symbols(&sheets.pages[0]).count(), 2);
    assert!(texts(&sheets.pages[0]).iter().any(|t| t.contains("outside of the exit bag")));
}

#[test]
fn an_unticked_seal_is_a_box_to_tick_and_a_copy_says_so() {
    let label = BagLabel { sealed: false, copy: 2, ..bag(2) };
    for drawing in everywhere(&label) {
        let said = words(&drawing);
        assert!(!said.contains('✔') && said.contains("Copy 2"), "{said}");
    }
    assert!(!words(&lay(&bag(2), Medium::LABEL_203)).contains("Copy"));
}

#[test]
fn spanish_and_scripts_that_cannot_be_drawn() {
    let mut label = BagLabel { lang: Lang::Es, way: OrderWay::Curbside, bags: 2, ..bag(2) };
    label.customer = "Íñigo Ñ.".into();
    for drawing in everywhere(&label) {
        let said = words(&drawing);
        assert_eq!(drawing.language, "es");
        for wanted in ["EN LA ACERA", "BOLSA 1/2", "Íñigo Ñ.", "Mantener sellado", "Empacado"] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        assert!(!said.contains(UNKNOWN));
    }
    label.customer = "美玲 王.".into();
    assert!(words(&lay(&label, Medium::LABEL_203)).contains(UNKNOWN));
}

#[test]
fn the_same_labels_give_the_same_bytes() {
    let pdf = || bag_labels_pdf(&[bag(9)]).expect("prints");
    assert!(pdf().starts_with(b"%PDF-"));
    assert_eq!(pdf(), pdf());
    let sheet = || bag_label_sheets_pdf(&[bag(9)], Paper::A4).expect("prints");
    assert_eq!(sheet(), sheet());
    assert!(bag_labels_png(&[bag(9)], Medium::LABEL_203).expect("prints").starts_with(b"\x89PNG"));
    assert!(bag_label_sheets_png(&[bag(9)], Paper::A4).expect("prints").starts_with(b"\x89PNG"));
}

#[test]
fn a_link_too_long_to_scan_is_refused() {
    let label = BagLabel { qr: "X".repeat(121), ..bag(1) };
    assert!(matches!(
        bag_labels_pdf(&[label]),
        Err(PrintError::QrTooLong { bytes: 121, most: 120 })
    ));
}

prop_compose! {
    fn any_bag()(
        texts in vec(anything(), 9),
        items in vec(vec(anything(), 3), 0..14),
        (bag, bags, copy) in (any::<u32>(), any::<u32>(), any::<u32>()),
        spanish in any::<bool>(),
        way in prop_oneof![Just(OrderWay::Pickup), Just(OrderWay::Curbside), Just(OrderWay::Delivery)],
        link in "[A-Z0-9]{1,80}",
    ) -> BagLabel {
        let [store, license, number, code, customer, window, packer, packed, day] =
            <[String; 9]>::try_from(texts).expect("nine");
        let items = items.into_iter().map(|texts| {
            let [amount, name, tag_tail] = <[String; 3]>::try_from(texts).expect("three");
            BagItem { amount, name, tag_tail }
        }).collect();
        BagLabel {
            qr: format!("HTTPS://{link}.LOCAL/O/R7K2QF"),
            lang: if spanish { Lang::Es } else { Lang::En },
            units: packed.clone(),
            sealed: spanish,
            store, license, number, code, customer, day, window, packer, packed, items, way, bag, bags, copy,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn a_bag_label_stays_inside_its_edges(label in any_bag()) {
        for medium in STOCK {
            check(&lay(&label, medium))?;
        }
        for mut sheet in sheets(&label) {
            // The marks to cut by lie in the sheet's own margin.
            sheet.medium.margin = 0;
            check(&sheet)?;
        }
    }
}
