//! What a COA that failed or was taken back does to the stock of its batch: all of it goes to quarantine in
//! the same command, with a case and an alert.

use crate::domain::id::{CaseId, PackageId, ProductId};
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::alert::{self, AlertKind};
use crate::workflow::casework::{self, CaseKind, NewCase};
use crate::workflow::quarantine::{self, HoldReason, QuarantineError, Sweep};
use crate::workflow::refs::ProductRef;

/// Takes the stock of a batch in; the case that it opened, nothing where the store has none of it, or holds
/// it for that already.
pub fn take_in(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &mut Entry<'_, '_>,
    product: &ProductRef,
    batch: &str,
    reason: HoldReason,
    said: Words,
) -> Result<Option<CaseId>, QuarantineError> {
    let packages = in_the_store(tx, product.id, batch, reason)?;
    if packages.is_empty() {
        return Ok(None);
    }
    let shelf = quarantine::shelf(tx)?;
    let (word, fetched) = match reason {
        HoldReason::CoaRevoked => {
            (words!("revoked", "revocado"), words!("its COA was revoked", "su COA fue revocado"))
        }
        _ => (words!("failed", "reprobado"), words!("its COA failed", "su COA fue reprobado")),
    };
    let title = words!("{}, batch {batch}: COA {}", "{}, lote {batch}: COA {}";
        [product.name, word.en], [product.name, word.es]);
    let new = NewCase {
        title: title.clone(),
        subject: Some(("product", product.id.0, format!("{} · {batch}", product.name))),
        package: if let [one] = packages[..] { Some(one) } else { None },
        evidence: vec![("coa", said)],
        ..NewCase::default()
    };
    let (case, _) = casework::open(tx, by, entry.seq(), CaseKind::Coa, &new)?;
    let sweep = Sweep { shelf: &shelf, reason, said: fetched, case };
    for package in packages {
        quarantine::sweep(tx, by, entry, package, &sweep)?;
    }
    alert::raise(tx, AlertKind::Coa, &title, Some(case), None)?;
    Ok(Some(case))
}

fn in_the_store(
    db: &Db<'_>,
    product: ProductId,
    batch: &str,
    reason: HoldReason,
) -> Result<Vec<PackageId>, SqlError> {
    db.all(
        "SELECT id FROM package
         WHERE product_id = :product AND coalesce(batch, tag) = :batch COLLATE NOCASE
           AND EXISTS (SELECT 1 FROM balance JOIN place ON place.id = place_id
                       WHERE package_id = package.id AND amount > 0
                         AND place.kind NOT IN ('account', 'waste'))
           AND NOT EXISTS (SELECT 1 FROM quarantine WHERE package_id = package.id
                             AND reason = :reason AND ended_at IS NULL)
         ORDER BY id",
        named_params! { ":product": product.0, ":batch": batch, ":reason": reason.word() },
        |row| row.get(0).map(PackageId),
    )
}
