//! Products, their barcodes and their par levels.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CatalogueError, invalid, maybe_text, text};
use crate::domain::gtin::Gtin;
use crate::domain::id::{PlaceId, ProductId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, Row, SqlError, Tx, named_params};
use crate::workflow::refs;
use crate::workflow::stock::{self, StockLine};

/// How much of a product a floor station should hold, in the product's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Par {
    pub place: PlaceId,
    pub quantity: Amount,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Product {
    pub id: ProductId,
    pub sku: String,
    pub name: String,
    pub brand: Option<String>,
    pub category: String,
    pub unit: Unit,
    /// How much of its packages' unit one unit of it is (an eighth: 3.5 g); `null` where both are the same.
    pub content: Option<Quantity>,
    /// GTIN-14.
    pub gtins: Vec<Gtin>,
    pub price_cents: Option<i64>,
    pub active: bool,
    pub pars: Vec<Par>,
    /// Over all places of the store, in its own unit. Nothing while whoever asks counts it.
    pub on_hand: Option<Quantity>,
    pub version: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Products {
    pub products: Vec<Product>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ProductView {
    pub product: Product,
    pub lines: Vec<StockLine>,
}

/// A product as it is saved, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductInput {
    pub sku: String,
    pub name: String,
    #[serde(default)]
    pub brand: Option<String>,
    pub category: String,
    pub unit: Unit,
    #[serde(default)]
    pub content: Option<Quantity>,
    /// GTINs of any length, with a right check digit.
    #[serde(default)]
    pub gtins: Vec<String>,
    #[serde(default)]
    pub price_cents: Option<i64>,
    #[serde(default = "yes")]
    pub active: bool,
    #[serde(default)]
    pub pars: Vec<Par>,
    /// On a change: the version that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

fn yes() -> bool {
    true
}

/// Every product, by name.
pub fn products(db: &Db<'_>) -> Result<Products, SqlError> {
    let mut gtins: BTreeMap<i64, Vec<Gtin>> = BTreeMap::new();
    db.walk::<SqlError>("SELECT product_id, gtin FROM product_gtin ORDER BY gtin", [], |row| {
        gtins.entry(row.get("product_id")?).or_default().extend(gtin(row)?);
        Ok(())
    })?;
    let mut pars: BTreeMap<i64, Vec<Par>> = BTreeMap::new();
    db.walk::<SqlError>("SELECT product_id, place_id, amount FROM par", [], |row| {
        pars.entry(row.get("product_id")?).or_default().push(par(row)?);
        Ok(())
    })?;
    let products = db.all(&format!("{COLUMNS} ORDER BY product.name, product.id"), [], |row| {
        let id: i64 = row.get("id")?;
        shown(row, gtins.remove(&id).unwrap_or_default(), pars.remove(&id).unwrap_or_default())
    })?;
    Ok(Products { products })
}

/// One product.
pub fn product(db: &Db<'_>, id: ProductId) -> Result<Option<Product>, SqlError> {
    let gtins = db.all(
        "SELECT gtin FROM product_gtin WHERE product_id = :id ORDER BY gtin",
        named_params! { ":id": id.0 },
        gtin,
    )?;
    let pars = db.all(
        "SELECT place_id, amount FROM par WHERE product_id = :id ORDER BY place_id",
        named_params! { ":id": id.0 },
        par,
    )?;
    db.maybe(&format!("{COLUMNS} WHERE product.id = :id"), named_params! { ":id": id.0 }, |row| {
        shown(row, gtins.into_iter().flatten().collect(), pars)
    })
}

/// One product with where its stock lies.
pub fn product_view(db: &Db<'_>, id: ProductId) -> Result<Option<ProductView>, SqlError> {
    let Some(product) = product(db, id)? else { return Ok(None) };
    Ok(Some(ProductView { product, lines: stock::lines(stock::of_product(db, id)?) }))
}

const COLUMNS: &str = "
    SELECT product.id, sku, name, brand, category, unit, content, content_unit, price_cents, active,
           version,
           (SELECT coalesce(sum(amount), 0) FROM package JOIN balance ON package_id = package.id
             WHERE package.product_id = product.id AND place_id >= 100) AS held
    FROM product";

fn gtin(row: &Row<'_>) -> Result<Option<Gtin>, SqlError> {
    Ok(Gtin::parse(row.get_ref("gtin")?.as_str()?))
}

fn par(row: &Row<'_>) -> Result<Par, SqlError> {
    Ok(Par { place: PlaceId(row.get("place_id")?), quantity: Amount::from_raw(row.get("amount")?) })
}

fn shown(row: &Row<'_>, gtins: Vec<Gtin>, pars: Vec<Par>) -> Result<Product, SqlError> {
    let unit = refs::unit(row, "unit")?;
    let content: Option<Amount> = row.get::<_, Option<i64>>("content")?.map(Amount::from_raw);
    let content = match content {
        Some(amount) => Some(Quantity::new(amount, refs::unit(row, "content_unit")?)),
        None => None,
    };
    let held = Amount::from_raw(row.get("held")?);
    let count = content.map_or(Some(held), |content| held.per(content.amount)).unwrap_or_default();
    let count = if unit.counted() { count.down_to(Amount::whole(1)) } else { count };
    Ok(Product {
        id: ProductId(row.get("id")?),
        sku: row.get("sku")?,
        name: row.get("name")?,
        brand: row.get("brand")?,
        category: row.get("category")?,
        unit,
        content,
        gtins,
        price_cents: row.get("price_cents")?,
        active: row.get("active")?,
        pars,
        on_hand: Some(Quantity::new(count, unit)),
        version: row.get("version")?,
    })
}

/// Adds a product.
pub fn create_product(
    tx: &Tx<'_>,
    by: &Actor,
    input: &ProductInput,
) -> Result<Product, CatalogueError> {
    let id = insert_product(tx, input)?;
    let entry = Entry::open(tx, by, "product_added")?;
    entry.seal(&serde_json::json!({ "product": id, "now": input }))?;
    product(tx, id)?.ok_or(CatalogueError::NotFound { what: "product" })
}

/// Adds a product as part of a command that seals its own entry (an import that makes products).
pub fn insert_product(tx: &Tx<'_>, input: &ProductInput) -> Result<ProductId, CatalogueError> {
    let checked = check(tx, input, None)?;
    let id = tx.insert(
        "INSERT INTO product (sku, name, brand, category, unit, content, content_unit, price_cents, active)
         VALUES (:sku, :name, :brand, :category, :unit, :content, :content_unit, :price, :active)",
        named_params! {
            ":sku": checked.sku, ":name": checked.name, ":brand": checked.brand,
            ":category": checked.category, ":unit": input.unit.short(),
            ":content": input.content.map(|content| content.amount.raw()),
            ":content_unit": input.content.map(|content| content.unit.short()),
            ":price": input.price_cents, ":active": input.active,
        },
    )?;
    write_lists(tx, ProductId(id), &checked.gtins, &input.pars)?;
    tx.announce(Topic::Products, id);
    Ok(ProductId(id))
}

/// Replaces a product; `version` must be the one that was read.
pub fn update_product(
    tx: &Tx<'_>,
    by: &Actor,
    id: ProductId,
    input: &ProductInput,
) -> Result<Product, CatalogueError> {
    let was = product(tx, id)?.ok_or(CatalogueError::NotFound { what: "product" })?;
    if input.version != Some(was.version) {
        return Err(CatalogueError::ChangedMeanwhile { version: was.version });
    }
    let checked = check(tx, input, Some(id))?;
    let kept_in = input.content.map_or(input.unit, |content| content.unit);
    let other: bool = tx.one(
        "SELECT EXISTS (SELECT 1 FROM package WHERE product_id = :id AND unit <> :unit)",
        named_params! { ":id": id.0, ":unit": kept_in.short() },
        |row| row.get(0),
    )?;
    if other {
        return Err(CatalogueError::UnitInUse);
    }
    tx.execute(
        "UPDATE product SET sku = :sku, name = :name, brand = :brand, category = :category,
                unit = :unit, content = :content, content_unit = :content_unit, price_cents = :price,
                active = :active, version = version + 1
         WHERE id = :id",
        named_params! {
            ":sku": checked.sku, ":name": checked.name, ":brand": checked.brand,
            ":category": checked.category, ":unit": input.unit.short(),
            ":content": input.content.map(|content| content.amount.raw()),
            ":content_unit": input.content.map(|content| content.unit.short()),
            ":price": input.price_cents, ":active": input.active, ":id": id.0,
        },
    )?;
    write_lists(tx, id, &checked.gtins, &input.pars)?;
    tx.announce(Topic::Products, id.0);
    let entry = Entry::open(tx, by, "product_changed")?;
    entry.seal(&serde_json::json!({ "product": id, "was": was, "now": input }))?;
    product(tx, id)?.ok_or(CatalogueError::NotFound { what: "product" })
}

struct Checked {
    sku: String,
    name: String,
    brand: Option<String>,
    category: String,
    gtins: Vec<Gtin>,
}

fn check(
    tx: &Tx<'_>,
    input: &ProductInput,
    own: Option<ProductId>,
) -> Result<Checked, CatalogueError> {
    let sku = text("sku", &input.sku, 60)?;
    let taken = tx.maybe(
        "SELECT id FROM product WHERE sku = :sku",
        named_params! { ":sku": sku },
        |row| row.get(0).map(ProductId),
    )?;
    if let Some(product) = taken.filter(|product| Some(*product) != own) {
        return Err(CatalogueError::SkuTaken { sku, product });
    }
    if input.price_cents.is_some_and(|cents| !(0..=100_000_000).contains(&cents)) {
        return Err(invalid("price_cents", "must be from 0 to 100000000"));
    }
    if let Some(content) = input.content {
        if content.unit == input.unit {
            return Err(invalid(
                "content",
                "is for packages kept in another unit than the product",
            ));
        }
        if !content.amount.is_positive() || !content.unit.fits(content.amount) {
            return Err(invalid("content", "must be above zero, and whole where it is counted"));
        }
    }
    check_pars(tx, input)?;
    Ok(Checked {
        sku,
        name: text("name", &input.name, 160)?,
        brand: maybe_text("brand", input.brand.as_deref(), 80)?,
        category: text("category", &input.category, 80)?,
        gtins: check_gtins(tx, &input.gtins, own)?,
    })
}

fn check_gtins(
    tx: &Tx<'_>,
    written: &[String],
    own: Option<ProductId>,
) -> Result<Vec<Gtin>, CatalogueError> {
    if written.len() > 20 {
        return Err(invalid("gtins", "are at most 20"));
    }
    let mut gtins = Vec::with_capacity(written.len());
    for written in written {
        let gtin = Gtin::parse(written).ok_or_else(|| {
            let shown: String = written.chars().take(20).collect();
            invalid("gtins", &format!("{shown} is no GTIN or has a wrong check digit"))
        })?;
        let taken = tx.maybe(
            "SELECT product_id FROM product_gtin WHERE gtin = :gtin",
            named_params! { ":gtin": gtin.as_str() },
            |row| row.get(0).map(ProductId),
        )?;
        if let Some(product) = taken.filter(|product| Some(*product) != own) {
            return Err(CatalogueError::GtinTaken { gtin: gtin.to_string(), product });
        }
        if !gtins.contains(&gtin) {
            gtins.push(gtin);
        }
    }
    Ok(gtins)
}

fn check_pars(tx: &Tx<'_>, input: &ProductInput) -> Result<(), CatalogueError> {
    for (i, par) in input.pars.iter().enumerate() {
        let floor = refs::place(tx, par.place)?.is_some_and(|place| place.kind == PlaceKind::Floor);
        if !floor {
            return Err(invalid("pars", "are set on floor stations only"));
        }
        if !par.quantity.is_positive() || !input.unit.fits(par.quantity) {
            return Err(invalid(
                "pars",
                "must be above zero, and whole where the product is counted",
            ));
        }
        if input.pars[..i].iter().any(|other| other.place == par.place) {
            return Err(invalid("pars", "name a station once"));
        }
    }
    Ok(())
}

fn write_lists(tx: &Tx<'_>, id: ProductId, gtins: &[Gtin], pars: &[Par]) -> Result<(), SqlError> {
    tx.execute("DELETE FROM product_gtin WHERE product_id = :id", named_params! { ":id": id.0 })?;
    for gtin in gtins {
        tx.execute(
            "INSERT INTO product_gtin (gtin, product_id) VALUES (:gtin, :id)",
            named_params! { ":gtin": gtin.as_str(), ":id": id.0 },
        )?;
    }
    tx.execute("DELETE FROM par WHERE product_id = :id", named_params! { ":id": id.0 })?;
    for par in pars {
        tx.execute(
            "INSERT INTO par (place_id, product_id, amount) VALUES (:place, :id, :amount)",
            named_params! { ":place": par.place.0, ":id": id.0, ":amount": par.quantity.raw() },
        )?;
    }
    Ok(())
}
