//! Taking files in: package lists and sales. A file is staged outside the ledger and judged row by
//! row, shown as a preview, confirmed once, and applied in resumable chunks that share the import's
//! id, so that scans slip between. The first package list posts the opening balance; later ones
//! store readings and never alter a balance.

mod apply;
mod judge;
mod mapping;
mod packages;
mod products;
mod reading;
mod sales;
mod view;

use serde::{Deserialize, Serialize};

use super::catalogue::CatalogueError;
use super::refs::{ProductRef, UserRef};
use crate::domain::id::{ImportId, ProductId};
use crate::domain::quantity::Unit;
use crate::domain::time::At;
use crate::store::{SqlError, StoreError};

pub use apply::{ConfirmInput, apply_chunk, applying, confirm, discard};
pub use mapping::{MakeInput, MappingInput, MappingsInput, map_items, mappings, reconsider};
pub use mapping::{candidates_of, made_already, map_item, product_of_item};
pub use reading::{NewImport, abandon_unread, begin, read_in};
pub use view::{get, list, rows};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    Packages,
    Sales,
}

impl ImportKind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Packages => "packages",
            Self::Sales => "sales",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Its rows are being judged.
    Reading,
    /// It waits to be confirmed or discarded.
    Preview,
    Applying,
    Applied,
    Discarded,
    /// The file could not be understood; `why` says so.
    Refused,
}

impl ImportState {
    const ALL: [Self; 6] = [
        Self::Reading,
        Self::Preview,
        Self::Applying,
        Self::Applied,
        Self::Discarded,
        Self::Refused,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Preview => "preview",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Discarded => "discarded",
            Self::Refused => "refused",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(Self::Refused)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    New,
    Changed,
    Unchanged,
    Refused,
    /// Its item is no product of the store yet.
    NeedsMapping,
    Applied,
    /// A sale that could not be taken from any place; a case says why.
    Unplaced,
}

impl RowState {
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Changed,
        Self::Unchanged,
        Self::Refused,
        Self::NeedsMapping,
        Self::Applied,
        Self::Unplaced,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::NeedsMapping => "needs_mapping",
            Self::Applied => "applied",
            Self::Unplaced => "unplaced",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(Self::Refused)
    }
}

/// Rows by their state; those already applied are in none but `unchanged`, `refused` and `unplaced`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Counts {
    pub new: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub refused: i64,
    pub needs_mapping: i64,
    pub unplaced: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Import {
    pub id: ImportId,
    pub kind: ImportKind,
    pub file_name: String,
    pub state: ImportState,
    /// Why it was refused, or what a person should know before confirming it.
    pub why: Option<String>,
    pub rows: i64,
    pub counts: Counts,
    pub applied_rows: i64,
    /// Whether new packages post their opening balance; before the confirmation: what is suggested.
    pub opening: bool,
    pub by: Option<UserRef>,
    pub at: At,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Imports {
    pub imports: Vec<Import>,
}

/// One difference between the file and what the box knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldChange {
    pub field: String,
    pub was: Option<String>,
    pub now: Option<String>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ImportRow {
    pub row: i64,
    pub state: RowState,
    /// The tag, or the receipt and the item.
    pub label: String,
    pub field: Option<String>,
    pub value: Option<String>,
    /// A sentence; `code` is the same for programs.
    pub reason: Option<String>,
    pub code: Option<String>,
    pub changes: Vec<FieldChange>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ImportRows {
    pub rows: Vec<ImportRow>,
    /// Pass as `after` for the next page.
    pub next: Option<i64>,
}

/// An item of the file and the product it is, or could be.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Mapping {
    pub item: String,
    pub category: Option<String>,
    pub unit: Unit,
    /// How many rows of the file are of it.
    pub rows: i64,
    /// The most alike first, at most five.
    pub candidates: Vec<ProductRef>,
    pub product: Option<ProductRef>,
    /// No product is alike: making one is suggested.
    pub make: bool,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Mappings {
    pub mappings: Vec<Mapping>,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    /// It is past that: it is in another state now.
    #[error("the import is {}", state.word())]
    WrongState { state: ImportState },
    /// Items of the file are no products yet.
    #[error("{rows} rows wait for their item to be mapped")]
    NeedsMapping { rows: i64 },
    #[error("{item} is kept in {unit}, the product is not")]
    UnitClash { item: String, unit: Unit, product: ProductId, expected: Unit },
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for ImportError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}
