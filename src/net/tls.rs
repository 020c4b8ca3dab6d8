//! The box's certificates: a root made once and kept for ten years, the leaf it signs for the names and
//! addresses of today, and one that the store brought for a name of its own. Times come in from
//! outside; nothing here reads a clock.

pub mod brought;
mod files;
pub mod fingerprint;
pub mod leaf;
pub mod resolver;
pub mod root;
mod strict;

use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use thiserror::Error;

pub use brought::{Brought, BroughtError};
pub use fingerprint::Fingerprint;
pub use leaf::{Leaf, LeafNames, Renewal};
pub use resolver::{Served, server_config};
pub use root::Root;

/// The time of an act, and the time before which this program did not exist. A box without a
/// battery starts in 1970; certificates made then would be refused by every phone.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    pub now: DateTime<Utc>,
    pub earliest: DateTime<Utc>,
}

impl Clock {
    fn checked(self) -> Result<DateTime<Utc>, TlsError> {
        if self.now < self.earliest {
            return Err(TlsError::ClockBehind { now: self.now, earliest: self.earliest });
        }
        Ok(self.now)
    }
}

/// Why the box has no certificate. Each says what is wrong and what to do.
#[derive(Debug, Error)]
pub enum TlsError {
    #[error(
        "the clock says {now}, but this program was built on {earliest}: set the clock, for a \
         certificate made now would be refused by every phone"
    )]
    ClockBehind { now: DateTime<Utc>, earliest: DateTime<Utc> },
    #[error(
        "{} is missing although {} is there: restore both from a backup. A new root would have to \
         be trusted again on every phone, so none is made",
        missing.display(),
        present.display()
    )]
    RootIncomplete { missing: PathBuf, present: PathBuf },
    #[error("{} is damaged ({why}): restore the `root` folder from a backup", path.display())]
    RootDamaged { path: PathBuf, why: String },
    #[error("the root certificate ended on {ended}: every device must be enrolled under a new one")]
    RootEnded { ended: DateTime<Utc> },
    #[error(
        "the box's root may not vouch for `{name}`: only local and private names and addresses"
    )]
    NotPermitted { name: String },
    #[error("cannot {what} {}: {source}", path.display())]
    Io { what: &'static str, path: PathBuf, source: io::Error },
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    #[error("cannot serve the certificate: {0}")]
    Serve(#[from] rustls::Error),
}

/// rcgen speaks of time with another crate. Certificates hold whole seconds.
fn certificate_time(time: DateTime<Utc>) -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(time.timestamp()).expect(
        "chrono's years up to 9999 fit; the clock is past the build time and adds ten years",
    )
}

/// 16 random bytes (RFC 5280, 4.1.2.2: positive, at most 20 octets).
fn serial_number() -> Result<rcgen::SerialNumber, TlsError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| rcgen::Error::RingUnspecified)?;
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(rcgen::SerialNumber::from_slice(&bytes))
}
