//! The plain-HTTP port: how a device comes to trust this box. It hands out the root certificate in the
//! form that each kind of device takes, its fingerprint and the steps; never the app, never a cookie,
//! never a redirect, and never HSTS (which would lock out a device that does not trust the box yet). It
//! believes nothing that a request says, so it needs no host rule: every address comes from the box.

mod device;
mod page;
mod pictures;
mod profile;
mod steps;
mod template;
mod words;

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use self::device::Platform;
use self::page::View;
use self::profile::{Content, profile};
use self::template::escape;
use self::words::Language;

/// What the page says of this box.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The store's name.
    pub store: String,
    /// The box's id as people read it: `R7K2Q`.
    pub id: String,
    /// The canonical host name: `backstock-r7k2q.local`.
    pub host: String,
    /// The app at its canonical origin: `https://backstock-r7k2q.local/`.
    pub app_url: String,
    /// This page by name: `http://backstock-r7k2q.local/`.
    pub by_name: String,
    /// This page at the box's addresses; none where it has none in the store's network.
    pub by_number: Vec<String>,
    /// The root certificate, in both forms.
    pub certificate: Bytes,
    pub certificate_pem: String,
}

impl Trust {
    /// The name of this box's file with that ending: `backstock-r7k2q.crt`.
    pub fn file_name(&self, extension: &str) -> String {
        let id: String = self.id.chars().filter(char::is_ascii_alphanumeric).collect();
        format!("backstock-{}.{extension}", id.to_ascii_lowercase())
    }

    /// The name inside the certificate, escaped.
    fn certificate_name(&self) -> String {
        escape(&format!("Backstock {} Root", self.id))
    }
}

/// The page's state. The composition root keeps it up to date; nothing else changes it.
pub struct TrustPage {
    trust: RwLock<Arc<Trust>>,
}

impl TrustPage {
    pub fn new(trust: Trust) -> Self {
        Self { trust: RwLock::new(Arc::new(trust)) }
    }

    /// After the box got another name or address.
    pub fn update(&self, trust: Trust) {
        *self.trust.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(trust);
    }

    /// What it says now.
    pub fn current(&self) -> Arc<Trust> {
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
    let language = language(&request);
    let certificate = || trust.certificate.clone();
    let profile = |content| Bytes::from(profile(&trust, language, content));
    match request.path() {
        "/" => home(&request, &trust, language),
        // The profile is opened, so that Safari offers to install it; certificates are saved.
        "/ca.mobileconfig" => file(&trust, PROFILE, "inline", profile(Content::Root)),
        "/ca-app.mobileconfig" => file(&trust, PROFILE, "inline", profile(Content::RootAndIcon)),
        "/ca.crt" => file(&trust, CRT, "attachment", certificate()),
        "/ca.cer" => file(&trust, CER, "attachment", certificate()),
        "/ca.pem" => {
            let pem = Bytes::copy_from_slice(trust.certificate_pem.as_bytes());
            file(&trust, PEM, "attachment", pem)
        }
        _ => html(StatusCode::NOT_FOUND, language, page::not_found(language)),
    }
}

/// A file's media type and the ending of its name.
type Kind = (&'static str, &'static str);
/// Registered nowhere, but what Safari goes by.
const PROFILE: Kind = ("application/x-apple-aspen-config", "mobileconfig");
/// What Android and Firefox take for an authority.
const CRT: Kind = ("application/x-x509-ca-cert", "crt");
/// RFC 2585: Windows and macOS.
const CER: Kind = ("application/pkix-cert", "cer");
const PEM: Kind = ("application/x-pem-file", "pem");

fn home(request: &HttpRequest, trust: &Trust, language: Language) -> HttpResponse {
    let agent = text(request, &header::USER_AGENT);
    let guess = Platform::guess(agent);
    let platform = asked(request, "for").and_then(Platform::named).unwrap_or(guess);
    let view = View { trust, language, platform, guess, agent };
    html(StatusCode::OK, language, page::home(&view))
}

fn file(trust: &Trust, kind: Kind, how: &str, content: Bytes) -> HttpResponse {
    let (media_type, extension) = kind;
    let name = trust.file_name(extension);
    respond(StatusCode::OK)
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, format!("{how}; filename=\"{name}\"")))
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
    asked(request, "lang")
        .and_then(Language::named)
        .unwrap_or_else(|| Language::accepted(text(request, &header::ACCEPT_LANGUAGE)))
}

/// A value in the query. Ours are plain words, so nothing is decoded.
fn asked<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let mut pairs = request.query_string().split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

fn text<'a>(request: &'a HttpRequest, name: &header::HeaderName) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
