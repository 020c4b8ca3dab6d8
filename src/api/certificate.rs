//! The box's certificates: the root that phones trust, the leaf it serves, and the one that the store
//! brought for a name of its own.

mod installed;

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::web;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use installed::StoreCertificate;

use super::write::{self, Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::time::At;
use crate::net::tls::brought::{Standing, standing};
use crate::net::tls::{Brought, BroughtError};
use crate::store::StoreError;
use crate::workflow::certificate::{self, Certificate, CertificateError};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// What the box serves, and under which root.
#[derive(Serialize, ToSchema)]
pub struct Certificates {
    pub root: RootFacts,
    pub own: OwnFacts,
    /// The store's own, where one is installed.
    pub brought: Option<StoreFacts>,
}

#[derive(Serialize, ToSchema)]
pub struct RootFacts {
    /// SHA-256, 64 hexadecimal digits.
    pub fingerprint: String,
    pub ends: At,
}

/// The leaf under the box's own root. It is renewed by itself.
#[derive(Serialize, ToSchema)]
pub struct OwnFacts {
    /// Names and addresses.
    pub names: Vec<String>,
    pub ends: At,
}

/// The store's own certificate and how it stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StoreFacts {
    #[serde(flatten)]
    pub certificate: Certificate,
    pub state: CertificateState,
    /// Whole days until it ends; below 1 on its last.
    pub days_left: i64,
    /// Why it is damaged, in English.
    pub fault: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertificateState {
    Served,
    /// Served, and its end is near.
    Ending,
    /// Not served any more: its names get the box's own.
    Ended,
    /// Not served yet, by the box's clock.
    NotYet,
    /// Its file is missing or cannot be read: its names are not answered.
    Damaged,
}

/// A certificate to install.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateInput {
    /// PEM: the certificate and its chain, in whatever order. May hold the key too.
    pub certificate: String,
    /// PEM: the private key, without a passphrase.
    #[serde(default)]
    pub key: Option<String>,
}

impl CertificateInput {
    fn text(&self) -> String {
        let key = self.key.as_deref().unwrap_or_default();
        format!("{}\n{}", self.certificate.trim(), key.trim()).trim().to_owned() + "\n"
    }

    /// Reads and judges it; what it says of itself goes into the books.
    pub fn judge(&self, now: At) -> Result<(Brought, Certificate), BroughtError> {
        let brought = Brought::judge(&self.text(), now.utc())?;
        let facts = Certificate {
            fingerprint: brought.fingerprint().to_string(),
            names: brought.names().iter().map(ToString::to_string).collect(),
            issuer: brought.issuer().to_owned(),
            starts: At::from_utc(brought.starts()),
            ends: At::from_utc(brought.ends()),
        };
        Ok((brought, facts))
    }
}

/// Without the key.
impl fmt::Debug for CertificateInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertificateInput")
    }
}

impl StoreFacts {
    pub fn of(certificate: Certificate, fault: Option<String>, now: At) -> Self {
        let stands = standing(certificate.starts.utc(), certificate.ends.utc(), now.utc());
        let state = match (&fault, stands) {
            (Some(_), _) => CertificateState::Damaged,
            (None, Standing::NotYet) => CertificateState::NotYet,
            (None, Standing::Good) => CertificateState::Served,
            (None, Standing::Ending) => CertificateState::Ending,
            (None, Standing::Ended) => CertificateState::Ended,
        };
        let days_left = (certificate.ends.0 - now.0).div_euclid(DAY_MS);
        Self { certificate, state, days_left, fault }
    }
}

/// The box's certificates.
#[utoipa::path(get, path = "/api/v1/certificate", tag = "settings",
    responses((status = 200, body = Certificates), (status = 403, body = Problem)))]
pub async fn get(state: State) -> Answer {
    let root =
        RootFacts { fingerprint: state.site.fingerprint.clone(), ends: state.site.root_ends };
    let own = state.site.own_leaf();
    let own = OwnFacts { names: own.subjects.clone(), ends: At::from_utc(own.ends) };
    let (fault, now) = (state.certificate.fault(), state.store.clock().now());
    super::read(&state, move |db| -> Result<_, StoreError> {
        let brought = certificate::installed(db)?;
        let brought = brought.map(|brought| StoreFacts::of(brought, fault, now));
        Ok(Certificates { root, own, brought })
    })
    .await
}

/// Installs the store's own certificate in place of the one before; the next connection to one of its
/// names gets it. Refusal: `certificate_refused` with `why` and, where the sentence has one, `name`.
#[utoipa::path(put, path = "/api/v1/certificate", tag = "settings",
    request_body = CertificateInput,
    responses((status = 200, body = StoreFacts), (status = 400, body = Problem)))]
pub async fn put(state: State, write: Write<CertificateInput>) -> Answer {
    let now = state.store.clock().now();
    let done = blocking(move || -> Result<_, Problem> {
        let (brought, facts) = write.input.judge(now)?;
        state.certificate.install(brought, || {
            state.store.write_blocking(write.job(move |tx, by, _| {
                let done = certificate::install(tx, by, &facts)?;
                Ok::<_, CertificateError>(StoreFacts::of(done, None, now))
            }))
        })
    });
    Ok(write::answered(done.await?))
}

/// Removes the store's own certificate and its key; its names are not answered any more. Refusal:
/// `not_found`.
#[utoipa::path(delete, path = "/api/v1/certificate", tag = "settings", request_body = Nothing,
    responses((status = 200, body = Certificate), (status = 404, body = Problem)))]
pub async fn delete(state: State, write: Write<Nothing>) -> Answer {
    let done = blocking(move || {
        state.certificate.remove(|| {
            state.store.write_blocking(write.job(|tx, by, _| certificate::remove(tx, by)))
        })
    });
    Ok(write::answered(done.await?))
}

/// To its end, whether or not the asker is still there.
async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    web::block(f).await.map_err(|_| StoreError::Panicked)?
}

impl From<CertificateError> for Problem {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::NoneInstalled => Self::not_found("certificate"),
            CertificateError::NotClaimed => Self::refused("not_claimed", "Claim the box first."),
            CertificateError::Store(error) => error.into(),
        }
    }
}

impl From<BroughtError> for Problem {
    fn from(error: BroughtError) -> Self {
        if let BroughtError::File(error) = &error {
            return Self::fault(error);
        }
        let sentence = error.to_string();
        let mut letters = sentence.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let sentence: String = first.into_iter().chain(letters).collect();
        Self::new(StatusCode::BAD_REQUEST, "certificate_refused", format!("{sentence}."))
            .with("why", error.word())
            .with("name", error.name())
    }
}
