//! The test sheet for handheld scanners, in the language and on the paper of whoever prints it.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;
use serde::Deserialize;

use super::caller::PersonCaller;
use super::slips::{language, render, sheet};
use super::{Answer, Problem, State};
use crate::print;
use crate::workflow::settings::{self, Paper};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SheetQuery {
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// Test barcodes and what to set on a scanner.
#[utoipa::path(get, path = "/api/v1/scanner-sheet.pdf", tag = "stock", params(SheetQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub async fn get(state: State, query: Query<SheetQuery>, person: PersonCaller) -> Answer {
    let wanted = query.paper;
    let (paper, lang) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let paper = wanted.unwrap_or(settings::get(db)?.slip_paper);
            Ok((paper, language(db, person)?))
        })
        .await?;
    let page = render(move || print::scanner_sheet_pdf(sheet(paper), lang)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"scanner-sheet.pdf\""))
        .body(page))
}
