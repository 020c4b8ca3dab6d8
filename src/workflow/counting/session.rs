//! The course of a count: started, joined, places begun and done, cancelled.

use serde::{Deserialize, Serialize};

use super::{CountError, CountState, CountView, Head, Scope, head, open, scope, view};
use crate::domain::id::{CountId, PlaceId, ScheduleId, Seq, UserId};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::casework::new_code;
use crate::workflow::refs;

const NOTE: usize = 500;

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartInput {
    #[serde(default)]
    pub scope: Scope,
    #[serde(default)]
    pub schedule: Option<ScheduleId>,
    /// At most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// A moment on a device: the box's time as the device knows it, and the newest entry of the journal that it
/// had heard of; nothing where it was not in touch with the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    #[serde(default)]
    pub seq: Option<Seq>,
    pub at: At,
}

impl Moment {
    /// Nobody counts ahead of the box, nor before the count was started.
    pub(super) fn within(self, count: &Head, head: Seq, now: At) -> Self {
        Self {
            seq: self.seq.map(|seq| seq.max(count.seq).min(head)),
            at: self.at.max(count.started_at).min(now),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginInput {
    pub place: PlaceId,
    pub began: Moment,
    /// Take it over from somebody else who has begun there.
    #[serde(default)]
    pub take_over: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceDoneInput {
    pub place: PlaceId,
    pub said: Moment,
    /// `false` opens it again.
    pub done: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelInput {
    /// 3 to 500 characters.
    pub why: String,
}

/// Starts a count over a scope; who starts it is in it.
pub fn start(tx: &Tx<'_>, by: &Actor, input: &StartInput) -> Result<CountView, CountError> {
    if input.note.as_ref().is_some_and(|note| note.chars().count() > NOTE) {
        return Err(CountError::Invalid {
            field: "note",
            why: "is longer than 500 characters".into(),
        });
    }
    let resolved = scope::resolve(tx, &input.scope)?;
    if let Some(schedule) = input.schedule {
        super::schedule::known(tx, schedule)?;
    }
    let entry = Entry::open(tx, by, "count_started")?;
    let code = new_code()?;
    let id = tx.insert(
        "INSERT INTO count (code, state, scope, schedule_id, note, started_at, started_by, seq)
         VALUES (:code, 'open', :scope, :schedule, :note, :at, :by, :seq)",
        named_params! {
            ":code": code, ":scope": serde_json::to_string(&input.scope).unwrap_or_default(),
            ":schedule": input.schedule.map(|schedule| schedule.0), ":note": input.note,
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":seq": entry.seq().0,
        },
    )?;
    for product in &resolved.products {
        tx.insert(
            "INSERT INTO count_product (count_id, product_id) VALUES (:id, :product)",
            named_params! { ":id": id, ":product": product.0 },
        )?;
    }
    for place in &resolved.places {
        tx.insert(
            "INSERT INTO count_place (count_id, place_id) VALUES (:id, :place)",
            named_params! { ":id": id, ":place": place.0 },
        )?;
    }
    let id = CountId(id);
    enter(tx, by, id)?;
    entry.seal(&serde_json::json!({
        "count": code, "scope": input.scope, "places": resolved.places.len(),
        "products": resolved.products.len(), "note": input.note,
    }))?;
    tx.announce(Topic::Counts, id.0);
    view(tx, id, by.user, by.device)
}

/// Begins to count in an open count: from then on the book's figures of it are hidden from this person, and
/// from this device.
pub fn join(tx: &Tx<'_>, by: &Actor, id: CountId) -> Result<CountView, CountError> {
    let head = open(tx, id)?;
    let entry = Entry::open(tx, by, "count_joined")?;
    enter(tx, by, id)?;
    entry.seal(&serde_json::json!({ "count": head.code }))?;
    tx.announce(Topic::Counts, id.0);
    view(tx, id, by.user, by.device)
}

fn enter(tx: &Tx<'_>, by: &Actor, id: CountId) -> Result<(), CountError> {
    let (Some(user), Some(device)) = (by.user, by.device) else {
        return Err(CountError::NotJoined);
    };
    tx.execute(
        "INSERT INTO count_counter (count_id, user_id, device_id, at) VALUES (:id, :user, :device, :at)
         ON CONFLICT DO NOTHING",
        named_params! { ":id": id.0, ":user": user.0, ":device": device.0, ":at": tx.now().0 },
    )?;
    Ok(())
}

/// Whether somebody is in the count on the device they use: nothing of it is known there.
pub fn joined(db: &Db<'_>, id: CountId, by: &Actor) -> Result<bool, SqlError> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM count_counter
           WHERE count_id = :id AND user_id = :user AND device_id = :device)",
        named_params! {
            ":id": id.0, ":user": by.user.map(|user| user.0), ":device": by.device.map(|one| one.0),
        },
        |row| row.get(0),
    )
}

/// A place of the count.
pub struct Here {
    pub counter: Option<UserId>,
    pub done: bool,
}

pub fn here(db: &Db<'_>, id: CountId, place: PlaceId) -> Result<Here, CountError> {
    db.maybe(
        "SELECT counter_id, done_at FROM count_place WHERE count_id = :id AND place_id = :place",
        named_params! { ":id": id.0, ":place": place.0 },
        |row| {
            Ok(Here {
                counter: row.get::<_, Option<i64>>("counter_id")?.map(UserId),
                done: row.get::<_, Option<i64>>("done_at")?.is_some(),
            })
        },
    )?
    .ok_or(CountError::NotInCount)
}

/// The count and the place, if this person counts there.
pub fn mine(
    tx: &Tx<'_>,
    by: &Actor,
    id: CountId,
    place: PlaceId,
) -> Result<(Head, Here), CountError> {
    let head = open(tx, id)?;
    if !joined(tx, id, by)? {
        return Err(CountError::NotJoined);
    }
    let here = here(tx, id, place)?;
    if let Some(other) = here.counter.filter(|counter| Some(*counter) != by.user) {
        let who = refs::user(tx, other)?.ok_or(CountError::NotFound { what: "person" })?;
        return Err(CountError::PlaceTaken { who });
    }
    Ok((head, here))
}

/// Begins to count at a place. One person counts a place: two in one bin count one box twice.
pub fn claim(
    tx: &Tx<'_>,
    by: &Actor,
    id: CountId,
    input: &BeginInput,
) -> Result<CountView, CountError> {
    let head = match mine(tx, by, id, input.place) {
        Ok((head, _)) => head,
        Err(CountError::PlaceTaken { .. }) if input.take_over => open(tx, id)?,
        Err(error) => return Err(error),
    };
    let entry = Entry::open(tx, by, "count_place_begun")?;
    let began = input.began.within(&head, Seq(tx.head().seq), tx.now());
    // Who goes on where they were keeps the moment when they began.
    tx.execute(
        "UPDATE count_place SET
           began_seq = CASE WHEN counter_id IS :by AND began_at NOT NULL THEN began_seq ELSE :seq END,
           began_at = CASE WHEN counter_id IS :by AND began_at NOT NULL THEN began_at ELSE :at END,
           counter_id = :by, done_at = NULL
         WHERE count_id = :id AND place_id = :place",
        named_params! {
            ":by": by.user.map(|user| user.0), ":seq": began.seq.map(|seq| seq.0), ":at": began.at.0, ":id": id.0,
            ":place": input.place.0,
        },
    )?;
    entry.seal(&serde_json::json!({
        "count": head.code, "place": input.place, "took_over": input.take_over,
    }))?;
    tx.announce(Topic::Counts, id.0);
    view(tx, id, by.user, by.device)
}

/// Says that everything at a place was counted: what nobody counted there was not found. Or opens it again.
pub fn done(
    tx: &Tx<'_>,
    by: &Actor,
    id: CountId,
    input: &PlaceDoneInput,
) -> Result<CountView, CountError> {
    let (head, _) = mine(tx, by, id, input.place)?;
    let entry = Entry::open(tx, by, "count_place_done")?;
    let said = input.said.within(&head, Seq(tx.head().seq), tx.now());
    tx.execute(
        "UPDATE count_place SET counter_id = :by, done_at = :done,
           began_seq = CASE WHEN began_at NOT NULL THEN began_seq ELSE :seq END,
           began_at = coalesce(began_at, :at),
           said_seq = :seq, said_at = :at
         WHERE count_id = :id AND place_id = :place",
        named_params! {
            ":by": by.user.map(|user| user.0), ":done": input.done.then_some(tx.now().0),
            ":seq": said.seq.map(|seq| seq.0), ":at": said.at.0, ":id": id.0, ":place": input.place.0,
        },
    )?;
    entry.seal(
        &serde_json::json!({ "count": head.code, "place": input.place, "done": input.done }),
    )?;
    tx.announce(Topic::Counts, id.0);
    view(tx, id, by.user, by.device)
}

/// Ends a count without its figures; what was counted stays on record.
pub fn cancel(
    tx: &Tx<'_>,
    by: &Actor,
    id: CountId,
    input: &CancelInput,
) -> Result<CountView, CountError> {
    let why = input.why.trim();
    if !(3..=NOTE).contains(&why.chars().count()) {
        return Err(CountError::Invalid { field: "why", why: "needs 3 to 500 characters".into() });
    }
    let head = head(tx, id)?;
    if !matches!(head.state, CountState::Open | CountState::Counted) {
        return Err(CountError::NotOpen { state: head.state });
    }
    let entry = Entry::open(tx, by, "count_cancelled")?;
    tx.execute(
        "UPDATE count SET state = 'cancelled', ended_why = :why, settled_at = :at, settled_by = :by,
           version = version + 1 WHERE id = :id",
        named_params! {
            ":why": why, ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":id": id.0,
        },
    )?;
    entry.seal(&serde_json::json!({ "count": head.code, "reason": why }))?;
    tx.announce(Topic::Counts, id.0);
    view(tx, id, by.user, by.device)
}
