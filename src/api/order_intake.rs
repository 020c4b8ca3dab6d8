//! Where a forwarder in the store's network hands in orders: no device, no person, no page, but a message
//! that proves itself by its source's secret. Proven before a byte of it is read as anything.

use actix_web::HttpRequest;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Path, Payload};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::hmac;
use subtle::ConstantTimeEq as _;

use super::orders::{refused, take_parts, unkept};
use super::write::{BODY_LIMIT, whole};
use super::{Answer, Problem, State};
use crate::domain::sheet::orders as sheet;
use crate::ledger::Actor;
use crate::workflow::ordering::{self, Intake, OrderProof, OrdersTaken, Proven};
use crate::workflow::settings;

/// What the intake's addresses begin with.
pub const PREFIX: &str = "/api/v1/orders/intake/";

/// Takes in what a source sent: Weedmaps signs the body (`Signature`: base64 of HMAC-SHA256 with its client
/// secret), Jane sends `Authorization: Bearer`. The last message again changes nothing; an earlier one says again
/// what it said, for no source tells when it said it: keep their order. Where it fails, what was taken in stays:
/// send it again. Refusals: `signature_wrong` (an unknown source answers the same), `file_refused` (+`why`),
/// `too_large`.
#[utoipa::path(post, path = "/api/v1/orders/intake/{slug}", tag = "orders", params(("slug" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/json"),
    responses((status = 200, body = OrdersTaken), (status = 401, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn post(
    state: State,
    request: HttpRequest,
    slug: Path<String>,
    payload: Payload,
) -> Answer {
    let slug: String = slug.chars().take(40).collect();
    let body = whole(&mut payload.into_inner(), BODY_LIMIT).await?;
    let (source, zone) = state
        .store
        .read(move |db| Ok::<_, Problem>((ordering::proven(db, &slug)?, settings::get(db)?.tz())))
        .await?;
    let source = source.filter(|source| proves(source, &request, &body)).ok_or_else(unproven)?;
    let read = sheet::read(source.format, &body, zone).map_err(refused)?;
    let pepper = state.access.pins.pepper().clone();
    let intake = Intake { by: Actor::system(), source: source.id, pepper };
    let taken = take_parts(&state, intake, &read.orders).await?;
    Ok(unkept(taken.without(read.refused)))
}

fn unproven() -> Problem {
    let detail =
        "The message does not prove that it is from its source. Check the secret on both sides.";
    Problem::new(StatusCode::UNAUTHORIZED, "signature_wrong", detail)
}

fn proves(source: &Proven, request: &HttpRequest, body: &[u8]) -> bool {
    let said = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match source.proof {
        OrderProof::None => false,
        OrderProof::Signature => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, source.secret.as_bytes());
            let given = said("Signature").and_then(|text| BASE64.decode(text.trim()).ok());
            given.is_some_and(|given| hmac::verify(&key, body, &given).is_ok())
        }
        OrderProof::Bearer => {
            let given = said(header::AUTHORIZATION.as_str());
            let given = given.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
            given.as_bytes().ct_eq(source.secret.as_bytes()).into()
        }
    }
}
