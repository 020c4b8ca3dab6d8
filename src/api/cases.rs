//! Cases and tasks.

use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::write::Write;
use super::{Answer, Problem, State};
use crate::domain::id::{CaseId, TaskId};
use crate::workflow::casework::{
    self, AssignInput, Case, CaseError, CaseOrder, CaseView, Cases, CloseInput, DoneInput,
    EvidenceInput, ReopenInput, Task, Tasks,
};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// "open", "closed" (cases) or "done" (tasks); all where not given.
    state: Option<String>,
    /// In which order cases come: "newest" where not given, "age" (longest open first) or "due".
    #[param(inline)]
    sort: Option<CaseOrder>,
}

/// Cases in the order asked for.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", params(ListQuery),
    responses((status = 200, body = Cases)))]
pub async fn list(state: State, query: Query<ListQuery>) -> Answer {
    let query = query.into_inner();
    super::read(&state, move |db| {
        casework::cases(db, query.state.as_deref(), query.sort.unwrap_or_default())
    })
    .await
}

/// One case with its evidence.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = i64, Path)),
    responses((status = 200, body = CaseView), (status = 404, body = Problem)))]
pub async fn get(state: State, id: Path<i64>) -> Answer {
    let id = CaseId(*id);
    super::read_one(&state, "case", move |db| casework::case(db, id)).await
}

/// Attaches a text, a photo or a paper to an open case. Refusal: `closed`.
#[utoipa::path(post, path = "/api/v1/cases/{id}/evidence", tag = "cases",
    request_body = EvidenceInput, params(("id" = i64, Path)),
    responses((status = 200, body = CaseView), (status = 409, body = Problem)))]
pub async fn evidence(state: State, id: Path<i64>, write: Write<EvidenceInput>) -> Answer {
    let id = CaseId(*id);
    write.run(&state, move |tx, by, input| casework::add_evidence(tx, by, id, input)).await
}

/// Gives a case to a person.
#[utoipa::path(post, path = "/api/v1/cases/{id}/assign", tag = "cases", request_body = AssignInput,
    params(("id" = i64, Path)), responses((status = 200, body = Case), (status = 409, body = Problem)))]
pub async fn assign(state: State, id: Path<i64>, write: Write<AssignInput>) -> Answer {
    let id = CaseId(*id);
    write.run(&state, move |tx, by, input| casework::assign_case(tx, by, id, input)).await
}

/// Closes a case with its outcome. Refusals: `closed`, `not_settled` (a tote still holds its stock).
#[utoipa::path(post, path = "/api/v1/cases/{id}/close", tag = "cases", request_body = CloseInput,
    params(("id" = i64, Path)), responses((status = 200, body = Case), (status = 409, body = Problem)))]
pub async fn close(state: State, id: Path<i64>, write: Write<CloseInput>) -> Answer {
    let id = CaseId(*id);
    write.run(&state, move |tx, by, input| casework::close(tx, by, id, input)).await
}

/// Opens a closed case again, with a reason. Refusal: `open`.
#[utoipa::path(post, path = "/api/v1/cases/{id}/reopen", tag = "cases", request_body = ReopenInput,
    params(("id" = i64, Path)), responses((status = 200, body = Case), (status = 409, body = Problem)))]
pub async fn reopen(state: State, id: Path<i64>, write: Write<ReopenInput>) -> Answer {
    let id = CaseId(*id);
    write.run(&state, move |tx, by, input| casework::reopen(tx, by, id, input)).await
}

/// Tasks, those due first.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "cases", params(ListQuery),
    responses((status = 200, body = Tasks)))]
pub async fn tasks(state: State, query: Query<ListQuery>) -> Answer {
    let query = query.into_inner();
    super::read(&state, move |db| casework::tasks(db, query.state.as_deref())).await
}

/// Gives a task to a person.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/assign", tag = "cases", request_body = AssignInput,
    params(("id" = i64, Path)), responses((status = 200, body = Task), (status = 409, body = Problem)))]
pub async fn assign_task(state: State, id: Path<i64>, write: Write<AssignInput>) -> Answer {
    let id = TaskId(*id);
    write.run(&state, move |tx, by, input| casework::assign_task(tx, by, id, input)).await
}

/// Says that a task is done. Refusal: `closed`.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/done", tag = "cases", request_body = DoneInput,
    params(("id" = i64, Path)), responses((status = 200, body = Task), (status = 409, body = Problem)))]
pub async fn done(state: State, id: Path<i64>, write: Write<DoneInput>) -> Answer {
    let id = TaskId(*id);
    write.run(&state, move |tx, by, input| casework::finish_task(tx, by, id, input)).await
}

impl From<CaseError> for Problem {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::NotFound { what } => Self::not_found(what),
            CaseError::Closed => Self::refused("closed", "This is closed already."),
            CaseError::Open => Self::refused("open", "This is open."),
            CaseError::Invalid { field, why } => Self::invalid(field, why),
            CaseError::NotSettled => Self::refused(
                "not_settled",
                "The tote still holds stock of this case. Say where it was found, or that it was not.",
            ),
            CaseError::Store(error) => error.into(),
        }
    }
}
