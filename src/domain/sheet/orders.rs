//! Online orders as their sources send them: Weedmaps, Jane, Dutchie, Flowhub, our own JSON, and CSV. Gives
//! what each order says, or why it is refused; one bad order never hides the others. Of a customer only what
//! may be kept leaves here: first name and initial, the phone's last four digits. Looks nothing up.

mod csv;
mod flowhub;
mod jane;
mod json;
mod own;
#[cfg(test)]
mod tests;
mod weedmaps;

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{FileRefused, Note, text};
use crate::domain::order::OrderWay;
use crate::domain::quantity::Amount;
use crate::domain::time::At;

/// Orders of one file, and lines of one order, at the most.
pub const ORDERS: usize = 2_000;
pub const LINES: usize = 100;
/// Characters of a source's id, of an order's number, and of an item's name.
const ID: usize = 120;
const NUMBER: usize = 40;
const ITEM: usize = 200;

/// How a source writes its orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderFormat {
    /// Our own JSON.
    Backstock,
    /// The order callback of Weedmaps.
    Weedmaps,
    /// The cart webhook of Jane.
    Jane,
    /// The pre-order status of Dutchie's POS.
    Dutchie,
    /// Flowhub's orders and order-ahead requests.
    Flowhub,
    Csv,
}

impl OrderFormat {
    pub const ALL: [Self; 6] =
        [Self::Backstock, Self::Weedmaps, Self::Jane, Self::Dutchie, Self::Flowhub, Self::Csv];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Backstock => "backstock",
            Self::Weedmaps => "weedmaps",
            Self::Jane => "jane",
            Self::Dutchie => "dutchie",
            Self::Flowhub => "flowhub",
            Self::Csv => "csv",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// What a source says of one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSaid {
    /// The source's own id; customer data, of which only the hash is kept.
    pub external: String,
    pub number: Option<String>,
    /// "Maria G."
    pub customer: Option<String>,
    /// "•••• 4821"
    pub phone: Option<String>,
    pub way: OrderWay,
    pub window_from: Option<At>,
    pub window_to: Option<At>,
    pub placed: Option<At>,
    pub cancelled: bool,
    /// The source says that it was sold.
    pub done: bool,
    pub lines: Vec<LineSaid>,
}

/// One line of an order; the quantity in the product's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineSaid {
    pub item: String,
    pub sku: Option<String>,
    pub quantity: Amount,
}

impl OrderSaid {
    /// SHA-256 of the source's id. Whoever has it can guess the id: it stands only beside the order's number, and
    /// is sealed when that is forgotten.
    #[must_use]
    pub fn external_hash(&self) -> [u8; 32] {
        Sha256::digest(self.external.as_bytes()).into()
    }

    /// SHA-256 of all that it says: the same again hashes the same. Gone with the customer.
    #[must_use]
    pub fn said_hash(&self) -> [u8; 32] {
        Sha256::digest(serde_json::to_vec(self).unwrap_or_default()).into()
    }
}

/// What a file or a message held.
#[derive(Clone, Debug)]
pub struct OrdersRead {
    pub orders: Vec<OrderSaid>,
    /// In the file's order.
    pub refused: Vec<OrderRefused>,
    pub notes: Vec<Note>,
}

/// Why an order is refused. Never holds a value of the customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OrderRefused {
    /// The order's place in the message, or the line of the file; from 1.
    pub row: u64,
    pub field: Option<String>,
    pub value: Option<String>,
    pub reason: String,
    /// A stable word for programs.
    pub code: &'static str,
}

/// Why an order is refused, before its row is known.
struct Refusal {
    field: &'static str,
    value: Option<String>,
    reason: String,
    code: &'static str,
}

impl Refusal {
    fn new(field: &'static str, code: &'static str, reason: impl Into<String>) -> Self {
        Self { field, value: None, reason: reason.into(), code }
    }

    fn at(self, row: u64) -> OrderRefused {
        let Self { field, value, reason, code } = self;
        OrderRefused { row, field: Some(field.into()), value, reason, code }
    }
}

/// An order and its row.
type AtRow = (u64, Result<OrderSaid, Refusal>);

/// Reads what a source sent. Times without an offset are of the store's `zone`.
///
/// # Errors
/// Where it is not the format at all; what is wrong with one order is in `refused`.
pub fn read(format: OrderFormat, bytes: &[u8], zone: Tz) -> Result<OrdersRead, FileRefused> {
    let (mut refused, mut notes) = (Vec::new(), Vec::new());
    let text = text::decode(bytes, &mut notes)?;
    let orders: Vec<AtRow> = if format == OrderFormat::Csv {
        csv::read(&text, zone, &mut refused)?
    } else {
        let orders = (1..).zip(json::orders(&text)?);
        orders.map(|(row, order)| (row, said(format, &order, zone))).collect()
    };
    let mut believed = Vec::with_capacity(orders.len());
    for (row, said) in orders {
        match said.and_then(check) {
            Ok(said) => believed.push((row, said)),
            Err(refusal) => refused.push(refusal.at(row)),
        }
    }
    let orders = once(believed, &mut refused);
    refused.sort_by_key(|one| one.row);
    Ok(OrdersRead { orders, refused, notes })
}

/// What one order says in its source's JSON.
fn said(format: OrderFormat, order: &Value, zone: Tz) -> Result<OrderSaid, Refusal> {
    match format {
        OrderFormat::Weedmaps => weedmaps::order(order, zone),
        OrderFormat::Jane => jane::order(order),
        OrderFormat::Flowhub => flowhub::order(order, zone),
        OrderFormat::Dutchie => own::dutchie(order, zone),
        OrderFormat::Backstock | OrderFormat::Csv => own::order(order, zone),
    }
}

/// What every order must hold, whoever sent it.
fn check(said: OrderSaid) -> Result<OrderSaid, Refusal> {
    let long = |text: &str, most: usize| text.chars().count() > most;
    if said.external.is_empty() {
        return Err(Refusal::new("id", "order_without_id", "The order has no id to know it by."));
    }
    if long(&said.external, ID) || said.number.as_deref().is_some_and(|text| long(text, NUMBER)) {
        return Err(Refusal::new("id", "too_long", "The order's id or number is too long."));
    }
    if said.cancelled || said.done {
        return Ok(said);
    }
    if said.lines.is_empty() {
        let reason = "The order has no lines: there is nothing to pick.";
        return Err(Refusal::new("lines", "order_without_lines", reason));
    }
    if said.lines.len() > LINES {
        let reason = format!("The order has more than {LINES} lines.");
        return Err(Refusal::new("lines", "too_many_lines", reason));
    }
    if let Some(line) = said.lines.iter().find(|line| long(&line.item, ITEM)) {
        let refusal = Refusal::new("item", "too_long", "An item's name is too long.");
        return Err(Refusal { value: Some(line.item.chars().take(80).collect()), ..refusal });
    }
    if said.lines.iter().any(|line| line.sku.as_deref().is_some_and(|sku| long(sku, ITEM))) {
        return Err(Refusal::new("sku", "too_long", "A line's SKU is too long."));
    }
    if said.window_from.zip(said.window_to).is_some_and(|(from, to)| to < from) {
        return Err(Refusal::new("window", "window_wrong", "The window ends before it begins."));
    }
    Ok(said)
}

/// An order that stands twice in one file counts once where both say the same; else neither is believed.
fn once(orders: Vec<(u64, OrderSaid)>, refused: &mut Vec<OrderRefused>) -> Vec<OrderSaid> {
    let mut first: HashMap<&str, &OrderSaid> = HashMap::new();
    let mut torn: HashSet<String> = HashSet::new();
    for (_, said) in &orders {
        if *first.entry(&said.external).or_insert(said) != said {
            torn.insert(said.external.clone());
        }
    }
    let mut seen: HashSet<String> = HashSet::new();
    let mut kept = Vec::with_capacity(first.len());
    for (row, said) in orders {
        if torn.contains(&said.external) {
            let reason =
                "The same order stands here twice and says different things. Which is right?";
            refused.push(Refusal::new("id", "contradicts", reason).at(row));
        } else if seen.insert(said.external.clone()) {
            kept.push((row, said));
        }
    }
    if let Some((row, _)) = kept.get(ORDERS) {
        let reason =
            format!("Only the first {ORDERS} orders are taken. Send the rest on their own.");
        refused.push(Refusal::new("orders", "too_many_orders", reason).at(*row));
    }
    kept.into_iter().take(ORDERS).map(|(_, said)| said).collect()
}
