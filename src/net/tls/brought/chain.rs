//! Putting a chain in order and judging it. The box may be offline and knows no public roots, so it
//! judges what is inside the chain; whether phones trust its end, a phone tells.

use chrono::{DateTime, Utc};
use rustls::CertificateError;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, GeneralName, ParsedExtension, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::{BroughtError, LONGEST_DAYS};
use crate::net::dns_name::DnsName;
use crate::net::tls::strict;

const LEAST_RSA_BITS: usize = 2048;

/// RSA with MD5 and with SHA-1 (two numbers), ECDSA with SHA-1.
const WEAK_SIGNATURES: [&str; 4] =
    ["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.3.14.3.2.29", "1.2.840.10045.4.1"];

/// The names that are the box's own: mDNS and the machine itself.
const OWN_DOMAINS: [&str; 2] = ["local", "localhost"];

/// A chain that is whole.
pub struct Chain {
    /// The leaf first, then each one's issuer; without the root, which is never sent.
    pub sent: Vec<CertificateDer<'static>>,
    pub names: Vec<DnsName>,
    /// Who issued the leaf.
    pub issuer: String,
    /// When all of `sent` hold.
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    /// Whose end that is.
    pub ends_first: String,
}

/// A certificate, its reading, and its dates.
struct Link<'a> {
    der: &'a CertificateDer<'static>,
    read: X509Certificate<'a>,
}

impl Chain {
    /// `key` is the public half of the key (`SubjectPublicKeyInfo`), which tells the leaf.
    pub fn judge(
        certificates: &[CertificateDer<'static>],
        key: &[u8],
    ) -> Result<Self, BroughtError> {
        let links = certificates.iter().map(Link::read).collect::<Result<Vec<_>, _>>()?;
        let Some(leaf) = links.iter().find(|link| link.read.public_key().raw == key) else {
            let server = links.iter().find(|link| !link.read.is_ca());
            return Err(BroughtError::WrongKey { name: server.map(Link::name) });
        };
        let names = judge_leaf(leaf)?;
        let path = path(leaf, &links)?;
        let sent: Vec<&Link<'_>> =
            path.iter().filter(|link| !link.is_own_issuer()).copied().collect();
        if let Some(weak) = sent.iter().find(|link| link.is_weak()) {
            return Err(BroughtError::Weak { name: weak.name() });
        }
        let starts = sent.iter().map(|link| link.starts()).max().unwrap_or_default();
        let first = sent.iter().copied().min_by_key(|link| link.ends()).unwrap_or(leaf);
        let ends = first.ends();
        judge_path(&path, &names, ends)?;
        Ok(Self {
            sent: sent.iter().map(|link| link.der.clone()).collect(),
            names,
            issuer: leaf.issuer(),
            starts,
            ends,
            ends_first: first.name(),
        })
    }
}

/// What every browser and phone asks of a server's certificate by itself; its names.
fn judge_leaf(leaf: &Link<'_>) -> Result<Vec<DnsName>, BroughtError> {
    if leaf.is_own_issuer() {
        return Err(BroughtError::SelfSigned);
    }
    if leaf.read.is_ca() {
        return Err(BroughtError::Authority);
    }
    let names = leaf.dns_names();
    if names.is_empty() {
        return Err(BroughtError::NoDnsName);
    }
    let own = names.iter().find(|name| OWN_DOMAINS.iter().any(|domain| name.is_below(domain)));
    if let Some(own) = own {
        return Err(BroughtError::BoxName { name: own.to_string() });
    }
    // Browsers take a certificate that names no purpose; iPhones do not.
    let purpose = leaf.read.extended_key_usage().ok().flatten();
    if !purpose.is_some_and(|purpose| purpose.value.server_auth) {
        return Err(BroughtError::NotForServers);
    }
    let days = (leaf.ends() - leaf.starts()).num_days();
    if days > LONGEST_DAYS {
        return Err(BroughtError::TooLong { days });
    }
    Ok(names)
}

/// From the leaf up to where the certificates end. An authority's certificate beside the leaf is asked
/// for: authorities do not issue from their roots, so a leaf alone is a chain that phones cannot close.
fn path<'l, 'a>(
    leaf: &'l Link<'a>,
    links: &'l [Link<'a>],
) -> Result<Vec<&'l Link<'a>>, BroughtError> {
    let mut path = vec![leaf];
    let mut last = leaf;
    while !last.is_own_issuer() {
        let issuers = links.iter().filter(|link| {
            last.is_issued_by(link) && !path.iter().any(|known| known.der == link.der)
        });
        // Of a root that is there by itself and signed by another, the latter reaches more phones.
        let Some(issuer) = issuers.min_by_key(|link| link.is_own_issuer()) else { break };
        path.push(issuer);
        last = issuer;
    }
    if path.len() > 1 {
        Ok(path)
    } else {
        Err(BroughtError::IssuerMissing { issuer: leaf.issuer() })
    }
}

/// Signatures, purposes, constraints and names, by the rules of whoever will connect.
fn judge_path(
    path: &[&Link<'_>],
    names: &[DnsName],
    ends: DateTime<Utc>,
) -> Result<(), BroughtError> {
    let ([leaf, between @ .., top], true) =
        (path, path.iter().skip(1).all(|link| link.read.is_ca()))
    else {
        return Err(BroughtError::Chain { why: "an issuer is no authority".into() });
    };
    let between: Vec<CertificateDer<'_>> = between.iter().map(|link| link.der.clone()).collect();
    let just_before = ends - chrono::Duration::seconds(1);
    for name in names {
        let judged = strict::verify(top.der, leaf.der, &between, &name.host(), just_before);
        judged.map_err(|error| match error {
            rustls::Error::InvalidCertificate(
                CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
            ) => BroughtError::NotForServers,
            rustls::Error::InvalidCertificate(
                CertificateError::BadSignature | CertificateError::UnknownIssuer,
            ) => BroughtError::Chain { why: "a signature is not its issuer's".into() },
            other => BroughtError::Chain { why: other.to_string() },
        })?;
    }
    Ok(())
}

impl<'a> Link<'a> {
    fn read(der: &'a CertificateDer<'static>) -> Result<Self, BroughtError> {
        let unreadable = || BroughtError::Unreadable { why: "a certificate is damaged".into() };
        let (rest, read) = X509Certificate::from_der(der).map_err(|_| unreadable())?;
        if rest.is_empty() { Ok(Self { der, read }) } else { Err(unreadable()) }
    }

    fn starts(&self) -> DateTime<Utc> {
        time(self.read.validity().not_before.timestamp())
    }

    fn ends(&self) -> DateTime<Utc> {
        time(self.read.validity().not_after.timestamp())
    }

    /// Every DNS name it is for that a browser would look up.
    fn dns_names(&self) -> Vec<DnsName> {
        let names = self.read.subject_alternative_name().ok().flatten();
        let names = names.map_or(&[][..], |names| &names.value.general_names);
        let mut found: Vec<DnsName> = Vec::new();
        for name in names {
            if let GeneralName::DNSName(text) = name
                && let Some(name) = DnsName::parse(text)
                && !found.contains(&name)
            {
                found.push(name);
            }
        }
        found
    }

    /// As people call it.
    fn name(&self) -> String {
        common_name(self.read.subject())
    }

    fn issuer(&self) -> String {
        common_name(self.read.issuer())
    }

    fn is_own_issuer(&self) -> bool {
        self.read.subject().as_raw() == self.read.issuer().as_raw()
    }

    /// By name, and by key where both say which.
    fn is_issued_by(&self, other: &Self) -> bool {
        let wanted = self.read.extensions().iter().find_map(|extension| {
            match extension.parsed_extension() {
                ParsedExtension::AuthorityKeyIdentifier(id) => id.key_identifier.as_ref(),
                _ => None,
            }
        });
        let given = other.read.extensions().iter().find_map(|extension| {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => Some(id),
                _ => None,
            }
        });
        self.read.issuer().as_raw() == other.read.subject().as_raw()
            && wanted.zip(given).is_none_or(|(wanted, given)| wanted == given)
    }

    fn is_weak(&self) -> bool {
        let short = match self.read.public_key().parsed() {
            Ok(PublicKey::RSA(key)) => key.key_size() < LEAST_RSA_BITS,
            _ => false,
        };
        let signature = self.read.signature_algorithm.oid().to_id_string();
        short || WEAK_SIGNATURES.contains(&signature.as_str())
    }
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// The common name, else the organisation, else the whole.
fn common_name(name: &x509_parser::x509::X509Name<'_>) -> String {
    let text = name
        .iter_common_name()
        .chain(name.iter_organization())
        .find_map(|part| part.as_str().ok())
        .map_or_else(|| name.to_string(), str::to_owned);
    text.chars().take(120).collect()
}
