//! The journal to read, and the whole-ledger check on demand.

use std::sync::Mutex;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Problem, State};
use crate::ledger::verify::{self, Verified};
use crate::store::StoreError;
use crate::workflow::journal::{self, JournalEntry};

/// Entries that one answer holds at the most.
const PAGE: i64 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    before: Option<i64>,
    limit: Option<i64>,
}

/// Newest first.
#[derive(Serialize, ToSchema)]
pub struct Journal {
    pub entries: Vec<JournalEntry>,
    /// What to give as `before` for the page after this one.
    pub next: Option<i64>,
}

/// The journal, newest first.
#[utoipa::path(get, path = "/api/v1/journal", tag = "record",
    params(("before" = Option<i64>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Journal), (status = 403, body = Problem)))]
pub async fn list(state: State, page: web::Query<Page>) -> Answer {
    let limit = page.limit.unwrap_or(50).clamp(1, PAGE);
    let before = page.before.unwrap_or(i64::MAX);
    super::read(&state, move |db| -> Result<Journal, StoreError> {
        let entries = journal::list(db, before, limit)?;
        let full = i64::try_from(entries.len()).is_ok_and(|count| count == limit);
        let next = entries.last().map(|entry| entry.seq.0).filter(|seq| full && *seq > 1);
        Ok(Journal { entries, next })
    })
    .await
}

/// One check at a time: it reads the whole ledger.
static CHECKING: Mutex<()> = Mutex::new(());

/// Checks the whole ledger now. Refusals: `verify_running`.
#[utoipa::path(post, path = "/api/v1/journal/verify", tag = "record",
    responses((status = 200, body = Verified), (status = 409, body = Problem)))]
pub async fn verify(state: State) -> Answer {
    let store = state.store.clone();
    let found = web::block(move || -> Result<Verified, Problem> {
        let Ok(_one) = CHECKING.try_lock() else {
            let detail = "The ledger is being checked already. Wait for that to end.";
            return Err(Problem::refused("verify_running", detail));
        };
        Ok(store.read_blocking(verify::verify)?)
    });
    let found = found.await.map_err(|_| StoreError::Panicked)??;
    Ok(HttpResponse::Ok().json(found))
}
