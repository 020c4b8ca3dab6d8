//! A request is done once: its answer is kept beside its effect, in the same commit. A replay gets
//! the same answer, also from a device that was enrolled anew meanwhile; the same request id with other
//! content, which includes the person, is refused. Refusals are not kept: a replay of a refused request
//! is judged again.

use uuid::Uuid;

use crate::domain::id::DeviceId;
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// How long answers are kept: a device may come back from a long time offline.
pub const KEPT_S: i64 = 60 * 24 * 3600;

/// A request's identity: the id its device chose, and a hash of who asks and of everything it says. The
/// device is noted, and no part of it.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub key: Uuid,
    pub device: DeviceId,
    pub content: [u8; 32],
}

/// The answer, as JSON, and whether it was given before.
#[derive(Clone, Debug)]
pub struct Answer {
    pub body: Vec<u8>,
    /// The device that asked first.
    pub device: DeviceId,
    pub replayed: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("this request id was used for something else")]
    KeyReused,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Runs `f` unless this request was answered before. `f` writes exactly one journal entry.
pub fn once<E>(
    tx: &Tx<'_>,
    asked: &Asked,
    f: impl FnOnce() -> Result<Vec<u8>, E>,
) -> Result<Answer, E>
where
    E: From<ReplayError>,
{
    if let Some(answer) = before(tx, asked)? {
        return Ok(answer);
    }
    let body = f()?;
    if tx.entries() != 1 {
        let what = format!("a command wrote {} journal entries, not one", tx.entries());
        return Err(ReplayError::Store(StoreError::Invariant(what)).into());
    }
    tx.insert(
        "INSERT INTO reply (key, device_id, content, at, answer)
         VALUES (:key, :device, :content, :at, :answer)",
        named_params! {
            ":key": &asked.key.as_bytes()[..], ":device": asked.device.0,
            ":content": &asked.content[..], ":at": tx.now().0, ":answer": body,
        },
    )
    .map_err(|error| ReplayError::Store(StoreError::Sql(error)))?;
    Ok(Answer { body, device: asked.device, replayed: false })
}

/// What this very request was answered before.
pub fn before(db: &Db<'_>, asked: &Asked) -> Result<Option<Answer>, ReplayError> {
    match recorded(db, asked.key).map_err(StoreError::from)? {
        Some((content, _)) if content != asked.content => Err(ReplayError::KeyReused),
        found => Ok(found.map(|(_, answer)| answer)),
    }
}

/// Whether this very request was done already: then nothing is left to judge about it.
pub fn was_done(db: &Db<'_>, key: Uuid, content: &[u8; 32]) -> Result<bool, SqlError> {
    Ok(recorded(db, key)?.is_some_and(|(done, _)| done == *content))
}

fn recorded(db: &Db<'_>, key: Uuid) -> Result<Option<([u8; 32], Answer)>, SqlError> {
    db.maybe(
        "SELECT content, device_id, answer FROM reply WHERE key = :key ORDER BY at LIMIT 1",
        named_params! { ":key": &key.as_bytes()[..] },
        |row| {
            let device = DeviceId(row.get("device_id")?);
            let answer = Answer { body: row.get("answer")?, device, replayed: true };
            Ok((row.get("content")?, answer))
        },
    )
}

/// Forgets answers older than [`KEPT_S`], some at a time; how many.
pub fn purge(tx: &Tx<'_>) -> Result<usize, StoreError> {
    Ok(tx.execute(
        "DELETE FROM reply WHERE (key, device_id) IN
           (SELECT key, device_id FROM reply WHERE at < :before LIMIT 500)",
        named_params! { ":before": tx.now().plus_s(-KEPT_S).0 },
    )?)
}
