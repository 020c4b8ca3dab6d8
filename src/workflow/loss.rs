//! Damage and customer returns: recorded in two taps, by anybody on the floor. Neither may be sold: both go
//! to quarantine, with photos, and the books say how they came there.

use serde::{Deserialize, Serialize};

use super::casework::{self, CaseKind, NewCase};
use super::moving::{self, MoveError, Moved};
use super::quarantine::{self, HoldReason, QuarantineError};
use super::{document, refs};
use crate::domain::arrival::Condition;
use crate::domain::file_hash::FileHash;
use crate::domain::id::{OrderId, PackageId, PickLineId, PlaceId};
use crate::domain::place::Account;
use crate::domain::quantity::Quantity;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry, query};
use crate::store::Tx;

const PHOTOS: usize = 10;
const NOTE: usize = 500;

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DamageInput {
    /// Where it lies.
    pub place: PlaceId,
    pub quantity: Quantity,
    /// At most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default)]
    pub photos: Vec<FileHash>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnInput {
    pub package: PackageId,
    pub quantity: Quantity,
    /// In which condition it came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// The receipt it was sold on; at most 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default)]
    pub photos: Vec<FileHash>,
}

/// Records damage: it leaves its place for quarantine.
pub fn damage(
    tx: &Tx<'_>,
    by: &Actor,
    id: PackageId,
    input: &DamageInput,
) -> Result<Moved, QuarantineError> {
    let package = refs::package(tx, id)?.ok_or(MoveError::NotFound { what: "package" })?;
    let from = refs::place(tx, input.place)?.ok_or(MoveError::NotFound { what: "place" })?;
    if !from.kind.free_to_move() {
        return Err(MoveError::BlockedPlace { place: from }.into());
    }
    moving::check_quantity(&package, input.quantity)?;
    moving::check_free(tx, &package, from.id, input.quantity.amount)?;
    check(tx, input.note.as_deref(), &input.photos)?;
    let to = quarantine::shelf(tx)?;
    let mut entry = Entry::open(tx, by, "damaged")?;
    let moved = moving::post(tx, &mut entry, &package, &from, &to, input.quantity.amount)?;
    quarantine::hold(tx, by, &entry, id, HoldReason::Damaged, input.note.as_deref(), None)?;
    entry.seal(&serde_json::json!({ "reason": input.note, "photos": input.photos }))?;
    Ok(moved)
}

/// The online order that something came back of.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OfOrder {
    pub order: OrderId,
    pub line: PickLineId,
}

/// Records what a customer brought back: from the sold account to quarantine, never back on the shelf.
pub fn returned(tx: &Tx<'_>, by: &Actor, input: &ReturnInput) -> Result<Moved, QuarantineError> {
    returned_of(tx, by, input, None)
}

/// As [`returned`], of an online order where it is known.
pub fn returned_of(
    tx: &Tx<'_>,
    by: &Actor,
    input: &ReturnInput,
    of: Option<OfOrder>,
) -> Result<Moved, QuarantineError> {
    let id = input.package;
    let package = refs::package(tx, id)?.ok_or(MoveError::NotFound { what: "package" })?;
    moving::check_quantity(&package, input.quantity)?;
    check(tx, input.note.as_deref(), &input.photos)?;
    if input.receipt.as_deref().is_some_and(|receipt| receipt.chars().count() > 60) {
        let why = "is longer than 60 characters";
        return Err(MoveError::Invalid { field: "receipt", why }.into());
    }
    let sold =
        refs::place(tx, Account::Sold.id())?.ok_or(MoveError::NotFound { what: "account" })?;
    let to = quarantine::shelf(tx)?;
    let known = query::balance(tx, id, sold.id)?;
    let mut entry = Entry::open(tx, by, "returned_by_customer")?;
    let moved = moving::post(tx, &mut entry, &package, &sold, &to, input.quantity.amount)?;
    quarantine::hold(tx, by, &entry, id, HoldReason::CustomerReturn, input.note.as_deref(), None)?;
    // The till may report a sale later than its customer is back; who looks at it decides.
    if known < input.quantity.amount {
        let name = &package.reference.product.name;
        let new = NewCase {
            title: words!(
                "{name}: more came back than was sold",
                "{name}: volvió más de lo que se vendió"
            ),
            subject: Some(("package", id.0, package.reference.tag.clone())),
            evidence: vec![(
                "return",
                words!("{} came back, {} were sold", "volvieron {}, se vendieron {}";
                    input.quantity, package.quantity(known)),
            )],
            package: Some(id),
            ..NewCase::default()
        };
        casework::open(tx, by, entry.seq(), CaseKind::Return, &new)?;
    }
    entry.seal(&serde_json::json!({
        "reason": input.note, "condition": input.condition, "receipt": input.receipt,
        "photos": input.photos, "of": of,
    }))?;
    Ok(moved)
}

fn check(tx: &Tx<'_>, note: Option<&str>, photos: &[FileHash]) -> Result<(), MoveError> {
    if note.is_some_and(|note| note.chars().count() > NOTE) {
        return Err(MoveError::Invalid { field: "note", why: "is longer than 500 characters" });
    }
    if photos.len() > PHOTOS {
        return Err(MoveError::Invalid { field: "photos", why: "are 10 at most" });
    }
    document::of(tx, photos)?.map(drop).ok_or(MoveError::NotFound { what: "photo" })
}
