//! Which product of the store an item of a manifest is: mapped once, at the dock where it must be, and
//! known from then on.

use serde::{Deserialize, Serialize};

use super::{ReceivingError, ShipmentLineState, ShipmentView, view};
use crate::domain::id::{ProductId, ShipmentId};
use crate::domain::quantity::Unit;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::importing::{self, ImportKind, MakeInput, MappingInput};
use crate::workflow::refs::ProductRef;

/// An item that is no product yet, and what it could be.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ProductChoice {
    pub item: String,
    pub unit: Unit,
    pub category: Option<String>,
    /// The most alike in name first, at most five.
    pub candidates: Vec<ProductRef>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ProductChoices {
    pub items: Vec<ProductChoice>,
}

/// An item with the product it is, or the product to make: one of the two.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemInput {
    pub item: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make: Option<MakeInput>,
}

/// The items of a shipment that no product is known for.
pub fn choices(db: &Db<'_>, id: ShipmentId) -> Result<ProductChoices, ReceivingError> {
    let view = view::of(db, id, view::Seer::Blind)?;
    let mut items: Vec<ProductChoice> = Vec::new();
    for line in view.lines {
        let known = line.product.is_some() || line.state != ShipmentLineState::Expected;
        if known || items.iter().any(|one| one.item.eq_ignore_ascii_case(&line.item)) {
            continue;
        }
        let candidates = importing::candidates_of(db, &line.item, line.unit)?;
        let (item, unit, category) = (line.item, line.unit, line.category);
        items.push(ProductChoice { item, unit, category, candidates });
    }
    Ok(ProductChoices { items })
}

/// Says which product an item is, or makes it. Holds for every shipment and file from then on.
pub fn map_product(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    input: &ItemInput,
) -> Result<ShipmentView, ReceivingError> {
    let choice = choices(tx, id)?.items.into_iter().find(|one| one.item == input.item);
    let Some(ProductChoice { unit, .. }) = choice else { return said_before(tx, by, id, input) };
    let mapping = mapping(tx, input)?;
    let entry = Entry::open(tx, by, "item_mapped")?;
    let product = importing::map_item(tx, ImportKind::Packages, &mapping, unit)?;
    tx.execute(
        "UPDATE shipment_line SET product_id = :product
         WHERE item = :item COLLATE NOCASE AND unit = :unit AND state = 'expected'",
        named_params! { ":product": product.0, ":item": input.item, ":unit": unit.short() },
    )?;
    entry.seal(&serde_json::json!({ "shipment": id, "item": input.item, "product": product }))?;
    tx.announce_all(Topic::Shipments);
    view::of(tx, id, view::Seer::Blind)
}

/// Somebody said it first: two people at a dock without the box may. The same again changes nothing.
fn said_before(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    input: &ItemInput,
) -> Result<ShipmentView, ReceivingError> {
    let view = view::of(tx, id, view::Seer::Blind)?;
    let line = view.lines.iter().find(|line| line.item == input.item);
    let known = line.and_then(|line| line.product.clone());
    let product =
        known.ok_or(ReceivingError::NotFound { what: "item that waits for a product" })?;
    if mapping(tx, input)?.product != Some(product.id) {
        return Err(ReceivingError::ItemKnown { item: input.item.clone(), product });
    }
    Entry::open(tx, by, "item_mapped")?.seal(
        &serde_json::json!({ "shipment": id, "item": input.item, "product": product.id, "again": true }),
    )?;
    Ok(view)
}

/// What is asked for; a product that was made just so in the meantime is not made again.
fn mapping(db: &Db<'_>, input: &ItemInput) -> Result<MappingInput, SqlError> {
    let (item, made) = (
        input.item.clone(),
        match &input.make {
            Some(make) if input.product.is_none() => importing::made_already(db, make)?,
            _ => None,
        },
    );
    Ok(match made {
        Some(product) => MappingInput { item, product: Some(product), make: None },
        None => MappingInput { item, product: input.product, make: input.make.clone() },
    })
}
