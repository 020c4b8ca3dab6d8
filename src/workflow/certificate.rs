//! The certificate that the store brought, as the books have it: what it says of itself, and which one
//! counts. Chain and key are never seen here.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Certificate {
    /// SHA-256, 64 hexadecimal digits.
    pub fingerprint: String,
    /// Hosts, or `*.` and what they share.
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    pub starts: At,
    /// When the first of its chain ends.
    pub ends: At,
}

#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("no certificate of the store's own is installed")]
    NoneInstalled,
    #[error("the box has no owner yet: claim it first")]
    NotClaimed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for CertificateError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// The one that counts.
pub fn installed(db: &Db<'_>) -> Result<Option<Certificate>, StoreError> {
    let body = db.maybe("SELECT body FROM certificate WHERE id = 1", [], |row| {
        row.get::<_, String>("body")
    })?;
    let read = |body: String| serde_json::from_str(&body);
    let found = body.map(read).transpose();
    found.map_err(|error| StoreError::Invariant(format!("certificate: {error}")))
}

/// From now on this one counts, in place of the one before. Its chain and key are on the disk already.
pub fn install(
    tx: &Tx<'_>,
    by: &Actor,
    new: &Certificate,
) -> Result<Certificate, CertificateError> {
    // The claim is the journal's first entry.
    if tx.head().seq == 0 {
        return Err(CertificateError::NotClaimed);
    }
    let was = installed(tx)?;
    let body = serde_json::to_string(new)
        .map_err(|error| StoreError::Invariant(format!("certificate: {error}")))?;
    tx.execute(
        "INSERT INTO certificate (id, body) VALUES (1, :body)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        named_params! { ":body": body },
    )?;
    Entry::open(tx, by, "certificate_installed")?.seal(&json!({ "was": was, "now": new }))?;
    tx.announce(Topic::Settings, 1);
    Ok(new.clone())
}

/// From now on none counts; gives the one that did.
pub fn remove(tx: &Tx<'_>, by: &Actor) -> Result<Certificate, CertificateError> {
    let was = installed(tx)?.ok_or(CertificateError::NoneInstalled)?;
    tx.execute("DELETE FROM certificate WHERE id = 1", [])?;
    Entry::open(tx, by, "certificate_removed")?.seal(&json!({ "was": was }))?;
    tx.announce(Topic::Settings, 1);
    Ok(was)
}
