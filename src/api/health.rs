//! `/healthz`: for systemd, monitors and the console. Tells nothing that needs a sign-in.

use actix_web::HttpResponse;
use serde::Serialize;

use super::{Answer, Problem, State};
use crate::domain::time::At;
use crate::store::StoreError;
use crate::workflow::journal;

/// How the box is.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    pub status: Status,
    pub version: &'static str,
    /// The newest journal entry, and how long ago it was committed, milliseconds.
    pub seq: i64,
    pub last_commit_ms: Option<i64>,
    /// The write-ahead log's length.
    pub wal_bytes: u64,
    /// Room on the data folder's disk.
    pub disk_free: u64,
    pub disk_total: u64,
    pub live_streams: usize,
    pub now: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ok,
    DiskFull,
    /// A commit failed: the box is about to start again.
    StoreFailed,
}

/// 200 where the box does its work; 503, with the same body, where it does not.
#[utoipa::path(get, path = "/healthz", tag = "box",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn get(state: State) -> Answer {
    let room = state.disk.look().map_err(|error| Problem::from(fault("the disk", &error)))?;
    let newest = state.store.read(|db| journal::newest_at(db).map_err(StoreError::from)).await?;
    let now = state.store.clock().now();
    let status = match (state.store.has_failed(), state.disk.is_full()) {
        (true, _) => Status::StoreFailed,
        (false, true) => Status::DiskFull,
        (false, false) => Status::Ok,
    };
    let health = Health {
        status,
        version: env!("CARGO_PKG_VERSION"),
        seq: state.store.head().seq,
        last_commit_ms: newest.map(|at| now.0 - at.0),
        wal_bytes: state.disk.log_bytes(),
        disk_free: room.free,
        disk_total: room.total,
        live_streams: state.live.streams(),
        now,
    };
    let mut response = match status {
        Status::Ok => HttpResponse::Ok(),
        Status::DiskFull | Status::StoreFailed => HttpResponse::ServiceUnavailable(),
    };
    Ok(response.json(health))
}

fn fault(what: &str, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Invariant(format!("{what}: {error}"))
}
