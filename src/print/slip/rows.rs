//! The lines of a slip: under column heads on a sheet, stacked on a roll; areas have headings.

use super::{Form, Slip, SlipLine, joined};
use crate::print::draw::{Block, Rect};
use crate::print::flow::Section;
use crate::print::text;

/// One section for each run of lines in the same area; one saying so where there is no line.
pub(super) fn sections(form: &Form, slip: &Slip) -> Vec<Section> {
    let head = || if form.table() { Columns::new(form).head(form) } else { form.gap(2.0) };
    if slip.lines.is_empty() {
        return vec![Section { opening: head(), again: head(), rows: vec![nothing(form)] }];
    }
    let runs = slip.lines.chunk_by(|a, b| a.area == b.area).enumerate();
    let section = |(n, run): (usize, &[SlipLine])| {
        let mut again = head();
        again.stack(heading(form, &run[0].area));
        let opening = if n == 0 { again.clone() } else { heading(form, &run[0].area) };
        Section { opening, again, rows: run.iter().map(|line| row(form, line)).collect() }
    };
    runs.map(section).collect()
}

/// Left edges and widths of the table's cells; the quantity ends at `quantity`.
struct Columns {
    bin: (i32, i32),
    quantity: (i32, i32),
    product: (i32, i32),
    tag: (i32, i32),
    expires: (i32, i32),
}

impl Columns {
    fn new(form: &Form) -> Self {
        let pt = |points| form.pt(points);
        let bin = (form.left + pt(28.0) + form.slot_room(), pt(84.0));
        let quantity = (bin.0 + bin.1 + pt(58.0), pt(54.0));
        let expires = (form.right - pt(68.0), pt(68.0));
        let tag = (expires.0 - pt(98.0), pt(88.0));
        let x = quantity.0 + pt(16.0);
        Self { bin, quantity, product: (x, tag.0 - x - pt(10.0)), tag, expires }
    }

    fn head(&self, form: &Form) -> Block {
        let kind = form.bold(7.5);
        let y = form.pt(7.0) + kind.cap();
        let mut block = Block::default();
        let words = form.words;
        if form.slots {
            let width = form.slot_room();
            block.text((self.bin.0 - width, y), width, kind, words.slot);
        }
        let cells = [
            (self.bin, words.bin),
            (self.product, words.product),
            (self.tag, words.package),
            (self.expires, words.expires),
        ];
        for ((x, width), word) in cells {
            block.text((x, y), width, kind, word);
        }
        block.text_right((self.quantity.0, y), self.quantity.1, kind, words.quantity);
        block.height = y + form.pt(5.0);
        block.stack(form.rule(0.8));
        block
    }
}

/// An area's name with a rule to the right edge; nothing for no name.
fn heading(form: &Form, area: &str) -> Block {
    let mut block = Block::default();
    if area.is_empty() {
        return block;
    }
    let kind = form.bold(if form.table() { 11.5 } else { 10.0 });
    let y = form.pt(9.0) + kind.cap();
    block.text((form.left, y), form.width(), kind, area);
    block.height = y + form.pt(4.5);
    block.stack(form.rule(0.8));
    block
}

fn nothing(form: &Form) -> Block {
    let kind = form.plain(12.0);
    let mut block = Block::default();
    block.text((form.left, form.pt(12.0) + kind.cap()), form.width(), kind, form.words.nothing);
    block.height = form.pt(24.0) + kind.cap();
    block
}

/// A line with the rule under it.
fn row(form: &Form, line: &SlipLine) -> Block {
    let mut block = if form.table() { across(form, line) } else { stacked(form, line) };
    block.stack(form.gap(if form.table() { 6.0 } else { 5.0 }));
    block.stack(form.rule(0.5));
    block
}

/// One line as cells that share a baseline.
fn across(form: &Form, line: &SlipLine) -> Block {
    let at = Columns::new(form);
    let mut block = Block::default();
    let y = form.pt(7.5) + form.bold(16.0).cap();
    tick(form, &mut block, y);
    let mut end = 0;
    if let Some(slot) = line.slot {
        end = form.slot(&mut block, (at.bin.0 - form.slot_room(), form.pt(4.0)), slot);
    }
    let (edge, room) = at.quantity;
    let low = bin(form, &mut block, (at.bin.0, y), at.bin.1, &line.bin).max(quantity(
        form,
        &mut block,
        (edge, y),
        room,
        &line.quantity,
    ));
    let under = (at.bin.0, low + form.pt(5.0));
    let below = flags(form, &mut block, under, edge - at.bin.0, &line.flags).unwrap_or(under.1);
    end = end.max(below);

    let (x, width) = at.product;
    end = end.max(product(form, &mut block, (x, y), width, line));

    let (x, width) = at.tag;
    let (tail, small) = (form.bold(13.0), form.plain(7.0));
    block.text((x, y), width, tail, &line.tag_tail);
    let below = y + small.cap() + form.pt(5.5);
    end = end.max(block.lines((x, below), width, small, 3, rest(line)) + small.drop());

    let (x, width) = at.expires;
    let kind = form.plain(9.5);
    end = end.max(block.lines((x, y), width, kind, 2, &line.expires) + kind.drop());
    block.height = end;
    block
}

/// One line as bin and quantity over product, tag and expiry.
fn stacked(form: &Form, line: &SlipLine) -> Block {
    let mut block = Block::default();
    let y = form.pt(7.0) + form.bold(16.0).cap();
    tick(form, &mut block, y);
    let x = form.left + form.pt(22.0) + form.slot_room();
    let inside = form.right - x;
    let mut low = 0;
    if let Some(slot) = line.slot {
        low = form.slot(&mut block, (form.left, y + form.pt(7.0)), slot);
    }
    let mut end = beside(form, &mut block, (x, y), inside, line).unwrap_or_else(|| {
        let low = bin(form, &mut block, (x, y), inside, &line.bin);
        let y = low + form.pt(4.0) + form.bold(16.0).cap();
        quantity(form, &mut block, (form.right, y), inside, &line.quantity)
    });
    end = product(form, &mut block, (x, end + form.pt(13.0)), inside, line);
    end = flags(form, &mut block, (x, end + form.pt(4.0)), inside, &line.flags).unwrap_or(end);

    let (tail, small) = (form.bold(11.0), form.plain(7.7));
    let y = end + form.pt(4.0) + tail.cap();
    block.text((x, y), inside, tail, &line.tag_tail);
    if !line.tag_tail.is_empty() {
        end = y + tail.drop();
    }
    let expires = joined(&[form.words.exp, &line.expires], " ");
    if !line.expires.is_empty() {
        let kind = form.plain(9.0);
        let free = inside - tail.width(&line.tag_tail) - form.pt(8.0);
        let y = if kind.width(&expires) <= free { y } else { end + form.pt(4.0) + kind.cap() };
        block.text_right((form.right, y), inside, kind, &expires);
        end = end.max(y + kind.drop());
    }
    let below = end + form.pt(2.5) + small.cap();
    if !rest(line).is_empty() {
        end = block.lines((x, below), inside, small, 3, rest(line)) + small.drop();
    }
    block.height = end.max(low);
    block
}

/// Bin and quantity on one line, if both are large enough there.
fn beside(
    form: &Form,
    block: &mut Block,
    (x, y): (i32, i32),
    inside: i32,
    line: &SlipLine,
) -> Option<i32> {
    let number = form.bold(16.0);
    let right = number.width(&line.quantity) + form.pt(8.0);
    let left = inside - right;
    let kind = form.shrink(&[16.0, 14.0], left.max(0), &line.bin);
    if kind.width(&line.bin) > left {
        return None;
    }
    block.text((x, y), left, kind, &line.bin);
    block.text_right((x + inside, y), right, number, &line.quantity);
    Some(y + number.drop())
}

/// The quantity up to the right edge `at`, as large as it fits and never cut while three lines hold
/// it; gives the lower end.
fn quantity(form: &Form, block: &mut Block, at: (i32, i32), width: i32, quantity: &str) -> i32 {
    let kind = form.shrink(&[16.0, 13.0, 11.0, 9.5], width, quantity);
    let mut y = at.1;
    for line in text::wrap(kind, width, 3, quantity) {
        block.text_right((at.0, y), width, kind, &line);
        y += kind.line();
    }
    y - kind.line() + kind.drop()
}

/// The box to tick, standing on the baseline.
fn tick(form: &Form, block: &mut Block, baseline: i32) {
    let side = form.pt(16.0);
    let lift = (side - form.bold(16.0).cap()) / 2;
    let rect = Rect { x: form.left, y: baseline + lift - side, w: side, h: side };
    block.frame(rect, form.pt(1.1));
}

/// The bin as large as it fits, in up to three lines before any of it is cut; gives the lower end.
fn bin(form: &Form, block: &mut Block, at: (i32, i32), width: i32, bin: &str) -> i32 {
    let kind = form.shrink(&[16.0, 14.0, 12.0], width, bin);
    block.lines(at, width, kind, 3, bin) + kind.drop()
}

/// Product and detail from the baseline `at`; gives the lower end.
fn product(form: &Form, block: &mut Block, at: (i32, i32), width: i32, line: &SlipLine) -> i32 {
    let (x, mut y) = at;
    let table = form.table();
    let name = form.bold(if table { 11.5 } else { 10.5 });
    let small = form.plain(if table { 9.0 } else { 8.5 });
    let mut end = y - name.cap();
    if !line.product.is_empty() {
        end = block.lines((x, y), width, name, 3, &line.product) + name.drop();
        y = end + form.pt(2.0) + small.cap();
    }
    if !line.detail.is_empty() {
        end = block.lines((x, y), width, small, 2, &line.detail) + small.drop();
    }
    end
}

/// Flags as framed words, as many in a row as fit; beyond three rows their number. `None` where
/// there is none.
fn flags(
    form: &Form,
    block: &mut Block,
    at: (i32, i32),
    width: i32,
    flags: &[String],
) -> Option<i32> {
    let kind = form.bold(if form.table() { 7.5 } else { 8.0 });
    let flags: Vec<&String> = flags.iter().filter(|flag| !flag.is_empty()).collect();
    let (gap, frame) = (form.pt(4.0), form.pt(0.8));
    let more = kind.width("+999") + 2 * kind.size;
    let (mut x, mut y, mut row, mut end) = (at.0, at.1, 1, None);
    for (n, flag) in flags.iter().enumerate() {
        let mut trial = Block::default();
        let room = if row == 3 && n + 1 < flags.len() { width - more } else { width };
        let mut chip = trial.chip((x, y), width, kind, Some(frame), flag);
        if x > at.0 && chip.x + chip.w > at.0 + room {
            if row == 3 {
                let left = format!("+{}", flags.len() - n);
                block.chip((x, y), at.0 + width - x, kind, Some(frame), &left);
                break;
            }
            row += 1;
            (x, y) = (at.0, y + chip.h + gap);
            trial = Block::default();
            chip = trial.chip((x, y), width, kind, Some(frame), flag);
        }
        block.place(0, 0, trial);
        x = chip.x + chip.w + gap;
        end = Some(chip.y + chip.h);
    }
    end
}

/// The tag without the tail that stands beside it in bold.
fn rest(line: &SlipLine) -> &str {
    line.tag.strip_suffix(line.tag_tail.as_str()).unwrap_or(&line.tag)
}
