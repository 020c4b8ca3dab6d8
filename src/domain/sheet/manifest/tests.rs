//! Manifests in the state's shapes, nested and loose, and as a CSV.

use chrono_tz::America::Los_Angeles;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const TAG: &str = "1A4060300002EE1000090001";
const OTHER: &str = "1A4060300002EE1000090002";

fn incoming() -> Value {
    json!({
        "Id": 7, "ManifestNumber": "0000420001", "DeliveryId": 11, "DeliveryCount": 1,
        "ShipperFacilityLicenseNumber": "C11-0000123-LIC", "ShipperFacilityName": "Harbor Lane Farms",
        "TransporterFacilityLicenseNumber": "", "TransporterFacilityName": null,
        "RecipientFacilityLicenseNumber": "C10-0000777-LIC", "RecipientFacilityName": "Evergreen",
        "DriverName": "R. Alvarez", "DriverOccupationalLicenseNumber": "D-5512",
        "VehicleMake": "Ford", "VehicleModel": "Transit", "VehicleLicensePlateNumber": "8ABC123",
        "EstimatedDepartureDateTime": "2026-11-24T08:00:00.000",
        "EstimatedArrivalDateTime": "2026-11-24T10:30:00Z", "ReceivedDateTime": "0001-01-01T00:00:00",
        "LastModified": "2026-11-23T20:00:00+00:00", "IsVoided": false,
    })
}

fn package(tag: &str) -> Value {
    json!({
        "PackageId": 1, "PackageLabel": tag, "ItemName": "Fog Signal Cart", "ItemCategoryName": "Vape",
        "ShippedQuantity": 100.0, "ShippedUnitOfMeasureName": "Each", "LabTestingState": "TestPassed",
        "ProductionBatchNumber": "FS-77", "ExpirationDate": "2027-06-01", "UseByDate": "2027-05-01",
        "ShipmentPackageState": "Shipped", "ReceivedQuantity": null, "IsTradeSample": true,
    })
}

fn envelope(rows: &[Value]) -> Value {
    json!({ "Data": rows, "Total": rows.len(), "TotalPages": 1, "Page": 1 })
}

fn read(text: &str) -> ManifestFile {
    read_manifests(text.as_bytes(), Los_Angeles).expect("a readable file")
}

#[test]
fn nested_loose_and_wrapped_are_the_same_manifest() {
    let mut nested = incoming();
    nested["Packages"] = envelope(&[package(TAG)]);
    nested["Wholesale"] = json!([{ "PackageLabel": TAG, "ShipperWholesalePrice": 1250.5 }]);
    let loose = format!(
        "{}\n{}\n{}",
        envelope(&[incoming()]),
        envelope(&[package(TAG)]),
        json!([{ "PackageLabel": TAG, "ShipperWholesalePrice": 1250.5 }])
    );
    let wrapped = json!({
        "Transfer": incoming(), "Packages": [package(TAG)],
        "Wholesale": [{ "PackageLabel": TAG, "ShipperWholesalePrice": 1250.5 }],
    });
    for text in [envelope(&[nested]).to_string(), loose, wrapped.to_string()] {
        let file = read(&text);
        assert_eq!((file.manifests.len(), &file.bad[..]), (1, &[][..]), "{text}");
        let one = &file.manifests[0];
        assert_eq!((one.number.as_str(), one.delivery.as_deref()), ("0000420001", Some("11")));
        assert_eq!(one.origin.license.as_deref(), Some("C11-0000123-LIC"));
        assert_eq!(one.transporter, Party::default());
        assert_eq!(one.drivers[0].plate.as_deref(), Some("8ABC123"));
        assert_eq!(one.departs, At::parse("2026-11-24T16:00:00Z"), "the facility's own clock");
        assert_eq!(one.arrives, At::parse("2026-11-24T10:30:00Z"));
        assert_eq!((one.received, one.voided), (None, false));
        let package = &one.packages.as_ref().unwrap()[0];
        assert_eq!((package.shipped, package.unit), (Amount::whole(100), Unit::Ea));
        assert_eq!(package.expires, NaiveDate::from_ymd_opt(2027, 5, 1));
        assert_eq!(package.cost_cents, Some(125_050));
        assert_eq!((package.said, package.received), (Some(Said::Shipped), None));
        assert_eq!(package.hold.as_deref(), Some("trade sample"));
    }
}

#[test]
fn packages_of_nobody_and_rows_that_lie_are_named() {
    let two = format!("{}\n{}", envelope(&[incoming(), incoming()]), envelope(&[package(TAG)]));
    let refused = read_manifests(two.as_bytes(), Los_Angeles).unwrap_err();
    assert_eq!(refused.code(), "not_manifests");
    let mut row = incoming();
    let mut odd = package(OTHER);
    odd["ShippedUnitOfMeasureName"] = "Bushels".into();
    row["Packages"] = json!([package(TAG), odd, package(TAG), package("1.4A04E+23")]);
    let bad: Vec<_> = read(&row.to_string())
        .bad
        .into_iter()
        .map(|bad| (bad.number, bad.error.field, bad.error.reason.code()))
        .collect();
    assert_eq!(
        bad,
        [(2, "unit", "unit_unknown"), (4, "tag", "mangled_tag"), (2, "tag", "duplicate_tag")]
    );
}

#[test]
fn of_the_same_delivery_twice_the_newer_counts_and_two_deliveries_are_two() {
    let (mut newer, mut second) = (incoming(), incoming());
    newer["LastModified"] = "2026-11-24T01:00:00+00:00".into();
    newer["VehicleLicensePlateNumber"] = "7XYZ999".into();
    second["DeliveryId"] = 12.into();
    let file = read(&envelope(&[newer, incoming(), second]).to_string());
    assert_eq!(file.manifests.len(), 2);
    assert_eq!(file.manifests[0].drivers[0].plate.as_deref(), Some("7XYZ999"));
    assert_eq!(file.notes[0].code, "manifest_twice");
}

const CSV: &str = "\
Manifest Number,Origin License,Origin,Destination License,Driver,License Plate,ETA,Package Tag,Item,Qty,UoM,Lot
0000420001,C11-0000123-LIC,Harbor Lane Farms,C10-0000777-LIC,R. Alvarez,8ABC123,11/24/2026 10:30,1A4060300002EE1000090001,Fog Signal Cart,100,Each,FS-77
0000420001,,,,,,,1A4060300002EE1000090002,Fog Signal,453.6,g,FS-78
0000420002,C11-9,Other,C10-0000777-LIC,,,,1A4060300002EE1000090003,Gum,10,ea,
";

#[test]
fn a_csv_has_a_line_for_each_package() {
    let file = read(CSV);
    assert_eq!((file.manifests.len(), &file.bad[..]), (2, &[][..]));
    let one = &file.manifests[0];
    assert_eq!(one.packages.as_ref().unwrap().len(), 2);
    assert_eq!(one.origin.name.as_deref(), Some("Harbor Lane Farms"));
    assert_eq!(one.arrives, At::parse("2026-11-24T18:30:00Z"));
    let contradicting = CSV.replace("0000420001,,,,,,,", "0000420001,C11-0000124-LIC,,,,,,");
    let bad = &read(&contradicting).bad[0];
    assert_eq!((bad.number, bad.error.field), (2, "origin_license"));
    assert_eq!(bad.error.reason, Reason::Contradicts(1));
    let late = CSV.replace("11/24/2026 10:30", "tomorrow");
    assert_eq!(read(&late).bad[0].error.field, "arrival");
}

#[test]
fn a_newer_copy_tells_what_is_different_but_no_amount() {
    let of = |plate: &str, rows: &[Value]| {
        let mut row = incoming();
        row["VehicleLicensePlateNumber"] = plate.into();
        row["Packages"] = json!(rows);
        read(&row.to_string()).manifests.remove(0)
    };
    let mut fewer = package(TAG);
    fewer["ShippedQuantity"] = 99.into();
    let old = of("8ABC123", &[package(TAG)]);
    let fields: Vec<_> = old
        .differences(&of("8ABC124", &[fewer, package(OTHER)]))
        .into_iter()
        .map(|one| (one.field, one.tag.map(|tag| tag.to_string()), one.now))
        .collect();
    assert_eq!(
        fields,
        [
            ("vehicle_plate".to_owned(), None, Some("8ABC124".to_owned())),
            ("shipped".to_owned(), Some(TAG.to_owned()), None),
            ("added".to_owned(), Some(OTHER.to_owned()), None),
        ]
    );
    assert_eq!(old.differences(&old), []);
}

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "[\\[\\]{}\":,a-zA-Z0-9 \n.-]{0,300}") {
        let _ = (read_manifests(&bytes, Los_Angeles), read_manifests(text.as_bytes(), Los_Angeles));
    }
}
