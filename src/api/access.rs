//! Finds callers by their cookies. Devices and sessions are kept in memory and forgotten with the commit
//! that changes them, so that nothing revoked is served; so is when each was last seen, which reaches the
//! database now and then.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use serde::Serialize;
use tokio::sync::watch;

use super::Problem;
use super::approvals::Approvals;
use super::caller::{Caller, DeviceCaller, PersonCaller};
use super::cookie;
use super::pins::Pins;
use super::signed;
use crate::domain::id::{DeviceId, SessionId};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::store::{Change, Store, StoreError};
use crate::workflow::claim::Setup;
use crate::workflow::device::{self, DeviceKind, Enrolled};
use crate::workflow::pin::Pepper;
use crate::workflow::secret::SecretHash;
use crate::workflow::session::{self, LONGEST_S, Live};
use crate::workflow::throttle::{Buckets, Rate};

/// What the box's door is made of; the composition root knows it.
pub struct Door {
    pub pepper: Pepper,
    /// Requests of one device (or of one address, before enrolment).
    pub rate: Rate,
}

impl Door {
    /// High enough never to hurt a scanner, nor a device that comes back with a shift's writes.
    pub const RATE: Rate = Rate { burst: 600.0, per_s: 100.0 };
}

/// Guesses of claim and pairing codes, for one address and for all together: 39 bits last.
const GUESSES: Rate = Rate { burst: 10.0, per_s: 0.1 };
const ALL_GUESSES: Rate = Rate { burst: 40.0, per_s: 0.5 };
/// How old what the database says of "last seen" may grow.
const NOTED_S: i64 = 60;
/// Sent with requests that a screen makes by itself: they keep nobody signed in.
const IDLE_HEADER: &str = "Idle";

/// Why a live stream must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyOut {
    Revoked,
    SignedOut,
}

pub struct Access {
    pub approvals: Approvals,
    pub pins: Pins,
    pub setup: Setup,
    store: Store,
    cache: Arc<Cache>,
    requests: Mutex<Buckets<Key>>,
    guesses: Mutex<(Buckets<IpAddr>, Buckets<()>)>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Device(DeviceId),
    Address(Option<IpAddr>),
}

struct Cache {
    known: Mutex<Known>,
    changed: watch::Sender<u64>,
}

#[derive(Default)]
struct Known {
    devices: HashMap<SecretHash, Enrolled>,
    sessions: HashMap<SecretHash, Live>,
    /// Raised with every commit that changes people, devices or settings.
    generation: u64,
    /// The last act of each session since it was read.
    acted: HashMap<SessionId, At>,
    /// Devices seen since they were last noted.
    seen: HashMap<DeviceId, At>,
    noted: Option<At>,
}

/// Who acted and what was seen, and when.
type Seen = (Vec<(SessionId, At)>, Vec<(DeviceId, At)>);

impl Cache {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("nothing panics with the callers in hand")
    }

    /// On the writer thread, before the answers of the commit go out.
    fn forget(&self, change: &Change) {
        let touches = [Topic::Users, Topic::Devices, Topic::Settings];
        if !touches.iter().any(|topic| change.topics.contains_key(topic)) {
            return;
        }
        let mut known = self.known();
        known.devices.clear();
        known.sessions.clear();
        known.generation += 1;
        self.changed.send_replace(known.generation);
    }
}

impl Access {
    pub fn new(store: Store, door: Door) -> Arc<Self> {
        let cache = Arc::new(Cache { known: Mutex::default(), changed: watch::Sender::new(0) });
        let hooked = Arc::clone(&cache);
        store.on_commit(move |change| hooked.forget(change));
        Arc::new(Self {
            approvals: Approvals::new(store.clock().clone()),
            pins: Pins::new(door.pepper),
            setup: Setup::default(),
            store,
            cache,
            requests: Mutex::new(Buckets::new(door.rate)),
            guesses: Mutex::new((Buckets::new(GUESSES), Buckets::new(ALL_GUESSES))),
        })
    }

    /// What the cookies of a request prove. Counts as an act of the person, unless the screen asked by
    /// itself.
    pub async fn caller(&self, request: &ServiceRequest) -> Result<Caller, Problem> {
        let headers = request.headers();
        let Some(device) = cookie::hash(headers, cookie::DEVICE) else {
            return Ok(Caller::default());
        };
        let session = cookie::hash(headers, cookie::SESSION);
        let (device, live) = match self.cached(&device, session.as_ref()) {
            Some(found) => found,
            None => match self.look_up(device, session).await? {
                Some(found) => found,
                None => return Ok(Caller::default()),
            },
        };
        let by_itself = headers.contains_key(IDLE_HEADER)
            || matches!(request.path(), "/api/v1/live" | "/api/v1/board");
        let acts = |session| !by_itself && signed::in_session(headers, session);
        Ok(self.see(&device, live, acts))
    }

    fn cached(
        &self,
        device: &SecretHash,
        session: Option<&SecretHash>,
    ) -> Option<(Enrolled, Option<Live>)> {
        let known = self.cache.known();
        let device = known.devices.get(device)?.clone();
        let live = match session {
            Some(session) => {
                Some(*known.sessions.get(session)?).filter(|live| live.device == device.id)
            }
            None => None,
        };
        Some((device, live))
    }

    async fn look_up(
        &self,
        device_token: SecretHash,
        session_token: Option<SecretHash>,
    ) -> Result<Option<(Enrolled, Option<Live>)>, Problem> {
        let before = self.cache.known().generation;
        let found = self
            .store
            .read(move |db| -> Result<_, Problem> {
                let Some(device) = device::by_token(db, &device_token)? else { return Ok(None) };
                let live = match session_token {
                    Some(token) => session::by_token(db, &token, device.id)?,
                    None => None,
                };
                Ok(Some((device, live)))
            })
            .await?;
        let mut known = self.cache.known();
        // What was read before a change must not be kept after it.
        if known.generation == before
            && let Some((device, live)) = &found
        {
            known.devices.insert(device_token, device.clone());
            if let (Some(token), Some(live)) = (session_token, live) {
                known.sessions.insert(token, *live);
            }
        }
        Ok(found)
    }

    fn see(
        &self,
        device: &Enrolled,
        live: Option<Live>,
        acts: impl Fn(SessionId) -> bool,
    ) -> Caller {
        let now = self.store.clock().now();
        let mut known = self.cache.known();
        known.seen.insert(device.id, now);
        let live = live.map(|live| known.as_of_now(live)).filter(|live| live.lives(now));
        if let Some(live) = live.filter(|live| acts(live.id)) {
            known.acted.insert(live.id, now);
        }
        Caller {
            device: Some(DeviceCaller { id: device.id, kiosk: device.kind == DeviceKind::Kiosk }),
            person: live.map(|live| PersonCaller {
                user: live.user,
                role: live.role,
                session: live.id,
                device: live.device,
            }),
        }
    }

    /// The last act in a session that is known and may not be written down yet.
    pub fn acted(&self, session: SessionId) -> Option<At> {
        self.cache.known().acted.get(&session).copied()
    }

    /// Holds back a device that asks too often. Refusal: `too_many_requests`.
    pub fn admit(&self, caller: &Caller, peer: Option<IpAddr>) -> Result<(), Problem> {
        let key =
            caller.device.as_ref().map_or(Key::Address(peer), |device| Key::Device(device.id));
        let mut requests = self.requests.lock().expect("nothing panics with the buckets in hand");
        requests.take(key, self.store.clock().now()).map_err(Problem::too_many_requests)
    }

    /// Counts a guess of a claim or pairing code. Refusal: `too_many_requests`.
    pub fn admit_guess(&self, peer: Option<IpAddr>) -> Result<(), Problem> {
        let now = self.store.clock().now();
        let mut guesses = self.guesses.lock().expect("nothing panics with the buckets in hand");
        let (by_address, all) = &mut *guesses;
        if let Some(peer) = peer {
            by_address.take(peer, now).map_err(Problem::too_many_requests)?;
        }
        all.take((), now).map_err(Problem::too_many_requests)
    }

    /// Resolves as soon as the caller may no longer listen: the device was revoked, or the person's
    /// session ended, where the caller had one.
    pub async fn until_out(&self, caller: &Caller) -> WhyOut {
        let Some(device) = caller.device.as_ref().map(|device| device.id) else {
            return WhyOut::Revoked;
        };
        let session = caller.person.map(|person| person.session);
        let mut changed = self.cache.changed.subscribe();
        loop {
            match self.out(device, session).await {
                Ok(Some(why)) => return why,
                Ok(None) => {
                    if changed.changed().await.is_err() {
                        return WhyOut::SignedOut;
                    }
                }
                // A busy store is asked again; never taken for a yes.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(500)).await,
            }
        }
    }

    async fn out(
        &self,
        device: DeviceId,
        session: Option<SessionId>,
    ) -> Result<Option<WhyOut>, StoreError> {
        let (enrolled, live) = self
            .store
            .read(move |db| -> Result<_, StoreError> {
                let live = session.map_or(Ok(None), |id| session::by_id(db, id))?;
                Ok((device::enrolled(db, device)?.is_some(), live))
            })
            .await?;
        let now = self.store.clock().now();
        let live = live.map(|live| self.cache.known().as_of_now(live));
        Ok(match session {
            _ if !enrolled => Some(WhyOut::Revoked),
            Some(_) if !live.is_some_and(|live| live.lives(now)) => Some(WhyOut::SignedOut),
            _ => None,
        })
    }

    /// Ends sessions that lapsed and notes who was seen. The composition root calls it every few
    /// seconds, and once when the box stops.
    pub async fn tick(&self) -> Result<(), StoreError> {
        let now = self.store.clock().now();
        let live = self.store.read(|db| session::all_open(db).map_err(StoreError::Sql)).await?;
        let (lapsed, acted, seen) = {
            let mut known = self.cache.known();
            let lapsed: Vec<SessionId> = live
                .into_iter()
                .filter(|(_, live)| !live.is_some_and(|live| known.as_of_now(live).lives(now)))
                .map(|(id, _)| id)
                .collect();
            let (acted, seen) = known.take_seen(now);
            (lapsed, acted, seen)
        };
        if !acted.is_empty() || !seen.is_empty() {
            self.store.write(move |tx| session::note_seen(tx, &acted, &seen)).await?;
        }
        if !lapsed.is_empty() {
            self.store.write(move |tx| session::end_lapsed(tx, &lapsed)).await?;
        }
        Ok(())
    }
}

impl Known {
    fn as_of_now(&self, live: Live) -> Live {
        let acted = self.acted.get(&live.id).copied().unwrap_or(live.seen);
        Live { seen: live.seen.max(acted), ..live }
    }

    /// What to write down, where the last time is a minute ago.
    fn take_seen(&mut self, now: At) -> Seen {
        if self.noted.is_some_and(|noted| now.seconds_since(noted) < NOTED_S) {
            return Default::default();
        }
        self.noted = Some(now);
        self.acted.retain(|_, at| now.seconds_since(*at) < LONGEST_S);
        let since = now.plus_s(-2 * NOTED_S);
        let acted = self.acted.iter().filter(|(_, at)| **at > since);
        (acted.map(|(id, at)| (*id, *at)).collect(), self.seen.drain().collect())
    }
}

impl Problem {
    pub fn too_many_requests(retry_after_s: i64) -> Self {
        let detail = format!("Too many tries. Wait {retry_after_s} seconds.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
            .with("retry_after_s", retry_after_s)
    }
}
