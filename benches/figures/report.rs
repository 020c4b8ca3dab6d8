//! The table that is printed, a line as soon as it is known.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// Prints figures with their limits.
pub struct Report {}

impl Report {
    /// Prints what the figures depend on: machine and file system.
    pub fn begin(folder: &Path) -> Result<Self> {
        let df = Command::new("df").args(["--output=fstype,source"]).arg(folder).output();
        let df = String::from_utf8(df.context("df")?.stdout)?;
        let disk = df.lines().nth(1).unwrap_or("unknown").split_whitespace().collect::<Vec<_>>();
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let cores = std::thread::available_parallelism()?;
        println!("file system of the data folder: {}", disk.join(" on "));
        println!("processors: {cores}; load before: {}", load.split(' ').next().unwrap_or("?"));
        println!();
        println!("{:<52} {:>14} {:>16}", "figure", "measured", "limit");
        Ok(Self {})
    }

    /// A figure without a limit of its own.
    pub fn told(&mut self, name: &str, value: f64, unit: &str) {
        println!("{name:<52} {:>14}", shown(value, unit));
    }

    /// Several shares of one thing, in a row.
    pub fn shares(&mut self, name: &str, shares: &[(&str, f64)]) {
        let said: Vec<String> =
            shares.iter().map(|(of, share)| format!("{of} {share:>5.1} %")).collect();
        println!("{name:<52} {}", said.join("   "));
    }

    pub fn at_most(&mut self, name: &str, value: f64, limit: f64, unit: &str) {
        Self::line(name, value, unit, &format!("< {}", shown(limit, unit)), value < limit);
    }

    pub fn at_least(&mut self, name: &str, value: f64, limit: f64, unit: &str) {
        Self::line(name, value, unit, &format!(">= {}", shown(limit, unit)), value >= limit);
    }

    fn line(name: &str, value: f64, unit: &str, limit: &str, met: bool) {
        let verdict = if met { "ok" } else { "MISSED" };
        println!("{name:<52} {:>14} {limit:>16}  {verdict}", shown(value, unit));
    }

    /// A figure that could not be measured here, and why.
    pub fn skipped(&mut self, name: &str, why: &str) {
        println!("{name:<52} not measured: {why}");
    }
}

fn shown(value: f64, unit: &str) -> String {
    match unit {
        "rows/s" | "" if value >= 100.0 => format!("{value:.0} {unit}"),
        "" => format!("{value:.2}"),
        _ => format!("{value:.1} {unit}"),
    }
}
