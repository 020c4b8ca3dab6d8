//! A customer is forgotten so many days after their order is over. That their order was here stays known: by the
//! hash of its id at its source, sealed with the box's pepper, which no database holds and a backup carries.

use super::OrderError;
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::pin::Pepper;
use crate::workflow::settings;

/// Orders forgotten in one command.
const AT_ONCE: i64 = 500;

/// Forgets the customers of some orders that have been over for long enough; how many.
pub fn purge(tx: &Tx<'_>, pepper: &Pepper) -> Result<usize, OrderError> {
    let before = tx.now().plus_s(-settings::get(tx)?.order_data_days * 86_400);
    let due = tx.all(
        "SELECT id, external_hash FROM online_order WHERE purged_at IS NULL
           AND max(coalesce(handed_at, 0), coalesce(ended_at, 0)) BETWEEN 1 AND :before
           AND state IN ('handed_over', 'ended') ORDER BY received_at LIMIT :limit",
        named_params! { ":before": before.0, ":limit": AT_ONCE },
        |row| Ok((row.get::<_, i64>("id")?, row.get::<_, Vec<u8>>("external_hash")?)),
    )?;
    if due.is_empty() {
        return Ok(0);
    }
    for (order, hash) in &due {
        tx.execute(
            "UPDATE online_order SET number = NULL, customer = NULL, phone = NULL, window_from = NULL,
               window_to = NULL, asked = NULL, note = NULL, external_hash = :sealed, said_hash = zeroblob(32),
               purged_at = :now, version = version + 1
             WHERE id = :id",
            named_params! { ":sealed": pepper.seal(hash), ":now": tx.now().0, ":id": order },
        )?;
    }
    let orders: Vec<i64> = due.into_iter().map(|(order, _)| order).collect();
    Entry::open(tx, &Actor::system(), "order_customers_forgotten")?
        .seal(&serde_json::json!({ "orders": orders }))?;
    Ok(orders.len())
}
