//! What arrives is not what was shipped: quarantine, a case, an alert, and only what came in the books.

use serde_json::{Value, json};

use super::{BATCH, Dock, FIFTY, HUNDRED, TEN, manifest};
use crate::support::shop::{BIN_A, QUARANTINE};

#[tokio::test]
async fn ninety_nine_of_a_hundred_cartridges() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let photo = dock.document(&[0xFF, 0xD8, 0xFF, 1]).await;
    let mut count = super::counted(HUNDRED, "99");
    count["how"] = json!({ "by": "packs", "packs": 9, "size": 10, "loose": 9, "opened": 1 });
    count["note"] = "One blister of nine".into();
    count["photos"] = json!([photo["sha256"]]);
    let received = dock.post(id, "receipts", count).await.ok();
    assert_eq!(received["held"], json!(["discrepancy"]));
    assert_eq!(received["line"]["difference"], "-1");
    assert_eq!(received["line"]["shipped"]["value"], "100", "the count is in");
    let package = received["line"]["package"].as_i64().unwrap();
    assert_eq!(dock.shop.held(package, QUARANTINE).await, "99");
    assert_eq!(dock.supplied(), 99);
    let case = received["case"].clone();
    let view = dock.shop.owner.device.get(&format!("/api/v1/cases/{case}")).await.ok();
    assert_eq!(view["case"]["kind"], "discrepancy");
    assert_eq!(view["case"]["due_why"], "4 CCR 15049(b)");
    let kinds: Vec<_> =
        view["evidence"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["manifest", "count", "note", "photo"]);
    assert_eq!(view["evidence"][3]["document"], photo["id"]);
    assert_eq!(view["movements"][0]["quantity"]["value"], "99");
    // A photo is evidence with words or without; nothing at all is none.
    let owner = &dock.shop.owner.device;
    let path = format!("/api/v1/cases/{case}/evidence");
    let later = dock.document(&[0xFF, 0xD8, 0xFF, 2]).await;
    let silent = json!({ "document": later["sha256"] });
    let seen = owner.post(&path, silent).await.ok();
    assert_eq!(
        (&seen["evidence"][4]["kind"], &seen["evidence"][4]["text"]["en"]),
        (&json!("photo"), &json!(""))
    );
    let said = json!({ "document": later["sha256"], "text": "The driver's copy" });
    assert_eq!(
        owner.post(&path, said).await.ok()["evidence"][5]["text"]["en"],
        "The driver's copy"
    );
    assert_eq!(owner.post(&path, json!({})).await.refused(400, "bad_request")["field"], "text");
    owner.post(&path, json!({ "document": "0".repeat(64) })).await.refused(404, "not_found");
    for order in ["newest", "age", "due"] {
        let listed = owner.get(&format!("/api/v1/cases?sort={order}")).await.ok();
        assert_eq!(listed["cases"][0]["id"], case, "{order}");
    }
    owner.get("/api/v1/cases?sort=colour").await.refused(400, "bad_request");
    // Everybody who must know is told until they say that they know.
    let carla = dock.shop.hire("Carla", "compliance").await;
    let max = dock.shop.hire("Max", "manager").await;
    let alerts = |of: Value| of["alerts"].as_array().unwrap().len();
    assert_eq!(alerts(carla.device.get("/api/v1/alerts").await.ok()), 0, "hired since");
    let mine = dock.shop.owner.device.get("/api/v1/alerts").await.ok();
    assert_eq!(mine["alerts"][0]["case"], case);
    let seen = format!("/api/v1/alerts/{}/seen", mine["alerts"][0]["id"]);
    dock.shop.owner.device.post_nothing(&seen).await.ok();
    assert_eq!(alerts(dock.shop.owner.device.get("/api/v1/alerts").await.ok()), 0);
    // Nothing lets it go while its case is open; then compliance does, with a reason.
    let release = json!({ "from": QUARANTINE, "to": BIN_A, "reason": "Supplier credits one" });
    let path = format!("/api/v1/packages/{package}/release");
    let refused = carla.device.post(&path, release.clone()).await.refused(409, "still_blocked");
    assert_eq!(refused["why"], json!(["discrepancy"]));
    let close = json!({ "outcome": "The supplier credits one.", "verdict": "accepted_short" });
    let closed = carla.device.post(&format!("/api/v1/cases/{case}/close"), close).await.ok();
    assert_eq!(closed["verdict"], "accepted_short");
    max.device.post(&path, release.clone()).await.refused(409, "compliance_only");
    carla.device.post(&path, release).await.ok();
    assert_eq!(dock.shop.held(package, BIN_A).await, "99");
    let held = carla.device.get("/api/v1/quarantine").await.ok();
    assert_eq!(held["held"], json!([]));
    // A closed case goes on with a reason.
    let reopen = json!({ "reason": "The credit note is for two" });
    let open = carla.device.post(&format!("/api/v1/cases/{case}/reopen"), reopen).await.ok();
    assert_eq!((&open["state"], &open["verdict"]), (&json!("open"), &Value::Null));
}

#[tokio::test]
async fn a_part_is_let_go_and_the_rest_stays() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let mut count = super::counted(TEN, "10");
    count["condition"] = "damaged".into();
    let received = dock.post(id, "receipts", count).await.ok();
    assert_eq!(received["held"], json!(["damaged"]));
    let package = received["line"]["package"].as_i64().unwrap();
    let owner = &dock.shop.owner.device;
    let close = json!({ "outcome": "Three boxes are crushed.", "verdict": "damaged_in_transit" });
    owner.post(&format!("/api/v1/cases/{}/close", received["case"]), close).await.ok();
    let part = json!({
        "from": QUARANTINE, "to": BIN_A, "reason": "Seven are whole",
        "quantity": { "value": "7", "unit": "ea" },
    });
    owner.post(&format!("/api/v1/packages/{package}/release"), part).await.ok();
    dock.post(id, "recorded", json!({ "tags": [TEN] })).await.ok();
    let held = owner.get("/api/v1/quarantine").await.ok();
    assert_eq!(held["held"][0]["places"][0]["quantity"]["value"], "3");
    assert_eq!(held["held"][0]["holds"][0]["reason"], "damaged");
    let bin = owner.get(&format!("/api/v1/places/{BIN_A}")).await.ok().to_string();
    assert!(bin.contains(TEN), "{bin}");
    let seen = owner.get(&format!("/api/v1/packages/{package}")).await.ok();
    assert_eq!(seen["package"]["blocked"], json!([]), "what was let go may be sold");
}

#[tokio::test]
async fn what_did_not_come_and_what_came_unasked() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let view = dock.post(id, "missing", json!({ "tags": [FIFTY, TEN] })).await.ok();
    let states: Vec<_> =
        view["lines"].as_array().unwrap().iter().map(|line| &line["state"]).collect();
    assert_eq!(states, ["expected", "missing", "missing"]);
    let extra = "1A4060300002EE1000095555";
    let input = json!({ "tag": extra, "product": 1, "counted": { "value": "12", "unit": "ea" } });
    let received = dock.post(id, "extras", input.clone()).await.ok();
    assert_eq!(received["held"], json!(["discrepancy"]));
    assert_eq!(received["line"]["extra"], true);
    dock.post(id, "extras", input).await.refused(409, "tag_known");
    let on_it = json!({ "tag": HUNDRED, "product": 1, "counted": { "value": "12", "unit": "ea" } });
    dock.post(id, "extras", on_it).await.refused(409, "tag_known");
    let titles: Vec<String> = dock
        .cases()
        .await
        .iter()
        .map(|case| case["title"]["en"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        titles,
        [
            "Sour cherry gummies: 12 ea came that no manifest has",
            "Manifest 0000420001: 2 packages did not come",
        ]
    );
    assert_eq!(dock.supplied(), 12);
    // One of the missing turns up behind the seat: the case of both goes on.
    let line = view["lines"][1]["id"].clone();
    dock.tom.device.post_nothing(&format!("/api/v1/shipments/{id}/lines/{line}/undo")).await.ok();
    dock.counts(id, FIFTY, "50").await.ok();
    assert_eq!(dock.cases().await.len(), 2);
}

#[tokio::test]
async fn what_goes_back_was_never_ours() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let rejection = json!({
        "tag": HUNDRED, "condition": "broken_seal", "reason": "Seal of the case was cut",
        "shelf": QUARANTINE,
    });
    let mut unexplained = rejection.clone();
    unexplained["reason"] = " ".into();
    let refused = dock.post(id, "rejections", unexplained).await.refused(400, "bad_request");
    assert_eq!(refused["field"], "reason");
    let line = dock.post(id, "rejections", rejection).await.ok();
    assert_eq!((&line["state"], &line["package"]), (&json!("rejected"), &Value::Null));
    assert_eq!(dock.supplied(), 0);
    dock.counts(id, HUNDRED, "100").await.refused(409, "already_done");
    // The state says that it was accepted: that is another story.
    let mut said = manifest();
    said["Packages"][0]["ShipmentPackageState"] = "Accepted".into();
    said["Packages"][0]["ReceivedQuantity"] = 100.into();
    said["Packages"][0]["ReceivedUnitOfMeasureName"] = "Each".into();
    let entered = dock.enters(&said).await.ok();
    assert_eq!(entered["shipments"][0]["disputed"], 1);
    let case = &dock.cases().await[0];
    assert_eq!(
        case["title"],
        json!({ "en": "Sour cherry gummies: rejected at the dock", "es": "Sour cherry gummies: rechazado en el andén" })
    );
    let view = dock.shop.owner.device.get(&format!("/api/v1/cases/{}", case["id"])).await.ok();
    dock.enters(&said).await.ok();
    let path = format!("/api/v1/cases/{}", case["id"]);
    let again = dock.shop.owner.device.get(&path).await.ok();
    assert_eq!(again["evidence"], view["evidence"], "the same list again says nothing new");
    let last = view["evidence"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["text"]["en"], "The state has it accepted, 100 ea; here it is 0 ea.");
}

#[tokio::test]
async fn a_count_rests_on_something() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    for (how, why) in [
        (json!({ "by": "packs", "packs": 10, "size": 10, "loose": 1, "opened": 1 }), "not_the_sum"),
        (json!({ "by": "packs", "packs": 10, "size": 10, "loose": 0, "opened": 0 }), "no_sample"),
        (json!({ "by": "weighed", "gross": "110", "tare": "10" }), "wrong_way"),
    ] {
        let mut count = super::counted(HUNDRED, "100");
        count["how"] = how;
        let refused = dock.post(id, "receipts", count).await.refused(409, "count_unfounded");
        assert_eq!(refused["why"], why);
    }
    for bad in ["0", "1.5"] {
        dock.counts(id, HUNDRED, bad).await.refused(400, "bad_request");
    }
    let grams = json!({ "tag": HUNDRED, "counted": { "value": "100", "unit": "g" } });
    dock.post(id, "receipts", grams).await.refused(400, "bad_request");
    assert_eq!(dock.supplied(), 0);
    assert!(!dock.view(id).await.to_string().contains(&format!("{BATCH}X")));
}

#[tokio::test]
async fn the_papers_of_a_shipment_are_printed() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    dock.counts(id, HUNDRED, "99").await.ok();
    let rejection = json!({ "tag": FIFTY, "condition": "damaged", "reason": "Crushed" });
    dock.post(id, "rejections", rejection).await.ok();
    for kind in ["receiving", "discrepancies", "rejections", "state"] {
        for paper in ["letter", "a4"] {
            let path = format!("/api/v1/shipments/{id}/report.pdf?kind={kind}&paper={paper}");
            let printed = dock.tom.device.get(&path).await;
            assert_eq!(printed.status, 200, "{kind}: {}", printed.text());
            assert!(printed.bytes.starts_with(b"%PDF-"), "{kind}");
        }
    }
    let path = format!("/api/v1/shipments/{id}/report.pdf?kind=novel");
    dock.tom.device.get(&path).await.refused(400, "bad_request");
}
