//! Damage, what customers bring back, and recalls: every unit is somewhere.

use serde_json::{Value, json};

use super::{BATCH, Dock, HUNDRED, TEN, manifest};
use crate::support::shop::{BIN_A, FLOOR, GUMMIES, OLD, Person, QUARANTINE, TOTE};

#[tokio::test]
async fn a_recall_finds_every_unit_and_takes_in_what_nobody_carries() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let received = dock.counts(id, HUNDRED, "100").await.ok();
    let package = received["line"]["package"].as_i64().unwrap();
    dock.counts(id, TEN, "10").await.ok();
    let moved = |to: i64, value: &str| {
        json!({ "package": package, "from": dock.place, "to": to,
                "quantity": { "value": value, "unit": "ea" } })
    };
    dock.tom.device.post("/api/v1/moves", moved(BIN_A, "60")).await.ok();
    dock.tom.device.post("/api/v1/moves", moved(FLOOR, "30")).await.ok();
    let owner = &dock.shop.owner.device;
    let asked = format!("/api/v1/recalls/preview?batch={}", BATCH.to_lowercase());
    assert_eq!(owner.get(&asked).await.ok()["packages"].as_array().unwrap().len(), 2);
    owner.get("/api/v1/recalls/preview").await.refused(400, "bad_request");
    let recall = json!({ "scope": { "batch": BATCH }, "reason": "The lab found mould" });
    dock.tom.device.post("/api/v1/recalls", recall.clone()).await.refused(403, "forbidden");
    let view = owner.post("/api/v1/recalls", recall).await.ok();
    for one in view["packages"].as_array().unwrap() {
        let here = one["here"].as_array().unwrap();
        assert_eq!(here.len(), 1, "{one}");
        assert_eq!(here[0]["place"]["id"], QUARANTINE);
        assert_eq!(here[0]["quantity"], one["came"], "every unit is accounted for");
    }
    let case = &dock.cases().await[0];
    assert_eq!(
        (&case["kind"], &case["title"]["en"]),
        (&json!("recall"), &json!("Recall: batch SC-77"))
    );
    assert_eq!(case["subject"]["id"], view["recall"]["id"]);
    let release = json!({ "from": QUARANTINE, "to": BIN_A, "reason": "No" });
    let path = format!("/api/v1/packages/{package}/release");
    let refused = owner.post(&path, release).await.refused(409, "still_blocked");
    assert_eq!(refused["why"], json!(["recall"]));
    let nothing = json!({ "scope": { "batch": "NEVER" }, "reason": "x" });
    owner.post("/api/v1/recalls", nothing).await.refused(409, "nothing_recalled");
    let list = owner.get(&format!("/api/v1/recalls/{}/list.pdf", view["recall"]["id"])).await;
    assert!(list.bytes.starts_with(b"%PDF-"));
    assert_eq!(owner.get("/api/v1/recalls").await.ok()["recalls"][0]["packages"], 2);
}

#[tokio::test]
async fn what_is_in_a_tote_is_named_with_who_carries_it() {
    let dock = Dock::open().await;
    let pick = dock.tom.claims(&dock.tom.requests(&[(GUMMIES, "3")]).await, TOTE).await;
    let take = Person::take(BIN_A, OLD, "3", "ea");
    dock.tom.device.post(&format!("/api/v1/picks/{}/takes", pick["id"]), take).await.ok();
    let recall = json!({ "scope": { "product": GUMMIES }, "reason": "Wrong allergen label" });
    let view = dock.shop.owner.device.post("/api/v1/recalls", recall).await.ok();
    let packages = view["packages"].as_array().unwrap();
    let old = packages.iter().find(|one| one["package"]["id"] == OLD).unwrap();
    let tote = old["here"].as_array().unwrap().iter().find(|at| at["place"]["id"] == TOTE).unwrap();
    assert_eq!((&tote["quantity"]["value"], &tote["with"]["name"]), (&json!("3"), &json!("Tom")));
    let tasks = dock.tom.device.get("/api/v1/tasks?state=open").await.ok();
    assert_eq!(
        tasks["tasks"][0]["title"]["en"],
        "Fetch Sour cherry gummies out of Tote 1: recalled"
    );
}

#[tokio::test]
async fn damage_and_returns_go_to_quarantine() {
    let dock = Dock::open().await;
    let ben = dock.shop.hire("Ben", "budtender").await;
    let photo = dock.document(&[0xFF, 0xD8, 0xFF, 7]).await;
    let damage = json!({
        "place": BIN_A, "quantity": { "value": "2", "unit": "ea" }, "note": "Crushed",
        "photos": [photo["sha256"]],
    });
    ben.device.post(&format!("/api/v1/packages/{OLD}/damage"), damage).await.ok();
    assert_eq!(dock.shop.held(OLD, QUARANTINE).await, "2");
    assert_eq!(dock.shop.held(OLD, BIN_A).await, "18");
    let seen = ben.device.get(&format!("/api/v1/packages/{OLD}")).await.ok();
    assert_eq!(seen["package"]["blocked"], json!([]), "the rest may be sold");
    assert_eq!(seen["life"][0]["kind"], "damaged");
    let back = |value: &str| json!({ "package": OLD, "quantity": { "value": value, "unit": "ea" }, "receipt": "R-9", "condition": "broken_seal" });
    ben.device.post("/api/v1/returns", back("1")).await.ok();
    assert_eq!(dock.shop.held(OLD, QUARANTINE).await, "3");
    let titles: Vec<Value> =
        dock.cases().await.iter().map(|case| case["title"]["en"].clone()).collect();
    assert_eq!(titles, ["Sour cherry gummies: more came back than was sold"]);
    let held = dock.tom.device.get("/api/v1/quarantine").await.ok();
    let reasons: Vec<&Value> =
        held["held"][0]["holds"].as_array().unwrap().iter().map(|hold| &hold["reason"]).collect();
    assert_eq!(reasons, ["damaged", "customer_return"]);
    // What was damaged here may turn out whole; what a customer had is never sold again.
    let release = |value: Option<&str>| {
        let mut input = json!({ "from": QUARANTINE, "to": BIN_A, "reason": "Only the box" });
        if let Some(value) = value {
            input["quantity"] = json!({ "value": value, "unit": "ea" });
        }
        input
    };
    let owner = &dock.shop.owner.device;
    let path = format!("/api/v1/packages/{OLD}/release");
    let refused = owner.post(&path, release(None)).await.refused(409, "still_blocked");
    assert_eq!(refused["why"], json!(["customer_return"]));
    owner.post(&path, release(Some("2"))).await.ok();
    owner.post(&path, release(Some("1"))).await.refused(409, "still_blocked");
    assert_eq!(dock.shop.held(OLD, QUARANTINE).await, "1");
    ben.device.post("/api/v1/returns", back("0")).await.refused(400, "bad_request");
}
