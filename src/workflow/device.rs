//! The devices of the store: invited by a manager, enrolled once, revoked at once. A device's token
//! proves it; only the token's hash is kept.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refs::UserRef;
use super::secret::{self, Secret, SecretHash};
use super::session::{self, WhyEnded};
use super::settings::Settings;
use crate::domain::id::{DeviceId, SessionId, UserId};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry, Via};
use crate::store::{Db, Row, SqlError, StoreError, Tx, named_params};

/// How long a pairing code works.
pub const PAIRING_S: i64 = 10 * 60;

/// How long a person may do nothing on a kiosk: whoever walks away leaves a board.
pub const KIOSK_IDLE_S: i64 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// One person's phone.
    Own,
    /// A tablet that people pass around.
    Shared,
    /// A screen on the wall: shows the board, and whoever scans their badge does one thing on it.
    Kiosk,
}

impl DeviceKind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Shared => "shared",
            Self::Kiosk => "kiosk",
        }
    }

    /// The schema's CHECK lets nothing else in; what may least is the fallback.
    pub fn parse(word: &str) -> Self {
        match word {
            "own" => Self::Own,
            "shared" => Self::Shared,
            _ => Self::Kiosk,
        }
    }

    /// How long a person may do nothing on it before the PIN is asked for.
    pub const fn idle_lock_s(self, settings: &Settings) -> i64 {
        match self {
            Self::Own => settings.idle_lock_own_s,
            Self::Shared => settings.idle_lock_shared_s,
            Self::Kiosk => KIOSK_IDLE_S,
        }
    }
}

/// A device, as a manager sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Device {
    pub id: DeviceId,
    pub name: String,
    pub kind: DeviceKind,
    pub enrolled_at: At,
    pub enrolled_by: Option<UserRef>,
    pub last_seen: Option<At>,
    pub revoked_at: Option<At>,
    /// Whether it is the device that asks.
    pub current: bool,
}

/// A device that may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    pub id: DeviceId,
    pub name: String,
    pub kind: DeviceKind,
}

/// Invite a device.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairingInput {
    pub kind: DeviceKind,
    #[serde(default)]
    pub name: Option<String>,
}

/// An open invitation, without its secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invited {
    pub id: i64,
    pub kind: DeviceKind,
    pub name: Option<String>,
    pub expires: At,
}

#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    #[error("that is not a pairing code")]
    WrongCode,
    #[error("the pairing code was used, withdrawn, or is too old")]
    Expired,
    #[error("the device is revoked already")]
    RevokedAlready,
    #[error("too many pairing codes are open")]
    TooMany,
    #[error("the box has no owner yet: claim it first")]
    NotClaimed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for DeviceError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Every device, also the revoked, newest first. At most 500.
pub fn list(db: &Db<'_>, current: Option<DeviceId>) -> Result<Vec<Device>, SqlError> {
    db.all(
        "SELECT device.id, device.name, kind, enrolled_at, enrolled_by, user.name AS by_name,
                device.last_seen, revoked_at
         FROM device LEFT JOIN user ON user.id = enrolled_by
         ORDER BY revoked_at IS NOT NULL, device.id DESC LIMIT 500",
        [],
        |row| device_row(row, current),
    )
}

pub fn get(
    db: &Db<'_>,
    id: DeviceId,
    current: Option<DeviceId>,
) -> Result<Option<Device>, SqlError> {
    db.maybe(
        "SELECT device.id, device.name, kind, enrolled_at, enrolled_by, user.name AS by_name,
                device.last_seen, revoked_at
         FROM device LEFT JOIN user ON user.id = enrolled_by WHERE device.id = :id",
        named_params! { ":id": id.0 },
        |row| device_row(row, current),
    )
}

fn device_row(row: &Row<'_>, current: Option<DeviceId>) -> Result<Device, SqlError> {
    let id = DeviceId(row.get("id")?);
    let by: Option<i64> = row.get("enrolled_by")?;
    let by_name: Option<String> = row.get("by_name")?;
    Ok(Device {
        id,
        name: row.get("name")?,
        kind: DeviceKind::parse(row.get_ref("kind")?.as_str()?),
        enrolled_at: At(row.get("enrolled_at")?),
        enrolled_by: by.zip(by_name).map(|(id, name)| UserRef { id: UserId(id), name }),
        last_seen: row.get::<_, Option<i64>>("last_seen")?.map(At),
        revoked_at: row.get::<_, Option<i64>>("revoked_at")?.map(At),
        current: current == Some(id),
    })
}

/// The device, unless it is revoked.
pub fn enrolled(db: &Db<'_>, id: DeviceId) -> Result<Option<Enrolled>, SqlError> {
    db.maybe(
        "SELECT id, name, kind FROM device WHERE id = :id AND revoked_at IS NULL",
        named_params! { ":id": id.0 },
        enrolled_row,
    )
}

/// The device of a token, unless it is revoked.
pub fn by_token(db: &Db<'_>, token: &SecretHash) -> Result<Option<Enrolled>, SqlError> {
    db.maybe(
        "SELECT id, name, kind FROM device WHERE token_hash = :token AND revoked_at IS NULL",
        named_params! { ":token": &token[..] },
        enrolled_row,
    )
}

fn enrolled_row(row: &Row<'_>) -> Result<Enrolled, SqlError> {
    Ok(Enrolled {
        id: DeviceId(row.get("id")?),
        name: row.get("name")?,
        kind: DeviceKind::parse(row.get_ref("kind")?.as_str()?),
    })
}

/// Invites one device, by the secret of a QR or a typed code, for ten minutes.
pub fn invite(
    tx: &Tx<'_>,
    by: &Actor,
    input: &PairingInput,
    in_qr: &Secret,
    typed: &Secret,
) -> Result<Invited, DeviceError> {
    if tx.head().seq == 0 {
        return Err(DeviceError::NotClaimed);
    }
    let name = input.name.as_deref().map(check_name).transpose()?;
    let open: i64 = tx.one(
        "SELECT count(*) FROM pairing WHERE used_by IS NULL AND withdrawn = 0 AND expires > :now",
        named_params! { ":now": tx.now().0 },
        |row| row.get(0),
    )?;
    if open >= 20 {
        return Err(DeviceError::TooMany);
    }
    let expires = tx.now().plus_s(PAIRING_S);
    let id = tx.insert(
        "INSERT INTO pairing (secret_hash, code_hash, kind, name, made_by, expires)
         VALUES (:secret, :code, :kind, :name, :by, :expires)",
        named_params! {
            ":secret": &in_qr.hash()[..], ":code": &typed.hash()[..], ":kind": input.kind.word(),
            ":name": name, ":by": by.user.map(|user| user.0), ":expires": expires.0,
        },
    )?;
    let name = name.map(str::to_owned);
    Entry::open(tx, by, "device_invited")?
        .seal(&json!({ "pairing": id, "kind": input.kind, "name": name }))?;
    tx.announce_all(Topic::Devices);
    Ok(Invited { id, kind: input.kind, name, expires })
}

/// Withdraws an invitation that was not used.
pub fn withdraw(tx: &Tx<'_>, by: &Actor, id: i64) -> Result<(), DeviceError> {
    let open = tx.execute(
        "UPDATE pairing SET withdrawn = 1 WHERE id = :id AND used_by IS NULL AND withdrawn = 0",
        named_params! { ":id": id },
    )?;
    if open == 0 {
        return Err(DeviceError::NotFound { what: "open pairing code" });
    }
    Entry::open(tx, by, "invitation_withdrawn")?.seal(&json!({ "pairing": id }))?;
    tx.announce_all(Topic::Devices);
    Ok(())
}

struct Pairing {
    id: i64,
    kind: DeviceKind,
    name: Option<String>,
    made_by: Option<UserId>,
    open: bool,
}

/// Uses an invitation up: enrols the device that presents its secret. `replaces` is what the same
/// device was enrolled as before; that enrolment ends.
pub fn enrol(
    tx: &Tx<'_>,
    presented: &str,
    name: Option<&str>,
    token: SecretHash,
    replaces: Option<DeviceId>,
) -> Result<Device, DeviceError> {
    let pairing = pairing(tx, presented)?.ok_or(DeviceError::WrongCode)?;
    if !pairing.open {
        return Err(DeviceError::Expired);
    }
    let asked = name.map(check_name).transpose()?;
    let name = pairing.name.as_deref().or(asked).unwrap_or(match pairing.kind {
        DeviceKind::Own => "Phone",
        DeviceKind::Shared => "Tablet",
        DeviceKind::Kiosk => "Board",
    });
    let id = insert(tx, name, pairing.kind, token, pairing.made_by)?;
    tx.execute(
        "UPDATE pairing SET used_by = :device WHERE id = :id",
        named_params! { ":device": id.0, ":id": pairing.id },
    )?;
    let ended = replaces.map_or(Ok(Vec::new()), |old| shut(tx, old))?;
    let by = Actor { device: Some(id), via: Via::Device, ..Actor::system() };
    let facts = json!({
        "device": id, "name": name, "kind": pairing.kind, "pairing": pairing.id,
        "invited_by": pairing.made_by, "replaces": replaces, "ended": ended,
    });
    Entry::open(tx, &by, "device_enrolled")?.seal(&facts)?;
    tx.announce(Topic::Devices, id.0);
    get(tx, id, Some(id))?.ok_or(DeviceError::NotFound { what: "device" })
}

fn pairing(db: &Db<'_>, presented: &str) -> Result<Option<Pairing>, SqlError> {
    let hash = secret::hash(&secret::tidy(presented));
    db.maybe(
        "SELECT id, kind, name, made_by,
                used_by IS NULL AND withdrawn = 0 AND expires > :now AS open
         FROM pairing WHERE secret_hash = :hash OR code_hash = :hash",
        named_params! { ":hash": &hash[..], ":now": db.now().0 },
        |row| {
            Ok(Pairing {
                id: row.get("id")?,
                kind: DeviceKind::parse(row.get_ref("kind")?.as_str()?),
                name: row.get("name")?,
                made_by: row.get::<_, Option<i64>>("made_by")?.map(UserId),
                open: row.get("open")?,
            })
        },
    )
}

/// Writes the row, as part of a command that seals its own entry.
pub(super) fn insert(
    tx: &Tx<'_>,
    name: &str,
    kind: DeviceKind,
    token: SecretHash,
    by: Option<UserId>,
) -> Result<DeviceId, DeviceError> {
    let name = check_name(name)?;
    let id = tx.insert(
        "INSERT INTO device (name, kind, token_hash, enrolled_at, enrolled_by, last_seen)
         VALUES (:name, :kind, :token, :now, :by, :now)",
        named_params! {
            ":name": name, ":kind": kind.word(), ":token": &token[..], ":now": tx.now().0,
            ":by": by.map(|user| user.0),
        },
    )?;
    Ok(DeviceId(id))
}

/// Shuts a device out: its sessions end with this commit.
pub fn revoke(tx: &Tx<'_>, by: &Actor, id: DeviceId) -> Result<Device, DeviceError> {
    let device = get(tx, id, by.device)?.ok_or(DeviceError::NotFound { what: "device" })?;
    if device.revoked_at.is_some() {
        return Err(DeviceError::RevokedAlready);
    }
    let ended = shut(tx, id)?;
    Entry::open(tx, by, "device_revoked")?
        .seal(&json!({ "device": id, "name": device.name, "ended": ended }))?;
    Ok(Device { revoked_at: Some(tx.now()), ..device })
}

fn shut(tx: &Tx<'_>, id: DeviceId) -> Result<Vec<SessionId>, SqlError> {
    tx.execute(
        "UPDATE device SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL",
        named_params! { ":now": tx.now().0, ":id": id.0 },
    )?;
    tx.announce(Topic::Devices, id.0);
    session::end_of_device(tx, id, WhyEnded::Revoked)
}

fn check_name(name: &str) -> Result<&str, DeviceError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(DeviceError::Invalid { field: "name", why: "needs 1 to 60 characters" });
    }
    Ok(name)
}
