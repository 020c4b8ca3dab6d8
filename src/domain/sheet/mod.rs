//! Files that a store is given: package lists and sales, read row by row. A row that cannot be
//! believed is refused alone, with its field, its value and the reason; a file that cannot be
//! understood is refused whole. Looks nothing up and changes nothing.

pub mod adjustments;
mod cell;
pub mod licenses;
pub mod manifest;
mod metrc;
pub mod orders;
pub mod packages;
pub mod sales;
mod table;
#[cfg(test)]
mod tests;
mod text;

use super::quantity::AmountError;

pub use packages::{PackageFacts, PackageFile, PackageRow, read_packages};
pub use sales::{SaleFacts, SaleKind, SaleRow, SalesFile, read_sales};

/// Most rows in one file.
pub const ROW_LIMIT: usize = 60_000;
/// Refused rows of one file that are told.
pub const ROWS_TOLD: usize = 100;

/// Why a file is refused whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    #[error("The file is empty.")]
    Empty,
    #[error(
        "The file is not text: {0}. Save it as CSV (or take the JSON as it came) and try again."
    )]
    NotText(&'static str),
    #[error("No heading row was found in the first ten rows. Looked for {0}.")]
    NoHeader(String),
    #[error("The file has more than {ROW_LIMIT} rows. Split it and load the parts one by one.")]
    TooManyRows,
    #[error("The JSON breaks off or is wrong at line {line}, column {column}: {what}.")]
    JsonBroken { line: usize, column: usize, what: String },
    #[error("The JSON holds no packages: {0}.")]
    NotPackages(&'static str),
    #[error("The JSON holds no manifests: {0}.")]
    NotManifests(&'static str),
    #[error("The JSON holds no adjustments: {0}.")]
    NotAdjustments(&'static str),
    #[error("The JSON holds no orders: {0}.")]
    NotOrders(&'static str),
}

impl FileRefused {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotText(_) => "not_text",
            Self::NoHeader(_) => "no_header",
            Self::TooManyRows => "too_many_rows",
            Self::JsonBroken { .. } => "json_broken",
            Self::NotPackages(_) => "not_packages",
            Self::NotManifests(_) => "not_manifests",
            Self::NotAdjustments(_) => "not_adjustments",
            Self::NotOrders(_) => "not_orders",
        }
    }
}

/// Why a row is refused. `Display` gives the sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error(
        "A spreadsheet rounded this tag and it cannot be recovered. Format the column as text and export again."
    )]
    MangledTag,
    #[error("A tag has 24 characters, 0 to 9 and A to F; this has {0}.")]
    BadTag(usize),
    #[error("Nothing is here.")]
    Missing,
    #[error("This is not a number such as 12 or 3.5.")]
    NotANumber,
    #[error("This has more than four decimals.")]
    TooFine,
    #[error("This is above ten million.")]
    TooLarge,
    #[error("A quantity cannot be below zero here.")]
    Negative,
    #[error("This unit is not known. Known are each, g, mg, kg, oz, lb, ml, l and fl oz.")]
    UnitUnknown,
    #[error("Pieces are counted whole.")]
    FractionOfEach,
    #[error("This tag is already in row {0} of the file.")]
    DuplicateTag(usize),
    #[error("This is not a date such as 11/23/2026 or 2026-11-23.")]
    BadDate,
    #[error(
        "This looks like a spreadsheet's serial number for a date. Format the column as a date and export again."
    )]
    SerialDate,
    #[error("This is not an amount of money such as 12.50.")]
    BadMoney,
    #[error("This row is not a retail sale.")]
    NotASale,
    #[error("This package is finished in the state's book.")]
    Finished,
    #[error(
        "This is longer than any such value. A quote that never closes may have swallowed the rows after it."
    )]
    TooLong,
    #[error("Row {0} of the same manifest says something else. Which is right?")]
    Contradicts(usize),
    #[error("This row cannot be read: {0}.")]
    Unreadable(String),
}

impl Reason {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MangledTag => "mangled_tag",
            Self::BadTag(_) => "bad_tag",
            Self::Missing => "missing",
            Self::NotANumber => "not_a_number",
            Self::TooFine => "too_fine",
            Self::TooLarge => "too_large",
            Self::Negative => "negative",
            Self::UnitUnknown => "unit_unknown",
            Self::FractionOfEach => "fraction_of_each",
            Self::DuplicateTag(_) => "duplicate_tag",
            Self::BadDate => "bad_date",
            Self::SerialDate => "serial_date",
            Self::BadMoney => "bad_money",
            Self::NotASale => "not_a_sale",
            Self::Finished => "finished",
            Self::TooLong => "too_long",
            Self::Contradicts(_) => "contradicts",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

impl From<AmountError> for Reason {
    fn from(error: AmountError) -> Self {
        match error {
            AmountError::NotANumber => Self::NotANumber,
            AmountError::TooFine => Self::TooFine,
            AmountError::TooLarge => Self::TooLarge,
        }
    }
}

/// A row that is refused: which field, what was there, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    pub field: &'static str,
    /// At most 80 characters of it.
    pub value: String,
    pub reason: Reason,
}

impl RowError {
    pub(crate) fn new(field: &'static str, value: &str, reason: Reason) -> Self {
        Self { field, value: value.chars().take(80).collect(), reason }
    }
}

/// Something a person should know of the file that refuses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Line of the file, where there is one.
    pub line: Option<u64>,
    /// `totals_row`, `page_of_many`, `windows_1252`.
    pub code: &'static str,
    pub sentence: String,
}
