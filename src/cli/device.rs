//! `device` and `claim-code`: what may come in, from the console.

use anyhow::Result;
use clap::Subcommand;
use serde_json::Value;

use super::{Exit, say};
use crate::config::Config;
use crate::control::{self, Command};
use crate::domain::id::DeviceId;

pub const EXAMPLES: &str = "\
Examples:
  backstock device list
  backstock device revoke 4      a phone that was lost";

#[derive(Subcommand)]
pub enum Args {
    /// List every device
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Shut a device out at once, by number
    Revoke {
        device: i64,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(clap::Args)]
pub struct ClaimArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(config: &Config, args: &Args) -> Result<Exit> {
    match *args {
        Args::List { json } => {
            Ok(say(json, &control::ask(config, &Command::DeviceList, &[])?, list))
        }
        Args::Revoke { device, json } => {
            let command = Command::DeviceRevoke { device: DeviceId(device) };
            Ok(say(json, &control::ask(config, &command, &[])?, |device| {
                format!("{} is shut out.", device["name"].as_str().unwrap_or("-"))
            }))
        }
    }
}

pub fn claim_code(config: &Config, args: &ClaimArgs) -> Result<Exit> {
    Ok(say(args.json, &control::ask(config, &Command::ClaimCode, &[])?, |code| {
        let shown = code["code"].as_str().unwrap_or("-");
        format!("{shown}  (works for {} minutes)", code["minutes"])
    }))
}

fn list(devices: &Value) -> String {
    let devices = devices.as_array().map_or(&[][..], Vec::as_slice);
    let text = |device: &Value, name: &str| device[name].as_str().unwrap_or("-").to_owned();
    let lines: Vec<String> = devices
        .iter()
        .map(|device| {
            let seen = match device["revoked_at"].as_str() {
                Some(at) => format!("revoked {at}"),
                None => format!("seen {}", text(device, "last_seen")),
            };
            format!(
                "{:>5}  {:<6}  {:<30}  {seen}",
                device["id"],
                text(device, "kind"),
                text(device, "name")
            )
        })
        .collect();
    lines.join("\n")
}
