//! Shrink: what settled counts found missing and over, by the cause that was chosen and by where on its way
//! through the store it came up, with how many counts that rests on.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::id::VarianceId;
use crate::domain::investigate::Cause;
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Amount;
use crate::store::{Db, SqlError, named_params};

/// Where on its way through the store something came up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Leg {
    Receiving,
    Vault,
    Transit,
    Floor,
    Sale,
}

/// The differences of one cause on one leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ShrinkPart {
    pub cause: Cause,
    /// Whether a person chose the cause; nobody has looked at the others.
    pub found: bool,
    pub leg: Leg,
    pub lines: i64,
    /// In the products' own units.
    pub missing_units: Amount,
    pub over_units: Amount,
    /// At cost, of those whose cost is known.
    pub missing_cents: i64,
    pub over_cents: i64,
    /// Lines whose cost nobody knows: they are in no sum of money.
    pub without_cost: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Shrink {
    pub days: i64,
    /// Lines that were counted, and those of them that were right or within what they may be off.
    pub counted: i64,
    pub right: i64,
    /// The most money first.
    pub parts: Vec<ShrinkPart>,
}

impl Leg {
    /// Where a cause lies; the place decides for one that can be anywhere.
    fn of(cause: Cause, place: PlaceKind) -> Self {
        match cause {
            Cause::ReceivingShort | Cause::DoubleReceipt => Self::Receiving,
            Cause::ToteLost => Self::Transit,
            Cause::SoldUnderWrongSku
            | Cause::SoldFromWrongPackage
            | Cause::UnpostedSale
            | Cause::DoublePostedSale
            | Cause::UnrecordedReturn => Self::Sale,
            _ => match place {
                PlaceKind::Dock => Self::Receiving,
                PlaceKind::Tote | PlaceKind::Packed => Self::Transit,
                PlaceKind::Floor => Self::Floor,
                _ => Self::Vault,
            },
        }
    }
}

/// The settled counts of the last days. A difference that several counts saw is counted once, as the first of
/// its case saw it.
pub fn shrink(db: &Db<'_>, days: i64) -> Result<Shrink, SqlError> {
    let since = db.now().plus_s(-days * 86_400);
    let mut shrink = Shrink { days, counted: 0, right: 0, parts: Vec::new() };
    let mut parts: BTreeMap<(Cause, bool, Leg), ShrinkPart> = BTreeMap::new();
    db.walk::<SqlError>(
        "SELECT variance.id, difference, tolerance, value_cents, place.kind, product.content,
                CASE WHEN kase.subject_kind = 'variance' THEN kase.subject_id
                ELSE (SELECT min(also.id) FROM variance AS also WHERE also.kase_id = kase.id) END AS first,
                (SELECT cause FROM finding WHERE finding.kase_id = variance.kase_id
                 ORDER BY finding.id DESC LIMIT 1) AS cause
         FROM variance JOIN place ON place.id = variance.place_id
         LEFT JOIN product ON product.id = variance.product_id
         LEFT JOIN kase ON kase.id = variance.kase_id AND kase.subject_kind = 'variance'
         WHERE variance.at > :since ORDER BY variance.id",
        named_params! { ":since": since.0 },
        |row| {
            shrink.counted += 1;
            let difference = Amount::from_raw(row.get("difference")?);
            let far = difference.max(-difference);
            if far <= Amount::from_raw(row.get("tolerance")?) {
                shrink.right += 1;
                return Ok(());
            }
            let first: Option<i64> = row.get("first")?;
            let id = VarianceId(row.get("id")?);
            if first.is_some_and(|first| first != id.0) {
                return Ok(());
            }
            let cause: Option<String> = row.get("cause")?;
            let found = cause.is_some();
            let cause = cause.and_then(|word| Cause::parse(&word)).unwrap_or(Cause::Unknown);
            let kind = PlaceKind::parse(row.get_ref("kind")?.as_str()?).unwrap_or(PlaceKind::Account);
            let leg = Leg::of(cause, kind);
            let content: Option<i64> = row.get("content")?;
            let units = content.and_then(|each| far.per(Amount::from_raw(each))).unwrap_or(far);
            let value: Option<i64> = row.get("value_cents")?;
            let part = parts.entry((cause, found, leg)).or_insert_with(|| ShrinkPart {
                cause,
                found,
                leg,
                lines: 0,
                missing_units: Amount::ZERO,
                over_units: Amount::ZERO,
                missing_cents: 0,
                over_cents: 0,
                without_cost: 0,
            });
            part.lines += 1;
            part.without_cost += i64::from(value.is_none());
            let cents = value.unwrap_or(0).abs();
            if difference < Amount::ZERO {
                part.missing_units = part.missing_units + units;
                part.missing_cents += cents;
            } else {
                part.over_units = part.over_units + units;
                part.over_cents += cents;
            }
            Ok(())
        },
    )?;
    shrink.parts = parts.into_values().collect();
    shrink.parts.sort_by_key(|part| {
        (std::cmp::Reverse(part.missing_cents + part.over_cents), part.cause, part.leg)
    });
    Ok(shrink)
}
