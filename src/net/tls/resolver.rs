//! Which certificate a connection gets, and how TLS is spoken. Swapping a leaf needs no restart and
//! breaks no connection: the next handshake has the new one.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};

use super::{Leaf, TlsError};

/// The leaf being served. A chain of stores with its own domain will want its own certificate for
/// that domain: it belongs here, looked up by the hello's server name before falling back to ours.
pub struct Served {
    own: RwLock<Arc<CertifiedKey>>,
}

impl Served {
    pub fn new(leaf: &Leaf) -> Result<Arc<Self>, TlsError> {
        Ok(Arc::new(Self { own: RwLock::new(Arc::new(leaf.certified_key()?)) }))
    }

    /// From the next handshake on, this leaf is served. On an error the old one stays.
    pub fn swap(&self, leaf: &Leaf) -> Result<(), TlsError> {
        let key = Arc::new(leaf.certified_key()?);
        *self.own.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }
}

impl ResolvesServerCert for Served {
    // Without a server name too: a phone that opens the box's address sends none (RFC 6066, 3).
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.own.read().unwrap_or_else(PoisonError::into_inner)))
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
