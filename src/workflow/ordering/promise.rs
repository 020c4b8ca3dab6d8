//! What orders that wait are promised: so much of a product, of no lot yet. Never more than is free: where stock
//! falls away, the order that is due last gives back.

use super::OrderError;
use crate::domain::id::{OrderId, OrderLineId, ProductId};
use crate::domain::quantity::Amount;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::{picking, stock};

/// What may still be promised of a product, in its unit: pickable, in no pick's plan, promised to nobody.
pub fn free(db: &Db<'_>, product: ProductId) -> Result<Amount, SqlError> {
    Ok((there(db, product)? - picking::promised(db, product)?).max(Amount::ZERO))
}

/// What could be picked of a product and is in no pick's plan, promised or not.
pub fn there(db: &Db<'_>, product: ProductId) -> Result<Amount, SqlError> {
    Ok(stock::lots(db, product)?.free())
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

/// Whether a waiting order lacks what could be free by now, or holds a promise of what is gone.
pub fn lacking(db: &Db<'_>) -> Result<bool, SqlError> {
    let lacks: bool = db.one(
        "SELECT EXISTS (SELECT 1 FROM online_order JOIN order_line ON order_id = online_order.id
                        WHERE state = 'waiting' AND product_id IS NOT NULL AND promised < amount)",
        [],
        |row| row.get(0),
    )?;
    Ok(lacks || !fallen_away(db)?.is_empty())
}

/// Promises of what is not there any more, and how much of each: the order that is due last first.
fn fallen_away(db: &Db<'_>) -> Result<Vec<(OrderId, OrderLineId, Amount)>, SqlError> {
    let products = db.all(
        "SELECT product_id, sum(promised) AS promised FROM order_line WHERE promised > 0 GROUP BY product_id",
        [],
        |row| Ok((ProductId(row.get("product_id")?), Amount::from_raw(row.get("promised")?))),
    )?;
    let mut fallen = Vec::new();
    for (product, promised) in products {
        let mut over = promised - there(db, product)?;
        if !over.is_positive() {
            continue;
        }
        let lines = db.all(
            "SELECT order_id, order_line.id, promised FROM order_line
             JOIN online_order ON online_order.id = order_id
             WHERE product_id = :product AND promised > 0
             ORDER BY window_from IS NOT NULL, window_from DESC, received_at DESC, n DESC",
            named_params! { ":product": product.0 },
            |row| {
                Ok((
                    OrderId(row.get("order_id")?),
                    OrderLineId(row.get("id")?),
                    Amount::from_raw(row.get("promised")?),
                ))
            },
        )?;
        for (order, line, promised) in lines {
            let back = over.min(promised);
            if !back.is_positive() {
                break;
            }
            over = over - back;
            fallen.push((order, line, back));
        }
    }
    Ok(fallen)
}

/// Takes back what is gone, and promises what has become free to the orders that lack it, the most pressing
/// first.
pub fn top_up(tx: &Tx<'_>) -> Result<(), OrderError> {
    let fallen = fallen_away(tx)?;
    for (order, line, back) in &fallen {
        tx.execute(
            "UPDATE order_line SET promised = promised - :back WHERE id = :id",
            named_params! { ":back": back.raw(), ":id": line.0 },
        )?;
        tx.announce(Topic::Orders, order.0);
    }
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
    if !given.is_empty() || !fallen.is_empty() {
        Entry::open(tx, &Actor::system(), "orders_promised")?
            .seal(&serde_json::json!({ "lines": given, "taken_back": fallen }))?;
    }
    Ok(())
}
