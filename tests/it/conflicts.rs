//! Two people after the same stock: the second is told who was first, and what comes next.

use serde_json::{Value, json};

use crate::support::shop::{BIN_A, BIN_B, FLOOR, GUMMIES, NEW, OLD, Person, Shop, TOTE, TOTE_2};

fn move_of(from: i64, to: i64, value: &str) -> Value {
    json!({ "package": OLD, "from": from, "to": to, "quantity": { "value": value, "unit": "ea" } })
}

/// A shop with a budtender, and two technicians.
async fn shop() -> (Shop, Person, Person, Person) {
    let shop = Shop::open().await;
    let bea = shop.hire("Bea", "budtender").await;
    let ben = shop.hire("Ben", "technician").await;
    let tia = shop.hire("Tia", "technician").await;
    (shop, bea, ben, tia)
}

#[tokio::test]
async fn a_move_of_what_somebody_took_says_who_and_when() {
    let (shop, _, ben, tia) = shop().await;
    let ask = move_of(BIN_A, FLOOR, "30");
    let problem = ben.device.post("/api/v1/moves", ask).await.refused(409, "not_enough");
    assert!(
        problem.get("by").is_none() && problem.get("at").is_none(),
        "nobody took any: {problem}"
    );
    let moved = ben.device.post("/api/v1/moves", move_of(BIN_A, BIN_B, "15")).await.ok();
    let at = shop.test_box.clock.now();
    shop.test_box.later_s(60);
    let ask = move_of(BIN_A, FLOOR, "10");
    let problem = tia.device.post("/api/v1/moves", ask.clone()).await.refused(409, "not_enough");
    assert_eq!(problem["available"], json!({ "value": "5", "unit": "ea" }));
    assert_eq!(problem["by"], json!({ "id": ben.id, "name": "Ben" }));
    let told = backstock::domain::time::At::parse(problem["at"].as_str().unwrap()).unwrap();
    assert!(at.seconds_since(told) <= 5, "{told} {at}");
    // What was undone took nothing.
    ben.device.post_nothing(&format!("/api/v1/moves/{}/undo", moved["seq"])).await.ok();
    let problem = tia
        .device
        .post("/api/v1/moves", move_of(BIN_A, FLOOR, "30"))
        .await
        .refused(409, "not_enough");
    assert!(problem.get("by").is_none(), "{problem}");
}

#[tokio::test]
async fn a_pick_whose_lot_is_gone_is_told_who_took_it_and_the_next_lots() {
    let (shop, bea, ben, tia) = shop().await;
    ben.device.post("/api/v1/moves", move_of(BIN_A, FLOOR, "20")).await.ok();
    let request = bea.requests(&[(GUMMIES, "8")]).await;
    let pick = tia.claims(&request, TOTE).await;
    // Tia's device still believes the older lot to be where it was.
    let take = Person::take(BIN_A, OLD, "8", "ea");
    let path = format!("/api/v1/picks/{}/takes", pick["id"]);
    let problem = tia.device.post(&path, take).await.refused(409, "not_there");
    assert_eq!(problem["by"]["name"], "Ben");
    assert!(problem["at"].is_string(), "{problem}");
    let lots: Vec<(i64, i64, &str)> = problem["lots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lot| {
            let id = |what: &str| lot[what]["id"].as_i64().unwrap();
            (id("package"), id("bin"), lot["free"]["value"].as_str().unwrap())
        })
        .collect();
    assert_eq!(lots, [(NEW, BIN_B, "12")], "{}", problem["lots"]);
    drop(shop);
}

#[tokio::test]
async fn what_another_pick_is_promised_is_told_with_what_is_free() {
    let (shop, bea, ben, tia) = shop().await;
    let first = bea.requests(&[(GUMMIES, "20")]).await;
    ben.claims(&first, TOTE).await;
    let second = bea.requests(&[(GUMMIES, "5")]).await;
    let pick = tia.claims(&second, TOTE_2).await;
    assert_eq!(pick["lines"][0]["package"]["id"], NEW);
    let path = format!("/api/v1/picks/{}/takes", pick["id"]);
    let take = Person::take(BIN_A, OLD, "5", "ea");
    let problem = tia.device.post(&path, take).await.refused(409, "reserved");
    assert!(problem.get("by").is_none(), "nobody took any yet: {problem}");
    assert_eq!(problem["lots"][0]["package"]["id"], NEW);
    assert_eq!(problem["lots"][0]["free"], json!({ "value": "15", "unit": "ea" }));
    let problem = tia.device.post("/api/v1/moves", move_of(BIN_A, FLOOR, "1")).await;
    let problem = problem.refused(409, "reserved");
    assert_eq!(problem["free"], json!({ "value": "0", "unit": "ea" }));
    drop(shop);
}
