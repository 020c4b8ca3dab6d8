//! Weedmaps' order callback (online order service, 2024-01): `orderId`, `status`, `customer`, `lineItems`.
//! `externalId` of a line is the till's own id of the item.

use chrono_tz::Tz;
use serde_json::Value;

use super::{OrderSaid, Refusal, json};
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
        lines: json::lines(value, &["lineItems"], &["name"], &["externalId"], &["quantity"])?,
    })
}
