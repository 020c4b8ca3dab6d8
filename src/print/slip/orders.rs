//! The orders of a walk: which slot of the cart is whose, and when it is picked up. One row each under
//! column heads on a sheet, in two lines on a roll.

use super::{Form, Slip, SlipOrder, joined};
use crate::print::draw::Block;
use crate::print::flow::Section;

/// The table of slots; nothing where the slip serves no order.
pub(super) fn section(form: &Form, slip: &Slip) -> Option<Section> {
    if slip.orders.is_empty() {
        return None;
    }
    let opening = if form.table() { head(form) } else { form.gap(2.0) };
    let mut rows: Vec<Block> = slip.orders.iter().map(|order| row(form, order)).collect();
    if let Some(last) = rows.last_mut() {
        last.stack(form.gap(6.0));
        last.stack(form.rule(if form.table() { 1.6 } else { 2.4 }));
    }
    Some(Section { again: opening.clone(), opening, rows })
}

/// Left edges and widths: number, customer, window, tote.
fn columns(form: &Form) -> [(i32, i32); 4] {
    let gap = form.pt(10.0);
    let left = form.left + form.pt(42.0);
    let room = form.right - left;
    let (mut x, mut cells) = (left, [(0, 0); 4]);
    for (cell, share) in cells.iter_mut().zip([27, 24, 31, 18]) {
        let width = room * share / 100;
        *cell = (x, width - gap);
        x += width;
    }
    cells
}

fn head(form: &Form) -> Block {
    let (kind, words) = (form.bold(7.5), form.words);
    let y = form.pt(7.0) + kind.cap();
    let mut block = Block::default();
    block.text((form.left, y), form.pt(42.0), kind, words.slot);
    let heads = [words.order_no, words.customer, words.window, words.tote];
    for ((x, width), word) in columns(form).into_iter().zip(heads) {
        block.text((x, y), width, kind, word);
    }
    block.height = y + form.pt(5.0);
    block.stack(form.rule(0.8));
    block
}

fn row(form: &Form, order: &SlipOrder) -> Block {
    let mut block = Block::default();
    let top = form.pt(4.0);
    let end = form.slot(&mut block, (form.left, top), order.slot);
    let low = if form.table() {
        across(form, order, &mut block)
    } else {
        stacked(form, order, &mut block)
    };
    block.height = end.max(low) + form.pt(3.0);
    block.stack(form.rule(0.5));
    block
}

/// The cells on one baseline with the slot's number; gives the lower end.
fn across(form: &Form, order: &SlipOrder, block: &mut Block) -> i32 {
    let kinds = [form.bold(11.5), form.bold(11.5), form.plain(10.5), form.plain(10.5)];
    let texts = [&order.number, &order.customer, &order.window, &order.tote];
    let y = form.pt(4.0) + i32::midpoint(form.pt(24.0), kinds[0].cap());
    let mut low = 0;
    for (((x, width), kind), text) in columns(form).into_iter().zip(kinds).zip(texts) {
        low = low.max(block.lines((x, y), width, kind, 2, text) + kind.drop());
    }
    low
}

/// Customer over number and window beside the slot's number; gives the lower end.
fn stacked(form: &Form, order: &SlipOrder, block: &mut Block) -> i32 {
    let (name, small) = (form.bold(10.5), form.plain(8.5));
    let x = form.left + form.pt(34.0);
    let width = form.right - x;
    // A narrow roll has no room for both beside each other.
    let (number, below) =
        if form.beside() { (order.number.as_str(), "") } else { ("", order.number.as_str()) };
    let first = joined(&[&order.customer, number], " · ");
    let y = form.pt(5.0) + name.cap();
    let mut end = block.lines((x, y), width, name, 2, &first) + name.drop();
    let second = joined(&[below, &order.window, &order.tote], " · ");
    if !second.is_empty() {
        let y = end + form.pt(2.0) + small.cap();
        end = block.lines((x, y), width, small, 3, &second) + small.drop();
    }
    end
}
