//! Doctored manifests: each gives exactly its finding.

use serde_json::{Value, json};

use super::{Dock, FIFTY, HUNDRED, ORIGIN, TEN, manifest};

async fn findings(dock: &Dock, id: i64) -> Vec<(String, String)> {
    let view = dock.view(id).await;
    let found = view["findings"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    found.map(|one| (word(&one["kind"]), word(&one["field"]))).collect()
}

fn one(kind: &str, field: &str) -> Vec<(String, String)> {
    vec![(kind.to_owned(), field.to_owned())]
}

#[tokio::test]
async fn a_license_one_character_off() {
    let dock = Dock::open().await;
    let mut doctored = manifest();
    doctored["ShipperFacilityLicenseNumber"] = "C11-0000132-LIC".into();
    let id = dock.arrived(&doctored).await;
    assert_eq!(findings(&dock, id).await, one("license_unknown", "origin_license"));
    let view = dock.paper(id, &[]).await.ok();
    assert_eq!(view["findings"][0]["other"], "C11-0000123-LIC (Harbor Lane Farms)");
    assert_eq!(view["register"], "2026-11-01");
    let case = &dock.cases().await[0];
    assert_eq!(case["kind"], "manifest");
}

#[tokio::test]
async fn a_supplier_that_may_not_send() {
    let dock = Dock::open().await;
    for (kind, status, expires, finding) in [
        ("Cultivator", "Active", "2020-01-01", "license_expired"),
        ("Cultivator", "Revoked", "2030-01-01", "license_inactive"),
        ("Retailer", "Active", "2030-01-01", "license_wrong_type"),
    ] {
        dock.register(&[(ORIGIN, kind, status, expires)]).await.ok();
        let id = match finding {
            "license_expired" => dock.arrived(&manifest()).await,
            _ => 1,
        };
        assert_eq!(findings(&dock, id).await, one(finding, "origin_license"));
    }
}

#[tokio::test]
async fn for_another_store() {
    let dock = Dock::open().await;
    let mut doctored = manifest();
    doctored["RecipientFacilityLicenseNumber"] = "C10-0000778-LIC".into();
    let id = dock.arrived(&doctored).await;
    assert_eq!(findings(&dock, id).await, one("wrong_destination", "destination_license"));
    let refused = dock.counts(id, HUNDRED, "100").await.refused(409, "wrong_destination");
    assert_eq!(refused["stated"], "C10-0000778-LIC");
    assert_eq!(dock.supplied(), 0);
}

#[tokio::test]
async fn another_plate_on_the_paper() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let partial =
        json!({ "answers": [{ "field": "vehicle_plate", "same": false, "paper": "7XYZ999" }] });
    dock.post(id, "door", partial).await.refused(400, "bad_request");
    dock.paper(id, &[("vehicle_plate", "7XYZ999")]).await.ok();
    assert_eq!(findings(&dock, id).await, one("paper_differs", "vehicle_plate"));
    let case = dock.cases().await[0]["id"].clone();
    let view = dock.shop.owner.device.get(&format!("/api/v1/cases/{case}")).await.ok();
    assert_eq!(
        view["evidence"][0]["text"]["en"],
        "plate: the state says 8ABC123, the paper says 7XYZ999"
    );
}

#[tokio::test]
async fn an_arrival_before_the_departure() {
    let dock = Dock::open().await;
    let mut doctored = manifest();
    doctored["EstimatedArrivalDateTime"] = "2019-12-31T23:00:00Z".into();
    let id = dock.arrived(&doctored).await;
    assert_eq!(findings(&dock, id).await, one("arrival_before_departure", "arrival"));
}

#[tokio::test]
async fn a_package_missing_one_too_many_and_one_unit_short() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    dock.paper(id, &[]).await.ok();
    dock.post(id, "missing", json!({ "tags": [TEN] })).await.ok();
    let extra = json!({
        "tag": "1A4060300002EE1000095555", "product": 1, "counted": { "value": "5", "unit": "ea" },
    });
    dock.post(id, "extras", extra).await.ok();
    dock.counts(id, FIFTY, "49").await.ok();
    assert_eq!(findings(&dock, id).await, [], "the papers are in order");
    let titles: Vec<Value> =
        dock.cases().await.iter().map(|case| case["title"]["en"].clone()).collect();
    assert_eq!(
        titles,
        [
            "Sour cherry gummies: 49 ea came, 50 ea were shipped",
            "Sour cherry gummies: 5 ea came that no manifest has",
            "Sour cherry gummies: did not come",
        ]
    );
}

#[tokio::test]
async fn a_store_that_has_set_up_nothing_is_told_and_not_blamed() {
    let shop = crate::support::shop::Shop::open().await;
    let tom = shop.hire("Tom", "technician").await;
    let dock = Dock { shop, place: 0, tom };
    let id = dock.enters(&manifest()).await.ok()["shipments"][0]["shipment"].as_i64().unwrap();
    let arrive = format!("/api/v1/shipments/{id}/arrive");
    let refused = dock.tom.device.post_nothing(&arrive).await.refused(409, "no_place");
    assert_eq!(refused["kind"], "dock");
    let place = json!({ "name": "Dock", "kind": "dock", "walk": 0, "active": true });
    dock.shop.owner.device.post("/api/v1/places", place).await.ok();
    dock.tom.device.post_nothing(&arrive).await.ok();
    dock.paper(id, &[]).await.ok();
    let kinds: Vec<String> = findings(&dock, id).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["own_license_unset", "no_register"]);
    assert!(dock.cases().await.is_empty());
}
