//! What must be entered outside: ticked, refused, lost, and confirmed by nothing but a later reading.

use std::time::Duration;

use backstock::store::StoreError;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{PATH, Store};
use crate::support::Reply;
use crate::support::shop::{BIN_A, OLD};

const HOUR_S: i64 = 3600;

/// Loads a package list of the state's system that shows so many of the old gummies.
async fn state_shows(store: &Store, amount: i64) {
    let owner = &store.shop.owner.device;
    let csv = format!(
        "tag,item,qty,uom,lab test status\n1A4060300000000000000001,Sour cherry gummies,{amount},ea,TestPassed\n"
    );
    let ask = owner.ask(Method::POST, "/api/v1/imports?kind=packages&name=list.csv");
    let ask = ask.header("Idempotency-Key", Uuid::now_v7().to_string());
    let ask = ask.header("Content-Type", "application/octet-stream").body(csv);
    let import = Reply::read(ask).await.ok();
    let path = format!("/api/v1/imports/{}", import["id"]);
    assert_eq!(import["state"], "preview", "{import}");
    owner.post(&format!("{path}/confirm"), json!({ "opening": false })).await.ok();
    for _ in 0..100 {
        if owner.get(&path).await.ok()["state"] == "applied" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not applied in ten seconds");
}

impl Store {
    /// The intent for the state's system of an adjustment, as it is now.
    async fn intent(&self, id: &Value) -> Value {
        let all = self.mia.device.get("/api/v1/intents?all=true").await.ok();
        let all = all["intents"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["id"] == *id).expect("the intent")
    }
}

#[tokio::test]
async fn only_a_later_reading_confirms() {
    let store = Store::open().await;
    let device = &store.tia.device;
    state_shows(&store, 20).await;
    store.shop.test_box.later_s(60);
    let mut input = store.pair();
    input["note"] = "One of a customer's three bags was scanned from the card of the peach rings. "
        .repeat(6)
        .into();
    let done = device.post(PATH, input).await.ok();
    let intent = done["intents"][1].clone();
    assert_eq!((&intent["target"], &intent["state"]), (&json!("state"), &json!("waiting")));
    assert_eq!(intent["deadline_why"], "4 CCR 15048.1(a)(4)");
    let field = |name: &str| {
        let fields = intent["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap()["value"].as_str().unwrap()
    };
    assert_eq!((field("Label"), field("Quantity")), ("1A4060300000000000000001", "-1"));
    let note = field("ReasonNote");
    assert!(
        note.starts_with(intent["token"].as_str().unwrap()) && note.chars().count() <= 200,
        "{note}"
    );
    assert!(!note.ends_with(' ') && note.chars().count() > 180, "{note}");
    let id = &intent["id"];
    let sent = format!("/api/v1/intents/{id}/sent");
    assert_eq!(device.post_nothing(&sent).await.ok()["state"], "sent", "no more than that");
    // What it showed before is no answer, and what is sold meanwhile is expected.
    store.shop.test_box.later_s(60);
    sell_one(&store).await;
    assert_eq!(store.intent(id).await["expected"]["value"], "18");
    state_shows(&store, 18).await;
    assert_eq!(store.intent(id).await["state"], "confirmed");
    assert_eq!(
        store.intent(&done["intents"][0]["id"]).await["state"],
        "waiting",
        "the POS has not said"
    );
    device.post_nothing(&sent).await.refused(409, "ended");
}

/// Sells one of the old gummies from the bin, as the import of sales does.
async fn sell_one(store: &Store) {
    use backstock::domain::id::{PackageId, PlaceId};
    use backstock::domain::place::Account;
    use backstock::domain::quantity::Amount;
    use backstock::ledger::{Actor, Entry, Movement};
    let sold = store.shop.test_box.store().write(|tx| -> Result<(), StoreError> {
        let by = Actor::system();
        let mut entry = Entry::open(tx, &by, "imported")?;
        let movement = Movement {
            package: PackageId(OLD),
            amount: Amount::whole(1),
            from: PlaceId(BIN_A),
            to: Account::Sold.id(),
            reverses: None,
        };
        entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
        entry.seal(&"a sale")?;
        Ok(())
    });
    sold.await.expect("the sale");
}

#[tokio::test]
async fn a_reading_that_contradicts_needs_a_person() {
    let store = Store::open().await;
    let device = &store.tia.device;
    let done = device.post(PATH, store.pair()).await.ok();
    let id = &done["intents"][1]["id"];
    let sent = format!("/api/v1/intents/{id}/sent");
    store.shop.test_box.later_s(60);
    state_shows(&store, 20).await;
    assert_eq!(store.intent(id).await["state"], "waiting", "nobody said it was entered");
    device.post_nothing(&sent).await.ok();
    store.shop.test_box.later_s(60);
    state_shows(&store, 18).await;
    let seen = store.intent(id).await;
    assert_eq!((&seen["state"], &seen["look_first"]), (&json!("needs_person"), &json!(true)));
    assert!(seen["said"]["en"].as_str().unwrap().contains("shows 18 ea, expected 19 ea"), "{seen}");
    let view = store.mia.device.get(&format!("/api/v1/cases/{}", store.case)).await.ok();
    let evidence = view["evidence"].as_array().unwrap();
    assert_eq!(evidence.last().unwrap()["kind"], "intent");
    // Never entered twice blindly.
    let refused = device.post_nothing(&sent).await.refused(409, "look_first");
    assert_eq!(refused["token"], seen["token"]);
    device.post(&sent, json!({ "looked": true })).await.ok();
    store.shop.test_box.later_s(60);
    state_shows(&store, 19).await;
    assert_eq!(store.intent(id).await["state"], "confirmed");
}

#[tokio::test]
async fn a_lost_answer_and_a_refusal() {
    let store = Store::open().await;
    let (device, mia) = (&store.tia.device, &store.mia.device);
    let done = device.post(PATH, store.pair()).await.ok();
    let path = |what: &str| format!("/api/v1/intents/{}/{what}", done["intents"][1]["id"]);
    let said = json!({ "said": "Adjustment reason is not valid" });
    device.post(&path("refused"), said.clone()).await.refused(403, "forbidden");
    let refused = mia.post(&path("refused"), said).await.ok();
    assert_eq!(refused["state"], "refused");
    device.post_nothing(&path("sent")).await.ok();
    mia.post(&path("person"), json!({ "why": " " })).await.refused(400, "bad_request");
    mia.post(&path("person"), json!({ "why": "The page hung" })).await.ok();
    device.post_nothing(&path("sent")).await.refused(409, "look_first");
    // Two adjustments of one package: what shows the second has the first too.
    let place = json!({ "package": OLD, "place": BIN_A, "delta": "-1" });
    let more = json!({ "how": "single", "reason": "Damage", "note": "Crushed", "lines": [place] });
    let second = device.post(PATH, more).await.ok();
    store.shop.test_box.later_s(60);
    state_shows(&store, 18).await;
    for intent in [&done["intents"][1]["id"], &second["intents"][1]["id"]] {
        assert_eq!(store.intent(intent).await["state"], "confirmed");
    }
}

#[tokio::test]
async fn what_is_nearly_late_alerts_once() {
    let store = Store::open().await;
    store.tia.device.post(PATH, store.pair()).await.ok();
    let late = || async {
        store.shop.test_box.store().write(backstock::workflow::adjusting::late).await.unwrap()
    };
    assert!(!late().await);
    store.shop.test_box.later_s(69 * HOUR_S);
    for _ in 0..4 {
        assert!(late().await);
    }
    assert!(!late().await, "each once");
    store.shop.owner.sign_in().await;
    let alerts = store.shop.owner.device.get("/api/v1/alerts").await.ok();
    assert_eq!(alerts["alerts"].as_array().unwrap().len(), 4);
    assert_eq!(alerts["alerts"][0]["kind"], "intent");
}

#[tokio::test]
async fn a_lost_answer_is_found_by_its_mark_in_the_states_own_list() {
    let store = Store::open().await;
    let (tia, mia) = (&store.tia.device, &store.mia.device);
    let done = tia.post(PATH, store.pair()).await.ok();
    let state: Vec<Value> = done["intents"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["target"] == "state")
        .cloned()
        .collect();
    let [cherry, peach] = &state[..] else { panic!("two of the state: {state:?}") };
    for one in &state {
        let path = format!("/api/v1/intents/{}/person", one["id"]);
        mia.post(&path, json!({ "why": "The page hung while saving" })).await.ok();
    }
    let row = |tag: &str, amount: f64, note: String| {
        json!({
            "PackageId": 1, "PackageLabel": tag, "AdjustmentQuantity": amount,
            "AdjustmentUnitOfMeasureName": "Each", "AdjustmentReasonName": "Entry Error",
            "AdjustmentNote": note, "AdjustmentDate": "2026-11-26T00:00:00Z",
        })
    };
    let told = |one: &Value| one["token"].as_str().unwrap().to_owned();
    let read = |device: &'static str, rows: Value| {
        let who = if device == "tia" { tia } else { mia };
        let ask = who.ask(Method::POST, "/api/v1/intents/entered?name=adjustments.json");
        let ask = ask.header("Idempotency-Key", Uuid::now_v7().to_string());
        let ask = ask.header("Content-Type", "application/octet-stream").body(rows.to_string());
        async { Reply::read(ask).await }
    };
    read("tia", json!([])).await.refused(403, "forbidden");
    let refused =
        read("mia", json!({ "Data": [{ "Label": "x" }] })).await.refused(422, "file_refused");
    assert_eq!(refused["why"], "not_adjustments");
    // Without its mark, or with that of another, it is not there.
    let other = row("1A4060300000000000000001", -1.0, format!("{}X", told(cherry)));
    let nothing = read("mia", json!({ "Data": [other] })).await.ok();
    assert_eq!(nothing["missing"].as_array().unwrap().len(), 2, "{nothing}");
    // One went through before the page hung; the other was entered with the sign the wrong way round.
    let rows = json!({ "Data": [
        row("1A4060300000000000000001", -1.0, format!("{} Case x: one rung up", told(cherry))),
        row("1A4060300000000000000005", -1.0, told(peach)),
    ], "Total": 2 });
    let found = read("mia", rows).await.ok();
    assert_eq!(
        (&found["confirmed"], &found["differ"]),
        (&json!([told(cherry)]), &json!([told(peach)]))
    );
    assert_eq!(store.intent(&cherry["id"]).await["state"], "confirmed");
    let wrong = store.intent(&peach["id"]).await;
    assert_eq!(wrong["state"], "needs_person");
    assert!(
        wrong["said"]["en"].as_str().unwrap().contains("-1 of 1A4060300000000000000005"),
        "{wrong}"
    );
    let view = mia.get(&format!("/api/v1/cases/{}", store.case)).await.ok();
    let texts = view["evidence"].to_string();
    assert!(texts.contains("found in its list of adjustments"), "{texts}");
}
