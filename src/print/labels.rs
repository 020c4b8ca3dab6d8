//! Printable codes for places, totes and badges: ten labels on a sheet of ordinary label stock.
//!
//! Letter is 4 by 2 inches (Avery 5163 and its like), A4 is 99.1 by 57 mm (L7173). On plain paper
//! the corner marks show where to cut.

use qrcode::EcLevel;

use super::PrintError;
use super::draw::{Block, Drawing, Page, QUIET, Symbol};
use super::fonts::{Face, Type};
use super::medium::{Medium, Paper};
use super::text;
use super::words::Lang;

const ACROSS: i32 = 2;
const DOWN: i32 = 5;

/// What stands on one label; any text may be empty, of any length and in any script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceLabel {
    /// The store's name.
    pub store: String,
    /// What kind of place it is, or the area it lies in: `TOTE`, `Vault A`.
    pub caption: String,
    /// The place's name, as large as it fits.
    pub name: String,
    /// The short code as people type it: `R7K-2QF`.
    pub code: String,
    /// The QR's content: `HTTPS://HOST/L/R7K2QF`, upper case, at most 120 bytes.
    pub qr: String,
}

/// Where labels lie on a sheet, in dots.
struct Stock {
    medium: Medium,
    left: i32,
    top: i32,
    width: i32,
    height: i32,
    /// From one label's left edge to the next one's.
    pitch: i32,
}

impl Stock {
    fn of(paper: Paper) -> Self {
        let medium = paper.into();
        match paper {
            Paper::Letter => {
                Self { medium, left: 47, top: 150, width: 1200, height: 600, pitch: 1256 }
            }
            Paper::A4 => Self { medium, left: 55, top: 71, width: 1170, height: 673, pitch: 1200 },
        }
    }
}

/// The labels on as many sheets as they need, row by row.
///
/// # Errors
/// [`PrintError::QrTooLong`].
pub(super) fn layout(
    labels: &[PlaceLabel],
    paper: Paper,
    lang: Lang,
) -> Result<Drawing, PrintError> {
    let stock = Stock::of(paper);
    let height = stock.medium.height.unwrap_or(0);
    let mut pages = vec![Page { height, ops: Vec::new() }];
    let places = (0..DOWN).flat_map(|row| (0..ACROSS).map(move |column| (row, column)));
    for (label, (row, column)) in labels.iter().zip(places.cycle()) {
        if (row, column) == (0, 0) && pages.last().is_some_and(|page| !page.ops.is_empty()) {
            pages.push(Page { height, ops: Vec::new() });
        }
        let mut sheet = Block::default();
        let (x, y) = (stock.left + column * stock.pitch, stock.top + row * stock.height);
        sheet.place(x, y, one(&stock, label)?);
        if let Some(page) = pages.last_mut() {
            page.ops.extend(sheet.ops);
        }
    }
    let words = lang.words();
    Ok(Drawing { medium: stock.medium, title: words.labels.into(), language: words.tag, pages })
}

/// One label: the QR left, name and code right of it.
fn one(stock: &Stock, label: &PlaceLabel) -> Result<Block, PrintError> {
    let label = &printable(label);
    let pt = |points| stock.medium.pt(points);
    let kind = |face, points| Type { face, size: pt(points) };
    let mut block = Block::default();
    corners(stock.medium, (stock.width, stock.height), &mut block);

    let target = stock.height * 3 / 4;
    let symbol = Symbol::new(&label.qr, EcLevel::Q, stock.medium, target)?;
    let side = symbol.side();
    let clear = QUIET * symbol.module;
    let inset = (stock.height - side) / 2;
    // Half of the quiet zone may lie in the label's own edge.
    let x = inset - clear / 2 + side;
    let width = stock.width - x - pt(12.0);
    block.square(x - side, inset, symbol);

    let caption = kind(Face::Bold, 11.0);
    let store = text::largest(Face::Regular, &[pt(8.0), pt(7.0)], width, &label.store);
    let high = pt(16.0) + caption.cap();
    block.text((x, high), width, caption, &label.caption);
    let low = stock.height - pt(16.0);
    block.text((x, low), width, store, &label.store);
    let code = kind(Face::Bold, 19.0);
    let code_at = low - store.line() - pt(4.0);
    block.text((x, code_at), width, code, &label.code);

    let (top, room) = (high + pt(8.0), code_at - code.cap() - high - pt(18.0));
    let sizes = [54.0, 48.0, 42.0, 36.0, 32.0, 28.0, 24.0, 20.0, 17.0].map(pt);
    let (name, lines) = largest(&sizes, (width, room), &label.name);
    let tall = name.cap() + (count(name, width, lines, &label.name) - 1).max(0) * name.line();
    let first = top + (room - tall) / 2 + name.cap();
    block.lines((x, first), width, name, lines, &label.name);
    Ok(block)
}

/// The label with every text as it can be drawn.
fn printable(label: &PlaceLabel) -> PlaceLabel {
    PlaceLabel {
        store: text::clean(&label.store),
        caption: text::clean(&label.caption),
        name: text::clean(&label.name),
        code: text::clean(&label.code),
        qr: label.qr.clone(),
    }
}

/// The largest of `sizes` at which `name` stands in the space, on two lines at most and with no
/// word broken; else the smallest, on as many lines as there is room for. Gives the lines allowed,
/// too.
fn largest(sizes: &[i32], (width, room): (i32, i32), name: &str) -> (Type, usize) {
    let most = |kind: Type| usize::try_from((room - kind.cap()) / kind.line() + 1).unwrap_or(1);
    let mut kind = Type { face: Face::Bold, size: 0 };
    for size in sizes {
        kind.size = *size;
        let fits = text::wrap(kind, width, 3, name).len() <= most(kind).min(2);
        if fits && text::whole_words(kind, width, name) {
            break;
        }
    }
    (kind, most(kind))
}

fn count(kind: Type, width: i32, most: usize, name: &str) -> i32 {
    i32::try_from(text::wrap(kind, width, most, name).len()).unwrap_or(1)
}

/// Marks at the corners, to cut by and to check the stock's position.
pub(super) fn corners(medium: Medium, (width, height): (i32, i32), block: &mut Block) {
    let (arm, line) = (medium.pt(7.0), 1);
    for x in [0, width - arm] {
        for y in [0, height - line] {
            block.fill(x, y, arm, line);
        }
    }
    for x in [0, width - line] {
        for y in [0, height - arm] {
            block.fill(x, y, line, arm);
        }
    }
}
