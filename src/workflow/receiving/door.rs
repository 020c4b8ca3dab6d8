//! At the door: the paper beside the state's copy, field by field, and what is wrong with either.

use serde::{Deserialize, Serialize};

use super::view::{self, Known};
use super::{ReceivingError, ShipmentState, ShipmentView, invalid, wording};
use crate::domain::id::ShipmentId;
use crate::domain::sheet::licenses::{key, may_send};
use crate::domain::sheet::manifest::ManifestFacts;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::alert::{self, AlertKind};
use crate::workflow::casework::{self, CaseKind, NewCase};
use crate::workflow::refs::{self, UserRef};
use crate::workflow::{license, settings};

/// The longest text of a field.
const TEXT: usize = 120;

/// A field of the paper.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DoorField {
    /// `manifest`, `origin_license`, `driver_name`, `vehicle_plate`, `arrival`, ...
    pub field: String,
    /// What the state says. Times are in the facility's zone.
    pub stated: Option<String>,
    /// Whether the paper says the same; none while nobody has looked.
    pub same: Option<bool>,
    /// What the paper says instead.
    pub paper: Option<String>,
    pub at: Option<At>,
    pub by: Option<UserRef>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The paper says something else than the state.
    PaperDiffers,
    WrongDestination,
    /// The store has not set its own license number, so nothing says whether it is meant.
    OwnLicenseUnset,
    LicenseUnknown,
    LicenseExpired,
    /// The register says that it is not in force.
    LicenseInactive,
    /// Its holder may not send goods to a store.
    LicenseWrongType,
    /// The manifest has it arrive before it leaves, or it is here before it left.
    ArrivalBeforeDeparture,
    NoRegister,
}

/// Something at the door that is not in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Finding {
    pub kind: FindingKind,
    pub field: String,
    /// What stands there.
    pub stated: Option<String>,
    /// What the paper says, what the register has, or what it should be.
    pub other: Option<String>,
    /// Whether anything may be received at all.
    pub stops: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoorAnswer {
    pub field: String,
    pub same: bool,
    /// What the paper says where it is not the same: at most 120 characters; empty where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoorInput {
    /// One for each field of the door.
    pub answers: Vec<DoorAnswer>,
}

/// Checks the paper: every field the same or what it says instead. Opens a case where something is not
/// in order. The last check counts.
pub fn check_door(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    input: &DoorInput,
) -> Result<ShipmentView, ReceivingError> {
    let known = view::known(tx, id)?;
    if known.shipment.state != ShipmentState::Receiving {
        return Err(ReceivingError::WrongState { state: known.shipment.state });
    }
    let entry = Entry::open(tx, by, "paper_checked")?;
    write_answers(tx, by, &known, input)?;
    let fields = fields(tx, &known)?;
    if let Some(open) = fields.iter().find(|field| field.same.is_none()) {
        let why =
            format!("say of every field whether the paper is the same; {} is open", open.field);
        return Err(ReceivingError::Invalid { field: "answers", why });
    }
    tx.execute(
        "UPDATE shipment SET door_at = :at, door_by = :by, version = version + 1 WHERE id = :id",
        named_params! {
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":id": id.0,
        },
    )?;
    let findings = findings(tx, &known, &fields)?;
    let serious: Vec<&Finding> = findings.iter().filter(|one| one.is_serious()).collect();
    if !serious.is_empty() {
        open_case(tx, by, &entry, &known, &serious)?;
    }
    entry.seal(&serde_json::json!({
        "shipment": id, "manifest": known.shipment.manifest, "answers": input.answers,
        "findings": findings,
    }))?;
    tx.announce(Topic::Shipments, id.0);
    view::of(tx, id, view::Seer::Blind)
}

fn write_answers(
    tx: &Tx<'_>,
    by: &Actor,
    known: &Known,
    input: &DoorInput,
) -> Result<(), ReceivingError> {
    let zone = settings::get(tx)?.tz();
    let fields = known.facts.stated(zone);
    let user = by.user.ok_or(ReceivingError::NotYours)?;
    for answer in &input.answers {
        if !fields.iter().any(|(field, _)| *field == answer.field) {
            let why = format!("there is no field {}", answer.field);
            return Err(ReceivingError::Invalid { field: "answers", why });
        }
        let paper = answer.paper.as_deref().map(str::trim).filter(|_| !answer.same);
        if paper.is_some_and(|paper| paper.chars().count() > TEXT) {
            return Err(invalid("paper", "is longer than 120 characters"));
        }
        tx.execute(
            "INSERT INTO shipment_check (shipment_id, field, same, paper, at, by_user)
             VALUES (:id, :field, :same, :paper, :at, :by)
             ON CONFLICT (shipment_id, field) DO UPDATE SET same = excluded.same,
               paper = excluded.paper, at = excluded.at, by_user = excluded.by_user",
            named_params! {
                ":id": known.shipment.id.0, ":field": answer.field, ":same": answer.same,
                ":paper": paper, ":at": tx.now().0, ":by": user.0,
            },
        )?;
    }
    Ok(())
}

fn open_case(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    known: &Known,
    findings: &[&Finding],
) -> Result<(), ReceivingError> {
    let title = words!("Manifest {}: the papers are not in order",
        "Manifiesto {}: los papeles no están en orden"; known.shipment.manifest);
    let deadline = casework::discrepancy_deadline(tx)?;
    let new = NewCase {
        title: title.clone(),
        subject: Some(("shipment", known.shipment.id.0, known.shipment.manifest.clone())),
        evidence: findings.iter().map(|one| ("finding", wording::finding(one))).collect(),
        due: Some(deadline.0),
        due_why: Some(deadline.1),
        ..NewCase::default()
    };
    let (case, _) = casework::open(tx, by, entry.seq(), CaseKind::Manifest, &new)?;
    alert::raise(tx, AlertKind::Manifest, &title, Some(case), Some(known.shipment.id))?;
    Ok(())
}

/// The fields of the paper, with what was said of them.
pub fn fields(db: &Db<'_>, known: &Known) -> Result<Vec<DoorField>, SqlError> {
    let zone = settings::get(db)?.tz();
    known
        .facts
        .stated(zone)
        .into_iter()
        .map(|(field, stated)| {
            let said = db.maybe(
                "SELECT same, paper, at, by_user FROM shipment_check
                 WHERE shipment_id = :id AND field = :field",
                named_params! { ":id": known.shipment.id.0, ":field": field },
                |row| {
                    let by: Option<i64> = row.get("by_user")?;
                    Ok((row.get("same")?, row.get("paper")?, At(row.get("at")?), by))
                },
            )?;
            let (same, paper, at, by) = match said {
                Some((same, paper, at, by)) => {
                    (Some(same), paper, Some(at), refs::known_user(db, by)?)
                }
                None => (None, None, None, None),
            };
            Ok(DoorField { field: field.to_owned(), stated, same, paper, at, by })
        })
        .collect()
}

/// Everything at the door that is not in order, whatever was answered so far.
pub fn findings(
    db: &Db<'_>,
    known: &Known,
    fields: &[DoorField],
) -> Result<Vec<Finding>, SqlError> {
    let mut found = destination(db, &known.facts)?.into_iter().collect::<Vec<_>>();
    if license::register(db)?.is_none() {
        found.push(Finding::new(FindingKind::NoRegister, "origin_license", None, None));
    } else {
        for (field, party) in [
            ("origin_license", &known.facts.origin),
            ("transporter_license", &known.facts.transporter),
        ] {
            found.extend(licensed(db, field, party.license.as_deref())?);
        }
    }
    found.extend(times(&known.facts, known.shipment.arrived_at));
    let differs = |field: &&DoorField| field.same == Some(false);
    found.extend(fields.iter().filter(differs).map(|field| {
        let (stated, paper) = (field.stated.clone(), field.paper.clone());
        Finding::new(FindingKind::PaperDiffers, &field.field, stated, paper)
    }));
    Ok(found)
}

/// Whether it is for another store: then nothing of it may be received.
pub fn destination(db: &Db<'_>, facts: &ManifestFacts) -> Result<Option<Finding>, SqlError> {
    let own = settings::get(db)?.license_number;
    let stated = facts.destination.license.clone();
    let field = "destination_license";
    if own.trim().is_empty() {
        return Ok(Some(Finding::new(FindingKind::OwnLicenseUnset, field, stated, None)));
    }
    if stated.as_deref().is_some_and(|stated| key(stated) == key(&own)) {
        return Ok(None);
    }
    let finding = Finding::new(FindingKind::WrongDestination, field, stated, Some(own));
    Ok(Some(Finding { stops: true, ..finding }))
}

/// What the register says against a license.
fn licensed(db: &Db<'_>, field: &str, number: Option<&str>) -> Result<Vec<Finding>, SqlError> {
    let Some(number) = number else {
        // Where the shipper drives its own goods, no transporter is named.
        let missing = field == "origin_license";
        let finding = Finding::new(FindingKind::LicenseUnknown, field, None, None);
        return Ok(missing.then_some(finding).into_iter().collect());
    };
    let stated = || Some(number.to_owned());
    let Some(found) = license::find(db, number)? else {
        let near = license::near(db, number)?;
        let near = near.map(|near| match near.name.or(near.dba) {
            Some(name) => format!("{} ({name})", near.number),
            None => near.number,
        });
        return Ok(vec![Finding::new(FindingKind::LicenseUnknown, field, stated(), near)]);
    };
    let today = settings::today(db)?;
    let expired = found.expires.filter(|expires| *expires < today);
    let sends =
        field == "origin_license" && found.kind.as_deref().and_then(may_send) == Some(false);
    let wrong = [
        (FindingKind::LicenseExpired, expired.map(|day| day.to_string())),
        (FindingKind::LicenseInactive, found.status.filter(|_| found.active == Some(false))),
        (FindingKind::LicenseWrongType, found.kind.filter(|_| sends)),
    ];
    Ok(wrong
        .into_iter()
        .filter(|(_, other)| other.is_some())
        .map(|(kind, other)| Finding::new(kind, field, stated(), other))
        .collect())
}

fn times(facts: &ManifestFacts, arrived: Option<At>) -> Option<Finding> {
    let departs = facts.departs?;
    let early = facts.arrives.filter(|arrives| *arrives <= departs);
    let here = arrived.filter(|arrived| *arrived < departs);
    let arrival = early.or(here)?;
    Some(Finding::new(
        FindingKind::ArrivalBeforeDeparture,
        "arrival",
        Some(arrival.to_string()),
        Some(departs.to_string()),
    ))
}

impl Finding {
    fn new(kind: FindingKind, field: &str, stated: Option<String>, other: Option<String>) -> Self {
        Self { kind, field: field.to_owned(), stated, other, stops: false }
    }

    /// Whether it opens a case: what the store itself has not set up does not.
    fn is_serious(&self) -> bool {
        !matches!(self.kind, FindingKind::OwnLicenseUnset | FindingKind::NoRegister)
    }
}
