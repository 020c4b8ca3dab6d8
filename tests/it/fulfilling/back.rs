//! Called off, refused, brought back: where it goes.

use serde_json::{Value, json};

use super::{Bench, SHELF, SOLD, step, tag};
use crate::support::shop::{
    BIN_A, BIN_B, EIGHTH, FLOOR, FLOWER, GUMMIES, OLD, QUARANTINE, TOTE, TOTE_2,
};

#[tokio::test]
async fn before_it_is_picked_it_just_ends() {
    let bench = Bench::open().await;
    let bag = bench.waiting("pickup", &[(GUMMIES, 2)]).await;
    let ended =
        bench.does(&bag, "cancel", json!({ "why": "customer", "note": "called" })).await.ok();
    assert_eq!((&ended["state"], &ended["why"]), (&json!("ended"), &json!("customer")));
    assert_eq!(bench.number("SELECT sum(promised) FROM order_line"), 0);
    bench.does(&bag, "cancel", json!({ "why": "store" })).await.refused(409, "order_closed");
    let told = bench.number("SELECT count(*) FROM entry WHERE CAST(bytes AS TEXT) LIKE '%called%'");
    assert_eq!(told, 0, "what was said is kept with the customer's data");
}

/// A walk for two orders: the first has its gummies in the tote, the second nothing.
#[tokio::test]
async fn in_the_middle_of_a_walk_the_others_go_on() {
    let bench = Bench::open().await;
    let first = bench.waiting("pickup", &[(GUMMIES, 2), (EIGHTH, 1)]).await;
    let second = bench.waiting("pickup", &[(GUMMIES, 3)]).await;
    let third = bench.waiting("pickup", &[(EIGHTH, 1)]).await;
    let device = &bench.tia.device;
    let orders = json!({ "orders": [first.id, second.id, third.id] });
    let pick = device.post("/api/v1/walks", orders).await.ok();
    let path = format!("/api/v1/picks/{}", pick["id"]);
    for (order, tote) in [(first.id, TOTE), (second.id, TOTE_2)] {
        let body = json!({ "tote": tote, "order": order });
        device.post(&format!("{path}/tote"), body).await.ok();
    }
    let line = |order: i64, package: i64| -> Value {
        let lines = pick["lines"].as_array().unwrap();
        let fits = |line: &&Value| line["order"] == order && line["package"]["id"] == package;
        lines.iter().find(fits).unwrap().clone()
    };
    let mine = line(first.id, OLD);
    let take = json!({ "bin": BIN_A, "package": OLD, "quantity": mine["planned"], "scanned": tag(OLD),
                       "line": mine["id"] });
    device.post(&format!("{path}/takes"), take).await.ok();

    let cancelled = bench.does(&second, "cancel", json!({ "why": "customer" })).await.ok();
    assert_eq!(cancelled["state"], "ended", "nothing of it was taken");
    let cancelled = bench.does(&first, "cancel", json!({ "why": "customer" })).await.ok();
    assert_eq!(cancelled["state"], "unwinding");
    let reserved = "SELECT coalesce(sum(planned - picked), 0) FROM pick_line WHERE reserving = 1";
    assert_eq!(bench.number(reserved), 35_000, "the third's only");
    let still = device.get(&path).await.ok();
    assert_eq!(still["state"], "picking");
    assert_eq!(still["lines"].as_array().unwrap().len(), 1);
    // Taken where nobody could know of it yet: each belongs into the bin that the books have it in.
    for (order, package, amount, code) in
        [(&first, FLOWER, "3.5 g", json!(first.code)), (&second, OLD, "1 ea", Value::Null)]
    {
        let line = line(order.id, package);
        let (value, unit) = amount.split_once(' ').unwrap();
        let late = json!({ "bin": BIN_A, "package": package, "line": line["id"], "scanned": tag(package),
                           "quantity": { "value": value, "unit": unit } });
        let refused = device.post(&format!("{path}/takes"), late).await;
        let told = refused.refused(409, "order_left");
        assert_eq!((&told["order"], &told["expected"]["id"]), (&code, &json!(BIN_A)));
    }

    let back = json!({ "line": mine["id"], "quantity": "2", "to": BIN_A, "scanned": tag(OLD) });
    assert_eq!(bench.does(&first, "putbacks", back).await.ok()["state"], "ended");
    assert_eq!(bench.holds(BIN_A), (20, "28".into()));
    bench.does(&third, "cancel", json!({ "why": "store" })).await.ok();
    assert_ne!(device.get(&path).await.ok()["state"], "picking", "its last order left it");
    let mine = line(third.id, FLOWER);
    let late = json!({ "bin": BIN_A, "package": FLOWER, "line": mine["id"], "scanned": tag(FLOWER),
                       "quantity": mine["planned"] });
    device.post(&format!("{path}/takes"), late).await.refused(409, "order_left");
}

#[tokio::test]
async fn after_staging_it_goes_back_to_its_bin() {
    let bench = Bench::open().await;
    let bag = bench.staged(TOTE).await;
    bench.does(&bag, "putbacks", bag.back(0, BIN_A)).await.refused(409, "order_not_there");
    let cancelled = bench.does(&bag, "cancel", json!({ "why": "customer" })).await.ok();
    assert_eq!(
        (&cancelled["state"], &cancelled["kept_from_resale"]),
        (&json!("unwinding"), &Value::Null)
    );
    step(&bench.ben.device, bag.id, "handover", bag.hands()).await.refused(409, "order_not_there");
    bench.does(&bag, "putbacks", bag.back(0, FLOOR)).await.refused(409, "not_a_bin");
    bench.does(&bag, "putbacks", bag.back(0, QUARANTINE)).await.refused(409, "not_a_bin");
    let mut one = bag.back(0, BIN_B);
    one["quantity"] = "1".into();
    assert_eq!(bench.does(&bag, "putbacks", one).await.ok()["state"], "unwinding");
    let left = bench.does(&bag, "putbacks", bag.back(0, BIN_A)).await.refused(409, "too_many");
    assert_eq!(left["left"], "1");
    let mut one = bag.back(0, BIN_A);
    one["quantity"] = "1".into();
    bench.does(&bag, "putbacks", one).await.ok();
    let ended = bench.does(&bag, "putbacks", bag.back(1, BIN_A)).await.ok();
    assert_eq!((&ended["state"], &ended["why"]), (&json!("ended"), &json!("customer")));
    assert_eq!((bench.holds(BIN_A), bench.holds(BIN_B)), ((19, "28".into()), (1, "0".into())));
    assert_eq!(bench.holds(SHELF), (0, "0".into()));
    // Its tote serves the next.
    bench.packing(TOTE).await;
}

#[tokio::test]
async fn what_may_not_be_sold_goes_to_quarantine() {
    let bench = Bench::open().await;
    let bag = bench.packing(TOTE).await;
    bench.does(&bag, "cancel", json!({ "why": "store" })).await.ok();
    let mut broken = bag.back(0, BIN_A);
    broken["damaged"] = true.into();
    let told = bench.does(&bag, "putbacks", broken.clone()).await.refused(409, "must_quarantine");
    assert_eq!(told["reason"], "damaged");
    broken["to"] = QUARANTINE.into();
    bench.does(&bag, "putbacks", broken).await.ok();
    let expire = |tx: &backstock::store::Tx<'_>| -> Result<(), backstock::store::StoreError> {
        tx.execute("UPDATE package SET expires = '2020-01-01' WHERE id = 3", [])?;
        Ok(())
    };
    bench.shop.test_box.store().write(expire).await.unwrap();
    let told = bench.does(&bag, "putbacks", bag.back(1, BIN_A)).await;
    assert_eq!(told.refused(409, "must_quarantine")["reason"], "expired");
    assert_eq!(bench.does(&bag, "putbacks", bag.back(1, QUARANTINE)).await.ok()["state"], "ended");
    assert_eq!(bench.holds(QUARANTINE), (2, "3.5".into()));
    let held = "SELECT count(*) FROM quarantine WHERE ended_at IS NULL AND reason IN ('damaged', 'expired')";
    assert_eq!(bench.number(held), 2);
}

#[tokio::test]
async fn what_was_out_for_delivery_is_not_sold_again() {
    let bench = Bench::open().await;
    let bag = bench.packing_by("delivery", TOTE).await;
    bench.verifies(&bag).await;
    bench.does(&bag, "pack", super::packs()).await.ok();
    bench.stages(&bag).await;
    let refused = step(&bench.ben.device, bag.id, "cancel", json!({ "why": "refused" })).await.ok();
    assert_eq!(refused["kept_from_resale"], "4 CCR 15410(c)");
    let told = bench.does(&bag, "putbacks", bag.back(0, BIN_A)).await;
    assert_eq!(told.refused(409, "must_quarantine")["reason"], "customer_return");
    for nth in [0, 1] {
        bench.does(&bag, "putbacks", bag.back(nth, QUARANTINE)).await.ok();
    }
    assert_eq!(bench.holds(QUARANTINE), (2, "3.5".into()));
    // Nobody may bring it back to the shelf from there, either.
    let release = json!({ "from": QUARANTINE, "to": BIN_A, "reason": "looks good" });
    let path = format!("/api/v1/packages/{OLD}/release");
    let told = bench.shop.owner.device.post(&path, release).await.refused(409, "still_blocked");
    assert_eq!(told["why"], json!(["customer_return"]));
}

#[tokio::test]
async fn what_a_customer_brings_back_goes_to_quarantine() {
    let bench = Bench::open().await;
    let bag = bench.handed(TOTE).await;
    let back =
        |quantity: &str| json!({ "line": bag.lines[0].0, "quantity": quantity, "damaged": true });
    let returned = step(&bench.ben.device, bag.id, "returns", back("1")).await.ok();
    assert_eq!(returned["state"], "handed_over");
    assert_eq!((bench.holds(SOLD), bench.holds(QUARANTINE)), ((1, "3.5".into()), (1, "0".into())));
    let told = step(&bench.ben.device, bag.id, "returns", back("2")).await.refused(409, "too_many");
    assert_eq!(told["left"], "1");
    let linked = format!(
        "SELECT count(*) FROM entry WHERE kind = 'returned_by_customer'
         AND json_extract(CAST(bytes AS TEXT), '$.data.of.order') = {}",
        bag.id
    );
    assert_eq!(bench.number(&linked), 1);
}

/// A recall while an order waits on its shelf: nothing leaves the closed bag by itself, nobody gets it, and it
/// can be taken apart.
#[tokio::test]
async fn what_is_recalled_on_its_shelf_comes_out_of_the_bag_by_scan() {
    let bench = Bench::open().await;
    let batch = |tx: &backstock::store::Tx<'_>| -> Result<(), backstock::store::StoreError> {
        tx.execute("UPDATE package SET batch = 'SC-1' WHERE id = 1", [])?;
        Ok(())
    };
    bench.shop.test_box.store().write(batch).await.unwrap();
    let bag = bench.staged(TOTE).await;
    let recall = json!({ "scope": { "batch": "SC-1" }, "reason": "The lab found mould" });
    bench.shop.owner.device.post("/api/v1/recalls", recall).await.ok();
    assert_eq!(
        (bench.holds(BIN_A).0, bench.holds(QUARANTINE).0),
        (0, 18),
        "what lies in the bin went"
    );
    assert_eq!(bench.holds(SHELF), (2, "3.5".into()), "what is in the bag did not");
    let fetch = "SELECT count(*) FROM task WHERE state = 'open' AND title LIKE 'Fetch%P-01%'";
    assert_eq!(bench.number(fetch), 1);
    let told = step(&bench.ben.device, bag.id, "handover", bag.hands()).await;
    told.refused(409, "may_not_go");
    bench.does(&bag, "cancel", json!({ "why": "store" })).await.ok();
    let told = bench.does(&bag, "putbacks", bag.back(0, BIN_A)).await;
    assert_eq!(told.refused(409, "must_quarantine")["reason"], "recall");
    bench.does(&bag, "putbacks", bag.back(0, QUARANTINE)).await.ok();
    assert_eq!(bench.does(&bag, "putbacks", bag.back(1, BIN_A)).await.ok()["state"], "ended");
    assert_eq!((bench.holds(QUARANTINE).0, bench.holds(BIN_A).1), (20, "28".into()));
}
