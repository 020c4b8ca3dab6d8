//! A write from a device: its JSON, its request id, and who asks. `run` is the whole path of a
//! command: replay or do it, in one job of the writer thread.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::caller::PersonCaller;
use super::{Answer, Problem, State, eyes, signed};
use crate::domain::id::UserId;
use crate::domain::time::At;
use crate::ledger::Actor;
use crate::store::Tx;
use crate::workflow::replay::{self, Asked};

/// The request id of a write.
pub const KEY: &str = "Idempotency-Key";
/// The device's own clock when the person did it.
pub const DEVICE_TIME: &str = "Device-Time";
/// The largest JSON body of a command.
pub const BODY_LIMIT: usize = 256 << 10;

/// A parsed write. `I` has `deny_unknown_fields`: a misspelt field is told, not ignored.
pub struct Write<I> {
    pub input: I,
    pub by: Actor,
    asked: Asked,
}

impl<I: Send + 'static> Write<I> {
    /// Does the command once and answers with what it returns. A replay gets the recorded answer.
    pub async fn run<T, E, F>(self, state: &State, f: F) -> Answer
    where
        F: FnOnce(&Tx<'_>, &Actor, &I) -> Result<T, E> + Send + 'static,
        T: Serialize,
        E: Into<Problem>,
    {
        Ok(answered(self.done(state, f).await?))
    }

    /// As [`Write::run`], for a pick, which may serve orders. It is recorded without what is their customers': that
    /// goes in time, sooner than what is recorded. A replay tells of the work alone.
    pub async fn run_named<T, E, F>(self, state: &State, f: F) -> Answer
    where
        F: FnOnce(&Tx<'_>, &Actor, &I) -> Result<T, E> + Send + 'static,
        T: Serialize,
        E: Into<Problem>,
    {
        let Self { input, by, asked } = self;
        let job = move |tx: &Tx<'_>| -> Result<replay::Answer, Problem> {
            let mut whole = Vec::new();
            let answer = replay::once(tx, &asked, || {
                let done =
                    f(tx, &by, &input).map_err(|refused| eyes::hush(tx, &by, refused.into()))?;
                let fault = |error: serde_json::Error| {
                    Problem::from(crate::store::StoreError::Invariant(error.to_string()))
                };
                let mut told = serde_json::to_value(&done).map_err(fault)?;
                whole = serde_json::to_vec(&told).map_err(fault)?;
                unname(&mut told);
                serde_json::to_vec(&told).map_err(fault)
            })?;
            Ok(if answer.replayed { answer } else { replay::Answer { body: whole, ..answer } })
        };
        Ok(answered(state.store.write(job).await?))
    }

    /// As [`Write::run`], for an answer that shows more than is recorded (a PIN, a pairing secret).
    pub async fn done<T, E, F>(self, state: &State, f: F) -> Result<replay::Answer, Problem>
    where
        F: FnOnce(&Tx<'_>, &Actor, &I) -> Result<T, E> + Send + 'static,
        T: Serialize,
        E: Into<Problem>,
    {
        state.store.write(self.job(f)).await
    }

    /// The job of the writer thread itself, for a handler that has more to do around it.
    pub fn job<T, E, F>(
        self,
        f: F,
    ) -> impl FnOnce(&Tx<'_>) -> Result<replay::Answer, Problem> + Send + 'static
    where
        F: FnOnce(&Tx<'_>, &Actor, &I) -> Result<T, E> + Send + 'static,
        T: Serialize,
        E: Into<Problem>,
    {
        let Self { input, by, asked } = self;
        move |tx| {
            replay::once(tx, &asked, || {
                let done =
                    f(tx, &by, &input).map_err(|refused| eyes::hush(tx, &by, refused.into()))?;
                serde_json::to_vec(&done).map_err(|error| {
                    Problem::from(crate::store::StoreError::Invariant(error.to_string()))
                })
            })
        }
    }

    /// What this very request was answered before: for a handler that does more than the one command that
    /// would find out.
    pub async fn before(&self, state: &State) -> Result<Option<replay::Answer>, Problem> {
        let asked = self.asked;
        state.store.read(move |db| Ok(replay::before(db, &asked)?)).await
    }

    /// Who asks.
    pub const fn by(&self) -> &Actor {
        &self.by
    }

    /// The request id and the device it is of.
    pub fn asked_by(&self) -> (Uuid, crate::domain::id::DeviceId) {
        (self.asked.key, self.asked.device)
    }
}

impl<I: DeserializeOwned + 'static> FromRequest for Write<I> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let body = web::Bytes::from_request(&request, payload);
        Box::pin(async move {
            let person = signed::writer(&request)?;
            let body = body.await.map_err(|error| body_problem(&error))?;
            let key = key(&request)?;
            let input = parse(&body)?;
            Ok(Self::new(&request, person, key, input, body))
        })
    }
}

impl<I> Write<I> {
    fn new(
        request: &HttpRequest,
        person: PersonCaller,
        key: Uuid,
        input: I,
        body: web::Bytes,
    ) -> Self {
        let content = Said::of(request, body).content(person.user);
        let actor = Actor::person(person.user, person.role, person.device, person.session);
        let by = Actor { key: Some(key), device_time: device_time(request), ..actor };
        Self { input, by, asked: Asked { key, device: person.device, content } }
    }
}

/// What of a pick is its orders' customers' (the number that a line has on the slip is not).
const CUSTOMERS: [&str; 3] = ["number", "window_from", "window_to"];

/// Leaves out of an answer what is customers'.
fn unname(told: &mut Value) {
    match told {
        Value::Object(members) => {
            for (name, value) in members {
                if CUSTOMERS.contains(&name.as_str()) && !value.is_number() {
                    *value = Value::Null;
                } else {
                    unname(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(unname),
        _ => {}
    }
}

pub fn key(request: &HttpRequest) -> Result<Uuid, Problem> {
    let header = request.headers().get(KEY).and_then(|value| value.to_str().ok());
    header
        .and_then(|text| Uuid::parse_str(text).ok())
        .ok_or_else(|| Problem::invalid(KEY, "a write needs this header, with a UUID of its own"))
}

/// A command's recorded answer as a response.
pub fn answered(answer: replay::Answer) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type("application/json");
    if answer.replayed {
        response.insert_header(("Idempotent-Replay", "true"));
    }
    response.body(answer.body)
}

fn device_time(request: &HttpRequest) -> Option<At> {
    request.headers().get(DEVICE_TIME).and_then(|value| value.to_str().ok()).and_then(At::parse)
}

/// Where a request goes, and every byte it says.
pub struct Said {
    method: String,
    path: String,
    query: String,
    body: web::Bytes,
}

impl Said {
    pub fn of(request: &HttpRequest, body: web::Bytes) -> Self {
        let (path, query) = (request.path().to_owned(), request.query_string().to_owned());
        Self { method: request.method().to_string(), path, query, body }
    }

    /// What makes it the same request again, if this person asks.
    pub fn content(&self, user: UserId) -> [u8; 32] {
        let mut sha = Sha256::new();
        sha.update(user.0.to_be_bytes());
        sha.update(&self.method);
        sha.update(&self.path);
        sha.update(&self.query);
        sha.update([0]);
        sha.update(&self.body);
        sha.finalize().into()
    }
}

/// An empty body reads as an empty object.
fn parse<I: DeserializeOwned>(body: &[u8]) -> Result<I, Problem> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body)
        .map_err(|error| Problem::invalid("body", format!("cannot be read: {error}")))
}

pub fn body_problem(error: &actix_web::Error) -> Problem {
    let status = error.as_response_error().status_code();
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(status, "too_large", "That is larger than the box takes at once.");
    }
    Problem::invalid("body", "did not arrive whole")
}

/// The largest file that can be handed in.
pub const UPLOAD_LIMIT: usize = 32 << 20;

/// A body of at most so many bytes.
pub async fn whole(payload: &mut Payload, limit: usize) -> Result<web::Bytes, Problem> {
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::invalid("body", "did not arrive whole"))?;
        if bytes.len() + chunk.len() > limit {
            let detail = format!("That is above the {} KiB that go at once here.", limit >> 10);
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// A write whose body is a file as it is.
pub struct Upload {
    pub bytes: web::Bytes,
    pub write: Write<Nothing>,
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let person = signed::writer(&request)?;
            let key = key(&request)?;
            let bytes = whole(&mut payload, UPLOAD_LIMIT).await?;
            let write = Write::new(&request, person, key, Nothing {}, bytes.clone());
            Ok(Self { bytes, write })
        })
    }
}

/// Reads JSON that changes no book (sign-in, approvals): no request id, no replay.
pub struct Read<I>(pub I);

impl<I: DeserializeOwned + 'static> FromRequest for Read<I> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let body = body.await.map_err(|error| body_problem(&error))?;
            parse(&body).map(Self)
        })
    }
}

/// A command without input.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
