//! A packed order on its shelf, and from there into its customer's hand. The label is scanned both times, so
//! that no two orders are taken for each other.

use super::facts::{self, Order, Piece};
use super::{FulfilError, OrderHandoverInput, StageInput, sale};
use crate::domain::id::{OrderId, PlaceId};
use crate::domain::order::OrderState;
use crate::domain::place::{Account, PlaceKind};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry, Movement};
use crate::store::{Tx, named_params};
use crate::workflow::refs::{self, PlaceRef};
use crate::workflow::{moving, order_state};

/// Puts a packed order onto a shelf for packed orders, or from one shelf onto another.
pub fn stage(tx: &Tx<'_>, by: &Actor, id: OrderId, input: &StageInput) -> Result<(), FulfilError> {
    let order = facts::order(tx, id)?;
    match order.state {
        OrderState::Packed | OrderState::Staged => {}
        state if state.over() || state == OrderState::Unwinding => order.must_be(&[])?,
        state => return Err(FulfilError::NotPacked { state }),
    }
    let shelf = refs::place(tx, input.shelf)?.ok_or(FulfilError::NotFound { what: "place" })?;
    if shelf.kind != PlaceKind::Packed {
        return Err(FulfilError::NotAShelf { place: shelf });
    }
    check_shelf(&order, &shelf, &input.scanned)?;
    let from = order.place().ok_or(FulfilError::NotFound { what: "tote" })?;
    let mut entry = Entry::open(tx, by, "order_staged")?;
    if from != shelf.id {
        for piece in facts::pieces(tx, id)? {
            carry(tx, &mut entry, &piece, from, shelf.id)?;
        }
    }
    // The tote is empty again, for the next order.
    tx.execute(
        "UPDATE online_order SET shelf_id = :shelf, tote_id = NULL WHERE id = :id",
        named_params! { ":shelf": shelf.id.0, ":id": id.0 },
    )?;
    if order.state == OrderState::Packed {
        order_state::set(tx, id, OrderState::Staged)?;
    } else {
        facts::touch(tx, id)?;
    }
    entry.seal(&serde_json::json!({
        "order": id, "shelf": shelf.id, "scanned": input.scanned,
    }))?;
    Ok(())
}

/// The shelf's own label was scanned, or the order's where the shelf was chosen on the screen.
fn check_shelf(order: &Order, shelf: &PlaceRef, scanned: &str) -> Result<(), FulfilError> {
    if order.is_named_by(scanned) {
        return Ok(());
    }
    let code = facts::code_of(scanned);
    if code.is_some_and(|code| code.plain() == shelf.code) {
        return Ok(());
    }
    Err(FulfilError::WrongShelf { expected: shelf.clone() })
}

fn carry(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    piece: &Piece,
    from: PlaceId,
    to: PlaceId,
) -> Result<(), FulfilError> {
    let (package, amount) = (piece.package.reference.id, piece.there());
    if !amount.is_positive() {
        return Ok(());
    }
    let movement = Movement { package, amount, from, to, reverses: None };
    entry.post(movement).map_err(|error| moving::refusal(tx, &piece.package, from, error))?;
    tx.announce(Topic::Stock, package.0);
    Ok(())
}

/// Gives an order to its customer: its stock is sold, and waits for the till's word of it.
pub fn hand_over(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderId,
    input: &OrderHandoverInput,
) -> Result<(), FulfilError> {
    let order = facts::order(tx, id)?;
    order.must_be(&[OrderState::Staged])?;
    if !order.is_named_by(&input.scanned) {
        return Err(FulfilError::WrongOrder { expected: order.code });
    }
    if !input.name_confirmed {
        return Err(FulfilError::NameNotConfirmed);
    }
    let shelf = order.place().ok_or(FulfilError::NotFound { what: "shelf" })?;
    let pieces = facts::pieces(tx, id)?;
    for piece in &pieces {
        facts::check_sellable(tx, &order, piece)?;
    }
    let mut entry = Entry::open(tx, by, "order_handed_over")?;
    for piece in &pieces {
        carry(tx, &mut entry, piece, shelf, Account::Sold.id())?;
        sale::await_sale(tx, id, piece)?;
    }
    let receipt = sale::before(tx, &mut entry, id)?;
    tx.execute(
        "UPDATE online_order SET handed_by = :by, id_type = :id_type, shelf_id = NULL, asked = NULL
         WHERE id = :id",
        named_params! {
            ":by": by.user.map(|user| user.0), ":id_type": input.id_type.word(), ":id": id.0,
        },
    )?;
    order_state::set(tx, id, OrderState::HandedOver)?;
    entry.seal(&serde_json::json!({
        "order": id, "shelf": shelf, "id_type": input.id_type, "receipt": receipt,
    }))?;
    Ok(())
}
