//! "It is here": the hand is right. A person holding what the book has elsewhere, or not at all, is
//! never stuck: the stock is posted to where it is, and a case asks how it got there.

use serde::{Deserialize, Serialize};

use crate::domain::id::{CaseId, PackageId, PlaceId};
use crate::domain::place::{Account, PlaceKind};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry, query};
use crate::store::{SqlError, StoreError, Tx};
use crate::workflow::casework::{self, CaseKind, NewCase};
use crate::workflow::moving::{self, MoveError, Moved};
use crate::workflow::refs::{self, PackageFacts, PlaceRef};

/// Say that some of a package is at a place.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundInput {
    /// Where it is in the hand.
    pub place: PlaceId,
    /// How much is in the hand there, in the package's unit.
    pub quantity: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Found {
    pub case: CaseId,
    pub case_code: String,
    pub moved: Vec<Moved>,
    /// What the book had nowhere, and came from the adjusted account.
    pub from_account: Option<Quantity>,
}

#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    #[error(transparent)]
    Move(#[from] MoveError),
    /// The book has at least that much here: there is nothing to find.
    #[error("the book has it here")]
    AlreadyHere { here: Quantity },
}

impl From<SqlError> for FoundError {
    fn from(error: SqlError) -> Self {
        Self::Move(error.into())
    }
}

impl From<StoreError> for FoundError {
    fn from(error: StoreError) -> Self {
        Self::Move(MoveError::Store(error))
    }
}

/// Posts what is here and was booked elsewhere: first from unsorted, then from the places that hold
/// most, never from a tote on its way or from the floor's other stations' sold stock; what the book
/// has nowhere comes from the adjusted account. Opens a case that names every place it came from.
pub fn found(
    tx: &Tx<'_>,
    by: &Actor,
    id: PackageId,
    input: &FoundInput,
) -> Result<Found, FoundError> {
    let package = refs::package(tx, id)?.ok_or(MoveError::NotFound { what: "package" })?;
    let here = refs::place(tx, input.place)?.ok_or(MoveError::NotFound { what: "place" })?;
    if !here.kind.free_to_move() {
        return Err(MoveError::BlockedPlace { place: here }.into());
    }
    moving::check_quantity(&package, input.quantity)?;
    let booked = query::balance(tx, id, here.id)?;
    let missing = input.quantity.amount - booked;
    if !missing.is_positive() {
        return Err(FoundError::AlreadyHere { here: package.quantity(booked) });
    }
    let mut entry = Entry::open(tx, by, "found")?;
    let mut left = missing;
    let mut moved = Vec::new();
    for (place, amount) in sources(tx, id, &here)? {
        let amount = amount.min(left);
        if amount.is_positive() {
            moved.push(moving::post(tx, &mut entry, &package, &place, &here, amount)?);
            left = left - amount;
        }
    }
    if left.is_positive() {
        let account = refs::place(tx, Account::Adjusted.id())?
            .ok_or(MoveError::NotFound { what: "account" })?;
        moved.push(moving::post(tx, &mut entry, &package, &account, &here, left)?);
    }
    let (case, case_code) = open_case(tx, by, &entry, &package, &here, &moved, input)?;
    entry.seal(&serde_json::json!({
        "package": id, "place": here.id, "in_hand": input.quantity, "scanned": input.scanned,
        "reason": input.note, "case": case_code,
    }))?;
    tx.announce(Topic::Stock, id.0);
    let from_account = left.is_positive().then(|| package.quantity(left));
    Ok(Found { case, case_code, moved, from_account })
}

/// Where the missing stock may have come from, in the order it is taken.
fn sources(
    tx: &Tx<'_>,
    id: PackageId,
    here: &PlaceRef,
) -> Result<Vec<(PlaceRef, Amount)>, FoundError> {
    let mut sources = Vec::new();
    for (place, amount) in query::places_of(tx, id)? {
        let Some(place) = refs::place(tx, place)? else { continue };
        if place.id != here.id && place.kind.free_to_move() {
            let promised = query::reserved(tx, id, place.id)?;
            sources.push((place, (amount - promised).max(Amount::ZERO)));
        }
    }
    sources.sort_by_key(|(place, _)| place.kind != PlaceKind::Unsorted);
    Ok(sources)
}

fn open_case(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    package: &PackageFacts,
    here: &PlaceRef,
    moved: &[Moved],
    input: &FoundInput,
) -> Result<(CaseId, String), FoundError> {
    let name = &package.reference.product.name;
    let mut evidence = vec![(
        "in_hand",
        words!("{} of package {} at {}", "{} del paquete {} en {}";
            input.quantity, package.reference.tag, here.name),
    )];
    evidence.extend(moved.iter().map(|moved| {
        ("booked", words!("{} from {}", "{} de {}"; moved.quantity, moved.from.name))
    }));
    if let Some(note) = input.note.as_deref().map(str::trim).filter(|note| !note.is_empty()) {
        evidence.push(("note", Words::own(note)));
    }
    let new = NewCase {
        title: words!("{name} was at {}, the book had it elsewhere",
            "{name} estaba en {}, el libro lo tenía en otro lugar"; here.name),
        subject: Some(("package", package.reference.id.0, package.reference.tag.clone())),
        place: Some(here.id),
        package: Some(package.reference.id),
        evidence,
        ..NewCase::default()
    };
    Ok(casework::open(tx, by, entry.seq(), CaseKind::Found, &new)?)
}
