//! The evidence around a variance, from the database: the same few statements however long the store runs,
//! each on an index, and none further back than two months.

use std::collections::HashMap;

use super::alike::{Listed, alike, listed, named};
use super::rows::{self, amount};
use crate::domain::arrival::How;
use crate::domain::id::{PackageId, PickId, PlaceId, ProductId, Seq, ShipmentId, VarianceId};
use crate::domain::investigate::{
    Alike, Arrival, Carried, Facts, Gap, Look, Moved, Off, Outside, Sold,
};
use crate::domain::place::Account;
use crate::domain::quantity::{Amount, Unit};
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, named_params};
use crate::workflow::refs;

/// How far back is looked: a place that nobody counted for longer tells nothing.
const DAYS: i64 = 62;
/// What there is around a variance; nothing where it is of no known product.
pub fn facts(db: &Db<'_>, id: VarianceId) -> Result<Option<Facts>, SqlError> {
    let Some((product, package, place, counted_at)) = base(db, id)? else { return Ok(None) };
    let since = counted_at.plus_s(-DAYS * 86_400);
    let mut own_looks = looks(db, &[product], since)?;
    let looks = own_looks.remove(&product).unwrap_or_default();
    // One of several packages that were counted together stands for all of them.
    let Some(own) = looks.iter().find(|look| look.id == id).or_else(|| {
        let here = |look: &Look| (look.place, look.at) == (place, counted_at);
        let fits = |look: &&Look| look.package.is_none() && here(look);
        looks.iter().find(fits)
    }) else {
        return Ok(None);
    };
    let listed = listed(db)?;
    let Some(mine) = listed.iter().find(|one| one.id == product) else { return Ok(None) };
    let off = Off {
        id: own.id,
        product,
        name: mine.name.clone(),
        package: own.package,
        place: own.place,
        kind: own.kind,
        unit: mine.content.map_or(mine.unit, |_| Unit::G),
        content: mine.content,
    };
    let unit = package.map(|id| refs::package(db, id)).transpose()?.flatten().map(|one| one.unit);
    let off = Off { unit: unit.unwrap_or(off.unit), ..off };
    let moves = moves(db, product, since)?;
    let alike = alike(db, mine, &listed, &off, since)?;
    let sales = sales(db, mine, &alike, &listed, since)?;
    let gaps = gaps(db, product, &moves, since)?;
    let carried = carried(db, product, since)?;
    let arrivals = arrivals(db, product, &moves)?;
    Ok(Some(Facts { off, looks, alike, sales, moves, gaps, carried, arrivals }))
}

/// What is asked about, where, and when it was counted.
type Base = (ProductId, Option<PackageId>, PlaceId, At);

fn base(db: &Db<'_>, id: VarianceId) -> Result<Option<Base>, SqlError> {
    let found = db.maybe(
        "SELECT product_id, package_id, place_id, counted_at FROM variance WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let product: Option<i64> = row.get(0)?;
            let package: Option<i64> = row.get(1)?;
            let place = PlaceId(row.get(2)?);
            Ok((product.map(ProductId), package.map(PackageId), place, At(row.get(3)?)))
        },
    )?;
    Ok(found.and_then(|(product, package, place, at)| Some((product?, package, place, at))))
}

pub fn list(ids: &[ProductId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("[{}]", ids.join(","))
}

/// The counts of some products, by product.
pub fn looks(
    db: &Db<'_>,
    products: &[ProductId],
    since: At,
) -> Result<HashMap<ProductId, Vec<Look>>, SqlError> {
    let rows = db.all(
        "SELECT variance.id, count_id, kase_id, variance.product_id, package_id, package.tag, place_id,
                place.name AS place_name, place.kind, counted_at, counted, book, tolerance, shared,
                CASE WHEN variance.unit = 'ea' THEN NULL ELSE
                  (SELECT how FROM count_line AS line
                   WHERE line.count_id = variance.count_id AND line.place_id = variance.place_id
                     AND line.package_id = variance.package_id ORDER BY line.id DESC LIMIT 1) END AS how
         FROM json_each(:products) AS asked JOIN variance ON variance.product_id = asked.value
         JOIN place ON place.id = place_id LEFT JOIN package ON package.id = package_id
         WHERE counted_at > :since ORDER BY counted_at, variance.id",
        named_params! { ":products": list(products), ":since": since.0 },
        rows::look,
    )?;
    let mut by: HashMap<ProductId, Vec<Look>> = HashMap::new();
    for look in rows::looks(rows) {
        by.entry(look.product).or_default().push(look);
    }
    Ok(by)
}

/// What moved of a product's packages, each when it was done: a sale when the till sold it.
fn moves(db: &Db<'_>, product: ProductId, since: At) -> Result<Vec<Moved>, SqlError> {
    db.all(
        "SELECT movement.seq, coalesce(sale.sold_at, entry.at) AS at, package_id, from_place, to_place,
                movement.amount
         FROM package JOIN movement ON movement.package_id = package.id
         JOIN entry ON entry.seq = movement.seq
         LEFT JOIN sale_movement ON sale_movement.movement_id = movement.id
         LEFT JOIN sale ON sale.id = sale_movement.sale_id
         WHERE package.product_id = :product AND entry.at > :since ORDER BY at, movement.id",
        named_params! { ":product": product.0, ":since": since.0 },
        rows::moved,
    )
}

/// Receipts of the product and of those that are alike and off; what the till wrote and nobody mapped is the
/// product where its name is nearest.
fn sales(
    db: &Db<'_>,
    mine: &Listed,
    alike: &[Alike],
    listed: &[Listed],
    since: At,
) -> Result<Vec<Sold>, SqlError> {
    let mut ids = vec![mine.id];
    ids.extend(alike.iter().map(|one| one.product));
    let mut found = db.all(
        "SELECT sale.id, receipt, line, sold_at, product_id, 1 AS known, item, kind, sale.amount, kase_id,
                coalesce((SELECT sum(movement.amount) FROM sale_movement
                          JOIN movement ON movement.id = movement_id WHERE sale_id = sale.id), 0) AS taken
         FROM json_each(:products) AS asked JOIN sale ON sale.product_id = asked.value
         -- What was sold as an online order never was on the floor.
         WHERE sold_at > :since AND NOT EXISTS (SELECT 1 FROM order_sale WHERE sale_id = sale.id)",
        named_params! { ":products": list(&ids), ":since": since.0 },
        rows::sold,
    )?;
    let strays = db.all(
        "SELECT receipt, line, sold_at, item_map.product_id, 0 AS known, sale.item, kind, amount, kase_id, 0 AS taken
         FROM sale LEFT JOIN item_map ON item_map.source = 'pos' AND item_map.item = sale.item
         WHERE kase_id IS NOT NULL AND sale.product_id IS NULL AND sold_at > :since",
        named_params! { ":since": since.0 },
        rows::sold,
    )?;
    for mut stray in strays {
        stray.product = stray.product.or_else(|| named(&stray.item, listed));
        if stray.product == Some(mine.id) {
            found.push(stray);
        }
    }
    found.sort_by(|a, b| (a.at, &a.receipt, a.line).cmp(&(b.at, &b.receipt, b.line)));
    Ok(found)
}

/// What POS and state said of the product's packages, beside what our book had in the whole store at that time.
fn gaps(db: &Db<'_>, product: ProductId, moves: &[Moved], since: At) -> Result<Vec<Gap>, SqlError> {
    let now: HashMap<PackageId, Amount> = db
        .all(
            "SELECT package.id, coalesce(sum(amount), 0) AS amount
             FROM package LEFT JOIN balance ON balance.package_id = package.id AND place_id >= 100
             WHERE product_id = :product GROUP BY package.id",
            named_params! { ":product": product.0 },
            |row| Ok((PackageId(row.get("id")?), amount(row, "amount")?)),
        )?
        .into_iter()
        .collect();
    // What each movement and all before it made of a package since the beginning.
    let mut made: HashMap<PackageId, Vec<(At, Amount)>> = HashMap::new();
    for moved in moves {
        let of = made.entry(moved.package).or_default();
        let before = of.last().map_or(Amount::ZERO, |last| last.1);
        of.push((moved.at, before + net(moved)));
    }
    let ours = |package: PackageId, at: At| {
        let now = now.get(&package).copied().unwrap_or_default();
        let of = made.get(&package).map_or(&[][..], Vec::as_slice);
        let then = of.partition_point(|one| one.0 <= at).checked_sub(1).map(|nth| of[nth].1);
        let all = of.last().map_or(Amount::ZERO, |last| last.1);
        now - (all - then.unwrap_or_default())
    };
    db.all(
        "SELECT reading.package_id, book, amount, at
         FROM package JOIN reading ON reading.package_id = package.id
         WHERE product_id = :product AND at > :since ORDER BY at, reading.id",
        named_params! { ":product": product.0, ":since": since.0 },
        |row| {
            let (package, at) = (PackageId(row.get("package_id")?), At(row.get("at")?));
            let state = row.get_ref("book")?.as_str()? == "state";
            Ok(Gap {
                package,
                of: if state { Outside::State } else { Outside::Pos },
                at,
                is: amount(row, "amount")?,
                ours: ours(package, at),
            })
        },
    )
}

/// What a movement changes of the whole store.
fn net(moved: &Moved) -> Amount {
    match (moved.from.is_physical(), moved.to.is_physical()) {
        (true, false) => -moved.amount,
        (false, true) => moved.amount,
        _ => Amount::ZERO,
    }
}

/// The totes that carried the product, and how the rest of each was found at the station.
fn carried(db: &Db<'_>, product: ProductId, since: At) -> Result<Vec<Carried>, SqlError> {
    db.all(
        "WITH mate AS (
           SELECT line.id AS of, other.received,
                  (SELECT abs(sum(difference) + other.received) <= sum(tolerance)
                   FROM variance WHERE product_id = package.product_id AND place_id = request.station_id
                     AND count_id = (SELECT count_id FROM variance AS next
                       WHERE next.product_id = package.product_id AND next.place_id = request.station_id
                         AND next.counted_at > pick.done_at ORDER BY next.counted_at, next.id LIMIT 1)) AS short
           FROM package AS mine JOIN pick_line AS line ON line.package_id = mine.id
           JOIN pick ON pick.id = line.pick_id JOIN request ON request.id = pick.request_id
           JOIN pick_line AS other ON other.pick_id = pick.id AND other.id <> line.id
           JOIN package ON package.id = other.package_id
           WHERE mine.product_id = :product AND pick.created_at > :since AND pick.done_at IS NOT NULL
             AND other.received > 0)
         SELECT pick.id, pick.code, line.package_id, request.station_id, pick.tote_id, line.picked,
                line.received, pick.handed_at, pick.done_at, pick.late,
                (SELECT count(short) FROM mate WHERE mate.of = line.id) AS mates,
                (SELECT count(*) FROM mate WHERE mate.of = line.id AND short) AS mates_short
         FROM package AS mine JOIN pick_line AS line ON line.package_id = mine.id
         JOIN pick ON pick.id = line.pick_id JOIN request ON request.id = pick.request_id
         WHERE mine.product_id = :product AND pick.created_at > :since AND line.picked > 0
           AND pick.state IN ('in_transit', 'done')
         ORDER BY line.id",
        named_params! { ":product": product.0, ":since": since.0 },
        |row| {
            Ok(Carried {
                pick: PickId(row.get("id")?),
                code: row.get("code")?,
                package: PackageId(row.get("package_id")?),
                station: PlaceId(row.get("station_id")?),
                tote: row.get::<_, Option<i64>>("tote_id")?.map(PlaceId),
                picked: amount(row, "picked")?,
                received: row.get::<_, Option<i64>>("received")?.map(Amount::from_raw),
                handed_at: row.get::<_, Option<i64>>("handed_at")?.map(At),
                done_at: row.get::<_, Option<i64>>("done_at")?.map(At),
                late: row.get("late")?,
                mates: small(row, "mates")?,
                mates_short: small(row, "mates_short")?,
            })
        },
    )
}

fn small(row: &Row<'_>, column: &str) -> Result<usize, SqlError> {
    Ok(usize::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// The product's packages, and how each came.
fn arrivals(db: &Db<'_>, product: ProductId, moves: &[Moved]) -> Result<Vec<Arrival>, SqlError> {
    let outside = [Account::Supplier.id(), Account::Opening.id()];
    db.all(
        "WITH mate AS (
           SELECT line.id AS of,
                  (SELECT difference FROM variance
                   WHERE variance.product_id = package.product_id AND variance.package_id = other.package_id
                   ORDER BY counted_at, variance.id LIMIT 1) AS difference
           FROM package AS mine JOIN shipment_line AS line ON line.package_id = mine.id
           JOIN shipment_line AS other ON other.shipment_id = line.shipment_id AND other.id <> line.id
           JOIN package ON package.id = other.package_id
           WHERE mine.product_id = :product)
         SELECT mine.id, mine.tag, mine.batch, mine.manifest, line.shipment_id, line.how,
                EXISTS (SELECT 1 FROM reading WHERE reading.package_id = mine.id) AS known_outside,
                (SELECT count(difference) FROM mate WHERE mate.of = line.id) AS mates,
                (SELECT count(*) FROM mate WHERE mate.of = line.id AND difference < 0) AS mates_short
         FROM package AS mine LEFT JOIN shipment_line AS line ON line.package_id = mine.id
         WHERE mine.product_id = :product ORDER BY mine.id",
        named_params! { ":product": product.0 },
        |row| {
            let package = PackageId(row.get("id")?);
            let how: Option<String> = row.get("how")?;
            let came = moves
                .iter()
                .filter(|moved| moved.package == package && outside.contains(&moved.from))
                .map(|moved| (moved.at, Seq(moved.seq.0), moved.amount))
                .collect();
            Ok(Arrival {
                package,
                tag: row.get("tag")?,
                batch: row.get("batch")?,
                manifest: row.get("manifest")?,
                came,
                shipment: row.get::<_, Option<i64>>("shipment_id")?.map(ShipmentId),
                how: how.and_then(|how| serde_json::from_str::<How>(&how).ok()),
                known_outside: row.get("known_outside")?,
                mates: small(row, "mates")?,
                mates_short: small(row, "mates_short")?,
            })
        },
    )
}
