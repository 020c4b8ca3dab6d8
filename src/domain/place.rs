//! Places, where stock can be, and accounts, where it comes from or goes to without being on a shelf.

use serde::{Deserialize, Serialize};

use super::id::PlaceId;

/// The first id of a physical place; below it are the accounts. The database's CHECK on balances
/// rests on this line: an account may be negative, a physical place never.
pub const FIRST_PHYSICAL: i64 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// Where the first import puts everything, until put-away sorts it.
    Unsorted,
    Dock,
    /// A vault bin.
    Bin,
    Tote,
    /// A floor station.
    Floor,
    Packed,
    Quarantine,
    Waste,
    Account,
}

impl PlaceKind {
    pub const ALL: [Self; 9] = [
        Self::Unsorted,
        Self::Dock,
        Self::Bin,
        Self::Tote,
        Self::Floor,
        Self::Packed,
        Self::Quarantine,
        Self::Waste,
        Self::Account,
    ];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsorted => "unsorted",
            Self::Dock => "dock",
            Self::Bin => "bin",
            Self::Tote => "tote",
            Self::Floor => "floor",
            Self::Packed => "packed",
            Self::Quarantine => "quarantine",
            Self::Waste => "waste",
            Self::Account => "account",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Where a restock or an order may be picked from.
    pub const PICKABLE: Self = Self::Bin;

    #[must_use]
    pub const fn pickable(self) -> bool {
        matches!(self, Self::PICKABLE)
    }

    /// Where a person may put stock down by a scan. Totes fill through a pick, quarantine and waste
    /// through their own workflows.
    #[must_use]
    pub const fn free_to_move(self) -> bool {
        matches!(self, Self::Unsorted | Self::Dock | Self::Bin | Self::Floor)
    }
}

/// The accounts, each with its fixed place id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    Opening = 1,
    Supplier = 2,
    Sold = 3,
    Wasted = 4,
    ReturnedToVendor = 5,
    Sample = 6,
    Adjusted = 7,
}

impl Account {
    #[must_use]
    pub const fn id(self) -> PlaceId {
        PlaceId(self as i64)
    }
}

impl PlaceId {
    #[must_use]
    pub const fn is_physical(self) -> bool {
        self.0 >= FIRST_PHYSICAL
    }
}
