//! Certificates of analysis.

use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::write::Write;
use super::{Answer, Problem, State};
use crate::domain::id::{CoaId, PackageId, ProductId};
use crate::workflow::coa::{self, Coa, CoaError, CoaInput, Coas, RevokeInput};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct BatchQuery {
    product: Option<i64>,
    /// The batch of the product; a package's tag where it has none.
    batch: Option<String>,
    /// Instead of product and batch: a package of it.
    package: Option<i64>,
}

/// The COAs of a batch, newest first; the first that is not revoked decides.
#[utoipa::path(get, path = "/api/v1/coas", tag = "documents", params(BatchQuery),
    responses((status = 200, body = Coas), (status = 400, body = Problem),
              (status = 404, body = Problem)))]
pub async fn list(state: State, query: Query<BatchQuery>) -> Answer {
    match query.into_inner() {
        BatchQuery { product: Some(product), batch: Some(batch), package: None } => {
            super::read(&state, move |db| coa::of_batch(db, ProductId(product), &batch)).await
        }
        BatchQuery { product: None, batch: None, package: Some(id) } => {
            let id = PackageId(id);
            super::read_one(&state, "package", move |db| coa::of_batch_of(db, id)).await
        }
        _ => Err(Problem::invalid("query", "needs a product and its batch, or a package")),
    }
}

/// Files a COA of a batch, with its document or the pictures of its pages. One that failed takes the stock of
/// its batch to quarantine, with a case. Refusal: `no_place`.
#[utoipa::path(post, path = "/api/v1/coas", tag = "documents", request_body = CoaInput,
    responses((status = 200, body = Coa), (status = 400, body = Problem),
              (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<CoaInput>) -> Answer {
    write.run(&state, coa::file).await
}

/// Takes a COA back: the one before it decides, or none; then the stock of its batch goes to quarantine, with
/// a case. Refusals: `revoked`, `no_place`.
#[utoipa::path(post, path = "/api/v1/coas/{id}/revoke", tag = "documents", request_body = RevokeInput,
    params(("id" = i64, Path)), responses((status = 200, body = Coa), (status = 409, body = Problem)))]
pub async fn revoke(state: State, id: Path<i64>, write: Write<RevokeInput>) -> Answer {
    let id = CoaId(*id);
    write.run(&state, move |tx, by, input| coa::revoke(tx, by, id, input)).await
}

impl From<CoaError> for Problem {
    fn from(error: CoaError) -> Self {
        match error {
            CoaError::NotFound { what } => Self::not_found(what),
            CoaError::Invalid { field, why } => Self::invalid(field, why),
            CoaError::Revoked => Self::refused("revoked", "This COA is revoked already."),
            CoaError::Quarantine(error) => error.into(),
            CoaError::Store(error) => error.into(),
        }
    }
}
