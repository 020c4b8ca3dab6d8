//! The leaf: what browsers see. Signed by the root for at most 397 days, remade whenever it no
//! longer says the truth about the box. Losing it costs nothing; it is made again.

use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

use chrono::{DateTime, Duration, Utc};
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, SanType,
};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::{Clock, Root, TlsError, certificate_time, files, serial_number, strict};
use crate::net::permitted;

/// Key and certificate in one file, so that a power cut cannot part them. Apart from the root's
/// folder.
pub const FILE: &str = "leaf.pem";

/// Apple takes up to 825 days from a private root and 398 from a public one; this is safe under
/// both.
const LIFE_DAYS: i64 = 397;
const RENEW_BEFORE_DAYS: i64 = 60;

/// What a leaf is for. The canonical name comes first and is the certificate's common name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafNames {
    canonical: String,
    names: BTreeSet<String>,
    addresses: BTreeSet<IpAddr>,
}

/// Why a leaf must be issued again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewal {
    /// There was none, or its file could not be read.
    Missing,
    /// Less than 60 days are left (or none).
    Ending { ends: DateTime<Utc> },
    /// The box has other names or addresses now.
    OtherNames,
    /// This root does not vouch for it now: another root, or a clock that was ahead.
    NotTrusted { why: String },
}

/// A leaf and its key.
pub struct Leaf {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    pem: String,
    subjects: (BTreeSet<String>, BTreeSet<IpAddr>),
    ends: DateTime<Utc>,
}

impl LeafNames {
    /// `others` are the friendly name and what mDNS renamed it to. Addresses outside the permitted
    /// networks are left out; `loopback` adds `localhost` and keeps the machine's own addresses.
    pub fn new(
        canonical: &str,
        others: impl IntoIterator<Item = String>,
        addresses: impl IntoIterator<Item = IpAddr>,
        loopback: bool,
    ) -> Self {
        let canonical = canonical.to_ascii_lowercase();
        let own = loopback.then(|| "localhost".to_owned());
        let others = others.into_iter().map(|name| name.to_ascii_lowercase());
        let addresses = addresses
            .into_iter()
            .filter(|address| permitted::permits_address(*address))
            .filter(|address| loopback || !address.is_loopback())
            .collect();
        let names = others.chain(own).chain([canonical.clone()]).collect();
        Self { canonical, names, addresses }
    }
}

impl Leaf {
    /// The stored leaf if it still serves, else a new one, stored. Says why it was made. For every
    /// start, and whenever a name, an address or the day has changed; on a reason, swap it in.
    ///
    /// A box whose clock stands before the build time cannot make a leaf, but the one it has still
    /// serves phones, whose clocks are right: it is kept until the clock is.
    pub fn load_or_issue(
        folder: &Path,
        root: &Root,
        names: &LeafNames,
        clock: Clock,
    ) -> Result<(Self, Option<Renewal>), TlsError> {
        let why = match Self::load(folder) {
            None => Renewal::Missing,
            Some(leaf) if clock.checked().is_err() && leaf.is_of(root, names) => {
                tracing::warn!(now = %clock.now, "the clock is behind; keeping the certificate");
                return Ok((leaf, None));
            }
            Some(leaf) => match leaf.needs_renewal(root, names, clock.now) {
                None => return Ok((leaf, None)),
                Some(why) => why,
            },
        };
        let leaf = Self::issue(root, names, clock)?;
        // A full disk must not keep the box from serving: the leaf then lives until the next start.
        if let Err(error) = leaf.store(folder) {
            tracing::error!(%error, "the new certificate could not be stored");
        }
        Ok((leaf, Some(why)))
    }

    /// Makes a new key and has the root sign it. Refused when the clock is behind the build time,
    /// when the root has ended, or for a name that the root may not vouch for.
    pub fn issue(root: &Root, names: &LeafNames, clock: Clock) -> Result<Self, TlsError> {
        let now = clock.checked()?;
        if root.ends() <= now {
            return Err(TlsError::RootEnded { ended: root.ends() });
        }
        if let Some(name) = names.names.iter().find(|name| !permitted::permits_name(name)) {
            return Err(TlsError::NotPermitted { name: name.clone() });
        }
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let ends = root.ends().min(now + Duration::days(LIFE_DAYS));
        let certificate = params(names, now, ends)?.signed_by(&key, root.issuer())?;
        let pem = format!("{}{}", key.serialize_pem(), certificate.pem());
        Self::from_pem(&pem).ok_or_else(|| rcgen::Error::CouldNotParseCertificate.into())
    }

    /// Reads `<folder>/leaf.pem`; `None` when it is missing or unreadable, for then it is made
    /// again.
    pub fn load(folder: &Path) -> Option<Self> {
        let path = folder.join(FILE);
        files::close_to_others(&path).ok()?;
        Self::from_pem(&fs::read_to_string(path).ok()?)
    }

    /// Stores key and certificate in `<folder>/leaf.pem`, readable by the box's user alone.
    pub fn store(&self, folder: &Path) -> Result<(), TlsError> {
        files::make_folder(folder)?;
        files::replace(&folder.join(FILE), 0o600, self.pem.as_bytes())
    }

    pub fn needs_renewal(
        &self,
        root: &Root,
        names: &LeafNames,
        now: DateTime<Utc>,
    ) -> Option<Renewal> {
        // The clamp to the root's own end must not make a leaf that is renewed for ever.
        if self.ends - now < Duration::days(RENEW_BEFORE_DAYS) && self.ends < root.ends() {
            return Some(Renewal::Ending { ends: self.ends });
        }
        if self.subjects.0 != names.names || self.subjects.1 != names.addresses {
            return Some(Renewal::OtherNames);
        }
        self.verify(root, &names.canonical, now)
            .err()
            .map(|why| Renewal::NotTrusted { why: why.to_string() })
    }

    /// The moment it stops being valid, UTC.
    pub fn ends(&self) -> DateTime<Utc> {
        self.ends
    }

    pub fn der(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The names and addresses that it is for.
    pub fn subjects(&self) -> Vec<String> {
        let (names, addresses) = &self.subjects;
        names.iter().cloned().chain(addresses.iter().map(ToString::to_string)).collect()
    }

    /// What the server presents: the leaf alone. The root is not sent (RFC 8446, 4.4.2: it may be
    /// omitted); whoever trusts it has it.
    pub(super) fn certified_key(&self) -> Result<CertifiedKey, TlsError> {
        let chain = vec![self.certificate.clone()];
        let key = self.key.clone_key();
        Ok(CertifiedKey::from_der(chain, key, &ring::default_provider())?)
    }

    /// Whether this root vouched for it under the canonical name, at whatever time.
    fn is_of(&self, root: &Root, names: &LeafNames) -> bool {
        self.verify(root, &names.canonical, self.ends - Duration::seconds(1)).is_ok()
    }

    /// Judges the leaf as a strict browser does: signature, dates, purpose, name, name constraints.
    fn verify(&self, root: &Root, name: &str, now: DateTime<Utc>) -> Result<(), rustls::Error> {
        strict::verify(root.der(), &self.certificate, &[], name, now)
    }

    fn from_pem(pem: &str) -> Option<Self> {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()?;
        let (subjects, ends) = {
            let (_, parsed) = X509Certificate::from_der(&certificate).ok()?;
            let ends = DateTime::from_timestamp(parsed.validity().not_after.timestamp(), 0)?;
            (subjects(&parsed)?, ends)
        };
        let leaf = Self { certificate, key, pem: pem.to_owned(), subjects, ends };
        leaf.certified_key().is_ok().then_some(leaf)
    }
}

fn params(
    names: &LeafNames,
    now: DateTime<Utc>,
    ends: DateTime<Utc>,
) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, names.canonical.as_str());
    params.serial_number = Some(serial_number()?);
    params.not_before = certificate_time(now - Duration::days(1));
    params.not_after = certificate_time(ends);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    for name in &names.names {
        params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into()?));
    }
    let addresses = names.addresses.iter().copied().map(SanType::IpAddress);
    params.subject_alt_names.extend(addresses);
    Ok(params)
}

/// The names and addresses in a certificate; `None` when it has others than those (it is not one of
/// ours).
fn subjects(parsed: &X509Certificate<'_>) -> Option<(BTreeSet<String>, BTreeSet<IpAddr>)> {
    let (mut names, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    for name in &parsed.subject_alternative_name().ok()??.value.general_names {
        match name {
            GeneralName::DNSName(name) => {
                names.insert((*name).to_owned());
            }
            GeneralName::IPAddress(bytes) => {
                let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
                addresses
                    .insert(v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(Into::into)).ok()?);
            }
            _ => return None,
        }
    }
    Some((names, addresses))
}

#[cfg(test)]
mod tests;
