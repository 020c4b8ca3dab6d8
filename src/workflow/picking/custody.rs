//! The tote: chosen by scan, handed over to a named person, and watched until it arrives.

use super::plan::{own_open_pick, touch};
use super::{HandoverInput, LineState, Pick, PickError, PickKind, ToteInput, walk};
use crate::domain::id::{PickId, PlaceId};
use crate::domain::place::PlaceKind;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::casework::{self, CaseKind, NewCase, NewTask, TaskKind};
use crate::workflow::refs::{self, PlaceRef};
use crate::workflow::restock::{self, RequestState};
use crate::workflow::settings;

/// Chooses the tote: empty, and in no other pick. It may be changed until something is in it.
pub fn set_tote(tx: &Tx<'_>, by: &Actor, id: PickId, input: &ToteInput) -> Result<Pick, PickError> {
    let pick = own_open_pick(tx, by, id)?;
    let tote = refs::place(tx, input.tote)?.ok_or(PickError::NotFound { what: "place" })?;
    if tote.kind != PlaceKind::Tote {
        return Err(PickError::NotATote { place: tote });
    }
    if pick.kind == PickKind::Order {
        return walk::set_tote(tx, by, &pick, &tote, input.order);
    }
    if pick.lines.iter().any(|line| line.picked.amount.is_positive()) {
        return Err(PickError::AlreadyBegun);
    }
    check_empty(tx, &pick, &tote)?;
    tx.execute(
        "UPDATE pick SET tote_id = :tote WHERE id = :id",
        named_params! { ":tote": tote.id.0, ":id": id.0 },
    )?;
    touch(tx, &pick)?;
    Entry::open(tx, by, "tote_chosen")?
        .seal(&serde_json::json!({ "pick": id, "tote": tote.id }))?;
    super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })
}

pub(super) fn check_empty(tx: &Tx<'_>, pick: &Pick, tote: &PlaceRef) -> Result<(), PickError> {
    let other = tx.maybe(
        "SELECT code FROM pick WHERE tote_id = :tote AND id <> :pick AND state IN ('picking', 'in_transit')
         UNION ALL SELECT coalesce((SELECT pick.code FROM pick_order JOIN pick ON pick.id = pick_id
                                     WHERE order_id = online_order.id AND left_at IS NULL
                                       AND pick.state = 'picking'), online_order.code)
          FROM online_order
          WHERE tote_id = :tote AND state IN ('picking', 'packing', 'packed', 'unwinding') LIMIT 1",
        named_params! { ":tote": tote.id.0, ":pick": pick.id.0 },
        |row| row.get(0),
    )?;
    let full: bool = tx.one(
        "SELECT EXISTS (SELECT 1 FROM balance WHERE place_id = :tote AND amount > 0)",
        named_params! { ":tote": tote.id.0 },
        |row| row.get(0),
    )?;
    if other.is_none() && !full {
        return Ok(());
    }
    let case = tx.maybe(
        "SELECT code FROM kase WHERE place_id = :tote AND state = 'open' ORDER BY id DESC LIMIT 1",
        named_params! { ":tote": tote.id.0 },
        |row| row.get(0),
    )?;
    Err(PickError::ToteInUse { pick: other, case })
}

/// Sends the tote on its way to a named person. From here it is theirs to confirm in.
pub fn handover(
    tx: &Tx<'_>,
    by: &Actor,
    id: PickId,
    input: &HandoverInput,
) -> Result<Pick, PickError> {
    let pick = own_open_pick(tx, by, id)?;
    let request = pick.restock()?;
    let open: Vec<usize> = pick
        .lines
        .iter()
        .filter(|line| line.state == LineState::ToPick)
        .map(|line| line.n)
        .collect();
    if !open.is_empty() {
        return Err(PickError::LinesOpen { lines: open });
    }
    if !pick.lines.iter().any(|line| line.picked.amount.is_positive()) {
        return end_empty(tx, by, &pick);
    }
    let to = input.to.or(request.by.as_ref().map(|author| author.id));
    let to = to.ok_or(PickError::NotFound { what: "person" })?;
    let to = refs::user(tx, to)?.ok_or(PickError::NotFound { what: "person" })?;
    let limit_s = settings::get(tx)?.transit_limit_min * 60;
    tx.execute(
        "UPDATE pick SET state = 'in_transit', carrier_id = picker_id, to_user = :to,
                handed_at = :now, due = :due
         WHERE id = :id",
        named_params! {
            ":to": to.id.0, ":now": tx.now().0, ":due": tx.now().plus_s(limit_s).0, ":id": id.0,
        },
    )?;
    tx.execute(
        "UPDATE pick_line SET reserving = 0 WHERE pick_id = :id",
        named_params! { ":id": id.0 },
    )?;
    restock::set_state(tx, request.id, RequestState::InTransit)?;
    touch(tx, &pick)?;
    Entry::open(tx, by, "handed_over")?.seal(&serde_json::json!({
        "pick": id, "tote": pick.tote.as_ref().map(|tote| tote.id), "to": to.id,
    }))?;
    super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })
}

/// Every line came up short: there is nothing to carry, so the pick and its request end.
fn end_empty(tx: &Tx<'_>, by: &Actor, pick: &Pick) -> Result<Pick, PickError> {
    let request = pick.restock()?;
    if pick.lines.is_empty() && request.lines.iter().all(|line| !line.short.is_positive()) {
        return Err(PickError::NothingPicked);
    }
    tx.execute(
        "UPDATE pick SET state = 'done', done_at = :now WHERE id = :id",
        named_params! { ":now": tx.now().0, ":id": pick.id.0 },
    )?;
    tx.execute(
        "UPDATE pick_line SET reserving = 0 WHERE pick_id = :id",
        named_params! { ":id": pick.id.0 },
    )?;
    restock::set_state(tx, request.id, RequestState::Done)?;
    touch(tx, pick)?;
    Entry::open(tx, by, "pick_ended_empty")?.seal(&serde_json::json!({ "pick": pick.id }))?;
    super::get(tx, pick.id)?.ok_or(PickError::NotFound { what: "pick" })
}

/// Opens a case for one tote that was not received in time, naming the leg. `false` when none is late.
pub fn late(tx: &Tx<'_>) -> Result<bool, PickError> {
    let found = tx.maybe(
        "SELECT id FROM pick WHERE state = 'in_transit' AND late = 0 AND due < :now LIMIT 1",
        named_params! { ":now": tx.now().0 },
        |row| row.get(0).map(PickId),
    )?;
    let Some(id) = found else { return Ok(false) };
    let pick = super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })?;
    let name =
        |who: &Option<refs::UserRef>| who.as_ref().map_or("?".into(), |who| who.name.clone());
    let (leg, carrier, to) = (leg(&pick), name(&pick.carrier), name(&pick.to));
    let tote = pick.tote.as_ref().map(|tote| tote.id);
    let by = Actor::system();
    let entry = Entry::open(tx, &by, "tote_late")?;
    tx.execute("UPDATE pick SET late = 1 WHERE id = :id", named_params! { ":id": id.0 })?;
    let new = NewCase {
        title: words!("Tote not received in time: {}", "Caja no recibida a tiempo: {}"; [leg.en], [leg.es]),
        subject: Some(("pick", id.0, pick.code.clone())),
        place: tote,
        evidence: vec![(
            "leg",
            words!("{}. Carried by {}, meant for {}.", "{}. La lleva {}, es para {}.";
                [leg.en, carrier, to], [leg.es, carrier, to]),
        )],
        ..NewCase::default()
    };
    let (case, code) = casework::open(tx, &by, entry.seq(), CaseKind::LateTote, &new)?;
    let task = NewTask {
        title: words!("Find the tote of pick {}", "Busque la caja del surtido {}"; pick.code),
        place: tote,
        case: Some(case),
        ..NewTask::default()
    };
    casework::open_task(tx, &by, entry.seq(), TaskKind::LateTote, &task)?;
    entry.seal(&serde_json::json!({ "pick": id, "case": code }))?;
    touch(tx, &pick)?;
    Ok(true)
}

/// The leg of a tote's travel, in words: "Tote 3, Vault to Front counter".
pub(super) fn leg(pick: &Pick) -> Words {
    let nameless = || words!("tote", "caja");
    let tote = pick.tote.as_ref().map_or_else(nameless, |tote| Words::own(&tote.name));
    let station = pick.request.as_ref().map_or("", |request| &request.station.name);
    words!("{}, vault to {station}", "{}, de la bóveda a {station}"; [tote.en], [tote.es])
}

/// The tote that a pick's receipt must name.
pub(super) fn tote_id(pick: &Pick) -> Option<PlaceId> {
    pick.tote.as_ref().map(|tote| tote.id)
}
