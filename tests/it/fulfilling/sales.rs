//! The till's word of what was handed over: after it, before it, cut otherwise, and never.

use serde_json::json;
use uuid::Uuid;

use super::{Bench, SHELF, SOLD, step, tag};
use crate::loading::{applied, hand_in};
use crate::support::shop::{BIN_A, FLOOR, GUMMIES, NEW, OLD, QUARANTINE, TOTE};

/// Rows of a sales file: which product, and how many.
type Rows<'r> = &'r [(&'r str, u32)];
const GUM: &str = "GUM-10,Sour cherry gummies";
const HEADING: &str =
    "Transaction ID,Receipt Date,Product ID Number,Product Name,Quantity,Transaction Type\n";
const BD: &str = "BD-8TH,Blue Dream eighth";

/// Loads a receipt of now; how many of its rows were applied.
async fn sells(bench: &Bench, receipt: &str, rows: Rows<'_>) -> i64 {
    let zone = chrono_tz::America::Los_Angeles;
    let at = bench.shop.test_box.clock.now().utc().with_timezone(&zone).format("%m/%d/%Y %I:%M %p");
    let lines = rows.iter().map(|(item, many)| format!("{receipt},{at},{item},{many},Retail\n"));
    let file: String = std::iter::once(HEADING.to_owned()).chain(lines).collect();
    loads(bench, receipt, &file).await
}

/// Loads a sales file.
async fn loads(bench: &Bench, receipt: &str, file: &str) -> i64 {
    let owner = &bench.shop.owner.device;
    let query = format!("kind=sales&name={receipt}.csv");
    let import = hand_in(owner, Uuid::now_v7(), &query, file.as_bytes()).await.ok();
    let path = format!("/api/v1/imports/{}", import["id"]);
    owner.post(&format!("{path}/confirm"), json!({ "opening": false })).await.ok();
    applied(owner, &path).await["applied_rows"].as_i64().unwrap()
}

/// Puts gummies and flower onto the floor.
async fn stocks_floor(bench: &Bench) {
    for (package, value, unit) in [(OLD, "5", "ea"), (3, "7", "g")] {
        let body = json!({ "package": package, "from": BIN_A, "to": FLOOR,
                           "quantity": { "value": value, "unit": unit } });
        bench.tia.device.post("/api/v1/moves", body).await.ok();
    }
}

#[tokio::test]
async fn a_sale_after_the_hand_over_moves_nothing() {
    let bench = Bench::open().await;
    stocks_floor(&bench).await;
    bench.handed(TOTE).await;
    assert_eq!(sells(&bench, "R1", &[(GUM, 2), (BD, 1)]).await, 2);
    assert_eq!(bench.holds(FLOOR), (5, "7".into()), "never taken twice");
    assert_eq!((bench.holds(SOLD), bench.waits_for_sale()), ((2, "3.5".into()), 0));
    // The next one like it is the floor's.
    assert_eq!(sells(&bench, "R2", &[(GUM, 2)]).await, 1);
    assert_eq!(bench.holds(FLOOR), (3, "7".into()));
}

#[tokio::test]
async fn a_receipt_that_is_cut_otherwise_is_still_the_orders() {
    let bench = Bench::open().await;
    stocks_floor(&bench).await;
    bench.handed(TOTE).await;
    sells(&bench, "R1", &[(GUM, 1), (GUM, 1), (BD, 1)]).await;
    assert_eq!((bench.holds(FLOOR), bench.waits_for_sale()), ((5, "7".into()), 0));
    assert_eq!(bench.holds(SOLD), (2, "3.5".into()));
}

#[tokio::test]
async fn a_till_that_names_another_package_sold_the_order_all_the_same() {
    let bench = Bench::open().await;
    bench.handed(TOTE).await;
    let zone = chrono_tz::America::Los_Angeles;
    let at = bench.shop.test_box.clock.now().utc().with_timezone(&zone).format("%m/%d/%Y %I:%M %p");
    let file = format!(
        "Transaction ID,Date,Product Name,Metrc Tag,Quantity,Room\n\
         R1,{at},Sour cherry gummies,{},2,Web\nR1,{at},Blue Dream eighth,,1,Web\n",
        tag(NEW)
    );
    loads(&bench, "R1", &file).await;
    assert_eq!((bench.holds(SOLD), bench.waits_for_sale()), ((2, "3.5".into()), 0));
    assert_eq!(
        bench.number("SELECT count(*) FROM evidence WHERE kind = 'order'"),
        1,
        "of the first"
    );
}

#[tokio::test]
async fn a_sale_before_the_hand_over_goes_back_to_the_floor_it_was_taken_from() {
    let bench = Bench::open().await;
    stocks_floor(&bench).await;
    let bag = bench.staged(TOTE).await;
    sells(&bench, "R1", &[(GUM, 2), (BD, 1)]).await;
    sells(&bench, "R2", &[(GUM, 1)]).await;
    assert_eq!(bench.holds(FLOOR), (2, "3.5".into()));
    step(&bench.ben.device, bag.id, "handover", bag.hands()).await.ok();
    assert_eq!((bench.holds(FLOOR), bench.waits_for_sale()), ((4, "7".into()), 0));
    assert_eq!(bench.holds(SOLD), (3, "3.5".into()), "R2 stays the floor's");
}

#[tokio::test]
async fn a_sale_from_before_the_order_stays_the_walk_ins() {
    let bench = Bench::open().await;
    stocks_floor(&bench).await;
    sells(&bench, "R1", &[(GUM, 2), (BD, 1)]).await;
    bench.shop.test_box.later_s(600);
    bench.handed(TOTE).await;
    assert_eq!(bench.holds(FLOOR), (3, "3.5".into()), "nothing of it goes back");
    assert_eq!(bench.waits_for_sale(), 2);
}

#[tokio::test]
async fn a_sale_that_was_not_on_the_floor_is_explained_by_the_hand_over() {
    let bench = Bench::open().await;
    let bag = bench.staged(TOTE).await;
    sells(&bench, "R1", &[(GUM, 2), (BD, 1)]).await;
    assert_eq!(bench.number("SELECT count(*) FROM kase WHERE kind = 'sale'"), 2, "unplaced");
    step(&bench.ben.device, bag.id, "handover", bag.hands()).await.ok();
    assert_eq!(bench.waits_for_sale(), 0);
    assert_eq!(bench.number("SELECT count(*) FROM evidence WHERE kind = 'order'"), 2);
    assert_eq!((bench.holds(SOLD), bench.holds(SHELF)), ((2, "3.5".into()), (0, "0".into())));
}

#[tokio::test]
async fn where_no_sale_comes_there_is_a_case_and_a_late_one_still_fits() {
    let bench = Bench::open().await;
    stocks_floor(&bench).await;
    bench.handed(TOTE).await;
    let store = bench.shop.test_box.store();
    let late = backstock::workflow::fulfilling::late;
    assert!(!store.write(late).await.unwrap());
    bench.shop.test_box.later_s(23 * 3600);
    bench.shop.test_box.later_s(2 * 3600);
    // The box's own step may be quicker.
    while store.write(late).await.unwrap() {}
    assert_eq!(bench.number("SELECT count(*) FROM kase WHERE kind = 'no_sale'"), 1);
    assert_eq!(bench.number("SELECT count(*) FROM online_order WHERE kase_id IS NOT NULL"), 1);
    bench.shop.owner.sign_in().await;
    bench.shop.test_box.later_s(-2 * 3600);
    sells(&bench, "R1", &[(GUM, 2), (BD, 1)]).await;
    assert_eq!((bench.holds(FLOOR), bench.waits_for_sale()), ((5, "7".into()), 0));
    let told = "SELECT count(*) FROM evidence JOIN kase ON kase.id = kase_id
                WHERE kase.kind = 'no_sale' AND evidence.kind = 'sale'";
    assert_eq!(bench.number(told), 2);
}

#[tokio::test]
async fn paid_and_refused_is_not_sold_again() {
    let bench = Bench::open().await;
    stocks_floor(&bench).await;
    let bag = bench.staged(TOTE).await;
    sells(&bench, "R1", &[(GUM, 2), (BD, 1)]).await;
    let refused = step(&bench.ben.device, bag.id, "cancel", json!({ "why": "refused" })).await.ok();
    assert_eq!(refused["kept_from_resale"], "4 CCR 15410(c)");
    assert_eq!(bench.holds(FLOOR), (5, "7".into()), "it never was the floor's");
    bench.does(&bag, "putbacks", bag.back(0, BIN_A)).await.refused(409, "must_quarantine");
    for nth in [0, 1] {
        bench.does(&bag, "putbacks", bag.back(nth, QUARANTINE)).await.ok();
    }
    assert_eq!(bench.holds(QUARANTINE), (2, "3.5".into()));
}

#[tokio::test]
async fn a_count_of_the_floor_knows_nothing_of_an_orders_sale() {
    let bench = Bench::open().await;
    stocks_floor(&bench).await;
    let bag = bench.staged(TOTE).await;
    // Taken from the floor by the till's word, before anybody knew better.
    sells(&bench, "R1", &[(GUM, 2), (BD, 1)]).await;
    let tia = &bench.tia.device;
    let now = || json!({ "seq": bench.shop.test_box.store().head().seq, "at": bench.shop.test_box.clock.now() });
    let scope = json!({ "scope": { "places": [FLOOR] } });
    let count = tia.post("/api/v1/counts", scope).await.ok()["count"]["id"].clone();
    let path = format!("/api/v1/counts/{count}");
    tia.post(&format!("{path}/places"), json!({ "place": FLOOR, "began": now() })).await.ok();
    for (package, value, unit) in [(OLD, "5", "ea"), (3, "7", "g")] {
        let line = json!({ "place": FLOOR, "package": package, "quantity": { "value": value, "unit": unit },
                           "began": now(), "said": now() });
        tia.post(&format!("{path}/lines"), line).await.ok();
    }
    tia.post(&format!("{path}/done"), json!({ "place": FLOOR, "said": now(), "done": true }))
        .await
        .ok();
    step(&bench.ben.device, bag.id, "handover", bag.hands()).await.ok();
    assert_eq!(bench.holds(FLOOR), (5, "7".into()));
    let submitted = tia.post(&format!("{path}/submit"), json!({})).await.ok();
    assert_eq!(submitted["state"], "counted");
    let off = "SELECT count(*) FROM variance WHERE difference <> 0";
    assert_eq!(bench.number(off), 0);
    assert_eq!(bench.number(&format!("SELECT count(*) FROM sale WHERE product_id = {GUMMIES}")), 1);
}
