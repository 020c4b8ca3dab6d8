//! The people of the store: who they are, what role they have, whether they may come in. Never sees a
//! PIN, only its stored form; never says who is signed in.

use chrono::{Days, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refs::UserRef;
use super::secret::{Secret, random};
use super::session::{self, WhyEnded};
use super::settings;
use super::throttle;
use crate::domain::id::UserId;
use crate::domain::role::Role;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::Language;
use crate::ledger::{Actor, Entry, Via};
use crate::store::{Db, Row, SqlError, StoreError, Tx, named_params};

/// A person, as a manager sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub active: bool,
    pub language: Language,
    /// What their badge's QR carries: says who, never proves it.
    pub badge_code: String,
    /// The last day on which they may sign in; auditors alone have one.
    pub expires: Option<NaiveDate>,
    pub last_seen: Option<At>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    pub name: String,
    pub role: Role,
    pub language: Language,
    #[serde(default)]
    pub expires: Option<NaiveDate>,
}

/// A person on the sign-in screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Tile {
    pub id: UserId,
    pub name: String,
    pub initials: String,
    pub role: Role,
}

#[derive(Debug, thiserror::Error)]
pub enum UserError {
    #[error("there is no such person")]
    NotFound,
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: String },
    #[error("somebody active has this name already")]
    NameTaken,
    #[error("the store needs an active owner")]
    LastOwner,
    #[error("only an owner makes, changes or disables owners")]
    OwnersOnly,
    #[error("the box has no owner yet: claim it first")]
    NotClaimed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for UserError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Everybody, also the disabled, by name.
pub fn list(db: &Db<'_>) -> Result<Vec<User>, SqlError> {
    db.all(
        "SELECT id, name, role, active, language, badge, expires, last_seen FROM user
         ORDER BY active DESC, name COLLATE NOCASE",
        [],
        user_row,
    )
}

pub fn get(db: &Db<'_>, id: UserId) -> Result<Option<User>, SqlError> {
    db.maybe(
        "SELECT id, name, role, active, language, badge, expires, last_seen FROM user
         WHERE id = :id",
        named_params! { ":id": id.0 },
        user_row,
    )
}

/// Who may sign in today, by name.
pub fn tiles(db: &Db<'_>) -> Result<Vec<Tile>, SqlError> {
    let today = settings::today(db)?;
    let people = list(db)?.into_iter();
    let in_time = |user: &User| user.active && user.expires.is_none_or(|last| last >= today);
    Ok(people
        .filter(in_time)
        .map(|user| Tile {
            id: user.id,
            initials: initials(&user.name),
            name: user.name,
            role: user.role,
        })
        .collect())
}

fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// The first moment after a person's last day.
pub fn ends(last_day: NaiveDate, zone: Tz) -> At {
    let midnight = (last_day + Days::new(1)).and_time(NaiveTime::MIN);
    // Where a clock change skips midnight, the day ends with UTC's: an hour or so off, once.
    let end = zone.from_local_datetime(&midnight).earliest().map(|end| end.to_utc());
    At::from_utc(end.unwrap_or_else(|| midnight.and_utc()))
}

/// Adds a person with the stored form of their first PIN.
pub fn add(tx: &Tx<'_>, by: &Actor, input: &UserInput, pin: &str) -> Result<User, UserError> {
    claimed(tx)?;
    check_rank(by, input.role)?;
    let user = insert(tx, input, pin)?;
    seal(tx, by, "user_added", &user, &json!({ "user": user.id, "now": input }))?;
    Ok(user)
}

/// Writes the row, as part of a command that seals its own entry (the claim).
pub(super) fn insert(tx: &Tx<'_>, input: &UserInput, pin: &str) -> Result<User, UserError> {
    let name = check(tx, input, None)?;
    let id = tx.insert(
        "INSERT INTO user (name, role, language, pin_hash, badge, expires, created_at)
         VALUES (:name, :role, :language, :pin, :badge, :expires, :now)",
        named_params! {
            ":name": name, ":role": input.role.word(), ":language": input.language.word(),
            ":pin": pin, ":badge": Secret::for_qr(random()).text(),
            ":expires": input.expires.map(|day| day.to_string()), ":now": tx.now().0,
        },
    )?;
    known(tx, UserId(id))
}

/// Replaces a person's name, role, language and last day.
pub fn edit(tx: &Tx<'_>, by: &Actor, id: UserId, input: &UserInput) -> Result<User, UserError> {
    let was = known(tx, id)?;
    check_rank(by, was.role)?;
    check_rank(by, input.role)?;
    let name = check(tx, input, Some(&was))?;
    if input.role != Role::Owner {
        check_not_last_owner(tx, &was)?;
    }
    tx.execute(
        "UPDATE user SET name = :name, role = :role, language = :language, expires = :expires
         WHERE id = :id",
        named_params! {
            ":name": name, ":role": input.role.word(), ":language": input.language.word(),
            ":expires": input.expires.map(|day| day.to_string()), ":id": id.0,
        },
    )?;
    let now = known(tx, id)?;
    seal(
        tx,
        by,
        "user_changed",
        &now,
        &json!({ "user": id, "was": facts(&was), "now": facts(&now) }),
    )?;
    Ok(now)
}

/// Shuts a person out: their sessions end with this commit.
pub fn disable(tx: &Tx<'_>, by: &Actor, id: UserId) -> Result<User, UserError> {
    let was = known(tx, id)?;
    check_rank(by, was.role)?;
    check_not_last_owner(tx, &was)?;
    set_active(tx, id, false)?;
    let ended = session::end_of_user(tx, id, WhyEnded::Disabled, None)?;
    let user = known(tx, id)?;
    seal(tx, by, "user_disabled", &user, &json!({ "user": id, "ended": ended }))?;
    Ok(user)
}

/// Lets a disabled person in again, with the PIN they had.
pub fn enable(tx: &Tx<'_>, by: &Actor, id: UserId) -> Result<User, UserError> {
    let was = known(tx, id)?;
    check_rank(by, was.role)?;
    check_name_free(tx, &was.name, Some(id))?;
    set_active(tx, id, true)?;
    let user = known(tx, id)?;
    seal(tx, by, "user_enabled", &user, &json!({ "user": id }))?;
    Ok(user)
}

/// Gives a person a new PIN, by its stored form. Their sessions end, but for the one that asks.
pub fn issue_pin(tx: &Tx<'_>, by: &Actor, id: UserId, pin: &str) -> Result<UserRef, UserError> {
    let user = known(tx, id)?;
    check_rank(by, user.role)?;
    tx.execute(
        "UPDATE user SET pin_hash = :pin WHERE id = :id",
        named_params! { ":pin": pin, ":id": id.0 },
    )?;
    throttle::clear_user(tx, id)?;
    let ended = session::end_of_user(tx, id, WhyEnded::NewPin, by.session)?;
    seal(tx, by, "pin_issued", &user, &json!({ "user": id, "ended": ended }))?;
    Ok(UserRef { id, name: user.name })
}

/// A person chooses the language of their own screens.
pub fn set_language(
    tx: &Tx<'_>,
    by: &Actor,
    id: UserId,
    language: Language,
) -> Result<User, UserError> {
    known(tx, id)?;
    tx.execute(
        "UPDATE user SET language = :language WHERE id = :id",
        named_params! { ":language": language.word(), ":id": id.0 },
    )?;
    let user = known(tx, id)?;
    seal(tx, by, "language_chosen", &user, &json!({ "user": id, "language": language }))?;
    Ok(user)
}

fn user_row(row: &Row<'_>) -> Result<User, SqlError> {
    Ok(User {
        id: UserId(row.get("id")?),
        name: row.get("name")?,
        // The schema's CHECK lets nothing else in.
        role: Role::parse(row.get_ref("role")?.as_str()?).unwrap_or(Role::Auditor),
        active: row.get("active")?,
        language: Language::parse(row.get_ref("language")?.as_str()?),
        badge_code: row.get("badge")?,
        expires: super::refs::date(row, "expires")?,
        last_seen: row.get::<_, Option<i64>>("last_seen")?.map(At),
    })
}

fn known(db: &Db<'_>, id: UserId) -> Result<User, UserError> {
    get(db, id)?.ok_or(UserError::NotFound)
}

fn set_active(tx: &Tx<'_>, id: UserId, active: bool) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE user SET active = :active WHERE id = :id",
        named_params! { ":active": active, ":id": id.0 },
    )?;
    Ok(())
}

fn seal(
    tx: &Tx<'_>,
    by: &Actor,
    kind: &'static str,
    user: &User,
    data: &serde_json::Value,
) -> Result<(), StoreError> {
    Entry::open(tx, by, kind)?.seal(data)?;
    tx.announce(Topic::Users, user.id.0);
    Ok(())
}

/// What the journal keeps of a person.
fn facts(user: &User) -> serde_json::Value {
    json!({ "name": user.name, "role": user.role, "language": user.language, "expires": user.expires })
}

/// Nothing comes before the claim, which is the journal's first entry.
fn claimed(tx: &Tx<'_>) -> Result<(), UserError> {
    if tx.head().seq == 0 { Err(UserError::NotClaimed) } else { Ok(()) }
}

/// Managers see to everybody but owners; the console is an owner.
fn check_rank(by: &Actor, role: Role) -> Result<(), UserError> {
    if role == Role::Owner && by.via == Via::Device && by.role != Some(Role::Owner) {
        return Err(UserError::OwnersOnly);
    }
    Ok(())
}

fn check_not_last_owner(db: &Db<'_>, user: &User) -> Result<(), UserError> {
    if user.role != Role::Owner || !user.active {
        return Ok(());
    }
    let others: i64 = db.one(
        "SELECT count(*) FROM user WHERE role = 'owner' AND active = 1 AND id <> :id",
        named_params! { ":id": user.id.0 },
        |row| row.get(0),
    )?;
    if others == 0 { Err(UserError::LastOwner) } else { Ok(()) }
}

/// The name as it is kept, once everything about the input is right.
fn check<'i>(db: &Db<'_>, input: &'i UserInput, was: Option<&User>) -> Result<&'i str, UserError> {
    let invalid = |field, why: &str| Err(UserError::Invalid { field, why: why.into() });
    let name = input.name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return invalid("name", "needs 1 to 60 characters");
    }
    match input.expires {
        None if input.role == Role::Auditor => {
            return invalid("expires", "an auditor needs a last day");
        }
        Some(_) if input.role != Role::Auditor => {
            return invalid("expires", "only an auditor has a last day");
        }
        Some(day) if was.and_then(|was| was.expires) != Some(day) => {
            let today = settings::today(db)?;
            if day < today || day > today + Days::new(366) {
                return invalid("expires", "must be from today to a year from now");
            }
        }
        _ => {}
    }
    if was.is_none_or(|was| was.active) {
        check_name_free(db, name, was.map(|was| was.id))?;
    }
    Ok(name)
}

fn check_name_free(db: &Db<'_>, name: &str, but: Option<UserId>) -> Result<(), UserError> {
    let taken: bool = db.one(
        "SELECT EXISTS (SELECT 1 FROM user
           WHERE name = :name COLLATE NOCASE AND active = 1 AND id IS NOT :but)",
        named_params! { ":name": name, ":but": but.map(|id| id.0) },
        |row| row.get(0),
    )?;
    if taken { Err(UserError::NameTaken) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        for (name, wanted) in [("Ana", "A"), ("ana maría lópez", "AL"), ("Ó B", "ÓB"), ("", "")]
        {
            assert_eq!(initials(name), wanted);
        }
    }

    #[test]
    fn the_last_day_ends_at_midnight_in_the_store() {
        let zone: Tz = "America/Los_Angeles".parse().unwrap();
        let end = ends(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), zone);
        assert_eq!(end.to_string(), "2026-11-24T08:00:00.000Z");
    }
}
