//! The state's own answers about incoming transfers: `GET /transfers/v2/incoming`, and for a delivery its
//! packages, wholesale prices and transporter details. A file may hold one row with these nested under
//! `Packages`, `Wholesale`, `TransporterDetails`, or one after the other the answers for one delivery.
//! Types wobble (a number for a word, null for anything, 0001-01-01 for no date); unknown fields are none
//! of our business.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::{BadRow, Driver, ManifestFacts, ManifestPackage, Party, Said};
use crate::domain::quantity::{Quantity, Unit};
use crate::domain::sheet::packages::{checked_amount, lab_word, tag_of};
use crate::domain::sheet::table::one_line;
use crate::domain::sheet::{FileRefused, Note, ROW_LIMIT, Reason, RowError, cell};
use crate::domain::tag::Tag;

type Object = Map<String, Value>;

/// What a file holds, sorted by what each row is.
#[derive(Default)]
struct Found {
    transfers: Vec<Object>,
    packages: Vec<Object>,
    wholesale: Vec<Object>,
    details: Vec<Object>,
}

pub fn read(
    text: &str,
    zone: Tz,
    notes: &mut Vec<Note>,
) -> Result<(Vec<ManifestFacts>, Vec<BadRow>), FileRefused> {
    let mut found = Found::default();
    for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        found.sort(document.map_err(|error| super::super::metrc::broken(&error))?, notes)?;
    }
    let Found { mut transfers, packages, wholesale, details } = found;
    if transfers.is_empty() {
        return Err(FileRefused::NotManifests(
            "no row has a ManifestNumber; take the answer of /transfers/v2/incoming with it",
        ));
    }
    if !packages.is_empty() {
        let [transfer] = &mut transfers[..] else {
            return Err(FileRefused::NotManifests(
                "its packages do not say which of the deliveries they are of; put each delivery's \
                 packages under \"Packages\" of its row, or one delivery in a file",
            ));
        };
        for (name, list) in
            [("Packages", packages), ("Wholesale", wholesale), ("TransporterDetails", details)]
        {
            transfer.entry(name).or_insert_with(|| list.into_iter().map(Value::Object).collect());
        }
    }
    let mut bad = Vec::new();
    let manifests =
        transfers.iter().map(|transfer| manifest(transfer, zone, &mut bad)).collect::<Vec<_>>();
    Ok((manifests, bad))
}

impl Found {
    fn sort(&mut self, value: Value, notes: &mut Vec<Note>) -> Result<(), FileRefused> {
        match value {
            Value::Array(list) => list.into_iter().try_for_each(|one| self.sort(one, notes)),
            Value::Object(mut object) => {
                if let Some(Value::Array(list)) = object.remove("Data") {
                    note_pages(&object, notes);
                    return list.into_iter().try_for_each(|one| self.sort(one, notes));
                }
                if let Some(Value::Object(mut transfer)) = object.remove("Transfer") {
                    transfer.append(&mut object);
                    object = transfer;
                }
                self.add(object)
            }
            _ => Err(FileRefused::NotManifests("it is neither a list nor an answer of the state")),
        }
    }

    fn add(&mut self, object: Object) -> Result<(), FileRefused> {
        let has = |name| object.get(name).is_some_and(|value| !value.is_null());
        let list = if has("PackageLabel") && has("ShippedQuantity") {
            &mut self.packages
        } else if has("ManifestNumber") {
            &mut self.transfers
        } else if has("ShipperWholesalePrice") || has("ReceiverWholesalePrice") {
            &mut self.wholesale
        } else if has("DriverName") {
            &mut self.details
        } else if has("PackageLabel") {
            &mut self.packages
        } else {
            return Ok(()); // routes, transporters' names: said elsewhere too
        };
        list.push(object);
        if list.len() > ROW_LIMIT { Err(FileRefused::TooManyRows) } else { Ok(()) }
    }
}

fn note_pages(envelope: &Object, notes: &mut Vec<Note>) {
    let pages = envelope.get("TotalPages").and_then(Value::as_u64).unwrap_or(1);
    if pages > 1 {
        let page = envelope.get("Page").and_then(Value::as_u64).unwrap_or(1);
        let sentence = format!("This is page {page} of {pages}: the rest is on the other pages.");
        notes.push(Note { line: None, code: "page_of_many", sentence });
    }
}

/// A value of any type as text; `None` for null and for what says nothing.
fn word(object: &Object, name: &str) -> Option<String> {
    let text = match object.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => return None,
    };
    cell::clean(&text).map(one_line)
}

fn yes(object: &Object, name: &str) -> bool {
    word(object, name).is_some_and(|text| cell::yes(&text))
}

/// The rows under a name: a list, or an answer of the state with its list in `Data`.
fn rows<'o>(object: &'o Object, name: &str) -> Option<Vec<&'o Object>> {
    let list = match object.get(name)? {
        Value::Object(envelope) => envelope.get("Data")?.as_array()?,
        value => value.as_array()?,
    };
    Some(list.iter().filter_map(Value::as_object).collect())
}

fn manifest(row: &Object, zone: Tz, bad: &mut Vec<BadRow>) -> ManifestFacts {
    let number = word(row, "ManifestNumber").unwrap_or_default();
    let mut wrong = |number: usize, manifest: &str, label: String, error: RowError| {
        bad.push(BadRow { number, manifest: manifest.to_owned(), label, error });
    };
    let mut time = |field: &'static str, name: &str| {
        let text = word(row, name)?;
        cell::time(&text, zone).unwrap_or_else(|reason| {
            wrong(0, &number, String::new(), RowError::new(field, &text, reason));
            None
        })
    };
    let (departs, arrives) = (
        time("departure", "EstimatedDepartureDateTime"),
        time("arrival", "EstimatedArrivalDateTime"),
    );
    let received = time("received", "ReceivedDateTime");
    let last_modified = time("last_modified", "LastModified");
    let party = |of: &str| Party {
        license: word(row, &format!("{of}FacilityLicenseNumber")),
        name: word(row, &format!("{of}FacilityName")),
    };
    let prices: HashMap<String, i64> = rows(row, "Wholesale")
        .unwrap_or_default()
        .into_iter()
        .filter_map(|price| {
            let cents = word(price, "ReceiverWholesalePrice")
                .or_else(|| word(price, "ShipperWholesalePrice"))?;
            Some((word(price, "PackageLabel")?, cell::cents(&cents).ok()?))
        })
        .collect();
    let packages = rows(row, "Packages").map(|list| {
        let mut packages = Vec::with_capacity(list.len());
        for (n, row) in list.into_iter().enumerate() {
            let label = word(row, "PackageLabel").unwrap_or_default();
            match package(row, &label, zone) {
                Ok(read) => {
                    packages
                        .push(ManifestPackage { cost_cents: prices.get(&label).copied(), ..read });
                }
                Err(error) => wrong(n + 1, &number, label, error),
            }
        }
        packages
    });
    ManifestFacts {
        delivery: word(row, "DeliveryId"),
        voided: yes(row, "IsVoided"),
        origin: party("Shipper"),
        transporter: party("Transporter"),
        destination: party("Recipient"),
        drivers: drivers(row),
        departs,
        arrives,
        received,
        last_modified,
        packages,
        number,
    }
}

fn drivers(row: &Object) -> Vec<Driver> {
    let driver = |row: &Object| Driver {
        name: word(row, "DriverName"),
        license: word(row, "DriverOccupationalLicenseNumber"),
        make: word(row, "VehicleMake"),
        model: word(row, "VehicleModel"),
        plate: word(row, "VehicleLicensePlateNumber"),
    };
    let mut drivers: Vec<Driver> =
        rows(row, "TransporterDetails").unwrap_or_default().into_iter().map(driver).collect();
    if drivers.is_empty() {
        drivers.push(driver(row));
    }
    drivers.retain(|driver| *driver != Driver::default());
    drivers
}

fn package(row: &Object, label: &str, zone: Tz) -> Result<ManifestPackage, RowError> {
    let tag = tag_of(Some(label).filter(|label| !label.is_empty()))?;
    let item = word(row, "ItemName").ok_or_else(|| RowError::new("item", "", Reason::Missing))?;
    let shipped = quantity(row, "Shipped", "shipped")?;
    let shipped = shipped.ok_or_else(|| RowError::new("shipped", "", Reason::Missing))?;
    let day = |field: &'static str, name: &str| -> Result<Option<NaiveDate>, RowError> {
        let Some(text) = word(row, name) else { return Ok(None) };
        cell::date(&text, zone).map_err(|reason| RowError::new(field, &text, reason))
    };
    let expires = [
        day("expires", "ExpirationDate")?,
        day("use_by", "UseByDate")?,
        day("sell_by", "SellByDate")?,
    ];
    let origin = row.get("ProductLabel").and_then(Value::as_object);
    Ok(ManifestPackage {
        tag,
        item,
        category: word(row, "ItemCategoryName"),
        brand: word(row, "ItemBrandName"),
        unit: shipped.unit,
        shipped: shipped.amount,
        batch: word(row, "ProductionBatchNumber")
            .or_else(|| word(row, "SourceProductionBatchNumbers"))
            .or_else(|| word(row, "SourceHarvestNames")),
        packaged: day("packaged", "PackagedDate")?,
        expires: expires.into_iter().flatten().min(),
        lab_state: word(row, "LabTestingState").map(|state| lab_word(&state)),
        cost_cents: None,
        hold: hold(row),
        said: word(row, "ShipmentPackageState").and_then(|state| said(&state)),
        received: quantity(row, "Received", "received")?,
        origin_tag: origin
            .and_then(|origin| word(origin, "OriginalSourcePackageLabel"))
            .and_then(|tag| Tag::parse(&tag)),
    })
}

/// An amount with its unit, under the names that begin so; `None` where no amount is said.
fn quantity(row: &Object, of: &str, field: &'static str) -> Result<Option<Quantity>, RowError> {
    let Some(written) = word(row, &format!("{of}Quantity")) else { return Ok(None) };
    let plain = match written.parse::<f64>() {
        Ok(number) if written.contains(['e', 'E']) && number.is_finite() => number.to_string(),
        _ => written.clone(),
    };
    let amount = cell::number(&plain).map_err(|reason| RowError::new(field, &written, reason))?;
    let name = word(row, &format!("{of}UnitOfMeasureName"));
    let name = name.ok_or_else(|| RowError::new("unit", "", Reason::Missing))?;
    let unit =
        Unit::parse(&name).ok_or_else(|| RowError::new("unit", &name, Reason::UnitUnknown))?;
    Ok(Some(Quantity::new(checked_amount(amount, unit, &written)?, unit)))
}

fn said(word: &str) -> Option<Said> {
    match word {
        "Shipped" => Some(Said::Shipped),
        "Accepted" => Some(Said::Accepted),
        "Rejected" => Some(Said::Rejected),
        "Returned" => Some(Said::Returned),
        _ => None,
    }
}

fn hold(row: &Object) -> Option<String> {
    [
        ("ProductRequiresRemediation", "remediation required"),
        ("IsTestingSample", "testing sample"),
        ("IsTradeSample", "trade sample"),
    ]
    .into_iter()
    .find_map(|(flag, why)| yes(row, flag).then(|| why.to_owned()))
}
