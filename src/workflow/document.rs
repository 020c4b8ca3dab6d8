//! Documents: files that people hand in as evidence, kept on the box as they came, once, by their hash.
//! What a file is, is told from its bytes and never from its name.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::refs::{self, UserRef};
use crate::domain::file_hash::FileHash;
use crate::domain::id::DocumentId;
use crate::domain::time::At;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// The largest file that is kept.
pub const LIMIT: usize = 10 << 20;

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Document {
    pub id: DocumentId,
    /// By which writes name it.
    pub sha256: FileHash,
    /// "application/pdf", "image/jpeg", "image/png" or "image/webp".
    pub media: String,
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub at: At,
    pub by: Option<UserRef>,
}

#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("that is neither a PDF nor a picture")]
    NotADocument,
    #[error("that is larger than a document may be")]
    TooLarge,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for DocumentError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// What the bytes are, if it is one of the kinds that are kept.
fn media(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 13, 10, 26, 10, ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// Keeps a file; the one there is where the same was handed in before.
pub fn keep(tx: &Tx<'_>, by: &Actor, name: &str, bytes: &[u8]) -> Result<Document, DocumentError> {
    let media = media(bytes).ok_or(DocumentError::NotADocument)?;
    if bytes.len() > LIMIT {
        return Err(DocumentError::TooLarge);
    }
    let hash = Sha256::digest(bytes);
    let known: Option<i64> = tx.maybe(
        "SELECT id FROM document WHERE sha256 = :hash",
        named_params! { ":hash": &hash[..] },
        |row| row.get("id"),
    )?;
    let entry = Entry::open(tx, by, "document_kept")?;
    let name: String = name.trim().chars().take(120).collect();
    let id = match known {
        Some(id) => id,
        None => tx.insert(
            "INSERT INTO document (sha256, media, name, size, bytes, at, by_user)
             VALUES (:hash, :media, :name, :size, :bytes, :at, :by)",
            named_params! {
                ":hash": &hash[..], ":media": media, ":name": name,
                ":size": i64::try_from(bytes.len()).unwrap_or(i64::MAX), ":bytes": bytes,
                ":at": tx.now().0, ":by": by.user.map(|user| user.0),
            },
        )?,
    };
    let document = get(tx, DocumentId(id))?
        .ok_or_else(|| StoreError::Invariant("a document that was just kept".into()))?;
    entry.seal(&serde_json::json!({ "document": id, "sha256": document.sha256, "name": name }))?;
    Ok(document)
}

/// What is known of a document.
pub fn get(db: &Db<'_>, id: DocumentId) -> Result<Option<Document>, SqlError> {
    let found = db.maybe(
        "SELECT sha256, media, name, size, at, by_user FROM document WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let hash: [u8; 32] = row.get("sha256")?;
            let by: Option<i64> = row.get("by_user")?;
            let document = Document {
                id,
                sha256: FileHash::new(hash),
                media: row.get("media")?,
                name: row.get("name")?,
                size: row.get("size")?,
                at: At(row.get("at")?),
                by: None,
            };
            Ok((by, document))
        },
    )?;
    found.map(|(by, one)| Ok(Document { by: refs::known_user(db, by)?, ..one })).transpose()
}

/// A document's type and bytes.
pub fn bytes(db: &Db<'_>, id: DocumentId) -> Result<Option<(String, Vec<u8>)>, SqlError> {
    db.maybe(
        "SELECT media, bytes FROM document WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((row.get("media")?, row.get("bytes")?)),
    )
}

/// The documents of these files; nothing where one of them was never handed in.
pub fn of(db: &Db<'_>, files: &[FileHash]) -> Result<Option<Vec<DocumentId>>, SqlError> {
    let find = |file: &FileHash| {
        db.maybe(
            "SELECT id FROM document WHERE sha256 = :hash",
            named_params! { ":hash": &file.bytes()[..] },
            |row| row.get("id").map(DocumentId),
        )
    };
    files.iter().map(find).collect()
}
