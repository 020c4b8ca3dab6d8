//! The restock loop from outside: the straight way, and every way it can go wrong.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::shop::{
    BIN_A, BIN_B, EIGHTH, FAILED, FLOOR, FLOWER, GUMMIES, NEW, OLD, Person, QUARANTINE, Shop, TOTE,
    TOTE_2,
};

/// A shop with a budtender and a technician.
async fn shop() -> (Shop, Person, Person) {
    let shop = Shop::open().await;
    let ben = shop.hire("Ben", "budtender").await;
    let tia = shop.hire("Tia", "technician").await;
    (shop, ben, tia)
}

fn id(value: &Value) -> i64 {
    value["id"].as_i64().expect("an id")
}

async fn receive(person: &Person, pick: &Value, counts: &[(i64, &str)]) -> crate::support::Reply {
    let lines: Vec<Value> =
        counts.iter().map(|(line, counted)| json!({ "line": line, "counted": counted })).collect();
    let tote = Shop::code(TOTE);
    person.device
        .post(&format!("/api/v1/picks/{}/receipt", pick["id"]), json!({
            "station": FLOOR, "lines": lines, "tote_scanned": format!("HTTPS://BOX.LOCAL/T/{tote}"),
        }))
        .await
}

#[tokio::test]
async fn from_a_request_to_the_floor() {
    let (shop, ben, tia) = shop().await;
    let station = ben.device.get(&format!("/api/v1/stations/{FLOOR}")).await.ok();
    let gummies = &station["lines"][1];
    assert_eq!((gummies["par"].as_str(), gummies["suggested"].as_str()), (Some("12"), Some("12")));

    let request = ben.requests(&[(GUMMIES, "25"), (EIGHTH, "3")]).await;
    let pick = tia.claims(&request, TOTE).await;
    // Earliest expiry first, failed stock never; three eighths are 10.5 g of one package.
    let plan: Vec<(i64, &str)> = pick["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| {
            (
                line["package"]["id"].as_i64().expect("an id"),
                line["planned"]["value"].as_str().expect("a number"),
            )
        })
        .collect();
    assert_eq!(plan, [(OLD, "20"), (FLOWER, "10.5"), (NEW, "5")]);
    assert_eq!(pick["shortages"], json!([]));

    let takes = format!("/api/v1/picks/{}/takes", pick["id"]);
    for (bin, package, value, unit) in [
        (BIN_A, OLD, "12", "ea"),
        (BIN_A, OLD, "8", "ea"),
        (BIN_A, FLOWER, "10.5", "g"),
        (BIN_B, NEW, "5", "ea"),
    ] {
        tia.device.post(&takes, Person::take(bin, package, value, unit)).await.ok();
    }
    assert_eq!(shop.held(OLD, BIN_A).await, "0");
    assert_eq!(shop.held(OLD, TOTE).await, "20");

    let handed =
        tia.device.post(&format!("/api/v1/picks/{}/handover", pick["id"]), json!({})).await.ok();
    assert_eq!(
        (handed["state"].as_str(), handed["to"]["name"].as_str()),
        (Some("in_transit"), Some("Ben"))
    );
    let mine = ben.device.get("/api/v1/requests?mine=true").await.ok();
    assert_eq!(mine["requests"][0]["carrier"]["name"], "Tia");

    let counts: Vec<(i64, &str)> = handed["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| (id(line), line["picked_count"].as_str().expect("a number")))
        .collect();
    let receipt = receive(&ben, &pick, &counts).await.ok();
    assert_eq!(receipt["cases"], json!([]));
    assert_eq!(receipt["pick"]["request"]["state"], "done");
    assert_eq!(shop.held(FLOWER, FLOOR).await, "10.5");
    assert_eq!(shop.held(NEW, FLOOR).await, "5");
    assert_eq!(shop.held(OLD, TOTE).await, "0");

    let view = ben.device.get(&format!("/api/v1/packages/{OLD}")).await.ok();
    let life: Vec<(&str, &str)> = view["life"]
        .as_array()
        .expect("a life")
        .iter()
        .map(|event| {
            (event["kind"].as_str().expect("a kind"), event["by"]["name"].as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        life,
        [("received_on_floor", "Ben"), ("picked", "Tia"), ("picked", "Tia"), ("seeded", "-")]
    );
}

#[tokio::test]
async fn every_wrong_scan_says_what_was_expected() {
    let (shop, ben, tia) = shop().await;
    let request = ben.requests(&[(GUMMIES, "10")]).await;
    let claim =
        tia.device.post_nothing(&format!("/api/v1/requests/{}/claim", id(&request))).await.ok();
    let takes = format!("/api/v1/picks/{}/takes", id(&claim));
    let take = |bin, package, value: &str, unit: &str| {
        tia.device.post(&takes, Person::take(bin, package, value, unit))
    };

    take(BIN_A, OLD, "1", "ea").await.refused(409, "no_tote");
    let tote = format!("/api/v1/picks/{}/tote", id(&claim));
    tia.device.post(&tote, json!({ "tote": BIN_A })).await.refused(409, "not_a_tote");
    tia.device.post(&tote, json!({ "tote": TOTE })).await.ok();

    let wrong = take(BIN_B, OLD, "1", "ea").await.refused(409, "wrong_bin");
    assert_eq!(wrong["expected"]["name"], "A-01");
    let wrong = take(BIN_A, FLOWER, "3.5", "g").await.refused(409, "wrong_product");
    assert_eq!(wrong["expected"]["id"], OLD);
    let newer = take(BIN_B, NEW, "1", "ea").await.refused(409, "newer_lot");
    assert_eq!(newer["expected"]["package"]["id"], OLD);
    let reasons = take(BIN_A, FAILED, "1", "ea").await.refused(409, "not_pickable");
    assert_eq!(reasons["reasons"], json!(["lab_not_passed"]));
    let many = take(BIN_A, OLD, "11", "ea").await.refused(409, "too_many");
    assert_eq!(many["left"]["value"], "10");
    take(BIN_A, OLD, "0.5", "ea").await.refused(400, "bad_request");
    take(BIN_A, OLD, "-1", "ea").await.refused(400, "bad_request");
    take(BIN_A, OLD, "1", "g").await.refused(400, "bad_request");
    take(BIN_A, 999, "1", "ea").await.refused(404, "not_found");
    take(BIN_A, OLD, "10", "ea").await.ok();
    take(BIN_A, OLD, "1", "ea").await.refused(409, "already_picked");
    ben.device.post(&takes, Person::take(BIN_A, OLD, "1", "ea")).await.refused(403, "forbidden");
    assert_eq!(shop.held(OLD, TOTE).await, "10", "only what was accepted moved");
}

#[tokio::test]
async fn a_newer_lot_needs_a_managers_pin_and_a_reason() {
    let (shop, ben, tia) = shop().await;
    let mia = shop.hire("Mia", "manager").await;
    let request = ben.requests(&[(GUMMIES, "10")]).await;
    let pick = tia.claims(&request, TOTE).await;
    let takes = format!("/api/v1/picks/{}/takes", id(&pick));
    let ask = |approver: i64, pin: &str| {
        json!({
            "approver": approver, "pin": pin, "action": "fifo_override", "subject": format!("pick:{}", id(&pick)),
        })
    };
    tia.device.post("/api/v1/approvals", ask(ben.id, &ben.pin)).await.refused(403, "forbidden");
    let wrong = if mia.pin == "482913" { "482914" } else { "482913" };
    assert_ne!(tia.device.post("/api/v1/approvals", ask(mia.id, wrong)).await.status, 200);
    let approval = tia.device.post("/api/v1/approvals", ask(mia.id, &mia.pin)).await.ok();
    let mut take = Person::take(BIN_B, NEW, "4", "ea");
    take["approval"] = approval["token"].clone();
    take["reason"] = "The old jar's label is torn".into();
    let key = Uuid::now_v7();
    let taken = tia.device.write(Method::POST, key, &takes, take.clone()).await.ok();
    assert_eq!(taken["pick"]["lines"].as_array().map(Vec::len), Some(2));
    // The device did not hear the answer and asks again: the same answer, not a used-up approval.
    let again = tia.device.write(Method::POST, key, &takes, take.clone()).await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"), "{}", again.text());
    // The approval itself is spent.
    tia.device.post(&takes, take).await.refused(409, "approval_invalid");
    assert_eq!(shop.held(NEW, TOTE).await, "4");
}

#[tokio::test]
async fn two_technicians_and_the_same_last_unit() {
    let (shop, ben, tia) = shop().await;
    let tom = shop.hire("Tom", "technician").await;
    let first = tia.claims(&ben.requests(&[(GUMMIES, "39")]).await, TOTE).await;
    let second = tom.claims(&ben.requests(&[(GUMMIES, "2")]).await, TOTE_2).await;
    // One unit is left for the second pick; the rest is promised, and it says so.
    assert_eq!(second["lines"][0]["planned"]["value"], "1");
    let shortage = &second["shortages"][0];
    assert_eq!((shortage["wanted"].as_str(), shortage["planned"].as_str()), (Some("2"), Some("1")));
    assert!(
        shortage["reasons"].as_array().expect("reasons").iter().any(|r| r["reason"] == "reserved")
    );
    // Tom reaches for two of the promised ones.
    let takes = |pick: &Value| format!("/api/v1/picks/{}/takes", id(pick));
    let refused = tom.device.post(&takes(&second), Person::take(BIN_B, NEW, "2", "ea")).await;
    refused.refused(409, "too_many");
    // Both take at the same moment what is theirs: both get it.
    let (hers, his) = (takes(&first), takes(&second));
    let (one, other) = tokio::join!(
        tia.device.post(&hers, Person::take(BIN_B, NEW, "19", "ea")),
        tom.device.post(&his, Person::take(BIN_B, NEW, "1", "ea")),
    );
    one.ok();
    other.ok();
    assert_eq!(shop.held(NEW, BIN_B).await, "0");
}

#[tokio::test]
async fn a_claim_race_has_one_winner() {
    let (shop, ben, tia) = shop().await;
    let tom = shop.hire("Tom", "technician").await;
    let request = ben.requests(&[(GUMMIES, "1")]).await;
    let path = format!("/api/v1/requests/{}/claim", id(&request));
    let (one, other) = tokio::join!(tia.device.post_nothing(&path), tom.device.post_nothing(&path));
    let (winner, loser) = if one.status == 200 { (one, other) } else { (other, one) };
    let pick = winner.ok();
    let told = loser.refused(409, "already_claimed");
    assert_eq!(told["by"], pick["picker"]);
    assert_eq!(told["pick"], pick["id"]);
}

#[tokio::test]
async fn a_scan_that_is_repeated_counts_once() {
    let (shop, ben, tia) = shop().await;
    let pick = tia.claims(&ben.requests(&[(GUMMIES, "10")]).await, TOTE).await;
    let takes = format!("/api/v1/picks/{}/takes", id(&pick));
    let key = Uuid::now_v7();
    let take = Person::take(BIN_A, OLD, "3", "ea");
    let first = tia.device.write(Method::POST, key, &takes, take.clone()).await;
    let (again, once_more) = tokio::join!(
        tia.device.write(Method::POST, key, &takes, take.clone()),
        tia.device.write(Method::POST, key, &takes, take.clone()),
    );
    assert_eq!((&first.bytes, &first.bytes), (&again.bytes, &once_more.bytes));
    let other = Person::take(BIN_A, OLD, "4", "ea");
    tia.device.write(Method::POST, key, &takes, other).await.refused(422, "key_reused");
    assert_eq!(shop.held(OLD, TOTE).await, "3");
}

#[tokio::test]
async fn a_device_revoked_in_mid_pick_stops_and_the_pick_goes_on() {
    let (shop, ben, tia) = shop().await;
    let tom = shop.hire("Tom", "technician").await;
    let pick = tia.claims(&ben.requests(&[(GUMMIES, "10")]).await, TOTE).await;
    let takes = format!("/api/v1/picks/{}/takes", id(&pick));
    tia.device.post(&takes, Person::take(BIN_A, OLD, "4", "ea")).await.ok();
    shop.owner.device.post_nothing(&format!("/api/v1/devices/{}/revoke", tia.device_id)).await.ok();
    tia.device.post(&takes, Person::take(BIN_A, OLD, "1", "ea")).await.refused(401, "not_enrolled");
    tom.device
        .post(&takes, Person::take(BIN_A, OLD, "1", "ea"))
        .await
        .refused(409, "not_your_pick");
    let assign = format!("/api/v1/picks/{}/assign", id(&pick));
    shop.owner.device.post(&assign, json!({ "user": ben.id })).await.refused(409, "person_may_not");
    shop.owner.device.post(&assign, json!({ "user": tom.id })).await.ok();
    tom.device.post(&takes, Person::take(BIN_A, OLD, "6", "ea")).await.ok();
    assert_eq!(shop.held(OLD, TOTE).await, "10", "what was done before is kept");
}

#[tokio::test]
async fn a_box_restarted_in_mid_pick_forgets_nothing() {
    let (mut shop, ben, tia) = shop().await;
    let pick = tia.claims(&ben.requests(&[(GUMMIES, "10")]).await, TOTE).await;
    let takes = format!("/api/v1/picks/{}/takes", id(&pick));
    let key = Uuid::now_v7();
    let take = Person::take(BIN_A, OLD, "4", "ea");
    let before = tia.device.write(Method::POST, key, &takes, take.clone()).await;
    shop.test_box.restart().await;
    let replay = tia.device.write(Method::POST, key, &takes, take).await;
    assert_eq!((replay.status, &replay.bytes), (200, &before.bytes));
    tia.device.post(&takes, Person::take(BIN_A, OLD, "6", "ea")).await.ok();
    let now = tia.device.get(&format!("/api/v1/picks/{}", id(&pick))).await.ok();
    assert_eq!(now["lines"][0]["state"], "picked");
}

#[tokio::test]
async fn a_short_pick_plans_the_next_lot_and_asks_for_a_count() {
    let (shop, ben, tia) = shop().await;
    let pick = tia.claims(&ben.requests(&[(GUMMIES, "10")]).await, TOTE).await;
    let line = id(&pick["lines"][0]);
    let short = json!({ "line": line, "reason": "empty_bin", "found": "0" });
    let told =
        tia.device.post(&format!("/api/v1/picks/{}/shorts", id(&pick)), short.clone()).await.ok();
    assert_eq!(told["next"]["package"]["id"], NEW);
    assert_eq!(told["next"]["planned"]["value"], "10");
    let tasks = tia.device.get("/api/v1/tasks?state=open").await.ok();
    assert_eq!(tasks["tasks"][0]["kind"], "count_bin");
    assert_eq!(tasks["tasks"][0]["place"]["id"], BIN_A);
    tia.device
        .post(&format!("/api/v1/picks/{}/shorts", id(&pick)), short)
        .await
        .refused(409, "already_picked");
    let takes = format!("/api/v1/picks/{}/takes", id(&pick));
    tia.device.post(&takes, Person::take(BIN_B, NEW, "10", "ea")).await.ok();
    // The next pick is not sent to the bin that waits to be counted.
    let next = tia
        .device
        .post_nothing(&format!(
            "/api/v1/requests/{}/claim",
            id(&ben.requests(&[(GUMMIES, "12")]).await)
        ))
        .await
        .ok();
    assert_eq!(next["lines"].as_array().map(Vec::len), Some(1));
    assert_eq!(next["lines"][0]["planned"]["value"], "10");
    let mut reasons: Vec<&str> = next["shortages"][0]["reasons"]
        .as_array()
        .expect("reasons")
        .iter()
        .map(|reason| reason["reason"].as_str().expect("a word"))
        .collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["lab_not_passed", "to_count"]);
    drop(shop);
}

#[tokio::test]
async fn what_does_not_arrive_opens_a_case_that_names_the_leg() {
    let (shop, ben, tia) = shop().await;
    let pick = tia.claims(&ben.requests(&[(GUMMIES, "10"), (EIGHTH, "2")]).await, TOTE).await;
    let takes = format!("/api/v1/picks/{}/takes", id(&pick));
    let path = |what: &str| format!("/api/v1/picks/{}/{what}", id(&pick));
    tia.device.post(&takes, Person::take(BIN_A, OLD, "10", "ea")).await.ok();
    let open = tia.device.post(&path("handover"), json!({})).await.refused(409, "lines_open");
    assert_eq!(open["lines"], json!([2]));
    tia.device.post(&takes, Person::take(BIN_A, FLOWER, "7", "g")).await.ok();
    let line = |n: usize| id(&pick["lines"][n]);
    receive(&ben, &pick, &[(line(0), "9"), (line(1), "2")]).await.refused(409, "not_in_transit");
    tia.device.post(&path("handover"), json!({})).await.ok();
    let missing = receive(&ben, &pick, &[(line(0), "9")]).await.refused(409, "lines_missing");
    assert_eq!(missing["lines"], json!([2]));
    let wrong = ben
        .device
        .post(
            &path("receipt"),
            json!({
                "station": FLOOR, "lines": [], "tote_scanned": Shop::code(TOTE_2),
            }),
        )
        .await
        .refused(409, "wrong_tote");
    assert_eq!(wrong["expected"]["name"], "Tote 1");
    let receipt = receive(&ben, &pick, &[(line(0), "9"), (line(1), "3")]).await.ok();
    let differences: Vec<&str> = receipt["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .map(|case| case["difference"].as_str().expect("a number"))
        .collect();
    assert_eq!(differences, ["-1", "1"]);
    assert_eq!(shop.held(OLD, FLOOR).await, "9");
    assert_eq!(shop.held(OLD, TOTE).await, "1", "in custody until the case is settled");
    assert_eq!(
        shop.held(FLOWER, FLOOR).await,
        "10.5",
        "the hand is right: the extra eighth is found"
    );

    let case = id(&receipt["cases"][0]);
    let view = shop.owner.device.get(&format!("/api/v1/cases/{case}")).await.ok();
    let evidence = view["evidence"].to_string();
    for said in [
        "Tote 1, vault to Front counter",
        "Tia took 10 ea out of A-01",
        "meant for Ben",
        "Ben counted 9 ea",
    ] {
        assert!(evidence.contains(said), "{said}: {evidence}");
    }
    let close = format!("/api/v1/cases/{case}/close");
    let outcome = json!({ "outcome": "Fell behind the shelf" });
    shop.owner.device.post(&close, outcome).await.refused(409, "not_settled");
    let settled = json!({ "outcome": "Fell behind the shelf", "settle": { "to": FLOOR } });
    shop.owner.device.post(&close, settled).await.ok();
    assert_eq!(shop.held(OLD, FLOOR).await, "10");
}

/// What the box does by itself every few seconds.
async fn late(shop: &Shop) -> bool {
    let step = shop.test_box.store().write(|tx| {
        backstock::workflow::picking::late(tx)
            .map_err(|error| backstock::store::StoreError::Invariant(error.to_string()))
    });
    step.await.expect("a step")
}

#[tokio::test]
async fn a_tote_that_is_late_alerts() {
    let (shop, ben, tia) = shop().await;
    let pick = tia.claims(&ben.requests(&[(GUMMIES, "2")]).await, TOTE).await;
    tia.device
        .post(&format!("/api/v1/picks/{}/takes", id(&pick)), Person::take(BIN_A, OLD, "2", "ea"))
        .await
        .ok();
    tia.device.post(&format!("/api/v1/picks/{}/handover", id(&pick)), json!({})).await.ok();
    assert!(!late(&shop).await);
    shop.test_box.later_s(31 * 60);
    assert!(late(&shop).await);
    assert!(!late(&shop).await, "once");
    shop.owner.sign_in().await;
    let request =
        shop.owner.device.get(&format!("/api/v1/requests/{}", id(&pick["request"]))).await.ok();
    assert_eq!(request["late"], true);
    let cases = shop.owner.device.get("/api/v1/cases?state=open").await.ok();
    assert_eq!(cases["cases"][0]["kind"], "late_tote");
    assert!(
        cases["cases"][0]["title"]["en"]
            .as_str()
            .expect("a title")
            .contains("vault to Front counter")
    );
}

#[tokio::test]
async fn a_request_can_be_taken_back_until_picking_starts() {
    let (shop, ben, tia) = shop().await;
    let bea = shop.hire("Bea", "budtender").await;
    let first = ben.requests(&[(GUMMIES, "2")]).await;
    let cancel = |request: &Value| format!("/api/v1/requests/{}/cancel", id(request));
    bea.device.post_nothing(&cancel(&first)).await.refused(409, "not_yours");
    ben.device.post_nothing(&cancel(&first)).await.ok();
    tia.device
        .post_nothing(&format!("/api/v1/requests/{}/claim", id(&first)))
        .await
        .refused(409, "not_waiting");
    let second = ben.requests(&[(GUMMIES, "2")]).await;
    let pick = tia.claims(&second, TOTE).await;
    ben.device.post_nothing(&cancel(&second)).await.refused(409, "too_late_to_cancel");
    let back = tia.device.post_nothing(&format!("/api/v1/picks/{}/release", id(&pick))).await.ok();
    assert_eq!((&back["state"], &back["request"]["state"]), (&json!("cancelled"), &json!("open")));
    let station = json!({ "station": BIN_A, "lines": [{ "product": GUMMIES, "quantity": "1" }] });
    ben.device.post("/api/v1/requests", station).await.refused(409, "not_a_station");
    let twice = json!({ "station": FLOOR, "lines": [
        { "product": GUMMIES, "quantity": "1" }, { "product": GUMMIES, "quantity": "1" }] });
    let told = ben.device.post("/api/v1/requests", twice).await.refused(400, "bad_request");
    assert_eq!(told["field"], "lines.2.product");
}

#[tokio::test]
async fn moves_by_scan_and_their_undo() {
    let (shop, ben, tia) = shop().await;
    let tom = shop.hire("Tom", "technician").await;
    let by_hand = |from: i64, to: i64, value: &str| {
        json!({
            "package": OLD, "from": from, "to": to, "quantity": { "value": value, "unit": "ea" },
        })
    };
    let moved = tia.device.post("/api/v1/moves", by_hand(BIN_A, BIN_B, "5")).await.ok();
    assert_eq!(
        (moved["left"]["value"].as_str(), moved["now"]["value"].as_str()),
        (Some("15"), Some("5"))
    );
    let few = tia
        .device
        .post("/api/v1/moves", by_hand(BIN_A, BIN_B, "16"))
        .await
        .refused(409, "not_enough");
    assert_eq!(few["available"]["value"], "15");
    tia.device.post("/api/v1/moves", by_hand(BIN_A, BIN_A, "1")).await.refused(409, "same_place");
    tia.device
        .post("/api/v1/moves", by_hand(BIN_A, QUARANTINE, "1"))
        .await
        .refused(409, "blocked_place");
    tia.device.post("/api/v1/moves", by_hand(BIN_A, TOTE, "1")).await.refused(409, "blocked_place");
    ben.device.post("/api/v1/moves", by_hand(BIN_A, BIN_B, "1")).await.refused(403, "forbidden");
    let undo = format!("/api/v1/moves/{}/undo", moved["seq"]);
    tom.device.post_nothing(&undo).await.refused(409, "not_yours");
    tia.device.post_nothing(&undo).await.ok();
    tia.device.post_nothing(&undo).await.refused(409, "not_undoable");
    assert_eq!(shop.held(OLD, BIN_A).await, "20");
    // What moved on since is not pulled back from under somebody.
    let moved = tia.device.post("/api/v1/moves", by_hand(BIN_A, BIN_B, "5")).await.ok();
    tia.device.post("/api/v1/moves", by_hand(BIN_B, FLOOR, "1")).await.ok();
    let undo = format!("/api/v1/moves/{}/undo", moved["seq"]);
    tia.device.post_nothing(&undo).await.refused(409, "later_depends");
    // What a pick is promised stays.
    let pick = tia.claims(&ben.requests(&[(GUMMIES, "15")]).await, TOTE).await;
    let told =
        tom.device.post("/api/v1/moves", by_hand(BIN_A, BIN_B, "1")).await.refused(409, "reserved");
    assert_eq!(told["pick"], pick["code"]);
}

#[tokio::test]
async fn it_is_here() {
    let (shop, ben, tia) = shop().await;
    let found =
        |value: &str| json!({ "place": BIN_B, "quantity": { "value": value, "unit": "ea" } });
    let path = format!("/api/v1/packages/{OLD}/found");
    let told = tia.device.post(&path, found("22")).await.ok();
    assert_eq!(told["from_account"]["value"], "2");
    assert_eq!(shop.held(OLD, BIN_B).await, "22");
    assert_eq!(shop.held(OLD, BIN_A).await, "0");
    let here = tia.device.post(&path, found("22")).await.refused(409, "already_here");
    assert_eq!(here["here"]["value"], "22");
    let case = shop.owner.device.get(&format!("/api/v1/cases/{}", told["case"])).await.ok();
    assert_eq!(case["case"]["kind"], "found");
    ben.device.post(&path, found("23")).await.refused(403, "forbidden");
}

#[tokio::test]
async fn scans_have_each_their_own_answer() {
    let (_shop, ben, _tia) = shop().await;
    let resolve = async |text: &str, place: Option<i64>| {
        let place = place.map_or(String::new(), |place| format!("&place={place}"));
        let text: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        ben.device.get(&format!("/api/v1/resolve?text={text}{place}")).await.ok()
    };
    let old = "1A4060300000000000000001";
    let here = resolve(old, Some(BIN_A)).await;
    assert_eq!((here["kind"].as_str(), here["here"].as_bool()), (Some("package"), Some(true)));
    assert_eq!(resolve(&format!("]C1{}", old.to_lowercase()), Some(BIN_B)).await["here"], false);
    let near = resolve("1A4060300000000000000009", None).await;
    assert_eq!(near["kind"], "neighbour");
    assert_eq!(near["near"].as_array().map(Vec::len), Some(4));
    assert_eq!(resolve("1A40603000000FFFF0000777", None).await["kind"], "unknown");
    assert_eq!(resolve("1.4A04E+23", None).await["mangled"], true);
    let product = resolve("036000291452", Some(BIN_A)).await;
    assert_eq!(
        (product["kind"].as_str(), product["packages"].as_array().map(Vec::len)),
        (Some("product"), Some(2))
    );
    let code = Shop::code(TOTE);
    assert_eq!(resolve(&format!("HTTPS://ANY.LOCAL/T/{code}"), None).await["kind"], "tote");
    let typed = format!("{}-{}", &code[..3], &code[3..]).to_lowercase();
    assert_eq!(resolve(&typed, None).await["kind"], "tote");
    assert_eq!(resolve("hello there", None).await["reads_as"], "text");
}

#[tokio::test]
async fn the_slips_qr_opens_the_pick() {
    let (_shop, ben, tia) = shop().await;
    let pick = tia.claims(&ben.requests(&[(GUMMIES, "25")]).await, TOTE).await;
    for paper in ["letter", "a4"] {
        let slip =
            tia.device.get(&format!("/api/v1/picks/{}/slip.pdf?paper={paper}", id(&pick))).await;
        assert_eq!((slip.status, slip.header("Content-Type")), (200, Some("application/pdf")));
        assert!(slip.bytes.starts_with(b"%PDF-"));
    }
    let picture = tia.device.get(&format!("/api/v1/picks/{}/slip.png", id(&pick))).await;
    let mut reader =
        png::Decoder::new(std::io::Cursor::new(&picture.bytes)).read_info().expect("a PNG");
    let mut dots = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut dots).expect("a picture");
    let luma: Vec<u8> = (0..info.height as usize)
        .flat_map(|y| {
            let row = &dots[y * info.line_size..];
            (0..info.width as usize)
                .map(move |x| if row[x / 8] >> (7 - x % 8) & 1 == 1 { 255 } else { 0 })
                .collect::<Vec<u8>>()
        })
        .collect();
    let read = rxing::helpers::detect_in_luma(luma, info.width, info.height, None).expect("a QR");
    let resolved = tia.device.get(&format!("/api/v1/resolve?text={}", read.getText())).await.ok();
    assert_eq!((resolved["kind"].as_str(), &resolved["pick"]), (Some("pick"), &pick["id"]));
}
