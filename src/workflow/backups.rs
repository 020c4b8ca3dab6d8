//! What a backup and a restore leave in the books. The archives themselves are `backup`'s.

use serde::Serialize;

use crate::domain::id::Seq;
use crate::ledger::{Actor, Entry};
use crate::store::{StoreError, Tx, named_params};

/// Journals that an archive was made; `facts` name it.
pub fn made(tx: &Tx<'_>, by: &Actor, facts: &impl Serialize) -> Result<Seq, StoreError> {
    Entry::open(tx, by, "backed_up")?.seal(facts)
}

/// Starts a new epoch after a restore: nobody is signed in, open pairing codes are void, and the
/// journal says from which head it goes on. Devices stay enrolled: the root they trust is the same.
/// Gives the new epoch.
pub fn restored(tx: &Tx<'_>, by: &Actor, from: &impl Serialize) -> Result<i64, StoreError> {
    let head = tx.head();
    tx.execute("UPDATE box SET epoch = epoch + 1 WHERE id = 1", [])?;
    let epoch = tx.maybe("SELECT epoch FROM box WHERE id = 1", [], |row| row.get(0))?.unwrap_or(0);
    let sessions = tx.execute(
        "UPDATE session SET ended_at = :now, why_ended = 'restored' WHERE ended_at IS NULL",
        named_params! { ":now": tx.now().0 },
    )?;
    tx.execute("UPDATE pairing SET withdrawn = 1 WHERE used_by IS NULL", [])?;
    Entry::open(tx, by, "restored")?.seal(&serde_json::json!({
        "epoch": epoch,
        "old_head": { "seq": head.seq, "hash": crate::ledger::verify::hex(&head.hash) },
        "sessions_ended": sessions,
        "archive": from,
    }))?;
    Ok(epoch)
}
