//! Signing in and out on an enrolled device.

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::caller::{Caller, PersonCaller};
use super::write::Read;
use super::{Answer, Problem, State, cookie};
use crate::domain::id::{DeviceId, UserId};
use crate::ledger::Actor;
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
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "sign-in",
    responses((status = 200, body = Session), (status = 401, body = Problem)))]
pub async fn get(state: State, person: PersonCaller) -> Answer {
    answer(&state, person, HttpResponse::Ok()).await
}

/// Signs a person in with their PIN; whoever was signed in on the device is signed out. Refusals:
/// `wrong_pin` (+`attempts_left` before a pause), `too_many_requests` (+`retry_after_s`).
#[utoipa::path(post, path = "/api/v1/session", tag = "sign-in", request_body = SignInInput,
    responses((status = 200, body = Session), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub async fn post(
    state: State,
    request: HttpRequest,
    caller: Caller,
    input: Read<SignInInput>,
) -> Answer {
    let device = caller.device.filter(|device| !device.kiosk).ok_or_else(Problem::kiosk)?.id;
    let SignInInput { user, pin } = input.0;
    let found = check_pin(&state, device, user, &pin).await?;
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

/// Checks a person's PIN as typed on a device, counting wrong ones. The caller clears the count
/// ([`throttle::clear`]) in the command that follows.
pub(super) async fn check_pin(
    state: &State,
    device: DeviceId,
    user: UserId,
    typed: &str,
) -> Result<Candidate, Problem> {
    let pin = Pin::parse(typed).ok_or_else(|| Problem::invalid("pin", "needs six digits"))?;
    let (left, found) = state
        .store
        .write(move |tx| -> Result<_, Problem> {
            let found = session::candidate(tx, user)?.ok_or_else(|| Problem::wrong_pin(0))?;
            Ok((throttle::attempt(tx, device, user)?, found))
        })
        .await?;
    if state.access.pins.fits(pin, found.pin.clone()).await? {
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

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::WrongPin => Self::wrong_pin(throttle::TRIES),
            SessionError::Over => Self::signed_out(),
            SessionError::Store(error) => error.into(),
        }
    }
}
