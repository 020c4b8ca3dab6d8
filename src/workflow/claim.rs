//! First start: who may make this box theirs, and how. A code printed on the console opens a window that
//! closes by itself; the claim makes the owner, the first device and the settings, and is the journal's
//! first entry.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::device::{self, Device, DeviceError, DeviceKind};
use super::refs::UserRef;
use super::secret::{self, Secret, SecretHash, random};
use super::session;
use super::settings::{self, Settings, SettingsError};
use super::user::{self, UserError, UserInput};
use crate::domain::id::SessionId;
use crate::domain::role::Role;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::Language;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// How long the window stays open.
pub const WINDOW_S: i64 = 60 * 60;
/// Wrong codes after which it closes.
pub const WRONG_CODES: u32 = 10;

/// The setup window. Held in memory: stopping the box closes it.
#[derive(Debug, Default)]
pub struct Setup {
    open: Mutex<Option<Window>>,
}

#[derive(Debug)]
struct Window {
    code: SecretHash,
    until: At,
    wrong: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    #[error("the setup window is closed")]
    Closed,
    #[error("that is not the code on the console")]
    WrongCode { attempts_left: u32 },
}

impl Setup {
    /// Opens the window, or opens it anew; the code to print. The caller has seen that the box is not
    /// claimed.
    pub fn open(&self, now: At) -> Secret {
        let code = Secret::typed(random());
        let window = Window { code: code.hash(), until: now.plus_s(WINDOW_S), wrong: 0 };
        *self.lock() = Some(window);
        code
    }

    pub fn is_open(&self, now: At) -> bool {
        self.lock().as_ref().is_some_and(|window| window.until > now)
    }

    pub fn close(&self) {
        *self.lock() = None;
    }

    /// Whether this is the code; counts it where it is not.
    pub fn check(&self, now: At, typed: &str) -> Result<(), SetupError> {
        let mut open = self.lock();
        let window = open.as_mut().filter(|window| window.until > now).ok_or(SetupError::Closed)?;
        if secret::hash(&secret::tidy(typed)) == window.code {
            return Ok(());
        }
        window.wrong += 1;
        let attempts_left = WRONG_CODES.saturating_sub(window.wrong);
        if attempts_left == 0 {
            *open = None;
            return Err(SetupError::Closed);
        }
        Err(SetupError::WrongCode { attempts_left })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Window>> {
        self.open.lock().expect("nothing panics with the window in hand")
    }
}

/// Make this box a store's.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimInput {
    /// The code on the console.
    pub code: String,
    pub store_name: String,
    /// IANA zone.
    pub zone: String,
    /// Two letters of a state.
    pub jurisdiction: String,
    pub owner_name: String,
    pub device_name: String,
    pub language: Language,
}

/// What the claim made.
#[derive(Clone, Debug)]
pub struct Made {
    pub user: UserRef,
    pub device: Device,
    pub session: SessionId,
}

/// The secrets of the owner and the first device, in their stored form.
#[derive(Clone, Debug)]
pub struct ClaimSecrets {
    pub pin: String,
    pub device: SecretHash,
    pub session: SecretHash,
}

#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    #[error("the box is claimed already")]
    AlreadyClaimed,
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for ClaimError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

impl From<SettingsError> for ClaimError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Invalid { field, why } => Self::Invalid { field, why },
            SettingsError::ChangedMeanwhile => Self::AlreadyClaimed,
            SettingsError::Store(error) => Self::Store(error),
        }
    }
}

impl From<UserError> for ClaimError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Invalid { why, .. } => Self::Invalid { field: "owner_name", why },
            UserError::Store(error) => Self::Store(error),
            UserError::NotFound
            | UserError::NameTaken
            | UserError::LastOwner
            | UserError::OwnersOnly
            | UserError::NotClaimed => Self::AlreadyClaimed,
        }
    }
}

impl From<DeviceError> for ClaimError {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::Invalid { why, .. } => {
                Self::Invalid { field: "device_name", why: why.into() }
            }
            DeviceError::Store(error) => Self::Store(error),
            DeviceError::NotFound { .. }
            | DeviceError::WrongCode
            | DeviceError::Expired
            | DeviceError::RevokedAlready
            | DeviceError::TooMany
            | DeviceError::NotClaimed => Self::AlreadyClaimed,
        }
    }
}

/// Makes the settings, the owner, the first device and its session. The first journal entry.
pub fn claim(tx: &Tx<'_>, input: &ClaimInput, secrets: &ClaimSecrets) -> Result<Made, ClaimError> {
    if tx.head().seq != 0 {
        return Err(ClaimError::AlreadyClaimed);
    }
    let settings = Settings {
        store_name: input.store_name.trim().to_owned(),
        zone: input.zone.clone(),
        jurisdiction: input.jurisdiction.clone(),
        version: 1,
        ..Settings::default()
    };
    settings.check()?;
    settings::store(tx, &settings)?;
    let owner = UserInput {
        name: input.owner_name.clone(),
        role: Role::Owner,
        language: input.language,
        expires: None,
    };
    let user = user::insert(tx, &owner, &secrets.pin)?;
    let device =
        device::insert(tx, &input.device_name, DeviceKind::Own, secrets.device, Some(user.id))?;
    let session = session::insert(tx, user.id, device, secrets.session)?;
    tx.execute(
        "UPDATE box SET claimed_at = :now WHERE id = 1",
        named_params! { ":now": tx.now().0 },
    )?;
    let by = Actor::person(user.id, Role::Owner, device, session);
    let box_id = identity(tx)?.map(|identity| identity.box_id);
    Entry::open(tx, &by, "claimed")?.seal(&json!({
        "box": box_id, "settings": settings, "owner": { "id": user.id, "name": user.name },
        "device": { "id": device, "name": input.device_name.trim() },
    }))?;
    tx.announce(Topic::Settings, 1);
    tx.announce(Topic::Users, user.id.0);
    tx.announce(Topic::Devices, device.0);
    let device = device::get(tx, device, Some(device))?
        .ok_or_else(|| StoreError::Invariant("the claimed device is missing".into()))?;
    Ok(Made { user: UserRef { id: user.id, name: user.name }, device, session })
}

/// What the box is, whoever owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxIdentity {
    pub box_id: String,
    /// Raised by every restore.
    pub epoch: i64,
    pub claimed_at: Option<At>,
}

/// The box's identity; `None` before its first start.
pub fn identity(db: &Db<'_>) -> Result<Option<BoxIdentity>, SqlError> {
    db.maybe("SELECT box_id, epoch, claimed_at FROM box WHERE id = 1", [], |row| {
        Ok(BoxIdentity {
            box_id: row.get("box_id")?,
            epoch: row.get("epoch")?,
            claimed_at: row.get::<_, Option<i64>>("claimed_at")?.map(At),
        })
    })
}

/// The box's identity, made with `box_id` at its first start. No entry: the claim is the first.
pub fn identify(tx: &Tx<'_>, box_id: &str) -> Result<BoxIdentity, StoreError> {
    tx.execute(
        "INSERT INTO box (id, box_id, epoch) VALUES (1, :box_id, 1) ON CONFLICT (id) DO NOTHING",
        named_params! { ":box_id": box_id },
    )?;
    identity(tx)?.ok_or_else(|| StoreError::Invariant("the box has no identity".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_closes_by_itself() {
        let (setup, start) = (Setup::default(), At(0));
        assert_eq!(setup.check(start, "ABCD-EFGH"), Err(SetupError::Closed));
        let code = setup.open(start);
        assert_eq!(setup.check(start.plus_s(WINDOW_S - 1), &code.dashed()), Ok(()));
        assert!(!setup.is_open(start.plus_s(WINDOW_S)));
        assert_eq!(setup.check(start.plus_s(WINDOW_S), code.text()), Err(SetupError::Closed));
    }

    #[test]
    fn ten_wrong_codes_close_it_also_to_the_right_one() {
        let setup = Setup::default();
        let code = setup.open(At(0));
        for attempts_left in (1..10).rev() {
            assert_eq!(setup.check(At(0), "wrong"), Err(SetupError::WrongCode { attempts_left }));
        }
        assert_eq!(setup.check(At(0), "wrong"), Err(SetupError::Closed));
        assert_eq!(setup.check(At(0), code.text()), Err(SetupError::Closed));
    }

    #[test]
    fn a_new_code_makes_the_old_one_void() {
        let setup = Setup::default();
        let old = setup.open(At(0));
        let new = setup.open(At(0));
        assert!(setup.check(At(0), old.text()).is_err());
        assert_eq!(setup.check(At(0), new.text()), Ok(()));
    }
}
