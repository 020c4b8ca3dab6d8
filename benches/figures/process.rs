//! The release program as a process of its own, and what the kernel says of it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::wire::{Reach, Wire};

/// A running box, of the program that cargo built or that `BACKSTOCK` names; killed when dropped before [`Process::stop`].
pub struct Process {
    child: Child,
    pub reach: Reach,
    started: Instant,
}

impl Process {
    pub fn serve(data: &Path) -> Result<Self> {
        let started = Instant::now();
        let program = std::env::var_os("BACKSTOCK");
        let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_backstock").into());
        let mut child = Command::new(program)
            .args(["serve", "--json"])
            .env("BACKSTOCK_BOX_DATA_DIR", data)
            .env("BACKSTOCK_WEB_BIND", "127.0.0.1")
            .env("BACKSTOCK_WEB_HTTPS_PORT", "0")
            .env("BACKSTOCK_WEB_HTTP_PORT", "0")
            .env("BACKSTOCK_WEB_LOOPBACK", "true")
            .env("BACKSTOCK_MDNS_ON", "false")
            .env("BACKSTOCK_BACKUP_AT", "")
            .env("BACKSTOCK_LOG_LEVEL", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the program")?;
        let mut line = String::new();
        let out = child.stdout.take().context("its output")?;
        BufReader::new(out).read_line(&mut line)?;
        let facts: serde_json::Value =
            serde_json::from_str(&line).with_context(|| format!("it said {line:?}"))?;
        let text = |name: &str| {
            facts[name].as_str().map(str::to_owned).with_context(|| format!("{name} in {line}"))
        };
        let root = std::fs::read_to_string(data.join("tls/root/root.crt"))?;
        let reach = Reach::new(text("host")?, text("origin")?, text("https")?.parse()?, &root)?;
        Ok(Self { child, reach, started })
    }

    /// Asks `/healthz` once; how long after its start the answer was there.
    pub async fn answer_health(&self) -> Result<Duration> {
        let mut wire = Wire::connect(&self.reach).await?;
        let request = self.reach.get("/healthz", None);
        let answer = wire.ask(&request).await?;
        if answer.status != 200 {
            bail!("/healthz answered {}", answer.status);
        }
        Ok(self.started.elapsed())
    }

    /// A line of `/proc/PID/status` in kB, as megabytes of 10^6.
    pub fn memory_mb(&self, line: &str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let found = status.lines().find_map(|row| row.strip_prefix(line)?.strip_prefix(':'));
        let kb = found.and_then(|row| row.split_whitespace().next()).context("no such line")?;
        Ok(kb.parse::<f64>()? * 1024.0 / 1e6)
    }

    /// SIGTERM, and waits until it is gone.
    pub fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-s", "TERM", &id]).status().context("kill")?;
        let ended = self.child.wait()?;
        if ended.success() { Ok(()) } else { bail!("the box ended with {ended}") }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Gone already where it was stopped in order.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
