//! What the box is called: its id, its one canonical host name, and the friendly name made from the
//! store's. Never talks to the network; conflicts are found by `mdns`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The 31 symbols of every code that people read aloud or type: no 0/O, 1/I/L.
const SYMBOLS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const ID_LENGTH: usize = 5;

/// Longest friendly label. A DNS label holds 63; the rest is room for the number of a conflict.
const SLUG_LENGTH: usize = 40;
const CANONICAL_PREFIX: &str = "backstock-";

/// The box's own id: 5 of 31 symbols (28 million), lower case. Drawn once, at first start, and
/// kept: it is part of the canonical name, which every enrolled phone remembers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BoxId(String);

/// The operating system gave no random bytes; the box cannot make keys either.
#[derive(Debug, Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct NoRandomness(getrandom::Error);

/// A text that is no box id.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a box id: five of 2-9 and a-z without i, l, o, at least one of them a letter"
)]
pub struct BadBoxId(String);

impl BoxId {
    pub fn random() -> Result<Self, NoRandomness> {
        let mut id = String::with_capacity(ID_LENGTH);
        loop {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes).map_err(NoRandomness)?;
            // Bytes past the last whole multiple of 31 are dropped, so that every symbol is equally
            // likely.
            for byte in bytes.into_iter().map(usize::from).filter(|byte| *byte < 31 * 8) {
                id.push(char::from(SYMBOLS[byte % SYMBOLS.len()].to_ascii_lowercase()));
                if id.len() == ID_LENGTH {
                    if let Ok(id) = id.parse() {
                        return Ok(id);
                    }
                    id.clear();
                }
            }
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As printed for people: `R7K2Q`.
    pub fn label(&self) -> String {
        self.0.to_ascii_uppercase()
    }

    /// The one origin that apps, cookies and passkeys are bound to: `backstock-r7k2q.local`.
    pub fn canonical_host(&self) -> String {
        format!("{CANONICAL_PREFIX}{}.local", self.0)
    }
}

impl FromStr for BoxId {
    type Err = BadBoxId;

    fn from_str(text: &str) -> Result<Self, BadBoxId> {
        let id = text.to_ascii_lowercase();
        let symbols = id.bytes().all(|byte| SYMBOLS.contains(&byte.to_ascii_uppercase()));
        // mDNS settles a conflict by counting up a number after the last dash (RFC 6762, 9). An id
        // of digits alone would count up into the name of another box.
        let letter = id.bytes().any(|byte| byte.is_ascii_alphabetic());
        if id.len() == ID_LENGTH && symbols && letter {
            Ok(Self(id))
        } else {
            Err(BadBoxId(text.to_owned()))
        }
    }
}

impl fmt::Display for BoxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The friendly host name for a store's name: `Green Leaf Café` is `green-leaf-cafe.local`. Only a
/// convenience: another machine may own it, and then mDNS renames ours.
pub fn friendly_host(store_name: &str) -> String {
    format!("{}.local", slug(store_name))
}

/// A DNS label (RFC 1123) for a name that people gave: lower-case letters, digits and single
/// dashes, 1 to 40 characters. Latin letters lose their accents; what cannot be written that way
/// becomes a dash.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        let plain = plain(letter);
        if plain.is_empty() {
            if !slug.is_empty() && !slug.ends_with('-') && !is_joined(letter) {
                slug.push('-');
            }
        } else {
            slug.push_str(plain.as_str());
        }
    }
    slug.truncate(SLUG_LENGTH);
    let slug = slug.trim_end_matches('-');
    match slug.strip_prefix(CANONICAL_PREFIX) {
        _ if slug.is_empty() => "backstock".to_owned(),
        // Never the canonical name of a box, ours or another's.
        Some(rest) if rest.parse::<BoxId>().is_ok() => format!("{slug}-store"),
        _ => slug.to_owned(),
    }
}

/// Apostrophes and combining accents vanish instead of splitting a word: `Joe's` is `joes`.
fn is_joined(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | '`' | '´' | '\u{300}'..='\u{36f}')
}

fn plain(letter: char) -> String {
    let text = match letter {
        'a'..='z' | '0'..='9' => return letter.to_string(),
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ę' => "e",
        'í' | 'ì' | 'î' | 'ï' | 'ī' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' => "o",
        'œ' => "oe",
        'ś' | 'š' => "s",
        'ß' => "ss",
        'ú' | 'ù' | 'û' | 'ü' | 'ū' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_parse_and_differ() {
        let ids: Vec<BoxId> = (0..200).map(|_| BoxId::random().unwrap()).collect();
        for id in &ids {
            assert_eq!(id.as_str().parse::<BoxId>().as_ref(), Ok(id));
        }
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        assert!(distinct.len() > 190);
    }

    #[test]
    fn ids_are_lower_case_in_host_names_and_upper_case_for_people() {
        let id: BoxId = "R7k2Q".parse().unwrap();
        assert_eq!(id.canonical_host(), "backstock-r7k2q.local");
        assert_eq!(id.label(), "R7K2Q");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "r7k2", "r7k2qq", "r7k2o", "r7k2l", "r7k2-", "r7k2ñ", "23456"] {
            assert_eq!(text.parse::<BoxId>(), Err(BadBoxId(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn slugs_are_labels() {
        for (name, expected) in [
            ("Green Leaf", "green-leaf"),
            ("  Señor Verde's Cañón #2  ", "senor-verdes-canon-2"),
            ("Cafe\u{301} & Co.", "cafe-co"),
            ("A--B", "a-b"),
            ("大麻", "backstock"),
            ("", "backstock"),
            ("xn--test", "xn-test"),
            ("Backstock R7K2Q", "backstock-r7k2q-store"),
            ("Backstock Main", "backstock-main"),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
    }

    #[test]
    fn a_long_name_is_cut_without_a_dash_at_the_end() {
        let slug = slug(&"abc ".repeat(60));
        assert_eq!(slug.len(), SLUG_LENGTH - 1);
        assert!(slug.ends_with('c'));
    }
}
