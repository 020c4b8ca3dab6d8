//! `import`: a file into the books, from the console.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde_json::Value;

use super::{Exit, say};
use crate::config::Config;
use crate::control::{self, Command, FILE_LIMIT};
use crate::workflow::importing::ImportKind;

pub const EXAMPLES: &str = "\
Without --apply the file is only read and shown: confirm it on the import screen, where items that
are not known yet are mapped to products.

Examples:
  backstock import packages active.json
  backstock import packages active.json --apply --opening     the first list of a new box
  backstock import sales yesterday.csv --apply";

#[derive(clap::Args)]
pub struct Args {
    kind: Kind,
    /// METRC's active packages as JSON, or a CSV file
    file: PathBuf,
    /// Confirm and apply it, where nothing waits for a person
    #[arg(long)]
    apply: bool,
    /// Post the quantities as the opening balance (packages, once)
    #[arg(long, requires = "apply")]
    opening: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Packages,
    Sales,
}

pub fn run(config: &Config, args: &Args) -> Result<Exit> {
    let named = || format!("reading {}", args.file.display());
    let size = std::fs::metadata(&args.file).with_context(named)?.len();
    ensure!(size <= FILE_LIMIT as u64, "{} is larger than 64 MiB", args.file.display());
    let file = std::fs::read(&args.file).with_context(named)?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let command = Command::Import {
        kind: match args.kind {
            Kind::Packages => ImportKind::Packages,
            Kind::Sales => ImportKind::Sales,
        },
        name: name.unwrap_or_default(),
        apply: args.apply,
        opening: args.opening,
        bytes: file.len(),
    };
    let import = control::ask(config, &command, &file)?;
    let refused = import["state"] == "refused";
    say(args.json, &import, text);
    Ok(if refused { Exit::Failed } else { Exit::Done })
}

fn text(import: &Value) -> String {
    let counts = import["counts"].as_object();
    let counts: Vec<String> = counts
        .into_iter()
        .flatten()
        .filter(|(_, count)| **count != 0)
        .map(|(name, count)| format!("{count} {}", name.replace('_', " ")))
        .collect();
    let state = import["state"].as_str().unwrap_or("-");
    let why = import["why"].as_str().map_or(String::new(), |why| format!(": {why}"));
    format!("import {}: {state}{why}\n{} rows: {}", import["id"], import["rows"], counts.join(", "))
}
