//! The display list: what a page shows, in whole dots of its medium.
//!
//! Built once by a layout, then drawn by `pdf` and `bitmap` alike. Knows no device and no content.

use qrcode::{EcLevel, QrCode, types::Color};

use super::PrintError;
use super::fonts::Type;
use super::medium::Medium;
use super::text;

/// Clear modules that a QR needs on every side (ISO/IEC 18004).
pub(super) const QUIET: i32 = 4;
/// The longest text put into a QR: larger symbols would not fit a narrow roll at a readable size.
const QR_LONGEST: usize = 120;

/// A finished document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// What it was laid out for.
    pub medium: Medium,
    /// Title for the reader's window and the printer's queue.
    pub title: String,
    /// Language of the words: `en` or `es`.
    pub language: &'static str,
    /// In reading order; a roll has exactly one.
    pub pages: Vec<Page>,
}

/// One page, or the whole length of a roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Dots down.
    pub height: i32,
    /// In painting order.
    pub ops: Vec<Op>,
}

/// An area in dots from the top left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Dots from the left.
    pub x: i32,
    /// Dots from the top.
    pub y: i32,
    /// Dots across.
    pub w: i32,
    /// Dots down.
    pub h: i32,
}

impl Rect {
    /// The four sides of a frame of `line` dots inside this area; none overlaps another.
    pub(super) fn sides(self, line: i32) -> [Self; 4] {
        let Self { x, y, w, h } = self;
        let down = h - 2 * line;
        [
            Self { x, y, w, h: line },
            Self { x, y: y + h - line, w, h: line },
            Self { x, y: y + line, w: line, h: down },
            Self { x: x + w - line, y: y + line, w: line, h: down },
        ]
    }
}

/// Printers have one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// On.
    Black,
    /// Off: for letters on a black ground.
    White,
}

/// One thing drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// One line of text that the faces can draw, from `x` on the baseline `y`.
    Text {
        /// Dots from the left.
        x: i32,
        /// The baseline's dots from the top.
        y: i32,
        /// Face and size.
        kind: Type,
        /// Colour of the letters.
        ink: Ink,
        /// Already cleaned.
        text: String,
    },
    /// A filled area; a rule is a thin one.
    Fill(Rect),
    /// An outline drawn inside the area, `line` dots thick.
    Frame {
        /// The outer edge.
        rect: Rect,
        /// Thickness.
        line: i32,
    },
    /// A square symbol.
    Square(Symbol),
}

/// A square symbol (QR, Data Matrix) at its place, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Left edge of the quiet zone.
    pub x: i32,
    /// Top edge of the quiet zone.
    pub y: i32,
    /// Dots along one module: whole, so that each falls on the device's own grid.
    pub module: i32,
    /// Modules along a side, without the quiet zone.
    pub size: i32,
    /// Row by row, true is black.
    pub dark: Vec<bool>,
}

impl Symbol {
    /// Encodes `content` (shortest form: upper-case links become alphanumeric) with modules as
    /// large as `room` dots allow, but never below four tenths of a millimetre or four dots. Stands
    /// at 0, 0.
    ///
    /// # Errors
    /// [`PrintError::QrTooLong`] above 120 bytes.
    pub fn new(
        content: &str,
        level: EcLevel,
        medium: Medium,
        room: i32,
    ) -> Result<Self, PrintError> {
        let too_long = PrintError::QrTooLong { bytes: content.len(), most: QR_LONGEST };
        if content.len() > QR_LONGEST {
            return Err(too_long);
        }
        let code = QrCode::with_error_correction_level(content, level).map_err(|_| too_long)?;
        let size = i32::try_from(code.width()).expect("a QR has at most 177 modules");
        let smallest = (medium.dpi * 4 / 254).max(4);
        let module = (room / (size + 2 * QUIET)).max(smallest);
        let dark = code.into_colors().into_iter().map(|c| c == Color::Dark).collect();
        Ok(Self { x: 0, y: 0, module, size, dark })
    }

    /// Dots along a side, quiet zone included.
    #[must_use]
    pub fn side(&self) -> i32 {
        (self.size + 2 * QUIET) * self.module
    }

    /// The black modules as runs, one rectangle for each run in a row.
    pub(super) fn runs(&self) -> Vec<Rect> {
        let size = usize::try_from(self.size).unwrap_or(0).max(1);
        let mut runs: Vec<Rect> = Vec::new();
        for (row, y) in self.dark.chunks(size).zip(0..) {
            let mut open = false;
            for (dark, x) in row.iter().zip(0..) {
                match runs.last_mut().filter(|_| open && *dark) {
                    Some(run) => run.w += self.module,
                    None if *dark => runs.push(Rect {
                        x: self.x + (QUIET + x) * self.module,
                        y: self.y + (QUIET + y) * self.module,
                        w: self.module,
                        h: self.module,
                    }),
                    None => {}
                }
                open = *dark;
            }
        }
        runs
    }
}

impl Op {
    /// The area that this may mark.
    #[must_use]
    pub fn bounds(&self) -> Rect {
        match self {
            Self::Text { x, y, kind, text, .. } => Rect {
                x: *x,
                y: y - kind.rise(),
                w: kind.width(text),
                h: kind.rise() + kind.drop(),
            },
            Self::Fill(rect) | Self::Frame { rect, .. } => *rect,
            Self::Square(symbol) => {
                Rect { x: symbol.x, y: symbol.y, w: symbol.side(), h: symbol.side() }
            }
        }
    }

    fn shift(&mut self, by_x: i32, by_y: i32) {
        let (x, y) = match self {
            Self::Text { x, y, .. } => (x, y),
            Self::Fill(rect) | Self::Frame { rect, .. } => (&mut rect.x, &mut rect.y),
            Self::Square(symbol) => (&mut symbol.x, &mut symbol.y),
        };
        *x += by_x;
        *y += by_y;
    }
}

/// A piece of a page that is never broken: its own ops from 0, 0 and its height.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub height: i32,
    pub ops: Vec<Op>,
}

impl Block {
    /// Text from `x` on baseline `y`, cut to `width`.
    pub fn text(&mut self, (x, y): (i32, i32), width: i32, kind: Type, text: &str) {
        let text = text::fit(kind, width, text);
        self.push_text(x, y, kind, Ink::Black, text);
    }

    /// Text that ends at `x`, cut to `width`.
    pub fn text_right(&mut self, (x, y): (i32, i32), width: i32, kind: Type, text: &str) {
        let text = text::fit(kind, width, text);
        self.push_text(x - kind.width(&text), y, kind, Ink::Black, text);
    }

    /// Text with its middle at `x`, cut to `width`.
    pub fn text_middle(&mut self, (x, y): (i32, i32), width: i32, kind: Type, text: &str) {
        let text = text::fit(kind, width, text);
        self.push_text(x - kind.width(&text) / 2, y, kind, Ink::Black, text);
    }

    /// Wrapped text, its first baseline at `y`; gives the last baseline (`y` itself where the text
    /// is empty).
    pub fn lines(
        &mut self,
        (x, y): (i32, i32),
        width: i32,
        kind: Type,
        most: usize,
        text: &str,
    ) -> i32 {
        let mut baseline = y;
        for (n, line) in (0..).zip(text::wrap(kind, width, most, text)) {
            baseline = y + n * kind.line();
            self.push_text(x, baseline, kind, Ink::Black, line);
        }
        baseline
    }

    /// White letters on black, or black ones in a frame of `line` dots; at most `width` across. The
    /// top left is `x`, `y`; gives the chip's area, empty where the text is.
    pub fn chip(
        &mut self,
        (x, y): (i32, i32),
        width: i32,
        kind: Type,
        frame: Option<i32>,
        text: &str,
    ) -> Rect {
        let pad = kind.size * 2 / 5;
        let text = text::fit(kind, width - 2 * pad, text);
        if text.is_empty() {
            return Rect { x, y, w: 0, h: 0 };
        }
        let gap = kind.size * 3 / 10;
        let rect = Rect { x, y, w: kind.width(&text) + 2 * pad, h: kind.cap() + 2 * gap };
        let (ground, ink) = frame
            .map_or((Op::Fill(rect), Ink::White), |line| (Op::Frame { rect, line }, Ink::Black));
        self.ops.push(ground);
        self.push_text(x + pad, y + gap + kind.cap(), kind, ink, text);
        rect
    }

    /// White letters in the middle of a black area, cut to it.
    pub fn reversed(&mut self, rect: Rect, kind: Type, text: &str) {
        let text = text::fit(kind, rect.w, text);
        let x = rect.x + (rect.w - kind.width(&text)) / 2;
        let y = rect.y + i32::midpoint(rect.h, kind.cap());
        self.ops.push(Op::Fill(rect));
        self.push_text(x, y, kind, Ink::White, text);
    }

    pub fn fill(&mut self, x: i32, y: i32, w: i32, h: i32) {
        self.ops.push(Op::Fill(Rect { x, y, w, h }));
    }

    pub fn frame(&mut self, rect: Rect, line: i32) {
        self.ops.push(Op::Frame { rect, line });
    }

    pub fn square(&mut self, x: i32, y: i32, symbol: Symbol) {
        self.ops.push(Op::Square(Symbol { x, y, ..symbol }));
    }

    /// Puts `other` under what is here.
    pub fn stack(&mut self, other: Self) {
        let height = other.height;
        self.place(0, self.height, other);
        self.height += height;
    }

    /// Puts `other` with its top left at `x`, `y`; the height stays.
    pub fn place(&mut self, x: i32, y: i32, other: Self) {
        self.ops.extend(other.ops.into_iter().map(|mut op| {
            op.shift(x, y);
            op
        }));
    }

    fn push_text(&mut self, x: i32, y: i32, kind: Type, ink: Ink, text: String) {
        if !text.is_empty() {
            self.ops.push(Op::Text { x, y, kind, ink, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "HTTPS://BACKSTOCK-4F2A.LOCAL/P/R7K2QF";

    #[test]
    fn the_runs_of_a_symbol_are_its_black_modules() {
        let mut symbol = Symbol::new(LINK, EcLevel::M, Medium::A4, 420).expect("fits");
        (symbol.x, symbol.y) = (100, 200);
        let area: i32 = symbol.runs().iter().map(|r| r.w * r.h).sum();
        let black = symbol.dark.iter().filter(|d| **d).count();
        assert_eq!(area, i32::try_from(black).expect("few") * symbol.module * symbol.module);
        for run in symbol.runs() {
            assert_eq!((run.x - 100) % symbol.module, 0);
            assert_eq!((run.y - 200) % symbol.module, 0);
            assert!(run.x >= 100 + QUIET * symbol.module);
            assert!(run.x + run.w <= 100 + symbol.side() - QUIET * symbol.module);
        }
    }

    #[test]
    fn an_upper_case_link_needs_a_smaller_symbol() {
        let size = |s: &str| Symbol::new(s, EcLevel::Q, Medium::A4, 420).expect("fits").size;
        assert!(size(LINK) < size(&LINK.to_lowercase()));
    }

    #[test]
    fn modules_are_never_too_small_to_scan() {
        let symbol = Symbol::new(LINK, EcLevel::M, Medium::RECEIPT_58, 10).expect("fits");
        assert_eq!(symbol.module, 4);
        let long = Symbol::new(&"x".repeat(121), EcLevel::M, Medium::A4, 420);
        assert!(matches!(long, Err(PrintError::QrTooLong { bytes: 121, most: 120 })));
        let widest =
            Symbol::new(&"x".repeat(120), EcLevel::Q, Medium::RECEIPT_58, 10).expect("fits");
        assert!(widest.side() <= Medium::RECEIPT_58.inner(), "{}", widest.side());
    }
}
