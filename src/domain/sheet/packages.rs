//! Package lists: what the state's `GET /packages/v2/active` answers, and CSV exports. Gives each
//! row's facts or its refusal. Whether a package is known, and which product it is, is not asked here.

mod csv;

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{FileRefused, Note, Reason, RowError, cell, metrc, text};
use crate::domain::quantity::{Amount, Unit};
use crate::domain::tag::{self, LENGTH, Tag};
use crate::domain::time::At;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    MetrcJson,
    Csv,
}

#[derive(Clone, Debug)]
pub struct PackageFile {
    pub format: Format,
    pub rows: Vec<PackageRow>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug)]
pub struct PackageRow {
    /// 1 for the first package of the file.
    pub number: usize,
    /// The line of a CSV file.
    pub line: Option<u64>,
    /// The tag as it stood there, right or wrong.
    pub label: String,
    pub result: Result<PackageFacts, RowError>,
}

/// What a file says of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageFacts {
    pub tag: Tag,
    /// The item's name, else its SKU: what is mapped to a product.
    pub item: String,
    pub category: Option<String>,
    pub unit: Unit,
    pub amount: Amount,
    pub batch: Option<String>,
    pub packaged: Option<NaiveDate>,
    pub received: Option<At>,
    /// The earliest of expiration, use-by and sell-by.
    pub expires: Option<NaiveDate>,
    /// When its lab result lapses, where the state says so.
    pub lab_expires: Option<NaiveDate>,
    pub unit_cost_cents: Option<i64>,
    pub supplier: Option<String>,
    pub supplier_license: Option<String>,
    pub manifest: Option<String>,
    /// METRC's word (`TestPassed`), or the file's own where it is none of them; `None`: not said.
    pub lab_state: Option<String>,
    /// `None`: the file does not say.
    pub on_hold: Option<bool>,
    /// What holds it, in a word or two.
    pub hold_reason: Option<String>,
    pub recalled: Option<bool>,
    pub room: Option<String>,
    pub strain: Option<String>,
    pub brand: Option<String>,
    pub sku: Option<String>,
    /// The tag its Retail IDs were issued under.
    pub retail_id_origin: Option<Tag>,
    /// Packages that it was made of.
    pub source_tags: Vec<Tag>,
    pub last_modified: Option<At>,
}

/// Reads a package list of either kind. Times without an offset are of the facility's `zone`.
pub fn read_packages(bytes: &[u8], zone: Tz) -> Result<PackageFile, FileRefused> {
    let mut notes = Vec::new();
    let text = text::decode(bytes, &mut notes)?;
    let (format, mut rows) = if text.trim_start().starts_with(['{', '[']) {
        (Format::MetrcJson, metrc::read(&text, zone, &mut notes)?)
    } else {
        (Format::Csv, csv::read(&text, zone, &mut notes)?)
    };
    refuse_duplicates(&mut rows);
    Ok(PackageFile { format, rows, notes })
}

/// The tag of a row, or what is wrong with it.
pub(super) fn tag_of(label: Option<&str>) -> Result<Tag, RowError> {
    let Some(label) = label else { return Err(RowError::new("tag", "", Reason::Missing)) };
    Tag::parse(label).ok_or_else(|| {
        let length = label.chars().count();
        let mangled = tag::looks_mangled(label);
        let reason = if mangled { Reason::MangledTag } else { Reason::BadTag(length) };
        debug_assert!(length != LENGTH || mangled || !label.bytes().all(|b| b.is_ascii_hexdigit()));
        RowError::new("tag", label, reason)
    })
}

/// The rules that any amount of a package keeps.
pub(super) fn checked_amount(
    amount: Amount,
    unit: Unit,
    written: &str,
) -> Result<Amount, RowError> {
    if amount < Amount::ZERO {
        return Err(RowError::new("quantity", written, Reason::Negative));
    }
    if !unit.fits(amount) {
        return Err(RowError::new("quantity", written, Reason::FractionOfEach));
    }
    Ok(amount)
}

/// The amount, and the unit from its own cell or from behind the number ("12.5 g"); two that differ are
/// refused.
pub(super) fn amount_of(
    written: Option<&str>,
    unit: Option<&str>,
) -> Result<(Amount, Unit), RowError> {
    let written = written.ok_or_else(|| RowError::new("quantity", "", Reason::Missing))?;
    let (amount, behind) =
        cell::quantity(written).map_err(|reason| RowError::new("quantity", written, reason))?;
    let unknown = |text: &str| RowError::new("unit", text, Reason::UnitUnknown);
    let own = match unit {
        Some(text) => Some(Unit::parse(text).ok_or_else(|| unknown(text))?),
        None => None,
    };
    let unit = match (own, behind) {
        (Some(own), Some(behind)) if own != behind => {
            return Err(unknown(&format!("{own} and {behind}")));
        }
        (own, behind) => {
            own.or(behind).ok_or_else(|| RowError::new("unit", "", Reason::Missing))?
        }
    };
    Ok((checked_amount(amount, unit, written)?, unit))
}

/// METRC's word for a lab state, whatever a till or the state calls it; an unknown word stays as it
/// is (and passes nothing).
pub(super) fn lab_word(text: &str) -> String {
    let word = match super::table::normal(text).as_str() {
        "testpassed" | "passed" | "pass" | "labpassed" | "tested" => "TestPassed",
        "testfailed" | "failed" | "fail" => "TestFailed",
        "retestpassed" => "RetestPassed",
        "retestfailed" => "RetestFailed",
        "notsubmitted" | "untested" | "nottested" => "NotSubmitted",
        "submittedfortesting" | "submitted" => "SubmittedForTesting",
        "testinginprogress" | "inprogress" | "testing" | "pending" => "TestingInProgress",
        "awaitingconfirmation" => "AwaitingConfirmation",
        "remediated" => "Remediated",
        "selectedforrandomtesting" => "SelectedForRandomTesting",
        "notrequired" | "testingnotrequired" | "exempt" => "NotRequired",
        "processvalidated" => "ProcessValidated",
        _ => return text.trim().to_owned(),
    };
    word.to_owned()
}

fn refuse_duplicates(rows: &mut [PackageRow]) {
    let mut first_rows = HashMap::with_capacity(rows.len());
    for row in rows {
        let Ok(facts) = &row.result else { continue };
        let first = *first_rows.entry(facts.tag).or_insert(row.number);
        if first != row.number {
            row.result = Err(RowError::new("tag", &row.label, Reason::DuplicateTag(first)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lab_states_by_any_name() {
        for (text, word) in [
            ("Passed", "TestPassed"),
            ("Test Passed", "TestPassed"),
            ("FAILED", "TestFailed"),
            ("not required", "NotRequired"),
            ("Pending", "TestingInProgress"),
            ("Odd word", "Odd word"),
        ] {
            assert_eq!(lab_word(text), word);
        }
    }
}
