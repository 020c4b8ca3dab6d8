//! The command line. Each command is a file beside this one; they parse, call, print, and end with one
//! of the exit codes below.

mod backup;
mod card;
mod cert;
mod config;
mod demo;
mod device;
mod exit;
mod import;
mod restore;
mod serve;
mod user;
mod verify;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use serde_json::Value;

use crate::config::Config;
pub use exit::Exit;

const EXITS: &str = "\
Exit codes: 0 done; 1 failed; 2 wrong usage or settings; 3 verify found a bad entry;
4 another process holds the data folder, or none runs where one is needed; 75 start again.";

const SETTINGS: &str = "The settings file; else $BACKSTOCK_CONFIG, ./backstock.toml, \
    /etc/backstock/backstock.toml";

#[derive(Parser)]
#[command(name = "backstock", version, about, after_help = EXITS, max_term_width = 100)]
#[command(arg_required_else_help = true)]
struct Args {
    /// The settings file
    #[arg(long, global = true, value_name = "FILE", help = SETTINGS)]
    config: Option<PathBuf>,
    /// The data folder, instead of the settings'
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the box
    #[command(after_help = serve::EXAMPLES)]
    Serve(serve::Args),
    /// Run a box with a store already in it, to try everything by hand
    #[command(after_help = demo::EXAMPLES)]
    Demo(demo::Args),
    /// Take in a package list or a sales file
    #[command(after_help = import::EXAMPLES)]
    Import(import::Args),
    Verify(verify::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    /// People: list, add, disable, new PIN
    #[command(subcommand, after_help = user::EXAMPLES)]
    User(user::Args),
    /// Devices: list, revoke
    #[command(subcommand, after_help = device::EXAMPLES)]
    Device(device::Args),
    /// Open the setup window of a box that nobody owns, and print its code
    #[command(after_help = "Example:\n  backstock claim-code")]
    ClaimCode(device::ClaimArgs),
    /// Certificates: the box's own, and one of the store's own beside it
    #[command(subcommand, after_help = cert::EXAMPLES)]
    Cert(cert::Args),
    /// Print every setting with its default, as a file to start from
    #[command(after_help = "Example:\n  backstock config > /etc/backstock/backstock.toml")]
    Config,
    /// Print the version
    Version(config::VersionArgs),
}

/// Runs one command line; what the process ends with.
pub fn run(line: impl IntoIterator<Item = std::ffi::OsString>) -> Exit {
    let args = match Args::try_parse_from(line) {
        Ok(args) => args,
        Err(told) => {
            // Help and version are told on standard output and are no failure.
            let _ = told.print();
            return if told.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    let settings = || {
        let mut config = Config::load(args.config.as_deref())?;
        if let Some(folder) = &args.data_dir {
            config.r#box.data_dir.clone_from(folder);
        }
        Ok(config)
    };
    let ended = match args.command {
        Command::Serve(what) => settings().and_then(|config| serve::run(&config, &what)),
        Command::Demo(what) => settings().and_then(|config| demo::run(&config, &what)),
        Command::Verify(what) => settings().and_then(|config| verify::run(&config, &what)),
        Command::Backup(what) => settings().and_then(|config| backup::run(&config, &what)),
        Command::Restore(what) => settings().and_then(|config| restore::run(&config, &what)),
        Command::Import(what) => settings().and_then(|config| import::run(&config, &what)),
        Command::User(what) => settings().and_then(|config| user::run(&config, what)),
        Command::Device(what) => settings().and_then(|config| device::run(&config, &what)),
        Command::ClaimCode(what) => {
            settings().and_then(|config| device::claim_code(&config, &what))
        }
        Command::Cert(what) => settings().and_then(|config| cert::run(&config, what)),
        Command::Config => Ok(config::print()),
        Command::Version(what) => Ok(config::version(&what)),
    };
    ended.unwrap_or_else(|error| exit::told(&error))
}

/// Prints an answer: as JSON for a script, or as `text` makes it.
fn say(json: bool, answer: &Value, text: impl Fn(&Value) -> String) -> Exit {
    if json {
        println!("{answer}");
    } else {
        println!("{}", text(answer));
    }
    Exit::Done
}
