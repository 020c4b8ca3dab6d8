//! Lines on pages: every line once and in order, heads repeated, pages numbered, ends kept
//! together.

use super::*;
use crate::print::text::UNKNOWN;

fn lay(slip: &Slip, medium: Medium) -> Drawing {
    slip::layout(slip, medium).expect("fits")
}

#[test]
fn every_line_is_on_the_slip_once_and_in_walking_order() {
    for medium in MEDIA {
        for lines in [1, 2, 13, 60] {
            let slip = sample(lines);
            let drawing = lay(&slip, medium);
            let drawn: Vec<&str> = drawing.pages.iter().flat_map(texts).collect();
            let tails: Vec<&str> = slip.lines.iter().map(|line| line.tag_tail.as_str()).collect();
            let found: Vec<&str> = drawn.iter().copied().filter(|t| tails.contains(t)).collect();
            assert_eq!(found, tails, "{lines} lines on {medium:?}");
            for line in &slip.lines {
                assert!(drawn.contains(&line.bin.as_str()), "{}", line.bin);
                assert!(drawn.contains(&line.quantity.as_str()), "{}", line.quantity);
            }
            let (roll, pages) = (medium.height.is_none(), drawing.pages.len());
            assert_eq!(
                pages > 1,
                lines > 10 && !roll,
                "{lines} lines on {medium:?}: {pages} pages"
            );
        }
    }
}

#[test]
fn each_page_has_its_head_its_number_and_the_code() {
    let drawing = lay(&sample(60), Medium::LETTER);
    let pages = drawing.pages.len();
    assert!(pages > 3);
    for (n, page) in drawing.pages.iter().enumerate() {
        let foot = format!("R7K-2QF · Page {} of {pages}", n + 1);
        assert_eq!(count(page, &foot), 1, "{foot}: {:?}", texts(page));
        assert_eq!(count(page, "RESTOCK"), 1);
        assert_eq!(count(page, "Front Counter"), 1);
        assert_eq!(count(page, "R7K-2QF"), 1);
        let rows = texts(page).iter().filter(|t| t.starts_with("1A40")).count();
        assert_eq!(count(page, "PACKAGE TAG"), usize::from(rows > 0));
    }
}

#[test]
fn an_area_is_named_over_its_lines_on_every_page_and_never_alone() {
    for lines in 1..40 {
        for page in &lay(&sample(lines), Medium::LETTER).pages {
            let (mut named, mut empty) = (String::new(), false);
            for text in texts(page) {
                if text.starts_with("Vault ") {
                    assert!(!empty, "two headings without a line between");
                    (named, empty) = (text.into(), true);
                } else if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
                    // Tails are the only texts of six figures.
                    let line: usize = text.parse().expect("figures");
                    assert_eq!(named, format!("Vault {}", line / 7), "line {line} of {lines}");
                    empty = false;
                }
            }
            assert!(!empty, "a heading at the end of a page");
        }
    }
}

#[test]
fn signatures_are_never_parted() {
    for lines in 1..30 {
        let drawing = lay(&sample(lines), Medium::A4);
        let last = drawing.pages.last().expect("a page");
        for word in ["PICKED BY", "RECEIVED BY"] {
            assert_eq!(count(last, word), 1, "{lines} lines");
        }
        for word in ["Name", "Signature", "Time"] {
            assert_eq!(count(last, word), 2, "{lines} lines");
        }
    }
}

#[test]
fn a_copy_says_so_on_every_page_and_the_first_paper_does_not() {
    let copy = Slip { copy: 2, ..sample(30) };
    for medium in MEDIA {
        for page in &lay(&copy, medium).pages {
            assert!(texts(page).iter().any(|t| t.contains("COPY 2")));
        }
        let first = lay(&sample(30), medium);
        assert!(!first.pages.iter().flat_map(texts).any(|t| t.contains("COPY")));
    }
}

#[test]
fn spanish_words_and_accents_are_printed_as_they_are() {
    let mut slip = Slip { lang: Lang::Es, station: "Estación Ñandú".into(), ..sample(2) };
    slip.note = "¿Mañana? ¡Sí, güey!".into();
    for medium in MEDIA {
        let drawing = lay(&slip, medium);
        assert_eq!(drawing.language, "es");
        let all: Vec<&str> = drawing.pages.iter().flat_map(texts).collect();
        for word in ["REPOSICIÓN", "¿Mañana? ¡Sí, güey!", "SURTIDO POR", "RECIBIDO POR"] {
            assert!(all.contains(&word), "{word} on {medium:?}");
        }
        assert!(all.join(" ").contains("Jalapeño"));
        assert!(all.join(" ").contains("2 líneas"));
        assert!(!all.iter().any(|t| t.contains(UNKNOWN)));
    }
}

#[test]
fn counts_have_their_number() {
    let all = |lines: usize, units: &str| {
        let slip = Slip { units: units.into(), ..sample(lines) };
        lay(&slip, Medium::A4).pages.iter().flat_map(texts).collect::<Vec<_>>().join("|")
    };
    assert!(all(1, "1").contains("|1 line · 1 unit|"));
    assert!(all(2, "36 + 7 g").contains("|2 lines · 36 + 7 g units|"));
    assert!(all(2, "").contains("|2 lines|"));
}

#[test]
fn a_quantity_is_never_cut() {
    for quantity in ["1", "1,234", "28.5 g", "1234567.8901 g", "12345678901234.5678 mg"] {
        let mut slip = sample(1);
        slip.lines[0].quantity = quantity.into();
        slip.lines[0].bin = "VAULT-2-SHELF-14-B".into();
        for medium in MEDIA {
            let drawn = lay(&slip, medium);
            let all = texts(&drawn.pages[0]).join("").replace(' ', "");
            assert!(all.contains(&quantity.replace(' ', "")), "{quantity} on {medium:?}: {all}");
            assert!(all.contains("VAULT-2-SHELF-14-B"), "the bin on {medium:?}");
        }
    }
}

#[test]
fn an_empty_slip_still_says_what_it_is() {
    let slip = Slip { qr: LINK.into(), ..Slip::default() };
    for medium in MEDIA {
        let drawing = lay(&slip, medium);
        assert_eq!(drawing.pages.len(), 1);
        assert_eq!(count(&drawing.pages[0], "Nothing to pick."), 1);
        assert_eq!(count(&drawing.pages[0], "RESTOCK"), 1);
    }
}
