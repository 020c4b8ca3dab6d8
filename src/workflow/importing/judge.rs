//! What a row of a file means against what the box knows now. Judged when it is staged, again when
//! its item is mapped, and last when it is applied.

use serde::{Deserialize, Serialize};

use super::products::Known;
use super::{FieldChange, RowState, packages, sales};
use crate::domain::sheet::{PackageFacts, RowError, SaleFacts};
use crate::store::{Db, SqlError};

/// Whose book a file speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    State,
    Pos,
}

impl Book {
    pub const fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Pos => "pos",
        }
    }
}

/// The facts of a row as they wait in the staging.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Facts {
    Package { book: Book, facts: Box<PackageFacts> },
    Sale(Box<SaleFacts>),
}

impl Facts {
    pub fn item(&self) -> &str {
        match self {
            Self::Package { facts, .. } => &facts.item,
            Self::Sale(facts) => &facts.item,
        }
    }
}

/// What a row will do, or why it will not.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub state: RowState,
    pub refusal: Option<Refusal>,
    pub changes: Vec<FieldChange>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub field: String,
    pub value: String,
    pub reason: String,
    pub code: &'static str,
}

impl From<&RowError> for Refusal {
    fn from(error: &RowError) -> Self {
        Self {
            field: error.field.to_owned(),
            value: error.value.clone(),
            reason: error.reason.to_string(),
            code: error.reason.code(),
        }
    }
}

impl Verdict {
    pub const fn of(state: RowState) -> Self {
        Self { state, refusal: None, changes: Vec::new() }
    }

    pub fn refused(
        field: &str,
        value: impl Into<String>,
        code: &'static str,
        reason: impl Into<String>,
    ) -> Self {
        Self::noted(RowState::Refused, field, value, code, reason)
    }

    /// A state with its reason.
    pub fn noted(
        state: RowState,
        field: &str,
        value: impl Into<String>,
        code: &'static str,
        reason: impl Into<String>,
    ) -> Self {
        let refusal =
            Refusal { field: field.to_owned(), value: value.into(), reason: reason.into(), code };
        Self { state, refusal: Some(refusal), changes: Vec::new() }
    }
}

pub fn judge(db: &Db<'_>, known: &mut Known, facts: &Facts) -> Result<Verdict, SqlError> {
    match facts {
        Facts::Package { facts, book } => packages::judge(db, known, facts, *book),
        Facts::Sale(facts) => sales::judge(db, known, facts),
    }
}
