//! Messages that leave the box, each put here by the command that it tells of. A task tries them until they
//! are taken, or for three days.

use uuid::Uuid;

use super::channel::{self, Standing};
use super::settings;
use crate::domain::id::CaseId;
use crate::domain::notice::{Channel, ChannelKind, Fault, FaultKind, Notice};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// How long after a try the next one comes, seconds; after the last of these each hour.
const PAUSES_S: [i64; 5] = [5, 30, 120, 600, 1800];
const PAUSE_S: i64 = 3600;
/// How long a message is tried.
const TRIED_S: i64 = 3 * 24 * 3600;
/// How long a message that ended is kept; what became of it stays in the journal.
const KEPT_S: i64 = 90 * 24 * 3600;
/// How many messages may wait for one channel. Beyond that nobody reads them anyway.
const WAITING: i64 = 1_000;
/// How many are tried in one turn.
const TURN: i64 = 20;

/// A message that is due.
#[derive(Clone, Debug)]
pub struct Due {
    pub id: i64,
    pub notice: Notice,
}

/// Puts a message out on every channel that is set up, as part of a command.
pub fn put(tx: &Tx<'_>, kind: &str, title: &Words, case: Option<CaseId>) -> Result<(), StoreError> {
    for channel in set_up(tx)? {
        let (code, due) = match case {
            Some(case) => case_of(tx, case)?,
            None => (None, None),
        };
        put_on(tx, channel, kind, title, code, due)?;
    }
    Ok(())
}

/// Puts out a message that says only that it came.
pub fn put_test(tx: &Tx<'_>, channel: ChannelKind) -> Result<(), StoreError> {
    let title = words!(
        "A test: alerts of this box will reach you here",
        "Una prueba: aquí le llegarán las alertas de esta caja",
    );
    put_on(tx, channel, "test", &title, None, None)
}

fn put_on(
    tx: &Tx<'_>,
    channel: ChannelKind,
    kind: &str,
    title: &Words,
    case: Option<String>,
    due: Option<At>,
) -> Result<(), StoreError> {
    if standing(tx, channel)?.waiting >= WAITING {
        tracing::warn!(channel = channel.word(), "too many messages wait; one more is not kept");
        return Ok(());
    }
    let notice = Notice {
        key: Uuid::now_v7(),
        kind: kind.to_owned(),
        at: tx.now(),
        store: settings::get(tx)?.store_name,
        title: title.clone(),
        case,
        due,
    };
    let body = serde_json::to_string(&notice)
        .map_err(|error| StoreError::Invariant(format!("notice: {error}")))?;
    tx.execute(
        "INSERT INTO outbox (channel, body, at, next_at) VALUES (:channel, :body, :at, :at)",
        named_params! { ":channel": channel.word(), ":body": body, ":at": tx.now().0 },
    )?;
    tx.announce(Topic::Channels, 1);
    Ok(())
}

fn set_up(db: &Db<'_>) -> Result<Vec<ChannelKind>, SqlError> {
    let words = db.all("SELECT kind FROM channel", [], |row| row.get::<_, String>("kind"))?;
    Ok(ChannelKind::ALL.into_iter().filter(|kind| words.iter().any(|w| w == kind.word())).collect())
}

fn case_of(db: &Db<'_>, id: CaseId) -> Result<(Option<String>, Option<At>), SqlError> {
    let found = db.maybe(
        "SELECT code, due FROM kase WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((row.get("code")?, row.get::<_, Option<i64>>("due")?.map(At))),
    )?;
    Ok(found.map_or((None, None), |(code, due)| (Some(code), due)))
}

/// What is due on a channel, oldest first, and the channel; nothing where nothing is.
pub fn due(db: &Db<'_>, kind: ChannelKind) -> Result<Option<(Channel, Vec<Due>)>, StoreError> {
    let found = db.all(
        "SELECT id, body FROM outbox WHERE channel = :channel AND next_at <= :now
         ORDER BY id LIMIT :turn",
        named_params! { ":channel": kind.word(), ":now": db.now().0, ":turn": TURN },
        |row| Ok((row.get::<_, i64>("id")?, row.get::<_, String>("body")?)),
    )?;
    if found.is_empty() {
        return Ok(None);
    }
    let Some(channel) = channel::whole(db, kind)? else { return Ok(None) };
    let read = |(id, body): (i64, String)| {
        serde_json::from_str(&body)
            .map(|notice| Due { id, notice })
            .map_err(|error| StoreError::Invariant(format!("notice: {error}")))
    };
    let due: Result<Vec<_>, _> = found.into_iter().map(read).collect();
    Ok(Some((channel, due?)))
}

/// Writes down how a try went. What was taken, or nobody takes any more, stands in the journal. True: nobody
/// was reached, and the others of the channel wait as long.
pub fn tried(tx: &Tx<'_>, id: i64, how: &Result<(), Fault>) -> Result<bool, StoreError> {
    // Its channel may have been taken away while it was tried.
    let Some((at, tries, body, channel)) = tx.maybe(
        "SELECT at, tries, body, channel FROM outbox WHERE id = :id AND next_at IS NOT NULL",
        named_params! { ":id": id },
        |row| {
            let body: String = row.get("body")?;
            Ok((
                At(row.get("at")?),
                row.get::<_, i64>("tries")?,
                body,
                row.get::<_, String>("channel")?,
            ))
        },
    )?
    else {
        return Ok(false);
    };
    let now = tx.now();
    let pause = usize::try_from(tries).ok().and_then(|tries| PAUSES_S.get(tries)).copied();
    let next = now.plus_s(pause.unwrap_or(PAUSE_S));
    let next = (how.is_err() && next < at.plus_s(TRIED_S)).then_some(next.0);
    tx.execute(
        "UPDATE outbox SET tries = tries + 1, next_at = :next, taken_at = :taken, fault = :fault,
                           said = :said
         WHERE id = :id",
        named_params! {
            ":id": id, ":next": next, ":taken": how.is_ok().then_some(now.0),
            ":fault": how.as_ref().err().map(|fault| fault.kind.word()),
            ":said": how.as_ref().err().map(|fault| &fault.said),
        },
    )?;
    if next.is_none() {
        let kind = if how.is_ok() { "notice_taken" } else { "notice_given_up" };
        let notice: serde_json::Value = serde_json::from_str(&body)
            .map_err(|error| StoreError::Invariant(format!("notice: {error}")))?;
        let fault = how.as_ref().err().map(|fault| fault.kind);
        Entry::open(tx, &Actor::system(), kind)?.seal(&serde_json::json!({
            "notice": notice, "tries": tries + 1, "fault": fault,
        }))?;
    }
    tx.announce(Topic::Channels, 1);
    let unreached = how.as_ref().is_err_and(|fault| fault.kind != FaultKind::Refused);
    if unreached && let Some(next) = next {
        tx.execute(
            "UPDATE outbox SET next_at = :next WHERE channel = :channel AND next_at < :next",
            named_params! { ":next": next, ":channel": channel },
        )?;
    }
    Ok(unreached)
}

/// How it stands with a channel's messages.
pub fn standing(db: &Db<'_>, kind: ChannelKind) -> Result<Standing, SqlError> {
    let mut standing = db.one(
        "SELECT count(*) FILTER (WHERE next_at IS NOT NULL) AS waiting,
                count(*) FILTER (WHERE next_at IS NULL AND taken_at IS NULL) AS given_up,
                max(taken_at) AS taken_at
         FROM outbox WHERE channel = :channel",
        named_params! { ":channel": kind.word() },
        |row| {
            Ok(Standing {
                waiting: row.get("waiting")?,
                given_up: row.get("given_up")?,
                taken_at: row.get::<_, Option<i64>>("taken_at")?.map(At),
                ..Standing::default()
            })
        },
    )?;
    let last = db.maybe(
        "SELECT fault, said FROM outbox WHERE channel = :channel AND tries > 0
         ORDER BY id DESC LIMIT 1",
        named_params! { ":channel": kind.word() },
        |row| Ok((row.get::<_, Option<String>>("fault")?, row.get("said")?)),
    )?;
    if let Some((fault, said)) = last {
        standing.fault = fault.as_deref().and_then(FaultKind::parse);
        standing.said = said;
    }
    Ok(standing)
}

/// What waits is tried at once: the channel was changed.
pub fn hurry(tx: &Tx<'_>, kind: ChannelKind) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE outbox SET next_at = :now WHERE channel = :channel AND next_at IS NOT NULL",
        named_params! { ":channel": kind.word(), ":now": tx.now().0 },
    )?;
    Ok(())
}

/// What waits for a channel that is taken away is told to nobody; how many.
pub fn drop_waiting(tx: &Tx<'_>, kind: ChannelKind) -> Result<usize, SqlError> {
    tx.execute(
        "DELETE FROM outbox WHERE channel = :channel AND next_at IS NOT NULL",
        named_params! { ":channel": kind.word() },
    )
}

/// Forgets messages that ended long ago, some at a time; how many.
pub fn purge(tx: &Tx<'_>) -> Result<usize, StoreError> {
    Ok(tx.execute(
        "DELETE FROM outbox WHERE id IN
           (SELECT id FROM outbox WHERE next_at IS NULL AND at < :before LIMIT 500)",
        named_params! { ":before": tx.now().plus_s(-KEPT_S).0 },
    )?)
}
