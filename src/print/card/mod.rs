//! The set-up card: one page that a manager hands to whoever holds a new phone. Where to go, what to
//! do, and the fingerprint that makes a certificate from a plain page safe to install.

mod words;

use qrcode::EcLevel;

use super::PrintError;
use super::draw::{Block, Drawing, Page, QUIET, Symbol};
use super::fonts::{Face, Type};
use super::medium::{Medium, Paper};
use super::text;
use words::{EN, ES, Words};

/// What stands on the card; the store's name may be of any length and in any script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetupCard {
    /// The store's name.
    pub store: String,
    /// The box's id: `R7K2Q`.
    pub id: String,
    /// The trust page at the box's addresses, the first in the QR; may be empty.
    pub by_number: Vec<String>,
    /// The trust page by name, in the QR where there is no address.
    pub by_name: String,
    /// Of the root certificate, in rows of groups: `ABCD 1234 …`.
    pub fingerprint: [String; 4],
    /// When it was printed.
    pub printed: String,
}

/// Lays out from the top down inside the margins.
struct Form {
    medium: Medium,
    left: i32,
    right: i32,
}

impl Form {
    fn width(&self) -> i32 {
        self.right - self.left
    }

    fn pt(&self, points: f32) -> i32 {
        self.medium.pt(points)
    }

    fn plain(&self, points: f32) -> Type {
        Type { face: Face::Regular, size: self.pt(points) }
    }

    fn bold(&self, points: f32) -> Type {
        Type { face: Face::Bold, size: self.pt(points) }
    }

    /// The largest of these sizes at which `text` stands on one line, else the smallest.
    fn shrink(&self, face: Face, sizes: &[f32], width: i32, text: &str) -> Type {
        let sizes: Vec<i32> = sizes.iter().map(|points| self.pt(*points)).collect();
        text::largest(face, &sizes, width, &text::clean(text))
    }

    fn gap(&self, points: f32) -> Block {
        Block { height: self.pt(points), ops: Vec::new() }
    }

    fn rule(&self, under: f32) -> Block {
        let mut block = self.gap(under);
        block.fill(self.left, 0, self.width(), self.pt(1.2));
        block
    }
}

/// The card on one page.
///
/// # Errors
/// [`PrintError::QrTooLong`].
pub(super) fn layout(card: &SetupCard, paper: Paper) -> Result<Drawing, PrintError> {
    let medium = Medium::from(paper);
    let form = Form { medium, left: medium.margin, right: medium.width - medium.margin };
    let mut page = Block { height: medium.margin, ops: Vec::new() };
    page.stack(head(&form, card));
    // Room for the quiet zone of the largest QR.
    page.stack(form.rule(24.0));
    page.stack(address(&form, card)?);
    page.stack(form.rule(14.0));
    page.stack(steps(&form));
    page.stack(form.gap(10.0));
    page.stack(fingerprint(&form, card));
    let height = medium.height.unwrap_or(page.height);
    let foot = foot(&form, card);
    let at = height - medium.margin - foot.height;
    page.place(0, at, foot);
    let title = format!("{} · {}", EN.heading, text::clean(&card.store));
    let pages = vec![Page { height, ops: page.ops }];
    Ok(Drawing { medium, title, language: "en", pages })
}

/// Whose card it is, and what for.
fn head(form: &Form, card: &SetupCard) -> Block {
    let mut block = Block::default();
    let chip = block.chip((form.left, 0), form.width() / 2, form.bold(11.0), None, "BACKSTOCK");
    let id = format!("{} {}", EN.box_word, card.id);
    let baseline = i32::midpoint(chip.h, form.bold(12.0).cap());
    block.text_right((form.right, baseline), form.width() / 3, form.bold(12.0), &id);
    let store = form.shrink(Face::Bold, &[32.0, 28.0, 24.0, 20.0], form.width(), &card.store);
    let top = chip.h + form.pt(9.0) + store.cap();
    let end = block.lines((form.left, top), form.width(), store, 2, &card.store) + store.drop();
    let heading = form.plain(16.0);
    let both = format!("{} · {}", EN.heading, ES.heading);
    let top = end + form.pt(5.0) + heading.cap();
    block.text((form.left, top), form.width(), heading, &both);
    block.height = top + form.pt(10.0);
    block
}

/// The QR, and beside it the same address to type.
fn address(form: &Form, card: &SetupCard) -> Result<Block, PrintError> {
    let first = card.by_number.first().unwrap_or(&card.by_name);
    let symbol = Symbol::new(first, EcLevel::Q, form.medium, form.pt(190.0))?;
    let (side, quiet) = (symbol.side(), QUIET * symbol.module);
    let mut block = Block::default();
    // The quiet zone lies in the white around it, so that the modules stand level with the text.
    block.square(form.left - quiet, -quiet, symbol);
    let (x, beside) = (form.left + side - quiet, form.width() - side + quiet);
    let mut y = 0;
    let mut line = |kind: Type, gap: f32, most: usize, text: &str| {
        let top = y + form.pt(gap) + kind.cap();
        y = block.lines((x, top), beside, kind, most, text) + kind.drop();
    };
    line(form.bold(15.0), 0.0, 2, EN.scan);
    line(form.plain(13.0), 4.0, 2, ES.scan);
    line(form.plain(10.5), 16.0, 1, &format!("{} · {}", EN.typed, ES.typed));
    let sizes = [22.0, 19.0, 16.0, 13.0];
    line(form.shrink(Face::Bold, &sizes, beside, first), 5.0, 2, first);
    for other in card.by_number.iter().skip(1).take(1) {
        line(form.plain(11.0), 3.0, 1, other);
    }
    if !card.by_number.is_empty() {
        line(form.plain(10.5), 8.0, 1, &format!("{} · {}", EN.by_name, ES.by_name));
        let sizes = [13.0, 11.5, 10.0];
        line(form.shrink(Face::Bold, &sizes, beside, &card.by_name), 4.0, 2, &card.by_name);
    }
    // To be filled in by hand: the box does not know how the phones' network is called.
    let kind = form.plain(12.0);
    let foot = (side - 2 * quiet).max(y + form.pt(26.0));
    let word = format!("{}:", EN.wifi);
    block.text((x, foot), beside, kind, &word);
    let from = x + kind.width(&word) + form.pt(6.0);
    block.fill(from, foot, form.right - from, form.pt(0.8));
    block.height = foot + form.pt(24.0);
    Ok(block)
}

/// Three steps in both languages, side by side.
fn steps(form: &Form) -> Block {
    let gap = form.pt(22.0);
    let width = (form.width() - gap) / 2;
    let mut block = Block::default();
    for (words, x) in [(&EN, form.left), (&ES, form.left + width + gap)] {
        let column = column(form, words, width);
        let height = column.height;
        block.place(x, 0, column);
        block.height = block.height.max(height);
    }
    block
}

fn column(form: &Form, words: &Words, width: i32) -> Block {
    let (number, kind) = (form.bold(13.0), form.plain(11.0));
    let indent = form.pt(24.0);
    let mut block = Block::default();
    for (n, step) in (1..).zip(words.steps) {
        let chip = block.chip((0, block.height), indent, number, None, &format!("{n}"));
        let top = i32::midpoint(chip.y + chip.y + chip.h, kind.cap());
        let end = block.lines((indent, top), width - indent, kind, 8, step) + kind.drop();
        block.height = end.max(chip.y + chip.h) + form.pt(6.0);
    }
    block
}

/// The fingerprint in its frame, the lines to compare at the very least marked.
fn fingerprint(form: &Form, card: &SetupCard) -> Block {
    let pad = form.pt(11.0);
    let (label, group) = (form.bold(11.0), form.bold(23.0));
    let (left, width) = (form.left + pad, form.width() - 2 * pad);
    let mut block = Block::default();
    let title = format!("{} · {}", EN.fingerprint, ES.fingerprint);
    let mut y = pad + label.cap();
    block.text((left, y), width, label, &title);
    y += form.pt(10.0);
    let (bar, tall) = (form.pt(5.0), group.cap() + form.pt(9.0));
    for (n, row) in card.fingerprint.iter().enumerate() {
        if n == 0 || n + 1 == card.fingerprint.len() {
            block.fill(left, y + form.pt(2.0), bar, tall - form.pt(4.0));
        }
        let column = (width - bar) / 4;
        let baseline = y + i32::midpoint(tall, group.cap());
        for (middle, four) in (0..).map(|n| column * n + column / 2).zip(row.split(' ').take(4)) {
            block.text_middle((left + bar + middle, baseline), column, group, four);
        }
        y += tall;
    }
    y += form.pt(4.0);
    for words in [&EN, &ES] {
        let kind = form.plain(9.5);
        let top = y + form.pt(4.0) + kind.cap();
        y = block.lines((left, top), width, kind, 3, words.compare) + kind.drop();
    }
    block.height = y + pad;
    let rect = super::Rect { x: form.left, y: 0, w: form.width(), h: block.height };
    block.frame(rect, form.pt(1.2));
    block
}

fn foot(form: &Form, card: &SetupCard) -> Block {
    let kind = form.plain(8.5);
    let mut block = Block::default();
    let date = format!("{} · {} {}", EN.printed, ES.printed, card.printed);
    for (n, (text, note)) in (0..).zip([(EN.again, date.as_str()), (ES.again, "")]) {
        let y = kind.rise() + n * kind.line();
        let taken = kind.width(&text::clean(note)).min(form.width() / 3);
        block.text((form.left, y), form.width() - taken - form.pt(10.0), kind, text);
        block.text_right((form.right, y), form.width() / 3, kind, note);
        block.height = y + kind.drop();
    }
    block
}
