//! The rim of receiving: a shipment arrives, what a person entered on the state's own page is ticked, and
//! it is finished when no line of it is open.

use serde::{Deserialize, Serialize};

use super::view::{self, Seer};
use super::{ReceivingError, ShipmentLineState, ShipmentState, ShipmentView, invalid, posting};
use crate::domain::id::ShipmentId;
use crate::domain::tag::Tag;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::settings;

/// Lines that were entered on the state's own page.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordInput {
    /// 1 to 5,000.
    pub tags: Vec<Tag>,
}

/// The truck is here: stamped by the box. From now on counts are blind if the store counts so.
pub fn arrive(tx: &Tx<'_>, by: &Actor, id: ShipmentId) -> Result<ShipmentView, ReceivingError> {
    let known = view::known(tx, id)?;
    if known.shipment.state != ShipmentState::Expected {
        return Err(ReceivingError::WrongState { state: known.shipment.state });
    }
    posting::check_places(tx)?;
    tx.execute(
        "UPDATE shipment SET state = 'receiving', arrived_at = :at, arrived_by = :by, blind = :blind,
           version = version + 1 WHERE id = :id",
        named_params! {
            ":at": tx.now().0, ":by": by.user.map(|user| user.0),
            ":blind": settings::get(tx)?.blind_receiving, ":id": id.0,
        },
    )?;
    Entry::open(tx, by, "shipment_arrived")?.seal(&serde_json::json!({
        "shipment": id, "manifest": known.shipment.manifest, "eta": known.shipment.eta,
    }))?;
    tx.announce(Topic::Shipments, id.0);
    view::of(tx, id, Seer::Blind)
}

/// Ticks lines that a person entered on the state's receiving page: what was accepted there may be sold.
pub fn record(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    input: &RecordInput,
) -> Result<ShipmentView, ReceivingError> {
    if input.tags.is_empty() || input.tags.len() > 5_000 {
        return Err(invalid("tags", "are 1 to 5,000 packages"));
    }
    let known = view::known(tx, id)?;
    let entry = Entry::open(tx, by, "state_entry_recorded")?;
    for tag in &input.tags {
        let stored = view::line_of(tx, id, *tag)?;
        let line =
            stored.ok_or(ReceivingError::NotFound { what: "package on this manifest" })?.line;
        if line.state == ShipmentLineState::Expected {
            return Err(invalid("tags", &format!("{tag} is not counted yet")));
        }
        tx.execute(
            "UPDATE shipment_line SET recorded_at = coalesce(recorded_at, :at),
               recorded_by = coalesce(recorded_by, :by) WHERE id = :id",
            named_params! {
                ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":id": line.id.0,
            },
        )?;
        let Some(package) = line.package.filter(|_| line.state == ShipmentLineState::Received)
        else {
            continue;
        };
        tx.execute(
            "UPDATE receipt SET accepted_at = coalesce(accepted_at, :at) WHERE package_id = :package",
            named_params! { ":at": tx.now().0, ":package": package.0 },
        )?;
        tx.announce(Topic::Stock, package.0);
    }
    entry.seal(&serde_json::json!({
        "shipment": id, "manifest": known.shipment.manifest, "tags": input.tags,
    }))?;
    tx.announce(Topic::Shipments, id.0);
    view::of(tx, id, Seer::Blind)
}

/// Finishes a shipment of which no line is open and whose paper was checked.
pub fn finish(tx: &Tx<'_>, by: &Actor, id: ShipmentId) -> Result<ShipmentView, ReceivingError> {
    let view = view::of(tx, id, Seer::Blind)?;
    if view.shipment.state != ShipmentState::Receiving {
        return Err(ReceivingError::WrongState { state: view.shipment.state });
    }
    if view.door_at.is_none() {
        return Err(ReceivingError::DoorOpen);
    }
    if !view.open.is_empty() {
        return Err(ReceivingError::LinesOpen { open: view.open });
    }
    tx.execute(
        "UPDATE shipment SET state = 'finished', finished_at = :at, finished_by = :by,
           version = version + 1 WHERE id = :id",
        named_params! {
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":id": id.0,
        },
    )?;
    let of =
        |state: ShipmentLineState| view.lines.iter().filter(|line| line.state == state).count();
    Entry::open(tx, by, "shipment_finished")?.seal(&serde_json::json!({
        "shipment": id, "manifest": view.shipment.manifest, "received": of(ShipmentLineState::Received),
        "rejected": of(ShipmentLineState::Rejected), "missing": of(ShipmentLineState::Missing),
    }))?;
    tx.announce(Topic::Shipments, id.0);
    view::of(tx, id, Seer::Blind)
}
