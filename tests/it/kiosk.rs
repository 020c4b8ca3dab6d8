//! Signing in on a wall screen: by badge and PIN, for a minute.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::shop::Shop;
use crate::support::{Device, Reply};

struct Wall {
    shop: Shop,
    kiosk: Device,
    tom: i64,
    pin: String,
    badge: String,
}

impl Wall {
    async fn begin() -> Self {
        let shop = Shop::open().await;
        let (tom, pin) = shop.person("Tom", "technician").await;
        let (kiosk, _) = shop.enrol("kiosk").await;
        let badge = badge_of(&shop, tom).await;
        Self { shop, kiosk, tom, pin, badge }
    }

    async fn sign_in(&self, input: Value) -> Reply {
        let mut whole = json!({ "user": self.tom, "pin": self.pin });
        whole.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
        self.kiosk.post("/api/v1/session", whole).await
    }

    fn wrong_pin(&self) -> &'static str {
        if self.pin == "402913" { "402914" } else { "402913" }
    }
}

/// What a scanner reads from a person's badge.
async fn badge_of(shop: &Shop, person: i64) -> String {
    let users = shop.owner.device.get("/api/v1/users").await.ok();
    let users = users["users"].as_array().unwrap().clone();
    let user = users.iter().find(|user| user["id"] == person).unwrap();
    format!("HTTPS://BOX.LOCAL/B/{}", user["badge_code"].as_str().unwrap())
}

#[tokio::test]
async fn a_badge_and_a_pin_sign_in_for_a_minute() {
    let wall = Wall::begin().await;
    // The badge says whose PIN to ask for, and nothing else is told before.
    let path =
        reqwest::Url::parse_with_params(&wall.kiosk.origin, [("text", &wall.badge)]).unwrap();
    let path = format!("/api/v1/resolve?{}", path.query().unwrap());
    let who = wall.kiosk.get(&path).await.ok();
    assert_eq!((&who["kind"], &who["user"]["id"]), (&json!("user"), &json!(wall.tom)));
    wall.kiosk.get("/api/v1/resolve?text=GUM-10").await.refused(401, "signed_out");
    wall.kiosk.get("/api/v1/people").await.refused(403, "forbidden");

    let session = wall.sign_in(json!({ "badge": wall.badge })).await.ok();
    assert_eq!((&session["user"]["name"], &session["idle_lock_s"]), (&json!("Tom"), &json!(60)));
    assert_eq!(session["device"]["kind"], "kiosk");
    wall.kiosk.get("/api/v1/packages").await.ok();
    wall.shop.test_box.later_s(59);
    wall.kiosk.get("/api/v1/session").await.ok();
    wall.shop.test_box.later_s(61);
    wall.kiosk.get("/api/v1/session").await.refused(401, "signed_out");
    wall.kiosk.get("/api/v1/board").await.ok();
}

#[tokio::test]
async fn a_kiosk_wants_the_badge_and_it_must_be_theirs() {
    let wall = Wall::begin().await;
    wall.sign_in(json!({})).await.refused(409, "badge_needed");
    let (ana, _) = wall.shop.person("Ana", "technician").await;
    let other = badge_of(&wall.shop, ana).await;
    let mut left = 5;
    for badge in [other.as_str(), "", "HTTPS://BOX.LOCAL/B/NONSENSE", "R7K2QF"] {
        left -= 1;
        let problem = wall.sign_in(json!({ "badge": badge })).await.refused(409, "wrong_pin");
        assert_eq!(problem["attempts_left"], left, "{badge}: as a wrong PIN");
    }
    let wrong = json!({ "badge": wall.badge, "pin": wall.wrong_pin() });
    wall.sign_in(wrong).await.refused(409, "wrong_pin");
    wall.sign_in(json!({ "badge": wall.badge })).await.refused(429, "too_many_requests");
    wall.shop.test_box.later_s(31);
    wall.sign_in(json!({ "badge": wall.badge })).await.ok();
}

#[tokio::test]
async fn elsewhere_a_badge_is_not_needed_and_counts_where_it_is_given() {
    let wall = Wall::begin().await;
    let (tablet, _) = wall.shop.enrol("shared").await;
    let sign_in = |badge: Value| {
        let input = json!({ "user": wall.tom, "pin": wall.pin, "badge": badge });
        let tablet = tablet.clone();
        async move { tablet.post("/api/v1/session", input).await }
    };
    sign_in(Value::Null).await.ok();
    sign_in(wall.badge.to_lowercase().into()).await.ok();
    let other = badge_of(&wall.shop, wall.shop.owner.id).await;
    sign_in(other.into()).await.refused(409, "wrong_pin");
}

#[tokio::test]
async fn a_badge_is_printed_by_whoever_sees_to_people() {
    let wall = Wall::begin().await;
    let path = format!("/api/v1/users/{}/badge.pdf", wall.tom);
    let page = wall.shop.owner.device.get(&path).await;
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("application/pdf")));
    assert!(page.bytes.starts_with(b"%PDF"));
    wall.sign_in(json!({ "badge": wall.badge })).await.ok();
    wall.kiosk.get(&path).await.refused(403, "forbidden");
    let owner = &wall.shop.owner.device;
    owner.get("/api/v1/users/999/badge.pdf").await.refused(404, "not_found");
    let odd = Reply::read(owner.ask(Method::GET, &format!("{path}?paper=a3"))).await;
    odd.refused(400, "bad_request");
}
