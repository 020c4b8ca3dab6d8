//! An order entered by hand: by phone, at the door, or from paper.

use super::{OrderError, OrderInput, said};
use crate::domain::id::{OrderId, OrderSourceId};
use crate::domain::order::{masked_phone, short_name};
use crate::domain::sheet::orders::{LINES, LineSaid, OrderSaid};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Tx, named_params};
use crate::workflow::refs;
use crate::workflow::secret::Secret;

/// The source of what is entered by hand; the schema makes it.
pub const BY_HAND: OrderSourceId = OrderSourceId(1);

/// Enters an order, matched as it is and promised what there is.
pub fn enter(tx: &Tx<'_>, by: &Actor, input: &OrderInput) -> Result<OrderId, OrderError> {
    let said = OrderSaid { lines: lines(tx, input)?, ..head(input)? };
    let entry = Entry::open(tx, by, "order_entered")?;
    let order = said::insert(tx, BY_HAND, &OrderSaid { lines: Vec::new(), ..said })?;
    for (n, line) in (1_i64..).zip(&input.lines) {
        let product =
            refs::product(tx, line.product)?.ok_or(OrderError::NotFound { what: "product" })?;
        tx.insert(
            "INSERT INTO order_line (order_id, n, item, sku, product_id, ordered, amount)
             VALUES (:order, :n, :item, :sku, :product, :amount, :amount)",
            named_params! {
                ":order": order.0, ":n": n, ":item": product.name, ":sku": product.sku,
                ":product": product.id.0, ":amount": line.quantity.raw(),
            },
        )?;
    }
    super::promise::accept(tx, order)?;
    tx.announce(Topic::Orders, order.0);
    entry.seal(&serde_json::json!({ "order": order, "lines": input.lines }))?;
    Ok(order)
}

fn head(input: &OrderInput) -> Result<OrderSaid, OrderError> {
    let invalid =
        |field: &str, why: &str| Err(OrderError::Invalid { field: field.into(), why: why.into() });
    let last = input.customer_last.as_deref().unwrap_or_default();
    let texts = [
        ("number", input.number.as_deref().unwrap_or_default(), 40),
        ("customer_first", &input.customer_first, 80),
        ("customer_last", last, 80),
        ("phone", input.phone.as_deref().unwrap_or_default(), 40),
    ];
    for (field, text, most) in texts {
        if text.chars().count() > most {
            return invalid(field, &format!("is longer than {most} characters"));
        }
    }
    let customer = short_name(&input.customer_first, last);
    if customer.is_empty() {
        return invalid("customer_first", "is needed: whoever hands it over asks for it");
    }
    if input.window_from.zip(input.window_to).is_some_and(|(from, to)| to < from) {
        return Err(OrderError::WindowWrong);
    }
    let number = input.number.as_deref().map(str::trim).filter(|text| !text.is_empty());
    Ok(OrderSaid {
        external: Secret::token().text().to_owned(),
        number: number.map(str::to_owned),
        customer: Some(customer),
        phone: input.phone.as_deref().and_then(masked_phone),
        way: input.way,
        window_from: input.window_from,
        window_to: input.window_to,
        placed: None,
        cancelled: false,
        done: false,
        lines: Vec::new(),
    })
}

fn lines(tx: &Tx<'_>, input: &OrderInput) -> Result<Vec<LineSaid>, OrderError> {
    if input.lines.is_empty() {
        return Err(OrderError::NothingOrdered);
    }
    if input.lines.len() > LINES {
        let why = format!("are {LINES} at most");
        return Err(OrderError::Invalid { field: "lines".into(), why });
    }
    let mut lines = Vec::with_capacity(input.lines.len());
    for (index, line) in input.lines.iter().enumerate() {
        let number = index + 1;
        let field = || format!("lines.{number}.quantity");
        let product =
            refs::product(tx, line.product)?.ok_or(OrderError::UnknownProduct { line: number })?;
        if !line.quantity.is_positive() {
            return Err(OrderError::Invalid { field: field(), why: "must be above zero".into() });
        }
        if !product.unit.fits(line.quantity) {
            return Err(OrderError::Invalid { field: field(), why: "must be whole units".into() });
        }
        if input.lines[..index].iter().any(|earlier| earlier.product == line.product) {
            let field = format!("lines.{number}.product");
            return Err(OrderError::Invalid { field, why: "is named twice".into() });
        }
        lines.push(LineSaid {
            item: product.name,
            sku: Some(product.sku),
            quantity: line.quantity,
        });
    }
    Ok(lines)
}
