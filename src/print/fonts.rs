//! The two faces of the printed page, embedded, and their measures.
//!
//! The files (see `fonts/README.md`) hold no kerning or ligatures, so widths are sums of advances.
//! Never shapes text and never falls back to another font: what the faces lack, `text` replaces.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, GlyphId};

use super::medium::{real, whole};

static REGULAR: &[u8] = include_bytes!("fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("fonts/DejaVuSans-Bold.ttf");

/// One of the embedded faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// `DejaVu Sans`.
    Regular,
    /// `DejaVu Sans Bold`.
    Bold,
}

impl Face {
    /// The font file.
    pub(super) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::Bold => BOLD,
        }
    }

    /// The parsed font; parsed once in the life of the process.
    pub(super) fn font(self) -> &'static FontRef<'static> {
        static PARSED: [OnceLock<FontRef<'static>>; 2] = [OnceLock::new(), OnceLock::new()];
        PARSED[self as usize].get_or_init(|| {
            FontRef::try_from_slice(self.bytes()).expect("the embedded fonts are valid")
        })
    }

    /// Whether the face can draw `c`.
    pub(super) fn has(self, c: char) -> bool {
        self.font().glyph_id(c) != GlyphId(0)
    }

    /// Advance of `c` as a part of the em.
    pub(super) fn advance(self, c: char) -> f32 {
        let font = self.font();
        font.h_advance_unscaled(font.glyph_id(c)) / self.em()
    }

    /// Font units in the em.
    pub(super) fn em(self) -> f32 {
        self.font().units_per_em().expect("the embedded fonts state their em")
    }
}

/// A face at a size: the em in whole dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type {
    /// Which face.
    pub face: Face,
    /// Dots in the em.
    pub size: i32,
}

impl Type {
    /// From one baseline to the next.
    pub(super) fn line(self) -> i32 {
        self.part(1.22)
    }

    /// Height of a capital letter above the baseline.
    pub(super) fn cap(self) -> i32 {
        self.part(0.73)
    }

    /// How far any letter rises above the baseline.
    pub(super) fn rise(self) -> i32 {
        self.part(0.93)
    }

    /// How far any letter drops below the baseline.
    pub(super) fn drop(self) -> i32 {
        self.part(0.24)
    }

    /// Dots that `text` takes across, rounded up.
    pub(super) fn width(self, text: &str) -> i32 {
        let ems: f32 = text.chars().map(|c| self.face.advance(c)).sum();
        whole((ems * real(self.size)).ceil())
    }

    fn part(self, of_em: f32) -> i32 {
        whole(real(self.size) * of_em)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_draw_what_a_store_writes() {
        for face in [Face::Regular, Face::Bold] {
            for c in "Azñáéíóúü¿¡ÑçöłŞễ½⅛μΔ9→·…—“”’™®°€\u{FFFD}".chars()
            {
                assert!(face.has(c), "{face:?} lacks {c}");
            }
            assert!(!face.has('漢'));
        }
    }

    #[test]
    fn figures_are_tabular_so_that_numbers_line_up() {
        let bold = Type { face: Face::Bold, size: 64 };
        assert!(('0'..='9').all(|d| bold.width(&d.to_string()) == bold.width("0")));
        assert!(bold.width("00") > bold.width("0"));
    }
}
