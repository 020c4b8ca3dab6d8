//! Signing in and out on an enrolled device.

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::caller::{Caller, DeviceCaller, PersonCaller};
use super::write::Read;
use super::{Answer, Problem, State, cookie, signed};
use crate::domain::id::{DeviceId, UserId};
use crate::ledger::Actor;
use crate::workflow::author::{self, KeyError};
use crate::workflow::pin::Pin;
use crate::workflow::secret::Secret;
use crate::workflow::session::{self, Candidate, Session, SessionError};
use crate::workflow::throttle::{self, ThrottleError};

#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInInput {
    pub user: UserId,
    /// Six digits.
    pub pin: String,
    /// What a scanner read from the person's badge; a kiosk asks for it.
    #[serde(default)]
    pub badge: Option<String>,
}

/// The public half of a key that this device made for this session.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyInput {
    /// A point of P-256: its 65 bytes, uncompressed, as base 64 (URL alphabet, no padding).
    pub key: String,
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "sign-in",
    responses((status = 200, body = Session), (status = 401, body = Problem)))]
pub async fn get(state: State, person: PersonCaller) -> Answer {
    answer(&state, person, HttpResponse::Ok()).await
}

/// Signs a person in with their PIN, on a kiosk with their badge too; whoever was signed in on the device
/// is signed out. Refusals: `wrong_pin` (+`attempts_left` before a pause; also where the badge is not
/// theirs), `badge_needed`, `too_many_requests` (+`retry_after_s`).
#[utoipa::path(post, path = "/api/v1/session", tag = "sign-in", request_body = SignInInput,
    responses((status = 200, body = Session), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub async fn post(
    state: State,
    request: HttpRequest,
    caller: Caller,
    input: Read<SignInInput>,
) -> Answer {
    let DeviceCaller { id: device, kiosk } = caller.device.ok_or_else(Problem::not_enrolled)?;
    let SignInInput { user, pin, badge } = input.0;
    if kiosk && badge.is_none() {
        let detail = "Scan your badge first.";
        return Err(Problem::refused("badge_needed", detail));
    }
    let found = check_pin(&state, device, user, &pin, badge.as_deref()).await?;
    let token = Secret::token();
    let (hash, role) = (token.hash(), found.role);
    let session =
        state.store.write(move |tx| session::start(tx, user, device, &found, hash)).await?;
    let mut response = HttpResponse::Ok();
    response.append_header((SET_COOKIE, cookie::session(&token)));
    if let Some(renewed) = cookie::renewed_device(request.headers()) {
        response.append_header((SET_COOKIE, renewed));
    }
    answer(&state, PersonCaller { user, role, session, device }, response).await
}

/// Gives this session a key, so that what is written in it counts also when it arrives later: signed
/// with the key, under `Written-In` and `Signature`. 204, again for a known key. Where the request says
/// `Written-In`, it must be the session signed in. Refusals: `too_many_keys` (five), `other_session`.
#[utoipa::path(put, path = "/api/v1/session/key", tag = "sign-in", request_body = KeyInput,
    responses((status = 204), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub async fn put_key(
    state: State,
    request: HttpRequest,
    person: PersonCaller,
    input: Read<KeyInput>,
) -> Answer {
    if !signed::in_session(request.headers(), person.session) {
        let detail = "Another session is signed in here than the one this key was made for.";
        return Err(Problem::refused("other_session", detail));
    }
    let key = URL_SAFE_NO_PAD.decode(&input.0.key).map_err(|_| KeyError::Invalid)?;
    state.store.write(move |tx| author::add_key(tx, person.session, &key)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Signs out; 204.
#[utoipa::path(delete, path = "/api/v1/session", tag = "sign-in",
    responses((status = 204), (status = 401, body = Problem)))]
pub async fn delete(state: State, person: PersonCaller) -> Answer {
    let by = Actor::person(person.user, person.role, person.device, person.session);
    state.store.write(move |tx| session::end(tx, &by)).await?;
    Ok(HttpResponse::NoContent().append_header((SET_COOKIE, cookie::no_session())).finish())
}

async fn answer(
    state: &State,
    person: PersonCaller,
    mut response: actix_web::HttpResponseBuilder,
) -> Answer {
    let PersonCaller { user, device, session, .. } = person;
    let view = state
        .store
        .read(move |db| -> Result<_, Problem> { Ok(session::view(db, user, device, session)?) })
        .await?;
    Ok(response.json(view.ok_or_else(Problem::signed_out)?))
}

/// Checks a person's PIN as typed on a device, and their badge where one was scanned, counting wrong
/// ones. The caller clears the count ([`throttle::clear`]) in the command that follows.
pub(super) async fn check_pin(
    state: &State,
    device: DeviceId,
    user: UserId,
    typed: &str,
    badge: Option<&str>,
) -> Result<Candidate, Problem> {
    let pin = Pin::parse(typed).ok_or_else(|| Problem::invalid("pin", "needs six digits"))?;
    let (left, found) = state
        .store
        .write(move |tx| -> Result<_, Problem> {
            let found = session::candidate(tx, user)?.ok_or_else(|| Problem::wrong_pin(0))?;
            Ok((throttle::attempt(tx, device, user)?, found))
        })
        .await?;
    let theirs = badge.is_none_or(|badge| found.wears(badge));
    if state.access.pins.fits(pin, found.pin.clone()).await? && theirs {
        Ok(found)
    } else {
        Err(Problem::wrong_pin(left))
    }
}

impl Problem {
    fn wrong_pin(attempts_left: i64) -> Self {
        Self::refused("wrong_pin", "That is not the PIN.").with("attempts_left", attempts_left)
    }

    pub fn kiosk() -> Self {
        let status = actix_web::http::StatusCode::FORBIDDEN;
        Self::new(status, "forbidden", "This screen only shows the board.")
            .with("needs", serde_json::json!([]))
    }
}

impl From<ThrottleError> for Problem {
    fn from(error: ThrottleError) -> Self {
        match error {
            ThrottleError::Wait { retry_after_s } => Self::too_many_requests(retry_after_s),
            ThrottleError::Store(error) => error.into(),
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Invalid => Self::invalid("key", "is no public key of P-256"),
            KeyError::TooMany => Self::refused(
                "too_many_keys",
                "This sign-in has five keys already. Sign out and in again.",
            ),
            KeyError::Over => Self::signed_out(),
            KeyError::Store(error) => error.into(),
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::WrongPin => Self::wrong_pin(throttle::TRIES),
            SessionError::Over => Self::signed_out(),
            SessionError::Store(error) => error.into(),
        }
    }
}
