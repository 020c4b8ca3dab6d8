//! What a printed page must always hold to, on every medium: shared samples and measures.

mod bags;
mod codes;
mod pages;
mod space;
mod waves;

use super::draw::Page;
use super::*;

const MEDIA: [Medium; 4] = [Medium::LETTER, Medium::A4, Medium::RECEIPT_80, Medium::RECEIPT_58];
const LINK: &str = "HTTPS://BACKSTOCK-4F2A.LOCAL/P/R7K2QF";

/// A slip as stores print it, with `lines` lines of unlike lengths in areas of seven; each has its
/// own tag tail.
fn sample(lines: usize) -> Slip {
    let products = [
        ("Blue Dream", "Green Leaf Farms · Flower 3.5 g"),
        ("Jalapeño Kush Premium Indoor Pre-Roll Five Pack", "High Desert · 5 × 0.5 g"),
        ("Δ9 Cold Brew ½ pint", ""),
    ];
    let line = |n: usize| {
        let (product, detail) = products[n % products.len()];
        SlipLine {
            slot: None,
            bin: format!("A-{n:02}-{}", n % 4),
            area: format!("Vault {}", n / 7),
            product: product.into(),
            detail: detail.into(),
            tag_tail: format!("{n:06}"),
            tag: format!("1A4060300002199000{n:06}"),
            quantity: (n + 1).to_string(),
            expires: if n.is_multiple_of(5) { String::new() } else { "Dec 1, 2026".into() },
            flags: vec!["OLDEST FIRST".into(); n % 3],
        }
    };
    Slip {
        store: "Evergreen".into(),
        station: "Front Counter".into(),
        requester: "Ana López".into(),
        picker: "Marco Díaz".into(),
        code: "R7K-2QF".into(),
        qr: LINK.into(),
        created: "Nov 23, 2:05 PM".into(),
        printed: "Nov 23, 2:11 PM".into(),
        printed_by: "Marco Díaz".into(),
        copy: 1,
        lines: (0..lines).map(line).collect(),
        units: "92".into(),
        shortages: vec!["Gelato 3.5 g: 2 of 6, the rest is on hold".into()],
        ..Slip::default()
    }
}

fn label(name: &str) -> PlaceLabel {
    PlaceLabel {
        store: "Evergreen".into(),
        caption: "Vault A".into(),
        name: name.into(),
        code: "R7K-2QF".into(),
        qr: "HTTPS://BACKSTOCK-4F2A.LOCAL/L/R7K2QF".into(),
    }
}

fn setup_card() -> SetupCard {
    SetupCard {
        store: "Evergreen Café & Señor Verde".into(),
        id: "R7K2Q".into(),
        by_number: vec!["http://192.168.1.20/".into(), "http://10.0.0.7/".into()],
        by_name: "http://backstock-r7k2q.local/".into(),
        fingerprint: [
            "E3B0 C442 98FC 1C14",
            "9AFB F4C8 996F B924",
            "27AE 41E4 649B 934C",
            "A495 991B 7852 B855",
        ]
        .map(Into::into),
        printed: "2026-11-23 14:05".into(),
    }
}

/// The page's texts in painting order.
fn texts(page: &Page) -> Vec<&str> {
    page.ops
        .iter()
        .filter_map(|op| match op {
            Op::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// How often `text` stands on the page, alone.
fn count(page: &Page, text: &str) -> usize {
    texts(page).into_iter().filter(|t| *t == text).count()
}

fn symbols(page: &Page) -> impl Iterator<Item = &Symbol> {
    page.ops.iter().filter_map(|op| match op {
        Op::Square(symbol) => Some(symbol),
        _ => None,
    })
}

fn dots(n: i32) -> usize {
    usize::try_from(n).expect("inside the page")
}
