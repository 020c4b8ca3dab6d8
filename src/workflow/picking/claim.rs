//! Claiming a request: one technician gets it, and the plan is made and reserved in the same command.

use super::plan::{self, Serves, own_open_pick, touch};
use super::{LineState, Pick, PickAssignInput, PickError, PickState, walk};
use crate::domain::id::{PickId, RequestId};
use crate::domain::role::{Permission, Role};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::casework::new_code;
use crate::workflow::refs;
use crate::workflow::restock::{self, RequestState};

/// Claims a waiting request and plans it.
pub fn claim(tx: &Tx<'_>, by: &Actor, id: RequestId) -> Result<Pick, PickError> {
    let request = restock::get(tx, id)?.ok_or(PickError::NotFound { what: "request" })?;
    match request.state {
        RequestState::Open => {}
        RequestState::Picking | RequestState::InTransit => {
            let pick = request.pick.map(|pick| pick.0);
            return Err(PickError::AlreadyClaimed { by: request.picker, pick });
        }
        RequestState::Done | RequestState::Cancelled => return Err(PickError::NotWaiting),
    }
    let Some(user) = by.user else { return Err(PickError::NotYourPick { by: None }) };
    let pick = PickId(tx.insert(
        "INSERT INTO pick (code, kind, request_id, state, picker_id, created_at)
         VALUES (:code, 'restock', :request, 'picking', :picker, :at)",
        named_params! {
            ":code": new_code()?, ":request": id.0, ":picker": user.0, ":at": tx.now().0,
        },
    )?);
    for line in restock::request_lines(tx, id)? {
        let planned = plan::plan(tx, line.shown.product.id, line.shown.quantity, &[])?;
        plan::store(tx, pick, Serves::Request(line.id), &planned)?;
    }
    restock::set_state(tx, id, RequestState::Picking)?;
    tx.announce(Topic::Picks, pick.0);
    let claimed = super::get(tx, pick)?.ok_or(PickError::NotFound { what: "pick" })?;
    Entry::open(tx, by, "claimed")?.seal(&serde_json::json!({
        "request": id, "pick": pick,
        "plan": claimed.lines.iter().map(|line| (line.package.id, line.bin.id, line.planned.amount))
            .collect::<Vec<_>>(),
    }))?;
    Ok(claimed)
}

/// Gives a pick back to the queue; only before anything was taken.
pub fn release(tx: &Tx<'_>, by: &Actor, id: PickId) -> Result<Pick, PickError> {
    let pick = if by.role.is_some_and(|role| role.may(Permission::Approve)) {
        let pick = super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })?;
        if pick.state != PickState::Picking {
            return Err(PickError::PickClosed { state: pick.state });
        }
        pick
    } else {
        own_open_pick(tx, by, id)?
    };
    if pick.lines.iter().any(|line| line.picked.amount.is_positive()) {
        return Err(PickError::AlreadyBegun);
    }
    walk::give_back(tx, &pick)?;
    tx.execute(
        "UPDATE pick SET state = 'cancelled', done_at = :at WHERE id = :id",
        named_params! { ":at": tx.now().0, ":id": id.0 },
    )?;
    tx.execute(
        "UPDATE pick_line SET reserving = 0 WHERE pick_id = :id",
        named_params! { ":id": id.0 },
    )?;
    for line in &pick.lines {
        tx.announce(Topic::Stock, line.package.id.0);
    }
    if let Some(request) = &pick.request {
        restock::set_state(tx, request.id, RequestState::Open)?;
    }
    touch(tx, &pick)?;
    Entry::open(tx, by, "released")?.seal(&serde_json::json!({ "pick": id }))?;
    super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })
}

/// Hands a pick to another technician: one went home, or their device was lost in the middle.
pub fn assign(
    tx: &Tx<'_>,
    by: &Actor,
    id: PickId,
    input: &PickAssignInput,
) -> Result<Pick, PickError> {
    let pick = super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })?;
    if pick.state != PickState::Picking {
        return Err(PickError::PickClosed { state: pick.state });
    }
    let who = refs::user(tx, input.user)?.ok_or(PickError::NotFound { what: "person" })?;
    let role = tx.maybe(
        "SELECT role FROM user WHERE id = :id AND active = 1",
        named_params! { ":id": who.id.0 },
        |row| row.get::<_, String>("role"),
    )?;
    if !role.and_then(|role| Role::parse(&role)).is_some_and(|role| role.may(Permission::Pick)) {
        return Err(PickError::PersonMayNot { who });
    }
    tx.execute(
        "UPDATE pick SET picker_id = :user WHERE id = :id",
        named_params! { ":user": who.id.0, ":id": id.0 },
    )?;
    touch(tx, &pick)?;
    Entry::open(tx, by, "pick_assigned")?.seal(&serde_json::json!({
        "pick": id, "from": pick.picker.map(|picker| picker.id), "to": who.id,
        "lines_left": pick.lines.iter().filter(|line| line.state == LineState::ToPick).count(),
    }))?;
    super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })
}
