//! The reasons that may be given: the state's own list once somebody brought it, else the house's.

use serde::{Deserialize, Serialize};

use super::{AdjustError, invalid};
use crate::domain::adjust::{AdjustReason, house_reasons};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AdjustReasons {
    pub reasons: Vec<AdjustReason>,
    /// Whether they are the state's own names; else the house's.
    pub of_state: bool,
}

/// The whole list, as the state's system has it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustReasonsInput {
    /// At most 100; none goes back to the house's list.
    pub reasons: Vec<AdjustReason>,
}

pub fn reasons(db: &Db<'_>) -> Result<AdjustReasons, SqlError> {
    let reasons =
        db.all("SELECT name, needs_note FROM adjust_reason ORDER BY name", [], |row| {
            Ok(AdjustReason { name: row.get("name")?, needs_note: row.get("needs_note")? })
        })?;
    let of_state = !reasons.is_empty();
    Ok(AdjustReasons { reasons: if of_state { reasons } else { house_reasons() }, of_state })
}

pub fn put_reasons(
    tx: &Tx<'_>,
    by: &Actor,
    input: &AdjustReasonsInput,
) -> Result<AdjustReasons, AdjustError> {
    let fits = |one: &AdjustReason| (1..=100).contains(&one.name.trim().chars().count());
    if input.reasons.len() > 100 || !input.reasons.iter().all(fits) {
        return Err(invalid("reasons", "are at most 100, each of 1 to 100 characters"));
    }
    let entry = Entry::open(tx, by, "reasons_loaded")?;
    tx.execute("DELETE FROM adjust_reason", [])?;
    for one in &input.reasons {
        tx.execute(
            "INSERT INTO adjust_reason (name, needs_note, at, seq) VALUES (:name, :note, :at, :seq)
             ON CONFLICT (name) DO UPDATE SET needs_note = excluded.needs_note",
            named_params! {
                ":name": one.name.trim(), ":note": one.needs_note, ":at": tx.now().0,
                ":seq": entry.seq().0,
            },
        )?;
    }
    entry.seal(input)?;
    Ok(reasons(tx)?)
}
