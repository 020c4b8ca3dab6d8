//! What comes back: of an order that is unwound or at the pack bench, to a bin or to quarantine; of one that was
//! handed over, to quarantine only.

use super::facts::{self, Order, Piece};
use super::{FulfilError, OrderReturnInput, PutBackInput, unwind};
use crate::domain::arrival::Condition;
use crate::domain::id::OrderId;
use crate::domain::jurisdiction;
use crate::domain::order::{OrderState, OrderWay, OrderWhy};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Amount;
use crate::domain::stock::BlockReason;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry, Movement};
use crate::store::{Db, Tx, named_params};
use crate::workflow::loss::{self, OfOrder, ReturnInput};
use crate::workflow::quarantine::{self, HoldReason};
use crate::workflow::{moving, refs};

/// Puts some of a line back where it belongs: a bin, or quarantine where it may not be sold again. At the pack
/// bench the order then lacks it, and somebody decides.
pub fn put_back(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderId,
    input: &PutBackInput,
) -> Result<(), FulfilError> {
    let order = facts::order(tx, id)?;
    order.must_be(&[OrderState::Packing, OrderState::Unwinding])?;
    let piece = facts::piece(tx, id, input.line)?;
    facts::check_scan(tx, &piece, &input.scanned)?;
    let amount = piece.amount(input.quantity)?;
    if amount > piece.there() {
        return Err(FulfilError::TooMany { left: piece.package.count(piece.there()) });
    }
    let to = refs::place(tx, input.to)?.ok_or(FulfilError::NotFound { what: "place" })?;
    let reason = reason(tx, &order, &piece, input.damaged)?;
    match (reason, to.kind) {
        (None, kind) if kind.pickable() => {}
        (Some(_), PlaceKind::Quarantine) => {}
        (Some(reason), _) => return Err(FulfilError::MustQuarantine { reason }),
        (None, _) => return Err(FulfilError::NotABin { place: to }),
    }
    let from = order.place().ok_or(FulfilError::NotFound { what: "tote" })?;
    let package = piece.package.reference.id;
    let mut entry = Entry::open(tx, by, "order_put_back")?;
    let movement = Movement { package, amount, from, to: to.id, reverses: None };
    entry.post(movement).map_err(|error| moving::refusal(tx, &piece.package, from, error))?;
    tx.announce(Topic::Stock, package.0);
    if let Some(reason) = reason {
        quarantine::hold(tx, by, &entry, package, reason, None, None)?;
    }
    let state = note_back(tx, &order, &piece, amount)?;
    entry.seal(&serde_json::json!({
        "order": id, "line": piece.id, "scanned": input.scanned, "reason": reason, "state": state,
    }))?;
    Ok(())
}

/// Writes down that some of a piece is not with its order any more, and ends the order that had nothing else to be
/// put back. It counts as out of the bag, as far as some is in: nothing is packed that was not scanned. Where the
/// order is now.
pub(super) fn note_back(
    tx: &Tx<'_>,
    order: &Order,
    piece: &Piece,
    amount: Amount,
) -> Result<OrderState, FulfilError> {
    tx.execute(
        "UPDATE pick_line SET put_back = put_back + :amount,
           verified = max(verified - :amount, 0) WHERE id = :id",
        named_params! { ":amount": amount.raw(), ":id": piece.id.0 },
    )?;
    let left = || -> Result<bool, FulfilError> {
        Ok(facts::pieces(tx, order.id)?.iter().any(|piece| piece.there().is_positive()))
    };
    if order.state == OrderState::Unwinding && !left()? {
        return unwind::end(tx, order.id);
    }
    facts::touch(tx, order.id)?;
    Ok(order.state)
}

/// Why it goes to quarantine; nothing where it may be sold again.
fn reason(
    tx: &Tx<'_>,
    order: &Order,
    piece: &Piece,
    damaged: bool,
) -> Result<Option<HoldReason>, FulfilError> {
    if damaged {
        return Ok(Some(HoldReason::Damaged));
    }
    if kept_from_resale(tx, order.id)?.is_some() {
        return Ok(Some(HoldReason::CustomerReturn));
    }
    Ok(facts::blocked(tx, order, piece)?.first().map(|blocked| match blocked {
        BlockReason::Expired => HoldReason::Expired,
        BlockReason::Recalled => HoldReason::Recall,
        BlockReason::OpenDiscrepancy => HoldReason::Discrepancy,
        BlockReason::OnHold => HoldReason::StateHold,
        BlockReason::NoCoa => HoldReason::NoCoa,
        BlockReason::CoaFailed | BlockReason::LabNotPassed => HoldReason::CoaFailed,
        BlockReason::CoaExpired => HoldReason::CoaExpired,
        BlockReason::NotAccepted
        | BlockReason::Held
        | BlockReason::Quarantined
        | BlockReason::Unsorted => HoldReason::Other,
    }))
}

/// What keeps an order from being sold again, as `jurisdiction` has it: it was paid, or it was out of the
/// store, and the state does not let what a customer had be sold twice.
pub fn kept_from_resale(db: &Db<'_>, id: OrderId) -> Result<Option<&'static str>, FulfilError> {
    let order = facts::order(db, id)?;
    let keeps = jurisdiction::rules(&facts::jurisdiction(db)?).keeps_from_resale();
    let refused = matches!(order.why, Some(OrderWhy::Refused | OrderWhy::NotPickedUp));
    if order.state == OrderState::HandedOver || refused && order.way == OrderWay::Delivery {
        return Ok(keeps);
    }
    let paid: bool = db.one(
        "SELECT EXISTS (SELECT 1 FROM order_sale WHERE order_id = :id AND sale_id IS NOT NULL)",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    Ok(keeps.filter(|_| paid))
}

/// Records what the customer of an order brought back: from the sold account to quarantine.
pub fn returned(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderId,
    input: &OrderReturnInput,
) -> Result<(), FulfilError> {
    let order = facts::order(tx, id)?;
    order.must_be_handed_over()?;
    let piece = facts::piece(tx, id, input.line)?;
    let amount = piece.amount(input.quantity)?;
    if amount > piece.there() {
        return Err(FulfilError::TooMany { left: piece.package.count(piece.there()) });
    }
    note_back(tx, &order, &piece, amount)?;
    let back = ReturnInput {
        package: piece.package.reference.id,
        quantity: piece.package.quantity(amount),
        condition: input.damaged.then_some(Condition::Damaged),
        receipt: None,
        note: None,
        photos: Vec::new(),
    };
    loss::returned_of(tx, by, &back, Some(OfOrder { order: id, line: piece.id }))?;
    Ok(())
}
