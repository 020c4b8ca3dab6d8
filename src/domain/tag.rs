//! The state's package tag (a METRC UID) and what people and programs do to it on its way here.
//! Knows no package: whether a tag is known is asked of the stock.

use std::fmt;

use super::as_text::as_text;

/// Characters of a tag.
pub const LENGTH: usize = 24;

/// A METRC UID: 24 upper-case hexadecimal digits. Live tags start with 1A4, a sandbox's need not.
/// There is no check digit: one wrong digit gives another tag that looks valid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; LENGTH]);

as_text!(Tag, "^[0-9A-F]{24}$", "a package tag of 24 hexadecimal digits");

impl Tag {
    /// A tag from what a scanner, a keyboard or a file gives: any case, surrounding blanks, a
    /// symbology identifier (`]C1`, `]C0`) and FNC1 (0x1D) are put right.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
        let text = text.strip_prefix("]C1").or_else(|| text.strip_prefix("]C0")).unwrap_or(text);
        let mut tag = [0; LENGTH];
        let mut length = 0;
        for byte in text.bytes().filter(|byte| *byte != 0x1D) {
            *tag.get_mut(length)? = byte.to_ascii_uppercase();
            length += 1;
        }
        (length == LENGTH && tag.iter().all(u8::is_ascii_hexdigit)).then_some(Self(tag))
    }

    /// The tag of these 96 bits, as Retail ID codes carry it.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 12]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let mut tag = [0; LENGTH];
        for (pair, byte) in tag.chunks_exact_mut(2).zip(bytes) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Self(tag)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a tag holds hexadecimal digits only")
    }

    /// The last six digits, by which people name a tag.
    #[must_use]
    pub fn tail(&self) -> &str {
        &self.as_str()[LENGTH - 6..]
    }

    /// Whether it carries the prefix of tags in use; a sandbox's may not.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.0.starts_with(b"1A4")
    }

    /// Whether two tags differ by exactly one digit or one swap of adjacent digits: what a tired
    /// hand makes of one.
    #[must_use]
    pub fn neighbours(&self, other: &Self) -> bool {
        let mut differing = (0..LENGTH).filter(|&i| self.0[i] != other.0[i]);
        match (differing.next(), differing.next(), differing.next()) {
            (Some(_), None, None) => true,
            (Some(i), Some(j), None) => {
                j == i + 1 && self.0[i] == other.0[j] && self.0[j] == other.0[i]
            }
            _ => false,
        }
    }

    /// Every neighbour there can be (at most 383), for probing an index of known tags.
    pub fn every_neighbour(self) -> impl Iterator<Item = Self> {
        let changed = (0..LENGTH).flat_map(move |i| {
            b"0123456789ABCDEF".iter().filter(move |digit| **digit != self.0[i]).map(move |digit| {
                let mut near = self.0;
                near[i] = *digit;
                Self(near)
            })
        });
        let swapped = (1..LENGTH).filter(move |&i| self.0[i - 1] != self.0[i]).map(move |i| {
            let mut near = self.0;
            near.swap(i - 1, i);
            Self(near)
        });
        changed.chain(swapped)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({})", self.as_str())
    }
}

/// Whether a text is what a spreadsheet leaves of a tag: `1.4A04E+23`, `1.40412E+23`, or 24 digits
/// whose last nine became zeros (a spreadsheet keeps fifteen). The tag cannot be recovered.
#[must_use]
pub fn looks_mangled(text: &str) -> bool {
    let text = text.trim().to_ascii_uppercase();
    let rounded = text.len() == LENGTH
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.ends_with("000000000")
        && !text.starts_with('0');
    let Some((mantissa, exponent)) = text.rsplit_once("E+") else { return rounded };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let numeral = |byte: u8| byte.is_ascii_hexdigit() || byte == b'.' || byte == b',';
    digits(exponent)
        && exponent.len() <= 3
        && mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.bytes().all(numeral)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "1A4120300000C1F000044136";

    fn tag(text: &str) -> Tag {
        Tag::parse(text).expect("a test's own tag")
    }

    #[test]
    fn reads_what_scanners_give() {
        for text in [
            TEXT,
            " 1a4120300000c1f000044136\r\n",
            "]C11A4120300000C1F000044136",
            "]C0\u{1d}1A4120300000C1F000044136",
            "\u{1d}1A4120300000C1F000044136\u{1d}",
        ] {
            assert_eq!(
                Tag::parse(text).map(|tag| tag.to_string()).as_deref(),
                Some(TEXT),
                "{text:?}"
            );
        }
        assert_eq!(tag(TEXT).tail(), "044136");
        assert!(tag(TEXT).is_live() && !tag("ABCDEF012345670000010042").is_live());
    }

    #[test]
    fn refuses_what_is_no_tag() {
        for text in [
            "",
            "1A4",
            "1A4120300000C1F00004413",
            "1A4120300000C1F0000441366",
            "1A4120300000C1F00004413G",
            "1A4120300000C1F 00044136",
            "1A4120300000C1F00004413é",
        ] {
            assert_eq!(Tag::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_what_a_spreadsheet_left() {
        for text in
            ["1.4A04E+23", "1.40412E+23", "1,40412e+23", "1E+23", "140412000000000000000000"]
        {
            assert!(looks_mangled(text), "{text}");
        }
        for text in [TEXT, "", "E+23", "1.4A04E+", "BLUE+23", "12.5", "1.4E+2345", "1+1E+2x"] {
            assert!(!looks_mangled(text), "{text}");
        }
    }

    #[test]
    fn a_neighbour_is_one_slip_away() {
        let known = tag(TEXT);
        assert!(known.neighbours(&tag("1A4120300000C1F000044137")), "one digit");
        assert!(known.neighbours(&tag("1A4120300000C1F000041436")), "adjacent swap");
        assert!(!known.neighbours(&known), "itself");
        assert!(!known.neighbours(&tag("1A4120300000C1F000044147")), "two digits");
        assert!(!known.neighbours(&tag("1A4120300000C1F000043146")), "a swap over a distance");
    }

    proptest! {
        #[test]
        fn every_neighbour_is_one(bytes in any::<[u8; 12]>()) {
            let tag = Tag::from_bytes(bytes);
            prop_assert_eq!(Tag::parse(tag.as_str()), Some(tag));
            prop_assert!(tag.every_neighbour().all(|near| tag.neighbours(&near) && near.neighbours(&tag)));
            prop_assert!(tag.every_neighbour().count() >= 24 * 15);
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (Tag::parse(&text), looks_mangled(&text));
        }
    }
}
