//! What leaves the box: every alert once to a webhook and by mail, whatever the world does meanwhile, and no
//! secret of it anywhere else.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Method;
use ring::hmac;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::receiving::{Dock, HUNDRED, manifest};
use crate::support::Device;
use crate::support::outside::{Mood, Outside, Told};

const DAY_S: i64 = 86_400;

async fn set_webhook(owner: &Device, port: u16) -> String {
    let url = format!("http://127.0.0.1:{port}/alerts?store=5");
    let set = owner.put("/api/v1/channels/webhook", json!({ "url": url })).await.ok();
    set["key"].as_str().expect("a new key").to_owned()
}

fn mail(port: u16) -> Value {
    json!({
        "host": "127.0.0.1", "port": port, "security": "none", "from": "box@greenleaf.example",
        "to": ["manager@greenleaf.example", "compliance@greenleaf.example"],
    })
}

/// What stands of a channel once it is so.
async fn standing(owner: &Device, kind: &str, so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..400 {
        let standing = owner.get("/api/v1/channels").await.ok()[kind]["standing"].clone();
        if so(&standing) {
            return standing;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{}", owner.get("/api/v1/channels").await.text());
}

/// How many entries of a kind the journal has.
async fn noted(owner: &Device, kind: &str) -> usize {
    let journal = owner.get("/api/v1/journal?limit=50").await.ok();
    journal["entries"].as_array().unwrap().iter().filter(|one| one["kind"] == kind).count()
}

/// As a receiver checks it.
fn is_signed(told: &Told, key: &str) -> bool {
    let key = BASE64.decode(key.strip_prefix("whsec_").unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let (id, at) = (told.header("webhook-id"), told.header("webhook-timestamp"));
    let signature = told.header("webhook-signature");
    let signature = BASE64.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
    hmac::verify(&key, format!("{id}.{at}.{}", told.body).as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn an_alert_leaves_the_box_once_on_every_channel() {
    let dock = Dock::open().await;
    let (hook, post) = (Outside::http().await, Outside::mail().await);
    let owner = &dock.shop.owner.device;
    let id = dock.arrived(&manifest()).await;
    let key = set_webhook(owner, hook.port).await;
    let mut spanish = mail(post.port);
    spanish["language"] = json!("es");
    owner.put("/api/v1/channels/email", json!({ "email": spanish })).await.ok();
    dock.counts(id, HUNDRED, "99").await.ok();
    let alert = owner.get("/api/v1/alerts").await.ok()["alerts"][0].clone();
    let case = owner.get(&format!("/api/v1/cases/{}", alert["case"])).await.ok()["case"].clone();

    let told = hook.was_told(1).await.remove(0);
    assert_eq!(told.head[0], "POST /alerts?store=5 HTTP/1.1");
    assert!(is_signed(&told, &key));
    assert!(!is_signed(&Told { body: told.body.replace("99", "98"), ..told.clone() }, &key));
    let said: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(said["type"], "alert.discrepancy");
    assert_eq!(said["data"]["store"], "Greenleaf");
    assert_eq!(said["data"]["title"], alert["title"]["en"]);
    assert_eq!((&said["data"]["case"], &said["data"]["due"]), (&case["code"], &case["due"]));

    let told = post.was_told(1).await.remove(0);
    assert_eq!(told.head.len(), 3, "one to each: {:?}", told.head);
    assert!(told.head[2].contains("compliance@greenleaf.example"), "{:?}", told.head);
    let text = &told.body;
    assert!(text.contains("Subject: Greenleaf: ") && text.contains("Message-ID: <"), "{text}");
    assert!(text.contains(&format!("Caso: {}", case["code"].as_str().unwrap())), "{text}");
    for kind in ["webhook", "email"] {
        let stands = standing(owner, kind, |one| one["waiting"] == 0).await;
        assert!(stands["taken_at"].is_string() && stands["fault"].is_null(), "{stands}");
    }
    // Once: nothing more comes, and both stand in the books.
    dock.shop.test_box.later_s(3 * DAY_S);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!((hook.told().len(), post.told().len()), (1, 1));
    dock.shop.owner.sign_in().await;
    assert_eq!(noted(owner, "notice_taken").await, 2);
}

#[tokio::test]
async fn what_was_refused_lost_or_left_in_silence_comes_again_under_its_own_id() {
    let dock = Dock::open().await;
    let hook = Outside::http().await;
    let owner = &dock.shop.owner.device;
    set_webhook(owner, hook.port).await;
    hook.is(Mood::Refuses);
    owner.post_nothing("/api/v1/channels/webhook/test").await.ok();
    hook.was_told(1).await;
    let stands = standing(owner, "webhook", |one| one["fault"] == "refused").await;
    assert_eq!(
        (&stands["waiting"], &stands["said"]),
        (&json!(1), &json!("503 Service Unavailable"))
    );
    hook.is(Mood::LosesAnswer);
    dock.shop.test_box.later_s(5);
    hook.was_told(2).await;
    standing(owner, "webhook", |one| one["fault"] == "not_reached").await;
    hook.is(Mood::Stalls);
    dock.shop.test_box.later_s(30);
    hook.was_told(3).await;
    standing(owner, "webhook", |one| one["fault"] == "timed_out").await;
    hook.is(Mood::Takes);
    dock.shop.test_box.later_s(120);
    let told = hook.was_told(4).await;
    standing(owner, "webhook", |one| one["waiting"] == 0 && one["fault"].is_null()).await;
    let ids: Vec<_> = told.iter().map(|one| one.header("webhook-id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "one message: {ids:?}");
}

#[tokio::test]
async fn mail_that_its_server_refuses_is_said_and_tried_again() {
    let dock = Dock::open().await;
    let post = Outside::mail().await;
    let owner = &dock.shop.owner.device;
    owner.put("/api/v1/channels/email", json!({ "email": mail(post.port) })).await.ok();
    post.is(Mood::Refuses);
    owner.post_nothing("/api/v1/channels/email/test").await.ok();
    let stands = standing(owner, "email", |one| one["fault"] == "refused").await;
    assert!(stands["said"].as_str().unwrap().contains("No such mailbox"), "{stands}");
    post.is(Mood::Takes);
    dock.shop.test_box.later_s(5);
    post.was_told(1).await;
    standing(owner, "email", |one| one["waiting"] == 0).await;
}

#[tokio::test]
async fn it_waits_while_nobody_is_there_and_is_given_up_after_three_days() {
    let mut dock = Dock::open().await;
    let hook = Outside::http().await;
    let port = hook.port;
    drop(hook);
    let owner = dock.shop.owner.device.clone();
    set_webhook(&owner, port).await;
    owner.post_nothing("/api/v1/channels/webhook/test").await.ok();
    let id = dock.arrived(&manifest()).await;
    dock.counts(id, HUNDRED, "99").await.ok();
    standing(&owner, "webhook", |one| one["fault"] == "not_reached" && one["waiting"] == 2).await;
    // Neither the power nor the people make it forget.
    dock.shop.test_box.restart().await;
    standing(&owner, "webhook", |one| one["waiting"] == 2).await;
    dock.shop.test_box.later_s(3 * DAY_S);
    dock.shop.owner.sign_in().await;
    let stands = standing(&owner, "webhook", |one| one["given_up"] == 1).await;
    assert_eq!(stands["fault"], "not_reached");
    assert_eq!(noted(&owner, "notice_given_up").await, 1);
}

#[tokio::test]
async fn a_server_that_the_world_does_not_trust_is_told_nothing() {
    let dock = Dock::open().await;
    let owner = &dock.shop.owner.device;
    // The box itself: its root is no public one.
    let url = format!("https://127.0.0.1:{}/", dock.shop.test_box.reach().https.port());
    owner.put("/api/v1/channels/webhook", json!({ "url": url })).await.ok();
    owner.post_nothing("/api/v1/channels/webhook/test").await.ok();
    standing(owner, "webhook", |one| one["fault"] == "untrusted").await;
}

#[tokio::test]
async fn a_channel_is_changed_as_it_was_seen_and_taken_away_with_all_it_held() {
    let dock = Dock::open().await;
    let owner = &dock.shop.owner.device;
    let path = "/api/v1/channels/webhook";
    let wrong = owner.put(path, json!({ "url": "http://example.com/hook" })).await;
    assert_eq!(wrong.refused(400, "bad_request")["field"], "url");
    owner.post_nothing("/api/v1/channels/webhook/test").await.refused(404, "not_found");
    // The key is shown to whoever made it, again where the answer was lost, and to nobody else.
    let key = Uuid::now_v7();
    let input = json!({ "url": "http://127.0.0.1:9/hook" });
    let set = owner.write(Method::PUT, key, path, input.clone()).await.ok();
    assert_eq!(owner.write(Method::PUT, key, path, input).await.ok(), set);
    let secret = set["key"].as_str().unwrap();
    for path in ["/api/v1/channels", "/api/v1/journal?limit=50"] {
        assert!(!owner.get(path).await.text().contains(secret), "{path}");
    }
    let moved = json!({ "url": "http://127.0.0.1:9/other" });
    owner.put(path, moved.clone()).await.refused(409, "changed_meanwhile");
    let mut moved = moved;
    moved["version"] = set["channel"]["version"].clone();
    assert_eq!(owner.put(path, moved.clone()).await.ok()["key"], Value::Null, "it signs as before");
    moved["version"] = 2.into();
    moved["new_key"] = true.into();
    let renewed = owner.put(path, moved).await.ok();
    assert!(renewed["key"].is_string() && renewed["key"] != secret);
    owner.post_nothing("/api/v1/channels/webhook/test").await.ok();
    let left = owner.delete(path).await.ok();
    assert_eq!(left["webhook"], Value::Null);
    owner.delete(path).await.refused(404, "not_found");
    // A password goes to no other server than it was given for.
    let path = "/api/v1/channels/email";
    let mut email = mail(25);
    (email["host"], email["security"]) = ("smtp.example.com".into(), "tls".into());
    email["user"] = "box".into();
    let set = owner.put(path, json!({ "email": email, "password": "tide pool" })).await.ok();
    assert_eq!(set["has_password"], true);
    assert!(!owner.get("/api/v1/channels").await.text().contains("tide pool"));
    assert!(!owner.get("/api/v1/journal?limit=50").await.text().contains("tide pool"));
    email["host"] = "smtp.example.org".into();
    let elsewhere = json!({ "email": email, "version": 1 });
    assert_eq!(owner.put(path, elsewhere).await.refused(400, "bad_request")["field"], "password");
    let unsafe_port = json!({ "email": mail(0), "password": "", "version": 1 });
    assert_eq!(owner.put(path, unsafe_port).await.refused(400, "bad_request")["field"], "port");
    // Who may not see to the settings sees nothing of it.
    dock.tom.device.get("/api/v1/channels").await.refused(403, "forbidden");
}
