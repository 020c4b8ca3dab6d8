//! The lines of an order: what was ordered, what is promised, planned and picked of each, what may stand in.

use std::collections::BTreeMap;

use super::alike::Catalogue;
use super::{BY_HAND, OrderItem, OrderLine, OrderRow, OrderSubstitute, matching, promise};
use crate::domain::id::{OrderId, OrderLineId, PackageId, PickLineId, PlaceId, ProductId};
use crate::domain::order::OrderState;
use crate::domain::quantity::Amount;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::picking;
use crate::workflow::refs::{self, PackageFacts};

/// Products shown as stand-ins for a line, and how many are looked at.
const SUBSTITUTES: usize = 5;
const LOOKED_AT: usize = 40;

/// A row of the table.
struct Line {
    id: OrderLineId,
    n: i64,
    item: String,
    sku: Option<String>,
    product: Option<ProductId>,
    wanted: Option<ProductId>,
    ordered: Amount,
    amount: Amount,
    promised: Amount,
}

/// What a pick did for a line.
struct Part {
    id: PickLineId,
    facts: PackageFacts,
    bin: PlaceId,
    planned: Amount,
    picked: Amount,
    verified: Amount,
    put_back: Amount,
    to_pick: bool,
}

/// The lines of an order: those left out too, but not those that its source replaced.
pub fn of(db: &Db<'_>, order: &OrderRow) -> Result<Vec<OrderLine>, SqlError> {
    let mut parts = parts(db, order.id)?;
    let rows = rows(db, order.id)?;
    let lacks = lacks(db, order, &rows)?;
    let asks = |line: &Line| {
        let chosen_here = order.source.id == BY_HAND && line.product.is_some();
        let open = matching::may_match(order.state) && line.amount.is_positive();
        open && line.wanted.is_none() && !chosen_here
    };
    let catalogue = rows.iter().any(asks).then(|| Catalogue::read(db)).transpose()?;
    let mut lines = Vec::new();
    for line in rows {
        let of_line = parts.remove(&line.id).unwrap_or_default();
        let candidates = match &catalogue {
            Some(catalogue) if asks(&line) => catalogue.alike(&line.item, line.product),
            _ => Vec::new(),
        };
        let short = lacks.iter().find(|(id, _)| *id == line.id).map(|(_, short)| *short);
        let short = short.unwrap_or(Amount::ZERO).max(Amount::ZERO);
        lines.push(OrderLine { candidates, ..whole(db, line, &of_line, short)? });
    }
    Ok(lines)
}

/// What each line lacks, in the product's unit: of an order that waits, what it is not promised; of one that is
/// picked or at the pack bench, what is neither with it nor planned.
fn lacks(
    db: &Db<'_>,
    order: &OrderRow,
    lines: &[Line],
) -> Result<Vec<(OrderLineId, Amount)>, SqlError> {
    Ok(match order.state {
        OrderState::Waiting | OrderState::Unmatched => lines
            .iter()
            .filter(|line| line.product.is_some())
            .map(|line| (line.id, line.amount - line.promised))
            .collect(),
        OrderState::Picking | OrderState::Packing => {
            let shorts = picking::shorts(db, order.id)?;
            shorts.into_iter().map(|one| (one.line, one.short)).collect()
        }
        _ => Vec::new(),
    })
}

fn rows(db: &Db<'_>, order: OrderId) -> Result<Vec<Line>, SqlError> {
    db.all(
        "SELECT id, n, item, sku, product_id, wanted_id, ordered, amount, promised FROM order_line
         WHERE order_id = :order AND replaced = 0 ORDER BY n",
        named_params! { ":order": order.0 },
        |row| {
            Ok(Line {
                id: OrderLineId(row.get("id")?),
                n: row.get("n")?,
                item: row.get("item")?,
                sku: row.get("sku")?,
                product: row.get::<_, Option<i64>>("product_id")?.map(ProductId),
                wanted: row.get::<_, Option<i64>>("wanted_id")?.map(ProductId),
                ordered: Amount::from_raw(row.get("ordered")?),
                amount: Amount::from_raw(row.get("amount")?),
                promised: Amount::from_raw(row.get("promised")?),
            })
        },
    )
}

fn parts(db: &Db<'_>, order: OrderId) -> Result<BTreeMap<OrderLineId, Vec<Part>>, SqlError> {
    let rows = db.all(
        "SELECT pick_line.id, order_line_id, package_id, bin_id, planned, picked, verified, put_back,
                pick_line.state = 'to_pick' AS to_pick
         FROM pick_line JOIN order_line ON order_line.id = order_line_id
         WHERE order_id = :order ORDER BY pick_line.id",
        named_params! { ":order": order.0 },
        |row| {
            let amount = |name: &str| row.get(name).map(Amount::from_raw);
            Ok((
                OrderLineId(row.get("order_line_id")?),
                PackageId(row.get("package_id")?),
                (PickLineId(row.get("id")?), PlaceId(row.get("bin_id")?)),
                [amount("planned")?, amount("picked")?, amount("verified")?, amount("put_back")?],
                row.get::<_, bool>("to_pick")?,
            ))
        },
    )?;
    let mut parts: BTreeMap<OrderLineId, Vec<Part>> = BTreeMap::new();
    for (line, package, (id, bin), [planned, picked, verified, put_back], to_pick) in rows {
        let Some(facts) = refs::package(db, package)? else { continue };
        let part = Part { id, facts, bin, planned, picked, verified, put_back, to_pick };
        parts.entry(line).or_default().push(part);
    }
    Ok(parts)
}

fn whole(db: &Db<'_>, line: Line, parts: &[Part], short: Amount) -> Result<OrderLine, SqlError> {
    let planned = |part: &Part| part.facts.count(part.planned - part.picked);
    let planned: Amount = parts.iter().filter(|part| part.to_pick).map(planned).sum();
    let picked: Amount =
        parts.iter().map(|part| part.facts.count(part.picked - part.put_back)).sum();
    Ok(OrderLine {
        id: line.id,
        n: line.n,
        candidates: Vec::new(),
        substitutes: match line.product.filter(|_| short.is_positive()) {
            Some(product) => substitutes(db, product, short)?,
            None => Vec::new(),
        },
        item: line.item,
        sku: line.sku,
        product: line.product.map_or(Ok(None), |id| refs::product(db, id))?,
        wanted: line.wanted.map_or(Ok(None), |id| refs::product(db, id))?,
        ordered: line.ordered,
        amount: line.amount,
        promised: line.promised,
        planned,
        picked,
        short,
        items: items(db, parts)?,
    })
}

fn items(db: &Db<'_>, parts: &[Part]) -> Result<Vec<OrderItem>, SqlError> {
    let mut items = Vec::new();
    for part in parts.iter().filter(|part| part.picked.is_positive()) {
        let Some(from) = refs::place(db, part.bin)? else { continue };
        let facts = &part.facts;
        items.push(OrderItem {
            line: part.id,
            package: facts.reference.clone(),
            each: facts.content,
            picked: facts.quantity(part.picked),
            picked_count: facts.count(part.picked),
            verified: facts.quantity(part.verified),
            verified_count: facts.count(part.verified),
            put_back_count: facts.count(part.put_back),
            from,
            gtins: db.all(
                "SELECT gtin FROM product_gtin WHERE product_id = :product ORDER BY gtin",
                named_params! { ":product": facts.reference.product.id.0 },
                |row| row.get(0),
            )?,
        });
    }
    Ok(items)
}

/// Products of the same category and unit that have enough, the nearest in size, brand and price first.
fn substitutes(
    db: &Db<'_>,
    product: ProductId,
    short: Amount,
) -> Result<Vec<OrderSubstitute>, SqlError> {
    let alike = db.all(
        "SELECT other.id, other.brand, other.price_cents FROM product AS wanted
         JOIN product AS other ON other.category = wanted.category AND other.unit = wanted.unit
         WHERE wanted.id = :product AND other.id <> wanted.id AND other.active = 1
           AND EXISTS (SELECT 1 FROM package JOIN balance ON package_id = package.id
                        JOIN place ON place.id = place_id
                        WHERE package.product_id = other.id AND balance.amount > 0 AND place.kind = 'bin')
         ORDER BY other.content IS NOT wanted.content, other.brand IS NOT wanted.brand,
                  abs(coalesce(other.price_cents, 0) - coalesce(wanted.price_cents, 0)), other.name
         LIMIT :limit",
        named_params! { ":product": product.0, ":limit": LOOKED_AT as i64 },
        |row| {
            Ok((ProductId(row.get("id")?), row.get("brand")?, row.get::<_, Option<i64>>("price_cents")?))
        },
    )?;
    let mut found = Vec::new();
    for (id, brand, price_cents) in alike {
        let free = promise::free(db, id)?;
        if free < short {
            continue;
        }
        let Some(product) = refs::product(db, id)? else { continue };
        found.push(OrderSubstitute { product, brand, free, price_cents });
        if found.len() == SUBSTITUTES {
            break;
        }
    }
    Ok(found)
}
