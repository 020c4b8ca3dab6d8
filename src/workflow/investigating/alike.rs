//! Products that could be taken for the one that is off, and those that were off beside it.

use std::collections::{HashMap, HashSet};

use super::gather::{list, looks};
use super::rows;
use crate::domain::id::{PlaceId, ProductId};
use crate::domain::investigate::{Alike, Moved, Off, Traits, similarity};
use crate::domain::likeness::Name;
use crate::domain::place::{Account, PlaceKind};
use crate::domain::quantity::{Amount, Unit};
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::refs;

/// The most products that are taken for alike, and the least that two have in common.
const ALIKE: usize = 40;
const ALIKE_FROM: u8 = 30;
/// From this likeness on, what a till wrote is the product (of 1000).
const NAMED: usize = 700;

/// A product as a person at the till sees it.
pub struct Listed {
    pub id: ProductId,
    pub name: String,
    pub content: Option<Amount>,
    pub unit: Unit,
    pub traits: Traits,
}

/// Every product.
pub fn listed(db: &Db<'_>) -> Result<Vec<Listed>, SqlError> {
    db.all(
        "SELECT id, sku, name, brand, category, unit, content, price_cents FROM product",
        [],
        |row| {
            let name: String = row.get("name")?;
            let unit = refs::unit(row, "unit")?;
            let content = row.get::<_, Option<i64>>("content")?.map(Amount::from_raw);
            Ok(Listed {
                id: ProductId(row.get("id")?),
                content,
                unit,
                traits: Traits {
                    sku: row.get("sku")?,
                    name: Name::new(&name),
                    brand: row.get("brand")?,
                    category: row.get("category")?,
                    unit,
                    content,
                    price_cents: row.get("price_cents")?,
                },
                name,
            })
        },
    )
}

/// Products that could be taken for this one, and those that were off on the same shelf, as they were counted
/// meanwhile.
pub fn alike(
    db: &Db<'_>,
    mine: &Listed,
    listed: &[Listed],
    off: &Off,
    since: At,
) -> Result<Vec<Alike>, SqlError> {
    let others = listed.iter().filter(|other| other.id != mine.id);
    let mut near: Vec<(u8, &Listed)> =
        others.map(|other| (similarity(&mine.traits, &other.traits), other)).collect();
    near.sort_by_key(|(score, other)| (std::cmp::Reverse(*score), other.id));
    let beside =
        if off.kind == PlaceKind::Floor { off_at(db, off.place, since)? } else { HashSet::new() };
    let mut many = 0;
    near.retain(|(score, other)| {
        many += 1;
        (many <= ALIKE && *score >= ALIKE_FROM) || beside.contains(&other.id)
    });
    let ids: Vec<ProductId> = near.iter().map(|(_, other)| other.id).collect();
    let mut looks = looks(db, &ids, since)?;
    let mut adjusted = adjusted(db, &ids, since)?;
    let known = |(score, other): (u8, &Listed)| {
        looks.remove(&other.id).map(|looks| Alike {
            product: other.id,
            name: other.name.clone(),
            score,
            unit: other.unit,
            content: other.content,
            looks,
            adjusted: adjusted.remove(&other.id).unwrap_or_default(),
        })
    };
    Ok(near.into_iter().filter_map(known).collect())
}

/// Products that were off at a place.
fn off_at(db: &Db<'_>, place: PlaceId, since: At) -> Result<HashSet<ProductId>, SqlError> {
    let ids = db.all(
        "SELECT DISTINCT product_id FROM variance
         WHERE at > :since AND place_id = :place AND abs(difference) > tolerance AND product_id IS NOT NULL",
        named_params! { ":since": since.0, ":place": place.0 },
        |row| Ok(ProductId(row.get("product_id")?)),
    )?;
    Ok(ids.into_iter().collect())
}

/// What was put right by hand.
fn adjusted(
    db: &Db<'_>,
    products: &[ProductId],
    since: At,
) -> Result<HashMap<ProductId, Vec<Moved>>, SqlError> {
    let rows = db.all(
        "SELECT package.product_id, movement.seq, entry.at, package_id, from_place, to_place, amount
         FROM json_each(:products) AS asked JOIN package ON package.product_id = asked.value
         JOIN movement ON movement.package_id = package.id JOIN entry ON entry.seq = movement.seq
         WHERE (from_place = :adjusted OR to_place = :adjusted) AND entry.at > :since
         ORDER BY movement.id",
        named_params! {
            ":products": list(products), ":adjusted": Account::Adjusted.id().0, ":since": since.0,
        },
        |row| Ok((ProductId(row.get("product_id")?), rows::moved(row)?)),
    )?;
    let mut by: HashMap<ProductId, Vec<Moved>> = HashMap::new();
    for (product, moved) in rows {
        by.entry(product).or_default().push(moved);
    }
    Ok(by)
}

/// The product that a till's own words are nearest to.
pub fn named(item: &str, listed: &[Listed]) -> Option<ProductId> {
    let name = Name::new(item);
    let near = listed.iter().map(|one| (name.likeness(&one.traits.name), one.id));
    near.max_by_key(|(likeness, id)| (*likeness, std::cmp::Reverse(*id)))
        .filter(|(likeness, _)| *likeness >= NAMED)
        .map(|(_, id)| id)
}
