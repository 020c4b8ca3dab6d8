//! Who is signed in where. A session belongs to one person on one device; a device has one at a time.
//! It ends by signing out, by somebody else signing in there, by idling, after twelve hours, and at once
//! when the person is disabled or the device revoked. Never sees a PIN.

use serde::Serialize;
use serde_json::json;

use super::device::{self, DeviceKind};
use super::secret::SecretHash;
use super::settings;
use super::throttle;
use super::user;
use crate::domain::id::{DeviceId, SessionId, UserId};
use crate::domain::role::{Permission, Role};
use crate::domain::scan::{self, Scan};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::Language;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// A shift: after this the PIN is asked for, whatever happens meanwhile.
pub const LONGEST_S: i64 = 12 * 3600;

/// Why a session ended, as it is stored and journalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyEnded {
    SignedOut,
    /// Somebody signed in on the same device.
    Switched,
    /// The person did nothing for too long, or the shift was over.
    Lapsed,
    Disabled,
    Revoked,
    NewPin,
}

impl WhyEnded {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Switched => "switched",
            Self::Lapsed => "lapsed",
            Self::Disabled => "disabled",
            Self::Revoked => "revoked",
            Self::NewPin => "new_pin",
        }
    }
}

/// A session that lives, as the gate needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    pub id: SessionId,
    pub user: UserId,
    pub role: Role,
    pub device: DeviceId,
    /// Ends then at the latest.
    pub until: At,
    /// The person's last act, to within a minute.
    pub seen: At,
    /// Ends when the person does nothing for this long.
    pub idle_s: i64,
}

/// What a person may know who tries to sign in: nothing but this reaches the PIN check.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub role: Role,
    /// The stored form of their PIN; `None` where they may not come in.
    pub pin: Option<String>,
    badge: String,
}

impl Candidate {
    /// Whether a scanned text is their badge. It says who, and never proves it: the PIN does.
    pub fn wears(&self, scanned: &str) -> bool {
        matches!(scan::read(scanned), Scan::Badge(secret) if secret.to_string() == self.badge)
    }
}

/// The answer to sign-in, and what a screen shows of whoever is signed in.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Session {
    pub user: SessionUser,
    pub device: SessionDevice,
    pub permissions: Vec<Permission>,
    pub idle_lock_s: i64,
    /// How long the person may go on where the box is out of reach, from its last answer on.
    pub offline_for_s: i64,
    pub store: SessionStore,
    /// Names this session as the author of what waits to be sent. Proves nothing.
    pub session: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SessionUser {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub language: Language,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SessionDevice {
    pub id: DeviceId,
    pub name: String,
    pub kind: DeviceKind,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SessionStore {
    pub name: String,
    pub zone: String,
}

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Also where the person is disabled, unknown or past their last day: the same answer.
    #[error("that is not the PIN")]
    WrongPin,
    #[error("the session is over")]
    Over,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for SessionError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// What to check a typed PIN against; `None` for nobody.
pub fn candidate(db: &Db<'_>, id: UserId) -> Result<Option<Candidate>, SqlError> {
    let Some(user) = user::get(db, id)? else { return Ok(None) };
    let today = settings::today(db)?;
    let in_time = user.active && user.expires.is_none_or(|last| last >= today);
    let pin =
        db.one("SELECT pin_hash FROM user WHERE id = :id", named_params! { ":id": id.0 }, |row| {
            row.get::<_, Option<String>>("pin_hash")
        })?;
    let pin = pin.filter(|_| in_time);
    Ok(Some(Candidate { role: user.role, pin, badge: user.badge_code }))
}

/// Starts a session for a person whose PIN was found to fit `candidate`. Whoever was signed in on the
/// device is signed out.
pub fn start(
    tx: &Tx<'_>,
    user: UserId,
    device: DeviceId,
    found: &Candidate,
    token: SecretHash,
) -> Result<SessionId, SessionError> {
    // Between the check and this commit the person may have been disabled or given a new PIN.
    let now = candidate(tx, user)?.ok_or(SessionError::WrongPin)?;
    if now.pin.is_none() || now.pin != found.pin {
        return Err(SessionError::WrongPin);
    }
    if device::enrolled(tx, device)?.is_none() {
        return Err(SessionError::Over);
    }
    let ended = end_of_device(tx, device, WhyEnded::Switched)?;
    let session = insert(tx, user, device, token)?;
    throttle::clear(tx, device, user)?;
    let by = Actor::person(user, now.role, device, session);
    Entry::open(tx, &by, "signed_in")?.seal(&json!({ "ended": ended }))?;
    tx.announce(Topic::Devices, device.0);
    Ok(session)
}

/// Writes the row, as part of a command that seals its own entry (the claim).
pub(super) fn insert(
    tx: &Tx<'_>,
    user: UserId,
    device: DeviceId,
    token: SecretHash,
) -> Result<SessionId, SqlError> {
    let id = tx.insert(
        "INSERT INTO session (token_hash, user_id, device_id, started_at, expires, seen_at)
         VALUES (:token, :user, :device, :now, :expires, :now)",
        named_params! {
            ":token": &token[..], ":user": user.0, ":device": device.0, ":now": tx.now().0,
            ":expires": tx.now().plus_s(LONGEST_S).0,
        },
    )?;
    Ok(SessionId(id))
}

/// Signs out whoever acts.
pub fn end(tx: &Tx<'_>, by: &Actor) -> Result<(), SessionError> {
    let (Some(session), Some(device)) = (by.session, by.device) else {
        return Err(SessionError::Over);
    };
    let ended = close(tx, "id = :id", session.0, None, WhyEnded::SignedOut)?;
    if ended.is_empty() {
        return Err(SessionError::Over);
    }
    Entry::open(tx, by, "signed_out")?.seal(&json!({}))?;
    tx.announce(Topic::Devices, device.0);
    Ok(())
}

/// Ends sessions that lapsed; those that ended meanwhile are left as they are. No entry where none is
/// left.
pub fn end_lapsed(tx: &Tx<'_>, lapsed: &[SessionId]) -> Result<(), StoreError> {
    let mut ended = Vec::new();
    for session in lapsed {
        ended.extend(close(tx, "id = :id", session.0, None, WhyEnded::Lapsed)?);
    }
    if !ended.is_empty() {
        let by = Actor::system();
        Entry::open(tx, &by, "locked")?.seal(&json!({ "ended": ended }))?;
    }
    Ok(())
}

/// Ends every session of a person but `except`; which. Part of a command that seals its own entry.
pub(super) fn end_of_user(
    tx: &Tx<'_>,
    user: UserId,
    why: WhyEnded,
    except: Option<SessionId>,
) -> Result<Vec<SessionId>, SqlError> {
    close(tx, "user_id = :id", user.0, except, why)
}

/// Ends every session on a device; which. Part of a command that seals its own entry.
pub(super) fn end_of_device(
    tx: &Tx<'_>,
    device: DeviceId,
    why: WhyEnded,
) -> Result<Vec<SessionId>, SqlError> {
    close(tx, "device_id = :id", device.0, None, why)
}

fn close(
    tx: &Tx<'_>,
    which: &'static str,
    id: i64,
    except: Option<SessionId>,
    why: WhyEnded,
) -> Result<Vec<SessionId>, SqlError> {
    tx.all(
        &format!(
            "UPDATE session SET ended_at = :now, why_ended = :why
             WHERE {which} AND ended_at IS NULL AND id IS NOT :except RETURNING id, device_id"
        ),
        named_params! {
            ":now": tx.now().0, ":why": why.word(), ":id": id,
            ":except": except.map(|session| session.0),
        },
        |row| {
            tx.announce(Topic::Devices, row.get("device_id")?);
            Ok(SessionId(row.get("id")?))
        },
    )
}

/// The live session of a token, if it is on that device and its person may still come in.
pub fn by_token(
    db: &Db<'_>,
    token: &SecretHash,
    device: DeviceId,
) -> Result<Option<Live>, SqlError> {
    let id = db.maybe(
        "SELECT id FROM session WHERE token_hash = :token AND device_id = :device",
        named_params! { ":token": &token[..], ":device": device.0 },
        |row| row.get("id").map(SessionId),
    )?;
    id.map_or(Ok(None), |id| by_id(db, id))
}

/// The session, if it goes on as far as the database knows.
pub fn by_id(db: &Db<'_>, id: SessionId) -> Result<Option<Live>, SqlError> {
    let found = db.maybe(
        "SELECT user_id, device_id, session.expires, max(started_at, seen_at) AS seen, device.kind
         FROM session JOIN device ON device.id = device_id
         WHERE session.id = :id AND ended_at IS NULL AND revoked_at IS NULL",
        named_params! { ":id": id.0 },
        |row| {
            Ok((
                UserId(row.get("user_id")?),
                DeviceId(row.get("device_id")?),
                At(row.get("expires")?),
                At(row.get("seen")?),
                DeviceKind::parse(row.get_ref("kind")?.as_str()?),
            ))
        },
    )?;
    let Some((user_id, device, expires, seen, kind)) = found else { return Ok(None) };
    let Some(user) = user::get(db, user_id)?.filter(|user| user.active) else { return Ok(None) };
    let settings = settings::get(db)?;
    let last = user.expires.map(|day| user::ends(day, settings.tz()));
    let until = last.map_or(expires, |last| last.min(expires));
    let idle_s = kind.idle_lock_s(&settings);
    let live = Live { id, user: user_id, role: user.role, device, until, seen, idle_s };
    Ok(Some(live).filter(|live| live.until > db.now()))
}

/// Whose session it is or was.
pub fn person(db: &Db<'_>, id: SessionId) -> Result<Option<UserId>, SqlError> {
    db.maybe("SELECT user_id FROM session WHERE id = :id", named_params! { ":id": id.0 }, |row| {
        row.get("user_id").map(UserId)
    })
}

/// Every session that was not ended, with what goes on of it.
pub fn all_open(db: &Db<'_>) -> Result<Vec<(SessionId, Option<Live>)>, SqlError> {
    let open = db.all("SELECT id FROM session WHERE ended_at IS NULL", [], |row| {
        row.get("id").map(SessionId)
    })?;
    open.into_iter().map(|id| Ok((id, by_id(db, id)?))).collect()
}

impl Live {
    /// Whether it goes on at `now`, with the last act known.
    pub fn lives(&self, now: At) -> bool {
        self.until > now && self.seen.plus_s(self.idle_s) > now
    }
}

/// What a screen shows of a session.
pub fn view(
    db: &Db<'_>,
    user: UserId,
    device: DeviceId,
    session: SessionId,
) -> Result<Option<Session>, SqlError> {
    let (Some(user), Some(device)) = (user::get(db, user)?, device::enrolled(db, device)?) else {
        return Ok(None);
    };
    let settings = settings::get(db)?;
    Ok(Some(Session {
        permissions: user.role.permissions(),
        idle_lock_s: device.kind.idle_lock_s(&settings),
        offline_for_s: settings.offline_for_s(),
        user: SessionUser {
            id: user.id,
            name: user.name,
            role: user.role,
            language: user.language,
        },
        device: SessionDevice { id: device.id, name: device.name, kind: device.kind },
        store: SessionStore { name: settings.store_name, zone: settings.zone },
        session: session.to_string(),
    }))
}

/// Writes down when people and devices were last seen: no book changes, so no entry.
pub fn note_seen(
    tx: &Tx<'_>,
    sessions: &[(SessionId, At)],
    devices: &[(DeviceId, At)],
) -> Result<(), StoreError> {
    for (session, at) in sessions {
        let user: Option<i64> = tx.maybe(
            "UPDATE session SET seen_at = max(seen_at, :at) WHERE id = :id RETURNING user_id",
            named_params! { ":at": at.0, ":id": session.0 },
            |row| row.get("user_id"),
        )?;
        tx.execute(
            "UPDATE user SET last_seen = max(coalesce(last_seen, 0), :at) WHERE id = :id",
            named_params! { ":at": at.0, ":id": user },
        )?;
    }
    for (device, at) in devices {
        tx.execute(
            "UPDATE device SET last_seen = max(coalesce(last_seen, 0), :at) WHERE id = :id",
            named_params! { ":at": at.0, ":id": device.0 },
        )?;
    }
    Ok(())
}
