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
    /// It came through this box's dock, and its batch has no COA on file.
    NoCoa,
    CoaFailed,
    CoaExpired,
    /// The acceptance is not recorded in the state's own system yet.
    NotAccepted,
    /// Held, and not in quarantine yet.
    Held,
    Quarantined,
    /// Not put away yet: nobody can be sent to a place for it.
    Unsorted,
}

/// What a batch's certificate of analysis says, where one is needed: for packages that came through the
/// dock. The newest that is not revoked decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoaState {
    /// The package is of the first import: its lab state gates it alone.
    NotNeeded,
    Missing,
    Failed,
    Expired,
    Passed,
}

/// METRC's lab states that allow a sale (the state's `LabTestingState` words).
pub const PASSING_LAB_STATES: [&str; 4] =
    ["TestPassed", "RetestPassed", "NotRequired", "ProcessValidated"];

/// The facts of a package that decide whether it may be picked.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, told as its own reason"
)]
pub struct Facts<'a> {
    pub lab_state: &'a str,
    pub on_hold: bool,
    pub recalled: bool,
    pub expires: Option<NaiveDate>,
    pub open_discrepancy: bool,
    pub coa: CoaState,
    /// Whether the state's own system has the acceptance, as far as it is needed.
    pub accepted: bool,
    /// Held for a reason while none of it is in quarantine.
    pub held: bool,
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
            (self.coa == CoaState::Missing, BlockReason::NoCoa),
            (self.coa == CoaState::Failed, BlockReason::CoaFailed),
            (self.coa == CoaState::Expired, BlockReason::CoaExpired),
            (!self.accepted, BlockReason::NotAccepted),
            (self.held, BlockReason::Held),
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
