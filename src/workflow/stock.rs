//! What is where: stock lines, and the lots that a pick may take. Reads only.

use chrono::NaiveDate;
use serde::Serialize;

use super::refs::{self, PackageFacts, PackageRef, PlaceRef, UserRef};
use super::{sellable, settings};
use crate::domain::fifo::Lot;
use crate::domain::id::{PackageId, PlaceId, ProductId, UserId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::stock::BlockReason;
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, named_params};

/// Some of a package at a place.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StockLine {
    pub package: PackageRef,
    pub place: PlaceRef,
    pub quantity: Quantity,
    /// What open picks have planned to take from here.
    pub reserved: Quantity,
    pub sellable: bool,
    pub blocked: Vec<BlockReason>,
    pub received: Option<At>,
    pub packaged: Option<NaiveDate>,
    /// The package of its product that is open on a floor station.
    pub open: bool,
}

/// A stock line with what planning needs of it.
#[derive(Clone, Debug)]
pub struct Held {
    pub line: StockLine,
    pub facts: PackageFacts,
    pub walk: i64,
    /// A pick came up short here and the bin waits to be counted.
    pub to_count: bool,
}

impl Held {
    /// What is free of open picks.
    pub fn free(&self) -> Amount {
        (self.line.quantity.amount - self.line.reserved.amount).max(Amount::ZERO)
    }

    /// Whether a pick may be sent here.
    pub fn pickable(&self) -> bool {
        self.line.place.kind.pickable() && self.line.sellable && !self.to_count
    }

    pub fn lot(&self) -> Lot {
        Lot {
            package: self.line.package.id,
            place: self.line.place.id,
            free: self.free(),
            expires: self.line.package.expires,
            received: self.line.received,
            walk: self.walk,
        }
    }
}

/// What picks may be sent to of a product, lot by lot.
#[derive(Clone, Debug)]
pub struct Lots {
    pub lots: Vec<Lot>,
    /// One unit of the product in its packages' unit.
    pub each: Amount,
    /// Whether it is taken in whole units.
    pub counted: bool,
}

impl Lots {
    /// What is free, in the product's unit.
    pub fn free(&self) -> Amount {
        self.lots.iter().map(|lot| refs::count(lot.free, self.each, self.counted)).sum()
    }
}

/// The lots of [`of_product`] that are [`Held::pickable`], read for planning: a walk asks a hundred times.
pub fn lots(db: &Db<'_>, product: ProductId) -> Result<Lots, SqlError> {
    let today = settings::today(db)?;
    let (each, counted) = db.one(
        "SELECT content, unit FROM product WHERE id = :product",
        named_params! { ":product": product.0 },
        |row| {
            let content: Option<i64> = row.get("content")?;
            let each = content.map_or(Amount::whole(1), Amount::from_raw);
            Ok((each, refs::unit(row, "unit")?.counted()))
        },
    )?;
    let sellable = sellable::COLUMNS;
    let found = db.all(
        &format!(
            "SELECT {sellable}, package.received, package.id, place.id, place.walk,
               balance.amount - {RESERVED}
             FROM package JOIN balance ON balance.package_id = package.id
             JOIN place ON place.id = balance.place_id
             WHERE package.product_id = :product AND balance.amount > 0 AND place.kind = :kind
               AND NOT {TO_COUNT}"
        ),
        named_params! { ":product": product.0, ":kind": PlaceKind::PICKABLE.word() },
        |row| {
            let facts = sellable::facts(row, today)?;
            if !facts.blocked_at(PlaceKind::PICKABLE, today).is_empty() {
                return Ok(None);
            }
            Ok(Some(Lot {
                expires: facts.expires,
                received: row.get::<_, Option<i64>>(sellable::NEXT)?.map(At),
                package: PackageId(row.get(sellable::NEXT + 1)?),
                place: PlaceId(row.get(sellable::NEXT + 2)?),
                walk: row.get(sellable::NEXT + 3)?,
                free: Amount::from_raw(row.get(sellable::NEXT + 4)?).max(Amount::ZERO),
            }))
        },
    )?;
    Ok(Lots { lots: found.into_iter().flatten().collect(), each, counted })
}

/// Who took stock out of a place last, and when; nobody where the box did, as for a sale.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LastOut {
    pub by: Option<UserRef>,
    pub at: At,
}

/// The last movement of a package out of a place that still stands.
pub fn last_out(
    db: &Db<'_>,
    package: PackageId,
    place: PlaceId,
) -> Result<Option<LastOut>, SqlError> {
    db.maybe(
        "SELECT entry.at, user.id, user.name FROM movement
         JOIN entry ON entry.seq = movement.seq LEFT JOIN user ON user.id = entry.user_id
         WHERE package_id = :package AND from_place = :place
           AND NOT EXISTS (SELECT 1 FROM movement AS back WHERE back.reverses = movement.id)
         ORDER BY movement.id DESC LIMIT 1",
        named_params! { ":package": package.0, ":place": place.0 },
        |row| {
            let id: Option<i64> = row.get("id")?;
            let name: Option<String> = row.get("name")?;
            let by = id.zip(name).map(|(id, name)| UserRef { id: UserId(id), name });
            Ok(LastOut { by, at: At(row.get("at")?) })
        },
    )
}

/// What open picks have planned to take of `package` from `place`.
const RESERVED: &str = "
    (SELECT coalesce(sum(max(planned - picked, 0)), 0) FROM pick_line
      WHERE pick_line.package_id = package.id AND bin_id = place.id AND reserving = 1)";

/// Whether a pick came up short of `package` at `place`, which waits to be counted.
const TO_COUNT: &str = "
    EXISTS (SELECT 1 FROM task WHERE task.state = 'open' AND task.kind = 'count_bin'
              AND task.place_id = place.id AND task.package_id = package.id)";

/// The lines for which a condition holds.
fn select(condition: &str) -> String {
    let sellable = sellable::COLUMNS;
    format!(
        "SELECT {sellable}, package.id, package.tag, package.batch, package.unit AS package_unit,
           package.product_id, product.sku, product.name, product.unit AS product_unit, product.content,
           package.packaged, package.received,
           place.id AS place_id, place.name AS place_name, place.kind AS place_kind,
           place.code AS place_code, place.walk, balance.amount,
           {RESERVED} AS reserved,
           EXISTS (SELECT 1 FROM open_package WHERE open_package.place_id = place.id
                     AND open_package.package_id = package.id) AS open,
           {TO_COUNT} AS to_count
    FROM balance
    JOIN package ON package.id = balance.package_id
    JOIN product ON product.id = package.product_id
    JOIN place ON place.id = balance.place_id
    WHERE balance.amount > 0 AND balance.place_id >= 100 AND {condition}"
    )
}

/// Every line of a product, over all places.
pub fn of_product(db: &Db<'_>, product: ProductId) -> Result<Vec<Held>, SqlError> {
    let today = settings::today(db)?;
    db.all(
        &select("package.product_id = :product ORDER BY place.walk, place.id"),
        named_params! { ":product": product.0 },
        |row| held(row, today),
    )
}

/// Everything at a place.
pub fn at_place(db: &Db<'_>, place: PlaceId) -> Result<Vec<Held>, SqlError> {
    let today = settings::today(db)?;
    db.all(
        &select("balance.place_id = :place ORDER BY product.name, package.received"),
        named_params! { ":place": place.0 },
        |row| held(row, today),
    )
}

/// Every line of a package.
pub fn of_package(db: &Db<'_>, package: PackageId) -> Result<Vec<Held>, SqlError> {
    let today = settings::today(db)?;
    db.all(
        &select("balance.package_id = :package ORDER BY place.walk, place.id"),
        named_params! { ":package": package.0 },
        |row| held(row, today),
    )
}

/// The lines only, without what planning needs.
pub fn lines(held: Vec<Held>) -> Vec<StockLine> {
    held.into_iter().map(|held| held.line).collect()
}

fn held(row: &Row<'_>, today: NaiveDate) -> Result<Held, SqlError> {
    let facts = refs::package_row(row)?;
    let kind: String = row.get("place_kind")?;
    let kind = PlaceKind::parse(&kind).unwrap_or(PlaceKind::Account);
    let blocked = sellable::facts(row, today)?.blocked_at(kind, today);
    let line = StockLine {
        package: facts.reference.clone(),
        place: PlaceRef {
            id: PlaceId(row.get("place_id")?),
            name: row.get("place_name")?,
            kind,
            code: row.get("place_code")?,
        },
        quantity: facts.quantity(Amount::from_raw(row.get("amount")?)),
        reserved: facts.quantity(Amount::from_raw(row.get("reserved")?)),
        sellable: blocked.is_empty(),
        blocked,
        received: row.get::<_, Option<i64>>("received")?.map(At),
        packaged: refs::date(row, "packaged")?,
        open: row.get("open")?,
    };
    Ok(Held { line, facts, walk: row.get("walk")?, to_count: row.get("to_count")? })
}
