//! Whose the work is that arrives, whoever is signed in by then.

use serde_json::json;

use super::{Offline, newest, now};
use crate::support::Reply;
use crate::support::shop::{BIN_A, FLOOR, OLD, Person, Shop};
use crate::support::signing::{Key, Waiting};

#[tokio::test]
async fn what_was_written_before_the_screen_locked_is_its_authors() {
    let offline = Offline::begin().await;
    let waiting = offline.written("3");
    offline.later_s(10);
    offline.lock().await;
    offline.later_s(3600);
    let answer = offline.drain(&waiting).await;
    assert!(answer.header("Set-Cookie").is_none(), "it signs nobody in");
    answer.ok();
    assert_eq!(offline.moved(), 3);
    let entry = newest(&offline.shop);
    assert_eq!(entry["user"], offline.tom.id);
    assert_eq!(entry["device"], offline.tom.device_id);
    assert_eq!(entry["session"].to_string(), offline.key.session);
    assert_eq!(entry["device_time"], waiting.device_time);
    offline.tom.device.get("/api/v1/session").await.refused(401, "signed_out");
    // The answer was lost: it is given again, and nothing is done twice.
    let again = offline.drain(&waiting).await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    again.ok();
    assert_eq!(offline.moved(), 3);
}

#[tokio::test]
async fn a_colleague_who_signed_in_meanwhile_neither_carries_nor_blocks_it() {
    let offline = Offline::begin().await;
    let waiting = offline.written("2");
    let (ben, pin) = offline.shop.person("Ben", "budtender").await;
    let tablet = &offline.tom.device;
    offline.later_s(5);
    tablet.post("/api/v1/session", json!({ "user": ben, "pin": pin })).await.ok();
    // Ben's idle lock goes on running while Tom's work arrives.
    offline.later_s(250);
    offline.drain(&waiting).await.ok();
    let entry = newest(&offline.shop);
    assert_eq!(entry["user"], offline.tom.id, "Ben may not even move stock");
    offline.later_s(60);
    tablet.get("/api/v1/session").await.refused(401, "signed_out");
    assert_eq!(offline.moved(), 2);
}

#[tokio::test]
async fn nobody_elses_session_carries_what_its_author_must_do_signed_in() {
    let shop = Shop::open().await;
    let (mia, pin) = shop.person("Mia", "manager").await;
    let (tablet, _) = shop.enrol("shared").await;
    let sign_in = |user: i64, pin: String| {
        let tablet = &tablet;
        async move { tablet.post("/api/v1/session", json!({ "user": user, "pin": pin })).await.ok() }
    };
    sign_in(mia, pin.clone()).await;
    let key = Key::of(&tablet).await;
    let input = json!({ "name": "Bud", "role": "budtender", "language": "en" });
    let waiting = Waiting::post("/api/v1/users", input, shop.test_box.clock.now());
    sign_in(shop.owner.id, shop.owner.pin.clone()).await;
    key.drain(&tablet, &waiting).await.refused(403, "author_signed_out");
    Reply::read(waiting.ask(&tablet, &key.session)).await.refused(403, "author_signed_out");
    // In a new session of hers it is hers to send.
    sign_in(mia, pin).await;
    key.drain(&tablet, &waiting).await.ok();
    assert_eq!(newest(&shop)["user"], mia);
}

#[tokio::test]
async fn in_the_authors_own_session_the_cookie_is_enough() {
    let offline = Offline::begin().await;
    let waiting = offline.written("1");
    let ask = waiting.ask(&offline.tom.device, &offline.key.session);
    Reply::read(ask.header("Signature", "anything")).await.ok();
    // The whole job works so, and keeps its order.
    let request = offline.tom.requests(&[(crate::support::shop::GUMMIES, "2")]).await;
    let claim = Waiting::post(
        &format!("/api/v1/requests/{}/claim", request["id"]),
        json!({}),
        now(&offline),
    );
    offline.lock().await;
    let pick = offline.drain(&claim).await.ok();
    let id = &pick["id"];
    let tote = json!({ "tote": crate::support::shop::TOTE });
    let take = Person::take(BIN_A, OLD, "2", "ea");
    let steps = [
        (format!("/api/v1/picks/{id}/tote"), tote),
        (format!("/api/v1/picks/{id}/takes"), take),
        (format!("/api/v1/picks/{id}/handover"), json!({ "to": offline.tom.id })),
    ];
    for (path, body) in steps {
        offline.drain(&Waiting::post(&path, body, now(&offline))).await.ok();
    }
    let line = offline.shop.owner.device.get(&format!("/api/v1/picks/{id}")).await.ok()["lines"][0]
        ["id"]
        .clone();
    let receipt = json!({
        "station": FLOOR, "lines": [{ "line": line, "counted": "2" }],
        "tote_scanned": Shop::code(crate::support::shop::TOTE),
    });
    let receipt = Waiting::post(&format!("/api/v1/picks/{id}/receipt"), receipt, now(&offline));
    offline.drain(&receipt).await.ok();
    assert_eq!(offline.shop.held(OLD, FLOOR).await, "2");
}

#[tokio::test]
async fn the_authors_role_is_the_one_they_have_now() {
    let offline = Offline::begin().await;
    let waiting = offline.written("1");
    offline.lock().await;
    let path = format!("/api/v1/users/{}", offline.tom.id);
    let input = |role: &str| json!({ "name": "Tom", "role": role, "language": "en" });
    offline.shop.owner.device.put(&path, input("budtender")).await.ok();
    let problem = offline.drain(&waiting).await.refused(403, "forbidden");
    assert_eq!(problem["needs"], json!(["technician", "manager", "owner"]));
    offline.shop.owner.device.put(&path, input("manager")).await.ok();
    offline.drain(&waiting).await.ok();
}
