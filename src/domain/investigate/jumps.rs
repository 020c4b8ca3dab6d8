//! From counts to events: between which two counts of a place a difference came up, what corrections made of
//! it since, and whether the figure was wrong rather than the stock.

use std::collections::BTreeMap;

use super::facts::{Look, Moved, size};
use crate::domain::id::{CountId, PackageId, PlaceId};
use crate::domain::place::{Account, PlaceKind};
use crate::domain::quantity::{Amount, SCALE};
use crate::domain::time::At;

/// A difference that came up between two counts.
#[derive(Clone, Debug)]
pub struct Jump {
    /// The count that saw it first. Of a whole station it is the sum of its packages.
    pub look: Look,
    /// The package that it shows in, or most of it.
    pub package: Option<PackageId>,
    pub change: Amount,
    /// The count before, which did not have it.
    pub since: Option<At>,
    /// The next count had it no more and nothing was corrected, or more was taken from there than was counted:
    /// the figure was wrong, not the stock.
    pub undone: bool,
    /// The next count had it again.
    pub lasted: bool,
}

impl Jump {
    /// Whether both can be of one event.
    pub fn meets(&self, other: &Jump) -> bool {
        let from = self.since.max(other.since);
        from.is_none_or(|from| from < self.look.at.min(other.look.at))
    }

    pub fn covers(&self, at: At) -> bool {
        self.since.is_none_or(|since| since < at) && at <= self.look.at
    }

    /// Whether the count was right after all: an earlier difference was gone then.
    pub fn ended(&self) -> bool {
        size(self.look.difference()) <= self.look.tolerance
    }
}

/// The differences that came up in each package at each place, in the order of the counts that saw them.
pub fn jumps(looks: &[Look], moves: &[Moved]) -> Vec<Jump> {
    let mut series: BTreeMap<(PlaceId, Option<PackageId>), Vec<Look>> = BTreeMap::new();
    for look in looks {
        series.entry((look.place, look.package)).or_default().push(look.clone());
    }
    sorted(series.into_iter().flat_map(|((_, package), of)| in_one(of, package, moves)).collect())
}

/// The differences that came up at each floor station as a whole. Its packages are sold through one another, the
/// oldest first, so that a difference goes from one that is sold out to the next.
pub fn shelves(looks: &[Look], moves: &[Moved]) -> Vec<Jump> {
    let mut series: BTreeMap<PlaceId, BTreeMap<(At, CountId), Vec<&Look>>> = BTreeMap::new();
    let mut begun: BTreeMap<(PlaceId, CountId), At> = BTreeMap::new();
    for look in looks.iter().filter(|look| look.kind == PlaceKind::Floor) {
        let at = *begun.entry((look.place, look.count)).or_insert(look.at);
        series.entry(look.place).or_default().entry((at, look.count)).or_default().push(look);
    }
    let of_one = |counts: BTreeMap<(At, CountId), Vec<&Look>>| {
        in_one(counts.into_values().filter_map(|of| together(&of)).collect(), None, moves)
    };
    sorted(series.into_values().flat_map(of_one).collect())
}

fn sorted(mut found: Vec<Jump>) -> Vec<Jump> {
    found.sort_by_key(|jump| (jump.look.at, jump.look.id));
    found
}

/// The packages of a station at one count, under the name of the one that is off most.
fn together(looks: &[&Look]) -> Option<Look> {
    let most = looks.iter().max_by_key(|look| size(look.difference()))?;
    let sum = |of: fn(&Look) -> Amount| looks.iter().map(|look| of(look)).sum();
    Some(Look {
        at: looks.iter().map(|look| look.at).max()?,
        counted: sum(|look| look.counted),
        book: sum(|look| look.book),
        tolerance: sum(|look| look.tolerance),
        weighed: if looks.len() == 1 { most.weighed } else { None },
        ..(*most).clone()
    })
}

/// Of a whole station where no package is given.
fn in_one(looks: Vec<Look>, package: Option<PackageId>, moves: &[Moved]) -> Vec<Jump> {
    let mut found: Vec<Jump> = Vec::new();
    let mut before: Option<(PlaceId, At)> = None;
    // The difference that the book is known to have there.
    let mut known = Amount::ZERO;
    // Whether the last look is the one that the last jump came up in.
    let mut fresh = false;
    for look in looks {
        let corrected =
            before.map_or(Amount::ZERO, |(_, at)| corrections(&look, package, at, moves));
        let change = look.difference() - (known - corrected);
        let slack = look.tolerance;
        if let Some(last) = found.last_mut().filter(|_| fresh) {
            last.undone |= size(change + last.change) <= slack;
            last.lasted = size(change) <= slack && !last.undone;
        }
        let undoes = fresh && found.last().is_some_and(|last| size(change + last.change) <= slack);
        fresh = size(change) > slack && !undoes;
        // Within what a scale may be off, nothing is known.
        known = if size(look.difference()) <= slack { Amount::ZERO } else { look.difference() };
        let since = before.map(|(_, at)| at);
        before = Some((look.place, look.at));
        if fresh {
            let undone = package.is_some() && was_there(&look, moves);
            let package = package.or(look.package);
            found.push(Jump { look, package, change, since, undone, lasted: false });
        }
    }
    found
}

/// What was put right there by hand between two counts.
fn corrections(look: &Look, package: Option<PackageId>, since: At, moves: &[Moved]) -> Amount {
    let adjusted = Account::Adjusted.id();
    moves
        .iter()
        .filter(|moved| moved.at > since && moved.at <= look.at)
        .filter(|moved| package.is_none_or(|package| package == moved.package))
        .map(|moved| match (moved.from, moved.to) {
            (from, to) if from == adjusted && to == look.place => moved.amount,
            (from, to) if from == look.place && to == adjusted => -moved.amount,
            _ => Amount::ZERO,
        })
        .sum()
}

/// Whether people took more of a package from there after a count than it found. On the floor the book deals
/// sales out over packages, which says nothing of one.
fn was_there(look: &Look, moves: &[Moved]) -> bool {
    if look.kind == PlaceKind::Floor || look.difference() >= Amount::ZERO {
        return false;
    }
    let mut left = look.counted;
    for moved in moves.iter().filter(|moved| moved.at > look.at) {
        if Some(moved.package) != look.package {
            continue;
        }
        if moved.to == look.place {
            left = left + moved.amount;
        } else if moved.from == look.place && moved.to.is_physical() {
            left = left - moved.amount;
        }
        if left < -look.tolerance {
            return true;
        }
    }
    false
}

/// An amount in the product's own units, where it is a number of them: a scale may be off by a little.
pub fn units(amount: Amount, content: Option<Amount>, slack: Amount) -> Option<i64> {
    let each = content.map_or(SCALE, Amount::raw);
    let near = (amount.raw() + amount.raw().signum() * each / 2) / each;
    (size(Amount::from_raw(amount.raw() - near * each)) <= slack && near != 0).then_some(near)
}
