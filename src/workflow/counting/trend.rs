//! How counts came out, by week and category: in lines, and in money.

use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::settings;

/// One week of one category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TrendPoint {
    /// The week's Monday.
    pub week: NaiveDate,
    pub category: String,
    /// Lines that were counted, and those of them that were off.
    pub lines: i64,
    pub off: i64,
    /// What was missing and what was over, at cost.
    pub missing_cents: i64,
    pub over_cents: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Trend {
    pub days: i64,
    /// By week, then category.
    pub points: Vec<TrendPoint>,
}

/// Settled lines of the last days.
pub fn trend(db: &Db<'_>, days: i64) -> Result<Trend, SqlError> {
    let settings = settings::get(db)?;
    let since = db.now().plus_s(-days * 86_400);
    let mut points: BTreeMap<(NaiveDate, String), TrendPoint> = BTreeMap::new();
    db.walk::<SqlError>(
        "SELECT at, coalesce(product.category, '') AS category, difference, tolerance,
                coalesce(value_cents, 0) AS value
         FROM variance LEFT JOIN product ON product.id = product_id WHERE at > :since ORDER BY variance.id",
        named_params! { ":since": since.0 },
        |row| {
            let day = settings.today(At(row.get("at")?));
            let week = day.week(chrono::Weekday::Mon).first_day();
            let category: String = row.get("category")?;
            let point = points.entry((week, category.clone())).or_insert_with(|| TrendPoint {
                week,
                category,
                ..TrendPoint::default()
            });
            let (difference, tolerance): (i64, i64) = (row.get("difference")?, row.get("tolerance")?);
            let value: i64 = row.get("value")?;
            point.lines += 1;
            if difference.abs() > tolerance {
                point.off += 1;
                point.missing_cents += (-value).max(0);
                point.over_cents += value.max(0);
            }
            Ok(())
        },
    )?;
    Ok(Trend { days, points: points.into_values().collect() })
}
