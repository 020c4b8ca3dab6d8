//! The pick's scan: bin, package, quantity. Everything that is not what was planned is refused with
//! what was expected; an older lot than planned is as good, a newer one needs a manager.

use super::plan::{self, touch};
use super::{
    ExpectedLot, LineState, Pick, PickError, PickKind, PickLine, PickState, TakeInput, Taken,
};
use crate::domain::id::{MovementId, PickId, PickLineId, PlaceId, Seq};
use crate::domain::quantity::Amount;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry, Movement, PostError};
use crate::store::{Tx, named_params};
use crate::workflow::moving::{self, MoveError, Moved, Undone};
use crate::workflow::refs::{self, PackageFacts, PlaceRef};
use crate::workflow::stock::{self, Held};

/// Takes stock into the tote. `approver` is who let a newer lot be taken, already checked by PIN.
pub fn take(
    tx: &Tx<'_>,
    by: &Actor,
    id: PickId,
    input: &TakeInput,
    approver: Option<crate::domain::id::UserId>,
) -> Result<Taken, PickError> {
    let pick = super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })?;
    check_not_left(tx, &pick, input)?;
    plan::own_open(&pick, by)?;
    if pick.kind == PickKind::Restock && pick.tote.is_none() {
        return Err(PickError::NoTote);
    }
    let package =
        refs::package(tx, input.package)?.ok_or(PickError::NotFound { what: "package" })?;
    let bin = refs::place(tx, input.bin)?.ok_or(PickError::NotFound { what: "place" })?;
    if input.scanned.len() > 512 {
        return Err(PickError::Invalid { field: "scanned", why: "is longer than 512 characters" });
    }
    let planned = planned_line(&pick, &package, &bin, input.line)?;
    check_quantity(&package, input)?;
    let held = stock::of_package(tx, input.package)?;
    let here = held.iter().find(|held| held.line.place.id == bin.id);
    let (line, substituted) = match planned {
        Some(line) => (line.clone(), false),
        None => (substitute(tx, &pick, &package, here, input, approver)?, true),
    };
    let left = line.planned.amount - line.picked.amount;
    if input.quantity.amount > left {
        let left_count = package.count(left);
        return Err(PickError::TooMany { left: package.quantity(left), left_count });
    }
    let tote = pick.tote_of(&line).cloned().ok_or(PickError::NoTote)?;
    check_there(tx, &pick, &package, here, &line, input)?;
    let line_id = if substituted { swap_line(tx, id, &line, input)? } else { line.id };
    let mut entry = Entry::open(tx, by, "picked")?;
    let movement = Movement {
        package: input.package,
        amount: input.quantity.amount,
        from: bin.id,
        to: tote.id,
        reverses: None,
    };
    let posted = entry.post(movement).map_err(|error| lost_race(tx, &package, bin.id, error))?;
    tx.execute(
        "UPDATE pick_line SET picked = picked + :amount,
                state = CASE WHEN picked + :amount >= planned THEN 'picked' ELSE state END
         WHERE id = :id",
        named_params! { ":amount": input.quantity.amount.raw(), ":id": line_id.0 },
    )?;
    let seq = entry.seal(&serde_json::json!({
        "pick": id, "line": line_id, "scanned": input.scanned,
        "instead_of": substituted.then_some(line.package.id),
        "approved_by": approver, "reason": input.reason,
    }))?;
    touch(tx, &pick)?;
    tx.announce(Topic::Stock, input.package.0);
    // What another lot stands in for is free again.
    tx.announce(Topic::Stock, line.package.id.0);
    let (left, now) = moving::told(tx, by, &package, (bin.id, tote.id), posted)?;
    let moved = Moved {
        seq,
        movement: posted.id,
        quantity: input.quantity,
        left,
        now,
        package: package.reference,
        from: bin,
        to: tote,
    };
    let pick = super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })?;
    Ok(Taken { pick, line: line_id, moved })
}

/// Whether this was wanted by an order that has left the walk, and by nothing else in it: what was taken
/// before the picker could know goes back, for the books never had it leave its bin.
fn check_not_left(tx: &Tx<'_>, pick: &Pick, input: &TakeInput) -> Result<(), PickError> {
    let left: Vec<_> = pick.orders.iter().filter(|order| order.left).collect();
    if left.is_empty() {
        return Ok(());
    }
    let package =
        refs::package(tx, input.package)?.ok_or(PickError::NotFound { what: "package" })?;
    let product = package.reference.product.id;
    let stays = |line: &&PickLine| !left.iter().any(|order| Some(order.order) == line.order);
    let wanted = pick.lines.iter().filter(stays).any(|line| match input.line {
        Some(named) => line.id == named,
        None => line.package.product.id == product && line.state == LineState::ToPick,
    });
    let mut of_it = Vec::new();
    for order in left.into_iter().filter(|_| !wanted) {
        let wants: bool = tx.one(
            "SELECT EXISTS (SELECT 1 FROM order_line WHERE order_id = :order AND product_id = :product)",
            named_params! { ":order": order.order.0, ":product": product.0 },
            |row| row.get(0),
        )?;
        of_it.extend(wants.then(|| order.code.clone()));
    }
    if of_it.is_empty() {
        return Ok(());
    }
    let bin = refs::place(tx, input.bin)?.ok_or(PickError::NotFound { what: "place" })?;
    // Its line is gone: of several that wanted the product none can be told.
    let order = of_it.pop().filter(|_| of_it.is_empty());
    Err(PickError::OrderLeft { order, bin })
}

/// The open line that this scan serves; none where the package is another lot of a wanted product.
fn planned_line<'p>(
    pick: &'p Pick,
    package: &PackageFacts,
    bin: &PlaceRef,
    named: Option<PickLineId>,
) -> Result<Option<&'p PickLine>, PickError> {
    let of_package = |line: &&PickLine| line.package.id == package.reference.id;
    let open = |line: &&PickLine| line.state == LineState::ToPick;
    // A lot may have two lines: a first, and one planned again after another lot came up short.
    let mut here = pick.lines.iter().filter(of_package).filter(|line| line.bin.id == bin.id);
    if here.clone().any(|line| open(&line)) {
        let meant = |line: &&PickLine| named.is_none_or(|named| named == line.id);
        let line = here.find(|line| open(line) && meant(line));
        return line.map(Some).ok_or_else(|| wrong_product(pick, named));
    }
    if here.next().is_some() {
        return Err(PickError::AlreadyPicked);
    }
    if let Some(line) = pick.lines.iter().filter(of_package).find(open) {
        return Err(PickError::WrongBin { expected: line.bin.clone() });
    }
    let product = package.reference.product.id;
    let mut of_product = pick.lines.iter().filter(|line| line.package.product.id == product);
    if of_product.clone().any(|line| line.state == LineState::ToPick) {
        return Ok(None);
    }
    if of_product.next().is_some() {
        return Err(PickError::AlreadyPicked);
    }
    Err(wrong_product(pick, named))
}

fn wrong_product(pick: &Pick, named: Option<PickLineId>) -> PickError {
    let line = pick.lines.iter().find(|line| Some(line.id) == named).or_else(|| pick.next());
    PickError::WrongProduct { expected: line.map(|line| line.package.clone()) }
}

/// Another lot of a product that the pick wants: as old or older is fine, newer needs an approval. The
/// line it stands in for, with what it still wants.
fn substitute(
    tx: &Tx<'_>,
    pick: &Pick,
    package: &PackageFacts,
    here: Option<&Held>,
    input: &TakeInput,
    approver: Option<crate::domain::id::UserId>,
) -> Result<PickLine, PickError> {
    let product = package.reference.product.id;
    let of_product =
        |line: &&PickLine| line.package.product.id == product && line.state == LineState::ToPick;
    let named = |line: &&PickLine| of_product(line) && Some(line.id) == input.line;
    let line = pick
        .lines
        .iter()
        .find(named)
        .or_else(|| pick.lines.iter().find(of_product))
        .ok_or_else(|| wrong_product(pick, input.line))?;
    let Some(here) = here else {
        return Err(PickError::NotThere {
            available: package.quantity(Amount::ZERO),
            next: Some(Box::new(line.clone())),
            gone: plan::gone(tx, package, input.bin)?,
        });
    };
    if !here.line.place.kind.pickable() {
        return Err(PickError::WrongBin { expected: line.bin.clone() });
    }
    if !here.line.sellable {
        return Err(PickError::NotPickable { reasons: here.line.blocked.clone() });
    }
    let expected = stock::of_package(tx, line.package.id)?
        .into_iter()
        .find(|held| held.line.place.id == line.bin.id);
    let newer = expected.as_ref().is_some_and(|expected| expected.lot().before(&here.lot()));
    if newer && approver.is_none() {
        return Err(PickError::NewerLot {
            expected: Box::new(ExpectedLot {
                package: line.package.clone(),
                bin: line.bin.clone(),
                expires: line.package.expires,
                received: expected.and_then(|expected| expected.line.received),
            }),
        });
    }
    let reason = input.reason.as_deref().map(str::trim).unwrap_or_default();
    if newer && !(3..=280).contains(&reason.chars().count()) {
        return Err(PickError::ReasonNeeded);
    }
    if here.free() < input.quantity.amount {
        let holder = tx.maybe(
            "SELECT code FROM pick JOIN pick_line ON pick_id = pick.id WHERE package_id = :package
               AND bin_id = :bin AND reserving = 1 AND planned > picked LIMIT 1",
            named_params! { ":package": input.package.0, ":bin": input.bin.0 },
            |row| row.get("code"),
        )?;
        let free = package.quantity(here.free());
        let gone = plan::gone(tx, package, input.bin)?;
        let next = Some(Box::new(line.clone()));
        return Err(match holder {
            Some(pick) => PickError::Reserved { free, pick, gone },
            None => PickError::NotThere { available: free, next, gone },
        });
    }
    Ok(line.clone())
}

/// Moves what the scan takes from the planned line to a line of the scanned lot.
fn swap_line(
    tx: &Tx<'_>,
    pick: PickId,
    line: &PickLine,
    input: &TakeInput,
) -> Result<PickLineId, PickError> {
    let amount = input.quantity.amount.raw();
    tx.execute(
        "UPDATE pick_line SET planned = planned - :amount,
                state = CASE WHEN planned - :amount <= picked THEN 'picked' ELSE state END
         WHERE id = :id",
        named_params! { ":amount": amount, ":id": line.id.0 },
    )?;
    // A line that nothing was or will be taken for leaves the slip.
    let new = tx.insert(
        "INSERT INTO pick_line
           (pick_id, request_line_id, order_line_id, package_id, bin_id, planned, state)
         SELECT :pick, request_line_id, order_line_id, :package, :bin, :amount, 'to_pick' FROM pick_line WHERE id = :id",
        named_params! {
            ":pick": pick.0, ":package": input.package.0, ":bin": input.bin.0, ":amount": amount,
            ":id": line.id.0,
        },
    )?;
    tx.execute(
        "DELETE FROM pick_line WHERE id = :id AND planned = 0 AND picked = 0",
        named_params! { ":id": line.id.0 },
    )?;
    Ok(PickLineId(new))
}

fn check_quantity(package: &PackageFacts, input: &TakeInput) -> Result<(), PickError> {
    moving::check_quantity(package, input.quantity).map_err(|error| match error {
        MoveError::Invalid { field, why } => PickError::Invalid { field, why },
        _ => PickError::Invalid { field: "quantity", why: "is not in the package's unit" },
    })?;
    let whole = package.reference.product.unit.counted()
        && input.quantity.amount.down_to(package.content) != input.quantity.amount;
    if whole {
        return Err(PickError::Invalid { field: "quantity", why: "must be whole units" });
    }
    Ok(())
}

/// The lot must still be sellable and there.
fn check_there(
    tx: &Tx<'_>,
    pick: &Pick,
    package: &PackageFacts,
    here: Option<&Held>,
    line: &PickLine,
    input: &TakeInput,
) -> Result<(), PickError> {
    let available = here.map_or(Amount::ZERO, |here| here.line.quantity.amount);
    if let Some(here) = here
        && !here.line.sellable
    {
        return Err(PickError::NotPickable { reasons: here.line.blocked.clone() });
    }
    if available < input.quantity.amount {
        let next = pick
            .lines
            .iter()
            .find(|other| other.state == LineState::ToPick && other.id != line.id)
            .cloned()
            .map(Box::new);
        let (available, gone) = (package.quantity(available), plan::gone(tx, package, input.bin)?);
        return Err(PickError::NotThere { available, next, gone });
    }
    Ok(())
}

fn lost_race(tx: &Tx<'_>, package: &PackageFacts, bin: PlaceId, error: PostError) -> PickError {
    match error {
        PostError::NotEnough { available } => match plan::gone(tx, package, bin) {
            Ok(gone) => {
                PickError::NotThere { available: package.quantity(available), next: None, gone }
            }
            Err(error) => error.into(),
        },
        PostError::Impossible => PickError::Invalid { field: "bin", why: "is the tote itself" },
        PostError::Store(error) => error.into(),
    }
}

/// Puts a picked amount back where it came from: the picker may, while the pick is open.
pub fn undo_take(tx: &Tx<'_>, by: &Actor, seq: Seq) -> Result<Undone, MoveError> {
    let (movement, package, amount, from, to) = tx
        .maybe(
            "SELECT id, package_id, amount, from_place, to_place FROM movement AS taken
             WHERE seq = :seq AND NOT EXISTS (SELECT 1 FROM movement WHERE reverses = taken.id)",
            named_params! { ":seq": seq.0 },
            |row| {
                Ok((
                    MovementId(row.get(0)?),
                    crate::domain::id::PackageId(row.get(1)?),
                    Amount::from_raw(row.get(2)?),
                    PlaceId(row.get(3)?),
                    PlaceId(row.get(4)?),
                ))
            },
        )?
        .ok_or(MoveError::NotUndoable)?;
    let (line, pick) = tx
        .maybe(
            "SELECT pick_line.id, pick_id FROM pick_line JOIN pick ON pick.id = pick_id
             WHERE package_id = :package AND bin_id = :bin
               AND (pick.tote_id = :tote OR EXISTS (SELECT 1 FROM pick_order JOIN order_line
                     ON order_line.order_id = pick_order.order_id
                     WHERE order_line.id = order_line_id AND pick_order.pick_id = pick.id
                       AND pick_order.tote_id = :tote AND left_at IS NULL))
               AND pick.state = 'picking' AND picked >= :amount
               -- Said short since: what was missing is planned elsewhere, and would be wanted twice.
               AND pick_line.state <> 'short' LIMIT 1",
            named_params! {
                ":package": package.0, ":bin": from.0, ":tote": to.0, ":amount": amount.raw(),
            },
            |row| Ok((PickLineId(row.get(0)?), PickId(row.get(1)?))),
        )?
        .ok_or(MoveError::NotUndoable)?;
    let pick = super::get(tx, pick)?
        .filter(|pick| pick.state == PickState::Picking)
        .ok_or(MoveError::NotUndoable)?;
    if pick.picker.as_ref().map(|picker| picker.id) != by.user {
        return Err(MoveError::NotYours);
    }
    let facts = refs::package(tx, package)?.ok_or(MoveError::NotFound { what: "package" })?;
    let place = |id| refs::place(tx, id)?.ok_or(MoveError::NotFound { what: "place" });
    let mut entry = Entry::open(tx, by, "undone")?;
    let back = Movement { package, amount, from: to, to: from, reverses: Some(movement) };
    let posted = entry.post(back).map_err(|error| moving::refusal(tx, &facts, to, error))?;
    tx.execute(
        "UPDATE pick_line SET picked = picked - :amount, state = 'to_pick', short_reason = NULL,
                reserving = 1
         WHERE id = :id",
        named_params! { ":amount": amount.raw(), ":id": line.0 },
    )?;
    let seq = entry.seal(&serde_json::json!({ "undid": seq, "pick": pick.id, "line": line }))?;
    touch(tx, &pick)?;
    tx.announce(Topic::Stock, package.0);
    let (left, now) = moving::told(tx, by, &facts, (to, from), posted)?;
    let moved = Moved {
        seq,
        movement: posted.id,
        quantity: facts.quantity(amount),
        left,
        now,
        package: facts.reference,
        from: place(to)?,
        to: place(from)?,
    };
    Ok(Undone { moved: vec![moved] })
}
