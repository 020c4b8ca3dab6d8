//! Where online orders come from.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::orders::unkept;
use super::write::{Nothing, Write};
use super::{Answer, Problem, State};
use crate::domain::id::{DeviceId, OrderSourceId, SourceItemId};
use crate::workflow::ordering::{self, OrderSource, OrderSourceInput, OrderSources, SourceItems};
use crate::workflow::secret::Secret;

/// Where orders come from. No answer holds a secret.
#[utoipa::path(get, path = "/api/v1/order-sources", tag = "orders",
    responses((status = 200, body = OrderSources)))]
pub async fn list(state: State) -> Answer {
    super::read(&state, ordering::sources).await
}

/// Adds a source. Refusal: `name_taken` (+`field`).
#[utoipa::path(post, path = "/api/v1/order-sources", tag = "orders", request_body = OrderSourceInput,
    responses((status = 200, body = OrderSource), (status = 409, body = Problem)))]
pub async fn post(state: State, write: Write<OrderSourceInput>) -> Answer {
    write.run(&state, ordering::add_source).await
}

/// Changes a source; one that proves itself otherwise needs a new secret. Refusals: `name_taken`,
/// `changed_meanwhile`.
#[utoipa::path(put, path = "/api/v1/order-sources/{id}", tag = "orders", request_body = OrderSourceInput,
    params(("id" = i64, Path)), responses((status = 200, body = OrderSource), (status = 409, body = Problem)))]
pub async fn put(state: State, id: Path<i64>, write: Write<OrderSourceInput>) -> Answer {
    let id = OrderSourceId(*id);
    write.run(&state, move |tx, by, input| ordering::edit_source(tx, by, id, input)).await
}

#[derive(Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderSecretInput {
    /// The source's own secret, where it gives one (Weedmaps does); a new one is made where not.
    #[serde(default)]
    pub secret: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct OrderSecret {
    /// Shown this once.
    pub secret: String,
}

/// Sets the secret that a source's messages are proven with. Asked for again, the same is shown: one that the box
/// makes is derived from the request. Refusal: `source_closed`.
#[utoipa::path(post, path = "/api/v1/order-sources/{id}/secret", tag = "orders",
    request_body = OrderSecretInput, params(("id" = i64, Path)),
    responses((status = 200, body = OrderSecret), (status = 409, body = Problem)))]
pub async fn secret(state: State, id: Path<i64>, write: Write<OrderSecretInput>) -> Answer {
    let id = OrderSourceId(*id);
    let given = write.input.secret.clone().map(|text| text.trim().to_owned());
    let (key, asker) = write.asked_by();
    let set = given.clone().unwrap_or_else(|| made(&state, key, asker));
    let done = write.done(&state, move |tx, by, _| ordering::set_secret(tx, by, id, &set)).await?;
    let secret = given.unwrap_or_else(|| made(&state, key, done.device));
    Ok(unkept(OrderSecret { secret }))
}

/// The secret of one request, of whichever device asked first.
fn made(state: &State, key: Uuid, asked_first: DeviceId) -> String {
    let bytes = state.access.pins.pepper().derive("order source", key, asked_first);
    Secret::long(bytes).text().to_owned()
}

/// What a source's items mean, by name: what people said once.
#[utoipa::path(get, path = "/api/v1/order-sources/{id}/items", tag = "orders",
    params(("id" = i64, Path)),
    responses((status = 200, body = SourceItems), (status = 404, body = Problem)))]
pub async fn items(state: State, id: Path<i64>) -> Answer {
    let id = OrderSourceId(*id);
    super::read(&state, move |db| ordering::source_items(db, id)).await
}

/// Forgets what an item means: orders stay as they are, and the next one asks again. 200 with an empty object.
#[utoipa::path(delete, path = "/api/v1/order-sources/{id}/items/{item}", tag = "orders",
    request_body = Nothing, params(("id" = i64, Path), ("item" = i64, Path)),
    responses((status = 200, body = Nothing), (status = 404, body = Problem)))]
pub async fn forget(state: State, path: Path<(i64, i64)>, write: Write<Nothing>) -> Answer {
    let (id, item) = (OrderSourceId(path.0), SourceItemId(path.1));
    write
        .run(&state, move |tx, by, _| {
            ordering::forget_item(tx, by, id, item).map(|()| Nothing::default())
        })
        .await
}
