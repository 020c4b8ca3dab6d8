//! The end of a slip: total, what is missing, signatures; and the foot of every page.

use super::{Form, Slip, joined};
use crate::print::draw::Block;
use crate::print::flow::Section;
use crate::print::words::Kind;

/// What follows the lines. The signatures are one piece, never parted by a page break.
pub(super) fn sections(form: &Form, slip: &Slip) -> Vec<Section> {
    let mut sections = vec![plain(total(form, slip))];
    if !slip.shortages.is_empty() {
        let rows = slip.shortages.iter().map(|short| shortage(form, short)).collect();
        sections.push(Section { opening: short_head(form), again: short_head(form), rows });
    }
    sections.push(plain(signatures(form, slip.kind)));
    sections
}

/// When, by whom, which copy, which page.
pub(super) fn foot(form: &Form, slip: &Slip, page: usize, pages: usize) -> Block {
    let words = form.words;
    let printed = labelled(words.printed, &slip.printed);
    let by = labelled(words.by, &slip.printed_by);
    let copy = form.copy(slip).unwrap_or_default();
    let kind = form.plain(8.0);
    let mut block = form.gap(10.0);
    block.stack(form.rule(0.5));
    let y = block.height + form.pt(5.0) + kind.cap();
    if form.medium.height.is_some() {
        let number = format!("{} {page} {} {pages}", words.page, words.of);
        let right = joined(&[&copy, &slip.code, &number], " · ");
        let half = form.width() * 2 / 5;
        block.text_right((form.right, y), half, form.bold(8.0), &right);
        let printed = joined(&[&printed, &by], " ");
        block.text((form.left, y), form.width() - half - form.pt(10.0), kind, &printed);
        block.height = y + kind.drop();
    } else {
        let middle = form.left + form.width() / 2;
        let mut end = y;
        for text in [printed, by, joined(&[&slip.code, &copy], " · ")] {
            for line in crate::print::text::wrap(kind, form.width(), 2, &text) {
                block.text_middle((middle, end), form.width(), kind, &line);
                end += kind.line();
            }
        }
        block.height = end;
    }
    block
}

/// `Printed 2:11 PM`; nothing where the value is empty.
fn labelled(label: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{label} {value}") }
}

fn plain(block: Block) -> Section {
    Section { rows: vec![block], ..Section::default() }
}

fn total(form: &Form, slip: &Slip) -> Block {
    let label = form.bold(8.0);
    let counts = form.counts(slip).join(" · ");
    let room = form.width() - label.width(form.words.total) - form.pt(8.0);
    let kind = form.shrink(&[12.0, 11.0, 10.0, 9.0, 8.0], room, &counts);
    let mut block = form.rule(1.6);
    let y = block.height + form.pt(7.0) + kind.cap();
    block.text((form.left, y), form.width(), label, form.words.total);
    block.text_right((form.right, y), room, kind, &counts);
    block.height = y + kind.drop() + form.pt(4.0);
    block
}

fn short_head(form: &Form) -> Block {
    let mut block = form.gap(12.0);
    let kind = form.bold(9.0);
    let at = (form.left, block.height);
    let chip = block.chip(at, form.width(), kind, None, form.words.short);
    block.height += chip.h + form.pt(4.0);
    block
}

fn shortage(form: &Form, text: &str) -> Block {
    let kind = form.plain(if form.table() { 10.5 } else { 9.0 });
    let mut block = Block::default();
    let indent = form.pt(11.0);
    let y = form.pt(4.0) + kind.cap();
    block.text((form.left, y), indent, kind, "–");
    let width = form.width() - indent;
    block.height = block.lines((form.left + indent, y), width, kind, 3, text) + kind.drop();
    block
}

/// Two people sign: beside each other on a sheet, under each other on a roll.
fn signatures(form: &Form, kind: Kind) -> Block {
    let mut block = form.gap(if form.table() { 16.0 } else { 14.0 });
    let top = block.height;
    let words = form.words;
    let second = match kind {
        Kind::Restock => words.received_by,
        Kind::Order => words.packed_by,
    };
    if form.table() {
        let gap = form.pt(28.0);
        let width = (form.width() - gap) / 2;
        let left = signature(form, form.left, width, words.picked_by);
        let right = signature(form, form.left + width + gap, width, second);
        block.height += left.height;
        block.place(0, top, left);
        block.place(0, top, right);
    } else {
        block.stack(signature(form, form.left, form.width(), words.picked_by));
        block.stack(form.gap(14.0));
        block.stack(signature(form, form.left, form.width(), second));
    }
    block
}

fn signature(form: &Form, x: i32, width: i32, title: &str) -> Block {
    let (label, caption) = (form.bold(9.0), form.plain(7.7));
    let mut block = Block::default();
    block.text((x, label.cap()), width, label, title);
    let time = width * 3 / 10;
    let long = width - time - form.pt(10.0);
    let fields = [
        (1, x, width, form.words.name),
        (2, x, long, form.words.signature),
        (2, x + width - time, time, form.words.time),
    ];
    let step = form.pt(23.0) + caption.line();
    for (row, x, width, word) in fields {
        let line = label.cap() + row * step - caption.line();
        block.fill(x, line, width, form.pt(0.8));
        block.text((x, line + form.pt(3.0) + caption.cap()), width, caption, word);
    }
    block.height = label.cap() + 2 * step + caption.drop();
    block
}
