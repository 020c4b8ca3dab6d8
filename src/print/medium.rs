//! What is printed on: its size in whole device dots, and how many of them make an inch.
//!
//! Knows nothing of a printer's language or of what is printed.

/// Sheet sizes that an office printer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 8.5 by 11 inches.
    Letter,
    /// 210 by 297 millimetres.
    A4,
}

/// A printable surface. All lengths are whole dots of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Medium {
    /// Dots across.
    pub width: i32,
    /// Dots down a page; `None` for a roll, where the page is as long as its content.
    pub height: Option<i32>,
    /// Dots in an inch, both ways.
    pub dpi: i32,
    /// Dots kept clear on every side.
    pub margin: i32,
}

impl Medium {
    /// Letter at 300 dots per inch.
    pub const LETTER: Self = Self { width: 2550, height: Some(3300), dpi: 300, margin: 142 };
    /// A4 at 300 dots per inch.
    pub const A4: Self = Self { width: 2480, height: Some(3508), dpi: 300, margin: 142 };
    /// The common 80 mm receipt roll: 576 dots at 203 dots per inch.
    pub const RECEIPT_80: Self = Self { width: 576, height: None, dpi: 203, margin: 8 };
    /// The narrow 58 mm receipt roll: 384 dots at 203 dots per inch.
    pub const RECEIPT_58: Self = Self { width: 384, height: None, dpi: 203, margin: 6 };

    /// Label stock of 4 by 6 inches at 203 dots per inch: 3 mm kept clear.
    pub const LABEL_203: Self = Self { width: 812, height: Some(1218), dpi: 203, margin: 24 };
    /// The same stock at 300 dots per inch.
    pub const LABEL_300: Self = Self { width: 1200, height: Some(1800), dpi: 300, margin: 36 };

    /// The dots that `points` (1/72 inch) come to, rounded to whole ones.
    #[must_use]
    pub fn pt(self, points: f32) -> i32 {
        whole(points * real(self.dpi) / 72.0)
    }

    /// The whole width in points.
    #[must_use]
    pub fn width_pt(self) -> f32 {
        real(self.width) * 72.0 / real(self.dpi)
    }

    /// Dots across between the margins.
    #[must_use]
    pub fn inner(self) -> i32 {
        self.width - 2 * self.margin
    }
}

impl From<Paper> for Medium {
    fn from(paper: Paper) -> Self {
        match paper {
            Paper::Letter => Self::LETTER,
            Paper::A4 => Self::A4,
        }
    }
}

/// The nearest whole dot.
#[allow(clippy::cast_possible_truncation, reason = "no medium is 2^31 dots long")]
pub(super) fn whole(dots: f32) -> i32 {
    dots.round() as i32
}

/// Whole dots as a number to scale with.
#[allow(clippy::cast_precision_loss, reason = "exact up to 2^24 dots: 1.4 km of paper at 300 dpi")]
pub(super) fn real(dots: i32) -> f32 {
    dots as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_become_whole_dots_of_the_medium() {
        assert_eq!(Medium::LETTER.pt(72.0), 300);
        assert_eq!(Medium::LETTER.pt(0.5), 2);
        assert_eq!(Medium::RECEIPT_80.pt(72.0), 203);
        assert!((Medium::from(Paper::Letter).width_pt() - 612.0).abs() < 0.1);
        assert!((Medium::from(Paper::A4).width_pt() - 595.2).abs() < 0.1);
    }
}
