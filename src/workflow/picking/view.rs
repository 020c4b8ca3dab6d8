//! Reading picks.

use std::collections::BTreeMap;

use super::{LineState, Pick, PickKind, PickLine, PickState, Picks, Shortage, plan, walk};
use crate::domain::id::{OrderId, PickId, PickLineId, PlaceId, ProductId, RequestId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Amount;
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, named_params};
use crate::workflow::refs::PlaceRef;
use crate::workflow::{refs, restock};

/// One pick, with its lines in walking order and what could not be planned.
pub fn get(db: &Db<'_>, id: PickId) -> Result<Option<Pick>, SqlError> {
    struct Links {
        request: Option<i64>,
        kind: PickKind,
        tote: Option<i64>,
        people: [Option<i64>; 3],
    }
    let found = db.maybe(
        "SELECT code, kind, request_id, state, picker_id, tote_id, carrier_id, to_user, created_at,
                handed_at, due, done_at, version
         FROM pick WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let kind: String = row.get("kind")?;
            let links = Links {
                kind: PickKind::parse(&kind).unwrap_or(PickKind::Restock),
                request: row.get("request_id")?,
                tote: row.get("tote_id")?,
                people: [row.get("picker_id")?, row.get("carrier_id")?, row.get("to_user")?],
            };
            let state: String = row.get("state")?;
            let times: [Option<i64>; 3] =
                [row.get("handed_at")?, row.get("due")?, row.get("done_at")?];
            let code: String = row.get("code")?;
            let created: i64 = row.get("created_at")?;
            let version: i64 = row.get("version")?;
            Ok((links, state, times, code, created, version))
        },
    )?;
    let Some((links, state, [handed_at, due, done_at], code, created, version)) = found else {
        return Ok(None);
    };
    let request = match links.request {
        Some(request) => restock::get(db, RequestId(request))?,
        None => None,
    };
    let [picker, carrier, to] = links.people;
    let pick = Pick {
        id,
        code,
        kind: links.kind,
        orders: walk::orders(db, id)?,
        state: PickState::parse(&state).unwrap_or(PickState::Cancelled),
        picker: refs::known_user(db, picker)?,
        tote: links.tote.map_or(Ok(None), |tote| refs::place(db, PlaceId(tote)))?,
        carrier: refs::known_user(db, carrier)?,
        to: refs::known_user(db, to)?,
        lines: lines(db, id)?,
        shortages: Vec::new(),
        created: At(created),
        handed_at: handed_at.map(At),
        due: due.map(At),
        done_at: done_at.map(At),
        version,
        request,
    };
    let shortages = shortages(db, &pick)?;
    Ok(Some(Pick { shortages, ..pick }))
}

/// Picks by state ("live" is picking and in transit), oldest first; ended ones newest first.
pub fn list(db: &Db<'_>, state: Option<&str>) -> Result<Picks, SqlError> {
    let ids = db.all(
        "SELECT id FROM pick
         WHERE CASE :state WHEN 'live' THEN state IN ('picking', 'in_transit')
                           WHEN 'all' THEN 1 ELSE state = :state END
         ORDER BY done_at IS NOT NULL, CASE WHEN done_at IS NULL THEN id ELSE -id END LIMIT 100",
        named_params! { ":state": state.unwrap_or("live") },
        |row| row.get(0).map(PickId),
    )?;
    let picks: Result<Vec<_>, _> = ids.into_iter().map(|id| get(db, id)).collect();
    Ok(Picks { picks: picks?.into_iter().flatten().collect() })
}

/// What an open pick could not plan, with the reasons as the stock is now.
pub fn shortages(db: &Db<'_>, pick: &Pick) -> Result<Vec<Shortage>, SqlError> {
    if pick.state != PickState::Picking {
        return Ok(Vec::new());
    }
    let requested = pick.request.iter().flat_map(|request| &request.lines);
    let requested = requested.map(|line| (&line.product, line.quantity, line.short));
    let ordered = pick.orders.iter().flat_map(|order| &order.shorts);
    let ordered = ordered.map(|line| (&line.product, line.wanted, line.short));
    requested
        .chain(ordered)
        .filter(|(_, _, short)| short.is_positive())
        .map(|(product, wanted, short)| plan::shortage(db, pick, product, wanted, wanted - short))
        .collect()
}

/// A walk has a hundred of them: all are read at once, with what they are of.
fn lines(db: &Db<'_>, pick: PickId) -> Result<Vec<PickLine>, SqlError> {
    let gtins = gtins(db, pick)?;
    let mut lines = db.all(
        "SELECT package.id, package.tag, package.batch, package.expires, package.unit AS package_unit,
                package.product_id, product.sku, product.name, product.unit AS product_unit, product.content,
                bin_id, place.name AS bin, place.kind, place.code, place.area,
                pick_line.id AS line_id, planned, picked, pick_line.received, pick_line.state, short_reason,
                order_line.order_id, slot
         FROM pick_line JOIN place ON place.id = bin_id
         JOIN package ON package.id = package_id JOIN product ON product.id = package.product_id
         LEFT JOIN order_line ON order_line.id = order_line_id
         LEFT JOIN pick_order ON pick_order.pick_id = pick_line.pick_id
                             AND pick_order.order_id = order_line.order_id
         WHERE pick_line.pick_id = :pick AND pick_order.left_at IS NULL
         ORDER BY place.walk, place.name, pick_line.id",
        named_params! { ":pick": pick.0 },
        line,
    )?;
    for (n, line) in (1..).zip(&mut lines) {
        line.n = n;
        line.gtins = gtins.get(&line.package.product.id).cloned().unwrap_or_default();
    }
    Ok(lines)
}

/// A row as [`lines`] selects it, without its number and what its product's barcodes are.
fn line(row: &Row<'_>) -> Result<PickLine, SqlError> {
    let facts = refs::package_row(row)?;
    let amount = |column: &str| row.get(column).map(Amount::from_raw);
    let (planned, picked) = (amount("planned")?, amount("picked")?);
    let received: Option<i64> = row.get("received")?;
    let state: String = row.get("state")?;
    Ok(PickLine {
        id: PickLineId(row.get("line_id")?),
        n: 0,
        bin: PlaceRef {
            id: PlaceId(row.get("bin_id")?),
            name: row.get("bin")?,
            kind: PlaceKind::parse(row.get_ref("kind")?.as_str()?).unwrap_or(PlaceKind::Account),
            code: row.get("code")?,
        },
        area: row.get("area")?,
        planned: facts.quantity(planned),
        picked: facts.quantity(picked),
        planned_count: facts.count(planned),
        picked_count: facts.count(picked),
        each: facts.content,
        state: LineState::parse(&state).unwrap_or(LineState::ToPick),
        received: received.map(|amount| facts.quantity(Amount::from_raw(amount))),
        short_reason: row.get("short_reason")?,
        order: row.get::<_, Option<i64>>("order_id")?.map(OrderId),
        slot: row.get("slot")?,
        gtins: Vec::new(),
        package: facts.reference,
    })
}

/// The barcodes of what a pick is of.
fn gtins(db: &Db<'_>, pick: PickId) -> Result<BTreeMap<ProductId, Vec<String>>, SqlError> {
    let found = db.all(
        "SELECT product_id, gtin FROM product_gtin WHERE product_id IN
           (SELECT package.product_id FROM pick_line JOIN package ON package.id = package_id WHERE pick_id = :pick)
         ORDER BY gtin",
        named_params! { ":pick": pick.0 },
        |row| Ok((ProductId(row.get("product_id")?), row.get("gtin")?)),
    )?;
    let mut gtins: BTreeMap<ProductId, Vec<String>> = BTreeMap::new();
    for (product, gtin) in found {
        gtins.entry(product).or_default().push(gtin);
    }
    Ok(gtins)
}
