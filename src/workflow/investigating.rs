//! Investigations: what may have happened where a count was off, the cause that a person found, and what a
//! manager talks over. The case is looked at anew each time until a cause is chosen; then what was shown
//! stands. Nothing here moves stock.

mod alike;
mod chosen;
mod coached;
mod gather;
mod rows;
mod shrink;

use serde::Serialize;

use super::casework::{Case, CaseError};
use super::counting::OtherBook;
use super::refs::{self, PackageRef, PlaceRef, ProductRef, UserRef};
use crate::domain::id::{CaseId, PackageId, ProductId, VarianceId};
use crate::domain::investigate::{self, Cause, LIKELY, Ranking};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::domain::words::Words;
use crate::store::{Db, SqlError, StoreError, named_params};

pub use chosen::{CauseInput, choose};
pub use coached::{CoachingInput, DiscussedInput, discuss, refer};
pub use shrink::{Leg, Shrink, ShrinkPart, shrink};

/// What a count found, beside the other books.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Variance {
    pub id: VarianceId,
    /// Nothing where the box does not know the tag.
    pub product: Option<ProductRef>,
    pub package: Option<PackageRef>,
    pub place: PlaceRef,
    pub counted: Quantity,
    /// The book for the moment of the count.
    pub book: Quantity,
    pub difference: Quantity,
    /// The package in the whole store by our book, and by the others.
    pub store: Quantity,
    pub pos: Option<OtherBook>,
    pub state: Option<OtherBook>,
    /// The difference at the package's cost.
    pub value_cents: Option<i64>,
    pub counted_at: At,
    pub counted_by: Option<UserRef>,
}

/// The cause that a person chose.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FoundCause {
    pub cause: Cause,
    pub other_product: Option<ProductRef>,
    pub note: String,
    pub at: At,
    pub by: Option<UserRef>,
}

/// What was handed to the manager to talk over.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Coaching {
    /// The event, without anybody's name.
    pub event: Words,
    pub note: Option<String>,
    pub referred_at: At,
    pub referred_by: Option<UserRef>,
    pub discussed_at: Option<At>,
    pub discussed_by: Option<UserRef>,
    pub discussed_note: Option<String>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Investigation {
    pub case: Case,
    pub variance: Variance,
    /// When it was looked at: now, or when the cause was chosen.
    pub looked_at: At,
    pub ranking: Ranking,
    /// From this score on a cause is called likely.
    pub likely_from: u8,
    /// Newest last; the last counts.
    pub findings: Vec<FoundCause>,
    pub coaching: Option<Coaching>,
    /// Whether the book was put right for it.
    pub adjusted: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum InvestigateError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    /// Only what a count found is investigated.
    #[error("the case is about something else")]
    NoVariance,
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    #[error("the case is closed")]
    Closed,
    #[error("no cause was chosen yet")]
    NoCause,
    #[error("it was referred already")]
    Referred,
    #[error("nobody referred it")]
    NotReferred,
    #[error("it was discussed already")]
    Discussed,
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for InvestigateError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// A case with what may have happened.
pub fn investigation(db: &Db<'_>, id: CaseId) -> Result<Investigation, InvestigateError> {
    let view = super::casework::case(db, id)?.ok_or(InvestigateError::NotFound { what: "case" })?;
    let variance = variance(db, subject(&view.case)?)?;
    let variance = variance.ok_or(InvestigateError::NoVariance)?;
    let findings = chosen::findings(db, id)?;
    let stored = if findings.is_empty() { None } else { chosen::stored(db, id)? };
    let (looked_at, ranking) = match stored {
        Some(stored) => stored,
        None => (db.now(), ranking(db, variance.id)?),
    };
    Ok(Investigation {
        case: view.case,
        variance,
        looked_at,
        ranking,
        likely_from: LIKELY,
        findings,
        coaching: coached::of(db, id)?,
        adjusted: adjusted(db, id)?,
    })
}

/// A variance that somebody has to look into.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpenVariance {
    pub case: CaseId,
    pub code: String,
    /// Nothing where the box does not know the tag.
    pub product: Option<ProductRef>,
    pub place: PlaceRef,
    pub difference: Quantity,
    pub value_cents: Option<i64>,
    pub opened_at: At,
    pub due: Option<At>,
    /// The cause that was chosen last.
    pub cause: Option<Cause>,
    /// It was handed to the manager, and nobody has talked it over.
    pub to_discuss: bool,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Investigations {
    /// Those due first, then the oldest; at most 200.
    pub open: Vec<OpenVariance>,
}

/// The open cases of variances.
pub fn list(db: &Db<'_>) -> Result<Investigations, SqlError> {
    let rows = db.all(
        "SELECT kase.id AS kase, kase.code AS kase_code, opened_at, due, variance.product_id, variance.unit, difference,
                value_cents, place.id, name, place.kind, place.code,
                (SELECT cause FROM finding WHERE kase_id = kase.id ORDER BY id DESC LIMIT 1) AS cause,
                EXISTS (SELECT 1 FROM coaching WHERE kase_id = kase.id AND discussed_at IS NULL) AS to_discuss
         FROM kase JOIN variance ON variance.id = subject_id JOIN place ON place.id = variance.place_id
         WHERE kase.state = 'open' AND kase.kind = 'variance' AND subject_kind = 'variance'
         ORDER BY due IS NULL, due, kase.id LIMIT 200",
        [],
        |row| {
            let unit = refs::unit(row, "unit")?;
            let cause: Option<String> = row.get("cause")?;
            let one = OpenVariance {
                case: CaseId(row.get("kase")?),
                code: row.get("kase_code")?,
                product: None,
                place: refs::place_row(row)?,
                difference: Quantity::new(Amount::from_raw(row.get("difference")?), unit),
                value_cents: row.get("value_cents")?,
                opened_at: At(row.get("opened_at")?),
                due: row.get::<_, Option<i64>>("due")?.map(At),
                cause: cause.and_then(|word| Cause::parse(&word)),
                to_discuss: row.get("to_discuss")?,
            };
            Ok((row.get::<_, Option<i64>>("product_id")?, one))
        },
    )?;
    let mut open = Vec::new();
    for (product, one) in rows {
        let product = product.map(|id| refs::product(db, ProductId(id))).transpose()?.flatten();
        open.push(OpenVariance { product, ..one });
    }
    Ok(Investigations { open })
}

fn adjusted(db: &Db<'_>, id: CaseId) -> Result<bool, SqlError> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM adjustment WHERE kase_id = :id AND undone_seq IS NULL)",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )
}

/// The variance that a case was opened for.
fn subject(case: &Case) -> Result<VarianceId, InvestigateError> {
    let subject = case.subject.as_ref().filter(|subject| subject.kind == "variance");
    subject.map(|subject| VarianceId(subject.id)).ok_or(InvestigateError::NoVariance)
}

/// The causes of a variance as they stand now.
pub fn ranking(db: &Db<'_>, id: VarianceId) -> Result<Ranking, SqlError> {
    let facts = gather::facts(db, id)?;
    Ok(facts.map_or_else(Ranking::default, |facts| investigate::rank(&facts)))
}

fn variance(db: &Db<'_>, id: VarianceId) -> Result<Option<Variance>, SqlError> {
    let row = db.maybe(
        "SELECT place.id, name, kind, code, product_id, package_id, unit, counted, book, difference, store,
           pos, pos_at, state, state_at, value_cents, counted_at, counted_by
         FROM variance JOIN place ON place.id = variance.place_id WHERE variance.id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let unit = refs::unit(row, "unit")?;
            let quantity = |column: &str| {
                Ok::<_, SqlError>(Quantity::new(Amount::from_raw(row.get(column)?), unit))
            };
            let other = |amount: &str, at: &str| -> Result<Option<OtherBook>, SqlError> {
                let (amount, at): (Option<i64>, Option<i64>) = (row.get(amount)?, row.get(at)?);
                Ok(amount.zip(at).map(|(amount, at)| OtherBook {
                    quantity: Quantity::new(Amount::from_raw(amount), unit),
                    at: At(at),
                }))
            };
            let links: [Option<i64>; 3] =
                [row.get("product_id")?, row.get("package_id")?, row.get("counted_by")?];
            let variance = Variance {
                id,
                product: None,
                package: None,
                place: refs::place_row(row)?,
                counted: quantity("counted")?,
                book: quantity("book")?,
                difference: quantity("difference")?,
                store: quantity("store")?,
                pos: other("pos", "pos_at")?,
                state: other("state", "state_at")?,
                value_cents: row.get("value_cents")?,
                counted_at: At(row.get("counted_at")?),
                counted_by: None,
            };
            Ok((links, variance))
        },
    )?;
    let Some(([product, package, by], variance)) = row else { return Ok(None) };
    let package = package.map(|id| refs::package(db, PackageId(id))).transpose()?.flatten();
    Ok(Some(Variance {
        product: product.map(|id| refs::product(db, ProductId(id))).transpose()?.flatten(),
        package: package.map(|facts| facts.reference),
        counted_by: refs::known_user(db, by)?,
        ..variance
    }))
}
