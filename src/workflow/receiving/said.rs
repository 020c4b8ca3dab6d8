//! What the state says has become of a shipment, held against what was counted here: confirmed where it
//! agrees, a case where it does not.

use super::view::{self, Known, Stored};
use super::{ReceivingError, ShipmentLineState};
use crate::domain::id::{CaseId, ShipmentId};
use crate::domain::sheet::manifest::{Difference, ManifestFacts, ManifestPackage, Said};
use crate::domain::topic::Topic;
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
    let amount = package.received.map_or_else(|| "no amount".to_owned(), |one| one.to_string());
    let line = &stored.line;
    let counted = line.counted.map_or_else(|| line.state.word().to_owned(), |one| one.to_string());
    let text = format!("the state has {said:?}, {amount}; here it is {counted}").to_lowercase();
    if let Some(case) = line.case.filter(|_| line.confirmed_at.is_none()) {
        // The same list is loaded day after day: an open case hears of it once.
        if !casework::says(tx, case, &text)? {
            casework::resume(tx, by, entry.seq(), case, "state", &text)?;
        }
        return Ok(());
    }
    let title = format!("{}: the state has another amount", line.item);
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
    title: &str,
    evidence: Vec<(&'static str, String)>,
) -> Result<CaseId, ReceivingError> {
    let (due, why) = casework::discrepancy_deadline(tx)?;
    let new = NewCase {
        title: title.to_owned(),
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
    let title = format!("Manifest {} changed after it was counted", known.shipment.manifest);
    let said = |one: &&Difference| {
        let tag = one.tag.map(|tag| tag.to_string()).unwrap_or_default();
        ("manifest", format!("{tag}: {} is different now", one.field))
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
    let title = format!("Manifest {} was voided while it was received", known.shipment.manifest);
    let text =
        format!("{} of {} packages were dealt with", known.shipment.done, known.shipment.packages);
    ask(tx, by, entry, known, &title, vec![("manifest", text)])
}

fn ask(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    known: &Known,
    title: &str,
    evidence: Vec<(&'static str, String)>,
) -> Result<(), ReceivingError> {
    let new = NewCase {
        title: title.to_owned(),
        subject: Some(("shipment", known.shipment.id.0, known.shipment.manifest.clone())),
        evidence,
        ..NewCase::default()
    };
    let (case, _) = casework::open(tx, by, entry.seq(), CaseKind::Manifest, &new)?;
    alert::raise(tx, AlertKind::Manifest, title, Some(case), Some(known.shipment.id))?;
    Ok(())
}
