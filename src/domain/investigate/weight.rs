//! Figures that are wrong in themselves: a scale read or set wrongly, packs for pieces, grams for units.

use super::facts::{Sold, SoldAs, size};
use super::job::{Job, OutsideSays, Suspected, as_booked, as_counted};
use super::{Cause, Clue, Trace};
use crate::domain::arrival::How;
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, SCALE};
use crate::domain::words::words;

/// Sizes that pieces are packed in, where nothing of the product says its own.
const PACKS: [i64; 9] = [4, 5, 6, 10, 12, 20, 24, 25, 50];
/// Grams in an ounce and in a pound, at scale 10^-4: what weights are mixed up with.
const WEIGHTS: [i64; 3] = [283_495, 4_535_924, 10_000_000];

pub fn look(job: &Job<'_>) -> Vec<Suspected> {
    let weighed = !job.facts.off.unit.counted();
    let scale = weighed.then(|| miscounted(job)).flatten();
    let found = [scale, wrong_factor(job), came_in_other_unit(job), sold_in_other_unit(job)];
    found.into_iter().flatten().collect()
}

fn again(suspected: Suspected, job: &Job<'_>) -> Suspected {
    if job.own.undone {
        let text = words!(
            "The next count, or what was taken from there since, was right.",
            "El siguiente conteo, o lo que se sacó desde entonces, fue correcto."
        );
        suspected.supported(34, Clue::of(text))
    } else if job.own.lasted {
        let text =
            words!("The next count found the same.", "El siguiente conteo encontró lo mismo.");
        suspected.contradicted(45, Clue::of(text))
    } else {
        suspected
    }
}

fn miscounted(job: &Job<'_>) -> Option<Suspected> {
    let off = job.off();
    let mut suspected = Suspected::new(Cause::MiscountedWeight, 20);
    if job.units.is_none() && job.facts.off.content.is_some() {
        let quantity = job.quantity(off);
        let text = words!(
            "{quantity} is no number of units: nothing that is sold makes it.",
            "{quantity} no es un número de unidades: ninguna venta lo produce."
        );
        suspected = suspected.supported(36, Clue::of(text));
    }
    if let Some((gross, tare)) = job.lot.look.weighed {
        let none = tare.is_zero() && !job.short();
        let usual = usual_tare(job);
        if none || usual.is_some_and(|usual| job.is_off(tare - usual)) {
            let (gross, tare) = (job.quantity(gross), job.quantity(tare));
            let text = words!(
                "It was weighed as {gross} with a container of {tare}.",
                "Se pesó {gross} con un envase de {tare}."
            );
            suspected = suspected.supported(26, Clue::of(text));
        }
    }
    if swapped(job.lot.look.counted, job.lot.look.counted - job.lot.change) {
        let text = words!(
            "Two neighbouring digits changed places would make the difference.",
            "Dos cifras vecinas intercambiadas darían la diferencia."
        );
        suspected = suspected.supported(8, Clue::of(text));
    }
    suspected = again(suspected, job);
    if job.outside == OutsideSays::AsCounted {
        suspected = suspected.contradicted(40, as_counted());
    }
    (suspected.score > 20).then_some(suspected)
}

/// The container that the package was weighed in at other times.
fn usual_tare(job: &Job<'_>) -> Option<Amount> {
    let own = &job.lot.look;
    let same = |look: &&super::Look| look.package == own.package && look.id != own.id;
    let tares = job.facts.looks.iter().filter(same).filter_map(|look| look.weighed);
    tares.map(|(_, tare)| tare).rfind(|tare| tare.is_positive())
}

/// Whether one number is the other with two neighbouring digits changed places.
fn swapped(one: Amount, other: Amount) -> bool {
    // To a tenth: what a scale shows.
    let digits = |amount: Amount| ((size(amount).raw() + 500) / 1000).to_string().into_bytes();
    let (a, b) = (digits(one), digits(other));
    if a.len() != b.len() {
        return false;
    }
    let apart: Vec<usize> = (0..a.len()).filter(|at| a[*at] != b[*at]).collect();
    matches!(apart[..], [x, y] if y == x + 1 && a[x] == b[y] && a[y] == b[x])
}

/// What one unit may be of another, at scale 10^-4, and whether the product itself says so.
fn factors(job: &Job<'_>) -> Vec<(i64, bool)> {
    if !job.facts.off.unit.counted() {
        let each = job.facts.off.content.map(|each| (each.raw(), true));
        return each.into_iter().chain(WEIGHTS.map(|factor| (factor, true))).collect();
    }
    let said = job.facts.arrivals.iter().filter_map(|one| match one.how {
        Some(How::Packs { size, .. }) if size > 1 => Some((i64::from(size) * SCALE, true)),
        _ => None,
    });
    let mut found: Vec<(i64, bool)> = said.collect();
    found.sort_unstable();
    found.dedup();
    found.extend(PACKS.map(|pack| (pack * SCALE, false)));
    found
}

/// Whether `large` is `small` times a factor.
fn times(job: &Job<'_>, small: Amount, large: Amount, factor: i64) -> bool {
    let product = i128::from(small.raw()) * i128::from(factor) / i128::from(SCALE);
    let apart = (product - i128::from(large.raw())).abs();
    apart <= i128::from(job.slack().raw().max(large.raw() / 2000))
}

/// The figure that was said is the book's times what a pack holds, or the other way round.
fn wrong_factor(job: &Job<'_>) -> Option<Suspected> {
    let (counted, had) = (job.lot.look.counted, job.lot.look.counted - job.lot.change);
    let (small, large) = (counted.min(had), counted.max(had));
    if !small.is_positive() || job.off() < Amount::whole(4) {
        return None;
    }
    let (factor, own) =
        factors(job).into_iter().find(|(factor, _)| times(job, small, large, *factor))?;
    let (factor, small, large) =
        (Amount::from_raw(factor), job.quantity(small), job.quantity(large));
    let text = words!("{large} is {factor} times {small}.", "{large} es {factor} veces {small}.");
    let suspected = Suspected::new(Cause::WrongUnit, if own { 60 } else { 32 });
    let suspected = again(suspected.supported(0, Clue::of(text)), job);
    Some(match job.outside {
        OutsideSays::AsCounted => suspected.contradicted(30, as_counted()),
        _ => suspected,
    })
}

/// What is off is what the arrival would be in the other unit: the figure at the door was of packs, or of pieces
/// where packs came.
fn came_in_other_unit(job: &Job<'_>) -> Option<Suspected> {
    let own = job.facts.arrivals.iter().find(|one| Some(one.package) == job.package())?;
    let (at, seq, came) = *own.came.first()?;
    if !came.is_positive() || !job.own.covers(at) {
        return None;
    }
    let truly = came + job.own.change;
    let (small, large) = (came.min(truly), came.max(truly));
    if !small.is_positive() || job.off() < Amount::whole(4) {
        return None;
    }
    let (factor, known) =
        factors(job).into_iter().find(|(factor, _)| times(job, small, large, *factor))?;
    let (factor, came, truly) = (Amount::from_raw(factor), job.quantity(came), job.quantity(truly));
    let text = words!(
        "{came} were received; {truly}, in a unit of {factor}, would make the difference.",
        "Se recibieron {came}; {truly}, en una unidad de {factor}, darían la diferencia."
    );
    let suspected = Suspected::new(Cause::WrongUnit, if known { 62 } else { 48 })
        .supported(0, Clue::at(text, at, Trace::Movement { seq }));
    let suspected = match job.outside {
        OutsideSays::AsCounted => suspected.supported(28, as_counted()),
        OutsideSays::AsBooked => suspected.contradicted(25, as_booked()),
        OutsideSays::Between | OutsideSays::Nothing => suspected,
    };
    Some(lasting(suspected, job))
}

/// Of a figure in the book the next count says the same again.
fn lasting(suspected: Suspected, job: &Job<'_>) -> Suspected {
    if !job.own.undone {
        return suspected;
    }
    let text = words!("The next count was right.", "El siguiente conteo fue correcto.");
    suspected.contradicted(50, Clue::of(text))
}

/// Sales that took something else than the product's content from the book.
fn sold_in_other_unit(job: &Job<'_>) -> Option<Suspected> {
    // Sales are taken from the floor.
    if !matches!(job.own.look.kind, PlaceKind::Floor | PlaceKind::Packed) {
        return None;
    }
    let product = Some(job.facts.off.product);
    let placed = |sold: &&Sold| {
        sold.product == product && sold.kind == SoldAs::Sale && !sold.taken.is_zero()
    };
    let odd: Vec<&Sold> = job
        .facts
        .sales
        .iter()
        .filter(placed)
        .filter(|sold| job.own.covers(sold.at) && sold.case.is_none())
        .filter(|sold| job.kept(sold.amount) != sold.taken)
        .collect();
    let first = odd.first()?;
    let off: Amount = odd.iter().map(|sold| sold.taken - job.kept(sold.amount)).sum();
    let whole = size(off - job.own.change) <= job.slack();
    // The sales took from several packages: what is off of one is at most all of it.
    let part = job.off() <= size(off) + job.slack();
    if (off < Amount::ZERO) != job.short() {
        return None;
    }
    let (many, each) = (odd.len(), job.quantity(first.taken));
    let amount = first.amount;
    let text = words!(
        "{many} sales took {each} for {amount} from the book.",
        "{many} ventas tomaron {each} por {amount} del libro."
    );
    let trace = Trace::Sale { receipt: first.receipt.clone(), line: first.line, case: first.case };
    let suspected = Suspected::new(
        Cause::WrongUnit,
        match (whole, part) {
            (true, _) => 88,
            (false, true) => 76,
            (false, false) => 50,
        },
    );
    let suspected = lasting(suspected.supported(0, Clue::at(text, first.at, trace)), job);
    Some(match job.outside {
        OutsideSays::AsCounted => suspected.supported(10, as_counted()),
        _ => suspected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_changed_places() {
        let grams = |text: &str| text.parse::<Amount>().unwrap();
        assert!(swapped(grams("54.3"), grams("45.3")));
        assert!(swapped(grams("112.31"), grams("113.2")));
        assert!(!swapped(grams("112.3"), grams("112.4")));
        assert!(!swapped(grams("54.3"), grams("154.3")));
    }
}
