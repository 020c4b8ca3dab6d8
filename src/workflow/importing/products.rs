//! Which product of the store an item of a file is, where that is known. Decides nothing by likeness.

use std::collections::HashMap;

use super::ImportKind;
use crate::domain::id::ProductId;
use crate::domain::quantity::{Amount, Unit};
use crate::store::{Db, Row, SqlError, named_params};
use crate::workflow::refs;

/// A product with what a file's amounts must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    pub product: ProductId,
    pub unit: Unit,
    /// What one unit of it is in its packages' unit, and that unit.
    pub content: Option<(Amount, Unit)>,
}

impl Fit {
    /// The unit its packages are kept in.
    pub fn kept_in(&self) -> Unit {
        self.content.map_or(self.unit, |(_, unit)| unit)
    }

    /// An amount sold, in its packages' unit. `None`: the units have nothing to do with each other,
    /// or it would be a fraction of a piece.
    pub fn taken(&self, amount: Amount, unit: Option<Unit>) -> Option<Amount> {
        let unit = unit.unwrap_or(self.unit);
        let taken = match self.content {
            Some((each, _)) if unit == self.unit => each.times(amount)?,
            _ if unit == self.kept_in() => amount,
            _ => return None,
        };
        self.kept_in().fits(taken).then_some(taken)
    }
}

/// Looks items up once each.
#[derive(Default)]
pub struct Known(HashMap<(String, Option<String>), Option<Fit>>);

impl Known {
    /// By what was mapped before, else by the SKU, else by a name that exactly one product has.
    pub fn find(
        &mut self,
        db: &Db<'_>,
        kind: ImportKind,
        item: &str,
        sku: Option<&str>,
    ) -> Result<Option<Fit>, SqlError> {
        let key = (item.to_lowercase(), sku.map(str::to_owned));
        if let Some(known) = self.0.get(&key) {
            return Ok(*known);
        }
        let mut found = mapped(db, kind, item)?;
        if found.is_none() {
            found = by_sku(db, sku.unwrap_or(item))?;
        }
        if found.is_none() {
            found = by_name(db, item)?;
        }
        self.0.insert(key, found);
        Ok(found)
    }
}

/// The words of `item_map` for a kind of file.
pub const fn source(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Packages => "state",
        ImportKind::Sales => "pos",
    }
}

fn mapped(db: &Db<'_>, kind: ImportKind, item: &str) -> Result<Option<Fit>, SqlError> {
    // What the other book calls so is the next best.
    db.maybe(
        "SELECT product.id, unit, content, content_unit FROM item_map
         JOIN product ON product.id = product_id
         WHERE item = :item ORDER BY source = :source DESC LIMIT 1",
        named_params! { ":item": item, ":source": source(kind) },
        fit,
    )
}

fn by_sku(db: &Db<'_>, sku: &str) -> Result<Option<Fit>, SqlError> {
    db.maybe(
        "SELECT id, unit, content, content_unit FROM product WHERE sku = :sku",
        named_params! { ":sku": sku },
        fit,
    )
}

fn by_name(db: &Db<'_>, name: &str) -> Result<Option<Fit>, SqlError> {
    let found = db.all(
        "SELECT id, unit, content, content_unit FROM product
         WHERE name = :name COLLATE NOCASE AND active = 1 LIMIT 2",
        named_params! { ":name": name },
        fit,
    )?;
    Ok(if let [only] = found[..] { Some(only) } else { None })
}

pub fn by_id(db: &Db<'_>, id: ProductId) -> Result<Option<Fit>, SqlError> {
    db.maybe(
        "SELECT id, unit, content, content_unit FROM product WHERE id = :id",
        named_params! { ":id": id.0 },
        fit,
    )
}

fn fit(row: &Row<'_>) -> Result<Fit, SqlError> {
    let content: Option<i64> = row.get("content")?;
    let content = match content {
        Some(amount) => Some((Amount::from_raw(amount), refs::unit(row, "content_unit")?)),
        None => None,
    };
    Ok(Fit { product: ProductId(row.get("id")?), unit: refs::unit(row, "unit")?, content })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().expect("a test's own amount")
    }

    #[test]
    fn a_sale_is_taken_in_the_packages_unit() {
        let eighth =
            Fit { product: ProductId(1), unit: Unit::Ea, content: Some((amount("3.5"), Unit::G)) };
        assert_eq!(eighth.taken(amount("2"), None), Some(amount("7")));
        assert_eq!(eighth.taken(amount("2"), Some(Unit::Ea)), Some(amount("7")));
        assert_eq!(eighth.taken(amount("3.5"), Some(Unit::G)), Some(amount("3.5")));
        assert_eq!(eighth.taken(amount("1"), Some(Unit::Oz)), None);
        let gummies = Fit { content: None, ..eighth };
        assert_eq!(gummies.taken(amount("2"), None), Some(amount("2")));
        assert_eq!(gummies.taken(amount("1.5"), None), None, "no half pieces");
        assert_eq!(gummies.taken(amount("2"), Some(Unit::G)), None);
    }
}
