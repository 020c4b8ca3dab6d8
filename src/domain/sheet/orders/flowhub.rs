//! Flowhub: orders of a location (`itemsInCart`, `orderStatus`) and order-ahead requests (`orderItems`).

use chrono_tz::Tz;
use serde_json::Value;

use super::{OrderSaid, Refusal, json};
use crate::domain::order::{OrderWay, masked_phone, short_name};

pub fn order(value: &Value, zone: Tz) -> Result<OrderSaid, Refusal> {
    let customer = value.get("customer").unwrap_or(&Value::Null);
    let short = match json::any(value, &["fullName", "name"]) {
        Some(name) => {
            let (first, last) = name.rsplit_once(' ').unwrap_or((&name, ""));
            short_name(first, last)
        }
        None => short_name(
            &json::said(customer, "firstName").unwrap_or_default(),
            &json::said(customer, "lastName").unwrap_or_default(),
        ),
    };
    let status = json::said(value, "orderStatus").unwrap_or_default().to_ascii_lowercase();
    let voided = value.get("voided").and_then(Value::as_bool).unwrap_or(false);
    let external = json::any(value, &["orderId", "externalId", "id"]).unwrap_or_default();
    let way = match json::said(value, "orderType").unwrap_or_default().as_str() {
        "delivery" => OrderWay::Delivery,
        "curbside" => OrderWay::Curbside,
        _ => OrderWay::Pickup,
    };
    let over = ["deleted", "unabletocomplete", "unabletoverify"];
    Ok(OrderSaid {
        number: json::any(value, &["orderNumber", "orderId", "externalId", "id"]),
        external,
        customer: Some(short).filter(|text| !text.is_empty()),
        phone: json::said(customer, "phone").and_then(|phone| masked_phone(&phone)),
        way,
        window_from: json::time(value, &["pickupStartTime", "scheduledAt"], "window", zone)?,
        window_to: json::time(value, &["pickupEndTime"], "window", zone)?,
        placed: json::time(value, &["createdAt", "externalCreatedAt"], "placed", zone)?,
        cancelled: voided || over.contains(&status.as_str()),
        done: status == "sold" || status == "delivered",
        lines: json::lines(
            value,
            &["itemsInCart", "orderItems"],
            &["productName", "name"],
            &["sku", "variantId", "productId"],
            &["quantity", "quantityPurchased"],
        )?,
    })
}
