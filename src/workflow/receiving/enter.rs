//! How manifests enter: from the state's file, from a CSV, or typed from paper. The same manifest again
//! changes nothing, a changed one says what is different, a voided one is taken off the list; and what the
//! state says has become of its packages is held against what was counted.

use serde::{Deserialize, Serialize};

use super::view::{self, Known};
use super::{ReceivingError, ShipmentLineState, ShipmentState, invalid, said};
use crate::domain::id::{ProductId, ShipmentId};
use crate::domain::sheet::manifest::{Difference, ManifestFacts, ManifestPackage};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::casework;
use crate::workflow::importing;
use crate::workflow::settings;

/// Packages on one manifest.
const PACKAGES: usize = 5_000;
/// Manifests in one file.
const MANIFESTS: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    New,
    /// It was here before and says the same.
    Unchanged,
    Changed,
    Voided,
    /// It is finished here: nothing is changed but what the state says of it.
    Over,
}

/// What became of one manifest of a file.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EnteredShipment {
    pub shipment: ShipmentId,
    pub manifest: String,
    pub delivery: Option<String>,
    pub outcome: Outcome,
    /// What is different; never an amount, which a count may not know.
    pub differences: Vec<Difference>,
    /// Packages that the state says are accepted or rejected as they were entered here.
    pub confirmed: i64,
    /// Packages of which the state says something else than was counted: each has a case.
    pub disputed: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Entered {
    pub shipments: Vec<EnteredShipment>,
    /// What a person should know of the file.
    pub notes: Vec<String>,
}

/// Where manifests come from: "metrc", "csv" or "typed", and the file if there is one.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    pub kind: &'static str,
    pub file: Option<String>,
}

/// Enters manifests, all or none.
pub fn enter(
    tx: &Tx<'_>,
    by: &Actor,
    source: &Source,
    manifests: &[ManifestFacts],
    notes: &[String],
) -> Result<Entered, ReceivingError> {
    check(manifests)?;
    let entry = Entry::open(tx, by, "manifests_entered")?;
    let mut shipments = Vec::with_capacity(manifests.len());
    for facts in manifests {
        shipments.push(enter_one(tx, by, &entry, source.kind, facts)?);
    }
    entry.seal(&serde_json::json!({ "source": source, "shipments": shipments }))?;
    tx.announce_all(Topic::Shipments);
    Ok(Entered { shipments, notes: notes.to_vec() })
}

fn check(manifests: &[ManifestFacts]) -> Result<(), ReceivingError> {
    if manifests.is_empty() || manifests.len() > MANIFESTS {
        return Err(invalid("manifests", "are 1 to 500 at once"));
    }
    for facts in manifests {
        let number = facts.number.trim().chars().count();
        if !(1..=60).contains(&number) {
            return Err(invalid("number", "needs 1 to 60 characters: the manifest's number"));
        }
        if facts.delivery.as_deref().is_some_and(|delivery| delivery.chars().count() > 60) {
            return Err(invalid("delivery", "is longer than 60 characters"));
        }
        let packages = facts.packages.as_deref().unwrap_or_default();
        if packages.len() > PACKAGES {
            return Err(invalid("packages", "are 5,000 at most on one manifest"));
        }
        for (at, package) in packages.iter().enumerate() {
            check_package(at, package)?;
            if packages[..at].iter().any(|earlier| earlier.tag == package.tag) {
                let why = format!("row {}: the tag {} is there twice", at + 1, package.tag);
                return Err(ReceivingError::Invalid { field: "packages", why });
            }
        }
    }
    Ok(())
}

fn check_package(at: usize, package: &ManifestPackage) -> Result<(), ReceivingError> {
    let wrong = |why: &str| {
        Err(ReceivingError::Invalid { field: "packages", why: format!("row {}: {why}", at + 1) })
    };
    if !(1..=160).contains(&package.item.trim().chars().count()) {
        return wrong("the item needs 1 to 160 characters");
    }
    if !package.shipped.is_positive() || !package.unit.fits(package.shipped) {
        return wrong("what was shipped must be above zero, and pieces whole");
    }
    Ok(())
}

fn enter_one(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    source: &'static str,
    facts: &ManifestFacts,
) -> Result<EnteredShipment, ReceivingError> {
    let known = find(tx, facts)?;
    let mut entered = EnteredShipment {
        shipment: ShipmentId(0),
        manifest: facts.number.clone(),
        delivery: facts.delivery.clone(),
        outcome: Outcome::New,
        differences: Vec::new(),
        confirmed: 0,
        disputed: 0,
    };
    let Some(known) = known else {
        entered.shipment = insert(tx, by, source, facts)?;
        entered.outcome = if facts.voided { Outcome::Voided } else { Outcome::New };
        return Ok(entered);
    };
    if source == "typed" {
        let why = "is here already: open it in the list, or load the state's newer copy";
        return Err(invalid("number", why));
    }
    let id = known.shipment.id;
    entered.shipment = id;
    let live = matches!(known.shipment.state, ShipmentState::Expected | ShipmentState::Receiving);
    if facts.voided && live {
        entered.outcome = Outcome::Voided;
        void(tx, by, entry, &known)?;
        return Ok(entered);
    }
    let before = ManifestFacts { packages: Some(packages(tx, id)?), ..known.facts.clone() };
    entered.differences = if live { before.differences(facts) } else { Vec::new() };
    entered.outcome = match (live, entered.differences.is_empty()) {
        (false, _) => Outcome::Over,
        (true, true) => Outcome::Unchanged,
        (true, false) => Outcome::Changed,
    };
    if entered.outcome == Outcome::Changed {
        change(tx, by, entry, &known, facts, &entered.differences)?;
    }
    (entered.confirmed, entered.disputed) = said::hold_against(tx, by, entry, id, facts)?;
    Ok(entered)
}

/// The shipment of a manifest. One that was typed from paper gets its delivery's number from the state.
fn find(tx: &Tx<'_>, facts: &ManifestFacts) -> Result<Option<Known>, ReceivingError> {
    let delivery = facts.delivery.as_deref().unwrap_or_default();
    let id = tx.maybe(
        "SELECT id FROM shipment
         WHERE manifest = :manifest AND (delivery = :delivery OR delivery = '' OR :delivery = '')
         ORDER BY delivery = :delivery DESC, id LIMIT 1",
        named_params! { ":manifest": facts.number.trim(), ":delivery": delivery },
        |row| row.get(0).map(ShipmentId),
    )?;
    let Some(id) = id else { return Ok(None) };
    let known = view::known(tx, id)?;
    if known.shipment.delivery.is_none() && !delivery.is_empty() {
        tx.execute(
            "UPDATE shipment SET delivery = :delivery WHERE id = :id",
            named_params! { ":delivery": delivery, ":id": id.0 },
        )?;
    }
    Ok(Some(known))
}

fn insert(
    tx: &Tx<'_>,
    by: &Actor,
    source: &'static str,
    facts: &ManifestFacts,
) -> Result<ShipmentId, ReceivingError> {
    let id = tx.insert(
        "INSERT INTO shipment (code, manifest, delivery, source, state, facts, eta, entered_at,
                               entered_by, blind)
         VALUES (:code, :manifest, :delivery, :source, :state, :facts, :eta, :at, :by, :blind)",
        named_params! {
            ":code": casework::new_code()?, ":manifest": facts.number.trim(),
            ":delivery": facts.delivery.as_deref().unwrap_or_default(), ":source": source,
            ":state": if facts.voided { "voided" } else { "expected" }, ":facts": head(facts)?,
            ":eta": facts.arrives.map(|at| at.0), ":at": tx.now().0,
            ":by": by.user.map(|user| user.0), ":blind": settings::get(tx)?.blind_receiving,
        },
    )?;
    let id = ShipmentId(id);
    for package in facts.packages.iter().flatten() {
        add_line(tx, id, package)?;
    }
    Ok(id)
}

/// What the state says of the shipment itself, as it is stored.
fn head(facts: &ManifestFacts) -> Result<String, StoreError> {
    let head = ManifestFacts { packages: None, ..facts.clone() };
    serde_json::to_string(&head).map_err(|error| StoreError::Invariant(error.to_string()))
}

fn add_line(tx: &Tx<'_>, id: ShipmentId, package: &ManifestPackage) -> Result<(), ReceivingError> {
    let facts =
        serde_json::to_string(package).map_err(|error| StoreError::Invariant(error.to_string()))?;
    tx.execute(
        "INSERT INTO shipment_line (shipment_id, tag, item, facts, unit, shipped, product_id, state)
         VALUES (:id, :tag, :item, :facts, :unit, :shipped, :product, 'expected')
         ON CONFLICT (shipment_id, tag) DO UPDATE SET item = excluded.item, facts = excluded.facts,
           unit = excluded.unit, shipped = excluded.shipped, product_id = excluded.product_id,
           state = iif(state = 'removed', 'expected', state)",
        named_params! {
            ":id": id.0, ":tag": package.tag.as_str(), ":item": package.item.trim(),
            ":facts": facts, ":unit": package.unit.short(), ":shipped": package.shipped.raw(),
            ":product": product(tx, package)?.map(|product| product.0),
        },
    )?;
    Ok(())
}

/// The product an item is known as, where its packages are kept in the unit that was shipped.
fn product(db: &Db<'_>, package: &ManifestPackage) -> Result<Option<ProductId>, SqlError> {
    importing::product_of_item(db, &package.item, package.unit)
}

/// The packages of a shipment's lines as the manifest has them.
fn packages(db: &Db<'_>, id: ShipmentId) -> Result<Vec<ManifestPackage>, SqlError> {
    let rows = db.all(
        "SELECT facts FROM shipment_line
         WHERE shipment_id = :id AND facts IS NOT NULL AND state <> 'removed'",
        named_params! { ":id": id.0 },
        |row| row.get::<_, String>(0),
    )?;
    Ok(rows.iter().filter_map(|json| serde_json::from_str(json).ok()).collect())
}

/// Takes over what a newer copy says. What is dealt with stays as it was counted; if the newer copy says
/// otherwise of it, a case asks.
fn change(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    known: &Known,
    newer: &ManifestFacts,
    differences: &[Difference],
) -> Result<(), ReceivingError> {
    let id = known.shipment.id;
    tx.execute(
        "UPDATE shipment SET facts = :facts, eta = :eta, version = version + 1 WHERE id = :id",
        named_params! {
            ":facts": head(newer)?, ":eta": newer.arrives.map(|at| at.0), ":id": id.0,
        },
    )?;
    let Some(packages) = &newer.packages else { return Ok(()) };
    let mut late = Vec::new();
    for difference in differences {
        let Some(tag) = difference.tag else { continue };
        let line = view::line_of(tx, id, tag)?;
        if line.is_some_and(|stored| stored.line.state != ShipmentLineState::Expected) {
            late.push(difference);
            continue;
        }
        match packages.iter().find(|package| package.tag == tag) {
            Some(package) => add_line(tx, id, package)?,
            None => {
                tx.execute(
                    "UPDATE shipment_line SET state = 'removed' WHERE shipment_id = :id AND tag = :tag",
                    named_params! { ":id": id.0, ":tag": tag.as_str() },
                )?;
            }
        }
    }
    if !late.is_empty() {
        said::open_changed(tx, by, entry, known, &late)?;
    }
    Ok(())
}

/// Takes a voided manifest off the list. What was received of it asks for somebody.
fn void(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    known: &Known,
) -> Result<(), ReceivingError> {
    tx.execute(
        "UPDATE shipment SET state = 'voided', version = version + 1 WHERE id = :id",
        named_params! { ":id": known.shipment.id.0 },
    )?;
    if known.shipment.state == ShipmentState::Receiving {
        said::open_voided(tx, by, entry, known)?;
    }
    Ok(())
}
