//! Packages: what is known of one, and its whole life from import to now; and "it is here".

mod found;
mod life;

use chrono::NaiveDate;
use serde::Serialize;

use super::quarantine::{self, Hold};
use super::refs::{self, PlaceRef, ProductRef};
use super::stock::{self, Held};
use super::{sellable, settings};
use crate::domain::id::{PackageId, PlaceId, ProductId};
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::stock::BlockReason;
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};

pub use found::{Found, FoundError, FoundInput, found};
pub use life::{LifeEvent, life};

/// What another book said of a package, with its time.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Reading {
    /// "state" or "pos".
    pub book: String,
    pub quantity: Quantity,
    pub at: At,
    pub source: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PackagePlace {
    pub place: PlaceRef,
    pub quantity: Quantity,
    pub reserved: Quantity,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Package {
    pub id: PackageId,
    /// The state's UID, 24 characters.
    pub tag: String,
    pub product: ProductRef,
    pub batch: Option<String>,
    pub unit: Unit,
    /// One unit of the product in the package's unit: 1 where both are the same.
    pub each: Amount,
    pub packaged: Option<NaiveDate>,
    pub received: Option<At>,
    pub expires: Option<NaiveDate>,
    pub unit_cost_cents: Option<i64>,
    pub supplier: Option<String>,
    pub manifest: Option<String>,
    /// The state's word.
    pub lab_state: String,
    pub on_hold: bool,
    /// Why it may not be picked; empty when it may.
    pub blocked: Vec<BlockReason>,
    /// Why it is in quarantine, or held where it is; oldest first.
    pub holds: Vec<Hold>,
    pub places: Vec<PackagePlace>,
    pub readings: Vec<Reading>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PackageView {
    pub package: Package,
    /// Newest first.
    pub life: Vec<LifeEvent>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Packages {
    pub packages: Vec<Package>,
    /// Pass as `after` for the next page.
    pub next: Option<PackageId>,
}

/// One package.
pub fn get(db: &Db<'_>, id: PackageId) -> Result<Option<Package>, SqlError> {
    let Some(facts) = refs::package(db, id)? else { return Ok(None) };
    let today = settings::today(db)?;
    let held = stock::of_package(db, id)?;
    let holds = quarantine::holds(db, id)?;
    let readings = db.all(
        "SELECT book, amount, unit, at, source FROM reading WHERE package_id = :id
         ORDER BY at DESC, id DESC LIMIT 20",
        named_params! { ":id": id.0 },
        |row| {
            Ok(Reading {
                book: row.get("book")?,
                quantity: Quantity::new(
                    Amount::from_raw(row.get("amount")?),
                    refs::unit(row, "unit")?,
                ),
                at: At(row.get("at")?),
                source: row.get("source")?,
            })
        },
    )?;
    let sql = format!(
        "SELECT {}, packaged, received, unit_cost_cents, supplier, manifest FROM package WHERE id = :id",
        sellable::COLUMNS
    );
    db.maybe(&sql, named_params! { ":id": id.0 }, |row| {
        let sold_by = sellable::facts(row, today)?;
        let blocked = sold_by.blocked(today);
        let (lab_state, on_hold) = (sold_by.lab_state.to_owned(), sold_by.on_hold);
        Ok(Package {
            id,
            tag: facts.reference.tag.clone(),
            product: facts.reference.product.clone(),
            batch: facts.reference.batch.clone(),
            unit: facts.unit,
            each: facts.content,
            packaged: refs::date(row, "packaged")?,
            received: row.get::<_, Option<i64>>("received")?.map(At),
            expires: facts.reference.expires,
            unit_cost_cents: row.get("unit_cost_cents")?,
            supplier: row.get("supplier")?,
            manifest: row.get("manifest")?,
            lab_state,
            on_hold,
            blocked,
            holds,
            places: held.into_iter().map(package_place).collect(),
            readings,
        })
    })
}

fn package_place(held: Held) -> PackagePlace {
    let line = held.line;
    PackagePlace { place: line.place, quantity: line.quantity, reserved: line.reserved }
}

/// One package with its life.
pub fn view(db: &Db<'_>, id: PackageId) -> Result<Option<PackageView>, SqlError> {
    let Some(package) = get(db, id)? else { return Ok(None) };
    Ok(Some(PackageView { life: life(db, id)?, package }))
}

/// What to look packages up by. All given conditions hold together.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A part of the product's name, SKU or batch, or the end of a tag.
    pub text: Option<String>,
    pub product: Option<ProductId>,
    pub place: Option<PlaceId>,
    pub after: Option<PackageId>,
    /// At most 200.
    pub limit: Option<i64>,
}

/// Packages that match, in order of their ids, a page at a time.
pub fn search(db: &Db<'_>, search: &Search) -> Result<Packages, SqlError> {
    let limit = search.limit.unwrap_or(50).clamp(1, 200);
    let text = search.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let like = text.map(|text| {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        (format!("%{escaped}%"), format!("%{}", escaped.to_ascii_uppercase()))
    });
    let (part, tail) = like.unzip();
    let ids = db.all(
        "SELECT package.id FROM package JOIN product ON product.id = product_id
         WHERE package.id > :after
           AND (:product IS NULL OR product_id = :product)
           AND (:place IS NULL OR EXISTS (SELECT 1 FROM balance WHERE package_id = package.id
                                            AND place_id = :place AND amount > 0))
           AND (:part IS NULL OR product.name LIKE :part ESCAPE '\\' OR product.sku LIKE :part ESCAPE '\\'
                OR batch LIKE :part ESCAPE '\\' OR tag LIKE :tail ESCAPE '\\')
         ORDER BY package.id LIMIT :limit",
        named_params! {
            ":after": search.after.map_or(0, |after| after.0),
            ":product": search.product.map(|product| product.0),
            ":place": search.place.map(|place| place.0),
            ":part": part, ":tail": tail, ":limit": limit,
        },
        |row| row.get(0).map(PackageId),
    )?;
    let next = (ids.len() as i64 == limit).then(|| ids.last().copied()).flatten();
    let packages: Result<Vec<_>, _> = ids.into_iter().map(|id| get(db, id)).collect();
    Ok(Packages { packages: packages?.into_iter().flatten().collect(), next })
}
