//! Trade item numbers (GTIN) in every length that retail packaging carries, normalised to GTIN-14.
//! Source: GS1 General Specifications 7.9 (check digit) and 5.2.2.4 (UPC-E zero suppression).

use std::fmt;

use super::as_text::as_text;

/// A GTIN of 14 digits with a right check digit; shorter ones are padded with zeros on the left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin([u8; 14]);

as_text!(Gtin, r"^\d{14}$", "a GTIN of 8, 12, 13 or 14 digits with a right check digit");

impl Gtin {
    /// UPC-A (12), EAN-13, ITF-14, EAN-8, and UPC-E written in full (8 digits). Of eight digits that
    /// start with 0 it prefers UPC-E (such EAN-8 numbers are for use inside one company only).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.trim().bytes().filter(|byte| *byte != b' ').collect();
        if digits.len() > 14 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        match digits.len() {
            8 if digits[0] == b'0' => upc_e(&digits).or_else(|| padded(&digits)),
            8 => padded(&digits).or_else(|| upc_e(&digits)),
            12..=14 => padded(&digits),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a GTIN holds digits only")
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gtin({})", self.as_str())
    }
}

fn padded(digits: &[u8]) -> Option<Gtin> {
    let mut gtin = [b'0'; 14];
    gtin[14 - digits.len()..].copy_from_slice(digits);
    (check_digit(&gtin[..13]) == gtin[13] && gtin.iter().any(|digit| *digit != b'0'))
        .then_some(Gtin(gtin))
}

/// The check digit of the 13 digits before it, weighted 3, 1, 3, ... from the left.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = (digits.iter().enumerate())
        .map(|(i, digit)| u32::from(digit - b'0') * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    b'0' + u8::try_from((10 - sum % 10) % 10).expect("a digit")
}

/// UPC-E to UPC-A: number system (0 or 1), six digits of which the last says where zeros were left
/// out, check digit.
fn upc_e(digits: &[u8]) -> Option<Gtin> {
    let [system @ (b'0' | b'1'), six @ .., check] = digits else { return None };
    let (five, last) = six.split_at(5);
    let (maker, zeros, item): (&[u8], usize, &[u8]) = match last {
        b"0" | b"1" | b"2" => (&[five[0], five[1], last[0]], 4, &five[2..]),
        b"3" => (&five[..3], 5, &five[3..]),
        b"4" => (&five[..4], 5, &five[4..]),
        _ => (five, 4, last),
    };
    padded(&[&[*system], maker, &vec![b'0'; zeros], item, &[*check]].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        Gtin::parse(text).map(|gtin| gtin.to_string())
    }

    #[test]
    fn every_length_becomes_fourteen_digits() {
        for (text, gtin) in [
            ("036000291452", "00036000291452"),   // UPC-A
            ("4006381333931", "04006381333931"),  // EAN-13
            ("96385074", "00000096385074"),       // EAN-8
            ("10012345678902", "10012345678902"), // ITF-14
            ("04252614", "00042100005264"),       // UPC-E, ends in 1
            ("01234565", "00012345000065"),       // UPC-E, ends in 6
            ("0049000006582", "00049000006582"),  // UPC-A as decoders hand it over
            (" 0 36000 29145 2 ", "00036000291452"),
        ] {
            assert_eq!(read(text).as_deref(), Some(gtin), "{text}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_no_gtin() {
        for text in [
            "036000291453",
            "4006381333930",
            "96385075",
            "10012345678903",
            "04252615",
            "00000000",
            "",
            "12345",
            "1234567890123456",
            "03600029145X",
            "٣٦٠٠٠٢٩١٤٥٢",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_is_caught(number in 1u64..1_000_000_000_000, at in 0usize..14, by in 1u8..10) {
            let mut digits = format!("{number:013}").into_bytes();
            digits.push(check_digit(&digits));
            let right = String::from_utf8(digits.clone()).expect("digits");
            prop_assert_eq!(read(&right), Some(right));
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            prop_assert_eq!(read(&String::from_utf8(digits).expect("digits")), None);
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Gtin::parse(&text);
        }
    }
}
