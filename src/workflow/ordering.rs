//! Online orders as they come in: what a source says becomes an order with its lines matched and its stock
//! promised. Picking, packing and handing over are not here. Of a customer only what the work needs is kept,
//! shown to whoever does it, and forgotten in time.

mod alike;
mod enter;
mod forget;
mod intake;
mod items;
mod lines;
mod matching;
pub mod promise;
mod said;
mod source;
mod times;
mod view;

use serde::{Deserialize, Serialize};

use super::refs::{PackageRef, PlaceRef, ProductRef, UserRef};
use crate::domain::id::{
    CaseId, DocumentId, OrderId, OrderLineId, OrderSourceId, PickId, PickLineId, ProductId,
};
use crate::domain::order::{IdType, OrderState, OrderWay, OrderWhy, PackCheck};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::role::{Permission, Role};
use crate::domain::time::At;
use crate::store::{SqlError, StoreError};

pub use enter::{BY_HAND, enter};
pub use forget::purge;
pub use intake::{AT_ONCE, Intake, OrdersTaken};
pub use items::{SourceItem, SourceItems, forget as forget_item, list as source_items};
pub use matching::{LineMatch, MatchInput, leave_out, say as match_lines};
pub(super) use said::begin_anew;
pub use said::{AskedInput, decide_asked};
pub use source::{
    OrderProof, OrderSource, OrderSourceInput, OrderSources, Proven, add as add_source,
    edit as edit_source, get as source, list as sources, proven, set_secret,
};
pub use times::{DAYS as TIMES_DAYS, times};
pub use view::{Wanted, code_of, customers, get, list};

/// Where an order came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SourceRef {
    pub id: OrderSourceId,
    pub name: String,
}

/// An order as lists show it; `units` in the products' units, added up.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the screen")]
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderRow {
    pub id: OrderId,
    pub code: String,
    pub source: SourceRef,
    pub state: OrderState,
    pub way: OrderWay,
    /// The number its customer knows it by; nothing for whoever does not work on orders.
    pub number: Option<String>,
    /// First name and last initial: in lists only where somebody at the counter looks for one.
    pub customer: Option<String>,
    pub window_from: Option<At>,
    pub window_to: Option<At>,
    pub received: At,
    pub line_count: usize,
    pub units: Amount,
    /// Some of it is not promised, and there is nothing to promise.
    pub short: bool,
    /// Lines that are not known to be a product.
    pub unmatched: usize,
    /// Its source changed it while it is worked on: a person decides.
    pub asked: bool,
    /// Its window began and it is not packed, or ended.
    pub late: bool,
    /// It waits on its shelf for long.
    pub aging: bool,
    pub pick: Option<PickId>,
    pub picker: Option<UserRef>,
    pub tote: Option<PlaceRef>,
    pub shelf: Option<PlaceRef>,
    pub why: Option<OrderWhy>,
    pub picking_at: Option<At>,
    pub picked_at: Option<At>,
    pub packed_at: Option<At>,
    pub staged_at: Option<At>,
    pub handed_at: Option<At>,
    pub ended_at: Option<At>,
    /// Handed over, and the sale has not come from the POS yet.
    pub awaiting_sale: bool,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Orders {
    pub now: At,
    pub orders: Vec<OrderRow>,
}

/// What of a package was planned or taken for an order's line; counts in the product's unit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderItem {
    pub line: PickLineId,
    pub package: PackageRef,
    /// What one unit of the product is in the package's unit.
    pub each: Amount,
    pub picked: Quantity,
    pub picked_count: Amount,
    pub verified: Quantity,
    pub verified_count: Amount,
    pub put_back_count: Amount,
    /// The bin it came from.
    pub from: PlaceRef,
    /// GTIN-14.
    pub gtins: Vec<String>,
}

/// What may go into the bag instead: of the same category and about its size and price.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderSubstitute {
    pub product: ProductRef,
    pub brand: Option<String>,
    /// In the product's unit, free of promises.
    pub free: Amount,
    pub price_cents: Option<i64>,
}

/// One line of an order; amounts in the product's unit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderLine {
    pub id: OrderLineId,
    pub n: i64,
    /// As the source names it.
    pub item: String,
    pub sku: Option<String>,
    /// Nothing until it is matched.
    pub product: Option<ProductRef>,
    /// What was ordered, where it is another.
    pub wanted: Option<ProductRef>,
    pub ordered: Amount,
    /// What is to be given; nothing of a line that was left out.
    pub amount: Amount,
    /// Promised and not planned by a pick yet.
    pub promised: Amount,
    pub planned: Amount,
    pub picked: Amount,
    /// What there is no stock for until it is picked, and what is missing of it at the pack bench.
    pub short: Amount,
    /// Of a line that may be matched, or matched again: the products most alike, the best first.
    pub candidates: Vec<ProductRef>,
    /// Of a line that is short.
    pub substitutes: Vec<OrderSubstitute>,
    pub items: Vec<OrderItem>,
}

/// A check and what asks for it: a citation, or "house rule".
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CheckCite {
    pub check: PackCheck,
    pub cite: String,
}

/// What a source says of an order that is being worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderAsked {
    pub lines: Vec<AskedLine>,
    pub window_from: Option<At>,
    pub window_to: Option<At>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AskedLine {
    pub item: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    pub quantity: Amount,
}

/// One order, whole.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Order {
    #[serde(flatten)]
    pub row: OrderRow,
    /// The last four digits.
    pub phone: Option<String>,
    /// When its customer ordered, as far as the source says.
    pub placed: Option<At>,
    /// When it could first be picked: every line of it was known.
    pub accepted: Option<At>,
    pub lines: Vec<OrderLine>,
    /// What the packer ticks.
    pub checks: Vec<CheckCite>,
    pub ticked: Vec<PackCheck>,
    /// Whether a picture of the open bag is taken.
    pub photo_wanted: bool,
    pub photos: Vec<DocumentId>,
    pub bags: i64,
    pub packed_by: Option<UserRef>,
    pub handed_by: Option<UserRef>,
    pub id_type: Option<IdType>,
    /// What its source changed meanwhile.
    #[serde(rename = "asked_for")]
    pub wish: Option<OrderAsked>,
    /// What was written when it was called off; told with the customer's name only.
    pub cancel_note: Option<String>,
    /// What keeps what comes back of it from being sold again: a citation, or "house rule". Then it goes to
    /// quarantine; else back into a bin.
    pub kept_from_resale: Option<String>,
    pub case: Option<CaseId>,
    /// What was kept of its customer is gone.
    pub purged: bool,
    pub version: i64,
}

/// The day in hours: how many orders came, and how long they took.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderTimes {
    pub hours: Vec<OrderHour>,
    pub pick_target_min: i64,
    pub pack_target_min: i64,
    pub days: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OrderHour {
    /// 0 to 23, in the store's zone.
    pub hour: u32,
    pub orders: usize,
    /// From the walk's start to its end, minutes.
    pub pick_median_min: Option<i64>,
    /// From the walk's end to the closed bag, minutes.
    pub pack_median_min: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderLineInput {
    pub product: ProductId,
    /// In the product's unit.
    pub quantity: Amount,
}

/// An order taken by phone or at the door. Of the name an initial and of the phone four digits are kept.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderInput {
    #[serde(default)]
    pub number: Option<String>,
    pub customer_first: String,
    #[serde(default)]
    pub customer_last: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    pub way: OrderWay,
    #[serde(default)]
    pub window_from: Option<At>,
    #[serde(default)]
    pub window_to: Option<At>,
    pub lines: Vec<OrderLineInput>,
}

/// Without the customer.
impl std::fmt::Debug for OrderInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrderInput").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

/// How much of an order's customer somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Nothing: what is recorded, what a wall shows, and whoever only looks.
    Goods,
    /// Number, name and phone: whoever works on it.
    Customer,
}

impl Sight {
    #[must_use]
    pub fn of(role: Option<Role>) -> Self {
        let work = [Permission::WorkOrders, Permission::Pick, Permission::HandOver];
        let works = role.is_some_and(|role| work.iter().any(|one| role.may(*one)));
        if works { Self::Customer } else { Self::Goods }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("the order is {}", state.word())]
    Closed { state: OrderState },
    #[error("nothing is ordered")]
    NothingOrdered,
    #[error("the window ends before it begins")]
    WindowWrong,
    #[error("line {line}: there is no such product")]
    UnknownProduct { line: usize },
    #[error("the product was chosen here, by no source")]
    ChosenHere,
    #[error("nothing is asked")]
    NothingAsked,
    #[error("somebody else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("this name is used already")]
    NameTaken { field: &'static str },
    #[error("the source is closed")]
    SourceClosed,
    #[error(transparent)]
    Fulfil(Box<super::fulfilling::FulfilError>),
    #[error("{field}: {why}")]
    Invalid { field: String, why: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<super::fulfilling::FulfilError> for OrderError {
    fn from(error: super::fulfilling::FulfilError) -> Self {
        Self::Fulfil(Box::new(error))
    }
}

impl From<SqlError> for OrderError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}
