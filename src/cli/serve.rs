//! `serve`: the running box.

use std::io::IsTerminal;

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::Exit;
use crate::app::{self, Ended, Running, banner};
use crate::config::{Config, Log, LogFormat};
use crate::store::Clock;

pub const EXAMPLES: &str = "\
Examples:
  backstock serve
  backstock serve --data-dir ./data
  BACKSTOCK_WEB_HTTPS_PORT=8443 BACKSTOCK_WEB_HTTP_PORT=8080 backstock serve --data-dir ./data";

#[derive(clap::Args)]
pub struct Args {
    /// Print one line of JSON when the box is up, instead of the banner
    #[arg(long)]
    json: bool,
}

pub fn run(config: &Config, args: &Args) -> Result<Exit> {
    log(&config.log)?;
    let ended = until_asked(async {
        let running = app::start(config, Clock::System).await?;
        if args.json {
            println!("{}", banner::json(&running));
        } else {
            println!("{}", banner::text(&running));
        }
        Ok(running)
    })?;
    Ok(match ended {
        Ended::Asked => Exit::Done,
        Ended::Failed => Exit::Again,
    })
}

/// Starts a box and runs it until a signal asks it to stop, or it fails.
pub fn until_asked(starting: impl Future<Output = Result<Running>>) -> Result<Ended> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(4)
        .build()
        .context("starting")?;
    runtime.block_on(async {
        // Before anything is opened: a signal that comes early stops the box in order too.
        let (mut term, mut int) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let asked = async move {
            tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        };
        Ok(starting.await?.until(asked).await)
    })
}

/// Logs go to standard error: standard output is for what a command answers.
pub fn log(log: &Log) -> Result<()> {
    let filter = EnvFilter::try_new(&log.level).context("[log] level")?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let set = match log.format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().try_init(),
    };
    set.map_err(|error| anyhow::anyhow!("{error}")).context("starting the log")
}
