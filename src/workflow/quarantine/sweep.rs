//! Taking all of a package to quarantine at once, as part of a command: what lies in the store goes now, what
//! somebody carries, or is packed for a customer, is named in a task to fetch it.

use super::{HoldReason, QuarantineError, hold};
use crate::domain::id::{CaseId, PackageId};
use crate::domain::place::PlaceKind;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry, query};
use crate::store::Tx;
use crate::workflow::casework::{self, NewTask, TaskKind};
use crate::workflow::moving::{self, MoveError};
use crate::workflow::refs::{self, PlaceRef};

/// Where to, and why.
#[derive(Clone, Debug)]
pub struct Sweep<'a> {
    pub shelf: &'a PlaceRef,
    pub reason: HoldReason,
    /// The reason as the task says it: "recalled".
    pub said: Words,
    pub case: CaseId,
}

/// Holds a package and takes all of it that nobody carries to quarantine. What an open pick is promised is
/// taken too: it must not be sold. What is in an order's closed bag comes out of it by scan, with the rest of
/// the order: held, it is handed to nobody.
pub fn sweep(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &mut Entry<'_, '_>,
    id: PackageId,
    sweep: &Sweep<'_>,
) -> Result<(), QuarantineError> {
    let facts = refs::package(tx, id)?.ok_or(MoveError::NotFound { what: "package" })?;
    for (place, amount) in query::places_of(tx, id)? {
        let place = refs::place(tx, place)?.ok_or(MoveError::NotFound { what: "place" })?;
        match place.kind {
            PlaceKind::Quarantine | PlaceKind::Waste => {}
            PlaceKind::Tote | PlaceKind::Packed => {
                let name = &facts.reference.product.name;
                let task = NewTask {
                    title: words!("Fetch {name} out of {}: {}", "Saque {name} de {}: {}";
                        [place.name, sweep.said.en], [place.name, sweep.said.es]),
                    place: Some(place.id),
                    package: Some(id),
                    case: Some(sweep.case),
                    due: None,
                };
                casework::open_task(tx, by, entry.seq(), TaskKind::CheckCase, &task)?;
            }
            _ => {
                moving::post(tx, entry, &facts, &place, sweep.shelf, amount)?;
            }
        }
    }
    hold(tx, by, entry, id, sweep.reason, None, Some(sweep.case))?;
    Ok(())
}
