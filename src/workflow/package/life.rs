//! A package's life: every movement, with who, on which device, when, where and why.

use serde::Serialize;

use crate::domain::id::{MovementId, PackageId, PlaceId, Seq};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::refs::{self, PlaceRef, UserRef};

/// The newest events that are answered.
const LIMIT: i64 = 500;

/// One movement of a package, as its journal entry tells it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LifeEvent {
    /// The journal entry.
    pub seq: Seq,
    pub at: At,
    /// What the entry is: `imported`, `moved`, `picked`, `received_on_floor`, `sold`, ...
    pub kind: String,
    pub by: Option<UserRef>,
    pub device: Option<String>,
    /// "device", "console" or "system".
    pub via: String,
    pub reason: Option<String>,
    pub from: Option<PlaceRef>,
    pub to: Option<PlaceRef>,
    pub quantity: Option<Quantity>,
    /// The movement that this one reverses.
    pub reverses: Option<MovementId>,
    pub movement: Option<MovementId>,
    /// Of a kind that an undo accepts, and not undone; whether it is still legal is judged then.
    pub undoable: bool,
    pub undone: bool,
}

/// Everything that moved a package, newest first.
pub fn life(db: &Db<'_>, id: PackageId) -> Result<Vec<LifeEvent>, SqlError> {
    let Some(facts) = refs::package(db, id)? else { return Ok(Vec::new()) };
    let rows = db.all(
        "SELECT movement.id, movement.seq, entry.at, entry.kind, entry.user_id, entry.via,
                device.name AS device, from_place, to_place, amount, reverses,
                json_extract(entry.bytes, '$.data.reason') AS reason,
                EXISTS (SELECT 1 FROM movement AS back WHERE back.reverses = movement.id) AS undone,
                EXISTS (SELECT 1 FROM pick WHERE pick.tote_id = to_place AND pick.state = 'picking'
                        UNION ALL SELECT 1 FROM online_order
                         WHERE online_order.tote_id = to_place AND online_order.state = 'picking')
                  AS in_open_pick
         FROM movement JOIN entry ON entry.seq = movement.seq
         LEFT JOIN device ON device.id = entry.device_id
         WHERE package_id = :id ORDER BY movement.id DESC LIMIT :limit",
        named_params! { ":id": id.0, ":limit": LIMIT },
        |row| {
            let links: [i64; 2] = [row.get("from_place")?, row.get("to_place")?];
            let user: Option<i64> = row.get("user_id")?;
            let kind: String = row.get("kind")?;
            let undone: bool = row.get("undone")?;
            let event = LifeEvent {
                seq: Seq(row.get("seq")?),
                at: At(row.get("at")?),
                by: None,
                device: row.get("device")?,
                via: row.get("via")?,
                reason: row.get("reason")?,
                from: None,
                to: None,
                quantity: Some(Quantity::new(Amount::from_raw(row.get("amount")?), facts.unit)),
                reverses: row.get::<_, Option<i64>>("reverses")?.map(MovementId),
                movement: Some(MovementId(row.get("id")?)),
                undoable: !undone
                    && (kind == "moved"
                        || kind == "picked" && row.get::<_, bool>("in_open_pick")?),
                undone,
                kind,
            };
            Ok((links, user, event))
        },
    )?;
    rows.into_iter()
        .map(|([from, to], user, event)| {
            Ok(LifeEvent {
                by: refs::known_user(db, user)?,
                from: refs::place(db, PlaceId(from))?,
                to: refs::place(db, PlaceId(to))?,
                ..event
            })
        })
        .collect()
}
