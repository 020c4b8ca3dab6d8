//! Who may come in: the claim, pairing, PINs, sessions, approvals, and what is refused at the door.

use backstock::store::{StoreError, named_params};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Device, Reply, TestBox};

/// A claimed box, its owner's phone, and the owner.
struct Store {
    test_box: TestBox,
    owner: Device,
    me: Person,
}

struct Person {
    id: i64,
    pin: String,
}

impl Person {
    fn of(answer: &Value) -> Self {
        let pin = answer["pin"].as_str().unwrap().to_owned();
        Self { id: answer["user"]["id"].as_i64().unwrap(), pin }
    }

    /// A PIN that is not theirs.
    fn wrong(&self) -> &'static str {
        if self.pin == "402913" { "402914" } else { "402913" }
    }
}

fn claim_input(code: &str) -> Value {
    json!({
        "code": code, "store_name": "Green Leaf", "zone": "America/Los_Angeles",
        "jurisdiction": "CA", "owner_name": "Olga Owner", "device_name": "Olga's phone",
        "language": "en",
    })
}

fn open_setup(test_box: &TestBox) -> String {
    test_box.state().access.setup.open(test_box.clock.now()).dashed()
}

impl Store {
    async fn claimed() -> Self {
        let test_box = TestBox::start().await;
        let owner = test_box.stranger();
        let code = open_setup(&test_box);
        let answer = owner.post("/api/v1/claim", claim_input(&code)).await.ok();
        Self { me: Person::of(&answer), test_box, owner }
    }

    async fn add(&self, name: &str, role: &str) -> Person {
        let input = json!({ "name": name, "role": role, "language": "en" });
        Person::of(&self.owner.post("/api/v1/users", input).await.ok())
    }

    /// A new device, paired by the QR, and its id.
    async fn pair(&self, kind: &str) -> (Device, i64) {
        let invited = self.owner.post("/api/v1/pairings", json!({ "kind": kind })).await.ok();
        let device = self.test_box.stranger();
        let answer = device.post("/api/v1/pair", json!({ "secret": invited["url"] })).await.ok();
        (device, answer["id"].as_i64().unwrap())
    }

    fn later_s(&self, seconds: i64) {
        self.test_box.later_s(seconds);
    }
}

async fn sign_in(device: &Device, person: &Person) -> Reply {
    device.post("/api/v1/session", json!({ "user": person.id, "pin": person.pin })).await
}

async fn try_wrong(device: &Device, person: &Person) -> Reply {
    device.post("/api/v1/session", json!({ "user": person.id, "pin": person.wrong() })).await
}

async fn session(device: &Device) -> Reply {
    device.get("/api/v1/session").await
}

#[tokio::test]
async fn the_claim_is_the_first_entry_and_happens_once() {
    let test_box = TestBox::start().await;
    let phone = test_box.stranger();
    let told = phone.get("/api/v1/box").await.ok();
    assert_eq!((&told["claimed"], &told["setup_open"]), (&json!(false), &json!(true)));
    test_box.state().access.setup.close();
    phone.post("/api/v1/claim", claim_input("ABCD-EFGH")).await.refused(409, "setup_closed");
    let code = open_setup(&test_box);
    let mut input = claim_input(&code);
    input["zone"] = "Mars/Olympus".into();
    let problem = phone.post("/api/v1/claim", input).await.refused(400, "bad_request");
    assert_eq!(problem["field"], "zone");
    let claimed = phone.post("/api/v1/claim", claim_input(&code)).await.ok();
    assert_eq!(claimed["user"]["name"], "Olga Owner");
    assert_eq!(claimed["pin"].as_str().unwrap().len(), 6);
    let told = phone.get("/api/v1/box").await.ok();
    assert_eq!((&told["claimed"], &told["setup_open"]), (&json!(true), &json!(false)));
    assert_eq!(told["name"], "Green Leaf");
    assert_eq!(session(&phone).await.ok()["user"]["role"], "owner");
    let kinds = test_box
        .store()
        .read_blocking::<_, StoreError, _>(|db| {
            Ok(db.all("SELECT kind FROM entry ORDER BY seq", [], |row| row.get::<_, String>(0))?)
        })
        .unwrap();
    assert_eq!(kinds, ["claimed"]);
    // Also with a window that is open again.
    let again = claim_input(&open_setup(&test_box));
    test_box.stranger().post("/api/v1/claim", again).await.refused(409, "already_claimed_box");
}

#[tokio::test]
async fn the_setup_window_closes_by_itself_and_after_ten_wrong_codes() {
    let test_box = TestBox::start().await;
    let phone = test_box.stranger();
    let code = open_setup(&test_box);
    test_box.later_s(3601);
    phone.post("/api/v1/claim", claim_input(&code)).await.refused(409, "setup_closed");
    let code = open_setup(&test_box);
    for left in (1..10).rev() {
        test_box.later_s(11);
        let problem = phone.post("/api/v1/claim", claim_input("WRONG")).await;
        assert_eq!(problem.refused(409, "wrong_code")["attempts_left"], left);
    }
    test_box.later_s(11);
    phone.post("/api/v1/claim", claim_input("WRONG")).await.refused(409, "setup_closed");
    test_box.later_s(11);
    phone.post("/api/v1/claim", claim_input(&code)).await.refused(409, "setup_closed");
}

#[tokio::test]
async fn guesses_of_codes_are_slowed_down() {
    let store = Store::claimed().await;
    let stranger = store.test_box.stranger();
    let guess = || stranger.post("/api/v1/pair", json!({ "secret": "ABCD-EFGH" }));
    // One guess went into the claim.
    for _ in 0..9 {
        guess().await.refused(409, "wrong_code");
    }
    let problem = guess().await.refused(429, "too_many_requests");
    assert_eq!(problem["retry_after_s"], 10);
    store.later_s(10);
    guess().await.refused(409, "wrong_code");
}

#[tokio::test]
async fn wrong_pins_lock_neither_a_colleague_nor_another_device() {
    let store = Store::claimed().await;
    let (ana, ben) = (store.add("Ana", "technician").await, store.add("Ben", "budtender").await);
    let (tablet, other) = (store.pair("shared").await.0, store.pair("shared").await.0);
    for left in (0..5).rev() {
        let problem = try_wrong(&tablet, &ana).await.refused(409, "wrong_pin");
        assert_eq!(problem["attempts_left"], left);
    }
    let problem = sign_in(&tablet, &ana).await.refused(429, "too_many_requests");
    assert_eq!(problem["retry_after_s"], 30, "also the right PIN waits");
    sign_in(&tablet, &ben).await.ok();
    sign_in(&other, &ana).await.ok();
    store.later_s(31);
    try_wrong(&tablet, &ana).await.refused(409, "wrong_pin");
    let problem = sign_in(&tablet, &ana).await.refused(429, "too_many_requests");
    assert_eq!(problem["retry_after_s"], 60, "each further wrong one doubles it");
    store.later_s(61);
    sign_in(&tablet, &ana).await.ok();
    assert_eq!(try_wrong(&tablet, &ana).await.refused(409, "wrong_pin")["attempts_left"], 4);
}

#[tokio::test]
async fn the_pause_outlasts_a_restart() {
    let mut store = Store::claimed().await;
    for _ in 0..5 {
        try_wrong(&store.owner, &store.me).await.refused(409, "wrong_pin");
    }
    store.test_box.restart().await;
    sign_in(&store.owner, &store.me).await.refused(429, "too_many_requests");
    session(&store.owner).await.ok();
}

/// Reads a live stream until its end; whether it said why.
async fn rest_of(stream: reqwest::Response) -> String {
    let read = async {
        let mut text = String::new();
        let mut chunks = stream.bytes_stream();
        while let Some(Ok(chunk)) = chunks.next().await {
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
        text
    };
    let limit = std::time::Duration::from_secs(5);
    tokio::time::timeout(limit, read).await.expect("the stream ends")
}

#[tokio::test]
async fn a_revoked_device_is_out_at_once() {
    let store = Store::claimed().await;
    let ana = store.add("Ana", "technician").await;
    let (tablet, id) = store.pair("shared").await;
    sign_in(&tablet, &ana).await.ok();
    let stream = tablet.open(tablet.ask(Method::GET, "/api/v1/live")).await;
    assert_eq!(stream.status(), 200);
    let revoke = format!("/api/v1/devices/{id}/revoke");
    let device = store.owner.post_nothing(&revoke).await.ok();
    assert!(device["revoked_at"].is_string());
    session(&tablet).await.refused(401, "not_enrolled");
    tablet.get("/api/v1/people").await.refused(401, "not_enrolled");
    assert!(rest_of(stream).await.contains(r#""why":"revoked""#));
    store.owner.post_nothing(&revoke).await.refused(409, "already_revoked");
}

#[tokio::test]
async fn a_disabled_person_is_out_at_once() {
    let store = Store::claimed().await;
    let ana = store.add("Ana", "technician").await;
    let tablet = store.pair("shared").await.0;
    sign_in(&tablet, &ana).await.ok();
    let stream = tablet.open(tablet.ask(Method::GET, "/api/v1/live")).await;
    let path = |what: &str| format!("/api/v1/users/{}/{what}", ana.id);
    let user = store.owner.post_nothing(&path("disable")).await.ok();
    assert_eq!(user["active"], false);
    session(&tablet).await.refused(401, "signed_out");
    assert!(rest_of(stream).await.contains(r#""why":"signed_out""#));
    sign_in(&tablet, &ana).await.refused(409, "wrong_pin");
    let people = tablet.get("/api/v1/people").await.ok();
    assert_eq!(people["people"].as_array().unwrap().len(), 1, "no tile: {people}");
    store.owner.post_nothing(&path("enable")).await.ok();
    session(&tablet).await.refused(401, "signed_out");
    sign_in(&tablet, &ana).await.ok();
}

#[tokio::test]
async fn a_pairing_code_works_once_for_ten_minutes_and_not_when_withdrawn() {
    let store = Store::claimed().await;
    let invite = || store.owner.post("/api/v1/pairings", json!({ "kind": "own", "name": "Ana" }));
    let use_up = |secret: &Value| {
        let (stranger, secret) = (store.test_box.stranger(), secret.clone());
        async move { stranger.post("/api/v1/pair", json!({ "secret": secret })).await }
    };
    let invited = invite().await.ok();
    let device = use_up(&invited["code"]).await.ok();
    assert_eq!((&device["name"], &device["kind"]), (&json!("Ana"), &json!("own")));
    use_up(&invited["code"]).await.refused(409, "pairing_expired");
    use_up(&invited["url"]).await.refused(409, "pairing_expired");
    let late = invite().await.ok();
    store.later_s(601);
    use_up(&late["url"]).await.refused(409, "pairing_expired");
    let withdrawn = invite().await.ok();
    let path = format!("/api/v1/pairings/{}", withdrawn["id"]);
    store.owner.delete(&path).await.ok();
    store.owner.delete(&path).await.refused(404, "not_found");
    use_up(&withdrawn["url"]).await.refused(409, "pairing_expired");
}

#[tokio::test]
async fn idling_locks_and_a_shift_ends() {
    let store = Store::claimed().await;
    let ana = store.add("Ana", "technician").await;
    let tablet = store.pair("shared").await.0;
    sign_in(&tablet, &ana).await.ok();
    store.later_s(299);
    session(&tablet).await.ok();
    store.later_s(299);
    let idle = tablet.ask(Method::GET, "/api/v1/session").header("Idle", "1");
    Reply::read(idle).await.ok();
    store.later_s(2);
    session(&tablet).await.refused(401, "signed_out");
    session(&store.owner).await.ok();
    store.test_box.state().access.tick().await.unwrap();
    sign_in(&tablet, &ana).await.ok();
    for _ in 0..(12 * 3600 / 290) {
        store.later_s(290);
        session(&tablet).await.ok();
    }
    store.later_s(290);
    session(&tablet).await.refused(401, "signed_out");
}

#[tokio::test]
async fn switching_person_ends_the_other_session() {
    let store = Store::claimed().await;
    let (ana, ben) = (store.add("Ana", "technician").await, store.add("Ben", "budtender").await);
    let tablet = store.pair("shared").await.0;
    let first = sign_in(&tablet, &ana).await;
    let cookies: Vec<&str> =
        first.headers.get_all("Set-Cookie").iter().map(|c| c.to_str().unwrap()).collect();
    for cookie in &cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for flag in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
            assert!(cookie.contains(flag), "{cookie}: {flag}");
        }
    }
    let old = cookies.iter().map(|c| c.split(';').next().unwrap()).collect::<Vec<_>>().join("; ");
    assert_eq!(sign_in(&tablet, &ben).await.ok()["user"]["name"], "Ben");
    let stolen = store.test_box.stranger();
    let replay = stolen.ask(Method::GET, "/api/v1/session").header("Cookie", old);
    Reply::read(replay).await.refused(401, "signed_out");
    assert_eq!(tablet.delete("/api/v1/session").await.status, 204);
    session(&tablet).await.refused(401, "signed_out");
}

#[tokio::test]
async fn an_auditor_comes_in_until_their_last_day() {
    let store = Store::claimed().await;
    let today = store.test_box.clock.now().utc().with_timezone(&chrono_tz::America::Los_Angeles);
    let input = json!({ "name": "Al", "role": "auditor", "language": "en" });
    let problem = store.owner.post("/api/v1/users", input.clone()).await;
    assert_eq!(problem.refused(400, "bad_request")["field"], "expires");
    let mut dated = input;
    dated["expires"] = today.date_naive().to_string().into();
    let al = Person::of(&store.owner.post("/api/v1/users", dated).await.ok());
    let tablet = store.pair("shared").await.0;
    sign_in(&tablet, &al).await.ok();
    store.later_s(24 * 3600);
    session(&tablet).await.refused(401, "signed_out");
    sign_in(&tablet, &al).await.refused(409, "wrong_pin");
}

#[tokio::test]
async fn a_manager_neither_makes_nor_changes_owners_and_one_owner_stays() {
    let store = Store::claimed().await;
    let mia = store.add("Mia", "manager").await;
    let tablet = store.pair("shared").await.0;
    sign_in(&tablet, &mia).await.ok();
    let owner = json!({ "name": "Eve", "role": "owner", "language": "en" });
    let problem = tablet.post("/api/v1/users", owner.clone()).await.refused(403, "forbidden");
    assert_eq!(problem["needs"], json!(["owner"]));
    let path = |id: i64, what: &str| format!("/api/v1/users/{id}{what}");
    tablet.put(&path(mia.id, ""), owner).await.refused(403, "forbidden");
    let me = store.me.id;
    for what in ["/disable", "/pin"] {
        tablet.post_nothing(&path(me, what)).await.refused(403, "forbidden");
    }
    store.owner.post_nothing(&path(me, "/disable")).await.refused(409, "last_owner");
    let demoted = json!({ "name": "Olga Owner", "role": "manager", "language": "en" });
    store.owner.put(&path(me, ""), demoted.clone()).await.refused(409, "last_owner");
    store.add("Otto", "owner").await;
    store.owner.put(&path(me, ""), demoted).await.ok();
    assert_eq!(session(&store.owner).await.ok()["user"]["role"], "manager", "at once");
    let taken = json!({ "name": "mia", "role": "budtender", "language": "es" });
    store.owner.post("/api/v1/users", taken).await.refused(409, "name_taken");
}

#[tokio::test]
async fn a_replay_shows_the_same_pin_and_no_pin_is_ever_stored() {
    let store = Store::claimed().await;
    let key = Uuid::now_v7();
    let input = json!({ "name": "Ana", "role": "technician", "language": "en" });
    let ask = || store.owner.write(Method::POST, key, "/api/v1/users", input.clone());
    let (first, again) = (ask().await, ask().await);
    assert_eq!(again.header("Idempotent-Replay"), Some("true"));
    assert_eq!(first.ok(), again.ok());
    let ana = Person::of(&first.ok());
    let invited = store.owner.post("/api/v1/pairings", json!({ "kind": "own" })).await.ok();
    sign_in(&store.owner, &ana).await.ok();
    sign_in(&store.owner, &store.me).await.ok();
    let path = format!("/api/v1/users/{}/pin", ana.id);
    let new = Person::of(&store.owner.post_nothing(&path).await.ok());
    let code = invited["code"].as_str().unwrap().replace('-', "");
    let secret = invited["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let secrets = [store.me.pin.clone(), ana.pin, new.pin, code, secret, "$argon2".to_owned()];
    let kept = store
        .test_box
        .store()
        .read_blocking::<_, StoreError, _>(|db| {
            let both = "SELECT bytes FROM entry UNION ALL SELECT answer FROM reply";
            Ok(db.all(both, [], |row| row.get::<_, Vec<u8>>(0))?)
        })
        .unwrap();
    assert!(kept.len() >= 8, "{}", kept.len());
    for text in kept.iter().map(|bytes| String::from_utf8_lossy(bytes)) {
        for secret in &secrets {
            // A number of six digits may also be the end of a time: only a whole word counts.
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '$');
            assert!(!words.any(|word| word.starts_with(secret.as_str())), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn an_approval_needs_a_second_person_who_may() {
    let store = Store::claimed().await;
    let (ana, ben) = (store.add("Ana", "technician").await, store.add("Ben", "budtender").await);
    let tablet = store.pair("shared").await.0;
    sign_in(&tablet, &ana).await.ok();
    let ask = |who: &Person, pin: &str| {
        let input = json!({
            "approver": who.id, "pin": pin, "action": "undo", "subject": "move:7",
        });
        let tablet = tablet.clone();
        async move { tablet.post("/api/v1/approvals", input).await }
    };
    ask(&ana, &ana.pin).await.refused(409, "second_person_needed");
    ask(&ben, &ben.pin).await.refused(403, "forbidden");
    let problem = ask(&store.me, store.me.wrong()).await.refused(409, "wrong_pin");
    assert_eq!(problem["attempts_left"], 4);
    let given = ask(&store.me, &store.me.pin).await.ok();
    assert_eq!(given["approver"]["name"], "Olga Owner");
    assert!(given["token"].as_str().unwrap().len() >= 22);
}

#[tokio::test]
async fn a_kiosk_only_sees_the_board() {
    let store = Store::claimed().await;
    let board = store.pair("kiosk").await.0;
    board.get("/api/v1/board").await.ok();
    board.get("/api/v1/people").await.refused(403, "forbidden");
    sign_in(&board, &store.me).await.refused(409, "badge_needed");
    board.get("/api/v1/packages").await.refused(401, "signed_out");
}

#[tokio::test]
async fn settings_are_replaced_whole_by_whoever_read_them_last() {
    let store = Store::claimed().await;
    let mut settings = store.owner.get("/api/v1/settings").await.ok();
    settings["idle_lock_own_s"] = 60.into();
    let saved = store.owner.put("/api/v1/settings", settings.clone()).await.ok();
    assert_eq!(saved["version"], 2);
    store.owner.put("/api/v1/settings", settings.clone()).await.refused(409, "changed_meanwhile");
    settings["version"] = 2.into();
    settings["idle_lock_own_s"] = 1.into();
    let problem = store.owner.put("/api/v1/settings", settings).await;
    assert_eq!(problem.refused(400, "bad_request")["field"], "idle_lock_own_s");
    assert_eq!(session(&store.owner).await.ok()["idle_lock_s"], 60);
    store.later_s(61);
    session(&store.owner).await.refused(401, "signed_out");
}

#[tokio::test]
async fn the_door_refuses_other_hosts_other_pages_and_oversize() {
    let store = Store::claimed().await;
    let ask = |method: Method| store.owner.ask(method, "/api/v1/session");
    let wrong = ask(Method::GET).header("Host", "evil.example");
    let reply = Reply::read(wrong).await;
    reply.refused(421, "wrong_host");
    let pin = json!({ "user": store.me.id, "pin": store.me.pin });
    let plain = || store.test_box.stranger().ask(Method::POST, "/api/v1/pair");
    for (name, value) in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
        let (client, request) = ask(Method::POST).json(&pin).build_split();
        let mut request = request.unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        let ask = reqwest::RequestBuilder::from_parts(client, request);
        Reply::read(ask).await.refused(403, "cross_origin");
    }
    let form = plain().header("Content-Type", "text/plain").body("{}");
    assert_eq!(Reply::read(form).await.status, 415);
    let large = plain().header("Content-Type", "application/json").body(vec![b' '; 300 << 10]);
    let reply = Reply::read(large).await;
    reply.refused(413, "too_large");
    for reply in [reply, store.test_box.stranger().get("/api/v1/users").await] {
        let policy = reply.header("Content-Security-Policy").unwrap();
        assert!(policy.contains("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"));
        assert_eq!(reply.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(reply.header("Permissions-Policy"), Some("camera=(self)"));
        assert_eq!(reply.header("Cache-Control"), Some("no-store"));
        assert_eq!(reply.header("Strict-Transport-Security"), None);
    }
}

#[tokio::test]
async fn the_permission_table_is_made_of_the_routes() {
    let store = Store::claimed().await;
    let table = store.owner.get("/api/v1/permissions").await.ok();
    let rows = table["rows"].as_array().unwrap();
    let people = rows.iter().find(|row| row["permission"] == "people").unwrap();
    assert_eq!(people["roles"], json!(["manager", "owner"]));
    let routes = people["routes"].as_array().unwrap();
    assert!(routes.contains(&json!("POST /api/v1/users/{id}/disable")), "{routes:?}");
}

#[tokio::test]
async fn last_seen_reaches_the_database_now_and_then() {
    let store = Store::claimed().await;
    store.later_s(120);
    session(&store.owner).await.ok();
    store.test_box.state().access.tick().await.unwrap();
    let id = store.me.id;
    let (seen, now) = store
        .test_box
        .store()
        .read_blocking::<_, StoreError, _>(move |db| {
            let seen: i64 = db.one(
                "SELECT last_seen FROM user WHERE id = :id",
                named_params! { ":id": id },
                |row| row.get(0),
            )?;
            Ok((seen, db.now().0))
        })
        .unwrap();
    assert!((0..10_000).contains(&(now - seen)), "{seen} {now}");
}
