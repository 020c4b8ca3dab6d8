//! Letting stock go from quarantine: by whom, and what keeps it there whoever asks.

use super::{HoldReason, QuarantineError, ReleaseInput, end_all, text};
use crate::domain::id::PackageId;
use crate::domain::jurisdiction;
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Amount;
use crate::domain::role::Role;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry, query};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::coa::{self, CoaState};
use crate::workflow::moving::{self, MoveError, Moved};
use crate::workflow::{refs, settings};

/// Lets stock go, whole or in part, with a reason.
pub fn release(
    tx: &Tx<'_>,
    by: &Actor,
    id: PackageId,
    input: &ReleaseInput,
) -> Result<Moved, QuarantineError> {
    if let Some(role) = by.role
        && !may_release(tx, role)?
    {
        return Err(QuarantineError::ComplianceOnly);
    }
    let package = refs::package(tx, id)?.ok_or(MoveError::NotFound { what: "package" })?;
    let from = refs::place(tx, input.from)?.ok_or(MoveError::NotFound { what: "place" })?;
    let to = refs::place(tx, input.to)?.ok_or(MoveError::NotFound { what: "place" })?;
    if from.kind != PlaceKind::Quarantine {
        return Err(MoveError::BlockedPlace { place: from }.into());
    }
    if !to.kind.free_to_move() || to.kind == PlaceKind::Unsorted {
        return Err(MoveError::BlockedPlace { place: to }.into());
    }
    let reason = text("reason", Some(&input.reason))?;
    let reason = reason.ok_or(MoveError::Invalid { field: "reason", why: "says why it may go" })?;
    let there = query::balance(tx, id, from.id)?;
    let quantity = input.quantity.unwrap_or_else(|| package.quantity(there));
    moving::check_quantity(&package, quantity)?;
    let why = still_blocked(tx, id, quantity.amount)?;
    if !why.is_empty() {
        return Err(QuarantineError::StillBlocked { why });
    }
    let mut entry = Entry::open(tx, by, "quarantine_released")?;
    let moved = moving::post(tx, &mut entry, &package, &from, &to, quantity.amount)?;
    if in_quarantine(tx, id)?.is_zero() {
        end_all(tx, by, id, reason)?;
    }
    entry.seal(&serde_json::json!({ "reason": reason }))?;
    tx.announce(Topic::Stock, id.0);
    Ok(moved)
}

/// What keeps this much of a package in quarantine whoever asks: an open discrepancy, a recall, no COA that
/// lets it be sold, or that customers brought it back.
fn still_blocked(db: &Db<'_>, id: PackageId, amount: Amount) -> Result<Vec<HoldReason>, SqlError> {
    let open: bool = db.one(
        "SELECT EXISTS (SELECT 1 FROM kase WHERE package_id = :id AND state = 'open'
                          AND kind = 'discrepancy')",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    let coa = match coa::of_package(db, id)? {
        CoaState::Missing => Some(HoldReason::NoCoa),
        CoaState::Failed => Some(HoldReason::CoaFailed),
        CoaState::Expired => Some(HoldReason::CoaExpired),
        CoaState::Passed | CoaState::NotNeeded => None,
    };
    let recalled: bool = db.one(
        "SELECT recalled FROM package WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    let kept = never_sold_again(db, id)?;
    let returned = kept.is_positive() && amount > in_quarantine(db, id)? - kept;
    let reasons = [
        open.then_some(HoldReason::Discrepancy),
        recalled.then_some(HoldReason::Recall),
        coa,
        returned.then_some(HoldReason::CustomerReturn),
    ];
    Ok(reasons.into_iter().flatten().collect())
}

/// How much of the stock in quarantine customers brought back since the hold for it began, where the state
/// lets nobody sell it again. Pieces of a package are alike: the rest of it may go, that much stays.
fn never_sold_again(db: &Db<'_>, id: PackageId) -> Result<Amount, SqlError> {
    if jurisdiction::rules(&settings::get(db)?.jurisdiction).keeps_from_resale().is_none() {
        return Ok(Amount::ZERO);
    }
    db.one(
        "SELECT coalesce(sum(amount), 0)
         FROM movement JOIN entry ON entry.seq = movement.seq JOIN place ON place.id = to_place
         WHERE movement.package_id = :id AND place.kind = 'quarantine'
           AND movement.seq >= (SELECT seq FROM quarantine WHERE package_id = :id
                                  AND reason = 'customer_return' AND ended_at IS NULL)
           AND (entry.kind = 'returned_by_customer'
                OR entry.kind IN ('quarantined', 'order_put_back')
                   AND json_extract(entry.bytes, '$.data.reason') = 'customer_return')",
        named_params! { ":id": id.0 },
        |row| row.get(0).map(Amount::from_raw),
    )
}

fn in_quarantine(db: &Db<'_>, id: PackageId) -> Result<Amount, SqlError> {
    db.one(
        "SELECT coalesce(sum(amount), 0) FROM balance JOIN place ON place.id = place_id
         WHERE package_id = :id AND place.kind = 'quarantine'",
        named_params! { ":id": id.0 },
        |row| row.get(0).map(Amount::from_raw),
    )
}

/// Compliance and the owner; a manager where the store says so.
pub fn may_release(db: &Db<'_>, role: Role) -> Result<bool, SqlError> {
    Ok(match role {
        Role::Compliance | Role::Owner => true,
        Role::Manager => settings::get(db)?.manager_releases_quarantine,
        _ => false,
    })
}
