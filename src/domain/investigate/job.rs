//! What every cause looks at: the difference as the event it came from, its window, and what the other books
//! say of it.

use super::facts::{Facts, Gap, Outside, Sold, SoldAs, size};
use super::jumps::{Jump, jumps, shelves, units};
use super::{Cause, Clue, LIKELY, OtherProduct, ROWS, Suspect, Trace};
use crate::domain::id::{PackageId, ProductId};
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::domain::words::{Words, words};

/// What was over is sold beyond the book within this time after the count.
pub const BEYOND_S: i64 = 7 * 86_400;

pub struct Job<'f> {
    pub facts: &'f Facts,
    /// The difference as it came up: on the floor, of the station as a whole where that is off.
    pub own: Jump,
    /// As it came up in the package that was asked about.
    pub lot: Jump,
    /// All of the product's, a station as a whole.
    pub jumps: Vec<Jump>,
    /// Those of single packages on the floor.
    pub lots: Vec<Jump>,
    /// In the product's own units, where it is a number of them.
    pub units: Option<i64>,
    pub outside: OutsideSays,
}

/// What POS and state say of the difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsideSays {
    /// They have what was counted: our book alone is off.
    AsCounted,
    /// They have what our book has, read after the count.
    AsBooked,
    /// Something else, or each another.
    Between,
    Nothing,
}

impl<'f> Job<'f> {
    pub fn of(facts: &'f Facts) -> Option<Self> {
        let look = facts.looks.iter().find(|look| look.id == facts.off.id)?;
        let (lots, rest): (Vec<Jump>, Vec<Jump>) = jumps(&facts.looks, &facts.moves)
            .into_iter()
            .partition(|jump| jump.look.kind == PlaceKind::Floor);
        let all = if look.kind == PlaceKind::Floor { &lots } else { &rest };
        let came_up = all.iter().rfind(|jump| {
            let same = (jump.look.place, jump.look.package) == (look.place, look.package);
            same && (jump.look.at, jump.look.id) <= (look.at, look.id)
        });
        let lot = came_up.cloned().unwrap_or_else(|| Jump {
            look: look.clone(),
            package: look.package,
            change: look.difference(),
            since: None,
            undone: false,
            lasted: false,
        });
        let shelves = shelves(&facts.looks, &facts.moves);
        let own =
            if look.kind == PlaceKind::Floor { on_shelf(&lot, &shelves) } else { lot.clone() };
        let own = Jump { undone: own.undone && !sold_off(facts, &own), ..own };
        let units = units(own.change, facts.off.content, own.look.tolerance);
        let outside = outside(facts, &own);
        let jumps = rest.into_iter().chain(shelves).collect();
        Some(Self { facts, own, lot, jumps, lots, units, outside })
    }

    /// The package that it came up in.
    pub fn package(&self) -> Option<PackageId> {
        self.own.package.or(self.facts.off.package)
    }

    pub fn short(&self) -> bool {
        self.own.change < Amount::ZERO
    }

    pub fn off(&self) -> Amount {
        size(self.own.change)
    }

    pub fn slack(&self) -> Amount {
        self.own.look.tolerance
    }

    /// Whether an amount of the package's unit is the difference without its sign.
    pub fn is_off(&self, amount: Amount) -> bool {
        size(size(amount) - self.off()) <= self.slack()
    }

    pub fn quantity(&self, amount: Amount) -> Quantity {
        self.facts.off.quantity(size(amount))
    }

    /// An amount of the product's units in the package's.
    pub fn kept(&self, count: Amount) -> Amount {
        self.facts.off.content.and_then(|each| count.times(each)).unwrap_or(count)
    }
}

/// A difference of a package on the floor as the station as a whole has it.
fn on_shelf(lot: &Jump, shelves: &[Jump]) -> Jump {
    let short = |jump: &Jump| jump.change < Amount::ZERO;
    let here = |jump: &&Jump| jump.look.place == lot.look.place && short(jump) == short(lot);
    let same = shelves.iter().filter(here).find(|jump| jump.look.count == lot.look.count);
    if let Some(same) = same {
        let package = lot.package.or(same.package);
        return Jump { package, ..same.clone() };
    }
    // The station is no more off than before: an older difference went on to this package ...
    let older = shelves.iter().filter(here).rfind(|jump| {
        let gone = shelves.iter().any(|end| {
            let of_it = end.look.place == jump.look.place && short(end) != short(jump);
            of_it && end.look.at > jump.look.at && end.look.at <= lot.look.at
        });
        let near = size(jump.change - lot.change) <= lot.look.tolerance.max(jump.look.tolerance);
        jump.look.at < lot.look.at && near && !jump.undone && !gone
    });
    // ... or it is over in another.
    older.cloned().unwrap_or_else(|| Jump { undone: false, ..lot.clone() })
}

/// Whether what was over on the floor was really there: it was sold later, beyond what the book had.
fn sold_off(facts: &Facts, own: &Jump) -> bool {
    if own.look.kind != PlaceKind::Floor || own.change < Amount::ZERO {
        return false;
    }
    let Some(units) = units(own.change, facts.off.content, own.look.tolerance) else {
        return false;
    };
    let (from, soon, whole) = (own.look.at, own.look.at.plus_s(BEYOND_S), Amount::whole(units));
    let lines: Vec<Amount> = beyond(facts, facts.off.product)
        .filter(|(sold, _)| sold.at > from && sold.at <= soon)
        .map(|(_, missed)| missed)
        .collect();
    lines.contains(&whole) || lines.into_iter().sum::<Amount>() == whole
}

/// Lines of a product that the floor sold beyond what the book had there, and how many units of each.
pub fn beyond(facts: &Facts, product: ProductId) -> impl Iterator<Item = (&Sold, Amount)> {
    let mine = product == facts.off.product;
    let other = facts.alike.iter().find(|alike| alike.product == product);
    let content = if mine { facts.off.content } else { other.and_then(|one| one.content) };
    facts.sales.iter().filter_map(move |sold| {
        let of_it = sold.product == Some(product) && sold.kind == SoldAs::Sale && sold.known;
        let taken = content.and_then(|each| sold.taken.per(each)).unwrap_or(sold.taken);
        let missed = sold.amount - taken;
        (of_it && sold.case.is_some() && missed.is_positive()).then_some((sold, missed))
    })
}

/// How far the other books moved away from ours since the count before: of the package, or on the floor of all.
fn outside(facts: &Facts, own: &Jump) -> OutsideSays {
    let package = own.package.or(facts.off.package);
    let slack = own.look.tolerance;
    let says = |of: Outside| -> Option<(Amount, bool)> {
        let of_it: Vec<&Gap> = facts.gaps.iter().filter(|gap| gap.of == of).collect();
        let one = moved(of_it.iter().filter(|gap| Some(gap.package) == package).copied(), own)?;
        let fits = size(one.0 - own.change) <= slack;
        if fits || own.look.kind != PlaceKind::Floor {
            return Some(one);
        }
        let mut packages: Vec<_> = of_it.iter().map(|gap| gap.package).collect();
        packages.sort_unstable();
        packages.dedup();
        let each = packages.into_iter().filter_map(|package| {
            moved(of_it.iter().filter(|gap| gap.package == package).copied(), own)
        });
        let all: Amount = each.map(|one| one.0).sum();
        Some(if size(all - own.change) <= slack { (all, one.1) } else { one })
    };
    let said: Vec<(Amount, bool)> =
        [Outside::Pos, Outside::State].into_iter().filter_map(says).collect();
    let counted = |moved: Amount| size(moved - own.change) <= slack;
    if said.is_empty() {
        OutsideSays::Nothing
    } else if said.iter().all(|one| counted(one.0)) {
        OutsideSays::AsCounted
    } else if said.iter().all(|one| size(one.0) <= slack) {
        if said.iter().any(|one| one.1) { OutsideSays::AsBooked } else { OutsideSays::Nothing }
    } else {
        OutsideSays::Between
    }
}

/// How far one book moved away from ours, and whether that was read after the count.
fn moved<'g>(gaps: impl Iterator<Item = &'g Gap> + Clone, own: &Jump) -> Option<(Amount, bool)> {
    let apart = |gap: &Gap| gap.is - gap.ours;
    let before = |gap: &&Gap| own.since.is_some_and(|since| gap.at <= since);
    let before = gaps.clone().filter(before).last().map(apart);
    let after = gaps.clone().find(|gap| gap.at >= own.look.at);
    let last = after.or_else(|| gaps.filter(|gap| own.covers(gap.at)).last())?;
    Some((apart(last) - before.unwrap_or_default(), after.is_some()))
}

/// A cause on its way to be judged.
pub struct Suspected {
    pub cause: Cause,
    pub score: i32,
    pub other: Option<OtherProduct>,
    pub supports: Vec<Clue>,
    pub contradicts: Vec<Clue>,
}

impl Suspected {
    pub fn new(cause: Cause, score: i32) -> Self {
        Self { cause, score, other: None, supports: Vec::new(), contradicts: Vec::new() }
    }

    pub fn supported(mut self, by: i32, clue: Clue) -> Self {
        self.score += by;
        self.supports.push(clue);
        self
    }

    pub fn contradicted(mut self, by: i32, clue: Clue) -> Self {
        self.score -= by;
        self.contradicts.push(clue);
        self
    }

    /// With what later counts say of it.
    pub fn judged(mut self, job: &Job<'_>) -> Suspect {
        let figure = matches!(self.cause, Cause::MiscountedWeight | Cause::WrongUnit);
        if job.own.undone && !figure {
            let text = words!(
                "The next count, or what was taken from there since, was right: the figure may have been wrong.",
                "El siguiente conteo, o lo que se sacó desde entonces, fue correcto: la cifra pudo estar mal."
            );
            self = self.contradicted(50, Clue::of(text));
        }
        let score = u8::try_from(self.score.clamp(0, 98)).unwrap_or(0);
        self.supports.truncate(ROWS);
        self.contradicts.truncate(ROWS);
        Suspect {
            cause: self.cause,
            score,
            likely: score >= LIKELY,
            other: self.other,
            supports: self.supports,
            contradicts: self.contradicts,
        }
    }
}

impl Clue {
    pub fn of(text: Words) -> Self {
        Self { text, at: None, trace: None }
    }

    pub fn at(text: Words, at: At, trace: Trace) -> Self {
        Self { text, at: Some(at), trace: Some(trace) }
    }

    /// What a count found.
    pub fn count(text: Words, jump: &Jump) -> Self {
        let (id, case) = (jump.look.id, jump.look.case);
        Self::at(text, jump.look.at, Trace::Variance { id, case })
    }
}

/// The other books have what was counted.
pub fn as_counted() -> Clue {
    let text = words!(
        "POS or state have what was counted, our book alone does not.",
        "El POS o el estado tienen lo contado; solo nuestro libro no."
    );
    Clue { text, at: None, trace: Some(Trace::Reading) }
}

/// The other books have what ours has.
pub fn as_booked() -> Clue {
    let text = words!(
        "POS and state have the same as our book.",
        "El POS y el estado tienen lo mismo que nuestro libro."
    );
    Clue { text, at: None, trace: Some(Trace::Reading) }
}
