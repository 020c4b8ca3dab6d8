//! Counts: two thousand packages counted in forty bins, handed in and settled; and what is looked at beside
//! them, over a store of ten thousand packages and a million movements.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use backstock::store::Clock;
use serde_json::json;

use super::load::Run;
use super::process::Process;
use super::report::Report;
use super::scans::ask;
use super::seed::{self, Device, PACKAGES};
use super::wire::Wire;

const BINS: i64 = 40;
/// Devices that count.
const HANDS: usize = 16;
/// One in so many lines is off.
const OFF: usize = 50;
/// How often each screen is asked for.
const ASKED: usize = 20;

pub async fn measure(running: &Process, devices: &[Device], report: &mut Report) -> Result<()> {
    let reach = &running.reach;
    let mut wire = Wire::connect(reach).await?;
    // The box holds back a device that asks too often: the count goes on on several.
    let cookie = |n: usize| devices[n % HANDS].cookie.as_str();
    let bins: Vec<i64> = (0..BINS).map(seed::bin_of).collect();
    let at = |package: i64| {
        [(seed::bin_of(package), seed::AT_HOME), (seed::next_bin(package), seed::NEXT_DOOR)]
            .map(|(bin, held)| (package, bin, held))
    };
    let lines: Vec<(i64, i64, i64)> =
        (1..=PACKAGES).flat_map(at).filter(|(_, bin, _)| bins.contains(bin)).collect();
    let start = json!({ "scope": { "places": bins } }).to_string();
    let begun = ask(&mut wire, reach, cookie(0), "/api/v1/counts", &start).await?;
    let path = format!("/api/v1/counts/{}", begun["count"]["id"]);
    for n in 1..HANDS {
        ask(&mut wire, reach, cookie(n), &format!("{path}/join"), "{}").await?;
    }
    let clock = Clock::System;
    let now = || json!({ "seq": 1_000_000_000_000_i64, "at": clock.now() });
    for (n, place) in bins.iter().enumerate() {
        let body = json!({ "place": place, "began": now() }).to_string();
        ask(&mut wire, reach, cookie(n), &format!("{path}/places"), &body).await?;
    }
    let mut taken = Vec::with_capacity(lines.len());
    for (n, (package, bin, held)) in lines.iter().enumerate() {
        let value = if n % OFF == 0 { held - 1 } else { *held };
        let line = json!({
            "place": bin, "package": package, "began": now(), "said": now(),
            "quantity": { "value": value.to_string(), "unit": "ea" },
        });
        let asked = Instant::now();
        ask(&mut wire, reach, cookie(n), &format!("{path}/lines"), &line.to_string()).await?;
        taken.push(asked.elapsed());
    }
    let run = Run::of(taken, Duration::from_secs(1));
    report.told("count of 2,000 packages: a line: p99", run.quantile_ms(0.99), "ms");
    for (n, place) in bins.iter().enumerate() {
        let body = json!({ "place": place, "said": now(), "done": true }).to_string();
        ask(&mut wire, reach, cookie(n), &format!("{path}/done"), &body).await?;
    }
    let asked = Instant::now();
    let told = ask(&mut wire, reach, cookie(0), &format!("{path}/submit"), "{}").await?;
    if told["state"] != "counted" {
        bail!("the count was handed in, and is {told}");
    }
    report.at_most("count of 2,000 packages: handed in", ms(asked), 1000.0, "ms");
    let asked = Instant::now();
    let settled = ask(&mut wire, reach, cookie(0), &format!("{path}/settle"), "{}").await?;
    report.at_most("count of 2,000 packages: settled", ms(asked), 1000.0, "ms");
    let found = settled["result"]["lines"].as_array().context("a result")?.len();
    if found != lines.len() {
        bail!("{found} lines were settled of {}", lines.len());
    }
    for path in ["counts/due", "significant", "shrink?days=90", "investigations"] {
        let mut slowest = Duration::ZERO;
        for n in 0..ASKED {
            let asked = Instant::now();
            let answer = wire.ask(&reach.get(&format!("/api/v1/{path}"), Some(cookie(n)))).await?;
            if answer.status != 200 {
                bail!("{path}: {}", answer.status);
            }
            slowest = slowest.max(asked.elapsed());
        }
        report.told(&format!("{path}, slowest of {ASKED}"), slowest.as_secs_f64() * 1000.0, "ms");
    }
    Ok(())
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
