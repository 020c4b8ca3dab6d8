//! Which certificate a connection gets, and how TLS is spoken. Swapping one needs no restart and breaks
//! no connection: the next handshake has the new one.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};

use super::brought::Standing;
use super::{Brought, Leaf, TlsError};
use crate::net::dns_name::DnsName;

/// What is being served: the box's own leaf, and the certificate that the store brought to whoever asks
/// for one of its names.
pub struct Served {
    own: RwLock<Arc<Own>>,
    brought: RwLock<Option<Arc<Brought>>>,
    now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// The own leaf being served.
pub struct Own {
    key: Arc<CertifiedKey>,
    /// Names and addresses.
    pub subjects: Vec<String>,
    pub ends: DateTime<Utc>,
}

impl Own {
    fn of(leaf: &Leaf) -> Result<Arc<Self>, TlsError> {
        let key = Arc::new(leaf.certified_key()?);
        Ok(Arc::new(Self { key, subjects: leaf.subjects(), ends: leaf.ends() }))
    }
}

impl Served {
    /// `now` tells the time at each handshake: what has ended is no longer served.
    pub fn new(
        leaf: &Leaf,
        now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
    ) -> Result<Arc<Self>, TlsError> {
        let own = RwLock::new(Own::of(leaf)?);
        Ok(Arc::new(Self { own, brought: RwLock::default(), now: Box::new(now) }))
    }

    /// From the next handshake on, this leaf is served. On an error the old one stays.
    pub fn swap(&self, leaf: &Leaf) -> Result<(), TlsError> {
        let own = Own::of(leaf)?;
        *self.own.write().unwrap_or_else(PoisonError::into_inner) = own;
        Ok(())
    }

    /// From the next handshake on, this one is served to those who ask for its names; or none is.
    pub fn bring(&self, brought: Option<Arc<Brought>>) {
        *self.brought.write().unwrap_or_else(PoisonError::into_inner) = brought;
    }

    pub fn own(&self) -> Arc<Own> {
        Arc::clone(&self.own.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn brought(&self) -> Option<Arc<Brought>> {
        self.brought.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The brought certificate's key for a name, while it holds. A name whose certificate has ended gets
    /// the own leaf: phones that trust the box's root are told what they would be told anyway.
    fn brought_for(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        let brought = self.brought()?;
        let named = brought.names().iter().any(|own: &DnsName| own.covers(name));
        let holds = matches!(brought.standing((self.now)()), Standing::Good | Standing::Ending);
        (named && holds).then(|| brought.key())
    }
}

impl ResolvesServerCert for Served {
    // Without a server name too: a phone that opens the box's address sends none (RFC 6066, 3).
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let brought = hello.server_name().and_then(|name| self.brought_for(name));
        Some(brought.unwrap_or_else(|| Arc::clone(&self.own().key)))
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Served")
    }
}

/// TLS 1.3 and 1.2 (forward-secret authenticated ciphers only, as this library has no others), our
/// order of ciphers. The HTTP server adds the protocols it speaks (ALPN) itself.
pub fn server_config(served: Arc<Served>) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(served);
    config.ignore_client_order = true;
    Ok(config)
}

#[cfg(test)]
mod tests;
