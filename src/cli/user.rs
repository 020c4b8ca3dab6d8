//! `user`: people, from the console.

use anyhow::{Result, bail};
use chrono::NaiveDate;
use clap::Subcommand;
use serde_json::Value;

use super::{Exit, say};
use crate::config::Config;
use crate::control::{self, Command};
use crate::domain::role::Role;
use crate::domain::words::Language;
use crate::workflow::user::UserInput;

pub const EXAMPLES: &str = "\
Examples:
  backstock user list
  backstock user add \"Ana Lopez\" technician --language es
  backstock user pin \"Ana Lopez\"      a new PIN for somebody who forgot it
  backstock user disable 7";

#[derive(Subcommand)]
pub enum Args {
    /// List everybody
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Add a person and print their PIN
    Add {
        name: String,
        /// budtender, technician, manager, compliance, auditor or owner
        #[arg(value_parser = role)]
        role: Role,
        /// en or es
        #[arg(long, default_value = "en", value_parser = language)]
        language: Language,
        /// An auditor's last day, as 2026-12-31
        #[arg(long)]
        expires: Option<NaiveDate>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Shut a person out at once, by name or number
    Disable {
        user: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a person a new PIN, by name or number
    Pin {
        user: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

pub fn run(config: &Config, args: Args) -> Result<Exit> {
    let ask = |command: Command| control::ask(config, &command, &[]);
    match args {
        Args::List { json } => Ok(say(json, &ask(Command::UserList)?, list)),
        Args::Add { name, role, language, expires, json } => {
            let input = UserInput { name, role, language, expires };
            Ok(say(json, &ask(Command::UserAdd(input))?, pin))
        }
        Args::Disable { user, json } => {
            Ok(say(json, &ask(Command::UserDisable { user })?, |user| {
                format!("{} is shut out; their sessions ended.", text(user, "name"))
            }))
        }
        Args::Pin { user, json } => Ok(say(json, &ask(Command::UserPin { user })?, pin)),
    }
}

fn role(word: &str) -> Result<Role> {
    match Role::parse(word) {
        Some(role) => Ok(role),
        None => bail!("one of {}", Role::ALL.map(Role::word).join(", ")),
    }
}

fn language(word: &str) -> Result<Language> {
    match word {
        "en" => Ok(Language::En),
        "es" => Ok(Language::Es),
        _ => bail!("en or es"),
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or("-")
}

fn pin(issued: &Value) -> String {
    let user = &issued["user"];
    format!("{} (number {}): PIN {}", text(user, "name"), user["id"], text(issued, "pin"))
}

fn list(people: &Value) -> String {
    let people = people.as_array().map_or(&[][..], Vec::as_slice);
    let lines: Vec<String> = people
        .iter()
        .map(|user| {
            let state = if user["active"] == true { "" } else { "  disabled" };
            format!("{:>5}  {:<10}  {}{state}", user["id"], text(user, "role"), text(user, "name"))
        })
        .collect();
    lines.join("\n")
}
