//! What orders that wait are promised: so much of a product, of no lot yet. Never more than is free.

use super::OrderError;
use crate::domain::id::{OrderId, OrderLineId, ProductId};
use crate::domain::quantity::Amount;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::{picking, stock};

/// What may still be promised of a product, in its unit: pickable, in no pick's plan, promised to nobody.
pub fn free(db: &Db<'_>, product: ProductId) -> Result<Amount, SqlError> {
    let held = stock::of_product(db, product)?;
    let pickable = held.iter().filter(|held| held.pickable());
    let there: Amount = pickable.map(|held| held.facts.count(held.free())).sum();
    Ok((there - picking::promised(db, product)?).max(Amount::ZERO))
}

/// Promises an order's lines what there is of them, as part of a command that seals its own entry.
pub(super) fn accept(tx: &Tx<'_>, order: OrderId) -> Result<(), SqlError> {
    let lacking = tx.all(
        "SELECT id, product_id, amount - promised AS lacks FROM order_line
         WHERE order_id = :order AND product_id IS NOT NULL AND promised < amount ORDER BY n",
        named_params! { ":order": order.0 },
        |row| {
            Ok((
                OrderLineId(row.get("id")?),
                ProductId(row.get("product_id")?),
                Amount::from_raw(row.get("lacks")?),
            ))
        },
    )?;
    for (line, product, lacks) in lacking {
        give(tx, line, product, lacks)?;
    }
    Ok(())
}

/// Promises a line more, as far as there is stock; whether anything was.
fn give(
    tx: &Tx<'_>,
    line: OrderLineId,
    product: ProductId,
    lacks: Amount,
) -> Result<bool, SqlError> {
    let more = free(tx, product)?.min(lacks);
    if more.is_positive() {
        tx.execute(
            "UPDATE order_line SET promised = promised + :more WHERE id = :id",
            named_params! { ":more": more.raw(), ":id": line.0 },
        )?;
    }
    Ok(more.is_positive())
}

/// Whether a waiting order lacks what could be free by now.
pub fn lacking(db: &Db<'_>) -> Result<bool, SqlError> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM online_order JOIN order_line ON order_id = online_order.id
                        WHERE state = 'waiting' AND product_id IS NOT NULL AND promised < amount)",
        [],
        |row| row.get(0),
    )
}

/// Promises what has become free to the orders that lack it, the most pressing first.
pub fn top_up(tx: &Tx<'_>) -> Result<(), OrderError> {
    let lacking = tx.all(
        "SELECT order_id, order_line.id, product_id, amount - promised AS lacks
         FROM online_order JOIN order_line ON order_id = online_order.id
         WHERE state = 'waiting' AND product_id IS NOT NULL AND promised < amount
         ORDER BY window_from IS NULL, window_from, received_at, n",
        [],
        |row| {
            Ok((
                OrderId(row.get("order_id")?),
                OrderLineId(row.get("id")?),
                ProductId(row.get("product_id")?),
                Amount::from_raw(row.get("lacks")?),
            ))
        },
    )?;
    let mut given = Vec::new();
    for (order, line, product, lacks) in lacking {
        if give(tx, line, product, lacks)? {
            given.push((order, line));
            tx.announce(Topic::Orders, order.0);
        }
    }
    if !given.is_empty() {
        Entry::open(tx, &Actor::system(), "orders_promised")?
            .seal(&serde_json::json!({ "lines": given }))?;
    }
    Ok(())
}
