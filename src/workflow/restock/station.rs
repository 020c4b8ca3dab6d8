//! A floor station's stock against par: what to ask for.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::RestockError;
use crate::domain::id::{PlaceId, ProductId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Unit};
use crate::store::{Db, SqlError, named_params};
use crate::workflow::refs::{self, PlaceRef};
use crate::workflow::{ordering, stock};

/// A product as the request screen needs it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StationProduct {
    pub id: ProductId,
    pub sku: String,
    pub name: String,
    pub unit: Unit,
    pub brand: Option<String>,
    pub category: String,
    /// GTIN-14.
    pub gtins: Vec<String>,
}

/// One product at a station; amounts in the product's unit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StationLine {
    pub product: StationProduct,
    pub par: Option<Amount>,
    pub on_hand: Amount,
    /// Asked for, being picked, or in a tote on the way here.
    pub on_the_way: Amount,
    /// What fills up to par, as far as the vault has it.
    pub suggested: Amount,
    /// What can be picked in the vault now.
    pub vault: Amount,
    /// The earliest expiry at the station.
    pub expires: Option<NaiveDate>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Station {
    pub place: PlaceRef,
    pub lines: Vec<StationLine>,
}

/// The station's products: those with a par level, and those it holds. Lowest against par first.
pub fn station(db: &Db<'_>, id: PlaceId) -> Result<Station, RestockError> {
    let place = refs::place(db, id)?.ok_or(RestockError::NotFound { what: "station" })?;
    if place.kind != PlaceKind::Floor {
        return Err(RestockError::NotAStation { place });
    }
    let pars = pars(db, id)?;
    let on_the_way = on_the_way(db, id)?;
    let mut held: BTreeMap<ProductId, (Amount, Option<NaiveDate>)> = BTreeMap::new();
    for here in stock::at_place(db, id)? {
        let count = here.facts.count(here.line.quantity.amount);
        let known = held.entry(here.facts.reference.product.id).or_default();
        known.0 = known.0 + count;
        known.1 = known.1.into_iter().chain(here.line.package.expires).min();
    }
    let products: std::collections::BTreeSet<ProductId> =
        pars.keys().chain(held.keys()).copied().collect();
    let mut lines = Vec::with_capacity(products.len());
    for product in products {
        let Some(shown) = station_product(db, product)? else { continue };
        let (on_hand, expires) = held.get(&product).copied().unwrap_or_default();
        let par = pars.get(&product).copied();
        let on_the_way = on_the_way.get(&product).copied().unwrap_or_default();
        let vault = vault(db, product)?;
        let gap = par.unwrap_or_default() - on_hand - on_the_way;
        let suggested = gap.min(vault).max(Amount::ZERO);
        lines.push(StationLine {
            product: shown,
            par,
            on_hand,
            on_the_way,
            suggested,
            vault,
            expires,
        });
    }
    lines.sort_by_key(|line| (fullness(line), line.product.name.clone()));
    Ok(Station { place, lines })
}

/// Thousandths of par on the shelf; products without a par level come last.
fn fullness(line: &StationLine) -> i64 {
    let full = |par: Amount| line.on_hand.raw() * 1000 / par.raw().max(1);
    line.par.map_or(i64::MAX, full)
}

fn pars(db: &Db<'_>, place: PlaceId) -> Result<BTreeMap<ProductId, Amount>, SqlError> {
    let rows = db.all(
        "SELECT product_id, amount FROM par WHERE place_id = :place",
        named_params! { ":place": place.0 },
        |row| Ok((ProductId(row.get("product_id")?), Amount::from_raw(row.get("amount")?))),
    )?;
    Ok(rows.into_iter().collect())
}

/// Open requests count as asked; once picked, what is planned or in the tote counts.
fn on_the_way(db: &Db<'_>, place: PlaceId) -> Result<BTreeMap<ProductId, Amount>, SqlError> {
    let ids = db.all(
        "SELECT id FROM request WHERE station_id = :place AND state IN ('open', 'picking', 'in_transit')",
        named_params! { ":place": place.0 },
        |row| row.get(0).map(crate::domain::id::RequestId),
    )?;
    let mut coming: BTreeMap<ProductId, Amount> = BTreeMap::new();
    for id in ids {
        for line in super::request_lines(db, id)? {
            let amount = coming.entry(line.shown.product.id).or_default();
            *amount = *amount + (line.shown.quantity - line.shown.short);
        }
    }
    Ok(coming)
}

/// What a restock could take of a product now, in the product's unit: not what orders are promised.
fn vault(db: &Db<'_>, product: ProductId) -> Result<Amount, SqlError> {
    ordering::promise::free(db, product)
}

fn station_product(db: &Db<'_>, id: ProductId) -> Result<Option<StationProduct>, SqlError> {
    let gtins = db.all(
        "SELECT gtin FROM product_gtin WHERE product_id = :id ORDER BY gtin",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    db.maybe(
        "SELECT sku, name, unit, brand, category FROM product WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            Ok(StationProduct {
                id,
                sku: row.get("sku")?,
                name: row.get("name")?,
                unit: refs::unit(row, "unit")?,
                brand: row.get("brand")?,
                category: row.get("category")?,
                gtins,
            })
        },
    )
}
