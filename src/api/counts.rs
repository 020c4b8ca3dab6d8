//! Counts: what is due, counting blind, and what it came to.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::PersonCaller;
use super::write::{Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::id::{CountId, ScheduleId};
use crate::workflow::counting::{
    self, BeginInput, CancelInput, CountError, CountList, CountSaid, CountView, Due, LineInput,
    PlaceDoneInput, RecountInput, ScheduleInput, Schedules, StartInput, Submitted, Trend,
};

/// Counts: those that are open or counted, and the last that ended.
#[utoipa::path(get, path = "/api/v1/counts", tag = "counts", responses((status = 200, body = CountList)))]
pub async fn list(state: State, person: PersonCaller) -> Answer {
    super::read(&state, move |db| counting::list(db, Some(person.user), Some(person.device))).await
}

/// What should be counted now, and how far counting is behind.
#[utoipa::path(get, path = "/api/v1/counts/due", tag = "counts", responses((status = 200, body = Due)))]
pub async fn due(state: State) -> Answer {
    super::read(&state, counting::due).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TrendQuery {
    /// 1 to 730; 90 where not given.
    days: Option<i64>,
}

/// How counts came out, by week and category. Shut to whoever is counting.
#[utoipa::path(get, path = "/api/v1/counts/trend", tag = "counts", params(TrendQuery),
    responses((status = 200, body = Trend), (status = 409, body = Problem)))]
pub async fn trend(state: State, query: Query<TrendQuery>) -> Answer {
    let days = query.days.unwrap_or(90).clamp(1, 730);
    super::read(&state, move |db| counting::trend(db, days)).await
}

/// What is counted regularly.
#[utoipa::path(get, path = "/api/v1/counts/schedules", tag = "counts",
    responses((status = 200, body = Schedules)))]
pub async fn schedules(state: State) -> Answer {
    super::read(&state, counting::schedules).await
}

/// Plans a count.
#[utoipa::path(post, path = "/api/v1/counts/schedules", tag = "counts", request_body = ScheduleInput,
    responses((status = 200, body = Schedules), (status = 400, body = Problem)))]
pub async fn add_schedule(state: State, write: Write<ScheduleInput>) -> Answer {
    write.run(&state, counting::add_schedule).await
}

/// Changes what is counted regularly.
#[utoipa::path(put, path = "/api/v1/counts/schedules/{id}", tag = "counts",
    request_body = ScheduleInput, params(("id" = i64, Path)),
    responses((status = 200, body = Schedules), (status = 400, body = Problem)))]
pub async fn edit_schedule(state: State, id: Path<i64>, write: Write<ScheduleInput>) -> Answer {
    let id = ScheduleId(*id);
    write.run(&state, move |tx, by, input| counting::edit_schedule(tx, by, id, input)).await
}

/// One count. While it is open it holds no figure of the book, and of those that were said only one's own.
#[utoipa::path(get, path = "/api/v1/counts/{id}", tag = "counts", params(("id" = i64, Path)),
    responses((status = 200, body = CountView), (status = 404, body = Problem)))]
pub async fn get(state: State, id: Path<i64>, person: PersonCaller) -> Answer {
    let id = CountId(*id);
    super::read(&state, move |db| counting::view(db, id, Some(person.user), Some(person.device)))
        .await
}

/// Starts a count and joins it. Refusals: `nothing_to_count`, `too_large`.
#[utoipa::path(post, path = "/api/v1/counts", tag = "counts", request_body = StartInput,
    responses((status = 200, body = CountView), (status = 409, body = Problem)))]
pub async fn start(state: State, write: Write<StartInput>) -> Answer {
    write.run(&state, counting::start).await
}

/// Begins to count: from then on the book's figures of it are hidden from this person and this device.
/// Refusal: `count_over` (+`state`).
#[utoipa::path(post, path = "/api/v1/counts/{id}/join", tag = "counts", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = CountView), (status = 409, body = Problem)))]
pub async fn join(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = CountId(*id);
    write.run(&state, move |tx, by, _| counting::join(tx, by, id)).await
}

/// Begins at a place. Refusals: `not_joined`, `not_in_count`, `place_taken` (+`who`), `count_over`.
#[utoipa::path(post, path = "/api/v1/counts/{id}/places", tag = "counts", request_body = BeginInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = CountView), (status = 409, body = Problem)))]
pub async fn claim(state: State, id: Path<i64>, write: Write<BeginInput>) -> Answer {
    let id = CountId(*id);
    write.run(&state, move |tx, by, input| counting::claim(tx, by, id, input)).await
}

/// Notes a figure; said again, the newest counts. Refusals: as of beginning at a place, and
/// `not_in_scope` (+`product`), `place_done`, `second_person` (+`first`), `unit_counted` (+`unit`, `place`).
#[utoipa::path(post, path = "/api/v1/counts/{id}/lines", tag = "counts", request_body = LineInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = CountSaid), (status = 409, body = Problem)))]
pub async fn say(state: State, id: Path<i64>, write: Write<LineInput>) -> Answer {
    let id = CountId(*id);
    write.run(&state, move |tx, by, input| counting::say(tx, by, id, input)).await
}

/// Says that everything at a place was counted, or opens it again.
#[utoipa::path(post, path = "/api/v1/counts/{id}/done", tag = "counts", request_body = PlaceDoneInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = CountView), (status = 409, body = Problem)))]
pub async fn done(state: State, id: Path<i64>, write: Write<PlaceDoneInput>) -> Answer {
    let id = CountId(*id);
    write.run(&state, move |tx, by, input| counting::done(tx, by, id, input)).await
}

/// Ends the counting: what moved meanwhile, or is off by much, is to be counted again first. Refusals:
/// `not_done` (+`places`), `count_again` (+`again`), `count_over`.
#[utoipa::path(post, path = "/api/v1/counts/{id}/submit", tag = "counts", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = Submitted), (status = 409, body = Problem)))]
pub async fn submit(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = CountId(*id);
    write.run(&state, move |tx, by, _| counting::submit(tx, by, id)).await
}

/// Asks for one thing to be counted again, by another person than last time. Refusal: `count_over`.
#[utoipa::path(post, path = "/api/v1/counts/{id}/recounts", tag = "counts",
    request_body = RecountInput, params(("id" = i64, Path)),
    responses((status = 200, body = CountView), (status = 409, body = Problem)))]
pub async fn ask_again(state: State, id: Path<i64>, write: Write<RecountInput>) -> Answer {
    let id = CountId(*id);
    write.run(&state, move |tx, by, input| counting::ask_again(tx, by, id, input)).await
}

/// Lets the figures stand. Changes no stock; what is off opens a case each. Refusal: `count_over`.
#[utoipa::path(post, path = "/api/v1/counts/{id}/settle", tag = "counts", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = CountView), (status = 409, body = Problem)))]
pub async fn settle(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = CountId(*id);
    write.run(&state, move |tx, by, _| counting::settle(tx, by, id)).await
}

/// Ends a count without its figures, with a reason. Refusal: `count_over`.
#[utoipa::path(post, path = "/api/v1/counts/{id}/cancel", tag = "counts", request_body = CancelInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = CountView), (status = 409, body = Problem)))]
pub async fn cancel(state: State, id: Path<i64>, write: Write<CancelInput>) -> Answer {
    let id = CountId(*id);
    write.run(&state, move |tx, by, input| counting::cancel(tx, by, id, input)).await
}

impl From<CountError> for Problem {
    fn from(error: CountError) -> Self {
        match error {
            CountError::NotFound { what } => Self::not_found(what),
            CountError::Invalid { field, why } => Self::invalid(field, why),
            CountError::Nothing => Self::refused(
                "nothing_to_count",
                "Nothing of the store fits this. Choose other places, products or categories.",
            ),
            CountError::TooLarge => Self::new(
                StatusCode::BAD_REQUEST,
                "too_large",
                "One count holds 500 places and 5,000 products at most. Count it in parts.",
            ),
            CountError::NotOpen { state } => {
                Self::refused("count_over", "This count is not open any more. Look at it again.")
                    .with("state", state)
            }
            CountError::NotJoined => {
                Self::refused("not_joined", "Join the count on this device first.")
            }
            CountError::NotInCount => Self::refused(
                "not_in_count",
                "This place is not part of the count. Count at the places of its list.",
            ),
            CountError::NotInScope { product } => Self::refused(
                "not_in_scope",
                format!("{} is not part of this count. Leave it where it is.", product.name),
            )
            .with("product", product),
            CountError::PlaceTaken { who } => Self::refused(
                "place_taken",
                format!("{} counts here. Take it over, or count elsewhere.", who.name),
            )
            .with("who", who),
            CountError::PlaceDone => Self::refused(
                "place_done",
                "This place was said to be done. Open it again to count more there.",
            ),
            CountError::SecondPerson { first } => Self::refused(
                "second_person",
                format!("{} counted this before. Somebody else counts it now.", first.name),
            )
            .with("first", first),
            CountError::UnitCounted { unit, place } => Self::refused(
                "unit_counted",
                format!("Unit {unit} of this package was counted already, at {}.", place.name),
            )
            .with("unit", unit)
            .with("place", place),
            CountError::NotDone { places } => Self::refused(
                "not_done",
                format!(
                    "{} places are not done yet. Count them, or say that they are.",
                    places.len()
                ),
            )
            .with("places", places),
            CountError::Again { again } => Self::refused(
                "count_again",
                format!("{} things are to be counted again first.", again.len()),
            )
            .with("again", again),
            CountError::Store(error) => error.into(),
        }
    }
}
