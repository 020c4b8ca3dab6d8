//! A person's badge, printed: its QR says who, and proves nothing.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::caller::PersonCaller;
use super::slips::{language, render, sheet};
use super::{Answer, Problem, State};
use crate::domain::code::{CodeUrl, Secret};
use crate::domain::id::UserId;
use crate::domain::role::Role;
use crate::print::{self, Lang, PlaceLabel};
use crate::workflow::settings::{self, Paper};
use crate::workflow::user::{self, User};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct BadgeQuery {
    /// "letter" or "a4"; the store's setting where not given.
    paper: Option<Paper>,
}

/// The badge as a label, to cut out or to stick on a card.
#[utoipa::path(get, path = "/api/v1/users/{id}/badge.pdf", tag = "people",
    params(("id" = i64, Path), BadgeQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, body = Problem)))]
pub async fn pdf(
    state: State,
    id: Path<i64>,
    query: Query<BadgeQuery>,
    person: PersonCaller,
) -> Answer {
    let (id, paper) = (UserId(*id), query.paper);
    let host = state.site.authority().to_uppercase();
    let (badge, paper, lang) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let settings = settings::get(db)?;
            let user = user::get(db, id)?.ok_or_else(|| Problem::not_found("person"))?;
            let lang = language(db, person)?;
            let paper = paper.unwrap_or(settings.slip_paper);
            Ok((label(&user, &settings.store_name, &host, lang), paper, lang))
        })
        .await?;
    let page = render(move || print::labels_pdf(&[badge], sheet(paper), lang)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"badge.pdf\""))
        .body(page))
}

/// The secret itself is too long to type, so only its QR is there.
fn label(user: &User, store: &str, host: &str, lang: Lang) -> PlaceLabel {
    let secret = Secret::parse(&user.badge_code);
    PlaceLabel {
        store: store.to_owned(),
        caption: role(user.role, lang).to_owned(),
        name: user.name.clone(),
        code: String::new(),
        qr: secret.map(|secret| CodeUrl::Badge(secret).compose(host)).unwrap_or_default(),
    }
}

const fn role(role: Role, lang: Lang) -> &'static str {
    match (role, lang) {
        (Role::Budtender, _) => "Budtender",
        (Role::Technician, Lang::En) => "Technician",
        (Role::Technician, Lang::Es) => "Técnico",
        (Role::Manager, Lang::En) => "Manager",
        (Role::Manager, Lang::Es) => "Gerente",
        (Role::Compliance, Lang::En) => "Compliance",
        (Role::Compliance, Lang::Es) => "Cumplimiento",
        (Role::Auditor, _) => "Auditor",
        (Role::Owner, Lang::En) => "Owner",
        (Role::Owner, Lang::Es) => "Propietario",
    }
}
