//! What a source's word does to one order: a new one, a change, a cancellation.

use serde::{Deserialize, Serialize};

use super::{OrderError, matching, promise};
use crate::domain::id::{OrderId, OrderSourceId};
use crate::domain::order::{OrderState, OrderWhy};
use crate::domain::sheet::orders::{LineSaid, OrderSaid};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{SqlError, Tx, named_params};
use crate::workflow::casework::new_code;
use crate::workflow::{fulfilling, order_state};

/// A person's answer to what a source changed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedInput {
    /// True: what was taken is put back and the changed order begins anew. False: it goes on as it was.
    pub accept: bool,
}

/// An order that the source spoke of before.
pub(super) struct Known {
    pub id: OrderId,
    pub state: OrderState,
    /// The hash of what it last said.
    pub said: Vec<u8>,
    pub purged: bool,
}

/// Makes a new order, as part of a command that seals its own entry.
pub(super) fn insert(
    tx: &Tx<'_>,
    source: OrderSourceId,
    said: &OrderSaid,
) -> Result<OrderId, OrderError> {
    let order = OrderId(tx.insert(
        "INSERT INTO online_order (code, source_id, external_hash, said_hash, state, way, number, customer,
           phone, window_from, window_to, placed_at, received_at)
         VALUES (:code, :source, :external, :said, 'unmatched', :way, :number, :customer, :phone, :from,
           :to, :placed, :now)",
        named_params! {
            ":code": new_code()?, ":source": source.0, ":external": said.external_hash(),
            ":said": said.said_hash(), ":way": said.way.word(), ":number": said.number,
            ":customer": said.customer, ":phone": said.phone, ":from": said.window_from.map(|at| at.0),
            ":to": said.window_to.map(|at| at.0), ":placed": said.placed.map(|at| at.0),
            ":now": tx.now().0,
        },
    )?);
    add_lines(tx, source, order, &said.lines)?;
    settle(tx, order)?;
    promise::accept(tx, order)?;
    tx.announce(Topic::Orders, order.0);
    Ok(order)
}

/// Adds lines behind those that are there.
fn add_lines(
    tx: &Tx<'_>,
    source: OrderSourceId,
    order: OrderId,
    lines: &[LineSaid],
) -> Result<(), SqlError> {
    for line in lines {
        let sku = line.sku.as_deref();
        let product = matching::product(tx, source, &line.item, sku, line.quantity)?;
        tx.insert(
            "INSERT INTO order_line (order_id, n, item, sku, product_id, ordered, amount)
             SELECT :order, coalesce(max(n), 0) + 1, :item, :sku, :product, :amount, :amount
             FROM order_line WHERE order_id = :order",
            named_params! {
                ":order": order.0, ":item": line.item, ":sku": sku,
                ":product": product.map(|product| product.0), ":amount": line.quantity.raw(),
            },
        )?;
    }
    Ok(())
}

/// Lets an order wait to be picked where every line of it is known, and for a person where not.
pub(super) fn settle(tx: &Tx<'_>, order: OrderId) -> Result<(), OrderError> {
    let known: bool = tx.one(
        "SELECT NOT EXISTS (SELECT 1 FROM order_line WHERE order_id = :order AND product_id IS NULL
                              AND amount > 0)",
        named_params! { ":order": order.0 },
        |row| row.get(0),
    )?;
    let next = if known { OrderState::Waiting } else { OrderState::Unmatched };
    if order_state::of(tx, order)? != Some(next) {
        order_state::set(tx, order, next)?;
    }
    Ok(())
}

/// The source cancelled it.
pub(super) fn call_off(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    known: &Known,
) -> Result<(), OrderError> {
    if known.state == OrderState::Unwinding {
        return forget_change(tx, known.id);
    }
    fulfilling::begin(tx, entry, known.id, OrderWhy::Customer)?;
    Ok(())
}

/// What was to begin anew ends instead.
fn forget_change(tx: &Tx<'_>, order: OrderId) -> Result<(), OrderError> {
    tx.execute(
        "UPDATE online_order SET asked = NULL, why = CASE WHEN why = 'changed' THEN 'customer' ELSE why END
         WHERE id = :id",
        named_params! { ":id": order.0 },
    )?;
    Ok(())
}

/// The source changed it: at once where nothing is in anybody's hand, else a person decides.
pub(super) fn change(tx: &Tx<'_>, known: &Known, said: &OrderSaid) -> Result<(), OrderError> {
    if matching::may_match(known.state) {
        return replace(tx, known.id, said);
    }
    let asked = serde_json::to_string(said)
        .map_err(|error| OrderError::Invalid { field: "order".into(), why: error.to_string() })?;
    tx.execute(
        "UPDATE online_order SET asked = :asked WHERE id = :id",
        named_params! { ":asked": asked, ":id": known.id.0 },
    )?;
    Ok(())
}

/// Puts what the source says now in place of what it said before.
fn replace(tx: &Tx<'_>, order: OrderId, said: &OrderSaid) -> Result<(), OrderError> {
    tx.execute(
        "UPDATE online_order SET way = :way, number = :number, customer = :customer, phone = :phone,
           window_from = :from, window_to = :to, asked = NULL, why = NULL WHERE id = :id",
        named_params! {
            ":way": said.way.word(), ":number": said.number, ":customer": said.customer,
            ":phone": said.phone, ":from": said.window_from.map(|at| at.0),
            ":to": said.window_to.map(|at| at.0), ":id": order.0,
        },
    )?;
    // A line of which something was once picked stays for the record, with nothing more to give.
    tx.execute(
        "DELETE FROM order_line WHERE order_id = :order
           AND NOT EXISTS (SELECT 1 FROM pick_line WHERE order_line_id = order_line.id)",
        named_params! { ":order": order.0 },
    )?;
    tx.execute(
        "UPDATE order_line SET amount = 0, promised = 0, replaced = 1 WHERE order_id = :order",
        named_params! { ":order": order.0 },
    )?;
    let source = tx.one(
        "SELECT source_id FROM online_order WHERE id = :id",
        named_params! { ":id": order.0 },
        |row| row.get(0).map(OrderSourceId),
    )?;
    add_lines(tx, source, order, &said.lines)?;
    settle(tx, order)?;
    promise::accept(tx, order).map_err(OrderError::from)
}

/// Decides about what the source changed while the order was worked on.
pub fn decide_asked(
    tx: &Tx<'_>,
    by: &Actor,
    order: OrderId,
    input: &AskedInput,
) -> Result<(), OrderError> {
    let asked: Option<String> = tx
        .maybe(
            "SELECT asked FROM online_order WHERE id = :id",
            named_params! { ":id": order.0 },
            |row| row.get(0),
        )?
        .ok_or(OrderError::NotFound { what: "order" })?;
    if asked.is_none() {
        return Err(OrderError::NothingAsked);
    }
    let mut entry = Entry::open(tx, by, "order_change_decided")?;
    if input.accept {
        fulfilling::begin(tx, &mut entry, order, OrderWhy::Changed)?;
    } else {
        tx.execute(
            "UPDATE online_order SET asked = NULL, version = version + 1 WHERE id = :id",
            named_params! { ":id": order.0 },
        )?;
        tx.announce(Topic::Orders, order.0);
    }
    entry.seal(&serde_json::json!({ "order": order, "accept": input.accept }))?;
    Ok(())
}

/// Begins a changed order anew once everything of it is back; whether there was a change to begin with.
pub(in crate::workflow) fn begin_anew(tx: &Tx<'_>, order: OrderId) -> Result<bool, OrderError> {
    let asked: Option<String> = tx.one(
        "SELECT CASE WHEN why = 'changed' THEN asked END FROM online_order WHERE id = :id",
        named_params! { ":id": order.0 },
        |row| row.get(0),
    )?;
    let Some(said) = asked.and_then(|asked| serde_json::from_str::<OrderSaid>(&asked).ok()) else {
        return Ok(false);
    };
    // The bag that was taken apart: its checks, its picture, who packed it.
    for of_bag in [
        "UPDATE online_order SET packed_by = NULL, bags = 1, tote_id = NULL, shelf_id = NULL WHERE id = :order",
        "DELETE FROM order_check WHERE order_id = :order",
        "DELETE FROM order_photo WHERE order_id = :order",
    ] {
        tx.execute(of_bag, named_params! { ":order": order.0 })?;
    }
    replace(tx, order, &said)?;
    Ok(true)
}
