//! The box is killed in every state of an order, and goes on.

use backstock::store::{Options, Store, StoreError};
use serde_json::json;

use super::{Bag, SHELF, order, packs, shelves, step, tag};
use crate::support::load::Premises;
use crate::support::shop::{BIN_A, EIGHTH, FLOWER, GUMMIES, Shop, TOTE, TOTE_2};
use crate::support::{Process, Reply};

/// Kills the box and starts it again; the books are right.
async fn cut(premises: &Premises, process: Process) -> Process {
    process.kill();
    up(premises).await
}

async fn up(premises: &Premises) -> Process {
    let process = premises.serve();
    Premises::verify(&process);
    // A device may still hold a connection to the program that is gone: a first question may fail.
    let ask = premises.devices[0].ask(reqwest::Method::GET, "/healthz");
    drop(Reply::try_read(ask).await);
    process
}

#[tokio::test]
async fn killed_in_every_state_an_order_goes_on() {
    let (premises, process) = Premises::open(1, None).await;
    process.kill();
    let store = Store::open(&premises.data, Options::default()).unwrap();
    store.write(shelves).await.unwrap();
    let make = |tx: &backstock::store::Tx<'_>| -> Result<[(i64, String); 2], StoreError> {
        let lines = [(GUMMIES, 2), (EIGHTH, 1)];
        Ok([order(tx, "pickup", &lines)?, order(tx, "pickup", &lines)?])
    };
    let [first, second] = store.write(make).await.unwrap();
    store.stop();
    drop(store);
    let mut process = up(&premises).await;
    let device = &premises.devices[0];
    let mut state = String::new();
    for (order, tote, unwound) in [(first, TOTE, false), (second, TOTE_2, true)] {
        // While it waits, and in the middle of its walk after each of its steps.
        process = cut(&premises, process).await;
        let pick = device.post("/api/v1/walks", json!({ "orders": [order.0] })).await.ok();
        let walk = format!("/api/v1/picks/{}", pick["id"]);
        process = cut(&premises, process).await;
        device.post(&format!("{walk}/tote"), json!({ "tote": tote })).await.ok();
        let mut lines = Vec::new();
        for line in pick["lines"].as_array().unwrap() {
            process = cut(&premises, process).await;
            let package = line["package"]["id"].as_i64().unwrap();
            let take = json!({ "bin": line["bin"]["id"], "package": package, "quantity": line["planned"],
                "scanned": tag(package) });
            device.post(&format!("{walk}/takes"), take).await.ok();
            let pieces = if package == FLOWER { "1" } else { "2" };
            lines.push((line["id"].as_i64().unwrap(), package, pieces));
        }
        process = cut(&premises, process).await;
        device.post_nothing(&format!("{walk}/finish")).await.ok();
        let bag = Bag { id: order.0, code: order.1, lines };
        process = cut(&premises, process).await;
        let mut steps = Vec::new();
        for (line, package, quantity) in &bag.lines {
            let body = json!({ "line": line, "quantity": quantity, "scanned": tag(*package) });
            steps.push(("verify", body));
        }
        steps.push(("pack", packs()));
        steps.push(("stage", json!({ "shelf": SHELF, "scanned": Shop::code(SHELF) })));
        if unwound {
            steps.push(("cancel", json!({ "why": "customer" })));
            steps.extend([0, 1].map(|nth| ("putbacks", bag.back(nth, BIN_A))));
        } else {
            steps.push(("handover", bag.hands()));
        }
        for (what, body) in steps {
            // A connection to the program that is gone is told by a first question that fails.
            let _ =
                crate::support::Reply::try_read(device.ask(reqwest::Method::GET, "/healthz")).await;
            state =
                step(device, bag.id, what, body).await.ok()["state"].as_str().unwrap().to_owned();
            process = cut(&premises, process).await;
        }
        assert_eq!(state, if unwound { "ended" } else { "handed_over" });
    }
    Premises::verify(&process);
    assert_eq!(state, "ended");
}
