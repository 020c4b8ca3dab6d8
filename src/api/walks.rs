//! Walks: several online orders picked together. Their scans go through `picks`, as those of a restock.

use actix_web::web::Path;

use super::write::{Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::id::{OrderId, PickId};
use crate::workflow::picking::{self, Pick, WalkInput};

/// Starts a walk for 1 to 20 waiting orders: what they were promised becomes reserved lots, first in first
/// out, the most pressing order in the first slot. Refusals: `order_not_waiting` (+`order`, `state`, `by`).
#[utoipa::path(post, path = "/api/v1/walks", tag = "orders", request_body = WalkInput,
    responses((status = 200, body = Pick), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn post(state: State, write: Write<WalkInput>) -> Answer {
    write.run_named(&state, picking::start).await
}

/// Starts a walk for what an order at the pack bench lacks, into the tote that it has. Refusals: `not_short`,
/// `order_not_waiting` (+`order`, `state`).
#[utoipa::path(post, path = "/api/v1/orders/{id}/fetch", tag = "orders", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = Pick), (status = 409, body = Problem)))]
pub async fn fetch(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = OrderId(*id);
    write.run_named(&state, move |tx, by, _| picking::fetch(tx, by, id)).await
}

/// Ends a walk: its orders go to the pack bench, each in its tote. Refusals: `lines_open` (+`lines`),
/// `short_undecided` (+`orders`), `wrong_kind`, `not_your_pick`, `pick_closed`.
#[utoipa::path(post, path = "/api/v1/picks/{id}/finish", tag = "orders", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = Pick), (status = 409, body = Problem)))]
pub async fn finish(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = PickId(*id);
    write.run_named(&state, move |tx, by, _| picking::finish(tx, by, id)).await
}
