//! An online order's states and what may follow which; what a packer checks, which identification was
//! shown, and how much of a customer is kept. No IO, no clock.

use serde::{Deserialize, Serialize};

/// Declares a closed set of words, each written as its own `snake_case` word in JSON and in the database.
macro_rules! words_of {
    ($(#[$doc:meta])* $name:ident: $count:literal { $($(#[$inner:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$inner])* $variant),+ }

        impl $name {
            pub const ALL: [Self; $count] = [$(Self::$variant),+];

            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.word() == word)
            }
        }
    };
}

words_of! {
    /// Where an order is on its way from the source to the customer.
    OrderState: 9 {
        /// A line is not known: a person says which product it is.
        Unmatched => "unmatched",
        /// Promised, waiting to be picked.
        Waiting => "waiting",
        Picking => "picking",
        /// Picked, in its tote at the pack bench.
        Packing => "packing",
        /// Verified, checked, sealed and labelled.
        Packed => "packed",
        /// On its packed-orders shelf.
        Staged => "staged",
        HandedOver => "handed_over",
        /// It will not be handed over; what was taken for it is being put back.
        Unwinding => "unwinding",
        /// Over without a hand-over.
        Ended => "ended",
    }
}

words_of! {
    OrderWay: 3 { Pickup => "pickup", Curbside => "curbside", Delivery => "delivery" }
}

words_of! {
    /// Why an order is not handed over.
    OrderWhy: 6 {
        /// The customer, or the source for them, cancelled it.
        Customer => "customer",
        Store => "store",
        NotPickedUp => "not_picked_up",
        /// The customer did not take it at the counter.
        Refused => "refused",
        /// The source changed it while it was worked on: it begins anew.
        Changed => "changed",
        /// Nothing of it could be had.
        Short => "short",
    }
}

words_of! {
    /// What the packer looks at before the bag is closed.
    PackCheck: 4 {
        ChildResistant => "child_resistant",
        OpaqueBag => "opaque_bag",
        /// No label of ours hides one of the product's own.
        LabelUncovered => "label_uncovered",
        Sealed => "sealed",
    }
}

words_of! {
    /// Which identification was shown. Its number is never asked for.
    IdType: 6 {
        DriverLicense => "driver_license",
        StateId => "state_id",
        Passport => "passport",
        MilitaryId => "military_id",
        MedicalCard => "medical_card",
        OtherGovernmentId => "other_government_id",
    }
}

impl OrderState {
    /// Whether an order may go from here to there.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use OrderState::{
            Ended, HandedOver, Packed, Packing, Picking, Staged, Unmatched, Unwinding, Waiting,
        };
        match self {
            Unmatched => matches!(next, Waiting | Ended),
            Waiting => matches!(next, Unmatched | Picking | Ended),
            Picking => matches!(next, Waiting | Unmatched | Packing | Unwinding | Ended),
            // What turned out missing or broken at the bench is fetched, waited for, or given up.
            Packing => matches!(next, Packed | Picking | Waiting | Unwinding | Ended),
            Packed => matches!(next, Staged | Unwinding),
            Staged => matches!(next, HandedOver | Unwinding),
            // A changed order begins anew once everything of it is back.
            Unwinding => matches!(next, Ended | Waiting | Unmatched),
            HandedOver | Ended => false,
        }
    }

    /// Nothing more happens to it.
    #[must_use]
    pub const fn over(self) -> bool {
        matches!(self, Self::HandedOver | Self::Ended)
    }

    /// Stock of it may be out of its bins.
    #[must_use]
    pub const fn in_hand(self) -> bool {
        matches!(
            self,
            Self::Picking | Self::Packing | Self::Packed | Self::Staged | Self::Unwinding
        )
    }
}

/// "Maria G.": first name and last initial, all that is kept of a name. Empty where there is none.
#[must_use]
pub fn short_name(first: &str, last: &str) -> String {
    let clean = |text: &str| -> String {
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (first, last) = (clean(first), clean(last));
    let first: String = first.chars().take(40).collect();
    match last.chars().next() {
        Some(initial) if first.is_empty() => format!("{}.", initial.to_uppercase()),
        Some(initial) => format!("{first} {}.", initial.to_uppercase()),
        None => first,
    }
}

/// "•••• 4821": the last four digits, all that is kept of a phone number. Nothing below seven digits.
#[must_use]
pub fn masked_phone(phone: &str) -> Option<String> {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let tail: String = digits[digits.len().checked_sub(4)?..].iter().collect();
    (digits.len() >= 7).then(|| format!("•••• {tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over_and_nothing_follows_itself() {
        for from in OrderState::ALL {
            assert!(!from.may_become(from), "{}", from.word());
            if from.over() {
                assert!(OrderState::ALL.iter().all(|to| !from.may_become(*to)), "{}", from.word());
            }
        }
    }

    #[test]
    fn an_order_is_handed_over_from_its_shelf_alone() {
        let before: Vec<_> = OrderState::ALL
            .into_iter()
            .filter(|from| from.may_become(OrderState::HandedOver))
            .collect();
        assert_eq!(before, [OrderState::Staged]);
    }

    #[test]
    fn a_name_is_cut_to_an_initial_and_a_phone_to_four_digits() {
        assert_eq!(short_name(" Maria  José ", "garcía lópez"), "Maria José G.");
        assert_eq!(short_name("Ana", ""), "Ana");
        assert_eq!(short_name("", "Lee"), "L.");
        assert_eq!(masked_phone("+1 (510) 555-4821").as_deref(), Some("•••• 4821"));
        assert_eq!(masked_phone("4821"), None);
        assert_eq!(masked_phone(""), None);
    }
}
