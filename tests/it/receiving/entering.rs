//! How manifests enter: again, changed, voided, by CSV, typed, and files that lie.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Dock, FIFTY, HUNDRED, ITEM, TEN, manifest, package, send};

#[tokio::test]
async fn the_same_again_changes_nothing_and_a_changed_one_says_what() {
    let dock = Dock::open().await;
    let first = dock.enters(&manifest()).await.ok();
    let again = dock.enters(&manifest()).await.ok();
    assert_eq!(first["shipments"][0]["outcome"], "new");
    assert_eq!(again["shipments"][0]["outcome"], "unchanged");
    assert_eq!(first["shipments"][0]["shipment"], again["shipments"][0]["shipment"]);
    let mut changed = manifest();
    changed["VehicleLicensePlateNumber"] = "7XYZ999".into();
    changed["Packages"] = json!([package(HUNDRED, 90), package(FIFTY, 50)]);
    let entered = dock.enters(&changed).await.ok();
    let entered = &entered["shipments"][0];
    assert_eq!(entered["outcome"], "changed");
    let fields: Vec<_> =
        entered["differences"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
    assert_eq!(fields, ["vehicle_plate", "shipped", "removed"]);
    assert!(!entered.to_string().contains("\"90\""), "amounts stay blind: {entered}");
    let id = entered["shipment"].as_i64().unwrap();
    assert_eq!(dock.view(id).await["lines"].as_array().unwrap().len(), 2);
    // It comes back with the package: expected again.
    dock.enters(&manifest()).await.ok();
    assert_eq!(dock.view(id).await["lines"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_changes_after_it_was_counted_asks() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    dock.counts(id, TEN, "10").await.ok();
    let mut changed = manifest();
    changed["Packages"][2]["ShippedQuantity"] = 12.into();
    dock.enters(&changed).await.ok();
    let cases = dock.cases().await;
    assert_eq!(cases[0]["title"]["en"], "Manifest 0000420001 changed after it was counted");
    let line = &dock.view(id).await["lines"][2];
    assert_eq!((&line["state"], &line["shipped"]["value"]), (&json!("received"), &json!("10")));
    let mut voided = manifest();
    voided["IsVoided"] = true.into();
    let entered = dock.enters(&voided).await.ok();
    assert_eq!(entered["shipments"][0]["outcome"], "voided");
    assert_eq!(dock.cases().await.len(), 2, "a manifest that was voided in mid-receipt asks too");
    dock.counts(id, HUNDRED, "100").await.refused(409, "wrong_state");
    assert_eq!(dock.tom.device.get("/api/v1/shipments").await.ok()["shipments"], json!([]));
}

#[tokio::test]
async fn two_deliveries_of_a_manifest_are_two_and_a_typed_one_is_the_states_later() {
    let dock = Dock::open().await;
    let mut second = manifest();
    second["DeliveryId"] = 12.into();
    second["Packages"] = json!([package("1A4060300002EE1000090777", 5)]);
    dock.enters(&manifest()).await.ok();
    dock.enters(&second).await.ok();
    let listed = dock.tom.device.get("/api/v1/shipments").await.ok();
    assert_eq!(listed["shipments"].as_array().unwrap().len(), 2);
    let typed = json!({
        "number": "0000420099", "origin": { "license": super::ORIGIN },
        "destination": { "license": super::STORE_LICENSE }, "arrives": "2026-11-27T10:00:00Z",
        "packages": [{ "tag": "1A4060300002EE1000091111", "item": ITEM, "unit": "ea", "shipped": "5" }],
    });
    let entered = dock.tom.device.post("/api/v1/shipments", typed.clone()).await.ok();
    let mut of_state = manifest();
    of_state["ManifestNumber"] = "0000420099".into();
    of_state["DeliveryId"] = 44.into();
    of_state["Packages"] = json!([package("1A4060300002EE1000091111", 5)]);
    let same = dock.enters(&of_state).await.ok();
    assert_eq!(same["shipments"][0]["shipment"], entered["shipments"][0]["shipment"]);
    let again = dock.tom.device.post("/api/v1/shipments", typed.clone()).await;
    assert_eq!(again.refused(400, "bad_request")["field"], "number");
    let mut twice = typed;
    twice["number"] = "0000420100".into();
    twice["packages"] = json!([
        { "tag": "1A4060300002EE1000092222", "item": ITEM, "unit": "ea", "shipped": "5" },
        { "tag": "1A4060300002EE1000092222", "item": ITEM, "unit": "ea", "shipped": "5" },
    ]);
    let refused =
        dock.tom.device.post("/api/v1/shipments", twice).await.refused(400, "bad_request");
    assert_eq!(refused["field"], "packages");
}

#[tokio::test]
async fn a_file_with_one_bad_row_enters_nothing() {
    let dock = Dock::open().await;
    let mut bad = manifest();
    bad["Packages"][1]["ShippedUnitOfMeasureName"] = "Bushels".into();
    let refused = dock.enters(&bad).await.refused(422, "rows_refused");
    assert_eq!(
        refused["rows"],
        json!([{
            "row": 2, "manifest": "0000420001", "label": FIFTY, "field": "unit", "value": "Bushels",
            "reason": "This unit is not known. Known are each, g, mg, kg, oz, lb, ml, l and fl oz.",
            "code": "unit_unknown",
        }])
    );
    assert_eq!(dock.tom.device.get("/api/v1/shipments").await.ok()["shipments"], json!([]));
    let nothing =
        send(&dock.tom.device, Method::POST, "shipments/file?name=x.json", b"{}".to_vec()).await;
    assert_eq!(nothing.refused(422, "file_refused")["why"], "not_manifests");
    let csv = format!(
        "Manifest Number,Origin License,Destination License,Package Tag,Item,Qty,UoM\n\
         0000420055,{},{},{HUNDRED},{ITEM},100,Each\n",
        super::ORIGIN,
        super::STORE_LICENSE
    );
    let entered =
        send(&dock.tom.device, Method::POST, "shipments/file?name=m.csv", csv.into_bytes())
            .await
            .ok();
    assert_eq!(entered["shipments"][0]["outcome"], "new");
}

#[tokio::test]
async fn an_item_that_is_no_product_is_mapped_once_or_made() {
    let dock = Dock::open().await;
    let mut unknown = manifest();
    for package in unknown["Packages"].as_array_mut().unwrap() {
        package["ItemName"] = "SC Gummy 10pk".into();
    }
    let id = dock.arrived(&unknown).await;
    let refused = dock.counts(id, TEN, "10").await.refused(409, "needs_product");
    assert_eq!((&refused["item"], &refused["unit"]), (&json!("SC Gummy 10pk"), &json!("ea")));
    let path = format!("/api/v1/shipments/{id}/products");
    let choices = dock.tom.device.get(&path).await.ok();
    assert_eq!(choices["items"][0]["item"], "SC Gummy 10pk");
    // The eighths are weighed: they cannot be it.
    let wrong = json!({ "item": "SC Gummy 10pk", "product": 2 });
    dock.tom.device.post(&path, wrong).await.refused(409, "unit_clash");
    let right = json!({ "item": "SC Gummy 10pk", "product": 1 });
    let view = dock.tom.device.post(&path, right).await.ok();
    let named: Vec<&Value> =
        view["lines"].as_array().unwrap().iter().map(|line| &line["product"]["id"]).collect();
    assert_eq!(named, [1, 1, 1]);
    dock.counts(id, TEN, "10").await.ok();
    // A new product, made at the dock; the next manifest knows it.
    let mut other = manifest();
    other["ManifestNumber"] = "0000420007".into();
    other["DeliveryId"] = 13.into();
    other["Packages"] = json!([package("1A4060300002EE1000093333", 4)]);
    other["Packages"][0]["ItemName"] = "Night Buoy Cart".into();
    let id = dock.arrived(&other).await;
    let make = json!({
        "item": "Night Buoy Cart",
        "make": { "sku": "NB-1", "name": "Night Buoy Cart", "category": "Vape", "unit": "ea" },
    });
    let path = format!("/api/v1/shipments/{id}/products");
    let made = dock.tom.device.post(&path, make).await.ok();
    assert_eq!(made["lines"][0]["product"]["sku"], "NB-1");
}

#[tokio::test]
async fn two_at_a_dock_without_the_box_say_the_same_of_an_item_or_hear_of_the_other() {
    let dock = Dock::open().await;
    let mut unknown = manifest();
    for package in unknown["Packages"].as_array_mut().unwrap() {
        package["ItemName"] = "SC Gummy 10pk".into();
    }
    let id = dock.arrived(&unknown).await;
    let path = format!("/api/v1/shipments/{id}/products");
    let make = |sku: &str, name: &str| {
        json!({ "item": "SC Gummy 10pk",
                "make": { "sku": sku, "name": name, "category": "Edible", "unit": "ea" } })
    };
    let made = dock.tom.device.post(&path, make("SC-10", "Sour Cherry 10pk")).await.ok();
    let product = made["lines"][0]["product"]["id"].clone();
    // The same product, made by somebody who did not know: there is one of it.
    let again = dock.shop.owner.device.post(&path, make("SC-10", "sour cherry 10PK")).await.ok();
    assert_eq!(again["lines"][0]["product"]["id"], product);
    let chosen = json!({ "item": "SC Gummy 10pk", "product": product });
    dock.shop.owner.device.post(&path, chosen).await.ok();
    let other = json!({ "item": "SC Gummy 10pk", "product": 1 });
    let refused = dock.shop.owner.device.post(&path, other).await.refused(409, "item_known");
    assert_eq!(
        (&refused["item"], &refused["product"]["sku"]),
        (&json!("SC Gummy 10pk"), &json!("SC-10"))
    );
    dock.shop.owner.device.post(&path, make("SC-11", "Another")).await.refused(409, "item_known");
    let nobody = json!({ "item": "Never heard of", "product": 1 });
    dock.shop.owner.device.post(&path, nobody).await.refused(404, "not_found");
}
