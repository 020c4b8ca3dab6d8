//! Over HTTP and TLS: installing, who gets which certificate, hosts and origins, and what stays.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::line::{Line, der};
use crate::support::authority::{Authority, Issued, STORE};
use crate::support::shop::Shop;
use crate::support::{Device, Reach, Reply};

const PATH: &str = "/api/v1/certificate";
const DAY_S: i64 = 86_400;

/// A chain of three, and a shop whose owner installed it.
pub struct Chain {
    pub root: Authority,
    pub middle: Authority,
    pub issued: Issued,
}

impl Chain {
    pub fn new() -> Self {
        let root = Authority::root("Test Root");
        let middle = root.under("Test R3");
        let issued = middle.issue();
        Self { root, middle, issued }
    }

    pub fn text(&self) -> String {
        format!("{}{}", self.issued.certificate, self.middle.pem())
    }

    pub fn input(&self) -> Value {
        json!({ "certificate": self.text(), "key": self.issued.key })
    }
}

impl Shop {
    async fn installs(&self, chain: &Chain) -> Value {
        self.owner.device.put(PATH, chain.input()).await.ok()
    }

    async fn facts(&self) -> Value {
        self.owner.device.get(PATH).await.ok()
    }

    /// The same once the box's own leaf has the store's name: it gets it a moment after the claim.
    async fn settled_facts(&self) -> Value {
        let settled = async {
            loop {
                let facts = self.facts().await;
                let names = facts["own"]["names"].as_array().unwrap();
                if names.iter().any(|name| name == "greenleaf.local") {
                    return facts;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), settled).await.expect("the store's name")
    }

    fn kept(&self) -> Vec<PathBuf> {
        kept(&self.test_box.config.r#box.data_dir)
    }

    async fn line(&self, name: &str, root_pem: &str) -> Result<Line, String> {
        Line::open(self.test_box.reach().https, name, root_pem).await
    }
}

/// What lies in the folder of brought certificates.
pub fn kept(data: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(data.join("tls/brought")) else { return vec![] };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The box by the store's own name, for a browser that trusts only public roots.
fn by_name(reach: &Reach, root_pem: &str) -> Reach {
    Reach {
        host: STORE.into(),
        origin: format!("https://{STORE}:{}", reach.https.port()),
        root_pem: root_pem.into(),
        ..reach.clone()
    }
}

#[tokio::test]
async fn its_names_get_it_and_everybody_else_the_own_leaf() {
    let shop = Shop::open().await;
    let chain = Chain::new();
    let reach = shop.test_box.reach().clone();
    assert_eq!(shop.facts().await["brought"], json!(null));
    shop.line(STORE, &chain.root.pem()).await.err().expect("nobody vouches for that name");

    let facts = shop.installs(&chain).await;
    assert_eq!(facts["names"], json!([STORE]));
    assert_eq!((&facts["issuer"], &facts["state"]), (&json!("Test R3"), &json!("served")));
    assert_eq!(facts["days_left"], 59);
    let all = shop.facts().await;
    assert_eq!(all["brought"], facts);
    let box_facts = shop.owner.device.get("/api/v1/box").await.ok();
    assert_eq!(all["root"]["fingerprint"], box_facts["fingerprint"]);
    assert!(all["own"]["names"].as_array().unwrap().contains(&json!(reach.host)), "{all}");

    let mut line = shop.line(STORE, &chain.root.pem()).await.unwrap();
    let sent = [der(&chain.issued.certificate), der(&chain.middle.pem())];
    assert_eq!(line.presented(), sent);
    assert_eq!(line.get("/healthz").await, 200);
    let own = shop.line(&reach.host, &reach.root_pem).await.unwrap();
    assert_eq!(own.presented().len(), 1);
    shop.line("127.0.0.1", &reach.root_pem).await.unwrap();
    shop.line(STORE, &reach.root_pem).await.err().expect("another root's");

    // Another one in its place, for every name of a domain.
    let other = Chain { issued: chain.middle.issue_with(&["*.example.com"], |_| {}), ..chain };
    shop.installs(&other).await;
    let line = shop.line("till.example.com", &other.root.pem()).await.unwrap();
    assert_eq!(line.presented()[0], der(&other.issued.certificate));
    let [file] = &shop.kept()[..] else { panic!("{:?}", shop.kept()) };
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn its_names_are_origins_where_the_app_lives() {
    let shop = Shop::open().await;
    let chain = Chain::new();
    let reach = by_name(shop.test_box.reach(), &chain.root.pem());
    let foreign = shop.test_box.stranger();
    let ask = || foreign.ask(Method::GET, "/api/v1/box").header("Host", STORE);
    Reply::read(ask()).await.refused(421, "wrong_host");
    shop.installs(&chain).await;
    Reply::read(ask()).await.ok();

    let phone = Device::new(&reach);
    let page = Reply::read(phone.ask(Method::GET, "/").header("Sec-Fetch-Mode", "navigate")).await;
    assert_ne!(page.status, 308, "an app that is installed there stays there");
    let elsewhere = phone
        .ask_bare(Method::POST, "/api/v1/pair")
        .header("Origin", &shop.test_box.reach().origin)
        .json(&json!({ "secret": "x" }));
    Reply::read(elsewhere).await.refused(403, "cross_origin");

    // The whole way in, and a write, under that name.
    let pairing = shop.owner.device.post("/api/v1/pairings", json!({ "kind": "own" })).await.ok();
    let input = json!({ "secret": pairing["code"], "device_name": "Phone" });
    phone.post("/api/v1/pair", input).await.ok();
    let who = json!({ "user": shop.owner.id, "pin": shop.owner.pin });
    phone.post("/api/v1/session", who).await.ok();
    phone.delete(PATH).await.ok();
    Reply::read(ask()).await.refused(421, "wrong_host");
    assert_eq!(shop.facts().await["brought"], json!(null));
    assert!(shop.kept().is_empty(), "the key is gone");
    shop.owner.device.delete(PATH).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_open_goes_on_over_a_swap() {
    let shop = Shop::open().await;
    let (first, second) = (Chain::new(), Chain::new());
    shop.installs(&first).await;
    let mut line = shop.line(STORE, &first.root.pem()).await.unwrap();
    assert_eq!(line.get("/healthz").await, 200);
    let mut live = Stream::open(&shop.owner.device).await;
    shop.installs(&second).await;
    live.hears("settings").await;
    assert_eq!(line.get("/healthz").await, 200);
    let line = shop.line(STORE, &second.root.pem()).await.unwrap();
    assert_eq!(line.presented()[0], der(&second.issued.certificate));
}

#[tokio::test]
async fn the_own_leaf_is_issued_anew_while_devices_are_connected() {
    let shop = Shop::open().await;
    let reach = shop.test_box.reach().clone();
    let mut line = shop.line(&reach.host, &reach.root_pem).await.unwrap();
    let old = line.presented();
    let mut live = Stream::open(&shop.owner.device).await;
    let mut settings = shop.owner.device.get("/api/v1/settings").await.ok();
    settings["store_name"] = json!("Another Name");
    shop.owner.device.put("/api/v1/settings", settings).await.ok();
    live.hears("settings").await;
    // Its friendly name is another one now, so the leaf is.
    let renamed = async {
        while shop.line("another-name.local", &reach.root_pem).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), renamed).await.expect("a new leaf");
    let new = shop.line(&reach.host, &reach.root_pem).await.unwrap();
    assert_ne!(new.presented(), old);
    assert_eq!(line.get("/healthz").await, 200, "the connection of before");
    shop.owner.device.post("/api/v1/places", json!({
        "name": "A9", "kind": "bin", "area": "Vault", "walk": 1, "pos_room": null, "active": true,
    })).await.ok();
    live.hears("places").await;
}

#[tokio::test]
async fn it_is_there_after_a_restart_and_a_damaged_one_keeps_nobody_out() {
    let mut shop = Shop::open().await;
    let chain = Chain::new();
    shop.installs(&chain).await;
    shop.test_box.restart().await;
    shop.line(STORE, &chain.root.pem()).await.unwrap();
    let [file] = &shop.kept()[..] else { panic!("{:?}", shop.kept()) };
    std::fs::write(file, "half a cert").unwrap();
    shop.test_box.restart().await;
    let facts = shop.facts().await["brought"].clone();
    assert_eq!((&facts["state"], &facts["names"]), (&json!("damaged"), &json!([STORE])));
    assert!(facts["fault"].as_str().unwrap().contains("there is no certificate"), "{facts}");
    shop.line(STORE, &chain.root.pem()).await.err().expect("it is not served");
    // The same one again mends it.
    assert_eq!(shop.installs(&chain).await["state"], "served");
    assert_eq!(shop.facts().await["brought"]["fault"], json!(null));
    shop.line(STORE, &chain.root.pem()).await.unwrap();
}

#[tokio::test]
async fn one_that_has_ended_gives_way_to_the_own_leaf() {
    let shop = Shop::open().await;
    let chain = Chain::new();
    shop.installs(&chain).await;
    shop.settled_facts().await; // a leaf of after the clock is turned is not valid yet for this client
    shop.test_box.later_s(40 * DAY_S);
    shop.owner.sign_in().await;
    assert_eq!(shop.facts().await["brought"]["state"], "ending");
    shop.line(STORE, &chain.root.pem()).await.unwrap();
    shop.test_box.later_s(21 * DAY_S);
    shop.owner.sign_in().await;
    let facts = shop.facts().await["brought"].clone();
    assert_eq!((&facts["state"], &facts["days_left"]), (&json!("ended"), &json!(-2)));
    let refused = shop.line(STORE, &chain.root.pem()).await.err().expect("it has ended");
    assert!(refused.contains("UnknownIssuer"), "{refused}");
    let refused = shop.line(STORE, &shop.test_box.reach().root_pem).await.err().unwrap();
    assert!(refused.contains("NotValidForName"), "the own leaf: {refused}");
    let problem = shop.owner.device.put(PATH, chain.input()).await;
    assert_eq!(problem.refused(400, "certificate_refused")["why"], "ended");
}

#[tokio::test]
async fn a_refused_one_changes_nothing() {
    let shop = Shop::open().await;
    let chain = Chain::new();
    shop.installs(&chain).await;
    let (before, kept) = (shop.settled_facts().await, shop.kept());
    let input = json!({ "certificate": chain.issued.certificate, "key": chain.issued.key });
    let problem = shop.owner.device.put(PATH, input).await.refused(400, "certificate_refused");
    assert_eq!((&problem["why"], &problem["name"]), (&json!("issuer_missing"), &json!("Test R3")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("An intermediate certificate is missing: add"), "{detail}");
    let large = json!({ "certificate": "x".repeat(70_000), "key": "" });
    let problem = shop.owner.device.put(PATH, large).await.refused(400, "certificate_refused");
    assert_eq!(problem["why"], "too_large");
    let strange = json!({ "certificate": "", "keys": "" });
    shop.owner.device.put(PATH, strange).await.refused(400, "bad_request");
    let manager = shop.hire("Max", "manager").await;
    manager.device.put(PATH, chain.input()).await.refused(403, "forbidden");
    assert_eq!((shop.facts().await, shop.kept()), (before, kept));
}

#[tokio::test]
async fn a_replay_gets_its_answer_and_brings_nothing_back() {
    let shop = Shop::open().await;
    let chain = Chain::new();
    let key = Uuid::now_v7();
    let again = || shop.owner.device.write(Method::PUT, key, PATH, chain.input());
    let first = again().await.ok();
    shop.owner.device.delete(PATH).await.ok();
    let replayed = again().await;
    assert_eq!(replayed.header("Idempotent-Replay"), Some("true"));
    assert_eq!(replayed.ok(), first);
    assert_eq!(shop.facts().await["brought"], json!(null));
    assert!(shop.kept().is_empty());
    shop.line(STORE, &chain.root.pem()).await.err().expect("it was removed");
}

#[tokio::test]
async fn what_no_entry_names_is_cleared_away_at_a_start() {
    let mut shop = Shop::open().await;
    let chain = Chain::new();
    shop.installs(&chain).await;
    // What a power cut between the file and its entry leaves.
    let folder = shop.test_box.config.r#box.data_dir.join("tls/brought");
    for name in [format!("{}.pem", "ab".repeat(32)), "cd.new".to_owned()] {
        std::fs::write(folder.join(name), chain.text() + &chain.issued.key).unwrap();
    }
    shop.test_box.restart().await;
    assert_eq!(shop.kept().len(), 1);
    shop.line(STORE, &chain.root.pem()).await.unwrap();
}

#[tokio::test]
async fn the_journal_tells_of_it_and_the_key_is_nowhere_else() {
    let mut shop = Shop::open().await;
    let chain = Chain::new();
    let facts = shop.installs(&chain).await;
    let entries = shop.owner.device.get("/api/v1/journal").await.ok();
    let installed = &entries["entries"][0];
    assert_eq!(installed["kind"], "certificate_installed");
    for fact in ["names", "issuer", "ends", "fingerprint"] {
        assert_eq!(installed["body"]["data"]["now"][fact], facts[fact], "{fact}");
    }
    shop.test_box.restart().await;
    shop.owner.device.delete(PATH).await.ok();
    let entries = shop.owner.device.get("/api/v1/journal").await.ok();
    assert_eq!(entries["entries"][0]["kind"], "certificate_removed");
    assert_eq!(entries["entries"][0]["body"]["data"]["was"]["names"], json!([STORE]));
    shop.installs(&chain).await;
    let data = shop.test_box.config.r#box.data_dir.clone();
    let holding = holding(&data, &chain.issued.key);
    assert_eq!(holding, shop.kept(), "the only file with the key");
}

/// Every file below a folder that holds a line of this key.
pub fn holding(folder: &Path, key: &str) -> Vec<PathBuf> {
    let line = key.lines().nth(1).unwrap().as_bytes();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, key));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(line.len()).any(|window| window == line)
        {
            found.push(path);
        }
    }
    found
}

/// A live stream being listened to.
struct Stream {
    body: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>>>>,
    heard: String,
}

impl Stream {
    async fn open(device: &Device) -> Self {
        let answer = device.open(device.ask(Method::GET, "/api/v1/live")).await;
        assert_eq!(answer.status(), 200);
        let mut stream = Self { body: Box::pin(answer.bytes_stream()), heard: String::new() };
        stream.hears("id:").await;
        stream
    }

    /// Reads on until it has heard this.
    async fn hears(&mut self, word: &str) {
        while !self.heard.contains(word) {
            let more = tokio::time::timeout(Duration::from_secs(20), self.body.next()).await;
            let more = more.expect("nothing was heard").expect("the stream ended").unwrap();
            self.heard += std::str::from_utf8(&more).unwrap();
        }
        self.heard.clear();
    }
}
