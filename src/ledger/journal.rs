//! The chained record: what an entry's bytes look like, and who acted.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::id::{DeviceId, SessionId, UserId};
use crate::domain::role::Role;
use crate::domain::time::At;
use crate::store::Head;

/// How a command came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    Device,
    Console,
    System,
}

impl Via {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Console => "console",
            Self::System => "system",
        }
    }
}

/// Who does a command: a person on a device, the box's console, or the box itself.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: Option<UserId>,
    pub role: Option<Role>,
    pub device: Option<DeviceId>,
    pub session: Option<SessionId>,
    pub via: Via,
    /// The device's own clock, where it sent one: advisory, stored beside the box's time.
    pub device_time: Option<At>,
    /// The request id the device chose.
    pub key: Option<uuid::Uuid>,
}

impl Actor {
    pub const fn system() -> Self {
        Self::without_person(Via::System)
    }

    pub const fn console() -> Self {
        Self::without_person(Via::Console)
    }

    pub const fn person(user: UserId, role: Role, device: DeviceId, session: SessionId) -> Self {
        Self {
            user: Some(user),
            role: Some(role),
            device: Some(device),
            session: Some(session),
            via: Via::Device,
            device_time: None,
            key: None,
        }
    }

    const fn without_person(via: Via) -> Self {
        Self {
            user: None,
            role: None,
            device: None,
            session: None,
            via,
            device_time: None,
            key: None,
        }
    }
}

/// An entry as it is hashed, written once as JSON. Fields are only ever added, with a new `v`.
#[derive(Serialize)]
pub(super) struct Body<'a, T: Serialize> {
    pub v: u8,
    pub seq: i64,
    pub at: At,
    pub kind: &'a str,
    pub via: Via,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_time: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<uuid::Uuid>,
    pub data: &'a T,
    /// `[movement, package, amount, from, to]` or with the movement it reverses as a sixth number.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub movements: &'a [Vec<i64>],
}

/// The next head: SHA-256 over the previous hash and the entry's bytes.
pub(super) fn chain(previous: Head, bytes: &[u8]) -> Head {
    let mut sha = Sha256::new();
    sha.update(previous.hash);
    sha.update(bytes);
    Head { seq: previous.seq + 1, hash: sha.finalize().into() }
}
