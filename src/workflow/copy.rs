//! What a device keeps so that a scan means something while the box is out of reach: products, places,
//! and every package that is in the store with what is where. Read in a fixed number of statements,
//! whatever the size of the store.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;

use super::{refs, sellable, settings};
use crate::domain::id::{PackageId, PlaceId, ProductId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::stock::BlockReason;
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, ToSql};

/// The most packages asked for by id.
pub const PACKAGES: usize = 256;

/// The store as a device keeps it, or the packages of it that were asked for.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StockCopy {
    /// The live stream's event id from which on a device hears what is not in here.
    pub position: String,
    /// Everything; else only the packages that were asked for, and their products.
    pub full: bool,
    pub products: Vec<CopyProduct>,
    pub places: Vec<CopyPlace>,
    pub packages: Vec<CopyPackage>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CopyProduct {
    pub id: ProductId,
    pub sku: String,
    pub name: String,
    pub brand: Option<String>,
    pub category: String,
    pub unit: Unit,
    /// One unit of the product in its packages' unit, where that is another.
    pub content: Option<Quantity>,
    /// GTIN-14.
    pub gtins: Vec<String>,
    pub active: bool,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CopyPlace {
    pub id: PlaceId,
    pub name: String,
    pub kind: PlaceKind,
    /// The code on its label, without the dash.
    pub code: String,
    pub area: Option<String>,
    pub walk: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CopyPackage {
    pub id: PackageId,
    pub tag: String,
    /// The tag a Retail ID was issued under, where it is another.
    pub origin_tag: Option<String>,
    pub product: ProductId,
    pub batch: Option<String>,
    pub packaged: Option<NaiveDate>,
    pub expires: Option<NaiveDate>,
    pub received: Option<At>,
    pub unit: Unit,
    /// Why it may not be picked, wherever it is, when this was read.
    pub blocked: Vec<BlockReason>,
    /// Empty where nothing of it is in the store any more.
    pub held: Vec<CopyHeld>,
    /// Whether whoever asks counts it, and so is not told what is where.
    pub hidden: bool,
}

/// Some of a package at a place, in the package's unit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CopyHeld {
    pub place: PlaceId,
    pub quantity: Amount,
    /// What open picks have planned to take from here.
    pub reserved: Amount,
    /// The package of its product that is open on a floor station.
    pub open: bool,
}

/// Everything, or of these packages all that is kept. `position` was read before.
pub fn copy(
    db: &Db<'_>,
    position: String,
    only: Option<&[PackageId]>,
) -> Result<StockCopy, SqlError> {
    let packages = packages(db, only)?;
    let shown: HashSet<ProductId> = packages.iter().map(|package| package.product).collect();
    let mut products = products(db)?;
    products.retain(|product| shown.contains(&product.id) || (only.is_none() && product.active));
    let places = if only.is_some() { Vec::new() } else { places(db)? };
    Ok(StockCopy { position, full: only.is_none(), products, places, packages })
}

fn products(db: &Db<'_>) -> Result<Vec<CopyProduct>, SqlError> {
    let mut gtins: HashMap<i64, Vec<String>> = HashMap::new();
    db.walk("SELECT product_id, gtin FROM product_gtin ORDER BY gtin", [], |row| {
        gtins.entry(row.get(0)?).or_default().push(row.get(1)?);
        Ok::<_, SqlError>(())
    })?;
    db.all(
        "SELECT id, sku, name, brand, category, unit, content, content_unit, active FROM product
         ORDER BY id",
        [],
        |row| {
            let id: i64 = row.get("id")?;
            let content: Option<i64> = row.get("content")?;
            let content = content.map(|amount| {
                let unit = refs::unit(row, "content_unit")?;
                Ok::<_, SqlError>(Quantity::new(Amount::from_raw(amount), unit))
            });
            Ok(CopyProduct {
                id: ProductId(id),
                sku: row.get("sku")?,
                name: row.get("name")?,
                brand: row.get("brand")?,
                category: row.get("category")?,
                unit: refs::unit(row, "unit")?,
                content: content.transpose()?,
                gtins: gtins.remove(&id).unwrap_or_default(),
                active: row.get("active")?,
            })
        },
    )
}

/// What a person can scan.
fn places(db: &Db<'_>) -> Result<Vec<CopyPlace>, SqlError> {
    db.all(
        "SELECT id, name, kind, code, area, walk FROM place
         WHERE id >= 100 AND active = 1 ORDER BY walk, id",
        [],
        |row| {
            let refs::PlaceRef { id, name, kind, code } = refs::place_row(row)?;
            Ok(CopyPlace { id, name, kind, code, area: row.get("area")?, walk: row.get("walk")? })
        },
    )
}

fn packages(db: &Db<'_>, only: Option<&[PackageId]>) -> Result<Vec<CopyPackage>, SqlError> {
    let today = settings::today(db)?;
    let which = if only.is_some() {
        "SELECT value FROM json_each(:ids)"
    } else {
        // Of what was ever here most is gone.
        "SELECT package_id FROM balance WHERE place_id >= 100 AND amount > 0"
    };
    let ids = only.map(|ids| {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        format!("[{}]", ids.join(","))
    });
    let ids: Vec<(&str, &dyn ToSql)> = ids.iter().map(|ids| (":ids", ids as _)).collect();
    let mut held = held(db, which, &ids)?;
    let sql = format!(
        "SELECT {}, id, tag, origin_tag, product_id, batch, packaged, received, unit
         FROM package WHERE id IN ({which}) ORDER BY id",
        sellable::COLUMNS
    );
    db.all(&sql, &ids[..], |row| {
        let id: i64 = row.get("id")?;
        let held = held.remove(&id).unwrap_or_default();
        package(row, today, held)
    })
}

fn package(row: &Row<'_>, today: NaiveDate, held: Vec<CopyHeld>) -> Result<CopyPackage, SqlError> {
    let facts = sellable::facts(row, today)?;
    Ok(CopyPackage {
        id: PackageId(row.get("id")?),
        tag: row.get("tag")?,
        origin_tag: row.get("origin_tag")?,
        product: ProductId(row.get("product_id")?),
        batch: row.get("batch")?,
        packaged: refs::date(row, "packaged")?,
        expires: facts.expires,
        received: row.get::<_, Option<i64>>("received")?.map(At),
        unit: refs::unit(row, "unit")?,
        blocked: facts.blocked(today),
        held,
        hidden: false,
    })
}

/// What is where, by package.
fn held(
    db: &Db<'_>,
    which: &str,
    ids: &[(&str, &dyn ToSql)],
) -> Result<HashMap<i64, Vec<CopyHeld>>, SqlError> {
    let reserved = by_lot(
        db,
        "SELECT package_id, bin_id, sum(max(planned - picked, 0)) FROM pick_line
         WHERE reserving = 1 GROUP BY package_id, bin_id",
    )?;
    let open = by_lot(db, "SELECT package_id, place_id, 1 FROM open_package")?;
    let mut held: HashMap<i64, Vec<CopyHeld>> = HashMap::new();
    db.walk(
        &format!(
            "SELECT package_id, place_id, amount FROM balance
             WHERE package_id IN ({which}) AND place_id >= 100 AND amount > 0"
        ),
        ids,
        |row| {
            let (package, place): (i64, i64) = (row.get(0)?, row.get(1)?);
            held.entry(package).or_default().push(CopyHeld {
                place: PlaceId(place),
                quantity: Amount::from_raw(row.get(2)?),
                reserved: Amount::from_raw(*reserved.get(&(package, place)).unwrap_or(&0)),
                open: open.contains_key(&(package, place)),
            });
            Ok::<_, SqlError>(())
        },
    )?;
    Ok(held)
}

/// A number for each package and place.
fn by_lot(db: &Db<'_>, sql: &str) -> Result<HashMap<(i64, i64), i64>, SqlError> {
    let rows = db.all(sql, [], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.into_iter().collect())
}
