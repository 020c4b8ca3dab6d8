//! The display list as a vector PDF: real text (searchable, fonts subset and embedded), black on
//! white.
//!
//! Places every glyph itself, so a line is as wide here as in the layout and in the bitmap. Reads
//! no clock: the same drawing gives the same bytes.

use ab_glyph::Font as _;
use krilla::Document;
use krilla::color::luma;
use krilla::geom::{Path, PathBuilder, Point, Rect as Area, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::PrintError;
use super::draw::{Drawing, Ink, Op, Rect};
use super::fonts::{Face, Type};
use super::medium::real;

/// The drawing as a PDF file.
///
/// # Errors
/// [`PrintError::Pdf`] if the PDF cannot be written.
pub fn pdf(drawing: &Drawing) -> Result<Vec<u8>, PrintError> {
    let scale = 72.0 / real(drawing.medium.dpi);
    let fonts = [load(Face::Regular)?, load(Face::Bold)?];
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(drawing.title.clone())
            .language(drawing.language.into())
            .creator("Backstock".into()),
    );
    for page in &drawing.pages {
        let (w, h) = (real(drawing.medium.width) * scale, real(page.height) * scale);
        let settings = PageSettings::from_wh(w, h)
            .ok_or_else(|| PrintError::Pdf(format!("a page of {w} by {h} points")))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        surface.push_transform(&Transform::from_scale(scale, scale));
        for op in &page.ops {
            draw(&mut surface, &fonts, op);
        }
        surface.pop();
        surface.finish();
        sheet.finish();
    }
    document.finish().map_err(|error| PrintError::Pdf(format!("{error:?}")))
}

fn load(face: Face) -> Result<Font, PrintError> {
    Font::new(face.bytes().into(), 0).ok_or_else(|| PrintError::Pdf(format!("font {face:?}")))
}

fn draw(surface: &mut Surface, fonts: &[Font; 2], op: &Op) {
    surface.set_fill(Some(ink(Ink::Black)));
    match op {
        Op::Text { x, y, kind, ink: colour, text } => {
            surface.set_fill(Some(ink(*colour)));
            let start = Point::from_xy(real(*x), real(*y));
            let font = fonts[kind.face as usize].clone();
            surface.draw_glyphs(start, &glyphs(*kind, text), font, text, real(kind.size), false);
        }
        Op::Fill(rect) => draw_rects(surface, &[*rect]),
        Op::Frame { rect, line } => draw_rects(surface, &rect.sides(*line)),
        Op::Square(symbol) => draw_rects(surface, &symbol.runs()),
    }
}

fn ink(ink: Ink) -> Fill {
    let paint = match ink {
        Ink::Black => luma::Color::black(),
        Ink::White => luma::Color::white(),
    };
    Fill { paint: paint.into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn glyphs(kind: Type, text: &str) -> Vec<KrillaGlyph> {
    let glyph = |(at, c): (usize, char)| {
        let id = GlyphId::new(u32::from(kind.face.font().glyph_id(c).0));
        KrillaGlyph::new(id, kind.face.advance(c), 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
    };
    text.char_indices().map(glyph).collect()
}

/// One path for all, so that no seam shows between them.
fn draw_rects(surface: &mut Surface, rects: &[Rect]) {
    if let Some(path) = path(rects) {
        surface.draw_path(&path);
    }
}

fn path(rects: &[Rect]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for r in rects {
        builder.push_rect(Area::from_xywh(real(r.x), real(r.y), real(r.w), real(r.h))?);
    }
    builder.finish()
}
