//! People and devices that were shut out while work waited, and devices that were paired again.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{MOVES, Offline, move_of};
use crate::support::Device;
use crate::support::shop::Shop;

#[tokio::test]
async fn another_device_drains_nothing() {
    let offline = Offline::begin().await;
    let waiting = offline.written("1");
    let (other, _) = offline.shop.enrol("shared").await;
    offline.key.drain(&other, &waiting).await.refused(403, "not_this_device");
    let stranger = offline.shop.test_box.stranger();
    offline.key.drain(&stranger, &waiting).await.refused(401, "not_enrolled");
    assert_eq!(offline.moved(), 0);
}

#[tokio::test]
async fn a_disabled_person_is_refused_and_what_they_did_before_is_kept() {
    let offline = Offline::begin().await;
    let (sent, waiting) = (offline.written("4"), offline.written("1"));
    offline.lock().await;
    let first = offline.drain(&sent).await.ok();
    let path = |what: &str| format!("/api/v1/users/{}/{what}", offline.tom.id);
    offline.shop.owner.device.post_nothing(&path("disable")).await.ok();
    offline.drain(&waiting).await.refused(403, "person_disabled");
    // The answer of what was done was lost on the way: it is told, not refused.
    assert_eq!(offline.drain(&sent).await.ok(), first);
    assert_eq!(offline.moved(), 4);
    offline.shop.owner.device.post_nothing(&path("enable")).await.ok();
    offline.drain(&waiting).await.ok();
    assert_eq!(offline.moved(), 5, "the session was over before, so nothing was shut");
}

#[tokio::test]
async fn a_session_that_was_shut_by_disabling_stays_shut() {
    let offline = Offline::begin().await;
    let waiting = offline.written("1");
    let path = |what: &str| format!("/api/v1/users/{}/{what}", offline.tom.id);
    offline.shop.owner.device.post_nothing(&path("disable")).await.ok();
    offline.shop.owner.device.post_nothing(&path("enable")).await.ok();
    offline.drain(&waiting).await.refused(403, "person_disabled");
}

#[tokio::test]
async fn a_revoked_device_is_out_and_paired_again_it_doubles_nothing() {
    let offline = Offline::begin().await;
    let (sent, waiting) = (offline.written("4"), offline.written("1"));
    let first = offline.drain(&sent).await.ok();
    let revoke = format!("/api/v1/devices/{}/revoke", offline.tom.device_id);
    offline.shop.owner.device.post_nothing(&revoke).await.ok();
    offline.drain(&sent).await.refused(401, "not_enrolled");
    let paired = pair_again(&offline.shop, &offline.tom.device).await;
    assert_ne!(paired, offline.tom.device_id);
    // Signed as before, and by the person signed in again: the first answer, once.
    assert_eq!(offline.drain(&sent).await.ok(), first);
    offline.drain(&waiting).await.refused(403, "not_this_device");
    offline.tom.sign_in().await;
    let tablet = &offline.tom.device;
    let again = tablet.write(Method::POST, sent.key, MOVES, sent.body.clone()).await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    assert_eq!(again.ok(), first);
    tablet.write(Method::POST, sent.key, MOVES, move_of("9")).await.refused(422, "key_reused");
    let owner = &offline.shop.owner.device;
    owner.write(Method::POST, sent.key, MOVES, sent.body).await.refused(422, "key_reused");
    assert_eq!(offline.moved(), 4);
}

/// Pairs a browser that was paired before; its new id.
async fn pair_again(shop: &Shop, device: &Device) -> i64 {
    let invite = shop.owner.device.post("/api/v1/pairings", json!({ "kind": "shared" })).await.ok();
    let input = json!({ "secret": invite["url"] });
    device.post("/api/v1/pair", input).await.ok()["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_new_pin_is_shown_again_also_after_pairing_again() {
    let shop = Shop::open().await;
    let (tom, _) = shop.person("Tom", "technician").await;
    let mia = shop.hire("Mia", "manager").await;
    let (key, path) = (Uuid::now_v7(), format!("/api/v1/users/{tom}/pin"));
    let issue = || mia.device.write(Method::POST, key, &path, json!({}));
    let first = issue().await.ok();
    pair_again(&shop, &mia.device).await;
    mia.sign_in().await;
    assert_eq!(issue().await.ok(), first);
    let sign_in = json!({ "user": tom, "pin": first["pin"] });
    mia.device.post("/api/v1/session", sign_in).await.ok();
}
