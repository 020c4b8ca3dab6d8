//! A count on paper: the sheet to count on, which holds no figure of the book, and the report.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::PersonCaller;
use super::setup_card::printed;
use super::slips::{language, render, sheet as paper_of};
use super::{Answer, Problem, State};
use crate::domain::id::CountId;
use crate::domain::money::money;
use crate::print::{self, Lang, Report, ReportColumn};
use crate::workflow::counting::{self, CountState, CountView, LineStanding, ResultLine};
use crate::workflow::refs;
use crate::workflow::settings::{self, Paper};

/// Empty rows for what lies where nobody expects it.
const EMPTY_ROWS: usize = 5;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PaperQuery {
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// The sheet to count on by hand: places and the products of the count, and room for figures.
#[utoipa::path(get, path = "/api/v1/counts/{id}/sheet.pdf", tag = "counts", params(PaperQuery, ("id" = i64, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 404, body = Problem)))]
pub async fn sheet(
    state: State,
    id: Path<i64>,
    query: Query<PaperQuery>,
    person: PersonCaller,
) -> Answer {
    page(&state, *id, query.paper, person, "count-sheet.pdf", blind).await
}

/// The report of a count: hand, book, POS and state's system, and the differences. Shut to whoever counts.
/// Refusal: `count_over` while it is open.
#[utoipa::path(get, path = "/api/v1/counts/{id}/report.pdf", tag = "counts", params(PaperQuery, ("id" = i64, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 409, body = Problem)))]
pub async fn report(
    state: State,
    id: Path<i64>,
    query: Query<PaperQuery>,
    person: PersonCaller,
) -> Answer {
    page(&state, *id, query.paper, person, "count-report.pdf", found).await
}

type Compose = fn(&CountView, &Said) -> Result<Report, Problem>;

/// What stands on every paper.
struct Said {
    lang: Lang,
    store: String,
    started: String,
    printed: String,
}

impl Said {
    fn say(&self, en: &str, es: &str) -> String {
        match self.lang {
            Lang::En => en.to_owned(),
            Lang::Es => es.to_owned(),
        }
    }
}

async fn page(
    state: &State,
    id: i64,
    paper: Option<Paper>,
    person: PersonCaller,
    name: &str,
    compose: Compose,
) -> Answer {
    let (report, paper) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let view = counting::view(db, CountId(id), Some(person.user), Some(person.device))?;
            let settings = settings::get(db)?;
            let by = refs::user(db, person.user)?.map(|user| user.name).unwrap_or_default();
            let said = Said {
                lang: language(db, person)?,
                started: printed(&settings, view.count.started_at),
                printed: format!("{} · {by}", printed(&settings, db.now())),
                store: settings.store_name.clone(),
            };
            Ok((compose(&view, &said)?, paper_of(paper.unwrap_or(settings.slip_paper))))
        })
        .await?;
    let page = render(move || print::report_pdf(&report, paper)).await?;
    let disposition = format!("inline; filename=\"{name}\"");
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(page))
}

fn column(head: String, share: i32, number: bool) -> ReportColumn {
    ReportColumn { head, share, number }
}

#[expect(clippy::unnecessary_wraps, reason = "as the report, which may not be there yet")]
fn blind(view: &CountView, said: &Said) -> Result<Report, Problem> {
    let mut rows = Vec::new();
    for place in &view.places {
        let name = &place.place.name;
        let row =
            |product: String| vec![name.clone(), product, "________".into(), "________".into()];
        rows.extend(view.products.iter().map(|product| row(product.name.clone())));
        let empty = if view.products.is_empty() { EMPTY_ROWS * 2 } else { EMPTY_ROWS };
        rows.extend((0..empty).map(|_| row("________________________".into())));
    }
    Ok(Report {
        title: format!("{} {}", said.say("Count sheet", "Hoja de conteo"), view.count.code),
        store: said.store.clone(),
        facts: vec![
            (said.say("Begun", "Comenzado"), said.started.clone()),
            (said.say("Note", "Nota"), view.count.note.clone().unwrap_or_default()),
        ],
        columns: vec![
            column(said.say("Place", "Lugar"), 26, false),
            column(said.say("Product", "Producto"), 62, false),
            column(said.say("Tag, last five", "Etiqueta, cinco últimas"), 30, false),
            column(said.say("Counted", "Contado"), 22, false),
        ],
        rows,
        nothing: said.say("Nothing.", "Nada."),
        signatures: vec![
            said.say("Counted by", "Contado por"),
            said.say("Entered by", "Registrado por"),
        ],
        printed: said.printed.clone(),
        lang: said.lang,
    })
}

fn found(view: &CountView, said: &Said) -> Result<Report, Problem> {
    let Some(result) = &view.result else {
        let detail = "This count is still open: it has no report yet.";
        return Err(Problem::refused("count_over", detail).with("state", view.count.state));
    };
    let state = match view.count.state {
        CountState::Settled => said.say("Settled", "Cerrado"),
        _ => said.say("Counted, not settled", "Contado, sin cerrar"),
    };
    let rows = result.lines.iter().map(|line| {
        vec![
            line.place.name.clone(),
            name(line),
            line.counted.to_string(),
            line.book.to_string(),
            other(line.pos.map(|pos| pos.quantity)),
            other(line.state.map(|state| state.quantity)),
            match line.standing {
                LineStanding::Right => "0".into(),
                _ => line.difference.to_string(),
            },
            line.value_cents.map(money).unwrap_or_default(),
        ]
    });
    Ok(Report {
        title: format!("{} {}", said.say("Count", "Conteo"), view.count.code),
        store: said.store.clone(),
        facts: vec![
            (said.say("Begun", "Comenzado"), said.started.clone()),
            (said.say("State", "Estado"), state),
            (
                said.say("Lines right", "Líneas correctas"),
                format!("{} / {}", result.right + result.within, result.lines.len()),
            ),
            (said.say("Missing, at cost", "Faltante, al costo"), money(result.missing_cents)),
            (said.say("Over, at cost", "Sobrante, al costo"), money(result.over_cents)),
            (said.say("Note", "Nota"), view.count.note.clone().unwrap_or_default()),
        ],
        columns: vec![
            column(said.say("Place", "Lugar"), 20, false),
            column(said.say("Product and tag", "Producto y etiqueta"), 52, false),
            column(said.say("Counted", "Contado"), 16, true),
            column(said.say("Book", "Libro"), 16, true),
            column(said.say("POS*", "POS*"), 16, true),
            column(said.say("State*", "Estado*"), 16, true),
            column(said.say("Difference", "Diferencia"), 18, true),
            column(said.say("At cost", "Al costo"), 16, true),
        ],
        rows: rows.collect(),
        nothing: said.say("Nothing was counted.", "No se contó nada."),
        signatures: vec![
            said.say("Counted by", "Contado por"),
            said.say("Reviewed by", "Revisado por"),
        ],
        printed: format!(
            "{} · * {}",
            said.printed,
            said.say("of the package in the whole store", "del paquete en toda la tienda")
        ),
        lang: said.lang,
    })
}

fn name(line: &ResultLine) -> String {
    let product = line.product.as_ref().map(|product| product.name.clone());
    let tag = line.package.as_ref().map(|package| package.tag.clone()).or(line.tag.clone());
    product.into_iter().chain(tag).collect::<Vec<_>>().join(" · ")
}

fn other(quantity: Option<crate::domain::quantity::Quantity>) -> String {
    quantity.map_or_else(|| "–".into(), |quantity| quantity.to_string())
}
