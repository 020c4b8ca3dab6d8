//! How a command ends.

use std::process::{ExitCode, Termination};

use crate::config::ConfigError;
use crate::store::OpenError;

/// The exit codes; `--help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    /// Wrong arguments or settings.
    Usage = 2,
    /// `verify` found an entry that is not as it was written.
    BadEntry = 3,
    /// Another process holds the data folder, or none runs where one is needed.
    Held = 4,
    /// Start again (`EX_TEMPFAIL` of sysexits): systemd does.
    Again = 75,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Tells what went wrong, with its causes, and finds the code for it.
pub fn told(error: &anyhow::Error) -> Exit {
    eprintln!("backstock: {error:#}");
    let of = |cause: &(dyn std::error::Error + 'static)| {
        if cause.is::<ConfigError>() {
            return Some(Exit::Usage);
        }
        matches!(cause.downcast_ref(), Some(OpenError::Locked(_))).then_some(Exit::Held)
    };
    error.chain().find_map(of).unwrap_or(Exit::Failed)
}
