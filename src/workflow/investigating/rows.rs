//! Rows of the database as the facts of an investigation.

use crate::domain::id::{CaseId, CountId, PackageId, PlaceId, ProductId, Seq, VarianceId};
use crate::domain::investigate::{Look, Moved, Sold, SoldAs};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Amount;
use crate::domain::time::At;
use crate::store::{Row, SqlError};

pub fn amount(row: &Row<'_>, column: &str) -> Result<Amount, SqlError> {
    row.get(column).map(Amount::from_raw)
}

/// A count, and whether it was counted by product.
pub fn look(row: &Row<'_>) -> Result<(bool, Look), SqlError> {
    let tag: Option<String> = row.get("tag")?;
    let how: Option<String> = row.get("how")?;
    let look = Look {
        id: VarianceId(row.get("id")?),
        count: CountId(row.get("count_id")?),
        case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
        product: ProductId(row.get("product_id")?),
        package: row.get::<_, Option<i64>>("package_id")?.map(PackageId),
        tag: tag
            .map(|tag| tag.chars().skip(tag.len().saturating_sub(5)).collect())
            .unwrap_or_default(),
        place: PlaceId(row.get("place_id")?),
        place_name: row.get("place_name")?,
        kind: PlaceKind::parse(row.get_ref("kind")?.as_str()?).unwrap_or(PlaceKind::Account),
        at: At(row.get("counted_at")?),
        counted: amount(row, "counted")?,
        book: amount(row, "book")?,
        tolerance: amount(row, "tolerance")?,
        weighed: how.as_deref().and_then(weighed),
    };
    Ok((row.get("shared")?, look))
}

fn weighed(how: &str) -> Option<(Amount, Amount)> {
    let how: serde_json::Value = serde_json::from_str(how).ok()?;
    let read = |name: &str| how[name].as_str().and_then(|text| text.parse().ok());
    Some((read("gross")?, read("tare")?))
}

/// Counts as people said them: what was counted by product and shared out over its packages is one.
pub fn looks(rows: Vec<(bool, Look)>) -> Vec<Look> {
    let mut found: Vec<(bool, Look)> = Vec::with_capacity(rows.len());
    for (shared, look) in rows {
        let of = |one: &Look| (one.count, one.place, one.product);
        let known = found
            .iter_mut()
            .rev()
            .take(20)
            .find(|(was, one)| shared && *was && of(one) == of(&look));
        if let Some((_, one)) = known {
            (one.counted, one.book) = (one.counted + look.counted, one.book + look.book);
            one.tolerance = one.tolerance + look.tolerance;
            (one.package, one.case) = (None, one.case.or(look.case));
        } else {
            found.push((shared, look));
        }
    }
    found.into_iter().map(|(_, look)| look).collect()
}

pub fn moved(row: &Row<'_>) -> Result<Moved, SqlError> {
    Ok(Moved {
        seq: Seq(row.get("seq")?),
        at: At(row.get("at")?),
        package: PackageId(row.get("package_id")?),
        from: PlaceId(row.get("from_place")?),
        to: PlaceId(row.get("to_place")?),
        amount: amount(row, "amount")?,
    })
}

pub fn sold(row: &Row<'_>) -> Result<Sold, SqlError> {
    Ok(Sold {
        receipt: row.get("receipt")?,
        line: row.get("line")?,
        at: At(row.get("sold_at")?),
        product: row.get::<_, Option<i64>>("product_id")?.map(ProductId),
        known: row.get("known")?,
        item: row.get("item")?,
        kind: match row.get_ref("kind")?.as_str()? {
            "sale" => SoldAs::Sale,
            "return" => SoldAs::Return,
            _ => SoldAs::Void,
        },
        amount: amount(row, "amount")?,
        taken: amount(row, "taken")?,
        case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
    })
}
