//! The top of a slip: what it is, for whom, and the QR that opens it; on further pages one strip.

use qrcode::EcLevel;

use super::{Form, Slip, joined};
use crate::print::PrintError;
use crate::print::draw::{Block, QUIET, Symbol};

/// The whole head, down to the rule above the lines.
pub(super) fn first(form: &Form, slip: &Slip) -> Result<Block, PrintError> {
    let ticket = ticket(form, slip)?;
    let beside = form.width() - ticket.width - form.pt(6.0) - ticket.hang.max(form.pt(6.0));
    let mut block = Block::default();
    if form.table() {
        block.stack(titles(form, slip, beside));
        block.stack(facts(form, slip, beside));
        block.place(form.right - ticket.width, -ticket.hang, ticket.block);
        block.height = block.height.max(ticket.height - ticket.hang);
    } else {
        block.stack(titles(form, slip, form.width()));
        if form.beside() {
            let mut row = facts(form, slip, beside);
            row.place(form.right - ticket.width, 0, ticket.block);
            row.height = row.height.max(ticket.height);
            block.stack(row);
        } else {
            block.stack(facts(form, slip, form.width()));
            block.place(form.left + (form.width() - ticket.width) / 2, block.height, ticket.block);
            block.height += ticket.height;
        }
    }
    block.stack(form.gap(8.0));
    if !slip.note.is_empty() {
        block.stack(note(form, &slip.note));
        block.stack(form.gap(10.0));
    }
    block.stack(form.rule(2.4));
    Ok(block)
}

/// The strip that heads every further page.
pub(super) fn next(form: &Form, slip: &Slip) -> Block {
    let kind = form.bold(14.0);
    let code = kind.width(&slip.code).min(form.width() / 3);
    let mut block = Block::default();
    let chip =
        block.chip((form.left, 0), form.width() / 3, form.bold(11.0), None, &form.kind(slip));
    let x = chip.x + chip.w + form.pt(8.0);
    let y = form.pt(3.3) + form.bold(11.0).cap();
    block.text((x, y), form.right - x - code - form.pt(10.0), kind, &slip.station);
    block.text_right((form.right, y), code, kind, &slip.code);
    block.height = chip.h.max(kind.line());
    block.stack(form.gap(6.0));
    block.stack(form.rule(2.4));
    block
}

/// Kind, copy mark, store, the station large, and who asked whom.
fn titles(form: &Form, slip: &Slip, width: i32) -> Block {
    let mut block = Block::default();
    let edge = form.left + width;
    let gap = form.pt(7.0);
    let word = &form.kind(slip);
    let copy = form.copy(slip).unwrap_or_default();
    let room = width - form.pt(26.0);
    let kind = form.shrink(&[13.0, 11.0, 9.0, 7.5], room, &joined(&[word, &copy], " "));
    let mut chip = block.chip((form.left, 0), width, kind, None, word);
    if !copy.is_empty() {
        let x = chip.x + chip.w + gap;
        chip = block.chip((x, 0), edge - x, kind, Some(form.pt(1.4)), &copy);
    }
    let mut baseline = chip.h;
    if form.table() {
        let x = chip.x + chip.w + gap;
        let middle = i32::midpoint(chip.h, kind.cap());
        block.text((x, middle), edge - x, form.plain(11.0), &slip.store);
    } else {
        let store = form.plain(9.0);
        let top = chip.h + store.line();
        baseline = block.lines((form.left, top), width, store, 2, &slip.store) + store.drop();
    }
    let sizes: &[f32] = if form.table() { &[34.0, 30.0, 26.0, 22.0] } else { &[22.0, 19.0, 16.0] };
    let station = form.shrink(sizes, width, &slip.station);
    let top = baseline + form.pt(11.0) + station.cap();
    let mut end = baseline;
    if !slip.station.is_empty() {
        end = block.lines((form.left, top), width, station, 2, &slip.station) + station.drop();
    }
    let who = joined(&[&slip.requester, &slip.picker], " → ");
    if !who.is_empty() {
        let kind = form.plain(if form.table() { 14.0 } else { 11.0 });
        let top = end + form.pt(5.0) + kind.cap();
        end = block.lines((form.left, top), width, kind, 2, &who) + kind.drop();
    }
    block.height = end;
    block
}

/// How much, and when it was asked for.
fn facts(form: &Form, slip: &Slip, width: i32) -> Block {
    let (sum, small) = if form.table() {
        (form.bold(14.0), form.plain(10.5))
    } else {
        (form.bold(11.0), form.plain(8.0))
    };
    let counts = form.counts(slip);
    let counts = if form.table() { vec![counts.join(" · ")] } else { counts };
    let mut texts: Vec<_> = counts.into_iter().map(|count| (sum, count)).collect();
    if form.table() && !slip.created.is_empty() {
        texts.push((small, format!("{} {}", form.words.requested, slip.created)));
    } else if !slip.created.is_empty() {
        texts.push((small, form.words.requested.into()));
        texts.push((small, slip.created.clone()));
    }
    let mut block = Block::default();
    for (kind, text) in texts {
        let top = block.height + form.pt(5.0) + kind.cap();
        block.height = block.lines((form.left, top), width, kind, 2, &text) + kind.drop();
    }
    block
}

/// The QR with the short code under it.
struct Ticket {
    block: Block,
    width: i32,
    height: i32,
    /// How far it may rise into the page's margin, so that the modules stand level with the text.
    hang: i32,
}

fn ticket(form: &Form, slip: &Slip) -> Result<Ticket, PrintError> {
    let side = form.pt(if form.table() { 126.0 } else { 84.0 });
    let symbol = Symbol::new(&slip.qr, EcLevel::M, form.medium, side)?;
    let (side, quiet) = (symbol.side(), QUIET * symbol.module);
    let code = form.bold(18.0);
    let hint = form.plain(8.0);
    // Where the margin is white and wide enough, the quiet zone lies in it.
    let hang = if form.medium.margin >= quiet { quiet } else { 0 };
    let room = form.width() / if form.beside() { 2 } else { 1 };
    let text = code.width(&slip.code).max(hint.width(form.words.scan)).min(room);
    let width = (side - 2 * hang).max(text);
    let mut block = Block::default();
    block.square((width - side) / 2, 0, symbol);
    let y = side + form.pt(1.0) + code.cap();
    block.text_middle((width / 2, y), width, code, &slip.code);
    let y = y + form.pt(5.0) + hint.cap();
    block.text_middle((width / 2, y), width, hint, form.words.scan);
    Ok(Ticket { block, width, height: y + hint.drop(), hang })
}

/// The requester's note in a box.
fn note(form: &Form, note: &str) -> Block {
    let (label, kind) = (form.bold(8.0), form.plain(if form.table() { 11.0 } else { 9.5 }));
    let pad = form.pt(7.0);
    let mut block = Block::default();
    let inside = form.width() - 2 * pad;
    block.text((form.left + pad, pad + label.cap()), inside, label, form.words.note);
    let top = pad + label.cap() + form.pt(6.0) + kind.cap();
    let end = block.lines((form.left + pad, top), inside, kind, 6, note);
    block.height = end + kind.drop() + pad;
    let rect = crate::print::Rect { x: form.left, y: 0, w: form.width(), h: block.height };
    block.frame(rect, form.pt(0.8));
    block
}
