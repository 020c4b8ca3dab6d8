//! `backstock restore FILE`: the same box again, from an archive, in a new or empty data folder.

use std::path::PathBuf;

use super::Exit;
use super::backup::first_line;
use crate::backup::{self, BackupError, Passphrase};
use crate::config::Config;
use crate::store::Clock;

/// Bring a box back from an archive, into a new or empty data folder.
///
/// The archive and its whole ledger are verified before anything is in place. Phones go on trusting the
/// box, everybody signs in again. Never run the old box beside the restored one.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  backstock restore store.age --data-dir /var/lib/backstock\n  \
    backstock restore store.age --data-dir new --passphrase-file slip.txt"
)]
pub struct Args {
    /// The archive.
    pub file: PathBuf,
    /// Read the passphrase from the first line of this file ("-": standard input).
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub passphrase_file: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

pub fn run(config: &Config, args: &Args) -> anyhow::Result<Exit> {
    let data = &config.r#box.data_dir;
    let passphrase = Passphrase::typed(&first_line(&args.passphrase_file)?);
    let restored = match backup::restore(&args.file, &passphrase, data, &Clock::System) {
        Ok(restored) => restored,
        Err(error @ BackupError::Ledger(_)) => {
            eprintln!("{error}. Nothing was restored; use an older archive.");
            return Ok(Exit::BadEntry);
        }
        Err(error) => return Err(error.into()),
    };
    if args.json {
        println!("{}", serde_json::to_string(&restored)?);
    } else {
        println!(
            "Restored {} into {}: as of {}, {} journal entries, epoch {}.\n\
             What happened after that time is not in it: count what moved since.",
            args.file.display(),
            data.display(),
            restored.made,
            restored.entries,
            restored.epoch
        );
    }
    Ok(Exit::Done)
}
