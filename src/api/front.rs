//! What stands before every route: which hosts are answered, where people are sent on to, which writes
//! are from our own page, whether the disk takes them, and the headers that every answer carries.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError};

use super::{Problem, State};
use crate::net::host::Host;

/// The app loads from the box alone; the scanner's wasm needs its own word. Style attributes in
/// markup are refused, so screens set style through the CSSOM.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
    worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The outermost layer of the app.
pub async fn front(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let api = request.path().starts_with("/api/");
    let mut response = match stop(&request) {
        Some(instead) => request.into_response(instead),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// The answer to a request that goes no further.
fn stop(request: &ServiceRequest) -> Option<HttpResponse> {
    let state = request.app_data::<State>().expect("the app has its state");
    let host = host(request);
    match state.site.judge(host) {
        Host::Refused => return Some(wrong_host(&state.site.origin).error_response()),
        Host::Other if is_navigation(request) && !is_own_machine(host) => {
            let target = request.uri().path_and_query().map_or("/", |rest| rest.as_str());
            return Some(
                HttpResponse::PermanentRedirect()
                    .insert_header((header::LOCATION, format!("{}{target}", state.site.origin)))
                    // Kept by no browser: a box may lose or get a name.
                    .insert_header((header::CACHE_CONTROL, "no-store"))
                    .finish(),
            );
        }
        Host::Canonical | Host::Other => {}
    }
    let refused = foreign(request, host).or_else(|| {
        let writes = !is_read(request.method());
        (writes && state.disk.is_full()).then(|| crate::store::StoreError::DiskFull.into())
    });
    refused.map(|problem| problem.error_response())
}

/// Not through `connection_info`, which believes what a proxy claims; there is none.
fn host(request: &ServiceRequest) -> Option<&str> {
    let authority = request.uri().authority().map(|authority| authority.as_str());
    authority.or_else(|| text(request.headers(), &header::HOST))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A person opening a page, as opposed to a page asking for data.
fn is_navigation(request: &ServiceRequest) -> bool {
    let mode = HeaderName::from_static("sec-fetch-mode");
    let page = match text(request.headers(), &mode) {
        Some(mode) => mode == "navigate",
        None => text(request.headers(), &header::ACCEPT).is_some_and(|a| a.contains("text/html")),
    };
    let told_apart = request.path().starts_with("/api/") || request.path() == "/healthz";
    page && is_read(request.method()) && !told_apart
}

/// Somebody at the machine itself (the demo): there the canonical name may not resolve at all.
fn is_own_machine(host: Option<&str>) -> bool {
    let name = host.unwrap_or("");
    ["localhost", "127.", "[::1]"].iter().any(|own| name.starts_with(own))
}

/// Why a request is not from our own page: the answer to forged writes, besides the cookies' own rules.
fn foreign(request: &ServiceRequest, host: Option<&str>) -> Option<Problem> {
    let headers = request.headers();
    let site = text(headers, &HeaderName::from_static("sec-fetch-site"));
    let elsewhere = !matches!(site, None | Some("same-origin" | "none"));
    if is_read(request.method()) {
        return (elsewhere && request.path().starts_with("/api/")).then(cross_origin);
    }
    let own = host.map(|host| format!("https://{host}"));
    let origin = text(headers, &header::ORIGIN);
    if elsewhere || origin.is_none() || origin != own.as_deref() {
        return Some(cross_origin());
    }
    let length = text(headers, &header::CONTENT_LENGTH);
    let body = length.is_some_and(|length| length != "0")
        || headers.contains_key(header::TRANSFER_ENCODING);
    let json = text(headers, &header::CONTENT_TYPE)
        .is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == JSON));
    // A file that is taken in has a type of its own.
    (body && !json && request.path() != "/api/v1/imports").then(|| {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Problem::new(status, "bad_request", "The box takes JSON only.")
            .with("field", "Content-Type")
    })
}

const JSON: &str = "application/json";

fn cross_origin() -> Problem {
    let detail = "Another page tried to use the box. Open the box's own address.";
    Problem::new(StatusCode::FORBIDDEN, "cross_origin", detail)
}

fn wrong_host(origin: &str) -> Problem {
    let detail = format!("The box does not go by that name. Open {origin}.");
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", detail).with("origin", origin)
}
