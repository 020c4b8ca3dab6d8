//! Files of orders that people hand in: again, long ones, and how much of what is refused is told.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{file, file_again, live, number, order, shop, source};

/// So many orders of our own format, of one piece each.
fn orders(count: usize) -> Vec<Value> {
    (1..=count).map(|n| order(&n.to_string(), &[("Sour cherry gummies", 1)])).collect()
}

fn text(orders: &[Value]) -> String {
    json!({ "orders": orders }).to_string()
}

/// The pieces of the order with this number.
async fn units(tia: &crate::support::shop::Person, number: &str) -> Value {
    let rows = live(tia).await;
    rows.iter().find(|row| row["number"] == number).expect("an order")["units"].clone()
}

#[tokio::test]
async fn a_file_that_was_taken_in_is_answered_as_before_whatever_changed_since() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "signature").await;
    let all = text(&orders(120));
    let key = Uuid::now_v7();
    let first = file_again(&tia, &own, &all, key).await.ok();
    assert_eq!(first["taken"], 120);
    // The source changes one of the first part and one of the last.
    let changed: Vec<Value> =
        ["2", "119"].map(|id| order(id, &[("Sour cherry gummies", 3)])).into();
    let stranger = shop.test_box.stranger();
    assert_eq!(own.sends(&stranger, &text(&changed)).await.ok()["changed"], 2);
    let entries = number(&shop, "SELECT count(*) FROM entry");
    let again = file_again(&tia, &own, &all, key).await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    assert_eq!(again.ok(), first);
    for changed in ["N-2", "N-119"] {
        assert_eq!(units(&tia, changed).await, "3", "{changed} is as its source changed it");
    }
    assert_eq!(number(&shop, "SELECT count(*) FROM entry"), entries, "nothing was done");
    // Nor is it refused because the source was closed meanwhile; other content under its key is.
    let closed = json!({ "slug": "own", "name": "own", "format": "backstock", "proof": "signature",
        "active": false, "version": number(&shop, "SELECT version FROM order_source WHERE slug = 'own'") });
    let path = format!("/api/v1/order-sources/{}", own.id);
    shop.owner.device.put(&path, closed).await.ok();
    assert_eq!(file_again(&tia, &own, &all, key).await.ok(), first);
    file_again(&tia, &own, &text(&changed), key).await.refused(422, "key_reused");
    file(&tia, &own, &all).await.refused(409, "source_closed");
}

#[tokio::test]
async fn a_long_message_is_taken_in_part_by_part_and_goes_on_where_it_ended() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "signature").await;
    let stranger = shop.test_box.stranger();
    let parts = "SELECT count(*) FROM entry WHERE kind = 'orders_taken_in'";
    let all = orders(120);
    // What was taken in before it broke off stays, and is not taken in again.
    own.sends(&stranger, &text(&all[..50])).await.ok();
    let mut rest = all.clone();
    rest.push(order("121", &[]));
    let told = own.sends(&stranger, &text(&rest)).await.ok();
    assert_eq!((&told["taken"], &told["same"]), (&json!(70), &json!(50)));
    assert_eq!((&told["refused"][0]["row"], &told["refused_total"]), (&json!(121), &json!(1)));
    assert_eq!(number(&shop, parts), 3, "fifty in one command: those, fifty more, and twenty");
    assert_eq!(live(&tia).await.len(), 120);
    assert_eq!(own.sends(&stranger, &text(&rest)).await.ok()["same"], 120);
    assert_eq!(number(&shop, parts), 3, "what was said before is no entry");
}

#[tokio::test]
async fn of_what_is_refused_the_first_hundred_are_told_and_all_are_counted() {
    let (shop, tia) = shop().await;
    let own = source(&shop, "own", "backstock", "none").await;
    let mut all: Vec<Value> =
        (0..250).map(|n| order(&n.to_string(), &[("Sour cherry gummies", 0)])).collect();
    all.push(order("good", &[("Sour cherry gummies", 1)]));
    let told = file(&tia, &own, &text(&all)).await.ok();
    assert_eq!((&told["taken"], &told["refused_total"]), (&json!(1), &json!(250)));
    let refused = told["refused"].as_array().unwrap();
    assert_eq!((refused.len(), &refused[99]["row"]), (100, &json!(100)));
    let rows = format!("[{}0]", "0,".repeat(60_000));
    let problem = file(&tia, &own, &rows).await.refused(422, "file_refused");
    assert_eq!(problem["why"], "too_many_rows");
}
