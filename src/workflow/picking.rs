//! Picking: claim a request or walk for orders, plan lots first-in-first-out, take them by scan into a tote.
//! A request's tote is handed over and confirmed in on the floor; an order's goes to the pack bench. Each
//! accepted scan is a movement; nothing else moves stock.

mod claim;
mod custody;
mod decide;
mod plan;
mod receipt;
mod refusal;
mod short;
mod take;
mod view;
mod walk;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::moving::Moved;
use super::refs::{PackageRef, PlaceRef, ProductRef, UserRef};
use super::restock::Request;
use super::stock::LastOut;
use crate::domain::id::{
    CaseId, OrderId, OrderLineId, PackageId, PickId, PickLineId, PlaceId, ProductId, TaskId, UserId,
};
use crate::domain::order::OrderWay;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::stock::BlockReason;
use crate::domain::time::At;

pub use claim::{assign, claim, release};
pub use custody::{handover, late, set_tote};
pub use decide::decide;
pub use plan::promised;
pub use receipt::receive;
pub use refusal::PickError;
pub use short::short;
pub use take::{take, undo_take};
pub use view::{get, list, shortages};
pub use walk::{fetch, finish, shorts, start};
pub(in crate::workflow) use walk::{leave, leave_finished};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PickKind {
    /// For a restock request.
    Restock,
    /// A walk for one or more online orders.
    Order,
}

impl PickKind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Restock => "restock",
            Self::Order => "order",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Restock, Self::Order].into_iter().find(|kind| kind.word() == word)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PickState {
    Picking,
    InTransit,
    Done,
    Cancelled,
}

impl PickState {
    pub const ALL: [Self; 4] = [Self::Picking, Self::InTransit, Self::Done, Self::Cancelled];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Picking => "picking",
            Self::InTransit => "in_transit",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    ToPick,
    Picked,
    Short,
}

impl LineState {
    pub const ALL: [Self; 3] = [Self::ToPick, Self::Picked, Self::Short];

    pub const fn word(self) -> &'static str {
        match self {
            Self::ToPick => "to_pick",
            Self::Picked => "picked",
            Self::Short => "short",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Why a line could not be picked whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShortReason {
    EmptyBin,
    NotFound,
    Damaged,
    Other,
}

impl ShortReason {
    pub const fn word(self) -> &'static str {
        match self {
            Self::EmptyBin => "empty_bin",
            Self::NotFound => "not_found",
            Self::Damaged => "damaged",
            Self::Other => "other",
        }
    }
}

/// One lot to take from one bin; `planned` and `picked` in the package's unit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PickLine {
    pub id: PickLineId,
    /// Its number on the slip, in walking order.
    pub n: usize,
    pub package: PackageRef,
    pub bin: PlaceRef,
    pub area: Option<String>,
    pub planned: Quantity,
    pub picked: Quantity,
    /// `planned` in the product's unit.
    pub planned_count: Amount,
    /// `picked` in the product's unit.
    pub picked_count: Amount,
    /// One unit of the product in the package's unit: 1 where both are the same.
    pub each: Amount,
    pub state: LineState,
    pub received: Option<Quantity>,
    pub short_reason: Option<String>,
    /// GTIN-14 of the product, for counting units by scan.
    pub gtins: Vec<String>,
    /// The order it is for, and its slot of the walk; nothing for a restock.
    pub order: Option<OrderId>,
    pub slot: Option<i64>,
}

/// An order of a walk.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PickOrder {
    pub order: OrderId,
    /// The code on its label.
    pub code: String,
    /// The source's number; nothing once customer data is gone.
    pub number: Option<String>,
    /// Where it stands in the walk: 1 to 20.
    pub slot: i64,
    pub way: OrderWay,
    pub window_from: Option<At>,
    pub window_to: Option<At>,
    pub tote: Option<PlaceRef>,
    /// It was cancelled or given back in the middle, or is picked anew since: nothing more is picked for it here.
    pub left: bool,
    /// What could not be planned and waits for a decision.
    pub shorts: Vec<PickShort>,
}

/// What is missing of an order's line, in the product's unit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PickShort {
    pub line: OrderLineId,
    pub product: ProductRef,
    pub wanted: Amount,
    pub short: Amount,
}

/// Why some of a product could not be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum ShortageCause {
    Blocked(BlockReason),
    Stock(StockCause),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockCause {
    /// Promised to another pick.
    Reserved,
    /// In a bin that waits to be counted.
    ToCount,
    OnlyOnFloor,
    NoneInStore,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ShortageReason {
    pub reason: ShortageCause,
    /// In the product's unit.
    pub quantity: Amount,
}

/// What a pick could not plan; amounts in the product's unit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Shortage {
    pub product: ProductRef,
    pub wanted: Amount,
    pub planned: Amount,
    pub reasons: Vec<ShortageReason>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Pick {
    pub id: PickId,
    pub code: String,
    pub kind: PickKind,
    /// What a restock serves.
    pub request: Option<Request>,
    /// What a walk serves, by slot.
    pub orders: Vec<PickOrder>,
    pub state: PickState,
    pub picker: Option<UserRef>,
    pub tote: Option<PlaceRef>,
    pub carrier: Option<UserRef>,
    pub to: Option<UserRef>,
    pub lines: Vec<PickLine>,
    pub shortages: Vec<Shortage>,
    pub created: At,
    pub handed_at: Option<At>,
    pub due: Option<At>,
    pub done_at: Option<At>,
    pub version: i64,
}

impl Pick {
    /// The next line to pick, in walking order.
    pub fn next(&self) -> Option<&PickLine> {
        self.lines.iter().find(|line| line.state == LineState::ToPick)
    }

    /// The restock's request; a walk has none.
    fn restock(&self) -> Result<&Request, PickError> {
        self.request.as_ref().ok_or(PickError::WrongKind { kind: self.kind })
    }

    /// The tote that a line is put into: its order's, or the one of the restock.
    fn tote_of(&self, line: &PickLine) -> Option<&PlaceRef> {
        match line.order {
            Some(order) => self.orders.iter().find(|one| one.order == order)?.tote.as_ref(),
            None => self.tote.as_ref(),
        }
    }
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Picks {
    pub picks: Vec<Pick>,
}

/// Take an amount of a package from a bin into the pick's tote.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeInput {
    pub bin: PlaceId,
    pub package: PackageId,
    /// In the package's unit.
    pub quantity: Quantity,
    /// What the scanner read; at most 512 characters.
    pub scanned: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<PickLineId>,
    /// The token of an approval for `fifo_override` of "pick:ID", with `reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Taken {
    pub pick: Pick,
    pub line: PickLineId,
    pub moved: Moved,
}

/// Say that a line cannot be picked whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShortInput {
    pub line: PickLineId,
    pub reason: ShortReason,
    /// What was seen in the bin, in the product's unit.
    pub found: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Shorted {
    pub pick: Pick,
    /// The count task opened for the bin.
    pub task: TaskId,
    /// The next lot that was planned instead.
    pub next: Option<PickLine>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToteInput {
    pub tote: PlaceId,
    /// Of a walk: for which order; the first slot without one where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
}

/// Walk for these orders.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WalkInput {
    /// 1 to 20, all of them waiting.
    pub orders: Vec<OrderId>,
}

/// What to do about what is missing of an order's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShortDecision {
    /// Give another product for what is missing.
    Substitute,
    /// Give what there is.
    Partial,
    /// Leave the line out; what was picked of it stays in the bag.
    Drop,
    /// Wait for stock: the order leaves the walk, if nothing of it was taken.
    Wait,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionInput {
    pub how: ShortDecision,
    /// The product to give instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverInput {
    /// To whom the tote travels; the requester where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UserId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PickAssignInput {
    /// A person who may pick.
    pub user: UserId,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptLineInput {
    pub line: PickLineId,
    /// What arrived, in the product's unit.
    pub counted: Amount,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptInput {
    pub station: PlaceId,
    /// Every picked line of the tote.
    pub lines: Vec<ReceiptLineInput>,
    /// The tote's code as it was scanned.
    pub tote_scanned: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReceiptCase {
    pub id: CaseId,
    pub code: String,
    pub line: PickLineId,
    /// Counted less picked, in the product's unit.
    pub difference: Amount,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Receipt {
    pub pick: Pick,
    pub cases: Vec<ReceiptCase>,
}

/// Stock was not where the plan had it: who took it last, and which lots come next of its product.
#[derive(Clone, Debug)]
pub struct Gone {
    pub last: Option<LastOut>,
    pub lots: Vec<FreeLot>,
}

/// A lot with something that no pick is promised.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FreeLot {
    pub package: PackageRef,
    pub bin: PlaceRef,
    pub free: Quantity,
}

/// A lot that was expected instead of the scanned one.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ExpectedLot {
    pub package: PackageRef,
    pub bin: PlaceRef,
    pub expires: Option<NaiveDate>,
    pub received: Option<At>,
}
