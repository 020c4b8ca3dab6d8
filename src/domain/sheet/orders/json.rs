//! JSON as sources write it: the orders of a message, and values that are a number here and a text there.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use super::{LineSaid, Refusal};
use crate::domain::sheet::{FileRefused, ROW_LIMIT, cell};
use crate::domain::time::At;

/// The orders of a message: one, a list, or a list under a name that sources use.
pub fn orders(text: &str) -> Result<Vec<Value>, FileRefused> {
    let broken = |error: serde_json::Error| FileRefused::JsonBroken {
        line: error.line(),
        column: error.column(),
        what: error.to_string().split(" at line").next().unwrap_or_default().to_owned(),
    };
    let orders = match serde_json::from_str(text).map_err(broken)? {
        Value::Array(all) => all,
        Value::Object(mut one) => {
            let list = ["orders", "preOrders", "data", "items"]
                .into_iter()
                .find(|key| one.get(*key).is_some_and(Value::is_array));
            match list.and_then(|key| one.remove(key)) {
                Some(Value::Array(all)) => all,
                _ => vec![Value::Object(one)],
            }
        }
        _ => return Err(FileRefused::NotOrders("neither an order nor a list of orders")),
    };
    if orders.len() > ROW_LIMIT { Err(FileRefused::TooManyRows) } else { Ok(orders) }
}

/// A text or number as text; `None` where it says nothing.
pub fn said(value: &Value, key: &str) -> Option<String> {
    let text = match value.get(key)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    cell::clean(&text).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The first of these keys that says something.
pub fn any(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| said(value, key))
}

/// A time; without an offset it is of `zone`.
pub fn time(
    value: &Value,
    keys: &[&str],
    field: &'static str,
    zone: Tz,
) -> Result<Option<At>, Refusal> {
    let Some(text) = any(value, keys) else { return Ok(None) };
    // ISO 8601 may leave the seconds out.
    if let Ok(at) = DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M%:z") {
        return Ok(Some(At(at.timestamp_millis())));
    }
    cell::time(&text, zone).map_err(|_| bad_time(field, &text))
}

/// A time of a source that writes UTC without saying so.
pub fn utc(value: &Value, key: &str, field: &'static str) -> Result<Option<At>, Refusal> {
    let Some(text) = said(value, key) else { return Ok(None) };
    let exact = DateTime::parse_from_rfc3339(&text).map(|at| at.with_timezone(&Utc));
    let plain = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").map(|at| at.and_utc());
    let at = exact.or_else(|_| plain()).map_err(|_| bad_time(field, &text))?;
    Ok(Some(At(at.timestamp_millis())))
}

fn bad_time(field: &'static str, text: &str) -> Refusal {
    let refusal =
        Refusal::new(field, "bad_time", "This is not a time such as 2026-11-27T16:30-08:00.");
    Refusal { value: Some(text.chars().take(80).collect()), ..refusal }
}

/// The lines of an order, each with its name, SKU and quantity under the first of these keys.
pub fn lines(
    order: &Value,
    lists: &[&str],
    names: &[&str],
    skus: &[&str],
    quantities: &[&str],
) -> Result<Vec<LineSaid>, Refusal> {
    let list = lists.iter().find_map(|key| order.get(*key)?.as_array());
    list.into_iter().flatten().map(|line| self::line(line, names, skus, quantities)).collect()
}

fn line(
    line: &Value,
    names: &[&str],
    skus: &[&str],
    quantities: &[&str],
) -> Result<LineSaid, Refusal> {
    let sku = any(line, skus);
    let item = any(line, names).or_else(|| sku.clone());
    let item = item.ok_or_else(|| Refusal::new("item", "missing", "A line names no item."))?;
    let text = any(line, quantities).unwrap_or_default();
    quantity(&text).map(|quantity| LineSaid { item, sku, quantity })
}

/// A quantity above zero.
pub fn quantity(text: &str) -> Result<crate::domain::quantity::Amount, Refusal> {
    let wrong = |reason: String| Refusal {
        field: "quantity",
        value: Some(text.chars().take(80).collect()),
        reason,
        code: "bad_quantity",
    };
    let amount = cell::number(text).map_err(|reason| wrong(reason.to_string()))?;
    if amount.is_positive() {
        Ok(amount)
    } else {
        Err(wrong("A quantity must be above zero.".into()))
    }
}
