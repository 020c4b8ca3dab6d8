//! An order that will not be handed over: what was taken for it is put back, scan by scan, before it is over.

use super::facts;
use super::{FulfilError, OrderCancelInput, sale};
use crate::domain::id::{OrderId, PickId};
use crate::domain::order::{OrderState, OrderWhy};
use crate::domain::role::Permission;
use crate::ledger::{Actor, Entry};
use crate::store::{SqlError, StoreError, Tx, named_params};
use crate::workflow::{order_state, ordering, picking};

const NOTE: usize = 300;

/// Calls an order off. Who works the orders may say so for the customer or the store; who stands at the
/// counter, that it was not picked up or refused there.
pub fn cancel(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderId,
    input: &OrderCancelInput,
) -> Result<(), FulfilError> {
    let at_the_counter = matches!(input.why, OrderWhy::NotPickedUp | OrderWhy::Refused);
    if !at_the_counter && !matches!(input.why, OrderWhy::Customer | OrderWhy::Store) {
        let why = "is customer, store, not_picked_up or refused";
        return Err(FulfilError::Invalid { field: "why", why });
    }
    if !at_the_counter && !by.role.is_some_and(|role| role.may(Permission::WorkOrders)) {
        return Err(FulfilError::MayNot { needs: Permission::WorkOrders });
    }
    let note = input.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > NOTE) {
        return Err(FulfilError::Invalid { field: "note", why: "is longer than 300 characters" });
    }
    let order = facts::order(tx, id)?;
    if at_the_counter {
        order.must_be(&[OrderState::Staged])?;
    }
    let mut entry = Entry::open(tx, by, "order_cancelled")?;
    tx.execute(
        "UPDATE online_order SET note = :note WHERE id = :id AND purged_at IS NULL",
        named_params! { ":note": note, ":id": id.0 },
    )?;
    let state = begin(tx, &mut entry, id, input.why)?;
    entry.seal(&serde_json::json!({ "order": id, "why": input.why, "state": state }))?;
    Ok(())
}

/// Begins to unwind an order as part of the command whose entry is open: what it was promised is free, it
/// leaves its walk, and where nothing was taken for it, it is over. Where it is now.
pub fn begin(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    id: OrderId,
    why: OrderWhy,
) -> Result<OrderState, FulfilError> {
    let order = facts::order(tx, id)?;
    if order.state.over() || order.state == OrderState::Unwinding {
        let state = order.state;
        return Err(FulfilError::Closed { state });
    }
    // Paid and not taken: its receipt is its own, and nothing left the floor for it.
    if order.state == OrderState::Staged && why == OrderWhy::Refused {
        let since = staged_at(tx, id)?;
        sale::paid(tx, entry, id, since)?;
    }
    tx.execute(
        "UPDATE online_order SET why = :why, asked = CASE WHEN :why = 'changed' THEN asked END WHERE id = :id",
        named_params! { ":why": why.word(), ":id": id.0 },
    )?;
    tx.execute(
        "UPDATE order_line SET promised = 0 WHERE order_id = :id",
        named_params! { ":id": id.0 },
    )?;
    if let Some(pick) = walk_of(tx, id)? {
        picking::leave(tx, pick, id)?;
    }
    picking::leave_finished(tx, id)?;
    let taken = facts::pieces(tx, id)?.iter().any(|piece| piece.there().is_positive());
    let in_hand = order.state.in_hand() && (taken || order.state != OrderState::Picking);
    // Nothing has to come back first.
    if !in_hand && why == OrderWhy::Changed && begin_anew(tx, id)? {
        return Ok(facts::order(tx, id)?.state);
    }
    let next = if in_hand { OrderState::Unwinding } else { OrderState::Ended };
    order_state::set(tx, id, next)?;
    if !taken {
        return end(tx, id);
    }
    Ok(next)
}

/// Ends what has nothing to be put back; one that the source changed begins anew.
pub(super) fn end(tx: &Tx<'_>, id: OrderId) -> Result<OrderState, FulfilError> {
    tx.execute(
        "UPDATE online_order SET tote_id = NULL, shelf_id = NULL WHERE id = :id",
        named_params! { ":id": id.0 },
    )?;
    let order = facts::order(tx, id)?;
    if order.state == OrderState::Unwinding && !begin_anew(tx, id)? {
        order_state::set(tx, id, OrderState::Ended)?;
    }
    Ok(facts::order(tx, id)?.state)
}

fn begin_anew(tx: &Tx<'_>, id: OrderId) -> Result<bool, FulfilError> {
    let begun = ordering::begin_anew(tx, id);
    begun.map_err(|error| StoreError::Invariant(format!("order {id}: {error}")).into())
}

fn staged_at(tx: &Tx<'_>, id: OrderId) -> Result<crate::domain::time::At, SqlError> {
    tx.one(
        "SELECT coalesce(staged_at, received_at) FROM online_order WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0).map(crate::domain::time::At),
    )
}

/// The live walk that an order is in.
fn walk_of(tx: &Tx<'_>, id: OrderId) -> Result<Option<PickId>, SqlError> {
    tx.maybe(
        "SELECT pick_id FROM pick_order JOIN pick ON pick.id = pick_id
         WHERE order_id = :order AND left_at IS NULL AND pick.state = 'picking'",
        named_params! { ":order": id.0 },
        |row| row.get(0).map(PickId),
    )
}
