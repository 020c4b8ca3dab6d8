//! First in, first out: which lots a pick takes. Earliest expiry first where lots expire, else the
//! oldest received. Pure; the reasons why a lot may not be picked are decided before.

use chrono::NaiveDate;

use super::id::{PackageId, PlaceId};
use super::quantity::Amount;
use super::time::At;

/// A pickable lot: one package in one bin, with what is free of other picks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    pub package: PackageId,
    pub place: PlaceId,
    pub free: Amount,
    pub expires: Option<NaiveDate>,
    pub received: Option<At>,
    /// The bin's place on the walk through the vault.
    pub walk: i64,
}

/// The order in which lots are taken: earlier expiry before later, a lot that expires before one that
/// does not, then the older receipt, then the tag's own order so that the answer is always the same.
pub type Age = (bool, Option<NaiveDate>, Option<At>, PackageId);

impl Lot {
    #[must_use]
    pub fn age(&self) -> Age {
        (self.expires.is_none(), self.expires, self.received, self.package)
    }

    /// Lots as they are taken: by age, and within one package bins in walking order.
    #[must_use]
    pub fn turn(&self) -> (Age, i64, PlaceId) {
        (self.age(), self.walk, self.place)
    }

    /// Whether this lot must leave the shelf before the other (ties of date and receipt do not).
    #[must_use]
    pub fn before(&self, other: &Self) -> bool {
        let key = |lot: &Self| (lot.expires.is_none(), lot.expires, lot.received);
        key(self) < key(other)
    }
}

/// Take `amount` of a package from a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Take {
    pub package: PackageId,
    pub place: PlaceId,
    pub amount: Amount,
}

/// What was planned, and what could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub takes: Vec<Take>,
    pub short: Amount,
}

/// Plans `wanted` over the lots, oldest first; within one package, bins in walking order. Every take
/// is a whole multiple of `step` (3.5 g where an eighth is packed in 3.5 g), so that nobody is asked
/// for a part of a unit.
#[must_use]
pub fn plan(lots: &[Lot], wanted: Amount, step: Amount) -> Plan {
    let mut by_age: Vec<&Lot> = lots.iter().collect();
    by_age.sort_by_key(|lot| lot.turn());
    let mut takes = Vec::new();
    let mut left = wanted.down_to(step);
    for lot in by_age {
        let amount = lot.free.min(left).down_to(step);
        if amount.is_positive() {
            takes.push(Take { package: lot.package, place: lot.place, amount });
            left = left - amount;
        }
    }
    Plan { takes, short: left }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lot(package: i64, free: i64, expires: Option<u32>, received: i64) -> Lot {
        Lot {
            package: PackageId(package),
            place: PlaceId(100 + package),
            free: Amount::whole(free),
            expires: expires.and_then(|day| NaiveDate::from_ymd_opt(2026, 12, day)),
            received: Some(At(received)),
            walk: package,
        }
    }

    #[test]
    fn earliest_expiry_first_then_oldest_received() {
        let lots = [lot(1, 5, Some(20), 1), lot(2, 5, Some(10), 9), lot(3, 5, None, 0)];
        let plan = plan(&lots, Amount::whole(12), Amount::whole(1));
        let order: Vec<_> = plan.takes.iter().map(|take| (take.package.0, take.amount)).collect();
        assert_eq!(order, [(2, Amount::whole(5)), (1, Amount::whole(5)), (3, Amount::whole(2))]);
        assert_eq!(plan.short, Amount::ZERO);
    }

    #[test]
    fn never_plans_a_part_of_a_unit() {
        let eighth = Amount::from_raw(35_000);
        let lots = [lot(1, 5, None, 1), lot(2, 8, None, 2)];
        let plan = plan(&lots, Amount::whole(14), eighth);
        assert_eq!(
            plan.takes.iter().map(|take| take.amount).collect::<Vec<_>>(),
            [eighth, Amount::whole(7)]
        );
        assert_eq!(plan.short, eighth);
    }

    proptest! {
        #[test]
        fn what_is_planned_and_what_is_short_is_what_was_wanted(
            frees in proptest::collection::vec((0..50i64, 0..28u32, 0..9i64), 0..12),
            wanted in 0..300i64,
        ) {
            let lots: Vec<Lot> = frees.iter().enumerate().map(|(index, (free, day, received))|
                lot(i64::try_from(index).expect("small"), *free, (*day > 0).then_some(*day), *received)).collect();
            let wanted = Amount::whole(wanted);
            let plan = plan(&lots, wanted, Amount::whole(1));
            let taken: Amount = plan.takes.iter().map(|take| take.amount).sum();
            prop_assert_eq!(taken + plan.short, wanted);
            let free: Amount = lots.iter().map(|lot| lot.free).sum();
            prop_assert_eq!(taken, free.min(wanted));
            // An older lot is never left with stock while a newer one is taken.
            for take in &plan.takes {
                let newer = lots.iter().find(|lot| lot.package == take.package).expect("planned from the lots");
                for older in lots.iter().filter(|lot| lot.before(newer)) {
                    let of_older: Amount = plan.takes.iter().filter(|t| t.package == older.package).map(|t| t.amount).sum();
                    prop_assert_eq!(of_older, older.free);
                }
            }
        }
    }
}
