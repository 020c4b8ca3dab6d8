//! Secrets the box makes: cookies' tokens, badge numbers, pairing secrets and typed codes. Only their
//! SHA-256 is ever stored; a lookup by that hash tells an attacker nothing by its timing.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::domain::code::{self, PairingCode};

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A secret in the form its holder gets, once. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What is stored of a secret.
pub type SecretHash = [u8; 32];

impl Secret {
    /// 256 bits for a cookie or an approval.
    pub fn token() -> Self {
        Self::long(random())
    }

    /// 256 bits for what no person types: 43 characters of base 64.
    pub fn long(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// 128 bits for a QR (badge, pairing): 26 characters.
    pub fn for_qr(bytes: [u8; 16]) -> Self {
        Self(code::Secret::from_random(bytes).to_string())
    }

    /// 7 symbols to type, 34 bits, and a check symbol: for what lives minutes and is throttled.
    pub fn typed(bytes: [u8; 8]) -> Self {
        Self(PairingCode::from_random(bytes).plain().to_owned())
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// A typed code as it is shown: "ABCD-EFGH".
    pub fn dashed(&self) -> String {
        let (first, second) = self.0.split_at(self.0.len() / 2);
        format!("{first}-{second}")
    }

    pub fn hash(&self) -> SecretHash {
        hash(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

pub fn hash(text: &str) -> SecretHash {
    Sha256::digest(text).into()
}

/// What a person typed or a camera read, as it was made: the last part of a URL, upper case, without
/// dashes and blanks.
pub fn tidy(text: &str) -> String {
    let last = text.trim().rsplit('/').next().unwrap_or_default();
    last.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_code_is_read_back_from_what_people_type() {
        let code = Secret::typed(random());
        assert_eq!(code.text().len(), 8);
        // A scanner on any screen sees that it is one.
        assert!(PairingCode::parse(&code.dashed()).is_some());
        assert_eq!(tidy(&format!(" {} ", code.dashed().to_lowercase())), code.text());
    }

    #[test]
    fn a_pairing_url_carries_its_secret() {
        let secret = Secret::for_qr(random());
        assert_eq!(secret.text().len(), 26);
        assert_eq!(tidy(&format!("HTTPS://BOX.LOCAL/E/{}", secret.text())), secret.text());
    }

    #[test]
    fn secrets_differ_and_are_not_shown() {
        let (a, b) = (Secret::token(), Secret::token());
        assert_ne!(a, b);
        assert_eq!(format!("{a:?}"), "Secret(..)");
    }
}
