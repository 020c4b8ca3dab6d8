//! Places and their codes. A place's code is drawn once and never changes: it is on its label.

use serde::{Deserialize, Serialize};

use super::{CatalogueError, invalid, maybe_text, text};
use crate::domain::id::PlaceId;
use crate::domain::place::{FIRST_PHYSICAL, PlaceKind};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, Row, SqlError, StoreError, Tx, named_params};
use crate::workflow::casework::{self, Task};
use crate::workflow::stock::{self, StockLine};

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Place {
    pub id: PlaceId,
    pub name: String,
    pub kind: PlaceKind,
    /// The code on its label, without the dash.
    pub code: String,
    /// The part of the store it lies in: "Vault A".
    pub area: Option<String>,
    /// Its place on the walk; lower comes first.
    pub walk: i64,
    /// The POS's room whose sales are taken from here.
    pub pos_room: Option<String>,
    pub active: bool,
    /// How many packages it holds.
    pub packages: i64,
    pub version: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Places {
    pub places: Vec<Place>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlaceView {
    pub place: Place,
    pub lines: Vec<StockLine>,
    pub tasks: Vec<Task>,
}

/// A place as it is saved, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceInput {
    pub name: String,
    pub kind: PlaceKind,
    #[serde(default)]
    pub area: Option<String>,
    #[serde(default)]
    pub walk: i64,
    #[serde(default)]
    pub pos_room: Option<String>,
    #[serde(default = "yes")]
    pub active: bool,
    /// On a change: the version that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

fn yes() -> bool {
    true
}

const COLUMNS: &str = "
    SELECT id, name, kind, code, area, walk, pos_room, active, version,
           (SELECT count(*) FROM balance
             WHERE place_id = place.id AND amount <> 0 AND place_id >= 100) AS packages
    FROM place";

/// Every physical place, in walking order.
pub fn places(db: &Db<'_>) -> Result<Places, SqlError> {
    let places = db.all(
        &format!("{COLUMNS} WHERE id >= 100 ORDER BY active DESC, kind, walk, name"),
        [],
        row,
    )?;
    Ok(Places { places })
}

pub fn place(db: &Db<'_>, id: PlaceId) -> Result<Option<Place>, SqlError> {
    db.maybe(&format!("{COLUMNS} WHERE id = :id AND id >= 100"), named_params! { ":id": id.0 }, row)
}

/// A place with what it holds and what is to be done there.
pub fn place_view(db: &Db<'_>, id: PlaceId) -> Result<Option<PlaceView>, SqlError> {
    let Some(place) = place(db, id)? else { return Ok(None) };
    let lines = stock::lines(stock::at_place(db, id)?);
    Ok(Some(PlaceView { place, lines, tasks: casework::tasks_at(db, id)? }))
}

fn row(row: &Row<'_>) -> Result<Place, SqlError> {
    Ok(Place {
        id: PlaceId(row.get("id")?),
        name: row.get("name")?,
        kind: PlaceKind::parse(row.get_ref("kind")?.as_str()?).unwrap_or(PlaceKind::Account),
        code: row.get("code")?,
        area: row.get("area")?,
        walk: row.get("walk")?,
        pos_room: row.get("pos_room")?,
        active: row.get("active")?,
        packages: row.get("packages")?,
        version: row.get("version")?,
    })
}

/// Adds a place, with a code of its own.
pub fn create_place(tx: &Tx<'_>, by: &Actor, input: &PlaceInput) -> Result<Place, CatalogueError> {
    let id = insert(tx, input)?;
    let place = place(tx, id)?.ok_or(CatalogueError::NotFound { what: "place" })?;
    let entry = Entry::open(tx, by, "place_added")?;
    entry.seal(&serde_json::json!({ "place": id, "code": place.code, "now": input }))?;
    Ok(place)
}

/// The place of what is not put away yet; made as part of the running command where there is none.
pub fn known_unsorted(tx: &Tx<'_>) -> Result<PlaceId, StoreError> {
    let known = tx.maybe(
        "SELECT id FROM place WHERE kind = 'unsorted' AND active = 1 ORDER BY id LIMIT 1",
        [],
        |row| row.get(0).map(PlaceId),
    )?;
    if let Some(id) = known {
        return Ok(id);
    }
    let input = PlaceInput {
        name: "Unsorted".into(),
        kind: PlaceKind::Unsorted,
        area: None,
        walk: 0,
        pos_room: None,
        active: true,
        version: None,
    };
    insert(tx, &input).map_err(|error| match error {
        CatalogueError::Store(error) => error,
        other => StoreError::Invariant(format!("the unsorted place: {other}")),
    })
}

fn insert(tx: &Tx<'_>, input: &PlaceInput) -> Result<PlaceId, CatalogueError> {
    let checked = check(tx, input, None)?;
    let code = casework::new_code()?;
    let id = tx.insert(
        "INSERT INTO place (id, name, kind, code, area, walk, pos_room, active)
         SELECT max(:first - 1, max(id)) + 1, :name, :kind, :code, :area, :walk, :pos_room, :active
         FROM place",
        named_params! {
            ":first": FIRST_PHYSICAL, ":name": checked.name, ":kind": input.kind.word(),
            ":code": code, ":area": checked.area, ":walk": input.walk,
            ":pos_room": checked.pos_room, ":active": input.active,
        },
    )?;
    tx.announce(Topic::Places, id);
    Ok(PlaceId(id))
}

/// Replaces a place; `version` must be the one that was read. A place in use keeps its kind and stays
/// active.
pub fn update_place(
    tx: &Tx<'_>,
    by: &Actor,
    id: PlaceId,
    input: &PlaceInput,
) -> Result<Place, CatalogueError> {
    let was = place(tx, id)?.ok_or(CatalogueError::NotFound { what: "place" })?;
    if input.version != Some(was.version) {
        return Err(CatalogueError::ChangedMeanwhile { version: was.version });
    }
    let checked = check(tx, input, Some(id))?;
    let closes = was.active && !input.active;
    if (input.kind != was.kind || closes) && in_use(tx, id)? {
        return Err(CatalogueError::InUse);
    }
    tx.execute(
        "UPDATE place SET name = :name, kind = :kind, area = :area, walk = :walk,
                pos_room = :pos_room, active = :active, version = version + 1
         WHERE id = :id",
        named_params! {
            ":name": checked.name, ":kind": input.kind.word(), ":area": checked.area,
            ":walk": input.walk, ":pos_room": checked.pos_room, ":active": input.active, ":id": id.0,
        },
    )?;
    tx.announce(Topic::Places, id.0);
    let entry = Entry::open(tx, by, "place_changed")?;
    entry.seal(&serde_json::json!({ "place": id, "was": was, "now": input }))?;
    place(tx, id)?.ok_or(CatalogueError::NotFound { what: "place" })
}

struct Checked {
    name: String,
    area: Option<String>,
    pos_room: Option<String>,
}

fn check(tx: &Tx<'_>, input: &PlaceInput, own: Option<PlaceId>) -> Result<Checked, CatalogueError> {
    let name = text("name", &input.name, 60)?;
    if input.kind == PlaceKind::Account {
        return Err(invalid("kind", "is no place where stock can be"));
    }
    if !(0..=1_000_000).contains(&input.walk) {
        return Err(invalid("walk", "must be from 0 to 1000000"));
    }
    let taken = tx.maybe(
        "SELECT id FROM place WHERE kind = :kind AND name = :name COLLATE NOCASE AND active = 1",
        named_params! { ":kind": input.kind.word(), ":name": name },
        |row| row.get(0).map(PlaceId),
    )?;
    if input.active && taken.is_some_and(|id| Some(id) != own) {
        return Err(CatalogueError::NameTaken { name });
    }
    Ok(Checked {
        name,
        area: maybe_text("area", input.area.as_deref(), 60)?,
        pos_room: maybe_text("pos_room", input.pos_room.as_deref(), 80)?,
    })
}

fn in_use(tx: &Tx<'_>, id: PlaceId) -> Result<bool, SqlError> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM balance WHERE place_id = :id AND amount <> 0 AND place_id >= 100)
             OR EXISTS (SELECT 1 FROM par WHERE place_id = :id)
             OR EXISTS (SELECT 1 FROM request WHERE station_id = :id
                          AND state IN ('open', 'picking', 'in_transit'))
             OR EXISTS (SELECT 1 FROM pick WHERE tote_id = :id AND state IN ('picking', 'in_transit'))
             OR EXISTS (SELECT 1 FROM online_order WHERE tote_id = :id
                          AND state IN ('picking', 'packing', 'packed', 'unwinding'))",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )
}
