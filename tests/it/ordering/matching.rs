use serde_json::json;

use super::{enters, file, id, live, look, order, shop, source};
use crate::support::shop::{EIGHTH, GUMMIES};

#[tokio::test]
async fn a_name_that_two_products_have_is_never_guessed_and_said_once() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let twin = json!({ "sku": "GUM-20", "name": "Sour Cherry Gummies", "category": "Edible", "unit": "ea",
        "gtins": [], "pars": [], "active": true });
    shop.owner.device.post("/api/v1/products", twin).await.ok();
    let body = |external: &str| {
        json!([order(external, &[("Sour cherry gummies", 2), ("Blue Dream eighth", 1)])])
            .to_string()
    };
    file(&tia, &own, &body("1")).await.ok();
    let row = live(&tia).await[0].clone();
    assert_eq!((&row["state"], &row["unmatched"]), (&json!("unmatched"), &json!(1)));
    let whole = look(&tia, id(&row)).await;
    let lines = whole["lines"].as_array().unwrap();
    assert_eq!(lines[0]["product"], json!(null));
    let candidates: Vec<_> = lines[0]["candidates"].as_array().unwrap().iter().collect();
    assert_eq!(candidates.len(), 2, "both that it may mean: {candidates:?}");
    assert_eq!(lines[1]["product"]["id"], EIGHTH, "the other line is certain");
    let walk = json!({ "orders": [id(&row)] });
    tia.device.post("/api/v1/walks", walk).await.refused(409, "order_not_waiting");
    let path = format!("/api/v1/orders/{}/match", id(&row));
    let unknown = json!({ "matches": [{ "line": lines[0]["id"], "product": 999 }] });
    tia.device.post(&path, unknown).await.refused(404, "not_found");
    let matches = json!({ "matches": [{ "line": lines[0]["id"], "product": GUMMIES }] });
    let matched = tia.device.post(&path, matches.clone()).await.ok();
    assert_eq!(
        (&matched["state"], &matched["lines"][0]["promised"]),
        (&json!("waiting"), &json!("2"))
    );
    tia.device.post(&path, matches).await.refused(409, "order_closed");
    // Said once: the next order of this source knows it, one of another source does not.
    file(&tia, &own, &body("2")).await.ok();
    let other = source(&shop, "other", "backstock", "none").await;
    file(&tia, &other, &body("3")).await.ok();
    let states: Vec<String> = live(&tia)
        .await
        .iter()
        .map(|row| {
            format!(
                "{} {}",
                row["source"]["name"].as_str().unwrap(),
                row["state"].as_str().unwrap()
            )
        })
        .collect();
    assert!(
        states.contains(&"own waiting".into()) && states.contains(&"other unmatched".into()),
        "{states:?}"
    );
}

#[tokio::test]
async fn a_sku_and_a_barcode_are_certain() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let mut said = order("1", &[]);
    said["lines"] = json!([
        { "name": "something", "sku": "BD-8TH", "quantity": 1 },
        { "name": "something else", "sku": "036000291452", "quantity": 2 },
    ]);
    file(&tia, &own, &json!([said]).to_string()).await.ok();
    let whole = look(&tia, id(&live(&tia).await[0])).await;
    let products: Vec<_> = whole["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["product"]["id"].clone())
        .collect();
    assert_eq!(products, [json!(EIGHTH), json!(GUMMIES)]);
}

#[tokio::test]
async fn half_a_piece_is_nothing_to_pick() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let mut said = order("1", &[]);
    said["lines"] = json!([{ "name": "Sour cherry gummies", "quantity": "1.5" }]);
    file(&tia, &own, &json!([said]).to_string()).await.ok();
    let whole = look(&tia, id(&live(&tia).await[0])).await;
    assert_eq!(whole["state"], "unmatched");
    let path = format!("/api/v1/orders/{}/match", id(&whole));
    let matches = json!({ "matches": [{ "line": whole["lines"][0]["id"], "product": GUMMIES }] });
    tia.device.post(&path, matches).await.refused(400, "bad_request");
}

#[tokio::test]
async fn an_order_entered_by_hand_says_what_is_wrong_with_it() {
    let (_shop, tia) = shop().await;
    let made = enters(&tia, &[(GUMMIES, "2")]).await;
    assert_eq!((&made["customer"], &made["state"]), (&json!("Ana L."), &json!("waiting")));
    let input = |lines: serde_json::Value| json!({ "customer_first": "Ana", "way": "pickup", "lines": lines });
    let post = |input: serde_json::Value| tia.device.post("/api/v1/orders", input);
    post(input(json!([]))).await.refused(409, "nothing_ordered");
    let unknown = post(input(json!([{ "product": 999, "quantity": "1" }]))).await;
    assert_eq!(unknown.refused(409, "unknown_product")["line"], 1);
    let none = post(input(json!([{ "product": GUMMIES, "quantity": "0" }]))).await;
    assert_eq!(none.refused(400, "bad_request")["field"], "lines.1.quantity");
    let mut nameless = input(json!([{ "product": GUMMIES, "quantity": "1" }]));
    nameless["customer_first"] = "  ".into();
    assert_eq!(post(nameless.clone()).await.refused(400, "bad_request")["field"], "customer_first");
    nameless["customer_first"] = "Ana".into();
    nameless["window_from"] = "2026-11-27T18:00:00Z".into();
    nameless["window_to"] = "2026-11-27T17:00:00Z".into();
    post(nameless).await.refused(409, "window_wrong");
}
