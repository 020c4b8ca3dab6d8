//! What is not taken in: packages that go back with the driver, and packages that did not come. Nothing of
//! them is posted: they were never the store's.

use serde::{Deserialize, Serialize};

use super::receipt::{add_photos, at_the_dock, photos_of};
use super::view;
use super::{ReceivingError, ShipmentLine, ShipmentLineState, ShipmentView, checked_note, invalid};
use crate::domain::arrival::Condition;
use crate::domain::file_hash::FileHash;
use crate::domain::id::{CaseId, PlaceId, ShipmentId};
use crate::domain::place::PlaceKind;
use crate::domain::tag::Tag;
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::alert::{self, AlertKind};
use crate::workflow::casework::{self, CaseKind, NewCase};
use crate::workflow::refs;

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectionInput {
    pub tag: Tag,
    /// What is wrong with it; not `good`.
    pub condition: Condition,
    /// In the person's words: 1 to 500 characters. Goes on the rejection report.
    pub reason: String,
    #[serde(default)]
    pub photos: Vec<FileHash>,
    /// Where it waits for its way back: the dock or a quarantine place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<PlaceId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissingInput {
    /// The packages that did not come.
    pub tags: Vec<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Rejects a package.
pub fn reject(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    input: &RejectionInput,
) -> Result<ShipmentLine, ReceivingError> {
    let known = at_the_dock(tx, id)?;
    let stored = view::line_of(tx, id, input.tag)?;
    let stored = stored.ok_or(ReceivingError::NotFound { what: "package on this manifest" })?;
    if stored.line.state != ShipmentLineState::Expected {
        return Err(ReceivingError::AlreadyDone { line: Box::new(stored.line) });
    }
    if input.condition == Condition::Good {
        return Err(invalid("condition", "must say what is wrong with it"));
    }
    let reason = checked_note("reason", Some(&input.reason))?
        .ok_or_else(|| invalid("reason", "says why it goes back: 1 to 500 characters"))?;
    let photos = photos_of(tx, &input.photos)?;
    if let Some(shelf) = input.shelf {
        let shelf = refs::place(tx, shelf)?.ok_or(ReceivingError::NotFound { what: "place" })?;
        if !matches!(shelf.kind, PlaceKind::Dock | PlaceKind::Quarantine) {
            return Err(invalid("shelf", "must be the dock or a quarantine place"));
        }
    }
    let entry = Entry::open(tx, by, "rejected")?;
    tx.execute(
        "UPDATE shipment_line SET state = 'rejected', counted = 0, condition = :condition,
           note = :note, shelf_id = :shelf, at = :at, by_user = :by WHERE id = :id",
        named_params! {
            ":condition": input.condition.word(), ":note": reason,
            ":shelf": input.shelf.map(|shelf| shelf.0), ":at": tx.now().0,
            ":by": by.user.map(|user| user.0), ":id": stored.line.id.0,
        },
    )?;
    add_photos(tx, stored.line.id, &photos)?;
    let tag = input.tag;
    let title = words!("{}: rejected at the dock", "{}: rechazado en el andén"; stored.line.item);
    let evidence = vec![("rejected", Words::own(&format!("{tag}: {reason}")))];
    let case = open_case(tx, by, &entry, id, &known.shipment.manifest, &title, evidence)?;
    tie(tx, case, stored.line.id.0)?;
    for photo in photos {
        casework::attach(tx, by.user, entry.seq(), case, photo, "")?;
    }
    entry.seal(&serde_json::json!({
        "shipment": id, "manifest": known.shipment.manifest, "tag": tag,
        "condition": input.condition, "reason": reason, "photos": input.photos, "case": case,
    }))?;
    tx.announce(Topic::Shipments, id.0);
    Ok(view::line(tx, stored.line.id)?.line)
}

/// Says that packages of the manifest did not come: one case for all of them.
pub fn miss(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    input: &MissingInput,
) -> Result<ShipmentView, ReceivingError> {
    let known = at_the_dock(tx, id)?;
    if input.tags.is_empty() || input.tags.len() > 5_000 {
        return Err(invalid("tags", "are 1 to 5,000 packages"));
    }
    let note = checked_note("note", input.note.as_deref())?;
    let entry = Entry::open(tx, by, "missed")?;
    let mut lines = Vec::with_capacity(input.tags.len());
    for tag in &input.tags {
        let stored = view::line_of(tx, id, *tag)?;
        let line =
            stored.ok_or(ReceivingError::NotFound { what: "package on this manifest" })?.line;
        if line.state != ShipmentLineState::Expected {
            return Err(ReceivingError::AlreadyDone { line: Box::new(line) });
        }
        tx.execute(
            "UPDATE shipment_line SET state = 'missing', counted = 0, note = :note, at = :at,
               by_user = :by WHERE id = :id",
            named_params! {
                ":note": note, ":at": tx.now().0, ":by": by.user.map(|user| user.0),
                ":id": line.id.0,
            },
        )?;
        lines.push(line);
    }
    let title = match &lines[..] {
        [only] => words!("{}: did not come", "{}: no llegó"; only.item),
        more => words!("Manifest {}: {} packages did not come",
            "Manifiesto {}: no llegaron {} paquetes"; known.shipment.manifest, more.len()),
    };
    let missing = lines.iter().take(100).map(|line| {
        let shipped = line.shipped.map_or_else(String::new, |one| format!(", {one}"));
        ("missing", Words::own(&format!("{} {}{shipped}", line.tag, line.item)))
    });
    let evidence = missing.chain(note.as_deref().map(|note| ("note", Words::own(note)))).collect();
    let case = open_case(tx, by, &entry, id, &known.shipment.manifest, &title, evidence)?;
    for line in &lines {
        tie(tx, case, line.id.0)?;
    }
    entry.seal(&serde_json::json!({
        "shipment": id, "manifest": known.shipment.manifest, "tags": input.tags, "reason": note,
        "case": case,
    }))?;
    tx.announce(Topic::Shipments, id.0);
    view::of(tx, id, view::Seer::Blind)
}

fn tie(tx: &Tx<'_>, case: CaseId, line: i64) -> Result<(), ReceivingError> {
    tx.execute(
        "UPDATE shipment_line SET kase_id = :case WHERE id = :line",
        named_params! { ":case": case.0, ":line": line },
    )?;
    Ok(())
}

fn open_case(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    id: ShipmentId,
    manifest: &str,
    title: &Words,
    evidence: Vec<(&'static str, Words)>,
) -> Result<CaseId, ReceivingError> {
    let (due, why) = casework::discrepancy_deadline(tx)?;
    let new = NewCase {
        title: title.clone(),
        subject: Some(("shipment", id.0, manifest.to_owned())),
        due: Some(due),
        due_why: Some(why),
        evidence,
        ..NewCase::default()
    };
    let (case, _) = casework::open(tx, by, entry.seq(), CaseKind::Discrepancy, &new)?;
    alert::raise(tx, AlertKind::Discrepancy, title, Some(case), Some(id))?;
    Ok(case)
}
