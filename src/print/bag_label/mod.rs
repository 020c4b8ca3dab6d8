//! The customer label on the opaque exit bag of an order: 4 by 6 inches on label stock, or the same
//! label on sheets of office paper, two beside each other with marks to cut by.
//!
//! One layout at every resolution. Whoever reads it over a shoulder learns a first name, an initial and
//! what is in the bag: no price, no phone, no full name. Items that do not fit go on to a further label.

mod head;
mod sheet;
mod words;

use self::words::Words;
use super::PrintError;
use super::draw::{Block, Drawing, Page, Rect};
use super::flow::{Section, flow};
use super::fonts::{Face, Type};
use super::medium::Medium;
use super::text::{self, clean, largest};
use super::words::Lang;
use crate::domain::order::OrderWay;

pub(super) use sheet::layout as sheets;

/// The largest type that lets an order stand on one label is taken; the last where none does.
const SIZES: [f32; 3] = [12.0, 10.5, 9.0];
/// Lines of one item's name.
const NAME_LINES: usize = 4;

/// What stands on the labels of one bag, ready to read: times in the store's zone.
///
/// Any text may be empty, of any length and in any script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BagLabel {
    /// The store's name.
    pub store: String,
    /// The store's license number.
    pub license: String,
    /// The order's number as its source has it.
    pub number: String,
    /// The short code as people type it: `R7K-2QF`.
    pub code: String,
    /// The QR's content: `HTTPS://HOST/O/R7K2QF`, upper case, at most 120 bytes.
    pub qr: String,
    /// First name and last initial: `Maria G.`
    pub customer: String,
    /// How it goes out.
    pub way: OrderWay,
    /// The day that it is picked up.
    pub day: String,
    /// And when: `4:00–4:30 PM`.
    pub window: String,
    /// The whole order's, in the order of its lines.
    pub items: Vec<BagItem>,
    /// All amounts together; empty to leave it out.
    pub units: String,
    /// Which bag of how many.
    pub bag: u32,
    pub bags: u32,
    /// The packer's initials.
    pub packer: String,
    /// When it was packed.
    pub packed: String,
    /// The packer ticked the seal and the opaque bag; else there is a box to tick.
    pub sealed: bool,
    /// 1 for the first label; from 2 on it is marked as a copy.
    pub copy: u32,
    pub lang: Lang,
}

/// What is in the bag of one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BagItem {
    /// How much, with its unit unless that is `each`.
    pub amount: String,
    /// The product's name.
    pub name: String,
    /// The end of the package's tag.
    pub tag_tail: String,
}

/// The labels of all `bags`, one on each page of label stock.
///
/// # Errors
/// [`PrintError::QrTooLong`].
pub(super) fn layout(bags: &[BagLabel], medium: Medium) -> Result<Drawing, PrintError> {
    let mut pages = Vec::new();
    for label in bags {
        pages.extend(one(&printable(label), medium)?);
    }
    let words = Words::of(bags.first().map(|label| label.lang).unwrap_or_default());
    let code = bags.first().map_or("", |label| &label.code);
    Ok(Drawing { medium, title: format!("{} {code}", words.label), language: words.tag, pages })
}

/// One bag's labels.
fn one(label: &BagLabel, medium: Medium) -> Result<Vec<Page>, PrintError> {
    let form = Form { medium, words: Words::of(label.lang) };
    let mut pages = Vec::new();
    for size in SIZES {
        pages = flow(
            medium,
            head::first(&form, label)?,
            vec![items(&form, label, size)],
            &head::next(&form, label)?,
            |page, pages| foot(&form, label, page, pages),
        );
        if pages.len() == 1 {
            break;
        }
    }
    Ok(pages)
}

/// The label with every text as it can be drawn, so that what is measured is what is drawn.
fn printable(label: &BagLabel) -> BagLabel {
    let item = |item: &BagItem| BagItem {
        amount: clean(&item.amount),
        name: clean(&item.name),
        tag_tail: clean(&item.tag_tail),
    };
    BagLabel {
        store: clean(&label.store),
        license: clean(&label.license),
        number: clean(&label.number),
        code: clean(&label.code),
        qr: label.qr.clone(),
        customer: clean(&label.customer),
        day: clean(&label.day),
        window: clean(&label.window),
        items: label.items.iter().map(item).collect(),
        units: clean(&label.units),
        packer: clean(&label.packer),
        packed: clean(&label.packed),
        ..*label
    }
}

fn items(form: &Form, label: &BagLabel, size: f32) -> Section {
    let opening = totals(form, label);
    let rows = label.items.iter().map(|item| row(form, item, size)).collect();
    Section { again: opening.clone(), opening, rows }
}

/// How much it is together, and what the last column is.
fn totals(form: &Form, label: &BagLabel) -> Block {
    let (words, small) = (form.words, form.plain(7.0));
    let lines = label.items.len();
    let mut texts = vec![format!("{lines} {}", words.item[usize::from(lines != 1)])];
    if !label.units.is_empty() {
        let unit = words.unit[usize::from(label.units != "1")];
        texts.push(format!("{} {unit}", label.units));
    }
    if label.bags > 1 {
        texts.push(format!("{} {} {}", words.in_word, label.bags, words.bags));
    }
    let together = texts.join(" · ");
    let tail = small.width(words.tag_ends);
    let room = form.width() - tail - form.pt(8.0);
    let kind = form.shrink(&[9.0, 8.0, 7.5], room, &together);
    let mut block = form.gap(5.0);
    let y = block.height + kind.cap();
    block.text_right((form.right(), y), tail, small, words.tag_ends);
    block.text((form.left(), y), room, kind, &together);
    block.height = y + kind.drop() + form.pt(1.0);
    block.stack(form.rule(0.8));
    block
}

/// Amount, name and the end of the tag on one baseline, the name on as many lines as it needs.
fn row(form: &Form, item: &BagItem, size: f32) -> Block {
    let (amount, tail) = (form.pt(34.0), form.pt(58.0));
    let name = form.plain(size);
    let x = form.left() + amount + form.pt(8.0);
    let width = form.right() - tail - form.pt(6.0) - x;
    let mut block = Block::default();
    let y = form.pt(size * 0.35) + name.cap();
    let mut end = y;
    let kind = form.shrink(&[size, size - 2.0, 7.5], amount, &item.amount);
    for (n, line) in (0..).zip(text::wrap(kind, amount, 3, &item.amount)) {
        end = y + n * kind.line();
        block.text_right((form.left() + amount, end), amount, kind, &line);
    }
    let low = block.lines((x, y), width, name, NAME_LINES, &item.name);
    let kind = form.shrink(&[size, size - 2.0, 7.5], tail, &item.tag_tail);
    block.text_right((form.right(), y), tail, kind, &item.tag_tail);
    block.height = end.max(low) + name.drop() + form.pt(size * 0.2);
    block.stack(form.rule(0.4));
    block
}

/// Sealed, by whom and when, which label of how many.
fn foot(form: &Form, label: &BagLabel, page: usize, pages: usize) -> Block {
    let (words, small) = (form.words, form.plain(8.5));
    let mut block = form.gap(4.0);
    block.stack(form.rule(1.6));
    let side = form.pt(13.0);
    let x = form.left() + side + form.pt(6.0);
    let room = form.right() - x;
    let kind = form.shrink(&[11.0, 10.0, 9.0], room, words.sealed);
    let top = block.height + form.pt(5.0);
    block.frame(Rect { x: form.left(), y: top, w: side, h: side }, form.pt(1.1));
    let y = top + i32::midpoint(side, kind.cap());
    if label.sealed {
        let tick = form.bold(12.0);
        let low = top + i32::midpoint(side, tick.cap());
        block.text_middle((form.left() + side / 2, low), side, tick, "✔");
    }
    block.text((x, y), room, kind, words.sealed);

    let which = if pages > 1 { format!("{} {page}/{pages}", words.label) } else { String::new() };
    let copy =
        if label.copy > 1 { format!("{} {}", words.copy, label.copy) } else { String::new() };
    let right = joined(&[&copy, &which], " · ");
    let by = labelled(words.by, &label.packer);
    let packed = joined(&[&labelled(words.packed, &label.packed), &by], " ");
    let y = top + side + form.pt(6.0) + small.cap();
    let bold = form.bold(8.5);
    let half = bold.width(&right).min(form.width() / 2);
    block.text_right((form.right(), y), half, bold, &right);
    block.text((form.left(), y), form.width() - half - form.pt(6.0), small, &packed);
    block.height = y + small.drop();
    block
}

/// The space of a label and its type.
struct Form {
    medium: Medium,
    words: &'static Words,
}

impl Form {
    fn left(&self) -> i32 {
        self.medium.margin
    }

    fn right(&self) -> i32 {
        self.medium.width - self.medium.margin
    }

    fn width(&self) -> i32 {
        self.medium.inner()
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

    fn gap(&self, points: f32) -> Block {
        Block { height: self.pt(points), ops: Vec::new() }
    }

    fn rule(&self, points: f32) -> Block {
        let mut block = self.gap(points);
        block.fill(self.left(), 0, self.width(), block.height);
        block
    }
}

/// `Packed 3:12 PM`; nothing where the value is empty.
fn labelled(label: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{label} {value}") }
}

/// The parts that are not empty, with `between` between them.
fn joined(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}
