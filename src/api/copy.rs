//! The copy of the stock that a device keeps for when the box is out of reach.

use actix_web::web::Query;
use serde::Deserialize;

use super::caller::Caller;
use super::{Answer, Problem, State, eyes};
use crate::domain::id::PackageId;
use crate::store::StoreError;
use crate::workflow::copy::{self, PACKAGES, StockCopy};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CopyQuery {
    /// Ids of packages, with commas between them, at most 256: only these, as after a change was heard.
    packages: Option<String>,
}

/// Products, places and packages with what is where. Kept fresh by the live stream, `after` the copy's
/// position.
#[utoipa::path(get, path = "/api/v1/copy", tag = "stock", params(CopyQuery),
    responses((status = 200, body = StockCopy), (status = 400, body = Problem)))]
pub async fn get(state: State, caller: Caller, query: Query<CopyQuery>) -> Answer {
    let only = query.packages.as_deref().map(ids).transpose()?;
    // Before the read: what is read then may be newer, never older.
    let position = state.live.position();
    eyes::read(&state, &caller, move |db| {
        copy::copy(db, position, only.as_deref()).map_err(StoreError::Sql)
    })
    .await
}

fn ids(text: &str) -> Result<Vec<PackageId>, Problem> {
    let ids: Result<Vec<_>, _> = text.split(',').map(|id| id.parse().map(PackageId)).collect();
    let ids = ids.map_err(|_| Problem::invalid("packages", "are ids with commas between them"))?;
    if ids.len() > PACKAGES {
        return Err(Problem::invalid("packages", format!("are at most {PACKAGES}")));
    }
    Ok(ids)
}
