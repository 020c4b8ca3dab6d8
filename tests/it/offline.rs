//! Work that waited on a device: whose it is when it arrives, what is refused, and that nothing is doubled.

use backstock::domain::id::{PackageId, PlaceId};
use backstock::domain::quantity::Amount;
use backstock::ledger::query;
use backstock::store::{Db, StoreError};
use backstock::workflow::author;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support::shop::{BIN_A, BIN_B, FLOOR, FLOWER, OLD, Person, QUARANTINE, Shop};
use crate::support::signing::{Key, Waiting, register};
use crate::support::{Device, Reply};

const MOVES: &str = "/api/v1/moves";

/// A shop, and Tom, a technician with a key on a shared tablet.
struct Offline {
    shop: Shop,
    tom: Person,
    key: Key,
}

impl Offline {
    async fn begin() -> Self {
        let shop = Shop::open().await;
        let (id, pin) = shop.person("Tom", "technician").await;
        let (device, device_id) = shop.enrol("shared").await;
        let tom = Person { id, pin, device, device_id };
        tom.sign_in().await;
        let key = Key::of(&tom.device).await;
        Self { shop, tom, key }
    }

    /// A move of some of the old gummies, written now.
    fn written(&self, value: &str) -> Waiting {
        self.written_later_s(value, 0)
    }

    fn written_later_s(&self, value: &str, seconds: i64) -> Waiting {
        let at = self.shop.test_box.clock.now().plus_s(seconds);
        Waiting::post(MOVES, move_of(value), at)
    }

    async fn drain(&self, waiting: &Waiting) -> Reply {
        self.key.drain(&self.tom.device, waiting).await
    }

    /// How much of the old gummies was moved, by the books.
    fn moved(&self) -> i64 {
        let read = |db: &Db<'_>| query::balance(db, PackageId(OLD), PlaceId(BIN_B));
        let moved: Result<_, StoreError> =
            self.shop.test_box.store().read_blocking(|db| Ok(read(db)?));
        moved.unwrap().raw() / Amount::whole(1).raw()
    }

    async fn lock(&self) {
        assert_eq!(self.tom.device.delete("/api/v1/session").await.status, 204);
    }

    async fn tick(&self) {
        self.shop.test_box.state().access.tick().await.unwrap();
    }

    fn later_s(&self, seconds: i64) {
        self.shop.test_box.later_s(seconds);
    }
}

fn move_of(value: &str) -> Value {
    json!({
        "package": OLD, "from": BIN_A, "to": BIN_B, "quantity": { "value": value, "unit": "ea" },
    })
}

/// The newest journal entry, as it is stored.
fn newest(shop: &Shop) -> Value {
    shop.test_box
        .store()
        .read_blocking::<_, StoreError, _>(|db| {
            let sql = "SELECT bytes FROM entry ORDER BY seq DESC LIMIT 1";
            Ok(db.one(sql, [], |row| row.get::<_, Vec<u8>>(0))?)
        })
        .map(|bytes| serde_json::from_slice(&bytes).unwrap())
        .unwrap()
}

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
async fn work_goes_on_after_the_session_lapsed_for_as_long_as_the_store_allows() {
    let offline = Offline::begin().await;
    let at = |minutes: i64| offline.written_later_s("1", minutes * 60);
    let (soon, last, late) = (at(30), at(244), at(246));
    offline.later_s(5 * 3600);
    offline.tick().await;
    offline.drain(&soon).await.ok();
    offline.drain(&last).await.ok();
    let problem = offline.drain(&late).await.refused(403, "written_too_late");
    assert!(problem["until"].is_string(), "{problem}");
    assert_eq!(offline.moved(), 2);
    // The store may set it.
    let owner = &offline.shop.owner;
    owner.sign_in().await;
    let mut settings = owner.device.get("/api/v1/settings").await.ok();
    settings["offline_for_min"] = 14.into();
    let problem = owner.device.put("/api/v1/settings", settings.clone()).await;
    assert_eq!(problem.refused(400, "bad_request")["field"], "offline_for_min");
    settings["offline_for_min"] = 300.into();
    owner.device.put("/api/v1/settings", settings).await.ok();
    offline.drain(&late).await.ok();
    let me = owner.device.get("/api/v1/session").await.ok();
    assert_eq!(me["offline_for_s"], 300 * 60);
}

#[tokio::test]
async fn the_shift_is_the_end_whatever_the_store_allows() {
    let offline = Offline::begin().await;
    let owner = &offline.shop.owner;
    let mut settings = owner.device.get("/api/v1/settings").await.ok();
    settings["offline_for_min"] = 1440.into();
    owner.device.put("/api/v1/settings", settings).await.ok();
    let at = |hours: i64| offline.written_later_s("1", hours * 3600);
    let (within, past) = (at(12), at(13));
    offline.later_s(20 * 3600);
    offline.drain(&within).await.ok();
    offline.drain(&past).await.refused(403, "written_too_late");
}

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
async fn a_write_has_its_time() {
    let offline = Offline::begin().await;
    let early = offline.written_later_s("1", -600);
    let before_skew = offline.written_later_s("1", -200);
    offline.later_s(60);
    offline.lock().await;
    let after = offline.written_later_s("1", 400);
    let future = offline.written_later_s("1", 301);
    let mut timeless = offline.written("1");
    timeless.device_time = "noon".into();
    let problem = offline.drain(&future).await.refused(400, "bad_request");
    assert_eq!(problem["field"], "Device-Time");
    assert_eq!(offline.drain(&timeless).await.refused(400, "bad_request")["field"], "Device-Time");
    offline.drain(&early).await.refused(403, "written_too_late");
    offline.drain(&before_skew).await.ok();
    offline.later_s(500);
    offline.drain(&after).await.refused(403, "written_too_late");
    let old = offline.written_later_s("1", -500);
    offline.later_s(60 * 24 * 3600 + 60);
    offline.drain(&old).await.refused(403, "too_old");
    assert_eq!(offline.moved(), 1);
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

fn now(offline: &Offline) -> String {
    offline.shop.test_box.clock.now().to_string()
}

#[tokio::test]
async fn the_time_counts_from_the_last_act() {
    let offline = Offline::begin().await;
    // Every four minutes something is looked at.
    for _ in 0..10 {
        offline.later_s(240);
        offline.tom.device.get("/api/v1/session").await.ok();
    }
    let waiting = offline.written_later_s("1", 239 * 60);
    offline.later_s(5 * 3600);
    offline.drain(&waiting).await.ok();
}

#[tokio::test]
async fn flower_is_moved_by_weight_as_ever() {
    let offline = Offline::begin().await;
    let body = json!({
        "package": FLOWER, "from": BIN_A, "to": BIN_B, "quantity": { "value": "3.5", "unit": "g" },
    });
    let waiting = Waiting::post(MOVES, body, now(&offline));
    offline.lock().await;
    offline.drain(&waiting).await.ok();
    assert_eq!(offline.shop.held(FLOWER, BIN_B).await, "3.5");
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

#[tokio::test]
async fn a_photo_waits_with_the_record_that_shows_it() {
    let offline = Offline::begin().await;
    let now = offline.shop.test_box.clock.now();
    let jpeg = [&[0xFF, 0xD8, 0xFF][..], &vec![7; 900 << 10]].concat();
    let hash: String = Sha256::digest(&jpeg).iter().map(|byte| format!("{byte:02x}")).collect();
    let photo = Waiting::file("/api/v1/documents?name=dent.jpg", jpeg, now);
    let damage = json!({
        "place": BIN_A, "quantity": { "value": "2", "unit": "ea" }, "photos": [hash],
    });
    let damage = Waiting::post(&format!("/api/v1/packages/{OLD}/damage"), damage, now);
    offline.lock().await;
    offline.drain(&damage).await.refused(404, "not_found");
    // Another picture in its place is not what was signed.
    let other = Waiting { file: Some(vec![0xFF, 0xD8, 0xFF, 9]), ..photo.clone() };
    let forged = other.ask(&offline.tom.device, &offline.key.session);
    let forged = forged.header("Signature", offline.key.sign(&photo));
    Reply::read(forged).await.refused(403, "signature_invalid");
    let kept = offline.drain(&photo).await.ok();
    assert_eq!((&kept["sha256"], &kept["by"]["name"]), (&json!(hash), &json!("Tom")));
    assert_eq!(offline.drain(&photo).await.ok(), kept);
    offline.drain(&damage).await.ok();
    assert_eq!(offline.shop.held(OLD, QUARANTINE).await, "2");
    assert_eq!(newest(&offline.shop)["data"]["photos"], json!([hash]));
}

#[tokio::test]
async fn a_manifest_and_what_its_item_is_wait_for_the_box() {
    let offline = Offline::begin().await;
    let now = offline.shop.test_box.clock.now();
    let csv = b"Manifest,Package,Item,Quantity,Unit\n0000420009,1A4060300002EE1000099001,Night Buoy Cart,4,Each\n";
    let place = json!({ "name": "Dock", "kind": "dock", "walk": 0, "active": true });
    offline.shop.owner.device.post("/api/v1/places", place).await.ok();
    let file = Waiting::file("/api/v1/shipments/file?name=paper.csv", csv.to_vec(), now);
    offline.lock().await;
    // Another list in its place is not what was signed.
    let other = Waiting { file: Some(b"Manifest\n".to_vec()), ..file.clone() };
    let forged = other.ask(&offline.tom.device, &offline.key.session);
    let forged = forged.header("Signature", offline.key.sign(&file));
    Reply::read(forged).await.refused(403, "signature_invalid");
    let entered = offline.drain(&file).await.ok();
    assert_eq!(entered["shipments"][0]["outcome"], "new");
    assert_eq!(offline.drain(&file).await.ok(), entered, "the answer was lost: it is given again");
    let id = &entered["shipments"][0]["shipment"];
    let make = json!({ "item": "Night Buoy Cart",
        "make": { "sku": "NB-1", "name": "Night Buoy Cart", "category": "Vape", "unit": "ea" } });
    let post =
        |what: &str, body| Waiting::post(&format!("/api/v1/shipments/{id}/{what}"), body, now);
    let (arrived, made) = (post("arrive", json!({})), post("products", make));
    let counted = json!({ "tag": "1A4060300002EE1000099001", "how": { "by": "pieces" },
        "counted": { "value": "4", "unit": "ea" }, "condition": "good", "photos": [] });
    let counted = post("receipts", counted);
    offline.drain(&arrived).await.ok();
    offline.drain(&counted).await.refused(409, "needs_product");
    offline.drain(&made).await.ok();
    let line = offline.drain(&counted).await.ok()["line"].clone();
    assert_eq!((&line["product"]["sku"], &line["by"]["name"]), (&json!("NB-1"), &json!("Tom")));
}
