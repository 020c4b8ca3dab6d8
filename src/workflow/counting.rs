//! Counts: what is really there. A count is a session over products and places; people count blind, each at
//! places of their own, while the store goes on working. It is open while somebody counts, counted once its
//! figures are seen, and settled when they stand. Settling changes no stock: what differs becomes a case.

mod blind;
mod due;
mod facts;
mod line;
mod netting;
mod schedule;
mod scope;
mod session;
mod settle;
mod trend;
mod view;

use serde::{Deserialize, Serialize};

use super::refs::{PackageRef, PlaceRef, ProductRef, UserRef};
use crate::domain::id::{CaseId, CountId, PlaceId, ProductId, Seq};
use crate::domain::quantity::Quantity;
use crate::domain::time::At;
use crate::store::{SqlError, StoreError};

pub use blind::{Blind, Hide};
pub use due::{Debt, Due, DueProduct, Quick, WholeStore, due};
pub use line::{CountSaid, LineInput, say};
pub use schedule::{Schedule, ScheduleInput, Schedules, schedules};
pub use schedule::{add as add_schedule, edit as edit_schedule};
pub use session::{
    BeginInput, CancelInput, Moment, PlaceDoneInput, StartInput, cancel, claim, done, join, start,
};
pub use settle::{RecountInput, Submitted, ask_again, settle, submit};
pub use trend::{Trend, TrendPoint, trend};
pub use view::{Count, CountLine, CountList, CountPlace, CountView, Recount, list, view};

/// The most places and products of one count.
const PLACES: usize = 500;
const PRODUCTS: usize = 5_000;

/// What is counted. Every part that says something narrows it; none says everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    pub places: Vec<PlaceId>,
    pub products: Vec<ProductId>,
    pub categories: Vec<String>,
    pub supplier: Option<String>,
    /// The products whose time has come.
    pub due: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountState {
    Open,
    Counted,
    Settled,
    Cancelled,
}

impl CountState {
    const ALL: [Self; 4] = [Self::Open, Self::Counted, Self::Settled, Self::Cancelled];

    const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Counted => "counted",
            Self::Settled => "settled",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(Self::Cancelled)
    }
}

/// Why something is counted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It moved while it was counted.
    Overlap,
    /// It is off by so much that a second person looks.
    Second,
    /// Somebody asked for it.
    Asked,
}

impl Why {
    const fn word(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Second => "second",
            Self::Asked => "asked",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "overlap" => Self::Overlap,
            "second" => Self::Second,
            _ => Self::Asked,
        }
    }
}

/// What another book said of the whole package, and when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OtherBook {
    pub quantity: Quantity,
    pub at: At,
}

/// How a figure stands against the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineStanding {
    Right,
    /// Off by no more than its category may be.
    Within,
    Off,
}

/// One package at one place: the hand, the book, and the two other books.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ResultLine {
    pub place: PlaceRef,
    pub product: Option<ProductRef>,
    /// Nothing where the box does not know the tag, or the store has no package of the product.
    pub package: Option<PackageRef>,
    /// What was on the label, where the box does not know it.
    pub tag: Option<String>,
    pub counted: Quantity,
    /// The book for the moment of the count.
    pub book: Quantity,
    pub difference: Quantity,
    /// Counted by product and shared out over its packages.
    pub shared: bool,
    /// The package in the whole store by our book.
    pub store: Quantity,
    pub pos: Option<OtherBook>,
    pub state: Option<OtherBook>,
    /// The difference at the package's cost.
    pub value_cents: Option<i64>,
    pub tolerance: Quantity,
    pub standing: LineStanding,
    pub counted_at: At,
    pub counted_by: Option<UserRef>,
    pub case: Option<CaseId>,
}

/// What a count found.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct CountResult {
    /// The largest differences in money first.
    pub lines: Vec<ResultLine>,
    pub right: usize,
    pub within: usize,
    pub off: usize,
    /// Of those that are off: what is missing, what is over, at cost.
    pub missing_cents: i64,
    pub over_cents: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum CountError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: String },
    /// Nothing of the store fits the scope.
    #[error("there is nothing to count")]
    Nothing,
    #[error("the scope is larger than one count")]
    TooLarge,
    #[error("the count is {}", state.word())]
    NotOpen { state: CountState },
    #[error("join the count first")]
    NotJoined,
    #[error("this place is not in the count")]
    NotInCount,
    #[error("this product is not in the count")]
    NotInScope { product: ProductRef },
    #[error("{} counts here", who.name)]
    PlaceTaken { who: UserRef },
    #[error("this place is done")]
    PlaceDone,
    #[error("a second person counts this")]
    SecondPerson { first: UserRef },
    #[error("this unit was counted already")]
    UnitCounted { unit: u64, place: PlaceRef },
    #[error("{} places are not done", places.len())]
    NotDone { places: Vec<PlaceRef> },
    #[error("{} things are to be counted again", again.len())]
    Again { again: Vec<Recount> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for CountError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// A count as it stands, for the commands on it.
#[derive(Clone, Debug)]
struct Head {
    code: String,
    state: CountState,
    started_at: At,
    /// The entry it was started with.
    seq: Seq,
}

fn head(db: &crate::store::Db<'_>, id: CountId) -> Result<Head, CountError> {
    db.maybe(
        "SELECT code, state, started_at, seq FROM count WHERE id = :id",
        crate::store::named_params! { ":id": id.0 },
        |row| {
            Ok(Head {
                code: row.get("code")?,
                state: CountState::parse(row.get_ref("state")?.as_str()?),
                started_at: At(row.get("started_at")?),
                seq: Seq(row.get("seq")?),
            })
        },
    )?
    .ok_or(CountError::NotFound { what: "count" })
}

/// The count, if somebody may count in it.
fn open(db: &crate::store::Db<'_>, id: CountId) -> Result<Head, CountError> {
    let head = head(db, id)?;
    if head.state == CountState::Open {
        Ok(head)
    } else {
        Err(CountError::NotOpen { state: head.state })
    }
}

/// What a count is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Subject {
    place: i64,
    product: Option<i64>,
    package: Option<i64>,
}
