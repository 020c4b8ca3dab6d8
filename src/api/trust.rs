//! The plain-HTTP port: how a device comes to trust this box. It hands out the root certificate,
//! its fingerprint and the steps; never the app, never a cookie, never a redirect, and never HSTS
//! (which would lock out a device that does not trust the box yet). It believes nothing that a
//! request says, so it needs no host rule: the app's address comes from the box.

mod page;
mod words;

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use self::words::{Language, Platform};

/// What the page says of this box.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The store's name.
    pub store: String,
    /// The box's id as people read it: `R7K2Q`.
    pub id: String,
    /// The app at its canonical origin: `https://backstock-r7k2q.local/`.
    pub app_url: String,
    /// The root certificate, in both forms.
    pub certificate: Bytes,
    pub certificate_pem: String,
}

/// The page's state. The composition root keeps it up to date; nothing else changes it.
pub struct TrustPage {
    trust: RwLock<Arc<Trust>>,
}

impl TrustPage {
    pub fn new(trust: Trust) -> Self {
        Self { trust: RwLock::new(Arc::new(trust)) }
    }

    /// After the store got another name.
    pub fn update(&self, trust: Trust) {
        *self.trust.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(trust);
    }

    fn current(&self) -> Arc<Trust> {
        Arc::clone(&self.trust.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Everything that the plain-HTTP port serves. For a server of its own: it answers every path.
pub fn configure(config: &mut web::ServiceConfig, page: web::Data<TrustPage>) {
    config.app_data(page).default_service(web::to(answer));
}

async fn answer(request: HttpRequest, page: web::Data<TrustPage>) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return respond(StatusCode::METHOD_NOT_ALLOWED)
            .insert_header((header::ALLOW, "GET, HEAD"))
            .finish();
    }
    let trust = page.current();
    match request.path() {
        "/" => home(&request, &trust),
        "/ca.crt" => file(&trust, "application/x-x509-ca-cert", "crt", trust.certificate.clone()),
        "/ca.pem" => {
            let pem = Bytes::copy_from_slice(trust.certificate_pem.as_bytes());
            file(&trust, "application/x-pem-file", "pem", pem)
        }
        _ => {
            let language = language(&request);
            html(StatusCode::NOT_FOUND, language, page::not_found(language))
        }
    }
}

fn home(request: &HttpRequest, trust: &Trust) -> HttpResponse {
    let language = language(request);
    let platforms = Platform::ordered_for(text(request, &header::USER_AGENT));
    let digest: [u8; 32] = Sha256::digest(&trust.certificate).into();
    html(StatusCode::OK, language, page::home(trust, &digest, language, platforms))
}

/// Inline, with a name: iOS offers to install it instead of filing it away, others save it by that
/// name.
fn file(trust: &Trust, kind: &'static str, extension: &str, content: Bytes) -> HttpResponse {
    let name = page::file_name(&trust.id, extension);
    respond(StatusCode::OK)
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")))
        .body(content)
}

fn html(status: StatusCode, language: Language, body: String) -> HttpResponse {
    respond(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::VARY, "Accept-Language, User-Agent"))
        .body(body)
}

fn respond(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"));
    response
}

/// No script, no frame, no form, nothing from elsewhere; our one style sheet by its hash.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(page::STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
});

/// A link on the page may ask for the other language; otherwise the device's setting decides.
fn language(request: &HttpRequest) -> Language {
    match request.query_string() {
        "lang=en" => Language::English,
        "lang=es" => Language::Spanish,
        _ => Language::accepted(text(request, &header::ACCEPT_LANGUAGE)),
    }
}

fn text<'a>(request: &'a HttpRequest, name: &header::HeaderName) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
