//! What waits: moves by weight, pictures, papers of a delivery.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{MOVES, Offline, newest, now};
use crate::support::Reply;
use crate::support::shop::{BIN_A, BIN_B, FLOWER, OLD, QUARANTINE};
use crate::support::signing::Waiting;

#[tokio::test]
async fn flower_is_moved_by_weight_as_ever() {
    let offline = Offline::begin().await;
    let body = json!({
        "package": FLOWER, "from": BIN_A, "to": BIN_B, "quantity": { "value": "3.5", "unit": "g" },
    });
    let waiting = Waiting::post(MOVES, body, now(&offline));
    offline.lock().await;
    offline.drain(&waiting).await.ok();
    assert_eq!(offline.shop.held(FLOWER, BIN_B).await, "3.5");
}

#[tokio::test]
async fn a_photo_waits_with_the_record_that_shows_it() {
    let offline = Offline::begin().await;
    let now = offline.shop.test_box.clock.now();
    let jpeg = [&[0xFF, 0xD8, 0xFF][..], &vec![7; 900 << 10]].concat();
    let hash: String = Sha256::digest(&jpeg).iter().map(|byte| format!("{byte:02x}")).collect();
    let photo = Waiting::file("/api/v1/documents?name=dent.jpg", jpeg, now);
    let damage = json!({
        "place": BIN_A, "quantity": { "value": "2", "unit": "ea" }, "photos": [hash],
    });
    let damage = Waiting::post(&format!("/api/v1/packages/{OLD}/damage"), damage, now);
    offline.lock().await;
    offline.drain(&damage).await.refused(404, "not_found");
    // Another picture in its place is not what was signed.
    let other = Waiting { file: Some(vec![0xFF, 0xD8, 0xFF, 9]), ..photo.clone() };
    let forged = other.ask(&offline.tom.device, &offline.key.session);
    let forged = forged.header("Signature", offline.key.sign(&photo));
    Reply::read(forged).await.refused(403, "signature_invalid");
    let kept = offline.drain(&photo).await.ok();
    assert_eq!((&kept["sha256"], &kept["by"]["name"]), (&json!(hash), &json!("Tom")));
    assert_eq!(offline.drain(&photo).await.ok(), kept);
    offline.drain(&damage).await.ok();
    assert_eq!(offline.shop.held(OLD, QUARANTINE).await, "2");
    assert_eq!(newest(&offline.shop)["data"]["photos"], json!([hash]));
}

#[tokio::test]
async fn a_manifest_and_what_its_item_is_wait_for_the_box() {
    let offline = Offline::begin().await;
    let now = offline.shop.test_box.clock.now();
    let csv = b"Manifest,Package,Item,Quantity,Unit\n0000420009,1A4060300002EE1000099001,Night Buoy Cart,4,Each\n";
    let place = json!({ "name": "Dock", "kind": "dock", "walk": 0, "active": true });
    offline.shop.owner.device.post("/api/v1/places", place).await.ok();
    let file = Waiting::file("/api/v1/shipments/file?name=paper.csv", csv.to_vec(), now);
    offline.lock().await;
    // Another list in its place is not what was signed.
    let other = Waiting { file: Some(b"Manifest\n".to_vec()), ..file.clone() };
    let forged = other.ask(&offline.tom.device, &offline.key.session);
    let forged = forged.header("Signature", offline.key.sign(&file));
    Reply::read(forged).await.refused(403, "signature_invalid");
    let entered = offline.drain(&file).await.ok();
    assert_eq!(entered["shipments"][0]["outcome"], "new");
    assert_eq!(offline.drain(&file).await.ok(), entered, "the answer was lost: it is given again");
    let id = &entered["shipments"][0]["shipment"];
    let make = json!({ "item": "Night Buoy Cart",
        "make": { "sku": "NB-1", "name": "Night Buoy Cart", "category": "Vape", "unit": "ea" } });
    let post =
        |what: &str, body| Waiting::post(&format!("/api/v1/shipments/{id}/{what}"), body, now);
    let (arrived, made) = (post("arrive", json!({})), post("products", make));
    let counted = json!({ "tag": "1A4060300002EE1000099001", "how": { "by": "pieces" },
        "counted": { "value": "4", "unit": "ea" }, "condition": "good", "photos": [] });
    let counted = post("receipts", counted);
    offline.drain(&arrived).await.ok();
    offline.drain(&counted).await.refused(409, "needs_product");
    offline.drain(&made).await.ok();
    let line = offline.drain(&counted).await.ok()["line"].clone();
    assert_eq!((&line["product"]["sku"], &line["by"]["name"]), (&json!("NB-1"), &json!("Tom")));
}
