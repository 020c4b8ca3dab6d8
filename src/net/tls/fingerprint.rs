//! The SHA-256 fingerprint of a certificate, in the forms that people and phones show it.

use std::fmt;

use sha2::{Digest, Sha256};

/// SHA-256 over the certificate's DER bytes. Displays as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }

    /// As phones and `openssl` show it: `AB:CD:…`.
    pub fn colons(&self) -> String {
        let bytes: Vec<String> = self.0.iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.join(":")
    }

    /// Four rows of four groups of four digits, to be compared by eye: `ABCD 1234 …`.
    pub fn rows(&self) -> [String; 4] {
        std::array::from_fn(|row| {
            let groups: Vec<String> = self.0[row * 8..row * 8 + 8]
                .chunks(2)
                .map(|pair| format!("{:02X}{:02X}", pair[0], pair[1]))
                .collect();
            groups.join(" ")
        })
    }

    /// The first 16 digits: enough to find the box among others, never enough to trust it.
    pub fn prefix(&self) -> String {
        self.to_string()[..16].to_owned()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_known_digest_in_every_form() {
        // SHA-256 of nothing, FIPS 180-4.
        let empty = Fingerprint::of(b"");
        assert_eq!(
            empty.to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(empty.prefix(), "e3b0c44298fc1c14");
        assert!(empty.colons().starts_with("E3:B0:C4:42:98"));
        assert_eq!(empty.colons().len(), 32 * 3 - 1);
        assert_eq!(
            empty.rows(),
            [
                "E3B0 C442 98FC 1C14",
                "9AFB F4C8 996F B924",
                "27AE 41E4 649B 934C",
                "A495 991B 7852 B855"
            ]
        );
    }
}
