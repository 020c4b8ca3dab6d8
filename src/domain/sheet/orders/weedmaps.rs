//! Weedmaps' order callback (online order service, 2024-01): `orderId`, `status`, `customer`, `lineItems`.
//! `externalId` of a line is the till's own id of the item; of flower it may be the same for every weight, so
//! that there only the name with its weight says what is meant.

use chrono_tz::Tz;
use serde_json::Value;

use super::{LineSaid, OrderSaid, Refusal, json};
use crate::domain::order::{OrderWay, masked_phone, short_name};

pub fn order(value: &Value, zone: Tz) -> Result<OrderSaid, Refusal> {
    let customer = value.get("customer").unwrap_or(&Value::Null);
    let name = |key| json::said(customer, key).unwrap_or_default();
    let short = short_name(&name("firstName"), &name("lastName"));
    let status = json::said(value, "status").unwrap_or_default().to_ascii_uppercase();
    let external = json::any(value, &["orderId", "id"]).unwrap_or_default();
    let delivered = value.get("shippingAddress").is_some_and(Value::is_object);
    let window = value.get("fulfillmentWindow").or_else(|| value.get("window")).unwrap_or(value);
    Ok(OrderSaid {
        number: Some(external.clone()).filter(|text| !text.is_empty()),
        external,
        customer: Some(short).filter(|text| !text.is_empty()),
        phone: json::said(customer, "phone").and_then(|phone| masked_phone(&phone)),
        way: if delivered { OrderWay::Delivery } else { OrderWay::Pickup },
        window_from: json::time(
            window,
            &["startsAt", "startTime", "pickupStartsAt"],
            "window",
            zone,
        )?,
        window_to: json::time(window, &["endsAt", "endTime", "pickupEndsAt"], "window", zone)?,
        placed: json::time(value, &["createdAt"], "placed", zone)?,
        cancelled: status.starts_with("CANCEL") || status == "REJECTED" || status == "FAILED",
        done: status == "COMPLETE" || status == "COMPLETED",
        lines: lines(value)?,
    })
}

/// Weights of which one item of the menu has several.
const WEIGHTS: [(&str, &str); 5] = [
    ("GRAM", "1 g"),
    ("EIGHTH", "3.5 g"),
    ("QUARTER", "7 g"),
    ("HALF_OUNCE", "14 g"),
    ("OUNCE", "28 g"),
];

fn lines(value: &Value) -> Result<Vec<LineSaid>, Refusal> {
    let mut lines = json::lines(value, &["lineItems"], &["name"], &["externalId"], &["quantity"])?;
    let said = value.get("lineItems").and_then(Value::as_array).into_iter().flatten();
    for (line, said) in lines.iter_mut().zip(said) {
        let breakpoint = json::said(said, "weightBreakpoint").unwrap_or_default();
        let Some((_, weight)) = WEIGHTS.iter().find(|(word, _)| *word == breakpoint) else {
            continue;
        };
        // "Cartridge 0.5g" states its own size.
        if !states_a_size(&line.item) {
            line.item = format!("{} ({weight})", line.item);
            line.sku = None;
        }
    }
    Ok(lines)
}

fn states_a_size(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split(|c: char| c.is_whitespace() || c == '(' || c == ')').peekable();
    while let Some(word) = words.next() {
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = &word[number.len()..];
        let is_number =
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
        let next = words.peek().copied().unwrap_or_default();
        if is_number && ["g", "mg", "oz"].contains(if unit.is_empty() { &next } else { &unit }) {
            return true;
        }
    }
    false
}
