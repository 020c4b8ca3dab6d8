//! The journal as a person reads it. Reads only.

use serde::Serialize;
use serde_json::value::RawValue;

use super::refs::UserRef;
use crate::domain::id::{Seq, UserId};
use crate::domain::time::At;
use crate::ledger::verify::hex;
use crate::store::{Db, Row, SqlError, StoreError, named_params};

/// One entry with its body as it was written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct JournalEntry {
    pub seq: Seq,
    pub at: At,
    pub kind: String,
    pub by: Option<UserRef>,
    /// The device's name.
    pub device: Option<String>,
    pub via: String,
    /// SHA-256 over the previous hash and the body's bytes, hex.
    pub hash: String,
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
}

/// When the newest entry was written; nothing before the claim.
pub fn newest_at(db: &Db<'_>) -> Result<Option<At>, SqlError> {
    db.maybe("SELECT at FROM entry ORDER BY seq DESC LIMIT 1", [], |row| row.get(0).map(At))
}

/// Entries before a number, newest first.
pub fn list(db: &Db<'_>, before: i64, limit: i64) -> Result<Vec<JournalEntry>, StoreError> {
    let entries = db.all(
        "SELECT seq, at, entry.kind, via, hash, bytes, user_id, user.name AS user_name,
                device.name AS device_name
         FROM entry LEFT JOIN user ON user.id = user_id LEFT JOIN device ON device.id = device_id
         WHERE seq < :before ORDER BY seq DESC LIMIT :limit",
        named_params! { ":before": before, ":limit": limit },
        |row| Ok(entry(row)),
    )?;
    entries.into_iter().collect()
}

fn entry(row: &Row<'_>) -> Result<JournalEntry, StoreError> {
    let user: Option<i64> = row.get("user_id")?;
    let name: Option<String> = row.get("user_name")?;
    let seq: i64 = row.get("seq")?;
    let body =
        String::from_utf8(row.get("bytes")?).ok().and_then(|text| RawValue::from_string(text).ok());
    // An entry that is not JSON was altered: it is still listed, and the check names it.
    let unreadable = || RawValue::from_string("null".into());
    Ok(JournalEntry {
        seq: Seq(seq),
        at: At(row.get("at")?),
        kind: row.get("kind")?,
        by: user.zip(name).map(|(id, name)| UserRef { id: UserId(id), name }),
        device: row.get("device_name")?,
        via: row.get("via")?,
        hash: hex(&row.get::<_, Vec<u8>>("hash")?),
        body: body
            .map_or_else(unreadable, Ok)
            .map_err(|error| StoreError::Invariant(error.to_string()))?,
    })
}
