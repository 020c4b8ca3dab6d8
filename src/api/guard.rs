//! In front of the whole app: which host is meant, which page asks, how much it may send; and the headers
//! that every answer carries. Knows no person and no route.

use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::uri::Authority;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;

use super::write::BODY_LIMIT;
use super::{Problem, State};

/// The largest file that can be imported.
pub const IMPORT_LIMIT: usize = 64 << 20;
pub const IMPORTS: &str = "/api/v1/imports";

const CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; object-src 'none'; \
    base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// On every answer. No HSTS: with a root of its own, a box that lost it would lock everybody out.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::PERMISSIONS_POLICY, "camera=(self)"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// The middleware, for `App::wrap(from_fn(guard))`: outermost, so that nothing answers past it.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let api = request.path().starts_with("/api/");
    let state = request.app_data::<State>().expect("the app has its state");
    if let Err(problem) = check(&request, state) {
        let mut response = problem.error_response();
        dress(response.headers_mut(), api);
        return Ok(request.into_response(response));
    }
    match next.call(request).await {
        Ok(response) => {
            let mut response = response.map_into_boxed_body();
            dress(response.headers_mut(), api);
            Ok(response)
        }
        Err(error) => {
            let mut response = error.error_response();
            dress(response.headers_mut(), api);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

fn dress(headers: &mut HeaderMap, api: bool) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn check(request: &ServiceRequest, state: &State) -> Result<(), Problem> {
    let ours = &state.access.hosts;
    if !host(request).is_some_and(|host| ours(host)) {
        let detail = "This box does not answer to that name.";
        return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", detail));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(());
    }
    check_origin(request.headers(), ours.as_ref())?;
    check_content(request)
}

/// The one host that a request names: HTTP/2's `:authority`, or the `Host` header. None where it names
/// none or two.
fn host(request: &ServiceRequest) -> Option<&str> {
    let mut headers = request.headers().get_all(header::HOST);
    let header = headers.next().map(HeaderValue::to_str).transpose().ok()?;
    let authority = request.uri().authority().map(Authority::as_str);
    match (authority, header, headers.next()) {
        (_, _, Some(_)) => None,
        (Some(a), Some(b), None) => a.eq_ignore_ascii_case(b).then_some(a),
        (one, other, None) => one.or(other),
    }
}

/// A write comes from a page of this box, or from no page at all.
fn check_origin(headers: &HeaderMap, ours: &dyn Fn(&str) -> bool) -> Result<(), Problem> {
    let refused = || {
        let detail = "Another page asked for this. Open the app of this box and do it there.";
        Problem::new(StatusCode::FORBIDDEN, "cross_origin", detail)
    };
    for origin in headers.get_all(header::ORIGIN) {
        let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("https://"));
        if !host.is_some_and(ours) {
            return Err(refused());
        }
    }
    for site in headers.get_all("Sec-Fetch-Site") {
        if !matches!(site.as_bytes(), b"same-origin" | b"none") {
            return Err(refused());
        }
    }
    Ok(())
}

fn check_content(request: &ServiceRequest) -> Result<(), Problem> {
    let headers = request.headers();
    let import = request.path() == IMPORTS;
    let limit = if import { IMPORT_LIMIT } else { BODY_LIMIT };
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length = length.and_then(|text| text.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        let detail = format!("That is larger than the {} KiB the box takes at once.", limit >> 10);
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail));
    }
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = media.and_then(|media| media.split(';').next()).map_or("", str::trim);
    // A DELETE is never sent across origins without being asked about first, so it may come bare.
    let bare = *request.method() == Method::DELETE && media.is_empty();
    if import || bare || media.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "A write needs Content-Type: application/json.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type", detail))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn ours(host: &str) -> bool {
        host == "box.local" || host == "box.local:8443"
    }

    fn origin(name: &'static str, value: &'static str) -> Result<(), Problem> {
        let request = TestRequest::post().insert_header((name, value)).to_srv_request();
        check_origin(request.headers(), &ours)
    }

    #[test]
    fn a_write_comes_from_our_own_page_or_from_none() {
        assert!(origin("Origin", "https://box.local:8443").is_ok());
        assert!(origin("Sec-Fetch-Site", "same-origin").is_ok());
        assert!(origin("Sec-Fetch-Site", "none").is_ok());
        assert!(origin("Accept", "*/*").is_ok());
        for (name, value) in [
            ("Origin", "https://evil.example"),
            ("Origin", "http://box.local"),
            ("Origin", "null"),
            ("Sec-Fetch-Site", "same-site"),
            ("Sec-Fetch-Site", "cross-site"),
        ] {
            assert_eq!(origin(name, value).unwrap_err().code, "cross_origin", "{name}: {value}");
        }
    }

    #[test]
    fn a_form_cannot_write_and_a_large_body_is_refused() {
        let content = |path: &str, media: &'static str, length: usize| {
            let request = TestRequest::post()
                .uri(path)
                .insert_header((header::CONTENT_TYPE, media))
                .insert_header((header::CONTENT_LENGTH, length))
                .to_srv_request();
            check_content(&request).map_err(|problem| problem.code)
        };
        let moves = "/api/v1/moves";
        assert_eq!(content(moves, "application/json", BODY_LIMIT), Ok(()));
        assert_eq!(content(moves, "application/json; charset=utf-8", 2), Ok(()));
        assert_eq!(content(moves, "text/plain", 2), Err("wrong_content_type"));
        assert_eq!(content(moves, "application/json", BODY_LIMIT + 1), Err("too_large"));
        assert_eq!(content(IMPORTS, "text/csv", BODY_LIMIT + 1), Ok(()));
        assert_eq!(content(IMPORTS, "text/csv", IMPORT_LIMIT + 1), Err("too_large"));
    }

    #[test]
    fn a_request_names_one_host() {
        let named = |build: TestRequest| {
            let request = build.to_srv_request();
            host(&request).map(str::to_owned)
        };
        let get = TestRequest::get;
        assert_eq!(named(get()), None);
        assert_eq!(named(get().insert_header(("Host", "a"))), Some("a".into()));
        let twice = get().append_header(("Host", "a")).append_header(("Host", "b"));
        assert_eq!(named(twice), None);
        let differ = get().uri("https://a/").insert_header(("Host", "b"));
        assert_eq!(named(differ), None);
    }
}
