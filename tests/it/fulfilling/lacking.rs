//! At the pack bench something is not there, or is broken: it is put away, looked for, fetched or given up, and what
//! the books have in the tote is what lies in it.

use serde_json::{Value, json};

use super::{Bag, Bench, packs, step, tag};
use crate::support::shop::{
    BIN_A, BIN_B, EIGHTH, FLOWER, GUMMIES, NEW, OLD, QUARANTINE, TOTE, TOTE_2,
};

impl Bench {
    async fn lacks_one(&self, bag: &Bag) -> Value {
        let body = json!({ "line": bag.lines[0].0, "quantity": "1", "note": "fell off the cart?" });
        self.does(bag, "missing", body).await.ok()
    }
}

fn line_of(order: &Value, nth: usize) -> &Value {
    &order["lines"][nth]
}

#[tokio::test]
async fn what_nobody_finds_is_booked_back_and_its_bin_is_counted() {
    let bench = Bench::open().await;
    let bag = bench.packing(TOTE).await;
    bench.verifies(&bag).await;
    let two = json!({ "line": bag.lines[0].0, "quantity": "3" });
    assert_eq!(bench.does(&bag, "missing", two).await.refused(409, "too_many")["left"], "2");
    let lacking = bench.lacks_one(&bag).await;
    assert_eq!((&lacking["state"], &lacking["short"]), (&json!("packing"), &json!(true)));
    let line = line_of(&lacking, 0);
    assert_eq!(
        (&line["short"], &line["picked"], &line["amount"]),
        (&json!("1"), &json!("1"), &json!("2"))
    );
    assert_eq!(line["items"][0]["verified_count"], "1", "what is gone is in no bag");
    assert_eq!((bench.holds(TOTE), bench.holds(BIN_A)), ((1, "3.5".into()), (19, "24.5".into())));

    let tasks = bench.tia.device.get("/api/v1/tasks").await.ok();
    let counts =
        tasks["tasks"].as_array().unwrap().iter().filter(|task| task["kind"] == "count_bin");
    assert_eq!(counts.map(|task| &task["place"]["id"]).collect::<Vec<_>>(), [&json!(BIN_A)]);
    let cases = bench.shop.owner.device.get("/api/v1/cases").await.ok();
    let case = &cases["cases"][0];
    assert_eq!((&case["kind"], &case["subject"]["id"]), (&json!("custody"), &json!(bag.id)));
    let told = bench.shop.owner.device.get(&format!("/api/v1/cases/{}", case["id"])).await.ok();
    for what in ["Tia took it out of", "did not find it in", "fell off the cart?"] {
        assert!(told.to_string().contains(what), "{what}: {told}");
    }
    // Nobody packs less than was promised without saying so.
    let short = bench.does(&bag, "pack", packs()).await.refused(409, "lines_short");
    assert_eq!(short["lines"], json!([line["id"]]));
}

#[tokio::test]
async fn what_is_missing_is_fetched_into_the_same_tote() {
    let bench = Bench::open().await;
    let bag = bench.packing(TOTE).await;
    bench.does(&bag, "fetch", json!({})).await.refused(409, "not_short");
    bench.lacks_one(&bag).await;
    let walk = bench.does(&bag, "fetch", json!({})).await.ok();
    assert_eq!(walk["orders"][0]["tote"]["id"], TOTE);
    let lines = walk["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 1, "nothing but what is missing");
    // The bin where it was missed waits to be counted: the next lot it is.
    assert_eq!(
        (&lines[0]["package"]["id"], &lines[0]["planned_count"]),
        (&json!(NEW), &json!("1"))
    );
    let path = format!("/api/v1/picks/{}", walk["id"]);
    let device = &bench.tia.device;
    let other = json!({ "tote": TOTE_2, "order": bag.id });
    device.post(&format!("{path}/tote"), other).await.refused(409, "already_begun");
    let take = json!({ "bin": lines[0]["bin"]["id"], "package": NEW, "quantity": lines[0]["planned"],
                       "scanned": tag(NEW) });
    device.post(&format!("{path}/takes"), take).await.ok();
    device.post_nothing(&format!("{path}/finish")).await.ok();
    let whole = device.get(&format!("/api/v1/orders/{}", bag.id)).await.ok();
    assert_eq!((&whole["state"], &whole["short"]), (&json!("packing"), &json!(false)));
    let line = line_of(&whole, 0);
    assert_eq!((&line["picked"], line["items"].as_array().unwrap().len()), (&json!("2"), 2));
    for item in
        whole["lines"].as_array().unwrap().iter().flat_map(|line| line["items"].as_array().unwrap())
    {
        let left =
            if item["package"]["id"] == OLD { "1".into() } else { item["picked_count"].clone() };
        let body =
            json!({ "line": item["line"], "quantity": left, "scanned": item["package"]["tag"] });
        bench.does(&bag, "verify", body).await.ok();
    }
    bench.does(&bag, "pack", packs()).await.ok();
    bench.stages(&bag).await;
    step(&bench.ben.device, bag.id, "handover", bag.hands()).await.ok();
    let sold = "SELECT coalesce(sum(amount), 0) / 10000 FROM balance JOIN package ON package.id = package_id
                WHERE place_id = 3 AND product_id = 1";
    assert_eq!(bench.number(sold), 2);
}

#[tokio::test]
async fn a_broken_unit_goes_to_quarantine_and_the_customer_gets_one_less() {
    let bench = Bench::open().await;
    let bag = bench.packing(TOTE).await;
    bench.verifies(&bag).await;
    let mut broken = bag.back(0, BIN_A);
    broken["quantity"] = "1".into();
    broken["damaged"] = true.into();
    bench.does(&bag, "putbacks", broken.clone()).await.refused(409, "must_quarantine");
    broken["to"] = QUARANTINE.into();
    let lacking = bench.does(&bag, "putbacks", broken).await.ok();
    assert_eq!(
        (&lacking["state"], line_of(&lacking, 0)["short"].as_str()),
        (&json!("packing"), Some("1"))
    );
    assert_eq!((bench.holds(TOTE), bench.holds(QUARANTINE)), ((1, "3.5".into()), (1, "0".into())));
    let path = format!("lines/{}/decide", line_of(&lacking, 0)["id"]);
    let other = format!("lines/{}/decide", line_of(&lacking, 1)["id"]);
    bench.does(&bag, &path, json!({ "how": "wait" })).await.refused(409, "order_begun");
    bench.does(&bag, &other, json!({ "how": "drop" })).await.refused(409, "not_short");
    let decided = bench.does(&bag, &path, json!({ "how": "partial" })).await.ok();
    assert_eq!((&decided["short"], &line_of(&decided, 0)["amount"]), (&json!(false), &json!("1")));
    bench.does(&bag, "pack", packs()).await.ok();
    bench.stages(&bag).await;
    let handed = step(&bench.ben.device, bag.id, "handover", bag.hands()).await.ok();
    assert_eq!(handed["state"], "handed_over");
}

#[tokio::test]
async fn another_product_stands_in_for_what_broke_and_is_fetched() {
    let bench = Bench::open().await;
    let bag = bench.packing(TOTE).await;
    let line = bench.lacks_one(&bag).await["lines"][0]["id"].clone();
    let path = format!("lines/{line}/decide");
    let body = json!({ "how": "substitute", "product": EIGHTH });
    let decided = bench.does(&bag, &path, body).await.ok();
    assert_eq!(line_of(&decided, 0)["amount"], "1");
    assert_eq!((&line_of(&decided, 2)["short"], &decided["short"]), (&json!("1"), &json!(true)));
    bench.does(&bag, "pack", packs()).await.refused(409, "lines_unverified");
    let walk = bench.does(&bag, "fetch", json!({})).await.ok();
    let lines = walk["lines"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[0]["package"]["id"]), (1, &json!(FLOWER)));
    let path = format!("/api/v1/picks/{}", walk["id"]);
    let take = json!({ "bin": BIN_A, "package": FLOWER, "quantity": lines[0]["planned"], "scanned": tag(FLOWER) });
    bench.tia.device.post(&format!("{path}/takes"), take).await.ok();
    bench.tia.device.post_nothing(&format!("{path}/finish")).await.ok();
    let whole = bench.tia.device.get(&format!("/api/v1/orders/{}", bag.id)).await.ok();
    assert_eq!((&whole["short"], bench.holds(TOTE)), (&json!(false), (1, "7".into())));
}

#[tokio::test]
async fn an_order_of_which_nothing_is_left_waits_or_ends_and_its_tote_serves_the_next() {
    let bench = Bench::open().await;
    let mut bag = bench.waiting("pickup", &[(EIGHTH, 1)]).await;
    bag.lines = super::picks(&bench.tia.device, bag.id, TOTE).await;
    assert_eq!(bag.lines[0].1, FLOWER);
    let lacking = bench.does(&bag, "putbacks", bag.back(0, BIN_B)).await.ok();
    assert_eq!((&lacking["state"], bench.holds(BIN_B)), (&json!("packing"), (0, "3.5".into())));
    let path = format!("lines/{}/decide", line_of(&lacking, 0)["id"]);
    let waits = bench.does(&bag, &path, json!({ "how": "wait" })).await.ok();
    assert_eq!(
        (&waits["state"], &waits["tote"], &waits["pick"]),
        (&json!("waiting"), &Value::Null, &Value::Null)
    );
    // Picked again, missed, and given up.
    bag.lines = super::picks(&bench.tia.device, bag.id, TOTE).await;
    let body = json!({ "line": bag.lines[0].0, "quantity": "1" });
    bench.does(&bag, "missing", body).await.ok();
    let ended = bench.does(&bag, &path, json!({ "how": "drop" })).await.ok();
    assert_eq!((&ended["state"], &ended["why"]), (&json!("ended"), &json!("short")));
    assert_eq!(bench.holds(TOTE), (0, "0".into()));
    let next = bench.waiting("pickup", &[(GUMMIES, 1)]).await;
    super::picks(&bench.tia.device, next.id, TOTE).await;
}

#[tokio::test]
async fn a_fetch_that_is_given_back_leaves_the_order_at_the_bench() {
    let bench = Bench::open().await;
    let bag = bench.packing(TOTE).await;
    bench.lacks_one(&bag).await;
    let walk = bench.does(&bag, "fetch", json!({})).await.ok();
    step(&bench.ben.device, bag.id, "fetch", json!({})).await.refused(403, "forbidden");
    bench.does(&bag, "fetch", json!({})).await.refused(409, "order_not_waiting");
    let path = format!("/api/v1/picks/{}/release", walk["id"]);
    bench.tia.device.post_nothing(&path).await.ok();
    let order = bench.tia.device.get(&format!("/api/v1/orders/{}", bag.id)).await.ok();
    assert_eq!((&order["state"], &order["short"]), (&json!("packing"), &json!(true)));
    assert_eq!((&order["tote"]["id"], bench.holds(TOTE)), (&json!(TOTE), (1, "3.5".into())));
    assert_eq!(bench.number("SELECT sum(promised) FROM order_line"), 0);
    // Called off in the middle of the fetch, what is in the tote is put back first.
    bench.does(&bag, "fetch", json!({})).await.ok();
    let cancelled = bench.does(&bag, "cancel", json!({ "why": "customer" })).await.ok();
    assert_eq!(cancelled["state"], "unwinding");
}

#[tokio::test]
async fn what_is_missing_when_an_order_is_unwound_does_not_hold_it_open() {
    let bench = Bench::open().await;
    let bag = bench.staged(TOTE).await;
    bench
        .does(&bag, "missing", json!({ "line": bag.lines[0].0, "quantity": "1" }))
        .await
        .refused(409, "order_not_there");
    bench.does(&bag, "cancel", json!({ "why": "not_picked_up" })).await.ok();
    bench.does(&bag, "putbacks", bag.back(1, BIN_A)).await.ok();
    bench.lacks_one(&bag).await;
    let ended = bench.lacks_one(&bag).await;
    assert_eq!(ended["state"], "ended");
    assert_eq!(bench.holds(BIN_A), (20, "28".into()));
}

#[tokio::test]
async fn nothing_is_packed_that_was_not_scanned_after_one_went_out_of_the_bag() {
    let bench = Bench::open().await;
    let mut bag = bench.waiting("pickup", &[(GUMMIES, 3)]).await;
    bag.lines = super::picks(&bench.tia.device, bag.id, TOTE).await;
    let line = bag.lines[0].0;
    let two = json!({ "line": line, "quantity": "2", "scanned": tag(OLD) });
    bench.does(&bag, "verify", two).await.ok();
    let out = json!({ "line": line, "quantity": "1", "to": BIN_B, "scanned": tag(OLD) });
    let lacking = bench.does(&bag, "putbacks", out).await.ok();
    assert_eq!(line_of(&lacking, 0)["items"][0]["verified_count"], "1");
    let path = format!("lines/{}/decide", line_of(&lacking, 0)["id"]);
    bench.does(&bag, &path, json!({ "how": "partial" })).await.ok();
    bench.does(&bag, "pack", packs()).await.refused(409, "lines_unverified");
    let one = json!({ "line": line, "quantity": "1", "scanned": tag(OLD) });
    bench.does(&bag, "verify", one).await.ok();
    bench.does(&bag, "pack", packs()).await.ok();
}

#[tokio::test]
async fn what_an_order_has_nothing_of_any_more_does_not_stop_it() {
    let bench = Bench::open().await;
    let (mine, yours) = (bench.packing(TOTE).await, bench.packing(TOTE_2).await);
    let failed = format!("UPDATE package SET lab_state = 'TestFailed' WHERE id = {OLD}");
    let failed = bench
        .shop
        .test_box
        .store()
        .write(move |tx| Ok::<_, backstock::store::StoreError>(tx.execute(&failed, [])?));
    failed.await.unwrap();
    let lacking = bench.does(&mine, "putbacks", mine.back(0, QUARANTINE)).await.ok();
    let path = format!("lines/{}/decide", line_of(&lacking, 0)["id"]);
    bench.does(&mine, &path, json!({ "how": "drop" })).await.ok();
    let flower = json!({ "line": mine.lines[1].0, "quantity": "1", "scanned": tag(FLOWER) });
    bench.does(&mine, "verify", flower).await.ok();
    // The other order still has the lot that failed: that is not this one's.
    bench.does(&mine, "pack", packs()).await.ok();
    bench.stages(&mine).await;
    step(&bench.ben.device, mine.id, "handover", mine.hands()).await.ok();
    let theirs = json!({ "line": yours.lines[0].0, "quantity": "1", "scanned": tag(OLD) });
    bench.does(&yours, "verify", theirs).await.refused(409, "may_not_go");
}

#[tokio::test]
async fn the_case_names_who_scanned_it_out_whoever_has_the_walk_by_then() {
    let bench = Bench::open().await;
    let max = bench.shop.hire("Max", "technician").await;
    let bag = bench.waiting("pickup", &[(GUMMIES, 2)]).await;
    let device = &bench.tia.device;
    let pick = device.post("/api/v1/walks", json!({ "orders": [bag.id] })).await.ok();
    let path = format!("/api/v1/picks/{}", pick["id"]);
    device.post(&format!("{path}/tote"), json!({ "tote": TOTE })).await.ok();
    let line = &pick["lines"][0];
    let take = json!({ "bin": line["bin"]["id"], "package": OLD, "quantity": line["planned"], "scanned": tag(OLD) });
    device.post(&format!("{path}/takes"), take).await.ok();
    let owner = &bench.shop.owner.device;
    owner.post(&format!("{path}/assign"), json!({ "user": max.id })).await.ok();
    max.device.post_nothing(&format!("{path}/finish")).await.ok();
    let body = json!({ "line": line["id"], "quantity": "1" });
    step(&max.device, bag.id, "missing", body).await.ok();
    let case = owner.get("/api/v1/cases").await.ok()["cases"][0]["id"].clone();
    let told = owner.get(&format!("/api/v1/cases/{case}")).await.ok().to_string();
    assert!(told.contains("Tia took it out of") && told.contains("Max did not find it"), "{told}");
}
