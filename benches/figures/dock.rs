//! The dock: a manifest of five hundred packages, each scanned and confirmed; and a recall over the whole
//! ledger.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::load::Run;
use super::process::Process;
use super::report::Report;
use super::scans::ask;
use super::seed::{Device, PACKAGES, PRODUCTS};
use super::wire::Wire;

const LINES: usize = 500;
/// Recalls, each of another product.
const RECALLS: usize = 20;

pub async fn measure(running: &Process, devices: &[Device], report: &mut Report) -> Result<()> {
    let reach = &running.reach;
    let mut wire = Wire::connect(reach).await?;
    let cookie = |n: usize| devices[n % devices.len()].cookie.as_str();
    for (name, kind) in [("Dock", "dock"), ("Quarantine", "quarantine")] {
        let place = json!({ "name": name, "kind": kind, "walk": 0, "active": true }).to_string();
        ask(&mut wire, reach, cookie(0), "/api/v1/places", &place).await?;
    }
    let item = product_name(&mut wire, running, cookie(0)).await?;
    let entered =
        ask(&mut wire, reach, cookie(0), "/api/v1/shipments", &manifest(&item).to_string()).await?;
    let id = entered["shipments"][0]["shipment"].as_i64().context("a shipment's id")?;
    let path = format!("/api/v1/shipments/{id}");
    ask(&mut wire, reach, cookie(0), &format!("{path}/arrive"), "{}").await?;
    let mut taken = Vec::with_capacity(LINES);
    for n in 0..LINES {
        let asked = Instant::now();
        let scan = reach.get(&format!("{path}/scan?code={}", tag(n)), Some(cookie(n)));
        let found = wire.ask(&scan).await?;
        if found.status != 200 {
            bail!("a scan at the dock: {}", found.status);
        }
        let count =
            json!({ "tag": tag(n), "counted": { "value": "10", "unit": "ea" } }).to_string();
        ask(&mut wire, reach, cookie(n), &format!("{path}/receipts"), &count).await?;
        taken.push(asked.elapsed());
    }
    let run = Run::of(taken, Duration::from_secs(1));
    report.told("manifest of 500: scanned and confirmed: p50", run.quantile_ms(0.5), "ms");
    report.at_most(
        "manifest of 500: scanned and confirmed: p95",
        run.quantile_ms(0.95),
        100.0,
        "ms",
    );
    recalls(&mut wire, running, devices, report).await
}

async fn recalls(
    wire: &mut Wire,
    running: &Process,
    devices: &[Device],
    report: &mut Report,
) -> Result<()> {
    let mut slowest = Duration::ZERO;
    for n in 0..RECALLS {
        let product = n as i64 * 31 % PRODUCTS + 1;
        let recall = json!({ "scope": { "product": product }, "reason": "A figure" }).to_string();
        let asked = Instant::now();
        let cookie = &devices[n % devices.len()].cookie;
        let view = ask(wire, &running.reach, cookie, "/api/v1/recalls", &recall).await?;
        slowest = slowest.max(asked.elapsed());
        let packages = view["packages"].as_array().map_or(0, Vec::len) as i64;
        if packages < PACKAGES / PRODUCTS {
            bail!("a recall found only {packages} packages");
        }
    }
    let name = format!("recall over a million movements, slowest of {RECALLS}");
    report.at_most(&name, slowest.as_secs_f64() * 1000.0, 1000.0, "ms");
    Ok(())
}

async fn product_name(wire: &mut Wire, running: &Process, cookie: &str) -> Result<String> {
    let answer = wire.ask(&running.reach.get("/api/v1/products/1", Some(cookie))).await?;
    let view: Value = serde_json::from_slice(answer.body)?;
    let name = view["product"]["name"].as_str().context("a product's name")?;
    Ok(name.to_owned())
}

fn tag(n: usize) -> String {
    format!("1A40603FFD0C0{:011}", n * 3)
}

fn manifest(item: &str) -> Value {
    let packages: Vec<Value> = (0..LINES)
        .map(|n| json!({ "tag": tag(n), "item": item, "unit": "ea", "shipped": "10" }))
        .collect();
    json!({ "number": "0000500500", "packages": packages })
}
