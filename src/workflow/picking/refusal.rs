//! What a pick refuses, each with what was expected.

use super::{ExpectedLot, Gone, PickKind, PickLine, PickState};
use crate::domain::id::OrderId;
use crate::domain::order::OrderState;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::stock::BlockReason;
use crate::store::{SqlError, StoreError};
use crate::workflow::refs::{PackageRef, PlaceRef, UserRef};

#[derive(Debug, thiserror::Error)]
pub enum PickError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("somebody else claimed it")]
    AlreadyClaimed { by: Option<UserRef>, pick: Option<i64> },
    #[error("the request is not waiting any more")]
    NotWaiting,
    #[error("this is somebody else's pick")]
    NotYourPick { by: Option<UserRef> },
    #[error("the pick is over")]
    PickClosed { state: PickState },
    #[error("no tote yet")]
    NoTote,
    #[error("{} is not a tote", place.name)]
    NotATote { place: PlaceRef },
    #[error("the tote is in use")]
    ToteInUse { pick: Option<String>, case: Option<String> },
    #[error("another bin was expected")]
    WrongBin { expected: PlaceRef },
    #[error("another product was expected")]
    WrongProduct { expected: Option<PackageRef> },
    #[error("an older lot comes first")]
    NewerLot { expected: Box<ExpectedLot> },
    #[error("too many")]
    TooMany { left: Quantity, left_count: Amount },
    #[error("already picked")]
    AlreadyPicked,
    #[error("its order has left the walk")]
    OrderLeft { order: Option<String>, bin: PlaceRef },
    #[error("may not be picked")]
    NotPickable { reasons: Vec<BlockReason> },
    #[error("not there any more")]
    NotThere { available: Quantity, next: Option<Box<PickLine>>, gone: Gone },
    #[error("promised to another pick")]
    Reserved { free: Quantity, pick: String, gone: Gone },
    #[error("an override needs a reason")]
    ReasonNeeded,
    #[error("lines are open")]
    LinesOpen { lines: Vec<usize> },
    #[error("nothing was picked")]
    NothingPicked,
    #[error("something was picked already")]
    AlreadyBegun,
    #[error("the tote is not on its way")]
    NotInTransit { state: PickState },
    #[error("another tote was expected")]
    WrongTote { expected: Option<PlaceRef> },
    #[error("another station was expected")]
    WrongStation { expected: PlaceRef },
    #[error("lines are not counted")]
    LinesMissing { lines: Vec<usize> },
    #[error("not for this kind of pick")]
    WrongKind { kind: PickKind },
    #[error("that order cannot be picked now")]
    OrderNotWaiting { order: OrderId, state: OrderState, by: Option<UserRef> },
    #[error("that order is not in this walk")]
    NotInWalk,
    #[error("shorts are not decided")]
    ShortUndecided { orders: Vec<OrderId> },
    #[error("nothing is missing of that line")]
    NotShort,
    #[error("something of it was taken already")]
    OrderBegun,
    #[error("that product cannot stand in for it")]
    WrongSubstitute { why: &'static str },
    #[error("that person may not do this")]
    PersonMayNot { who: UserRef },
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for PickError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}
