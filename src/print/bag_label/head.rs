//! The top of a label: whose it is, when, and the QR that opens the order; smaller on further labels.

use qrcode::EcLevel;

use super::{BagLabel, Form, joined, labelled};
use crate::print::PrintError;
use crate::print::draw::{Block, Symbol};

/// The customer's name is never smaller, in points.
const NAME: [f32; 7] = [30.0, 26.0, 22.0, 19.0, 16.0, 14.0, 12.0];

/// White under the store's rule, in points.
const HEAD_GAP: f32 = 8.0;

/// The whole head of a bag's first label.
pub(super) fn first(form: &Form, label: &BagLabel) -> Result<Block, PrintError> {
    let words = form.words;
    let mut block = store(form, label);
    block.stack(form.gap(4.0));
    block.stack(form.rule(1.6));
    block.stack(form.gap(HEAD_GAP));

    let (ticket, wide) = ticket(form, label)?;
    let (left, width) = (form.left(), form.width() - wide - form.pt(2.0));
    let mut whose = Block::default();
    chips(form, label, width, &mut whose);
    let name = form.shrink(&NAME, width, &label.customer);
    let y = whose.height + form.pt(9.0) + name.cap();
    whose.height = whose.lines((left, y), width, name, 2, &label.customer) + name.drop();
    let times = [label.day.as_str(), &label.window];
    for (word, values) in [(words.window, &times[..]), (words.order, &[label.number.as_str()])] {
        let values = values.iter().filter(|value| !value.is_empty());
        for (n, value) in values.enumerate() {
            let kind = form.shrink(&[14.0, 13.0, 12.0, 11.0], width, value);
            let mut y = whose.height + form.pt(4.0) + kind.cap();
            if n == 0 {
                let small = form.plain(8.0);
                let top = whose.height + form.pt(5.0) + small.cap();
                whose.text((left, top), width, small, word);
                y = top + form.pt(4.0) + kind.cap();
            }
            whose.height = whose.lines((left, y), width, kind, 2, value) + kind.drop();
        }
    }
    // The white over the code reaches up into the space under the rule.
    let hang = form.pt(HEAD_GAP);
    let low = ticket.height - hang;
    whose.place(form.right() - wide, -hang, ticket);
    whose.height = whose.height.max(low);
    block.stack(whose);
    block.stack(form.gap(4.0));
    block.stack(form.rule(1.6));
    Ok(block)
}

/// The head of a further label: enough to know whose it is, should it come off.
pub(super) fn next(form: &Form, label: &BagLabel) -> Result<Block, PrintError> {
    let symbol = Symbol::new(&label.qr, EcLevel::Q, form.medium, form.pt(80.0))?;
    let (side, left) = (symbol.side(), form.left());
    let width = form.width() - side - form.pt(2.0);
    let mut block = Block::default();
    chips(form, label, width, &mut block);
    let code = form.shrink(&[18.0, 15.0, 12.0], width, &label.code);
    let y = block.height + form.pt(8.0) + code.cap();
    block.text((left, y), width, code, &label.code);
    let name = form.shrink(&[16.0, 14.0, 12.0], width, &label.customer);
    let y = y + code.drop() + form.pt(3.0) + name.cap();
    block.text((left, y), width, name, &label.customer);
    let small = form.plain(8.5);
    let y = y + name.drop() + form.pt(3.0) + small.cap();
    let order = joined(&[&labelled(form.words.order, &label.number), &label.store], " · ");
    block.height = block.lines((left, y), width, small, 2, &order) + small.drop();
    block.square(form.right() - side, 0, symbol);
    block.height = block.height.max(side);
    block.stack(form.gap(3.0));
    block.stack(form.rule(1.6));
    Ok(block)
}

/// Who sells it.
fn store(form: &Form, label: &BagLabel) -> Block {
    let small = form.plain(8.5);
    let name = form.shrink(&[15.0, 13.0, 11.0], form.width(), &label.store);
    let mut block = Block::default();
    let mut end = 0;
    if !label.store.is_empty() {
        let y = name.cap();
        end = block.lines((form.left(), y), form.width(), name, 2, &label.store) + name.drop();
    }
    let license = labelled(form.words.license, &label.license);
    if !license.is_empty() {
        let y = end + form.pt(2.0) + small.cap();
        end = block.lines((form.left(), y), form.width(), small, 2, &license) + small.drop();
    }
    block.height = end;
    block
}

/// How it goes out, and which bag it is.
fn chips(form: &Form, label: &BagLabel, width: i32, block: &mut Block) {
    let words = form.words;
    let way = words.way(label.way);
    let bag = format!("{} {}/{}", words.bag, label.bag, label.bags);
    let gap = form.pt(5.0);
    let kind = form.shrink(
        &[13.0, 12.0, 11.0, 10.0, 8.5, 7.5],
        width - form.pt(30.0),
        &format!("{way} {bag}"),
    );
    let chip = block.chip((form.left(), block.height), width, kind, None, way);
    let x = chip.x + chip.w + gap;
    let edge = form.left() + width;
    block.chip((x, chip.y), edge - x, kind, Some(form.pt(1.2)), &bag);
    block.height = chip.y + chip.h;
}

/// The QR with the short code under it, and its width.
fn ticket(form: &Form, label: &BagLabel) -> Result<(Block, i32), PrintError> {
    let symbol = Symbol::new(&label.qr, EcLevel::Q, form.medium, form.pt(118.0))?;
    let side = symbol.side();
    let code = form.shrink(&[24.0, 22.0, 20.0, 18.0, 15.0, 12.0], side, &label.code);
    let mut block = Block::default();
    block.square(0, 0, symbol);
    let y = side + code.cap();
    block.text_middle((side / 2, y), side, code, &label.code);
    block.height = y + code.drop();
    Ok((block, side))
}
