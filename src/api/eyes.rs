//! What somebody who counts may not see: left out of answers, or the route is shut to them meanwhile.

use actix_web::HttpResponse;
use serde::Serialize;

use super::caller::Caller;
use super::{Answer, Problem, State};
use crate::ledger::Actor;
use crate::store::{Db, SqlError};
use crate::workflow::counting::{Blind, Hide};

/// Members of a refusal that tell what the book has.
const TELLING: [&str; 5] = ["available", "free", "here", "last", "held"];

/// As [`super::read`], without what whoever asks is counting.
pub async fn read<T, E, F>(state: &State, caller: &Caller, f: F) -> Answer
where
    F: FnOnce(&Db<'_>) -> Result<T, E> + Send + 'static,
    T: Serialize + Hide + Send + 'static,
    E: Into<Problem>,
{
    read_one(state, caller, "thing", move |db| f(db).map(Some)).await
}

/// As [`read`], for one thing that may not be there.
pub async fn read_one<T, E, F>(state: &State, caller: &Caller, what: &'static str, f: F) -> Answer
where
    F: FnOnce(&Db<'_>) -> Result<Option<T>, E> + Send + 'static,
    T: Serialize + Hide + Send + 'static,
    E: Into<Problem>,
{
    let caller = caller.clone();
    let found = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let Some(mut found) = f(db).map_err(Into::into)? else { return Ok(None) };
            let blind = of(db, &caller)?;
            if !blind.sees_all() {
                found.hide(&blind);
            }
            Ok(Some(found))
        })
        .await?;
    found.map(|found| HttpResponse::Ok().json(found)).ok_or_else(|| Problem::not_found(what))
}

fn of(db: &Db<'_>, caller: &Caller) -> Result<Blind, SqlError> {
    let device = caller.device.as_ref().map(|device| device.id);
    Blind::of(db, caller.person.map(|person| person.user), device)
}

/// Whether whoever asks counts nothing now. Refusal: `being_counted`.
pub async fn open(state: &State, caller: &Caller) -> Result<(), Problem> {
    let caller = caller.clone();
    let blind = state.store.read(move |db| -> Result<_, Problem> { Ok(of(db, &caller)?) }).await?;
    if blind.sees_all() { Ok(()) } else { Err(being_counted()) }
}

fn being_counted() -> Problem {
    let detail =
        "You are counting: what the book has stays hidden from you until the count is over.";
    Problem::refused("being_counted", detail)
}

/// A refusal as somebody who counts may hear it: without the figures in it.
pub fn hush(db: &Db<'_>, by: &Actor, mut problem: Problem) -> Problem {
    let telling = TELLING.iter().any(|member| problem.more.contains_key(*member));
    if !telling || Blind::to(db, by).is_ok_and(|blind| blind.sees_all()) {
        return problem;
    }
    for member in TELLING {
        problem.more.remove(member);
    }
    problem.detail =
        "The book does not have it like that. You are counting: what it has stays hidden from you."
            .into();
    problem
}
