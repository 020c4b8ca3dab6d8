//! The set-up card: the printed page that a manager hands out with a new phone.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::slips::{render, sheet};
use super::trust::TrustPage;
use super::{Answer, State};
use crate::domain::time::At;
use crate::net::tls::Fingerprint;
use crate::print::{self, SetupCard};
use crate::store::StoreError;
use crate::workflow::settings::{self, Paper, Settings};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CardQuery {
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// The set-up card as a PDF: where a new device goes, what to do there, and the fingerprint to compare.
#[utoipa::path(get, path = "/api/v1/setup-card.pdf", tag = "devices", params(CardQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub async fn pdf(state: State, page: Data<TrustPage>, query: Query<CardQuery>) -> Answer {
    let settings = state.store.read(|db| settings::get(db).map_err(StoreError::from)).await?;
    let trust = page.current();
    let card = SetupCard {
        id: trust.id.clone(),
        by_number: trust.by_number.clone(),
        by_name: trust.by_name.clone(),
        fingerprint: Fingerprint::of(&trust.certificate).rows(),
        printed: printed(&settings, state.store.clock().now()),
        store: settings.store_name,
    };
    let paper = sheet(query.paper.unwrap_or(settings.slip_paper));
    let name = trust.file_name("pdf");
    let page = render(move || print::setup_card_pdf(&card, paper)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")))
        .body(page))
}

/// When a card was printed: in the store's zone, in figures that both languages read alike.
pub fn printed(settings: &Settings, now: At) -> String {
    now.utc().with_timezone(&settings.tz()).format("%Y-%m-%d %H:%M").to_string()
}
