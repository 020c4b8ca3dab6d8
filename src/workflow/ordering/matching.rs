//! Which product a line of an order means: what a person confirmed once for this source, a SKU or a barcode, a
//! name that one product alone has. Anything else waits for a person; nothing is guessed.

use serde::{Deserialize, Serialize};

use super::{OrderError, promise, said};
use crate::domain::gtin::Gtin;
use crate::domain::id::{OrderId, OrderLineId, OrderSourceId, ProductId};
use crate::domain::likeness::Name;
use crate::domain::order::OrderState;
use crate::domain::quantity::Amount;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::order_state;
use crate::workflow::refs::{self, ProductRef};

/// Candidates shown for a line, and how alike a name must be to be one (of 1000).
const CANDIDATES: usize = 5;
const ALIKE: usize = 250;

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

/// The one product that an item of this source means; nothing where that is not certain, or where so much
/// of it cannot be given.
pub(super) fn product(
    db: &Db<'_>,
    source: OrderSourceId,
    item: &str,
    sku: Option<&str>,
    quantity: Amount,
) -> Result<Option<ProductId>, SqlError> {
    let found = match confirmed(db, source, item)? {
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

fn confirmed(
    db: &Db<'_>,
    source: OrderSourceId,
    item: &str,
) -> Result<Option<ProductId>, SqlError> {
    db.maybe(
        "SELECT product_id FROM order_item JOIN product ON product.id = product_id
         WHERE source_id = :source AND item = :item AND active = 1",
        named_params! { ":source": source.0, ":item": item },
        |row| row.get(0).map(ProductId),
    )
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

/// The products whose names are most alike, the best first.
pub(super) fn candidates(db: &Db<'_>, item: &str) -> Result<Vec<ProductRef>, SqlError> {
    let wanted = Name::new(item);
    let names = db.all("SELECT id, name, brand FROM product WHERE active = 1", [], |row| {
        let (name, brand): (String, Option<String>) = (row.get("name")?, row.get("brand")?);
        Ok((ProductId(row.get("id")?), name, brand.unwrap_or_default()))
    })?;
    let mut alike: Vec<(usize, ProductId)> = names
        .into_iter()
        .map(|(id, name, brand)| {
            let whole = wanted.likeness(&Name::new(&format!("{brand} {name}")));
            (wanted.likeness(&Name::new(&name)).max(whole), id)
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by_key(|(likeness, id)| (std::cmp::Reverse(*likeness), *id));
    let best = alike.into_iter().take(CANDIDATES);
    let found: Result<Vec<_>, _> = best.map(|(_, id)| refs::product(db, id)).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Says which products lines mean, promises what there is, and lets the order wait to be picked once all of
/// them are known.
pub fn say(tx: &Tx<'_>, by: &Actor, order: OrderId, input: &MatchInput) -> Result<(), OrderError> {
    let state = order_state::of(tx, order)?.ok_or(OrderError::NotFound { what: "order" })?;
    if state != OrderState::Unmatched {
        return Err(OrderError::Closed { state });
    }
    if input.matches.is_empty() {
        return Err(OrderError::Invalid { field: "matches".into(), why: "are none".into() });
    }
    for one in &input.matches {
        line_is(tx, by, order, *one)?;
    }
    said::settle(tx, order)?;
    promise::accept(tx, order)?;
    Entry::open(tx, by, "order_matched")?
        .seal(&serde_json::json!({ "order": order, "matches": input.matches }))?;
    Ok(())
}

fn line_is(tx: &Tx<'_>, by: &Actor, order: OrderId, one: LineMatch) -> Result<(), OrderError> {
    let found = tx.maybe(
        "SELECT source_id, item, amount FROM order_line JOIN online_order ON online_order.id = order_id
         WHERE order_line.id = :line AND order_id = :order AND product_id IS NULL",
        named_params! { ":line": one.line.0, ":order": order.0 },
        |row| {
            let item: String = row.get("item")?;
            Ok((row.get::<_, i64>("source_id")?, item, Amount::from_raw(row.get("amount")?)))
        },
    )?;
    let (source, item, amount) = found.ok_or(OrderError::NotFound { what: "line to match" })?;
    let product =
        refs::product(tx, one.product)?.ok_or(OrderError::NotFound { what: "product" })?;
    if !product.unit.fits(amount) {
        return Err(OrderError::Invalid {
            field: "product".into(),
            why: format!("is sold in whole units, and {amount} are ordered"),
        });
    }
    tx.execute(
        "INSERT INTO order_item (source_id, item, product_id, by_user, at)
         VALUES (:source, :item, :product, :by, :at)
         ON CONFLICT (source_id, item) DO UPDATE
           SET product_id = excluded.product_id, by_user = excluded.by_user, at = excluded.at",
        named_params! {
            ":source": source, ":item": item, ":product": product.id.0,
            ":by": by.user.map(|user| user.0), ":at": tx.now().0,
        },
    )?;
    tx.execute(
        "UPDATE order_line SET product_id = :product WHERE order_id = :order AND item = :item
           AND product_id IS NULL",
        named_params! { ":product": product.id.0, ":order": order.0, ":item": item },
    )?;
    Ok(())
}
