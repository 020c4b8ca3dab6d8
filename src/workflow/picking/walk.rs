//! A walk: one or more waiting orders picked together, each into a tote of its own. The plan covers all of
//! them at once; what they were promised turns into reserved lots.

use super::plan::{self, Serves, own_open_pick, touch};
use super::{
    LineState, Pick, PickError, PickKind, PickOrder, PickShort, PickState, WalkInput, custody,
};
use crate::domain::id::{OrderId, OrderLineId, PickId, PlaceId, ProductId, UserId};
use crate::domain::order::{OrderState, OrderWay};
use crate::domain::quantity::Amount;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::casework::new_code;
use crate::workflow::order_state;
use crate::workflow::refs::{self, PlaceRef};

/// Orders of one walk at the most: a cart's slots.
const SLOTS: usize = 20;

/// Starts a walk for these orders, the most pressing in the first slot, and plans it.
pub fn start(tx: &Tx<'_>, by: &Actor, input: &WalkInput) -> Result<Pick, PickError> {
    let Some(user) = by.user else { return Err(PickError::NotYourPick { by: None }) };
    if input.orders.is_empty() || input.orders.len() > SLOTS {
        return Err(PickError::Invalid { field: "orders", why: "must be 1 to 20" });
    }
    let mut orders = Vec::with_capacity(input.orders.len());
    let twice = |(n, order): (usize, &OrderId)| input.orders[..n].contains(order);
    if input.orders.iter().enumerate().any(twice) {
        return Err(PickError::Invalid { field: "orders", why: "name an order twice" });
    }
    for order in &input.orders {
        orders.push((pressing(tx, *order)?, *order));
    }
    orders.sort();
    let mut wants = Vec::with_capacity(orders.len());
    for (_, order) in orders {
        wants.push((order, wanted(tx, order)?));
    }
    begin(tx, by, user, &wants)
}

/// Starts a walk for what an order at the pack bench lacks, into the tote that it has.
pub fn fetch(tx: &Tx<'_>, by: &Actor, order: OrderId) -> Result<Pick, PickError> {
    let Some(user) = by.user else { return Err(PickError::NotYourPick { by: None }) };
    let state = order_state::of(tx, order)?.ok_or(PickError::NotFound { what: "order" })?;
    if state != OrderState::Packing {
        return Err(PickError::OrderNotWaiting { order, state, by: None });
    }
    let lacks: Vec<Want> =
        shorts(tx, order)?.into_iter().map(|one| (one.line, one.product.id, one.short)).collect();
    if lacks.is_empty() {
        return Err(PickError::NotShort);
    }
    begin(tx, by, user, &[(order, lacks)])
}

/// A line, and how much of which product is to be given for it.
type Want = (OrderLineId, ProductId, Amount);

fn begin(
    tx: &Tx<'_>,
    by: &Actor,
    user: UserId,
    orders: &[(OrderId, Vec<Want>)],
) -> Result<Pick, PickError> {
    let pick = PickId(tx.insert(
        "INSERT INTO pick (code, kind, state, picker_id, created_at)
         VALUES (:code, 'order', 'picking', :picker, :at)",
        named_params! { ":code": new_code()?, ":picker": user.0, ":at": tx.now().0 },
    )?);
    for (slot, (order, _)) in (1_i64..).zip(orders) {
        leave_finished(tx, *order)?;
        tx.execute(
            "INSERT INTO pick_order (pick_id, order_id, slot, tote_id)
             SELECT :pick, id, :slot, tote_id FROM online_order WHERE id = :order",
            named_params! { ":pick": pick.0, ":order": order.0, ":slot": slot },
        )?;
        // Its promise turns into lots below.
        tx.execute(
            "UPDATE order_line SET promised = 0 WHERE order_id = :order",
            named_params! { ":order": order.0 },
        )?;
        order_state::set(tx, *order, OrderState::Picking)?;
    }
    for (line, product, amount) in orders.iter().flat_map(|(_, wants)| wants) {
        let planned = plan::plan(tx, *product, *amount, &[])?;
        plan::store(tx, pick, Serves::Order(*line), &planned)?;
    }
    tx.announce(Topic::Picks, pick.0);
    let started = super::get(tx, pick)?.ok_or(PickError::NotFound { what: "pick" })?;
    Entry::open(tx, by, "walk_started")?.seal(&serde_json::json!({
        "pick": pick,
        "orders": orders.iter().map(|(order, _)| order).collect::<Vec<_>>(),
        "plan": started.lines.iter()
            .map(|line| (line.order, line.package.id, line.bin.id, line.planned.amount))
            .collect::<Vec<_>>(),
    }))?;
    Ok(started)
}

/// What makes an order more pressing than another: its window, then its age.
fn pressing(tx: &Tx<'_>, order: OrderId) -> Result<(i64, i64), PickError> {
    let found = tx.maybe(
        "SELECT state, window_from, received_at,
                (SELECT picker_id FROM pick JOIN pick_order ON pick_id = pick.id
                  WHERE order_id = online_order.id AND left_at IS NULL) AS picker
         FROM online_order WHERE id = :id",
        named_params! { ":id": order.0 },
        |row| {
            let state: String = row.get("state")?;
            let window: Option<i64> = row.get("window_from")?;
            let turn = (window.unwrap_or(i64::MAX), row.get::<_, i64>("received_at")?);
            Ok((OrderState::parse(&state).unwrap_or(OrderState::Ended), turn, row.get("picker")?))
        },
    )?;
    let (state, turn, picker) = found.ok_or(PickError::NotFound { what: "order" })?;
    if state == OrderState::Waiting {
        return Ok(turn);
    }
    Err(PickError::OrderNotWaiting { order, state, by: refs::known_user(tx, picker)? })
}

/// What is to be given of an order, line by line.
fn wanted(db: &Db<'_>, order: OrderId) -> Result<Vec<Want>, SqlError> {
    db.all(
        "SELECT id, product_id, amount FROM order_line
         WHERE order_id = :order AND amount > 0 AND product_id IS NOT NULL ORDER BY n",
        named_params! { ":order": order.0 },
        |row| {
            Ok((
                OrderLineId(row.get("id")?),
                ProductId(row.get("product_id")?),
                Amount::from_raw(row.get("amount")?),
            ))
        },
    )
}

/// The orders of a pick by slot, with what waits for a decision.
pub(super) fn orders(db: &Db<'_>, pick: PickId) -> Result<Vec<PickOrder>, SqlError> {
    let rows = db.all(
        "SELECT order_id, code, number, slot, way, window_from, window_to, pick_order.tote_id,
                left_at IS NOT NULL AS gone, state = 'picking' AS picking
         FROM pick_order JOIN online_order ON online_order.id = order_id
         WHERE pick_id = :pick ORDER BY slot",
        named_params! { ":pick": pick.0 },
        |row| {
            let way: String = row.get("way")?;
            let order = PickOrder {
                order: OrderId(row.get("order_id")?),
                code: row.get("code")?,
                number: row.get("number")?,
                slot: row.get("slot")?,
                way: OrderWay::parse(&way).unwrap_or(OrderWay::Pickup),
                window_from: row.get::<_, Option<i64>>("window_from")?.map(At),
                window_to: row.get::<_, Option<i64>>("window_to")?.map(At),
                tote: None,
                left: row.get("gone")?,
                shorts: Vec::new(),
            };
            Ok((order, row.get::<_, Option<i64>>("tote_id")?, row.get::<_, bool>("picking")?))
        },
    )?;
    let mut orders = Vec::with_capacity(rows.len());
    for (order, tote, picking) in rows {
        let undecided = picking && !order.left;
        orders.push(PickOrder {
            tote: tote.map_or(Ok(None), |tote| refs::place(db, PlaceId(tote)))?,
            shorts: if undecided { shorts(db, order.order)? } else { Vec::new() },
            ..order
        });
    }
    Ok(orders)
}

/// What is neither with an order nor planned for it, line by line.
pub fn shorts(db: &Db<'_>, order: OrderId) -> Result<Vec<PickShort>, SqlError> {
    let rows = db.all(
        "SELECT order_line.id, product_id, amount, product.content,
                (SELECT coalesce(sum(CASE WHEN pick_line.state = 'to_pick' THEN planned ELSE picked END
                                     - put_back), 0)
                   FROM pick_line WHERE order_line_id = order_line.id) AS covered
         FROM order_line JOIN product ON product.id = product_id
         WHERE order_id = :order AND amount > 0 ORDER BY n",
        named_params! { ":order": order.0 },
        |row| {
            let content = row.get::<_, Option<i64>>("content")?;
            let content = content.map_or(Amount::whole(1), Amount::from_raw);
            let covered = Amount::from_raw(row.get("covered")?);
            Ok((
                OrderLineId(row.get("id")?),
                ProductId(row.get("product_id")?),
                Amount::from_raw(row.get("amount")?),
                covered.per(content).unwrap_or(Amount::ZERO),
            ))
        },
    )?;
    let mut shorts = Vec::new();
    for (line, product, wanted, covered) in rows {
        let short = wanted - covered;
        if !short.is_positive() {
            continue;
        }
        let Some(product) = refs::product(db, product)? else { continue };
        shorts.push(PickShort { line, product, wanted, short });
    }
    Ok(shorts)
}

/// Puts an order's slot onto a tote; the first slot without one where no order is named.
pub(super) fn set_tote(
    tx: &Tx<'_>,
    by: &Actor,
    pick: &Pick,
    tote: &PlaceRef,
    order: Option<OrderId>,
) -> Result<Pick, PickError> {
    let mut live = pick.orders.iter().filter(|one| !one.left);
    let slot = match order {
        Some(order) => live.find(|one| one.order == order),
        None => live.find(|one| one.tote.is_none()),
    };
    let slot = slot.ok_or(PickError::NotInWalk)?;
    if begun(tx, slot.order)? {
        return Err(PickError::AlreadyBegun);
    }
    custody::check_empty(tx, pick, tote)?;
    tx.execute(
        "UPDATE pick_order SET tote_id = :tote WHERE pick_id = :pick AND order_id = :order",
        named_params! { ":tote": tote.id.0, ":pick": pick.id.0, ":order": slot.order.0 },
    )?;
    tx.execute(
        "UPDATE online_order SET tote_id = :tote WHERE id = :order",
        named_params! { ":tote": tote.id.0, ":order": slot.order.0 },
    )?;
    touch(tx, pick)?;
    Entry::open(tx, by, "tote_chosen")?
        .seal(&serde_json::json!({ "pick": pick.id, "order": slot.order, "tote": tote.id }))?;
    super::get(tx, pick.id)?.ok_or(PickError::NotFound { what: "pick" })
}

/// Ends a walk: every order that stayed in it goes to the pack bench with its tote.
pub fn finish(tx: &Tx<'_>, by: &Actor, id: PickId) -> Result<Pick, PickError> {
    let pick = own_open_pick(tx, by, id)?;
    if pick.kind != PickKind::Order {
        return Err(PickError::WrongKind { kind: pick.kind });
    }
    let open = pick.lines.iter().filter(|line| line.state == LineState::ToPick);
    let open: Vec<usize> = open.map(|line| line.n).collect();
    if !open.is_empty() {
        return Err(PickError::LinesOpen { lines: open });
    }
    let live = || pick.orders.iter().filter(|one| !one.left);
    let undecided = live().filter(|one| !one.shorts.is_empty());
    let undecided: Vec<OrderId> = undecided.map(|one| one.order).collect();
    if !undecided.is_empty() {
        return Err(PickError::ShortUndecided { orders: undecided });
    }
    for order in live() {
        order_state::set(tx, order.order, OrderState::Packing)?;
    }
    close(tx, id, PickState::Done)?;
    touch(tx, &pick)?;
    Entry::open(tx, by, "walk_finished")?.seal(&serde_json::json!({
        "pick": id, "orders": live().map(|one| one.order).collect::<Vec<_>>(),
    }))?;
    super::get(tx, id)?.ok_or(PickError::NotFound { what: "pick" })
}

fn close(tx: &Tx<'_>, pick: PickId, state: PickState) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE pick SET state = :state, done_at = :at WHERE id = :id",
        named_params! { ":state": state.word(), ":at": tx.now().0, ":id": pick.0 },
    )?;
    tx.execute(
        "UPDATE pick_line SET reserving = 0 WHERE pick_id = :id",
        named_params! { ":id": pick.0 },
    )?;
    Ok(())
}

/// Gives the orders of a walk, in which nothing was taken, back to where they were: to the queue, each promised
/// what was planned for it, or to the pack bench with what it has.
pub(super) fn give_back(tx: &Tx<'_>, pick: &Pick) -> Result<(), PickError> {
    for order in pick.orders.iter().filter(|one| !one.left) {
        let order = order.order;
        if begun(tx, order)? {
            leave(tx, pick.id, order)?;
            order_state::set(tx, order, OrderState::Packing)?;
        } else {
            promise_again(tx, order)?;
            leave(tx, pick.id, order)?;
            order_state::set(tx, order, OrderState::Waiting)?;
        }
    }
    Ok(())
}

/// Whether something of an order is with it.
pub(super) fn begun(tx: &Tx<'_>, order: OrderId) -> Result<bool, SqlError> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM order_line JOIN pick_line ON order_line_id = order_line.id
                        WHERE order_id = :order AND picked > put_back)",
        named_params! { ":order": order.0 },
        |row| row.get(0),
    )
}

/// A walk that was finished is an order's last one no more: it is picked anew, or something is fetched for it.
pub(in crate::workflow) fn leave_finished(tx: &Tx<'_>, order: OrderId) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE pick_order SET left_at = :at WHERE order_id = :order AND left_at IS NULL",
        named_params! { ":at": tx.now().0, ":order": order.0 },
    )?;
    Ok(())
}

/// An order with nothing in its tote has none: that serves the next.
pub(super) fn free_tote(tx: &Tx<'_>, order: OrderId) -> Result<(), SqlError> {
    if !begun(tx, order)? {
        tx.execute(
            "UPDATE online_order SET tote_id = NULL WHERE id = :order",
            named_params! { ":order": order.0 },
        )?;
    }
    Ok(())
}

/// What was planned for an order's lines and not taken is promised to it again.
pub(super) fn promise_again(tx: &Tx<'_>, order: OrderId) -> Result<(), SqlError> {
    let short = shorts(tx, order)?;
    for (line, _, amount) in wanted(tx, order)? {
        let missing = short.iter().find(|one| one.line == line).map(|one| one.short);
        let promised = amount - missing.unwrap_or(Amount::ZERO);
        tx.execute(
            "UPDATE order_line SET promised = :promised WHERE id = :line",
            named_params! { ":promised": promised.raw(), ":line": line.0 },
        )?;
    }
    Ok(())
}

/// Takes an order out of its walk: what was not taken yet is free again, what was stays recorded. The walk
/// ends with its last order. Part of a command that seals its own entry and moves the order on.
pub(in crate::workflow) fn leave(
    tx: &Tx<'_>,
    pick: PickId,
    order: OrderId,
) -> Result<(), SqlError> {
    let of_order =
        "pick_id = :pick AND order_line_id IN (SELECT id FROM order_line WHERE order_id = :order)";
    let packages = tx.all(
        &format!("SELECT DISTINCT package_id FROM pick_line WHERE {of_order}"),
        named_params! { ":pick": pick.0, ":order": order.0 },
        |row| row.get::<_, i64>("package_id"),
    )?;
    for package in packages {
        tx.announce(Topic::Stock, package);
    }
    tx.execute(
        &format!("DELETE FROM pick_line WHERE picked = 0 AND {of_order}"),
        named_params! { ":pick": pick.0, ":order": order.0 },
    )?;
    tx.execute(
        &format!(
            "UPDATE pick_line SET planned = picked, state = 'picked', reserving = 0 WHERE {of_order}"
        ),
        named_params! { ":pick": pick.0, ":order": order.0 },
    )?;
    tx.execute(
        "UPDATE pick_order SET left_at = :at WHERE pick_id = :pick AND order_id = :order",
        named_params! { ":at": tx.now().0, ":pick": pick.0, ":order": order.0 },
    )?;
    free_tote(tx, order)?;
    let left: bool = tx.one(
        "SELECT NOT EXISTS (SELECT 1 FROM pick_order WHERE pick_id = :pick AND left_at IS NULL)",
        named_params! { ":pick": pick.0 },
        |row| row.get(0),
    )?;
    let picking: bool = tx.one(
        "SELECT state = 'picking' FROM pick WHERE id = :pick",
        named_params! { ":pick": pick.0 },
        |row| row.get(0),
    )?;
    if left && picking {
        close(tx, pick, PickState::Cancelled)?;
    }
    tx.execute(
        "UPDATE pick SET version = version + 1 WHERE id = :pick",
        named_params! { ":pick": pick.0 },
    )?;
    tx.announce(Topic::Picks, pick.0);
    tx.announce(Topic::Orders, order.0);
    Ok(())
}
