//! Manifests: what the state says of a shipment on its way to this store, read from the state's own JSON
//! or from a CSV. Gives every manifest of a file, and what is wrong with it row by row. Whether one is
//! known, and whom it is for, is not asked here.

mod csv;
mod differences;
mod metrc;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::packages::Format;
use super::{FileRefused, Note, Reason, RowError, text};
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::tag::Tag;
use crate::domain::time::At;

pub use differences::Difference;

/// A company on a manifest, as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Party {
    pub license: Option<String>,
    pub name: Option<String>,
}

/// A driver and what they drive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Driver {
    pub name: Option<String>,
    /// Their occupational license.
    pub license: Option<String>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub plate: Option<String>,
}

/// What the state says became of a package of a shipment (METRC's `ShipmentPackageState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    Shipped,
    Accepted,
    Rejected,
    Returned,
}

/// One delivery of a manifest. Without packages: announced, and its packages not read yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ManifestFacts {
    pub number: String,
    /// The state's id of the delivery; a manifest may have several.
    pub delivery: Option<String>,
    pub voided: bool,
    pub origin: Party,
    pub transporter: Party,
    pub destination: Party,
    pub drivers: Vec<Driver>,
    pub departs: Option<At>,
    /// When it is expected here.
    pub arrives: Option<At>,
    /// When the state has it as received.
    pub received: Option<At>,
    pub last_modified: Option<At>,
    pub packages: Option<Vec<ManifestPackage>>,
}

/// A package on a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestPackage {
    pub tag: Tag,
    /// The state's name of the item.
    pub item: String,
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub brand: Option<String>,
    pub unit: Unit,
    pub shipped: Amount,
    #[serde(default)]
    pub batch: Option<String>,
    #[serde(default)]
    pub packaged: Option<NaiveDate>,
    /// The earliest of expiration, use-by and sell-by.
    #[serde(default)]
    pub expires: Option<NaiveDate>,
    /// METRC's word (`TestPassed`).
    #[serde(default)]
    pub lab_state: Option<String>,
    /// What the whole package cost.
    #[serde(default)]
    pub cost_cents: Option<i64>,
    /// What keeps it from being sold, besides its lab state, in a word or two.
    #[serde(default)]
    pub hold: Option<String>,
    #[serde(default)]
    pub said: Option<Said>,
    /// What the state has as received of it.
    #[serde(default)]
    pub received: Option<Quantity>,
    /// The tag its Retail IDs were issued under.
    #[serde(default)]
    pub origin_tag: Option<Tag>,
}

/// A row that cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// 1 for the first package of its list, or the first row of a CSV.
    pub number: usize,
    /// The manifest it is of, and its tag as it stood there.
    pub manifest: String,
    pub label: String,
    pub error: RowError,
}

#[derive(Clone, Debug)]
pub struct ManifestFile {
    pub format: Format,
    pub manifests: Vec<ManifestFacts>,
    pub bad: Vec<BadRow>,
    pub notes: Vec<Note>,
}

/// Reads manifests of either kind. Times without an offset are of the facility's `zone`.
pub fn read_manifests(bytes: &[u8], zone: Tz) -> Result<ManifestFile, FileRefused> {
    let mut notes = Vec::new();
    let text = text::decode(bytes, &mut notes)?;
    let (format, manifests, mut bad) = if text.trim_start().starts_with(['{', '[']) {
        let (manifests, bad) = metrc::read(&text, zone, &mut notes)?;
        (Format::MetrcJson, manifests, bad)
    } else {
        let (manifests, bad) = csv::read(&text, zone)?;
        (Format::Csv, manifests, bad)
    };
    let manifests = newest(manifests, &mut notes);
    for manifest in &manifests {
        bad.extend(twice(manifest));
    }
    Ok(ManifestFile { format, manifests, bad, notes })
}

/// Of the same delivery twice in a file, the one that was changed last.
fn newest(manifests: Vec<ManifestFacts>, notes: &mut Vec<Note>) -> Vec<ManifestFacts> {
    let mut kept: Vec<ManifestFacts> = Vec::with_capacity(manifests.len());
    for manifest in manifests {
        let same = |one: &&mut ManifestFacts| {
            one.number == manifest.number && one.delivery == manifest.delivery
        };
        let Some(earlier) = kept.iter_mut().find(same) else {
            kept.push(manifest);
            continue;
        };
        let sentence =
            format!("Manifest {} is in the file twice: the newer one counts.", manifest.number);
        notes.push(Note { line: None, code: "manifest_twice", sentence });
        if manifest.last_modified >= earlier.last_modified {
            let packages = manifest.packages.clone().or_else(|| earlier.packages.take());
            *earlier = ManifestFacts { packages, ..manifest };
        }
    }
    kept
}

/// Every row of a manifest whose tag an earlier row has.
fn twice(manifest: &ManifestFacts) -> Vec<BadRow> {
    let mut first = HashMap::new();
    let mut bad = Vec::new();
    for (n, package) in manifest.packages.iter().flatten().enumerate() {
        let earlier = *first.entry(package.tag).or_insert(n);
        if earlier != n {
            let tag = package.tag.as_str();
            bad.push(BadRow {
                number: n + 1,
                manifest: manifest.number.clone(),
                label: tag.to_owned(),
                error: RowError::new("tag", tag, Reason::DuplicateTag(earlier + 1)),
            });
        }
    }
    bad
}
