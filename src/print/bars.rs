//! Symbols other than QR: Code 128 and UPC-A as bars, GS1 Data Matrix as a square. Draws what it is
//! given; every bar and module is whole dots wide.

use barcoders::sym::code128::Code128;
use barcoders::sym::ean13::UPCA;
use datamatrix::{DataMatrix, SymbolList};

use super::draw::{Rect, Symbol};

/// Bars at their place, without a quiet zone: ten modules belong on either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    /// Dots along one module.
    pub module: i32,
    /// One for each module, true is black.
    pub dark: Vec<bool>,
}

impl Bars {
    /// A tag's Code 128: characters while they last, then its even run of digits two to a symbol, as
    /// label printers do. `None` for what Code 128 cannot carry.
    #[must_use]
    pub fn tag(text: &str, module: i32) -> Option<Self> {
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count() & !1;
        let (letters, digits) = text.split_at(text.len() - digits);
        let pairs = if digits.is_empty() { String::new() } else { format!("\u{106}{digits}") };
        let code = Code128::new(format!("\u{181}{letters}{pairs}")).ok()?;
        Some(Self::of(&code.encode(), module))
    }

    /// UPC-A of twelve digits, the last of them the check digit. `None` where it is wrong.
    #[must_use]
    pub fn upc_a(text: &str, module: i32) -> Option<Self> {
        let code = UPCA::new(format!("0{text}")).ok()?;
        Some(Self::of(&code.encode(), module))
    }

    fn of(modules: &[u8], module: i32) -> Self {
        Self { module, dark: modules.iter().map(|bit| *bit == 1).collect() }
    }

    /// Dots across.
    #[must_use]
    pub fn width(&self) -> i32 {
        i32::try_from(self.dark.len()).unwrap_or(0) * self.module
    }

    /// The black bars, `height` dots tall, from 0, 0.
    pub(super) fn rects(&self, height: i32) -> Vec<Rect> {
        let mut bars: Vec<Rect> = Vec::new();
        let mut open = false;
        for (dark, n) in self.dark.iter().zip(0..) {
            match bars.last_mut().filter(|_| open && *dark) {
                Some(bar) => bar.w += self.module,
                None if *dark => {
                    bars.push(Rect { x: n * self.module, y: 0, w: self.module, h: height });
                }
                None => {}
            }
            open = *dark;
        }
        bars
    }
}

/// A GS1 Data Matrix of an element string with its separators. `None` where it is too long.
#[must_use]
pub fn data_matrix(elements: &str, module: i32) -> Option<Symbol> {
    let sizes = SymbolList::default().enforce_square();
    let bitmap = DataMatrix::encode_gs1(elements.as_bytes(), sizes).ok()?.bitmap();
    let size = i32::try_from(bitmap.width()).ok()?;
    Some(Symbol { x: 0, y: 0, module, size, dark: bitmap.bits().to_vec() })
}
