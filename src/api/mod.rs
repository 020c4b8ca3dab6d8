//! The HTTP face: the whole URL map is in `routes`, one file per noun beside it. Handlers parse, call
//! one workflow function through the store, and answer; they decide nothing.

pub mod access;
pub mod approvals;
pub mod box_info;
pub mod caller;
pub mod claim;
pub mod cookie;
pub mod devices;
pub mod guard;
pub mod live;
pub mod moves;
pub mod people;
pub mod permissions;
pub mod pins;
pub mod problem;
pub mod routes;
pub mod session;
pub mod settings;
pub mod write;

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::store::{Db, Store};
pub use problem::Problem;

/// What every handler gets.
pub type State = web::Data<Shared>;

/// The parts of the running box that handlers reach.
pub struct Shared {
    pub store: Store,
    pub access: Arc<caller::Access>,
}

/// A handler's answer.
pub type Answer = Result<HttpResponse, Problem>;

/// Reads and answers with JSON.
pub async fn read<T, E, F>(state: &State, f: F) -> Answer
where
    F: FnOnce(&Db<'_>) -> Result<T, E> + Send + 'static,
    T: Serialize + Send + 'static,
    E: Into<Problem>,
{
    let found = state.store.read(move |db| f(db).map_err(Into::into)).await;
    found.map(|found| HttpResponse::Ok().json(found))
}
