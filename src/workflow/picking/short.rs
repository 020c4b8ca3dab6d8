//! A line that cannot be picked whole: the bin gets a count task, and the next lot is planned.

use super::plan::{self, Serves, own_open_pick, touch};
use super::{LineState, PickError, ShortInput, Shorted};
use crate::domain::id::{OrderLineId, PackageId, PickId, PlaceId, RequestLineId};
use crate::domain::quantity::Amount;
use crate::domain::topic::Topic;
use crate::domain::words::Words;
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::casework::{self, NewTask, TaskKind};

/// Ends a line short, opens a count of its bin, and plans what is missing from the next lots.
pub fn short(
    tx: &Tx<'_>,
    by: &Actor,
    id: PickId,
    input: &ShortInput,
) -> Result<Shorted, PickError> {
    let pick = own_open_pick(tx, by, id)?;
    let line = pick
        .lines
        .iter()
        .find(|line| line.id == input.line)
        .ok_or(PickError::NotFound { what: "line" })?;
    if line.state != LineState::ToPick {
        return Err(PickError::AlreadyPicked);
    }
    if input.found < Amount::ZERO || input.note.as_ref().is_some_and(|note| note.len() > 280) {
        return Err(PickError::Invalid { field: "found", why: "must not be below zero" });
    }
    tx.execute(
        "UPDATE pick_line SET state = 'short', short_reason = :reason, reserving = 0 WHERE id = :id",
        named_params! { ":reason": input.reason.word(), ":id": line.id.0 },
    )?;
    let missing = line.planned_count - line.picked_count;
    let serves = tx.one(
        "SELECT request_line_id, order_line_id FROM pick_line WHERE id = :id",
        named_params! { ":id": line.id.0 },
        |row| {
            let order: Option<i64> = row.get("order_line_id")?;
            order.map_or_else(
                || row.get("request_line_id").map(|line| Serves::Request(RequestLineId(line))),
                |line| Ok(Serves::Order(OrderLineId(line))),
            )
        },
    )?;
    let entry = Entry::open(tx, by, "picked_short")?;
    let task = casework::open_task(
        tx,
        by,
        entry.seq(),
        TaskKind::CountBin,
        &NewTask {
            title: Words::own(&format!("{} · {}", line.bin.name, line.package.product.name)),
            place: Some(line.bin.id),
            package: Some(line.package.id),
            ..NewTask::default()
        },
    )?;
    let without: Vec<(PackageId, PlaceId)> = pick
        .lines
        .iter()
        .filter(|other| other.state == LineState::Short || other.id == line.id)
        .map(|other| (other.package.id, other.bin.id))
        .collect();
    let planned = plan::plan(tx, line.package.product.id, missing, &without)?;
    let new = plan::store(tx, id, serves, &planned)?;
    entry.seal(&serde_json::json!({
        "pick": id, "line": line.id, "reason": input.reason, "found": input.found,
        "note": input.note, "missing": missing, "task": task, "planned_instead": new,
    }))?;
    touch(tx, &pick)?;
    tx.announce(Topic::Stock, line.package.id.0);
    let pick = super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })?;
    let next = pick.lines.iter().find(|line| new.contains(&line.id)).cloned();
    Ok(Shorted { pick, task, next })
}
