//! Shipments: expected, at the dock, received.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::caller::{Caller, PersonCaller};
use super::write::{Nothing, Upload, Write, answered};
use super::{Answer, Problem, State, eyes};
use crate::domain::arrival::HowError;
use crate::domain::id::{ShipmentId, ShipmentLineId};
use crate::domain::role::Role;
use crate::domain::sheet::ROWS_TOLD;
use crate::domain::sheet::manifest::{ManifestFacts, read_manifests};
use crate::domain::sheet::packages::Format;
use crate::store::StoreError;
use crate::workflow::receiving::{
    self, CountInput, DoorInput, Entered, ExtraInput, ItemInput, MissingInput, ProductChoices,
    Received, ReceivingError, RecordInput, RejectionInput, Scanned, Seer, ShipmentLine,
    ShipmentView, Shipments, Source,
};
use crate::workflow::settings;

/// Who may count never sees what should be there before it is counted.
const fn seer(role: Role) -> Seer {
    match role {
        Role::Compliance | Role::Auditor => Seer::Seeing,
        _ => Seer::Blind,
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Those that are finished or voided; else those expected or at the dock.
    #[serde(default)]
    over: bool,
}

/// Shipments: those at the dock first, then by when they are expected.
#[utoipa::path(get, path = "/api/v1/shipments", tag = "receiving", params(ListQuery),
    responses((status = 200, body = Shipments)))]
pub async fn list(state: State, query: Query<ListQuery>) -> Answer {
    let over = query.over;
    super::read(&state, move |db| receiving::list(db, over)).await
}

/// One shipment with its papers, findings and packages. What was shipped is hidden from whoever may count
/// until it is counted, where the store counts blind.
#[utoipa::path(get, path = "/api/v1/shipments/{id}", tag = "receiving", params(("id" = i64, Path)),
    responses((status = 200, body = ShipmentView), (status = 404, body = Problem)))]
pub async fn get(state: State, id: Path<i64>, caller: Caller, person: PersonCaller) -> Answer {
    let (id, seer) = (ShipmentId(*id), seer(person.role));
    eyes::read(&state, &caller, move |db| receiving::of(db, id, seer)).await
}

/// Enters a manifest that was typed from paper. Refusal: 400 naming the field and the row.
#[utoipa::path(post, path = "/api/v1/shipments", tag = "receiving", request_body = ManifestFacts,
    responses((status = 200, body = Entered), (status = 400, body = Problem)))]
pub async fn post(state: State, write: Write<ManifestFacts>) -> Answer {
    write
        .run(&state, |tx, by, facts| {
            let source = Source { kind: "typed", file: None };
            receiving::enter(tx, by, &source, std::slice::from_ref(facts), &[])
        })
        .await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// The file's name.
    name: String,
}

/// A row of a file that cannot be believed.
#[derive(Serialize)]
struct BadRow {
    row: usize,
    manifest: String,
    label: String,
    field: &'static str,
    value: String,
    reason: String,
    code: &'static str,
}

/// Enters the manifests of a file: METRC's incoming transfers with their packages as JSON, or a CSV with a
/// line for each package. All or nothing. Refusals: `file_refused` (+`why`), `rows_refused` (+`rows`:
/// row, manifest, label, field, value, reason, code; +`total`).
#[utoipa::path(post, path = "/api/v1/shipments/file", tag = "receiving", params(FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Entered), (status = 422, body = Problem)))]
pub async fn file(state: State, query: Query<FileQuery>, upload: Upload) -> Answer {
    let Upload { bytes, write } = upload;
    let zone = state.store.read(|db| settings::get(db).map_err(StoreError::from)).await?.tz();
    let read = actix_web::web::block(move || read_manifests(&bytes, zone)).await;
    let file = read.map_err(|error| Problem::fault(&error))?.map_err(|refused| {
        let detail = refused.to_string();
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "file_refused", detail)
            .with("why", refused.code())
    })?;
    if !file.bad.is_empty() {
        let rows: Vec<BadRow> = file
            .bad
            .iter()
            .take(ROWS_TOLD)
            .map(|bad| BadRow {
                row: bad.number,
                manifest: bad.manifest.clone(),
                label: bad.label.clone(),
                field: bad.error.field,
                value: bad.error.value.clone(),
                reason: bad.error.reason.to_string(),
                code: bad.error.reason.code(),
            })
            .collect();
        let detail = format!(
            "{} rows cannot be believed, so nothing of the file was entered. Mend them and load it again.",
            file.bad.len()
        );
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "rows_refused", detail)
            .with("rows", rows)
            .with("total", file.bad.len()));
    }
    let name = query.into_inner().name.chars().take(120).collect();
    let kind = if file.format == Format::Csv { "csv" } else { "metrc" };
    let source = Source { kind, file: Some(name) };
    let notes: Vec<String> = file.notes.into_iter().map(|note| note.sentence).collect();
    let manifests = file.manifests;
    let done = write
        .done(&state, move |tx, by, _| receiving::enter(tx, by, &source, &manifests, &notes))
        .await?;
    Ok(answered(done))
}

/// Says that the truck is here; the box stamps when. Refusals: `wrong_state` (+`state`), `no_place`
/// (+`kind`): no dock or no quarantine place is set up.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/arrive", tag = "receiving", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = ShipmentView), (status = 409, body = Problem)))]
pub async fn arrive(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, _| receiving::arrive(tx, by, id)).await
}

/// Checks the paper beside the state's copy, field by field. What is not in order opens a case.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/door", tag = "receiving", request_body = DoorInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = ShipmentView), (status = 409, body = Problem)))]
pub async fn door(state: State, id: Path<i64>, write: Write<DoorInput>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, input| receiving::check_door(tx, by, id, input)).await
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ScanQuery {
    /// What the scanner read; at most 512 characters.
    code: String,
}

/// What a scan at the dock of this shipment is.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/scan", tag = "receiving",
    params(("id" = i64, Path), ScanQuery),
    responses((status = 200, body = Scanned), (status = 404, body = Problem)))]
pub async fn scan(
    state: State,
    id: Path<i64>,
    query: Query<ScanQuery>,
    person: PersonCaller,
) -> Answer {
    let (id, seer) = (ShipmentId(*id), seer(person.role));
    let code: String = query.into_inner().code.chars().take(512).collect();
    super::read(&state, move |db| receiving::scan(db, id, &code, seer)).await
}

/// Receives a package of the manifest: posts what was counted to the dock, or, where anything is not as it
/// should be, to quarantine with its case. Refusals: `already_done` (+`line`), `needs_product` (+`item`,
/// `unit`), `wrong_destination`, `wrong_state`, `count_unfounded`.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/receipts", tag = "receiving",
    request_body = CountInput, params(("id" = i64, Path)),
    responses((status = 200, body = Received), (status = 409, body = Problem)))]
pub async fn receive(state: State, id: Path<i64>, write: Write<CountInput>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, input| receiving::receive(tx, by, id, input)).await
}

/// Receives a package that no line of the manifest has: to quarantine, with a case. Refusal: `tag_known`
/// (+`where`, `label`).
#[utoipa::path(post, path = "/api/v1/shipments/{id}/extras", tag = "receiving",
    request_body = ExtraInput, params(("id" = i64, Path)),
    responses((status = 200, body = Received), (status = 409, body = Problem)))]
pub async fn extra(state: State, id: Path<i64>, write: Write<ExtraInput>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, input| receiving::receive_extra(tx, by, id, input)).await
}

/// Rejects a package: it goes back, and nothing of it is posted.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/rejections", tag = "receiving",
    request_body = RejectionInput, params(("id" = i64, Path)),
    responses((status = 200, body = ShipmentLine), (status = 409, body = Problem)))]
pub async fn reject(state: State, id: Path<i64>, write: Write<RejectionInput>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, input| receiving::reject(tx, by, id, input)).await
}

/// Says that packages did not come: one case for all of them.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/missing", tag = "receiving",
    request_body = MissingInput, params(("id" = i64, Path)),
    responses((status = 200, body = ShipmentView), (status = 409, body = Problem)))]
pub async fn missing(state: State, id: Path<i64>, write: Write<MissingInput>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, input| receiving::miss(tx, by, id, input)).await
}

/// Takes a count back while all of it is where it was put: the line is expected again. Refusals:
/// `later_depends`, `not_yours`.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/lines/{line}/undo", tag = "receiving",
    request_body = Nothing, params(("id" = i64, Path), ("line" = i64, Path)),
    responses((status = 200, body = ShipmentLine), (status = 409, body = Problem)))]
pub async fn undo(state: State, path: Path<(i64, i64)>, write: Write<Nothing>) -> Answer {
    let (id, line) = (ShipmentId(path.0), ShipmentLineId(path.1));
    write.run(&state, move |tx, by, _| receiving::take_back(tx, by, id, line)).await
}

/// The items of a shipment that are no products yet, each with the products most alike in name.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/products", tag = "receiving",
    params(("id" = i64, Path)), responses((status = 200, body = ProductChoices)))]
pub async fn products(state: State, id: Path<i64>) -> Answer {
    let id = ShipmentId(*id);
    super::read(&state, move |db| receiving::choices(db, id)).await
}

/// Says which product an item is, or makes the product. Refusals: `unit_clash`, `sku_taken`.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/products", tag = "receiving",
    request_body = ItemInput, params(("id" = i64, Path)),
    responses((status = 200, body = ShipmentView), (status = 409, body = Problem)))]
pub async fn map(state: State, id: Path<i64>, write: Write<ItemInput>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, input| receiving::map_product(tx, by, id, input)).await
}

/// Ticks lines that were entered on the state's own receiving page: what was accepted there may be sold.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/recorded", tag = "receiving",
    request_body = RecordInput, params(("id" = i64, Path)),
    responses((status = 200, body = ShipmentView), (status = 400, body = Problem)))]
pub async fn record(state: State, id: Path<i64>, write: Write<RecordInput>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, input| receiving::record(tx, by, id, input)).await
}

/// Finishes a shipment. Refusals: `lines_open` (+`open`: line, tag, item, why), `paper_unchecked`.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/finish", tag = "receiving", request_body = Nothing,
    params(("id" = i64, Path)),
    responses((status = 200, body = ShipmentView), (status = 409, body = Problem)))]
pub async fn finish(state: State, id: Path<i64>, write: Write<Nothing>) -> Answer {
    let id = ShipmentId(*id);
    write.run(&state, move |tx, by, _| receiving::finish(tx, by, id)).await
}

impl From<ReceivingError> for Problem {
    fn from(error: ReceivingError) -> Self {
        match error {
            ReceivingError::NotFound { what } => Self::not_found(what),
            ReceivingError::WrongState { state } => {
                let detail = format!("The shipment is {}; this cannot be done with it now.", state.word());
                Self::refused("wrong_state", detail).with("state", state)
            }
            ReceivingError::WrongDestination { stated } => Self::refused(
                "wrong_destination",
                format!("This manifest is for license {stated}, not for this store. Receive nothing of it."),
            )
            .with("stated", stated),
            ReceivingError::AlreadyDone { line } => {
                let who = line.by.as_ref().map_or("somebody", |who| who.name.as_str());
                let detail = format!("{} is {} already, by {who}.", line.item, line.state.word());
                Self::refused("already_done", detail).with("line", line)
            }
            ReceivingError::NeedsProduct { item, unit } => Self::refused(
                "needs_product",
                format!("{item} is no product of the store yet. Say which one it is, or make it."),
            )
            .with("item", item)
            .with("unit", unit),
            ReceivingError::ItemKnown { item, product } => {
                let detail = format!(
                    "{item} is {} already: somebody said so meanwhile. Ask a manager if that is wrong.",
                    product.name
                );
                Self::refused("item_known", detail).with("item", item).with("product", product)
            }
            ReceivingError::TagKnown { what, label } => {
                let detail = format!("This package belongs to {what} already ({label}). Scan it again.");
                Self::refused("tag_known", detail).with("where", what).with("label", label)
            }
            ReceivingError::NoPlace { kind } => Self::refused(
                "no_place",
                format!("The store has no {kind} place. Ask a manager to make one under Places."),
            )
            .with("kind", kind),
            ReceivingError::LinesOpen { open } => {
                let detail = format!("{} packages are open: count them or put them away.", open.len());
                Self::refused("lines_open", detail).with("open", open)
            }
            ReceivingError::DoorOpen => Self::refused(
                "paper_unchecked",
                "The paper is not checked yet. Compare it with the state's copy first.",
            ),
            ReceivingError::LaterDepends => Self::refused(
                "later_depends",
                "Something was done with it since: it cannot be taken back. Adjust it instead.",
            ),
            ReceivingError::NotYours => {
                Self::refused("not_yours", "Somebody else counted this. They or a manager take it back.")
            }
            ReceivingError::Invalid { field, why } => Self::invalid(field, why),
            ReceivingError::How(error) => count_unfounded(error),
            ReceivingError::Import(error) => error.into(),
            ReceivingError::Move(error) => error.into(),
            ReceivingError::Quarantine(error) => error.into(),
            ReceivingError::Store(error) => error.into(),
        }
    }
}

fn count_unfounded(error: HowError) -> Problem {
    let code = match error {
        HowError::NotTheSum => "not_the_sum",
        HowError::NoSample => "no_sample",
        HowError::NotTheNet => "not_the_net",
        HowError::WrongWay => "wrong_way",
    };
    Problem::refused("count_unfounded", format!("The count does not hold: {error}."))
        .with("why", code)
}

/// Whoever may receive counts blind: the two lists agree.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Permission;

    #[test]
    fn whoever_may_count_counts_blind() {
        for role in Role::ALL {
            let sees = seer(role) == Seer::Seeing;
            assert!(!(sees && role.may(Permission::Receive)), "{role:?}");
            if !sees {
                assert!(
                    role.may(Permission::Receive) || !role.may(Permission::SeeShipments),
                    "{role:?}"
                );
            }
        }
    }
}
