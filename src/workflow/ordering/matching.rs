//! Which product a line of an order means: what a person confirmed once for this source, a SKU or a barcode, a
//! name that one product alone has. Anything else waits for a person; nothing is guessed. What a person says
//! holds for all orders of the source that nobody picks yet, and may be said again while that is so.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::items::{self, Called};
use super::{BY_HAND, OrderError, promise, said};
use crate::domain::gtin::Gtin;
use crate::domain::id::{OrderId, OrderLineId, OrderSourceId, ProductId};
use crate::domain::order::{OrderState, OrderWhy};
use crate::domain::quantity::Amount;
use crate::domain::sheet::orders::LINES;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::order_state;
use crate::workflow::refs::{self, ProductRef};

/// Says which products the lines of an order mean; remembered for its source.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchInput {
    pub matches: Vec<LineMatch>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineMatch {
    pub line: OrderLineId,
    pub product: ProductId,
}

/// Whether lines of an order may be matched, or matched again: nothing of it is planned yet.
pub(super) const fn may_match(state: OrderState) -> bool {
    matches!(state, OrderState::Unmatched | OrderState::Waiting)
}

/// The one product that an item of this source means; nothing where that is not certain, or where so much
/// of it cannot be given.
pub(super) fn product(
    db: &Db<'_>,
    source: OrderSourceId,
    item: &str,
    sku: Option<&str>,
    quantity: Amount,
) -> Result<Option<ProductId>, SqlError> {
    let called = Called { source, item: item.into(), sku: sku.unwrap_or_default().into() };
    let found = match items::known(db, &called)? {
        Some(product) => Some(product),
        None => match sku.map(|sku| by_sku(db, sku)).transpose()?.flatten() {
            Some(product) => Some(product),
            None => by_name(db, item)?,
        },
    };
    let Some(found) = found.map(|id| refs::product(db, id)).transpose()?.flatten() else {
        return Ok(None);
    };
    Ok(found.unit.fits(quantity).then_some(found.id))
}

fn by_sku(db: &Db<'_>, sku: &str) -> Result<Option<ProductId>, SqlError> {
    let own = db.maybe(
        "SELECT id FROM product WHERE sku = :sku AND active = 1",
        named_params! { ":sku": sku },
        |row| row.get(0).map(ProductId),
    )?;
    let Some(gtin) = Gtin::parse(sku).filter(|_| own.is_none()) else { return Ok(own) };
    db.maybe(
        "SELECT product_id FROM product_gtin JOIN product ON product.id = product_id
         WHERE gtin = :gtin AND active = 1",
        named_params! { ":gtin": gtin.as_str() },
        |row| row.get(0).map(ProductId),
    )
}

/// A name that several products have means none of them.
fn by_name(db: &Db<'_>, item: &str) -> Result<Option<ProductId>, SqlError> {
    let found = db.all(
        "SELECT id FROM product WHERE name = :item COLLATE NOCASE AND active = 1 LIMIT 2",
        named_params! { ":item": item },
        |row| row.get(0).map(ProductId),
    )?;
    Ok(if let [one] = found[..] { Some(one) } else { None })
}

/// Says which products lines mean, the first time or otherwise than before. Every order of the source that
/// nobody picks yet follows: it is promised what there is, and waits to be picked once all of it is known.
pub fn say(tx: &Tx<'_>, by: &Actor, order: OrderId, input: &MatchInput) -> Result<(), OrderError> {
    let state = order_state::of(tx, order)?.ok_or(OrderError::NotFound { what: "order" })?;
    if !may_match(state) {
        return Err(OrderError::Closed { state });
    }
    let invalid = |why: String| OrderError::Invalid { field: "matches".into(), why };
    if input.matches.is_empty() {
        return Err(invalid("are none".into()));
    }
    if input.matches.len() > LINES {
        return Err(invalid(format!("are {LINES} at most")));
    }
    let mut touched = BTreeSet::from([order]);
    for one in &input.matches {
        touched.extend(line_is(tx, by, order, *one)?);
    }
    for order in most_pressing_first(tx, &touched)? {
        said::settle(tx, order)?;
        promise::accept(tx, order)?;
        tx.announce(Topic::Orders, order.0);
    }
    Entry::open(tx, by, "order_matched")?.seal(&serde_json::json!({
        "order": order, "matches": input.matches, "orders": touched,
    }))?;
    Ok(())
}

/// Remembers what a line means, and makes it so; the orders in which that changed a line.
fn line_is(
    tx: &Tx<'_>,
    by: &Actor,
    order: OrderId,
    one: LineMatch,
) -> Result<Vec<OrderId>, OrderError> {
    let (called, amount) = named(tx, order, one.line)?;
    let product =
        refs::product(tx, one.product)?.ok_or(OrderError::NotFound { what: "product" })?;
    if !product.unit.fits(amount) {
        return Err(OrderError::Invalid {
            field: "product".into(),
            why: format!("is sold in whole units, and {amount} are ordered"),
        });
    }
    let active: bool = tx.one(
        "SELECT active FROM product WHERE id = :id",
        named_params! { ":id": product.id.0 },
        |row| row.get(0),
    )?;
    if !active {
        let why = "is not in the catalogue any more".into();
        return Err(OrderError::Invalid { field: "product".into(), why });
    }
    items::remember(tx, by, &called, product.id)?;
    follow(tx, &called, &product).map_err(OrderError::from)
}

/// What a line's source calls it, and how much of it is to be given.
fn named(tx: &Tx<'_>, order: OrderId, line: OrderLineId) -> Result<(Called, Amount), OrderError> {
    let found = tx.maybe(
        &format!("SELECT source_id, item, coalesce(sku, '') AS sku, {WANTED} AS amount,
                wanted_id IS NOT NULL OR (source_id = :hand AND product_id IS NOT NULL) AS chosen_here
         FROM order_line JOIN online_order ON online_order.id = order_id
         WHERE order_line.id = :line AND order_id = :order AND amount > 0"),
        named_params! { ":line": line.0, ":order": order.0, ":hand": BY_HAND.0 },
        |row| {
            let source = OrderSourceId(row.get("source_id")?);
            let called = Called { source, item: row.get("item")?, sku: row.get("sku")? };
            Ok((called, Amount::from_raw(row.get("amount")?), row.get::<_, bool>("chosen_here")?))
        },
    )?;
    let (called, amount, chosen_here) =
        found.ok_or(OrderError::NotFound { what: "line to match" })?;
    if chosen_here {
        return Err(OrderError::ChosenHere);
    }
    Ok((called, amount))
}

/// What a source wants of a line, less what stands in for it. What was decided about how much there is of a wrong
/// product is not how much there is of the right one.
const WANTED: &str = "ordered - coalesce((SELECT sum(other.amount) FROM order_line AS other
    WHERE other.order_id = order_line.order_id AND other.wanted_id = order_line.product_id), 0)";

/// Makes the product that of every such line of the source that may still be matched. A line that cannot be given
/// in it is not known any more. What they were promised of another is free. The orders that it changed.
fn follow(tx: &Tx<'_>, called: &Called, product: &ProductRef) -> Result<Vec<OrderId>, SqlError> {
    let lines = tx.all(
        &format!(
            "SELECT order_line.id, order_id, {WANTED} AS wanted, product_id IS NULL AS unknown FROM order_line
             JOIN online_order ON online_order.id = order_id
             WHERE source_id = :source AND state IN ('unmatched', 'waiting') AND amount > 0
               AND item = :item COLLATE NOCASE AND coalesce(sku, '') = :sku COLLATE NOCASE
               AND wanted_id IS NULL AND product_id IS NOT :product
               AND (source_id <> :hand OR product_id IS NULL)"
        ),
        named_params! {
            ":hand": BY_HAND.0, ":source": called.source.0, ":item": called.item, ":sku": called.sku,
            ":product": product.id.0,
        },
        |row| {
            let line = OrderLineId(row.get("id")?);
            let wanted = Amount::from_raw(row.get("wanted")?);
            Ok((line, OrderId(row.get("order_id")?), wanted, row.get::<_, bool>("unknown")?))
        },
    )?;
    let mut changed = Vec::with_capacity(lines.len());
    for (line, order, wanted, unknown) in lines {
        let known = product.unit.fits(wanted).then_some(product.id.0);
        if unknown && known.is_none() {
            continue;
        }
        tx.execute(
            "UPDATE order_line SET product_id = :product, amount = :wanted, promised = 0 WHERE id = :line",
            named_params! { ":product": known, ":wanted": wanted.raw(), ":line": line.0 },
        )?;
        changed.push(order);
    }
    Ok(changed)
}

fn most_pressing_first(tx: &Tx<'_>, orders: &BTreeSet<OrderId>) -> Result<Vec<OrderId>, SqlError> {
    tx.all(
        "SELECT id FROM online_order WHERE id IN (SELECT value FROM json_each(:orders))
         ORDER BY window_from IS NULL, window_from, received_at",
        named_params! { ":orders": serde_json::json!(orders).to_string() },
        |row| row.get(0).map(OrderId),
    )
}

/// Leaves out a line that nobody knows. The order waits to be picked where the rest is known, and ends where
/// nothing is left of it.
pub fn leave_out(
    tx: &Tx<'_>,
    by: &Actor,
    order: OrderId,
    line: OrderLineId,
) -> Result<(), OrderError> {
    let state = order_state::of(tx, order)?.ok_or(OrderError::NotFound { what: "order" })?;
    if state != OrderState::Unmatched {
        return Err(OrderError::Closed { state });
    }
    let left_out = tx.execute(
        "UPDATE order_line SET amount = 0 WHERE id = :line AND order_id = :order
           AND product_id IS NULL AND amount > 0",
        named_params! { ":line": line.0, ":order": order.0 },
    )?;
    if left_out == 0 {
        return Err(OrderError::NotFound { what: "line to leave out" });
    }
    let anything: bool = tx.one(
        "SELECT EXISTS (SELECT 1 FROM order_line WHERE order_id = :order AND amount > 0)",
        named_params! { ":order": order.0 },
        |row| row.get(0),
    )?;
    if anything {
        said::settle(tx, order)?;
    } else {
        tx.execute(
            "UPDATE online_order SET why = :why WHERE id = :id",
            named_params! { ":why": OrderWhy::Short.word(), ":id": order.0 },
        )?;
        order_state::set(tx, order, OrderState::Ended)?;
    }
    tx.announce(Topic::Orders, order.0);
    Entry::open(tx, by, "order_line_left_out")?
        .seal(&serde_json::json!({ "order": order, "line": line }))?;
    Ok(())
}
