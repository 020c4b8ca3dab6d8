//! Documents: COAs, photos and papers, handed in and shown as they came.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::write::{Upload, answered};
use super::{Answer, Problem, State};
use crate::domain::id::DocumentId;
use crate::store::StoreError;
use crate::workflow::document::{self, Document, DocumentError};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct NameQuery {
    /// The file's name.
    name: String,
}

/// Keeps a file: the body is the file as it is, a PDF or a picture (JPEG, PNG, WebP) of at most 10 MB. The
/// same file again is the same document. Refusal: `not_a_document`.
#[utoipa::path(post, path = "/api/v1/documents", tag = "documents", params(NameQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Document), (status = 422, body = Problem)))]
pub async fn post(state: State, query: Query<NameQuery>, upload: Upload) -> Answer {
    let Upload { bytes, write } = upload;
    let name = query.into_inner().name;
    let done = write.done(&state, move |tx, by, _| document::keep(tx, by, &name, &bytes)).await?;
    Ok(answered(done))
}

/// What a picture may do in a browser: be seen. A PDF reader does not run under this, and has walls of its
/// own.
const PICTURE: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// A document as it came. No device keeps it: it is for who may see it, while they are signed in.
#[utoipa::path(get, path = "/api/v1/documents/{id}", tag = "documents", params(("id" = i64, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>),
              (status = 404, body = Problem)))]
pub async fn get(state: State, id: Path<i64>) -> Answer {
    let id = DocumentId(*id);
    let found =
        state.store.read(move |db| document::bytes(db, id).map_err(StoreError::from)).await?;
    let (media, bytes) = found.ok_or_else(|| Problem::not_found("document"))?;
    let mut answer = HttpResponse::Ok();
    if media.starts_with("image/") {
        answer.insert_header((header::CONTENT_SECURITY_POLICY, PICTURE));
    }
    Ok(answer
        .content_type(media)
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .body(bytes))
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::NotADocument => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "not_a_document",
                "That is neither a PDF nor a picture (JPEG, PNG or WebP). Take a photo of it instead.",
            ),
            DocumentError::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "That file is above 10 MB. Save it smaller, or photograph its pages.",
            ),
            DocumentError::Store(error) => error.into(),
        }
    }
}
