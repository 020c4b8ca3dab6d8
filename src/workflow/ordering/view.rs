//! Reading orders: lists, and one order whole.

use std::collections::BTreeMap;

use super::{CheckCite, Order, OrderAsked, OrderError, OrderRow, Orders, Sight, SourceRef, lines};
use crate::domain::code::Code;
use crate::domain::id::{CaseId, DocumentId, OrderId, OrderSourceId, PickId, PlaceId};
use crate::domain::jurisdiction;
use crate::domain::order::{IdType, OrderState, OrderWay, OrderWhy, PackCheck};
use crate::domain::quantity::Amount;
use crate::domain::sheet::orders::OrderSaid;
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, named_params};
use crate::workflow::settings::{self, Settings};
use crate::workflow::{fulfilling, picking, refs};

/// Orders of one answer.
const LIST: i64 = 300;

/// Which orders a list is of.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// "live" (not over), "over", "all", or one state; without, "live", and "all" where something is looked for.
    pub state: Option<String>,
    /// A number, a code, or (who works on orders) a name.
    pub q: Option<String>,
}

const COLUMNS: &str = "one.id, code, source_id, order_source.name AS source, state, way, number, customer, phone,
    window_from, window_to, received_at, picking_at, picked_at, packed_at, staged_at, handed_at, ended_at,
    why, asked IS NOT NULL AS asked, tote_id, shelf_id,
    (SELECT pick_id FROM pick_order WHERE order_id = one.id AND left_at IS NULL) AS pick_id,
    (SELECT picker_id FROM pick JOIN pick_order ON pick_id = pick.id
      WHERE order_id = one.id AND left_at IS NULL) AS picker_id,
    (SELECT count(*) FROM order_line WHERE order_id = one.id AND amount > 0) AS line_count,
    (SELECT coalesce(sum(amount), 0) FROM order_line WHERE order_id = one.id) AS units,
    (SELECT count(*) FROM order_line WHERE order_id = one.id AND product_id IS NULL AND amount > 0) AS unmatched,
    EXISTS (SELECT 1 FROM order_line WHERE order_id = one.id AND product_id IS NOT NULL
              AND promised < amount) AS lacks,
    EXISTS (SELECT 1 FROM order_sale WHERE order_id = one.id AND sale_id IS NULL) AS awaiting";

/// Orders by state: live ones late first and then by their window, others newest first.
pub fn list(db: &Db<'_>, wanted: &Wanted, sight: Sight) -> Result<Orders, SqlError> {
    let settings = settings::get(db)?;
    let text = wanted.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let like = text.map(|text| format!("%{}%", text.replace(['%', '_'], "")));
    let code = text.and_then(Code::parse).map(|code| code.plain().to_owned());
    let rows = db.all(
        &format!(
            "SELECT {COLUMNS} FROM online_order AS one JOIN order_source ON order_source.id = source_id
             WHERE CASE :state WHEN 'live' THEN state NOT IN ('handed_over', 'ended')
                               WHEN 'over' THEN state IN ('handed_over', 'ended')
                               WHEN 'all' THEN 1 ELSE state = :state END
               AND (:like IS NULL OR code = :code OR (:customers AND (number LIKE :like OR customer LIKE :like)))
             ORDER BY state IN ('handed_over', 'ended'),
                      CASE WHEN state IN ('handed_over', 'ended')
                           THEN -max(coalesce(handed_at, 0), coalesce(ended_at, 0))
                           ELSE coalesce(window_from, 9000000000000) END, received_at
             LIMIT {LIST}"
        ),
        named_params! {
            ":state": wanted.state.as_deref().unwrap_or(if text.is_some() { "all" } else { "live" }), ":like": like, ":code": code,
            ":customers": sight == Sight::Customer,
        },
        |row| read(row, db.now(), &settings),
    )?;
    let mut orders = Vec::with_capacity(rows.len());
    for found in rows {
        // A name only where somebody at the counter asked for an order that waits there.
        let named =
            sight == Sight::Customer && text.is_some() && found.row.state == OrderState::Staged;
        orders.push(whole_row(db, found, sight, named)?);
    }
    orders.sort_by_key(|order| (order.state.over(), !order.late));
    Ok(Orders { now: db.now(), orders })
}

/// The code on an order's label.
pub fn code_of(db: &Db<'_>, id: OrderId) -> Result<Option<String>, SqlError> {
    db.maybe("SELECT code FROM online_order WHERE id = :id", named_params! { ":id": id.0 }, |row| {
        row.get(0)
    })
}

/// The customers of a walk's orders, as far as they are still kept: for the slip of whoever picks them.
pub fn customers(db: &Db<'_>, walk: PickId) -> Result<BTreeMap<OrderId, String>, SqlError> {
    let found = db.all(
        "SELECT order_id, customer FROM pick_order JOIN online_order ON online_order.id = order_id
         WHERE pick_id = :walk AND customer IS NOT NULL",
        named_params! { ":walk": walk.0 },
        |row| Ok((OrderId(row.get(0)?), row.get(1)?)),
    )?;
    Ok(found.into_iter().collect())
}

/// A row as it was read, before what other tables say.
struct Found {
    row: OrderRow,
    phone: Option<String>,
    lacks: bool,
    picker: Option<i64>,
    tote: Option<i64>,
    shelf: Option<i64>,
}

fn found(db: &Db<'_>, id: OrderId) -> Result<Option<Found>, SqlError> {
    let settings = settings::get(db)?;
    db.maybe(
        &format!(
            "SELECT {COLUMNS} FROM online_order AS one JOIN order_source ON order_source.id = source_id
             WHERE one.id = :id"
        ),
        named_params! { ":id": id.0 },
        |row| read(row, db.now(), &settings),
    )
}

fn read(row: &Row<'_>, now: At, settings: &Settings) -> Result<Found, SqlError> {
    let (state, way): (String, String) = (row.get("state")?, row.get("way")?);
    let why: Option<String> = row.get("why")?;
    let at = |name: &str| row.get::<_, Option<i64>>(name).map(|at| at.map(At));
    let state = OrderState::parse(&state).unwrap_or(OrderState::Ended);
    let (window_from, window_to, staged_at) =
        (at("window_from")?, at("window_to")?, at("staged_at")?);
    let passed = |at: Option<At>| at.is_some_and(|at| at < now);
    let before_packed = matches!(
        state,
        OrderState::Unmatched | OrderState::Waiting | OrderState::Picking | OrderState::Packing
    );
    let old = staged_at.is_some_and(|at| at.plus_s(settings.order_aging_h * 3600) < now);
    let lines: i64 = row.get("line_count")?;
    let unmatched: i64 = row.get("unmatched")?;
    let count = |count: i64| usize::try_from(count).unwrap_or(0);
    let shown = OrderRow {
        id: OrderId(row.get("id")?),
        code: row.get("code")?,
        source: SourceRef { id: OrderSourceId(row.get("source_id")?), name: row.get("source")? },
        state,
        way: OrderWay::parse(&way).unwrap_or(OrderWay::Pickup),
        number: row.get("number")?,
        customer: row.get("customer")?,
        window_from,
        window_to,
        received: At(row.get("received_at")?),
        line_count: count(lines),
        units: Amount::from_raw(row.get("units")?),
        short: false,
        unmatched: count(unmatched),
        asked: row.get("asked")?,
        late: !state.over() && ((before_packed && passed(window_from)) || passed(window_to)),
        aging: state == OrderState::Staged && old,
        pick: row.get::<_, Option<i64>>("pick_id")?.map(PickId),
        picker: None,
        tote: None,
        shelf: None,
        why: why.as_deref().and_then(OrderWhy::parse),
        picking_at: at("picking_at")?,
        picked_at: at("picked_at")?,
        packed_at: at("packed_at")?,
        staged_at,
        handed_at: at("handed_at")?,
        ended_at: at("ended_at")?,
        awaiting_sale: row.get("awaiting")?,
    };
    Ok(Found {
        row: shown,
        phone: row.get("phone")?,
        lacks: row.get("lacks")?,
        picker: row.get("picker_id")?,
        tote: row.get("tote_id")?,
        shelf: row.get("shelf_id")?,
    })
}

fn whole_row(db: &Db<'_>, found: Found, sight: Sight, named: bool) -> Result<OrderRow, SqlError> {
    let Found { row, lacks, picker, tote, shelf, .. } = found;
    let short = match row.state {
        OrderState::Unmatched | OrderState::Waiting => lacks,
        OrderState::Picking | OrderState::Packing => !picking::shorts(db, row.id)?.is_empty(),
        _ => false,
    };
    let place = |id: Option<i64>| id.map_or(Ok(None), |id| refs::place(db, PlaceId(id)));
    Ok(OrderRow {
        short,
        picker: refs::known_user(db, picker)?,
        tote: place(tote.filter(|_| shelf.is_none()))?,
        shelf: place(shelf)?,
        number: row.number.filter(|_| sight == Sight::Customer),
        customer: row.customer.filter(|_| named),
        pick: row.pick.filter(|_| row.state == OrderState::Picking),
        ..row
    })
}

/// One order, whole, as far as whoever asks may see it.
pub fn get(db: &Db<'_>, id: OrderId, sight: Sight) -> Result<Option<Order>, OrderError> {
    let Some(found) = found(db, id)? else { return Ok(None) };
    let settings = settings::get(db)?;
    let sees = sight == Sight::Customer;
    let phone = found.phone.clone().filter(|_| sees);
    let row = whole_row(db, found, sight, sees)?;
    let lines = lines::of(db, &row)?;
    let rest = rest(db, id)?;
    Ok(Some(Order {
        phone,
        placed: rest.placed,
        accepted: rest.accepted,
        lines,
        checks: jurisdiction::pack_checks(&settings.jurisdiction)
            .map(|rule| CheckCite { check: rule.value, cite: rule.cite.to_owned() })
            .to_vec(),
        ticked: ticked(db, id)?,
        photo_wanted: settings.pack_photo,
        photos: db.all(
            "SELECT document_id FROM order_photo WHERE order_id = :id ORDER BY document_id",
            named_params! { ":id": id.0 },
            |row| row.get(0).map(DocumentId),
        )?,
        bags: rest.bags,
        packed_by: refs::known_user(db, rest.packed_by)?,
        handed_by: refs::known_user(db, rest.handed_by)?,
        id_type: rest.id_type,
        wish: rest.asked.and_then(|said| serde_json::from_str::<OrderSaid>(&said).ok()).map(asked),
        kept_from_resale: fulfilling::kept_from_resale(db, id)?.map(str::to_owned),
        cancel_note: rest.note.filter(|_| sees),
        case: rest.case,
        purged: rest.purged,
        version: rest.version,
        row,
    }))
}

struct Rest {
    placed: Option<At>,
    accepted: Option<At>,
    bags: i64,
    packed_by: Option<i64>,
    handed_by: Option<i64>,
    id_type: Option<IdType>,
    asked: Option<String>,
    note: Option<String>,
    case: Option<CaseId>,
    purged: bool,
    version: i64,
}

fn rest(db: &Db<'_>, id: OrderId) -> Result<Rest, SqlError> {
    db.one(
        "SELECT placed_at, accepted_at, bags, packed_by, handed_by, id_type, asked, note, kase_id,
           purged_at IS NOT NULL AS purged, version
         FROM online_order WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let id_type: Option<String> = row.get("id_type")?;
            Ok(Rest {
                placed: row.get::<_, Option<i64>>("placed_at")?.map(At),
                accepted: row.get::<_, Option<i64>>("accepted_at")?.map(At),
                bags: row.get("bags")?,
                packed_by: row.get("packed_by")?,
                handed_by: row.get("handed_by")?,
                id_type: id_type.as_deref().and_then(IdType::parse),
                asked: row.get("asked")?,
                note: row.get("note")?,
                case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
                purged: row.get("purged")?,
                version: row.get("version")?,
            })
        },
    )
}

fn ticked(db: &Db<'_>, id: OrderId) -> Result<Vec<PackCheck>, SqlError> {
    let words = db.all(
        "SELECT \"check\" FROM order_check WHERE order_id = :id ORDER BY \"check\"",
        named_params! { ":id": id.0 },
        |row| row.get::<_, String>(0),
    )?;
    Ok(words.iter().filter_map(|word| PackCheck::parse(word)).collect())
}

fn asked(said: OrderSaid) -> OrderAsked {
    let lines = said.lines.into_iter().map(|line| super::AskedLine {
        item: line.item,
        sku: line.sku,
        quantity: line.quantity,
    });
    OrderAsked { lines: lines.collect(), window_from: said.window_from, window_to: said.window_to }
}
