//! A day's receipts in the demo store: sixty of them, from the shelves that were filled in the morning.

use anyhow::{Context, Result};
use serde_json::json;

use super::day::{Shelf, Stocked};
use super::dice::Dice;
use crate::domain::id::{PackageId, PlaceId, ProductId};
use crate::domain::place::Account;
use crate::domain::quantity::Amount;
use crate::ledger::{Actor, Entry, Movement, PostError};
use crate::store::{Clock, Store, Tx, named_params};

/// Receipts of the day that is sold.
const RECEIPTS: usize = 60;

/// One line of a receipt: so many of a product from a shelf.
#[derive(Clone)]
struct Line {
    package: PackageId,
    station: PlaceId,
    product: ProductId,
    name: String,
    amount: Amount,
    count: i64,
}

pub async fn sell(
    store: &Store,
    clock: &Clock,
    by: &Actor,
    products: &[Stocked],
    mut shelves: Vec<Shelf>,
    dice: &mut Dice,
) -> Result<()> {
    for receipt in 1..=RECEIPTS {
        let mut lines = Vec::new();
        for _ in 0..dice.between(1, 3) {
            let open: Vec<usize> = (0..shelves.len()).filter(|i| shelves[*i].sold > 0).collect();
            if open.is_empty() {
                break;
            }
            let shelf = &mut shelves[*dice.of(&open)];
            // The last receipts take what is still to be sold, so that the plan comes out.
            let count = if receipt + 8 > RECEIPTS { shelf.sold } else { shelf.sold.min(2) };
            shelf.sold -= count;
            let Stocked { id, item } = &products[shelf.product];
            lines.push(Line {
                package: shelf.package,
                station: shelf.station,
                product: *id,
                name: item.name.clone(),
                amount: item.amount(count),
                count,
            });
        }
        let by = by.clone();
        store
            .write(move |tx| ring_up(tx, &by, receipt, &lines))
            .await
            .with_context(|| format!("receipt {receipt}"))?;
        clock.advance_s(dice.between(120, 1_000));
    }
    Ok(())
}

fn ring_up(tx: &Tx<'_>, by: &Actor, receipt: usize, lines: &[Line]) -> Result<(), PostError> {
    let receipt = format!("J{:05}", 20_410 + receipt);
    let mut entry = Entry::open(tx, by, "sold")?;
    for (index, line) in lines.iter().enumerate() {
        let posted = entry.post(Movement {
            package: line.package,
            amount: line.amount,
            from: line.station,
            to: Account::Sold.id(),
            reverses: None,
        })?;
        let sale = tx.insert(
            "INSERT INTO sale (receipt, line, sold_at, product_id, item, kind, amount, room, seq)
             VALUES (:receipt, :line, :at, :product, :item, 'sale', :amount, 'Sales Floor', :seq)",
            named_params! {
                ":receipt": receipt, ":line": index as i64 + 1, ":at": tx.now().0,
                ":product": line.product.0, ":item": line.name,
                ":amount": Amount::whole(line.count).raw(), ":seq": entry.seq().0,
            },
        )?;
        tx.insert(
            "INSERT INTO sale_movement (movement_id, sale_id) VALUES (:movement, :sale)",
            named_params! { ":movement": posted.id.0, ":sale": sale },
        )?;
    }
    entry.seal(&json!({ "receipt": receipt, "lines": lines.len() }))?;
    Ok(())
}
