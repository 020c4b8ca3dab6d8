//! What is in the bags of an order, for the label outside of them. Only reads.

use crate::domain::id::OrderId;
use crate::domain::order::{OrderState, OrderWay, PackCheck};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, named_params};
use crate::workflow::refs;

/// An order as its label has it. Of the customer, what is still kept.
#[derive(Clone, Debug)]
pub struct BagFacts {
    pub state: OrderState,
    pub code: String,
    pub number: Option<String>,
    pub customer: Option<String>,
    pub way: OrderWay,
    pub window_from: Option<At>,
    pub window_to: Option<At>,
    pub bags: u32,
    pub packed_by: Option<String>,
    pub packed_at: Option<At>,
    pub ticked: Vec<PackCheck>,
    /// In the order of its lines.
    pub items: Vec<BaggedItem>,
}

/// What is in the bags of one package.
#[derive(Clone, Debug)]
pub struct BaggedItem {
    pub product: String,
    pub tag: String,
    /// In the product's unit.
    pub quantity: Quantity,
}

/// An order's bags, whatever its state.
pub fn get(db: &Db<'_>, id: OrderId) -> Result<Option<BagFacts>, SqlError> {
    let found = db.maybe(
        "SELECT state, online_order.code, number, customer, way, window_from, window_to, bags,
                user.name AS packer, packed_at
         FROM online_order LEFT JOIN user ON user.id = packed_by WHERE online_order.id = :id",
        named_params! { ":id": id.0 },
        facts,
    )?;
    let Some(mut facts) = found else { return Ok(None) };
    facts.ticked = db
        .all(
            "SELECT \"check\" FROM order_check WHERE order_id = :id ORDER BY \"check\"",
            named_params! { ":id": id.0 },
            |row| row.get::<_, String>(0),
        )?
        .iter()
        .filter_map(|word| PackCheck::parse(word))
        .collect();
    facts.items = db.all(
        "SELECT package.id, tag, batch, expires, package.unit AS package_unit, package.product_id, product.sku,
                name, product.unit AS product_unit, content, sum(verified - put_back) AS inside
         FROM order_line JOIN pick_line ON pick_line.order_line_id = order_line.id
           JOIN package ON package.id = package_id JOIN product ON product.id = package.product_id
         WHERE order_id = :id AND verified > put_back
         GROUP BY order_line.id, package.id ORDER BY order_line.n, min(pick_line.id)",
        named_params! { ":id": id.0 },
        item,
    )?;
    Ok(Some(facts))
}

fn facts(row: &Row<'_>) -> Result<BagFacts, SqlError> {
    let at = |column: &str| row.get::<_, Option<i64>>(column).map(|at| at.map(At));
    let (state, way): (String, String) = (row.get("state")?, row.get("way")?);
    Ok(BagFacts {
        // The schema holds no other words.
        state: OrderState::parse(&state).unwrap_or(OrderState::Ended),
        way: OrderWay::parse(&way).unwrap_or(OrderWay::Pickup),
        code: row.get("code")?,
        number: row.get("number")?,
        customer: row.get("customer")?,
        window_from: at("window_from")?,
        window_to: at("window_to")?,
        bags: u32::try_from(row.get::<_, i64>("bags")?).unwrap_or(1),
        packed_by: row.get("packer")?,
        packed_at: at("packed_at")?,
        ticked: Vec::new(),
        items: Vec::new(),
    })
}

fn item(row: &Row<'_>) -> Result<BaggedItem, SqlError> {
    let package = refs::package_row(row)?;
    let inside = package.count(Amount::from_raw(row.get("inside")?));
    let product = package.reference.product;
    let quantity = Quantity::new(inside, product.unit);
    Ok(BaggedItem { product: product.name, tag: package.reference.tag, quantity })
}
