//! Papers of a batch: none, failed, expired, revoked; and what kind of file a document may be.

use reqwest::Method;
use serde_json::json;

use super::{Dock, HUNDRED, TEN, manifest, send};
use crate::support::shop::QUARANTINE;

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
    dock.tom.device.post(&path, revoke.clone()).await.refused(403, "forbidden");
    let owner = &dock.shop.owner.device;
    owner.post(&path, revoke.clone()).await.ok();
    owner.post(&path, revoke).await.refused(409, "revoked");
    let package = format!("/api/v1/packages/{}", received["line"]["package"]);
    let seen = owner.get(&package).await.ok();
    assert_eq!(seen["package"]["blocked"], json!(["no_coa", "not_accepted"]));
    let listed = owner.get("/api/v1/coas?product=1&batch=sc-77").await.ok();
    assert_eq!(listed["coas"][0]["revoked_why"], "The lab took it back");
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
    assert_eq!(shown.bytes().await.unwrap(), pdf);
    let input = |tested: &str, expires: &str| {
        json!({
            "product": 1, "batch": "X", "pages": [one["id"]], "lab": "Clear Lab", "tested": tested,
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
