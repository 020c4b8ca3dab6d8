//! The short forms in which people, places, products and packages appear inside every answer.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::id::{PackageId, PlaceId, ProductId, UserId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::store::{Db, Row, SqlError, named_params};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct UserRef {
    pub id: UserId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlaceRef {
    pub id: PlaceId,
    pub name: String,
    pub kind: PlaceKind,
    /// The code on its label, without the dash.
    pub code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ProductRef {
    pub id: ProductId,
    pub sku: String,
    pub name: String,
    pub unit: Unit,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PackageRef {
    pub id: PackageId,
    pub tag: String,
    pub product: ProductRef,
    pub batch: Option<String>,
    pub expires: Option<NaiveDate>,
}

/// A package's reference with what every calculation needs of it.
#[derive(Clone, Debug)]
pub struct PackageFacts {
    pub reference: PackageRef,
    /// The unit of its balance.
    pub unit: Unit,
    /// What one unit of the product is in the package's unit: 1 where both are the same.
    pub content: Amount,
}

impl PackageFacts {
    pub fn quantity(&self, amount: Amount) -> Quantity {
        Quantity::new(amount, self.unit)
    }

    /// An amount of the package's unit as a count of the product's unit, rounded down.
    pub fn count(&self, amount: Amount) -> Amount {
        count(amount, self.content, self.reference.product.unit.counted())
    }
}

/// An amount as a count of units of `each`, rounded down; `counted`: to whole ones.
pub fn count(amount: Amount, each: Amount, counted: bool) -> Amount {
    let count = amount.per(each).unwrap_or(Amount::ZERO);
    if counted { count.down_to(Amount::whole(1)) } else { count }
}

pub fn user(db: &Db<'_>, id: UserId) -> Result<Option<UserRef>, SqlError> {
    db.maybe("SELECT id, name FROM user WHERE id = :id", named_params! { ":id": id.0 }, |row| {
        Ok(UserRef { id: UserId(row.get("id")?), name: row.get("name")? })
    })
}

/// The reference of a user named by a row that the schema makes point at one.
pub fn known_user(db: &Db<'_>, id: Option<i64>) -> Result<Option<UserRef>, SqlError> {
    id.map_or(Ok(None), |id| user(db, UserId(id)))
}

pub fn place(db: &Db<'_>, id: PlaceId) -> Result<Option<PlaceRef>, SqlError> {
    db.maybe(
        "SELECT id, name, kind, code FROM place WHERE id = :id",
        named_params! { ":id": id.0 },
        place_row,
    )
}

pub fn place_row(row: &Row<'_>) -> Result<PlaceRef, SqlError> {
    Ok(PlaceRef {
        id: PlaceId(row.get("id")?),
        name: row.get("name")?,
        kind: PlaceKind::parse(row.get_ref("kind")?.as_str()?).unwrap_or(PlaceKind::Account),
        code: row.get("code")?,
    })
}

pub fn product(db: &Db<'_>, id: ProductId) -> Result<Option<ProductRef>, SqlError> {
    db.maybe(
        "SELECT id, sku, name, unit FROM product WHERE id = :id",
        named_params! { ":id": id.0 },
        product_row,
    )
}

/// Reads the columns that [`product`] selects.
pub fn product_row(row: &Row<'_>) -> Result<ProductRef, SqlError> {
    Ok(ProductRef {
        id: ProductId(row.get("id")?),
        sku: row.get("sku")?,
        name: row.get("name")?,
        unit: unit(row, "unit")?,
    })
}

/// The unit that a product's packages are kept in.
pub fn kept_in(db: &Db<'_>, id: ProductId) -> Result<Unit, SqlError> {
    db.one(
        "SELECT coalesce(content_unit, unit) AS kept_in FROM product WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| unit(row, "kept_in"),
    )
}

pub fn package(db: &Db<'_>, id: PackageId) -> Result<Option<PackageFacts>, SqlError> {
    db.maybe(
        "SELECT package.id, tag, batch, expires, package.unit AS package_unit, product_id, sku, name,
                product.unit AS product_unit, content
         FROM package JOIN product ON product.id = product_id WHERE package.id = :id",
        named_params! { ":id": id.0 },
        package_row,
    )
}

/// Reads the columns that [`package`] selects.
pub fn package_row(row: &Row<'_>) -> Result<PackageFacts, SqlError> {
    let content: Option<i64> = row.get("content")?;
    Ok(PackageFacts {
        reference: PackageRef {
            id: PackageId(row.get("id")?),
            tag: row.get("tag")?,
            product: ProductRef {
                id: ProductId(row.get("product_id")?),
                sku: row.get("sku")?,
                name: row.get("name")?,
                unit: unit(row, "product_unit")?,
            },
            batch: row.get("batch")?,
            expires: date(row, "expires")?,
        },
        unit: unit(row, "package_unit")?,
        content: content.map_or(Amount::whole(1), Amount::from_raw),
    })
}

pub fn unit(row: &Row<'_>, column: &str) -> Result<Unit, SqlError> {
    let text = row.get_ref(column)?.as_str()?;
    // The importer and the catalogue store short forms only.
    Ok(Unit::parse(text).unwrap_or(Unit::Ea))
}

pub fn date(row: &Row<'_>, column: &str) -> Result<Option<NaiveDate>, SqlError> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| text.parse().ok()))
}
