//! The world outside the store: other people's servers, reached over HTTP and SMTP. Knows nothing of the
//! books. Names are resolved here, in Rust: the C library of a static binary cannot.

mod dns;
mod mail;
mod webhook;

use std::time::Duration;

use crate::domain::notice::{Channel, Fault, FaultKind, Notice};
use crate::domain::time::At;

/// How long anybody outside may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// The most of another's words that is kept.
const SAID: usize = 200;

/// Sends one message. It may have arrived although the answer did not: its key tells the receiver.
pub async fn send(channel: &Channel, notice: &Notice, now: At) -> Result<(), Fault> {
    match channel {
        Channel::Webhook(webhook, key) => webhook::send(webhook, key, notice, now).await,
        Channel::Email(email, password) => {
            let sent = mail::send(email, password.as_deref(), notice);
            let late = |_| Err(fault(FaultKind::TimedOut, ""));
            tokio::time::timeout(PATIENCE, sent).await.unwrap_or_else(late)
        }
    }
}

fn fault(kind: FaultKind, said: impl ToString) -> Fault {
    let said = said.to_string();
    let said: String = said.trim().chars().filter(|c| !c.is_control()).take(SAID).collect();
    Fault { kind, said }
}

/// What lies at the bottom of a failed connection.
fn cause(error: &(dyn std::error::Error + 'static)) -> FaultKind {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<rustls::Error>() {
            return FaultKind::Untrusted;
        }
        if error.is::<dns::Unknown>() {
            return FaultKind::UnknownHost;
        }
        // What an IO error wraps is not among its sources: its own source is.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    FaultKind::NotReached
}
