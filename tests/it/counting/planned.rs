//! What is due: schedules, short picks, empty bins, and the time since a product was counted.

use serde_json::json;

use super::Hall;
use crate::support::shop::{BIN_A, BIN_B, FAILED, FLOWER, GUMMIES, NEW, OLD, Person, TOTE};

#[tokio::test]
async fn a_schedule_is_due_until_it_is_counted() {
    let hall = Hall::open().await;
    let path = "/api/v1/counts/schedules";
    let plan = json!({ "name": "Edibles every week", "scope": { "categories": ["Edible"] },
                       "every_days": 7, "active": true });
    hall.tom.device.post(path, plan.clone()).await.refused(403, "forbidden");
    let owner = &hall.shop.owner.device;
    let both = json!({ "name": "x", "every_days": 7, "weekday": 2, "active": true });
    assert_eq!(owner.post(path, both).await.refused(400, "bad_request")["field"], "weekday");
    let made = owner.post(path, plan).await.ok();
    let schedule = made["schedules"][0]["id"].as_i64().unwrap();
    let due = hall.tom.device.get("/api/v1/counts/due").await.ok();
    assert_eq!(due["schedules"][0]["name"], "Edibles every week");
    assert_eq!(due["whole_store"]["cite"], "4 CCR 15051(a)");
    let start = json!({ "scope": { "categories": ["Edible"] }, "schedule": schedule });
    hall.tom.device.post("/api/v1/counts", start).await.ok();
    let due = hall.tom.device.get("/api/v1/counts/due").await.ok();
    assert_eq!(due["schedules"], json!([]), "it is being counted");
    hall.goes_by_s(8 * 86_400).await;
    let due = hall.tom.device.get("/api/v1/counts/due").await.ok();
    assert_eq!(due["schedules"][0]["id"], schedule);
}

#[tokio::test]
async fn a_short_pick_and_an_empty_bin_ask_for_a_look() {
    let hall = Hall::open().await;
    let pick = hall.tom.claims(&hall.tom.requests(&[(GUMMIES, "3")]).await, TOTE).await;
    let line = pick["lines"][0]["id"].as_i64().unwrap();
    let short = json!({ "line": line, "reason": "not_found", "found": "0" });
    let asked = hall.tom.device.post(&format!("/api/v1/picks/{}/shorts", pick["id"]), short).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    let all = json!({ "package": NEW, "from": BIN_B, "to": BIN_A, "quantity": { "value": "17", "unit": "ea" } });
    let left = hall.shop.held(NEW, BIN_B).await;
    let mut all = all;
    all["quantity"]["value"] = left.clone().into();
    let planned = hall.tom.device.get(&format!("/api/v1/picks/{}", pick["id"])).await.ok();
    let next = planned["lines"].as_array().unwrap().iter().find(|one| one["state"] == "to_pick");
    if let Some(next) = next {
        // The plan went on to bin B: what it planned there is taken first.
        let take = Person::take(BIN_B, NEW, next["planned"]["value"].as_str().unwrap(), "ea");
        hall.tom.device.post(&format!("/api/v1/picks/{}/takes", pick["id"]), take).await.ok();
        all["quantity"]["value"] = hall.shop.held(NEW, BIN_B).await.into();
    }
    hall.tom.device.post("/api/v1/moves", all).await.ok();
    let due = hall.tom.device.get("/api/v1/counts/due").await.ok();
    let quick = due["quick"].as_array().unwrap();
    assert_eq!(quick.len(), 2, "{quick:?}");
    assert_eq!(
        (&quick[0]["place"]["id"], &quick[0]["package"]["id"]),
        (&json!(BIN_A), &json!(OLD))
    );
    assert_eq!((&quick[1]["place"]["id"], &quick[1]["package"]), (&json!(BIN_B), &json!(null)));
    // A settled count of both answers them, and the bin may be picked again.
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A, BIN_B] })).await;
    for place in [BIN_A, BIN_B] {
        hall.begins(&hall.tom, count, place).await.ok();
    }
    let moved = 20 - 3;
    for (package, value) in
        [(OLD, "20"), (NEW, &moved.to_string()[..]), (FLOWER, "28"), (FAILED, "5")]
    {
        hall.says(&hall.tom, count, BIN_A, package, value).await.ok();
    }
    hall.shop.test_box.later_s(1);
    for place in [BIN_A, BIN_B] {
        hall.done(&hall.tom, count, place).await.ok();
    }
    hall.submits(&hall.tom, count).await.ok();
    let settled = hall.settles(&hall.tom, count).await;
    assert_eq!(settled["result"]["off"], 0, "{settled}");
    assert_eq!(hall.tom.device.get("/api/v1/counts/due").await.ok()["quick"], json!([]));
}

#[tokio::test]
async fn what_was_not_counted_for_long_is_debt() {
    let hall = Hall::open().await;
    let due = hall.tom.device.get("/api/v1/counts/due").await.ok();
    let days = due["debt"]["oldest_days"].as_i64().unwrap();
    assert_eq!((&due["debt"]["products"], &due["debt"]["overdue"]), (&json!(2), &json!(2)));
    assert!(days > 0, "it has been here since 1970");
    let count = hall.counts_bin_a("19", "28").await;
    hall.submits(&hall.tom, count).await.ok();
    hall.settles(&hall.tom, count).await;
    let due = hall.tom.device.get("/api/v1/counts/due").await.ok();
    assert_eq!(due["debt"]["overdue"], 0, "{due}");
    hall.goes_by_s(20 * 86_400).await;
    let due = hall.tom.device.get("/api/v1/counts/due").await.ok();
    // Both are of the lowest class (no cost is known): 30 days, half of that where the last was off.
    let late = due["products"].as_array().unwrap();
    assert_eq!(late.len(), 1, "{late:?}");
    assert_eq!(
        (&late[0]["product"]["id"], &late[0]["every_days"], &late[0]["was_off"]),
        (&json!(GUMMIES), &json!(15), &json!(true))
    );
    let started = hall.starts(&hall.tom, json!({ "due": true })).await;
    let view = hall.tom.device.get(&format!("/api/v1/counts/{started}")).await.ok();
    assert_eq!(view["products"][0]["id"], GUMMIES);
}
