//! The intents of an adjustment, with every field as it is entered outside.

use chrono::NaiveDate;

use super::SaleLine;
use super::intents::FieldValue;
use crate::domain::adjust::{self, Target};
use crate::domain::id::{AdjustmentId, PackageId, Seq};
use crate::domain::jurisdiction::Deadline;
use crate::domain::quantity::Amount;
use crate::domain::topic::Topic;
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::casework;
use crate::workflow::refs::PackageFacts;

/// What the intents of one adjustment share.
pub struct NewIntent<'t> {
    pub adjustment: AdjustmentId,
    /// The case's code.
    pub case: Option<&'t str>,
    pub note: &'t str,
    pub deadline: Deadline,
    pub seq: Seq,
}

/// An adjustment of a package in one of the books outside.
pub fn adjusted(
    tx: &Tx<'_>,
    of: &NewIntent<'_>,
    target: Target,
    package: &PackageFacts,
    delta: Amount,
    reason: &str,
    day: NaiveDate,
) -> Result<(), StoreError> {
    let token = token()?;
    let note = adjust::note(&token, of.case, of.note, target.note_limit());
    let (tag, delta) = (package.reference.tag.clone(), delta.to_string());
    let unit = package.unit.long().to_owned();
    let (reason, day) = (reason.to_owned(), day.to_string());
    // As the books outside name them (METRC `POST /packages/v2/adjust`: a signed difference).
    let fields = match target {
        Target::State => vec![
            ("Label", tag),
            ("Quantity", delta),
            ("UnitOfMeasure", unit),
            ("AdjustmentReason", reason),
            ("AdjustmentDate", day),
            ("ReasonNote", note),
        ],
        Target::Pos => vec![
            ("Package", tag),
            ("SKU", package.reference.product.sku.clone()),
            ("Quantity change", delta),
            ("Unit", unit),
            ("Reason", reason),
            ("Date", day),
            ("Notes", note),
        ],
    };
    insert(tx, of, &token, target, "adjust", package, fields)
}

/// The correction of a receipt's line in the POS.
pub fn receipt(
    tx: &Tx<'_>,
    of: &NewIntent<'_>,
    line: &SaleLine,
    wrong: &PackageFacts,
    right: &PackageFacts,
) -> Result<(), StoreError> {
    let token = token()?;
    let note = adjust::note(&token, of.case, of.note, Target::Pos.note_limit());
    let fields = vec![
        ("Receipt", line.receipt.clone()),
        ("Line", line.line.to_string()),
        ("Wrong SKU", wrong.reference.product.sku.clone()),
        ("Right SKU", right.reference.product.sku.clone()),
        ("Right package", right.reference.tag.clone()),
        ("Notes", note),
    ];
    insert(tx, of, &token, Target::Pos, "receipt", right, fields)
}

fn token() -> Result<String, StoreError> {
    Ok(format!("BS-{}", casework::new_code()?))
}

fn insert(
    tx: &Tx<'_>,
    of: &NewIntent<'_>,
    token: &str,
    target: Target,
    kind: &str,
    package: &PackageFacts,
    fields: Vec<(&str, String)>,
) -> Result<(), StoreError> {
    let fields: Vec<FieldValue> =
        fields.into_iter().map(|(name, value)| FieldValue { name: name.into(), value }).collect();
    let fields = serde_json::to_string(&fields)
        .map_err(|error| StoreError::Invariant(format!("fields of an intent: {error}")))?;
    let id = tx.insert(
        "INSERT INTO intent (token, target, kind, adjustment_id, package_id, fields, expected, seq, deadline,
                             deadline_why, state, made_at)
         VALUES (:token, :target, :kind, :adjustment, :package, :fields, :expected, :seq, :deadline, :why,
                 'waiting', :at)",
        named_params! {
            ":token": token, ":target": target.word(), ":kind": kind,
            ":adjustment": of.adjustment.0, ":package": package.reference.id.0, ":fields": fields,
            ":expected": in_store(tx, package.reference.id)?.raw(), ":seq": of.seq.0,
            ":deadline": of.deadline.at.0, ":why": of.deadline.why, ":at": tx.now().0,
        },
    )?;
    tx.announce(Topic::Intents, id);
    Ok(())
}

/// What the store holds of a package in all its places.
fn in_store(db: &Db<'_>, package: PackageId) -> Result<Amount, SqlError> {
    db.one(
        "SELECT coalesce(sum(amount), 0) FROM balance WHERE package_id = :package AND place_id >= 100",
        named_params! { ":package": package.0 },
        |row| row.get(0).map(Amount::from_raw),
    )
}
