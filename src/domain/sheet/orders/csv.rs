//! Orders as CSV: one row per line, by heading; rows of one order id belong together wherever they stand. An
//! order of which a row cannot be believed is refused whole: half of it would be picked otherwise.

use std::collections::HashMap;

use chrono_tz::Tz;

use super::{AtRow, LineSaid, OrderRefused, OrderSaid, Refusal, json};
use crate::domain::order::{OrderWay, masked_phone, short_name};
use crate::domain::sheet::table::{Column, Row, Table};
use crate::domain::sheet::{FileRefused, cell};
use crate::domain::time::At;

const COLUMNS: [Column; 13] = [
    Column {
        field: "id",
        aliases: &["orderid", "externalid", "preorderid", "id", "ordernumber", "order"],
    },
    Column { field: "number", aliases: &["ordernumber", "ordernr", "ticketnumber", "number"] },
    Column { field: "item", aliases: &["productname", "product", "item", "itemname", "name"] },
    Column { field: "sku", aliases: &["sku", "productsku", "itemsku", "upc", "barcode"] },
    Column { field: "quantity", aliases: &["quantity", "qty", "count", "units"] },
    Column {
        field: "first_name",
        aliases: &["customerfirstname", "firstname", "customername", "customer"],
    },
    Column { field: "last_name", aliases: &["customerlastname", "lastname", "lastinitial"] },
    Column { field: "phone", aliases: &["phone", "customerphone", "phonenumber", "mobile"] },
    Column { field: "way", aliases: &["way", "ordertype", "fulfillment", "type", "mode"] },
    Column {
        field: "window_from",
        aliases: &["windowfrom", "pickupfrom", "pickuptime", "scheduleddate", "windowstart", "due"],
    },
    Column { field: "window_to", aliases: &["windowto", "pickupto", "windowend"] },
    Column {
        field: "placed",
        aliases: &["placed", "placedat", "orderdate", "createdat", "created"],
    },
    Column { field: "status", aliases: &["status", "orderstatus"] },
];

const ID: usize = 0;
const NUMBER: usize = 1;
const ITEM: usize = 2;
const SKU: usize = 3;
const QUANTITY: usize = 4;
const FIRST: usize = 5;
const LAST: usize = 6;
const PHONE: usize = 7;
const WAY: usize = 8;
const FROM: usize = 9;
const TO: usize = 10;
const PLACED: usize = 11;
const STATUS: usize = 12;

/// The orders, each with the line of its first row.
pub fn read(
    text: &str,
    zone: Tz,
    refused: &mut Vec<OrderRefused>,
) -> Result<Vec<AtRow>, FileRefused> {
    let table = Table::find(text, &COLUMNS, &[&[ID], &[ITEM, SKU], &[QUANTITY]])?;
    let mut orders: Vec<(u64, OrderSaid)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut torn: HashMap<String, (u64, Refusal)> = HashMap::new();
    table.rows(|row| {
        if row.is_total(ID) {
            return;
        }
        let Some(id) = row.owned(ID) else {
            let refusal = Refusal::new("id", "order_without_id", "The row names no order.");
            refused.push(refusal.at(row.line));
            return;
        };
        let added = line(&row).and_then(|line| {
            let place = if let Some(place) = places.get(&id) {
                *place
            } else {
                orders.push((row.line, head(&row, &id, zone)?));
                places.insert(id.clone(), orders.len() - 1);
                orders.len() - 1
            };
            orders[place].1.lines.push(line);
            Ok(())
        });
        if let Err(refusal) = added {
            torn.entry(id).or_insert((row.line, refusal));
        }
    })?;
    orders.retain(|(_, order)| !torn.contains_key(&order.external));
    let whole = orders.into_iter().map(|(row, order)| (row, Ok(order)));
    Ok(whole.chain(torn.into_values().map(|(row, refusal)| (row, Err(refusal)))).collect())
}

/// What the first row of an order says of all of it.
fn head(row: &Row<'_>, id: &str, zone: Tz) -> Result<OrderSaid, Refusal> {
    let first = row.owned(FIRST).unwrap_or_default();
    let last = row.owned(LAST).unwrap_or_default();
    // A name in one cell: its last word is the last name.
    let (first, last) = match first.rsplit_once(' ') {
        Some((given, family)) if last.is_empty() => (given.to_owned(), family.to_owned()),
        _ => (first, last),
    };
    let short = short_name(&first, &last);
    let status = row.get(STATUS).unwrap_or_default().to_ascii_lowercase();
    let way = row.get(WAY).unwrap_or_default().to_ascii_lowercase();
    Ok(OrderSaid {
        external: id.to_owned(),
        number: Some(row.owned(NUMBER).unwrap_or_else(|| id.to_owned())),
        customer: Some(short).filter(|text| !text.is_empty()),
        phone: row.get(PHONE).and_then(masked_phone),
        way: match way {
            way if way.contains("deliver") => OrderWay::Delivery,
            way if way.contains("curb") => OrderWay::Curbside,
            _ => OrderWay::Pickup,
        },
        window_from: time(row, FROM, "window", zone)?,
        window_to: time(row, TO, "window", zone)?,
        placed: time(row, PLACED, "placed", zone)?,
        cancelled: status.contains("cancel") || status.contains("void"),
        done: status.contains("complete") || status.contains("sold"),
        lines: Vec::new(),
    })
}

fn time(
    row: &Row<'_>,
    column: usize,
    field: &'static str,
    zone: Tz,
) -> Result<Option<At>, Refusal> {
    let Some(text) = row.get(column) else { return Ok(None) };
    cell::time(text, zone).map_err(|reason| Refusal {
        field,
        value: Some(text.chars().take(80).collect()),
        reason: reason.to_string(),
        code: "bad_time",
    })
}

fn line(row: &Row<'_>) -> Result<LineSaid, Refusal> {
    if row.check_cells().is_err() {
        return Err(Refusal::new("row", "too_long", "A quote that never closes swallowed rows."));
    }
    let sku = row.owned(SKU);
    let item = row.owned(ITEM).or_else(|| sku.clone());
    let item = item.ok_or_else(|| Refusal::new("item", "missing", "The row names no item."))?;
    json::quantity(row.get(QUANTITY).unwrap_or_default()).map(|quantity| LineSaid {
        item,
        sku,
        quantity,
    })
}
