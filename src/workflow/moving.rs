//! Moving stock from place to place by scanning, and undoing a movement while that is legal. Picks
//! move stock through `picking`; this is the rest of the day.

use serde::{Deserialize, Serialize};

use super::counting::Blind;
use super::refs::{self, PackageFacts, PackageRef, PlaceRef};
use super::stock::{self, LastOut};
use crate::domain::id::{MovementId, PackageId, PlaceId, Seq};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::role::Permission;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry, Movement, PostError, Posted, query};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// Move an amount of a package, in the package's unit.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveInput {
    pub package: PackageId,
    pub from: PlaceId,
    pub to: PlaceId,
    pub quantity: Quantity,
    /// What the scanner read, kept for the record; at most 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A movement that was posted.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Moved {
    /// The journal entry; what an undo names.
    pub seq: Seq,
    pub movement: MovementId,
    pub package: PackageRef,
    pub from: PlaceRef,
    pub to: PlaceRef,
    pub quantity: Quantity,
    /// What `from` still holds of the package. Neither is told to whoever counts it.
    pub left: Option<Quantity>,
    /// What `to` holds now.
    pub now: Option<Quantity>,
}

/// What an undo posted.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Undone {
    pub moved: Vec<Moved>,
}

#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("only {available} is there")]
    NotEnough { available: Quantity, last: Option<LastOut> },
    #[error("{free} is free there: the rest is promised to pick {pick}")]
    Reserved { free: Quantity, pick: String, last: Option<LastOut> },
    #[error("stock cannot be put into or taken from {} by hand", place.name)]
    BlockedPlace { place: PlaceRef },
    #[error("from and to are the same place")]
    SamePlace,
    #[error("this package is kept in {unit}")]
    UnitMismatch { unit: crate::domain::quantity::Unit },
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    #[error("this was somebody else's movement; a manager can undo it")]
    NotYours,
    #[error("something later depends on it")]
    LaterDepends,
    #[error("this cannot be undone")]
    NotUndoable,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for MoveError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Moves stock between two places a person may put things down at.
pub fn scan_move(tx: &Tx<'_>, by: &Actor, input: &MoveInput) -> Result<Moved, MoveError> {
    let package =
        refs::package(tx, input.package)?.ok_or(MoveError::NotFound { what: "package" })?;
    let from = refs::place(tx, input.from)?.ok_or(MoveError::NotFound { what: "place" })?;
    let to = refs::place(tx, input.to)?.ok_or(MoveError::NotFound { what: "place" })?;
    if from.id == to.id {
        return Err(MoveError::SamePlace);
    }
    for place in [&from, &to] {
        if !place.kind.free_to_move() {
            return Err(MoveError::BlockedPlace { place: place.clone() });
        }
    }
    if to.kind == PlaceKind::Unsorted {
        return Err(MoveError::BlockedPlace { place: to });
    }
    check_quantity(&package, input.quantity)?;
    check_texts(&[("scanned", input.scanned.as_deref()), ("reason", input.reason.as_deref())])?;
    check_free(tx, &package, from.id, input.quantity.amount)?;
    let mut entry = Entry::open(tx, by, "moved")?;
    let moved = post(tx, &mut entry, &package, &from, &to, input.quantity.amount)?;
    entry.seal(&serde_json::json!({ "scanned": input.scanned, "reason": input.reason }))?;
    Ok(moved)
}

/// Posts one movement of an open entry.
pub fn post(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    package: &PackageFacts,
    from: &PlaceRef,
    to: &PlaceRef,
    amount: Amount,
) -> Result<Moved, MoveError> {
    let id = package.reference.id;
    let movement = Movement { package: id, amount, from: from.id, to: to.id, reverses: None };
    let posted = entry.post(movement).map_err(|error| refusal(tx, package, from.id, error))?;
    tx.announce(Topic::Stock, id.0);
    let (left, now) = told(tx, entry.by(), package, (from.id, to.id), posted)?;
    Ok(Moved {
        seq: entry.seq(),
        movement: posted.id,
        package: package.reference.clone(),
        from: from.clone(),
        to: to.clone(),
        quantity: package.quantity(amount),
        left,
        now,
    })
}

/// What both sides hold now, for whoever may know.
pub fn told(
    db: &Db<'_>,
    by: &Actor,
    package: &PackageFacts,
    (from, to): (PlaceId, PlaceId),
    posted: Posted,
) -> Result<(Option<Quantity>, Option<Quantity>), SqlError> {
    let blind = Blind::to(db, by)?;
    let seen = |place, amount| {
        (!blind.hides(package.reference.product.id, place)).then(|| package.quantity(amount))
    };
    Ok((seen(from, posted.left), seen(to, posted.now)))
}

/// An amount that this package can move: its own unit, above zero, whole where counted.
pub fn check_quantity(package: &PackageFacts, quantity: Quantity) -> Result<(), MoveError> {
    if quantity.unit != package.unit {
        return Err(MoveError::UnitMismatch { unit: package.unit });
    }
    if !quantity.amount.is_positive() {
        return Err(MoveError::Invalid { field: "quantity", why: "must be above zero" });
    }
    if !quantity.unit.fits(quantity.amount) {
        return Err(MoveError::Invalid { field: "quantity", why: "must be whole units" });
    }
    Ok(())
}

fn check_texts(texts: &[(&'static str, Option<&str>)]) -> Result<(), MoveError> {
    match texts.iter().find(|(_, text)| text.is_some_and(|text| text.len() > 512)) {
        Some((field, _)) => Err(MoveError::Invalid { field, why: "is longer than 512 characters" }),
        None => Ok(()),
    }
}

/// What open picks are promised may not be carried off under them.
pub fn check_free(
    tx: &Tx<'_>,
    package: &PackageFacts,
    place: PlaceId,
    amount: Amount,
) -> Result<(), MoveError> {
    let id = package.reference.id;
    let held = query::balance(tx, id, place)?;
    let promised = query::reserved(tx, id, place)?;
    if promised.is_zero() || held - promised >= amount || held < amount {
        return Ok(());
    }
    let pick = tx.one(
        "SELECT code FROM pick JOIN pick_line ON pick_id = pick.id
         WHERE package_id = :package AND bin_id = :place AND reserving = 1 AND planned > picked LIMIT 1",
        named_params! { ":package": id.0, ":place": place.0 },
        |row| row.get("code"),
    )?;
    let free = package.quantity((held - promised).max(Amount::ZERO));
    Err(MoveError::Reserved { free, pick, last: stock::last_out(tx, id, place)? })
}

/// Why stock of a package could not leave `from`.
pub fn refusal(db: &Db<'_>, package: &PackageFacts, from: PlaceId, error: PostError) -> MoveError {
    match error {
        PostError::NotEnough { available } => {
            match stock::last_out(db, package.reference.id, from) {
                Ok(last) => MoveError::NotEnough { available: package.quantity(available), last },
                Err(error) => error.into(),
            }
        }
        PostError::Impossible => MoveError::SamePlace,
        PostError::Store(error) => MoveError::Store(error),
    }
}

struct Original {
    id: MovementId,
    package: PackageId,
    amount: Amount,
    from: PlaceId,
    to: PlaceId,
}

/// Reverses a hand movement: its author may while nothing later depends on it, a manager afterwards
/// too, as long as the stock is still there.
pub fn undo(tx: &Tx<'_>, by: &Actor, seq: Seq, approved: bool) -> Result<Undone, MoveError> {
    let (kind, author) = tx
        .maybe(
            "SELECT kind, user_id FROM entry WHERE seq = :seq",
            named_params! { ":seq": seq.0 },
            |row| Ok((row.get::<_, String>("kind")?, row.get::<_, Option<i64>>("user_id")?)),
        )?
        .ok_or(MoveError::NotFound { what: "movement" })?;
    match kind.as_str() {
        "moved" => {}
        "picked" => return super::picking::undo_take(tx, by, seq),
        _ => return Err(MoveError::NotUndoable),
    }
    let may_any = approved || by.role.is_some_and(|role| role.may(Permission::UndoAny));
    if !may_any && author != by.user.map(|user| user.0) {
        return Err(MoveError::NotYours);
    }
    let originals = originals(tx, seq)?;
    let mut entry = Entry::open(tx, by, "undone")?;
    let mut moved = Vec::new();
    for original in &originals {
        let package =
            refs::package(tx, original.package)?.ok_or(MoveError::NotFound { what: "package" })?;
        if !may_any && later_depends(tx, original)? {
            return Err(MoveError::LaterDepends);
        }
        let posted = entry
            .post(Movement {
                package: original.package,
                amount: original.amount,
                from: original.to,
                to: original.from,
                reverses: Some(original.id),
            })
            .map_err(|error| match refusal(tx, &package, original.to, error) {
                MoveError::NotEnough { .. } => MoveError::LaterDepends,
                other => other,
            })?;
        let (left, now) = told(tx, by, &package, (original.to, original.from), posted)?;
        moved.push(Moved {
            seq: entry.seq(),
            movement: posted.id,
            quantity: package.quantity(original.amount),
            left,
            now,
            package: package.reference,
            from: known_place(tx, original.to)?,
            to: known_place(tx, original.from)?,
        });
        tx.announce(Topic::Stock, original.package.0);
    }
    entry.seal(&serde_json::json!({ "undid": seq, "approved": approved }))?;
    Ok(Undone { moved })
}

fn originals(tx: &Tx<'_>, seq: Seq) -> Result<Vec<Original>, MoveError> {
    let originals = tx.all(
        "SELECT id, package_id, amount, from_place, to_place FROM movement AS original
         WHERE seq = :seq
           AND NOT EXISTS (SELECT 1 FROM movement WHERE reverses = original.id)",
        named_params! { ":seq": seq.0 },
        |row| {
            Ok(Original {
                id: MovementId(row.get("id")?),
                package: PackageId(row.get("package_id")?),
                amount: Amount::from_raw(row.get("amount")?),
                from: PlaceId(row.get("from_place")?),
                to: PlaceId(row.get("to_place")?),
            })
        },
    )?;
    if originals.is_empty() { Err(MoveError::NotUndoable) } else { Ok(originals) }
}

/// Whether stock of the package has left the place since.
fn later_depends(tx: &Tx<'_>, original: &Original) -> Result<bool, SqlError> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM movement
           WHERE package_id = :package AND id > :id AND from_place = :place)",
        named_params! { ":package": original.package.0, ":id": original.id.0, ":place": original.to.0 },
        |row| row.get(0),
    )
}

fn known_place(tx: &Tx<'_>, id: PlaceId) -> Result<PlaceRef, MoveError> {
    refs::place(tx, id)?.ok_or(MoveError::NotFound { what: "place" })
}
