//! What is short here and over elsewhere: another product's shelf, another package, another place.

use super::facts::{Alike, Sold, SoldAs, size};
use super::job::{BEYOND_S, Job, OutsideSays, Suspected, as_counted, beyond};
use super::jumps::{Jump, shelves, units};
use super::{Cause, Clue, OtherProduct, Trace};
use crate::domain::id::ProductId;
use crate::domain::place::PlaceKind;
use crate::domain::quantity::Amount;
use crate::domain::words::words;

/// One more here and one less there is also what two slips make, until another count finds it again.
const SLIPS: i32 = 10;

/// How well an opposite difference fits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Part of one is the other.
    Part,
    Whole,
}

pub fn look(job: &Job<'_>) -> Vec<Suspected> {
    let mut found: Vec<Suspected> =
        job.jumps.iter().filter_map(|jump| same_product(job, jump)).collect();
    found.extend(job.lots.iter().filter_map(|jump| wrong_package(job, jump)));
    found.extend(sold_elsewhere(job));
    found.extend(wrong_sku(job));
    if job.outside == OutsideSays::AsCounted {
        // These change no book: all of them would still agree.
        found = found.into_iter().map(|one| one.contradicted(30, as_counted())).collect();
    }
    found
}

fn fit(job: &Job<'_>, jump: &Jump) -> Option<Fit> {
    let opposite = (jump.change < Amount::ZERO) != job.short();
    if !opposite || jump.undone || jump.ended() || !jump.meets(&job.own) {
        return None;
    }
    let apart = size(jump.change + job.own.change);
    if apart <= job.slack().max(jump.look.tolerance) { Some(Fit::Whole) } else { Some(Fit::Part) }
}

fn seen(job: &Job<'_>, jump: &Jump) -> Clue {
    let (amount, place, tag) = (job.quantity(jump.change), &jump.look.place_name, &jump.look.tag);
    let text = if jump.change < Amount::ZERO {
        words!(
            "{amount} of package {tag} is missing at {place}.",
            "Faltan {amount} del paquete {tag} en {place}."
        )
    } else {
        words!(
            "{amount} of package {tag} is over at {place}.",
            "Sobran {amount} del paquete {tag} en {place}."
        )
    };
    Clue::count(text, jump)
}

/// The same product with the opposite difference elsewhere, or in another package of a bin.
fn same_product(job: &Job<'_>, jump: &Jump) -> Option<Suspected> {
    let fit = fit(job, jump)?;
    let (own, look) = (&job.own.look, &jump.look);
    let (same_package, same_place) = (jump.package == job.package(), look.place == own.place);
    let over = if job.short() { look.kind } else { own.kind };
    let short = if job.short() { own.kind } else { look.kind };
    let aside = |kind| matches!(kind, PlaceKind::Quarantine | PlaceKind::Waste);
    let floor = over == PlaceKind::Floor || short == PlaceKind::Floor;
    let (cause, score) = match (same_package, same_place) {
        (true, true) => return None,
        _ if aside(over) && !aside(short) => {
            (Cause::UnrecordedDamage, if same_package || floor { 90 } else { 60 })
        }
        (true, false) => (Cause::UnrecordedMove, 90),
        // A station is one shelf: a box of several packages was opened, and which of them says little.
        (false, false) if floor => (Cause::UnrecordedMove, 82),
        (false, true) if short == PlaceKind::Floor => return None,
        (false, true) => (Cause::SoldFromWrongPackage, 60),
        (false, false) => (Cause::UnrecordedMove, 42),
    };
    let score = if fit == Fit::Whole { score } else { score / 2 };
    let single = job.units.is_some_and(|units| units.abs() == 1);
    let slips = !same_package && single && !job.own.lasted && !jump.lasted;
    let score = if slips { score - SLIPS } else { score };
    let suspected = Suspected::new(cause, score).supported(0, seen(job, jump));
    Some(if cause == Cause::SoldFromWrongPackage {
        sold_meanwhile(job, jump, suspected)
    } else {
        suspected
    })
}

/// Two packages of the product on one shelf, each off by what the other is: the station as a whole is right.
fn wrong_package(job: &Job<'_>, jump: &Jump) -> Option<Suspected> {
    let lot = &job.lot;
    let of_shelf = jump.look.place == lot.look.place && jump.look.count == lot.look.count;
    let other = jump.package != lot.package;
    let opposite = (jump.change < Amount::ZERO) != (lot.change < Amount::ZERO);
    if !of_shelf || !other || !opposite || jump.ended() || lot.ended() {
        return None;
    }
    let apart = size(jump.change + lot.change);
    let whole = apart <= lot.look.tolerance.max(jump.look.tolerance);
    let suspected = Suspected::new(Cause::SoldFromWrongPackage, if whole { 86 } else { 44 });
    Some(sold_meanwhile(job, jump, suspected.supported(0, seen(job, jump))))
}

/// What the floor sold though the book had none left there, and what is missing in the vault: it was carried there
/// without a scan.
fn sold_elsewhere(job: &Job<'_>) -> Option<Suspected> {
    if !job.short() || !matches!(job.own.look.kind, PlaceKind::Bin | PlaceKind::Unsorted) {
        return None;
    }
    let lines: Vec<(&Sold, Amount)> = beyond(job.facts, job.facts.off.product)
        .filter(|(sold, _)| job.own.covers(sold.at))
        .collect();
    let all: Amount = lines.iter().map(|(_, missed)| job.kept(*missed)).sum();
    if lines.is_empty() || all > job.off() + job.slack() {
        return None;
    }
    let score = if job.is_off(all) { 76 } else { 54 };
    let mut suspected = Suspected::new(Cause::UnrecordedMove, score);
    for (sold, _) in &lines {
        suspected = suspected.supported(0, sold_beyond(sold, &job.facts.off.name));
    }
    Some(suspected)
}

fn sold_beyond(sold: &Sold, name: &str) -> Clue {
    let (receipt, amount) = (&sold.receipt, sold.amount);
    let text = words!(
        "Receipt {receipt} has {amount} of {name}, more than the book had on the floor.",
        "El recibo {receipt} tiene {amount} de {name}, más de lo que el libro tenía en el piso."
    );
    let trace = Trace::Sale { receipt: receipt.clone(), line: sold.line, case: sold.case };
    Clue::at(text, sold.at, trace)
}

/// A package is only mixed up in a sale where something was sold.
fn sold_meanwhile(job: &Job<'_>, jump: &Jump, suspected: Suspected) -> Suspected {
    let sold: Vec<&Sold> = rung(job, job.facts.off.product, jump).collect();
    let Some(first) = sold.first() else {
        let text = words!(
            "Nothing of the product was sold in between.",
            "No se vendió nada del producto entretanto."
        );
        return suspected.contradicted(40, Clue::of(text));
    };
    let (many, name) = (sold.len(), &job.facts.off.name);
    let text = words!(
        "{many} receipts have {name} in between.",
        "{many} recibos tienen {name} entretanto."
    );
    let trace = Trace::Sale { receipt: first.receipt.clone(), line: first.line, case: first.case };
    suspected.supported(0, Clue { text, at: None, trace: Some(trace) })
}

/// Receipts of a product between the counts that both differences came up in.
fn rung<'j>(
    job: &'j Job<'_>,
    product: ProductId,
    jump: &'j Jump,
) -> impl Iterator<Item = &'j Sold> {
    job.facts.sales.iter().filter(move |sold| {
        sold.product == Some(product)
            && sold.kind == SoldAs::Sale
            && job.own.covers(sold.at)
            && jump.covers(sold.at)
    })
}

/// Another product with the opposite difference, where it could be taken for this one.
fn wrong_sku(job: &Job<'_>) -> Vec<Suspected> {
    let Some(mine) = job.units else { return Vec::new() };
    if !matches!(job.own.look.kind, PlaceKind::Floor) {
        return Vec::new();
    }
    let mut found: Vec<Suspected> = Vec::new();
    for alike in &job.facts.alike {
        let best = shelves(&alike.looks, &alike.adjusted)
            .iter()
            .filter_map(|jump| rung_for(job, alike, jump, mine))
            .chain(rung_beyond(job, alike, mine))
            .max_by_key(|one| one.score);
        found.extend(best);
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.score));
    // Each further product that would explain it as well makes the first less sure.
    let rivals = found.iter().skip(1).filter(|one| one.score + 15 >= found[0].score).count();
    if let Some(first) = found.first_mut().filter(|_| rivals > 0) {
        let text = words!(
            "{rivals} other products would explain it as well.",
            "Otros {rivals} productos también lo explicarían."
        );
        first.score -= i32::try_from(rivals.min(3) * 6).unwrap_or(0);
        first.contradicts.push(Clue::of(text));
    }
    found
}

fn rung_for(job: &Job<'_>, alike: &Alike, jump: &Jump, mine: i64) -> Option<Suspected> {
    let theirs = units(jump.change, alike.content, jump.look.tolerance)?;
    let here = jump.look.place == job.own.look.place;
    let floor = jump.look.kind == PlaceKind::Floor;
    if (theirs < 0) == (mine < 0) || jump.undone || !jump.meets(&job.own) || !floor {
        return None;
    }
    if jump.ended() {
        return None;
    }
    // The one that is over was rung up and stayed on the shelf.
    let (rung_up, name) = if mine < 0 {
        (alike.product, &alike.name)
    } else {
        (job.facts.off.product, &job.facts.off.name)
    };
    let receipts: Vec<&Sold> = rung(job, rung_up, jump).collect();
    let many: Amount = receipts.iter().map(|sold| sold.amount).sum();
    let needed = Amount::whole(mine.abs().min(theirs.abs()));
    let mut score = 40 + i32::from(alike.score) / 2;
    score -= if here { 0 } else { 14 };
    score -= if mine.abs() == 1 && !job.own.lasted && !jump.lasted { SLIPS } else { 0 };
    score -= match (mine + theirs).abs() {
        0 => 0,
        _ => 34,
    };
    let (units, place) = (theirs.abs(), &jump.look.place_name);
    let what = &alike.name;
    let text = if theirs > 0 {
        words!("{units} of {what} are over at {place}.", "Sobran {units} de {what} en {place}.")
    } else {
        words!("{units} of {what} are missing at {place}.", "Faltan {units} de {what} en {place}.")
    };
    let mut suspected =
        Suspected::new(Cause::SoldUnderWrongSku, score).supported(0, Clue::count(text, jump));
    suspected.other = Some(OtherProduct { id: alike.product, name: alike.name.clone() });
    let share = alike.score;
    let text = words!(
        "It is {share} % like it: brand, kind, size, price, name.",
        "Se le parece en un {share} %: marca, clase, tamaño, precio, nombre."
    );
    suspected = suspected.supported(0, Clue::of(text));
    if many < needed {
        let text =
            words!("No receipt in between has {name}.", "Ningún recibo entretanto tiene {name}.");
        return Some(suspected.contradicted(45, Clue::of(text)));
    }
    // Any of these may be the one; the newest first.
    for sold in receipts.iter().rev().take(6) {
        let receipt = &sold.receipt;
        let amount = sold.amount;
        let text = words!(
            "Receipt {receipt} has {amount} of {name}.",
            "El recibo {receipt} tiene {amount} de {name}."
        );
        let trace = Trace::Sale { receipt: receipt.clone(), line: sold.line, case: sold.case };
        suspected = suspected.supported(0, Clue::at(text, sold.at, trace));
    }
    Some(suspected)
}

/// The other product was rung up, stayed on the shelf, and was sold there beyond what the book had left.
fn rung_beyond(job: &Job<'_>, alike: &Alike, mine: i64) -> Option<Suspected> {
    if mine > 0 {
        return None;
    }
    let soon = job.own.look.at.plus_s(BEYOND_S);
    let fits = |at| job.own.since.is_none_or(|since| since < at) && at <= soon;
    let lines: Vec<(&Sold, Amount)> =
        beyond(job.facts, alike.product).filter(|(sold, _)| fits(sold.at)).collect();
    let whole = Amount::whole(-mine);
    let all: Amount = lines.iter().map(|one| one.1).sum();
    if all != whole && !lines.iter().any(|one| one.1 == whole) {
        return None;
    }
    let (share, what) = (alike.score, &alike.name);
    let mut suspected = Suspected::new(Cause::SoldUnderWrongSku, 26 + i32::from(share) / 2);
    suspected.other = Some(OtherProduct { id: alike.product, name: what.clone() });
    for (sold, _) in lines.iter().take(6) {
        suspected = suspected.supported(0, sold_beyond(sold, what));
    }
    let text = words!(
        "{what} is {share} % like it: brand, kind, size, price, name.",
        "{what} se le parece en un {share} %: marca, clase, tamaño, precio, nombre."
    );
    Some(suspected.supported(0, Clue::of(text)))
}
