//! What people do with an investigation: look, write down the cause, hand it to the manager, talk it over.

use serde_json::{Value, json};

use crate::adjusting::{PATH, PEACH, Store};
use crate::support::shop::{BIN_A, NEW};

const GUMMIES: i64 = 1;
const PEACH_RINGS: i64 = 3;

impl Store {
    fn of_case(&self, what: &str) -> String {
        format!("/api/v1/cases/{}/{what}", self.case)
    }

    fn wrong_sku() -> Value {
        json!({
            "cause": "sold_under_wrong_sku", "other_product": PEACH_RINGS,
            "note": "One bag was rung up from the card of the peach rings",
        })
    }
}

#[tokio::test]
async fn from_the_look_to_the_talk_with_the_team() {
    let store = Store::open().await;
    let (tia, mia) = (&store.tia.device, &store.mia.device);
    let open = tia.get("/api/v1/investigations").await.ok();
    let found: Vec<_> =
        open["open"].as_array().unwrap().iter().map(|one| &one["difference"]["value"]).collect();
    assert_eq!(found, ["-1", "1"], "{open}");
    let shown = tia.get(&store.of_case("investigation")).await.ok();
    assert_eq!(
        (&shown["variance"]["counted"]["value"], &shown["variance"]["book"]["value"]),
        (&json!("19"), &json!("20"))
    );

    // Nothing is handed over without a cause, and a wrong SKU has its other product.
    tia.post(&store.of_case("coaching"), json!({})).await.refused(409, "no_cause");
    let cause = store.of_case("cause");
    for (change, value) in
        [("other_product", Value::Null), ("other_product", json!(GUMMIES)), ("note", json!("  "))]
    {
        let mut input = Store::wrong_sku();
        input[change] = value;
        tia.post(&cause, input).await.refused(400, "bad_request");
    }
    let mut input = Store::wrong_sku();
    input["other_product"] = 99.into();
    tia.post(&cause, input).await.refused(404, "not_found");
    let mut input = Store::wrong_sku();
    input["documents"] = json!(["0".repeat(64)]);
    tia.post(&cause, input).await.refused(404, "not_found");
    let chosen = tia.post(&cause, Store::wrong_sku()).await.ok();
    assert_eq!(chosen["findings"][0]["by"]["name"], "Tia");

    // What was shown stands, whatever the books say later.
    tia.post(PATH, store.pair()).await.ok();
    let later = tia.get(&store.of_case("investigation")).await.ok();
    assert_eq!(later["ranking"], shown["ranking"]);
    assert_eq!(later["looked_at"], chosen["looked_at"]);

    // The event, and nobody's name: neither who counted nor who found it.
    let referred =
        tia.post(&store.of_case("coaching"), json!({ "note": "The cards look alike" })).await.ok();
    let event = referred["coaching"]["event"]["en"].as_str().unwrap();
    assert_eq!(event, "Sour cherry gummies was rung up as Peach rings at A-01 (-1 ea).");
    tia.post(&store.of_case("coaching"), json!({})).await.refused(409, "referred");
    let discussed = store.of_case("coaching/discussed");
    tia.post(&discussed, json!({ "note": "New cards" })).await.refused(403, "forbidden");
    let open = mia.get("/api/v1/investigations").await.ok();
    assert_eq!(
        (&open["open"][0]["to_discuss"], &open["open"][0]["cause"]),
        (&json!(true), &json!("sold_under_wrong_sku"))
    );
    let done = mia.post(&discussed, json!({ "note": "New cards at the till" })).await.ok();
    assert_eq!(done["coaching"]["discussed_by"]["name"], "Mia");
    mia.post(&discussed, json!({ "note": "Again" })).await.refused(409, "discussed");

    let shrink = tia.get("/api/v1/shrink?days=30").await.ok();
    let part = |cause: &str| {
        shrink["parts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|part| part["cause"] == cause)
            .unwrap()
            .clone()
    };
    let sold = part("sold_under_wrong_sku");
    assert_eq!(
        (&sold["leg"], &sold["found"], &sold["missing_cents"]),
        (&json!("sale"), &json!(true), &json!(400))
    );
    let unknown = part("unknown");
    assert_eq!((&unknown["found"], &unknown["over_units"]), (&json!(false), &json!("1")));
    assert_eq!((&shrink["counted"], &shrink["right"]), (&json!(4), &json!(2)));

    let close = json!({ "outcome": "Put right as a pair", "verdict": "our_error" });
    mia.post(&store.of_case("close"), close).await.ok();
    tia.post(&cause, Store::wrong_sku()).await.refused(409, "closed");
}

#[tokio::test]
async fn only_what_a_count_found_is_investigated() {
    let store = Store::open().await;
    let found = json!({ "place": BIN_A, "quantity": { "value": "2", "unit": "ea" } });
    let other = store.tia.device.post(&format!("/api/v1/packages/{NEW}/found"), found).await.ok();
    let path = format!("/api/v1/cases/{}/investigation", other["case"]);
    store.tia.device.get(&path).await.refused(409, "no_variance");
    store.tia.device.get("/api/v1/cases/999999/investigation").await.refused(404, "not_found");
    let ben = store.shop.hire("Ben", "budtender").await;
    ben.device.get(&store.of_case("investigation")).await.refused(403, "forbidden");
    let ada = store.shop.hire("Ada", "auditor").await;
    ada.device.get(&store.of_case("investigation")).await.ok();
    ada.device.post(&store.of_case("cause"), Store::wrong_sku()).await.refused(403, "forbidden");
}

#[tokio::test]
async fn whoever_counts_is_told_nothing() {
    let store = Store::open().await;
    let tia = &store.tia.device;
    tia.post("/api/v1/counts", json!({ "scope": { "places": [BIN_A] } })).await.ok();
    for path in [
        store.of_case("investigation"),
        store.of_case("correction"),
        "/api/v1/investigations".into(),
        "/api/v1/shrink".into(),
    ] {
        tia.get(&path).await.refused(409, "being_counted");
    }
    tia.post(&store.of_case("cause"), Store::wrong_sku()).await.refused(409, "being_counted");
    store.mia.device.get(&store.of_case("investigation")).await.ok();
    assert_eq!(store.shop.held(PEACH, BIN_A).await, "10", "a count moves nothing");
}
