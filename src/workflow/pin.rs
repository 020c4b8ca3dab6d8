//! Six-digit PINs, assigned by the box and never chosen. A PIN is a second factor: it works only from an
//! enrolled device. Stored as Argon2id under a pepper that lives outside the database, since a million
//! PINs fall to any hash alone. Nothing here is ever logged or journalled.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use ring::hmac;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::secret;
use crate::domain::id::DeviceId;

/// OWASP's least for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// 32 random bytes outside the database. A backup carries them under its passphrase.
#[derive(Clone)]
pub struct Pepper([u8; 32]);

impl Pepper {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the pepper at `path`, or makes one there, readable by its owner alone. A file of another
    /// length is refused: with another pepper no PIN would fit.
    pub fn load_or_make(path: &Path) -> io::Result<Self> {
        let mut options = std::fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(mut file) => {
                let pepper = Self(secret::random());
                file.write_all(&pepper.0)?;
                file.sync_all()?;
                Ok(pepper)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::load(path),
            Err(error) => Err(error),
        }
    }

    fn load(path: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(33).read_to_end(&mut bytes)?;
        let bytes = bytes.try_into().map_err(|_| {
            let what =
                format!("{}: a pepper has 32 bytes; restore it from a backup", path.display());
            io::Error::new(io::ErrorKind::InvalidData, what)
        })?;
        Ok(Self(bytes))
    }

    /// 32 bytes that only this pepper gives for this request: what a replay needs again, although it
    /// is never stored. Nobody without the pepper can tell them from random ones.
    pub fn derive(&self, what: &str, key: Uuid, device: DeviceId) -> [u8; 32] {
        let mut sha = Sha256::new();
        sha.update(self.0);
        sha.update(key.as_bytes());
        sha.update(device.0.to_be_bytes());
        sha.update(what);
        sha.finalize().into()
    }

    /// What stands for something that may be known no longer, and known again only where this pepper is: a bare
    /// hash of something short is guessed by trying all there are.
    pub fn seal(&self, what: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        hmac::sign(&key, what).as_ref().try_into().expect("an HMAC of SHA-256 has 32 bytes")
    }

    fn argon2(&self) -> Argon2<'_> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("parameters in range");
        Argon2::new_with_secret(&self.0, Algorithm::Argon2id, Version::V0x13, params)
            .expect("a secret of 32 bytes")
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(..)")
    }
}

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin([u8; 6]);

impl Pin {
    /// A fresh PIN, none of the trivial ones.
    pub fn random() -> Self {
        loop {
            if let Some(pin) = Self::from_bits(u64::from_be_bytes(secret::random())) {
                return pin;
            }
        }
    }

    /// The PIN of one request: the same for its replay, so that a lost answer can be asked for again.
    pub fn for_request(pepper: &Pepper, key: Uuid, device: DeviceId) -> Self {
        let mut round = 0_u32;
        loop {
            let bytes = pepper.derive(&format!("pin {round}"), key, device);
            let bits = bytes.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte));
            if let Some(pin) = Self::from_bits(bits) {
                return pin;
            }
            round += 1;
        }
    }

    /// What somebody typed; `None` unless it is six digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 6] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// For showing once to whoever hands it over.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }

    /// 64 bits give a bias below 2^-44.
    fn from_bits(bits: u64) -> Option<Self> {
        let mut number = bits % 1_000_000;
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(number % 10).expect("one digit");
            number /= 10;
        }
        let pin = Self(digits);
        (!pin.trivial()).then_some(pin)
    }

    /// Straight runs, repeats, mirrors, and those with two different digits or fewer: what somebody
    /// tries first.
    fn trivial(&self) -> bool {
        let digits = &self.0;
        let runs =
            |step: u8| digits.windows(2).all(|two| (two[0] - b'0' + step) % 10 == two[1] - b'0');
        let different = (b'0'..=b'9').filter(|digit| digits.contains(digit)).count();
        let mirrored = digits.iter().eq(digits.iter().rev());
        different < 3 || mirrored || digits[..3] == digits[3..] || runs(1) || runs(9)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// The stored form of a PIN. Takes tens of milliseconds and 19 MiB: never on an async thread, never two
/// by two without a bound.
pub fn hash(pepper: &Pepper, pin: &Pin) -> String {
    let salt = SaltString::encode_b64(&secret::random::<16>()).expect("16 bytes make a salt");
    let hash = pepper.argon2().hash_password(&pin.0, &salt).expect("parameters in range");
    hash.to_string()
}

/// Whether a PIN is the stored one. As slow as [`hash`], also where nothing is stored, so that time
/// does not tell who has a PIN.
pub fn fits(pepper: &Pepper, pin: &Pin, stored: Option<&str>) -> bool {
    let Some(stored) = stored.and_then(|stored| PasswordHash::new(stored).ok()) else {
        hash(pepper, pin);
        return false;
    };
    pepper.argon2().verify_password(&pin.0, &stored).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pin_under_its_own_pepper_fits() {
        let (pepper, other) = (Pepper::new([7; 32]), Pepper::new([8; 32]));
        let pin = Pin::parse("402913").unwrap();
        let stored = hash(&pepper, &pin);
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(fits(&pepper, &pin, Some(&stored)));
        assert!(!fits(&pepper, &Pin::parse("402914").unwrap(), Some(&stored)));
        assert!(!fits(&other, &pin, Some(&stored)));
        assert!(!fits(&pepper, &pin, None));
    }

    #[test]
    fn trivial_pins_are_never_given_out() {
        for pin in ["000000", "123456", "654321", "890123", "121212", "123123", "123321", "110011"]
        {
            assert!(Pin::parse(pin).unwrap().trivial(), "{pin}");
        }
        assert!(!Pin::parse("402913").unwrap().trivial());
        assert!((0..500).all(|_| !Pin::random().trivial()));
    }

    #[test]
    fn a_replayed_request_gets_the_same_pin_and_another_gets_another() {
        let pepper = Pepper::new([7; 32]);
        let (key, device) = (Uuid::from_u128(1), DeviceId(1));
        let pin = Pin::for_request(&pepper, key, device);
        assert_eq!(pin, Pin::for_request(&pepper, key, device));
        assert_ne!(pin, Pin::for_request(&pepper, key, DeviceId(2)));
        assert_ne!(pin, Pin::for_request(&pepper, Uuid::from_u128(2), device));
        assert_ne!(pin, Pin::for_request(&Pepper::new([8; 32]), key, device));
    }

    #[test]
    fn the_pepper_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pepper");
        let made = Pepper::load_or_make(&path).unwrap();
        assert_eq!(made.0, Pepper::load_or_make(&path).unwrap().0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, [1; 31]).unwrap();
        assert!(Pepper::load_or_make(&path).is_err());
    }

    #[test]
    fn nothing_secret_is_printed() {
        let shown = format!("{:?} {:?}", Pin::parse("402913").unwrap(), Pepper::new([7; 32]));
        assert_eq!(shown, "Pin(..) Pepper(..)");
    }
}
