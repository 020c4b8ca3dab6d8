//! How well investigations of planted faults do, by kind.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use backstock::domain::investigate::{Cause, Ranking, Suspect};
use backstock::store::{Options, SqlError, Store, StoreError};
use backstock::workflow::investigating;

use super::{Truth, make};

#[derive(Clone, Copy, Default)]
pub struct Count {
    pub asked: usize,
    pub first: usize,
    pub in_two: usize,
    /// Called likely, and wrong.
    pub misled: usize,
}

#[derive(Default)]
pub struct Tally {
    pub seeds: usize,
    pub by: BTreeMap<Cause, Count>,
    /// Faults that no count saw: others hid them.
    pub unseen: usize,
    /// Counts that were off by an everyday slip, and those of them that a cause was called likely for.
    pub noise: usize,
    pub noise_misled: usize,
    pub noise_said: BTreeMap<Cause, usize>,
    /// How long each investigation took.
    pub took: Vec<Duration>,
    pub sales: i64,
}

impl Tally {
    /// Makes the month of a seed and investigates what is off in it.
    pub fn add(&mut self, seed: u64, mut told: impl FnMut(u64, &Truth, &Ranking)) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), Options::default()).expect("a store");
        let made = store
            .write_blocking(move |tx| make(tx, seed).map_err(StoreError::Sql))
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        self.seeds += 1;
        self.sales += made.sales;
        self.unseen += made.unseen.len();
        let mut noise = (0, 0);
        let mut rankings = Vec::new();
        let (said, took) = (&mut self.noise_said, &mut self.took);
        store
            .read_blocking::<_, StoreError, _>(|db| {
                let mut look = |id| -> Result<Ranking, SqlError> {
                    let begun = Instant::now();
                    let ranking = investigating::ranking(db, id)?;
                    took.push(begun.elapsed());
                    Ok(ranking)
                };
                for truth in &made.truths {
                    rankings.push(look(truth.variance)?);
                }
                for slip in &made.noise {
                    let ranking = look(slip.variance)?;
                    let wrong = |one: &&Suspect| one.likely && !slip.right.contains(&one.cause);
                    let misled = ranking.causes.first().filter(wrong);
                    noise = (noise.0 + 1, noise.1 + usize::from(misled.is_some()));
                    if let Some(one) = misled {
                        *said.entry(one.cause).or_default() += 1;
                    }
                }
                Ok(())
            })
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        for (truth, ranking) in made.truths.iter().zip(&rankings) {
            self.judge(truth, ranking);
            told(seed, truth, ranking);
        }
        (self.noise, self.noise_misled) = (self.noise + noise.0, self.noise_misled + noise.1);
        store.stop();
    }

    fn judge(&mut self, truth: &Truth, ranking: &Ranking) {
        let count = self.by.entry(truth.cause).or_default();
        let right: Vec<bool> = ranking.causes.iter().map(|one| is(truth, one)).collect();
        let first = right_first(truth, ranking);
        count.asked += 1;
        count.first += usize::from(first);
        count.in_two += usize::from(first || right.iter().take(2).any(|right| *right));
        count.misled += usize::from(!first && ranking.causes.first().is_some_and(|one| one.likely));
    }

    pub fn slowest(&self) -> Duration {
        self.took.iter().copied().max().unwrap_or_default()
    }

    /// Over the kinds that leave a trace.
    pub fn explainable(&self) -> Count {
        let of = self.by.iter().filter(|(cause, _)| **cause != Cause::Unknown);
        of.fold(Count::default(), |sum, (_, one)| sum.and(one))
    }

    pub fn all(&self) -> Count {
        self.by.values().fold(Count::default(), Count::and)
    }
}

impl Count {
    fn and(self, other: &Self) -> Self {
        Self {
            asked: self.asked + other.asked,
            first: self.first + other.first,
            in_two: self.in_two + other.in_two,
            misled: self.misled + other.misled,
        }
    }
}

/// The cause, and where another product belongs to it, that product.
fn is(truth: &Truth, suspect: &Suspect) -> bool {
    let other = suspect.other.as_ref().map(|other| other.id.0);
    suspect.cause == truth.cause && (truth.other.is_none() || truth.other == other)
}

pub fn right_first(truth: &Truth, ranking: &Ranking) -> bool {
    match ranking.causes.first() {
        Some(suspect) => is(truth, suspect),
        None => truth.cause == Cause::Unknown,
    }
}
