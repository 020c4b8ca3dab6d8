//! Reading picks.

use super::{LineState, Pick, PickKind, PickLine, PickState, Picks, Shortage, plan};
use crate::domain::id::{PackageId, PickId, PickLineId, PlaceId, RequestId};
use crate::domain::quantity::Amount;
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::{refs, restock};

/// One pick, with its lines in walking order and what could not be planned.
pub fn get(db: &Db<'_>, id: PickId) -> Result<Option<Pick>, SqlError> {
    struct Links {
        request: i64,
        tote: Option<i64>,
        people: [Option<i64>; 3],
    }
    let found = db.maybe(
        "SELECT code, request_id, state, picker_id, tote_id, carrier_id, to_user, created_at,
                handed_at, due, done_at, version
         FROM pick WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let links = Links {
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
    let Some(request) = restock::get(db, RequestId(links.request))? else { return Ok(None) };
    let [picker, carrier, to] = links.people;
    let pick = Pick {
        id,
        code,
        kind: PickKind::Restock,
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
    let short = pick.request.lines.iter().filter(|line| line.short.is_positive());
    short
        .map(|line| {
            plan::shortage(db, pick, &line.product, line.quantity, line.quantity - line.short)
        })
        .collect()
}

fn lines(db: &Db<'_>, pick: PickId) -> Result<Vec<PickLine>, SqlError> {
    struct Row {
        id: i64,
        package: i64,
        bin: i64,
        area: Option<String>,
        amounts: [i64; 2],
        received: Option<i64>,
        state: String,
        short_reason: Option<String>,
    }
    let rows = db.all(
        "SELECT pick_line.id, package_id, bin_id, area, planned, picked, received, state, short_reason
         FROM pick_line JOIN place ON place.id = bin_id
         WHERE pick_id = :pick ORDER BY walk, place.name, pick_line.id",
        named_params! { ":pick": pick.0 },
        |row| {
            Ok(Row {
                id: row.get("id")?,
                package: row.get("package_id")?,
                bin: row.get("bin_id")?,
                area: row.get("area")?,
                amounts: [row.get("planned")?, row.get("picked")?],
                received: row.get("received")?,
                state: row.get("state")?,
                short_reason: row.get("short_reason")?,
            })
        },
    )?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(facts) = refs::package(db, PackageId(row.package))? else { continue };
        let Some(bin) = refs::place(db, PlaceId(row.bin))? else { continue };
        let [planned, picked] = row.amounts.map(Amount::from_raw);
        lines.push(PickLine {
            id: PickLineId(row.id),
            n: lines.len() + 1,
            bin,
            area: row.area,
            planned: facts.quantity(planned),
            picked: facts.quantity(picked),
            planned_count: facts.count(planned),
            picked_count: facts.count(picked),
            each: facts.content,
            state: LineState::parse(&row.state).unwrap_or(LineState::ToPick),
            received: row.received.map(|amount| facts.quantity(Amount::from_raw(amount))),
            short_reason: row.short_reason,
            gtins: gtins(db, &facts)?,
            package: facts.reference,
        });
    }
    Ok(lines)
}

fn gtins(db: &Db<'_>, facts: &refs::PackageFacts) -> Result<Vec<String>, SqlError> {
    db.all(
        "SELECT gtin FROM product_gtin WHERE product_id = :product ORDER BY gtin",
        named_params! { ":product": facts.reference.product.id.0 },
        |row| row.get(0),
    )
}
