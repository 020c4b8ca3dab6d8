//! From the pack bench to the customer's hand, and back: what was picked for an order is scanned into its bag,
//! checked, closed, put onto a shelf, handed over, or put back piece by piece. Each is one command; every
//! movement of stock is one scan's.

mod back;
mod facts;
mod late;
mod missing;
mod pack;
mod sale;
mod shelf;
mod unwind;

use serde::{Deserialize, Serialize};

use super::moving::MoveError;
use super::quarantine::{HoldReason, QuarantineError};
use super::refs::{PackageRef, PlaceRef};
use crate::domain::file_hash::FileHash;
use crate::domain::id::{OrderLineId, PickLineId, PlaceId};
use crate::domain::order::{IdType, OrderState, OrderWhy, PackCheck};
use crate::domain::quantity::Amount;
use crate::domain::role::Permission;
use crate::domain::stock::BlockReason;
use crate::store::{SqlError, StoreError};

pub use back::{kept_from_resale, put_back, returned};
pub use late::late;
pub use missing::missing;
pub use pack::{pack, unverify, verify};
pub(in crate::workflow) use sale::{Sale, bind as bind_sale, settle, take as find_sale};
pub use shelf::{hand_over, stage};
pub use unwind::{begin, cancel};

/// A unit that was scanned into the bag.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyInput {
    pub line: PickLineId,
    /// In the product's unit.
    pub quantity: Amount,
    /// What the scanner read: the package's tag, a unit's own code or barcode; at most 512 characters.
    pub scanned: String,
}

/// Takes all of a line out of the bag again.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnverifyInput {
    pub line: PickLineId,
}

/// Closes the bags of an order.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackInput {
    /// Every one that the store's state, or the house, asks for.
    pub checks: Vec<PackCheck>,
    /// Pictures of the open bag, handed in before; 10 at most.
    #[serde(default)]
    pub photos: Vec<FileHash>,
    /// How many bags it became: 1 to 20.
    #[serde(default = "one")]
    pub bags: i64,
}

const fn one() -> i64 {
    1
}

/// Puts a packed order onto a shelf, or onto another one.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageInput {
    pub shelf: PlaceId,
    /// What the scanner read of the shelf's label, or of the order's own.
    pub scanned: String,
}

/// Gives an order to its customer.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderHandoverInput {
    /// What the scanner read of the order's label.
    pub scanned: String,
    /// The customer said the name that is on the label.
    pub name_confirmed: bool,
    /// Which identification was shown; never its number.
    pub id_type: IdType,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCancelInput {
    /// `customer` or `store`; `not_picked_up` or `refused` once it waits on its shelf.
    pub why: OrderWhy,
    /// At most 300 characters, kept as long as the customer's data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Puts some of a line back, to a bin or to quarantine.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutBackInput {
    pub line: PickLineId,
    /// In the product's unit.
    pub quantity: Amount,
    pub to: PlaceId,
    /// What the scanner read of the package or unit.
    pub scanned: String,
    #[serde(default)]
    pub damaged: bool,
}

/// Some of a line is not where the books have it: with its order.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitMissingInput {
    pub line: PickLineId,
    /// In the product's unit.
    pub quantity: Amount,
    /// At most 300 characters; kept in the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What the customer of an order brought back.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderReturnInput {
    pub line: PickLineId,
    /// In the product's unit.
    pub quantity: Amount,
    #[serde(default)]
    pub damaged: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum FulfilError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    /// Nothing more happens to it.
    #[error("the order is {}", state.word())]
    Closed { state: OrderState },
    /// It is before or after where this is done.
    #[error("the order is {}", state.word())]
    NotThere { state: OrderState },
    #[error("the order is not packed")]
    NotPacked { state: OrderState },
    #[error("expected the label of {expected}")]
    WrongOrder { expected: String },
    #[error("not what this line is of")]
    NotInOrder { expected: PackageRef },
    #[error("only {left} more")]
    TooMany { left: Amount },
    #[error("{} may not be sold", package.tag)]
    NotSellable { package: PackageRef, reasons: Vec<BlockReason> },
    #[error("some lines are not verified")]
    LinesUnverified { lines: Vec<PickLineId> },
    #[error("something of it is missing")]
    LinesShort { lines: Vec<OrderLineId> },
    #[error("some checks are not ticked")]
    ChecksMissing { checks: Vec<PackCheck> },
    #[error("a photo is wanted")]
    PhotoMissing,
    #[error("{} is no shelf for packed orders", place.name)]
    NotAShelf { place: PlaceRef },
    #[error("expected the label of {}", expected.name)]
    WrongShelf { expected: PlaceRef },
    #[error("the name was not confirmed")]
    NameNotConfirmed,
    #[error("it may not be sold again")]
    MustQuarantine { reason: HoldReason },
    #[error("{} is neither a bin nor quarantine", place.name)]
    NotABin { place: PlaceRef },
    #[error("this needs another role")]
    MayNot { needs: Permission },
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for FulfilError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

impl From<MoveError> for FulfilError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::Invalid { field, why } => Self::Invalid { field, why },
            MoveError::Store(error) => Self::Store(error),
            other => Self::Quarantine(other.into()),
        }
    }
}
