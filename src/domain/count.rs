//! Counting: what the book had at the moment something was counted, while the store went on working; how
//! far a count may be off; and how a count by product is shared out over its packages. Pure.

use std::collections::BTreeSet;

use super::id::{PackageId, Seq};
use super::quantity::Amount;
use super::time::At;

/// A figure that arrives within this time was said in touch with the box.
const FRESH_S: i64 = 15;
/// More possible sums than this are not looked through: the line is counted again.
const SUMS: usize = 4096;

/// When somebody counted: from looking at the first unit to saying the figure. Positions are of the journal,
/// where the device was in touch with the box then; times are the device's, and the box's at the arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub began_seq: Option<Seq>,
    pub said_seq: Option<Seq>,
    pub began_at: At,
    pub said_at: At,
    pub arrived: At,
}

/// A movement at what was counted: when it entered the book, and when it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    pub seq: Seq,
    pub at: At,
    /// The till's time of a sale that was loaded, or the device's of a move that waited there.
    pub done: Option<At>,
    /// What it changed there: below zero where stock left.
    pub change: Amount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
    /// Nobody can tell.
    During,
}

impl Counted {
    /// On which side of the count a movement was. `skew_s`: how far clocks may be apart.
    #[must_use]
    pub fn side(&self, movement: &Happened, skew_s: i64) -> Side {
        // What the device had heard of when its person began was done before.
        if self.began_seq.is_some_and(|began| movement.seq <= began) {
            return Side::Before;
        }
        if let Some(done) = movement.done {
            return self.by_time(done, skew_s);
        }
        let fresh = self.arrived.seconds_since(self.said_at) <= FRESH_S;
        match self.said_seq.filter(|_| fresh && self.began_seq.is_some()) {
            Some(said) if movement.seq <= said => Side::During,
            Some(_) => Side::After,
            // Out of touch: its position says nothing of what came later.
            None => self.by_time(movement.at, skew_s),
        }
    }

    fn by_time(&self, done: At, skew_s: i64) -> Side {
        if done < self.began_at.plus_s(-skew_s) {
            Side::Before
        } else if done > self.said_at.plus_s(skew_s) {
            Side::After
        } else {
            Side::During
        }
    }
}

/// What the book had when it was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    Had(Amount),
    /// Something moved while it was counted, and no way of telling before from after makes it right.
    Overlaps,
}

/// The book for the moment of a count, from what it has now and the movements since. Where a movement was
/// during the count, the count is taken for right if it can be.
#[must_use]
pub fn book(now: Amount, moved: &[Happened], counted: &Counted, is: Amount, skew_s: i64) -> Book {
    let mut had = now;
    let mut during = Vec::new();
    for movement in moved {
        match counted.side(movement, skew_s) {
            Side::Before => {}
            Side::After => had = had - movement.change,
            Side::During => {
                had = had - movement.change;
                during.push(movement.change);
            }
        }
    }
    if during.is_empty() {
        return Book::Had(had);
    }
    match sums(&during) {
        Some(sums) if sums.contains(&(is - had)) => Book::Had(is),
        _ => Book::Overlaps,
    }
}

/// Everything that some of these make together.
fn sums(changes: &[Amount]) -> Option<BTreeSet<Amount>> {
    let mut sums = BTreeSet::from([Amount::ZERO]);
    for change in changes {
        let more: Vec<_> = sums.iter().map(|sum| *sum + *change).collect();
        sums.extend(more);
        if sums.len() > SUMS {
            return None;
        }
    }
    Some(sums)
}

/// How far a figure may be off: a percentage of what the book had, for weights; pieces never.
#[must_use]
pub fn tolerance(book: Amount, percent: Amount, weighed: bool) -> Amount {
    if !weighed {
        return Amount::ZERO;
    }
    let share = i128::from(book.raw()) * i128::from(percent.raw()) / 1_000_000;
    Amount::from_raw(i64::try_from(share).unwrap_or(0))
}

/// Shares a count of mixed packages out over them, oldest first in the list: the oldest are sold first, so
/// what is there is of the newest; what is more than all of them had is the oldest's that is still open.
#[must_use]
pub fn share(counted: Amount, lots: &[(PackageId, Amount)]) -> Vec<(PackageId, Amount)> {
    let mut left = counted;
    let mut shares: Vec<_> = lots
        .iter()
        .rev()
        .map(|(package, had)| {
            let here = left.min(*had).max(Amount::ZERO);
            left = left - here;
            (*package, here)
        })
        .collect();
    shares.reverse();
    if let Some(first) =
        shares.iter_mut().find(|(_, here)| here.is_positive()).filter(|_| left.is_positive())
    {
        first.1 = first.1 + left;
    } else if let Some(last) = shares.last_mut().filter(|_| left.is_positive()) {
        last.1 = last.1 + left;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ONLINE: Counted = Counted {
        began_seq: Some(Seq(10)),
        said_seq: Some(Seq(12)),
        began_at: At(100_000),
        said_at: At(130_000),
        arrived: At(130_500),
    };

    fn moved(seq: i64, at: i64, change: i64) -> Happened {
        Happened { seq: Seq(seq), at: At(at), done: None, change: Amount::whole(change) }
    }

    #[test]
    fn what_came_before_and_after_is_netted() {
        let moves = [moved(9, 90_000, -5), moved(13, 131_000, -2)];
        let had = book(Amount::whole(10), &moves, &ONLINE, Amount::whole(3), 120);
        assert_eq!(had, Book::Had(Amount::whole(12)), "the two that left after were there");
    }

    #[test]
    fn what_moved_meanwhile_is_right_on_either_side_or_counted_again() {
        let moves = [moved(11, 110_000, -2)];
        for (is, expected) in [
            (10, Book::Had(Amount::whole(10))),
            (12, Book::Had(Amount::whole(12))),
            (11, Book::Overlaps),
        ] {
            let had = book(Amount::whole(10), &moves, &ONLINE, Amount::whole(is), 120);
            assert_eq!(had, expected, "{is}");
        }
    }

    #[test]
    fn a_sale_counts_when_the_till_sold_it() {
        let sold = |done| Happened { done: Some(At(done)), ..moved(40, 9_000_000, -1) };
        assert_eq!(ONLINE.side(&sold(50_000), 10), Side::Before);
        assert_eq!(ONLINE.side(&sold(95_000), 10), Side::During, "within the clocks' difference");
        assert_eq!(ONLINE.side(&sold(115_000), 10), Side::During);
        assert_eq!(ONLINE.side(&sold(141_000), 10), Side::After);
    }

    #[test]
    fn a_device_out_of_reach_goes_by_the_time() {
        let away = Counted { said_seq: None, arrived: At(9_000_000), ..ONLINE };
        assert_eq!(away.side(&moved(11, 50_000, -1), 10), Side::Before);
        assert_eq!(away.side(&moved(12, 120_000, -1), 10), Side::During);
        assert_eq!(away.side(&moved(13, 900_000, -1), 10), Side::After);
        assert_eq!(ONLINE.side(&moved(13, 130_600, -1), 10), Side::After, "in reach: by position");
    }

    #[test]
    fn only_weights_may_be_off() {
        let half = Amount::from_raw(5_000);
        assert_eq!(tolerance(Amount::whole(200), half, true), Amount::whole(1));
        assert_eq!(tolerance(Amount::whole(200), half, false), Amount::ZERO);
    }

    #[test]
    fn what_is_missing_is_of_the_oldest() {
        let lots = [(PackageId(1), Amount::whole(5)), (PackageId(2), Amount::whole(8))];
        let of = |counted| {
            share(Amount::whole(counted), &lots).into_iter().map(|lot| lot.1.raw() / 10_000)
        };
        assert_eq!(of(13).collect::<Vec<_>>(), [5, 8]);
        assert_eq!(of(10).collect::<Vec<_>>(), [2, 8]);
        assert_eq!(of(6).collect::<Vec<_>>(), [0, 6]);
        assert_eq!(of(15).collect::<Vec<_>>(), [7, 8]);
        assert_eq!(of(0).collect::<Vec<_>>(), [0, 0]);
    }

    proptest! {
        /// Whatever is counted is shared out whole, and nothing below zero.
        #[test]
        fn shares_make_the_count(counted in 0i64..500, had in prop::collection::vec(0i64..60, 1..6)) {
            let lots: Vec<_> = had.iter().enumerate()
                .map(|(n, had)| (PackageId(n as i64), Amount::whole(*had))).collect();
            let shares = share(Amount::whole(counted), &lots);
            prop_assert_eq!(shares.iter().map(|lot| lot.1).sum::<Amount>(), Amount::whole(counted));
            prop_assert!(shares.iter().all(|lot| lot.1 >= Amount::ZERO));
        }

        /// A right count of a store that goes on working is never a variance, wherever in it the count
        /// was, whether the device was in reach, and however late sales are loaded.
        #[test]
        fn a_right_count_is_never_wrong(
            changes in prop::collection::vec((-3i64..4, 1i64..300, any::<bool>()), 0..12),
            begin in 0usize..12, length in 0usize..4, at in 0usize..16, reach in any::<bool>(),
        ) {
            // Time and journal run on together; each change takes a while.
            let mut clock = 1_000_000i64;
            let mut there = 100i64;
            let mut moves = Vec::new();
            let mut was = vec![(0i64, clock, there)];
            for (n, (change, pause, sold)) in changes.iter().enumerate() {
                clock += pause * 1000;
                there += change;
                let seq = n as i64 + 1;
                moves.push(Happened {
                    seq: Seq(if *sold { 1000 + seq } else { seq }),
                    at: At(if *sold { 90_000_000 } else { clock }),
                    done: sold.then_some(At(clock)),
                    change: Amount::whole(*change),
                });
                was.push((seq, clock, there));
            }
            let first = begin.min(was.len() - 1);
            let last = (first + length).min(was.len() - 1);
            let moment = first + at % (last - first + 1);
            let counted = Counted {
                began_seq: Some(Seq(was[first].0)).filter(|_| reach),
                said_seq: Some(Seq(was[last].0)).filter(|_| reach),
                began_at: At(was[first].1), said_at: At(was[last].1),
                arrived: At(if reach { was[last].1 } else { 95_000_000 }),
            };
            let is = Amount::whole(was[moment].2);
            if let Book::Had(had) = book(Amount::whole(there), &moves, &counted, is, 0) {
                prop_assert_eq!(had, is);
            }
        }
    }
}
