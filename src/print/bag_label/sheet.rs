//! Labels on office paper: each in its full size of 4 by 6 inches, two beside each other at the head of
//! the sheet, with marks to cut by and a word on where it goes.

use super::words::Words;
use super::{BagLabel, printable};
use crate::print::PrintError;
use crate::print::draw::{Block, Drawing, Page};
use crate::print::fonts::{Face, Type};
use crate::print::labels::corners;
use crate::print::medium::{Medium, Paper};
use crate::print::text;

const ACROSS: usize = 2;

/// The labels of all `bags` on as many sheets as they need.
///
/// # Errors
/// [`PrintError::QrTooLong`].
pub(in crate::print) fn layout(bags: &[BagLabel], paper: Paper) -> Result<Drawing, PrintError> {
    let (medium, small) = (Medium::from(paper), Medium::LABEL_300);
    let (wide, high) = (small.width, small.height.unwrap_or(0));
    let words = Words::of(bags.first().map(|label| label.lang).unwrap_or_default());
    let mut labels = Vec::new();
    for label in bags {
        labels.extend(super::one(&printable(label), small)?);
    }
    let (left, top) = ((medium.width - 2 * wide) / 2, medium.pt(36.0));
    let height = medium.height.unwrap_or(0);
    let mut pages = Vec::new();
    for pair in labels.chunks(ACROSS) {
        let mut sheet = Block::default();
        for (label, n) in pair.iter().zip(0..) {
            let mut piece = Block { height: high, ops: label.ops.clone() };
            corners(medium, (wide, high), &mut piece);
            sheet.place(left + n * wide, top, piece);
        }
        let kind = Type { face: Face::Regular, size: medium.pt(9.0) };
        let x = left + small.margin;
        let mut y = top + high + medium.pt(14.0) + kind.cap();
        for line in
            text::wrap(kind, medium.width - 2 * x, 2, &format!("{} {}", words.cut, words.fix))
        {
            sheet.text((x, y), medium.width - 2 * x, kind, &line);
            y += kind.line();
        }
        pages.push(Page { height, ops: sheet.ops });
    }
    let code = bags.first().map_or("", |label| &label.code);
    Ok(Drawing { medium, title: format!("{} {code}", words.label), language: words.tag, pages })
}
