//! Counts: every package at a place beside the book, with what people and scales get wrong.

use backstock::domain::investigate::Cause;
use backstock::store::{SqlError, named_params};

use super::books::{DAY_MS, START_MS, grams};
use super::catalogue::ONE;
use super::fault::Kind;
use super::{Correction, Looked, Month};

impl Month<'_, '_> {
    /// In the morning, before anybody works.
    pub fn count(&mut self, day: i64, places: &[i64]) -> Result<(), SqlError> {
        self.books.at(day, 6 * 60);
        self.books.entry("count_settled", 1)?;
        let count = self.books.id();
        self.books.tx.execute(
            "INSERT INTO count (id, code, state, scope, started_at, seq, settled_at)
             VALUES (:id, 'MONTHK' || :id, 'settled', '{}', :at, :seq, :at)",
            named_params! { ":id": count, ":at": self.books.now, ":seq": self.books.seq },
        )?;
        for place in places {
            for lot in 0..self.books.lots.len() {
                let (hand, book) =
                    (self.books.in_hand(lot, *place), self.books.in_book(lot, *place));
                if hand > 0 || book > 0 {
                    self.count_one(day, count, lot, *place, hand, book)?;
                }
            }
        }
        Ok(())
    }

    fn count_one(
        &mut self,
        day: i64,
        count: i64,
        lot: usize,
        place: i64,
        hand: i64,
        book: i64,
    ) -> Result<(), SqlError> {
        let item = self.books.lots[lot].item;
        let (weighed, each) = (self.books.items[item].weighed, self.books.items[item].each);
        let usual = self.books.lots[lot].tare;
        let (mut counted, mut tare) = (hand, usual);
        // What is wrong with the figure by an everyday slip.
        let mut slip = None;
        if weighed && hand > 0 {
            // Scales show a tenth and are off by a little.
            counted = (hand + self.books.dice.between(-1500, 1500) + 500) / 1000 * 1000;
            let fault = self.scale_fault(lot, place, hand == book);
            let everyday = !fault && self.books.dice.chance(5);
            if fault || everyday {
                slip = everyday.then_some(Cause::MiscountedWeight);
                (counted, tare) = self.misweigh(counted, usual);
            }
        } else if self.books.dice.chance(10) {
            let by = if self.books.dice.chance(100) { 10 } else { 1 };
            slip = Some(Cause::Unknown);
            counted += if self.books.dice.chance(500) { by * ONE } else { -by * ONE };
        } else if let Some(packs) = self.pack_fault(lot, place, hand, book) {
            counted = packs;
        }
        counted = counted.max(0);
        let difference = counted - book;
        let tolerance = if weighed { (book / 200).max(2000) } else { 0 };
        let at = START_MS
            + day * DAY_MS
            + self.books.dice.between(6 * 60, 9 * 60) * 60_000 / 2
            + 3 * 3_600_000;
        let variance = self.books.id();
        let off = difference.abs() > tolerance;
        let case = if off { Some(self.case_of(variance, lot, place)?) } else { None };
        let cost = self.books.items[item].price_cents * 46 / 100;
        let store: i64 = self.books.book.range((lot, 100)..(lot + 1, 0)).map(|one| *one.1).sum();
        self.books.tx.execute(
            "INSERT INTO variance (id, count_id, place_id, product_id, package_id, unit, counted, book, difference,
               store, value_cents, tolerance, counted_at, counted_by, at, kase_id)
             VALUES (:id, :count, :place, :product, :package, :unit, :counted, :book, :difference, :store,
               :value, :tolerance, :at, 3, :at, :case)",
            named_params! {
                ":id": variance, ":count": count, ":place": place, ":product": self.books.items[item].id,
                ":package": self.books.lots[lot].id, ":unit": if weighed { "g" } else { "ea" },
                ":counted": counted, ":book": book, ":difference": difference, ":store": store,
                ":value": difference / 100 * cost / (each / 100), ":tolerance": tolerance, ":at": at, ":case": case,
            },
        )?;
        if weighed {
            let how = format!(
                r#"{{"gross":"{}","tare":"{}","units":[]}}"#,
                grams(counted + tare),
                grams(tare)
            );
            self.books.tx.execute(
                "INSERT INTO count_line (count_id, place_id, product_id, package_id, amount, unit, how, began_at,
                                         said_at, at, by_user, seq)
                 VALUES (:count, :place, :product, :package, :counted, 'g', :how, :at, :at, :at, 3, :seq)",
                named_params! {
                    ":count": count, ":place": place, ":product": self.books.items[item].id,
                    ":package": self.books.lots[lot].id, ":counted": counted, ":how": how, ":at": at,
                    ":seq": self.books.seq,
                },
            )?;
        }
        if off {
            let corrected = self.miscorrected.contains(&(lot, place));
            let figure = if weighed { Cause::MiscountedWeight } else { Cause::Unknown };
            let stays = corrected || (slip.is_some() && hand == book);
            let slip = slip.or(corrected.then_some(figure));
            self.looked.push(Looked { variance, lot, place, at, slip, alone: stays });
            if self.books.dice.chance(220) {
                let due = day + self.books.dice.between(1, 3);
                let slip = slip.is_some();
                self.corrections.push(Correction { due, lot, place, off: difference, slip });
            }
        }
        Ok(())
    }

    /// A container forgotten or taken off twice, two digits changed, or a wrong line of the scale.
    fn misweigh(&mut self, counted: i64, usual: i64) -> (i64, i64) {
        match self.books.dice.between(0, 9) {
            0..=3 => (counted + usual, 0),
            4..=5 if counted > usual => (counted - usual, 2 * usual),
            6..=7 => (swapped(counted), usual),
            _ => {
                let by = self.books.dice.between(11, 240) * 1000;
                (if self.books.dice.chance(500) { counted + by } else { counted - by }, usual)
            }
        }
    }

    fn case_of(&mut self, variance: i64, lot: usize, place: i64) -> Result<i64, SqlError> {
        if let Some(case) = self.cases.get(&(lot, place)) {
            return Ok(*case);
        }
        let title = self.books.items[self.books.lots[lot].item].name.clone();
        let case = self.books.case("variance", &title, Some((variance, lot, place)))?;
        self.cases.insert((lot, place), case);
        Ok(case)
    }

    fn scale_fault(&mut self, lot: usize, place: i64, right: bool) -> bool {
        right
            && self
                .due(Kind::MiscountedWeight)
                .is_some_and(|fault| self.planted_at(fault, lot, place))
    }

    /// Inner packs counted as pieces.
    fn pack_fault(&mut self, lot: usize, place: i64, hand: i64, book: i64) -> Option<i64> {
        let pack = self.books.items[self.books.lots[lot].item].pack;
        let packed =
            hand == book && hand % (pack * ONE) == 0 && hand / (pack * ONE) >= 2 && pack > 1;
        if !packed || !self.variant(Kind::WrongUnit, 2) {
            return None;
        }
        let fault = self.due(Kind::WrongUnit)?;
        self.planted_at(fault, lot, place).then_some(hand / pack)
    }
}

/// Two neighbouring digits of what a scale shows change places: the first two that differ.
fn swapped(counted: i64) -> i64 {
    let mut digits = (counted / 1000).to_string().into_bytes();
    if let Some(at) = (0..digits.len() - 1)
        .rev()
        .find(|at| digits[*at] != digits[at + 1] && digits[at + 1] != b'0')
    {
        digits.swap(at, at + 1);
    }
    let text: String = digits.into_iter().map(char::from).collect();
    text.parse::<i64>().expect("digits") * 1000
}
