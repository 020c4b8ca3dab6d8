//! A package is received: identified, counted, and posted from the supplier to the dock; or, where anything
//! is not as it should be, to quarantine, with its case, in the same command. Only what arrived is posted.

use serde::{Deserialize, Serialize};

use super::posting::{self, Arrival};
use super::view::{self, Known, Stored};
use super::{
    ReceivingError, ShipmentLine, ShipmentLineState, ShipmentState, checked_note, door, invalid,
    scan,
};
use crate::domain::arrival::{Condition, How};
use crate::domain::file_hash::FileHash;
use crate::domain::id::{CaseId, DocumentId, PackageId, ProductId, ShipmentId, ShipmentLineId};
use crate::domain::quantity::{Amount, Quantity, SCALE};
use crate::domain::tag::Tag;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::document;
use crate::workflow::quarantine::HoldReason;
use crate::workflow::refs::{self, PlaceRef};

/// Photos of one package.
const PHOTOS: usize = 10;

/// What was counted of a package that is on the manifest.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountInput {
    pub tag: Tag,
    /// In the unit of the line.
    pub counted: Quantity,
    /// What the number rests on; counted one by one where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<How>,
    #[serde(default)]
    pub condition: Condition,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// At most 10.
    #[serde(default)]
    pub photos: Vec<FileHash>,
}

/// A package that came and is on no line.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraInput {
    pub tag: Tag,
    pub product: ProductId,
    /// In the unit that the product's packages are kept in.
    pub counted: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default)]
    pub photos: Vec<FileHash>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Received {
    /// With what was shipped: the count is in.
    pub line: ShipmentLine,
    /// Where it was posted to.
    pub to: PlaceRef,
    /// Why it went to quarantine; empty where it did not.
    pub held: Vec<HoldReason>,
    pub case: Option<CaseId>,
}

/// Receives a package of the manifest.
pub fn receive(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    input: &CountInput,
) -> Result<Received, ReceivingError> {
    let known = at_the_dock(tx, id)?;
    let stored = view::line_of(tx, id, input.tag)?;
    let stored = stored.ok_or(ReceivingError::NotFound { what: "package on this manifest" })?;
    if stored.line.state != ShipmentLineState::Expected {
        return Err(ReceivingError::AlreadyDone { line: Box::new(stored.line) });
    }
    let Some(product) = &stored.line.product else {
        let (item, unit) = (stored.line.item, stored.line.unit);
        return Err(ReceivingError::NeedsProduct { item, unit });
    };
    let product = product.id;
    if input.counted.unit != stored.line.unit {
        return Err(invalid("counted", &format!("must be in {}", stored.line.unit)));
    }
    if !input.counted.amount.is_positive() || !input.counted.unit.fits(input.counted.amount) {
        return Err(invalid(
            "counted",
            "must be above zero, and pieces whole; say that it is missing",
        ));
    }
    if let Some(how) = &input.how {
        how.check(input.counted)?;
    }
    let note = checked_note("note", input.note.as_deref())?;
    let photos = photos_of(tx, &input.photos)?;
    let mut entry = Entry::open(tx, by, "received")?;
    let package = add_package(tx, &known, &stored, product)?;
    write_count(tx, by, &stored, input, package, note.as_deref())?;
    add_photos(tx, stored.line.id, &photos)?;
    let arrival = Arrival {
        known: &known,
        stored: &stored,
        package,
        counted: input.counted,
        photos: &photos,
    };
    let reasons = posting::reasons(tx, &arrival, input.condition)?;
    let received = posting::post(tx, by, &mut entry, &arrival, &reasons)?;
    entry.seal(&serde_json::json!({
        "shipment": id, "manifest": known.shipment.manifest, "line": stored.line.id,
        "tag": input.tag, "counted": input.counted, "how": input.how,
        "condition": input.condition, "held": received.held, "reason": note,
        "photos": input.photos, "case": received.case,
    }))?;
    tx.announce(Topic::Shipments, id.0);
    Ok(received)
}

/// Receives a package that no line has: into quarantine, with a case.
pub fn receive_extra(
    tx: &Tx<'_>,
    by: &Actor,
    id: ShipmentId,
    input: &ExtraInput,
) -> Result<Received, ReceivingError> {
    let known = at_the_dock(tx, id)?;
    scan::refuse_known(tx, id, input.tag)?;
    let product =
        refs::product(tx, input.product)?.ok_or(ReceivingError::NotFound { what: "product" })?;
    let kept_in = refs::kept_in(tx, input.product)?;
    if input.counted.unit != kept_in {
        return Err(invalid("counted", &format!("must be in {kept_in}")));
    }
    if !input.counted.amount.is_positive() || !kept_in.fits(input.counted.amount) {
        return Err(invalid("counted", "must be above zero, and pieces whole"));
    }
    let note = checked_note("note", input.note.as_deref())?;
    let photos = photos_of(tx, &input.photos)?;
    let mut entry = Entry::open(tx, by, "received")?;
    let line = tx.insert(
        "INSERT INTO shipment_line (shipment_id, tag, item, unit, product_id, state)
         VALUES (:shipment, :tag, :item, :unit, :product, 'expected')",
        named_params! {
            ":shipment": id.0, ":tag": input.tag.as_str(), ":item": product.name,
            ":unit": kept_in.short(), ":product": product.id.0,
        },
    )?;
    let stored = view::line(tx, ShipmentLineId(line))?;
    let package = add_package(tx, &known, &stored, product.id)?;
    let as_counted = CountInput {
        tag: input.tag,
        counted: input.counted,
        how: None,
        condition: Condition::Good,
        note: note.clone(),
        photos: input.photos.clone(),
    };
    write_count(tx, by, &stored, &as_counted, package, note.as_deref())?;
    add_photos(tx, stored.line.id, &photos)?;
    let arrival = Arrival {
        known: &known,
        stored: &stored,
        package,
        counted: input.counted,
        photos: &photos,
    };
    let received = posting::post(tx, by, &mut entry, &arrival, &[HoldReason::Discrepancy])?;
    entry.seal(&serde_json::json!({
        "shipment": id, "manifest": known.shipment.manifest, "line": line, "tag": input.tag,
        "counted": input.counted, "extra": true, "held": received.held, "reason": note,
        "case": received.case,
    }))?;
    tx.announce(Topic::Shipments, id.0);
    Ok(received)
}

/// The shipment, if its packages may be received now.
pub fn at_the_dock(db: &Db<'_>, id: ShipmentId) -> Result<Known, ReceivingError> {
    let known = view::known(db, id)?;
    if known.shipment.state != ShipmentState::Receiving {
        return Err(ReceivingError::WrongState { state: known.shipment.state });
    }
    match door::destination(db, &known.facts)? {
        Some(finding) if finding.stops => {
            Err(ReceivingError::WrongDestination { stated: finding.stated.unwrap_or_default() })
        }
        _ => Ok(known),
    }
}

/// Photos that were handed in, and not too many.
pub fn photos_of(db: &Db<'_>, photos: &[FileHash]) -> Result<Vec<DocumentId>, ReceivingError> {
    if photos.len() > PHOTOS {
        return Err(invalid("photos", "are 10 at most"));
    }
    document::of(db, photos)?.ok_or(ReceivingError::NotFound { what: "photo" })
}

/// The package as the store keeps it from now on; the one there is where its receipt was taken back.
fn add_package(
    tx: &Tx<'_>,
    known: &Known,
    stored: &Stored,
    product: ProductId,
) -> Result<PackageId, ReceivingError> {
    if let Some(package) = stored.line.package {
        return Ok(package);
    }
    if scan_known(tx, stored.line.tag)? {
        let label = stored.line.tag.to_string();
        return Err(ReceivingError::TagKnown { what: "the store", label });
    }
    let facts = stored.facts.as_ref();
    let each = |cost: i64, shipped: Amount| {
        let whole = i128::from(cost) * i128::from(SCALE);
        i64::try_from(whole / i128::from(shipped.raw().max(1))).ok()
    };
    let cost = facts.and_then(|facts| each(facts.cost_cents?, facts.shipped));
    let origin = &known.facts.origin;
    let supplier = origin.name.as_ref().or(origin.license.as_ref());
    let id = tx.insert(
        "INSERT INTO package (tag, product_id, unit, batch, packaged, received, expires,
                              unit_cost_cents, supplier, manifest, lab_state, on_hold, origin_tag,
                              added_at)
         VALUES (:tag, :product, :unit, :batch, :packaged, :now, :expires, :cost, :supplier,
                 :manifest, :lab_state, :on_hold, :origin_tag, :now)",
        named_params! {
            ":tag": stored.line.tag.as_str(), ":product": product.0,
            ":unit": stored.line.unit.short(), ":batch": stored.line.batch,
            ":packaged": stored.line.packaged.map(|day| day.to_string()), ":now": tx.now().0,
            ":expires": stored.line.expires.map(|day| day.to_string()), ":cost": cost,
            ":supplier": supplier, ":manifest": known.shipment.manifest,
            ":lab_state": stored.line.lab_state.as_deref().unwrap_or("NotSubmitted"),
            ":on_hold": facts.is_some_and(|facts| facts.hold.is_some()),
            ":origin_tag": facts.and_then(|facts| facts.origin_tag).map(|tag| tag.to_string()),
        },
    )?;
    tx.insert(
        "INSERT INTO receipt (package_id, line_id) VALUES (:package, :line)",
        named_params! { ":package": id, ":line": stored.line.id.0 },
    )?;
    Ok(PackageId(id))
}

fn scan_known(db: &Db<'_>, tag: Tag) -> Result<bool, SqlError> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM package WHERE tag = :tag)",
        named_params! { ":tag": tag.as_str() },
        |row| row.get(0),
    )
}

fn write_count(
    tx: &Tx<'_>,
    by: &Actor,
    stored: &Stored,
    input: &CountInput,
    package: PackageId,
    note: Option<&str>,
) -> Result<(), ReceivingError> {
    let how = input.how.as_ref().map(serde_json::to_string).transpose();
    let how = how.map_err(|error| StoreError::Invariant(error.to_string()))?;
    tx.execute(
        "UPDATE shipment_line SET state = 'received', package_id = :package, counted = :counted,
           how = :how, condition = :condition, note = :note, at = :at, by_user = :by
         WHERE id = :id",
        named_params! {
            ":package": package.0, ":counted": input.counted.amount.raw(), ":how": how,
            ":condition": input.condition.word(), ":note": note, ":at": tx.now().0,
            ":by": by.user.map(|user| user.0), ":id": stored.line.id.0,
        },
    )?;
    Ok(())
}

/// Ties photos to a line.
pub fn add_photos(
    tx: &Tx<'_>,
    line: ShipmentLineId,
    photos: &[DocumentId],
) -> Result<(), SqlError> {
    for photo in photos {
        tx.execute(
            "INSERT INTO shipment_photo (line_id, document_id) VALUES (:line, :photo)
             ON CONFLICT DO NOTHING",
            named_params! { ":line": line.0, ":photo": photo.0 },
        )?;
    }
    Ok(())
}
