//! What a count is compared with: the figures that were said, the places that were looked through, what the
//! book has there, and what moved meanwhile.

use std::collections::{BTreeMap, HashMap};

use super::{OtherBook, Subject};
use crate::domain::count::{Counted, Happened};
use crate::domain::id::{CountId, PackageId, Seq, UserId};
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, named_params};
use crate::workflow::refs::{self, PackageFacts, PlaceRef};

/// A write that waited longer than this on its device was done when the device says.
const WAITED_S: i64 = 15;

/// A figure as it was said, the newest of its subject.
pub struct Figure {
    pub subject: Subject,
    pub tag: Option<String>,
    pub amount: Amount,
    pub unit: Unit,
    pub counted: Counted,
    pub by: Option<UserId>,
}

/// A place of the count, and when somebody looked through it.
pub struct Place {
    pub place: PlaceRef,
    pub looked: Option<(Counted, Option<UserId>)>,
}

/// A package with what its line needs of it.
pub struct Lot {
    pub facts: PackageFacts,
    pub category: String,
    pub cost_cents: Option<i64>,
    pub store: Amount,
    pub pos: Option<OtherBook>,
    pub state: Option<OtherBook>,
    /// Oldest first.
    pub age: (bool, Option<String>, Option<i64>, i64),
}

/// By place: what the book has there now, by package.
pub type HeldThere = HashMap<i64, BTreeMap<i64, Amount>>;
/// By place and package: what moved there since the count was started.
pub type MovedThere = HashMap<(i64, i64), Vec<Happened>>;

pub fn held(db: &Db<'_>, id: CountId) -> Result<HeldThere, SqlError> {
    let mut held = HeldThere::new();
    db.walk(
        "SELECT balance.place_id, balance.package_id, balance.amount
         FROM count_place JOIN balance ON balance.place_id = count_place.place_id
         WHERE count_place.count_id = :id AND balance.amount > 0",
        named_params! { ":id": id.0 },
        |row| {
            let amount = Amount::from_raw(row.get(2)?);
            held.entry(row.get(0)?).or_default().insert(row.get(1)?, amount);
            Ok::<_, SqlError>(())
        },
    )?;
    Ok(held)
}

/// Everything that moved since the count was started.
pub fn moved(db: &Db<'_>, id: CountId) -> Result<MovedThere, SqlError> {
    let since: i64 =
        db.one("SELECT seq FROM count WHERE id = :id", named_params! { ":id": id.0 }, |row| {
            row.get(0)
        })?;
    let mut moved = MovedThere::new();
    db.walk(
        "SELECT movement.seq, package_id, movement.amount, from_place, to_place, entry.at, sale.sold_at,
                json_extract(CAST(entry.bytes AS TEXT), '$.device_time') AS device_time
         FROM movement JOIN entry ON entry.seq = movement.seq
         LEFT JOIN sale_movement ON sale_movement.movement_id = movement.id
         LEFT JOIN sale ON sale.id = sale_movement.sale_id
         WHERE movement.seq > :since ORDER BY movement.id",
        named_params! { ":since": since },
        |row| {
            let at = At(row.get("at")?);
            let sold: Option<i64> = row.get("sold_at")?;
            let waited = row.get::<_, Option<String>>("device_time")?.and_then(|time| At::parse(&time));
            let waited = waited.filter(|done| at.seconds_since(*done) > WAITED_S);
            let package: i64 = row.get("package_id")?;
            let amount = Amount::from_raw(row.get("amount")?);
            for (place, change) in [(row.get("from_place")?, -amount), (row.get("to_place")?, amount)] {
                let seq = Seq(row.get("seq")?);
                let happened = Happened { seq, at, done: sold.map(At).or(waited), change };
                moved.entry((place, package)).or_default().push(happened);
            }
            Ok::<_, SqlError>(())
        },
    )?;
    Ok(moved)
}

pub fn lot(db: &Db<'_>, id: PackageId) -> Result<Option<Lot>, SqlError> {
    let Some(facts) = refs::package(db, id)? else { return Ok(None) };
    let (pos, state) = (reading(db, id, "pos")?, reading(db, id, "state")?);
    db.maybe(
        "SELECT product.category, unit_cost_cents, package.expires, package.received,
           (SELECT coalesce(sum(amount), 0) FROM balance WHERE package_id = package.id AND place_id >= 100
              AND amount > 0) AS store
         FROM package JOIN product ON product.id = product_id WHERE package.id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let expires: Option<String> = row.get("expires")?;
            Ok(Lot {
                category: row.get("category")?,
                cost_cents: row.get("unit_cost_cents")?,
                store: Amount::from_raw(row.get("store")?),
                age: (expires.is_none(), expires, row.get("received")?, id.0),
                facts,
                pos,
                state,
            })
        },
    )
}

fn reading(db: &Db<'_>, id: PackageId, book: &str) -> Result<Option<OtherBook>, SqlError> {
    db.maybe(
        "SELECT amount, unit, at FROM reading WHERE package_id = :id AND book = :book
         ORDER BY at DESC, id DESC LIMIT 1",
        named_params! { ":id": id.0, ":book": book },
        |row| {
            let quantity =
                Quantity::new(Amount::from_raw(row.get("amount")?), refs::unit(row, "unit")?);
            Ok(OtherBook { quantity, at: At(row.get("at")?) })
        },
    )
}

pub fn places(db: &Db<'_>, id: CountId) -> Result<Vec<Place>, SqlError> {
    db.all(
        "SELECT place.id, name, kind, code, counter_id, began_seq, began_at, said_seq, said_at, done_at
         FROM count_place JOIN place ON place.id = place_id WHERE count_id = :id ORDER BY place.walk, place.id",
        named_params! { ":id": id.0 },
        |row| {
            let done: Option<i64> = row.get("done_at")?;
            let by = row.get::<_, Option<i64>>("counter_id")?.map(UserId);
            let looked = done.map(|done| counted(row, At(done))).transpose()?;
            Ok(Place { place: refs::place_row(row)?, looked: looked.map(|looked| (looked, by)) })
        },
    )
}

fn counted(row: &Row<'_>, arrived: At) -> Result<Counted, SqlError> {
    Ok(Counted {
        began_seq: row.get::<_, Option<i64>>("began_seq")?.map(Seq),
        said_seq: row.get::<_, Option<i64>>("said_seq")?.map(Seq),
        began_at: At(row.get("began_at")?),
        said_at: At(row.get("said_at")?),
        arrived,
    })
}

/// The newest figure of each subject.
pub fn figures(db: &Db<'_>, id: CountId) -> Result<Vec<Figure>, SqlError> {
    let all = db.all(
        "SELECT place_id, product_id, package_id, tag, amount, unit, began_seq, said_seq, began_at, said_at,
                at, by_user
         FROM count_line WHERE count_id = :id ORDER BY id",
        named_params! { ":id": id.0 },
        |row| {
            Ok(Figure {
                subject: Subject {
                    place: row.get("place_id")?,
                    product: row.get("product_id")?,
                    package: row.get("package_id")?,
                },
                tag: row.get("tag")?,
                amount: Amount::from_raw(row.get("amount")?),
                unit: refs::unit(row, "unit")?,
                counted: counted(row, At(row.get("at")?))?,
                by: row.get::<_, Option<i64>>("by_user")?.map(UserId),
            })
        },
    )?;
    let mut newest = BTreeMap::new();
    for figure in all {
        newest.insert((figure.subject, figure.tag.clone()), figure);
    }
    Ok(newest.into_values().collect())
}
