//! Products and their par levels.

use actix_web::web::Path;

use super::caller::Caller;
use super::write::Write;
use super::{Answer, Problem, State, eyes};
use crate::domain::id::ProductId;
use crate::workflow::catalogue::{
    self, CatalogueError, Product, ProductInput, ProductView, Products,
};

/// Every product, with its par levels and what the store holds of it.
#[utoipa::path(get, path = "/api/v1/products", tag = "catalogue",
    responses((status = 200, body = Products)))]
pub async fn list(state: State, caller: Caller) -> Answer {
    eyes::read(&state, &caller, catalogue::products).await
}

/// One product, with where its stock lies.
#[utoipa::path(get, path = "/api/v1/products/{id}", tag = "catalogue", params(("id" = i64, Path)),
    responses((status = 200, body = ProductView), (status = 404, body = Problem)))]
pub async fn get(state: State, caller: Caller, id: Path<i64>) -> Answer {
    let id = ProductId(*id);
    eyes::read_one(&state, &caller, "product", move |db| catalogue::product_view(db, id)).await
}

/// Adds a product. Refusals: `sku_taken` (+`sku`, `product`), `gtin_taken` (+`gtin`, `product`).
#[utoipa::path(post, path = "/api/v1/products", tag = "catalogue", request_body = ProductInput,
    responses((status = 200, body = Product), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<ProductInput>) -> Answer {
    write.run(&state, catalogue::create_product).await
}

/// Replaces a product. Refusals: as for adding, and `changed_meanwhile` (+`version`), `unit_in_use`.
#[utoipa::path(put, path = "/api/v1/products/{id}", tag = "catalogue", request_body = ProductInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = Product), (status = 409, body = Problem)))]
pub async fn put(state: State, id: Path<i64>, write: Write<ProductInput>) -> Answer {
    let id = ProductId(*id);
    write.run(&state, move |tx, by, input| catalogue::update_product(tx, by, id, input)).await
}

impl From<CatalogueError> for Problem {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::NotFound { what } => Self::not_found(what),
            CatalogueError::Invalid { field, why } => Self::invalid(field, why),
            CatalogueError::ChangedMeanwhile { version } => Self::refused(
                "changed_meanwhile",
                "Somebody else saved this meanwhile. Look at it again, then save.",
            )
            .with("version", version),
            CatalogueError::SkuTaken { sku, product } => {
                Self::refused("sku_taken", format!("Another product has the SKU {sku}."))
                    .with("sku", sku)
                    .with("product", product)
            }
            CatalogueError::GtinTaken { gtin, product } => {
                Self::refused("gtin_taken", format!("Another product has the barcode {gtin}."))
                    .with("gtin", gtin)
                    .with("product", product)
            }
            CatalogueError::UnitInUse => Self::refused(
                "unit_in_use",
                "Packages of this product are kept in another unit, so its unit cannot change.",
            ),
            CatalogueError::NameTaken { name } => {
                Self::refused("name_taken", format!("Another place of that kind is called {name}."))
                    .with("name", name)
            }
            CatalogueError::InUse => Self::refused(
                "in_use",
                "Stock, par levels or open work are here. Empty the place first.",
            ),
            CatalogueError::Store(error) => error.into(),
        }
    }
}
