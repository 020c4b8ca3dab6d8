//! What left the vault in a tote and never came to the shelf.

use super::facts::Carried;
use super::job::{Job, OutsideSays, Suspected, as_counted};
use super::{Cause, Clue, Trace};
use crate::domain::place::PlaceKind;
use crate::domain::words::words;

pub fn look(job: &Job<'_>) -> Vec<Suspected> {
    if !job.short() {
        return Vec::new();
    }
    let found: Vec<Suspected> = match job.own.look.kind {
        PlaceKind::Tote => job.facts.carried.iter().filter_map(|one| still_in(job, one)).collect(),
        PlaceKind::Floor => job.facts.carried.iter().filter_map(|one| never_in(job, one)).collect(),
        _ => Vec::new(),
    };
    let counted = job.outside == OutsideSays::AsCounted;
    found
        .into_iter()
        .map(|one| if counted { one.contradicted(30, as_counted()) } else { one })
        .collect()
}

fn mine(job: &Job<'_>, carried: &Carried) -> bool {
    job.package().is_none_or(|package| package == carried.package)
}

fn left(job: &Job<'_>, carried: &Carried) -> Clue {
    let (code, quantity) = (&carried.code, job.quantity(carried.picked));
    let text = words!(
        "Tote of pick {code} left the vault with {quantity}.",
        "La caja del surtido {code} salió de la bóveda con {quantity}."
    );
    Clue { text, at: carried.handed_at, trace: Some(Trace::Pick { id: carried.pick }) }
}

/// The book has it in a tote that nobody received, and it is not there.
fn still_in(job: &Job<'_>, carried: &Carried) -> Option<Suspected> {
    let here = carried.tote == Some(job.own.look.place) && carried.received.is_none();
    if !here || !mine(job, carried) {
        return None;
    }
    let whole = job.is_off(carried.picked);
    let mut suspected = Suspected::new(Cause::ToteLost, if whole { 80 } else { 66 });
    suspected = suspected.supported(0, left(job, carried));
    if carried.late {
        let text = words!("Nobody received it in time.", "Nadie la recibió a tiempo.");
        suspected = suspected.supported(10, Clue::of(text));
    }
    Some(suspected)
}

/// It was confirmed in, and what it should have brought is missing on the shelf.
fn never_in(job: &Job<'_>, carried: &Carried) -> Option<Suspected> {
    let received = carried.received?;
    let in_time = carried.done_at.is_some_and(|at| job.own.covers(at));
    if carried.station != job.own.look.place || !in_time {
        return None;
    }
    if !job.is_off(received) {
        return None;
    }
    let mut suspected = Suspected::new(Cause::ToteLost, 42).supported(0, left(job, carried));
    let text = words!(
        "What is missing is what it should have brought.",
        "Lo que falta es lo que debía traer."
    );
    // The larger the number, the less it is one by chance.
    let fits = match received.raw() / job_unit(job).max(1) {
        8.. => 20,
        4.. => 8,
        _ => 0,
    };
    suspected = suspected.supported(fits, Clue::of(text));
    if carried.mates_short > 0 {
        let (short, mates) = (carried.mates_short, carried.mates);
        let text = words!(
            "{short} of {mates} other products of the tote are short by their amount as well.",
            "También falta la cantidad completa de {short} de {mates} productos de la caja."
        );
        suspected = suspected.supported(32, Clue::of(text));
    } else if carried.mates > 0 {
        let mates = carried.mates;
        let text = words!(
            "{mates} other products of the tote did arrive.",
            "Otros {mates} productos de la caja sí llegaron."
        );
        suspected = suspected.contradicted(20, Clue::of(text));
    }
    Some(suspected)
}

/// One unit of the product, as the book keeps it.
fn job_unit(job: &Job<'_>) -> i64 {
    job.kept(crate::domain::quantity::Amount::whole(1)).raw()
}
