//! Certificates of analysis: what a lab found of a batch of a product, with the document itself. The newest
//! one of a batch that is not revoked decides whether its packages may be sold. A package without a batch
//! is its own: its tag stands for one.

mod failing;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::quarantine::{HoldReason, QuarantineError};
use super::refs::{self, ProductRef, UserRef};
use super::{document, sellable, settings};
use crate::domain::file_hash::FileHash;
use crate::domain::id::{CoaId, DocumentId, PackageId, ProductId, UserId};
pub use crate::domain::stock::CoaState;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// Camera pages of one COA.
const PAGES: usize = 20;

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoaInput {
    pub product: ProductId,
    /// The producer's lot; the package's tag where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// Instead of the batch: a package of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageId>,
    /// One PDF, or 1 to 20 camera pages in their order, as they were handed in.
    pub pages: Vec<FileHash>,
    pub lab: String,
    #[serde(default)]
    pub lab_license: Option<String>,
    pub tested: NaiveDate,
    #[serde(default)]
    pub expires: Option<NaiveDate>,
    pub passed: bool,
    /// As the document has it: "22.4 %", "10 mg".
    #[serde(default)]
    pub thc: Option<String>,
    #[serde(default)]
    pub cbd: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeInput {
    pub why: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Coa {
    pub id: CoaId,
    pub product: ProductRef,
    pub batch: String,
    pub pages: Vec<DocumentId>,
    pub lab: String,
    pub lab_license: Option<String>,
    pub tested: NaiveDate,
    pub expires: Option<NaiveDate>,
    pub passed: bool,
    pub thc: Option<String>,
    pub cbd: Option<String>,
    pub at: At,
    pub by: Option<UserRef>,
    pub revoked_at: Option<At>,
    pub revoked_why: Option<String>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Coas {
    /// Newest first; the first that is not revoked decides.
    pub coas: Vec<Coa>,
}

#[derive(Debug, thiserror::Error)]
pub enum CoaError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: String },
    #[error("it is revoked already")]
    Revoked,
    /// What failed could not be taken to quarantine.
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for CoaError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Files a COA. One that failed takes the stock of its batch to quarantine.
pub fn file(tx: &Tx<'_>, by: &Actor, input: &CoaInput) -> Result<Coa, CoaError> {
    let (product, pages) = check(tx, input)?;
    let batch = named_batch(tx, input)?;
    let mut entry = Entry::open(tx, by, "coa_filed")?;
    let text = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
    let id = tx.insert(
        "INSERT INTO coa (product_id, batch, lab, lab_license, tested, expires, passed, thc, cbd, at,
                          by_user)
         VALUES (:product, :batch, :lab, :license, :tested, :expires, :passed, :thc, :cbd, :at, :by)",
        named_params! {
            ":product": product.id.0, ":batch": batch, ":lab": input.lab.trim(),
            ":license": text(&input.lab_license), ":tested": input.tested.to_string(),
            ":expires": input.expires.map(|day| day.to_string()), ":passed": input.passed,
            ":thc": text(&input.thc), ":cbd": text(&input.cbd), ":at": tx.now().0,
            ":by": by.user.map(|user| user.0),
        },
    )?;
    for (page, document) in (1_i64..).zip(pages) {
        tx.insert(
            "INSERT INTO coa_page (coa_id, page, document_id) VALUES (:coa, :page, :document)",
            named_params! { ":coa": id, ":page": page, ":document": document.0 },
        )?;
    }
    let mut case = None;
    if !input.passed {
        let said = words!("{} found on {} that it failed", "{} halló el {} que no pasa";
            input.lab.trim(), input.tested);
        let reason = HoldReason::CoaFailed;
        case = failing::take_in(tx, by, &mut entry, &product, &batch, reason, said)?;
    }
    entry.seal(&serde_json::json!({ "coa": id, "batch": batch, "input": input, "case": case }))?;
    changed(tx, product.id, &batch)?;
    one(tx, CoaId(id))?.ok_or(CoaError::NotFound { what: "COA" })
}

/// The batch that a COA is of, as it was named or by a package of it.
fn named_batch(db: &Db<'_>, input: &CoaInput) -> Result<String, CoaError> {
    let invalid = |field, why: &str| Err(CoaError::Invalid { field, why: why.into() });
    match (input.batch.as_deref().map(str::trim), input.package) {
        (Some(batch), None) if within(batch, 80) => Ok(batch.to_owned()),
        (Some(_), None) => invalid("batch", "needs 1 to 80 characters"),
        (None, Some(package)) => {
            let (product, batch) =
                batch_of(db, package)?.ok_or(CoaError::NotFound { what: "package" })?;
            if product != input.product {
                return invalid("package", "is of another product");
            }
            Ok(batch)
        }
        _ => invalid("batch", "needs the batch, or instead of it a package, and not both"),
    }
}

fn within(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.trim().chars().count())
}

fn check(tx: &Tx<'_>, input: &CoaInput) -> Result<(ProductRef, Vec<DocumentId>), CoaError> {
    let invalid = |field, why: &str| Err(CoaError::Invalid { field, why: why.into() });
    let product =
        refs::product(tx, input.product)?.ok_or(CoaError::NotFound { what: "product" })?;
    if !within(&input.lab, 120) {
        return invalid("lab", "needs 1 to 120 characters: the name of the laboratory");
    }
    let texts = [("lab_license", &input.lab_license), ("thc", &input.thc), ("cbd", &input.cbd)];
    for (field, text) in texts {
        if text.as_deref().is_some_and(|text| !within(text, 60)) {
            return invalid(field, "needs 1 to 60 characters, or nothing");
        }
    }
    if input.pages.is_empty() || input.pages.len() > PAGES {
        return invalid("pages", "are 1 to 20: a PDF, or pictures of the pages");
    }
    let pages = document::of(tx, &input.pages)?.ok_or(CoaError::NotFound { what: "document" })?;
    if input.tested > settings::today(tx)? {
        return invalid("tested", "is in the future");
    }
    if input.expires.is_some_and(|expires| expires < input.tested) {
        return invalid("expires", "is before the day of the test");
    }
    Ok((product, pages))
}

/// Takes a COA back: the one before it decides, or none. Where that lets nothing be sold any more, the stock
/// of its batch goes to quarantine.
pub fn revoke(tx: &Tx<'_>, by: &Actor, id: CoaId, input: &RevokeInput) -> Result<Coa, CoaError> {
    let coa = one(tx, id)?.ok_or(CoaError::NotFound { what: "COA" })?;
    if coa.revoked_at.is_some() {
        return Err(CoaError::Revoked);
    }
    let why = input.why.trim();
    if !(1..=500).contains(&why.chars().count()) {
        return Err(CoaError::Invalid { field: "why", why: "needs 1 to 500 characters".into() });
    }
    let decided = deciding(tx, coa.product.id, &coa.batch)? == Some(id);
    tx.execute(
        "UPDATE coa SET revoked_at = :at, revoked_by = :by, revoked_why = :why WHERE id = :id",
        named_params! {
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":why": why, ":id": id.0,
        },
    )?;
    let mut entry = Entry::open(tx, by, "coa_revoked")?;
    let mut case = None;
    if decided && of(tx, coa.product.id, &coa.batch)? != CoaState::Passed {
        let said =
            words!("The COA of {} was taken back: {why}", "Se retiró el COA de {}: {why}"; coa.lab);
        let reason = HoldReason::CoaRevoked;
        case = failing::take_in(tx, by, &mut entry, &coa.product, &coa.batch, reason, said)?;
    }
    entry.seal(&serde_json::json!({ "coa": id, "why": why, "case": case }))?;
    changed(tx, coa.product.id, &coa.batch)?;
    one(tx, id)?.ok_or(CoaError::NotFound { what: "COA" })
}

/// Whether the packages of a batch may be sold is another answer now.
fn changed(tx: &Tx<'_>, product: ProductId, batch: &str) -> Result<(), SqlError> {
    let packages = tx.all(
        "SELECT id FROM package WHERE product_id = :product
           AND coalesce(batch, tag) = :batch COLLATE NOCASE LIMIT 1000",
        named_params! { ":product": product.0, ":batch": batch },
        |row| row.get::<_, i64>(0),
    )?;
    for package in packages {
        tx.announce(Topic::Stock, package);
    }
    Ok(())
}

/// The COAs of a batch, newest first.
pub fn of_batch(db: &Db<'_>, product: ProductId, batch: &str) -> Result<Coas, SqlError> {
    let ids = db.all(
        "SELECT id FROM coa WHERE product_id = :product AND batch = :batch ORDER BY id DESC LIMIT 50",
        named_params! { ":product": product.0, ":batch": batch },
        |row| row.get(0).map(CoaId),
    )?;
    let coas =
        ids.into_iter().filter_map(|id| one(db, id).transpose()).collect::<Result<_, _>>()?;
    Ok(Coas { coas })
}

/// The COAs of a package's batch, newest first.
pub fn of_batch_of(db: &Db<'_>, package: PackageId) -> Result<Option<Coas>, SqlError> {
    let found = batch_of(db, package)?;
    found.map(|(product, batch)| of_batch(db, product, &batch)).transpose()
}

/// A package's product, and the batch that its COAs are filed under.
fn batch_of(db: &Db<'_>, id: PackageId) -> Result<Option<(ProductId, String)>, SqlError> {
    db.maybe(
        "SELECT product_id, coalesce(batch, tag) AS batch FROM package WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((ProductId(row.get("product_id")?), row.get("batch")?)),
    )
}

/// The COA that says whether a batch may be sold.
fn deciding(db: &Db<'_>, product: ProductId, batch: &str) -> Result<Option<CoaId>, SqlError> {
    db.maybe(
        "SELECT id FROM coa WHERE product_id = :product AND batch = :batch AND revoked_at IS NULL
         ORDER BY id DESC LIMIT 1",
        named_params! { ":product": product.0, ":batch": batch },
        |row| row.get(0).map(CoaId),
    )
}

/// What the papers of a batch say on the facility's day.
pub fn of(db: &Db<'_>, product: ProductId, batch: &str) -> Result<CoaState, SqlError> {
    let newest: Option<String> = db.maybe(
        "SELECT passed || coalesce(expires, '') AS coa FROM coa
         WHERE product_id = :product AND batch = :batch AND revoked_at IS NULL
         ORDER BY id DESC LIMIT 1",
        named_params! { ":product": product.0, ":batch": batch },
        |row| row.get("coa"),
    )?;
    Ok(sellable::coa_state(newest.as_deref(), settings::today(db)?))
}

/// What the papers of a package say; not needed for what did not come through the dock.
pub fn of_package(db: &Db<'_>, id: PackageId) -> Result<CoaState, SqlError> {
    let through_the_dock: bool = db.one(
        "SELECT EXISTS (SELECT 1 FROM receipt WHERE package_id = :id)",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    let found = if through_the_dock { batch_of(db, id)? } else { None };
    found.map_or(Ok(CoaState::NotNeeded), |(product, batch)| of(db, product, &batch))
}

fn one(db: &Db<'_>, id: CoaId) -> Result<Option<Coa>, SqlError> {
    let pages = db.all(
        "SELECT document_id FROM coa_page WHERE coa_id = :id ORDER BY page",
        named_params! { ":id": id.0 },
        |row| row.get(0).map(DocumentId),
    )?;
    db.maybe(
        "SELECT batch, lab, lab_license, tested, coa.expires, passed, thc, cbd, at, by_user,
                user.name AS by_name, revoked_at, revoked_why, product_id, sku, product.name, product.unit
         FROM coa JOIN product ON product.id = product_id LEFT JOIN user ON user.id = by_user
         WHERE coa.id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let by: Option<i64> = row.get("by_user")?;
            let name: Option<String> = row.get("by_name")?;
            Ok(Coa {
                id,
                product: ProductRef {
                    id: ProductId(row.get("product_id")?),
                    sku: row.get("sku")?,
                    name: row.get("name")?,
                    unit: refs::unit(row, "unit")?,
                },
                batch: row.get("batch")?,
                pages,
                lab: row.get("lab")?,
                lab_license: row.get("lab_license")?,
                tested: refs::date(row, "tested")?.unwrap_or_default(),
                expires: refs::date(row, "expires")?,
                passed: row.get("passed")?,
                thc: row.get("thc")?,
                cbd: row.get("cbd")?,
                at: At(row.get("at")?),
                by: by.zip(name).map(|(id, name)| UserRef { id: UserId(id), name }),
                revoked_at: row.get::<_, Option<i64>>("revoked_at")?.map(At),
                revoked_why: row.get("revoked_why")?,
            })
        },
    )
}
