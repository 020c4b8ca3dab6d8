//! Handed over, and the till never said so: a case, with what it should have sold.

use super::facts;
use super::sale::window_s;
use crate::domain::id::{OrderId, PackageId};
use crate::domain::quantity::Amount;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::casework::{self, CaseKind, NewCase};
use crate::workflow::refs;

/// Opens the case of one order whose sale did not come in time. `false` when there is none.
pub fn late(tx: &Tx<'_>) -> Result<bool, StoreError> {
    let before = tx.now().plus_s(-window_s(tx)?);
    let found = tx.maybe(
        "SELECT online_order.id, code, handed_by FROM order_sale
         JOIN online_order ON online_order.id = order_id
         WHERE sale_id IS NULL AND at < :before AND state = 'handed_over' AND kase_id IS NULL LIMIT 1",
        named_params! { ":before": before.0 },
        |row| {
            let by: Option<i64> = row.get("handed_by")?;
            Ok((OrderId(row.get("id")?), row.get::<_, String>("code")?, by))
        },
    )?;
    let Some((order, code, handed_by)) = found else { return Ok(false) };
    let who = refs::known_user(tx, handed_by)?.map_or("?".into(), |who| who.name);
    let by = Actor::system();
    let entry = Entry::open(tx, &by, "sale_missing")?;
    let new = NewCase {
        title: words!(
            "Order {code} was handed over, and no sale of it came from the POS",
            "La orden {code} se entregó y el POS no informó su venta"
        ),
        subject: Some(("order", order.0, code)),
        evidence: vec![
            ("handed_over", words!("Handed over by {who}.", "La entregó {who}.")),
            ("awaiting", awaiting(tx, order)?),
        ],
        ..NewCase::default()
    };
    let (case, _) = casework::open(tx, &by, entry.seq(), CaseKind::NoSale, &new)?;
    tx.execute(
        "UPDATE online_order SET kase_id = :case WHERE id = :id",
        named_params! { ":case": case.0, ":id": order.0 },
    )?;
    facts::touch(tx, order)?;
    entry.seal(&serde_json::json!({ "order": order, "case": case }))?;
    Ok(true)
}

/// What waits for its sale, in words.
fn awaiting(db: &Db<'_>, order: OrderId) -> Result<Words, SqlError> {
    let rows = db.all(
        "SELECT package_id, order_sale.amount FROM order_sale JOIN pick_line ON pick_line.id = line_id
         WHERE order_id = :order AND sale_id IS NULL ORDER BY order_sale.id",
        named_params! { ":order": order.0 },
        |row| Ok((PackageId(row.get("package_id")?), Amount::from_raw(row.get("amount")?))),
    )?;
    let mut said = Vec::with_capacity(rows.len());
    for (package, amount) in rows {
        if let Some(facts) = refs::package(db, package)? {
            let (name, tag) = (&facts.reference.product.name, &facts.reference.tag);
            let tail = tag.get(18..).unwrap_or_default();
            let count = facts.quantity(amount);
            said.push(words!(
                "{count} of {name}, package …{tail}",
                "{count} de {name}, paquete …{tail}"
            ));
        }
    }
    Ok(Words::joined(&said, "; "))
}
