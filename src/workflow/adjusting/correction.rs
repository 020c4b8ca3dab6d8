//! What may be behind a variance that another product's SKU made, and both ways of putting it right: the
//! other product is wrong by as many units the other way, and the POS has a receipt with it.

use serde::Serialize;

use super::{AdjustError, AdjustLineInput, SaleLine, missing};
use crate::domain::id::{CaseId, PackageId, PlaceId};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::refs::{self, PackageRef, PlaceRef};

/// How far apart two counts may be, and how long before them a receipt.
const WINDOW_S: i64 = 14 * 86_400;

/// A receipt's line of the other product.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SoldReceipt {
    pub at: SaleLine,
    pub sold_at: At,
}

/// The other product, with the lines that put both right.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Counterpart {
    pub package: PackageRef,
    pub place: PlaceRef,
    /// Both sides: to post as a pair, or with one of the receipts.
    pub lines: Vec<AdjustLineInput>,
    /// The receipts that may be meant, newest first; at most 10. None: only the pair is left.
    pub receipts: Vec<SoldReceipt>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Correction {
    pub package: PackageRef,
    pub place: PlaceRef,
    /// What this package is wrong by.
    pub difference: Quantity,
    /// Those nearest come first: same place, then same count; at most 5.
    pub counterparts: Vec<Counterpart>,
}

struct Variance {
    package: PackageId,
    place: PlaceId,
    difference: Amount,
    counted_at: At,
    count: i64,
}

/// Nothing where the case is none of a variance with a known package.
pub fn correction(db: &Db<'_>, case: CaseId) -> Result<Option<Correction>, AdjustError> {
    let own = db.maybe(
        "SELECT package_id, place_id, difference, counted_at, count_id FROM variance
         WHERE kase_id = :case AND package_id IS NOT NULL AND difference <> 0 ORDER BY id DESC LIMIT 1",
        named_params! { ":case": case.0 },
        |row| {
            Ok(Variance {
                package: PackageId(row.get(0)?),
                place: PlaceId(row.get(1)?),
                difference: Amount::from_raw(row.get(2)?),
                counted_at: At(row.get(3)?),
                count: row.get(4)?,
            })
        },
    )?;
    let Some(own) = own else { return Ok(None) };
    let facts = refs::package(db, own.package)?.ok_or_else(|| missing("package"))?;
    let place = refs::place(db, own.place)?.ok_or_else(|| missing("place"))?;
    let units = own.difference.per(facts.content).unwrap_or(own.difference);
    let mut counterparts = Vec::new();
    for (package, at, difference) in others(db, &own)? {
        let (Some(other), Some(at)) = (refs::package(db, package)?, refs::place(db, at)?) else {
            continue;
        };
        let same = difference.per(other.content) == Some(-units);
        if !same || other.reference.product.id == facts.reference.product.id {
            continue;
        }
        let lines = vec![
            AdjustLineInput { package: own.package, place: own.place, delta: own.difference },
            AdjustLineInput { package, place: at.id, delta: difference },
        ];
        // Sold as the product of which too many are there.
        let sold_as = if difference.is_positive() { &other } else { &facts };
        let product = sold_as.reference.product.id.0;
        let (from, to) = (own.counted_at.plus_s(-WINDOW_S), own.counted_at);
        let receipts = receipts(db, product, units, from, to)?;
        counterparts.push(Counterpart { package: other.reference, place: at, lines, receipts });
        if counterparts.len() == 5 {
            break;
        }
    }
    let difference = facts.quantity(own.difference);
    let package = facts.reference;
    Ok(Some(Correction { package, place, difference, counterparts }))
}

/// What else was found wrong the other way around, nearest first.
fn others(db: &Db<'_>, own: &Variance) -> Result<Vec<(PackageId, PlaceId, Amount)>, SqlError> {
    db.all(
        "SELECT package_id, place_id, difference FROM variance
         WHERE package_id IS NOT NULL AND package_id <> :package
           AND difference * :difference < 0 AND abs(counted_at - :at) <= :window
         ORDER BY place_id <> :place, count_id <> :count, abs(counted_at - :at), id LIMIT 200",
        named_params! {
            ":package": own.package.0, ":at": own.counted_at.0, ":window": WINDOW_S * 1000,
            ":place": own.place.0, ":count": own.count,
            // Only its sign: two large amounts would overflow a product.
            ":difference": if own.difference.is_positive() { 1 } else { -1 },
        },
        |row| Ok((PackageId(row.get(0)?), PlaceId(row.get(1)?), Amount::from_raw(row.get(2)?))),
    )
}

fn receipts(
    db: &Db<'_>,
    product: i64,
    units: Amount,
    from: At,
    to: At,
) -> Result<Vec<SoldReceipt>, SqlError> {
    db.all(
        "SELECT receipt, line, sold_at FROM sale
         WHERE product_id = :product AND kind = 'sale' AND sold_at BETWEEN :from AND :to AND amount >= :units
           -- What was sold as an online order was scanned twice, and never at the till.
           AND NOT EXISTS (SELECT 1 FROM order_sale WHERE sale_id = sale.id)
         ORDER BY sold_at DESC LIMIT 10",
        named_params! {
            ":product": product, ":from": from.0, ":to": to.0, ":units": units.max(-units).raw(),
        },
        |row| {
            let at = SaleLine { receipt: row.get(0)?, line: row.get(1)? };
            Ok(SoldReceipt { at, sold_at: At(row.get(2)?) })
        },
    )
}
