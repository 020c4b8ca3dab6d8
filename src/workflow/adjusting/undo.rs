//! Taking an adjustment back, whole: all its movements and intents, as long as nobody entered any.

use super::{AdjustError, Adjustment, missing};
use crate::domain::id::{AdjustmentId, MovementId, PackageId, PlaceId};
use crate::domain::quantity::Amount;
use crate::domain::role::Permission;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry, Movement, PostError};
use crate::store::{Tx, named_params};
use crate::workflow::casework;
use crate::workflow::moving::MoveError;

pub fn undo(tx: &Tx<'_>, by: &Actor, id: AdjustmentId) -> Result<Adjustment, AdjustError> {
    let adjustment = super::get(tx, id)?.ok_or_else(|| missing("adjustment"))?;
    if adjustment.undone {
        return Err(AdjustError::Undone);
    }
    let author = adjustment.proposed_by.as_ref().map(|who| who.id);
    if author != by.user && !by.role.is_some_and(|role| role.may(Permission::UndoAny)) {
        return Err(MoveError::NotYours.into());
    }
    if adjustment.intents.iter().any(|intent| !intent.untouched()) {
        return Err(AdjustError::AlreadySent);
    }
    let movements = tx.all(
        "SELECT movement.id, movement.package_id, amount, from_place, to_place
         FROM movement JOIN adjustment_line ON movement_id = movement.id
         WHERE adjustment_id = :id ORDER BY movement.id",
        named_params! { ":id": id.0 },
        |row| {
            Ok(Movement {
                reverses: Some(MovementId(row.get(0)?)),
                package: PackageId(row.get(1)?),
                amount: Amount::from_raw(row.get(2)?),
                // Back again.
                to: PlaceId(row.get(3)?),
                from: PlaceId(row.get(4)?),
            })
        },
    )?;
    let mut entry = Entry::open(tx, by, "adjustment_undone")?;
    for movement in movements {
        entry.post(movement).map_err(|error| match error {
            PostError::Store(error) => AdjustError::from(error),
            _ => MoveError::LaterDepends.into(),
        })?;
        tx.announce(Topic::Stock, movement.package.0);
    }
    tx.execute(
        "UPDATE intent SET state = 'withdrawn' WHERE adjustment_id = :id",
        named_params! { ":id": id.0 },
    )?;
    tx.execute(
        "UPDATE adjustment SET undone_seq = :seq WHERE id = :id",
        named_params! { ":seq": entry.seq().0, ":id": id.0 },
    )?;
    if let Some(case) = adjustment.case {
        let text =
            words!("The adjustment {} was undone.", "El ajuste {} se deshizo."; adjustment.code);
        casework::evidence(tx, by.user, entry.seq(), case, "undone", &text)?;
    }
    entry.seal(&serde_json::json!({ "adjustment": id, "code": adjustment.code }))?;
    tx.announce(Topic::Intents, id.0);
    super::get(tx, id)?.ok_or_else(|| missing("adjustment"))
}
