//! What the screens see of shipments. While a count is blind, what should arrive leaves the box for nobody
//! who may count.

use super::door;
use super::{
    DockStock, OpenLine, ReceivingError, Shipment, ShipmentLine, ShipmentLineState, ShipmentState,
};
use super::{ShipmentView, Shipments, WhyOpen};
use crate::domain::arrival::Condition;
use crate::domain::id::{CaseId, DocumentId, PackageId, PlaceId, ProductId, ShipmentId};
use crate::domain::id::{ShipmentLineId, UserId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::sheet::manifest::{ManifestFacts, ManifestPackage, Party};
use crate::domain::tag::Tag;
use crate::domain::time::At;
use crate::ledger::query;
use crate::store::{Db, Row, SqlError, StoreError, named_params};
use crate::workflow::refs::{self, UserRef};
use crate::workflow::{coa, license, quarantine};

/// How long somebody counts as being at the dock after their last package.
const AT_DOCK_S: i64 = 30 * 60;

/// Whether whoever looks might count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seer {
    Blind,
    Seeing,
}

/// A shipment with what the state says of it.
pub struct Known {
    pub shipment: Shipment,
    /// Without its packages: those are lines.
    pub facts: ManifestFacts,
}

/// A line as it is stored.
pub struct Stored {
    pub line: ShipmentLine,
    pub shipment: ShipmentId,
    pub facts: Option<ManifestPackage>,
    pub shipped: Option<Amount>,
}

const SHIPMENT: &str = "
    SELECT id, code, manifest, delivery, state, facts, eta, arrived_at, finished_at, blind, version,
           (SELECT count(*) FROM shipment_line WHERE shipment_id = shipment.id AND facts IS NOT NULL
              AND state <> 'removed') AS packages,
           (SELECT count(*) FROM shipment_line WHERE shipment_id = shipment.id AND facts IS NOT NULL
              AND state IN ('received', 'rejected', 'missing')) AS done,
           (SELECT count(*) FROM shipment_line WHERE shipment_id = shipment.id AND facts IS NULL)
             AS extras,
           (SELECT count(*) FROM kase WHERE state = 'open' AND (
              (subject_kind = 'shipment' AND subject_id = shipment.id)
              OR id IN (SELECT kase_id FROM shipment_line WHERE shipment_id = shipment.id)))
             AS cases
    FROM shipment";

fn shipment(row: &Row<'_>) -> Result<(Shipment, String), SqlError> {
    let facts: String = row.get("facts")?;
    let delivery: String = row.get("delivery")?;
    let state: String = row.get("state")?;
    let time = |column: &str| Ok::<_, SqlError>(row.get::<_, Option<i64>>(column)?.map(At));
    let shipment = Shipment {
        id: ShipmentId(row.get("id")?),
        code: row.get("code")?,
        manifest: row.get("manifest")?,
        delivery: Some(delivery).filter(|delivery| !delivery.is_empty()),
        state: ShipmentState::parse(&state),
        origin: Party::default(),
        eta: time("eta")?,
        arrived_at: time("arrived_at")?,
        finished_at: time("finished_at")?,
        packages: row.get("packages")?,
        done: row.get("done")?,
        extras: row.get("extras")?,
        at_dock: Vec::new(),
        cases: row.get("cases")?,
        blind: row.get("blind")?,
        version: row.get("version")?,
    };
    Ok((shipment, facts))
}

fn with_facts(db: &Db<'_>, (shipment, facts): (Shipment, String)) -> Result<Known, StoreError> {
    let facts: ManifestFacts = serde_json::from_str(&facts)
        .map_err(|error| StoreError::Invariant(format!("a shipment's facts: {error}")))?;
    let at_dock = at_dock(db, shipment.id)?;
    let shipment = Shipment { origin: facts.origin.clone(), at_dock, ..shipment };
    Ok(Known { shipment, facts })
}

fn at_dock(db: &Db<'_>, id: ShipmentId) -> Result<Vec<UserRef>, SqlError> {
    db.all(
        "SELECT DISTINCT user.id, user.name FROM shipment_line JOIN user ON user.id = by_user
         WHERE shipment_id = :id AND at > :since ORDER BY user.name",
        named_params! { ":id": id.0, ":since": db.now().plus_s(-AT_DOCK_S).0 },
        |row| Ok(UserRef { id: UserId(row.get("id")?), name: row.get("name")? }),
    )
}

/// Those expected or at the dock, by when they are expected; else the newest hundred that are over.
pub fn list(db: &Db<'_>, over: bool) -> Result<Shipments, StoreError> {
    let sql = if over {
        format!("{SHIPMENT} WHERE state IN ('finished', 'voided') ORDER BY id DESC LIMIT 100")
    } else {
        format!(
            "{SHIPMENT} WHERE state IN ('expected', 'receiving')
             ORDER BY state = 'expected', eta IS NULL, eta, id LIMIT 500"
        )
    };
    let rows = db.all(&sql, [], shipment)?;
    let shipments = rows.into_iter().map(|row| with_facts(db, row).map(|known| known.shipment));
    Ok(Shipments { now: db.now(), shipments: shipments.collect::<Result<_, _>>()? })
}

/// A shipment, or the refusal that there is none.
pub fn known(db: &Db<'_>, id: ShipmentId) -> Result<Known, ReceivingError> {
    let row =
        db.maybe(&format!("{SHIPMENT} WHERE id = :id"), named_params! { ":id": id.0 }, shipment)?;
    let row = row.ok_or(ReceivingError::NotFound { what: "shipment" })?;
    Ok(with_facts(db, row)?)
}

/// A shipment with its papers and every package of it.
pub fn of(db: &Db<'_>, id: ShipmentId, seer: Seer) -> Result<ShipmentView, ReceivingError> {
    let known = known(db, id)?;
    let door = door::fields(db, &known)?;
    let findings = door::findings(db, &known, &door)?;
    let lines = lines(db, &known.shipment, seer)?;
    let (door_at, door_by) = db.one(
        "SELECT door_at, door_by FROM shipment WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((row.get::<_, Option<i64>>(0)?.map(At), row.get::<_, Option<i64>>(1)?)),
    )?;
    let register = license::register(db)?;
    Ok(ShipmentView {
        open: open(&lines),
        door_by: refs::known_user(db, door_by)?,
        register: register.and_then(|one| one.refreshed).map(|day| day.to_string()),
        shipment: known.shipment,
        door,
        findings,
        door_at,
        lines,
    })
}

/// The lines that keep a shipment from being finished.
pub fn open(lines: &[ShipmentLine]) -> Vec<OpenLine> {
    let why = |line: &ShipmentLine| match line.state {
        ShipmentLineState::Expected => Some(WhyOpen::NotCounted),
        ShipmentLineState::Received if line.on_dock.is_some() => Some(WhyOpen::OnDock),
        _ => None,
    };
    lines
        .iter()
        .filter_map(|line| {
            let why = why(line)?;
            Some(OpenLine { line: line.id, tag: line.tag, item: line.item.clone(), why })
        })
        .collect()
}

fn lines(
    db: &Db<'_>,
    shipment: &Shipment,
    seer: Seer,
) -> Result<Vec<ShipmentLine>, ReceivingError> {
    let ids = db.all(
        "SELECT id FROM shipment_line WHERE shipment_id = :id AND state <> 'removed'
         ORDER BY item COLLATE NOCASE, tag",
        named_params! { ":id": shipment.id.0 },
        |row| row.get(0).map(ShipmentLineId),
    )?;
    ids.into_iter().map(|id| Ok(shown(line(db, id)?, shipment.blind, seer))).collect()
}

/// A line as this person may see it.
pub fn shown(stored: Stored, blind: bool, seer: Seer) -> ShipmentLine {
    let hidden = blind && seer == Seer::Blind && stored.line.state == ShipmentLineState::Expected;
    if hidden { ShipmentLine { shipped: None, ..stored.line } } else { stored.line }
}

/// The line of a tag in a shipment.
pub fn line_of(db: &Db<'_>, id: ShipmentId, tag: Tag) -> Result<Option<Stored>, ReceivingError> {
    let found = db.maybe(
        "SELECT id FROM shipment_line
         WHERE shipment_id = :id AND tag = :tag AND state <> 'removed'",
        named_params! { ":id": id.0, ":tag": tag.as_str() },
        |row| row.get(0).map(ShipmentLineId),
    )?;
    found.map(|id| line(db, id)).transpose()
}

/// A line, with everything.
pub fn line(db: &Db<'_>, id: ShipmentLineId) -> Result<Stored, ReceivingError> {
    let found = db.maybe(
        "SELECT shipment_line.*, user.name AS by_name, recorder.name AS recorded_name
         FROM shipment_line LEFT JOIN user ON user.id = by_user
         LEFT JOIN user AS recorder ON recorder.id = recorded_by
         WHERE shipment_line.id = :id",
        named_params! { ":id": id.0 },
        stored,
    )?;
    let (mut stored, product, shelf) = found.ok_or(ReceivingError::NotFound { what: "line" })?;
    let line = &mut stored.line;
    line.product = product.map_or(Ok(None), |product| refs::product(db, product))?;
    line.shelf = shelf.map_or(Ok(None), |shelf| refs::place(db, shelf))?;
    line.photos = db.all(
        "SELECT document_id FROM shipment_photo WHERE line_id = :id ORDER BY document_id",
        named_params! { ":id": id.0 },
        |row| row.get(0).map(DocumentId),
    )?;
    if let Some(product) = &line.product {
        let batch = line.batch.as_deref().unwrap_or(line.tag.as_str());
        line.coa = Some(coa::of(db, product.id, batch)?);
    }
    if let Some(package) = line.package.filter(|_| line.state == ShipmentLineState::Received) {
        line.held = !quarantine::holds(db, package)?.is_empty();
        line.on_dock = on_dock(db, package)?;
    }
    Ok(stored)
}

type Links = (Stored, Option<ProductId>, Option<PlaceId>);

fn stored(row: &Row<'_>) -> Result<Links, SqlError> {
    let facts: Option<String> = row.get("facts")?;
    let facts: Option<ManifestPackage> = facts.and_then(|json| serde_json::from_str(&json).ok());
    let unit = refs::unit(row, "unit")?;
    let amount =
        |column: &str| Ok::<_, SqlError>(row.get::<_, Option<i64>>(column)?.map(Amount::from_raw));
    let time = |column: &str| Ok::<_, SqlError>(row.get::<_, Option<i64>>(column)?.map(At));
    let person = |id: &str, name: &str| {
        let (id, name): (Option<i64>, Option<String>) = (row.get(id)?, row.get(name)?);
        Ok::<_, SqlError>(id.zip(name).map(|(id, name)| UserRef { id: UserId(id), name }))
    };
    let (shipped, counted) = (amount("shipped")?, amount("counted")?);
    let state: String = row.get("state")?;
    let how: Option<String> = row.get("how")?;
    let condition: Option<String> = row.get("condition")?;
    let tag: String = row.get("tag")?;
    let of = facts.as_ref();
    let line = ShipmentLine {
        id: ShipmentLineId(row.get("id")?),
        // Stored as a tag writes itself.
        tag: Tag::parse(&tag).ok_or(SqlError::InvalidQuery)?,
        item: row.get("item")?,
        category: of.and_then(|facts| facts.category.clone()),
        brand: of.and_then(|facts| facts.brand.clone()),
        batch: of.and_then(|facts| facts.batch.clone()),
        packaged: of.and_then(|facts| facts.packaged),
        expires: of.and_then(|facts| facts.expires),
        lab_state: of.and_then(|facts| facts.lab_state.clone()),
        unit,
        shipped: shipped.map(|amount| Quantity::new(amount, unit)),
        extra: facts.is_none(),
        product: None,
        state: ShipmentLineState::parse(&state),
        package: row.get::<_, Option<i64>>("package_id")?.map(PackageId),
        counted: counted.map(|amount| Quantity::new(amount, unit)),
        difference: counted.map(|counted| counted - shipped.unwrap_or(Amount::ZERO)),
        how: how.and_then(|json| serde_json::from_str(&json).ok()),
        condition: condition.as_deref().and_then(Condition::parse),
        note: row.get("note")?,
        photos: Vec::new(),
        shelf: None,
        at: time("at")?,
        by: person("by_user", "by_name")?,
        case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
        coa: None,
        on_dock: None,
        held: false,
        recorded_at: time("recorded_at")?,
        recorded_by: person("recorded_by", "recorded_name")?,
        confirmed_at: time("confirmed_at")?,
    };
    let product = row.get::<_, Option<i64>>("product_id")?.map(ProductId);
    let shelf = row.get::<_, Option<i64>>("shelf_id")?.map(PlaceId);
    let shipment = ShipmentId(row.get("shipment_id")?);
    Ok((Stored { line, shipment, facts, shipped }, product, shelf))
}

/// What of a package stands on the dock, and the bin to put it in: one that has its product.
fn on_dock(db: &Db<'_>, package: PackageId) -> Result<Option<DockStock>, SqlError> {
    let Some(facts) = refs::package(db, package)? else { return Ok(None) };
    for (place, amount) in query::places_of(db, package)? {
        let Some(place) = refs::place(db, place)? else { continue };
        if place.kind == PlaceKind::Dock {
            let suggested = suggested(db, facts.reference.product.id)?;
            return Ok(Some(DockStock { place, quantity: facts.quantity(amount), suggested }));
        }
    }
    Ok(None)
}

fn suggested(db: &Db<'_>, product: ProductId) -> Result<Option<refs::PlaceRef>, SqlError> {
    db.maybe(
        "SELECT place.id, place.name, place.kind, place.code FROM balance
         JOIN package ON package.id = package_id JOIN place ON place.id = place_id
         WHERE product_id = :product AND place.kind = 'bin' AND place.active = 1 AND amount > 0
         ORDER BY amount DESC, place.walk, place.id LIMIT 1",
        named_params! { ":product": product.0 },
        refs::place_row,
    )
}
