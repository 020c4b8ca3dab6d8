//! Where a receipt becomes stock: from the supplier to the dock, or, where anything holds it, to quarantine
//! with its case and an alert, all in the command that counted it.

use super::view::{self, Known, Stored};
use super::{Received, ReceivingError, wording};
use crate::domain::arrival::{self, Condition};
use crate::domain::id::{CaseId, DocumentId, PackageId};
use crate::domain::place::Account;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, Tx, named_params};
use crate::workflow::alert::{self, AlertKind};
use crate::workflow::casework::{self, CaseKind, NewCase};
use crate::workflow::coa::{self, CoaState};
use crate::workflow::quarantine::{self, HoldReason};
use crate::workflow::refs::{self, PackageFacts, PlaceRef};
use crate::workflow::{moving, settings};

/// A package that was counted.
pub struct Arrival<'a> {
    pub known: &'a Known,
    pub stored: &'a Stored,
    pub package: PackageId,
    pub counted: Quantity,
    pub photos: &'a [DocumentId],
}

/// Everything that keeps a package off the dock.
pub fn reasons(
    tx: &Tx<'_>,
    arrival: &Arrival<'_>,
    condition: Condition,
) -> Result<Vec<HoldReason>, ReceivingError> {
    let Arrival { stored, package, counted, .. } = *arrival;
    let settings = settings::get(tx)?;
    let tolerance = settings.tolerance(stored.line.category.as_deref());
    let shipped = stored.shipped.unwrap_or(Amount::ZERO);
    let agrees = arrival::agrees(shipped, counted.amount, counted.unit, tolerance);
    let condition = match condition {
        Condition::Good => None,
        Condition::Damaged => Some(HoldReason::Damaged),
        Condition::BrokenSeal => Some(HoldReason::BrokenSeal),
        Condition::Label => Some(HoldReason::Label),
        Condition::Expired => Some(HoldReason::Expired),
        Condition::WrongProduct => Some(HoldReason::WrongProduct),
    };
    let today = settings.today(tx.now());
    let expired = stored.line.expires.is_some_and(|expires| expires < today);
    let state = stored.facts.as_ref().is_some_and(|facts| facts.hold.is_some());
    let papers = match coa::of_package(tx, package)? {
        CoaState::Missing => Some(HoldReason::NoCoa),
        CoaState::Failed => Some(HoldReason::CoaFailed),
        CoaState::Expired => Some(HoldReason::CoaExpired),
        CoaState::Passed | CoaState::NotNeeded => None,
    };
    let mut reasons: Vec<HoldReason> = [
        (!agrees).then_some(HoldReason::Discrepancy),
        condition,
        expired.then_some(HoldReason::Expired),
        state.then_some(HoldReason::StateHold),
        papers,
    ]
    .into_iter()
    .flatten()
    .collect();
    reasons.dedup();
    Ok(reasons)
}

/// Posts what arrived; where something holds it, to quarantine with its case.
pub fn post(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &mut Entry<'_, '_>,
    arrival: &Arrival<'_>,
    reasons: &[HoldReason],
) -> Result<Received, ReceivingError> {
    let Arrival { stored, package, counted, .. } = *arrival;
    let facts = refs::package(tx, package)?.ok_or(ReceivingError::NotFound { what: "package" })?;
    let supplier = refs::place(tx, Account::Supplier.id())?
        .ok_or(ReceivingError::NotFound { what: "account" })?;
    let to = if reasons.is_empty() { dock(tx)? } else { quarantine::shelf(tx)? };
    moving::post(tx, entry, &facts, &supplier, &to, counted.amount)?;
    // Papers that are missing come later and need no case; what is wrong with the goods does.
    let wrong: Vec<HoldReason> = reasons.iter().copied().filter(|one| needs_case(*one)).collect();
    let case = if wrong.is_empty() {
        None
    } else {
        Some(open_case(tx, by, entry, arrival, &facts, &wrong)?)
    };
    for reason in reasons {
        quarantine::hold(tx, by, entry, package, *reason, None, case)?;
    }
    if let Some(case) = case {
        tx.execute(
            "UPDATE shipment_line SET kase_id = :case WHERE id = :id",
            named_params! { ":case": case.0, ":id": stored.line.id.0 },
        )?;
    }
    let line = view::line(tx, stored.line.id)?.line;
    Ok(Received { line, to, held: reasons.to_vec(), case })
}

const fn needs_case(reason: HoldReason) -> bool {
    !matches!(reason, HoldReason::NoCoa | HoldReason::CoaExpired | HoldReason::StateHold)
}

fn open_case(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    arrival: &Arrival<'_>,
    facts: &PackageFacts,
    wrong: &[HoldReason],
) -> Result<CaseId, ReceivingError> {
    let Arrival { known, stored, counted, photos, .. } = *arrival;
    let line = view::line(tx, stored.line.id)?.line;
    let short = wrong.contains(&HoldReason::Discrepancy);
    let name = &facts.reference.product.name;
    let title = match (&line.shipped, short) {
        (Some(shipped), true) => words!(
            "{name}: {counted} came, {shipped} were shipped",
            "{name}: llegaron {counted}, se enviaron {shipped}"
        ),
        (None, _) => words!(
            "{name}: {counted} came that no manifest has",
            "{name}: llegaron {counted} que no están en ningún manifiesto"
        ),
        (_, false) => {
            let why = wording::hold(wrong[0]);
            words!("{name}: {} on arrival", "{name}: {} al llegar"; [why.en], [why.es])
        }
    };
    let shipped = line.shipped.map_or_else(|| words!("nothing", "nada"), wording::amount);
    let (manifest, tag) = (&known.shipment.manifest, line.tag);
    let mut evidence = vec![
        (
            "manifest",
            words!("Manifest {manifest}: {} of {tag}", "Manifiesto {manifest}: {} de {tag}";
            [shipped.en], [shipped.es]),
        ),
        (
            "count",
            match &line.by {
                Some(who) => words!("{counted} counted by {}", "{} contó {counted}"; who.name),
                None => words!("{counted} counted", "se contó {counted}"),
            },
        ),
    ];
    evidence.extend(line.note.as_deref().map(|note| ("note", Words::own(note))));
    let (due, why) = casework::discrepancy_deadline(tx)?;
    let new = NewCase {
        title: title.clone(),
        subject: Some(("shipment", known.shipment.id.0, known.shipment.manifest.clone())),
        package: Some(facts.reference.id),
        due: Some(due),
        due_why: Some(why),
        evidence,
        ..NewCase::default()
    };
    let (case, _) = casework::open(tx, by, entry.seq(), CaseKind::Discrepancy, &new)?;
    for photo in photos {
        casework::attach(tx, by.user, entry.seq(), case, *photo, "")?;
    }
    alert::raise(tx, AlertKind::Discrepancy, &title, Some(case), Some(known.shipment.id))?;
    Ok(case)
}

fn dock(db: &Db<'_>) -> Result<PlaceRef, ReceivingError> {
    let place = db.maybe(
        "SELECT id, name, kind, code FROM place WHERE kind = 'dock' AND active = 1
         ORDER BY id LIMIT 1",
        [],
        refs::place_row,
    )?;
    place.ok_or(ReceivingError::NoPlace { kind: "dock" })
}

/// Refuses to begin where there is nowhere to put what arrives.
pub fn check_places(db: &Db<'_>) -> Result<(), ReceivingError> {
    dock(db)?;
    quarantine::shelf(db)?;
    Ok(())
}
