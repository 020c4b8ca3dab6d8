//! Bytes to text: UTF-8 with or without its mark, UTF-16 with its mark, and the Windows-1252 that
//! spreadsheets still write. Says what a file is when it is not text.

use std::borrow::Cow;

use super::{FileRefused, Note};

/// The characters of Windows-1252 at 0x80..0xA0; the five unused places become U+FFFD.
const WINDOWS_1252: &str = "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ";

pub fn decode<'b>(bytes: &'b [u8], notes: &mut Vec<Note>) -> Result<Cow<'b, str>, FileRefused> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => eight_bit(rest, notes)?,
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [b'P', b'K', 3, 4, ..] => {
            return Err(FileRefused::NotText("it is an Excel workbook or an archive"));
        }
        [b'%', b'P', b'D', b'F', ..] => return Err(FileRefused::NotText("it is a PDF")),
        _ => eight_bit(bytes, notes)?,
    };
    if text.trim().is_empty() {
        return Err(FileRefused::Empty);
    }
    if text.contains('\0') {
        return Err(FileRefused::NotText("it holds zero bytes"));
    }
    Ok(text)
}

fn eight_bit<'b>(bytes: &'b [u8], notes: &mut Vec<Note>) -> Result<Cow<'b, str>, FileRefused> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let binary = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1D);
    if bytes.iter().any(binary) {
        return Err(FileRefused::NotText("it is a binary file"));
    }
    notes.push(Note {
        line: None,
        code: "windows_1252",
        sentence: "The file is not UTF-8; it was read as Windows-1252. Check names with accents."
            .into(),
    });
    let high: Vec<char> = WINDOWS_1252.chars().collect();
    let character = |byte: &u8| match byte {
        0x80..0xA0 => high[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    };
    Ok(Cow::Owned(bytes.iter().map(character).collect()))
}

fn utf16<'b>(bytes: &[u8], word: fn([u8; 2]) -> u16) -> Result<Cow<'b, str>, FileRefused> {
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return Err(FileRefused::NotText("its UTF-16 is cut in the middle of a character"));
    };
    char::decode_utf16(pairs.iter().map(|pair| word(*pair)))
        .collect::<Result<String, _>>()
        .map(Cow::Owned)
        .map_err(|_| FileRefused::NotText("its UTF-16 is broken"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, FileRefused> {
        decode(bytes, &mut Vec::new()).map(Cow::into_owned)
    }

    #[test]
    fn marks_are_taken_off_and_utf16_is_read() {
        assert_eq!(read("\u{feff}Tag,é".as_bytes()), Ok("Tag,é".into()));
        let le: Vec<u8> = "\u{feff}Tag,é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "\u{feff}Tag,é".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((read(&le), read(&be)), (Ok("Tag,é".into()), Ok("Tag,é".into())));
        assert!(matches!(read(&le[..le.len() - 1]), Err(FileRefused::NotText(_))));
    }

    #[test]
    fn a_spreadsheets_eight_bits_are_read_with_a_note() {
        let mut notes = Vec::new();
        let text = decode(b"Caf\xe9 \x96 \x99\x81", &mut notes).expect("text");
        assert_eq!((text.as_ref(), notes[0].code), ("Café – ™\u{fffd}", "windows_1252"));
        assert_eq!(WINDOWS_1252.chars().count(), 32);
    }

    #[test]
    fn what_is_not_text_is_named() {
        for bytes in [&b"PK\x03\x04rest"[..], b"%PDF-1.7", b"a\0b", b"\xff\x01\x02"] {
            assert!(matches!(read(bytes), Err(FileRefused::NotText(_))), "{bytes:?}");
        }
        for bytes in [&b""[..], b" \r\n", b"\xef\xbb\xbf"] {
            assert_eq!(read(bytes), Err(FileRefused::Empty));
        }
    }
}
