//! The register of licenses that manifests are checked against.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::write::{Upload, answered};
use super::{Answer, Problem, State};
use crate::domain::sheet::licenses::{License, read_licenses};
use crate::store::SqlError;
use crate::workflow::license::{self, Register, RegisterView};

/// The register that is loaded, and how old it is.
#[utoipa::path(get, path = "/api/v1/licenses", tag = "receiving",
    responses((status = 200, body = RegisterView)))]
pub async fn get(state: State) -> Answer {
    super::read(&state, |db| Ok::<_, SqlError>(RegisterView { register: license::register(db)? }))
        .await
}

/// A license by its number, and one that is a slip away where there is none.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Lookup {
    pub license: Option<License>,
    pub near: Option<License>,
}

/// Looks a license number up.
#[utoipa::path(get, path = "/api/v1/licenses/{number}", tag = "receiving",
    params(("number" = String, Path)), responses((status = 200, body = Lookup)))]
pub async fn lookup(state: State, number: Path<String>) -> Answer {
    let number: String = number.chars().take(60).collect();
    super::read(&state, move |db| {
        let license = license::find(db, &number)?;
        let near = if license.is_none() { license::near(db, &number)? } else { None };
        Ok::<_, SqlError>(Lookup { license, near })
    })
    .await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// The file's name.
    name: String,
}

/// Loads a register from a CSV in place of the one before. Refusal: `file_refused` (+`why`).
#[utoipa::path(put, path = "/api/v1/licenses", tag = "receiving", params(FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Register), (status = 422, body = Problem)))]
pub async fn put(state: State, query: Query<FileQuery>, upload: Upload) -> Answer {
    let Upload { bytes, write } = upload;
    let name: String = query.into_inner().name.chars().take(120).collect();
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let read = actix_web::web::block(move || read_licenses(&bytes)).await;
    let file = read.map_err(|error| Problem::fault(&error))?.map_err(|refused| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "file_refused", refused.to_string())
            .with("why", refused.code())
    })?;
    let done =
        write.done(&state, move |tx, by, _| license::load(tx, by, &name, &sha256, &file)).await?;
    Ok(answered(done))
}
