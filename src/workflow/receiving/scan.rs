//! What a scan at the dock is: a line of this shipment, of another one, received already, known from
//! before, or one slip away from a tag that is expected. Changes nothing.

use serde::{Deserialize, Serialize};

use super::view::{self, Seer};
use super::{ReceivingError, ShipmentLine, ShipmentLineState};
use crate::domain::id::{PackageId, ShipmentId};
use crate::domain::retail_id::RetailId;
use crate::domain::tag::Tag;
use crate::store::{Db, SqlError, named_params};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScanKind {
    /// It is to be counted.
    Line,
    /// It is dealt with; the line says by whom and when.
    Done,
    /// It is on another shipment that is expected or at the dock.
    OtherShipment,
    /// The store has it already.
    KnownPackage,
    /// It is one digit off a tag of this shipment: look again.
    Near,
    /// No manifest has it.
    Unknown,
    /// It is no package tag.
    NotATag,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Scanned {
    pub kind: ScanKind,
    /// The tag that was read, if it was one.
    pub tag: Option<Tag>,
    /// The line it is, or the line it is near to.
    pub line: Option<ShipmentLine>,
    /// The shipment that it is on.
    pub shipment: Option<ShipmentId>,
    /// That shipment's manifest.
    pub manifest: Option<String>,
    pub package: Option<PackageId>,
}

/// Says what was scanned at the dock of a shipment.
pub fn scan(
    db: &Db<'_>,
    id: ShipmentId,
    code: &str,
    seer: Seer,
) -> Result<Scanned, ReceivingError> {
    let blind = view::known(db, id)?.shipment.blind;
    let nothing = Scanned {
        kind: ScanKind::NotATag,
        tag: None,
        line: None,
        shipment: None,
        manifest: None,
        package: None,
    };
    let Some(tag) = tag_of(code) else { return Ok(nothing) };
    let scanned = Scanned { tag: Some(tag), ..nothing };
    if let Some(stored) = view::line_of(db, id, tag)? {
        let kind = match stored.line.state {
            ShipmentLineState::Expected => ScanKind::Line,
            _ => ScanKind::Done,
        };
        let package = stored.line.package;
        let line = Some(view::shown(stored, blind, seer));
        return Ok(Scanned { kind, line, package, shipment: Some(id), ..scanned });
    }
    if let Some((shipment, manifest)) = elsewhere(db, tag)? {
        let (shipment, manifest) = (Some(shipment), Some(manifest));
        return Ok(Scanned { kind: ScanKind::OtherShipment, shipment, manifest, ..scanned });
    }
    if let Some(package) = package(db, tag)? {
        return Ok(Scanned { kind: ScanKind::KnownPackage, package: Some(package), ..scanned });
    }
    for near in tag.every_neighbour() {
        if let Some(stored) = view::line_of(db, id, near)? {
            let line = Some(view::shown(stored, blind, seer));
            return Ok(Scanned { kind: ScanKind::Near, line, shipment: Some(id), ..scanned });
        }
    }
    Ok(Scanned { kind: ScanKind::Unknown, ..scanned })
}

/// The tag of a scan: as it is printed, or out of a unit's Retail ID.
fn tag_of(code: &str) -> Option<Tag> {
    Tag::parse(code).or_else(|| match RetailId::read(code)? {
        RetailId::Unit { tag, .. } => Some(tag),
        RetailId::Opaque => None,
    })
}

/// The live shipment that has a tag on a line that is not dealt with.
fn elsewhere(db: &Db<'_>, tag: Tag) -> Result<Option<(ShipmentId, String)>, SqlError> {
    db.maybe(
        "SELECT shipment.id, manifest FROM shipment_line
         JOIN shipment ON shipment.id = shipment_id
         WHERE tag = :tag AND shipment_line.state = 'expected'
           AND shipment.state IN ('expected', 'receiving') LIMIT 1",
        named_params! { ":tag": tag.as_str() },
        |row| Ok((ShipmentId(row.get("id")?), row.get("manifest")?)),
    )
}

fn package(db: &Db<'_>, tag: Tag) -> Result<Option<PackageId>, SqlError> {
    db.maybe(
        "SELECT id FROM package WHERE tag = :tag",
        named_params! { ":tag": tag.as_str() },
        |row| row.get(0).map(PackageId),
    )
}

/// What keeps a tag that is on no line from being received as one that came all the same.
pub fn refuse_known(db: &Db<'_>, id: ShipmentId, tag: Tag) -> Result<(), ReceivingError> {
    let scanned = scan(db, id, tag.as_str(), Seer::Blind)?;
    let label = || scanned.manifest.clone().unwrap_or_else(|| tag.to_string());
    match scanned.kind {
        ScanKind::Unknown | ScanKind::Near | ScanKind::NotATag => Ok(()),
        ScanKind::Line | ScanKind::Done => {
            Err(ReceivingError::TagKnown { what: "this shipment", label: label() })
        }
        ScanKind::OtherShipment => {
            Err(ReceivingError::TagKnown { what: "another shipment", label: label() })
        }
        ScanKind::KnownPackage => {
            Err(ReceivingError::TagKnown { what: "the store", label: label() })
        }
    }
}
