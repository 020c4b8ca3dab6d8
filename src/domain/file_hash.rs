//! What a file is known by: a device names a photo by it before the box has seen one byte of it.

use super::as_text::as_text;

/// SHA-256 of a file's bytes, in 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHash([u8; 32]);

as_text!(FileHash, "^[0-9a-f]{64}$", "a file's SHA-256: 64 hexadecimal digits");

impl FileHash {
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        // A sign is a number's, not a digit's.
        text.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(Self(bytes))
    }
}

impl std::fmt::Display for FileHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for FileHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        let hash = FileHash::new(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
        assert_eq!(FileHash::parse(&hash.to_string()), Some(hash));
        let plus = format!("+f{}", "0".repeat(62));
        for wrong in ["", "12", &"g".repeat(64), &"é".repeat(32), &plus] {
            assert_eq!(FileHash::parse(wrong), None, "{wrong}");
        }
    }
}
