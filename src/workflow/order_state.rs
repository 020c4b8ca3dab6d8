//! Where an online order is: the one place that moves it on. Commands check what they need and seal their own
//! entry; what may follow what is the domain's to say.

use crate::domain::id::OrderId;
use crate::domain::order::OrderState;
use crate::domain::topic::Topic;
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// Where it is; nothing where there is no such order.
pub fn of(db: &Db<'_>, order: OrderId) -> Result<Option<OrderState>, SqlError> {
    db.maybe(
        "SELECT state FROM online_order WHERE id = :id",
        named_params! { ":id": order.0 },
        |row| Ok(OrderState::parse(&row.get::<_, String>("state")?).unwrap_or(OrderState::Ended)),
    )
}

/// Moves an order on and stamps when. An order that cannot go there is a fault of the caller.
pub fn set(tx: &Tx<'_>, order: OrderId, next: OrderState) -> Result<(), StoreError> {
    let now = of(tx, order)?;
    if !now.is_some_and(|now| now.may_become(next)) {
        let why = format!("order {order} is {now:?} and cannot become {}", next.word());
        return Err(StoreError::Invariant(why));
    }
    let stamp = match next {
        // Picked anew, it is timed anew.
        OrderState::Waiting => Some(
            "accepted_at = coalesce(accepted_at, :now), picking_at = NULL, picked_at = NULL,
             packed_at = NULL, staged_at = NULL",
        ),
        // What is fetched for it later is no new walk of its times.
        OrderState::Picking => Some("picking_at = coalesce(picking_at, :now)"),
        OrderState::Packing => Some("picked_at = coalesce(picked_at, :now)"),
        OrderState::Packed => Some("packed_at = :now"),
        OrderState::Staged => Some("staged_at = :now"),
        OrderState::HandedOver => Some("handed_at = :now"),
        OrderState::Ended => Some("ended_at = :now"),
        OrderState::Unmatched | OrderState::Unwinding => None,
    };
    if let Some(stamp) = stamp {
        tx.execute(
            &format!("UPDATE online_order SET {stamp} WHERE id = :id"),
            named_params! { ":now": tx.now().0, ":id": order.0 },
        )?;
    }
    tx.execute(
        "UPDATE online_order SET state = :state, version = version + 1 WHERE id = :id",
        named_params! { ":state": next.word(), ":id": order.0 },
    )?;
    tx.announce(Topic::Orders, order.0);
    Ok(())
}
