//! Confirming a tote in on the floor: the second half of custody. Every line is counted; what differs
//! opens a case that names the leg, and stays in the tote's custody until the case settles it.

use super::custody::{leg, tote_id};
use super::plan::touch;
use super::{Pick, PickError, PickLine, PickState, Receipt, ReceiptCase, ReceiptInput};
use crate::domain::code::Code;
use crate::domain::id::{PickId, PlaceId};
use crate::domain::place::Account;
use crate::domain::quantity::Amount;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry, Movement, PostError};
use crate::store::{Tx, named_params};
use crate::workflow::casework::{self, CaseKind, NewCase, NewTask, TaskKind};
use crate::workflow::refs;
use crate::workflow::restock::{self, RequestState};

/// Receives a tote: all its lines at once.
pub fn receive(
    tx: &Tx<'_>,
    by: &Actor,
    id: PickId,
    input: &ReceiptInput,
) -> Result<Receipt, PickError> {
    let pick = super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })?;
    if pick.state != PickState::InTransit {
        return Err(PickError::NotInTransit { state: pick.state });
    }
    let request = pick.restock()?.id;
    check_where(&pick, input)?;
    let lines = counted(&pick, input)?;
    let tote = tote_id(&pick).ok_or(PickError::NoTote)?;
    let mut entry = Entry::open(tx, by, "received_on_floor")?;
    let mut cases = Vec::new();
    for (line, count) in &lines {
        let arrived = arrive(tx, &mut entry, tote, &pick, line, *count)?;
        if !arrived.is_zero() {
            let (case, code) = differ(tx, by, &entry, &pick, line, *count)?;
            cases.push(ReceiptCase { id: case, code, line: line.id, difference: arrived });
        }
    }
    tx.execute(
        "UPDATE pick SET state = 'done', done_at = :now WHERE id = :id",
        named_params! { ":now": tx.now().0, ":id": id.0 },
    )?;
    restock::set_state(tx, request, RequestState::Done)?;
    note_late_case(tx, by, &entry, &pick)?;
    entry.seal(&serde_json::json!({
        "pick": id, "tote_scanned": input.tote_scanned, "counted": input.lines,
        "cases": cases.iter().map(|case| case.code.as_str()).collect::<Vec<_>>(),
    }))?;
    touch(tx, &pick)?;
    let pick = super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })?;
    Ok(Receipt { pick, cases })
}

fn check_where(pick: &Pick, input: &ReceiptInput) -> Result<(), PickError> {
    let station = &pick.restock()?.station;
    if input.station != station.id {
        return Err(PickError::WrongStation { expected: station.clone() });
    }
    // The label's URL or the bare code: the last path part, in any case, with or without the dash.
    let scanned = input.tote_scanned.rsplit('/').next().unwrap_or_default();
    let code = Code::parse(scanned).map(|code| code.plain().to_owned());
    if code.is_none() || code != pick.tote.as_ref().map(|tote| tote.code.clone()) {
        return Err(PickError::WrongTote { expected: pick.tote.clone() });
    }
    Ok(())
}

/// Every picked line with its count; a line left out, or counted twice, is refused.
fn counted<'p>(
    pick: &'p Pick,
    input: &ReceiptInput,
) -> Result<Vec<(&'p PickLine, Amount)>, PickError> {
    let in_tote: Vec<&PickLine> =
        pick.lines.iter().filter(|line| line.picked.amount.is_positive()).collect();
    for (index, counted) in input.lines.iter().enumerate() {
        let unit = in_tote
            .iter()
            .find(|line| line.id == counted.line)
            .ok_or(PickError::NotFound { what: "line in this tote" })?
            .package
            .product
            .unit;
        if counted.counted < Amount::ZERO || !unit.fits(counted.counted) {
            return Err(PickError::Invalid { field: "counted", why: "must be whole units" });
        }
        if input.lines[..index].iter().any(|earlier| earlier.line == counted.line) {
            return Err(PickError::Invalid { field: "lines", why: "name a line twice" });
        }
    }
    let count_of = |line: &&PickLine| {
        input.lines.iter().find(|counted| counted.line == line.id).map(|counted| counted.counted)
    };
    let missing: Vec<usize> =
        in_tote.iter().filter(|line| count_of(line).is_none()).map(|line| line.n).collect();
    if !missing.is_empty() {
        return Err(PickError::LinesMissing { lines: missing });
    }
    Ok(in_tote.into_iter().filter_map(|line| count_of(&line).map(|count| (line, count))).collect())
}

/// Posts what arrived; counted less picked, in the product's unit.
fn arrive(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    tote: PlaceId,
    pick: &Pick,
    line: &PickLine,
    count: Amount,
) -> Result<Amount, PickError> {
    let station = pick.restock()?.station.id;
    let too_large = PickError::Invalid { field: "counted", why: "is too large" };
    let amount = count.times(line.each).ok_or(too_large)?;
    let from_tote = amount.min(line.picked.amount);
    let extra = amount - from_tote;
    let mut post = |amount: Amount, from: PlaceId| {
        if !amount.is_positive() {
            return Ok(());
        }
        let movement =
            Movement { package: line.package.id, amount, from, to: station, reverses: None };
        match entry.post(movement) {
            Ok(_) => Ok(()),
            Err(PostError::Store(error)) => Err(PickError::Store(error)),
            Err(_) => Err(PickError::NotFound { what: "stock in this tote" }),
        }
    };
    post(from_tote, tote)?;
    // More than was scanned out is in the hand: it was in the vault unrecorded, so it is found.
    post(extra, Account::Adjusted.id())?;
    tx.execute(
        "UPDATE pick_line SET received = :amount WHERE id = :id",
        named_params! { ":amount": amount.raw(), ":id": line.id.0 },
    )?;
    open_on_floor(tx, station, line)?;
    tx.announce(Topic::Stock, line.package.id.0);
    Ok(count - line.picked_count)
}

/// One package of a product is open on a station at a time: this one, where the open one is used up.
fn open_on_floor(tx: &Tx<'_>, station: PlaceId, line: &PickLine) -> Result<(), PickError> {
    tx.execute(
        "INSERT INTO open_package (place_id, product_id, package_id)
         SELECT :place, :product, :package
         ON CONFLICT (place_id, product_id) DO UPDATE SET package_id = excluded.package_id
         WHERE NOT EXISTS (SELECT 1 FROM balance WHERE balance.place_id = open_package.place_id
                             AND balance.package_id = open_package.package_id AND amount > 0)",
        named_params! {
            ":place": station.0, ":product": line.package.product.id.0, ":package": line.package.id.0,
        },
    )?;
    Ok(())
}

fn differ(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    pick: &Pick,
    line: &PickLine,
    count: Amount,
) -> Result<(crate::domain::id::CaseId, String), PickError> {
    let name =
        |who: &Option<refs::UserRef>| who.as_ref().map_or("?".into(), |who| who.name.clone());
    let receiver = refs::known_user(tx, by.user.map(|user| user.0))?;
    let (product, unit) = (&line.package.product.name, line.package.product.unit);
    let leg = leg(pick);
    let picked = line.picked_count;
    let new = NewCase {
        title: words!("{product}: {picked} {unit} left, {count} {unit} arrived ({})",
            "{product}: salieron {picked} {unit}, llegaron {count} {unit} ({})"; [leg.en], [leg.es]),
        subject: Some(("pick", pick.id.0, pick.code.clone())),
        place: tote_id(pick),
        package: Some(line.package.id),
        evidence: vec![
            (
                "leg",
                words!("{}, pick {}", "{}, surtido {}"; [leg.en, pick.code], [leg.es, pick.code]),
            ),
            (
                "picked",
                words!("{} took {picked} {unit} out of {}", "{} sacó {picked} {unit} de {}";
                    name(&pick.picker), line.bin.name),
            ),
            (
                "carried",
                words!("Carried by {}, meant for {}", "La llevó {}, era para {}";
                    name(&pick.carrier), name(&pick.to)),
            ),
            (
                "received",
                words!("{} counted {count} {unit}", "{} contó {count} {unit}"; name(&receiver)),
            ),
        ],
        ..NewCase::default()
    };
    let (case, code) = casework::open(tx, by, entry.seq(), CaseKind::Custody, &new)?;
    let task = NewTask {
        title: words!(
            "Find out where {product} went: case {code}",
            "Averigüe adónde fue {product}: caso {code}"
        ),
        place: Some(line.bin.id),
        package: Some(line.package.id),
        case: Some(case),
        ..NewTask::default()
    };
    casework::open_task(tx, by, entry.seq(), TaskKind::CheckCase, &task)?;
    Ok((case, code))
}

/// A late tote's case learns that it arrived after all; a person closes it.
fn note_late_case(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    pick: &Pick,
) -> Result<(), PickError> {
    let open = tx.all(
        "SELECT id FROM kase WHERE kind = 'late_tote' AND state = 'open' AND subject_kind = 'pick'
           AND subject_id = :pick",
        named_params! { ":pick": pick.id.0 },
        |row| row.get(0).map(crate::domain::id::CaseId),
    )?;
    for case in open {
        let text = words!("The tote was received.", "Se recibió la caja.");
        casework::evidence(tx, by.user, entry.seq(), case, "arrived", &text)?;
    }
    Ok(())
}
