//! Files taken in: handed over, previewed, mapped, confirmed.

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::write::{Nothing, Upload, Write};
use super::{Answer, Problem, State};
use crate::domain::id::ImportId;
use crate::store::StoreError;
use crate::workflow::importing::{
    self, ConfirmInput, Import, ImportError, ImportKind, ImportRows, Imports, Mappings,
    MappingsInput, NewImport, RowState,
};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    kind: ImportKind,
    /// The file's name.
    name: String,
}

/// Takes a file in and answers with its preview: the body is the file as it is, at most 32 MB. A file
/// that cannot be understood answers with state `refused` and `why`.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Import), (status = 413, body = Problem)))]
pub async fn post(state: State, query: Query<UploadQuery>, upload: Upload) -> Answer {
    let Upload { bytes, write } = upload;
    let new = NewImport::of(query.kind, &query.name, &bytes);
    let begun = write.done(&state, move |tx, by, _| importing::begin(tx, by, &new)).await?;
    let id = number(&begun.body)?;
    // Reading goes on when the device hangs up; its retry finds the import where it is by then.
    let store = state.store.clone();
    let read = actix_web::web::block(move || importing::read_in(&store, id, &bytes)).await;
    let import = read.map_err(|error| Problem::fault(&error))??;
    Ok(respond(begun.replayed, &import))
}

/// The newest hundred.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports",
    responses((status = 200, body = Imports)))]
pub async fn list(state: State) -> Answer {
    super::read(&state, importing::list).await
}

/// One import, with its counts.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports", params(("id" = i64, Path)),
    responses((status = 200, body = Import), (status = 404, body = Problem)))]
pub async fn get(state: State, id: Path<i64>) -> Answer {
    let id = ImportId(*id);
    super::read_one(&state, "import", move |db| importing::get(db, id)).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct RowsQuery {
    /// Rows of one state only.
    state: Option<RowState>,
    /// The `next` of the page before.
    after: Option<i64>,
    /// At most 500; 100 where not given.
    limit: Option<i64>,
}

/// Rows of an import, a page at a time.
#[utoipa::path(get, path = "/api/v1/imports/{id}/rows", tag = "imports",
    params(("id" = i64, Path), RowsQuery), responses((status = 200, body = ImportRows)))]
pub async fn rows(state: State, id: Path<i64>, query: Query<RowsQuery>) -> Answer {
    let id = ImportId(*id);
    let RowsQuery { state: wanted, after, limit } = query.into_inner();
    let (after, limit) = (after.unwrap_or(0), limit.unwrap_or(100));
    super::read(&state, move |db| importing::rows(db, id, wanted, after, limit)).await
}

/// The items of an import and the products they are or could be; those not mapped come first.
#[utoipa::path(get, path = "/api/v1/imports/{id}/mappings", tag = "imports",
    params(("id" = i64, Path)), responses((status = 200, body = Mappings)))]
pub async fn mappings(state: State, id: Path<i64>) -> Answer {
    let id = ImportId(*id);
    super::read(&state, move |db| importing::mappings(db, id)).await
}

/// Maps items to products, or makes the products. Refusals: `unit_clash` (+`item`, `unit`, `product`,
/// `expected`), `wrong_state` (+`state`), `sku_taken` (+`sku`, `product`).
#[utoipa::path(put, path = "/api/v1/imports/{id}/mappings", tag = "imports",
    request_body = MappingsInput, params(("id" = i64, Path)),
    responses((status = 200, body = Import), (status = 409, body = Problem)))]
pub async fn map(state: State, id: Path<i64>, write: Write<MappingsInput>) -> Answer {
    let id = ImportId(*id);
    let mapped =
        write.done(&state, move |tx, by, input| importing::map_items(tx, by, id, input)).await?;
    let mut after = Some(0);
    while let Some(row) = after {
        let next = move |tx: &crate::store::Tx<'_>| importing::reconsider(tx, id, row);
        after = state.store.write(next).await?;
    }
    let import =
        state.store.read(move |db| importing::get(db, id).map_err(StoreError::from)).await?;
    Ok(respond(mapped.replayed, &import.ok_or_else(|| Problem::not_found("import"))?))
}

/// Confirms a preview; it is then applied while work goes on. Refusals: `needs_mapping` (+`rows`),
/// `wrong_state` (+`state`).
#[utoipa::path(post, path = "/api/v1/imports/{id}/confirm", tag = "imports",
    request_body = ConfirmInput, params(("id" = i64, Path)),
    responses((status = 200, body = Import), (status = 409, body = Problem)))]
pub async fn confirm(state: State, id: Path<i64>, write: Write<ConfirmInput>) -> Answer {
    let id = ImportId(*id);
    write.run(&state, move |tx, by, input| importing::confirm(tx, by, id, *input)).await
}

/// Gives up a preview. Refusal: `wrong_state` (+`state`).
#[utoipa::path(post, path = "/api/v1/imports/{id}/discard", tag = "imports",
    request_body = Nothing, params(("id" = i64, Path)),
    responses((status = 200, body = Import), (status = 409, body = Problem)))]
pub async fn discard(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = ImportId(*id);
    write.run(&state, move |tx, by, _| importing::discard(tx, by, id)).await
}

/// The id in a recorded answer.
fn number(answer: &[u8]) -> Result<ImportId, Problem> {
    #[derive(Deserialize)]
    struct Numbered {
        id: ImportId,
    }
    serde_json::from_slice::<Numbered>(answer)
        .map(|import| import.id)
        .map_err(|error| StoreError::Invariant(format!("a recorded import: {error}")).into())
}

fn respond(replayed: bool, import: &Import) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if replayed {
        response.insert_header(("Idempotent-Replay", "true"));
    }
    response.json(import)
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::NotFound { what } => Self::not_found(what),
            ImportError::WrongState { state } => Self::refused(
                "wrong_state",
                format!(
                    "The import is {} now; this cannot be done with it any more.",
                    state.word()
                ),
            )
            .with("state", state),
            ImportError::NeedsMapping { rows } => Self::refused(
                "needs_mapping",
                format!("{rows} rows are of items that are no products yet. Map them first."),
            )
            .with("rows", rows),
            ImportError::UnitClash { item, unit, product, expected } => Self::refused(
                "unit_clash",
                format!(
                    "{item} comes in {unit}, but packages of this product are kept in {expected}. \
                     Choose another product, make one, or give this one its content."
                ),
            )
            .with("item", item)
            .with("unit", unit)
            .with("product", product)
            .with("expected", expected),
            ImportError::Invalid { field, why } => Self::invalid(field, why),
            ImportError::Catalogue(error) => error.into(),
            ImportError::Store(error) => error.into(),
        }
    }
}
