//! What the till did that the book has not, or has twice: sales, and what came back.

use super::facts::{Sold, SoldAs, size};
use super::job::{Job, OutsideSays, Suspected, as_booked, as_counted};
use super::{Cause, Clue, Trace};
use crate::domain::place::{Account, PlaceKind};
use crate::domain::quantity::Amount;
use crate::domain::words::words;

/// Two receipts of the same within this time may be one.
const TWINS_S: i64 = 300;
/// What came back is written down on the same day or the next.
const RETURN_S: i64 = 2 * 86_400;

pub fn look(job: &Job<'_>) -> Vec<Suspected> {
    let found =
        if job.short() { vec![unposted(job)] } else { vec![double_posted(job), returned(job)] };
    found.into_iter().flatten().collect()
}

fn mine<'j>(job: &'j Job<'_>, kind: SoldAs) -> impl Iterator<Item = &'j Sold> {
    let product = Some(job.facts.off.product);
    let fits = move |sold: &&Sold| sold.product == product && sold.kind == kind;
    job.facts.sales.iter().filter(fits).filter(|sold| job.own.covers(sold.at))
}

fn receipt(
    job: &Job<'_>,
    sold: &Sold,
    what: fn(&str, Amount, &str) -> crate::domain::words::Words,
) -> Clue {
    let text = what(&sold.receipt, sold.amount, &job.facts.off.name);
    let trace = Trace::Sale { receipt: sold.receipt.clone(), line: sold.line, case: sold.case };
    Clue::at(text, sold.at, trace)
}

/// What the other books say of a cause that changed ours alone.
fn with_outside(job: &Job<'_>, suspected: Suspected) -> Suspected {
    match job.outside {
        OutsideSays::AsCounted => suspected.supported(14, as_counted()),
        OutsideSays::AsBooked => suspected.contradicted(40, as_booked()),
        OutsideSays::Between | OutsideSays::Nothing => suspected,
    }
}

/// The part of a difference that lines explain.
fn explained(job: &Job<'_>, amounts: &[Amount]) -> Option<i32> {
    let all: Amount = amounts.iter().copied().sum();
    if amounts.is_empty() {
        None
    } else if job.is_off(all) || amounts.iter().any(|one| job.is_off(*one)) {
        Some(80)
    } else {
        Some(40)
    }
}

fn unposted(job: &Job<'_>) -> Option<Suspected> {
    // Sales are taken from the floor; what the vault lacks, no line of a receipt explains.
    let floor = matches!(job.own.look.kind, PlaceKind::Floor | PlaceKind::Packed);
    let missed: Vec<(&Sold, Amount)> = mine(job, SoldAs::Sale)
        .filter(|_| floor)
        .map(|sold| (sold, job.kept(sold.amount) - sold.taken))
        .filter(|(_, missed)| missed.is_positive())
        .collect();
    let amounts: Vec<Amount> = missed.iter().map(|(_, missed)| *missed).collect();
    let score = explained(job, &amounts);
    if score.is_none() && job.outside != OutsideSays::AsCounted {
        return None;
    }
    // The other books knowing of it is a trace by itself.
    let mut suspected = Suspected::new(Cause::UnpostedSale, score.unwrap_or(62));
    for (sold, _) in &missed {
        suspected = suspected.supported(
            0,
            receipt(job, sold, |receipt, amount, name| {
                words!(
                    "Receipt {receipt} has {amount} of {name} that was taken from no place.",
                    "El recibo {receipt} tiene {amount} de {name} que no se tomó de ningún lugar."
                )
            }),
        );
    }
    Some(with_outside(job, suspected))
}

fn double_posted(job: &Job<'_>) -> Option<Suspected> {
    let sold: Vec<&Sold> = mine(job, SoldAs::Sale).collect();
    let pairs: Vec<(&Sold, &Sold)> = sold
        .iter()
        .enumerate()
        .flat_map(|(at, one)| {
            let soon = |other: &&&Sold| other.at.seconds_since(one.at) <= TWINS_S;
            sold[at + 1..].iter().take_while(soon).map(|other| (*one, *other))
        })
        .filter(|(one, other)| one.receipt != other.receipt && one.amount == other.amount)
        .collect();
    let numbered = |(one, other): &&(&Sold, &Sold)| same_number(&one.receipt, &other.receipt);
    let counted = job.outside == OutsideSays::AsCounted;
    let amounts = |pairs: &[&(&Sold, &Sold)]| -> Vec<Amount> {
        pairs.iter().map(|(_, other)| size(other.taken)).collect()
    };
    let named: Vec<_> = pairs.iter().filter(numbered).collect();
    let every: Vec<_> = pairs.iter().collect();
    let (shown, score) = match (explained(job, &amounts(&named)), explained(job, &amounts(&every)))
    {
        (Some(score), _) => (named, score),
        // Two customers wanting the same within minutes is nothing special.
        (None, Some(80)) => (every, if counted { 66 } else { 44 }),
        (None, Some(_)) if counted => (every, 50),
        (None, None) if counted => (Vec::new(), 30),
        _ => return None,
    };
    let mut suspected = Suspected::new(Cause::DoublePostedSale, score);
    for (one, other) in shown {
        let (first, second) = (&one.receipt, &other.receipt);
        let amount = other.amount;
        let name = &job.facts.off.name;
        let text = words!(
            "Receipts {first} and {second} have {amount} of {name} each, within minutes.",
            "Los recibos {first} y {second} tienen {amount} de {name} cada uno, en minutos."
        );
        let trace = Trace::Sale { receipt: second.clone(), line: other.line, case: other.case };
        suspected = suspected.supported(0, Clue::at(text, other.at, trace));
    }
    Some(with_outside(job, suspected))
}

/// "J20411" and "J20411-2", or "20411": the same number said twice.
fn same_number(one: &str, other: &str) -> bool {
    let first = |text: &str| {
        let rest = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].trim_start_matches('0').to_owned()
    };
    let number = first(one);
    !number.is_empty() && number == first(other)
}

fn returned(job: &Job<'_>) -> Option<Suspected> {
    let sold = Account::Sold.id();
    let mut noted: Vec<_> = job.facts.moves.iter().filter(|moved| moved.from == sold).collect();
    let mut open: Vec<&Sold> = Vec::new();
    for line in mine(job, SoldAs::Return) {
        let amount = size(job.kept(line.amount));
        let written = noted.iter().position(|moved| {
            moved.amount == amount && moved.at.seconds_since(line.at).abs() <= RETURN_S
        });
        match written {
            Some(at) => drop(noted.remove(at)),
            None => open.push(line),
        }
    }
    let amounts: Vec<Amount> = open.iter().map(|line| size(job.kept(line.amount))).collect();
    let mut suspected = Suspected::new(Cause::UnrecordedReturn, explained(job, &amounts)?);
    for line in open {
        suspected = suspected.supported(0, receipt(job, line, |receipt, amount, name| {
            words!(
                "By receipt {receipt}, {amount} of {name} came back; nobody put it into the book.",
                "Según el recibo {receipt} volvió {amount} de {name}; nadie lo anotó en el libro."
            )
        }));
    }
    Some(with_outside(job, suspected))
}

#[cfg(test)]
mod tests {
    use super::same_number;

    #[test]
    fn a_receipt_said_twice_has_one_number() {
        assert!(same_number("J20411", "J20411-2") && same_number("J0020411", "20411"));
        assert!(!same_number("J20411", "J20412") && !same_number("cash", "card"));
    }
}
