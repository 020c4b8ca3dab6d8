//! Our own scannable codes: the short code of places, totes, slips and cases, the secrets on badges
//! and in pairing codes, the typed pairing code, and the URL that carries any of them in a QR.
//! Draws no randomness itself and knows nothing of what a code names.

use std::fmt;

use super::as_text::as_text;

/// The symbols of short codes: no 0 1 I L O. 31 is prime, which is what makes the check work.
pub const SYMBOLS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// The symbols of secrets, five bits each: no I L O U (Crockford's base 32).
const SECRET_SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_LENGTH: usize = 26;

/// Five random symbols and a check symbol, shown `R7K-2QF`. With each position weighted differently
/// modulo the prime 31, every single wrong symbol and every swap of two is noticed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; 6]);

as_text!(
    Code,
    "^[2-9A-HJKMNP-Z]{3}-[2-9A-HJKMNP-Z]{3}$",
    "a code of six characters such as R7K-2QF"
);

impl Code {
    /// A code from eight random bytes (28,629,151 codes; the bias of the remainder is below 2^-39).
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(checked(u64::from_be_bytes(bytes)))
    }

    /// Any case, with or without its dash or blanks.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        read_checked(text).map(Self)
    }

    /// Without the dash, as the URL carries it.
    #[must_use]
    pub fn plain(&self) -> &str {
        std::str::from_utf8(&self.0).expect("symbols are ASCII")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &self.plain()[..3], &self.plain()[3..])
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

/// What a person types to pair a device: seven random symbols and a check symbol, shown
/// `ABCD-EFGH`. Lives for minutes and is throttled; the check spares an attempt on a slip.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PairingCode([u8; 8]);

impl PairingCode {
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(checked(u64::from_be_bytes(bytes)))
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        read_checked(text).map(Self)
    }

    #[must_use]
    pub fn plain(&self) -> &str {
        std::str::from_utf8(&self.0).expect("symbols are ASCII")
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &self.plain()[..4], &self.plain()[4..])
    }
}

impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode(..)")
    }
}

/// 128 random bits on a badge or in a pairing QR, written in 26 symbols. Never printed by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Secret([u8; 16]);

impl Secret {
    #[must_use]
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Any case. `None` unless it is exactly one way to write 128 bits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != SECRET_LENGTH {
            return None;
        }
        let mut bits = 0_u128;
        for (i, byte) in text.bytes().enumerate() {
            let byte = byte.to_ascii_uppercase();
            let value = SECRET_SYMBOLS.iter().position(|symbol| *symbol == byte)?;
            if i == 0 && value > 7 {
                return None;
            }
            bits = bits << 5 | value as u128;
        }
        Some(Self(bits.to_be_bytes()))
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = u128::from_be_bytes(self.0);
        for i in (0..SECRET_LENGTH).rev() {
            let value = usize::try_from(bits >> (5 * i) & 31).expect("five bits");
            write!(f, "{}", char::from(SECRET_SYMBOLS[value]))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What a short code names; the letter stands before it in the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Letter {
    /// P: a pick, on its slip.
    Pick,
    /// L: a bin, a station, any place but a tote.
    Place,
    /// T
    Tote,
    /// C
    Case,
    /// O: an online order, on its label.
    Order,
}

impl Letter {
    pub const ALL: [Self; 5] = [Self::Pick, Self::Place, Self::Tote, Self::Case, Self::Order];

    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Pick => 'P',
            Self::Place => 'L',
            Self::Tote => 'T',
            Self::Case => 'C',
            Self::Order => 'O',
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|letter| {
            text.len() == 1 && text.starts_with(|c: char| c.eq_ignore_ascii_case(&letter.letter()))
        })
    }
}

/// What one of our QR codes carries: `HTTPS://HOST/P/R7K2QF`. Upper case makes a smaller symbol, and
/// the phone's own camera app opens the right screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeUrl {
    Ours {
        letter: Letter,
        code: Code,
    },
    /// B: who somebody is, never a proof of it.
    Badge(Secret),
    /// E: lets one device enrol.
    Pairing(Secret),
}

impl CodeUrl {
    /// The URL for the box at `host` (a name or address, with its port when it is not 443).
    #[must_use]
    pub fn compose(&self, host: &str) -> String {
        let host = host.to_ascii_uppercase();
        match self {
            Self::Ours { letter, code } => {
                format!("HTTPS://{host}/{}/{}", letter.letter(), code.plain())
            }
            Self::Badge(secret) => format!("HTTPS://{host}/B/{secret}"),
            Self::Pairing(secret) => format!("HTTPS://{host}/E/{secret}"),
        }
    }

    /// Any case; the host is not looked at, since a box may be renamed after its labels were printed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (_, rest) = split_scheme(text)?;
        let (_, path) = rest.split_once('/')?;
        let (letter, code) = path.trim_end_matches('/').split_once('/')?;
        match letter {
            "B" | "b" => Secret::parse(code).map(Self::Badge),
            "E" | "e" => Secret::parse(code).map(Self::Pairing),
            _ => Some(Self::Ours { letter: Letter::parse(letter)?, code: Code::parse(code)? }),
        }
    }
}

/// A web address's scheme and what follows `://`.
pub(super) fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.trim().split_once("://")?;
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        .then_some((scheme, rest))
}

/// The symbols of a random number, with the check symbol last.
fn checked<const N: usize>(mut random: u64) -> [u8; N] {
    let mut values = [0_usize; N];
    for value in &mut values[..N - 1] {
        *value = usize::try_from(random % 31).expect("below 31");
        random /= 31;
    }
    values[N - 1] = (31 - weighted_sum(&values) % 31) % 31;
    values.map(|value| SYMBOLS[value])
}

/// Weights run down to 1 at the check symbol, whose own value is 0 while it is being found.
fn weighted_sum(values: &[usize]) -> usize {
    values.iter().rev().enumerate().map(|(i, value)| (i + 1) * value).sum()
}

fn read_checked<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut symbols = [0; N];
    let mut values = [0; N];
    let mut length = 0;
    for byte in text.trim().bytes().filter(|byte| *byte != b'-' && *byte != b' ') {
        let byte = byte.to_ascii_uppercase();
        *values.get_mut(length)? = SYMBOLS.iter().position(|symbol| *symbol == byte)?;
        symbols[length] = byte;
        length += 1;
    }
    (length == N && weighted_sum(&values).is_multiple_of(31)).then_some(symbols)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_shown_in_two_halves_and_read_in_any_way() {
        let code = Code::from_random([0, 1, 2, 3, 4, 5, 6, 7]);
        let shown = code.to_string();
        assert_eq!((shown.len(), &shown[3..4]), (7, "-"));
        for text in [shown.clone(), shown.to_lowercase(), code.plain().into(), format!(" {shown} ")]
        {
            assert_eq!(Code::parse(&text), Some(code), "{text}");
        }
        assert_eq!(Code::parse("R7K-2Q0"), None, "0 is no symbol");
        assert_eq!(Code::parse(""), None);
    }

    #[test]
    fn a_url_is_upper_case_and_its_host_does_not_matter() {
        let code = Code::from_random([9; 8]);
        let url = CodeUrl::Ours { letter: Letter::Place, code };
        let text = url.compose("backstock-7k2q.local:8443");
        assert_eq!(text, format!("HTTPS://BACKSTOCK-7K2Q.LOCAL:8443/L/{}", code.plain()));
        assert_eq!(CodeUrl::parse(&text.to_lowercase()), Some(url));
        assert_eq!(CodeUrl::parse(&format!("http://10.0.0.9/l/{code}/")), Some(url));
        for text in [
            "HTTPS://X/L/",
            "HTTPS://X/Q/R7K2QF",
            "L/R7K2QF",
            "HTTPS://X/L/R7K2QF/x",
            "ftp://X/L/2",
        ] {
            assert_eq!(CodeUrl::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_single_substitution_is_detected(random in any::<[u8; 8]>()) {
            let code = Code::from_random(random).0;
            for at in 0..6 {
                for symbol in SYMBOLS.iter().filter(|symbol| **symbol != code[at]) {
                    let mut wrong = code;
                    wrong[at] = *symbol;
                    prop_assert_eq!(Code::parse(std::str::from_utf8(&wrong).expect("ASCII")), None);
                }
            }
        }

        #[test]
        fn every_swap_of_two_is_detected(random in any::<[u8; 8]>()) {
            for symbols in [&Code::from_random(random).0[..], &PairingCode::from_random(random).0[..]] {
                for i in 0..symbols.len() {
                    for j in (0..i).filter(|j| symbols[*j] != symbols[i]) {
                        let mut wrong = symbols.to_vec();
                        wrong.swap(i, j);
                        let wrong = String::from_utf8(wrong).expect("ASCII");
                        prop_assert!(Code::parse(&wrong).is_none() && PairingCode::parse(&wrong).is_none());
                    }
                }
            }
        }

        #[test]
        fn secrets_and_pairing_codes_round_trip(bytes in any::<[u8; 16]>(), random in any::<[u8; 8]>()) {
            let secret = Secret::from_random(bytes);
            prop_assert_eq!(secret.to_string().len(), 26);
            prop_assert_eq!(Secret::parse(&secret.to_string().to_lowercase()), Some(secret));
            prop_assert_eq!(CodeUrl::parse(&CodeUrl::Badge(secret).compose("a.local")), Some(CodeUrl::Badge(secret)));
            let typed = PairingCode::from_random(random);
            prop_assert_eq!(PairingCode::parse(&typed.to_string()), Some(typed));
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (Code::parse(&text), Secret::parse(&text), CodeUrl::parse(&text), PairingCode::parse(&text));
        }
    }
}
