//! `backstock backup FILE`: an archive now, of a box that runs or one that does not.

use std::fs;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Exit;
use crate::backup::{self, Backup, Folders, Passphrase, passphrase};
use crate::config::Config;
use crate::ledger::Actor;
use crate::store::{Clock, OpenError, Options, Store, StoreError};
use crate::workflow::backups;

/// Write everything this box needs to come back into one encrypted file.
///
/// Locked with the box's own passphrase unless another is given. The file is read back before it
/// counts. Ends with 3 where the ledger in it does not verify.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  backstock backup /media/usb/store.age\n  \
    backstock backup --show-passphrase\n  \
    backstock backup off-site.age --passphrase-file /run/secrets/off-site")]
pub struct Args {
    /// The file to write; it must not exist.
    #[arg(required_unless_present = "show_passphrase")]
    pub file: Option<PathBuf>,
    /// Lock this file with the first line of another file ("-": standard input).
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Print the passphrase that the box keeps for its archives, to write it down.
    #[arg(long)]
    pub show_passphrase: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

pub fn run(config: &Config, args: &Args) -> anyhow::Result<Exit> {
    let folders = &Folders::from(config);
    if args.show_passphrase {
        let kept = passphrase::kept_or_made(&folders.data)?;
        println!("{}", kept.passphrase.show());
        passphrase::mark_shown(&folders.data)?;
    }
    let Some(file) = &args.file else { return Ok(Exit::Done) };
    let passphrase = match &args.passphrase_file {
        Some(path) => Passphrase::chosen(&first_line(path)?)?,
        None => passphrase::kept_or_made(&folders.data)?.passphrase,
    };
    let made = make(folders, &passphrase, file)?;
    if args.json {
        println!("{}", serde_json::to_string(&made)?);
    } else {
        let Backup { bytes, entries, head, .. } = &made;
        println!("{}: {bytes} bytes, {entries} entries, head {head}", file.display());
        if args.passphrase_file.is_none() && !args.show_passphrase {
            println!(
                "Locked with the box's own passphrase. Write it down, away from the box: \
                 backstock backup --show-passphrase"
            );
        }
        if !made.verified {
            println!(
                "THE LEDGER IN IT DOES NOT VERIFY. Run `backstock verify` for the first bad entry."
            );
        }
    }
    Ok(if made.verified { Exit::Done } else { Exit::BadEntry })
}

/// A running box holds the lock, so its file is only read and the journal knows nothing of it; else
/// this process is the one that writes, and journals the archive as console.
fn make(folders: &Folders, passphrase: &Passphrase, file: &Path) -> anyhow::Result<Backup> {
    let store = match Store::open(&folders.data, Options::default()) {
        Ok(store) => store,
        Err(OpenError::Locked(_)) => {
            let now = Clock::System.now();
            return Ok(backup::copy_of_running(folders, passphrase, file, now)?);
        }
        Err(error) => return Err(error.into()),
    };
    let made = backup::take(&store, folders, passphrase, file)?;
    let facts = made.clone();
    store.write_blocking(move |tx| -> Result<_, StoreError> {
        backups::made(tx, &Actor::console(), &facts)
    })?;
    store.stop();
    Ok(made)
}

impl From<&Config> for Folders {
    fn from(config: &Config) -> Self {
        let data = &config.r#box.data_dir;
        let told = &config.backup.folder;
        Self {
            backups: if told.as_os_str().is_empty() { data.join("backups") } else { told.clone() },
            config: config.file.clone(),
            keep: config.backup.keep.into(),
            night: config.backup.at.0,
            ..Self::of(data)
        }
    }
}

/// The first line of a file, or of standard input.
pub fn first_line(path: &Path) -> anyhow::Result<String> {
    let mut line = String::new();
    if path == Path::new("-") {
        let input = std::io::stdin();
        if input.is_terminal() {
            eprint!("Passphrase: ");
            std::io::stderr().flush()?;
        }
        input.lock().read_line(&mut line).context("reading the passphrase")?;
    } else {
        line = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    }
    Ok(line.lines().next().unwrap_or_default().trim().to_owned())
}
