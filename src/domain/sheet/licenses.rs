//! Public registers of licenses as CSV. Every state publishes another shape: columns are found by their
//! heading, dates in whatever form, a status by its words.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::table::{Column, Row, Table, normal};
use super::{FileRefused, Note, text};
use crate::domain::sheet::cell;

/// A license as a register has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct License {
    pub number: String,
    pub name: Option<String>,
    pub dba: Option<String>,
    /// What kind of business it is for.
    pub kind: Option<String>,
    pub designation: Option<String>,
    pub status: Option<String>,
    /// Whether the status says that it is in force; `None` where it says nothing that is known.
    pub active: Option<bool>,
    pub state: Option<String>,
    pub expires: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub struct LicenseFile {
    pub licenses: Vec<License>,
    /// The newest date that the register gives itself.
    pub refreshed: Option<NaiveDate>,
    pub notes: Vec<Note>,
}

const COLUMNS: [Column; 9] = [
    Column {
        field: "license_number",
        aliases: &["licensenumber", "license", "licenseno", "number"],
    },
    Column {
        field: "business_name",
        aliases: &[
            "businesslegalname",
            "businessname",
            "legalname",
            "licensee",
            "name",
            "businessowner",
        ],
    },
    Column { field: "dba", aliases: &["businessdbaname", "dba", "tradename"] },
    Column { field: "license_type", aliases: &["licensetype", "type"] },
    Column { field: "designation", aliases: &["licensedesignation", "designation"] },
    Column { field: "status", aliases: &["licensestatus", "status"] },
    Column { field: "state", aliases: &["premisestate", "state"] },
    Column {
        field: "expires",
        aliases: &["expirationdate", "expires", "expiration", "expirydate"],
    },
    Column { field: "refreshed", aliases: &["datarefresheddate", "refreshed", "asof"] },
];
const NUMBER: usize = 0;
const NAME: usize = 1;
const DBA: usize = 2;
const KIND: usize = 3;
const DESIGNATION: usize = 4;
const STATUS: usize = 5;
const STATE: usize = 6;
const EXPIRES: usize = 7;
const REFRESHED: usize = 8;

/// Reads a register. Rows without a number are left out and counted in a note.
pub fn read_licenses(bytes: &[u8]) -> Result<LicenseFile, FileRefused> {
    let mut notes = Vec::new();
    let text = text::decode(bytes, &mut notes)?;
    let table = Table::find(&text, &COLUMNS, &[&[NUMBER], &[NAME, DBA, KIND]])?;
    let mut licenses: Vec<License> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let (mut refreshed, mut nameless) = (None, 0);
    table.rows(|row| {
        refreshed = refreshed.max(row.get(REFRESHED).and_then(day));
        let Some(license) = license(&row) else {
            nameless += 1;
            return;
        };
        match known.entry(key(&license.number)) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(licenses.len());
                licenses.push(license);
            }
            std::collections::hash_map::Entry::Occupied(at) => {
                let earlier = &mut licenses[*at.get()];
                // A license that was renewed stands there twice: what is in force longest counts.
                if (license.active, license.expires) > (earlier.active, earlier.expires) {
                    *earlier = license;
                }
            }
        }
    })?;
    if nameless > 0 {
        let sentence = format!("{nameless} rows have no license number and were left out.");
        notes.push(Note { line: None, code: "no_number", sentence });
    }
    Ok(LicenseFile { licenses, refreshed, notes })
}

fn license(row: &Row<'_>) -> Option<License> {
    let number = row.owned(NUMBER)?;
    let status = row.owned(STATUS);
    Some(License {
        active: status.as_deref().and_then(in_force),
        number,
        name: row.owned(NAME),
        dba: row.owned(DBA),
        kind: row.owned(KIND),
        designation: row.owned(DESIGNATION),
        status,
        state: row.owned(STATE),
        expires: row.get(EXPIRES).and_then(day),
    })
}

/// A day in whatever form registers write it: also "Sat Jun 15 2024 04:00:00 GMT-0400 (Eastern ...)".
fn day(text: &str) -> Option<NaiveDate> {
    let spelled = text.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    NaiveDate::parse_from_str(&spelled, "%a %b %d %Y")
        .ok()
        .or_else(|| cell::date(text, Tz::UTC).ok().flatten())
        .or_else(|| text.get(..10).and_then(|day| day.parse().ok()))
}

/// Whether a status says that a license is in force.
fn in_force(status: &str) -> Option<bool> {
    let word = normal(status);
    let says = |words: &[&str]| words.iter().any(|one| word.starts_with(one));
    if says(&[
        "inactive",
        "expired",
        "revoked",
        "suspended",
        "surrendered",
        "closed",
        "cancel",
        "denied",
        "withdrawn",
        "terminated",
        "void",
        "pending",
        "temporarilysuspended",
    ]) {
        Some(false)
    } else if says(&[
        "active",
        "operating",
        "open",
        "complete",
        "current",
        "issued",
        "approved",
        "valid",
    ]) {
        Some(true)
    } else {
        None
    }
}

/// A license number as it is compared: capital letters and digits only.
#[must_use]
pub fn key(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Whether two numbers differ by one character changed, left out or added, or by two that changed places.
#[must_use]
pub fn neighbours(a: &str, b: &str) -> bool {
    let (one, other) = (key(a).into_bytes(), key(b).into_bytes());
    let before = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[before..], &other[before..]);
    let after = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&one[..one.len() - after], &other[..other.len() - after]) {
        ([_], [_] | []) | ([], [_]) => true,
        ([first, second], [their_first, their_second]) => {
            first == their_second && second == their_first
        }
        _ => false,
    }
}

/// Whether a business of this kind may send goods to a store. `None`: the word is not known.
#[must_use]
pub fn may_send(kind: &str) -> Option<bool> {
    let word = normal(kind);
    let has = |words: &[&str]| words.iter().any(|one| word.contains(one));
    if has(&["microbusiness", "vertical", "integrated"]) {
        return Some(true);
    }
    if has(&[
        "cultivat",
        "grow",
        "craft",
        "produc",
        "process",
        "manufactur",
        "infuser",
        "distribut",
        "wholesal",
        "transport",
        "cooperative",
    ]) {
        return Some(true);
    }
    if has(&[
        "retail",
        "dispensar",
        "lab",
        "testing",
        "deliveryoperator",
        "courier",
        "caurd",
        "store",
        "consumption",
        "lounge",
    ]) {
        return Some(false);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPES: &str = "\
license_number,license_type,license_status,business_legal_name,premise_state,expiration_date,data_refreshed_date
MP281686,Marijuana Product Manufacturer,COMPLETE,\"Sama, LLC\",MA,Sat Jun 15 2024 04:00:00 GMT-0400 (Eastern Daylight Time),2023-12-17T10:44:05
AU-G-A-000138,Class A Marihuana Grower,Active,High Bud,MI,2024-05-19T00:00:00,2023-12-18T10:44:05
430562,Adult-Use Retailer,ACTIVE (ISSUED),Hashtag,WA,8/8/2022,
000138,,Expired,Old,AZ,,
AU G A 000138,Class A Marihuana Grower,Active,High Bud,MI,2026-05-19,
,Nobody,Active,Nobody,AZ,,
";

    #[test]
    fn every_states_shape_is_read() {
        let file = read_licenses(SHAPES.as_bytes()).unwrap();
        assert_eq!(file.licenses.len(), 4);
        assert_eq!(file.refreshed, NaiveDate::from_ymd_opt(2023, 12, 18));
        assert_eq!(file.notes[0].code, "no_number");
        let days: Vec<_> = file.licenses.iter().map(|one| one.expires).collect();
        let day = NaiveDate::from_ymd_opt;
        assert_eq!(days, [day(2024, 6, 15), day(2026, 5, 19), day(2022, 8, 8), None]);
        let active: Vec<_> = file.licenses.iter().map(|one| one.active).collect();
        assert_eq!(active, [Some(true), Some(true), Some(true), Some(false)]);
    }

    #[test]
    fn one_slip_makes_a_neighbour() {
        for (a, b) in [
            ("C11-0000123-LIC", "C11-0000124-LIC"),
            ("C11-0000123-LIC", "C11-000123-LIC"),
            ("C11-0000123-LIC", "C11-0001023-LIC"),
            ("403-01467", "40301476"),
        ] {
            assert!(neighbours(a, b) && neighbours(b, a), "{a} {b}");
        }
        for (a, b) in
            [("403-01467", "403 01467"), ("403-01467", "403-01578"), ("", ""), ("A1", "B2")]
        {
            assert!(!neighbours(a, b) && !neighbours(b, a), "{a} {b}");
        }
    }

    #[test]
    fn a_store_sends_nothing_and_a_grower_does() {
        for kind in [
            "Cultivations",
            "Class A Marihuana Grower",
            "Retail Production",
            "Distributor",
            "infused-product-manufacturing",
            "Marijuana Microbusiness",
            "Transporters",
        ] {
            assert_eq!(may_send(kind), Some(true), "{kind}");
        }
        for kind in [
            "Stores",
            "Recreational Retailer",
            "dispensary",
            "Marijuana Laboratory",
            "lab",
            "Marijuana Delivery Operator",
        ] {
            assert_eq!(may_send(kind), Some(false), "{kind}");
        }
        assert_eq!(may_send("Marijuana Establishment"), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), text in ".{0,40}") {
            let _ = (read_licenses(&bytes), neighbours(&text, "C11-1"), may_send(&text), in_force(&text));
        }
    }
}
