//! What this box is: its id, drawn once, and the epoch, which a restore raises.

use crate::domain::time::At;
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Five symbols; part of the canonical host name.
    pub box_id: String,
    pub epoch: i64,
    pub claimed_at: Option<At>,
}

/// Who the box is; nothing before its first start.
pub fn get(db: &Db<'_>) -> Result<Option<Identity>, SqlError> {
    db.maybe("SELECT box_id, epoch, claimed_at FROM box WHERE id = 1", [], |row| {
        Ok(Identity {
            box_id: row.get("box_id")?,
            epoch: row.get("epoch")?,
            claimed_at: row.get::<_, Option<i64>>("claimed_at")?.map(At),
        })
    })
}

/// Who the box is; takes `fresh` as its id at the first start. Not a command: nobody did anything yet,
/// and the claim is the first entry of the journal.
pub fn get_or_take(tx: &Tx<'_>, fresh: &str) -> Result<Identity, StoreError> {
    tx.execute(
        "INSERT INTO box (id, box_id, epoch) VALUES (1, :box, 1) ON CONFLICT (id) DO NOTHING",
        named_params! { ":box": fresh },
    )?;
    get(tx)?.ok_or_else(|| StoreError::Invariant("the box has no row of its own".into()))
}
