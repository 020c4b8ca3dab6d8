//! The papers of a shipment: what was received, what is not as it was shipped, what goes back, and what to
//! enter on the state's own page.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::PersonCaller;
use super::setup_card::printed;
use super::slips::{language, render, sheet};
use super::{Answer, Problem, State};
use crate::domain::id::ShipmentId;
use crate::print::{self, Lang, Report, ReportColumn};
use crate::workflow::receiving::{self, Seer, ShipmentLine, ShipmentLineState, ShipmentView};
use crate::workflow::refs;
use crate::workflow::settings::{self, Paper};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Every package with what was shipped and counted.
    Receiving,
    /// What is not as it was shipped.
    Discrepancies,
    /// What goes back, to sign with the driver.
    Rejections,
    /// What to enter on the state's receiving page, in its field names.
    State,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    #[param(inline)]
    kind: ReportKind,
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// A report of a shipment as a PDF. What is not counted yet shows no amount to whoever may count.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/report.pdf", tag = "receiving",
    params(("id" = i64, Path), ReportQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub async fn pdf(
    state: State,
    id: Path<i64>,
    query: Query<ReportQuery>,
    person: PersonCaller,
) -> Answer {
    let (id, ReportQuery { kind, paper }) = (ShipmentId(*id), query.into_inner());
    let (report, paper) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let settings = settings::get(db)?;
            let lang = language(db, person)?;
            let view = receiving::of(db, id, Seer::Blind)?;
            let by = refs::user(db, person.user)?.map(|user| user.name).unwrap_or_default();
            let printed = format!("{} · {by}", printed(&settings, db.now()));
            let facts = facts(&view, &settings, lang);
            let report = compose(&view, kind, lang, settings.store_name.clone(), facts, printed);
            Ok((report, sheet(paper.unwrap_or(settings.slip_paper))))
        })
        .await?;
    let page = render(move || print::report_pdf(&report, paper)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"shipment.pdf\""))
        .body(page))
}

const fn say(lang: Lang, en: &'static str, es: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Es => es,
    }
}

fn facts(view: &ShipmentView, settings: &settings::Settings, lang: Lang) -> Vec<(String, String)> {
    let stated = |field: &str| {
        let found = view.door.iter().find(|one| one.field == field);
        found.and_then(|one| one.stated.clone()).unwrap_or_default()
    };
    let join = |fields: &[&str]| {
        let parts: Vec<String> =
            fields.iter().map(|field| stated(field)).filter(|text| !text.is_empty()).collect();
        parts.join(" · ")
    };
    let arrived = view.shipment.arrived_at.map(|at| printed(settings, at)).unwrap_or_default();
    let checked = view.door_by.as_ref().map(|who| who.name.clone()).unwrap_or_default();
    [
        (say(lang, "Manifest", "Manifiesto"), view.shipment.manifest.clone()),
        (say(lang, "Arrived", "Llegó"), arrived),
        (say(lang, "Origin", "Origen"), join(&["origin_name", "origin_license"])),
        (say(lang, "Destination", "Destino"), join(&["destination_name", "destination_license"])),
        (
            say(lang, "Transporter", "Transportista"),
            join(&["transporter_name", "transporter_license"]),
        ),
        (say(lang, "Driver", "Conductor"), join(&["driver_name", "driver_license"])),
        (
            say(lang, "Vehicle", "Vehículo"),
            join(&["vehicle_make", "vehicle_model", "vehicle_plate"]),
        ),
        (say(lang, "Papers checked by", "Papeles revisados por"), checked),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

fn compose(
    view: &ShipmentView,
    kind: ReportKind,
    lang: Lang,
    store: String,
    facts: Vec<(String, String)>,
    printed: String,
) -> Report {
    let column = |head: &str, share, number| ReportColumn { head: head.to_owned(), share, number };
    let package = column(say(lang, "Package", "Paquete"), 42, false);
    let item = column(say(lang, "Product", "Producto"), 42, false);
    let counted = column(say(lang, "Counted", "Contado"), 16, true);
    let shipped = column(say(lang, "Shipped", "Enviado"), 16, true);
    let remark = column(say(lang, "Remark", "Observación"), 30, false);
    let (title, columns) = match kind {
        ReportKind::Receiving => (
            say(lang, "Receiving report", "Informe de recepción"),
            vec![package, item, shipped, counted, remark],
        ),
        ReportKind::Discrepancies => (
            say(lang, "Discrepancy report", "Informe de diferencias"),
            vec![package, item, shipped, counted, remark],
        ),
        ReportKind::Rejections => {
            (say(lang, "Rejection report", "Informe de rechazo"), vec![package, item, remark])
        }
        ReportKind::State => (
            say(lang, "To enter in the state's system", "Para registrar en el sistema del estado"),
            vec![
                column("PackageLabel", 42, false),
                column("ItemName", 38, false),
                column("ReceivedQuantity", 22, true),
                column(say(lang, "Accept or reject", "Aceptar o rechazar"), 30, false),
            ],
        ),
    };
    let wanted = |line: &&ShipmentLine| match kind {
        ReportKind::Receiving => true,
        ReportKind::Discrepancies => is_off(line),
        ReportKind::Rejections => line.state == ShipmentLineState::Rejected,
        ReportKind::State => line.state != ShipmentLineState::Expected && !line.extra,
    };
    let rows = view.lines.iter().filter(wanted).map(|line| row(line, kind, lang)).collect();
    let signatures = match kind {
        ReportKind::State => Vec::new(),
        _ => [say(lang, "Received by", "Recibido por"), say(lang, "Driver", "Conductor")]
            .map(str::to_owned)
            .to_vec(),
    };
    let nothing = say(lang, "Nothing.", "Nada.").to_owned();
    Report {
        title: title.to_owned(),
        store,
        facts,
        columns,
        rows,
        nothing,
        signatures,
        printed,
        lang,
    }
}

/// Not as it was shipped, however small the difference.
fn is_off(line: &ShipmentLine) -> bool {
    match line.state {
        ShipmentLineState::Expected | ShipmentLineState::Removed => false,
        ShipmentLineState::Rejected | ShipmentLineState::Missing => true,
        ShipmentLineState::Received => {
            line.extra || line.held || line.difference.is_some_and(|one| !one.is_zero())
        }
    }
}

fn row(line: &ShipmentLine, kind: ReportKind, lang: Lang) -> Vec<String> {
    let tag = line.tag.to_string();
    let item = line.product.as_ref().map_or_else(|| line.item.clone(), |one| one.name.clone());
    let detail = [Some(item), line.batch.clone()].into_iter().flatten().collect::<Vec<_>>();
    let text = |quantity: &Option<crate::domain::quantity::Quantity>| {
        quantity.map(|one| one.to_string()).unwrap_or_default()
    };
    let state = match line.state {
        ShipmentLineState::Expected => say(lang, "Not counted", "Sin contar"),
        ShipmentLineState::Received if line.extra => {
            say(lang, "On no manifest", "En ningún manifiesto")
        }
        ShipmentLineState::Received if line.held => say(lang, "In quarantine", "En cuarentena"),
        ShipmentLineState::Received | ShipmentLineState::Removed => "",
        ShipmentLineState::Rejected => say(lang, "Rejected", "Rechazado"),
        ShipmentLineState::Missing => say(lang, "Did not come", "No llegó"),
    };
    let remark = [state.to_owned(), line.note.clone().unwrap_or_default()];
    let remark = remark.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    match kind {
        ReportKind::Rejections => vec![tag, detail.join(" · "), remark],
        ReportKind::State => {
            let accepted = line.state == ShipmentLineState::Received;
            let word = if accepted {
                say(lang, "Accept", "Aceptar").to_owned()
            } else {
                format!("{}: {}", say(lang, "Reject", "Rechazar"), remark)
            };
            let received = if accepted { text(&line.counted) } else { "0".to_owned() };
            vec![tag, line.item.clone(), received, word]
        }
        _ => vec![tag, detail.join(" · "), text(&line.shipped), text(&line.counted), remark],
    }
}
