//! Online orders as they come in: messages that prove themselves, the same order again, lines that nobody
//! guesses, promises, and customers who are forgotten.

mod file;
mod folder;
mod forgetting;
mod intake;
mod killed;
mod matching;
mod promised;
mod promises;
mod walks;

use backstock::store::{StoreError, Tx};
use ring::hmac;
use serde_json::{Value, json};

use crate::support::shop::{Person, Shop};
use crate::support::{Device, Reply};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Method;
use uuid::Uuid;

pub const WEEDMAPS: &str = include_str!("../data/orders/weedmaps.json");
pub const JANE: &str = include_str!("../data/orders/jane.json");

pub fn id(of: &Value) -> i64 {
    of["id"].as_i64().expect("an id")
}

/// A shop whose technician is Tia.
pub async fn shop() -> (Shop, Person) {
    let shop = Shop::open().await;
    let tia = shop.hire("Tia", "technician").await;
    (shop, tia)
}

/// A source with a secret.
pub struct Source {
    pub id: i64,
    pub slug: String,
    pub secret: String,
}

pub async fn source(shop: &Shop, slug: &str, format: &str, proof: &str) -> Source {
    let owner = &shop.owner.device;
    let input = json!({ "slug": slug, "name": slug, "format": format, "proof": proof });
    let made = owner.post("/api/v1/order-sources", input).await.ok();
    let secret = if proof == "none" {
        String::new()
    } else {
        let path = format!("/api/v1/order-sources/{}/secret", id(&made));
        owner.post_nothing(&path).await.ok()["secret"].as_str().unwrap().to_owned()
    };
    Source { id: id(&made), slug: slug.into(), secret }
}

impl Source {
    pub fn signature(&self, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        BASE64.encode(hmac::sign(&key, body.as_bytes()))
    }

    /// Hands a body in as the source would, signed.
    pub async fn sends(&self, device: &Device, body: &str) -> Reply {
        self.sends_as(device, body, &[("Signature", self.signature(body))]).await
    }

    pub async fn sends_as(&self, device: &Device, body: &str, said: &[(&str, String)]) -> Reply {
        let path = format!("/api/v1/orders/intake/{}", self.slug);
        let ask = device.ask_bare(Method::POST, &path).header("Content-Type", "application/json");
        let ask = said.iter().fold(ask, |ask, (name, value)| ask.header(*name, value));
        Reply::read(ask.body(body.to_owned())).await
    }
}

/// One order of our own format.
pub fn order(external: &str, lines: &[(&str, i64)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(name, quantity)| json!({ "name": name, "quantity": quantity }))
        .collect();
    json!({
        "id": external, "number": format!("N-{external}"),
        "customer": { "first": "Maria", "last": "Quintanilla" }, "phone": "+1 510 555 4821",
        "lines": lines,
    })
}

/// Hands in a file of orders by a person's device.
pub async fn file(person: &Person, source: &Source, body: &str) -> Reply {
    file_again(person, source, body, Uuid::now_v7()).await
}

/// Hands in a file that may have been handed in before.
pub async fn file_again(person: &Person, source: &Source, body: &str, key: Uuid) -> Reply {
    let ask = person
        .device
        .ask(Method::POST, &format!("/api/v1/orders/file?source={}", source.id))
        .header("Idempotency-Key", key.to_string())
        .header("Content-Type", "application/octet-stream");
    Reply::read(ask.body(body.to_owned())).await
}

pub async fn enters(person: &Person, lines: &[(i64, &str)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(product, quantity)| json!({ "product": product, "quantity": quantity }))
        .collect();
    let input = json!({ "customer_first": "Ana", "customer_last": "Lopez", "way": "pickup", "lines": lines });
    person.device.post("/api/v1/orders", input).await.ok()
}

/// Forgets the customers whose time is over; of how many orders.
pub async fn forgets(shop: &Shop) -> usize {
    let pepper = shop.test_box.state().access.pins.pepper().clone();
    let purge = move |tx: &Tx<'_>| backstock::workflow::ordering::purge(tx, &pepper);
    shop.test_box.store().write(purge).await.expect("the customers are forgotten")
}

/// What a query counts in the books.
pub fn number(shop: &Shop, sql: &str) -> i64 {
    let store = shop.test_box.store();
    let read = store.read_blocking::<_, StoreError, _>(|db| Ok(db.one(sql, [], |row| row.get(0))?));
    read.expect("a number")
}

pub async fn live(person: &Person) -> Vec<Value> {
    let list = person.device.get("/api/v1/orders").await.ok();
    list["orders"].as_array().expect("orders").clone()
}

pub async fn look(person: &Person, order: i64) -> Value {
    person.device.get(&format!("/api/v1/orders/{order}")).await.ok()
}
