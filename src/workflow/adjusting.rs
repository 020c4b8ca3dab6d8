//! Adjustments: movements against the adjusted account with a reason, and what must be entered outside
//! for them, in one command. A wrong SKU is put right on both sides or not at all.

mod correction;
mod entered;
mod intents;
mod make;
mod outside;
mod post;
mod reasons;
mod undo;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::moving::MoveError;
use super::refs::{self, PackageRef, PlaceRef, UserRef};
use crate::domain::id::{AdjustmentId, CaseId, PackageId, PlaceId, Seq, UserId};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::store::{Db, Row, SqlError, StoreError, named_params};

pub use correction::{Correction, correction};
pub use entered::{EnteredRead, entered};
pub use intents::{
    Intent, IntentState, IntentTicked, Intents, PersonInput, RefusedInput, SentInput,
    list as intents, person, refused, sent,
};
pub use outside::{Read, late, read};
pub use post::adjust;
pub use reasons::{AdjustReasons, AdjustReasonsInput, put_reasons, reasons};
pub use undo::undo;

/// In which way the book is put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdjustWay {
    /// Products for themselves.
    Single,
    /// Sold under another's SKU: both products, by the same and against each other.
    Pair,
    /// As a pair, by correcting the receipt: POS and state follow it by themselves.
    Receipt,
}

impl AdjustWay {
    const fn word(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Pair => "pair",
            Self::Receipt => "receipt",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "pair" => Self::Pair,
            "receipt" => Self::Receipt,
            _ => Self::Single,
        }
    }
}

/// By how much a package at a place is wrong, in the package's unit: below zero takes it out of the book.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustLineInput {
    pub package: PackageId,
    pub place: PlaceId,
    pub delta: Amount,
}

/// A line of a receipt of the POS.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaleLine {
    pub receipt: String,
    pub line: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustInput {
    pub how: AdjustWay,
    /// The case that it settles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    pub reason: String,
    /// In the person's own words: at most 500 characters; cut to what each book outside takes.
    #[serde(default)]
    pub note: String,
    /// 1 to 10; two of a pair.
    pub lines: Vec<AdjustLineInput>,
    /// Where the receipt is corrected: its line with the wrong product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<SaleLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
}

impl AdjustInput {
    /// What an approval of exactly this is for: who approved one amount has not approved another.
    #[must_use]
    pub fn subject(&self) -> String {
        let line = |one: &AdjustLineInput| format!("{}@{}:{}", one.package, one.place, one.delta);
        let lines: Vec<String> = self.lines.iter().map(line).collect();
        format!("adjust:{}", lines.join(","))
    }
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AdjustmentLine {
    pub package: PackageRef,
    pub place: PlaceRef,
    pub delta: Quantity,
    /// At the package's cost, or the product's price; nothing where neither is known.
    pub value_cents: Option<i64>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Adjustment {
    pub id: AdjustmentId,
    pub code: String,
    pub how: AdjustWay,
    pub case: Option<CaseId>,
    pub reason: String,
    pub note: String,
    /// The business day.
    pub day: String,
    pub receipt: Option<SaleLine>,
    pub at: At,
    pub proposed_by: Option<UserRef>,
    pub approved_by: Option<UserRef>,
    pub seq: Seq,
    pub undone: bool,
    pub lines: Vec<AdjustmentLine>,
    pub intents: Vec<Intent>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Adjustments {
    /// Newest first; at most 100.
    pub adjustments: Vec<Adjustment>,
}

#[derive(Debug, thiserror::Error)]
pub enum AdjustError {
    #[error("this is above the limit")]
    NeedsApproval { subject: String, value_cents: Option<i64>, units: Amount },
    #[error("both sides of a wrong SKU are put right together")]
    OneSide,
    #[error("a note is needed")]
    NoteNeeded,
    #[error("the case is closed")]
    CaseClosed,
    #[error("the receipt does not have that")]
    NotOnReceipt,
    #[error("somebody entered it outside already")]
    AlreadySent,
    #[error("it was undone")]
    Undone,
    /// The intent ended: nothing more is said of it.
    #[error("this has ended")]
    Ended,
    #[error("look for it outside first")]
    LookFirst { token: String },
    #[error(transparent)]
    Move(#[from] MoveError),
}

impl From<SqlError> for AdjustError {
    fn from(error: SqlError) -> Self {
        Self::Move(error.into())
    }
}

impl From<StoreError> for AdjustError {
    fn from(error: StoreError) -> Self {
        Self::Move(error.into())
    }
}

const fn missing(what: &'static str) -> AdjustError {
    AdjustError::Move(MoveError::NotFound { what })
}

const fn invalid(field: &'static str, why: &'static str) -> AdjustError {
    AdjustError::Move(MoveError::Invalid { field, why })
}

/// What was adjusted, newest first, of one case where given.
pub fn list(db: &Db<'_>, case: Option<CaseId>) -> Result<Adjustments, SqlError> {
    let ids = db.all(
        "SELECT id FROM adjustment WHERE :case IS NULL OR kase_id = :case ORDER BY id DESC LIMIT 100",
        named_params! { ":case": case.map(|case| case.0) },
        |row| row.get(0).map(AdjustmentId),
    )?;
    let adjustments: Result<Vec<_>, _> =
        ids.into_iter().filter_map(|id| get(db, id).transpose()).collect();
    Ok(Adjustments { adjustments: adjustments? })
}

pub fn get(db: &Db<'_>, id: AdjustmentId) -> Result<Option<Adjustment>, SqlError> {
    let found = db.maybe(
        "SELECT code, how, kase_id, reason, note, day, receipt, line, at, proposed_by, approved_by, seq,
                undone_seq IS NOT NULL AS undone
         FROM adjustment WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let who: (i64, Option<i64>) = (row.get("proposed_by")?, row.get("approved_by")?);
            Ok((who, adjustment(id, row)?))
        },
    )?;
    let Some(((proposed, approved), adjustment)) = found else { return Ok(None) };
    let rows = db.all(
        "SELECT package_id, place_id, delta, value_cents FROM adjustment_line
         WHERE adjustment_id = :id ORDER BY movement_id",
        named_params! { ":id": id.0 },
        |row| {
            let of = (PackageId(row.get(0)?), PlaceId(row.get(1)?));
            Ok((of, Amount::from_raw(row.get(2)?), row.get::<_, Option<i64>>(3)?))
        },
    )?;
    let mut lines = Vec::new();
    for ((package, place), delta, value_cents) in rows {
        if let (Some(facts), Some(place)) = (refs::package(db, package)?, refs::place(db, place)?) {
            let delta = facts.quantity(delta);
            lines.push(AdjustmentLine { package: facts.reference, place, delta, value_cents });
        }
    }
    Ok(Some(Adjustment {
        lines,
        intents: intents::of_adjustment(db, id)?,
        proposed_by: refs::user(db, UserId(proposed))?,
        approved_by: refs::known_user(db, approved)?,
        ..adjustment
    }))
}

fn adjustment(id: AdjustmentId, row: &Row<'_>) -> Result<Adjustment, SqlError> {
    let receipt: Option<String> = row.get("receipt")?;
    let line: Option<i64> = row.get("line")?;
    Ok(Adjustment {
        id,
        code: row.get("code")?,
        how: AdjustWay::parse(row.get_ref("how")?.as_str()?),
        case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
        reason: row.get("reason")?,
        note: row.get("note")?,
        day: row.get("day")?,
        receipt: receipt.zip(line).map(|(receipt, line)| SaleLine { receipt, line }),
        at: At(row.get("at")?),
        proposed_by: None,
        approved_by: None,
        seq: Seq(row.get("seq")?),
        undone: row.get("undone")?,
        lines: Vec::new(),
        intents: Vec::new(),
    })
}

/// What was adjusted without anybody's approval on a business day: the limit holds for all of it, or
/// many small ones would go past it.
fn unapproved(db: &Db<'_>, by: UserId, day: NaiveDate) -> Result<(i64, Amount), SqlError> {
    db.one(
        "SELECT coalesce(sum(abs(value_cents)), 0), coalesce(sum(abs(units)), 0)
         FROM adjustment_line JOIN adjustment ON adjustment.id = adjustment_id
         WHERE proposed_by = :by AND day = :day AND approved_by IS NULL AND undone_seq IS NULL",
        named_params! { ":by": by.0, ":day": day.to_string() },
        |row| Ok((row.get(0)?, Amount::from_raw(row.get(1)?))),
    )
}
