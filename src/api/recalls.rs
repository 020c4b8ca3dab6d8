//! Recalls: what they would find, what they did, and the printed list.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::PersonCaller;
use super::setup_card::printed;
use super::slips::{language, render, sheet};
use super::write::Write;
use super::{Answer, Problem, State};
use crate::domain::id::RecallId;
use crate::print::{self, Lang, Report, ReportColumn};
use crate::workflow::recall::{
    self, RecallError, RecallInput, RecallPreview, RecallScope, RecallShare, RecallView, Recalls,
};
use crate::workflow::refs;
use crate::workflow::settings::{self, Paper};

/// What a recall of this would find, with where every unit is and went. Changes nothing.
#[utoipa::path(get, path = "/api/v1/recalls/preview", tag = "quarantine", params(RecallScope),
    responses((status = 200, body = RecallPreview), (status = 400, body = Problem)))]
pub async fn preview(state: State, scope: Query<RecallScope>) -> Answer {
    let scope = scope.into_inner();
    super::read(&state, move |db| recall::preview(db, &scope)).await
}

/// Recalls, newest first.
#[utoipa::path(get, path = "/api/v1/recalls", tag = "quarantine",
    responses((status = 200, body = Recalls)))]
pub async fn list(state: State) -> Answer {
    super::read(&state, recall::list).await
}

/// One recall, with where every unit is now and went.
#[utoipa::path(get, path = "/api/v1/recalls/{id}", tag = "quarantine", params(("id" = i64, Path)),
    responses((status = 200, body = RecallView), (status = 404, body = Problem)))]
pub async fn get(state: State, id: Path<i64>) -> Answer {
    let id = RecallId(*id);
    super::read_one(&state, "recall", move |db| recall::view(db, id)).await
}

/// Recalls: marks the packages, takes everything in the store that nobody carries to quarantine, opens a
/// case. Refusals: `nothing_recalled`, `no_place`.
#[utoipa::path(post, path = "/api/v1/recalls", tag = "quarantine", request_body = RecallInput,
    responses((status = 200, body = RecallView), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<RecallInput>) -> Answer {
    write.run(&state, recall::recall).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PaperQuery {
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// The list of a recall as a PDF: package by package, where it is and where it went.
#[utoipa::path(get, path = "/api/v1/recalls/{id}/list.pdf", tag = "quarantine",
    params(("id" = i64, Path), PaperQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub async fn pdf(
    state: State,
    id: Path<i64>,
    query: Query<PaperQuery>,
    person: PersonCaller,
) -> Answer {
    let (id, paper) = (RecallId(*id), query.paper);
    let (report, paper) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let view = recall::view(db, id)?.ok_or_else(|| Problem::not_found("recall"))?;
            let settings = settings::get(db)?;
            let by = refs::user(db, person.user)?.map(|user| user.name).unwrap_or_default();
            let stamp = format!("{} · {by}", printed(&settings, db.now()));
            let lang = language(db, person)?;
            let paper = sheet(paper.unwrap_or(settings.slip_paper));
            let at = printed(&settings, view.recall.at);
            Ok((compose(&view, lang, settings.store_name, at, stamp), paper))
        })
        .await?;
    let page = render(move || print::report_pdf(&report, paper)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"recall.pdf\""))
        .body(page))
}

fn compose(view: &RecallView, lang: Lang, store: String, at: String, printed: String) -> Report {
    let say = |en: &str, es: &str| match lang {
        Lang::En => en.to_owned(),
        Lang::Es => es.to_owned(),
    };
    let one = &view.recall;
    let fact = |name: String, value: Option<String>| (name, value.unwrap_or_default());
    let column = |head: String, share, number| ReportColumn { head, share, number };
    let rows = view.packages.iter().map(|package| {
        vec![
            package.package.tag.clone(),
            [Some(package.package.product.name.clone()), package.package.batch.clone()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · "),
            package.came.to_string(),
            shares(&package.here),
            shares(&package.gone),
        ]
    });
    Report {
        title: format!("{} {}", say("Recall", "Retiro"), one.code),
        store,
        facts: vec![
            fact(say("Product", "Producto"), one.product.clone()),
            fact(say("Batch", "Lote"), one.batch.clone()),
            fact(say("Supplier", "Proveedor"), one.supplier.clone()),
            fact(say("Since", "Desde"), Some(at)),
            fact(say("Reason", "Motivo"), Some(one.reason.clone())),
        ],
        columns: vec![
            column(say("Package", "Paquete"), 42, false),
            column(say("Product", "Producto"), 36, false),
            column(say("Came in", "Entró"), 14, true),
            column(say("In the store", "En la tienda"), 32, false),
            column(say("Gone", "Salió"), 28, false),
        ],
        rows: rows.collect(),
        nothing: say("Nothing.", "Nada."),
        signatures: vec![say("Checked by", "Revisado por")],
        printed,
        lang,
    }
}

fn shares(shares: &[RecallShare]) -> String {
    let text = |share: &RecallShare| match &share.with {
        Some(who) => format!("{} {} ({})", share.quantity, share.place.name, who.name),
        None => format!("{} {}", share.quantity, share.place.name),
    };
    shares.iter().map(text).collect::<Vec<_>>().join(", ")
}

impl From<RecallError> for Problem {
    fn from(error: RecallError) -> Self {
        match error {
            RecallError::Invalid { field, why } => Self::invalid(field, why),
            RecallError::Nothing => Self::refused(
                "nothing_recalled",
                "No package of the store fits this. Check the batch, the product and the supplier.",
            ),
            RecallError::TooMany => {
                Self::invalid("scope", "fits more than 5,000 packages: recall by batch or product")
            }
            RecallError::Quarantine(error) => error.into(),
        }
    }
}
