//! The printed face of a pick: the slip as a PDF, and as a picture for the screen. A slip is a view
//! of the pick as it is now; its QR reopens the pick on any enrolled device.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use chrono_tz::Tz;
use serde::Deserialize;

use super::caller::PersonCaller;
use super::{Answer, Problem, State, walk_slip};
use crate::domain::code::{Code, CodeUrl, Letter};
use crate::domain::id::PickId;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::role::Permission;
use crate::domain::time::At;
use crate::print::{self, Kind, Lang, Medium, Slip, SlipLine};
use crate::store::{Db, SqlError, named_params};
use crate::workflow::picking::{self, LineState, Pick, PickKind, PickLine, Shortage};
use crate::workflow::settings::{self, Paper, Settings};
use crate::workflow::{ordering, refs};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SlipQuery {
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// The slip as a PDF.
#[utoipa::path(get, path = "/api/v1/picks/{id}/slip.pdf", tag = "picking",
    params(("id" = i64, Path), SlipQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub async fn pdf(
    state: State,
    id: Path<i64>,
    query: Query<SlipQuery>,
    person: PersonCaller,
) -> Answer {
    let (slip, set) = slip(&state, PickId(*id), person).await?;
    let paper = sheet(query.paper.unwrap_or(set));
    let name = format!("slip-{}.pdf", slip.code);
    let page = render(move || print::slip_pdf(&slip, paper)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")))
        .body(page))
}

/// The slip as a picture, as a receipt printer of 80 mm would print it.
#[utoipa::path(get, path = "/api/v1/picks/{id}/slip.png", tag = "picking",
    params(("id" = i64, Path)),
    responses((status = 200, content_type = "image/png", body = Vec<u8>)))]
pub async fn png(state: State, id: Path<i64>, person: PersonCaller) -> Answer {
    let (slip, _) = slip(&state, PickId(*id), person).await?;
    let picture = render(move || print::slip_png(&slip, Medium::RECEIPT_80)).await?;
    Ok(HttpResponse::Ok().content_type("image/png").body(picture))
}

/// The paper of a setting.
pub fn sheet(paper: Paper) -> print::Paper {
    match paper {
        Paper::Letter => print::Paper::Letter,
        Paper::A4 => print::Paper::A4,
    }
}

/// Draws off the async threads.
pub async fn render(
    draw: impl FnOnce() -> Result<Vec<u8>, print::PrintError> + Send + 'static,
) -> Result<Vec<u8>, Problem> {
    let drawn = actix_web::web::block(draw).await;
    match drawn {
        Ok(Ok(page)) => Ok(page),
        Ok(Err(error)) => Err(Problem::fault(&error)),
        Err(error) => Err(Problem::fault(&error)),
    }
}

async fn slip(state: &State, id: PickId, person: PersonCaller) -> Result<(Slip, Paper), Problem> {
    let origin = state.site.origin.clone();
    state
        .store
        .read(move |db| {
            let pick = picking::get(db, id)?.ok_or_else(|| Problem::not_found("pick"))?;
            let settings = settings::get(db)?;
            let paper = settings.slip_paper;
            Ok((compose(db, &pick, &settings, &origin, person)?, paper))
        })
        .await
}

fn compose(
    db: &Db<'_>,
    pick: &Pick,
    settings: &Settings,
    origin: &str,
    person: PersonCaller,
) -> Result<Slip, SqlError> {
    let lang = language(db, person)?;
    let zone = settings.tz();
    let name =
        |who: &Option<refs::UserRef>| who.as_ref().map_or_else(String::new, |w| w.name.clone());
    let code = Code::parse(&pick.code);
    let host = origin.trim_start_matches("https://");
    let lines: Vec<SlipLine> = pick.lines.iter().map(|line| slip_line(line, lang)).collect();
    let request = pick.request.as_ref();
    let mut slip = Slip {
        kind: Kind::Restock,
        store: settings.store_name.clone(),
        station: request.map_or_else(String::new, |request| request.station.name.clone()),
        requester: request.map_or_else(String::new, |request| name(&request.by)),
        picker: name(&pick.picker),
        code: code.map_or_else(|| pick.code.clone(), |code| code.to_string()),
        qr: code
            .map(|code| CodeUrl::Ours { letter: Letter::Pick, code }.compose(host))
            .unwrap_or_default(),
        created: shown(request.map_or(pick.created, |request| request.at), zone, lang),
        printed: shown(db.now(), zone, lang),
        printed_by: refs::user(db, person.user)?.map(|user| user.name).unwrap_or_default(),
        copy: 1,
        lang,
        units: sum(pick.lines.iter().map(planned)),
        orders: Vec::new(),
        lines,
        shortages: pick.shortages.iter().map(|shortage| missing(shortage, lang)).collect(),
        note: request.and_then(|request| request.note.clone()).unwrap_or_default(),
    };
    // A slip may be seen by whoever sees stock; a customer's name only by whoever picks.
    let named = person.role.may(Permission::Pick);
    if pick.kind == PickKind::Order {
        let names = named.then(|| ordering::customers(db, pick.id)).transpose()?;
        walk_slip::of_orders(&mut slip, pick, names.as_ref(), zone);
    }
    Ok(slip)
}

fn slip_line(line: &PickLine, lang: Lang) -> SlipLine {
    let package = &line.package;
    let mut flags = Vec::new();
    if line.state == LineState::Short {
        flags.push(if lang == Lang::Es { "FALTA" } else { "SHORT" }.to_owned());
    }
    SlipLine {
        slot: None,
        bin: line.bin.name.clone(),
        area: line.area.clone().unwrap_or_default(),
        product: package.product.name.clone(),
        detail: [Some(package.product.sku.clone()), package.batch.clone()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        tag_tail: package.tag.get(18..).unwrap_or_default().to_owned(),
        tag: package.tag.clone(),
        quantity: amount(planned(line)),
        expires: package.expires.map(|date| date.to_string()).unwrap_or_default(),
        flags,
    }
}

/// Counted units together, and each weight unit beside them: "36 + 7 g".
pub fn sum(quantities: impl Iterator<Item = Quantity>) -> String {
    let mut sums: Vec<Quantity> = Vec::new();
    for one in quantities {
        match sums.iter_mut().find(|sum| sum.unit == one.unit) {
            Some(sum) => sum.amount = sum.amount + one.amount,
            None => sums.push(one),
        }
    }
    sums.sort_by_key(|sum| !sum.unit.counted());
    sums.into_iter().map(amount).collect::<Vec<_>>().join(" + ")
}

/// A number of pieces, or a weight with its unit.
pub fn amount(quantity: Quantity) -> String {
    if quantity.unit.counted() { quantity.amount.to_string() } else { quantity.to_string() }
}

fn planned(line: &PickLine) -> Quantity {
    Quantity::new(line.planned_count, line.package.product.unit)
}

/// What could not be planned, and why, in words.
fn missing(shortage: &Shortage, lang: Lang) -> String {
    use picking::{ShortageCause, StockCause};
    let reasons: Vec<&str> = shortage
        .reasons
        .iter()
        .map(|reason| match (reason.reason, lang) {
            (ShortageCause::Stock(StockCause::Reserved), Lang::En) => "promised to another pick",
            (ShortageCause::Stock(StockCause::Reserved), Lang::Es) => {
                "apartado para otra preparación"
            }
            (ShortageCause::Stock(StockCause::ToCount), Lang::En) => "bin waits to be counted",
            (ShortageCause::Stock(StockCause::ToCount), Lang::Es) => "el estante espera conteo",
            (ShortageCause::Stock(StockCause::OnlyOnFloor), Lang::En) => "only on the floor",
            (ShortageCause::Stock(StockCause::OnlyOnFloor), Lang::Es) => "solo en el piso",
            (ShortageCause::Stock(StockCause::NoneInStore), Lang::En) => "none in the store",
            (ShortageCause::Stock(StockCause::NoneInStore), Lang::Es) => "no hay en la tienda",
            (ShortageCause::Blocked(_), Lang::En) => "not sellable",
            (ShortageCause::Blocked(_), Lang::Es) => "no vendible",
        })
        .collect();
    let short: Amount = shortage.wanted - shortage.planned;
    format!("{short} × {}: {}", shortage.product.name, reasons.join(", "))
}

/// A time on paper.
pub fn shown(at: At, zone: Tz, lang: Lang) -> String {
    let local = at.utc().with_timezone(&zone);
    let pattern = if lang == Lang::Es { "%d/%m/%Y %H:%M" } else { "%m/%d/%Y %-I:%M %p" };
    local.format(pattern).to_string()
}

/// The language of whoever prints.
pub fn language(db: &Db<'_>, person: PersonCaller) -> Result<Lang, SqlError> {
    let word: Option<String> = db.maybe(
        "SELECT language FROM user WHERE id = :id",
        named_params! { ":id": person.user.0 },
        |row| row.get(0),
    )?;
    Ok(if word.as_deref() == Some("es") { Lang::Es } else { Lang::En })
}
