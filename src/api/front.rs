//! What stands before every route: which hosts are answered, where people are sent on to, which writes
//! are from our own page, whether the disk takes them, and the headers that every answer carries.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::uri::Authority;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError};

use super::write::BODY_LIMIT;
use super::{Problem, State, order_intake};
use crate::net::host::Host;

/// The app loads from the box alone; the scanner's wasm needs its own word. Style attributes in
/// markup are refused, so screens set style through the CSSOM.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; object-src 'none'; \
    base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// On every answer, but where it has a policy of its own. No HSTS: with a root of its own, a box that lost it would lock everybody out.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::PERMISSIONS_POLICY, "camera=(self)"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// The largest file that can be taken in.
pub const IMPORT_LIMIT: usize = 64 << 20;
/// Where whole files come in.
const FILES: [&str; 6] = [
    "/api/v1/imports",
    "/api/v1/shipments/file",
    "/api/v1/licenses",
    "/api/v1/documents",
    "/api/v1/intents/entered",
    "/api/v1/orders/file",
];

/// Whether a whole file comes in there.
pub fn takes_files(path: &str) -> bool {
    FILES.contains(&path)
}

/// The outermost layer of the app.
pub async fn front(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let api = request.path().starts_with("/api/");
    let mut response = match stop(&request) {
        Some(instead) => request.into_response(instead),
        None => match next.call(request).await {
            Ok(response) => response.map_into_boxed_body(),
            Err(error) => {
                // A gate's refusal: dressed here, for it passes by what follows.
                let mut response = error.error_response();
                dress(response.headers_mut(), api);
                return Err(InternalError::from_response(error, response).into());
            }
        },
    };
    dress(response.headers_mut(), api);
    Ok(response)
}

fn dress(headers: &mut HeaderMap, api: bool) {
    for (name, value) in HEADERS {
        if name != header::CONTENT_SECURITY_POLICY || !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
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
        Host::Canonical | Host::Brought | Host::Other => {}
    }
    let refused = foreign(request, host).or_else(|| too_large(request)).or_else(|| {
        let writes = !is_read(request.method());
        (writes && state.disk.is_full()).then(|| crate::store::StoreError::DiskFull.into())
    });
    refused.map(|problem| problem.error_response())
}

/// Not through `connection_info`, which believes what a proxy claims; there is none.
fn host(request: &ServiceRequest) -> Option<&str> {
    let mut headers = request.headers().get_all(header::HOST);
    let header = headers.next().map(HeaderValue::to_str).transpose().ok()?;
    let authority = request.uri().authority().map(Authority::as_str);
    match (authority, header, headers.next()) {
        // Two names are none.
        (_, _, Some(_)) => None,
        (Some(one), Some(other), None) => one.eq_ignore_ascii_case(other).then_some(one),
        (one, other, None) => one.or(other),
    }
}

/// A body that says it is larger than the box takes; one that does not say is cut off while it is read.
fn too_large(request: &ServiceRequest) -> Option<Problem> {
    let limit = if takes_files(request.path()) { IMPORT_LIMIT } else { BODY_LIMIT };
    let length = text(request.headers(), &header::CONTENT_LENGTH)?.parse::<u64>().ok()?;
    (length > limit as u64).then(|| {
        let detail = format!("That is larger than the {} KiB the box takes at once.", limit >> 10);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    })
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
    // A forwarder is no page; its message proves itself.
    if request.path().starts_with(order_intake::PREFIX) {
        return elsewhere.then(cross_origin);
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
    (body && !json && !takes_files(request.path())).then(|| {
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
