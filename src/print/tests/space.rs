//! Whatever the content, nothing leaves the page and no text covers another or a QR.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn inside(outer: Rect, inner: Rect) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.x + inner.w <= outer.x + outer.w
        && inner.y + inner.h <= outer.y + outer.h
}

fn touch(a: Rect, b: Rect) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

/// The area from the baseline to the height of capitals: what must stay clear of other text.
fn body(op: &Op) -> Option<Rect> {
    match op {
        Op::Text { x, y, kind, text, .. } => {
            let h = kind.cap();
            Some(Rect { x: *x, y: y - h, w: kind.width(text), h })
        }
        Op::Square(_) => Some(op.bounds()),
        _ => None,
    }
}

pub(super) fn check(drawing: &Drawing) -> Result<(), TestCaseError> {
    let Medium { width, margin, .. } = drawing.medium;
    for page in &drawing.pages {
        let paper = Rect { x: 0, y: 0, w: width, h: page.height };
        let clear = Rect { x: margin, y: 0, w: width - 2 * margin, h: page.height - margin };
        for op in &page.ops {
            prop_assert!(inside(paper, op.bounds()), "off the page: {op:?}");
            if !matches!(op, Op::Square(_)) && !drawing.title.starts_with("Labels") {
                prop_assert!(inside(clear, op.bounds()), "in the margin: {op:?}");
            }
        }
        let bodies: Vec<(Rect, &Op)> =
            page.ops.iter().filter_map(|op| Some((body(op)?, op))).collect();
        for (n, (a, one)) in bodies.iter().enumerate() {
            for (b, other) in &bodies[n + 1..] {
                prop_assert!(!touch(*a, *b), "{one:?} covers {other:?}");
            }
        }
    }
    Ok(())
}

/// Anything a database, a file or a keyboard can hold: short, long, with spaces or without, in any
/// script.
pub(super) fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        4 => "[A-Za-zñÁ0-9 -]{1,24}",
        2 => "\\PC{0,200}",
        1 => "[MW]{30,90}",
        1 => any::<String>(),
    ]
}

prop_compose! {
    fn any_line()(
        texts in vec(anything(), 8),
        flags in vec(anything(), 0..12),
        slot in proptest::option::of(any::<u32>()),
    ) -> SlipLine {
        let [bin, area, product, detail, tag_tail, tag, quantity, expires] =
            <[String; 8]>::try_from(texts).expect("eight");
        SlipLine { slot, bin, area, product, detail, tag_tail, tag, quantity, expires, flags }
    }
}

prop_compose! {
    fn any_order()(texts in vec(anything(), 4), slot in any::<u32>()) -> SlipOrder {
        let [number, customer, window, tote] = <[String; 4]>::try_from(texts).expect("four");
        SlipOrder { slot, number, customer, window, tote }
    }
}

prop_compose! {
    fn any_slip()(
        texts in vec(anything(), 10),
        lines in vec(any_line(), 0..12),
        orders in vec(any_order(), 0..8),
        shortages in vec(anything(), 0..9),
        copy in prop_oneof![Just(1), any::<u32>()],
        spanish in any::<bool>(),
        link in "[A-Z0-9]{1,80}",
    ) -> Slip {
        let [store, station, requester, picker, code, created, printed, printed_by, units, note] =
            <[String; 10]>::try_from(texts).expect("ten");
        Slip {
            kind: if spanish { Kind::Order } else { Kind::Restock },
            lang: if spanish { Lang::Es } else { Lang::En },
            qr: format!("HTTPS://{link}.LOCAL/P/R7K2QF"),
            store, station, requester, picker, code, created, printed, printed_by, copy, orders, lines,
            units, shortages, note,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_slip_stays_on_its_page(slip in any_slip()) {
        for medium in MEDIA {
            check(&slip::layout(&slip, medium).expect("a short link"))?;
        }
    }

    #[test]
    fn a_label_stays_on_its_sheet(texts in vec(anything(), 4), link in "[A-Z0-9]{1,80}") {
        let [store, caption, name, code] = <[String; 4]>::try_from(texts).expect("four");
        let qr = format!("HTTPS://{link}.LOCAL/L/R7K2QF");
        let labels = vec![PlaceLabel { store, caption, name, code, qr }; 3];
        for paper in [Paper::Letter, Paper::A4] {
            check(&labels::layout(&labels, paper, Lang::En).expect("a short link"))?;
        }
    }

    #[test]
    fn a_set_up_card_is_one_page(texts in vec(anything(), 2), numbers in 0usize..5, v6 in any::<bool>()) {
        let [store, printed] = <[String; 2]>::try_from(texts).expect("two");
        let number = if v6 { "http://[fd12:3456:789a:bcde:1234:5678:9abc:def0]:8080/" } else { "http://192.168.100.200:8080/" };
        let by_number = vec![number.to_owned(); numbers];
        let card = SetupCard { store, by_number, printed, ..setup_card() };
        for paper in [Paper::Letter, Paper::A4] {
            let drawing = card::layout(&card, paper).expect("a short link");
            check(&drawing)?;
            let ops = &drawing.pages[0].ops;
            let foot = ops.iter().find(|op| matches!(op, Op::Text { text, .. } if text.contains("a new card")));
            let frame = ops.iter().find(|op| matches!(op, Op::Frame { .. }));
            let (frame, foot) = (frame.expect("a frame").bounds(), foot.expect("a foot").bounds());
            prop_assert!(frame.y + frame.h <= foot.y, "{frame:?} reaches into {foot:?}");
        }
    }

    #[test]
    fn every_shortage_is_on_the_slip_once(lines in 1usize..200) {
        let mut slip = sample(lines);
        slip.shortages = (0..lines).map(|n| format!("short {n}")).collect();
        let drawing = slip::layout(&slip, Medium::A4).expect("fits");
        for n in 0..lines {
            let short = format!("short {n}");
            prop_assert_eq!(drawing.pages.iter().map(|p| count(p, &short)).sum::<usize>(), 1);
        }
    }
}
