//! People: the tiles of the sign-in screen, and what a manager does with them.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::caller::Caller;
use super::write::{Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::id::UserId;
use crate::domain::words::Language;
use crate::store::StoreError;
use crate::workflow::pin::Pin;
use crate::workflow::refs::UserRef;
use crate::workflow::replay;
use crate::workflow::user::{self, Tile, User, UserError, UserInput};

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Tiles {
    pub people: Vec<Tile>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Users {
    pub users: Vec<User>,
}

/// A person that was added.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct UserAdded {
    pub user: User,
    /// Shown once.
    pub pin: String,
}

/// A new PIN.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct PinIssued {
    pub user: UserRef,
    /// Shown once.
    pub pin: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeInput {
    pub language: Language,
}

/// Who can sign in here.
#[utoipa::path(get, path = "/api/v1/people", tag = "sign-in",
    responses((status = 200, body = Tiles)))]
pub async fn tiles(state: State, caller: Caller) -> Answer {
    if caller.device.is_some_and(|device| device.kiosk) {
        return Err(Problem::kiosk());
    }
    super::read(&state, |db| {
        user::tiles(db).map(|people| Tiles { people }).map_err(StoreError::Sql)
    })
    .await
}

/// Chooses the language of one's own screens.
#[utoipa::path(put, path = "/api/v1/me", tag = "sign-in", request_body = MeInput,
    responses((status = 200, body = User)))]
pub async fn put_me(state: State, write: Write<MeInput>) -> Answer {
    write
        .run(&state, |tx, by, input| {
            let id = by.user.ok_or(UserError::NotFound)?;
            user::set_language(tx, by, id, input.language)
        })
        .await
}

/// Everybody, also the disabled.
#[utoipa::path(get, path = "/api/v1/users", tag = "people",
    responses((status = 200, body = Users)))]
pub async fn list(state: State) -> Answer {
    super::read(&state, |db| user::list(db).map(|users| Users { users }).map_err(StoreError::Sql))
        .await
}

/// Adds a person; the box assigns the PIN. Refusals: `name_taken`, `forbidden`.
#[utoipa::path(post, path = "/api/v1/users", tag = "people", request_body = UserInput,
    responses((status = 200, body = UserAdded), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<UserInput>) -> Answer {
    let (key, stored) = pin_for(&state, &write).await?;
    let answer = write.done(&state, move |tx, by, input| user::add(tx, by, input, &stored)).await?;
    with_pin(&state, &answer, key)
}

/// Changes a person. Refusals: `name_taken`, `forbidden`, `last_owner`.
#[utoipa::path(put, path = "/api/v1/users/{id}", tag = "people", request_body = UserInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = User), (status = 409, body = Problem)))]
pub async fn put(state: State, id: Path<i64>, write: Write<UserInput>) -> Answer {
    write.run(&state, move |tx, by, input| user::edit(tx, by, UserId(*id), input)).await
}

/// Shuts a person out; their sessions and live screens end at once. Refusals: `forbidden`, `last_owner`.
#[utoipa::path(post, path = "/api/v1/users/{id}/disable", tag = "people", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = User), (status = 409, body = Problem)))]
pub async fn disable(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    write.run(&state, move |tx, by, _| user::disable(tx, by, UserId(*id))).await
}

/// Lets a person in again. Refusals: `name_taken`, `forbidden`.
#[utoipa::path(post, path = "/api/v1/users/{id}/enable", tag = "people", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = User), (status = 409, body = Problem)))]
pub async fn enable(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    write.run(&state, move |tx, by, _| user::enable(tx, by, UserId(*id))).await
}

/// Gives a person a new PIN; the old one and their other sessions end. Refusal: `forbidden`.
#[utoipa::path(post, path = "/api/v1/users/{id}/pin", tag = "people", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = PinIssued), (status = 409, body = Problem)))]
pub async fn issue_pin(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let (key, stored) = pin_for(&state, &write).await?;
    let answer =
        write.done(&state, move |tx, by, _| user::issue_pin(tx, by, UserId(*id), &stored)).await?;
    with_pin(&state, &answer, key)
}

/// The request id, and the stored form of the PIN that belongs to it.
async fn pin_for<I: Send + 'static>(
    state: &State,
    write: &Write<I>,
) -> Result<(Uuid, String), Problem> {
    let (key, device) = write.asked_by();
    let pin = Pin::for_request(state.access.pins.pepper(), key, device);
    Ok((key, state.access.pins.hash(pin).await?))
}

/// The recorded answer has no PIN; the one that goes out does: of whichever device asked first.
fn with_pin(state: &State, answer: &replay::Answer, key: Uuid) -> Answer {
    #[derive(Serialize)]
    struct WithPin<'a> {
        user: &'a RawValue,
        pin: &'a str,
    }
    let user = serde_json::from_slice(&answer.body)
        .map_err(|error| StoreError::Invariant(format!("a recorded person: {error}")))?;
    let pin = Pin::for_request(state.access.pins.pepper(), key, answer.device);
    let mut response = HttpResponse::Ok();
    if answer.replayed {
        response.insert_header(("Idempotent-Replay", "true"));
    }
    Ok(response.json(WithPin { user, pin: pin.text() }))
}

impl From<UserError> for Problem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::not_found("person"),
            UserError::Invalid { field, why } => Self::invalid(field, why),
            UserError::NameTaken => Self::refused(
                "name_taken",
                "Somebody has this name already. Add an initial so that people tell them apart.",
            )
            .with("field", "name"),
            UserError::LastOwner => {
                Self::refused("last_owner", "The store needs an owner. Make another one first.")
            }
            UserError::OwnersOnly => Self::new(
                actix_web::http::StatusCode::FORBIDDEN,
                "forbidden",
                "Only an owner makes, changes or disables owners.",
            )
            .with("needs", [crate::domain::role::Role::Owner]),
            UserError::NotClaimed => {
                Self::refused("not_claimed", "The box has no owner yet. Claim it first.")
            }
            UserError::Store(error) => error.into(),
        }
    }
}
