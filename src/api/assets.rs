//! The web app, built into the program. Hashed files are kept for a year; the shell is asked for every
//! time; what does not exist under /assets is never the shell, so that an old page learns it is old.

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use rust_embed::{Embed, EmbeddedFile};

use super::Problem;

#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

const SHELL: &str = "index.html";
/// Files whose names carry a hash of their content.
const HASHED: &str = "assets/";
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Answers whatever no route took.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return missing();
    }
    let path = request.path().trim_start_matches('/');
    if let Some(name) = exact(path) {
        return file(&request, name);
    }
    let page = !path.starts_with("api/")
        && !path.starts_with(HASHED)
        && !path.rsplit('/').next().unwrap_or("").contains('.');
    if !page {
        return missing();
    }
    if Dist::get(SHELL).is_some() {
        return file(&request, SHELL);
    }
    HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE)
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body("This build of Backstock holds no web app. Build it with `make`, or use the API.\n")
}

fn missing() -> HttpResponse {
    Problem::not_found("page").error_response()
}

/// The file of exactly this name; the compressed forms are not files of their own.
fn exact(path: &str) -> Option<&str> {
    let compressed = ENCODINGS.iter().any(|(_, ending)| path.ends_with(ending));
    (!compressed && Dist::get(path).is_some()).then_some(path)
}

fn file(request: &HttpRequest, name: &str) -> HttpResponse {
    let Some((encoding, found)) = form(request.headers(), name) else { return missing() };
    let hash = &found.metadata.sha256_hash()[..12];
    let etag = format!("\"{}\"", crate::ledger::verify::hex(hash));
    let keep =
        if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let asked = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let unchanged = asked.is_some_and(|tags| tags.split(',').any(|tag| same(tag, &etag)));
    let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CACHE_CONTROL, keep))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::ETAG, etag));
    if unchanged {
        return response.finish();
    }
    response.content_type(media_type(name));
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, encoding));
    }
    match found.data {
        std::borrow::Cow::Borrowed(bytes) => response.body(bytes),
        std::borrow::Cow::Owned(bytes) => response.body(bytes),
    }
}

/// The smallest form that the browser takes.
fn form(headers: &HeaderMap, name: &str) -> Option<(Option<&'static str>, EmbeddedFile)> {
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    for (encoding, ending) in ENCODINGS {
        if accepts(accepted, encoding)
            && let Some(found) = Dist::get(&format!("{name}{ending}"))
        {
            return Some((Some(encoding), found));
        }
    }
    Dist::get(name).map(|found| (None, found))
}

/// Whether `Accept-Encoding` names an encoding with a weight above zero.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        named && weight.is_none_or(|q| q.parse::<f32>().is_ok_and(|q| q > 0.0))
    })
}

fn same(asked: &str, etag: &str) -> bool {
    let asked = asked.trim();
    asked == "*" || asked.strip_prefix("W/").unwrap_or(asked) == etag
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_at_their_word() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=0.1", "br"));
        for refused in ["", "gzip", "br;q=0", "br;q=0.000", "brotli", "br;q=x"] {
            assert!(!accepts(refused, "br"), "{refused}");
        }
    }

    #[test]
    fn tags_match_weakly() {
        assert!(same(" W/\"a\"", "\"a\"") && same("*", "\"a\"") && !same("\"b\"", "\"a\""));
    }
}
