//! A count as a person may see it: while it is open, what they have said themselves and nothing of the book.

use serde::Serialize;

use super::netting::{compare, summed};
use super::{
    CountError, CountResult, CountState, LineStanding, OtherBook, ResultLine, Scope, Why, blind,
};
use crate::domain::id::{CaseId, CountId, DeviceId, PackageId, ProductId, RecountId, UserId};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, named_params};
use crate::workflow::refs::{self, PackageRef, PlaceRef, ProductRef, UserRef};

/// How many ended counts are listed.
const ENDED: i64 = 50;

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Count {
    pub id: CountId,
    pub code: String,
    pub state: CountState,
    pub scope: Scope,
    pub note: Option<String>,
    pub started_at: At,
    pub started_by: Option<UserRef>,
    pub counted_at: Option<At>,
    pub settled_at: Option<At>,
    pub settled_by: Option<UserRef>,
    /// Why it was cancelled.
    pub ended_why: Option<String>,
    /// The first three of its places, by name.
    pub at: Vec<String>,
    pub places: i64,
    pub places_done: i64,
    /// Whether whoever asks counts in it, on this device.
    pub joined: bool,
    /// Whether it hides the book from them here: they count in it, or somebody does on this device.
    pub blind: bool,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CountList {
    /// Those that are open or counted, and the last that ended.
    pub counts: Vec<Count>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CountPlace {
    pub place: PlaceRef,
    /// Who counts there.
    pub counter: Option<UserRef>,
    pub done_at: Option<At>,
}

/// What was said of something; the newest of each.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CountLine {
    pub place: PlaceRef,
    pub product: Option<ProductRef>,
    pub package: Option<PackageRef>,
    pub tag: Option<String>,
    /// Nothing where somebody else counted it and the count is open.
    pub quantity: Option<Quantity>,
    pub by: Option<UserRef>,
    pub at: At,
}

/// Something to be counted again.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Recount {
    pub id: RecountId,
    pub place: PlaceRef,
    pub product: Option<ProductRef>,
    pub package: Option<PackageRef>,
    pub why: Why,
    /// Who may not: they counted it before.
    pub not_by: Option<UserRef>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CountView {
    pub count: Count,
    pub places: Vec<CountPlace>,
    /// Empty: every product at its places.
    pub products: Vec<ProductRef>,
    pub lines: Vec<CountLine>,
    pub recounts: Vec<Recount>,
    /// Against the book, once nobody counts blind any more.
    pub result: Option<CountResult>,
}

/// Counts, the newest first.
pub fn list(
    db: &Db<'_>,
    user: Option<UserId>,
    device: Option<DeviceId>,
) -> Result<CountList, SqlError> {
    let live = "SELECT id FROM count WHERE state IN ('open', 'counted')";
    let ended = "SELECT id FROM (SELECT id FROM count WHERE state NOT IN ('open', 'counted')
                                 ORDER BY id DESC LIMIT :ended)";
    let ids = db.all(
        &format!("{live} UNION ALL {ended} ORDER BY id DESC"),
        named_params! { ":ended": ENDED },
        |row| row.get(0).map(CountId),
    )?;
    let counts: Result<Vec<_>, _> = ids.into_iter().map(|id| count(db, id, user, device)).collect();
    Ok(CountList { counts: counts?.into_iter().flatten().collect() })
}

pub(super) fn count(
    db: &Db<'_>,
    id: CountId,
    user: Option<UserId>,
    device: Option<DeviceId>,
) -> Result<Option<Count>, SqlError> {
    db.maybe(
        "SELECT code, state, scope, note, started_at, started_by, counted_at, settled_at, settled_by, ended_why,
           (SELECT group_concat(name, char(10)) FROM (SELECT name FROM count_place
              JOIN place ON place.id = place_id WHERE count_id = count.id
              ORDER BY place.walk, place.id LIMIT 3)) AS names,
           (SELECT count(*) FROM count_place WHERE count_id = count.id) AS places,
           (SELECT count(*) FROM count_place WHERE count_id = count.id AND done_at IS NOT NULL) AS places_done,
           EXISTS (SELECT 1 FROM count_counter WHERE count_id = count.id AND user_id = :user
                     AND device_id = :device) AS joined,
           state = 'open' AND EXISTS (SELECT 1 FROM count_counter WHERE count_id = count.id
                     AND (user_id = :user OR device_id = :device)) AS blind
         FROM count WHERE id = :id",
        named_params! {
            ":id": id.0, ":user": user.map(|user| user.0), ":device": device.map(|device| device.0),
        },
        |row| {
            let scope: String = row.get("scope")?;
            let names: Option<String> = row.get("names")?;
            let at = |column: &str| Ok::<_, SqlError>(row.get::<_, Option<i64>>(column)?.map(At));
            Ok(Count {
                id,
                code: row.get("code")?,
                state: CountState::parse(row.get_ref("state")?.as_str()?),
                scope: serde_json::from_str(&scope).unwrap_or_default(),
                note: row.get("note")?,
                started_at: At(row.get("started_at")?),
                started_by: refs::known_user(db, row.get("started_by")?)?,
                counted_at: at("counted_at")?,
                settled_at: at("settled_at")?,
                settled_by: refs::known_user(db, row.get("settled_by")?)?,
                ended_why: row.get("ended_why")?,
                at: names.map(|names| names.lines().map(str::to_owned).collect()).unwrap_or_default(),
                places: row.get("places")?,
                places_done: row.get("places_done")?,
                joined: row.get("joined")?,
                blind: row.get("blind")?,
            })
        },
    )
}

/// One count for one person.
pub fn view(
    db: &Db<'_>,
    id: CountId,
    user: Option<UserId>,
    device: Option<DeviceId>,
) -> Result<CountView, CountError> {
    let count = count(db, id, user, device)?.ok_or(CountError::NotFound { what: "count" })?;
    let places = db.all(
        "SELECT place.id, name, kind, code, counter_id, done_at FROM count_place
         JOIN place ON place.id = place_id WHERE count_id = :id ORDER BY place.walk, place.id",
        named_params! { ":id": id.0 },
        |row| {
            Ok(CountPlace {
                place: refs::place_row(row)?,
                counter: refs::known_user(db, row.get("counter_id")?)?,
                done_at: row.get::<_, Option<i64>>("done_at")?.map(At),
            })
        },
    )?;
    let products = db.all(
        "SELECT product_id FROM count_product WHERE count_id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0).map(ProductId),
    )?;
    let products: Result<Vec<_>, _> =
        products.into_iter().map(|id| refs::product(db, id)).collect();
    let open = count.state == CountState::Open;
    // Another count may still hide the same figures from this person.
    let hidden = blind::Blind::of(db, user, device)?;
    let result = match count.state {
        CountState::Counted => Some(compare(db, id)?.lines),
        CountState::Settled => Some(settled(db, id)?),
        CountState::Open | CountState::Cancelled => None,
    };
    let result = result.map(|mut lines| {
        lines.retain(|line| !hidden.hides_line(line));
        summed(lines)
    });
    let lines = lines(db, id, open, user)?;
    Ok(CountView {
        count,
        places,
        products: products?.into_iter().flatten().collect(),
        lines,
        recounts: recounts(db, id)?,
        result,
    })
}

fn lines(
    db: &Db<'_>,
    id: CountId,
    open: bool,
    user: Option<UserId>,
) -> Result<Vec<CountLine>, SqlError> {
    db.all(
        "SELECT place.id, name, kind, code, product_id, package_id, tag, amount, unit, by_user, line.at
         FROM count_line AS line JOIN place ON place.id = line.place_id
         WHERE count_id = :id AND NOT EXISTS (SELECT 1 FROM count_line AS later
           WHERE later.count_id = line.count_id AND later.place_id = line.place_id AND later.id > line.id
             AND later.product_id IS line.product_id AND later.package_id IS line.package_id
             AND later.tag IS line.tag)
         ORDER BY place.walk, place.id, line.id",
        named_params! { ":id": id.0 },
        |row| {
            let by: Option<i64> = row.get("by_user")?;
            let seen = !open || by == user.map(|user| user.0);
            let quantity = Quantity::new(Amount::from_raw(row.get("amount")?), refs::unit(row, "unit")?);
            let (product, package) = subject(db, row)?;
            Ok(CountLine {
                place: refs::place_row(row)?,
                product,
                package,
                tag: row.get("tag")?,
                quantity: seen.then_some(quantity),
                by: refs::known_user(db, by)?,
                at: At(row.get("at")?),
            })
        },
    )
}

fn subject(
    db: &Db<'_>,
    row: &Row<'_>,
) -> Result<(Option<ProductRef>, Option<PackageRef>), SqlError> {
    let product: Option<i64> = row.get("product_id")?;
    let package: Option<i64> = row.get("package_id")?;
    let product = product.map(|id| refs::product(db, ProductId(id))).transpose()?.flatten();
    let package = package.map(|id| refs::package(db, PackageId(id))).transpose()?.flatten();
    Ok((product, package.map(|package| package.reference)))
}

/// What is still to be counted again.
pub fn recounts(db: &Db<'_>, id: CountId) -> Result<Vec<Recount>, SqlError> {
    db.all(
        "SELECT recount.id AS recount, place.id, name, kind, code, product_id, package_id, why, not_by
         FROM recount JOIN place ON place.id = recount.place_id
         WHERE count_id = :id AND line_id IS NULL ORDER BY place.walk, place.id, recount.id",
        named_params! { ":id": id.0 },
        |row| {
            let (product, package) = subject(db, row)?;
            Ok(Recount {
                id: RecountId(row.get("recount")?),
                place: refs::place_row(row)?,
                product,
                package,
                why: Why::parse(row.get_ref("why")?.as_str()?),
                not_by: refs::known_user(db, row.get("not_by")?)?,
            })
        },
    )
}

/// The lines of a settled count, as they were kept.
fn settled(db: &Db<'_>, id: CountId) -> Result<Vec<ResultLine>, SqlError> {
    db.all(
        "SELECT place.id, name, kind, code, product_id, package_id, tag, unit, counted, book, difference,
           shared, store, pos, pos_at, state, state_at, value_cents, tolerance, counted_at, counted_by, kase_id
         FROM variance JOIN place ON place.id = variance.place_id WHERE count_id = :id
         ORDER BY abs(difference) <= tolerance, abs(coalesce(value_cents, 9000000000000)) DESC, variance.id",
        named_params! { ":id": id.0 },
        |row| {
            let unit = refs::unit(row, "unit")?;
            let quantity = |column: &str| {
                Ok::<_, SqlError>(Quantity::new(Amount::from_raw(row.get(column)?), unit))
            };
            let other = |amount: &str, at: &str| -> Result<Option<OtherBook>, SqlError> {
                let (amount, at): (Option<i64>, Option<i64>) = (row.get(amount)?, row.get(at)?);
                Ok(amount.zip(at).map(|(amount, at)| OtherBook {
                    quantity: Quantity::new(Amount::from_raw(amount), unit),
                    at: At(at),
                }))
            };
            let (product, package) = subject(db, row)?;
            let (difference, tolerance) = (quantity("difference")?, quantity("tolerance")?);
            let far = difference.amount.max(-difference.amount);
            let standing = match (far.is_zero(), far > tolerance.amount) {
                (true, _) => LineStanding::Right,
                (false, false) => LineStanding::Within,
                (false, true) => LineStanding::Off,
            };
            Ok(ResultLine {
                place: refs::place_row(row)?,
                product,
                package,
                tag: row.get("tag")?,
                counted: quantity("counted")?,
                book: quantity("book")?,
                difference,
                shared: row.get("shared")?,
                store: quantity("store")?,
                pos: other("pos", "pos_at")?,
                state: other("state", "state_at")?,
                value_cents: row.get("value_cents")?,
                tolerance,
                standing,
                counted_at: At(row.get("counted_at")?),
                counted_by: refs::known_user(db, row.get("counted_by")?)?,
                case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
            })
        },
    )
}
