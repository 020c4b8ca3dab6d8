//! What came of what a source sent: each order is new, said before, changed, cancelled or over. An order is known
//! by its source and the hash of its id there; forgotten, by that hash under the box's pepper.

use serde::Serialize;

use super::OrderError;
use super::said::{Known, call_off, change, insert};
use crate::domain::id::{OrderId, OrderSourceId};
use crate::domain::order::OrderState;
use crate::domain::sheet::ROWS_TOLD;
use crate::domain::sheet::orders::{OrderRefused, OrderSaid};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{SqlError, Tx, named_params};
use crate::workflow::pin::Pepper;

/// Orders of one command: scans slip between two.
pub const AT_ONCE: usize = 50;

/// Who takes in whose orders.
#[derive(Clone)]
pub struct Intake {
    pub by: Actor,
    pub source: OrderSourceId,
    /// What those are known again by whose customer was forgotten.
    pub pepper: Pepper,
}

/// What became of what a source sent.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct OrdersTaken {
    /// New orders.
    pub taken: usize,
    /// Orders that the source changed.
    pub changed: usize,
    pub cancelled: usize,
    /// Said before, word for word.
    pub same: usize,
    /// About orders that are over: nothing is done.
    pub late: usize,
    /// What was refused: the first hundred, in the file's order.
    pub refused: Vec<OrderRefused>,
    pub refused_total: usize,
}

impl OrdersTaken {
    /// Adds the counts of another part of the same message.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.taken += other.taken;
        self.changed += other.changed;
        self.cancelled += other.cancelled;
        self.same += other.same;
        self.late += other.late;
        self
    }

    /// Tells what of the message was refused.
    #[must_use]
    pub fn without(mut self, mut refused: Vec<OrderRefused>) -> Self {
        self.refused_total = refused.len();
        refused.truncate(ROWS_TOLD);
        self.refused = refused;
        self
    }
}

impl Intake {
    /// Takes in what the source said, whole orders at a time; all of them in this one command. What was said
    /// before, word for word, is no entry: a forwarder may say it every minute.
    pub fn take_in(&self, tx: &Tx<'_>, orders: &[OrderSaid]) -> Result<OrdersTaken, OrderError> {
        let mut taken = OrdersTaken::default();
        let mut entry = Entry::open(tx, &self.by, "orders_taken_in")?;
        let mut touched = Vec::new();
        for said in orders {
            let Some(known) = self.known(tx, said)? else {
                if said.cancelled || said.done {
                    taken.late += 1; // never heard of, and over already
                    continue;
                }
                touched.push(insert(tx, self.source, said)?);
                taken.taken += 1;
                continue;
            };
            // Forgotten, nothing of it is written down again.
            if known.purged {
                taken.late += 1;
                continue;
            }
            if known.said == said.said_hash() {
                taken.same += 1;
                continue;
            }
            remember(tx, &known, said)?;
            touched.push(known.id);
            if known.state.over() || said.done {
                taken.late += 1;
            } else if said.cancelled {
                taken.cancelled += 1;
                call_off(tx, &mut entry, &known)?;
            } else {
                taken.changed += 1;
                change(tx, &known, said)?;
            }
        }
        if !touched.is_empty() {
            entry.seal(&self.noted(&touched, &taken))?;
        }
        Ok(taken)
    }

    /// As [`Intake::take_in`], for a person's file: that it was loaded is known, also where nothing in it was new.
    pub fn load(&self, tx: &Tx<'_>, orders: &[OrderSaid]) -> Result<OrdersTaken, OrderError> {
        let taken = self.take_in(tx, orders)?;
        if tx.entries() == 0 {
            Entry::open(tx, &self.by, "orders_taken_in")?.seal(&self.noted(&[], &taken))?;
        }
        Ok(taken)
    }

    fn noted(&self, touched: &[OrderId], taken: &OrdersTaken) -> serde_json::Value {
        serde_json::json!({
            "source": self.source, "orders": touched, "taken": taken.taken, "changed": taken.changed,
            "cancelled": taken.cancelled, "same": taken.same, "late": taken.late,
        })
    }

    fn known(&self, tx: &Tx<'_>, said: &OrderSaid) -> Result<Option<Known>, SqlError> {
        let hash = said.external_hash();
        tx.maybe(
            "SELECT id, state, said_hash, purged_at IS NOT NULL AS purged FROM online_order
             WHERE source_id = :source AND external_hash IN (:hash, :forgotten)",
            named_params! {
                ":source": self.source.0, ":hash": hash, ":forgotten": self.pepper.seal(&hash),
            },
            |row| {
                let state: String = row.get("state")?;
                Ok(Known {
                    id: OrderId(row.get("id")?),
                    state: OrderState::parse(&state).unwrap_or(OrderState::Ended),
                    said: row.get("said_hash")?,
                    purged: row.get("purged")?,
                })
            },
        )
    }
}

fn remember(tx: &Tx<'_>, known: &Known, said: &OrderSaid) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE online_order SET said_hash = :said, version = version + 1 WHERE id = :id",
        named_params! { ":said": said.said_hash(), ":id": known.id.0 },
    )?;
    tx.announce(Topic::Orders, known.id.0);
    Ok(())
}
