//! Rows of a package list: judged against the packages known, and applied.

use chrono::NaiveDate;

use super::apply::Batch;
use super::judge::{Book, Verdict};
use super::products::Known;
use super::{FieldChange, ImportKind, RowState};
use crate::domain::adjust::Target;
use crate::domain::id::{PackageId, PlaceId};
use crate::domain::place::Account;
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::sheet::PackageFacts;
use crate::domain::tag::Tag;
use crate::domain::time::At;
use crate::ledger::{Entry, Movement, PostError};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::adjusting::{self, Read};
use crate::workflow::refs;

/// What the box has of a package that a file may change.
struct Kept {
    id: PackageId,
    unit: Unit,
    batch: Option<String>,
    packaged: Option<NaiveDate>,
    received: Option<At>,
    expires: Option<NaiveDate>,
    unit_cost_cents: Option<i64>,
    supplier: Option<String>,
    manifest: Option<String>,
    lab_state: String,
    on_hold: bool,
    recalled: bool,
    room: Option<String>,
}

/// New, changed (with each difference), unchanged, refused, or of an item that is no product yet.
pub fn judge(
    db: &Db<'_>,
    known: &mut Known,
    facts: &PackageFacts,
    book: Book,
) -> Result<Verdict, SqlError> {
    if let Some(kept) = kept(db, facts.tag)? {
        if kept.unit != facts.unit {
            return Ok(unit_clash(facts.unit, kept.unit, "the box keeps this package"));
        }
        let mut changes = differences(&kept, facts);
        let last = last_reading(db, kept.id, book)?;
        if last != Some(facts.amount) {
            let quantity = |amount| Quantity::new(amount, facts.unit).to_string();
            changes.push(FieldChange {
                field: format!("{}_quantity", book.word()),
                was: last.map(quantity),
                now: Some(quantity(facts.amount)),
            });
        }
        let state = if changes.is_empty() { RowState::Unchanged } else { RowState::Changed };
        return Ok(Verdict { changes, ..Verdict::of(state) });
    }
    match known.find(db, ImportKind::Packages, &facts.item, facts.sku.as_deref())? {
        None => Ok(Verdict::of(RowState::NeedsMapping)),
        Some(fit) if fit.kept_in() != facts.unit => {
            Ok(unit_clash(facts.unit, fit.kept_in(), "packages of this product are kept"))
        }
        Some(_) => Ok(Verdict::of(RowState::New)),
    }
}

fn unit_clash(file: Unit, ours: Unit, what: &str) -> Verdict {
    let reason = format!("The file has this in {file}, but {what} in {ours}.");
    Verdict::refused("unit", file.short(), "unit_clash", reason)
}

/// Applies one row. A new package gets its opening balance where the import posts one; a known one
/// gets its facts and a reading, its balance is never altered.
pub fn apply(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    known: &mut Known,
    batch: &mut Batch,
    facts: &PackageFacts,
    book: Book,
) -> Result<Verdict, StoreError> {
    let verdict = judge(tx, known, facts, book)?;
    let package = match verdict.state {
        RowState::Changed | RowState::Unchanged => {
            let kept = kept(tx, facts.tag)?.expect("judged as known in this very command");
            update(tx, kept.id, facts)?;
            if verdict.state == RowState::Changed {
                batch.did.push(serde_json::json!({
                    "package": kept.id, "changes": verdict.changes,
                }));
            }
            kept.id
        }
        RowState::New => {
            let fit = known.find(tx, ImportKind::Packages, &facts.item, facts.sku.as_deref())?;
            let fit = fit.expect("judged as mapped in this very command");
            let id = insert(tx, fit.product.0, facts)?;
            if let Some(unsorted) = batch.unsorted.filter(|_| facts.amount.is_positive()) {
                open_balance(entry, id, facts.amount, unsorted)?;
            }
            batch.did.push(serde_json::json!({
                "package": id, "tag": facts.tag, "product": fit.product, "unit": facts.unit,
            }));
            id
        }
        _ => return Ok(verdict),
    };
    let reading = tx.insert(
        "INSERT INTO reading (package_id, book, amount, unit, at, source, seq)
         VALUES (:package, :book, :amount, :unit, :at, :source, :seq)",
        named_params! {
            ":package": package.0, ":book": book.word(), ":amount": facts.amount.raw(),
            ":unit": facts.unit.short(), ":at": batch.at.0, ":source": batch.source,
            ":seq": entry.seq().0,
        },
    )?;
    let target = match book {
        Book::State => Target::State,
        Book::Pos => Target::Pos,
    };
    let read = Read { id: reading, package, target, amount: facts.amount, at: batch.at };
    adjusting::read(tx, &batch.by, entry.seq(), &read)?;
    let state =
        if verdict.state == RowState::Unchanged { verdict.state } else { RowState::Applied };
    Ok(Verdict { state, ..verdict })
}

fn open_balance(
    entry: &mut Entry<'_, '_>,
    package: PackageId,
    amount: Amount,
    unsorted: PlaceId,
) -> Result<(), StoreError> {
    let movement =
        Movement { package, amount, from: Account::Opening.id(), to: unsorted, reverses: None };
    entry.post(movement).map(|_| ()).map_err(|error| match error {
        PostError::Store(error) => error,
        other => StoreError::Invariant(format!("an opening balance: {other}")),
    })
}

fn insert(tx: &Tx<'_>, product: i64, facts: &PackageFacts) -> Result<PackageId, SqlError> {
    let id = tx.insert(
        "INSERT INTO package (tag, product_id, unit, batch, packaged, received, expires,
                              unit_cost_cents, supplier, manifest, lab_state, on_hold, recalled,
                              origin_tag, state_room, added_at)
         VALUES (:tag, :product, :unit, :batch, :packaged, :received, :expires, :cost, :supplier,
                 :manifest, :lab_state, :on_hold, :recalled, :origin, :room, :at)",
        named_params! {
            ":tag": facts.tag.as_str(), ":product": product, ":unit": facts.unit.short(),
            ":batch": facts.batch, ":packaged": facts.packaged.map(|day| day.to_string()),
            ":received": facts.received.map(|at| at.0), ":expires": expires(facts),
            ":cost": facts.unit_cost_cents, ":supplier": facts.supplier,
            ":manifest": facts.manifest, ":on_hold": facts.on_hold.unwrap_or(false),
            // What no book says has passed is not sold.
            ":lab_state": facts.lab_state.as_deref().unwrap_or("Unknown"),
            ":recalled": facts.recalled.unwrap_or(false), ":room": facts.room,
            ":origin": facts.retail_id_origin.filter(|tag| *tag != facts.tag).map(|tag| tag.to_string()),
            ":at": tx.now().0,
        },
    )?;
    Ok(PackageId(id))
}

/// What a file does not say stays as it is.
fn update(tx: &Tx<'_>, id: PackageId, facts: &PackageFacts) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE package SET batch = coalesce(:batch, batch), packaged = coalesce(:packaged, packaged),
                received = coalesce(:received, received), expires = coalesce(:expires, expires),
                unit_cost_cents = coalesce(:cost, unit_cost_cents),
                supplier = coalesce(:supplier, supplier), manifest = coalesce(:manifest, manifest),
                lab_state = coalesce(:lab_state, lab_state), on_hold = coalesce(:on_hold, on_hold),
                recalled = coalesce(:recalled, recalled), state_room = coalesce(:room, state_room)
         WHERE id = :id",
        named_params! {
            ":batch": facts.batch, ":packaged": facts.packaged.map(|day| day.to_string()),
            ":received": facts.received.map(|at| at.0), ":expires": expires(facts),
            ":cost": facts.unit_cost_cents, ":supplier": facts.supplier,
            ":manifest": facts.manifest, ":lab_state": facts.lab_state,
            ":on_hold": facts.on_hold, ":recalled": facts.recalled, ":room": facts.room, ":id": id.0,
        },
    )?;
    Ok(())
}

/// The day after which it may not be sold: its own dates, or its lab result's.
fn sellable_until(facts: &PackageFacts) -> Option<NaiveDate> {
    [facts.expires, facts.lab_expires].into_iter().flatten().min()
}

fn expires(facts: &PackageFacts) -> Option<String> {
    sellable_until(facts).map(|day| day.to_string())
}

fn last_reading(db: &Db<'_>, id: PackageId, book: Book) -> Result<Option<Amount>, SqlError> {
    db.maybe(
        "SELECT amount FROM reading WHERE package_id = :id AND book = :book
         ORDER BY at DESC, id DESC LIMIT 1",
        named_params! { ":id": id.0, ":book": book.word() },
        |row| row.get(0).map(Amount::from_raw),
    )
}

fn kept(db: &Db<'_>, tag: Tag) -> Result<Option<Kept>, SqlError> {
    db.maybe(
        "SELECT id, unit, batch, packaged, received, expires, unit_cost_cents, supplier, manifest,
                lab_state, on_hold, recalled, state_room
         FROM package WHERE tag = :tag",
        named_params! { ":tag": tag.as_str() },
        |row| {
            Ok(Kept {
                id: PackageId(row.get("id")?),
                unit: refs::unit(row, "unit")?,
                batch: row.get("batch")?,
                packaged: refs::date(row, "packaged")?,
                received: row.get::<_, Option<i64>>("received")?.map(At),
                expires: refs::date(row, "expires")?,
                unit_cost_cents: row.get("unit_cost_cents")?,
                supplier: row.get("supplier")?,
                manifest: row.get("manifest")?,
                lab_state: row.get("lab_state")?,
                on_hold: row.get("on_hold")?,
                recalled: row.get("recalled")?,
                room: row.get("state_room")?,
            })
        },
    )
}

/// What the file says otherwise; what it does not say is no difference.
fn differences(kept: &Kept, facts: &PackageFacts) -> Vec<FieldChange> {
    fn differs<T: PartialEq>(
        was: Option<&T>,
        now: Option<&T>,
        text: fn(&T) -> String,
        field: &str,
    ) -> Option<FieldChange> {
        let now = now.filter(|now| Some(*now) != was)?;
        Some(FieldChange { field: field.to_owned(), was: was.map(text), now: Some(text(now)) })
    }
    let (day, word) = (NaiveDate::to_string, String::clone);
    let number = |cents: &i64| cents.to_string();
    [
        differs(kept.batch.as_ref(), facts.batch.as_ref(), word, "batch"),
        differs(kept.packaged.as_ref(), facts.packaged.as_ref(), day, "packaged"),
        differs(kept.received.as_ref(), facts.received.as_ref(), At::to_string, "received"),
        differs(kept.expires.as_ref(), sellable_until(facts).as_ref(), day, "expires"),
        differs(
            kept.unit_cost_cents.as_ref(),
            facts.unit_cost_cents.as_ref(),
            number,
            "unit_cost_cents",
        ),
        differs(kept.supplier.as_ref(), facts.supplier.as_ref(), word, "supplier"),
        differs(kept.manifest.as_ref(), facts.manifest.as_ref(), word, "manifest"),
        differs(Some(&kept.lab_state), facts.lab_state.as_ref(), word, "lab_state"),
        differs(Some(&kept.on_hold), facts.on_hold.as_ref(), bool::to_string, "on_hold"),
        differs(Some(&kept.recalled), facts.recalled.as_ref(), bool::to_string, "recalled"),
        differs(kept.room.as_ref(), facts.room.as_ref(), word, "room"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
