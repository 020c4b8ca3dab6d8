//! The box's certificates while it runs: the root, the leaf being served, and its renewal.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};

use crate::domain::time::At;
use crate::net::addresses;
use crate::net::names::BoxId;
use crate::net::tls::{Clock, Leaf, LeafNames, Root, Served, TlsError};
use crate::store;

/// The folder of the certificates in the data folder.
pub const FOLDER: &str = "tls";

pub struct Tls {
    folder: PathBuf,
    canonical: String,
    loopback: bool,
    root: Root,
    served: Arc<Served>,
    now: BTreeSet<IpAddr>,
}

/// The time before which this program did not exist.
pub fn built() -> DateTime<Utc> {
    let seconds = env!("BACKSTOCK_BUILT").parse().unwrap_or(0);
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

fn clock(now: At) -> Clock {
    Clock { now: now.utc(), earliest: built() }
}

impl Tls {
    /// Loads or makes the root, and a leaf for the names and addresses of now; `friendly` is the name
    /// that the store's own makes, so that a start with nothing new issues nothing.
    pub fn open(
        folder: &Path,
        id: &BoxId,
        friendly: String,
        loopback: bool,
        told: &store::Clock,
    ) -> Result<Self> {
        let (folder, now) = (folder.join(FOLDER), told.now());
        let root = Root::load_or_create(&folder, &id.label(), clock(now))?;
        let addresses: BTreeSet<_> = addresses::current(loopback)
            .context("listing this machine's addresses")?
            .into_iter()
            .collect();
        let canonical = id.canonical_host();
        let names = LeafNames::new(&canonical, [friendly], addresses.iter().copied(), loopback);
        let (leaf, why) = Leaf::load_or_issue(&folder, &root, &names, clock(now))?;
        if let Some(why) = why {
            tracing::info!(?why, ends = %leaf.ends(), "issued a certificate");
        }
        let told = told.clone();
        let served = Served::new(&leaf, move || told.now().utc())?;
        Ok(Self { folder, canonical, loopback, root, served, now: addresses })
    }

    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Whether the machine's own addresses are in the leaf.
    pub fn loopback(&self) -> bool {
        self.loopback
    }

    pub fn served(&self) -> Arc<Served> {
        Arc::clone(&self.served)
    }

    /// The addresses in the leaf being served.
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.now.iter().copied().collect()
    }

    /// Issues and swaps the leaf when the box has other names or addresses, or it ages.
    pub fn renew(
        &mut self,
        others: &[String],
        addresses: Vec<IpAddr>,
        now: At,
    ) -> Result<bool, TlsError> {
        let addresses: BTreeSet<_> = addresses.into_iter().collect();
        let names = LeafNames::new(
            &self.canonical,
            others.iter().cloned(),
            addresses.iter().copied(),
            self.loopback,
        );
        let (leaf, why) = Leaf::load_or_issue(&self.folder, &self.root, &names, clock(now))?;
        self.now = addresses;
        let Some(why) = why else { return Ok(false) };
        self.served.swap(&leaf)?;
        tracing::info!(?why, ends = %leaf.ends(), "issued a certificate");
        Ok(true)
    }
}
