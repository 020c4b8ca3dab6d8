//! What is missing of an order's line: another product, what there is, without it, or wait. Decided before
//! the walk, in the middle of it, or at the pack bench.

use super::plan::{self, Serves};
use super::walk;
use super::{DecisionInput, PickError, ShortDecision};
use crate::domain::id::{OrderId, OrderLineId, PickId, ProductId};
use crate::domain::order::OrderState;
use crate::domain::quantity::Amount;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::refs::{self, ProductRef};
use crate::workflow::{order_state, stock};

/// The line as it stands.
struct Line {
    product: ProductRef,
    amount: Amount,
    promised: Amount,
    item: String,
    state: OrderState,
    pick: Option<PickId>,
}

/// Decides a short line of an order that waits, is being picked, or is at the pack bench.
pub fn decide(
    tx: &Tx<'_>,
    by: &Actor,
    order: OrderId,
    id: OrderLineId,
    input: &DecisionInput,
) -> Result<(), PickError> {
    let line = line(tx, order, id)?;
    let short = match line.state {
        OrderState::Waiting => line.amount - line.promised,
        OrderState::Picking | OrderState::Packing => {
            let found = walk::shorts(tx, order)?.into_iter().find(|one| one.line == id);
            found.map_or(Amount::ZERO, |one| one.short)
        }
        state => return Err(PickError::OrderNotWaiting { order, state, by: None }),
    };
    // In the bag already, a line is not left out by a word: it is put back by scan.
    let may_drop = input.how == ShortDecision::Drop && line.state != OrderState::Packing;
    if !short.is_positive() && !may_drop {
        return Err(PickError::NotShort);
    }
    let entry = Entry::open(tx, by, "short_decided")?;
    match input.how {
        ShortDecision::Wait => wait(tx, order, &line)?,
        ShortDecision::Partial => give(tx, id, line.amount - short)?,
        ShortDecision::Drop => drop_rest(tx, id, &line)?,
        ShortDecision::Substitute => {
            let product =
                input.product.ok_or(PickError::WrongSubstitute { why: "is not named" })?;
            substitute(tx, order, id, &line, short, product)?;
        }
    }
    end_if_nothing_is_left(tx, order, &line)?;
    tx.announce(Topic::Orders, order.0);
    if let Some(pick) = line.pick {
        tx.execute(
            "UPDATE pick SET version = version + 1 WHERE id = :id",
            named_params! { ":id": pick.0 },
        )?;
        tx.announce(Topic::Picks, pick.0);
    }
    entry.seal(&serde_json::json!({
        "order": order, "line": id, "short": short, "how": input.how, "product": input.product,
    }))?;
    Ok(())
}

fn line(tx: &Tx<'_>, order: OrderId, id: OrderLineId) -> Result<Line, PickError> {
    let found = tx.maybe(
        "SELECT product_id, amount, promised, item, state,
                (SELECT pick_id FROM pick_order JOIN pick ON pick.id = pick_id
                  WHERE order_id = online_order.id AND left_at IS NULL AND pick.state = 'picking') AS pick
         FROM order_line JOIN online_order ON online_order.id = order_id
         WHERE order_line.id = :line AND order_id = :order AND product_id IS NOT NULL",
        named_params! { ":line": id.0, ":order": order.0 },
        |row| {
            let state: String = row.get("state")?;
            Ok((
                ProductId(row.get("product_id")?),
                Amount::from_raw(row.get("amount")?),
                Amount::from_raw(row.get("promised")?),
                row.get::<_, String>("item")?,
                OrderState::parse(&state).unwrap_or(OrderState::Ended),
                row.get::<_, Option<i64>>("pick")?.map(PickId),
            ))
        },
    )?;
    let not_found = || PickError::NotFound { what: "line" };
    let (product, amount, promised, item, state, pick) = found.ok_or_else(not_found)?;
    let product = refs::product(tx, product)?.ok_or_else(not_found)?;
    Ok(Line { product, amount, promised, item, state, pick })
}

/// The order leaves the walk, or the bench, and waits for stock; only where nothing of it was taken.
fn wait(tx: &Tx<'_>, order: OrderId, line: &Line) -> Result<(), PickError> {
    if line.state == OrderState::Waiting {
        return Ok(());
    }
    if walk::begun(tx, order)? {
        return Err(PickError::OrderBegun);
    }
    walk::promise_again(tx, order)?;
    out_of_hand(tx, order, line)?;
    Ok(order_state::set(tx, order, OrderState::Waiting)?)
}

/// Takes an order of which nothing was taken out of its walk and its tote.
fn out_of_hand(tx: &Tx<'_>, order: OrderId, line: &Line) -> Result<(), PickError> {
    if let Some(pick) = line.pick {
        walk::leave(tx, pick, order)?;
    } else {
        walk::leave_finished(tx, order)?;
        walk::free_tote(tx, order)?;
    }
    Ok(())
}

fn give(tx: &Tx<'_>, id: OrderLineId, amount: Amount) -> Result<(), PickError> {
    tx.execute(
        "UPDATE order_line SET amount = :amount, promised = min(promised, :amount) WHERE id = :id",
        named_params! { ":amount": amount.max(Amount::ZERO).raw(), ":id": id.0 },
    )?;
    Ok(())
}

/// Nothing more of the line is picked; what is in the bag stays.
fn drop_rest(tx: &Tx<'_>, id: OrderLineId, line: &Line) -> Result<(), PickError> {
    tx.execute(
        "DELETE FROM pick_line WHERE order_line_id = :id AND picked = 0",
        named_params! { ":id": id.0 },
    )?;
    tx.execute(
        "UPDATE pick_line SET planned = picked, state = 'picked', reserving = 0
         WHERE order_line_id = :id AND state = 'to_pick'",
        named_params! { ":id": id.0 },
    )?;
    let (picked, content) = tx.one(
        "SELECT (SELECT coalesce(sum(picked - put_back), 0) FROM pick_line WHERE order_line_id = :id) AS picked, content
         FROM product WHERE id = :product",
        named_params! { ":id": id.0, ":product": line.product.id.0 },
        |row| {
            let content = row.get::<_, Option<i64>>("content")?;
            let content = content.map_or(Amount::whole(1), Amount::from_raw);
            Ok((Amount::from_raw(row.get("picked")?), content))
        },
    )?;
    give(tx, id, picked.per(content).unwrap_or(Amount::ZERO))
}

/// What is missing becomes a line of its own, of the product that stands in.
fn substitute(
    tx: &Tx<'_>,
    order: OrderId,
    id: OrderLineId,
    line: &Line,
    short: Amount,
    product: ProductId,
) -> Result<(), PickError> {
    let wrong = |why| PickError::WrongSubstitute { why };
    let other = refs::product(tx, product)?.ok_or(wrong("is not in the catalogue"))?;
    if other.id == line.product.id {
        return Err(wrong("is the same product"));
    }
    if other.unit != line.product.unit {
        return Err(wrong("is sold in another unit"));
    }
    let free = stock::lots(tx, product)?.free() - plan::promised(tx, product)?;
    if free < short {
        return Err(wrong("has not enough that is free"));
    }
    give(tx, id, line.amount - short)?;
    let new = OrderLineId(tx.insert(
        "INSERT INTO order_line (order_id, n, item, product_id, wanted_id, ordered, amount, promised)
         SELECT :order, max(n) + 1, :item, :product, :wanted, :amount, :amount, :promised
         FROM order_line WHERE order_id = :order",
        named_params! {
            ":order": order.0, ":item": line.item, ":product": product.0,
            ":wanted": line.product.id.0, ":amount": short.raw(),
            ":promised": if line.pick.is_none() { short.raw() } else { 0 },
        },
    )?);
    if let Some(pick) = line.pick {
        let planned = plan::plan(tx, product, short, &[])?;
        plan::store(tx, pick, Serves::Order(new), &planned)?;
    }
    Ok(())
}

/// An order of which nothing is to be given is over.
fn end_if_nothing_is_left(tx: &Tx<'_>, order: OrderId, line: &Line) -> Result<(), PickError> {
    let anything: bool = tx.one(
        "SELECT EXISTS (SELECT 1 FROM order_line WHERE order_id = :order AND amount > 0)",
        named_params! { ":order": order.0 },
        |row| row.get(0),
    )?;
    if anything {
        return Ok(());
    }
    out_of_hand(tx, order, line)?;
    tx.execute(
        "UPDATE online_order SET why = 'short' WHERE id = :id",
        named_params! { ":id": order.0 },
    )?;
    Ok(order_state::set(tx, order, OrderState::Ended)?)
}
