//! What a person waits for at a large store: the box's start, what a scan means, and a pick's plan.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::load::{self, Run};
use super::process::Process;
use super::report::Report;
use super::seed::{self, Device, FLOOR, PACKAGES, PRODUCTS};
use super::wire::{Reach, Wire};

/// How many starts, of which the slowest counts.
const STARTS: usize = 5;
const PLANS: usize = 300;
const LINES: usize = 20;
const COPIES: usize = 50;

/// From the process's start to its first answer.
pub async fn start(data: &Path, report: &mut Report) -> Result<()> {
    // The very first start makes keys and certificates.
    Process::serve(data)?.stop()?;
    let mut slowest = Duration::ZERO;
    for _ in 0..STARTS {
        let running = Process::serve(data)?;
        slowest = slowest.max(running.answer_health().await?);
        running.stop()?;
    }
    let name = format!("start to first answer, slowest of {STARTS}");
    report.at_most(&name, slowest.as_secs_f64() * 1000.0, 500.0, "ms");
    Ok(())
}

/// What a scan means, by eight clients: tags for the most part, and everything else that is scanned or
/// typed in a store.
pub async fn resolve(running: &Process, devices: &[Device], report: &mut Report) -> Result<()> {
    let kinds: [(&str, fn(usize) -> String); 6] = [
        ("a tag", tag),
        ("a GTIN", gtin),
        ("the end of a tag", tail),
        ("a mistyped tag", neighbour),
        ("a batch, typed", batch),
        ("as in a store", mixed),
    ];
    for (what, text) in kinds {
        let run = resolve_all(running, devices, text).await?;
        let name = format!("scan of {what}, 8 clients: p99");
        report.told(&format!("scan of {what}, 8 clients"), run.per_s, "rows/s");
        report.at_most(&name, run.quantile_ms(0.99), 5.0, "ms");
    }
    Ok(())
}

async fn resolve_all(
    running: &Process,
    devices: &[Device],
    text: fn(usize) -> String,
) -> Result<Run> {
    let (reach, devices) = (running.reach.clone(), devices.to_vec());
    let request = move |client: usize, n: usize| {
        let mine = devices.len() / 8;
        let device = &devices[client * mine + n % mine];
        let text = text(client * 7919 + n * 31);
        reach.get(&format!("/api/v1/resolve?text={text}"), Some(&device.cookie))
    };
    load::run(&running.reach, 8, Duration::from_secs(4), request).await
}

fn package(n: usize) -> i64 {
    n as i64 % PACKAGES + 1
}

fn tag(n: usize) -> String {
    seed::tag(package(n))
}

fn tail(n: usize) -> String {
    seed::tag(package(n))[16..].to_owned()
}

fn batch(n: usize) -> String {
    seed::batch(package(n))
}

fn gtin(n: usize) -> String {
    seed::gtin(n as i64 % PRODUCTS + 1)
}

/// A tag with a wrong digit in its middle.
fn neighbour(n: usize) -> String {
    let mut tag = tag(n);
    tag.replace_range(8..9, "F");
    tag
}

fn mixed(n: usize) -> String {
    match n % 20 {
        0 => neighbour(n),
        1 => tail(n),
        2..6 => gtin(n),
        _ => tag(n),
    }
}

/// The copy of the whole stock that a device keeps for when the box is out of reach.
pub async fn copy(running: &Process, devices: &[Device], report: &mut Report) -> Result<()> {
    let reach = &running.reach;
    let mut wire = Wire::connect(reach).await?;
    let mut taken = Vec::with_capacity(COPIES);
    let mut bytes = 0;
    for n in 0..COPIES {
        let asked = Instant::now();
        let request = reach.get("/api/v1/copy", Some(&devices[n % devices.len()].cookie));
        let answer = wire.ask(&request).await?;
        taken.push(asked.elapsed());
        if answer.status != 200 {
            bail!("the copy: {}", answer.status);
        }
        bytes = answer.body.len();
    }
    let run = Run::of(taken, Duration::from_secs(1));
    report.told("copy of the stock for a device", bytes as f64 / 1e6, "MB");
    report.at_most("copy of the stock for a device: p99", run.quantile_ms(0.99), 150.0, "ms");
    Ok(())
}

/// The claim of a request of twenty lines: planned over ten lots each, reserved and on disk.
pub async fn plan(running: &Process, devices: &[Device], report: &mut Report) -> Result<()> {
    let reach = &running.reach;
    let mut wire = Wire::connect(reach).await?;
    let mut taken = Vec::with_capacity(PLANS);
    for n in 0..PLANS {
        let cookie = &devices[n % devices.len()].cookie;
        let request = ask(&mut wire, reach, cookie, "/api/v1/requests", &wanted(n)).await?;
        let id = request["id"].as_i64().context("a request's id")?;
        let path = format!("/api/v1/requests/{id}/claim");
        let asked = Instant::now();
        let pick = ask(&mut wire, reach, cookie, &path, "{}").await?;
        taken.push(asked.elapsed());
        let planned = pick["lines"].as_array().map_or(0, Vec::len);
        if planned < LINES {
            bail!("only {planned} lines were planned");
        }
        let path = format!("/api/v1/picks/{}/release", pick["id"]);
        ask(&mut wire, reach, cookie, &path, "{}").await?;
        let path = format!("/api/v1/requests/{id}/cancel");
        ask(&mut wire, reach, cookie, &path, "{}").await?;
    }
    let run = Run::of(taken, Duration::from_secs(1));
    report.told("plan of 20 lines, claimed and on disk: p50", run.quantile_ms(0.5), "ms");
    report.at_most("plan of 20 lines, claimed and on disk: p99", run.quantile_ms(0.99), 10.0, "ms");
    Ok(())
}

fn wanted(n: usize) -> String {
    let product = |line: usize| (n * LINES + line) as i64 % PRODUCTS + 1;
    let lines: Vec<String> = (0..LINES)
        .map(|line| format!(r#"{{"product":{},"quantity":"30"}}"#, product(line)))
        .collect();
    format!(r#"{{"station":{FLOOR},"lines":[{}]}}"#, lines.join(","))
}

pub async fn ask(
    wire: &mut Wire,
    reach: &Reach,
    cookie: &str,
    path: &str,
    body: &str,
) -> Result<Value> {
    let answer = wire.ask(&reach.post(path, cookie, body)).await?;
    let told: Value = serde_json::from_slice(answer.body)?;
    if answer.status != 200 {
        bail!("{path}: {} {told}", answer.status);
    }
    Ok(told)
}
