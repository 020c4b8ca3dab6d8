//! Our own JSON, and Dutchie's pre-orders, which are as plain.
//!
//! ```json
//! {"orders": [{"id": "A-1042", "number": "1042", "customer": {"first": "Maria", "last": "Garcia"},
//!   "phone": "+15105554821", "way": "pickup", "window": {"from": "2026-11-27T16:30-08:00",
//!   "to": "2026-11-27T17:00-08:00"}, "placed": "2026-11-27T15:02-08:00", "cancelled": false,
//!   "lines": [{"name": "Blue Dream 3.5 g", "sku": "BD-35", "quantity": 2}]}]}
//! ```
//! `id` and `lines` are needed, of a line `name` or `sku` and `quantity` in the product's unit.

use chrono_tz::Tz;
use serde_json::Value;

use super::{OrderSaid, Refusal, json};
use crate::domain::order::{OrderWay, masked_phone, short_name};

pub fn order(value: &Value, zone: Tz) -> Result<OrderSaid, Refusal> {
    let customer = value.get("customer").unwrap_or(&Value::Null);
    let name = |key| json::said(customer, key).unwrap_or_default();
    let short = short_name(&name("first"), &name("last"));
    let way = match json::said(value, "way") {
        None => OrderWay::Pickup,
        Some(word) => OrderWay::parse(&word).ok_or_else(|| {
            let refusal =
                Refusal::new("way", "bad_way", "This is not pickup, curbside or delivery.");
            Refusal { value: Some(word.chars().take(80).collect()), ..refusal }
        })?,
    };
    let window = value.get("window").unwrap_or(&Value::Null);
    Ok(OrderSaid {
        external: json::said(value, "id").unwrap_or_default(),
        number: json::any(value, &["number", "id"]),
        customer: Some(short).filter(|text| !text.is_empty()),
        phone: json::said(value, "phone").and_then(|phone| masked_phone(&phone)),
        way,
        window_from: json::time(window, &["from"], "window", zone)?,
        window_to: json::time(window, &["to"], "window", zone)?,
        placed: json::time(value, &["placed"], "placed", zone)?,
        cancelled: value.get("cancelled").and_then(Value::as_bool).unwrap_or(false),
        done: false,
        lines: json::lines(value, &["lines"], &["name"], &["sku"], &["quantity"])?,
    })
}

/// A row of `GET /preorder/Status`: its lines carry a name and a quantity alone.
pub fn dutchie(value: &Value, zone: Tz) -> Result<OrderSaid, Refusal> {
    let first = json::said(value, "customerFirstName").unwrap_or_default();
    let last = json::any(value, &["customerLastInitial", "customerLastName"]).unwrap_or_default();
    let short = short_name(&first, &last);
    let status = json::said(value, "status").unwrap_or_default().to_ascii_lowercase();
    let way = match json::said(value, "orderType").unwrap_or_default().to_ascii_lowercase().as_str()
    {
        word if word.contains("deliver") => OrderWay::Delivery,
        word if word.contains("curb") => OrderWay::Curbside,
        _ => OrderWay::Pickup,
    };
    let sold = value.get("transactionId").is_some_and(|id| !id.is_null()) && status == "complete";
    Ok(OrderSaid {
        external: json::any(value, &["preOrderId", "id"]).unwrap_or_default(),
        number: json::any(value, &["orderNumber", "preOrderId"]),
        customer: Some(short).filter(|text| !text.is_empty()),
        phone: None,
        way,
        window_from: json::time(value, &["pickupStart", "scheduledStart"], "window", zone)?,
        window_to: json::time(value, &["pickupEnd", "scheduledEnd"], "window", zone)?,
        placed: json::time(value, &["orderDate", "createdAt"], "placed", zone)?,
        cancelled: status.starts_with("cancel") || status == "declined" || status == "void",
        done: sold || status == "completed" || status == "picked up",
        lines: json::lines(value, &["items"], &["productName", "name"], &["sku"], &["quantity"])?,
    })
}
