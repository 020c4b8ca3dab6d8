//! The box is killed while it takes a large file in: whole orders are there, and the file again adds the rest.
//! Killed while nobody has said what the lines are, it still asks; what was said before stays said.

use std::time::Duration;

use backstock::store::{Options, Store, StoreError};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::load::Premises;
use crate::support::shop::GUMMIES;
use crate::support::{Device, Process, Reply};

const ORDERS: i64 = 1_500;

fn file() -> String {
    let line = |n: i64| json!({ "name": format!("Thing {n}"), "quantity": 1 });
    let lines: Vec<Value> = (0..5).map(line).collect();
    let order =
        |n: i64| json!({ "id": n.to_string(), "customer": { "first": "Maria" }, "lines": lines });
    json!((0..ORDERS).map(order).collect::<Vec<_>>()).to_string()
}

async fn send(device: &Device, key: Uuid) -> reqwest::Result<Reply> {
    let ask = device
        .ask(Method::POST, "/api/v1/orders/file?source=1")
        .header("Idempotency-Key", key.to_string())
        .header("Content-Type", "application/octet-stream")
        .body(file());
    Reply::try_read(ask).await
}

/// Orders, and those among them that are not whole.
fn found(premises: &Premises) -> (i64, i64) {
    let store = Store::open(&premises.data, Options::default()).unwrap();
    let found = store.read_blocking(|db| {
        let broken = "(SELECT count(*) FROM order_line WHERE order_id = online_order.id) <> 5";
        let count = format!("SELECT count(*), coalesce(sum({broken}), 0) FROM online_order");
        Ok::<_, StoreError>(db.one(&count, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
    });
    store.stop();
    found.unwrap()
}

async fn up(premises: &Premises) -> Process {
    let process = premises.serve();
    Premises::verify(&process);
    // A connection to the program that is gone is told by a first question that fails.
    drop(Reply::try_read(premises.devices[0].ask(Method::GET, "/healthz")).await);
    process
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_that_was_cut_off_leaves_whole_orders() {
    let (premises, mut process) = Premises::open(1, None).await;
    let key = Uuid::now_v7();
    for wait_ms in [150, 400, 900] {
        let device = premises.devices[0].clone();
        let sent = tokio::spawn(async move { send(&device, key).await });
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        process.kill();
        drop(sent.await);
        let (orders, broken) = found(&premises);
        assert_eq!(broken, 0, "of {orders} orders");
        process = up(&premises).await;
    }
    let told = send(&premises.devices[0], key).await.unwrap().ok();
    let sum: i64 = ["taken", "same"].iter().map(|what| told[what].as_i64().unwrap()).sum();
    assert_eq!((sum, &told["refused"]), (ORDERS, &json!([])), "{told}");
    let again = send(&premises.devices[0], Uuid::now_v7()).await.unwrap().ok();
    assert_eq!((&again["same"], &again["taken"]), (&json!(ORDERS), &json!(0)));
    process.terminate();
    assert_eq!(found(&premises), (ORDERS, 0));
}

#[tokio::test]
async fn an_order_whose_lines_nobody_knows_yet_waits_for_a_person_across_a_cut() {
    let (premises, mut process) = Premises::open(1, None).await;
    let device = &premises.devices[0];
    let lines = json!([{ "name": "Thing 1", "quantity": 1 }, { "name": "Thing 2", "quantity": 2 }]);
    let order =
        json!([{ "id": "1", "customer": { "first": "Maria" }, "lines": lines }]).to_string();
    let ask = device
        .ask(Method::POST, "/api/v1/orders/file?source=1")
        .header("Idempotency-Key", Uuid::now_v7().to_string())
        .header("Content-Type", "application/octet-stream")
        .body(order);
    Reply::try_read(ask).await.unwrap().ok();
    let id = device.get("/api/v1/orders?state=live").await.ok()["orders"][0]["id"].clone();
    let path = format!("/api/v1/orders/{id}");
    for nth in [0, 1] {
        process.kill();
        process = up(&premises).await;
        let whole = device.get(&path).await.ok();
        assert_eq!(whole["state"], "unmatched");
        let known = |line: &Value| !line["product"].is_null();
        let lines = whole["lines"].as_array().unwrap();
        assert_eq!(lines.iter().map(known).collect::<Vec<_>>(), [nth > 0, false]);
        let matches = json!({ "matches": [{ "line": lines[nth]["id"], "product": GUMMIES }] });
        device.post(&format!("{path}/match"), matches).await.ok();
    }
    process.kill();
    process = up(&premises).await;
    let whole = device.get(&path).await.ok();
    assert_eq!(whole["state"], "waiting");
    assert!(whole["lines"].as_array().unwrap().iter().all(|line| line["product"]["id"] == GUMMIES));
    Premises::verify(&process);
}
