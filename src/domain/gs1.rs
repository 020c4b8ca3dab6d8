//! GS1 element strings and Digital Link addresses, read down to what a store needs of them.
//! Source: GS1 General Specifications 3 (application identifiers) and 7.8.5 (predefined lengths);
//! GS1 Digital Link URI Syntax 1.4. Reads no state tags and no addresses of other kinds.

use chrono::NaiveDate;

use super::code::split_scheme;
use super::gtin::Gtin;

/// The group separator that ends an element of variable length (FNC1 inside a symbol).
const GS: char = '\u{1d}';

/// What a carrier says of a trade item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradeItem {
    /// AI 01, else 02 (the item inside a logistic unit).
    pub gtin: Gtin,
    /// AI 10.
    pub batch: Option<String>,
    /// AI 17; a day of 00 is the month's last.
    pub expires: Option<NaiveDate>,
    /// AI 21.
    pub serial: Option<String>,
    /// AI 30 or 37.
    pub quantity: Option<u32>,
}

impl TradeItem {
    /// A bare GTIN.
    #[must_use]
    pub const fn bare(gtin: Gtin) -> Self {
        Self { gtin, batch: None, expires: None, serial: None, quantity: None }
    }

    /// Any carrier: an element string with or without its symbology identifier (`]C1`, `]d2`, `]Q3`,
    /// `]e0`), the printed form with parentheses, or a Digital Link address. `None` when it is none of
    /// these, names no item, or an element cannot be read (half an element string is not believed).
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c.is_whitespace() && c != GS);
        if split_scheme(text).is_some() {
            return item(&digital_link(text)?);
        }
        let text = separated(text);
        if text.starts_with('(') {
            return item(&printed(&text)?);
        }
        let named = ["]C1", "]d2", "]Q3", "]e0", "]J1"].iter().find_map(|id| text.strip_prefix(id));
        let elements = element_string(named.unwrap_or(&text).trim_start_matches(GS))?;
        // Without a symbology identifier only what starts with an item's number is believed.
        if named.is_none() && elements.first().is_none_or(|(ai, _)| ai != "01" && ai != "02") {
            return None;
        }
        item(&elements)
    }
}

type Element = (String, String);

fn item(elements: &[Element]) -> Option<TradeItem> {
    let value = |wanted: &str| elements.iter().find(|(ai, _)| ai == wanted).map(|(_, value)| value);
    let text = |ai: &str| value(ai).filter(|text| !text.is_empty()).cloned();
    let gtin = Gtin::parse(value("01").or_else(|| value("02"))?)?;
    let expires = match value("17") {
        Some(digits) => Some(date(digits)?),
        None => None,
    };
    let quantity = value("30").or_else(|| value("37")).and_then(|digits| digits.parse().ok());
    Some(TradeItem { gtin, batch: text("10"), expires, serial: text("21"), quantity })
}

/// The ways in which keyboards and decoders write the separator, made one.
fn separated(text: &str) -> String {
    let gs = GS.to_string();
    text.replace("{GS}", &gs).replace("<GS>", &gs).replace(['\u{241d}', '|'], &gs)
}

fn element_string(mut rest: &str) -> Option<Vec<Element>> {
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let prefix = rest.get(..2).filter(|prefix| prefix.bytes().all(|b| b.is_ascii_digit()))?;
        let (ai, value, after) = if let Some((ai, length)) = predefined(prefix) {
            let value = rest.get(ai..ai + length)?;
            (ai, value, &rest[ai + length..])
        } else {
            let ai = variable_ai_length(prefix);
            let (element, after) = rest.split_once(GS).unwrap_or((rest, ""));
            (ai, element.get(ai..)?, after)
        };
        elements.push((rest.get(..ai)?.to_owned(), value.to_owned()));
        rest = after.trim_start_matches([GS, ' ']);
    }
    Some(elements)
}

/// The predefined lengths, for the identifiers that start so: characters of the identifier, and of
/// the value. All others run to the separator.
fn predefined(prefix: &str) -> Option<(usize, usize)> {
    Some(match prefix {
        "00" => (2, 18),
        "01" | "02" | "03" => (2, 14),
        "04" => (2, 16),
        "11" | "12" | "13" | "14" | "15" | "16" | "17" | "18" | "19" => (2, 6),
        "20" => (2, 2),
        "31" | "32" | "33" | "34" | "35" | "36" => (4, 6),
        "41" => (3, 13),
        _ => return None,
    })
}

/// Characters of a variable element's identifier. Only two-digit ones are used here; of the others
/// no value is read, so that a wrong length cannot matter.
fn variable_ai_length(prefix: &str) -> usize {
    match prefix {
        "10" | "21" | "22" | "30" | "37" | "90" | "91" | "92" | "93" | "94" | "95" | "96"
        | "97" | "98" | "99" => 2,
        _ => 3,
    }
}

/// `(01)04006381333931(10)AB(2)`: a new element starts at a parenthesis that holds two to four digits.
fn printed(text: &str) -> Option<Vec<Element>> {
    let starts: Vec<(usize, &str)> = (text.match_indices('('))
        .filter_map(|(at, _)| {
            let (ai, _) = text[at + 1..].split_once(')')?;
            ((2..=4).contains(&ai.len()) && ai.bytes().all(|b| b.is_ascii_digit()))
                .then_some((at, ai))
        })
        .collect();
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let elements: Vec<Element> = (starts.iter().zip(ends))
        .map(|((at, ai), end)| {
            (ai.to_string(), text[at + ai.len() + 2..end].trim_matches([GS, ' ']).to_owned())
        })
        .collect();
    (!elements.is_empty()).then_some(elements)
}

/// `https://any.host/any/path/01/<gtin>/10/<batch>/21/<serial>?17=<yymmdd>`.
fn digital_link(text: &str) -> Option<Vec<Element>> {
    let (_, rest) = split_scheme(text)?;
    let (_, path) = rest.split_once('/')?;
    let path = path.split('#').next().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.split('/').collect();
    let key = parts.windows(2).position(|pair| {
        (pair[0] == "01" || pair[0].eq_ignore_ascii_case("gtin")) && Gtin::parse(pair[1]).is_some()
    })?;
    let in_path = parts[key..].chunks_exact(2).map(|pair| (pair[0], pair[1]));
    let in_query = query.split(['&', ';']).filter_map(|pair| pair.split_once('='));
    Some(in_path.chain(in_query).map(|(ai, value)| (numbered(ai), unescaped(value))).collect())
}

/// The words that earlier editions allowed in place of numbers.
fn numbered(ai: &str) -> String {
    match ai.to_ascii_lowercase().as_str() {
        "gtin" => "01",
        "lot" => "10",
        "exp" => "17",
        "ser" => "21",
        _ => ai,
    }
    .to_owned()
}

fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = || u8::from_str_radix(text.get(at + 1..at + 3)?, 16).ok();
        let escaped = (bytes[at] == b'%').then(hex).flatten();
        plain.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).chars().filter(|c| !c.is_control()).collect()
}

/// YYMMDD in this century; day 00 is the month's last.
fn date(digits: &str) -> Option<NaiveDate> {
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits[from..from + 2].parse::<u32>().ok();
    let (year, month, day) = (2000 + part(0)?.cast_signed(), part(2)?, part(4)?);
    if day > 0 {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    if month < 2 && digits.get(2..4) != Some("12") {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GTIN: &str = "08903819987659";

    fn day(y: i32, m: u32, d: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(y, m, d)
    }

    fn full() -> Option<TradeItem> {
        Some(TradeItem {
            gtin: Gtin::parse(GTIN)?,
            batch: Some("BN-4".into()),
            expires: day(2031, 7, 30),
            serial: Some("S1ND6".into()),
            quantity: None,
        })
    }

    #[test]
    fn every_carrier_says_the_same() {
        for text in [
            "]d2010890381998765921S1ND6\u{1d}1731073010BN-4",
            "]C1010890381998765921S1ND6\u{1d}1731073010BN-4",
            "]Q3\u{1d}010890381998765921S1ND6{GS}1731073010BN-4",
            "010890381998765921S1ND6|1731073010BN-4\r\n",
            "0108903819987659 1731073010BN-4\u{241d}21S1ND6",
            "(01)08903819987659(21)S1ND6(17)310730(10)BN-4",
            "https://id.gs1.org/01/08903819987659/10/BN-4/21/S1ND6?17=310730",
            "HTTPS://EXAMPLE.COM/p/x/gtin/8903819987659/lot/BN%2D4/ser/S1ND6?foo=bar&exp=310730#x",
        ] {
            assert_eq!(TradeItem::read(text), full(), "{text}");
        }
    }

    #[test]
    fn unknown_elements_are_skipped_by_their_length() {
        let text = "]d2010890381998765911260101310300350031020035008020REF1\u{1d}3024\u{1d}10AB";
        let item = TradeItem::read(text).expect("readable");
        assert_eq!((item.batch.as_deref(), item.quantity), (Some("AB"), Some(24)));
    }

    #[test]
    fn half_an_element_string_is_not_believed() {
        for text in [
            "]d20108903819987659173107",   // the date is cut
            "]d20108903819987658",         // wrong check digit
            "]d210AB",                     // no item
            "]d2010890381998765917311330", // month 13
            "10AB",
            "0108903819987658",
            "(01)",
            "(",
            "https://example.com/about/us",
            "https://example.com/01/08903819987658",
        ] {
            assert_eq!(TradeItem::read(text), None, "{text}");
        }
    }

    #[test]
    fn day_zero_is_the_months_last() {
        assert_eq!(date("280200"), day(2028, 2, 29));
        assert_eq!(date("281200"), day(2028, 12, 31));
        assert_eq!(date("280100"), day(2028, 1, 31));
        for bad in ["280000", "281300", "280230", "2802", "28O200"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_parenthesis_inside_a_batch_stays() {
        let item = TradeItem::read("(01)08903819987659(10)A(b)(2)").expect("readable");
        assert_eq!(item.batch.as_deref(), Some("A(b)(2)"));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), digits in "[0-9\\x1d()|%/]{0,60}") {
            let _ = TradeItem::read(&text);
            for head in ["]d2", "01", "(01)", "https://x/01/", "https://x/01/08903819987659/10/%"] {
                let _ = (TradeItem::read(&format!("{head}{digits}")), TradeItem::read(&format!("{head}{text}")));
            }
        }
    }
}
