//! Packages: search, life, "it is here"; and what a scan means.

use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::Caller;
use super::write::Write;
use super::{Answer, Problem, State, eyes};
use crate::domain::id::{PackageId, PlaceId, ProductId};
use crate::domain::scan::{self, Scan};
use crate::workflow::package::{
    self, Found, FoundError, FoundInput, PackageView, Packages, Search,
};
use crate::workflow::resolve::{self, Resolved};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SearchQuery {
    /// A part of the product's name, SKU or batch, or the end of a tag.
    q: Option<String>,
    product: Option<i64>,
    place: Option<i64>,
    /// The `next` of the page before.
    after: Option<i64>,
    /// At most 200; 50 where not given.
    limit: Option<i64>,
}

/// Packages, a page at a time.
#[utoipa::path(get, path = "/api/v1/packages", tag = "stock", params(SearchQuery),
    responses((status = 200, body = Packages)))]
pub async fn list(state: State, caller: Caller, query: Query<SearchQuery>) -> Answer {
    let query = query.into_inner();
    let search = Search {
        text: query.q,
        product: query.product.map(ProductId),
        place: query.place.map(PlaceId),
        after: query.after.map(PackageId),
        limit: query.limit,
    };
    eyes::read(&state, &caller, move |db| package::search(db, &search)).await
}

/// One package with its whole life, newest first.
#[utoipa::path(get, path = "/api/v1/packages/{id}", tag = "stock", params(("id" = i64, Path)),
    responses((status = 200, body = PackageView), (status = 404, body = Problem)))]
pub async fn get(state: State, caller: Caller, id: Path<i64>) -> Answer {
    let id = PackageId(*id);
    eyes::read_one(&state, &caller, "package", move |db| package::view(db, id)).await
}

/// "It is here": posts stock to where it is in the hand and opens a case. Refusals: `already_here`
/// (+`here`), `blocked_place`, `unit_mismatch`.
#[utoipa::path(post, path = "/api/v1/packages/{id}/found", tag = "moving", request_body = FoundInput,
    params(("id" = i64, Path)), responses((status = 200, body = Found), (status = 409, body = Problem)))]
pub async fn found(state: State, id: Path<i64>, write: Write<FoundInput>) -> Answer {
    let id = PackageId(*id);
    write.run(&state, move |tx, by, input| package::found(tx, by, id, input)).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ResolveQuery {
    /// What the scanner read, or what was typed; the first 512 characters are looked at.
    text: String,
    /// Where the person stands.
    place: Option<i64>,
}

/// What a scanned or typed text means in this store. Before anybody is signed in only a badge is
/// told, so that it can choose its tile, or its bearer's PIN pad on a kiosk; it proves nothing.
#[utoipa::path(get, path = "/api/v1/resolve", tag = "stock", params(ResolveQuery),
    responses((status = 200, body = Resolved)))]
pub async fn resolve(state: State, caller: Caller, query: Query<ResolveQuery>) -> Answer {
    let query = query.into_inner();
    let badge = matches!(scan::read(&query.text), Scan::Badge(_));
    if caller.person.is_none() && !badge {
        return Err(Problem::signed_out());
    }
    eyes::read(&state, &caller, move |db| {
        resolve::resolve(db, &query.text, query.place.map(PlaceId))
    })
    .await
}

impl From<FoundError> for Problem {
    fn from(error: FoundError) -> Self {
        match error {
            FoundError::Move(error) => error.into(),
            FoundError::AlreadyHere { here } => {
                Self::refused("already_here", format!("The book has {here} of it here already."))
                    .with("here", here)
            }
        }
    }
}
