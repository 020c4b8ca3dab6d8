//! Live updates by server-sent events: what changed, to whoever may know of it. An event says which
//! things to fetch again, never what they hold now; so a repeated event does no harm and a missed one is
//! made good by `reset`.

mod hub;
mod stream;

use actix_web::http::{StatusCode, header};
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::caller::Caller;
use super::{Answer, Problem, State};
use crate::domain::role::Permission as P;
use crate::domain::topic::Topic;
pub use hub::{Hub, Limits};

/// Where the stream is.
pub const PATH: &str = "/api/v1/live";

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct LiveQuery {
    /// As `Last-Event-ID`, for a device that kept a copy and begins a new stream; the header wins.
    after: Option<String>,
}

/// The stream. `Last-Event-ID` resumes it: what was missed is told, or `reset` where that is not known.
#[utoipa::path(get, path = "/api/v1/live", tag = "box",
    params(LiveQuery, ("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, content_type = "text/event-stream", body = String),
        (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn get(
    request: HttpRequest,
    state: State,
    caller: Caller,
    query: Query<LiveQuery>,
) -> Answer {
    let device = caller.device.as_ref().ok_or_else(Problem::not_enrolled)?.id;
    let last = request.headers().get("Last-Event-ID").and_then(|value| value.to_str().ok());
    let heard = state.live.join(device, last.or(query.after.as_deref())).ok_or_else(|| {
        let detail = "Too many screens are open on this box. Close some and try again.";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
            .with("retry_after_s", 15)
    })?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(stream::events(state, caller, heard)))
}

/// Whether a caller may hear of a topic at all. A kiosk hears what its board shows.
fn may_hear(caller: &Caller, topic: Topic) -> bool {
    let Some(person) = caller.person else {
        let kiosk = caller.device.as_ref().is_some_and(|device| device.kiosk);
        return kiosk
            && matches!(topic, Topic::Requests | Topic::Picks | Topic::Shipments | Topic::Orders);
    };
    let any: &[P] = match topic {
        Topic::Requests | Topic::Picks => &[P::Request, P::Pick, P::ReceiveTote],
        Topic::Stock | Topic::Places | Topic::Products => &[P::SeeStock],
        Topic::Counts => &[P::SeeCounts],
        Topic::Cases => &[P::Cases, P::SeeInvestigations],
        Topic::Tasks => &[P::Tasks],
        Topic::Shipments => &[P::SeeShipments],
        Topic::Alerts => &[P::Alerts],
        Topic::Orders => &[P::SeeOrders],
        Topic::Intents => &[P::SeeAdjustments],
        Topic::Imports => &[P::Import],
        Topic::Users => &[P::People],
        Topic::Devices => &[P::Devices],
        Topic::Channels => &[P::Settings],
        // Everybody's screens show the store's name and keep its limits.
        Topic::Settings => return true,
    };
    any.iter().any(|permission| person.role.may(*permission))
}
