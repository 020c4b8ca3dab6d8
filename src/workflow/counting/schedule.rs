//! What is counted regularly: a scope on a day of the week, or every so many days. A schedule starts
//! nothing by itself; it says what is due.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{CountError, Scope};
use crate::domain::id::ScheduleId;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, Row, SqlError, Tx, named_params};
use crate::workflow::settings;

/// The most schedules.
const MOST: i64 = 100;

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Schedule {
    pub id: ScheduleId,
    pub name: String,
    pub scope: Scope,
    /// 1 is Monday.
    pub weekday: Option<u32>,
    pub every_days: Option<i64>,
    pub active: bool,
    pub version: i64,
    /// When it was counted last.
    pub last: Option<At>,
    /// Since when it is due; nothing where it is not.
    pub due: Option<NaiveDate>,
    /// When it comes next.
    pub next: NaiveDate,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Schedules {
    pub schedules: Vec<Schedule>,
}

/// One of `weekday` and `every_days`.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleInput {
    /// 1 to 60 characters.
    pub name: String,
    #[serde(default)]
    pub scope: Scope,
    /// 1 is Monday, 7 Sunday.
    #[serde(default)]
    pub weekday: Option<u32>,
    /// 1 to 366.
    #[serde(default)]
    pub every_days: Option<i64>,
    pub active: bool,
    /// On a change: the version that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

/// Every schedule, those that are due first.
pub fn schedules(db: &Db<'_>) -> Result<Schedules, SqlError> {
    let settings = settings::get(db)?;
    let today = settings.today(db.now());
    let mut schedules = db.all(
        "SELECT id, name, scope, weekday, every_days, active, made_at, version,
           (SELECT max(started_at) FROM count WHERE schedule_id = count_schedule.id
              AND state <> 'cancelled') AS last
         FROM count_schedule ORDER BY name, id",
        [],
        |row| schedule(row, today, |at| settings.today(at)),
    )?;
    schedules.sort_by_key(|one| (!one.active, one.due.is_none(), one.due, one.next));
    Ok(Schedules { schedules })
}

fn schedule(
    row: &Row<'_>,
    today: NaiveDate,
    day: impl Fn(At) -> NaiveDate,
) -> Result<Schedule, SqlError> {
    let scope: String = row.get("scope")?;
    let last = row.get::<_, Option<i64>>("last")?.map(At);
    let (weekday, every_days) = (row.get("weekday")?, row.get("every_days")?);
    let next = next(weekday, every_days, last.map(&day), day(At(row.get("made_at")?)));
    let active = row.get("active")?;
    Ok(Schedule {
        id: ScheduleId(row.get("id")?),
        name: row.get("name")?,
        scope: serde_json::from_str(&scope).unwrap_or_default(),
        weekday,
        every_days,
        active,
        version: row.get("version")?,
        last,
        due: (active && next <= today).then_some(next),
        next,
    })
}

/// The first day on which it is to be counted after it was counted last, or made.
fn next(
    weekday: Option<u32>,
    every_days: Option<i64>,
    last: Option<NaiveDate>,
    made: NaiveDate,
) -> NaiveDate {
    match (weekday, last) {
        (Some(weekday), last) => {
            let from = last.map_or(made, |last| last + Days::new(1));
            let ahead = (weekday + 7 - from.weekday().number_from_monday()) % 7;
            from + Days::new(u64::from(ahead))
        }
        (None, None) => made,
        (None, Some(last)) => {
            let days = every_days.and_then(|days| u64::try_from(days).ok()).unwrap_or(1);
            last + Days::new(days)
        }
    }
}

pub fn known(db: &Db<'_>, id: ScheduleId) -> Result<i64, CountError> {
    db.maybe(
        "SELECT version FROM count_schedule WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?
    .ok_or(CountError::NotFound { what: "schedule" })
}

fn check(input: &ScheduleInput) -> Result<(), CountError> {
    let invalid = |field, why: &str| Err(CountError::Invalid { field, why: why.into() });
    if !(1..=60).contains(&input.name.trim().chars().count()) {
        return invalid("name", "needs 1 to 60 characters");
    }
    match (input.weekday, input.every_days) {
        (Some(1..=7), None) | (None, Some(1..=366)) => {}
        (Some(_), None) => return invalid("weekday", "needs 1 (Monday) to 7 (Sunday)"),
        (None, Some(_)) => return invalid("every_days", "needs 1 to 366 days"),
        _ => return invalid("weekday", "or every_days: one of them"),
    }
    input.scope.check()
}

pub fn add(tx: &Tx<'_>, by: &Actor, input: &ScheduleInput) -> Result<Schedules, CountError> {
    check(input)?;
    let many: i64 = tx.one("SELECT count(*) FROM count_schedule", [], |row| row.get(0))?;
    if many >= MOST {
        return Err(CountError::Invalid { field: "schedules", why: "are 100 at most".into() });
    }
    let entry = Entry::open(tx, by, "count_planned")?;
    let id = tx.insert(
        "INSERT INTO count_schedule (name, scope, weekday, every_days, active, made_at, made_by)
         VALUES (:name, :scope, :weekday, :every, :active, :at, :by)",
        named_params! {
            ":name": input.name.trim(), ":scope": scope(input), ":weekday": input.weekday,
            ":every": input.every_days, ":active": input.active, ":at": tx.now().0,
            ":by": by.user.map(|user| user.0),
        },
    )?;
    entry.seal(input)?;
    tx.announce(Topic::Counts, id);
    Ok(schedules(tx)?)
}

pub fn edit(
    tx: &Tx<'_>,
    by: &Actor,
    id: ScheduleId,
    input: &ScheduleInput,
) -> Result<Schedules, CountError> {
    check(input)?;
    let version = known(tx, id)?;
    if input.version.is_some_and(|read| read != version) {
        let why = "somebody else changed this meanwhile: look at it again".into();
        return Err(CountError::Invalid { field: "version", why });
    }
    let entry = Entry::open(tx, by, "count_planned")?;
    tx.execute(
        "UPDATE count_schedule SET name = :name, scope = :scope, weekday = :weekday,
           every_days = :every, active = :active, version = version + 1 WHERE id = :id",
        named_params! {
            ":name": input.name.trim(), ":scope": scope(input), ":weekday": input.weekday,
            ":every": input.every_days, ":active": input.active, ":id": id.0,
        },
    )?;
    entry.seal(&serde_json::json!({ "schedule": id, "now": input }))?;
    tx.announce(Topic::Counts, id.0);
    Ok(schedules(tx)?)
}

fn scope(input: &ScheduleInput) -> String {
    serde_json::to_string(&input.scope).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_weekday_comes_again_after_it_was_counted() {
        let tuesday = |last: Option<&str>, made| next(Some(2), None, last.map(day), day(made));
        assert_eq!(tuesday(None, "2026-11-24"), day("2026-11-24"), "made on a Tuesday");
        assert_eq!(tuesday(None, "2026-11-25"), day("2026-12-01"));
        assert_eq!(tuesday(Some("2026-11-24"), "2026-11-01"), day("2026-12-01"));
        assert_eq!(tuesday(Some("2026-11-25"), "2026-11-01"), day("2026-12-01"), "a day late");
    }

    #[test]
    fn so_many_days_after_the_last() {
        assert_eq!(next(None, Some(30), None, day("2026-11-01")), day("2026-11-01"));
        let last = Some(day("2026-11-01"));
        assert_eq!(next(None, Some(30), last, day("2026-01-01")), day("2026-12-01"));
    }
}
