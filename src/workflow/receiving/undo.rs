//! A count that was wrong is taken back, while nothing was done with what was counted.

use super::receipt::at_the_dock;
use super::view::{self, Seer, Stored};
use super::{ReceivingError, ShipmentLine, ShipmentLineState};
use crate::domain::id::{CaseId, PackageId, ShipmentId, ShipmentLineId};
use crate::domain::place::{Account, PlaceKind};
use crate::domain::role::Permission;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry, query};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::{casework, moving, quarantine, refs};

/// Takes a receipt back while all of it is where it was put: the count was wrong. It is expected again.
pub fn take_back(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    line: ShipmentLineId,
) -> Result<ShipmentLine, ReceivingError> {
    let known = at_the_dock(tx, id)?;
    let stored = view::line(tx, line)?;
    if stored.shipment != id || stored.line.extra {
        return Err(ReceivingError::NotFound { what: "line to take back" });
    }
    let any = by.role.is_some_and(|role| role.may(Permission::UndoAny));
    if !any && stored.line.by.as_ref().map(|who| who.id) != by.user {
        return Err(ReceivingError::NotYours);
    }
    if stored.line.state == ShipmentLineState::Expected {
        return Err(ReceivingError::LaterDepends);
    }
    let mut entry = Entry::open(tx, by, "receipt_taken_back")?;
    if let Some(package) =
        stored.line.package.filter(|_| stored.line.state == ShipmentLineState::Received)
    {
        reverse(tx, by, &mut entry, &stored, package)?;
    }
    if let Some(case) = alone_in(tx, stored.line.case)? {
        let why = words!("The count was taken back.", "El conteo se retiró.");
        casework::settle_by_undo(tx, by, &entry, case, &why)?;
    }
    tx.execute(
        "UPDATE shipment_line SET state = 'expected', counted = NULL, how = NULL, condition = NULL,
           note = NULL, shelf_id = NULL, at = NULL, by_user = NULL, kase_id = NULL, recorded_at = NULL,
           recorded_by = NULL
         WHERE id = :id",
        named_params! { ":id": line.0 },
    )?;
    entry.seal(&serde_json::json!({
        "shipment": id, "manifest": known.shipment.manifest, "line": line, "tag": stored.line.tag,
    }))?;
    tx.announce(Topic::Shipments, id.0);
    Ok(view::shown(view::line(tx, line)?, known.shipment.blind, Seer::Blind))
}

/// The case of a line, if no other line is in it.
fn alone_in(db: &Db<'_>, case: Option<CaseId>) -> Result<Option<CaseId>, SqlError> {
    let Some(case) = case else { return Ok(None) };
    let lines: i64 = db.one(
        "SELECT count(*) FROM shipment_line WHERE kase_id = :case",
        named_params! { ":case": case.0 },
        |row| row.get(0),
    )?;
    Ok((lines == 1).then_some(case))
}

/// Posts the whole receipt back to the supplier.
fn reverse(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &mut Entry<'_, '_>,
    stored: &Stored,
    package: PackageId,
) -> Result<(), ReceivingError> {
    let facts = refs::package(tx, package)?.ok_or(ReceivingError::NotFound { what: "package" })?;
    let counted = stored.line.counted.ok_or(ReceivingError::LaterDepends)?.amount;
    let places = query::places_of(tx, package)?;
    let [(place, amount)] = places[..] else { return Err(ReceivingError::LaterDepends) };
    let from = refs::place(tx, place)?.ok_or(ReceivingError::LaterDepends)?;
    let untouched = amount == counted
        && matches!(from.kind, PlaceKind::Dock | PlaceKind::Quarantine)
        && stored.line.recorded_at.is_none();
    if !untouched {
        return Err(ReceivingError::LaterDepends);
    }
    let supplier = refs::place(tx, Account::Supplier.id())?
        .ok_or(ReceivingError::NotFound { what: "account" })?;
    moving::post(tx, entry, &facts, &from, &supplier, counted)?;
    quarantine::end_all(tx, by, package, "the count was taken back")?;
    Ok(())
}
