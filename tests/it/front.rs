//! The box's door: hosts, origins, the web app's files, health, the API's own description.

use reqwest::Method;
use serde_json::json;

use crate::support::{Reply, TestBox};

#[tokio::test]
async fn a_name_that_is_not_the_box_s_is_refused() {
    let test_box = TestBox::start().await;
    let ask = test_box.stranger().ask(Method::GET, "/api/v1/box").header("Host", "evil.example");
    let problem = Reply::read(ask).await.refused(421, "wrong_host");
    assert_eq!(problem["origin"], json!(test_box.reach().origin));
}

#[tokio::test]
async fn people_are_sent_on_to_the_canonical_name_and_data_is_not() {
    let test_box = TestBox::start().await;
    // The friendly name: nobody has claimed the box, so it is the product's.
    let go = |path: &str| {
        let ask = test_box.stranger().ask(Method::GET, path);
        Reply::read(ask.header("Host", "backstock.local").header("Sec-Fetch-Mode", "navigate"))
    };
    let sent = go("/P/R7K-2QF?x=1").await;
    assert_eq!(sent.status, 308);
    let target = format!("{}/P/R7K-2QF?x=1", test_box.reach().origin);
    assert_eq!(sent.header("Location"), Some(target.as_str()));
    assert_eq!(sent.header("Cache-Control"), Some("no-store"));
    go("/api/v1/box").await.ok();
}

#[tokio::test]
async fn writes_from_elsewhere_are_refused() {
    let test_box = TestBox::start().await;
    let stranger = test_box.stranger();
    let origin = test_box.reach().origin.clone();
    let post = || stranger.ask_bare(Method::POST, "/api/v1/pair").json(&json!({ "secret": "x" }));
    for (ask, why) in [
        (post(), "no origin"),
        (post().header("Origin", "https://evil.example"), "another origin"),
        (post().header("Origin", "null"), "an opaque origin"),
        (post().header("Origin", origin.replace("https", "http")), "plain"),
        (post().header("Origin", &origin).header("Sec-Fetch-Site", "cross-site"), "cross-site"),
        (post().header("Origin", &origin).header("Sec-Fetch-Site", "same-site"), "same-site"),
    ] {
        println!("{why}");
        Reply::read(ask).await.refused(403, "cross_origin");
    }
    let form = stranger.ask(Method::POST, "/api/v1/pair").body("secret=x");
    Reply::read(form.header("Content-Type", "application/x-www-form-urlencoded"))
        .await
        .refused(415, "bad_request");
    let read = stranger.ask_bare(Method::GET, "/api/v1/box").header("Sec-Fetch-Site", "cross-site");
    Reply::read(read).await.refused(403, "cross_origin");
}

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let test_box = TestBox::start().await;
    for path in ["/", "/healthz", "/api/v1/box", "/api/v1/nothing", "/assets/gone.js"] {
        let answer = test_box.stranger().get(path).await;
        let policy = answer.header("Content-Security-Policy").unwrap_or("none");
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{path}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_never_the_shell() {
    let test_box = TestBox::start().await;
    for path in ["/assets/old-1a2b.js", "/api/v1/nothing", "/favicon-gone.ico"] {
        test_box.stranger().get(path).await.refused(404, "not_found");
    }
    // With the web app built these are its shell, without it a sentence; never "not found".
    for path in ["/", "/P/R7K-2QF", "/l/r7k-2qf"] {
        let status = test_box.stranger().get(path).await.status;
        assert!(matches!(status, 200 | 503), "{path}: {status}");
    }
}

#[tokio::test]
async fn health_tells_of_a_full_disk_and_writes_stop() {
    let test_box = TestBox::start().await;
    let health = test_box.stranger().get("/healthz").await.ok();
    assert_eq!((&health["status"], &health["seq"]), (&json!("ok"), &json!(0)));
    drop(test_box);
    // Half of a disk being free is more than test machines promise, so the guard is asked for its
    // own opinion: what it says of the disk is what the box does.
    let test_box = TestBox::start_with(|config| {
        config.store.min_free_percent = 50_u8.try_into().unwrap();
    })
    .await;
    let full = test_box.state().disk.is_full();
    let answer = test_box.stranger().get("/healthz").await;
    assert_eq!(answer.status, if full { 503 } else { 200 });
    assert_eq!(answer.json()["status"], if full { "disk_full" } else { "ok" });
    let write = test_box.stranger().post("/api/v1/pair", json!({ "secret": "x" })).await;
    assert_eq!(write.json()["code"] == "disk_full", full, "{}", write.text());
}

#[tokio::test]
async fn the_plain_port_has_only_the_trust_page() {
    let test_box = TestBox::start().await;
    let plain = format!("http://{}", test_box.reach().http);
    let page = reqwest::get(&plain).await.unwrap();
    assert!(page.status().is_success() && page.headers().get("Set-Cookie").is_none());
    assert!(page.text().await.unwrap().contains(&test_box.reach().host));
    // Which the app is told of, for a device that does not trust the box yet.
    let told = test_box.stranger().get("/api/v1/box").await.ok();
    let (host, port) = (&test_box.reach().host, test_box.reach().http.port());
    assert_eq!(told["trust_url"], format!("http://{host}:{port}/"));
    let api = reqwest::get(format!("{plain}/api/v1/box")).await.unwrap();
    assert_eq!(api.status(), 404);
}

/// `OPENAPI_WRITE=1 cargo test --test it openapi` writes the file anew.
#[tokio::test]
async fn openapi_is_what_the_repository_holds() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/openapi.json");
    let test_box = TestBox::start().await;
    let served = test_box.stranger().get("/api/openapi.json").await;
    assert_eq!(served.status, 200);
    if std::env::var_os("OPENAPI_WRITE").is_some() {
        std::fs::write(file, &served.bytes).unwrap();
    }
    let held = std::fs::read_to_string(file).unwrap_or_default();
    assert!(held == served.text(), "schema/openapi.json is old: run `make openapi`");
}
