//! What a scanned or typed string is, before anything is looked up. Knows every carrier that enters
//! a store and tries them from the surest to the vaguest; it never fails, it says `Unknown`.

use super::code::{Code, CodeUrl, Letter, PairingCode, Secret};
use super::gs1::TradeItem;
use super::gtin::Gtin;
use super::retail_id::RetailId;
use super::tag::{self, Tag};

/// Longest text looked at, in characters; what follows is not a scan.
pub const LIMIT: usize = 512;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// A package's tag, by Code 128, GS1-128, QR or keyboard.
    Tag(Tag),
    /// A unit's QR: the package at issue and the unit's number in it.
    RetailId {
        tag: Tag,
        unit: u64,
        original: String,
    },
    /// A Retail ID that only the state's own service can resolve.
    RetailIdOpaque(String),
    /// A trade item by any carrier.
    Gtin(TradeItem),
    /// The QR of a pick, place, tote or case.
    Ours {
        letter: Letter,
        code: Code,
    },
    Badge(Secret),
    Pairing(Secret),
    /// A pairing code as typed.
    PairingCode(PairingCode),
    /// A short code as typed: what it names is looked up. May by chance be a tag's tail.
    ShortCode(Code),
    /// Five to eleven hexadecimal digits, upper case: perhaps the end of a tag.
    TagTail(String),
    /// What a spreadsheet left of a tag.
    Mangled(String),
    Unknown(String),
}

impl Scan {
    /// How the text reads, in the words of the API's `reads_as`.
    #[must_use]
    pub const fn reads_as(&self) -> &'static str {
        match self {
            Self::Tag(_) | Self::TagTail(_) | Self::Mangled(_) => "tag",
            Self::RetailId { .. } | Self::RetailIdOpaque(_) => "retail_id",
            Self::Gtin(_) => "gtin",
            Self::Ours { .. }
            | Self::Badge(_)
            | Self::Pairing(_)
            | Self::PairingCode(_)
            | Self::ShortCode(_) => "code",
            Self::Unknown(_) => "text",
        }
    }
}

/// Reads one scan. Control characters other than the group separator are dropped first, and a
/// symbology identifier that says nothing here is too.
#[must_use]
pub fn read(text: &str) -> Scan {
    let clean: String =
        (text.chars().take(LIMIT)).filter(|c| !c.is_control() || *c == '\u{1d}').collect();
    let clean = clean.trim();
    let plain = without_identifier(clean);
    if text.chars().nth(LIMIT).is_some() {
        return Scan::Unknown(shown(plain));
    }
    if let Some(tag) = Tag::parse(plain) {
        return Scan::Tag(tag);
    }
    address(plain)
        .or_else(|| TradeItem::read(clean).or_else(|| TradeItem::read(plain)).map(Scan::Gtin))
        .or_else(|| typed(&shown(plain)))
        .unwrap_or_else(|| Scan::Unknown(shown(plain)))
}

fn address(text: &str) -> Option<Scan> {
    match RetailId::read(text) {
        Some(RetailId::Unit { tag, unit }) => {
            return Some(Scan::RetailId { tag, unit, original: text.to_owned() });
        }
        Some(RetailId::Opaque) => return Some(Scan::RetailIdOpaque(text.to_owned())),
        None => {}
    }
    Some(match CodeUrl::parse(text)? {
        CodeUrl::Ours { letter, code } => Scan::Ours { letter, code },
        CodeUrl::Badge(secret) => Scan::Badge(secret),
        CodeUrl::Pairing(secret) => Scan::Pairing(secret),
    })
}

fn typed(text: &str) -> Option<Scan> {
    if let Some(gtin) = Gtin::parse(text) {
        return Some(Scan::Gtin(TradeItem::bare(gtin)));
    }
    if let Some(code) = Code::parse(text) {
        return Some(Scan::ShortCode(code));
    }
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if let Some(code) = PairingCode::parse(text).filter(|_| has_letter) {
        return Some(Scan::PairingCode(code));
    }
    if tag::looks_mangled(text) {
        return Some(Scan::Mangled(text.to_owned()));
    }
    let tail = (5..=11).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    tail.then(|| Scan::TagTail(text.to_ascii_uppercase()))
}

/// AIM symbology identifiers (`]E0`, `]Q1`, ...) are three characters that start with a bracket.
fn without_identifier(text: &str) -> &str {
    let bytes = text.as_bytes();
    let has = bytes.len() > 3
        && bytes[0] == b']'
        && bytes[1].is_ascii_alphabetic()
        && bytes[2].is_ascii_alphanumeric();
    (if has { &text[3..] } else { text }).trim()
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TAG: &str = "1A4120300000C1F000044136";

    #[test]
    fn a_tag_by_every_carrier() {
        let tag = Tag::parse(TAG).expect("a tag");
        for text in [
            TAG,
            "1a4120300000c1f000044136\r",
            "]C11A4120300000C1F000044136",
            "]Q11A4120300000C1F000044136",
        ] {
            assert_eq!(read(text), Scan::Tag(tag), "{text}");
        }
    }

    #[test]
    fn every_other_kind() {
        let code = Code::from_random([1, 2, 3, 4, 5, 6, 7, 8]);
        let secret = Secret::from_random([7; 16]);
        let gtin = Gtin::parse("036000291452").expect("a GTIN");
        let ours = CodeUrl::Ours { letter: Letter::Tote, code };
        assert_eq!(read(&ours.compose("box.local")), Scan::Ours { letter: Letter::Tote, code });
        assert_eq!(read(&code.to_string()), Scan::ShortCode(code));
        assert_eq!(read(&CodeUrl::Badge(secret).compose("b")), Scan::Badge(secret));
        assert_eq!(read(&CodeUrl::Pairing(secret).compose("b")), Scan::Pairing(secret));
        assert_eq!(read("036000291452\n"), Scan::Gtin(TradeItem::bare(gtin)));
        assert_eq!(read("]E00036000291452"), Scan::Gtin(TradeItem::bare(gtin)));
        assert!(
            matches!(read("]d2010890381998765910A"), Scan::Gtin(item) if item.batch.as_deref() == Some("A"))
        );
        assert!(matches!(read("https://x.co/01/08903819987659"), Scan::Gtin(_)));
        assert!(matches!(
            read("HTTPS://1A4.COM/5LN8CBN1UB33DON9CHKX"),
            Scan::RetailId { unit: 1, .. }
        ));
        assert!(matches!(read("https://id.14a.com/3W5E11264SGPN"), Scan::RetailIdOpaque(_)));
        assert_eq!(read("044136"), Scan::TagTail("044136".into()));
        assert_eq!(read("1.4A04E+23"), Scan::Mangled("1.4A04E+23".into()));
        assert_eq!(read("blue dream"), Scan::Unknown("blue dream".into()));
        assert_eq!(read(""), Scan::Unknown(String::new()));
    }

    #[test]
    fn a_text_beyond_the_limit_is_cut_and_unknown() {
        let Scan::Unknown(text) = read(&"9".repeat(100_000)) else { panic!("not a scan") };
        assert_eq!(text.len(), LIMIT);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), head in "\\][a-zA-Z0-9é]{0,3}") {
            let _ = (read(&text), read(&format!("{head}{text}")));
        }
    }
}
