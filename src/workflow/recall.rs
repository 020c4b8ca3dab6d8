//! Recalls: by batch, product or supplier, in one command. What is in the store goes to quarantine, what is
//! on its way is named with who carries it, and every unit is accounted for: where it is and where it went.

use serde::{Deserialize, Serialize};

use super::alert::{self, AlertKind};
use super::casework::{self, CaseKind, NewCase};
use super::quarantine::{self, HoldReason, QuarantineError, Sweep};
use super::refs::{self, PackageRef, PlaceRef, UserRef};
use crate::domain::id::{CaseId, PackageId, PlaceId, ProductId, RecallId};
use crate::domain::place::{Account, PlaceKind};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// Packages of one recall.
const PACKAGES: i64 = 5_000;

/// What is recalled: all given conditions hold together, and one at least is given.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct RecallScope {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<i64>,
    /// The supplier's name as packages have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecallInput {
    pub scope: RecallScope,
    /// Who recalls it and why: 1 to 500 characters.
    pub reason: String,
}

/// How much is at a place, or went to an account.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RecallShare {
    pub place: PlaceRef,
    pub quantity: Quantity,
    /// Who carries it, where it is in a tote.
    pub with: Option<UserRef>,
}

/// One package of a recall, with every unit of it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RecalledPackage {
    pub package: PackageRef,
    pub supplier: Option<String>,
    pub received: Option<At>,
    /// What ever came in: the sum of what follows.
    pub came: Quantity,
    /// In the store.
    pub here: Vec<RecallShare>,
    /// Sold, wasted, returned, adjusted.
    pub gone: Vec<RecallShare>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RecallPreview {
    pub packages: Vec<RecalledPackage>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Recall {
    pub id: RecallId,
    pub code: String,
    pub case: CaseId,
    pub batch: Option<String>,
    pub product: Option<String>,
    pub supplier: Option<String>,
    pub reason: String,
    pub at: At,
    pub by: Option<UserRef>,
    pub packages: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Recalls {
    pub recalls: Vec<Recall>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RecallView {
    pub recall: Recall,
    pub packages: Vec<RecalledPackage>,
}

#[derive(Debug, thiserror::Error)]
pub enum RecallError {
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    #[error("nothing of it was ever here")]
    Nothing,
    #[error("that is more than {PACKAGES} packages")]
    TooMany,
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
}

impl From<SqlError> for RecallError {
    fn from(error: SqlError) -> Self {
        Self::Quarantine(error.into())
    }
}

impl From<StoreError> for RecallError {
    fn from(error: StoreError) -> Self {
        Self::Quarantine(error.into())
    }
}

/// What a recall would find, without doing anything.
pub fn preview(db: &Db<'_>, scope: &RecallScope) -> Result<RecallPreview, RecallError> {
    let packages = found(db, scope)?;
    let packages: Result<Vec<_>, _> = packages.into_iter().map(|id| account(db, id)).collect();
    Ok(RecallPreview { packages: packages?.into_iter().flatten().collect() })
}

/// Recalls: marks the packages, takes what is in the store to quarantine, opens the case.
pub fn recall(tx: &Tx<'_>, by: &Actor, input: &RecallInput) -> Result<RecallView, RecallError> {
    let reason = input.reason.trim();
    if !(1..=500).contains(&reason.chars().count()) {
        return Err(RecallError::Invalid { field: "reason", why: "needs 1 to 500 characters" });
    }
    let packages = found(tx, &input.scope)?;
    if packages.is_empty() {
        return Err(RecallError::Nothing);
    }
    let mut entry = Entry::open(tx, by, "recalled")?;
    let name = named(tx, &input.scope)?;
    // Its case names it, and it names its case: the number is taken first.
    let id: i64 = tx.one("SELECT coalesce(max(id), 0) + 1 FROM recall", [], |row| row.get(0))?;
    let title = words!("Recall: {}", "Retiro: {}"; [name.en], [name.es]);
    let count = packages.len();
    let new = NewCase {
        title: title.clone(),
        subject: Some(("recall", id, name.en.clone())),
        evidence: vec![(
            "recall",
            words!("{}, {count} packages: {reason}", "{}, {count} paquetes: {reason}";
            [name.en], [name.es]),
        )],
        ..NewCase::default()
    };
    let (case, code) = casework::open(tx, by, entry.seq(), CaseKind::Recall, &new)?;
    tx.execute(
        "INSERT INTO recall (id, code, kase_id, batch, product_id, supplier, reason, at, by_user)
         VALUES (:id, :code, :case, :batch, :product, :supplier, :reason, :at, :by)",
        named_params! {
            ":id": id, ":code": code, ":case": case.0, ":batch": trimmed(input.scope.batch.as_deref()),
            ":product": input.scope.product, ":supplier": trimmed(input.scope.supplier.as_deref()),
            ":reason": reason, ":at": tx.now().0, ":by": by.user.map(|user| user.0),
        },
    )?;
    let shelf = quarantine::shelf(tx)?;
    let sweep = Sweep {
        shelf: &shelf,
        reason: HoldReason::Recall,
        said: words!("recalled", "retirado del mercado"),
        case,
    };
    for package in &packages {
        tx.execute(
            "UPDATE package SET recalled = 1 WHERE id = :id",
            named_params! { ":id": package.0 },
        )?;
        quarantine::sweep(tx, by, &mut entry, *package, &sweep)?;
        tx.insert(
            "INSERT INTO recall_package (recall_id, package_id) VALUES (:recall, :package)",
            named_params! { ":recall": id, ":package": package.0 },
        )?;
    }
    alert::raise(tx, AlertKind::Recall, &title, Some(case), None)?;
    entry.seal(&serde_json::json!({
        "recall": id, "scope": input.scope, "reason": reason, "packages": packages, "case": case,
    }))?;
    view(tx, RecallId(id))?.ok_or(RecallError::Nothing)
}

fn trimmed(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn named(db: &Db<'_>, scope: &RecallScope) -> Result<Words, SqlError> {
    let product = match scope.product {
        Some(id) => refs::product(db, ProductId(id))?.map(|product| product.name),
        None => None,
    };
    let parts = [
        product.as_deref().map(Words::own),
        trimmed(scope.batch.as_deref()).map(|batch| words!("batch {batch}", "lote {batch}")),
        trimmed(scope.supplier.as_deref()).map(|from| words!("from {from}", "de {from}")),
    ];
    Ok(Words::joined(&parts.into_iter().flatten().collect::<Vec<_>>(), ", "))
}

fn found(db: &Db<'_>, scope: &RecallScope) -> Result<Vec<PackageId>, RecallError> {
    let (batch, supplier) = (trimmed(scope.batch.as_deref()), trimmed(scope.supplier.as_deref()));
    if batch.is_none() && supplier.is_none() && scope.product.is_none() {
        let why = "needs a batch, a product or a supplier";
        return Err(RecallError::Invalid { field: "scope", why });
    }
    let ids = db.all(
        "SELECT id FROM package
         WHERE (:batch IS NULL OR batch = :batch COLLATE NOCASE)
           AND (:product IS NULL OR product_id = :product)
           AND (:supplier IS NULL OR supplier = :supplier COLLATE NOCASE)
         ORDER BY id LIMIT :limit",
        named_params! {
            ":batch": batch, ":product": scope.product, ":supplier": supplier,
            ":limit": PACKAGES + 1,
        },
        |row| row.get(0).map(PackageId),
    )?;
    if ids.len() as i64 > PACKAGES { Err(RecallError::TooMany) } else { Ok(ids) }
}

/// Where every unit of a package is and went, from its balances.
fn account(db: &Db<'_>, id: PackageId) -> Result<Option<RecalledPackage>, SqlError> {
    let Some(facts) = refs::package(db, id)? else { return Ok(None) };
    let (supplier, received) = db.one(
        "SELECT supplier, received FROM package WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(At))),
    )?;
    let balances = db.all(
        "SELECT place_id, amount FROM balance WHERE package_id = :id AND amount <> 0
         ORDER BY amount DESC",
        named_params! { ":id": id.0 },
        |row| Ok((PlaceId(row.get(0)?), Amount::from_raw(row.get(1)?))),
    )?;
    let (mut here, mut gone, mut came) = (Vec::new(), Vec::new(), Amount::ZERO);
    for (place, amount) in balances {
        if [Account::Opening.id(), Account::Supplier.id()].contains(&place) {
            came = came - amount;
            continue;
        }
        let Some(place) = refs::place(db, place)? else { continue };
        let with = if place.kind == PlaceKind::Tote { carrier(db, place.id)? } else { None };
        let (quantity, physical) = (facts.quantity(amount), place.id.is_physical());
        let share = RecallShare { place, quantity, with };
        if physical { here.push(share) } else { gone.push(share) }
    }
    let came = facts.quantity(came);
    Ok(Some(RecalledPackage { package: facts.reference, supplier, received, came, here, gone }))
}

fn carrier(db: &Db<'_>, tote: PlaceId) -> Result<Option<UserRef>, SqlError> {
    let user: Option<i64> = db
        .maybe(
            "SELECT coalesce(carrier_id, picker_id) FROM pick
             WHERE tote_id = :tote AND state IN ('picking', 'in_transit')
             UNION ALL SELECT picker_id FROM online_order JOIN pick_order ON order_id = online_order.id
                       JOIN pick ON pick.id = pick_id
              WHERE online_order.tote_id = :tote AND online_order.state = 'picking' AND left_at IS NULL LIMIT 1",
            named_params! { ":tote": tote.0 },
            |row| row.get(0),
        )?
        .flatten();
    refs::known_user(db, user)
}

const RECALL: &str = "
    SELECT recall.id, code, kase_id, batch, product.name AS product, supplier, reason, at, by_user,
           (SELECT count(*) FROM recall_package WHERE recall_id = recall.id) AS packages
    FROM recall LEFT JOIN product ON product.id = product_id";

/// Recalls, newest first.
pub fn list(db: &Db<'_>) -> Result<Recalls, SqlError> {
    let rows = db.all(&format!("{RECALL} ORDER BY recall.id DESC LIMIT 200"), [], row)?;
    let recalls = rows
        .into_iter()
        .map(|(by, one)| Ok::<_, SqlError>(Recall { by: refs::known_user(db, by)?, ..one }));
    Ok(Recalls { recalls: recalls.collect::<Result<_, _>>()? })
}

/// One recall, with where every unit is now.
pub fn view(db: &Db<'_>, id: RecallId) -> Result<Option<RecallView>, SqlError> {
    let found =
        db.maybe(&format!("{RECALL} WHERE recall.id = :id"), named_params! { ":id": id.0 }, row)?;
    let Some((by, one)) = found else { return Ok(None) };
    let recall = Recall { by: refs::known_user(db, by)?, ..one };
    let ids = db.all(
        "SELECT package_id FROM recall_package WHERE recall_id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0).map(PackageId),
    )?;
    let packages: Result<Vec<_>, _> = ids.into_iter().map(|id| account(db, id)).collect();
    Ok(Some(RecallView { recall, packages: packages?.into_iter().flatten().collect() }))
}

fn row(row: &crate::store::Row<'_>) -> Result<(Option<i64>, Recall), SqlError> {
    let recall = Recall {
        id: RecallId(row.get("id")?),
        code: row.get("code")?,
        case: CaseId(row.get("kase_id")?),
        batch: row.get("batch")?,
        product: row.get("product")?,
        supplier: row.get("supplier")?,
        reason: row.get("reason")?,
        at: At(row.get("at")?),
        by: None,
        packages: row.get("packages")?,
    };
    Ok((row.get("by_user")?, recall))
}
