//! Rows of a sales list: each takes from the places of its POS room the package it names, else the
//! open one, else the oldest there. What cannot be placed goes to a case; returns do too, nothing is
//! put back by itself. A receipt's line counts once, however often its file is loaded.

use super::apply::Batch;
use super::judge::Verdict;
use super::products::{Fit, Known, by_id};
use super::{FieldChange, ImportKind, RowState};
use crate::domain::id::{CaseId, MovementId, PackageId, PlaceId, ProductId, Seq};
use crate::domain::place::Account;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::sheet::{SaleFacts, SaleKind};
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry, Movement, PostError};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::casework::{self, CaseKind, NewCase};
use crate::workflow::fulfilling;

/// The most pieces of evidence that one case collects; the sales themselves all name it.
const EVIDENCE_LIMIT: i64 = 200;

pub fn judge(db: &Db<'_>, known: &mut Known, facts: &SaleFacts) -> Result<Verdict, SqlError> {
    if let Some((kind, amount)) = sold(db, facts)? {
        return Ok(against_known(facts, &kind, amount));
    }
    match facts.kind {
        SaleKind::Void => {
            let reason = "The receipt was voided: nothing was taken.";
            return Ok(Verdict::noted(RowState::Unchanged, "kind", "void", "void", reason));
        }
        SaleKind::Return => {
            let reason = because("return").en;
            return Ok(Verdict::noted(RowState::Unplaced, "kind", "return", "return", reason));
        }
        SaleKind::Sale => {}
    }
    let fit = match named_package(db, facts)? {
        Named::Nothing => known.find(db, ImportKind::Sales, &facts.item, facts.sku.as_deref())?,
        Named::Package(_, product) => by_id(db, product)?,
        Named::Unknown(tag) => {
            let reason = because("unknown_package").en;
            return Ok(Verdict::noted(RowState::Unplaced, "tag", tag, "unknown_package", reason));
        }
    };
    let Some(fit) = fit else { return Ok(Verdict::of(RowState::NeedsMapping)) };
    if fit.taken(facts.amount, facts.unit).is_none() {
        let value = facts.unit.map_or_else(
            || facts.amount.to_string(),
            |u| Quantity::new(facts.amount, u).to_string(),
        );
        let reason = format!("The product is sold in {} and kept in {}.", fit.unit, fit.kept_in());
        return Ok(Verdict::refused("unit", value, "unit_clash", reason));
    }
    if places(db, facts.room.as_deref())?.is_empty() {
        let room = facts.room.clone().unwrap_or_default();
        let reason = because("unknown_room").en;
        return Ok(Verdict::noted(RowState::Unplaced, "room", room, "unknown_room", reason));
    }
    Ok(Verdict::of(RowState::New))
}

/// A line that was loaded before: the same again, or changed since.
fn against_known(facts: &SaleFacts, kind: &str, amount: Amount) -> Verdict {
    let mut changes = Vec::new();
    let mut change = |field: &str, was: String, now: String| {
        if was != now {
            changes.push(FieldChange { field: field.into(), was: Some(was), now: Some(now) });
        }
    };
    change("kind", kind.to_owned(), word(facts.kind).to_owned());
    change("quantity", amount.to_string(), facts.amount.to_string());
    let state = if changes.is_empty() { RowState::Unchanged } else { RowState::Changed };
    Verdict { changes, ..Verdict::of(state) }
}

const fn word(kind: SaleKind) -> &'static str {
    match kind {
        SaleKind::Sale => "sale",
        SaleKind::Return => "return",
        SaleKind::Void => "void",
    }
}

/// Applies one row.
pub fn apply(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    known: &mut Known,
    batch: &mut Batch,
    facts: &SaleFacts,
) -> Result<Verdict, StoreError> {
    let verdict = judge(tx, known, facts)?;
    let seq = entry.seq();
    match verdict.state {
        RowState::New => take(tx, entry, known, batch, facts),
        RowState::Changed => {
            let said: Vec<Words> = verdict.changes.iter().map(changed).collect();
            let said = Words::joined(&said, "; ");
            let why = words!("The receipt changed after it was loaded ({}).",
                "El recibo cambió después de cargarse ({})."; [said.en], [said.es]);
            let title = words!("Receipts changed afterwards", "Recibos que cambiaron después");
            let case = note(tx, &batch.by, seq, batch, facts, title, &why)?;
            tx.execute(
                "UPDATE sale SET kind = :kind, amount = :amount, kase_id = :case
                 WHERE receipt = :receipt AND line = :line",
                named_params! {
                    ":kind": word(facts.kind), ":amount": facts.amount.raw(), ":case": case.0,
                    ":receipt": facts.receipt, ":line": facts.line_no,
                },
            )?;
            Ok(Verdict {
                changes: verdict.changes,
                ..Verdict::noted(
                    RowState::Unplaced,
                    "receipt",
                    &facts.receipt,
                    "receipt_changed",
                    why.en,
                )
            })
        }
        RowState::Unplaced | RowState::NeedsMapping => {
            let code = verdict.refusal.as_ref().map_or("unknown_item", |refusal| refusal.code);
            let (title, why) = match code {
                "return" => (words!("Returns", "Devoluciones"), because(code)),
                _ => (unplaced(facts), because(code)),
            };
            // Of which product it is, is known where only its room is not.
            let fit =
                (code == "unknown_room").then(|| fit_of(tx, known, facts)).transpose()?.flatten();
            if let Some(verdict) =
                fit.map_or(Ok(None), |fit| of_order(tx, entry, batch, facts, fit))?
            {
                return Ok(verdict);
            }
            let case = note(tx, &batch.by, seq, batch, facts, title, &why)?;
            record(tx, seq, facts, fit.map(|fit| fit.0.product), Some(case))?;
            fulfilling::settle(tx, entry, &facts.receipt)?;
            Ok(match verdict.refusal {
                Some(_) => verdict,
                None => Verdict::noted(RowState::Unplaced, "item", &facts.item, code, why.en),
            })
        }
        _ => Ok(verdict),
    }
}

/// Takes a sale from the floor, as far as it is there; the rest goes to a case.
fn take(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    known: &mut Known,
    batch: &mut Batch,
    facts: &SaleFacts,
) -> Result<Verdict, StoreError> {
    let found = fit_of(tx, known, facts)?.expect("judged as mapped in this very command");
    if let Some(verdict) = of_order(tx, entry, batch, facts, found)? {
        return Ok(verdict);
    }
    let (fit, named) = found;
    let wanted = fit.taken(facts.amount, facts.unit).expect("judged to fit in this very command");
    let mut left = wanted;
    let mut movements = Vec::new();
    for place in places(tx, facts.room.as_deref())? {
        for (package, held) in lots(tx, place, fit, named)? {
            let amount = held.min(left);
            if amount.is_positive() {
                movements.push(post(entry, package, amount, place)?);
                keep_open(tx, place, fit.product, package, held - amount)?;
                left = left - amount;
            }
        }
    }
    let seq = entry.seq();
    batch.sold += 1;
    if left.is_zero() {
        let sale = record(tx, seq, facts, Some(fit.product), None)?;
        link(tx, sale, &movements)?;
        fulfilling::settle(tx, entry, &facts.receipt)?;
        return Ok(Verdict::of(RowState::Applied));
    }
    let unit = fit.kept_in();
    let (left, wanted) = (Quantity::new(left, unit), Quantity::new(wanted, unit));
    let why = words!(
        "{left} of {wanted} is not on the floor by the book.",
        "{left} de {wanted} no está en el piso según el libro."
    );
    let case = note(tx, &batch.by, seq, batch, facts, unplaced(facts), &why)?;
    let sale = record(tx, seq, facts, Some(fit.product), Some(case))?;
    link(tx, sale, &movements)?;
    fulfilling::settle(tx, entry, &facts.receipt)?;
    Ok(Verdict::noted(
        RowState::Unplaced,
        "quantity",
        facts.amount.to_string(),
        "not_there",
        why.en,
    ))
}

/// What a sale is of, and the package where it names one; nothing where it is not known.
fn fit_of(
    db: &Db<'_>,
    known: &mut Known,
    facts: &SaleFacts,
) -> Result<Option<(Fit, Option<PackageId>)>, SqlError> {
    if let Named::Package(package, product) = named_package(db, facts)? {
        return Ok(by_id(db, product)?.map(|fit| (fit, Some(package))));
    }
    let fit = known.find(db, ImportKind::Sales, &facts.item, facts.sku.as_deref())?;
    Ok(fit.map(|fit| (fit, None)))
}

/// A sale of what was handed over as an online order takes nothing: the hand-over did.
fn of_order(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    batch: &mut Batch,
    facts: &SaleFacts,
    (fit, package): (Fit, Option<PackageId>),
) -> Result<Option<Verdict>, StoreError> {
    let Some(amount) = fit.taken(facts.amount, facts.unit) else { return Ok(None) };
    let (sold_at, product) = (facts.sold_at, fit.product);
    let sold = fulfilling::Sale { sold_at, product, package, amount };
    let Some(rows) = fulfilling::find_sale(tx, &sold)? else { return Ok(None) };
    let sale = record(tx, entry.seq(), facts, Some(product), None)?;
    fulfilling::bind_sale(tx, entry, sale, &facts.receipt, &rows)?;
    fulfilling::settle(tx, entry, &facts.receipt)?;
    batch.sold += 1;
    Ok(Some(Verdict::of(RowState::Applied)))
}

fn post(
    entry: &mut Entry<'_, '_>,
    package: PackageId,
    amount: Amount,
    from: PlaceId,
) -> Result<MovementId, StoreError> {
    let movement = Movement { package, amount, from, to: Account::Sold.id(), reverses: None };
    entry.post(movement).map(|posted| posted.id).map_err(|error| match error {
        PostError::Store(error) => error,
        other => StoreError::Invariant(format!("a sale: {other}")),
    })
}

/// What is left of a package after a sale is the open one of its product there.
fn keep_open(
    tx: &Tx<'_>,
    place: PlaceId,
    product: ProductId,
    package: PackageId,
    left: Amount,
) -> Result<(), SqlError> {
    if left.is_zero() {
        tx.execute(
            "DELETE FROM open_package WHERE place_id = :place AND package_id = :package",
            named_params! { ":place": place.0, ":package": package.0 },
        )?;
        return Ok(());
    }
    tx.execute(
        "INSERT INTO open_package (place_id, product_id, package_id)
         VALUES (:place, :product, :package)
         ON CONFLICT (place_id, product_id) DO NOTHING",
        named_params! { ":place": place.0, ":product": product.0, ":package": package.0 },
    )?;
    Ok(())
}

/// The floor stations that a room's sales are taken from, in walking order; all of them for a file
/// that names no room.
fn places(db: &Db<'_>, room: Option<&str>) -> Result<Vec<PlaceId>, SqlError> {
    db.all(
        "SELECT id FROM place WHERE kind = 'floor' AND active = 1
           AND (:room IS NULL OR pos_room = :room COLLATE NOCASE) ORDER BY walk, id",
        named_params! { ":room": room },
        |row| row.get(0).map(PlaceId),
    )
}

/// What a place has of the product: the open package first, then the oldest. Only the named package
/// where the sale names one.
fn lots(
    db: &Db<'_>,
    place: PlaceId,
    fit: Fit,
    named: Option<PackageId>,
) -> Result<Vec<(PackageId, Amount)>, SqlError> {
    db.all(
        "SELECT package.id, balance.amount FROM balance JOIN package ON package.id = balance.package_id
         LEFT JOIN open_package ON open_package.place_id = balance.place_id
                               AND open_package.package_id = package.id
         WHERE balance.place_id = :place AND balance.place_id >= 100 AND balance.amount > 0
           AND package.product_id = :product AND (:named IS NULL OR package.id = :named)
         ORDER BY open_package.package_id IS NULL, package.expires IS NULL, package.expires,
                  package.received, package.id",
        named_params! {
            ":place": place.0, ":product": fit.product.0, ":named": named.map(|package| package.0),
        },
        |row| Ok((PackageId(row.get("id")?), Amount::from_raw(row.get("amount")?))),
    )
}

enum Named {
    /// The row names no package.
    Nothing,
    Package(PackageId, ProductId),
    Unknown(String),
}

fn named_package(db: &Db<'_>, facts: &SaleFacts) -> Result<Named, SqlError> {
    let Some(tag) = facts.tag else { return Ok(Named::Nothing) };
    let found = db.maybe(
        "SELECT id, product_id FROM package WHERE tag = :tag",
        named_params! { ":tag": tag.as_str() },
        |row| Ok((PackageId(row.get("id")?), ProductId(row.get("product_id")?))),
    )?;
    Ok(found.map_or_else(
        || Named::Unknown(tag.to_string()),
        |(id, product)| Named::Package(id, product),
    ))
}

fn sold(db: &Db<'_>, facts: &SaleFacts) -> Result<Option<(String, Amount)>, SqlError> {
    db.maybe(
        "SELECT kind, amount FROM sale WHERE receipt = :receipt AND line = :line",
        named_params! { ":receipt": facts.receipt, ":line": facts.line_no },
        |row| Ok((row.get("kind")?, Amount::from_raw(row.get("amount")?))),
    )
}

fn record(
    tx: &Tx<'_>,
    seq: Seq,
    facts: &SaleFacts,
    product: Option<ProductId>,
    case: Option<CaseId>,
) -> Result<i64, SqlError> {
    tx.insert(
        "INSERT INTO sale (receipt, line, sold_at, product_id, item, kind, amount, room, seq, kase_id)
         VALUES (:receipt, :line, :sold_at, :product, :item, :kind, :amount, :room, :seq, :case)",
        named_params! {
            ":receipt": facts.receipt, ":line": facts.line_no, ":sold_at": facts.sold_at.0,
            ":product": product.map(|product| product.0), ":item": facts.item,
            ":kind": word(facts.kind), ":amount": facts.amount.raw(), ":room": facts.room,
            ":seq": seq.0, ":case": case.map(|case| case.0),
        },
    )
}

/// What a sale took, so that a count knows when it left the shelf.
fn link(tx: &Tx<'_>, sale: i64, movements: &[MovementId]) -> Result<(), SqlError> {
    for movement in movements {
        tx.insert(
            "INSERT INTO sale_movement (movement_id, sale_id) VALUES (:movement, :sale)",
            named_params! { ":movement": movement.0, ":sale": sale },
        )?;
    }
    Ok(())
}

/// Adds the sale to this import's case of that title, which it opens where there is none.
fn note(
    tx: &Tx<'_>,
    by: &Actor,
    seq: Seq,
    batch: &Batch,
    facts: &SaleFacts,
    title: Words,
    why: &Words,
) -> Result<CaseId, StoreError> {
    let title = title.cut(160);
    let text = of_receipt(facts, why);
    let known = tx.maybe(
        "SELECT kase.id, (SELECT count(*) FROM evidence WHERE kase_id = kase.id) AS evidence
         FROM kase WHERE state = 'open' AND kind = 'sale' AND subject_kind = 'import'
           AND subject_id = :import AND title = :title",
        named_params! { ":import": batch.id.0, ":title": title.en },
        |row| Ok((CaseId(row.get("id")?), row.get::<_, i64>("evidence")?)),
    )?;
    let Some((case, evidence)) = known else {
        let new = NewCase {
            title,
            subject: Some(("import", batch.id.0, batch.source.clone())),
            evidence: vec![("sale", text)],
            ..NewCase::default()
        };
        return Ok(casework::open(tx, by, seq, CaseKind::Sale, &new)?.0);
    };
    if evidence < EVIDENCE_LIMIT {
        casework::evidence(tx, by.user, seq, case, "sale", &text)?;
    }
    Ok(case)
}

fn changed(change: &FieldChange) -> Words {
    let (was, now) = (change.was.as_deref().unwrap_or("-"), change.now.as_deref().unwrap_or("-"));
    let field = match change.field.as_str() {
        "quantity" => words!("quantity", "cantidad"),
        _ => words!("kind", "clase"),
    };
    words!("{}: {was} before, {now} now", "{}: antes {was}, ahora {now}"; [field.en], [field.es])
}

fn unplaced(facts: &SaleFacts) -> Words {
    words!("Sales of {} could not be placed", "Ventas de {} sin ubicar"; facts.item)
}

/// Why a sale was taken from nowhere, by its code.
fn because(code: &str) -> Words {
    match code {
        "return" => words!(
            "A return is noted in a case; nothing is put back by itself.",
            "Una devolución se anota en un caso; nada vuelve por sí solo."
        ),
        "unknown_package" => words!(
            "The box does not know the package that this sale names.",
            "La caja no conoce el paquete que nombra esta venta."
        ),
        "unknown_room" => {
            words!(
                "No place is mapped to this room. Set the POS room on a floor station.",
                "Ningún lugar corresponde a esta sala. Ponga la sala del POS en un puesto del piso."
            )
        }
        _ => words!(
            "This item is no product of the store.",
            "Este artículo no es un producto de la tienda."
        ),
    }
}

/// What a case keeps of a receipt's line.
fn of_receipt(facts: &SaleFacts, why: &Words) -> Words {
    let tag = facts.tag.map(|tag| words!(", package {tag}", ", paquete {tag}")).unwrap_or_default();
    let room = (facts.room.as_ref()).map(|room| words!(", room {room}", ", sala {room}"));
    let room = room.unwrap_or_default();
    let SaleFacts { receipt, line_no, amount, item, sold_at, .. } = facts;
    words!("Receipt {receipt} line {line_no}, {amount} of {item}{}{}, {sold_at}. {}",
        "Recibo {receipt} línea {line_no}, {amount} de {item}{}{}, {sold_at}. {}";
        [tag.en, room.en, why.en], [tag.es, room.es, why.es])
}
