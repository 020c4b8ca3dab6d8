//! The significant discrepancy: the meter, and the draft of the notice to the state.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;
use serde::Deserialize;

use super::caller::PersonCaller;
use super::setup_card::printed;
use super::slips::{language, render, sheet};
use super::{Answer, Problem, State};
use crate::domain::jurisdiction;
use crate::domain::money::money;
use crate::print::{self, Lang, Report, ReportColumn};
use crate::workflow::refs;
use crate::workflow::settings::{self, Paper, Settings};
use crate::workflow::significant::{self, Meter};

/// How far shelf and book are apart, held against what a month sells. Shut to whoever counts.
#[utoipa::path(get, path = "/api/v1/significant", tag = "adjusting", responses((status = 200, body = Meter)))]
pub async fn get(state: State) -> Answer {
    super::read(&state, significant::meter).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct NoticeQuery {
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// The draft of the notice, with what the state asks for: when it was discovered, what is off, and the
/// items. It is sent by a person, on the state's own form.
#[utoipa::path(get, path = "/api/v1/significant/notice.pdf", tag = "adjusting", params(NoticeQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub async fn notice(state: State, query: Query<NoticeQuery>, person: PersonCaller) -> Answer {
    let paper = query.paper;
    let (report, paper) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let settings = settings::get(db)?;
            let by = refs::user(db, person.user)?.map(|user| user.name).unwrap_or_default();
            let foot = format!("{} · {by}", printed(&settings, db.now()));
            let meter = significant::meter(db)?;
            let found = meter.discovered.unwrap_or(meter.at);
            let report =
                draft(&meter, &settings, language(db, person)?, &printed(&settings, found), foot);
            Ok((report, sheet(paper.unwrap_or(settings.slip_paper))))
        })
        .await?;
    let page = render(move || print::report_pdf(&report, paper)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"notice.pdf\""))
        .body(page))
}

fn draft(meter: &Meter, settings: &Settings, lang: Lang, found: &str, printed: String) -> Report {
    let say = |en: &str, es: &str| match lang {
        Lang::En => en.to_owned(),
        Lang::Es => es.to_owned(),
    };
    let rows = meter.items.iter().map(|one| {
        let standing =
            if one.adjusted { say("adjusted", "ajustado") } else { say("open", "abierto") };
        vec![
            one.package.product.name.clone(),
            one.package.tag.clone(),
            one.place.name.clone(),
            one.difference.to_string(),
            one.value_cents.map(money).unwrap_or_default(),
            standing,
        ]
    });
    let column = |head, share, number| ReportColumn { head, share, number };
    let rule = jurisdiction::rules(&settings.jurisdiction).significant_notice_h;
    let within = rule.map_or_else(
        || say("house rule", "regla de la casa"),
        |rule| format!("{} h, {}", rule.value, rule.cite),
    );
    Report {
        title: say(
            "Significant discrepancy: draft of the notice",
            "Diferencia significativa: borrador del aviso",
        ),
        store: settings.store_name.clone(),
        facts: vec![
            (say("License", "Licencia"), settings.license_number.clone()),
            (say("Discovered", "Descubierto"), found.to_owned()),
            (say("To be told within", "Plazo para avisar"), within),
            (say("Missing, 30 days", "Falta, 30 días"), money(meter.missing_cents)),
            (say("Over, 30 days", "Sobra, 30 días"), money(meter.over_cents)),
            (say("A month sells", "Un mes vende"), money(meter.average_month_cents)),
            (
                say("Significant from", "Significativo desde"),
                format!("{} ({} %)", money(meter.threshold_cents.unwrap_or(0)), meter.percent),
            ),
            (
                say("Agency told, and when", "Autoridad avisada, y cuándo"),
                "________________".into(),
            ),
            (say("Police told, and when", "Policía avisada, y cuándo"), "________________".into()),
        ],
        columns: vec![
            column(say("Product", "Producto"), 38, false),
            column(say("Tag", "Etiqueta"), 62, false),
            column(say("Place", "Lugar"), 22, false),
            column(say("Difference", "Diferencia"), 20, true),
            column(say("At cost", "Al costo"), 18, true),
            column(say("Standing", "Estado"), 18, false),
        ],
        rows: rows.collect(),
        nothing: say("Nothing is off.", "No hay diferencias."),
        signatures: vec![say("Told by", "Avisó"), say("Licensee", "Licenciatario")],
        printed,
        lang,
    }
}
