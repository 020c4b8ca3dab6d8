//! What arrives at the dock: in which condition it is, how it was counted, and how far a weight may be
//! off. Rules only.

use serde::{Deserialize, Serialize};

use super::quantity::{Amount, Quantity, SCALE, Unit};

/// In which condition a package arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    #[default]
    Good,
    Damaged,
    BrokenSeal,
    /// A label that is missing, wrong or cannot be read.
    Label,
    Expired,
    WrongProduct,
}

impl Condition {
    pub const ALL: [Self; 6] = [
        Self::Good,
        Self::Damaged,
        Self::BrokenSeal,
        Self::Label,
        Self::Expired,
        Self::WrongProduct,
    ];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Damaged => "damaged",
            Self::BrokenSeal => "broken_seal",
            Self::Label => "label",
            Self::Expired => "expired",
            Self::WrongProduct => "wrong_product",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// How a package was counted: what the number rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "by", deny_unknown_fields)]
pub enum How {
    /// One by one, on the keypad or by scanning each.
    Pieces,
    /// Sealed inner packs of one size, a sample of them opened and counted, and loose pieces.
    Packs { packs: u32, size: u32, loose: u32, opened: u32 },
    /// On the scale, with the container weighed empty.
    Weighed { gross: Amount, tare: Amount },
}

/// Why a count cannot rest on what is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HowError {
    #[error("the packs and loose pieces do not make that number")]
    NotTheSum,
    #[error("open at least one sealed pack as a sample, and no more than there are")]
    NoSample,
    #[error("the gross weight less the container is not that number")]
    NotTheNet,
    #[error("pieces are counted, weights are weighed")]
    WrongWay,
}

impl How {
    /// Whether `counted` follows from it.
    pub fn check(&self, counted: Quantity) -> Result<(), HowError> {
        match *self {
            Self::Pieces => Ok(()),
            Self::Packs { packs, size, loose, opened } => {
                let sum = i128::from(packs) * i128::from(size) + i128::from(loose);
                if !counted.unit.counted() {
                    Err(HowError::WrongWay)
                } else if sum * i128::from(SCALE) != i128::from(counted.amount.raw()) {
                    Err(HowError::NotTheSum)
                } else if opened > packs || (packs > 0 && opened == 0) {
                    Err(HowError::NoSample)
                } else {
                    Ok(())
                }
            }
            Self::Weighed { gross, tare } => {
                if counted.unit.counted() {
                    Err(HowError::WrongWay)
                } else if tare < Amount::ZERO || gross - tare != counted.amount {
                    Err(HowError::NotTheNet)
                } else {
                    Ok(())
                }
            }
        }
    }
}

/// Whether a count is what was shipped: pieces exactly, weights within `tolerance` (in percent, at scale
/// 10^-4) of what was shipped.
#[must_use]
pub fn agrees(shipped: Amount, counted: Amount, unit: Unit, tolerance: Amount) -> bool {
    let off = i128::from((counted - shipped).raw()).abs();
    if unit.counted() || off == 0 {
        return off == 0;
    }
    off * 100 * i128::from(SCALE) <= i128::from(shipped.raw()) * i128::from(tolerance.raw())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(count: i64) -> Quantity {
        Quantity::new(Amount::whole(count), Unit::Ea)
    }

    fn grams(text: &str) -> Amount {
        text.parse().expect("a test's own amount")
    }

    #[test]
    fn packs_make_their_sum_and_one_is_opened() {
        let how = |packs, size, loose, opened| How::Packs { packs, size, loose, opened };
        assert_eq!(how(9, 10, 9, 1).check(pieces(99)), Ok(()));
        assert_eq!(how(9, 10, 9, 1).check(pieces(100)), Err(HowError::NotTheSum));
        assert_eq!(how(10, 10, 0, 0).check(pieces(100)), Err(HowError::NoSample));
        assert_eq!(how(10, 10, 0, 11).check(pieces(100)), Err(HowError::NoSample));
        assert_eq!(how(0, 10, 7, 0).check(pieces(7)), Ok(()), "nothing sealed, nothing to open");
        assert_eq!(how(u32::MAX, u32::MAX, 0, 1).check(pieces(1)), Err(HowError::NotTheSum));
        let weight = Quantity::new(Amount::whole(100), Unit::G);
        assert_eq!(how(10, 10, 0, 1).check(weight), Err(HowError::WrongWay));
    }

    #[test]
    fn a_weight_is_gross_less_the_container() {
        let how = How::Weighed { gross: grams("470.5"), tare: grams("14.5") };
        assert_eq!(how.check(Quantity::new(grams("456"), Unit::G)), Ok(()));
        assert_eq!(how.check(Quantity::new(grams("456.1"), Unit::G)), Err(HowError::NotTheNet));
        assert_eq!(how.check(pieces(456)), Err(HowError::WrongWay));
    }

    #[test]
    fn one_piece_is_a_difference_and_a_gram_in_a_pound_may_not_be() {
        let percent = grams("0.5");
        assert!(!agrees(Amount::whole(100), Amount::whole(99), Unit::Ea, percent));
        assert!(agrees(grams("453.6"), grams("452.6"), Unit::G, percent));
        assert!(!agrees(grams("453.6"), grams("451.3"), Unit::G, percent));
        assert!(!agrees(grams("453.6"), grams("453.5999"), Unit::G, Amount::ZERO));
        assert!(!agrees(Amount::ZERO, grams("1"), Unit::G, percent), "nothing was to come");
    }

    proptest! {
        #[test]
        fn what_agrees_is_within_its_percent(shipped in 0..10_000_000_i64, off in -1_000_000..1_000_000_i64, tolerance in 0..10_i64) {
            let counted = Amount::from_raw(shipped + off);
            let agreed = agrees(Amount::from_raw(shipped), counted, Unit::G, Amount::whole(tolerance));
            prop_assert_eq!(agreed, off == 0 || off.abs() * 100 <= shipped * tolerance);
        }
    }
}
