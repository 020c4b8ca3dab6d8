//! The store's settings: one row, edited whole with an optimistic version. Also the facility's day.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::quantity::Amount;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// What a manager may set. Times in the names are in the unit they end in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Settings {
    pub store_name: String,
    /// The facility's IANA zone, such as `America/Los_Angeles`.
    pub zone: String,
    /// Two letters: the state whose rules apply.
    pub jurisdiction: String,
    /// How long a tote may travel before it alerts, minutes.
    pub transit_limit_min: i64,
    pub idle_lock_shared_s: i64,
    pub idle_lock_own_s: i64,
    /// How long the last person may go on without the box confirming them, minutes.
    pub offline_for_min: i64,
    /// When the business day begins, "HH:MM" in the facility's zone.
    pub business_day_starts: String,
    pub slip_paper: Paper,
    /// Days before expiry at which stock is marked.
    pub expiry_warning_days: i64,
    /// The store's own license number, by which a manifest says that it is for this store. May be empty.
    pub license_number: String,
    /// Whether what should arrive is hidden until it is counted.
    pub blind_receiving: bool,
    /// How far an arriving weight may be off, by category. Pieces may not.
    pub weight_tolerances: Vec<Tolerance>,
    /// How far the till's clock and the devices' may be off the box's, seconds: what happened within this time
    /// of a count may have been before or after it.
    pub sales_clock_skew_s: i64,
    /// A difference of a count above this is counted by a second person, cents; 0 never.
    pub second_count_above_cents: i64,
    /// The house's own rule: how soon a discrepancy is dealt with, hours. The state's holds where it is sooner.
    pub discrepancy_within_h: i64,
    /// Whether managers, too, may let stock go from quarantine.
    pub manager_releases_quarantine: bool,
    /// Above either of these a second person approves an adjustment: its value in cents, and its units.
    pub adjust_limit_cents: i64,
    pub adjust_limit_units: i64,
    /// From what share of an average month's sales on a discrepancy is significant, in percent.
    pub significant_percent: i64,
    /// How long a customer's name, phone and order number are kept after an order is over, days.
    pub order_data_days: i64,
    /// Whether the packer takes a picture of the open bag.
    pub pack_photo: bool,
    /// From when on an order that waits on its shelf is called old, hours.
    pub order_aging_h: i64,
    /// How long picking, and packing, of an order should take, minutes.
    pub pick_target_min: i64,
    pub pack_target_min: i64,
    /// How far a sale of the POS may be from its hand-over; without one by then a case is opened. Hours.
    pub awaiting_sale_h: i64,
    #[serde(default)]
    pub version: i64,
}

/// How far a weight of a category may be off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    pub category: String,
    /// Of what was shipped: 0 to 10.
    pub percent: Amount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    Letter,
    A4,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            store_name: "Backstock".into(),
            zone: "America/Los_Angeles".into(),
            jurisdiction: "CA".into(),
            transit_limit_min: 30,
            idle_lock_shared_s: 300,
            idle_lock_own_s: 900,
            offline_for_min: 240,
            business_day_starts: "04:00".into(),
            slip_paper: Paper::Letter,
            expiry_warning_days: 30,
            license_number: String::new(),
            blind_receiving: true,
            weight_tolerances: Vec::new(),
            sales_clock_skew_s: 120,
            second_count_above_cents: 10_000,
            discrepancy_within_h: 24,
            manager_releases_quarantine: false,
            adjust_limit_cents: 5_000,
            adjust_limit_units: 5,
            significant_percent: 3,
            order_data_days: 30,
            pack_photo: false,
            order_aging_h: 24,
            pick_target_min: 10,
            pack_target_min: 5,
            awaiting_sale_h: 24,
            version: 0,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: String },
    #[error("somebody else changed the settings meanwhile")]
    ChangedMeanwhile,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for SettingsError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

impl Settings {
    pub const fn offline_for_s(&self) -> i64 {
        self.offline_for_min * 60
    }

    pub fn tz(&self) -> Tz {
        self.zone.parse().unwrap_or(Tz::UTC)
    }

    /// How far a weight of this category may be off, in percent.
    pub fn tolerance(&self, category: Option<&str>) -> Amount {
        let of = |one: &&Tolerance| category.is_some_and(|c| c.eq_ignore_ascii_case(&one.category));
        self.weight_tolerances.iter().find(of).map_or(Amount::ZERO, |one| one.percent)
    }

    /// The calendar date in the facility's zone.
    pub fn today(&self, now: At) -> NaiveDate {
        now.utc().with_timezone(&self.tz()).date_naive()
    }

    /// The business day that a moment belongs to: it begins at its hour, not at midnight.
    pub fn business_day(&self, now: At) -> NaiveDate {
        let starts = NaiveTime::parse_from_str(&self.business_day_starts, "%H:%M");
        let local = now.utc().with_timezone(&self.tz()).naive_local();
        let before = starts.is_ok_and(|starts| local.time() < starts);
        if before { local.date().pred_opt().unwrap_or(local.date()) } else { local.date() }
    }

    pub fn check(&self) -> Result<(), SettingsError> {
        let invalid = |field, why: &str| Err(SettingsError::Invalid { field, why: why.into() });
        if self.store_name.trim().is_empty() || self.store_name.chars().count() > 60 {
            return invalid("store_name", "needs 1 to 60 characters");
        }
        if self.zone.parse::<Tz>().is_err() {
            return invalid("zone", "is not an IANA time zone such as America/Los_Angeles");
        }
        if self.jurisdiction.len() != 2
            || !self.jurisdiction.bytes().all(|b| b.is_ascii_uppercase())
        {
            return invalid("jurisdiction", "needs the two letters of a state, such as CA");
        }
        if NaiveTime::parse_from_str(&self.business_day_starts, "%H:%M").is_err() {
            return invalid("business_day_starts", "needs a time such as 04:00");
        }
        if self.license_number.chars().count() > 60 {
            return invalid("license_number", "is longer than 60 characters");
        }
        if !(0..=900).contains(&self.sales_clock_skew_s) {
            return invalid("sales_clock_skew_s", "needs 0 to 900 seconds");
        }
        if !(0..=100_000_000).contains(&self.second_count_above_cents) {
            return invalid("second_count_above_cents", "needs 0 to 1,000,000 dollars");
        }
        if self.weight_tolerances.len() > 50 {
            return invalid("weight_tolerances", "are 50 at most");
        }
        for one in &self.weight_tolerances {
            let named = (1..=60).contains(&one.category.trim().chars().count());
            if !named || one.percent < Amount::ZERO || one.percent > Amount::whole(10) {
                let why = "each need a category and a percentage from 0 to 10";
                return invalid("weight_tolerances", why);
            }
        }
        let within = [
            ("transit_limit_min", self.transit_limit_min, 1..=1440),
            ("idle_lock_shared_s", self.idle_lock_shared_s, 30..=3600),
            ("idle_lock_own_s", self.idle_lock_own_s, 60..=43_200),
            ("offline_for_min", self.offline_for_min, 15..=1440),
            ("expiry_warning_days", self.expiry_warning_days, 0..=365),
            ("discrepancy_within_h", self.discrepancy_within_h, 1..=720),
            ("adjust_limit_cents", self.adjust_limit_cents, 0..=10_000_000),
            ("adjust_limit_units", self.adjust_limit_units, 0..=10_000),
            ("significant_percent", self.significant_percent, 1..=100),
            ("order_data_days", self.order_data_days, 1..=365),
            ("order_aging_h", self.order_aging_h, 1..=720),
            ("pick_target_min", self.pick_target_min, 1..=240),
            ("pack_target_min", self.pack_target_min, 1..=240),
            ("awaiting_sale_h", self.awaiting_sale_h, 1..=168),
        ];
        for (field, value, range) in within {
            if !range.contains(&value) {
                return invalid(
                    field,
                    &format!("must be from {} to {}", range.start(), range.end()),
                );
            }
        }
        Ok(())
    }
}

/// The settings in force; the defaults before the box is claimed.
pub fn get(db: &Db<'_>) -> Result<Settings, SqlError> {
    let row = db.maybe("SELECT body, version FROM settings WHERE id = 1", [], |row| {
        Ok((row.get::<_, String>("body")?, row.get::<_, i64>("version")?))
    })?;
    Ok(row.map_or_else(Settings::default, |(body, version)| {
        let settings: Settings = serde_json::from_str(&body).unwrap_or_default();
        Settings { version, ..settings }
    }))
}

/// Today in the facility's zone.
pub fn today(db: &Db<'_>) -> Result<NaiveDate, SqlError> {
    Ok(get(db)?.today(db.now()))
}

/// Replaces the settings; `version` must be the one that was read.
pub fn put(tx: &Tx<'_>, by: &Actor, new: &Settings) -> Result<Settings, SettingsError> {
    new.check()?;
    let old = get(tx)?;
    if old.version != new.version {
        return Err(SettingsError::ChangedMeanwhile);
    }
    let saved = Settings { version: old.version + 1, ..new.clone() };
    store(tx, &saved)?;
    Entry::open(tx, by, "settings_changed")?
        .seal(&serde_json::json!({ "was": old, "now": saved }))?;
    tx.announce(Topic::Settings, 1);
    Ok(saved)
}

/// Writes the row, as part of a command that seals its own entry (the claim).
pub fn store(tx: &Tx<'_>, settings: &Settings) -> Result<(), SettingsError> {
    let body = serde_json::to_string(settings)
        .map_err(|error| StoreError::Invariant(format!("settings: {error}")))?;
    tx.execute(
        "INSERT INTO settings (id, body, version) VALUES (1, :body, :version)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body, version = excluded.version",
        named_params! { ":body": body, ":version": settings.version },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_business_day_begins_at_its_hour_also_where_the_clocks_change() {
        let settings = Settings {
            zone: "America/Los_Angeles".into(),
            business_day_starts: "04:00".into(),
            ..Settings::default()
        };
        let day = |text: &str| {
            let at = chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis();
            settings.business_day(At(at)).to_string()
        };
        assert_eq!(day("2026-11-27T03:59:59-08:00"), "2026-11-26");
        assert_eq!(day("2026-11-27T04:00:00-08:00"), "2026-11-27");
        // On the first of November half past one comes twice, and belongs to the day before both times.
        assert_eq!(day("2026-11-01T01:30:00-07:00"), "2026-10-31");
        assert_eq!(day("2026-11-01T01:30:00-08:00"), "2026-10-31");
        assert_eq!(day("2026-11-01T04:00:00-08:00"), "2026-11-01");
    }
}
