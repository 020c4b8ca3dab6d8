//! The orders of a walk by the slots of its cart, for the slip that its picker carries. Only reads.

use std::collections::BTreeMap;

use crate::domain::id::{PickId, PickLineId};
use crate::domain::order::OrderWay;
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, named_params};

/// What stands on the cart; nothing of a restock.
#[derive(Clone, Debug, Default)]
pub struct Cart {
    /// By slot. An order that left the walk is not on it any more.
    pub orders: Vec<CartOrder>,
    /// Which slot each line goes into.
    pub slots: BTreeMap<PickLineId, u32>,
}

/// One slot and whose it is. Of the customer, what is still kept.
#[derive(Clone, Debug)]
pub struct CartOrder {
    pub slot: u32,
    pub number: Option<String>,
    pub customer: Option<String>,
    pub way: OrderWay,
    pub window_from: Option<At>,
    pub window_to: Option<At>,
    pub tote: Option<String>,
}

/// The cart of a pick.
pub fn get(db: &Db<'_>, pick: PickId) -> Result<Cart, SqlError> {
    let orders = db.all(
        "SELECT slot, number, customer, way, window_from, window_to, place.name AS tote
         FROM pick_order JOIN online_order ON online_order.id = order_id
           LEFT JOIN place ON place.id = pick_order.tote_id
         WHERE pick_id = :pick AND left_at IS NULL ORDER BY slot",
        named_params! { ":pick": pick.0 },
        order,
    )?;
    let slots = db.all(
        "SELECT pick_line.id, slot
         FROM pick_line JOIN order_line ON order_line.id = order_line_id
           JOIN pick_order ON pick_order.pick_id = pick_line.pick_id
             AND pick_order.order_id = order_line.order_id
         WHERE pick_line.pick_id = :pick AND left_at IS NULL",
        named_params! { ":pick": pick.0 },
        |row| Ok((PickLineId(row.get(0)?), number(row.get(1)?))),
    )?;
    Ok(Cart { orders, slots: slots.into_iter().collect() })
}

fn order(row: &Row<'_>) -> Result<CartOrder, SqlError> {
    let way: String = row.get("way")?;
    let at = |column: &str| row.get::<_, Option<i64>>(column).map(|at| at.map(At));
    Ok(CartOrder {
        slot: number(row.get("slot")?),
        number: row.get("number")?,
        customer: row.get("customer")?,
        // The schema holds no other words.
        way: OrderWay::parse(&way).unwrap_or(OrderWay::Pickup),
        window_from: at("window_from")?,
        window_to: at("window_to")?,
        tote: row.get("tote")?,
    })
}

/// The schema's slots are 1 to 20.
fn number(slot: i64) -> u32 {
    u32::try_from(slot).unwrap_or(0)
}
