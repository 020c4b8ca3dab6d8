//! Whose a write is that waited on a device and arrives when its author is not signed in there any more.
//! Each session may have keys whose private half never leaves the device; a write signed with one was
//! made in that session, and counts if it was valid when it was written. Never signs anybody in.

use ring::agreement::{self, EphemeralPrivateKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use uuid::Uuid;

use super::session::{self, WhyEnded};
use super::user::{self, User};
use super::{replay, settings};
use crate::domain::id::{DeviceId, SessionId, UserId};
use crate::domain::role::Role;
use crate::domain::time::At;
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// An uncompressed point of P-256.
pub const KEY_BYTES: usize = 65;
/// Keys of one session: a device that lost its storage makes another.
const KEYS: usize = 5;
/// How far a device's clock may be off.
pub const SKEW_S: i64 = 300;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("that is no public key of P-256")]
    Invalid,
    #[error("the session has as many keys as it may")]
    TooMany,
    #[error("the session is over")]
    Over,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for KeyError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Adds a key to a session. No book changes, so no entry.
pub fn add_key(tx: &Tx<'_>, session: SessionId, key: &[u8]) -> Result<(), KeyError> {
    if !is_point(key) {
        return Err(KeyError::Invalid);
    }
    let keys = keys(tx, session)?;
    if keys.iter().any(|known| known == key) {
        return Ok(());
    }
    if keys.len() >= KEYS {
        return Err(KeyError::TooMany);
    }
    let added = tx.execute(
        "INSERT INTO session_key (session_id, key, added_at)
         SELECT id, :key, :now FROM session WHERE id = :id AND ended_at IS NULL",
        named_params! { ":id": session.0, ":key": key, ":now": tx.now().0 },
    )?;
    if added == 0 { Err(KeyError::Over) } else { Ok(()) }
}

/// Whether the bytes are a point of the curve, which a key agreement checks first of all.
fn is_point(key: &[u8]) -> bool {
    let curve = &agreement::ECDH_P256;
    key.len() == KEY_BYTES
        && EphemeralPrivateKey::generate(curve, &SystemRandom::new()).is_ok_and(|own| {
            let theirs = agreement::UnparsedPublicKey::new(curve, key);
            agreement::agree_ephemeral(own, &theirs, |_| ()).is_ok()
        })
}

fn keys(db: &Db<'_>, session: SessionId) -> Result<Vec<Vec<u8>>, SqlError> {
    db.all(
        "SELECT key FROM session_key WHERE session_id = :id",
        named_params! { ":id": session.0 },
        |row| row.get("key"),
    )
}

/// Forgets keys whose session is so long over that nothing written in it may come any more, some at a
/// time; how many.
pub fn purge(tx: &Tx<'_>) -> Result<usize, StoreError> {
    Ok(tx.execute(
        "DELETE FROM session_key WHERE (session_id, key) IN
           (SELECT session_id, key FROM session_key WHERE added_at < :before LIMIT 500)",
        named_params! { ":before": tx.now().plus_s(-replay::KEPT_S - session::LONGEST_S).0 },
    )?)
}

/// A write as it arrived, with the session it says it was made in.
pub struct Written<'w> {
    pub session: SessionId,
    /// The device it arrives from, known by its token.
    pub device: DeviceId,
    pub at: At,
    /// What was signed: every word of the request that matters.
    pub text: &'w [u8],
    pub signature: &'w [u8],
    pub key: Uuid,
    /// The request's content, as a replay knows it, if a person made it.
    pub content: &'w dyn Fn(UserId) -> [u8; 32],
    /// The last act in the session that is known and not written down yet.
    pub acted: Option<At>,
}

/// Who made a write.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    pub user: UserId,
    /// Theirs now.
    pub role: Role,
    pub session: SessionId,
    /// It was done before: all that is left is to repeat its answer.
    pub done: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    #[error("the session was on another device")]
    NotThisDevice,
    #[error("no key of the session made this signature")]
    SignatureInvalid,
    #[error("the person may not come in any more")]
    PersonDisabled,
    #[error("the session was over when it was written")]
    WrittenTooLate { until: At },
    #[error("it was written too long ago")]
    TooOld,
    #[error("it was written in the future")]
    InTheFuture,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for AuthorError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

struct Kept {
    user: UserId,
    device: DeviceId,
    started: At,
    seen: At,
    expires: At,
    /// When and why it ended, where it did.
    ended: Option<(At, String)>,
}

/// The author of a write: the person of the session, if the write was made there and then.
pub fn author(db: &Db<'_>, written: &Written<'_>) -> Result<Author, AuthorError> {
    // Of a session that is not known nothing can be signed.
    let kept = kept(db, written.session)?.ok_or(AuthorError::SignatureInvalid)?;
    let person = user::get(db, kept.user)?.ok_or(AuthorError::PersonDisabled)?;
    let signed = keys(db, written.session)?.iter().any(|key| {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
        key.verify(written.text, written.signature).is_ok()
    });
    let author =
        |done| Author { user: kept.user, role: person.role, session: written.session, done };
    // Whatever changed since it was done, its answer is what it was. A device that was locked before the
    // box knew its key can prove nothing afterwards, but that the same word comes from the same device.
    let same = signed || kept.device == written.device;
    if same && replay::was_done(db, written.key, &(written.content)(kept.user))? {
        return Ok(author(true));
    }
    if kept.device != written.device {
        return Err(AuthorError::NotThisDevice);
    }
    if !signed {
        return Err(AuthorError::SignatureInvalid);
    }
    if !may_come_in(db, &person)? || kept.shut_out() {
        return Err(AuthorError::PersonDisabled);
    }
    let offline_for_s = settings::get(db)?.offline_for_s();
    kept.check_time(written, db.now(), offline_for_s)?;
    Ok(author(false))
}

fn kept(db: &Db<'_>, id: SessionId) -> Result<Option<Kept>, SqlError> {
    db.maybe(
        "SELECT user_id, device_id, started_at, max(started_at, seen_at) AS seen, expires, ended_at,
                why_ended
         FROM session WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let ended: Option<i64> = row.get("ended_at")?;
            let why: Option<String> = row.get("why_ended")?;
            Ok(Kept {
                user: UserId(row.get("user_id")?),
                device: DeviceId(row.get("device_id")?),
                started: At(row.get("started_at")?),
                seen: At(row.get("seen")?),
                expires: At(row.get("expires")?),
                ended: ended.map(|at| (At(at), why.unwrap_or_default())),
            })
        },
    )
}

fn may_come_in(db: &Db<'_>, person: &User) -> Result<bool, SqlError> {
    let today = settings::today(db)?;
    Ok(person.active && person.expires.is_none_or(|last| last >= today))
}

impl Kept {
    fn ended_by(&self, whys: &[WhyEnded]) -> Option<At> {
        let (at, why) = self.ended.as_ref()?;
        whys.iter().any(|known| known.word() == why).then_some(*at)
    }

    fn shut_out(&self) -> bool {
        self.ended_by(&[WhyEnded::Disabled, WhyEnded::Revoked]).is_some()
    }

    /// Written while the session went on: until it was ended by a person, else as long as people may go
    /// on without the box; never past the shift.
    fn check_time(
        &self,
        written: &Written<'_>,
        now: At,
        offline_for_s: i64,
    ) -> Result<(), AuthorError> {
        if written.at > now.plus_s(SKEW_S) {
            return Err(AuthorError::InTheFuture);
        }
        if written.at < now.plus_s(-replay::KEPT_S) {
            return Err(AuthorError::TooOld);
        }
        let by_a_person = [WhyEnded::SignedOut, WhyEnded::Switched, WhyEnded::NewPin];
        let until = self.ended_by(&by_a_person).unwrap_or_else(|| {
            written.acted.map_or(self.seen, |acted| self.seen.max(acted)).plus_s(offline_for_s)
        });
        let until = until.min(self.expires);
        let went_on = self.started.plus_s(-SKEW_S)..=until.plus_s(SKEW_S);
        if went_on.contains(&written.at) {
            Ok(())
        } else {
            Err(AuthorError::WrittenTooLate { until })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_point_of_the_curve_is_a_key() {
        let own =
            EphemeralPrivateKey::generate(&agreement::ECDH_P256, &SystemRandom::new()).unwrap();
        let point = own.compute_public_key().unwrap().as_ref().to_vec();
        assert!(is_point(&point));
        let mut off = point.clone();
        off[64] ^= 1;
        let mut compressed = point.clone();
        compressed[0] = 2;
        for bytes in [&off[..], &compressed, &point[..64], &[0; 65], &[]] {
            assert!(!is_point(bytes));
        }
    }
}
