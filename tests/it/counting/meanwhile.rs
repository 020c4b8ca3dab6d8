//! The store does not stop for a count: moves, picks and sales meanwhile make no false variance.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Hall, figures, line_of};
use crate::loading::{applied, hand_in};
use crate::support::shop::{BIN_A, BIN_B, FLOOR, GUMMIES, OLD};
use crate::support::signing::{Key, Waiting};

fn moves(from: i64, to: i64, value: &str) -> Value {
    json!({ "package": OLD, "from": from, "to": to, "quantity": { "value": value, "unit": "ea" } })
}

#[tokio::test]
async fn what_moves_before_and_after_a_figure_is_netted() {
    let hall = Hall::open().await;
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A] })).await;
    hall.begins(&hall.tom, count, BIN_A).await.ok();
    hall.tia.device.post("/api/v1/moves", moves(BIN_A, BIN_B, "3")).await.ok();
    hall.says(&hall.tom, count, BIN_A, OLD, "17").await.ok();
    hall.tia.device.post("/api/v1/moves", moves(BIN_A, BIN_B, "5")).await.ok();
    hall.tia.device.post("/api/v1/moves", moves(BIN_B, BIN_A, "1")).await.ok();
    for (package, value) in [(3, "28"), (4, "5")] {
        hall.says(&hall.tom, count, BIN_A, package, value).await.ok();
    }
    hall.done(&hall.tom, count, BIN_A).await.ok();
    hall.tia.device.post("/api/v1/moves", moves(BIN_A, BIN_B, "2")).await.ok();
    hall.submits(&hall.tom, count).await.ok();
    let view = hall.tom.device.get(&format!("/api/v1/counts/{count}")).await.ok();
    assert_eq!(figures(&line_of(&view, OLD, BIN_A)), ["17", "17", "0"]);
}

#[tokio::test]
async fn only_what_truly_overlapped_is_counted_again() {
    let hall = Hall::open().await;
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A] })).await;
    hall.begins(&hall.tom, count, BIN_A).await.ok();
    let began = hall.now();
    hall.tia.device.post("/api/v1/moves", moves(BIN_A, BIN_B, "4")).await.ok();
    // Neither 20 nor 16: some of the four may have been counted, some not.
    let line = json!({ "place": BIN_A, "package": OLD, "quantity": { "value": "18", "unit": "ea" },
                       "began": began, "said": hall.now() });
    hall.line(&hall.tom, count, line).await.ok();
    for (package, value) in [(3, "28"), (4, "5")] {
        hall.says(&hall.tom, count, BIN_A, package, value).await.ok();
    }
    hall.done(&hall.tom, count, BIN_A).await.ok();
    let submitted = hall.submits(&hall.tom, count).await.ok();
    assert_eq!(submitted["state"], "open");
    let again = submitted["again"].as_array().unwrap();
    assert_eq!(
        (again.len(), &again[0]["why"], &again[0]["package"]["id"]),
        (1, &json!("overlap"), &json!(OLD))
    );
    // The same person may; the place stays done.
    hall.says(&hall.tom, count, BIN_A, OLD, "16").await.ok();
    assert_eq!(hall.submits(&hall.tom, count).await.ok()["state"], "counted");
    let view = hall.tom.device.get(&format!("/api/v1/counts/{count}")).await.ok();
    assert_eq!(figures(&line_of(&view, OLD, BIN_A)), ["16", "16", "0"]);
}

/// A sale of gummies, as the till's file has it.
async fn sells(hall: &Hall, receipt: &str, at: &str, many: u32) {
    let file = format!(
        "Transaction ID,Receipt Date,Product ID Number,Product Name,Quantity,Transaction Type\n\
         {receipt},{at},GUM-10,Sour cherry gummies,{many},Retail\n"
    );
    let owner = &hall.shop.owner.device;
    let query = format!("kind=sales&name={receipt}.csv");
    let import = hand_in(owner, Uuid::now_v7(), &query, file.as_bytes()).await.ok();
    let path = format!("/api/v1/imports/{}", import["id"]);
    owner.post(&format!("{path}/confirm"), json!({ "opening": false })).await.ok();
    assert_eq!(applied(owner, &path).await["applied_rows"], 1, "{receipt}");
}

#[tokio::test]
async fn a_sale_counts_when_it_was_sold_however_late_it_is_loaded() {
    let hall = Hall::open().await;
    hall.tia.device.post("/api/v1/moves", moves(BIN_A, FLOOR, "12")).await.ok();
    let clock = &hall.shop.test_box.clock;
    hall.goes_by_s(1800).await;
    let early = clock.now();
    hall.goes_by_s(1800).await;
    let count = hall.starts(&hall.tom, json!({ "places": [FLOOR] })).await;
    hall.begins(&hall.tom, count, FLOOR).await.ok();
    // Three were sold half an hour ago: nine are there. The till's file comes an hour later.
    let line = json!({ "place": FLOOR, "product": GUMMIES, "quantity": { "value": "9", "unit": "ea" },
                       "began": hall.now(), "said": hall.now() });
    hall.line(&hall.tom, count, line).await.ok();
    hall.done(&hall.tom, count, FLOOR).await.ok();
    hall.goes_by_s(1800).await;
    let late = clock.now();
    hall.goes_by_s(1800).await;
    sells(&hall, "J1", &early.to_string(), 3).await;
    sells(&hall, "J2", &late.to_string(), 2).await;
    hall.submits(&hall.tom, count).await.ok();
    let view = hall.tom.device.get(&format!("/api/v1/counts/{count}")).await.ok();
    assert_eq!(figures(&line_of(&view, OLD, FLOOR)), ["9", "9", "0"]);
}

#[tokio::test]
async fn a_figure_that_waited_on_its_device_goes_by_its_time() {
    let hall = Hall::open().await;
    let key = Key::of(&hall.tom.device).await;
    let clock = &hall.shop.test_box.clock;
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A] })).await;
    hall.begins(&hall.tom, count, BIN_A).await.ok();
    // The tablet is out of reach.
    let moment = json!({ "at": hall.now()["at"] });
    let path = format!("/api/v1/counts/{count}/lines");
    let line = json!({ "place": BIN_A, "package": OLD, "quantity": { "value": "20", "unit": "ea" },
                       "began": moment, "said": moment });
    let waiting = Waiting::post(&path, line, clock.now());
    // While it waits, the store goes on; then somebody else has the tablet.
    hall.goes_by_s(1200).await;
    hall.tia.device.post("/api/v1/moves", moves(BIN_A, BIN_B, "6")).await.ok();
    hall.goes_by_s(600).await;
    hall.tom
        .device
        .post("/api/v1/session", json!({ "user": hall.tia.id, "pin": hall.tia.pin }))
        .await
        .ok();
    let said = key.drain(&hall.tom.device, &waiting).await.ok();
    assert_eq!(said["quantity"]["value"], "20");
    let again = key.drain(&hall.tom.device, &waiting).await;
    assert_eq!((again.header("Idempotent-Replay"), again.ok()), (Some("true"), said));
    hall.tom.sign_in().await;
    for (package, value) in [(3, "28"), (4, "5")] {
        hall.says(&hall.tom, count, BIN_A, package, value).await.ok();
    }
    hall.done(&hall.tom, count, BIN_A).await.ok();
    hall.submits(&hall.tom, count).await.ok();
    let view = hall.tom.device.get(&format!("/api/v1/counts/{count}")).await.ok();
    assert_eq!(figures(&line_of(&view, OLD, BIN_A)), ["20", "20", "0"], "the six left after it");
    assert_eq!(line_of(&view, OLD, BIN_A)["counted_by"]["name"], "Tom");
}

#[tokio::test]
async fn a_move_that_waited_on_its_device_is_netted_by_its_time() {
    let hall = Hall::open().await;
    let key = Key::of(&hall.tia.device).await;
    let clock = &hall.shop.test_box.clock;
    let waiting = Waiting::post("/api/v1/moves", moves(BIN_A, BIN_B, "6"), clock.now());
    hall.goes_by_s(1200).await;
    let count = hall.counts_bin_a("14", "28").await;
    hall.goes_by_s(600).await;
    key.drain(&hall.tia.device, &waiting).await.ok();
    hall.submits(&hall.tom, count).await.ok();
    let view = hall.tom.device.get(&format!("/api/v1/counts/{count}")).await.ok();
    assert_eq!(figures(&line_of(&view, OLD, BIN_A)), ["14", "14", "0"]);
}

#[tokio::test]
async fn a_replayed_figure_is_one() {
    let hall = Hall::open().await;
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A] })).await;
    hall.begins(&hall.tom, count, BIN_A).await.ok();
    let (key, path) = (Uuid::now_v7(), format!("/api/v1/counts/{count}/lines"));
    let line = json!({ "place": BIN_A, "package": OLD, "quantity": { "value": "20", "unit": "ea" },
                       "began": hall.now(), "said": hall.now() });
    let first = hall.tom.device.write(Method::POST, key, &path, line.clone()).await.ok();
    let second = hall.tom.device.write(Method::POST, key, &path, line).await;
    assert_eq!((second.header("Idempotent-Replay"), second.ok()), (Some("true"), first));
}
