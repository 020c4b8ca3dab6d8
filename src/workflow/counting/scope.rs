//! What a scope means in this store: its products, and the places where they may be.

use std::collections::BTreeSet;

use super::{CountError, PLACES, PRODUCTS, Scope, due};
use crate::domain::id::{PlaceId, ProductId};
use crate::store::{Db, SqlError, named_params};

/// Products to count, none for every one, and where.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    pub products: BTreeSet<ProductId>,
    pub places: BTreeSet<PlaceId>,
}

impl Scope {
    fn by_product(&self) -> bool {
        !self.products.is_empty()
            || !self.categories.is_empty()
            || self.supplier.is_some()
            || self.due
    }

    pub fn check(&self) -> Result<(), CountError> {
        let invalid = |field, why: &str| Err(CountError::Invalid { field, why: why.into() });
        if self.places.len() > PLACES {
            return invalid("places", "are 500 at most");
        }
        if self.products.len() > PRODUCTS {
            return invalid("products", "are 5,000 at most");
        }
        if self.categories.len() > 50 || self.categories.iter().any(|one| one.chars().count() > 60)
        {
            return invalid("categories", "are 50 at most, of 60 characters at most");
        }
        if self.supplier.as_ref().is_some_and(|one| one.chars().count() > 160) {
            return invalid("supplier", "is longer than 160 characters");
        }
        Ok(())
    }
}

/// The products and places of a scope. Places that hold none of it by the book are left out where products
/// are named: what lies there unexpectedly is found by whoever counts that place.
pub fn resolve(db: &Db<'_>, scope: &Scope) -> Result<Resolved, CountError> {
    scope.check()?;
    let products = if scope.by_product() { products(db, scope)? } else { BTreeSet::new() };
    if scope.by_product() && products.is_empty() {
        return Err(CountError::Nothing);
    }
    let mut places =
        if scope.places.is_empty() { holding(db, &products)? } else { known(db, &scope.places)? };
    // What is wasted is weighed and witnessed, not counted.
    places.retain(|place| place.0 >= crate::domain::place::FIRST_PHYSICAL);
    if places.is_empty() {
        return Err(CountError::Nothing);
    }
    if places.len() > PLACES || products.len() > PRODUCTS {
        return Err(CountError::TooLarge);
    }
    Ok(Resolved { products, places })
}

/// The products that fit every part of the scope.
fn products(db: &Db<'_>, scope: &Scope) -> Result<BTreeSet<ProductId>, CountError> {
    let mut sets: Vec<BTreeSet<ProductId>> = Vec::new();
    if !scope.products.is_empty() {
        let named = scope.products.iter().map(|id| {
            let known = crate::workflow::refs::product(db, *id)?;
            known.map(|product| product.id).ok_or(CountError::NotFound { what: "product" })
        });
        sets.push(named.collect::<Result<_, _>>()?);
    }
    if !scope.categories.is_empty() {
        let mut fitting = BTreeSet::new();
        for category in &scope.categories {
            fitting.extend(ids(
                db,
                "SELECT id FROM product WHERE category = :text COLLATE NOCASE",
                category,
            )?);
        }
        sets.push(fitting);
    }
    if let Some(supplier) = &scope.supplier {
        sets.push(ids(
            db,
            "SELECT DISTINCT product_id FROM package WHERE supplier = :text COLLATE NOCASE
               AND EXISTS (SELECT 1 FROM balance WHERE package_id = package.id AND place_id >= 100
                             AND amount > 0)",
            supplier,
        )?);
    }
    if scope.due {
        sets.push(due::overdue(db)?.into_iter().collect());
    }
    let first = sets.pop().unwrap_or_default();
    Ok(sets.iter().fold(first, |left, other| left.intersection(other).copied().collect()))
}

fn ids(db: &Db<'_>, sql: &str, text: &str) -> Result<BTreeSet<ProductId>, SqlError> {
    let found =
        db.all(sql, named_params! { ":text": text.trim() }, |row| row.get(0).map(ProductId))?;
    Ok(found.into_iter().collect())
}

/// Where the book has any of these products, or anything at all.
fn holding(db: &Db<'_>, products: &BTreeSet<ProductId>) -> Result<BTreeSet<PlaceId>, SqlError> {
    let held = db.all(
        "SELECT DISTINCT balance.place_id, package.product_id FROM balance
         JOIN package ON package.id = balance.package_id
         WHERE balance.place_id >= 100 AND balance.amount > 0",
        [],
        |row| Ok((PlaceId(row.get(0)?), ProductId(row.get(1)?))),
    )?;
    let fits = |product: &ProductId| products.is_empty() || products.contains(product);
    Ok(held.into_iter().filter(|(_, product)| fits(product)).map(|(place, _)| place).collect())
}

fn known(db: &Db<'_>, places: &[PlaceId]) -> Result<BTreeSet<PlaceId>, CountError> {
    let named = places.iter().map(|id| {
        let place = crate::workflow::refs::place(db, *id)?;
        place.map(|place| place.id).ok_or(CountError::NotFound { what: "place" })
    });
    named.collect()
}
