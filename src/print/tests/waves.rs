//! The slip of a walk for orders: which slot is whose, and into which each line goes.

use super::*;

/// A walk for `orders` orders with `lines` lines, dealt out to their slots.
pub(super) fn wave(orders: u32, lines: usize) -> Slip {
    let mut slip = sample(lines);
    slip.kind = Kind::Order;
    slip.station = "Due 4:30 PM".into();
    slip.requester = String::new();
    let names = ["Maria G.", "José L.", "Ann B.", "Kwame O.", "Linh T.", "Søren K."];
    slip.orders = (1..=orders)
        .zip(names.iter().cycle())
        .map(|(slot, name)| SlipOrder {
            slot,
            number: format!("WM-88{slot:02}34"),
            customer: (*name).into(),
            window: "Pickup · 4:00–4:30 PM".into(),
            tote: format!("Tote {slot}"),
        })
        .collect();
    for (line, slot) in slip.lines.iter_mut().zip((1..=orders).cycle()) {
        line.slot = (orders > 1).then_some(slot);
    }
    slip
}

/// White texts: numbers of slots, and the kind.
fn reversed(page: &Page) -> Vec<&str> {
    let white = |op| match op {
        &Op::Text { ink: Ink::White, ref text, .. } => Some(text.as_str()),
        _ => None,
    };
    page.ops.iter().filter_map(white).collect()
}

#[test]
fn the_head_says_how_many_orders_and_whose_each_slot_is() {
    for medium in MEDIA {
        let drawing = slip::layout(&wave(6, 9), medium).expect("fits");
        let drawn =
            drawing.pages.iter().flat_map(texts).collect::<Vec<_>>().join(" ").replace("- ", "-");
        for wanted in [
            "ORDER · 6 orders",
            "Maria G.",
            "WM-880134",
            "4:00–4:30 PM",
            "Søren K.",
            "Tote 6",
            "PACKED BY",
        ] {
            assert!(drawn.contains(wanted), "{wanted} on {medium:?}: {drawn}");
        }
        assert!(!drawn.contains("RESTOCK") && !drawn.contains("RECEIVED BY"));
    }
}

#[test]
fn every_line_shows_its_slot_large() {
    for medium in MEDIA {
        let slip = wave(12, 30);
        let drawing = slip::layout(&slip, medium).expect("fits");
        let seen: Vec<u32> =
            drawing.pages.iter().flat_map(reversed).filter_map(|text| text.parse().ok()).collect();
        let lines = slip.lines.iter().filter_map(|line| line.slot);
        let wanted: Vec<u32> = (1..=12).chain(lines).collect();
        assert_eq!(seen, wanted, "{medium:?}");
        for op in drawing.pages.iter().flat_map(|page| &page.ops) {
            let Op::Text { ink: Ink::White, kind, text, .. } = op else { continue };
            assert!(text.parse::<u32>().is_err() || kind.size >= medium.pt(15.0), "{text}");
        }
    }
}

#[test]
fn one_order_needs_no_slots() {
    let mut slip = wave(1, 4);
    slip.station = "Maria G.".into();
    for medium in MEDIA {
        let drawing = slip::layout(&slip, medium).expect("fits");
        assert_eq!(count(&drawing.pages[0], "ORDER"), if medium.height.is_some() { 2 } else { 1 });
        let numbers =
            |page: &Page| reversed(page).iter().filter(|t| t.parse::<u32>().is_ok()).count();
        assert_eq!(drawing.pages.iter().map(numbers).sum::<usize>(), 1, "in the table alone");
    }
}

#[test]
fn a_wave_in_spanish() {
    let slip = Slip { lang: Lang::Es, ..wave(2, 2) };
    let drawing = slip::layout(&slip, Medium::A4).expect("fits");
    for word in ["PEDIDO · 2 pedidos", "CASILLA", "CLIENTE", "HORARIO", "EMPACADO POR"] {
        assert!(drawing.pages.iter().any(|page| count(page, word) > 0), "{word}");
    }
}
