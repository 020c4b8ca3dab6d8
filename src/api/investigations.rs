//! Investigations: what may be behind a variance, the cause that was found, and coaching. All of it tells of
//! the book: shut to whoever counts.

use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::write::Write;
use super::{Answer, Problem, State};
use crate::domain::id::CaseId;
use crate::workflow::casework::CaseError;
use crate::workflow::investigating::{
    self, CauseInput, CoachingInput, DiscussedInput, InvestigateError, Investigation,
    Investigations, Shrink,
};

/// Cases of count variances that are open, those due first.
#[utoipa::path(get, path = "/api/v1/investigations", tag = "investigating",
    responses((status = 200, body = Investigations)))]
pub async fn list(state: State) -> Answer {
    super::read(&state, investigating::list).await
}

/// What may be behind a variance: causes with their score, 0 to 100, and the rows that speak for and against
/// each. Looked at anew each time until a cause is chosen. Refusals: `no_variance`.
#[utoipa::path(get, path = "/api/v1/cases/{id}/investigation", tag = "investigating", params(("id" = i64, Path)),
    responses((status = 200, body = Investigation), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn get(state: State, id: Path<i64>) -> Answer {
    let id = CaseId(*id);
    super::read(&state, move |db| investigating::investigation(db, id)).await
}

/// Chooses the cause, or says that none was found. Refusals: `closed`, `no_variance`.
#[utoipa::path(post, path = "/api/v1/cases/{id}/cause", tag = "investigating", request_body = CauseInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = Investigation), (status = 409, body = Problem)))]
pub async fn cause(state: State, id: Path<i64>, write: Write<CauseInput>) -> Answer {
    let id = CaseId(*id);
    write.run(&state, move |tx, by, input| investigating::choose(tx, by, id, input)).await
}

/// Hands the event to the manager to talk over; it names nobody. Refusals: `no_cause`, `referred`,
/// `closed`.
#[utoipa::path(post, path = "/api/v1/cases/{id}/coaching", tag = "investigating", request_body = CoachingInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = Investigation), (status = 409, body = Problem)))]
pub async fn refer(state: State, id: Path<i64>, write: Write<CoachingInput>) -> Answer {
    let id = CaseId(*id);
    write.run(&state, move |tx, by, input| investigating::refer(tx, by, id, input)).await
}

/// Says that it was talked over, and what came of it. Refusals: `not_referred`, `discussed`, `closed`.
#[utoipa::path(post, path = "/api/v1/cases/{id}/coaching/discussed", tag = "investigating",
    request_body = DiscussedInput, params(("id" = i64, Path)),
    responses((status = 200, body = Investigation), (status = 409, body = Problem)))]
pub async fn discussed(state: State, id: Path<i64>, write: Write<DiscussedInput>) -> Answer {
    let id = CaseId(*id);
    write.run(&state, move |tx, by, input| investigating::discuss(tx, by, id, input)).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ShrinkQuery {
    /// 1 to 730; 90 where not given.
    days: Option<i64>,
}

/// What settled counts found missing and over, by cause and leg.
#[utoipa::path(get, path = "/api/v1/shrink", tag = "investigating", params(ShrinkQuery),
    responses((status = 200, body = Shrink)))]
pub async fn shrink(state: State, query: Query<ShrinkQuery>) -> Answer {
    let days = query.days.unwrap_or(90).clamp(1, 730);
    super::read(&state, move |db| investigating::shrink(db, days)).await
}

impl From<InvestigateError> for Problem {
    fn from(error: InvestigateError) -> Self {
        match error {
            InvestigateError::NotFound { what } => Self::not_found(what),
            InvestigateError::NoVariance => Self::refused(
                "no_variance",
                "This case is about something else: only what a count found is investigated.",
            ),
            InvestigateError::Invalid { field, why } => Self::invalid(field, why),
            InvestigateError::Closed => CaseError::Closed.into(),
            InvestigateError::NoCause => {
                Self::refused("no_cause", "Choose the cause first, or say that it is unknown.")
            }
            InvestigateError::Referred => {
                Self::refused("referred", "It was handed to the manager already.")
            }
            InvestigateError::NotReferred => {
                Self::refused("not_referred", "Nobody has handed it to the manager yet.")
            }
            InvestigateError::Discussed => {
                Self::refused("discussed", "It was talked over already.")
            }
            InvestigateError::Case(error) => error.into(),
            InvestigateError::Store(error) => error.into(),
        }
    }
}
