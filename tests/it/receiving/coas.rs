//! Papers of a batch: none, failed, expired, revoked; and what kind of file a document may be.

use reqwest::Method;
use serde_json::json;

use super::{BATCH, Dock, HUNDRED, TEN, manifest, send};
use crate::support::shop::{BIN_A, EIGHTH, OLD, QUARANTINE};

#[tokio::test]
async fn without_a_passing_coa_it_goes_to_quarantine() {
    for (passed, expires, reason, blocked) in [
        (None, None, "no_coa", "no_coa"),
        (Some(false), None, "coa_failed", "coa_failed"),
        (Some(true), Some("2020-06-01"), "coa_expired", "coa_expired"),
    ] {
        let dock = Dock::without_papers().await;
        if let Some(passed) = passed {
            dock.coa(passed, expires).await;
        }
        let id = dock.arrived(&manifest()).await;
        let received = dock.counts(id, TEN, "10").await.ok();
        assert_eq!(received["held"], json!([reason]));
        let package = received["line"]["package"].as_i64().unwrap();
        assert_eq!(dock.shop.held(package, QUARANTINE).await, "10");
        dock.post(id, "recorded", json!({ "tags": [TEN] })).await.ok();
        let path = format!("/api/v1/packages/{package}");
        let seen = dock.tom.device.get(&path).await.ok();
        let why = seen["package"]["blocked"].as_array().unwrap();
        assert_eq!(why.last().unwrap(), blocked, "{why:?}");
        let release = json!({ "from": QUARANTINE, "to": dock.place, "reason": "Papers came" });
        let owner = &dock.shop.owner.device;
        let refused = owner.post(&format!("{path}/release"), release.clone()).await;
        let why = refused.refused(409, "still_blocked")["why"].clone();
        assert_eq!(why[why.as_array().unwrap().len() - 1], reason);
        // The papers come; then it may go, as far as its case lets it.
        dock.coa(true, None).await;
        if let Some(case) = received["case"].as_i64() {
            let close = json!({ "outcome": "Retested." });
            owner.post(&format!("/api/v1/cases/{case}/close"), close).await.ok();
        }
        owner.post(&format!("{path}/release"), release).await.ok();
        let seen = dock.tom.device.get(&path).await.ok();
        assert_eq!(seen["package"]["blocked"], json!([]));
    }
}

#[tokio::test]
async fn a_revoked_coa_blocks_what_was_received_by_it() {
    let dock = Dock::without_papers().await;
    let coa = dock.coa(true, None).await;
    let id = dock.arrived(&manifest()).await;
    let received = dock.counts(id, HUNDRED, "100").await.ok();
    assert_eq!(received["held"], json!([]));
    let revoke = json!({ "why": "The lab took it back" });
    let path = format!("/api/v1/coas/{}/revoke", coa["id"]);
    // A later one that is taken back leaves the earlier one to decide.
    let later = dock.coa(true, None).await;
    let later = format!("/api/v1/coas/{}/revoke", later["id"]);
    dock.shop.owner.device.post(&later, revoke.clone()).await.ok();
    assert!(dock.cases().await.is_empty());
    dock.tom.device.post(&path, revoke.clone()).await.refused(403, "forbidden");
    let owner = &dock.shop.owner.device;
    owner.post(&path, revoke.clone()).await.ok();
    owner.post(&path, revoke).await.refused(409, "revoked");
    let package = format!("/api/v1/packages/{}", received["line"]["package"]);
    let seen = owner.get(&package).await.ok();
    assert_eq!(seen["package"]["blocked"], json!(["no_coa", "not_accepted"]));
    let package = received["line"]["package"].as_i64().unwrap();
    assert_eq!(dock.shop.held(package, QUARANTINE).await, "100");
    let held = owner.get("/api/v1/quarantine").await.ok();
    assert_eq!(held["held"][0]["holds"][0]["reason"], "coa_revoked");
    assert_eq!(
        dock.cases().await[0]["title"]["en"],
        "Sour cherry gummies, batch SC-77: COA revoked"
    );
    let listed = owner.get("/api/v1/coas?product=1&batch=sc-77").await.ok();
    assert_eq!(listed["coas"][1]["revoked_why"], "The lab took it back");
}

#[tokio::test]
async fn a_coa_that_failed_takes_the_stock_of_its_batch_in() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let received = dock.counts(id, HUNDRED, "100").await.ok();
    let package = received["line"]["package"].as_i64().unwrap();
    let away = json!({
        "package": package, "from": dock.place, "to": BIN_A,
        "quantity": { "value": "60", "unit": "ea" },
    });
    dock.tom.device.post("/api/v1/moves", away).await.ok();
    dock.coa(false, None).await;
    assert_eq!(dock.shop.held(package, QUARANTINE).await, "100");
    assert_eq!(dock.shop.held(OLD, BIN_A).await, "20", "another batch stays");
    let cases = dock.cases().await;
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0]["kind"], "coa");
    assert_eq!(cases[0]["title"]["en"], "Sour cherry gummies, batch SC-77: COA failed");
    let owner = &dock.shop.owner.device;
    let view = owner.get(&format!("/api/v1/cases/{}", cases[0]["id"])).await.ok();
    assert_eq!(view["movements"].as_array().unwrap().len(), 2);
    assert_eq!(view["evidence"][0]["text"]["en"], "Clear Lab found on 2020-01-02 that it failed");
    let alert = owner.get("/api/v1/alerts").await.ok()["alerts"][0].clone();
    assert_eq!((&alert["kind"], &alert["case"]), (&json!("coa"), &cases[0]["id"]));
    let held = owner.get("/api/v1/quarantine").await.ok()["held"][0].clone();
    assert_eq!(held["holds"][0]["reason"], "coa_failed");
    assert_eq!((&held["coa"], &held["accepted"]), (&json!("failed"), &json!(false)));
    // The same again holds what is held, and what arrives now is held as it is counted.
    dock.coa(false, None).await;
    assert_eq!(dock.cases().await.len(), 1);
    // A test that passed lets it go again, with a reason.
    let path = format!("/api/v1/packages/{package}/release");
    let release = json!({ "from": QUARANTINE, "to": BIN_A, "reason": "Retested" });
    let refused = owner.post(&path, release.clone()).await.refused(409, "still_blocked");
    assert_eq!(refused["why"], json!(["coa_failed"]));
    dock.coa(true, None).await;
    owner.post(&path, release).await.ok();
    assert_eq!(dock.shop.held(package, BIN_A).await, "100");
    assert_eq!(owner.get("/api/v1/quarantine").await.ok()["held"], json!([]));
}

#[tokio::test]
async fn what_failed_is_not_filed_while_there_is_nowhere_to_put_its_stock() {
    let dock = Dock::open().await;
    let id = dock.arrived(&manifest()).await;
    let received = dock.counts(id, HUNDRED, "100").await.ok();
    let owner = &dock.shop.owner.device;
    let path = format!("/api/v1/places/{QUARANTINE}");
    let place = owner.get(&path).await.ok()["place"].clone();
    let closed = json!({
        "name": place["name"], "kind": "quarantine", "walk": place["walk"], "active": false,
        "version": place["version"],
    });
    owner.put(&path, closed).await.ok();
    let page = dock.document(b"%PDF-1.7 it failed").await;
    let failed = json!({
        "product": 1, "batch": BATCH, "pages": [page["sha256"]], "lab": "Clear Lab", "tested": "2020-01-02",
        "passed": false,
    });
    dock.tom.device.post("/api/v1/coas", failed).await.refused(409, "no_place");
    let listed = owner.get(&format!("/api/v1/coas?product=1&batch={BATCH}")).await.ok();
    assert_eq!(listed["coas"].as_array().unwrap().len(), 1, "nothing half done");
    assert!(dock.cases().await.is_empty());
    let package = received["line"]["package"].as_i64().unwrap();
    assert_eq!(dock.shop.held(package, dock.place).await, "100");
}

#[tokio::test]
async fn a_coa_is_of_a_batch_or_of_the_batch_of_a_package() {
    let dock = Dock::without_papers().await;
    let page = dock.document(b"%PDF-1.7 by its package").await;
    let device = &dock.tom.device;
    let input = |product: i64, batch: Option<&str>, package: Option<i64>| {
        json!({
            "product": product, "batch": batch, "package": package, "pages": [page["sha256"]],
            "lab": "Clear Lab", "tested": "2020-01-02", "passed": true,
        })
    };
    let filed = device.post("/api/v1/coas", input(1, None, Some(OLD))).await.ok();
    assert_eq!(filed["batch"], "1A4060300000000000000001", "its tag, for it has no batch");
    for (product, batch, package, field) in [
        (1, None, None, "batch"),
        (1, Some(BATCH), Some(OLD), "batch"),
        (1, Some(" "), None, "batch"),
        (EIGHTH, None, Some(OLD), "package"),
    ] {
        let refused = device.post("/api/v1/coas", input(product, batch, package)).await;
        assert_eq!(refused.refused(400, "bad_request")["field"], field);
    }
    device.post("/api/v1/coas", input(1, None, Some(9999))).await.refused(404, "not_found");
    let listed = device.get(&format!("/api/v1/coas?package={OLD}")).await.ok();
    assert_eq!(listed["coas"][0]["id"], filed["id"]);
    device.get("/api/v1/coas?package=9999").await.refused(404, "not_found");
    device.get("/api/v1/coas?product=1").await.refused(400, "bad_request");
}

#[tokio::test]
async fn a_document_is_what_its_bytes_are() {
    let dock = Dock::without_papers().await;
    let device = &dock.tom.device;
    let pdf = b"%PDF-1.7 the same".to_vec();
    let one = send(device, Method::POST, "documents?name=a.pdf", pdf.clone()).await.ok();
    let same = send(device, Method::POST, "documents?name=b.pdf", pdf.clone()).await.ok();
    assert_eq!((&one["id"], &one["sha256"]), (&same["id"], &same["sha256"]));
    for bytes in [&b"<html>"[..], b"%PD", b"MZ\x90"] {
        let answer = send(device, Method::POST, "documents?name=c.pdf", bytes.to_vec()).await;
        answer.refused(422, "not_a_document");
    }
    let large = [&pdf[..], &vec![0; 10 << 20]].concat();
    send(device, Method::POST, "documents?name=d.pdf", large).await.refused(413, "too_large");
    let shown =
        device.open(device.ask(Method::GET, &format!("/api/v1/documents/{}", one["id"]))).await;
    assert_eq!(shown.headers()["content-type"], "application/pdf");
    assert_eq!(shown.headers()["cache-control"], "private, no-store");
    let policy = shown.headers()["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("sandbox"), "no PDF reader runs in it: {policy}");
    assert_eq!(shown.bytes().await.unwrap(), pdf);
    let picture = dock.document(&[0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0]).await;
    let shown = device.get(&format!("/api/v1/documents/{}", picture["id"])).await;
    assert_eq!((shown.status, shown.header("Content-Type")), (200, Some("image/png")));
    assert!(shown.header("Content-Security-Policy").unwrap().ends_with("; sandbox"));
    assert_eq!(shown.header("X-Content-Type-Options"), Some("nosniff"));
    let input = |tested: &str, expires: &str| {
        json!({
            "product": 1, "batch": "X", "pages": [one["sha256"]], "lab": "Clear Lab", "tested": tested,
            "expires": expires, "passed": true,
        })
    };
    for (tested, expires, field) in
        [("2999-01-01", "2999-02-01", "tested"), ("2020-01-02", "2020-01-01", "expires")]
    {
        let refused = device.post("/api/v1/coas", input(tested, expires)).await;
        assert_eq!(refused.refused(400, "bad_request")["field"], field);
    }
}
