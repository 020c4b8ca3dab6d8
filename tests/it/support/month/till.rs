//! The tills: what customers take, what is rung up, and the file that reaches our book at night.

use backstock::store::{SqlError, named_params};

use super::Month;
use super::books::{DAY_MS, MINUTE_MS, SOLD, START_MS};
use super::catalogue::{EXTRAS, ONE, ROOM};
use super::fault::Kind;

/// How a line reaches our book and the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As it should.
    Posted,
    /// The till has it, our file does not.
    Hidden,
    /// Our file has it under a name that nobody mapped.
    Stray,
    /// Our file has it again.
    Twin,
}

#[derive(Clone)]
pub struct Line {
    pub receipt: String,
    pub nth: i64,
    pub at: i64,
    /// Nothing: a lighter, a bag.
    pub item: Option<usize>,
    pub name: String,
    pub units: i64,
    pub way: Way,
    pub fault: Option<usize>,
}

impl Month<'_, '_> {
    /// Somebody takes it off the shelf: of the oldest lot there first. The lot it began with.
    pub fn take(&mut self, item: usize, units: i64) -> Option<usize> {
        let (station, each) = (self.books.items[item].station, self.books.items[item].each);
        let lots = self.books.lots_in(&self.books.hand, item, station);
        let whole = |held: i64| held / each * each;
        let mut left = units * each;
        if lots.iter().map(|one| whole(one.1)).sum::<i64>() < left {
            return None;
        }
        let first = lots.iter().find(|one| whole(one.1) > 0)?.0;
        for (lot, held) in lots {
            let amount = whole(held).min(left);
            self.books.carry(lot, amount, station, SOLD);
            left -= amount;
        }
        Some(first)
    }

    pub fn receipt(&mut self) -> String {
        self.receipts += 1;
        format!("J{:05}", 20_000 + self.receipts)
    }

    pub fn ring(&mut self, line: Line) {
        self.rung.push(line);
    }

    /// A day's customers, from ten to nine.
    pub fn customers(&mut self, day: i64, from: i64, to: i64, many: i64) {
        let wanted: Vec<(usize, i64)> =
            self.books.items.iter().enumerate().map(|(at, item)| (at, item.wanted)).collect();
        for _ in 0..many {
            let minute = self.books.dice.between(from, to - 1);
            let second = self.books.dice.between(0, 59);
            let at = START_MS + day * DAY_MS + minute * MINUTE_MS + second * 1000;
            let receipt = self.receipt();
            let lines = *self.books.dice.of(&[1, 1, 1, 2, 2, 3]);
            let split = lines > 1 && self.books.dice.chance(60);
            for nth in 1..=lines {
                let item = *self.books.dice.weighed(&wanted).expect("something is wanted");
                let units = *self.books.dice.of(&[1, 1, 1, 1, 1, 1, 1, 2, 2, 3]);
                if self.take(item, units).is_none() {
                    continue; // sold out: the customer goes without
                }
                // Two cards pay, so the till prints two receipts.
                let receipt =
                    if split && nth == lines { format!("{receipt}-1") } else { receipt.clone() };
                let name = self.books.items[item].name.clone();
                self.ring(Line {
                    receipt,
                    nth,
                    at: at + nth * 1000,
                    item: Some(item),
                    name,
                    units,
                    way: Way::Posted,
                    fault: None,
                });
            }
            if self.books.dice.chance(30) {
                let name = (*self.books.dice.of(&EXTRAS)).to_owned();
                let way = Way::Posted;
                self.ring(Line {
                    receipt,
                    nth: 9,
                    at,
                    item: None,
                    name,
                    units: 1,
                    way,
                    fault: None,
                });
            }
        }
    }

    /// The till's file is loaded.
    pub fn load_sales(&mut self, day: i64, minute: i64) -> Result<(), SqlError> {
        self.books.at(day, minute);
        let seq = self.books.entry("sales_imported", 1)?;
        let mut lines = std::mem::take(&mut self.rung);
        lines.sort_by(|a, b| (a.at, &a.receipt, a.nth).cmp(&(b.at, &b.receipt, b.nth)));
        for line in lines {
            self.load(seq, &line)?;
        }
        Ok(())
    }

    fn load(&mut self, seq: i64, line: &Line) -> Result<(), SqlError> {
        let Some(item) = line.item else {
            return self.sale(seq, line, None, true).map(drop);
        };
        let station = self.books.items[item].station;
        let each = self.books.items[item].each;
        let in_units = self.in_units.filter(|(odd, until)| *odd == item && line.at < *until);
        let mut left = if in_units.is_some() { line.units * ONE } else { line.units * each };
        let mut outside = line.units * each;
        let lots = self.books.lots_in(&self.books.book, item, station);
        let mut taken = Vec::new();
        for (lot, held) in lots {
            let amount = held.min(left);
            if amount > 0 {
                taken.push((lot, amount));
                left -= amount;
            }
            let amount = held.min(outside);
            if amount > 0 && line.way != Way::Twin {
                self.books.outside(lot, -amount);
                outside -= amount;
            }
            if let Some(fault) = line.fault {
                let lot = (lot, station);
                let first =
                    taken.last().is_some_and(|one| one.0 == lot.0) || line.way == Way::Hidden;
                if first && !self.planted[fault].sides.contains(&lot) {
                    self.planted[fault].sides.push(lot);
                }
            }
            if left == 0 && outside <= 0 {
                break;
            }
        }
        if let (true, Some((lot, _))) = (in_units.is_some(), taken.first()) {
            let side = (*lot, station);
            let odd =
                self.planted.iter_mut().find(|one| one.kind == Kind::WrongUnit && one.item == item);
            odd.into_iter()
                .filter(|one| !one.sides.contains(&side))
                .for_each(|one| one.sides.push(side));
        }
        match line.way {
            Way::Hidden => Ok(()),
            Way::Stray => self.sale(seq, line, None, true).map(drop),
            Way::Posted | Way::Twin => {
                let sale = self.sale(seq, line, Some(self.books.items[item].id), left > 0)?;
                for (lot, amount) in taken {
                    let movement = self.books.write(lot, amount, station, SOLD)?;
                    self.books.tx.insert(
                        "INSERT INTO sale_movement (movement_id, sale_id) VALUES (:movement, :sale)",
                        named_params! { ":movement": movement, ":sale": sale },
                    )?;
                }
                Ok(())
            }
        }
    }

    fn sale(
        &mut self,
        seq: i64,
        line: &Line,
        product: Option<i64>,
        odd: bool,
    ) -> Result<i64, SqlError> {
        self.books.tx.insert(
            "INSERT INTO sale (receipt, line, sold_at, product_id, item, kind, amount, room, seq, kase_id)
             VALUES (:receipt, :line, :at, :product, :item, 'sale', :amount, :room, :seq, :case)",
            named_params! {
                ":receipt": line.receipt, ":line": line.nth, ":at": line.at, ":product": product,
                ":item": line.name, ":amount": line.units * ONE, ":room": ROOM, ":seq": seq,
                ":case": odd.then_some(self.books.sales_case),
            },
        )
    }

    /// The till notes what a customer brings back.
    pub fn returned_row(&mut self, item: usize) -> Result<(), SqlError> {
        let receipt = self.receipt();
        let (seq, at, name) = (self.books.seq, self.books.now, self.books.items[item].name.clone());
        self.books.tx.insert(
            "INSERT INTO sale (receipt, line, sold_at, item, kind, amount, room, seq, kase_id)
             VALUES (:receipt, 1, :at, :item, 'return', :amount, :room, :seq, :case)",
            named_params! {
                ":receipt": receipt, ":at": at, ":item": name, ":amount": ONE, ":room": ROOM, ":seq": seq,
                ":case": self.books.sales_case,
            },
        )?;
        Ok(())
    }
}
