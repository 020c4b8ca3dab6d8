//! Which products an item may be, by its name: shown to the person who says it, never decided by.

use std::cmp::Reverse;

use crate::domain::id::ProductId;
use crate::domain::likeness::Name;
use crate::store::{Db, SqlError};
use crate::workflow::refs::{self, ProductRef};

/// Candidates of an item, and how alike a name must be to be one (of 1000).
const CANDIDATES: usize = 5;
const ALIKE: usize = 250;

/// What is sold, by name: read once for all the lines of an order.
pub(super) struct Catalogue(Vec<Sold>);

struct Sold {
    product: ProductRef,
    name: Name,
    branded: Name,
}

impl Catalogue {
    pub(super) fn read(db: &Db<'_>) -> Result<Self, SqlError> {
        let sold = db.all(
            "SELECT id, sku, name, unit, coalesce(brand, '') AS brand FROM product
             WHERE active = 1 ORDER BY id",
            [],
            |row| {
                let (product, brand) = (refs::product_row(row)?, row.get::<_, String>("brand")?);
                let branded = Name::new(&format!("{brand} {}", product.name));
                Ok(Sold { name: Name::new(&product.name), branded, product })
            },
        )?;
        Ok(Self(sold))
    }

    /// The products whose names are most alike, the best first; without the one that the item is taken for.
    pub(super) fn alike(&self, item: &str, taken_for: Option<ProductId>) -> Vec<ProductRef> {
        let wanted = Name::new(item);
        let likeness =
            |sold: &Sold| wanted.likeness(&sold.name).max(wanted.likeness(&sold.branded));
        let others = self.0.iter().filter(|sold| Some(sold.product.id) != taken_for);
        let mut alike: Vec<(usize, &Sold)> = others
            .map(|sold| (likeness(sold), sold))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .collect();
        alike.sort_by_key(|(likeness, _)| Reverse(*likeness)); // of equals the older first
        alike.into_iter().take(CANDIDATES).map(|(_, sold)| sold.product.clone()).collect()
    }
}
