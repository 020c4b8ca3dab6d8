//! The pick slip: what it says, and its pages on any medium.
//!
//! A medium as wide as a sheet gets a table, a roll the same lines stacked; everything else is one
//! layout. Lines keep the order given (the walk through the vault); nothing is computed here but
//! their number.

mod end;
mod head;
mod orders;
mod rows;

use super::PrintError;
use super::draw::{Block, Drawing, Rect};
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
    /// Where the stock goes; for orders whose it is, or until when.
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
    /// The orders of the walk, by slot; none on a restock.
    pub orders: Vec<SlipOrder>,
    /// In walking order.
    pub lines: Vec<SlipLine>,
    /// All quantities together: `38`, or `36 + 7 g` where the units differ; empty to leave it out.
    pub units: String,
    /// What was asked for and is not on the slip, each with its reason.
    pub shortages: Vec<String>,
    /// From the requester to the picker.
    pub note: String,
}

/// One order of a walk, and the slot that its stock goes into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlipOrder {
    /// Its place on the cart, from 1.
    pub slot: u32,
    /// The order's number as its source has it.
    pub number: String,
    /// First name and last initial.
    pub customer: String,
    /// How it goes out and when: `Curbside · 4:00–4:30 PM`.
    pub window: String,
    /// The tote that stands in the slot; empty while none was scanned.
    pub tote: String,
}

/// One package to take from one bin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlipLine {
    /// The slot that it goes into, where the walk serves several orders.
    pub slot: Option<u32>,
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
    let mut form = Form::new(medium, slip.lang.words());
    form.slots = slip.lines.iter().any(|line| line.slot.is_some());
    let slip = &printable(slip);
    let mut sections: Vec<_> = orders::section(&form, slip).into_iter().collect();
    sections.extend(rows::sections(&form, slip));
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
    let order = |order: &SlipOrder| SlipOrder {
        slot: order.slot,
        number: clean(&order.number),
        customer: clean(&order.customer),
        window: clean(&order.window),
        tote: clean(&order.tote),
    };
    let line = |line: &SlipLine| SlipLine {
        slot: line.slot,
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
        orders: slip.orders.iter().map(order).collect(),
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
    /// Each line says which slot it goes into.
    slots: bool,
}

impl Form {
    fn new(medium: Medium, words: &'static Words) -> Self {
        Self {
            medium,
            words,
            left: medium.margin,
            right: medium.width - medium.margin,
            slots: false,
        }
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

    /// `RESTOCK`, or `ORDER · 6 orders` for a walk of several.
    fn kind(&self, slip: &Slip) -> String {
        let word = slip.kind.word(self.words);
        match slip.orders.len() {
            0 | 1 => word.to_owned(),
            many => format!("{word} · {many} {}", self.words.orders),
        }
    }

    /// Wide enough for a slot's number and its distance to what follows; nothing without slots.
    fn slot_room(&self) -> i32 {
        match (self.slots, self.table()) {
            (false, _) => 0,
            (true, true) => self.pt(42.0),
            (true, false) => self.pt(12.0),
        }
    }

    /// A slot's number, white in a black box whose top left is at `x`, `y`; gives its lower end.
    fn slot(&self, block: &mut Block, (x, y): (i32, i32), slot: u32) -> i32 {
        let (w, h) = (self.pt(28.0), self.pt(24.0));
        let text = slot.to_string();
        let kind = self.shrink(&[19.0, 15.0, 11.0, 8.0], w - self.pt(3.0), &text);
        block.reversed(Rect { x, y, w, h }, kind, &text);
        y + h
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
