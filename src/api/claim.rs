//! First start: the claim.

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::write::Read;
use super::{Answer, Problem, State, cookie};
use crate::workflow::claim::{self, ClaimError, ClaimInput, ClaimSecrets, SetupError};
use crate::workflow::device::Device;
use crate::workflow::pin::Pin;
use crate::workflow::refs::UserRef;
use crate::workflow::secret::Secret;

/// The box has an owner.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct Claimed {
    pub user: UserRef,
    /// The owner's PIN: shown once, never again.
    pub pin: String,
    pub device: Device,
}

/// Makes the box a store's, with the code on its console. Enrols the device that asks and signs the
/// owner in. Refusals: `setup_closed`, `wrong_code` (+`attempts_left`), `already_claimed_box`.
#[utoipa::path(post, path = "/api/v1/claim", tag = "sign-in", request_body = ClaimInput,
    responses((status = 200, body = Claimed), (status = 409, body = Problem)))]
pub async fn post(state: State, request: HttpRequest, input: Read<ClaimInput>) -> Answer {
    let input = input.0;
    if state.store.head().seq != 0 {
        return Err(ClaimError::AlreadyClaimed.into());
    }
    state.access.admit_guess(request.peer_addr().map(|peer| peer.ip()))?;
    state.access.setup.check(state.store.clock().now(), &input.code)?;
    let pin = Pin::random();
    let (device, session) = (Secret::token(), Secret::token());
    let secrets = ClaimSecrets {
        pin: state.access.pins.hash(pin.clone()).await?,
        device: device.hash(),
        session: session.hash(),
    };
    let made = state.store.write(move |tx| claim::claim(tx, &input, &secrets)).await?;
    state.access.setup.close();
    let claimed = Claimed { user: made.user, pin: pin.text().into(), device: made.device };
    Ok(HttpResponse::Ok()
        .append_header((SET_COOKIE, cookie::device(&device)))
        .append_header((SET_COOKIE, cookie::session(&session)))
        .json(claimed))
}

impl From<SetupError> for Problem {
    fn from(error: SetupError) -> Self {
        match error {
            SetupError::Closed => Self::refused(
                "setup_closed",
                "The setup window is closed. On the box, run: backstock claim-code",
            ),
            SetupError::WrongCode { attempts_left } => {
                Self::refused("wrong_code", "That is not the code on the box's console.")
                    .with("attempts_left", attempts_left)
            }
        }
    }
}

impl From<ClaimError> for Problem {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::AlreadyClaimed => {
                Self::refused("already_claimed_box", "This box has an owner already. Sign in.")
            }
            ClaimError::Invalid { field, why } => Self::invalid(field, why),
            ClaimError::Store(error) => error.into(),
        }
    }
}
