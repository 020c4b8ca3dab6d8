//! Text before it is drawn: made printable, measured, wrapped, cut with an ellipsis.
//!
//! Whatever comes in, what goes out has only characters the faces can draw and never exceeds the
//! given width.

use icu_normalizer::ComposingNormalizerBorrowed;

use super::fonts::{Face, Type};

/// Stands for a character that the faces cannot draw.
pub(super) const UNKNOWN: char = '\u{FFFD}';
const ELLIPSIS: char = '…';

/// `text` as it can be drawn: composed (`n` + `~` to `ñ`), one line, single spaces, no invisible or
/// direction-changing characters, and [`UNKNOWN`] for each character outside the faces.
pub(super) fn clean(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let mut out = String::with_capacity(composed.len());
    for c in composed.chars().filter(|c| !invisible(*c)) {
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(if Face::Regular.has(c) && Face::Bold.has(c) { c } else { UNKNOWN });
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// `text` cleaned, and cut with an ellipsis if it is wider than `width`.
pub(super) fn fit(kind: Type, width: i32, text: &str) -> String {
    let text = clean(text);
    if kind.width(&text) <= width { text } else { cut(kind, width, &text) }
}

/// `text` cleaned and broken between words (inside a word only where one alone is too wide) into at
/// most `most` lines; an ellipsis says that there was more. No line for empty text.
pub(super) fn wrap(kind: Type, width: i32, most: usize, text: &str) -> Vec<String> {
    let text = clean(text);
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        if lines.len() + 1 == most {
            lines.push(if kind.width(rest) <= width {
                rest.into()
            } else {
                cut(kind, width, rest)
            });
            break;
        }
        let end = line_end(kind, width, rest);
        lines.push(rest[..end].trim_end().into());
        rest = rest[end..].trim_start();
    }
    lines
}

/// The first of `sizes` (largest first) at which cleaned `text` stands on one line, else the last.
pub(super) fn largest(face: Face, sizes: &[i32], width: i32, text: &str) -> Type {
    let fits = |size: &&i32| Type { face, size: **size }.width(text) <= width;
    let size = sizes.iter().find(fits).or(sizes.last()).copied().unwrap_or(0);
    Type { face, size }
}

/// Whether every word of cleaned `text` stands on a line of `width` without being broken.
pub(super) fn whole_words(kind: Type, width: i32, text: &str) -> bool {
    let mut parts = text.split(' ').flat_map(|word| word.split_inclusive(breaks_after));
    parts.all(|part| kind.width(part) <= width)
}

/// A line may end after these as it may between words.
fn breaks_after(c: char) -> bool {
    matches!(c, '-' | '/' | '·' | ',')
}

/// Where the first line of `text` ends, in bytes; always at least one character on.
fn line_end(kind: Type, width: i32, text: &str) -> usize {
    let mut word_end = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if c == ' ' {
            word_end = at;
        }
        let next = at + c.len_utf8();
        if kind.width(&text[..next]) > width {
            let broken = if word_end > 0 { word_end } else { end };
            return if broken > 0 { broken } else { next };
        }
        if breaks_after(c) {
            word_end = next;
        }
        end = next;
    }
    end
}

/// The longest beginning of `text` that leaves room for an ellipsis; empty where not even that
/// fits.
fn cut(kind: Type, width: i32, text: &str) -> String {
    let mut out = String::new();
    for (at, _) in text.char_indices() {
        let candidate = format!("{}{ELLIPSIS}", text[..at].trim_end());
        if kind.width(&candidate) > width {
            break;
        }
        out = candidate;
    }
    out
}

/// Characters without a mark of their own: format and direction controls, joiners, variation
/// selectors, and combining marks that composing has left over.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{300}'..='\u{36F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KIND: Type = Type { face: Face::Bold, size: 40 };

    #[test]
    fn hostile_characters_become_printable() {
        assert_eq!(clean("Jalapen\u{303}o\u{200B} \t\r\n Kush"), "Jalapeño Kush");
        assert_eq!(clean("大麻 🌿"), "\u{FFFD}\u{FFFD} \u{FFFD}");
        assert_eq!(clean("\u{202E}gnorw\u{202C}"), "gnorw");
        assert_eq!(clean(" \0 "), "");
    }

    #[test]
    fn wraps_between_words_and_inside_a_word_only_when_it_must() {
        let width = KIND.width("Blue Dream");
        assert_eq!(wrap(KIND, width, 9, "Blue Dream Blue Dream"), ["Blue Dream", "Blue Dream"]);
        let lines = wrap(KIND, width, 9, "Supercalifragilistic");
        assert!(lines.len() > 1);
        assert_eq!(lines.concat(), "Supercalifragilistic");
        assert!(wrap(KIND, width, 9, "").is_empty());
    }

    #[test]
    fn the_last_allowed_line_says_that_there_was_more() {
        let lines = wrap(KIND, KIND.width("Blue Dream"), 2, "Blue Dream Blue Dream Blue Dream");
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert_eq!(fit(KIND, KIND.width("Blue D…"), "Blue Dream"), "Blue D…");
        assert_eq!(fit(KIND, 0, "Blue"), "");
    }

    #[test]
    fn words_are_whole_where_each_part_fits() {
        let width = KIND.width("SHELF-");
        assert!(whole_words(KIND, width, "TOP SHELF-14"));
        assert!(!whole_words(KIND, width, "TOP SHELVES-14"));
    }

    #[test]
    fn the_largest_size_that_fits_is_taken() {
        let width = KIND.width("A-01");
        assert_eq!(largest(Face::Bold, &[60, 40, 20], width, "A-01").size, 40);
        assert_eq!(largest(Face::Bold, &[60, 40, 20], 1, "A-01").size, 20);
    }

    proptest! {
        #[test]
        fn no_line_is_ever_wider_than_asked(text in "\\PC{0,120}", width in 60i32..900, most in 1usize..5) {
            let lines = wrap(KIND, width, most, &text);
            prop_assert!(lines.len() <= most);
            for line in lines.iter().chain([&fit(KIND, width, &text)]) {
                prop_assert!(KIND.width(line) <= width, "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_no_letter(text in "[a-zñ0-9 /-]{0,120}", width in 60i32..900) {
            let squeeze = |s: &str| s.replace(' ', "");
            prop_assert_eq!(squeeze(&wrap(KIND, width, 1000, &text).concat()), squeeze(&text));
        }
    }
}
