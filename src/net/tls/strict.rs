//! Judging a chain as a strict browser does: signatures, dates, purpose, name, name constraints.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

/// Whether whoever trusts `anchor` would take `leaf` for a server called `name`; `between` are the
/// certificates from the leaf's issuer up.
pub(super) fn verify(
    anchor: &CertificateDer<'_>,
    leaf: &CertificateDer<'_>,
    between: &[CertificateDer<'_>],
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), rustls::Error> {
    let mut anchors = RootCertStore::empty();
    anchors.add(anchor.clone().into_owned())?;
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(anchors), provider)
        .build()
        .map_err(|why| rustls::Error::General(why.to_string()))?;
    let name = ServerName::try_from(name.to_owned())
        .map_err(|why| rustls::Error::General(why.to_string()))?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    verifier.verify_server_cert(leaf, between, &name, &[], now).map(|_| ())
}
