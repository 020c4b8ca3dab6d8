//! What a source's items mean: the product that a person said once, by the item's name and its SKU there. A name
//! with two SKUs is two items. What is forgotten changes no order: it is asked again with the next one.

use serde::Serialize;

use super::{OrderError, source};
use crate::domain::id::{OrderSourceId, ProductId, SourceItemId};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::refs::{self, ProductRef, UserRef};

/// Items of one answer.
const LIST: i64 = 2000;

/// An item as its source calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Called {
    pub source: OrderSourceId,
    pub item: String,
    /// Empty where the source gives none.
    pub sku: String,
}

/// What an item means, and who said so.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SourceItem {
    pub id: SourceItemId,
    pub item: String,
    pub sku: Option<String>,
    pub product: ProductRef,
    pub by: Option<UserRef>,
    pub at: At,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SourceItems {
    pub items: Vec<SourceItem>,
}

/// What a source's items mean, by name.
pub fn list(db: &Db<'_>, id: OrderSourceId) -> Result<SourceItems, OrderError> {
    source::get(db, id)?.ok_or(OrderError::NotFound { what: "source" })?;
    let rows = db.all(
        "SELECT id, item, sku, product_id, by_user, at FROM order_item
         WHERE source_id = :source ORDER BY item, sku LIMIT :limit",
        named_params! { ":source": id.0, ":limit": LIST },
        |row| {
            let (item, sku): (String, String) = (row.get("item")?, row.get("sku")?);
            let product = ProductId(row.get("product_id")?);
            let (by, at) = (row.get::<_, Option<i64>>("by_user")?, At(row.get("at")?));
            Ok((SourceItemId(row.get("id")?), item, sku, product, by, at))
        },
    )?;
    let mut items = Vec::with_capacity(rows.len());
    for (id, item, sku, product, by, at) in rows {
        let Some(product) = refs::product(db, product)? else { continue };
        let sku = Some(sku).filter(|sku| !sku.is_empty());
        items.push(SourceItem { id, item, sku, product, by: refs::known_user(db, by)?, at });
    }
    Ok(SourceItems { items })
}

/// What a person said that an item means, as long as that is sold.
pub(super) fn known(db: &Db<'_>, called: &Called) -> Result<Option<ProductId>, SqlError> {
    db.maybe(
        "SELECT product_id FROM order_item JOIN product ON product.id = product_id
         WHERE source_id = :source AND item = :item AND order_item.sku = :sku AND active = 1",
        named_params! { ":source": called.source.0, ":item": called.item, ":sku": called.sku },
        |row| row.get(0).map(ProductId),
    )
}

/// Remembers what an item means, as part of a command that seals its own entry; what was said before is gone.
pub(super) fn remember(
    tx: &Tx<'_>,
    by: &Actor,
    called: &Called,
    product: ProductId,
) -> Result<(), SqlError> {
    tx.execute(
        "INSERT INTO order_item (source_id, item, sku, product_id, by_user, at)
         VALUES (:source, :item, :sku, :product, :by, :at)
         ON CONFLICT (source_id, item, sku) DO UPDATE
           SET product_id = excluded.product_id, by_user = excluded.by_user, at = excluded.at",
        named_params! {
            ":source": called.source.0, ":item": called.item, ":sku": called.sku,
            ":product": product.0, ":by": by.user.map(|user| user.0), ":at": tx.now().0,
        },
    )?;
    Ok(())
}

/// Forgets what an item means. Orders stay as they are.
pub fn forget(
    tx: &Tx<'_>,
    by: &Actor,
    source: OrderSourceId,
    id: SourceItemId,
) -> Result<(), OrderError> {
    let known = tx.maybe(
        "DELETE FROM order_item WHERE id = :id AND source_id = :source
         RETURNING item, sku, product_id",
        named_params! { ":id": id.0, ":source": source.0 },
        |row| {
            let (item, sku): (String, String) = (row.get("item")?, row.get("sku")?);
            Ok((item, sku, ProductId(row.get("product_id")?)))
        },
    )?;
    let (item, sku, product) = known.ok_or(OrderError::NotFound { what: "item" })?;
    tx.announce(Topic::Orders, 0);
    Entry::open(tx, by, "order_item_forgotten")?.seal(&serde_json::json!({
        "source": source, "item": item, "sku": sku, "product": product,
    }))?;
    Ok(())
}
