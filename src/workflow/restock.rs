//! Restock requests: a budtender asks for products at a floor station, sees where they are, and may
//! take the request back until picking starts. Picking itself is `picking`.

mod station;

use serde::{Deserialize, Serialize};

use super::casework::new_code;
use super::refs::{self, PlaceRef, ProductRef, UserRef};
use crate::domain::id::{PickId, PlaceId, ProductId, RequestId, RequestLineId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Amount;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

pub use station::{Station, StationLine, StationProduct, station};

/// Lines of one request at the most.
const LINES: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    Open,
    Picking,
    InTransit,
    Done,
    Cancelled,
}

impl RequestState {
    pub const ALL: [Self; 5] =
        [Self::Open, Self::Picking, Self::InTransit, Self::Done, Self::Cancelled];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Picking => "picking",
            Self::InTransit => "in_transit",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestLineInput {
    pub product: ProductId,
    /// In the product's unit.
    pub quantity: Amount,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestInput {
    /// A floor station.
    pub station: PlaceId,
    pub lines: Vec<RequestLineInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One product of a request; amounts in the product's unit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RequestLine {
    pub product: ProductRef,
    pub quantity: Amount,
    pub picked: Amount,
    pub received: Amount,
    pub short: Amount,
    pub short_reason: Option<String>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Request {
    pub id: RequestId,
    pub code: String,
    pub station: PlaceRef,
    pub state: RequestState,
    pub by: Option<UserRef>,
    pub at: At,
    pub note: Option<String>,
    pub lines: Vec<RequestLine>,
    pub pick: Option<PickId>,
    pub picker: Option<UserRef>,
    pub carrier: Option<UserRef>,
    pub to: Option<UserRef>,
    pub handed_at: Option<At>,
    pub due: Option<At>,
    pub done_at: Option<At>,
    /// The tote was not received in time.
    pub late: bool,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Requests {
    pub requests: Vec<Request>,
}

#[derive(Debug, thiserror::Error)]
pub enum RestockError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("nothing is requested")]
    NothingRequested,
    #[error("line {line}: there is no such product")]
    UnknownProduct { line: usize },
    #[error("{} is not a floor station", place.name)]
    NotAStation { place: PlaceRef },
    #[error("picking has started")]
    TooLateToCancel { state: RequestState },
    #[error("this is somebody else's request")]
    NotYours,
    #[error("{field}: {why}")]
    Invalid { field: String, why: &'static str },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for RestockError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Asks for products at a station.
pub fn create(tx: &Tx<'_>, by: &Actor, input: &RequestInput) -> Result<Request, RestockError> {
    let station =
        refs::place(tx, input.station)?.ok_or(RestockError::NotFound { what: "station" })?;
    if station.kind != PlaceKind::Floor {
        return Err(RestockError::NotAStation { place: station });
    }
    check(tx, input)?;
    let Some(user) = by.user else { return Err(RestockError::NotYours) };
    let code = new_code()?;
    let id = tx.insert(
        "INSERT INTO request (code, station_id, state, by_user, at, note)
         VALUES (:code, :station, 'open', :by, :at, :note)",
        named_params! {
            ":code": code, ":station": station.id.0, ":by": user.0, ":at": tx.now().0,
            ":note": input.note.as_deref().map(str::trim).filter(|note| !note.is_empty()),
        },
    )?;
    for line in &input.lines {
        tx.insert(
            "INSERT INTO request_line (request_id, product_id, amount) VALUES (:request, :product, :amount)",
            named_params! { ":request": id, ":product": line.product.0, ":amount": line.quantity.raw() },
        )?;
    }
    tx.announce(Topic::Requests, id);
    Entry::open(tx, by, "requested")?
        .seal(&serde_json::json!({ "request": id, "input": input }))?;
    get(tx, RequestId(id))?.ok_or(RestockError::NotFound { what: "request" })
}

fn check(tx: &Tx<'_>, input: &RequestInput) -> Result<(), RestockError> {
    let invalid = |field: String, why| Err(RestockError::Invalid { field, why });
    if input.lines.is_empty() {
        return Err(RestockError::NothingRequested);
    }
    if input.lines.len() > LINES {
        return invalid("lines".into(), "at most 60 products in one request");
    }
    if input.note.as_ref().is_some_and(|note| note.chars().count() > 280) {
        return invalid("note".into(), "is longer than 280 characters");
    }
    for (index, line) in input.lines.iter().enumerate() {
        let number = index + 1;
        let product = refs::product(tx, line.product)?
            .ok_or(RestockError::UnknownProduct { line: number })?;
        let field = format!("lines.{number}.quantity");
        if !line.quantity.is_positive() {
            return invalid(field, "must be above zero");
        }
        if !product.unit.fits(line.quantity) {
            return invalid(field, "must be whole units");
        }
        if input.lines[..index].iter().any(|earlier| earlier.product == line.product) {
            return invalid(format!("lines.{number}.product"), "is named twice");
        }
    }
    Ok(())
}

/// Takes a request back; its author, or anybody who may approve, until picking starts.
pub fn cancel(tx: &Tx<'_>, by: &Actor, id: RequestId) -> Result<Request, RestockError> {
    use crate::domain::role::Permission;
    let request = get(tx, id)?.ok_or(RestockError::NotFound { what: "request" })?;
    let own = request.by.as_ref().map(|author| author.id) == by.user;
    if !own && !by.role.is_some_and(|role| role.may(Permission::Approve)) {
        return Err(RestockError::NotYours);
    }
    if request.state != RequestState::Open {
        return Err(RestockError::TooLateToCancel { state: request.state });
    }
    set_state(tx, id, RequestState::Cancelled)?;
    Entry::open(tx, by, "request_cancelled")?.seal(&serde_json::json!({ "request": id }))?;
    get(tx, id)?.ok_or(RestockError::NotFound { what: "request" })
}

/// Moves a request on, as part of a command that seals its own entry.
pub(super) fn set_state(tx: &Tx<'_>, id: RequestId, state: RequestState) -> Result<(), SqlError> {
    let ended = matches!(state, RequestState::Done | RequestState::Cancelled);
    tx.execute(
        "UPDATE request SET state = :state, done_at = :done WHERE id = :id",
        named_params! { ":state": state.word(), ":done": ended.then_some(tx.now().0), ":id": id.0 },
    )?;
    tx.announce(Topic::Requests, id.0);
    Ok(())
}

/// Requests by state ("live" is everything not ended), the longest waiting first; ended ones newest
/// first and at most 100.
pub fn list(
    db: &Db<'_>,
    state: Option<&str>,
    by: Option<crate::domain::id::UserId>,
) -> Result<Requests, SqlError> {
    let ids = db.all(
        "SELECT id FROM request
         WHERE (:by IS NULL OR by_user = :by)
           AND CASE :state WHEN 'live' THEN state IN ('open', 'picking', 'in_transit')
                           WHEN 'all' THEN 1 ELSE state = :state END
         ORDER BY done_at IS NOT NULL, CASE WHEN done_at IS NULL THEN at ELSE -done_at END LIMIT 100",
        named_params! { ":by": by.map(|user| user.0), ":state": state.unwrap_or("live") },
        |row| row.get(0).map(RequestId),
    )?;
    let requests: Result<Vec<_>, _> = ids.into_iter().map(|id| get(db, id)).collect();
    Ok(Requests { requests: requests?.into_iter().flatten().collect() })
}

/// One request, with where it is.
pub fn get(db: &Db<'_>, id: RequestId) -> Result<Option<Request>, SqlError> {
    struct Links {
        station: i64,
        people: [Option<i64>; 4],
    }
    let found = db.maybe(
        "SELECT request.id, request.code, station_id, request.state, by_user, at, note,
                request.done_at, pick.id AS pick_id, picker_id, carrier_id, to_user, handed_at, due, late
         FROM request LEFT JOIN pick ON request_id = request.id AND pick.state <> 'cancelled'
         WHERE request.id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let links = Links {
                station: row.get("station_id")?,
                people: [
                    row.get("by_user")?,
                    row.get("picker_id")?,
                    row.get("carrier_id")?,
                    row.get("to_user")?,
                ],
            };
            let state: String = row.get("state")?;
            let request = Request {
                id,
                code: row.get("code")?,
                station: PlaceRef {
                    id: PlaceId(links.station),
                    name: String::new(),
                    kind: PlaceKind::Floor,
                    code: String::new(),
                },
                state: RequestState::parse(&state).unwrap_or(RequestState::Open),
                by: None,
                at: At(row.get("at")?),
                note: row.get("note")?,
                lines: Vec::new(),
                pick: row.get::<_, Option<i64>>("pick_id")?.map(PickId),
                picker: None,
                carrier: None,
                to: None,
                handed_at: row.get::<_, Option<i64>>("handed_at")?.map(At),
                due: row.get::<_, Option<i64>>("due")?.map(At),
                done_at: row.get::<_, Option<i64>>("done_at")?.map(At),
                late: row.get::<_, Option<bool>>("late")?.unwrap_or(false),
            };
            Ok((links, request))
        },
    )?;
    let Some((links, request)) = found else { return Ok(None) };
    let [by, picker, carrier, to] = links.people;
    let Some(station) = refs::place(db, PlaceId(links.station))? else { return Ok(None) };
    Ok(Some(Request {
        station,
        by: refs::known_user(db, by)?,
        picker: refs::known_user(db, picker)?,
        carrier: refs::known_user(db, carrier)?,
        to: refs::known_user(db, to)?,
        lines: request_lines(db, id)?.into_iter().map(|line| line.shown).collect(),
        ..request
    }))
}

/// A request's line with its id, for planning.
pub(super) struct Wanted {
    pub id: RequestLineId,
    pub shown: RequestLine,
}

pub(super) fn request_lines(db: &Db<'_>, id: RequestId) -> Result<Vec<Wanted>, SqlError> {
    let rows = db.all(
        "SELECT request_line.id, request_line.product_id, amount, product.content FROM request_line
         JOIN product ON product.id = product_id WHERE request_id = :id ORDER BY request_line.id",
        named_params! { ":id": id.0 },
        |row| {
            Ok((
                RequestLineId(row.get("id")?),
                ProductId(row.get("product_id")?),
                Amount::from_raw(row.get("amount")?),
                row.get::<_, Option<i64>>("content")?.map_or(Amount::whole(1), Amount::from_raw),
            ))
        },
    )?;
    let mut wanted = Vec::with_capacity(rows.len());
    for (line, product, quantity, content) in rows {
        let Some(product) = refs::product(db, product)? else { continue };
        let (picked, received, planned, counted, reason) = progress(db, line)?;
        let each = |amount: Amount| amount.per(content).unwrap_or(Amount::ZERO);
        // Once a pick exists, what is neither picked nor still planned is short.
        let short = if planned.is_none() {
            Amount::ZERO
        } else {
            (quantity - each(picked) - each(planned.unwrap_or(Amount::ZERO))).max(Amount::ZERO)
        };
        let received = if counted { each(received) } else { Amount::ZERO };
        let shown = RequestLine {
            product,
            quantity,
            picked: each(picked),
            received,
            short,
            short_reason: reason,
        };
        wanted.push(Wanted { id: line, shown });
    }
    Ok(wanted)
}

type Progress = (Amount, Amount, Option<Amount>, bool, Option<String>);

/// Picked, received, still planned (none before a pick exists), whether it was received, and why short.
fn progress(db: &Db<'_>, line: RequestLineId) -> Result<Progress, SqlError> {
    db.one(
        "SELECT coalesce(sum(picked), 0) AS picked, coalesce(sum(received), 0) AS received,
                coalesce(sum(CASE WHEN pick_line.state = 'to_pick' THEN planned - picked END), 0) AS planned,
                coalesce(sum(received IS NOT NULL), 0) > 0 AS counted, max(short_reason) AS reason,
                EXISTS (SELECT 1 FROM pick JOIN request_line ON request_line.request_id = pick.request_id
                        WHERE request_line.id = :line AND pick.state <> 'cancelled') AS begun
         FROM pick_line JOIN pick ON pick.id = pick_id AND pick.state <> 'cancelled'
         WHERE request_line_id = :line",
        named_params! { ":line": line.0 },
        |row| {
            let begun: bool = row.get("begun")?;
            let planned = Amount::from_raw(row.get("planned")?);
            Ok((
                Amount::from_raw(row.get("picked")?),
                Amount::from_raw(row.get("received")?),
                begun.then_some(planned),
                row.get("counted")?,
                row.get("reason")?,
            ))
        },
    )
}
