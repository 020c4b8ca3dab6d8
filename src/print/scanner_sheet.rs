//! The test sheet for handheld scanners: five codes whose content the set-up screen knows, and what
//! to set on a scanner. Holds nothing that a store uses: the tag is of the state's test facility.

mod words;

use qrcode::EcLevel;

use super::PrintError;
use super::bars::{Bars, data_matrix};
use super::draw::{Block, Drawing, Op, Page, Symbol};
use super::fonts::{Face, Type};
use super::medium::{Medium, Paper};
use super::words::Lang;
use words::{SheetWords, of};

/// Every character that layouts and cases confuse. The web app's `scan/sheet.ts` knows these too.
const CHARACTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/+|:.";
const TAG: &str = "1A4FF0100000022000000042";
const ELEMENTS: &str = "01095212345432131728123110TEST-1\u{1d}21aB7";
const ELEMENTS_READ: &str = "(01)09521234543213 (17)281231 (10)TEST-1 (21)aB7";
const UPC: &str = "012345678905";
const OURS: &str = "HTTPS://BACKSTOCK.TEST/L/7RK2QY";

/// Dots at 300 dpi: bars of a quarter of a millimetre, UPC at its nominal size, modules of 0.7 mm.
const TAG_MODULE: i32 = 3;
const UPC_MODULE: i32 = 4;
const MATRIX_MODULE: i32 = 8;
/// The codes' column.
const CODES: i32 = 800;

/// The sheet, one page of `paper`.
///
/// # Errors
/// [`PrintError::QrTooLong`] never happens with these texts; it is passed on all the same.
pub(super) fn layout(paper: Paper, lang: Lang) -> Result<Drawing, PrintError> {
    let medium: Medium = paper.into();
    let words = of(lang);
    let form = Form { medium, words };
    let mut page = Block { height: medium.margin, ops: Vec::new() };
    page.stack(form.head());
    for (n, symbol) in form.symbols()?.into_iter().enumerate() {
        page.stack(form.row(n, symbol));
    }
    page.stack(form.settings());
    let height = medium.height.unwrap_or(page.height);
    let pages = vec![Page { height, ops: page.ops }];
    Ok(Drawing { medium, title: words.title.into(), language: lang.words().tag, pages })
}

struct Form {
    medium: Medium,
    words: &'static SheetWords,
}

impl Form {
    fn bold(&self, points: f32) -> Type {
        Type { face: Face::Bold, size: self.medium.pt(points) }
    }

    fn plain(&self, points: f32) -> Type {
        Type { face: Face::Regular, size: self.medium.pt(points) }
    }

    fn head(&self) -> Block {
        let (x, width) = (self.medium.margin, self.medium.inner());
        let title = self.bold(20.0);
        let mut block = Block::default();
        block.text((x, title.cap()), width, title, self.words.title);
        let text = self.plain(10.0);
        let first = title.cap() + self.medium.pt(18.0);
        let last = block.lines((x, first), width, text, 3, self.words.intro);
        block.height = last + self.medium.pt(16.0);
        block
    }

    /// The codes in the order of the words, each from 0, 0.
    fn symbols(&self) -> Result<[Block; 5], PrintError> {
        let qr = |text: &str, room| -> Result<Block, PrintError> {
            Ok(square(Symbol::new(text, EcLevel::M, self.medium, room)?))
        };
        let matrix = data_matrix(ELEMENTS, MATRIX_MODULE).expect("a few elements fit");
        let tag = Bars::tag(TAG, TAG_MODULE).expect("a tag is ASCII");
        let upc = Bars::upc_a(UPC, UPC_MODULE).expect("its check digit is right");
        Ok([
            qr(CHARACTERS, 420)?,
            self.bars(&tag, 170, TAG),
            square(matrix),
            self.bars(&upc, 190, UPC),
            qr(OURS, 340)?,
        ])
    }

    /// Bars with what they say in letters under them.
    fn bars(&self, bars: &Bars, height: i32, text: &str) -> Block {
        let mut block = Block::default();
        block.ops.extend(bars.rects(height).into_iter().map(Op::Fill));
        let letters = self.plain(9.0);
        let base = height + self.medium.pt(5.0) + letters.cap();
        block.text_middle((bars.width() / 2, base), bars.width(), letters, text);
        block.height = base + self.medium.pt(3.0);
        block
    }

    /// One code with its number, name and what it shows, a rule above.
    fn row(&self, n: usize, symbol: Block) -> Block {
        let (left, pad) = (self.medium.margin, self.medium.pt(6.0));
        let texts = left + CODES + self.medium.pt(8.0);
        let width = left + self.medium.inner() - texts;
        let [name, why] = self.words.codes[n];
        let mut block = Block::default();
        block.fill(left, 0, self.medium.inner(), 2);
        let heading = self.bold(13.0);
        let mut base = pad * 2 + heading.cap();
        block.text((texts, base), width, heading, &format!("{}  {name}", n + 1));
        let text = self.plain(10.0);
        base = block.lines((texts, base + self.medium.pt(16.0)), width, text, 4, why);
        let said = [CHARACTERS, "", ELEMENTS_READ, "", OURS][n];
        base = block.lines((texts, base + self.medium.pt(15.0)), width, self.plain(8.0), 2, said);
        // Widest first in the middle of the column, so that no quiet zone is cut.
        let across = symbol.ops.iter().map(Op::bounds).map(|r| r.x + r.w).max().unwrap_or(0);
        let tall = symbol.height.max(base) + 2 * pad;
        let down = (tall - symbol.height) / 2;
        block.place(left + (CODES - across) / 2, down, symbol);
        block.height = tall;
        block
    }

    /// What to set, and where scanners have it.
    fn settings(&self) -> Block {
        let (left, width) = (self.medium.margin, self.medium.inner());
        let (gap, half) = (self.medium.pt(18.0), (width - self.medium.pt(18.0)) / 2);
        let mut block = Block::default();
        block.fill(left, 0, width, 4);
        let first = self.list(half, self.words.set, &self.words.settings);
        let second = self.list(half, self.words.places_title, &self.words.places);
        block.height = first.height.max(second.height);
        block.place(left, 0, first);
        block.place(left + half + gap, 0, second);
        block
    }

    fn list(&self, width: i32, title: &str, rows: &[[&str; 2]]) -> Block {
        let (heading, name, text) = (self.bold(12.0), self.bold(9.0), self.plain(9.0));
        let mut block = Block::default();
        let mut base = self.medium.pt(14.0) + heading.cap();
        block.text((0, base), width, heading, title);
        base += self.medium.pt(4.0);
        for [what, how] in rows {
            base += self.medium.pt(14.0);
            block.text((0, base), width, name, what);
            base = block.lines((0, base + text.line()), width, text, 3, how);
        }
        block.height = base + text.drop();
        block
    }
}

fn square(symbol: Symbol) -> Block {
    let side = symbol.side();
    let mut block = Block { height: side, ops: Vec::new() };
    block.square(0, 0, symbol);
    block
}

#[cfg(test)]
mod tests {
    use rxing::helpers::detect_multiple_in_luma;
    use rxing::{BarcodeFormat as Format, RXingResultMetadataType as Meta};

    use super::*;
    use crate::print::bitmap::bitmaps;
    use crate::print::draw::Rect;

    #[test]
    fn every_code_reads_from_the_page_as_the_set_up_screen_knows_it() {
        for (paper, lang) in [(Paper::Letter, Lang::En), (Paper::A4, Lang::Es)] {
            let drawing = layout(paper, lang).expect("fits");
            let page = &bitmaps(&drawing)[0];
            let luma: Vec<u8> = (0..page.width * page.height)
                .map(|n| if page.black(n % page.width, n / page.width) { 0 } else { 255 })
                .collect();
            let size = |n| u32::try_from(n).expect("small");
            let found = detect_multiple_in_luma(luma, size(page.width), size(page.height))
                .expect("codes that read");
            for (format, text) in [
                (Format::QR_CODE, CHARACTERS),
                (Format::CODE_128, TAG),
                (Format::DATA_MATRIX, ELEMENTS),
                (Format::UPC_A, UPC),
                (Format::QR_CODE, OURS),
            ] {
                let one = found.iter().find(|one| one.getText() == text);
                let one = one.unwrap_or_else(|| panic!("{paper:?} {format:?}: {found:?}"));
                assert_eq!(*one.getBarcodeFormat(), format);
                if format == Format::DATA_MATRIX {
                    let id = one.getRXingResultMetadata().get(&Meta::SYMBOLOGY_IDENTIFIER);
                    assert!(format!("{id:?}").contains("]d2"), "it is GS1's: {id:?}");
                }
            }
        }
    }

    #[test]
    fn it_is_one_page_with_nothing_over_its_margins_or_over_another() {
        for paper in [Paper::Letter, Paper::A4] {
            for lang in [Lang::En, Lang::Es] {
                let drawing = layout(paper, lang).expect("fits");
                let cut = |op: &Op| matches!(op, Op::Text { text, .. } if text.contains('…'));
                assert!(!drawing.pages[0].ops.iter().any(cut), "{lang:?}: a text is cut");
                let medium = drawing.medium;
                let bottom = medium.height.expect("a sheet") - medium.margin;
                let inked: Vec<Rect> = drawing.pages[0]
                    .ops
                    .iter()
                    .filter(|op| !matches!(op, Op::Fill(_)))
                    .map(Op::bounds)
                    .collect();
                for (n, one) in inked.iter().enumerate() {
                    assert!(one.x >= medium.margin, "{lang:?} {one:?}");
                    assert!(one.x + one.w <= medium.width - medium.margin, "{lang:?} {one:?}");
                    assert!(one.y + one.h <= bottom, "{paper:?} {lang:?} {one:?} {bottom}");
                    for other in &inked[..n] {
                        let apart = one.x >= other.x + other.w
                            || other.x >= one.x + one.w
                            || one.y >= other.y + other.h
                            || other.y >= one.y + one.h;
                        assert!(apart, "{lang:?}: {one:?} over {other:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn bars_that_cannot_be_are_refused() {
        assert_eq!(Bars::upc_a("012345678906", 4), None, "a wrong check digit");
        assert_eq!(Bars::tag("1A4Ω", 3), None);
        assert_eq!(data_matrix(&"1".repeat(5_000), 8), None);
    }
}
