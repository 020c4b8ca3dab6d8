//! Online orders: a thousand of five lines taken in, and walks for twenty of them planned over a store of ten
//! thousand packages.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::load::Run;
use super::process::Process;
use super::report::Report;
use super::scans::ask;
use super::seed::{Device, PRODUCTS};
use super::wire::Wire;

const ORDERS: i64 = 1_000;
const LINES: i64 = 5;
/// Orders of a walk, and walks planned.
const WAVE: usize = 20;
const WALKS: usize = 50;
/// Devices that enter orders, so that none is held back for asking too often.
const HANDS: usize = 32;

pub async fn measure(running: &Process, devices: &[Device], report: &mut Report) -> Result<()> {
    let reach = &running.reach;
    let mut wire = Wire::connect(reach).await?;
    let cookie = |n: usize| devices[n % HANDS].cookie.as_str();
    let mut taken = Vec::new();
    let begun = Instant::now();
    for n in 0..ORDERS {
        let product = |line: i64| 1 + (n * 7 + line * 31) % PRODUCTS;
        let lines: Vec<Value> = (0..LINES)
            .map(|line| json!({ "product": product(line), "quantity": (1 + line % 2).to_string() }))
            .collect();
        let order = json!({ "customer_first": "Ana", "way": "pickup", "lines": lines }).to_string();
        let asked = Instant::now();
        let hand = usize::try_from(n)?;
        ask(&mut wire, reach, cookie(hand), "/api/v1/orders", &order).await?;
        taken.push(asked.elapsed());
    }
    report.told("1,000 orders of 5 lines accepted", begun.elapsed().as_secs_f64(), "s");
    let run = Run::of(taken, begun.elapsed());
    report.told("an order of 5 lines accepted: p99", run.quantile_ms(0.99), "ms");
    let list = wire.ask(&reach.get("/api/v1/orders?state=waiting", Some(cookie(0)))).await?;
    let list: Value = serde_json::from_slice(list.body)?;
    let waiting: Vec<i64> = list["orders"]
        .as_array()
        .context("orders")?
        .iter()
        .filter_map(|order| order["id"].as_i64())
        .collect();
    if waiting.len() < WAVE {
        bail!("{} orders wait", waiting.len());
    }
    let mut planned = Vec::with_capacity(WALKS);
    for n in 0..WALKS {
        let wave: Vec<i64> = (0..WAVE).map(|k| waiting[(n * WAVE + k) % waiting.len()]).collect();
        let body = json!({ "orders": wave }).to_string();
        let asked = Instant::now();
        let walk = ask(&mut wire, reach, cookie(n), "/api/v1/walks", &body).await?;
        planned.push(asked.elapsed());
        let lines = walk["lines"].as_array().context("lines")?.len();
        if lines < WAVE {
            bail!("a walk of {lines} lines");
        }
        let back = format!("/api/v1/picks/{}/release", walk["id"]);
        ask(&mut wire, reach, cookie(n), &back, "{}").await?;
    }
    let run = Run::of(planned, Duration::from_secs(1));
    report.at_most("walk of 20 orders planned: p99", run.quantile_ms(0.99), 50.0, "ms");
    Ok(())
}
