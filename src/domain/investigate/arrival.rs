//! What went wrong on the dock: less came than was received, or the same came twice.

use super::facts::{Arrival, size};
use super::job::{Job, OutsideSays, Suspected, as_counted};
use super::{Cause, Clue, Trace};
use crate::domain::arrival::How;
use crate::domain::id::PackageId;
use crate::domain::place::PlaceKind;
use crate::domain::quantity::{Amount, SCALE};
use crate::domain::words::words;

/// The same manifest is not received again after this time.
const TWICE_S: i64 = 7 * 86_400;

pub fn look(job: &Job<'_>) -> Vec<Suspected> {
    let Some(package) = job.package().filter(|_| job.short()) else { return Vec::new() };
    let Some(own) = job.facts.arrivals.iter().find(|arrival| arrival.package == package) else {
        return Vec::new();
    };
    let mut found: Vec<Suspected> = Vec::new();
    found.extend(short(job, package, own));
    found.extend(posted_twice(job, own));
    found.extend(job.facts.arrivals.iter().filter_map(|other| ghost(job, own, other)));
    found
}

fn came(job: &Job<'_>, arrival: &Arrival) -> Option<Clue> {
    let (at, seq, amount) = *arrival.came.first()?;
    let quantity = job.quantity(amount);
    let text = words!("{quantity} were received.", "Se recibieron {quantity}.");
    let trace = arrival.shipment.map_or(Trace::Movement { seq }, |id| Trace::Shipment { id });
    Some(Clue::at(text, at, trace))
}

/// Nothing of it was ever counted right: it may never have been there.
fn short(job: &Job<'_>, package: PackageId, own: &Arrival) -> Option<Suspected> {
    let (arrived, ..) = *own.came.first()?;
    // Before the first count there was only what was said at the door.
    if !job.own.covers(arrived) || own.shipment.is_none() {
        return None;
    }
    let counted_since = job.facts.looks.iter().any(|look| {
        let of_it = look.package == Some(package) && look.at < job.own.look.at && look.at > arrived;
        of_it && size(look.difference()) <= look.tolerance && look.kind != PlaceKind::Floor
    });
    if counted_since {
        return None;
    }
    let base = match job.own.look.kind {
        PlaceKind::Bin | PlaceKind::Dock | PlaceKind::Unsorted => 50,
        // On the floor many hands were at it since.
        _ => 18,
    };
    let mut suspected = Suspected::new(Cause::ReceivingShort, base);
    suspected = suspected.supported(0, came(job, own)?);
    let text = words!(
        "It was not counted between its arrival and this count.",
        "No se contó entre su llegada y este conteo."
    );
    suspected = at_the_door(job, own, suspected.supported(0, Clue::of(text)));
    if own.mates_short > 0 {
        let (short, mates) = (own.mates_short, own.mates);
        let text = words!(
            "{short} of {mates} other packages of the shipment are short as well.",
            "También faltan en {short} de {mates} otros paquetes del envío."
        );
        suspected = suspected.supported(6, Clue::of(text));
    }
    if job.outside == OutsideSays::AsCounted {
        suspected = suspected.contradicted(30, as_counted());
    }
    Some(suspected)
}

/// How it was counted when it came: what stayed sealed was taken for full.
fn at_the_door(job: &Job<'_>, own: &Arrival, suspected: Suspected) -> Suspected {
    let closed = match own.how {
        Some(How::Packs { packs, size, opened, .. }) => {
            Some((packs.saturating_sub(opened), packs, size))
        }
        Some(How::Pieces) => Some((0, 0, 0)),
        Some(How::Weighed { .. }) | None => None,
    };
    match closed {
        Some((0, ..)) => {
            let text = words!(
                "It was counted piece by piece at the door.",
                "Se contó pieza por pieza en la puerta."
            );
            suspected.contradicted(24, Clue::of(text))
        }
        Some((closed, packs, size)) => {
            let text = words!(
                "{closed} of {packs} packs of {size} stayed closed at the door.",
                "{closed} de {packs} cajas de {size} quedaron cerradas en la puerta."
            );
            let fits = job.off().raw() % (i64::from(size).max(1) * SCALE) == 0;
            suspected.supported(if fits { 16 } else { 5 }, Clue::of(text))
        }
        None => suspected,
    }
}

/// What is missing is one whole arrival of the package.
fn posted_twice(job: &Job<'_>, own: &Arrival) -> Option<Suspected> {
    if own.came.len() < 2 {
        return None;
    }
    let (at, seq, amount) = own.came.iter().copied().find(|came| job.is_off(came.2))?;
    let quantity = job.quantity(amount);
    let text = words!(
        "{quantity} came in twice, and that is what is missing.",
        "{quantity} entraron dos veces, y eso es lo que falta."
    );
    let mut suspected = Suspected::new(Cause::DoubleReceipt, 88);
    suspected = suspected.supported(0, Clue::at(text, at, Trace::Movement { seq }));
    if job.outside == OutsideSays::AsCounted {
        suspected = suspected.supported(8, as_counted());
    }
    Some(suspected)
}

/// A package nobody finds, beside one that arrived in the same way: one package under two tags.
fn ghost(job: &Job<'_>, own: &Arrival, other: &Arrival) -> Option<Suspected> {
    let total = |arrival: &Arrival| -> Amount { arrival.came.iter().map(|came| came.2).sum() };
    // Looked at with the count that was asked about: an earlier slip of the finger changes nothing of it.
    let asked = job.facts.looks.iter().find(|look| look.id == job.facts.off.id)?;
    let nothing = asked.counted.is_zero() && asked.book == total(own);
    let ((at, ..), (there, ..)) = (own.came.first()?, other.came.first()?);
    let soon = at.seconds_since(*there).abs() <= TWICE_S;
    if own.package == other.package || !nothing || !soon || total(own) != total(other) {
        return None;
    }
    let digits = own.tag.chars().zip(other.tag.chars()).filter(|(a, b)| a != b).count();
    let (tag, amount) = (&other.tag, job.quantity(total(other)));
    let mut suspected = Suspected::new(Cause::DoubleReceipt, 30);
    let text = words!(
        "Package {tag} came with the same {amount}; nothing of this one is there.",
        "El paquete {tag} llegó con los mismos {amount}; de este no hay nada."
    );
    suspected = suspected.supported(0, Clue::of(text));
    if digits <= 2 {
        let text = words!(
            "Their tags differ in {digits} characters.",
            "Sus etiquetas difieren en {digits} caracteres."
        );
        suspected = suspected.supported(24, Clue::of(text));
    }
    let same = own.batch.is_some() && own.batch == other.batch && own.manifest == other.manifest;
    if same {
        let text =
            words!("Batch and manifest are the same.", "El lote y el manifiesto son los mismos.");
        suspected = suspected.supported(14, Clue::of(text));
    }
    let clue = |en: &str, es: &str| Clue {
        text: crate::domain::words::Words { en: en.into(), es: es.into() },
        at: None,
        trace: Some(Trace::Reading),
    };
    Some(match (own.known_outside, other.known_outside) {
        (false, true) => suspected.supported(
            24,
            clue(
                "Neither POS nor state ever had this tag; they have the other.",
                "Ni el POS ni el estado tuvieron esta etiqueta; tienen la otra.",
            ),
        ),
        (true, _) => suspected.contradicted(
            30,
            clue("POS or state know this tag.", "El POS o el estado conocen esta etiqueta."),
        ),
        (false, false) => suspected,
    })
}
