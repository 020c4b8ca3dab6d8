//! The HTTP face: the whole URL map is in `routes`, one file per noun beside it. Handlers parse, call
//! one workflow function through the store, and answer; they decide nothing.

pub mod access;
pub mod adjustments;
pub mod alerts;
pub mod approvals;
pub mod assets;
pub mod backups;
pub mod badges;
pub mod box_info;
pub mod caller;
pub mod cases;
pub mod certificate;
pub mod channels;
pub mod claim;
pub mod coas;
pub mod cookie;
pub mod copy;
pub mod count_papers;
pub mod counts;
pub mod devices;
pub mod disk;
pub mod documents;
pub mod eyes;
pub mod front;
pub mod fulfilment;
pub mod health;
pub mod imports;
pub mod intents;
mod investigations;
pub mod journal;
pub mod licenses;
pub mod live;
pub mod moves;
pub mod openapi;
pub mod order_intake;
pub mod order_label;
pub mod order_sources;
pub mod orders;
pub mod packages;
pub mod people;
pub mod permissions;
pub mod picks;
pub mod pickup_window;
pub mod pins;
pub mod places;
pub mod problem;
pub mod products;
pub mod quarantine;
pub mod recalls;
pub mod requests;
pub mod routes;
pub mod scanner_sheet;
pub mod session;
pub mod settings;
pub mod setup_card;
pub mod shipment_report;
pub mod shipments;
pub mod signed;
pub mod significant;
pub mod site;
pub mod slips;
pub mod trust;
mod walk_slip;
pub mod walks;
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
    pub site: site::Site,
    pub certificate: Arc<certificate::StoreCertificate>,
    pub live: Arc<live::Hub>,
    pub disk: disk::Disk,
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

/// As [`read`], for one thing that may not be there.
pub async fn read_one<T, E, F>(state: &State, what: &'static str, f: F) -> Answer
where
    F: FnOnce(&Db<'_>) -> Result<Option<T>, E> + Send + 'static,
    T: Serialize + Send + 'static,
    E: Into<Problem>,
{
    let found = state.store.read(move |db| f(db).map_err(Into::into)).await?;
    found.map(|found| HttpResponse::Ok().json(found)).ok_or_else(|| Problem::not_found(what))
}
