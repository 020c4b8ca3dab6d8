//! Quarantine: what is held, since when and why, and how it is let go. A package is held for one or more
//! reasons. While any of it is in quarantine, the reasons are those of that stock; a package none of which
//! is there is held wherever it is. Whole release ends them all; a part leaves them to the rest.

mod release;
mod sweep;

use serde::{Deserialize, Serialize};

use super::coa::{self, CoaState};
use super::moving::{self, MoveError, Moved};
use super::refs::{self, PackageRef, PlaceRef, UserRef};
use crate::domain::id::{CaseId, PackageId, PlaceId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Quantity;
use crate::domain::role::Role;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry, query};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

pub use release::release;
pub use sweep::{Sweep, sweep};

/// Why a package is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// What arrived is not what was shipped.
    Discrepancy,
    /// Its batch has no COA on file.
    NoCoa,
    CoaFailed,
    CoaExpired,
    /// The COA that let it be sold was taken back.
    CoaRevoked,
    Damaged,
    BrokenSeal,
    Label,
    Expired,
    WrongProduct,
    /// The state holds it: a sample, remediation.
    StateHold,
    CustomerReturn,
    Recall,
    Other,
}

impl HoldReason {
    pub const ALL: [Self; 14] = [
        Self::Discrepancy,
        Self::NoCoa,
        Self::CoaFailed,
        Self::CoaExpired,
        Self::CoaRevoked,
        Self::Damaged,
        Self::BrokenSeal,
        Self::Label,
        Self::Expired,
        Self::WrongProduct,
        Self::StateHold,
        Self::CustomerReturn,
        Self::Recall,
        Self::Other,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Discrepancy => "discrepancy",
            Self::NoCoa => "no_coa",
            Self::CoaFailed => "coa_failed",
            Self::CoaExpired => "coa_expired",
            Self::CoaRevoked => "coa_revoked",
            Self::Damaged => "damaged",
            Self::BrokenSeal => "broken_seal",
            Self::Label => "label",
            Self::Expired => "expired",
            Self::WrongProduct => "wrong_product",
            Self::StateHold => "state_hold",
            Self::CustomerReturn => "customer_return",
            Self::Recall => "recall",
            Self::Other => "other",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == word).unwrap_or(Self::Other)
    }
}

/// A reason that holds a package.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Hold {
    pub reason: HoldReason,
    pub note: Option<String>,
    pub case: Option<CaseId>,
    pub at: At,
    pub by: Option<UserRef>,
}

/// Some of a package at a place.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HeldAt {
    pub place: PlaceRef,
    pub quantity: Quantity,
}

/// A package in quarantine, or held where it is.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Held {
    pub package: PackageRef,
    /// Where the held stock is: a quarantine place, or wherever the package is.
    pub places: Vec<HeldAt>,
    /// Oldest first; empty where it was put there without one.
    pub holds: Vec<Hold>,
    pub coa: CoaState,
    /// Whether its acceptance is recorded in the state's system; nothing where it did not come through the
    /// dock.
    pub accepted: Option<bool>,
    pub since: Option<At>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Quarantine {
    pub now: At,
    pub held: Vec<Held>,
    /// Whether whoever asks may let something go.
    pub may_release: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarantineInput {
    pub from: PlaceId,
    /// All that is there where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    pub reason: HoldReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseInput {
    /// The quarantine place it leaves.
    pub from: PlaceId,
    /// A bin, the dock or the floor.
    pub to: PlaceId,
    /// All that is there where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Why it may go: 1 to 500 characters.
    pub reason: String,
}

#[derive(Debug, thiserror::Error)]
pub enum QuarantineError {
    #[error("there is no quarantine place")]
    NoPlace,
    #[error("only compliance may let it go")]
    ComplianceOnly,
    /// What keeps it there, whatever anybody says.
    #[error("it is still blocked")]
    StillBlocked { why: Vec<HoldReason> },
    #[error(transparent)]
    Move(#[from] MoveError),
}

impl From<SqlError> for QuarantineError {
    fn from(error: SqlError) -> Self {
        Self::Move(error.into())
    }
}

impl From<StoreError> for QuarantineError {
    fn from(error: StoreError) -> Self {
        Self::Move(error.into())
    }
}

/// The first quarantine place.
pub fn shelf(db: &Db<'_>) -> Result<PlaceRef, QuarantineError> {
    let place = db.maybe(
        "SELECT id, name, kind, code FROM place WHERE kind = 'quarantine' AND active = 1
         ORDER BY id LIMIT 1",
        [],
        refs::place_row,
    )?;
    place.ok_or(QuarantineError::NoPlace)
}

/// Holds a package as part of the command whose entry is open; nothing where the reason holds it already.
pub fn hold(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    package: PackageId,
    reason: HoldReason,
    note: Option<&str>,
    case: Option<CaseId>,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO quarantine (package_id, reason, note, kase_id, at, by_user, seq)
         VALUES (:package, :reason, :note, :case, :at, :by, :seq)
         ON CONFLICT (package_id, reason) WHERE ended_at IS NULL DO NOTHING",
        named_params! {
            ":package": package.0, ":reason": reason.word(), ":note": note,
            ":case": case.map(|case| case.0), ":at": tx.now().0,
            ":by": by.user.map(|user| user.0), ":seq": entry.seq().0,
        },
    )?;
    tx.announce(Topic::Stock, package.0);
    Ok(())
}

/// Ends every hold of a package, as part of a command.
pub fn end_all(tx: &Tx<'_>, by: &Actor, package: PackageId, why: &str) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE quarantine SET ended_at = :at, ended_by = :by, ended_why = :why
         WHERE package_id = :package AND ended_at IS NULL",
        named_params! {
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":why": why,
            ":package": package.0,
        },
    )?;
    tx.announce(Topic::Stock, package.0);
    Ok(())
}

/// The open holds of a package, oldest first.
pub fn holds(db: &Db<'_>, package: PackageId) -> Result<Vec<Hold>, SqlError> {
    let rows = db.all(
        "SELECT reason, note, kase_id, at, by_user FROM quarantine
         WHERE package_id = :package AND ended_at IS NULL ORDER BY id",
        named_params! { ":package": package.0 },
        |row| {
            let by: Option<i64> = row.get("by_user")?;
            let reason: String = row.get("reason")?;
            let hold = Hold {
                reason: HoldReason::parse(&reason),
                note: row.get("note")?,
                case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
                at: At(row.get("at")?),
                by: None,
            };
            Ok((by, hold))
        },
    )?;
    rows.into_iter().map(|(by, hold)| Ok(Hold { by: refs::known_user(db, by)?, ..hold })).collect()
}

/// Everything that is held or in a quarantine place, longest first.
pub fn list(db: &Db<'_>, role: Role) -> Result<Quarantine, SqlError> {
    let ids = db.all(
        "SELECT package_id FROM quarantine WHERE ended_at IS NULL
         UNION SELECT package_id FROM balance JOIN place ON place.id = place_id
               WHERE place.kind = 'quarantine' AND amount > 0",
        [],
        |row| row.get(0).map(PackageId),
    )?;
    let mut held =
        ids.into_iter().filter_map(|id| held(db, id).transpose()).collect::<Result<Vec<_>, _>>()?;
    held.sort_by_key(|one| (one.since, one.package.id));
    Ok(Quarantine { now: db.now(), held, may_release: release::may_release(db, role)? })
}

fn held(db: &Db<'_>, id: PackageId) -> Result<Option<Held>, SqlError> {
    let Some(facts) = refs::package(db, id)? else { return Ok(None) };
    let holds = holds(db, id)?;
    let mut places = Vec::new();
    for (place, amount) in query::places_of(db, id)? {
        if let Some(place) = refs::place(db, place)? {
            places.push(HeldAt { place, quantity: facts.quantity(amount) });
        }
    }
    if places.iter().any(|at| at.place.kind == PlaceKind::Quarantine) {
        places.retain(|at| at.place.kind == PlaceKind::Quarantine);
    }
    if places.is_empty() {
        return Ok(None); // sold or gone: nothing is held any more
    }
    let coa = coa::of_package(db, id)?;
    let accepted = db.maybe(
        "SELECT accepted_at IS NOT NULL FROM receipt WHERE package_id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    let since = holds.first().map(|hold| hold.at);
    Ok(Some(Held { package: facts.reference, places, holds, coa, accepted, since }))
}

/// Takes stock to quarantine by hand.
pub fn put(
    tx: &Tx<'_>,
    by: &Actor,
    id: PackageId,
    input: &QuarantineInput,
) -> Result<Moved, QuarantineError> {
    let package = refs::package(tx, id)?.ok_or(MoveError::NotFound { what: "package" })?;
    let from = refs::place(tx, input.from)?.ok_or(MoveError::NotFound { what: "place" })?;
    if !from.kind.free_to_move() {
        return Err(MoveError::BlockedPlace { place: from }.into());
    }
    let to = shelf(tx)?;
    let there = query::balance(tx, id, from.id)?;
    let quantity = input.quantity.unwrap_or_else(|| package.quantity(there));
    moving::check_quantity(&package, quantity)?;
    moving::check_free(tx, &package, from.id, quantity.amount)?;
    let note = text("note", input.note.as_deref())?;
    let mut entry = Entry::open(tx, by, "quarantined")?;
    let moved = moving::post(tx, &mut entry, &package, &from, &to, quantity.amount)?;
    hold(tx, by, &entry, id, input.reason, note, None)?;
    entry.seal(&serde_json::json!({ "reason": input.reason, "note": note }))?;
    Ok(moved)
}

fn text<'t>(field: &'static str, text: Option<&'t str>) -> Result<Option<&'t str>, MoveError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > 500) {
        return Err(MoveError::Invalid { field, why: "is longer than 500 characters" });
    }
    Ok(text)
}
