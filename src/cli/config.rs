//! `config` and `version`.

use super::Exit;
use crate::config::DEFAULTS;
use crate::store::{SCHEMA_VERSION, sqlite_version};

#[derive(clap::Args)]
pub struct VersionArgs {
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

pub fn print() -> Exit {
    print!("{DEFAULTS}");
    Exit::Done
}

pub fn version(args: &VersionArgs) -> Exit {
    let (version, built) = (env!("CARGO_PKG_VERSION"), crate::app::built());
    if args.json {
        let facts = serde_json::json!({
            "version": version, "built": built, "schema": SCHEMA_VERSION, "sqlite": sqlite_version(),
        });
        println!("{facts}");
    } else {
        println!(
            "backstock {version} (schema {SCHEMA_VERSION}, SQLite {}, built {built})",
            sqlite_version()
        );
    }
    Exit::Done
}
