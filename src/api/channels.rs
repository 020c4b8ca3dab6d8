//! Where messages go that leave the box: a webhook, and mail through the store's own server.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::write::{Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::notice::ChannelKind;
use crate::store::StoreError;
use crate::workflow::channel::{
    self, ChannelError, Channels, EmailChannel, EmailInput, WebhookChannel, WebhookInput,
    WebhookSet,
};

/// The ways out of the box, and how it stands with what was sent. No answer holds a secret.
#[utoipa::path(get, path = "/api/v1/channels", tag = "settings",
    responses((status = 200, body = Channels)))]
pub async fn get(state: State) -> Answer {
    super::read(&state, channel::channels).await
}

/// A webhook as it was set.
#[derive(Serialize, utoipa::ToSchema)]
pub struct WebhookAnswer {
    pub channel: WebhookChannel,
    /// The signing key, "whsec_" and base64: only where it is a new one, and not shown again.
    pub key: Option<String>,
}

/// Sets the webhook: each alert is then posted there as [Standard Webhooks
/// 1.0](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) has it,
/// signed, with the same `webhook-id` at every try, for three days. Refusal: `changed_meanwhile`.
#[utoipa::path(put, path = "/api/v1/channels/webhook", tag = "settings", request_body = WebhookInput,
    responses((status = 200, body = WebhookAnswer), (status = 400, body = Problem),
        (status = 409, body = Problem)))]
pub async fn put_webhook(state: State, write: Write<WebhookInput>) -> Answer {
    let done = write.done(&state, channel::set_webhook).await?;
    let set: WebhookSet = serde_json::from_slice(&done.body)
        .map_err(|error| StoreError::Invariant(format!("recorded answer: {error}")))?;
    // The recorded answer is without it.
    let key = if set.fresh { state.store.read(channel::signing_key).await? } else { None };
    Ok(json(WebhookAnswer { channel: set.channel, key }))
}

fn json<T: Serialize>(answer: T) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer)
}

/// Sets the mail server and who gets mail. Refusal: `changed_meanwhile`.
#[utoipa::path(put, path = "/api/v1/channels/email", tag = "settings", request_body = EmailInput,
    responses((status = 200, body = EmailChannel), (status = 400, body = Problem),
        (status = 409, body = Problem)))]
pub async fn put_email(state: State, write: Write<EmailInput>) -> Answer {
    write.run(&state, channel::set_email).await
}

/// Takes a channel away, with its secret and what waits for it.
#[utoipa::path(delete, path = "/api/v1/channels/{kind}", tag = "settings",
    params(("kind" = inline(ChannelKind), Path)), request_body = Nothing,
    responses((status = 200, body = Channels), (status = 404, body = Problem)))]
pub async fn delete(state: State, kind: Path<ChannelKind>, write: Write<Nothing>) -> Answer {
    write.run(&state, move |tx, by, _| channel::remove(tx, by, *kind)).await
}

/// Sends a message that says only that it came from here.
#[utoipa::path(post, path = "/api/v1/channels/{kind}/test", tag = "settings",
    params(("kind" = inline(ChannelKind), Path)), request_body = Nothing,
    responses((status = 200, body = Channels), (status = 404, body = Problem)))]
pub async fn test(state: State, kind: Path<ChannelKind>, write: Write<Nothing>) -> Answer {
    write.run(&state, move |tx, by, _| channel::test(tx, by, *kind)).await
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        match error {
            ChannelError::Invalid { field, why } => Self::invalid(field, why),
            ChannelError::ChangedMeanwhile => Self::refused(
                "changed_meanwhile",
                "Somebody else changed it meanwhile. Look at theirs first.",
            ),
            ChannelError::NotSetUp => Self::not_found("channel"),
            ChannelError::Store(error) => error.into(),
        }
    }
}
