//! The display list as one bit for each dot: what receipt and label printers take, and the preview
//! on screen.
//!
//! No grey and no dithering: a dot is black where a letter covers enough of it.

use ab_glyph::{Font as _, Glyph, GlyphId, PxScale, point};

use super::PrintError;
use super::draw::{Drawing, Ink, Op, Page, Rect};
use super::fonts::Type;
use super::medium::{real, whole};

/// A dot turns black from this coverage on: gives clean letters from 7.7 pt at 203 dpi.
const COVERED: f32 = 0.42;

/// A picture of one bit for each dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    /// Dots across.
    pub width: usize,
    /// Dots down.
    pub height: usize,
    /// Row by row, each row in whole bytes, leftmost dot in the highest bit, 1 is black: as in `GS
    /// v 0` and PBM.
    pub bits: Vec<u8>,
}

impl Bitmap {
    /// All white.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, bits: vec![0; width.div_ceil(8) * height] }
    }

    /// Bytes in a row.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.width.div_ceil(8)
    }

    /// Whether the dot is black; outside the picture all is white.
    #[must_use]
    pub fn black(&self, x: usize, y: usize) -> bool {
        x < self.width
            && y < self.height
            && self.bits[y * self.stride() + x / 8] & (0x80 >> (x % 8)) != 0
    }

    /// The picture as a PNG of one bit for each dot.
    ///
    /// # Errors
    /// [`PrintError::Png`] if it cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, PrintError> {
        let size = |n: usize| u32::try_from(n).map_err(|_| PrintError::Png(format!("{n} dots")));
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, size(self.width)?, size(self.height)?);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(refused)?;
        let white_is_one: Vec<u8> = self.bits.iter().map(|byte| !byte).collect();
        writer.write_image_data(&white_is_one).map_err(refused)?;
        writer.finish().map_err(refused)?;
        Ok(out)
    }

    fn set(&mut self, x: i32, y: i32, ink: Ink) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < self.width && y < self.height {
            let at = y * self.stride() + x / 8;
            match ink {
                Ink::Black => self.bits[at] |= 0x80 >> (x % 8),
                Ink::White => self.bits[at] &= !(0x80 >> (x % 8)),
            }
        }
    }

    fn fill(&mut self, rect: Rect) {
        for y in rect.y..rect.y + rect.h {
            for x in rect.x..rect.x + rect.w {
                self.set(x, y, Ink::Black);
            }
        }
    }

    /// Each letter starts on a whole dot, so that equal letters look equal.
    fn text(&mut self, (x, y): (i32, i32), kind: Type, ink: Ink, text: &str) {
        let font = kind.face.font();
        let scale = PxScale::from(real(kind.size) * font.height_unscaled() / kind.face.em());
        let mut pen = real(x);
        for c in text.chars() {
            let id: GlyphId = font.glyph_id(c);
            let glyph = Glyph { id, scale, position: point(pen.round(), real(y)) };
            if let Some(outline) = font.outline_glyph(glyph) {
                let at = outline.px_bounds().min;
                let (left, top) = (whole(at.x), whole(at.y));
                outline.draw(|dx, dy, coverage| {
                    if coverage > COVERED {
                        self.set(
                            left.saturating_add_unsigned(dx),
                            top.saturating_add_unsigned(dy),
                            ink,
                        );
                    }
                });
            }
            pen += kind.face.advance(c) * real(kind.size);
        }
    }
}

/// One bitmap for each page.
#[must_use]
pub fn bitmaps(drawing: &Drawing) -> Vec<Bitmap> {
    drawing.pages.iter().map(|page| bitmap(drawing.medium.width, page)).collect()
}

/// The pages under each other with a black bar between them: the preview on a screen.
#[must_use]
pub fn preview(drawing: &Drawing) -> Bitmap {
    let bar = usize::try_from(drawing.medium.dpi / 25).unwrap_or(0);
    let mut whole: Option<Bitmap> = None;
    for page in bitmaps(drawing) {
        match &mut whole {
            None => whole = Some(page),
            Some(above) => {
                above.bits.extend(std::iter::repeat_n(0xFF, above.stride() * bar));
                above.bits.extend(page.bits);
                above.height += bar + page.height;
            }
        }
    }
    whole.unwrap_or_else(|| Bitmap::new(1, 1))
}

fn bitmap(width: i32, page: &Page) -> Bitmap {
    let dots = |n: i32| usize::try_from(n).unwrap_or(0);
    let mut picture = Bitmap::new(dots(width), dots(page.height));
    for op in &page.ops {
        match op {
            Op::Text { x, y, kind, ink, text } => picture.text((*x, *y), *kind, *ink, text),
            Op::Fill(rect) => picture.fill(*rect),
            Op::Frame { rect, line } => rect.sides(*line).into_iter().for_each(|r| picture.fill(r)),
            Op::Square(symbol) => symbol.runs().into_iter().for_each(|run| picture.fill(run)),
        }
    }
    picture
}

fn refused(error: png::EncodingError) -> PrintError {
    PrintError::Png(error.to_string())
}
