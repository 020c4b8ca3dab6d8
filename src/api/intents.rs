//! The worklist: what a person must enter in the POS and in the state's system.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::write::{Upload, Write, answered};
use super::{Answer, Problem, State};
use crate::domain::id::IntentId;
use crate::domain::sheet::adjustments::read_adjustments;
use crate::workflow::adjusting::{
    self, EnteredRead, IntentTicked, Intents, PersonInput, RefusedInput, SentInput,
};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Those that have ended, too.
    #[serde(default)]
    all: bool,
}

/// What must be entered outside, with exact field values; those due first.
#[utoipa::path(get, path = "/api/v1/intents", tag = "adjusting", params(ListQuery),
    responses((status = 200, body = Intents)))]
pub async fn list(state: State, query: Query<ListQuery>) -> Answer {
    let all = query.all;
    super::read(&state, move |db| adjusting::intents(db, all)).await
}

/// Says that it was entered; a later reading confirms it. Refusals: `ended`, `look_first` (+`token`).
#[utoipa::path(post, path = "/api/v1/intents/{id}/sent", tag = "adjusting", request_body = SentInput,
    params(("id" = i64, Path)), responses((status = 200, body = IntentTicked), (status = 409, body = Problem)))]
pub async fn sent(state: State, id: Path<i64>, write: Write<SentInput>) -> Answer {
    let id = IntentId(*id);
    write.run(&state, move |tx, by, input| adjusting::sent(tx, by, id, input)).await
}

/// Says that the outside did not take it, in its words. Refusal: `ended`.
#[utoipa::path(post, path = "/api/v1/intents/{id}/refused", tag = "adjusting", request_body = RefusedInput,
    params(("id" = i64, Path)), responses((status = 200, body = IntentTicked), (status = 409, body = Problem)))]
pub async fn refused(state: State, id: Path<i64>, write: Write<RefusedInput>) -> Answer {
    let id = IntentId(*id);
    write.run(&state, move |tx, by, input| adjusting::refused(tx, by, id, input)).await
}

/// Says that somebody must look, as after a lost answer. Refusal: `ended`.
#[utoipa::path(post, path = "/api/v1/intents/{id}/person", tag = "adjusting", request_body = PersonInput,
    params(("id" = i64, Path)), responses((status = 200, body = IntentTicked), (status = 409, body = Problem)))]
pub async fn person(state: State, id: Path<i64>, write: Write<PersonInput>) -> Answer {
    let id = IntentId(*id);
    write.run(&state, move |tx, by, input| adjusting::person(tx, by, id, input)).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct EnteredQuery {
    /// The file's name.
    name: String,
}

/// Looks for what must be entered in the state's own list of adjustments (METRC `GET
/// /packages/v2/adjustments`, JSON), by the marks in the notes: confirms what is there as it should be, and asks
/// for a person where it is not. Refusal: `file_refused` (+`why`).
#[utoipa::path(post, path = "/api/v1/intents/entered", tag = "adjusting", params(EnteredQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = EnteredRead), (status = 422, body = Problem)))]
pub async fn entered(state: State, query: Query<EnteredQuery>, upload: Upload) -> Answer {
    let Upload { bytes, write } = upload;
    let name: String = query.into_inner().name.chars().take(120).collect();
    let read = actix_web::web::block(move || read_adjustments(&bytes)).await;
    let rows = read.map_err(|error| Problem::fault(&error))?.map_err(|refused| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "file_refused", refused.to_string())
            .with("why", refused.code())
    })?;
    let done =
        write.done(&state, move |tx, by, _| adjusting::entered(tx, by, &name, &rows)).await?;
    Ok(answered(done))
}
