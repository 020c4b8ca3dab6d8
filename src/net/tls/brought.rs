//! A certificate that the store brought: publicly trusted, for a name of the store's own domain, served
//! beside the box's own. Read, judged and kept here; which handshake gets it is the resolver's matter,
//! and who may bring one nobody's here.

mod chain;
mod pem;
mod refusal;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use rustls::SignatureAlgorithm;
use rustls::crypto::ring;
use rustls::sign::CertifiedKey;

pub use refusal::BroughtError;

use self::chain::Chain;
use super::{Fingerprint, files};
use crate::net::dns_name::DnsName;

/// Its folder inside the box's certificate folder. A backup takes it whole.
pub const FOLDER: &str = "brought";

/// Chain and key together, bytes.
pub const TEXT_LIMIT: usize = 64 << 10;
const MOST_CERTIFICATES: usize = 10;
/// What iPhones take, under whatever root.
const LONGEST_DAYS: i64 = 825;
/// From when on its end is told.
pub const WARNING_DAYS: i64 = 21;

/// A chain that is whole, with its key. Its dates are judged by whoever knows the time.
pub struct Brought {
    /// As it was given: chain and key.
    text: String,
    key: Arc<CertifiedKey>,
    fingerprint: Fingerprint,
    names: Vec<DnsName>,
    issuer: String,
    starts: DateTime<Utc>,
    ends: DateTime<Utc>,
    /// Whose end that is: the leaf's as a rule.
    ends_first: String,
}

/// How it stands with its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    NotYet,
    Good,
    /// At most [`WARNING_DAYS`] are left.
    Ending,
    Ended,
}

impl Brought {
    /// Reads PEM: certificates in whatever order, and the private key.
    pub fn read(text: &str) -> Result<Self, BroughtError> {
        let parts = pem::take_apart(text)?;
        let provider = ring::default_provider();
        let key =
            provider.key_provider.load_private_key(parts.key).map_err(|_| BroughtError::KeyKind)?;
        // Phones and browsers have no use for the other one that this library knows, Ed25519.
        if !matches!(key.algorithm(), SignatureAlgorithm::RSA | SignatureAlgorithm::ECDSA) {
            return Err(BroughtError::KeyKind);
        }
        let public = key.public_key().ok_or(BroughtError::KeyKind)?;
        let chain = Chain::judge(&parts.certificates, &public)?;
        Ok(Self {
            text: text.to_owned(),
            fingerprint: Fingerprint::of(&chain.sent[0]),
            names: chain.names,
            issuer: chain.issuer,
            starts: chain.starts,
            ends: chain.ends,
            ends_first: chain.ends_first,
            key: Arc::new(CertifiedKey::new(chain.sent, key)),
        })
    }

    /// As `read`, and refused unless it holds now.
    pub fn judge(text: &str, now: DateTime<Utc>) -> Result<Self, BroughtError> {
        let brought = Self::read(text)?;
        match brought.standing(now) {
            Standing::Good | Standing::Ending => Ok(brought),
            Standing::NotYet => {
                let name = brought.names[0].to_string();
                Err(BroughtError::NotYet { name, starts: brought.starts })
            }
            Standing::Ended => {
                Err(BroughtError::Ended { name: brought.ends_first, ended: brought.ends })
            }
        }
    }

    /// Of the leaf.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// At least one.
    pub fn names(&self) -> &[DnsName] {
        &self.names
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn starts(&self) -> DateTime<Utc> {
        self.starts
    }

    /// When the first of its chain ends.
    pub fn ends(&self) -> DateTime<Utc> {
        self.ends
    }

    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        standing(self.starts, self.ends, now)
    }

    pub(super) fn key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.key)
    }

    /// Keeps it in `<folder>/brought/` under its fingerprint, readable by the box's user alone, beside
    /// whatever else is kept there.
    pub fn store(&self, folder: &Path) -> Result<(), BroughtError> {
        files::make_folder(&folder.join(FOLDER))?;
        let path = path(folder, &self.fingerprint.to_string());
        Ok(files::replace(&path, 0o600, self.text.as_bytes())?)
    }

    /// Reads the one that is kept under a fingerprint.
    pub fn load(folder: &Path, fingerprint: &str) -> Result<Self, BroughtError> {
        let path = path(folder, fingerprint);
        files::close_to_others(&path)?;
        let text = fs::read_to_string(&path).map_err(files::at("read", &path))?;
        let brought = Self::read(&text)?;
        if brought.fingerprint.to_string() == fingerprint {
            return Ok(brought);
        }
        Err(BroughtError::Unreadable { why: "it is another certificate".into() })
    }

    /// Removes every one that is kept but this.
    pub fn keep_only(folder: &Path, fingerprint: Option<&str>) -> Result<(), BroughtError> {
        let kept = fingerprint.map(|fingerprint| path(folder, fingerprint));
        let folder = folder.join(FOLDER);
        let Ok(entries) = fs::read_dir(&folder) else { return Ok(()) };
        let mut removed = false;
        for entry in entries {
            let path = entry.map_err(files::at("read", &folder))?.path();
            if Some(&path) != kept.as_ref() {
                files::remove_leftover(&path)?;
                removed = true;
            }
        }
        if removed { Ok(files::sync_folder(&folder)?) } else { Ok(()) }
    }
}

/// How dates stand at a time.
pub fn standing(starts: DateTime<Utc>, ends: DateTime<Utc>, now: DateTime<Utc>) -> Standing {
    match now {
        now if now < starts => Standing::NotYet,
        now if now >= ends => Standing::Ended,
        now if ends - now <= Duration::days(WARNING_DAYS) => Standing::Ending,
        _ => Standing::Good,
    }
}

fn path(folder: &Path, fingerprint: &str) -> PathBuf {
    folder.join(FOLDER).join(format!("{fingerprint}.pem"))
}

/// Without the key.
impl fmt::Debug for Brought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Brought({}, {:?})", self.fingerprint, self.names)
    }
}
