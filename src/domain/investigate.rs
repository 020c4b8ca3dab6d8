//! Why a count found more or less than the book: every cause that leaves a trace, with what speaks for and
//! against it, in an order; and an honest "unknown" where nothing does. Suggests, never decides. Pure.

mod arrival;
mod facts;
mod job;
mod jumps;
mod opposite;
mod sales;
mod similar;
mod transit;
mod weight;

use serde::{Deserialize, Serialize};

use super::id::{CaseId, PickId, ProductId, Seq, ShipmentId, VarianceId};
use super::time::At;
use super::words::Words;

pub use facts::{Alike, Arrival, Carried, Facts, Gap, Look, Moved, Off, Outside, Sold, SoldAs};
pub use similar::{Traits, similarity};

use job::Job;

/// From this score on a cause is called likely.
pub const LIKELY: u8 = 75;
/// Below this score a cause is not named.
pub const POSSIBLE: u8 = 35;
/// Below this score nothing but its opportunity speaks for a short delivery.
pub const NAMED: u8 = 58;
/// The most causes, and rows of one, that are shown.
const CAUSES: usize = 5;
const ROWS: usize = 12;

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Another product was rung up.
    SoldUnderWrongSku,
    /// It was taken from another package of the product than the book has it from.
    SoldFromWrongPackage,
    UnrecordedMove,
    /// Less arrived than was received.
    ReceivingShort,
    /// The same arrival is in the book twice.
    DoubleReceipt,
    MiscountedWeight,
    /// The till sold it, and the book does not know.
    UnpostedSale,
    DoublePostedSale,
    /// Packs for pieces, grams for units.
    WrongUnit,
    UnrecordedDamage,
    UnrecordedReturn,
    /// It left the vault and never reached the floor.
    ToteLost,
    /// Nothing explains it.
    Unknown,
}

impl Cause {
    pub const ALL: [Self; 13] = [
        Self::SoldUnderWrongSku,
        Self::SoldFromWrongPackage,
        Self::UnrecordedMove,
        Self::ReceivingShort,
        Self::DoubleReceipt,
        Self::MiscountedWeight,
        Self::UnpostedSale,
        Self::DoublePostedSale,
        Self::WrongUnit,
        Self::UnrecordedDamage,
        Self::UnrecordedReturn,
        Self::ToteLost,
        Self::Unknown,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::SoldUnderWrongSku => "sold_under_wrong_sku",
            Self::SoldFromWrongPackage => "sold_from_wrong_package",
            Self::UnrecordedMove => "unrecorded_move",
            Self::ReceivingShort => "receiving_short",
            Self::DoubleReceipt => "double_receipt",
            Self::MiscountedWeight => "miscounted_weight",
            Self::UnpostedSale => "unposted_sale",
            Self::DoublePostedSale => "double_posted_sale",
            Self::WrongUnit => "wrong_unit",
            Self::UnrecordedDamage => "unrecorded_damage",
            Self::UnrecordedReturn => "unrecorded_return",
            Self::ToteLost => "tote_lost",
            Self::Unknown => "unknown",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.word() == word)
    }
}

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Trace {
    Sale { receipt: String, line: i64, case: Option<CaseId> },
    Movement { seq: Seq },
    Variance { id: VarianceId, case: Option<CaseId> },
    Shipment { id: ShipmentId },
    Pick { id: PickId },
    Reading,
}

/// One row of evidence, in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Clue {
    pub text: Words,
    pub at: Option<At>,
    pub trace: Option<Trace>,
}

/// The product that was rung up instead, or that this one was rung up for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OtherProduct {
    pub id: ProductId,
    pub name: String,
}

/// A cause with what speaks for it and against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Suspect {
    pub cause: Cause,
    /// 0 to 100.
    pub score: u8,
    pub likely: bool,
    pub other: Option<OtherProduct>,
    pub supports: Vec<Clue>,
    pub contradicts: Vec<Clue>,
}

/// What an investigation came to: the causes with the highest score first; none is an honest "unknown", and
/// so is one of its own that stands before what only might have been.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ranking {
    pub causes: Vec<Suspect>,
    /// The count before that did not have the difference; what is looked through came after it.
    pub since: Option<At>,
}

impl Ranking {
    /// What stands first.
    pub fn first(&self) -> Cause {
        self.causes.first().map_or(Cause::Unknown, |suspect| suspect.cause)
    }
}

/// Looks through what there is.
pub fn rank(facts: &Facts) -> Ranking {
    let Some(job) = Job::of(facts) else { return Ranking::default() };
    let mut causes: Vec<Suspect> = [
        opposite::look(&job),
        sales::look(&job),
        arrival::look(&job),
        weight::look(&job),
        transit::look(&job),
    ]
    .into_iter()
    .flatten()
    .map(|suspected| suspected.judged(&job))
    .filter(|suspect| suspect.score >= POSSIBLE)
    .collect();
    // The same cause once, as it looks best.
    causes.sort_by_key(|suspect| (std::cmp::Reverse(suspect.score), suspect.cause));
    let mut seen = Vec::new();
    causes.retain(|suspect| {
        let fresh = !seen.contains(&suspect.cause);
        seen.push(suspect.cause);
        fresh
    });
    causes.truncate(CAUSES);
    if causes.first().is_some_and(might_only) {
        causes.insert(0, unknown());
    }
    Ranking { causes, since: job.own.since }
}

/// A package that nobody has counted since it came may have come short, or have lost it since: both leave the
/// same. Without a whole pack that is missing, or others of its shipment that are short, it is not known.
fn might_only(first: &Suspect) -> bool {
    first.cause == Cause::ReceivingShort && first.score < NAMED
}

/// What stands before a cause that only might be.
fn unknown() -> Suspect {
    Suspect {
        cause: Cause::Unknown,
        score: NAMED,
        likely: false,
        other: None,
        supports: Vec::new(),
        contradicts: Vec::new(),
    }
}
