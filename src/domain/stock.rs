//! What makes a package sellable or not, from its facts alone.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::place::PlaceKind;

/// Why a package may be found and counted, but not picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockReason {
    LabNotPassed,
    OnHold,
    Recalled,
    Expired,
    OpenDiscrepancy,
    Quarantined,
    /// Not put away yet: nobody can be sent to a place for it.
    Unsorted,
}

/// METRC's lab states that allow a sale (the state's `LabTestingState` words).
pub const PASSING_LAB_STATES: [&str; 4] =
    ["TestPassed", "RetestPassed", "NotRequired", "ProcessValidated"];

/// The facts of a package that decide whether it may be picked.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub lab_state: &'a str,
    pub on_hold: bool,
    pub recalled: bool,
    pub expires: Option<NaiveDate>,
    pub open_discrepancy: bool,
}

impl Facts<'_> {
    /// Every reason that holds, on the facility's `today`. The expiry date itself is still sellable.
    #[must_use]
    pub fn blocked(&self, today: NaiveDate) -> Vec<BlockReason> {
        let reasons = [
            (!PASSING_LAB_STATES.contains(&self.lab_state), BlockReason::LabNotPassed),
            (self.on_hold, BlockReason::OnHold),
            (self.recalled, BlockReason::Recalled),
            (self.expires.is_some_and(|expires| expires < today), BlockReason::Expired),
            (self.open_discrepancy, BlockReason::OpenDiscrepancy),
        ];
        reasons.into_iter().filter_map(|(holds, reason)| holds.then_some(reason)).collect()
    }

    /// As [`Facts::blocked`], and what the kind of place adds.
    #[must_use]
    pub fn blocked_at(&self, place: PlaceKind, today: NaiveDate) -> Vec<BlockReason> {
        let mut reasons = self.blocked(today);
        match place {
            PlaceKind::Quarantine | PlaceKind::Waste => reasons.push(BlockReason::Quarantined),
            PlaceKind::Unsorted | PlaceKind::Dock => reasons.push(BlockReason::Unsorted),
            _ => {}
        }
        reasons
    }
}
