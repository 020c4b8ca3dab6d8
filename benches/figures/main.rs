//! The figures that the product promises, measured on this machine: the release program as a process of
//! its own, over its own TLS on loopback, on the file system that `target` lies on. Prints each figure
//! beside its limit; a missed limit is printed, never an error, for a busy machine proves nothing.
//!
//! `cargo bench --bench figures` runs all; `cargo bench --bench figures -- moves scans` runs parts.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::type_complexity,
    clippy::unused_self,
    reason = "figures are for people: a lost digit does not matter, and a report is written through one hand"
)]

mod counts;
mod dock;
mod first_load;
mod investigate;
mod load;
mod moves;
mod orders;
mod process;
mod raw;
mod report;
mod scans;
mod seed;
mod wire;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use process::Process;
use report::Report;
use seed::Device;

const PARTS: [&str; 8] =
    ["moves", "scans", "orders", "counts", "dock", "investigate", "memory", "web"];

fn main() -> Result<()> {
    // Cargo itself passes `--bench`.
    let parts: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("there is no part {unknown:?}; the parts are: {}", PARTS.join(", "));
    }
    let asked = |part: &str| parts.is_empty() || parts.iter().any(|known| known == part);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("figures");
    std::fs::create_dir_all(&folder)?;
    let mut report = Report::begin(&folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if ["moves", "scans", "orders", "counts", "dock", "memory"].into_iter().any(asked) {
        let data = seed::copy(&folder)?;
        let devices = seed::enrol(&data)?;
        runtime.block_on(boxed(&folder, &data, &devices, &mut report, asked))?;
    }
    if asked("investigate") {
        investigate::measure(&mut report);
    }
    if asked("web") {
        first_load::measure(&mut report)?;
    }
    Ok(())
}

/// What needs a running box.
async fn boxed(
    folder: &Path,
    data: &Path,
    devices: &[Device],
    report: &mut Report,
    asked: impl Fn(&str) -> bool,
) -> Result<()> {
    if asked("scans") {
        scans::start(data, report).await?;
    }
    let running = Process::serve(data)?;
    if asked("memory") {
        running.answer_health().await?;
        std::thread::sleep(std::time::Duration::from_secs(3));
        report.at_most("memory, idle", running.memory_mb("VmRSS")?, 40.0, "MB");
    }
    if asked("scans") {
        scans::resolve(&running, devices, report).await?;
        scans::plan(&running, devices, report).await?;
        scans::copy(&running, devices, report).await?;
    }
    if asked("orders") {
        orders::measure(&running, devices, report).await?;
    }
    if asked("counts") {
        counts::measure(&running, devices, report).await?;
    }
    if asked("dock") {
        dock::measure(&running, devices, report).await?;
    }
    if asked("moves") || asked("memory") {
        moves::measure(&running, devices, folder, report).await?;
        report.at_most("memory, peak of the whole run", running.memory_mb("VmHWM")?, 120.0, "MB");
    }
    running.stop()
}
