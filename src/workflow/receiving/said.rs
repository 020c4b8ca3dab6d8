//! What the state says has become of a shipment, held against what was counted here: confirmed where it
//! agrees, a case where it does not.

use super::view::{self, Known, Stored};
use super::wording::{amount, field};
use super::{ReceivingError, ShipmentLine, ShipmentLineState};
use crate::domain::id::{CaseId, ShipmentId};
use crate::domain::sheet::manifest::{Difference, ManifestFacts, ManifestPackage, Said};
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::alert::{self, AlertKind};
use crate::workflow::casework::{self, CaseKind, NewCase};

/// How many packages the state confirms, and of how many it says something else.
pub fn hold_against(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    id: ShipmentId,
    facts: &ManifestFacts,
) -> Result<(i64, i64), ReceivingError> {
    let (mut confirmed, mut disputed) = (0, 0);
    for package in facts.packages.iter().flatten() {
        let Some(said) = package.said.filter(|said| *said != Said::Shipped) else { continue };
        let Some(stored) = view::line_of(tx, id, package.tag)? else { continue };
        match agrees(&stored, said, package) {
            Some(true) if stored.line.confirmed_at.is_none() => {
                confirm(tx, &stored)?;
                confirmed += 1;
            }
            None | Some(true) => {}
            Some(false) => {
                dispute(tx, by, entry, &stored, said, package)?;
                disputed += 1;
            }
        }
    }
    Ok((confirmed, disputed))
}

/// Whether the state says of a line what was counted; `None` while it is not counted here.
fn agrees(stored: &Stored, said: Said, package: &ManifestPackage) -> Option<bool> {
    match stored.line.state {
        ShipmentLineState::Received => {
            Some(said == Said::Accepted && package.received == stored.line.counted)
        }
        ShipmentLineState::Rejected | ShipmentLineState::Missing => {
            let none = package.received.is_none_or(|received| received.amount.is_zero());
            Some(matches!(said, Said::Rejected | Said::Returned) || none)
        }
        ShipmentLineState::Expected | ShipmentLineState::Removed => None,
    }
}

/// The state has it as it was counted: whoever entered it there has accepted it.
fn confirm(tx: &Tx<'_>, stored: &Stored) -> Result<(), ReceivingError> {
    tx.execute(
        "UPDATE shipment_line SET confirmed_at = :at, recorded_at = coalesce(recorded_at, :at)
         WHERE id = :id",
        named_params! { ":at": tx.now().0, ":id": stored.line.id.0 },
    )?;
    if let Some(package) = stored.line.package {
        tx.execute(
            "UPDATE receipt SET accepted_at = coalesce(accepted_at, :at) WHERE package_id = :package",
            named_params! { ":at": tx.now().0, ":package": package.0 },
        )?;
        tx.announce(Topic::Stock, package.0);
    }
    Ok(())
}

/// The state has it otherwise: its case goes on, or one is opened.
fn dispute(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    stored: &Stored,
    said: Said,
    package: &ManifestPackage,
) -> Result<(), ReceivingError> {
    let line = &stored.line;
    let (state, here) = (said_in_words(said), counted_in_words(line));
    let amount = package.received.map_or_else(|| words!("no amount", "sin cantidad"), amount);
    let text = words!("The state has it {}, {}; here it is {}.", "El estado lo tiene {}, {}; aquí es {}.";
        [state.en, amount.en, here.en], [state.es, amount.es, here.es]);
    if let Some(case) = line.case.filter(|_| line.confirmed_at.is_none()) {
        // The same list is loaded day after day: an open case hears of it once.
        if !casework::says(tx, case, &text)? {
            casework::resume(tx, by, entry.seq(), case, "state", &text)?;
        }
        return Ok(());
    }
    let title =
        words!("{}: the state has another amount", "{}: el estado tiene otra cantidad"; line.item);
    let case = open(tx, by, entry, stored, &title, vec![("state", text)])?;
    tx.execute(
        "UPDATE shipment_line SET kase_id = :case, confirmed_at = NULL WHERE id = :id",
        named_params! { ":case": case.0, ":id": line.id.0 },
    )?;
    Ok(())
}

fn open(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    stored: &Stored,
    title: &Words,
    evidence: Vec<(&'static str, Words)>,
) -> Result<CaseId, ReceivingError> {
    let (due, why) = casework::discrepancy_deadline(tx)?;
    let new = NewCase {
        title: title.clone(),
        subject: Some(("shipment", stored.shipment.0, stored.line.tag.to_string())),
        package: stored.line.package,
        due: Some(due),
        due_why: Some(why),
        evidence,
        ..NewCase::default()
    };
    let (case, _) = casework::open(tx, by, entry.seq(), CaseKind::Discrepancy, &new)?;
    alert::raise(tx, AlertKind::Discrepancy, title, Some(case), Some(stored.shipment))?;
    Ok(case)
}

/// A newer manifest says otherwise of packages that are dealt with.
pub fn open_changed(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    known: &Known,
    differences: &[&Difference],
) -> Result<(), ReceivingError> {
    let title = words!("Manifest {} changed after it was counted",
        "El manifiesto {} cambió después de contarse"; known.shipment.manifest);
    let said = |one: &&Difference| {
        let tag = one.tag.map(|tag| tag.to_string()).unwrap_or_default();
        let field = field(&one.field);
        (
            "manifest",
            words!("{} {}: is different now", "{} {}: ahora es distinto";
            [tag, field.en], [tag, field.es]),
        )
    };
    ask(tx, by, entry, known, &title, differences.iter().map(said).collect())
}

/// A manifest was voided while its packages were being received.
pub fn open_voided(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    known: &Known,
) -> Result<(), ReceivingError> {
    let title = words!("Manifest {} was voided while it was received",
        "El manifiesto {} se anuló mientras se recibía"; known.shipment.manifest);
    let text = words!("{} of {} packages were dealt with", "Se atendieron {} de {} paquetes";
        known.shipment.done, known.shipment.packages);
    ask(tx, by, entry, known, &title, vec![("manifest", text)])
}

fn ask(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    known: &Known,
    title: &Words,
    evidence: Vec<(&'static str, Words)>,
) -> Result<(), ReceivingError> {
    let new = NewCase {
        title: title.clone(),
        subject: Some(("shipment", known.shipment.id.0, known.shipment.manifest.clone())),
        evidence,
        ..NewCase::default()
    };
    let (case, _) = casework::open(tx, by, entry.seq(), CaseKind::Manifest, &new)?;
    alert::raise(tx, AlertKind::Manifest, title, Some(case), Some(known.shipment.id))?;
    Ok(())
}

fn said_in_words(said: Said) -> Words {
    match said {
        Said::Shipped => words!("shipped", "enviado"),
        Said::Accepted => words!("accepted", "aceptado"),
        Said::Rejected => words!("rejected", "rechazado"),
        Said::Returned => words!("returned", "devuelto"),
    }
}

fn counted_in_words(line: &ShipmentLine) -> Words {
    match (line.counted, line.state) {
        (Some(counted), _) => amount(counted),
        (None, ShipmentLineState::Expected) => words!("expected", "esperado"),
        (None, ShipmentLineState::Received) => words!("received", "recibido"),
        (None, ShipmentLineState::Rejected) => words!("rejected", "rechazado"),
        (None, ShipmentLineState::Missing) => words!("missing", "no llegó"),
        (None, ShipmentLineState::Removed) => {
            words!("taken off the manifest", "fuera del manifiesto")
        }
    }
}
