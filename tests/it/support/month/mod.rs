//! A month of a busy store, by a seed: about 180 sales a day, shipments, restocks by tote, damage, returns,
//! counts and corrections, with what people and scales get wrong every day; and one to three things that
//! went really wrong, with what an investigation of each should say.

mod books;
mod catalogue;
mod counting;
mod dice;
mod fault;
pub mod tally;
mod till;
mod trade;

use std::collections::{BTreeMap, BTreeSet};

use backstock::domain::id::VarianceId;
use backstock::domain::investigate::Cause;
use backstock::store::{SqlError, Tx};

use books::{Books, Spot};
use catalogue::{BINS, FIRST_BIN, FIRST_TOTE, QUARANTINE, STATIONS, TOTES, WASTE};
use dice::Dice;
use fault::Planted;
use till::Line;

const DAYS: i64 = 30;

/// A count that was off.
struct Looked {
    variance: i64,
    lot: usize,
    place: i64,
    at: i64,
    /// What the difference comes from, where it is an everyday slip: a wrong figure, or the correction of one.
    slip: Option<Cause>,
    /// Nothing is off there but for slips.
    alone: bool,
}

/// What somebody will put right by hand.
struct Correction {
    due: i64,
    lot: usize,
    place: i64,
    off: i64,
    /// The figure was wrong, and the book was right before.
    slip: bool,
}

struct Month<'t, 'a> {
    books: Books<'t, 'a>,
    planted: Vec<Planted>,
    rung: Vec<Line>,
    receipts: i64,
    totes: i64,
    lost_totes: Vec<i64>,
    /// An item whose content the book forgot, and until when.
    in_units: Option<(usize, i64)>,
    corrections: Vec<Correction>,
    miscorrected: BTreeSet<Spot>,
    cases: BTreeMap<Spot, i64>,
    looked: Vec<Looked>,
}

/// What an investigation of a variance should come to.
pub struct Truth {
    pub cause: Cause,
    pub variance: VarianceId,
    /// The product it was mixed up with.
    pub other: Option<i64>,
}

/// A count that was off by an everyday slip, or by what a fault did to another package of the product.
pub struct Noise {
    pub variance: VarianceId,
    /// What may be said of it besides "unknown".
    pub right: Vec<Cause>,
}

pub struct Made {
    /// Of each planted fault, the first count that saw it.
    pub truths: Vec<Truth>,
    /// Kinds that no count saw.
    pub unseen: Vec<Cause>,
    /// Counts that were off without anything planted there.
    pub noise: Vec<Noise>,
    pub sales: i64,
}

/// Makes the month of a seed in an empty store.
pub fn make(tx: &Tx<'_>, seed: u64) -> Result<Made, SqlError> {
    let mut dice = Dice::new(seed);
    let items = catalogue::items(&mut dice);
    let planted = faults(&mut dice);
    let books = Books {
        tx,
        dice,
        lots: Vec::new(),
        tags: BTreeSet::new(),
        of_item: vec![Vec::new(); items.len()],
        items,
        hand: BTreeMap::new(),
        book: BTreeMap::new(),
        pos: Vec::new(),
        state: Vec::new(),
        now: books::START_MS,
        seq: 0,
        next: 1000,
        sales_case: 0,
    };
    let mut month = Month {
        books,
        planted,
        rung: Vec::new(),
        receipts: 0,
        totes: 0,
        lost_totes: Vec::new(),
        in_units: None,
        corrections: Vec::new(),
        miscorrected: BTreeSet::new(),
        cases: BTreeMap::new(),
        looked: Vec::new(),
    };
    month.books.furnish()?;
    month.open()?;
    for day in 0..DAYS {
        month.day(day)?;
    }
    month.books.at(DAYS, 5 * 60);
    month.books.readings()?;
    month.count(DAYS, &places(|_| true))?;
    month.books.at(DAYS, 10 * 60);
    month.books.readings()?;
    month.books.close()?;
    Ok(month.told())
}

/// One to three kinds, each once.
fn faults(dice: &mut Dice) -> Vec<Planted> {
    let mut kinds = Cause::ALL.to_vec();
    (0..dice.between(1, 3))
        .map(|_| {
            let at = usize::try_from(dice.between(0, 99)).expect("small") % kinds.len();
            Planted {
                kind: kinds.remove(at),
                due: dice.between(2, 24),
                variant: dice.between(0, 1),
                done: None,
                item: 0,
                sides: Vec::new(),
                mixed: Vec::new(),
            }
        })
        .map(|one| {
            let three = one.kind == Cause::WrongUnit;
            if three { Planted { variant: one.due % 3, ..one } } else { one }
        })
        .collect()
}

fn places(counted: impl Fn(i64) -> bool) -> Vec<i64> {
    let bins = (0..BINS).map(|n| FIRST_BIN + n);
    let totes = (0..TOTES).map(|n| FIRST_TOTE + n);
    STATIONS
        .into_iter()
        .chain([QUARANTINE, WASTE])
        .chain(bins)
        .chain(totes)
        .filter(|place| counted(*place))
        .collect()
}

impl Month<'_, '_> {
    fn day(&mut self, day: i64) -> Result<(), SqlError> {
        self.counts(day)?;
        if day % 7 == 6 {
            self.books.at(day, 7 * 60);
            self.clear_quarantine()?;
        }
        if day % 2 == 0 && day > 0 {
            self.receive(day)?;
        }
        // 180 receipts, with the shelves filled three times.
        self.restock(day, 9 * 60)?;
        self.customers(day, 10 * 60, 13 * 60, 55);
        self.load_sales(day, 13 * 60)?;
        self.restock(day, 13 * 60)?;
        self.customers(day, 14 * 60, 17 * 60, 60);
        self.go_wrong(day)?;
        for _ in 0..self.books.dice.between(0, 2) {
            self.damage(day)?;
        }
        if self.books.dice.chance(500) {
            self.take_back(day)?;
        }
        self.load_sales(day, 17 * 60)?;
        self.correct(day)?;
        self.restock(day, 17 * 60)?;
        self.customers(day, 18 * 60, 21 * 60, 65);
        self.load_sales(day, 21 * 60)?;
        if day % 3 == 2 {
            self.books.at(day, 23 * 60 + 45);
            self.books.readings()?;
        }
        Ok(())
    }

    /// Every station once a week, every bin in ten days, what is set aside on Sundays.
    fn counts(&mut self, day: i64) -> Result<(), SqlError> {
        let station = |place| STATIONS.iter().position(|one| *one == place);
        let due = places(|place| match place {
            QUARANTINE | WASTE => day % 7 == 6,
            place if place >= FIRST_TOTE => day % 7 == 6,
            place if place >= FIRST_BIN => (place - FIRST_BIN) % 10 == day % 10,
            place => station(place).is_some_and(|n| n as i64 == day % 7),
        });
        if day == 0 || due.is_empty() { Ok(()) } else { self.count(day, &due) }
    }

    fn told(mut self) -> Made {
        let mut truths: Vec<Truth> = Vec::new();
        let mut unseen = Vec::new();
        for planted in &self.planted {
            let Some(done) = planted.done else { continue };
            let sees = |looked: &&Looked| {
                !looked.alone
                    && looked.at >= done
                    && planted.sides.contains(&(looked.lot, looked.place))
            };
            // The first to be counted is looked at; of several at once, any.
            let first = self.looked.iter().filter(sees).map(|one| one.at / books::DAY_MS).min();
            let same: Vec<&Looked> = self
                .looked
                .iter()
                .filter(sees)
                .filter(|one| Some(one.at / books::DAY_MS) == first)
                .collect();
            if same.is_empty() {
                unseen.push(planted.kind);
                continue;
            }
            let looked = *self.books.dice.of(&same);
            let item = self.books.lots[looked.lot].item;
            let other = planted
                .mixed
                .iter()
                .find(|one| one.0 == item)
                .map(|one| self.books.items[one.1].id);
            truths.push(Truth {
                cause: planted.kind,
                variance: VarianceId(looked.variance),
                other,
            });
        }
        let sides: Vec<Spot> = self.planted.iter().flat_map(|one| one.sides.clone()).collect();
        let noise = self
            .looked
            .iter()
            .filter(|one| !sides.contains(&(one.lot, one.place)))
            .map(|one| self.noise(one))
            .collect();
        Made { truths, unseen, noise, sales: self.receipts }
    }

    fn noise(&self, looked: &Looked) -> Noise {
        let item = self.books.lots[looked.lot].item;
        let touched = |planted: &&Planted| {
            let mixed = planted.mixed.iter().any(|one| one.0 == item);
            let side = planted.sides.iter().any(|side| self.books.lots[side.0].item == item);
            let here = side || mixed || planted.item == item;
            here && planted.done.is_some_and(|done| done <= looked.at)
        };
        let spilled = self.planted.iter().filter(touched).map(|planted| planted.kind);
        let right = looked.slip.into_iter().chain(spilled).collect();
        Noise { variance: VarianceId(looked.variance), right }
    }
}
