//! Restock requests, floor stations and the wall board.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::caller::{Caller, PersonCaller};
use super::write::{Nothing, Write};
use super::{Answer, Problem, State, eyes};
use crate::domain::id::{PlaceId, RequestId};
use crate::domain::time::At;
use crate::store::StoreError;
use crate::workflow::ordering::OrderRow;
use crate::workflow::picking::{self, Pick};
use crate::workflow::receiving::{self, Shipment};
use crate::workflow::restock::{self, Request, RequestInput, Requests, RestockError, Station};
use crate::workflow::settings;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// "live" (default: everything not ended), "all", or one state.
    state: Option<String>,
    /// Only one's own.
    #[serde(default)]
    mine: bool,
}

/// Requests, the longest waiting first.
#[utoipa::path(get, path = "/api/v1/requests", tag = "restock", params(ListQuery),
    responses((status = 200, body = Requests)))]
pub async fn list(state: State, person: PersonCaller, query: Query<ListQuery>) -> Answer {
    let query = query.into_inner();
    let by = query.mine.then_some(person.user);
    super::read(&state, move |db| restock::list(db, query.state.as_deref(), by)).await
}

/// One request, with where it is.
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "restock", params(("id" = i64, Path)),
    responses((status = 200, body = Request), (status = 404, body = Problem)))]
pub async fn get(state: State, id: Path<i64>) -> Answer {
    let id = RequestId(*id);
    super::read_one(&state, "request", move |db| restock::get(db, id)).await
}

/// Asks for products at a floor station. Refusals: `nothing_requested`, `unknown_product` (+`line`),
/// `not_a_station`.
#[utoipa::path(post, path = "/api/v1/requests", tag = "restock", request_body = RequestInput,
    responses((status = 200, body = Request), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<RequestInput>) -> Answer {
    write.run(&state, restock::create).await
}

/// Takes a request back. Refusals: `too_late_to_cancel`, `not_yours`.
#[utoipa::path(post, path = "/api/v1/requests/{id}/cancel", tag = "restock", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = Request), (status = 409, body = Problem)))]
pub async fn cancel(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = RequestId(*id);
    write.run(&state, move |tx, by, _| restock::cancel(tx, by, id)).await
}

/// Claims a request: it is planned and reserved for one technician. Refusals: `already_claimed`
/// (+`by`, `pick`), `not_waiting`.
#[utoipa::path(post, path = "/api/v1/requests/{id}/claim", tag = "picking", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = Pick), (status = 409, body = Problem)))]
pub async fn claim(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = RequestId(*id);
    write.run(&state, move |tx, by, _| picking::claim(tx, by, id)).await
}

/// A floor station's stock against par.
#[utoipa::path(get, path = "/api/v1/stations/{place}", tag = "restock", params(("place" = i64, Path)),
    responses((status = 200, body = Station), (status = 409, body = Problem)))]
pub async fn station(state: State, caller: Caller, place: Path<i64>) -> Answer {
    let place = PlaceId(*place);
    eyes::read(&state, &caller, move |db| restock::station(db, place)).await
}

/// What a wall tablet shows.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Board {
    pub now: At,
    pub store: String,
    pub requests: Vec<Request>,
    /// How many totes are late.
    pub late: usize,
    /// What is at the dock and what is expected today or late.
    pub shipments: Vec<Shipment>,
    /// Online orders that are not over, the late ones first.
    pub orders: Vec<OrderRow>,
}

/// The queue for a wall tablet: a kiosk's device is enough.
#[utoipa::path(get, path = "/api/v1/board", tag = "restock", responses((status = 200, body = Board)))]
pub async fn board(state: State, _caller: Caller) -> Answer {
    super::read(&state, |db| {
        let requests = restock::list(db, None, None)?.requests;
        let late = requests.iter().filter(|request| request.late).count();
        // What comes later than a shift is nothing for the wall.
        let soon = db.now().plus_s(12 * 3600);
        let mut shipments = receiving::list(db, false)?.shipments;
        shipments.retain(|one| one.eta.is_none_or(|eta| eta < soon));
        Ok::<_, StoreError>(Board {
            now: db.now(),
            store: settings::get(db)?.store_name,
            requests,
            late,
            shipments,
            orders: super::orders::board(db)?,
        })
    })
    .await
}

impl From<RestockError> for Problem {
    fn from(error: RestockError) -> Self {
        match error {
            RestockError::NotFound { what } => Self::not_found(what),
            RestockError::NothingRequested => {
                Self::refused("nothing_requested", "Add at least one product.")
            }
            RestockError::UnknownProduct { line } => {
                Self::refused("unknown_product", format!("Line {line}: there is no such product."))
                    .with("line", line)
            }
            RestockError::NotAStation { place } => {
                Self::refused("not_a_station", format!("{} is not a floor station.", place.name))
                    .with("place", place)
            }
            RestockError::TooLateToCancel { state } => Self::refused(
                "too_late_to_cancel",
                "Picking has started: it cannot be taken back any more.",
            )
            .with("state", state),
            RestockError::NotYours => {
                Self::refused("not_yours", "This is somebody else's request.")
            }
            RestockError::Invalid { field, why } => Self::invalid(&field, why),
            RestockError::Store(error) => error.into(),
        }
    }
}
