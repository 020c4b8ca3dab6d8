//! Refusals and faults as RFC 9457 problem details: a stable `code`, and a sentence that a person at
//! the counter understands. Faults are logged once and answered opaquely.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::store::StoreError;
use crate::workflow::replay::ReplayError;

/// `application/problem+json`. Further members depend on `code` and are listed with each refusal.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// "/problems/" and the code.
    pub r#type: String,
    /// The code in words.
    pub title: String,
    pub status: u16,
    /// Stable; what a client branches on.
    pub code: &'static str,
    /// What was wrong and what to do, in English.
    pub detail: String,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub more: Map<String, Value>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let mut title = code.replace('_', " ");
        if let Some(first) = title.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        Self {
            r#type: format!("/problems/{code}"),
            title,
            status: status.as_u16(),
            code,
            detail: detail.into(),
            more: Map::new(),
        }
    }

    /// 409: the command is refused as things stand.
    pub fn refused(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what}."))
    }

    /// 400, naming the field.
    pub fn invalid(field: &str, why: impl fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", format!("{field}: {why}."))
            .with("field", field)
    }

    /// Adds a member that the code's description names.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.more.insert(name.into(), serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }

    /// 500: logged here, once, and told opaquely.
    pub fn fault(error: &dyn fmt::Display) -> Self {
        tracing::error!(%error, "fault");
        let detail = "Something went wrong on the box. Nothing was changed; try again.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response
            .insert_header(ContentType("application/problem+json".parse().expect("a media type")));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(after) = self.more.get("retry_after_s").and_then(Value::as_i64) {
            response.insert_header((header::RETRY_AFTER, after.to_string()));
        }
        response.body(serde_json::to_vec(self).unwrap_or_default())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        match error {
            StoreError::Busy => Self::new(unavailable, "busy", "The box is busy. Try again."),
            StoreError::OutcomeUnknown => Self::new(
                unavailable,
                "outcome_unknown",
                "The box could not tell whether this was saved. It is retried under the same number.",
            ),
            StoreError::DiskFull => Self::new(
                unavailable,
                "disk_full",
                "The box's disk is full: nothing was saved. Tell a manager.",
            ),
            StoreError::Deadline => {
                Self::new(unavailable, "busy", "That took too long to look up. Try again.")
            }
            StoreError::Sql(_) | StoreError::Panicked | StoreError::Invariant(_) => {
                Self::fault(&error)
            }
        }
    }
}

impl From<crate::store::SqlError> for Problem {
    fn from(error: crate::store::SqlError) -> Self {
        StoreError::Sql(error).into()
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "key_reused",
                "This request id was already used for something else.",
            ),
            ReplayError::Store(error) => error.into(),
        }
    }
}
