//! Blind means blind: while somebody counts, the book's figure is in nothing that reaches them.

use backstock::api::routes::table;
use backstock::domain::id::{PackageId, PlaceId};
use backstock::domain::place::Account;
use backstock::domain::quantity::Amount;
use backstock::ledger::{Actor, Entry, Movement};
use backstock::store::StoreError;
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::json;

use super::Hall;
use crate::support::shop::{BIN_A, BIN_B, FLOOR, GUMMIES, NEW, OLD, Person};

/// A figure that stands nowhere by chance.
const TOLD: i64 = 71_317;

impl Hall {
    /// Puts a telling number of old gummies into bin A, and has the other books tell it too.
    async fn tells(&self) {
        let read = self.shop.test_box.store().write(|tx| -> Result<_, StoreError> {
            let by = Actor::system();
            let mut entry = Entry::open(tx, &by, "seeded")?;
            let movement = Movement {
                package: PackageId(OLD),
                amount: Amount::whole(TOLD - 20),
                from: Account::Supplier.id(),
                to: PlaceId(BIN_A),
                reverses: None,
            };
            entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
            tx.insert(
                "INSERT INTO reading (package_id, book, amount, unit, at, source, seq)
                 VALUES (?1, 'state', ?2, 'ea', 5, 'file', ?3)",
                [OLD, TOLD * 10_000, entry.seq().0],
            )?;
            entry.seal(&"more")?;
            Ok(())
        });
        read.await.unwrap();
    }

    /// Everything that a person's device can read, asked for: which routes tell.
    async fn telling(&self, who: &Person) -> Vec<String> {
        let mut telling = Vec::new();
        let get = |route: &&backstock::api::routes::Route| {
            route.method.as_str() == "GET" && route.path != "/api/v1/live"
        };
        for route in table().iter().filter(get) {
            for id in ["1", "101", &OLD.to_string(), &BIN_A.to_string(), &FLOOR.to_string()] {
                let path: Vec<_> = route
                    .path
                    .split('/')
                    .map(|part| if part.starts_with('{') { id } else { part })
                    .collect();
                let mut path = path.join("/");
                if route.path == "/api/v1/resolve" {
                    path += "?text=1A4060300000000000000001";
                }
                let reply = loop {
                    let reply = who.device.get(&path).await;
                    // A device is slowed down after a hundred requests a second.
                    if reply.status != 429 {
                        break reply;
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                };
                let text = String::from_utf8_lossy(&reply.bytes).into_owned();
                if text.contains(&TOLD.to_string()) {
                    telling.push(path.clone());
                }
                if !route.path.contains('{') {
                    break;
                }
            }
        }
        // The device may ask again.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        telling
    }
}

#[tokio::test]
async fn nothing_tells_a_counter_what_the_book_has() {
    let hall = Hall::open().await;
    hall.tells().await;
    let maya = hall.shop.hire("Maya", "manager").await;
    // An order that takes all there is, and is short of one: what it is promised is the book's figure.
    let all = json!({ "customer_first": "Ana", "way": "pickup", "lines": [
        { "product": GUMMIES, "quantity": (TOLD + 30).to_string() }] });
    let order = hall.shop.owner.device.post("/api/v1/orders", all).await.ok();
    let promised = order["lines"][0]["promised"].as_str().unwrap().parse::<i64>().unwrap();
    assert!((TOLD..TOLD + 30).contains(&promised), "{order}");
    let look = format!("/api/v1/orders/{}", order["id"]);
    let seen = hall.telling(&maya).await;
    for path in [
        "/api/v1/copy",
        "/api/v1/packages",
        "/api/v1/products",
        "/api/v1/places/101",
        "/api/v1/resolve",
    ] {
        assert!(
            seen.iter().any(|one| one.starts_with(path)),
            "{path} tells of the book at all: {seen:?}"
        );
    }
    for scope in [
        json!({ "places": [BIN_A] }),
        json!({ "products": [GUMMIES] }),
        json!({ "categories": ["edible"] }),
    ] {
        let count = hall.starts(&maya, scope.clone()).await;
        assert_eq!(hall.telling(&maya).await, Vec::<String>::new(), "{scope}");
        assert!(!hall.telling(&hall.tom).await.is_empty(), "who does not count sees the book");
        let order = maya.device.get(&look).await.ok();
        assert_eq!((&order["lines"][0]["promised"], &order["short"]), (&json!("0"), &json!(false)));
        // Nor does it come in a refusal, or in the answer of a write.
        let much = json!({ "package": OLD, "from": BIN_A, "to": BIN_B,
                           "quantity": { "value": "99999", "unit": "ea" } });
        let refused = maya.device.post("/api/v1/moves", much).await.refused(409, "not_enough");
        assert!(!refused.to_string().contains(&TOLD.to_string()), "{refused}");
        let few = json!({ "package": OLD, "from": BIN_A, "to": BIN_B, "quantity": { "value": "2", "unit": "ea" } });
        let moved = maya.device.post("/api/v1/moves", few).await.ok();
        assert_eq!((&moved["left"], &moved["now"]), (&json!(null), &json!(null)));
        maya.device.post(&format!("/api/v1/moves/{}/undo", moved["seq"]), json!({})).await.ok();
        let less = json!({ "place": BIN_A, "quantity": { "value": "1", "unit": "ea" } });
        let refused = maya
            .device
            .post(&format!("/api/v1/packages/{OLD}/found"), less)
            .await
            .refused(409, "already_here");
        assert!(!refused.to_string().contains(&TOLD.to_string()), "{refused}");
        let why = json!({ "why": "Another scope" });
        maya.device.post(&format!("/api/v1/counts/{count}/cancel"), why).await.ok();
        assert!(!hall.telling(&maya).await.is_empty(), "over is over");
    }
}

#[tokio::test]
async fn a_device_on_which_somebody_counts_tells_nobody() {
    let hall = Hall::open().await;
    hall.tells().await;
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A] })).await;
    // Tia takes the tablet: what she were shown, Tom could read.
    let body = json!({ "user": hall.tia.id, "pin": hall.tia.pin });
    hall.tom.device.post("/api/v1/session", body).await.ok();
    assert_eq!(hall.telling(&hall.tom).await, Vec::<String>::new());
    // And Tom on another device is as blind.
    let (other, _) = hall.shop.enrol("own").await;
    let other = Person { id: hall.tom.id, pin: hall.tom.pin.clone(), device: other, device_id: 0 };
    other.sign_in().await;
    assert_eq!(hall.telling(&other).await, Vec::<String>::new());
    let copy = other.device.get("/api/v1/copy").await.ok();
    let old = copy["packages"].as_array().unwrap().iter().find(|one| one["id"] == OLD).unwrap();
    assert_eq!((&old["held"], &old["hidden"]), (&json!([]), &json!(true)));
    let new = copy["packages"].as_array().unwrap().iter().find(|one| one["id"] == NEW).unwrap();
    assert_eq!(new["hidden"], true, "the rest of its product would tell by subtraction");
    // He counts only where he joined.
    hall.begins(&other, count, BIN_A).await.refused(409, "not_joined");
}

#[tokio::test]
async fn events_and_papers_hold_no_figure() {
    let hall = Hall::open().await;
    hall.tells().await;
    let live = hall.tom.device.open(hall.tom.device.ask(Method::GET, "/api/v1/live")).await;
    let mut stream = live.bytes_stream();
    let count = hall.starts(&hall.tom, json!({ "places": [BIN_A] })).await;
    let sheet = hall.tom.device.get(&format!("/api/v1/counts/{count}/sheet.pdf")).await;
    assert!(sheet.bytes.starts_with(b"%PDF-"));
    assert!(!sheet.text().contains(&TOLD.to_string()));
    hall.tom
        .device
        .get(&format!("/api/v1/counts/{count}/report.pdf"))
        .await
        .refused(409, "being_counted");
    let few = json!({ "package": OLD, "from": BIN_A, "to": BIN_B, "quantity": { "value": "2", "unit": "ea" } });
    hall.tia.device.post("/api/v1/moves", few).await.ok();
    let mut heard = String::new();
    while !heard.contains("stock") {
        let bytes = stream.next().await.expect("an event").unwrap();
        heard += &String::from_utf8_lossy(&bytes);
    }
    assert!(heard.contains("counts"), "{heard}");
    assert!(
        !heard.contains(&TOLD.to_string()) && !heard.contains(&(TOLD - 2).to_string()),
        "{heard}"
    );
}
