//! Retail ID: the QR on a single unit, which names the package at the time of issue and the unit's
//! number in it. Decodes what can be decoded without asking anybody; says so where it cannot.
//! The tag in it may be the one before a repackaging: whether it is known is asked of the stock.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::code::split_scheme;
use super::tag::Tag;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetailId {
    /// The package's tag at issue, and the unit's number in it.
    Unit { tag: Tag, unit: u64 },
    /// A Retail ID address whose short code only the state's own service can resolve.
    Opaque,
}

impl RetailId {
    /// Reads the address in a Retail ID QR; `None` when the text is not one. Its forms:
    ///
    /// 1. `HTTPS://1A4.COM/<base36>`: big-endian bytes; the first twelve are the tag, the rest is the
    ///    unit's number as unsigned LEB128.
    /// 2. `https://1a4.com/<base64url>`: the same bytes, the older way.
    /// 3. `https://app.1a4.com/landingpage/<tag>/<unit>`: where the first two lead.
    /// 4. `https://d.1a4.com/...`, `https://id.1a4.com/...` and anything else there: opaque.
    ///
    /// The bytes may also be an id of another kind, so a tag is believed only when it starts 1A4.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (_, rest) = split_scheme(text)?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let ours = ["1a4.com", "14a.com"].iter().any(|domain| {
            host.strip_suffix(domain).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
        });
        if !ours {
            return None;
        }
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
        Some(landing_page(path).or_else(|| packed(path)).unwrap_or(Self::Opaque))
    }
}

fn landing_page(path: &str) -> Option<RetailId> {
    let mut parts = path.split('/');
    if !parts.next()?.eq_ignore_ascii_case("landingpage") {
        return None;
    }
    let tag = Tag::parse(parts.next()?).filter(Tag::is_live)?;
    let unit = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some(RetailId::Unit { tag, unit })
}

/// Base 36 where there is one case only (a reader may have changed it), else base64url.
fn packed(path: &str) -> Option<RetailId> {
    let one_case = !path.bytes().any(|b| b.is_ascii_lowercase())
        || !path.bytes().any(|b| b.is_ascii_uppercase());
    let as_base36 = || one_case.then(|| from_base36(path)).flatten().and_then(|bytes| unit(&bytes));
    let as_base64 =
        || URL_SAFE_NO_PAD.decode(path.trim_end_matches('=')).ok().and_then(|bytes| unit(&bytes));
    as_base36().or_else(as_base64)
}

/// The number as big-endian bytes without leading zeros. A tag and a unit's number below two million
/// take 120 bits, so 128 hold all that is issued.
fn from_base36(text: &str) -> Option<Vec<u8>> {
    let mut number = 0_u128;
    for c in text.chars() {
        number = number.checked_mul(36)?.checked_add(u128::from(c.to_digit(36)?))?;
    }
    let bytes = number.to_be_bytes();
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn unit(bytes: &[u8]) -> Option<RetailId> {
    let (tag, number) = bytes.split_first_chunk::<12>()?;
    let tag = Tag::from_bytes(*tag);
    tag.is_live().then_some(RetailId::Unit { tag, unit: leb128(number)? })
}

/// Unsigned LEB128 that uses every byte given; 63 bits at most.
fn leb128(bytes: &[u8]) -> Option<u64> {
    let (last, rest) = bytes.split_last()?;
    if bytes.len() > 9 || last & 0x80 != 0 || rest.iter().any(|byte| byte & 0x80 == 0) {
        return None;
    }
    Some(bytes.iter().rev().fold(0, |number, byte| number << 7 | u64::from(byte & 0x7F)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unit_of(tag: &str, unit: u64) -> Option<RetailId> {
        Tag::parse(tag).map(|tag| RetailId::Unit { tag, unit })
    }

    /// The bytes of a tag and a unit's number, and both ways to write them.
    fn written(tag: [u8; 12], mut number: u64) -> (String, String) {
        let mut bytes = tag.to_vec();
        while number > 0x7F {
            bytes.push(0x80 | u8::try_from(number & 0x7F).expect("seven bits"));
            number >>= 7;
        }
        bytes.push(u8::try_from(number).expect("seven bits"));
        let mut rest = bytes.iter().fold(0_u128, |n, byte| n << 8 | u128::from(*byte));
        let mut base36 = Vec::new();
        while rest > 0 {
            base36.push(
                b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[usize::try_from(rest % 36).expect("small")],
            );
            rest /= 36;
        }
        base36.reverse();
        (String::from_utf8(base36).expect("ASCII"), URL_SAFE_NO_PAD.encode(bytes))
    }

    #[test]
    fn the_published_vector_decodes() {
        let expected = unit_of("1A4060300020081000006609", 1);
        for text in [
            "HTTPS://1A4.COM/5LN8CBN1UB33DON9CHKX",
            "https://1a4.com/5ln8cbn1ub33don9chkx",
            "https://www.1a4.com:443/5LN8CBN1UB33DON9CHKX/?utm=x",
        ] {
            assert_eq!(RetailId::read(text), expected, "{text}");
        }
        let (base36, base64) =
            written([0x1A, 0x40, 0x60, 0x30, 0, 0x20, 8, 0x10, 0, 0, 0x66, 9], 1);
        assert_eq!(base36, "5LN8CBN1UB33DON9CHKX");
        assert_eq!(RetailId::read(&format!("https://1a4.com/{base64}")), expected);
    }

    #[test]
    fn the_landing_page_names_tag_and_unit() {
        let text = "https://app.1a4.com/landingpage/1a4060300020081000006609/250";
        assert_eq!(RetailId::read(text), unit_of("1A4060300020081000006609", 250));
    }

    #[test]
    fn what_only_the_state_can_resolve_is_named_so() {
        for text in [
            "https://id.14a.com/3W5E11264SGPN",
            "https://d.1a4.com/abcDEF",
            "https://1a4.com/",
            "https://1a4.com",
            "https://1a4.com/5LN8CBN1UB33DON9CHKX5LN8CBN1UB33DON9CHKX",
            "https://app.1a4.com/landingpage/652714e9db1b524f7c9ec246/1",
            "https://app.1a4.com/landingpage/1a4060300020081000006609/x",
        ] {
            assert_eq!(RetailId::read(text), Some(RetailId::Opaque), "{text}");
        }
        for text in [
            "",
            "5LN8CBN1UB33DON9CHKX",
            "https://evil1a4.com/5LN8CBN1UB33DON9CHKX",
            "https://x.com/1a4.com",
        ] {
            assert_eq!(RetailId::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_unit_round_trips(rest in any::<[u8; 10]>(), nibble in 0x40u8..0x50, unit in 0u64..2_000_000) {
            let mut bytes = [0x1A; 12];
            bytes[1] = nibble;
            bytes[2..].copy_from_slice(&rest);
            let (base36, base64) = written(bytes, unit);
            let expected = Some(RetailId::Unit { tag: Tag::from_bytes(bytes), unit });
            prop_assert_eq!(RetailId::read(&format!("HTTPS://1A4.COM/{base36}")), expected.clone());
            prop_assert_eq!(RetailId::read(&format!("https://1a4.com/{base64}")), expected);
        }

        #[test]
        fn never_panics(path in any::<String>()) {
            let _ = RetailId::read(&format!("https://1a4.com/{path}"));
        }
    }
}
