//! Alerts, until each who must know has said that they do.

use actix_web::web::Path;

use super::caller::PersonCaller;
use super::write::{Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::id::AlertId;
use crate::workflow::alert::{self, Alerts};

/// What the signed-in person has not acknowledged.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", responses((status = 200, body = Alerts)))]
pub async fn list(state: State, person: PersonCaller) -> Answer {
    super::read(&state, move |db| alert::list(db, person.user)).await
}

/// Says that one has been heard; answers with those that have not.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/seen", tag = "alerts", request_body = Nothing,
    params(("id" = i64, Path)), responses((status = 200, body = Alerts), (status = 404, body = Problem)))]
pub async fn seen(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = AlertId(*id);
    write
        .run(&state, move |tx, by, _| {
            alert::acknowledge(tx, by, id)?.ok_or_else(|| Problem::not_found("alert"))
        })
        .await
}
