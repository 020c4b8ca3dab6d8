//! What a signature proves and opens, and the keys it is made with.

use backstock::workflow::author;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{MOVES, Offline, move_of};
use crate::support::Reply;
use crate::support::shop::{BIN_B, OLD, Person, Shop};
use crate::support::signing::{Key, Waiting, register};

#[tokio::test]
async fn a_signature_counts_for_its_own_words_alone() {
    let offline = Offline::begin().await;
    let waiting = offline.written("1");
    let (tablet, session) = (&offline.tom.device, &offline.key.session);
    offline.lock().await;
    let signature = offline.key.sign(&waiting);
    let send = |waiting: Waiting, signature: String| async move {
        Reply::read(waiting.ask(tablet, session).header("Signature", signature)).await
    };
    let other = |change: &dyn Fn(&mut Waiting)| {
        let mut changed = waiting.clone();
        change(&mut changed);
        changed
    };
    let earlier = offline.written_later_s("1", -1).device_time;
    let forged = [
        other(&|w| w.body = move_of("9")),
        other(&|w| w.path = format!("{MOVES}?x=1")),
        other(&|w| w.path = "/api/v1/requests".into()),
        other(&|w| w.key = Uuid::now_v7()),
        other(&|w| w.device_time.clone_from(&earlier)),
    ];
    for changed in forged {
        send(changed, signature.clone()).await.refused(403, "signature_invalid");
    }
    // A key of another session, and one that the box was never told of.
    offline.tom.sign_in().await;
    let second = Key::of(tablet).await;
    let unknown = Key::new(session);
    offline.lock().await;
    for key in [&second, &unknown] {
        send(waiting.clone(), key.sign(&waiting)).await.refused(403, "signature_invalid");
    }
    for nonsense in ["", "AAAA", "not base 64!"] {
        send(waiting.clone(), nonsense.into()).await.refused(403, "signature_invalid");
    }
    Reply::read(waiting.ask(tablet, session)).await.refused(403, "signature_invalid");
    let nowhere = Reply::read(waiting.ask(tablet, "x").header("Signature", &signature)).await;
    assert_eq!(nowhere.refused(400, "bad_request")["field"], "Written-In");
    assert_eq!(offline.moved(), 0);
    send(waiting.clone(), signature).await.ok();
    assert_eq!(offline.moved(), 1);
}

#[tokio::test]
async fn a_signature_opens_nothing_but_the_work_of_the_floor() {
    let shop = Shop::open().await;
    let device = &shop.owner.device;
    let key = Key::of(device).await;
    let at = shop.test_box.clock.now();
    assert_eq!(device.delete("/api/v1/session").await.status, 204);
    let waiting = |method: Method, path: &str, body: Value| Waiting {
        method,
        ..Waiting::post(path, body, at)
    };
    let person = json!({ "name": "Eve", "role": "owner", "language": "en" });
    let closed = [
        waiting(Method::GET, "/api/v1/packages", json!({})),
        waiting(Method::GET, "/api/v1/copy", json!({})),
        waiting(Method::GET, "/api/v1/session", json!({})),
        waiting(Method::POST, "/api/v1/users", person),
        waiting(Method::POST, &format!("/api/v1/users/{}/pin", shop.owner.id), json!({})),
        waiting(Method::POST, "/api/v1/pairings", json!({ "kind": "own" })),
        waiting(Method::PUT, "/api/v1/settings", json!({})),
        waiting(Method::POST, "/api/v1/backups", json!({})),
        waiting(Method::POST, "/api/v1/journal/verify", json!({})),
        waiting(Method::POST, "/api/v1/approvals", json!({})),
        waiting(Method::PUT, "/api/v1/session/key", json!({ "key": key.public() })),
        waiting(Method::DELETE, "/api/v1/session", json!({})),
    ];
    for write in &closed {
        key.drain(device, write).await.refused(401, "signed_out");
    }
    key.drain(device, &waiting(Method::POST, MOVES, move_of("1"))).await.ok();
}

/// A device was locked before its key had reached the box, and its last write was done in the moment
/// before the session ended: no key can prove whose it is, and still it is told what became of it.
#[tokio::test]
async fn a_write_that_was_done_is_never_refused_for_want_of_a_key() {
    let shop = Shop::open().await;
    let (id, pin) = shop.person("Tom", "technician").await;
    let (device, device_id) = shop.enrol("shared").await;
    let tom = Person { id, pin, device, device_id };
    tom.sign_in().await;
    let session = tom.device.get("/api/v1/session").await.ok()["session"].clone();
    let session = session.as_str().expect("a session names itself");
    let now = shop.test_box.clock.now();
    let done = Waiting::post(MOVES, move_of("3"), now);
    let undone = Waiting::post(MOVES, move_of("1"), now);
    Reply::read(done.ask(&tom.device, session)).await.ok();
    tom.device.delete("/api/v1/session").await;
    let unproven =
        |waiting: &Waiting| waiting.ask(&tom.device, session).header("Signature", "AAAA");
    let again = Reply::read(unproven(&done)).await;
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    again.ok();
    Reply::read(unproven(&undone)).await.refused(403, "signature_invalid");
    // Another device has nothing to ask about it.
    let (other, _) = shop.enrol("shared").await;
    let elsewhere = done.ask(&other, session).header("Signature", "AAAA");
    Reply::read(elsewhere).await.refused(403, "not_this_device");
    assert_eq!(shop.held(OLD, BIN_B).await, "3");
}

#[tokio::test]
async fn a_session_has_five_keys_at_most_and_each_is_a_point_of_the_curve() {
    let offline = Offline::begin().await;
    let tablet = &offline.tom.device;
    for _ in 0..4 {
        Key::of(tablet).await;
    }
    assert_eq!(offline.key.register(tablet).await.status, 204, "known already");
    let elsewhere = tablet.ask(Method::PUT, "/api/v1/session/key").header("Written-In", "7");
    let key = json!({ "key": offline.key.public() });
    Reply::read(elsewhere.json(&key)).await.refused(403, "author_signed_out");
    let sixth = Key::new(&offline.key.session);
    sixth.register(tablet).await.refused(409, "too_many_keys");
    let mut compressed = sixth.public();
    compressed.replace_range(0..1, "A");
    for key in ["", "AA", "é", compressed.as_str(), &"A".repeat(87)] {
        let problem = register(tablet, key).await.refused(400, "bad_request");
        assert_eq!(problem["field"], "key", "{key}");
    }
    offline.lock().await;
    sixth.register(tablet).await.refused(401, "signed_out");
}

#[tokio::test]
async fn a_key_comes_only_in_the_session_it_is_of() {
    let offline = Offline::begin().await;
    let device = &offline.tom.device;
    let earlier = offline.key.session.clone();
    // Signed in again, the same person has another session.
    offline.lock().await;
    offline.tom.sign_in().await;
    let key = Key::new(&earlier);
    let ask = device
        .ask(Method::PUT, "/api/v1/session/key")
        .header("Written-In", &earlier)
        .json(&json!({ "key": key.public() }));
    Reply::read(ask).await.refused(409, "other_session");
    let now = device.get("/api/v1/session").await.ok()["session"].as_str().unwrap().to_owned();
    let ask = device
        .ask(Method::PUT, "/api/v1/session/key")
        .header("Written-In", &now)
        .json(&json!({ "key": key.public() }));
    assert_eq!(Reply::read(ask).await.status, 204);
}

#[tokio::test]
async fn keys_are_kept_while_something_written_with_them_may_still_come() {
    let offline = Offline::begin().await;
    let forget = || offline.shop.test_box.store().write(author::purge);
    offline.later_s(60 * 24 * 3600);
    assert_eq!(forget().await.unwrap(), 0);
    offline.later_s(12 * 3600 + 60);
    assert_eq!(forget().await.unwrap(), 1);
}
