//! Durable moves: every answered move is on disk.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::load::{self, Run};
use super::process::Process;
use super::raw;
use super::report::Report;
use super::seed::{self, Device, PACKAGES};

/// Moves of 1, 8 and 32 clients, with the yardstick before, between and after.
pub async fn measure(
    running: &Process,
    devices: &[Device],
    folder: &Path,
    report: &mut Report,
) -> Result<()> {
    let mut raw = vec![raw::rows_per_s(folder)?];
    let mut last = 0.0;
    for (clients, seconds) in [(1, 4), (8, 5), (32, 10)] {
        let run = moves(running, devices, clients, Duration::from_secs(seconds)).await?;
        tell(report, clients, &run);
        last = run.per_s;
        if clients > 1 {
            raw.push(raw::rows_per_s(folder)?);
        }
    }
    raw.sort_by(f64::total_cmp);
    report.told("plain SQLite, slowest of 3", raw[0], "rows/s");
    report.told("plain SQLite, median of 3", raw[1], "rows/s");
    report.told("plain SQLite, fastest of 3", raw[2], "rows/s");
    report.at_least("moves of 32 clients / plain SQLite", last / raw[1], 0.35, "");
    Ok(())
}

fn tell(report: &mut Report, clients: usize, run: &Run) {
    let name = |what: &str| format!("moves, {clients} clients: {what}");
    report.told(&name("durable"), run.per_s, "rows/s");
    report.told(&name("p50"), run.quantile_ms(0.5), "ms");
    if clients == 32 {
        report.at_most(&name("p99"), run.quantile_ms(0.99), 50.0, "ms");
    } else {
        report.told(&name("p99"), run.quantile_ms(0.99), "ms");
    }
    report.told(&name("longest"), run.quantile_ms(1.0), "ms");
}

/// Each client has its share of the packages and takes one of each from its bin to the next bin; on the
/// following round they go back, so that no bin runs out. It changes devices as it goes, for the box
/// lets one device ask a hundred times a second.
async fn moves(
    running: &Process,
    devices: &[Device],
    clients: usize,
    length: Duration,
) -> Result<Run> {
    let (reach, devices) = (running.reach.clone(), devices.to_vec());
    let request = move |client: usize, n: usize| {
        let share = usize::try_from(PACKAGES).expect("a small number") / clients;
        let nth = i64::try_from(client + clients * (n % share)).expect("a small number");
        let package = seed::shuffled(nth);
        let there = (n / share).is_multiple_of(2);
        let (home, next) = (seed::bin_of(package), seed::next_bin(package));
        let (from, to) = if there { (home, next) } else { (next, home) };
        let body = format!(
            r#"{{"package":{package},"from":{from},"to":{to},"quantity":{{"value":"1","unit":"ea"}},"scanned":"{}"}}"#,
            seed::tag(package)
        );
        let mine = devices.len() / clients;
        let device = &devices[client * mine + n % mine];
        reach.post("/api/v1/moves", &device.cookie, &body)
    };
    load::run(&running.reach, clients, length, request).await
}
