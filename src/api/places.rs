//! Places, and the labels with their codes.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::{Caller, PersonCaller};
use super::slips::{language, render, sheet};
use super::write::Write;
use super::{Answer, Problem, State, eyes};
use crate::domain::code::{Code, CodeUrl, Letter};
use crate::domain::id::PlaceId;
use crate::domain::place::PlaceKind;
use crate::print::{self, PlaceLabel};
use crate::workflow::catalogue::{self, Place, PlaceInput, PlaceView, Places};
use crate::workflow::settings::{self, Paper};

/// The most labels in one document.
const LABELS_LIMIT: usize = 500;

/// Every place.
#[utoipa::path(get, path = "/api/v1/places", tag = "catalogue",
    responses((status = 200, body = Places)))]
pub async fn list(state: State) -> Answer {
    super::read(&state, catalogue::places).await
}

/// One place, with what it holds and what is to be done there.
#[utoipa::path(get, path = "/api/v1/places/{id}", tag = "catalogue", params(("id" = i64, Path)),
    responses((status = 200, body = PlaceView), (status = 404, body = Problem)))]
pub async fn get(state: State, caller: Caller, id: Path<i64>) -> Answer {
    let id = PlaceId(*id);
    eyes::read_one(&state, &caller, "place", move |db| catalogue::place_view(db, id)).await
}

/// Adds a place; its code is drawn by the box. Refusal: `name_taken` (+`name`).
#[utoipa::path(post, path = "/api/v1/places", tag = "catalogue", request_body = PlaceInput,
    responses((status = 200, body = Place), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<PlaceInput>) -> Answer {
    write.run(&state, catalogue::create_place).await
}

/// Replaces a place. Refusals: `name_taken`, `changed_meanwhile` (+`version`), `in_use`.
#[utoipa::path(put, path = "/api/v1/places/{id}", tag = "catalogue", request_body = PlaceInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = Place), (status = 409, body = Problem)))]
pub async fn put(state: State, id: Path<i64>, write: Write<PlaceInput>) -> Answer {
    let id = PlaceId(*id);
    write.run(&state, move |tx, by, input| catalogue::update_place(tx, by, id, input)).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct LabelsQuery {
    /// Ids of places, with commas between them; every active place where not given. At most 500.
    ids: Option<String>,
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// Labels with the places' codes, ten on a sheet.
#[utoipa::path(get, path = "/api/v1/places/labels.pdf", tag = "catalogue", params(LabelsQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub async fn labels(state: State, query: Query<LabelsQuery>, person: PersonCaller) -> Answer {
    let wanted = query.ids.as_deref().map(ids).transpose()?;
    let paper = query.paper;
    let origin = state.site.origin.clone();
    let (labels, paper, lang) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let settings = settings::get(db)?;
            let places = catalogue::places(db)?.places.into_iter().filter(|place| match &wanted {
                Some(ids) => ids.contains(&place.id),
                None => place.active,
            });
            let host = origin.trim_start_matches("https://");
            let labels: Vec<PlaceLabel> = places
                .take(LABELS_LIMIT)
                .map(|place| label(&place, &settings.store_name, host))
                .collect();
            Ok((labels, paper.unwrap_or(settings.slip_paper), language(db, person)?))
        })
        .await?;
    let page = render(move || print::labels_pdf(&labels, sheet(paper), lang)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"labels.pdf\""))
        .body(page))
}

fn ids(text: &str) -> Result<Vec<PlaceId>, Problem> {
    let ids: Result<Vec<_>, _> = text.split(',').map(|id| id.trim().parse().map(PlaceId)).collect();
    let ids = ids.map_err(|_| Problem::invalid("ids", "are numbers with commas between them"))?;
    if ids.len() > LABELS_LIMIT {
        return Err(Problem::invalid("ids", format!("are at most {LABELS_LIMIT}")));
    }
    Ok(ids)
}

fn label(place: &Place, store: &str, host: &str) -> PlaceLabel {
    let letter = if place.kind == PlaceKind::Tote { Letter::Tote } else { Letter::Place };
    let code = Code::parse(&place.code);
    PlaceLabel {
        store: store.to_owned(),
        caption: place.area.clone().unwrap_or_else(|| place.kind.word().to_ascii_uppercase()),
        name: place.name.clone(),
        code: code.map_or_else(|| place.code.clone(), |code| code.to_string()),
        qr: code.map(|code| CodeUrl::Ours { letter, code }.compose(host)).unwrap_or_default(),
    }
}
