//! Jane's cart webhook: `{"cart": {...}}`. Its times carry no offset and are UTC. The published example holds
//! no products; upstream lists them under `products`.

use serde_json::Value;

use super::{OrderSaid, Refusal, json};
use crate::domain::order::{OrderWay, masked_phone, short_name};

pub fn order(value: &Value) -> Result<OrderSaid, Refusal> {
    let cart = value.get("cart").unwrap_or(value);
    let name = json::said(cart, "customer_name").unwrap_or_default();
    let (first, last) = name.rsplit_once(' ').unwrap_or((&name, ""));
    let short = short_name(first, last);
    let status = json::said(cart, "status").unwrap_or_default().to_ascii_lowercase();
    let external = json::any(cart, &["uuid", "id"]).unwrap_or_default();
    let way = match json::said(cart, "reservation_mode").unwrap_or_default().as_str() {
        "delivery" => OrderWay::Delivery,
        "curbside" => OrderWay::Curbside,
        _ => OrderWay::Pickup,
    };
    Ok(OrderSaid {
        number: json::any(cart, &["queue_number", "id"]),
        external,
        customer: Some(short).filter(|text| !text.is_empty()),
        phone: json::said(cart, "customer_phone_number").and_then(|phone| masked_phone(&phone)),
        way,
        window_from: json::utc(cart, "reservation_start_window", "window")?,
        window_to: json::utc(cart, "reservation_end_window", "window")?,
        placed: json::utc(cart, "checked_out_time", "placed")?,
        cancelled: ["cancelled", "canceled", "dismissed", "rejected"].contains(&status.as_str()),
        done: ["finished", "finished_without_review", "completed"].contains(&status.as_str()),
        lines: json::lines(
            cart,
            &["products", "cart_products"],
            &["name", "product_name"],
            &["sku", "pos_product_id", "external_id"],
            &["count", "quantity"],
        )?,
    })
}
