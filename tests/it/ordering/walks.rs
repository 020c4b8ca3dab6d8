use serde_json::{Value, json};

use super::{enters, id, look, shop};
use crate::support::shop::{BIN_A, BIN_B, EIGHTH, FLOWER, GUMMIES, NEW, OLD, Person, TOTE, TOTE_2};

async fn walk(tia: &Person, orders: &[i64]) -> Value {
    tia.device.post("/api/v1/walks", json!({ "orders": orders })).await.ok()
}

/// The line of a walk for an order.
fn line_of(walk: &Value, order: i64) -> Value {
    let lines = walk["lines"].as_array().unwrap();
    lines.iter().find(|line| line["order"] == order).expect("a line").clone()
}

#[tokio::test]
async fn two_orders_in_one_walk_each_into_its_own_tote() {
    let (shop, tia) = shop().await;
    let one = id(&enters(&tia, &[(GUMMIES, "2")]).await);
    let two = id(&enters(&tia, &[(GUMMIES, "3"), (EIGHTH, "1")]).await);
    let started = walk(&tia, &[two, one]).await;
    let pick = id(&started);
    assert_eq!(started["kind"], "order");
    assert_eq!(started["orders"][0]["order"], one, "the older one has the first slot");
    let take = |amount: &str, line: &Value| {
        let mut take = Person::take(BIN_A, OLD, amount, "ea");
        take["line"] = line["id"].clone();
        take
    };
    let takes = format!("/api/v1/picks/{pick}/takes");
    tia.device.post(&takes, take("2", &line_of(&started, one))).await.refused(409, "no_tote");
    let tote = format!("/api/v1/picks/{pick}/tote");
    tia.device.post(&tote, json!({ "tote": TOTE })).await.ok();
    tia.device.post(&tote, json!({ "tote": TOTE })).await.refused(409, "tote_in_use");
    let both = tia.device.post(&tote, json!({ "tote": TOTE_2 })).await.ok();
    assert_eq!(
        (&both["orders"][0]["tote"]["id"], &both["orders"][1]["tote"]["id"]),
        (&json!(TOTE), &json!(TOTE_2))
    );
    tia.device.post(&tote, json!({ "tote": BIN_A })).await.refused(409, "not_a_tote");
    tia.device.post(&takes, take("3", &line_of(&started, one))).await.refused(409, "too_many");
    tia.device.post(&takes, take("2", &line_of(&started, one))).await.ok();
    let gummies_of_two = started["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["order"] == two && line["package"]["id"] == OLD)
        .unwrap()
        .clone();
    tia.device.post(&takes, take("3", &gummies_of_two)).await.ok();
    assert_eq!(
        (shop.held(OLD, TOTE).await, shop.held(OLD, TOTE_2).await),
        ("2".into(), "3".into())
    );
    let finish = format!("/api/v1/picks/{pick}/finish");
    tia.device.post_nothing(&finish).await.refused(409, "lines_open");
    tia.device.post(&takes, Person::take(BIN_A, FLOWER, "3.5", "g")).await.ok();
    tia.device
        .post(&format!("/api/v1/picks/{pick}/handover"), json!({}))
        .await
        .refused(409, "wrong_kind");
    tia.device.post_nothing(&finish).await.ok();
    for order in [one, two] {
        assert_eq!(look(&tia, order).await["state"], "packing");
    }
    assert_eq!(look(&tia, one).await["tote"]["id"], TOTE);
}

#[tokio::test]
async fn an_order_is_in_one_walk_at_a_time() {
    let (shop, tia) = shop().await;
    let mo = shop.hire("Mo", "technician").await;
    let order = id(&enters(&tia, &[(GUMMIES, "2")]).await);
    let body = json!({ "orders": [order] });
    let (one, two) = tokio::join!(
        tia.device.post("/api/v1/walks", body.clone()),
        mo.device.post("/api/v1/walks", body.clone()),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "one of them gets it");
    let lost = if one.status == 409 { one } else { two };
    assert_eq!(lost.refused(409, "order_not_waiting")["state"], "picking");
    let twice = json!({ "orders": [order, order] });
    tia.device.post("/api/v1/walks", twice).await.refused(400, "bad_request");
    tia.device.post("/api/v1/walks", json!({ "orders": [] })).await.refused(400, "bad_request");
    tia.device.post("/api/v1/walks", json!({ "orders": [999] })).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_walk_given_back_promises_again() {
    let (_shop, tia) = shop().await;
    let order = id(&enters(&tia, &[(GUMMIES, "25")]).await);
    let started = walk(&tia, &[order]).await;
    assert_eq!(look(&tia, order).await["lines"][0]["promised"], "0");
    let path = format!("/api/v1/picks/{}/release", id(&started));
    let over = tia.device.post_nothing(&path).await.ok();
    assert_eq!(over["state"], "cancelled");
    let back = look(&tia, order).await;
    assert_eq!((&back["state"], &back["lines"][0]["promised"]), (&json!("waiting"), &json!("25")));
    walk(&tia, &[order]).await;
}

#[tokio::test]
async fn a_line_that_comes_up_short_is_counted_and_decided() {
    let (shop, tia) = shop().await;
    let order = id(&enters(&tia, &[(GUMMIES, "40"), (EIGHTH, "1")]).await);
    let started = walk(&tia, &[order]).await;
    let pick = id(&started);
    tia.device.post(&format!("/api/v1/picks/{pick}/tote"), json!({ "tote": TOTE })).await.ok();
    let old = started["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["package"]["id"] == OLD)
        .unwrap();
    let short = json!({ "line": old["id"], "reason": "empty_bin", "found": "0" });
    let told = tia.device.post(&format!("/api/v1/picks/{pick}/shorts"), short).await.ok();
    assert_eq!(told["next"], json!(null), "nothing is left to plan");
    let undecided = &told["pick"]["orders"][0]["shorts"][0];
    assert_eq!((&undecided["short"], &undecided["wanted"]), (&json!("20"), &json!("40")));
    let tasks = tia.device.get("/api/v1/tasks").await.ok().to_string();
    assert!(tasks.contains("count_bin"), "the bin is to be counted");
    let takes = format!("/api/v1/picks/{pick}/takes");
    tia.device.post(&takes, Person::take(BIN_B, NEW, "20", "ea")).await.ok();
    tia.device.post(&takes, Person::take(BIN_A, FLOWER, "3.5", "g")).await.ok();
    let finish = format!("/api/v1/picks/{pick}/finish");
    tia.device.post_nothing(&finish).await.refused(409, "short_undecided");
    let line = undecided["line"].clone();
    let decide = format!("/api/v1/orders/{order}/lines/{line}/decide");
    tia.device.post(&decide, json!({ "how": "wait" })).await.refused(409, "order_begun");
    let decided = tia.device.post(&decide, json!({ "how": "partial" })).await.ok();
    assert_eq!(decided["lines"][0]["amount"], "20");
    tia.device.post_nothing(&finish).await.ok();
    assert_eq!(look(&tia, order).await["state"], "packing");
    assert_eq!(shop.held(NEW, TOTE).await, "20");
}

#[tokio::test]
async fn a_wrong_scan_stops_with_what_was_expected() {
    let (_shop, tia) = shop().await;
    let order = id(&enters(&tia, &[(GUMMIES, "2")]).await);
    let pick = id(&walk(&tia, &[order]).await);
    tia.device.post(&format!("/api/v1/picks/{pick}/tote"), json!({ "tote": TOTE })).await.ok();
    let takes = format!("/api/v1/picks/{pick}/takes");
    let newer = tia.device.post(&takes, Person::take(BIN_B, NEW, "2", "ea")).await;
    assert_eq!(newer.refused(409, "newer_lot")["expected"]["package"]["id"], OLD);
    let other = tia.device.post(&takes, Person::take(BIN_A, FLOWER, "3.5", "g")).await;
    assert_eq!(other.refused(409, "wrong_product")["expected"]["id"], OLD);
    tia.device.post(&takes, Person::take(BIN_B, OLD, "2", "ea")).await.refused(409, "wrong_bin");
}
