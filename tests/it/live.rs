//! Live streams: what is told to whom, resuming, and ending.

use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Device, TestBox};

/// A stream being read, event by event.
struct Heard {
    body: Pin<Box<dyn Stream<Item = reqwest::Result<bytes::Bytes>>>>,
    text: String,
    /// The newest id: what a browser resumes with.
    id: String,
}

impl Heard {
    async fn of(device: &Device, last: Option<&str>) -> Self {
        Self::at("/api/v1/live", device, last).await
    }

    async fn at(path: &str, device: &Device, last: Option<&str>) -> Self {
        let mut ask = device.ask(Method::GET, path);
        if let Some(last) = last {
            ask = ask.header("Last-Event-ID", last);
        }
        let answer = device.open(ask).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["Content-Type"], "text/event-stream");
        let body = Box::pin(answer.bytes_stream());
        Self { body, text: String::new(), id: String::new() }
    }

    /// The next event: its name and data. Ids and comments on the way are taken along; nothing where
    /// the stream ended.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim_start_matches([':', ' ']).to_owned())
                };
                self.id = field("id:").unwrap_or_else(|| self.id.clone());
                if let (Some(event), Some(data)) = (field("event:"), field("data:")) {
                    return Some((event, serde_json::from_str(&data).unwrap()));
                }
            }
            let more = tokio::time::timeout(Duration::from_secs(10), self.body.next()).await;
            let more = more.expect("nothing was heard for ten seconds")?;
            self.text += std::str::from_utf8(&more.unwrap()).unwrap();
        }
    }

    /// Reads what a new stream begins with: its place, and no event.
    async fn begun(&mut self) {
        while !self.text.contains("id: ") {
            let more = self.body.next().await.unwrap().unwrap();
            self.text += std::str::from_utf8(&more).unwrap();
        }
    }
}

struct Claimed {
    test_box: TestBox,
    owner: Device,
}

impl Claimed {
    async fn start() -> Self {
        let test_box = TestBox::start().await;
        let owner = test_box.stranger();
        let code = test_box.state().access.setup.open(test_box.clock.now()).dashed();
        let input = json!({
            "code": code, "store_name": "Green Leaf", "zone": "America/Los_Angeles",
            "jurisdiction": "CA", "owner_name": "Olga", "device_name": "Phone", "language": "en",
        });
        owner.post("/api/v1/claim", input).await.ok();
        Self { test_box, owner }
    }

    /// A person of a role, signed in on a device of their own; the device's id.
    async fn signed_in(&self, name: &str, role: &str) -> (Device, i64) {
        let expires = (role == "auditor").then(|| {
            let day = self.test_box.clock.now().plus_s(30 * 86_400).utc().date_naive();
            day.to_string()
        });
        let input = json!({ "name": name, "role": role, "language": "en", "expires": expires });
        let added = self.owner.post("/api/v1/users", input).await.ok();
        let (device, id) = self.paired("own").await;
        let who = json!({ "user": added["user"]["id"], "pin": added["pin"] });
        device.post("/api/v1/session", who).await.ok();
        (device, id)
    }

    async fn paired(&self, kind: &str) -> (Device, i64) {
        let invited = self.owner.post("/api/v1/pairings", json!({ "kind": kind })).await.ok();
        let device = self.test_box.stranger();
        let answer = device.post("/api/v1/pair", json!({ "secret": invited["url"] })).await.ok();
        (device, answer["id"].as_i64().unwrap())
    }

    async fn bin(&self, name: &str) {
        let input = json!({ "name": name, "kind": "bin", "area": "Vault", "walk": 1,
            "pos_room": null, "active": true });
        self.owner.post("/api/v1/places", input).await.ok();
    }
}

#[tokio::test]
async fn a_change_is_told_at_once_and_a_stream_resumes_without_loss() {
    let shop = Claimed::start().await;
    let (device, _) = shop.signed_in("Tom", "technician").await;
    let mut heard = Heard::of(&device, None).await;
    heard.begun().await;
    shop.bin("A1").await;
    let (event, data) = heard.next().await.unwrap();
    assert_eq!((event.as_str(), &data["topics"]), ("change", &json!(["places"])));
    assert_eq!(data["ids"]["places"].as_array().map(Vec::len), Some(1));
    let last = heard.id.clone();
    assert!(last.ends_with(&format!("-{}", data["seq"])), "{last}");
    drop(heard);
    shop.bin("A2").await;
    shop.bin("A3").await;
    let mut again = Heard::of(&device, Some(&last)).await;
    let seq = data["seq"].as_i64().unwrap();
    for expected in [seq, seq + 1, seq + 2] {
        let (event, data) = again.next().await.unwrap();
        assert_eq!((event.as_str(), data["seq"].as_i64()), ("change", Some(expected)));
    }
}

#[tokio::test]
async fn a_device_that_kept_a_copy_hears_what_it_missed() {
    let shop = Claimed::start().await;
    let (device, _) = shop.signed_in("Tom", "technician").await;
    let copy = device.get("/api/v1/copy").await.ok();
    let position = copy["position"].as_str().unwrap();
    shop.bin("A1").await;
    let path = format!("/api/v1/live?after={position}");
    let mut heard = Heard::at(&path, &device, None).await;
    let place = loop {
        let (event, data) = heard.next().await.unwrap();
        assert_eq!(event, "change");
        if let Some(ids) = data["ids"]["places"].as_array() {
            break ids[0].clone();
        }
    };
    let copy = device.get("/api/v1/copy").await.ok();
    assert_eq!(copy["places"][0]["id"], place);
    assert_eq!(copy["position"], heard.id, "the newest change is in it");
    // The header is what a browser goes on from by itself: it wins.
    let mut unknown = Heard::at("/api/v1/live?after=9-1", &device, Some(&heard.id)).await;
    assert_eq!(unknown.next().await.unwrap().0, "change");
    let mut reset = Heard::at("/api/v1/live?after=9-1", &device, None).await;
    assert_eq!(reset.next().await.unwrap(), ("reset".into(), json!({})));
}

#[tokio::test]
async fn what_cannot_be_known_any_more_is_a_reset() {
    let mut shop = Claimed::start().await;
    let (device, _) = shop.signed_in("Tom", "technician").await;
    let mut heard = Heard::of(&device, None).await;
    heard.begun().await;
    shop.bin("A1").await;
    heard.next().await.unwrap();
    let (last, other_epoch) = (heard.id.clone(), format!("9{}", heard.id));
    let mut reset = Heard::of(&device, Some(&other_epoch)).await;
    assert_eq!(reset.next().await.unwrap(), ("reset".into(), json!({})));
    drop((heard, reset));
    // A restart with nothing new is no reset, one after which something was missed is.
    shop.test_box.restart().await;
    let mut same = Heard::of(&device, Some(&last)).await;
    shop.bin("A2").await;
    assert_eq!(same.next().await.unwrap().0, "change");
    drop(same);
    shop.test_box.restart().await;
    let mut missed = Heard::of(&device, Some(&last)).await;
    assert_eq!(missed.next().await.unwrap().0, "reset");
}

#[tokio::test]
async fn nobody_hears_of_what_they_may_not_see() {
    let shop = Claimed::start().await;
    let (auditor, _) = shop.signed_in("Aud", "auditor").await;
    let (kiosk, _) = shop.paired("kiosk").await;
    let (mut books, mut board) = (Heard::of(&auditor, None).await, Heard::of(&kiosk, None).await);
    books.begun().await;
    board.begun().await;
    // People and devices change, which neither may see; then a place, which the auditor may.
    shop.signed_in("Bud", "budtender").await;
    shop.bin("A1").await;
    let (_, data) = books.next().await.unwrap();
    assert_eq!(data["topics"], json!(["places"]));
    let silent = tokio::time::timeout(Duration::from_millis(300), board.next()).await;
    assert!(silent.is_err(), "a kiosk hears of requests and picks alone: {silent:?}");
}

#[tokio::test]
async fn a_stream_ends_with_its_device_its_session_and_the_box() {
    let mut shop = Claimed::start().await;
    let (tom, tom_device) = shop.signed_in("Tom", "technician").await;
    let (ann, _) = shop.signed_in("Ann", "technician").await;
    let (bea, _) = shop.signed_in("Bea", "budtender").await;
    let mut streams = Vec::new();
    for device in [&tom, &ann, &bea] {
        let mut heard = Heard::of(device, None).await;
        heard.begun().await;
        streams.push(heard);
    }
    let ended = |why: &str| Some(("ended".to_owned(), json!({ "why": why })));
    shop.owner.post_nothing(&format!("/api/v1/devices/{tom_device}/revoke")).await.ok();
    assert_eq!(streams[0].next().await, ended("revoked"));
    assert_eq!(streams[0].next().await, None);
    let out = ann.delete("/api/v1/session").await;
    assert!(out.status < 300, "{}", out.text());
    assert_eq!(streams[1].next().await, ended("signed_out"));
    shop.test_box.stop();
    assert_eq!(streams[2].next().await, ended("stopping"));
    assert_eq!(streams[2].next().await, None);
}

#[tokio::test]
async fn the_fifth_stream_of_a_device_takes_the_place_of_the_first() {
    let shop = Claimed::start().await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        let mut heard = Heard::of(&shop.owner, None).await;
        heard.begun().await;
        streams.push(heard);
    }
    assert_eq!(streams[0].next().await, None);
    let health = shop.owner.get("/healthz").await.ok();
    assert_eq!(health["live_streams"], 4);
}
