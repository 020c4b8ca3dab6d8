//! What was handed over, beside what the till says it sold. The hand-over moved the stock; the sale of it moves
//! nothing, whether it comes after, came before, or in lines of another cut. Where it never comes, a case.

use std::collections::BTreeMap;

use super::FulfilError;
use super::facts::{self, Piece};
use crate::domain::id::{CaseId, MovementId, OrderId, PackageId, PlaceId, ProductId};
use crate::domain::quantity::Amount;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Entry, Movement, PostError};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::{casework, settings};

/// Rows of one order that are tried together at the most: each more doubles the sums.
const TRIED: usize = 12;

/// A line of a receipt that is being loaded.
pub struct Sale {
    pub sold_at: At,
    pub product: ProductId,
    /// Where the till names one.
    pub package: Option<PackageId>,
    /// In the package's unit.
    pub amount: Amount,
}

/// What of a product an order has, or a receipt; in the unit its packages are kept in.
type Basket = BTreeMap<ProductId, Amount>;

/// Notes that what was handed over of a piece waits for its sale.
pub(super) fn await_sale(tx: &Tx<'_>, order: OrderId, piece: &Piece) -> Result<(), SqlError> {
    if !piece.there().is_positive() {
        return Ok(());
    }
    tx.insert(
        "INSERT INTO order_sale (order_id, line_id, product_id, amount, at)
         VALUES (:order, :line, :product, :amount, :at)",
        named_params! {
            ":order": order.0, ":line": piece.id.0, ":product": piece.package.reference.product.id.0,
            ":amount": piece.there().raw(), ":at": tx.now().0,
        },
    )?;
    Ok(())
}

/// What was handed over that this line of a receipt is of, nearest in time first; nothing where it is a sale
/// from the floor. The caller records the sale and binds it.
pub fn take(db: &Db<'_>, sale: &Sale) -> Result<Option<Vec<i64>>, SqlError> {
    let rows = db.all(
        "SELECT order_sale.id, order_id, order_sale.amount, at FROM order_sale
         JOIN pick_line ON pick_line.id = line_id JOIN online_order ON online_order.id = order_id
         WHERE sale_id IS NULL AND received_at <= :not_before AND product_id = :product AND (:package IS NULL OR package_id = :package)
         ORDER BY abs(at - :sold), order_sale.id",
        named_params! {
            ":product": sale.product.0, ":package": sale.package.map(|package| package.0),
            ":sold": sale.sold_at.0, ":not_before": ordered_before(db, sale.sold_at)?.0,
        },
        |row| {
            let amount = Amount::from_raw(row.get("amount")?);
            Ok((row.get::<_, i64>("id")?, OrderId(row.get("order_id")?), amount, At(row.get("at")?)))
        },
    )?;
    if rows.is_empty() {
        return Ok(None);
    }
    let window = window_s(db)?;
    let mut orders: Vec<(OrderId, Vec<(i64, Amount)>)> = Vec::new();
    for (id, order, amount, at) in rows {
        if at.seconds_since(sale.sold_at).abs() > window {
            continue;
        }
        match orders.iter_mut().find(|known| known.0 == order) {
            Some(known) => known.1.push((id, amount)),
            None => orders.push((order, vec![(id, amount)])),
        }
    }
    Ok(orders.iter().find_map(|(_, rows)| that_make(&rows[..rows.len().min(TRIED)], sale.amount)))
}

/// The first of these rows that make an amount together.
fn that_make(rows: &[(i64, Amount)], amount: Amount) -> Option<Vec<i64>> {
    if amount.is_zero() {
        return Some(Vec::new());
    }
    let ((id, first), rest) = rows.split_first()?;
    let with = (*first <= amount).then(|| that_make(rest, amount - *first)).flatten();
    let with = with.map(|mut ids| {
        ids.insert(0, *id);
        ids
    });
    with.or_else(|| that_make(rest, amount))
}

/// Binds a recorded sale to what it is of.
pub fn bind(
    tx: &Tx<'_>,
    entry: &Entry<'_, '_>,
    sale: i64,
    receipt: &str,
    rows: &[i64],
) -> Result<(), SqlError> {
    for row in rows {
        tx.execute(
            "UPDATE order_sale SET sale_id = :sale, matched_at = :at WHERE id = :id",
            named_params! { ":sale": sale, ":at": tx.now().0, ":id": row },
        )?;
    }
    let orders = tx.all(
        "SELECT DISTINCT order_id FROM order_sale WHERE sale_id = :sale",
        named_params! { ":sale": sale },
        |row| row.get(0).map(OrderId),
    )?;
    orders.into_iter().try_for_each(|order| tell(tx, entry, order, receipt))
}

/// The order has its sale: whoever looks at it is told, and so is its case.
fn tell(tx: &Tx<'_>, entry: &Entry<'_, '_>, order: OrderId, receipt: &str) -> Result<(), SqlError> {
    facts::touch(tx, order)?;
    let case: Option<i64> = tx.one(
        "SELECT kase_id FROM online_order WHERE id = :id",
        named_params! { ":id": order.0 },
        |row| row.get(0),
    )?;
    let Some(case) = case else { return Ok(()) };
    let text = words!("Its sale came: receipt {receipt}.", "Llegó su venta: recibo {receipt}.");
    casework::evidence(tx, entry.by().user, entry.seq(), CaseId(case), "sale", &text)
}

/// Looks whether a receipt, as far as it was loaded, is all of an order that was handed over: its lines may
/// be cut otherwise, or name other packages, and were taken from the floor meanwhile.
pub fn settle(tx: &Tx<'_>, entry: &mut Entry<'_, '_>, receipt: &str) -> Result<(), StoreError> {
    let waiting: bool =
        tx.one("SELECT EXISTS (SELECT 1 FROM order_sale WHERE sale_id IS NULL)", [], |row| {
            row.get(0)
        })?;
    if !waiting {
        return Ok(());
    }
    let Some((sold_at, basket)) = basket_of_receipt(tx, receipt)? else { return Ok(()) };
    let Some(product) = basket.keys().next() else { return Ok(()) };
    let window = window_s(tx)?;
    let orders = tx.all(
        "SELECT DISTINCT order_id FROM order_sale JOIN online_order ON online_order.id = order_id
         WHERE sale_id IS NULL AND product_id = :product AND at BETWEEN :from AND :to
           AND received_at <= :not_before
         ORDER BY abs(at - :sold), order_id",
        named_params! {
            ":product": product.0, ":from": sold_at.plus_s(-window).0, ":to": sold_at.plus_s(window).0, ":sold": sold_at.0,
            ":not_before": ordered_before(tx, sold_at)?.0,
        },
        |row| row.get(0).map(OrderId),
    )?;
    for order in orders {
        if basket_of_order(tx, order)? == basket && !strangers(tx, order, receipt)? {
            return bind_receipt(tx, entry, order, receipt);
        }
    }
    Ok(())
}

/// What was sold then was ordered before, as far as the till's clock is right.
fn ordered_before(db: &Db<'_>, sold: At) -> Result<At, SqlError> {
    Ok(sold.plus_s(settings::get(db)?.sales_clock_skew_s))
}

/// Looks for the receipt of an order that is being handed over: the till may have been quicker. What was
/// taken from the floor for it goes back there in the book. Its receipt.
pub(super) fn before(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    order: OrderId,
) -> Result<Option<String>, StoreError> {
    let received: i64 = tx.one(
        "SELECT received_at FROM online_order WHERE id = :id",
        named_params! { ":id": order.0 },
        |row| row.get(0),
    )?;
    let ordered = At(received).plus_s(-settings::get(tx)?.sales_clock_skew_s);
    let since = tx.now().plus_s(-window_s(tx)?).max(ordered);
    let found = receipts(tx, order, since)?;
    let best = match &found[..] {
        [] => return Ok(None),
        // Two at the same moment: nobody can tell which.
        [first, second, ..] if first.0 == second.0 => return Ok(None),
        [best, ..] => best.1.clone(),
    };
    bind_receipt(tx, entry, order, &best)?;
    Ok(Some(best))
}

/// Looks whether an order that is refused at the counter was paid there: exactly one receipt since it was
/// put onto its shelf has just what it has.
pub(super) fn paid(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    order: OrderId,
    since: At,
) -> Result<(), FulfilError> {
    for piece in facts::pieces(tx, order)? {
        await_sale(tx, order, &piece)?;
    }
    // Tills tell the minute, and their clocks differ.
    let since = since.plus_s(-settings::get(tx)?.sales_clock_skew_s);
    if let [(_, receipt)] = &receipts(tx, order, since)?[..] {
        bind_receipt(tx, entry, order, receipt)?;
    }
    tx.execute(
        "DELETE FROM order_sale WHERE order_id = :order AND sale_id IS NULL",
        named_params! { ":order": order.0 },
    )?;
    Ok(())
}

/// The receipts since a time that have just what an order has and are no other order's; nearest to now first.
fn receipts(db: &Db<'_>, order: OrderId, since: At) -> Result<Vec<(i64, String)>, SqlError> {
    let basket = basket_of_order(db, order)?;
    let Some(product) = basket.keys().next() else { return Ok(Vec::new()) };
    let now = db.now();
    let until = now.plus_s(settings::get(db)?.sales_clock_skew_s);
    let named = db.all(
        "SELECT DISTINCT receipt FROM sale
         WHERE product_id = :product AND kind = 'sale' AND sold_at BETWEEN :since AND :until",
        named_params! { ":product": product.0, ":since": since.0, ":until": until.0 },
        |row| row.get::<_, String>(0),
    )?;
    let mut found = Vec::new();
    for receipt in named {
        if let Some((at, of)) = basket_of_receipt(db, &receipt)?
            && of == basket
            && !strangers(db, order, &receipt)?
        {
            found.push(((at.0 - now.0).abs(), receipt));
        }
    }
    found.sort();
    Ok(found)
}

/// What waits for its sale of an order.
fn basket_of_order(db: &Db<'_>, order: OrderId) -> Result<Basket, SqlError> {
    let rows = db.all(
        "SELECT product_id, amount FROM order_sale WHERE order_id = :order AND sale_id IS NULL",
        named_params! { ":order": order.0 },
        |row| Ok((ProductId(row.get("product_id")?), Amount::from_raw(row.get("amount")?))),
    )?;
    let mut basket = Basket::new();
    for (product, amount) in rows {
        let sum = basket.entry(product).or_default();
        *sum = *sum + amount;
    }
    Ok(basket)
}

/// Whether some of the order has its sale on another receipt, or some of the receipt is another order's.
fn strangers(db: &Db<'_>, order: OrderId, receipt: &str) -> Result<bool, SqlError> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM order_sale JOIN sale ON sale.id = sale_id
                        WHERE order_id = :order AND receipt <> :receipt)
             OR EXISTS (SELECT 1 FROM sale JOIN order_sale ON sale_id = sale.id
                        WHERE receipt = :receipt AND order_id <> :order)",
        named_params! { ":order": order.0, ":receipt": receipt },
        |row| row.get(0),
    )
}

/// A line of a receipt that was loaded.
struct Line {
    sale: i64,
    product: ProductId,
    /// In the unit its packages are kept in.
    amount: Amount,
    case: Option<CaseId>,
}

/// The lines of a receipt that are no order's yet, where all of them are sales of known products.
fn lines(db: &Db<'_>, receipt: &str) -> Result<Option<(At, Vec<Line>)>, SqlError> {
    let rows = db.all(
        "SELECT sale.id, product_id, sale.amount, sold_at, kase_id, content,
                (SELECT sum(movement.amount) FROM sale_movement JOIN movement ON movement.id = movement_id
                  WHERE sale_id = sale.id AND reverses IS NULL) AS taken
         FROM sale JOIN product ON product.id = product_id
         WHERE receipt = :receipt AND kind = 'sale'
           AND NOT EXISTS (SELECT 1 FROM order_sale WHERE sale_id = sale.id) ORDER BY line",
        named_params! { ":receipt": receipt },
        |row| {
            let said = Amount::from_raw(row.get("amount")?);
            let content: Option<i64> = row.get("content")?;
            let taken = row.get::<_, Option<i64>>("taken")?.map(Amount::from_raw);
            let case = row.get::<_, Option<i64>>("kase_id")?.map(CaseId);
            let whole = content.map_or(Some(said), |each| Amount::from_raw(each).times(said));
            // What was taken whole is in the right unit, whatever the till counts in.
            let amount = taken.filter(|_| case.is_none()).or(whole).unwrap_or_default();
            let product = ProductId(row.get("product_id")?);
            Ok((Line { sale: row.get("id")?, product, amount, case }, At(row.get("sold_at")?)))
        },
    )?;
    let all: i64 = db.one(
        "SELECT count(*) FROM sale WHERE receipt = :receipt
           AND NOT EXISTS (SELECT 1 FROM order_sale WHERE sale_id = sale.id)",
        named_params! { ":receipt": receipt },
        |row| row.get(0),
    )?;
    let at = rows.first().map(|row| row.1);
    let whole = usize::try_from(all) == Ok(rows.len());
    let lines = rows.into_iter().map(|row| row.0).collect();
    Ok(at.filter(|_| whole).map(|at| (at, lines)))
}

fn basket_of_receipt(db: &Db<'_>, receipt: &str) -> Result<Option<(At, Basket)>, SqlError> {
    let Some((at, lines)) = lines(db, receipt)? else { return Ok(None) };
    let mut basket = Basket::new();
    for line in lines {
        let sum = basket.entry(line.product).or_default();
        *sum = *sum + line.amount;
    }
    Ok(Some((at, basket)))
}

/// Makes a receipt an order's: what was taken from the floor for it is there again, and its case knows.
fn bind_receipt(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    order: OrderId,
    receipt: &str,
) -> Result<(), StoreError> {
    let lines = lines(tx, receipt)?.map(|found| found.1).unwrap_or_default();
    let code = facts::order(tx, order).map(|order| order.code).unwrap_or_default();
    for line in lines {
        give_back(tx, entry, line.sale)?;
        share(tx, order, &line)?;
        if let Some(case) = line.case {
            let text = words!(
                "Receipt {receipt} is of online order {code}: what it sold was taken from the order's shelf.",
                "El recibo {receipt} es de la orden en línea {code}: lo vendido salió del estante de la orden."
            );
            casework::evidence(tx, entry.by().user, entry.seq(), case, "order", &text)?;
        }
    }
    Ok(tell(tx, entry, order, receipt)?)
}

/// Reverses what a sale took. The reversal counts when the sale does: nothing ever left the floor.
fn give_back(tx: &Tx<'_>, entry: &mut Entry<'_, '_>, sale: i64) -> Result<(), StoreError> {
    let taken = tx.all(
        "SELECT movement.id, package_id, amount, from_place, to_place
         FROM sale_movement JOIN movement ON movement.id = movement_id
         WHERE sale_id = :sale AND reverses IS NULL
           AND NOT EXISTS (SELECT 1 FROM movement AS back WHERE back.reverses = movement.id)",
        named_params! { ":sale": sale },
        |row| {
            Ok(Movement {
                package: PackageId(row.get("package_id")?),
                amount: Amount::from_raw(row.get("amount")?),
                from: PlaceId(row.get("to_place")?),
                to: PlaceId(row.get("from_place")?),
                reverses: Some(MovementId(row.get("id")?)),
            })
        },
    )?;
    for movement in taken {
        let posted = entry.post(movement).map_err(|error| match error {
            PostError::Store(error) => error,
            other => StoreError::Invariant(format!("a sale taken back: {other}")),
        })?;
        tx.insert(
            "INSERT INTO sale_movement (movement_id, sale_id) VALUES (:movement, :sale)",
            named_params! { ":movement": posted.id.0, ":sale": sale },
        )?;
        tx.announce(Topic::Stock, movement.package.0);
    }
    Ok(())
}

/// Shares a line of a receipt out over what waits of its product; the rest of a row waits on.
fn share(tx: &Tx<'_>, order: OrderId, line: &Line) -> Result<(), SqlError> {
    let rows = tx.all(
        "SELECT id, amount FROM order_sale
         WHERE order_id = :order AND product_id = :product AND sale_id IS NULL ORDER BY id",
        named_params! { ":order": order.0, ":product": line.product.0 },
        |row| Ok((row.get::<_, i64>("id")?, Amount::from_raw(row.get("amount")?))),
    )?;
    let mut left = line.amount;
    for (id, amount) in rows {
        let share = amount.min(left);
        if !share.is_positive() {
            break;
        }
        if share < amount {
            tx.insert(
                "INSERT INTO order_sale (order_id, line_id, product_id, amount, at)
                 SELECT order_id, line_id, product_id, :rest, at FROM order_sale WHERE id = :id",
                named_params! { ":rest": (amount - share).raw(), ":id": id },
            )?;
        }
        tx.execute(
            "UPDATE order_sale SET amount = :amount, sale_id = :sale, matched_at = :at WHERE id = :id",
            named_params! {
                ":amount": share.raw(), ":sale": line.sale, ":at": tx.now().0, ":id": id,
            },
        )?;
        left = left - share;
    }
    Ok(())
}

/// How far a sale may be from its hand-over.
pub(super) fn window_s(db: &Db<'_>) -> Result<i64, SqlError> {
    Ok(settings::get(db)?.awaiting_sale_h * 3600)
}
