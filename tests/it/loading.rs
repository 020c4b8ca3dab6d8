//! Loading files and editing the catalogue from outside, over the box's own TLS.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::shop::{FLOOR, GUMMIES, Shop};
use crate::support::{Device, Reply};

const METRC: &[u8] = include_bytes!("../data/metrc-active.json");

pub async fn hand_in(device: &Device, key: Uuid, query: &str, bytes: &[u8]) -> Reply {
    let ask = device.ask(Method::POST, &format!("/api/v1/imports?{query}"));
    let ask = ask.header("Idempotency-Key", key.to_string());
    let ask = ask.header("Content-Type", "application/octet-stream").body(bytes.to_vec());
    Reply::read(ask).await
}

/// The import once the box has applied it by itself.
pub async fn applied(device: &Device, path: &str) -> Value {
    for _ in 0..100 {
        let import = device.get(path).await.ok();
        if import["state"] == "applied" {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not applied in ten seconds");
}

#[tokio::test]
async fn a_package_list_from_the_file_to_the_stock() {
    let shop = Shop::open().await;
    let owner = &shop.owner.device;
    let (key, query) = (Uuid::now_v7(), "kind=packages&name=active.json");
    let import = hand_in(owner, key, query, METRC).await.ok();
    assert_eq!(
        (&import["state"], &import["rows"], &import["opening"]),
        (&json!("preview"), &json!(9), &json!(false))
    );
    assert_eq!(import["by"]["name"], "Olga");
    let again = hand_in(owner, key, query, METRC).await;
    assert_eq!(
        (again.header("Idempotent-Replay"), &again.ok()["id"]),
        (Some("true"), &import["id"])
    );
    hand_in(owner, key, query, b"other bytes").await.refused(422, "key_reused");
    let path = format!("/api/v1/imports/{}", import["id"]);
    let refused = owner.get(&format!("{path}/rows?state=refused&limit=2")).await.ok();
    assert_eq!(
        (&refused["rows"][0]["code"], &refused["next"]),
        (&json!("fraction_of_each"), &json!(6))
    );
    assert_eq!(refused["rows"][0]["reason"], "Pieces are counted whole.");
    let confirm = format!("{path}/confirm");
    owner.post(&confirm, json!({ "opening": true })).await.refused(409, "needs_mapping");
    let found = owner.get(&format!("{path}/mappings")).await.ok();
    let make = |sku: &str, mapping: &Value| {
        json!({
            "item": mapping["item"],
            "make": { "sku": sku, "name": mapping["item"], "category": "Any", "unit": mapping["unit"], "content": null },
        })
    };
    let items = found["mappings"].as_array().expect("mappings");
    let taken = json!({ "mappings": [make("GUM-10", &items[0])] });
    owner.put(&format!("{path}/mappings"), taken).await.refused(409, "sku_taken");
    let all: Vec<Value> =
        items.iter().enumerate().map(|(n, item)| make(&format!("NEW-{n}"), item)).collect();
    let mapped = owner.put(&format!("{path}/mappings"), json!({ "mappings": all })).await.ok();
    assert_eq!(
        (&mapped["counts"]["new"], &mapped["counts"]["needs_mapping"]),
        (&json!(5), &json!(0))
    );
    owner.post(&confirm, json!({ "opening": true })).await.ok();
    assert_eq!(applied(owner, &path).await["applied_rows"], 5);
    owner.post(&confirm, json!({ "opening": true })).await.refused(409, "wrong_state");
    let packages = owner.get("/api/v1/packages?q=017701").await.ok();
    let package = &packages["packages"][0];
    assert_eq!(package["places"][0]["quantity"], json!({ "value": "48", "unit": "ea" }));
    assert_eq!(
        (&package["places"][0]["place"]["kind"], &package["expires"]),
        (&json!("unsorted"), &json!("2027-02-28"))
    );
}

#[tokio::test]
async fn what_cannot_be_loaded_is_told() {
    let shop = Shop::open().await;
    let ben = shop.hire("Ben", "budtender").await;
    let key = Uuid::now_v7();
    hand_in(&ben.device, key, "kind=packages&name=a.csv", b"x").await.refused(403, "forbidden");
    let owner = &shop.owner.device;
    let import = hand_in(owner, key, "kind=sales&name=a.csv", b"a,b\n1,2\n").await.ok();
    assert_eq!(import["state"], "refused");
    assert!(import["why"].as_str().is_some_and(|why| why.contains("receipt")), "{import}");
    hand_in(owner, Uuid::now_v7(), "kind=other&name=a.csv", b"x").await.refused(400, "bad_request");
    owner.get("/api/v1/imports/77").await.refused(404, "not_found");
    let large = vec![b'a'; (32 << 20) + 1];
    hand_in(owner, Uuid::now_v7(), "kind=sales&name=a.csv", &large).await.refused(413, "too_large");
}

#[tokio::test]
async fn products_and_places_are_edited_with_their_version() {
    let shop = Shop::open().await;
    let ben = shop.hire("Ben", "budtender").await;
    let owner = &shop.owner.device;
    let path = format!("/api/v1/products/{GUMMIES}");
    let view = ben.device.get(&path).await.ok();
    assert_eq!(view["product"]["on_hand"], json!({ "value": "45", "unit": "ea" }));
    assert_eq!(
        (view["lines"].as_array().map(Vec::len), &view["product"]["version"]),
        (Some(3), &json!(1))
    );
    let input = json!({
        "sku": "GUM-10", "name": "Sour cherry gummies", "brand": "Tidewater", "category": "Edible",
        "unit": "ea", "content": null, "gtins": ["036000291452"], "price_cents": 1900, "active": true,
        "pars": [{ "place": FLOOR, "quantity": "15" }], "version": 1,
    });
    ben.device.put(&path, input.clone()).await.refused(403, "forbidden");
    let saved = owner.put(&path, input.clone()).await.ok();
    assert_eq!((&saved["version"], &saved["pars"][0]["quantity"]), (&json!(2), &json!("15")));
    let late = owner.put(&path, input).await.refused(409, "changed_meanwhile");
    assert_eq!(late["version"], 2);
    let bin = json!({ "name": "C-01", "kind": "bin", "area": "Vault C", "walk": 9, "pos_room": null, "active": true });
    let made = owner.post("/api/v1/places", bin.clone()).await.ok();
    owner.post("/api/v1/places", bin).await.refused(409, "name_taken");
    let code = made["code"].as_str().expect("a code");
    let scanned = owner.get(&format!("/api/v1/resolve?text=HTTPS://BOX.LOCAL/L/{code}")).await.ok();
    assert_eq!((&scanned["kind"], &scanned["place"]["name"]), (&json!("place"), &json!("C-01")));
    let view = owner.get(&format!("/api/v1/places/{}", made["id"])).await.ok();
    assert_eq!((&view["lines"], &view["place"]["area"]), (&json!([]), &json!("Vault C")));
    let labels = owner.get(&format!("/api/v1/places/labels.pdf?ids={},{FLOOR}", made["id"])).await;
    assert_eq!((labels.status, labels.header("Content-Type")), (200, Some("application/pdf")));
    assert!(labels.bytes.starts_with(b"%PDF"));
    owner.get("/api/v1/places/labels.pdf?ids=x").await.refused(400, "bad_request");
}

#[tokio::test]
async fn the_scanner_test_sheet_is_printed_for_whoever_is_signed_in() {
    let shop = Shop::open().await;
    let ben = shop.hire("Ben", "budtender").await;
    let path = "/api/v1/scanner-sheet.pdf";
    let sheet = ben.device.get(path).await;
    assert_eq!((sheet.status, sheet.header("Content-Type")), (200, Some("application/pdf")));
    assert!(sheet.bytes.starts_with(b"%PDF"));
    let a4 = ben.device.get(&format!("{path}?paper=a4")).await;
    assert_eq!(a4.status, 200);
    assert_ne!(a4.bytes, sheet.bytes, "Letter is the store's paper");
    ben.device.put("/api/v1/me", json!({ "language": "es" })).await.ok();
    assert_ne!(ben.device.get(path).await.bytes, sheet.bytes, "in the person's language");
    ben.device.get(&format!("{path}?paper=a5")).await.refused(400, "bad_request");
    let (nobody, _) = shop.enrol("shared").await;
    nobody.get(path).await.refused(401, "signed_out");
}
