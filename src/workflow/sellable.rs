//! What decides whether a package may be picked, read in one place for everybody who asks.

use chrono::NaiveDate;

use crate::domain::stock::{CoaState, Facts};
use crate::store::{Row, SqlError};

/// The columns that [`facts`] reads, in a query over `package`; they stand first in it. Read by their
/// place: to look each up by its name took longer than the query.
pub const COLUMNS: &str = "
    package.lab_state, package.on_hold, package.recalled, package.expires,
    EXISTS (SELECT 1 FROM kase WHERE kase.package_id = package.id AND kase.state = 'open'
              AND kase.kind = 'discrepancy') AS discrepancy,
    (SELECT coalesce(accepted_at, 0) FROM receipt WHERE receipt.package_id = package.id) AS accepted,
    (SELECT passed || coalesce(coa.expires, '') FROM coa
      WHERE coa.product_id = package.product_id AND coa.batch = coalesce(package.batch, package.tag)
        AND revoked_at IS NULL ORDER BY coa.id DESC LIMIT 1) AS coa,
    (EXISTS (SELECT 1 FROM quarantine WHERE quarantine.package_id = package.id AND ended_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM balance JOIN place ON place.id = balance.place_id
                      WHERE balance.package_id = package.id AND place.kind = 'quarantine'
                        AND balance.amount > 0)) AS held";

/// The place of the first column after them.
pub const NEXT: usize = 8;

/// The facts of a package on the facility's `today`.
pub fn facts<'r>(row: &'r Row<'_>, today: NaiveDate) -> Result<Facts<'r>, SqlError> {
    let [lab_state, on_hold, recalled, expires, discrepancy, accepted, coa, held] =
        std::array::from_fn(|place| place);
    let accepted: Option<i64> = row.get(accepted)?;
    let coa: Option<String> = row.get(coa)?;
    let expires: Option<String> = row.get(expires)?;
    Ok(Facts {
        lab_state: row.get_ref(lab_state)?.as_str()?,
        on_hold: row.get(on_hold)?,
        recalled: row.get(recalled)?,
        expires: expires.and_then(|text| text.parse().ok()),
        open_discrepancy: row.get(discrepancy)?,
        coa: accepted.map_or(CoaState::NotNeeded, |_| coa_state(coa.as_deref(), today)),
        accepted: accepted != Some(0),
        held: row.get(held)?,
    })
}

/// The state of a batch from "1" (passed) or "0", and the day its result lapses.
pub fn coa_state(coa: Option<&str>, today: NaiveDate) -> CoaState {
    match coa.map(|text| text.split_at(1)) {
        None => CoaState::Missing,
        Some(("1", expires)) => match expires.parse::<NaiveDate>() {
            Ok(expires) if expires < today => CoaState::Expired,
            _ => CoaState::Passed,
        },
        Some(_) => CoaState::Failed,
    }
}
