//! A wave: six orders in one walk over the same lots, of which there is not enough.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Bag, Bench, step, tag};
use crate::support::shop::{BIN_A, EIGHTH, FLOWER, GUMMIES, NEW, OLD, Shop};

/// Totes of the cart, as many as it has slots.
const CART: [i64; 6] = [120, 121, 122, 123, 124, 125];
/// Peach gummies, which may stand in for those that are missing.
const PEACH: i64 = 9;
const PEACHES: i64 = 20;

fn cart(tx: &backstock::store::Tx<'_>) -> Result<(), backstock::store::StoreError> {
    for id in CART {
        tx.execute(
            "INSERT INTO place (id, name, kind, code, walk) VALUES (:id, :name, 'tote', :code, :id)",
            backstock::store::named_params! {
                ":id": id, ":name": format!("Slot {id}"), ":code": Shop::code(id),
            },
        )?;
    }
    tx.execute(
        "INSERT INTO product (id, sku, name, category, unit) VALUES (9, 'GUM-P', 'Peach gummies', 'Edible', 'ea')",
        [],
    )?;
    tx.execute(
        "INSERT INTO package (id, tag, product_id, unit, received, lab_state, added_at)
         VALUES (20, '1A4060300000000000000020', 9, 'ea', 1000, 'TestPassed', 0)",
        [],
    )?;
    let by = backstock::ledger::Actor::system();
    let mut entry = backstock::ledger::Entry::open(tx, &by, "seeded")?;
    let movement = backstock::ledger::Movement {
        package: backstock::domain::id::PackageId(PEACHES),
        amount: backstock::domain::quantity::Amount::whole(10),
        from: backstock::domain::place::Account::Opening.id(),
        to: backstock::domain::id::PlaceId(BIN_A),
        reverses: None,
    };
    entry
        .post(movement)
        .map_err(|error| backstock::store::StoreError::Invariant(error.to_string()))?;
    entry.seal(&"peaches")?;
    Ok(())
}

/// The lines of a walk that are for an order.
fn lines_of(walk: &Value, order: i64) -> Vec<Value> {
    let lines = walk["lines"].as_array().unwrap().iter();
    lines.filter(|line| line["order"] == order).cloned().collect()
}

async fn takes(bench: &Bench, path: &str, line: &Value) {
    let package = line["package"]["id"].as_i64().unwrap();
    let body = json!({ "bin": line["bin"]["id"], "package": package, "quantity": line["planned"],
        "scanned": tag(package), "line": line["id"] });
    bench.tia.device.post(&format!("{path}/takes"), body).await.ok();
}

/// Six orders want gummies; the old lot is not in its bin any more. Three of them come up short: one gets peach,
/// one what there is, one goes without.
#[tokio::test]
async fn six_orders_and_a_lot_that_is_not_there() {
    let bench = Bench::open().await;
    bench.shop.test_box.store().write(cart).await.unwrap();
    let device = &bench.tia.device;
    let mut orders = Vec::new();
    for _ in 0..6 {
        orders.push(bench.waiting("pickup", &[(GUMMIES, 6), (EIGHTH, 1)]).await);
    }
    let ids: Vec<i64> = orders.iter().map(|order| order.id).collect();
    let (key, body) = (Uuid::now_v7(), json!({ "orders": ids }));
    let start = || device.write(reqwest::Method::POST, key, "/api/v1/walks", body.clone());
    let walk = start().await.ok();
    let again = start().await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    assert_eq!(again.ok()["lines"], walk["lines"], "started once");
    let path = format!("/api/v1/picks/{}", walk["id"]);
    for (order, tote) in ids.iter().zip(CART) {
        device.post(&format!("{path}/tote"), json!({ "tote": tote, "order": order })).await.ok();
    }
    // First in, first out: the old lot is for the first three and two pieces of the fourth.
    let of_old =
        |order: i64| lines_of(&walk, order).into_iter().find(|line| line["package"]["id"] == OLD);
    let planned: Vec<String> = ids
        .iter()
        .map(|id| {
            of_old(*id).map_or("0".into(), |line| line["planned_count"].as_str().unwrap().into())
        })
        .collect();
    assert_eq!(planned, ["6", "6", "6", "2", "0", "0"]);
    // Everything but the old lot is there.
    for line in walk["lines"].as_array().unwrap().iter().filter(|line| line["package"]["id"] != OLD)
    {
        takes(&bench, &path, line).await;
    }
    // The new lot has four pieces left for the first that comes up short; nothing is left for the others.
    let mut after = walk.clone();
    for id in &ids[..4] {
        let old = of_old(*id).unwrap();
        let body = json!({ "line": old["id"], "reason": "empty_bin", "found": "0" });
        let told = device.post(&format!("{path}/shorts"), body).await.ok();
        if *id == ids[0] {
            let next = &told["next"];
            assert_eq!(
                (&next["package"]["id"], &next["planned_count"]),
                (&json!(NEW), &json!("4"))
            );
            takes(&bench, &path, next).await;
        }
        after = told["pick"].clone();
    }
    let shorts: Vec<String> = after["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order["shorts"][0]["short"].as_str().unwrap_or("0").into())
        .collect();
    assert_eq!(shorts, ["2", "6", "6", "2", "0", "0"]);
    let tasks = "SELECT count(*) FROM task WHERE kind = 'count_bin' AND state = 'open'";
    assert_eq!(bench.number(tasks), 1, "one bin to count, said once");
    let finish = format!("{path}/finish");
    let told = device.post_nothing(&finish).await.refused(409, "short_undecided");
    assert_eq!(told["orders"], json!(&ids[..4]));
    let decide = |nth: usize, body: Value| {
        let line = after["orders"][nth]["shorts"][0]["line"].clone();
        let path = format!("/api/v1/orders/{}/lines/{line}/decide", ids[nth]);
        async move { device.post(&path, body).await }
    };
    decide(0, json!({ "how": "partial" })).await.ok();
    let wrong = json!({ "how": "substitute", "product": EIGHTH });
    decide(1, wrong).await.refused(409, "wrong_substitute");
    decide(1, json!({ "how": "substitute", "product": PEACH })).await.ok();
    // Of ten peaches six are planned: there are not six more.
    let few = json!({ "how": "substitute", "product": PEACH });
    decide(2, few).await.refused(409, "wrong_substitute");
    decide(2, json!({ "how": "drop" })).await.ok();
    let decided = decide(3, json!({ "how": "partial" })).await.ok();
    assert_eq!(decided["lines"][0]["amount"], "4");
    decide(3, json!({ "how": "partial" })).await.refused(409, "not_short");
    let walk = device.get(&path).await.ok();
    device.post_nothing(&finish).await.refused(409, "lines_open");
    let peach =
        lines_of(&walk, ids[1]).into_iter().find(|line| line["state"] == "to_pick").unwrap();
    assert_eq!(peach["package"]["id"], PEACHES);
    takes(&bench, &path, &peach).await;
    let over = device.post_nothing(&finish).await.ok();
    assert_eq!(over["state"], "done");
    let held = [(4, 0), (0, 6), (0, 0), (4, 0), (6, 0), (6, 0)];
    for (tote, (gummies, peaches)) in CART.iter().zip(held) {
        let of = |package: i64| {
            bench.number(&format!(
            "SELECT coalesce(sum(amount), 0) / 10000 FROM balance WHERE place_id = {tote} AND package_id = {package}"
        ))
        };
        assert_eq!((of(NEW), of(PEACHES), of(OLD)), (gummies, peaches, 0), "tote {tote}");
        assert_eq!(bench.holds(*tote).1, "3.5");
    }
    let whole = device.get(&format!("/api/v1/orders/{}", ids[1])).await.ok();
    let instead =
        whole["lines"].as_array().unwrap().iter().find(|line| line["product"]["id"] == PEACH);
    assert_eq!(instead.unwrap()["wanted"]["id"], GUMMIES, "the order tells what it stands for");
    assert_eq!(bench.number("SELECT count(*) FROM online_order WHERE state = 'packing'"), 6);
    assert_eq!(bench.number("SELECT count(*) FROM pick_line WHERE reserving = 1"), 0);
}

/// Two devices at the same moment: one takes for an order, the other calls it off.
#[tokio::test]
async fn a_scan_and_a_cancellation_at_the_same_moment() {
    let bench = Bench::open().await;
    for round in 0..6 {
        let bag = bench.waiting("pickup", &[(GUMMIES, 1)]).await;
        let device = &bench.tia.device;
        let walk = device.post("/api/v1/walks", json!({ "orders": [bag.id] })).await.ok();
        let path = format!("/api/v1/picks/{}", walk["id"]);
        device
            .post(&format!("{path}/tote"), json!({ "tote": crate::support::shop::TOTE }))
            .await
            .ok();
        let line = &walk["lines"][0];
        let take = json!({ "bin": BIN_A, "package": OLD, "quantity": { "value": "1", "unit": "ea" },
            "scanned": tag(OLD), "line": line["id"] });
        let (takes, calls_off) = (format!("{path}/takes"), json!({ "why": "customer" }));
        let owner = &bench.shop.owner.device;
        let (taken, ended) =
            tokio::join!(device.post(&takes, take), step(owner, bag.id, "cancel", calls_off),);
        let state = ended.ok()["state"].as_str().unwrap().to_owned();
        if taken.status == 200 {
            assert_eq!(state, "unwinding", "round {round}");
            let lines = vec![(line["id"].as_i64().unwrap(), OLD, "1")];
            let bag = Bag { lines, ..bag };
            bench.does(&bag, "putbacks", bag.back(0, BIN_A)).await.ok();
        } else {
            taken.refused(409, "order_left");
            assert_eq!(state, "ended", "round {round}");
        }
        assert_eq!(bench.holds(BIN_A), (20, "28".into()), "round {round}");
        assert_eq!(bench.number("SELECT count(*) FROM pick_line WHERE reserving = 1"), 0);
    }
    assert_eq!(
        bench.number(&format!("SELECT count(*) FROM movement WHERE package_id = {FLOWER}")),
        1
    );
}
