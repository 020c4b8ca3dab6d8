//! Why a certificate that was brought is not taken. Each says what is wrong and what to do.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::{LONGEST_DAYS, MOST_CERTIFICATES, TEXT_LIMIT};
use crate::net::tls::TlsError;

#[derive(Debug, Error)]
pub enum BroughtError {
    #[error("that is larger than {} KiB: give the certificate's chain and its key alone", TEXT_LIMIT >> 10)]
    TooLarge,
    #[error(
        "there is no certificate in it. It must be PEM text with `-----BEGIN CERTIFICATE-----`; a \
         .pfx, .p12 or .der file has to be turned into PEM first"
    )]
    NoCertificate,
    #[error("it cannot be read ({why}): copy the whole text again, from BEGIN to END")]
    Unreadable { why: String },
    #[error(
        "there are more than {MOST_CERTIFICATES} certificates in it: give only this one's chain"
    )]
    TooMany,
    #[error("the private key is missing: add the key file that was made with the request")]
    NoKey,
    #[error("there are several private keys in it: give the one of this certificate")]
    SeveralKeys,
    #[error(
        "the private key is locked with a passphrase, and the box starts with nobody there: save it \
         without one (`openssl pkey -in locked.pem -out key.pem`)"
    )]
    EncryptedKey,
    #[error(
        "browsers do not take a key of this kind: have a certificate made for RSA with 2048 to 4096 \
         bits, or for the curve P-256 or P-384"
    )]
    KeyKind,
    #[error(
        "the private key belongs to none of the certificates: find the key that the certificate for \
         {} was requested with", name.as_deref().unwrap_or("this name")
    )]
    WrongKey { name: Option<String> },
    #[error("this is an authority's certificate and not a server's: give the one it issued")]
    Authority,
    #[error(
        "this certificate is signed by itself, so no phone trusts it: get one from an authority. \
         Without one the box's own certificate does the same"
    )]
    SelfSigned,
    #[error(
        "an intermediate certificate is missing: add the one of \"{issuer}\". The authority calls it \
         the chain, bundle or fullchain file"
    )]
    IssuerMissing { issuer: String },
    #[error(
        "the certificates do not fit together ({why}): use the chain that came with this certificate"
    )]
    Chain { why: String },
    #[error(
        "the certificate of \"{name}\" has a weak signature or key (SHA-1, or RSA below 2048 bits), \
         which browsers refuse: get a new one"
    )]
    Weak { name: String },
    #[error(
        "the certificate names no host (no DNS name under Subject Alternative Name), and browsers do \
         not look elsewhere: get one for a name such as store5.example.com"
    )]
    NoDnsName,
    #[error(
        "{name} belongs to the box's own certificate: get one for a name of the store's own domain"
    )]
    BoxName { name: String },
    #[error("the certificate is not meant for servers: get one for TLS (server authentication)")]
    NotForServers,
    #[error(
        "the certificate is valid for {days} days, and iPhones take {LONGEST_DAYS} at most: get one \
         with a shorter life"
    )]
    TooLong { days: i64 },
    #[error("the certificate of \"{name}\" ended on {}: get a new one", ended.date_naive())]
    Ended { name: String, ended: DateTime<Utc> },
    #[error(
        "the certificate of \"{name}\" is valid from {starts} on: wait until then, or set the clock \
         of the box"
    )]
    NotYet { name: String, starts: DateTime<Utc> },
    #[error(transparent)]
    File(#[from] TlsError),
}

impl BroughtError {
    /// The word a screen branches on.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NoCertificate => "no_certificate",
            Self::Unreadable { .. } => "unreadable",
            Self::TooMany => "too_many",
            Self::NoKey => "no_key",
            Self::SeveralKeys => "several_keys",
            Self::EncryptedKey => "encrypted_key",
            Self::KeyKind => "key_kind",
            Self::WrongKey { .. } => "wrong_key",
            Self::Authority => "authority",
            Self::SelfSigned => "self_signed",
            Self::IssuerMissing { .. } => "issuer_missing",
            Self::Chain { .. } => "chain",
            Self::Weak { .. } => "weak",
            Self::NoDnsName => "no_dns_name",
            Self::BoxName { .. } => "box_name",
            Self::NotForServers => "not_for_servers",
            Self::TooLong { .. } => "too_long",
            Self::Ended { .. } => "ended",
            Self::NotYet { .. } => "not_yet",
            Self::File(_) => "file",
        }
    }

    /// The name in the sentence: a host, or whose certificate.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::IssuerMissing { issuer: name }
            | Self::Weak { name }
            | Self::BoxName { name }
            | Self::Ended { name, .. }
            | Self::NotYet { name, .. } => Some(name),
            Self::WrongKey { name } => name.as_deref(),
            _ => None,
        }
    }
}
