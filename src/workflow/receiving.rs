//! The dock: a shipment from the state's manifest to sellable stock in the vault. The manifest enters,
//! the paper is checked against it at the door, every package is scanned and counted blind, what differs
//! goes to quarantine with a case, the rest to the dock and from there to its bins. The state's own
//! receiving page is entered by a person from a worklist, and confirmed by what the state says later.

mod door;
mod enter;
mod finish;
mod posting;
mod product;
mod receipt;
mod reject;
mod said;
mod scan;
mod undo;
mod view;
mod wording;

use serde::{Deserialize, Serialize};

use super::importing::ImportError;
use super::moving::MoveError;
use super::quarantine::QuarantineError;
use super::refs::{PlaceRef, ProductRef, UserRef};
use crate::domain::arrival::{Condition, How, HowError};
use crate::domain::id::{CaseId, DocumentId, PackageId, ShipmentId, ShipmentLineId};
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::domain::sheet::manifest::Party;
use crate::domain::tag::Tag;
use crate::domain::time::At;
use crate::store::{SqlError, StoreError};
use crate::workflow::coa::CoaState;

pub use door::{DoorAnswer, DoorField, DoorInput, Finding, FindingKind, check_door};
pub use enter::{Entered, EnteredShipment, Outcome, Source, enter};
pub use finish::{RecordInput, arrive, finish, record};
pub use product::{ItemInput, ProductChoice, ProductChoices, choices, map_product};
pub use receipt::{CountInput, ExtraInput, Received, receive, receive_extra};
pub use reject::{MissingInput, RejectionInput, miss, reject};
pub use scan::{ScanKind, Scanned, scan};
pub use undo::take_back;
pub use view::{Seer, list, of};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShipmentState {
    /// Announced, not here yet.
    Expected,
    /// At the dock.
    Receiving,
    Finished,
    /// The shipper took the manifest back.
    Voided,
}

impl ShipmentState {
    const ALL: [Self; 4] = [Self::Expected, Self::Receiving, Self::Finished, Self::Voided];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Receiving => "receiving",
            Self::Finished => "finished",
            Self::Voided => "voided",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(Self::Finished)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShipmentLineState {
    Expected,
    Received,
    /// Not taken in: it goes back with its report.
    Rejected,
    /// It did not come.
    Missing,
    /// A later manifest does not have it any more.
    Removed,
}

impl ShipmentLineState {
    const ALL: [Self; 5] =
        [Self::Expected, Self::Received, Self::Rejected, Self::Missing, Self::Removed];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Received => "received",
            Self::Rejected => "rejected",
            Self::Missing => "missing",
            Self::Removed => "removed",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(Self::Removed)
    }
}

/// A shipment as a list shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Shipment {
    pub id: ShipmentId,
    pub code: String,
    pub manifest: String,
    /// The state's number of the delivery, where the manifest came from there.
    pub delivery: Option<String>,
    pub state: ShipmentState,
    pub origin: Party,
    /// When it is expected; late is what is later than this and not here.
    pub eta: Option<At>,
    pub arrived_at: Option<At>,
    pub finished_at: Option<At>,
    /// Packages on the manifest, and of those how many are dealt with.
    pub packages: i64,
    pub done: i64,
    /// Packages that came and are on no line.
    pub extras: i64,
    /// Who has received something of it in the last half hour.
    pub at_dock: Vec<UserRef>,
    /// What is open of it: findings at the door are in its view.
    pub cases: i64,
    /// Whether counts are hidden until they are entered.
    pub blind: bool,
    pub version: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Shipments {
    pub now: At,
    pub shipments: Vec<Shipment>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ShipmentView {
    pub shipment: Shipment,
    pub door: Vec<DoorField>,
    pub findings: Vec<Finding>,
    pub door_at: Option<At>,
    pub door_by: Option<UserRef>,
    /// The date that the license register gives itself; none where none is loaded.
    pub register: Option<String>,
    pub lines: Vec<ShipmentLine>,
    /// The lines that keep it from being finished: by id, and why.
    pub open: Vec<OpenLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyOpen {
    NotCounted,
    /// Still on the dock: put it away.
    OnDock,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpenLine {
    pub line: ShipmentLineId,
    pub tag: Tag,
    pub item: String,
    pub why: WhyOpen,
}

/// One package of a shipment.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ShipmentLine {
    pub id: ShipmentLineId,
    pub tag: Tag,
    /// The state's name of the item.
    pub item: String,
    pub category: Option<String>,
    pub brand: Option<String>,
    pub batch: Option<String>,
    pub packaged: Option<chrono::NaiveDate>,
    pub expires: Option<chrono::NaiveDate>,
    pub lab_state: Option<String>,
    pub unit: Unit,
    /// What the manifest says. Hidden while the line is open and counting is blind.
    pub shipped: Option<Quantity>,
    /// On no line of the manifest: it came all the same.
    pub extra: bool,
    pub product: Option<ProductRef>,
    pub state: ShipmentLineState,
    pub package: Option<PackageId>,
    pub counted: Option<Quantity>,
    /// Counted less shipped, where it was counted.
    pub difference: Option<Amount>,
    pub how: Option<How>,
    pub condition: Option<Condition>,
    pub note: Option<String>,
    pub photos: Vec<DocumentId>,
    pub shelf: Option<PlaceRef>,
    pub at: Option<At>,
    pub by: Option<UserRef>,
    pub case: Option<CaseId>,
    pub coa: Option<CoaState>,
    /// What of it is on the dock, and where it could go.
    pub on_dock: Option<DockStock>,
    /// In quarantine, for at least one reason.
    pub held: bool,
    pub recorded_at: Option<At>,
    pub recorded_by: Option<UserRef>,
    pub confirmed_at: Option<At>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DockStock {
    pub place: PlaceRef,
    pub quantity: Quantity,
    /// A bin that has the product already.
    pub suggested: Option<PlaceRef>,
}

#[derive(Debug, thiserror::Error)]
pub enum ReceivingError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("the shipment is {}", state.word())]
    WrongState { state: ShipmentState },
    #[error("it is not for this store")]
    WrongDestination { stated: String },
    #[error("that package is {}", line.state.word())]
    AlreadyDone { line: Box<ShipmentLine> },
    #[error("{item} is no product of the store yet")]
    NeedsProduct { item: String, unit: Unit },
    #[error("{item} is {} already", product.name)]
    ItemKnown { item: String, product: ProductRef },
    #[error("the tag is known already: {what}")]
    TagKnown { what: &'static str, label: String },
    #[error("there is no {kind} to put it")]
    NoPlace { kind: &'static str },
    #[error("lines are open")]
    LinesOpen { open: Vec<OpenLine> },
    #[error("the paper is not checked yet")]
    DoorOpen,
    #[error("something later depends on it")]
    LaterDepends,
    #[error("this was somebody else's count")]
    NotYours,
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: String },
    #[error(transparent)]
    How(#[from] HowError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Move(#[from] MoveError),
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for ReceivingError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

fn invalid(field: &'static str, why: &str) -> ReceivingError {
    ReceivingError::Invalid { field, why: why.to_owned() }
}

/// A text that a person may give: not empty, not endless.
fn checked_note(field: &'static str, note: Option<&str>) -> Result<Option<String>, ReceivingError> {
    let Some(note) = note.map(str::trim).filter(|note| !note.is_empty()) else { return Ok(None) };
    if note.chars().count() > 500 {
        return Err(invalid(field, "is longer than 500 characters"));
    }
    Ok(Some(note.to_owned()))
}
