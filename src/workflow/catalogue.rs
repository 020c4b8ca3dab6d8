//! What the store sells and where stock can be: products with their par levels, places with their
//! codes. Edited whole, with an optimistic version. Moves no stock.

mod places;
mod products;

use crate::domain::id::ProductId;
use crate::store::{SqlError, StoreError};

pub use places::{
    Place, PlaceInput, PlaceView, Places, create_place, known_unsorted, place, place_view, places,
    update_place,
};
pub use products::{
    Par, Product, ProductInput, ProductView, Products, create_product, insert_product, product,
    product_view, products, update_product,
};

#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: String },
    /// Somebody else saved it since it was read.
    #[error("it was changed meanwhile")]
    ChangedMeanwhile { version: i64 },
    #[error("the SKU {sku} is another product's")]
    SkuTaken { sku: String, product: ProductId },
    #[error("the barcode {gtin} is another product's")]
    GtinTaken { gtin: String, product: ProductId },
    /// Packages of the product are kept in a unit that the change would not fit.
    #[error("packages of it are kept in another unit")]
    UnitInUse,
    #[error("another place of that kind is called {name}")]
    NameTaken { name: String },
    /// It holds stock, or par levels are set on it.
    #[error("the place is in use")]
    InUse,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for CatalogueError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

fn invalid(field: &'static str, why: &str) -> CatalogueError {
    CatalogueError::Invalid { field, why: why.to_owned() }
}

/// A text of one to `most` characters, without blanks around it.
fn text(field: &'static str, text: &str, most: usize) -> Result<String, CatalogueError> {
    let text = text.trim();
    if text.contains(char::is_control) {
        return Err(invalid(field, "holds characters that cannot be printed"));
    }
    if (1..=most).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(invalid(field, &format!("needs 1 to {most} characters")))
}

/// As [`text`]; `None` where it is empty.
fn maybe_text(
    field: &'static str,
    written: Option<&str>,
    most: usize,
) -> Result<Option<String>, CatalogueError> {
    match written.map(str::trim).filter(|written| !written.is_empty()) {
        Some(written) => text(field, written, most).map(Some),
        None => Ok(None),
    }
}
