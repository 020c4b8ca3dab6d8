//! The pick slip: what it says, and its pages on any medium.
//!
//! A medium as wide as a sheet gets a table, a roll the same lines stacked; everything else is one
//! layout. Lines keep the order given (the walk through the vault); nothing is computed here but
//! their number.

mod end;
mod head;
mod rows;

use super::PrintError;
use super::draw::{Block, Drawing};
use super::flow::flow;
use super::fonts::{Face, Type};
use super::medium::Medium;
use super::text::{clean, largest};
use super::words::{Kind, Lang, Words};

/// Everything on a slip, ready to read: times in the store's zone, quantities with their unit.
///
/// Any field may be empty, of any length and in any script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// What it is for.
    pub kind: Kind,
    /// The store's name.
    pub store: String,
    /// Where the stock goes.
    pub station: String,
    /// Who asked.
    pub requester: String,
    /// Who picks; empty while nobody has claimed it.
    pub picker: String,
    /// The short code as people type it: `R7K-2QF`.
    pub code: String,
    /// The QR's content: `HTTPS://HOST/P/R7K2QF`, upper case, at most 120 bytes.
    pub qr: String,
    /// When it was asked for.
    pub created: String,
    /// When this paper was printed.
    pub printed: String,
    /// Who printed it.
    pub printed_by: String,
    /// 1 for the first paper; from 2 on the slip is marked as a copy.
    pub copy: u32,
    /// Language of the fixed words.
    pub lang: Lang,
    /// In walking order.
    pub lines: Vec<SlipLine>,
    /// All quantities together: `38`, or `36 + 7 g` where the units differ; empty to leave it out.
    pub units: String,
    /// What was asked for and is not on the slip, each with its reason.
    pub shortages: Vec<String>,
    /// From the requester to the picker.
    pub note: String,
}

/// One package to take from one bin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlipLine {
    /// The bin's name.
    pub bin: String,
    /// The part of the store the bin is in; lines that follow each other in one area share a
    /// heading.
    pub area: String,
    /// The product's name.
    pub product: String,
    /// Brand, size, strain.
    pub detail: String,
    /// The end of the tag that people compare, usually six characters.
    pub tag_tail: String,
    /// The whole tag.
    pub tag: String,
    /// How much, with its unit unless that is `each`.
    pub quantity: String,
    /// Expiry date.
    pub expires: String,
    /// Warnings in words: `COLD`, `OLDEST FIRST`, `RECOUNT`.
    pub flags: Vec<String>,
}

/// The slip laid out for `medium`.
///
/// # Errors
/// [`PrintError::QrTooLong`].
pub(super) fn layout(slip: &Slip, medium: Medium) -> Result<Drawing, PrintError> {
    let form = Form::new(medium, slip.lang.words());
    let slip = &printable(slip);
    let mut sections = rows::sections(&form, slip);
    sections.extend(end::sections(&form, slip));
    let pages = flow(
        medium,
        head::first(&form, slip)?,
        sections,
        &head::next(&form, slip),
        |page, pages| end::foot(&form, slip, page, pages),
    );
    let title = format!("{} {}", form.words.slip, slip.code);
    Ok(Drawing { medium, title, language: form.words.tag, pages })
}

/// The slip with every text as it can be drawn, so that what is measured is what is drawn.
fn printable(slip: &Slip) -> Slip {
    let all = |texts: &[String]| texts.iter().map(|text| clean(text)).collect();
    let line = |line: &SlipLine| SlipLine {
        bin: clean(&line.bin),
        area: clean(&line.area),
        product: clean(&line.product),
        detail: clean(&line.detail),
        tag_tail: clean(&line.tag_tail),
        tag: clean(&line.tag),
        quantity: clean(&line.quantity),
        expires: clean(&line.expires),
        flags: all(&line.flags),
    };
    Slip {
        kind: slip.kind,
        store: clean(&slip.store),
        station: clean(&slip.station),
        requester: clean(&slip.requester),
        picker: clean(&slip.picker),
        code: clean(&slip.code),
        qr: slip.qr.clone(),
        created: clean(&slip.created),
        printed: clean(&slip.printed),
        printed_by: clean(&slip.printed_by),
        copy: slip.copy,
        lang: slip.lang,
        lines: slip.lines.iter().map(line).collect(),
        units: clean(&slip.units),
        shortages: all(&slip.shortages),
        note: clean(&slip.note),
    }
}

/// The space of a slip on its medium, and its type.
struct Form {
    medium: Medium,
    words: &'static Words,
    /// Left edge of the content.
    left: i32,
    /// Right edge of the content.
    right: i32,
}

impl Form {
    fn new(medium: Medium, words: &'static Words) -> Self {
        Self { medium, words, left: medium.margin, right: medium.width - medium.margin }
    }

    fn width(&self) -> i32 {
        self.right - self.left
    }

    /// A sheet has room for a table, a roll stacks each line's parts.
    fn table(&self) -> bool {
        self.medium.width_pt() >= 400.0
    }

    /// Room for the QR beside the facts: sheets and 80 mm rolls, not 58 mm ones.
    fn beside(&self) -> bool {
        self.medium.width_pt() >= 170.0
    }

    fn pt(&self, points: f32) -> i32 {
        self.medium.pt(points)
    }

    fn bold(&self, points: f32) -> Type {
        Type { face: Face::Bold, size: self.pt(points) }
    }

    fn plain(&self, points: f32) -> Type {
        Type { face: Face::Regular, size: self.pt(points) }
    }

    /// Bold at the first of `points` that fits.
    fn shrink(&self, points: &[f32], width: i32, text: &str) -> Type {
        let sizes: Vec<i32> = points.iter().map(|p| self.pt(*p)).collect();
        largest(Face::Bold, &sizes, width, text)
    }

    /// White space of `points`.
    fn gap(&self, points: f32) -> Block {
        Block { height: self.pt(points), ops: Vec::new() }
    }

    /// A rule from edge to edge, `points` thick.
    fn rule(&self, points: f32) -> Block {
        let mut block = self.gap(points);
        block.fill(self.left, 0, self.width(), block.height);
        block
    }

    /// `7 lines` and `38 units`.
    fn counts(&self, slip: &Slip) -> Vec<String> {
        let lines = slip.lines.len();
        let mut counts = vec![format!("{lines} {}", self.words.line[usize::from(lines != 1)])];
        if !slip.units.is_empty() {
            let unit = self.words.unit[usize::from(slip.units != "1")];
            counts.push(format!("{} {unit}", slip.units));
        }
        counts
    }

    /// `COPY 2`; nothing for the first paper.
    fn copy(&self, slip: &Slip) -> Option<String> {
        (slip.copy > 1).then(|| format!("{} {}", self.words.copy, slip.copy))
    }
}

/// The parts that are not empty, with `between` between them.
fn joined(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}
