//! Putting the book right: checked as a whole, then movements, lines and intents in one entry.

use super::make::{self, NewIntent};
use super::{
    AdjustError, AdjustInput, AdjustLineInput, AdjustWay, Adjustment, SaleLine, invalid, missing,
};
use crate::domain::adjust::{Target, WRONG_SKU};
use crate::domain::id::{AdjustmentId, CaseId, PlaceId, UserId};
use crate::domain::jurisdiction;
use crate::domain::place::Account;
use crate::domain::quantity::{Amount, SCALE};
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry, Movement};
use crate::store::{SqlError, Tx, named_params};
use crate::workflow::moving::{self, MoveError};
use crate::workflow::refs::{self, PackageFacts, PlaceRef};
use crate::workflow::{casework, settings};

/// A line whose package and place are known, with what it is worth.
struct Line {
    package: PackageFacts,
    place: PlaceRef,
    delta: Amount,
    units: Amount,
    value_cents: Option<i64>,
}

/// Adjusts. `approver` is who let it be more than the limit, already checked by PIN.
pub fn adjust(
    tx: &Tx<'_>,
    by: &Actor,
    input: &AdjustInput,
    approver: Option<UserId>,
) -> Result<Adjustment, AdjustError> {
    let user = by.user.ok_or_else(|| missing("person"))?;
    let settings = settings::get(tx)?;
    let case = input.case.map(|case| open_case(tx, case)).transpose()?;
    check_texts(tx, input)?;
    let lines = lines(tx, input)?;
    check_sides(tx, input, &lines)?;
    let day = settings.business_day(tx.now());
    if approver.is_none() {
        let (so_far_cents, so_far_units) = super::unapproved(tx, user, day)?;
        let worth: i64 = lines.iter().filter_map(|line| line.value_cents).map(i64::abs).sum();
        let units = lines.iter().fold(Amount::ZERO, |sum, line| sum + abs(line.units));
        if so_far_cents + worth > settings.adjust_limit_cents
            || so_far_units + units > Amount::whole(settings.adjust_limit_units)
        {
            let value_cents = lines.iter().any(|line| line.value_cents.is_some()).then_some(worth);
            return Err(AdjustError::NeedsApproval {
                subject: input.subject(),
                value_cents,
                units,
            });
        }
    }
    let mut entry = Entry::open(tx, by, "adjusted")?;
    let code = casework::new_code()?;
    let note = input.note.trim();
    let id = AdjustmentId(tx.insert(
        "INSERT INTO adjustment (code, kase_id, how, reason, note, day, receipt, line, at, proposed_by,
                                 approved_by, seq)
         VALUES (:code, :case, :how, :reason, :note, :day, :receipt, :line, :at, :by, :approver, :seq)",
        named_params! {
            ":code": code, ":case": input.case.map(|case| case.0), ":how": input.how.word(),
            ":reason": input.reason, ":note": note, ":day": day.to_string(),
            ":receipt": input.receipt.as_ref().map(|one| one.receipt.as_str()),
            ":line": input.receipt.as_ref().map(|one| one.line), ":at": tx.now().0, ":by": user.0,
            ":approver": approver.map(|approver| approver.0), ":seq": entry.seq().0,
        },
    )?);
    for line in &lines {
        post_line(tx, &mut entry, id, input.how, line)?;
    }
    let deadline =
        jurisdiction::correction(&settings.jurisdiction, settings.discrepancy_within_h, tx.now());
    let of = NewIntent { adjustment: id, case: case.as_deref(), note, deadline, seq: entry.seq() };
    if let (AdjustWay::Receipt, Some(receipt)) = (input.how, &input.receipt) {
        // The side that was wrongly left in the POS: once it shows fewer there, the receipt is right.
        let right =
            lines.iter().find(|line| line.delta < Amount::ZERO).ok_or(AdjustError::OneSide)?;
        let wrong =
            lines.iter().find(|line| line.delta.is_positive()).ok_or(AdjustError::OneSide)?;
        make::receipt(tx, &of, receipt, &wrong.package, &right.package)?;
    } else {
        for line in &lines {
            for target in Target::ALL {
                make::adjusted(tx, &of, target, &line.package, line.delta, &input.reason, day)?;
            }
        }
    }
    let text = words!("Adjusted: {}, {}.", "Ajustado: {}, {}."; input.reason, code);
    for case in cases(tx, input.case, &lines)? {
        casework::evidence(tx, by.user, entry.seq(), case, "adjusted", &text)?;
    }
    entry.seal(&serde_json::json!({
        "adjustment": id, "code": code, "how": input.how, "case": input.case, "reason": input.reason,
        "note": note, "day": day.to_string(), "receipt": input.receipt, "approved_by": approver,
    }))?;
    tx.announce(Topic::Intents, id.0);
    super::get(tx, id)?.ok_or_else(|| missing("adjustment"))
}

/// The case that it settles, and those of the other side: what put one right put the other right, too.
fn cases(tx: &Tx<'_>, own: Option<CaseId>, lines: &[Line]) -> Result<Vec<CaseId>, SqlError> {
    let mut cases: Vec<CaseId> = own.into_iter().collect();
    for line in lines {
        let open = tx.all(
            "SELECT kase.id FROM variance JOIN kase ON kase.id = kase_id
             WHERE kase.state = 'open' AND variance.package_id = :package AND variance.place_id = :place",
            named_params! { ":package": line.package.reference.id.0, ":place": line.place.id.0 },
            |row| row.get(0).map(CaseId),
        )?;
        cases.extend(open);
    }
    cases.sort_unstable();
    cases.dedup();
    Ok(cases)
}

fn abs(amount: Amount) -> Amount {
    amount.max(-amount)
}

/// The code of a case that is open.
fn open_case(tx: &Tx<'_>, case: CaseId) -> Result<String, AdjustError> {
    let (code, open): (String, bool) = tx
        .maybe(
            "SELECT code, state = 'open' FROM kase WHERE id = :id",
            named_params! { ":id": case.0 },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .ok_or_else(|| missing("case"))?;
    if open { Ok(code) } else { Err(AdjustError::CaseClosed) }
}

fn check_texts(tx: &Tx<'_>, input: &AdjustInput) -> Result<(), AdjustError> {
    if input.note.chars().count() > 500 {
        return Err(invalid("note", "is longer than 500 characters"));
    }
    let reasons = super::reasons(tx)?.reasons;
    let reason = reasons.iter().find(|one| one.name == input.reason);
    // A pair has its own reason, whatever the state's list calls it.
    let own = input.how != AdjustWay::Single && input.reason == WRONG_SKU;
    match reason {
        None if own => {}
        None => return Err(invalid("reason", "is not one of the list")),
        Some(reason) if reason.needs_note && input.note.trim().is_empty() => {
            return Err(AdjustError::NoteNeeded);
        }
        Some(_) => {}
    }
    Ok(())
}

fn lines(tx: &Tx<'_>, input: &AdjustInput) -> Result<Vec<Line>, AdjustError> {
    if !(1..=10).contains(&input.lines.len()) {
        return Err(invalid("lines", "needs 1 to 10"));
    }
    let at = |one: &AdjustLineInput| (one.package, one.place);
    let twice =
        |index: usize| input.lines[..index].iter().any(|one| at(one) == at(&input.lines[index]));
    if (0..input.lines.len()).any(twice) {
        return Err(invalid("lines", "name a package at a place twice"));
    }
    input.lines.iter().map(|one| line(tx, one)).collect()
}

fn line(tx: &Tx<'_>, input: &AdjustLineInput) -> Result<Line, AdjustError> {
    let package = refs::package(tx, input.package)?.ok_or_else(|| missing("package"))?;
    let place = refs::place(tx, input.place)?.ok_or_else(|| missing("place"))?;
    if !place.kind.free_to_move() && place.kind != crate::domain::place::PlaceKind::Quarantine {
        return Err(MoveError::BlockedPlace { place }.into());
    }
    moving::check_quantity(&package, package.quantity(abs(input.delta)))?;
    if input.delta < Amount::ZERO {
        moving::check_free(tx, &package, place.id, -input.delta)?;
    }
    let units = input.delta.per(package.content).unwrap_or(input.delta);
    // Of a unit of the product; the package's cost is said of its own unit.
    let (cost, price): (Option<i64>, Option<i64>) = tx.one(
        "SELECT unit_cost_cents, price_cents FROM package JOIN product ON product.id = product_id
         WHERE package.id = :id",
        named_params! { ":id": input.package.0 },
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let worth = |cents: i64, amount: Amount| {
        let cents = i128::from(cents) * i128::from(amount.raw()) / i128::from(SCALE);
        i64::try_from(cents).unwrap_or(i64::MAX)
    };
    let value_cents = cost
        .map(|cents| worth(cents, input.delta))
        .or_else(|| price.map(|cents| worth(cents, units)));
    Ok(Line { package, place, delta: input.delta, units, value_cents })
}

/// A wrong SKU has two sides: two products, by the same number of units, against each other.
fn check_sides(tx: &Tx<'_>, input: &AdjustInput, lines: &[Line]) -> Result<(), AdjustError> {
    if input.how == AdjustWay::Single {
        let one_sided = input.reason == WRONG_SKU || input.receipt.is_some();
        return if one_sided { Err(AdjustError::OneSide) } else { Ok(()) };
    }
    let [one, other] = lines else { return Err(AdjustError::OneSide) };
    let products = (one.package.reference.product.id, other.package.reference.product.id);
    if products.0 == products.1 || one.units != -other.units {
        return Err(AdjustError::OneSide);
    }
    match (input.how, &input.receipt) {
        (AdjustWay::Receipt, Some(receipt)) => {
            let wrong = if one.delta.is_positive() { one } else { other };
            on_receipt(tx, receipt, wrong)
        }
        (AdjustWay::Receipt, None) => Err(invalid("receipt", "is missing")),
        (_, Some(_)) => Err(invalid("receipt", "is only for correcting one")),
        (_, None) => Ok(()),
    }
}

/// The line must have sold that much of the product, less what was put right of it before.
fn on_receipt(tx: &Tx<'_>, at: &SaleLine, wrong: &Line) -> Result<(), AdjustError> {
    let key = named_params! {
        ":receipt": at.receipt, ":line": at.line, ":product": wrong.package.reference.product.id.0,
    };
    let sold = tx.maybe(
        "SELECT amount - coalesce((SELECT sum(units) FROM adjustment_line
                JOIN adjustment ON adjustment.id = adjustment_id
                WHERE receipt = :receipt AND line = :line AND units > 0 AND undone_seq IS NULL), 0)
         FROM sale WHERE receipt = :receipt AND line = :line AND product_id = :product AND kind = 'sale'",
        key,
        |row| row.get(0).map(Amount::from_raw),
    )?;
    match sold {
        Some(sold) if wrong.units <= sold => Ok(()),
        _ => Err(AdjustError::NotOnReceipt),
    }
}

fn post_line(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    id: AdjustmentId,
    how: AdjustWay,
    line: &Line,
) -> Result<(), AdjustError> {
    // A corrected receipt says who was sold what: nothing came or went otherwise.
    let account = if how == AdjustWay::Receipt { Account::Sold } else { Account::Adjusted }.id();
    let here: PlaceId = line.place.id;
    let (from, to) = if line.delta.is_positive() { (account, here) } else { (here, account) };
    let package = line.package.reference.id;
    let movement = Movement { package, amount: abs(line.delta), from, to, reverses: None };
    let posted =
        entry.post(movement).map_err(|error| moving::refusal(tx, &line.package, here, error))?;
    let stored: Result<i64, SqlError> = tx.insert(
        "INSERT INTO adjustment_line (adjustment_id, package_id, place_id, delta, units, value_cents,
                                      movement_id)
         VALUES (:id, :package, :place, :delta, :units, :value, :movement)",
        named_params! {
            ":id": id.0, ":package": package.0, ":place": here.0, ":delta": line.delta.raw(),
            ":units": line.units.raw(), ":value": line.value_cents, ":movement": posted.id.0,
        },
    );
    stored?;
    tx.announce(Topic::Stock, package.0);
    Ok(())
}
