//! Writes that waited on a device: each says the session it was made in, and is signed with a key of that
//! session. The gate takes one for its author's only on rows of the map that work offline, with its body
//! read and its signature verified; only the `Write` extractor ever sees that author, so a signature
//! opens no other handler and keeps nobody signed in.

use std::sync::Arc;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::stream;
use sha2::{Digest, Sha256};

use super::caller::{Caller, PersonCaller, Who};
use super::write::{self, BODY_LIMIT, Said, UPLOAD_LIMIT};
use super::{Problem, State, front};
use crate::domain::id::SessionId;
use crate::domain::time::At;
use crate::store::Db;
use crate::workflow::author::{self, AuthorError, Written};
use crate::workflow::session;

/// The session a write was made in, as `Session.session` names it.
const WRITTEN_IN: &str = "Written-In";
/// The signature, r then s, as base 64.
const SIGNATURE: &str = "Signature";
/// Names the form of what is signed.
const FORM: &str = "backstock-write-v1";

/// The author of a signed write: for the `Write` extractor alone.
#[derive(Clone, Copy)]
struct Author(PersonCaller);

/// Who makes the write: the author of a signed one, else whoever is signed in.
pub fn writer(request: &HttpRequest) -> Result<PersonCaller, Problem> {
    let author = request.extensions().get::<Author>().map(|author| author.0);
    author.or(Caller::of(request).person).ok_or_else(Problem::signed_out)
}

/// Whether a request is made in the session whose cookie it carries, as far as it says.
pub fn in_session(headers: &HeaderMap, session: SessionId) -> bool {
    headers.get(WRITTEN_IN).is_none_or(|named| named.as_bytes() == session.to_string().as_bytes())
}

/// Checks the caller of a request, and turns it into the author's where it was written in another
/// session than the one signed in.
pub async fn check(
    state: &State,
    request: &mut ServiceRequest,
    who: Who,
    offline: bool,
) -> Result<(), Problem> {
    let caller = Caller::of(request.request());
    let written_in = elsewhere(request, &caller)?;
    match written_in {
        None => caller.check(who),
        Some(session) if offline => {
            let author = verify(state, request, &caller, session, who).await?;
            let nobody = Caller { person: None, ..caller };
            let mut extensions = request.extensions_mut();
            extensions.insert(nobody);
            extensions.insert(Author(author));
            Ok(())
        }
        Some(session) => {
            check_own(state, &caller, session, who).await?;
            caller.check(who)
        }
    }
}

/// The session that a write says it was made in, where that is not the one signed in.
fn elsewhere(request: &ServiceRequest, caller: &Caller) -> Result<Option<SessionId>, Problem> {
    let Some(named) = request.headers().get(WRITTEN_IN) else { return Ok(None) };
    if request.method() == Method::GET {
        return Ok(None);
    }
    let named = named.to_str().ok().and_then(|text| text.parse().ok()).map(SessionId);
    let named = named.ok_or_else(|| Problem::invalid(WRITTEN_IN, "needs the id of a session"))?;
    Ok(Some(named).filter(|named| caller.person.is_none_or(|person| person.session != *named)))
}

/// What cannot wait for anybody is done by its author alone, signed in: nobody else's session carries it.
async fn check_own(
    state: &State,
    caller: &Caller,
    written_in: SessionId,
    who: Who,
) -> Result<(), Problem> {
    let attributed = matches!(who, Who::SignedIn | Who::May(_));
    let Some(person) = caller.person.filter(|_| attributed) else { return Ok(()) };
    let author = state
        .store
        .read(move |db| -> Result<_, Problem> { Ok(session::person(db, written_in)?) })
        .await?;
    if author == Some(person.user) {
        return Ok(());
    }
    let detail = "Only who wrote this may send it: sign in, and send it again.";
    Err(Problem::new(StatusCode::FORBIDDEN, "author_signed_out", detail))
}

/// The author, once the signature over the whole request is verified. Leaves the body to be read again.
async fn verify(
    state: &State,
    request: &mut ServiceRequest,
    caller: &Caller,
    session: SessionId,
    who: Who,
) -> Result<PersonCaller, Problem> {
    let device = caller.device.as_ref().ok_or_else(Problem::not_enrolled)?.id;
    let signature = header(request, SIGNATURE)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or_else(|| Problem::from(AuthorError::SignatureInvalid))?;
    let key = write::key(request.request())?;
    let at = header(request, write::DEVICE_TIME).and_then(At::parse).ok_or_else(|| {
        Problem::invalid(write::DEVICE_TIME, "a signed write needs the time it was written")
    })?;
    let limit = if front::takes_files(request.path()) { UPLOAD_LIMIT } else { BODY_LIMIT };
    let body = write::whole(&mut request.take_payload(), limit).await?;
    let text = text(request, &body);
    let said = Said::of(request.request(), body.clone());
    request.set_payload(again(body));
    let acted = state.access.acted(session);
    let judge = Arc::new(move |db: &Db<'_>| {
        let content = |user| said.content(user);
        let (text, signature) = (text.as_bytes(), &signature[..]);
        let written =
            Written { session, device, at, text, signature, key, content: &content, acted };
        author::author(db, &written)
    });
    let first = Arc::clone(&judge);
    let author = match state.store.read(move |db| first(db)).await {
        // An earlier copy of it may be on its way into the books: behind what waits there it is known.
        Err(AuthorError::SignatureInvalid) => state.store.write(move |tx| judge(tx)).await,
        judged => judged,
    }?;
    let author_done = author.done;
    let author = PersonCaller { user: author.user, role: author.role, session, device };
    if !author_done {
        Caller { person: Some(author), ..caller.clone() }.check(who)?;
    }
    Ok(author)
}

/// What is signed: everything that makes the request what it is, in this one form.
fn text(request: &ServiceRequest, body: &[u8]) -> String {
    let path = request.uri().path_and_query().map_or("", |whole| whole.as_str());
    let key = header(request, write::KEY).unwrap_or_default().to_ascii_lowercase();
    let at = header(request, write::DEVICE_TIME).unwrap_or_default();
    let body: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{FORM}\n{}\n{path}\n{key}\n{at}\n{body}", request.method())
}

fn header<'r>(request: &'r ServiceRequest, name: &str) -> Option<&'r str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// A body that was read, to be read once more.
fn again(body: web::Bytes) -> Payload {
    Payload::Stream { payload: Box::pin(stream::iter([Ok(body)])) }
}

impl From<AuthorError> for Problem {
    fn from(error: AuthorError) -> Self {
        let refused = |code, detail| Self::new(StatusCode::FORBIDDEN, code, detail);
        match error {
            AuthorError::NotThisDevice => refused(
                "not_this_device",
                "This was written on another device, or before this one was paired again. Do it again.",
            ),
            AuthorError::SignatureInvalid => refused(
                "signature_invalid",
                "This device cannot prove who wrote this. Sign in and do it again.",
            ),
            AuthorError::PersonDisabled => refused(
                "person_disabled",
                "Who wrote this may not work here any more. What was saved before is kept.",
            ),
            AuthorError::WrittenTooLate { until } => refused(
                "written_too_late",
                "This was written after its author's sign-in was over. Sign in and do it again.",
            )
            .with("until", until),
            AuthorError::TooOld => refused(
                "too_old",
                "This waited too long to be saved safely. Look what is there, and do it again.",
            ),
            AuthorError::InTheFuture => Self::invalid(
                write::DEVICE_TIME,
                "is in the future: set this device's clock, and do it again",
            ),
            AuthorError::Store(error) => error.into(),
        }
    }
}
