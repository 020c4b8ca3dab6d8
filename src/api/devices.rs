//! Devices: inviting, pairing, revoking.

use actix_web::http::header::SET_COOKIE;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Caller;
use super::write::{Nothing, Read, Write};
use super::{Answer, Problem, State, cookie};
use crate::domain::id::DeviceId;
use crate::domain::time::At;
use crate::store::StoreError;
use crate::workflow::device::{self, Device, DeviceError, DeviceKind, Invited, PairingInput};
use crate::workflow::secret::Secret;

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Devices {
    pub devices: Vec<Device>,
}

/// An invitation, to be shown to one device.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct Pairing {
    pub id: i64,
    /// To type: "ABCD-EFGH".
    pub code: String,
    /// To scan.
    pub url: String,
    /// The URL's QR, as a whole SVG image.
    pub qr_svg: String,
    pub kind: DeviceKind,
    pub name: Option<String>,
    pub expires: At,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairInput {
    /// What the QR carries, or the typed code.
    pub secret: String,
    /// Used where the invitation names none.
    #[serde(default)]
    pub device_name: Option<String>,
}

/// Every device, also the revoked.
#[utoipa::path(get, path = "/api/v1/devices", tag = "devices",
    responses((status = 200, body = Devices)))]
pub async fn list(state: State, caller: Caller) -> Answer {
    let current = caller.device.map(|device| device.id);
    super::read(&state, move |db| {
        device::list(db, current).map(|devices| Devices { devices }).map_err(StoreError::Sql)
    })
    .await
}

/// Invites one device for ten minutes. Refusal: `too_many_pairings`.
#[utoipa::path(post, path = "/api/v1/pairings", tag = "devices", request_body = PairingInput,
    responses((status = 200, body = Pairing), (status = 409, body = Problem)))]
pub async fn invite(state: State, write: Write<PairingInput>) -> Answer {
    let (key, asker) = write.asked_by();
    let (in_qr, typed) = secrets(&state, key, asker);
    let answer = write
        .done(&state, move |tx, by, input| device::invite(tx, by, input, &in_qr, &typed))
        .await?;
    let (qr, code) = secrets(&state, key, answer.device);
    let Invited { id, kind, name, expires } = serde_json::from_slice(&answer.body)
        .map_err(|error| StoreError::Invariant(format!("a recorded pairing: {error}")))?;
    let host = state.site.authority().to_uppercase();
    let url = format!("HTTPS://{host}/E/{}", qr.text());
    let mut response = HttpResponse::Ok();
    if answer.replayed {
        response.insert_header(("Idempotent-Replay", "true"));
    }
    let qr_svg = picture(&url)?;
    Ok(response.json(Pairing { id, code: code.dashed(), url, qr_svg, kind, name, expires }))
}

/// What opens a pairing. Derived, so that a replay shows the same although neither is ever stored.
fn secrets(state: &State, key: Uuid, asked_first: DeviceId) -> (Secret, Secret) {
    let bytes = state.access.pins.pepper().derive("pairing", key, asked_first);
    let (first, rest) = bytes.split_first_chunk().expect("16 of 32 bytes");
    let (second, _) = rest.split_first_chunk().expect("8 of 16 bytes");
    (Secret::for_qr(*first), Secret::typed(*second))
}

/// Withdraws an invitation that was not used; 200 with an empty object.
#[utoipa::path(delete, path = "/api/v1/pairings/{id}", tag = "devices",
    params(("id" = i64, Path)),
    responses((status = 200, body = Nothing), (status = 404, body = Problem)))]
pub async fn withdraw(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    write
        .run(&state, move |tx, by, _| device::withdraw(tx, by, *id).map(|()| Nothing::default()))
        .await
}

/// Enrols the device that asks, with an invitation's secret. Refusals: `wrong_code`, `pairing_expired`
/// (also used or withdrawn), `too_many_requests` (+`retry_after_s`).
#[utoipa::path(post, path = "/api/v1/pair", tag = "sign-in", request_body = PairInput,
    responses((status = 200, body = Device), (status = 409, body = Problem)))]
pub async fn pair(
    state: State,
    request: HttpRequest,
    caller: Caller,
    input: Read<PairInput>,
) -> Answer {
    state.access.admit_guess(request.peer_addr().map(|peer| peer.ip()))?;
    let PairInput { secret, device_name } = input.0;
    let token = Secret::token();
    let hash = token.hash();
    let before = caller.device.map(|device| device.id);
    let device = state
        .store
        .write(move |tx| device::enrol(tx, &secret, device_name.as_deref(), hash, before))
        .await?;
    Ok(HttpResponse::Ok()
        .append_header((SET_COOKIE, cookie::device(&token)))
        .append_header((SET_COOKIE, cookie::no_session()))
        .json(device))
}

/// Shuts a device out; its sessions and live screens end at once. Refusal: `already_revoked`.
#[utoipa::path(post, path = "/api/v1/devices/{id}/revoke", tag = "devices", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = Device), (status = 409, body = Problem)))]
pub async fn revoke(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    write.run(&state, move |tx, by, _| device::revoke(tx, by, DeviceId(*id))).await
}

fn picture(url: &str) -> Result<String, Problem> {
    let code = QrCode::with_error_correction_level(url, EcLevel::M)
        .map_err(|error| StoreError::Invariant(format!("a pairing QR: {error}")))?;
    Ok(code.render::<svg::Color>().min_dimensions(240, 240).build())
}

impl From<DeviceError> for Problem {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::NotFound { what } => Self::not_found(what),
            DeviceError::Invalid { field, why } => Self::invalid(field, why),
            DeviceError::WrongCode => Self::refused(
                "wrong_code",
                "That is not a pairing code of this box. Read it again.",
            ),
            DeviceError::Expired => Self::refused(
                "pairing_expired",
                "This pairing code was used, withdrawn or is too old. Ask for a new one.",
            ),
            DeviceError::RevokedAlready => {
                Self::refused("already_revoked", "This device was revoked already.")
            }
            DeviceError::TooMany => Self::refused(
                "too_many_pairings",
                "Twenty pairing codes are open. Use or withdraw some first.",
            ),
            DeviceError::NotClaimed => {
                Self::refused("not_claimed", "The box has no owner yet. Claim it first.")
            }
            DeviceError::Store(error) => error.into(),
        }
    }
}
