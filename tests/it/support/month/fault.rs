//! What goes wrong: one to three things in a month, each of another kind, each on a day of its own. A fault
//! changes the hand, our book or the other books, and leaves no mark of its own anywhere.

use backstock::domain::investigate::Cause;
use backstock::store::SqlError;

use super::Month;
use super::books::{DAY_MS, MINUTE_MS, OPENING, SOLD, START_MS, SUPPLIER, Spot};
use super::catalogue::{DOCK, QUARANTINE, WASTE};
use super::till::{Line, Way};
use super::trade::Load;

pub type Kind = Cause;

/// Something that went wrong.
pub struct Planted {
    pub kind: Kind,
    /// The day from which on it may happen.
    pub due: i64,
    /// Which of the ways in which it happens.
    pub variant: i64,
    pub done: Option<i64>,
    pub item: usize,
    /// Where counts will see it.
    pub sides: Vec<Spot>,
    /// By side, the item it was mixed up with.
    pub mixed: Vec<(usize, usize)>,
}

/// What happens to a package at the door.
#[derive(Default)]
pub struct Door {
    pub short: i64,
    /// Packs were counted where pieces are kept.
    pub in_packs: bool,
    /// Sealed packs were taken for full.
    pub sealed: bool,
}

/// What happens to a tote.
#[derive(Default)]
pub struct Fate {
    pub stays: bool,
    pub lost: Vec<usize>,
    pub fault: Option<usize>,
}

impl Month<'_, '_> {
    /// The fault of a kind whose day has come.
    pub fn due(&self, kind: Kind) -> Option<usize> {
        let day = self.books.day();
        self.planted.iter().position(|one| one.kind == kind && one.done.is_none() && one.due <= day)
    }

    pub fn variant(&self, kind: Kind, variant: i64) -> bool {
        self.due(kind).is_some_and(|fault| self.planted[fault].variant == variant)
    }

    /// It happened, to this lot at this place.
    pub fn planted_at(&mut self, fault: usize, lot: usize, place: i64) -> bool {
        let item = self.books.lots[lot].item;
        let planted = &mut self.planted[fault];
        (planted.done, planted.item) = (Some(self.books.now), item);
        planted.sides.push((lot, place));
        true
    }

    /// What goes wrong in the middle of a day.
    pub fn go_wrong(&mut self, day: i64) -> Result<(), SqlError> {
        for fault in 0..self.planted.len() {
            let one = &self.planted[fault];
            if one.done.is_some() || one.due > day {
                continue;
            }
            let minute = self.books.dice.between(12 * 60, 19 * 60);
            self.books.at(day, minute);
            match one.kind {
                Cause::SoldUnderWrongSku => drop(self.wrong_sku(fault)),
                Cause::SoldFromWrongPackage => drop(self.wrong_package(fault)),
                Cause::UnrecordedMove => drop(self.silent_move(fault)),
                Cause::UnpostedSale => drop(self.unposted(fault)),
                Cause::DoublePostedSale => drop(self.double(fault)),
                Cause::Unknown => drop(self.loss(fault)),
                Cause::UnrecordedDamage => drop(self.silent_damage(fault)),
                Cause::UnrecordedReturn => self.silent_return(fault)?,
                Cause::WrongUnit if one.variant == 1 => self.wrong_content(fault, day),
                // At the door, at the scale, on the way.
                _ => {}
            }
        }
        Ok(())
    }

    fn few(&mut self) -> i64 {
        *self.books.dice.of(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 3])
    }

    fn line(&mut self, item: usize, units: i64, fault: Option<usize>) -> Line {
        let at = self.books.now + self.books.dice.between(0, 50_000);
        let name = self.books.items[item].name.clone();
        Line {
            receipt: self.receipt(),
            nth: 1,
            at,
            item: Some(item),
            name,
            units,
            way: Way::Posted,
            fault,
        }
    }

    /// The shelf gives one, the till says another: most often the flavour beside it.
    fn wrong_sku(&mut self, fault: usize) -> Option<()> {
        let (lot, station) = self.somewhere(1000)?;
        let item = self.books.lots[lot].item;
        let near: Vec<(usize, i64)> = (0..self.books.items.len())
            .filter(|other| *other != item && self.books.items[*other].station == station)
            .filter(|other| !self.books.lots_in(&self.books.book, *other, station).is_empty())
            .map(|other| {
                let (a, b) = (&self.books.items[item], &self.books.items[other]);
                let weight = match (
                    a.brand == b.brand && a.price_cents == b.price_cents,
                    a.category == b.category,
                ) {
                    (true, _) => 40,
                    (_, true) => 5,
                    _ => 1,
                };
                (other, weight)
            })
            .collect();
        let other = *self.books.dice.weighed(&near)?;
        let units = self.few();
        // The same hand, the same wrong tile: once for all, or customer after customer.
        let each = if self.books.dice.chance(500) { units } else { 1 };
        for nth in 0..units / each {
            if self.take(item, each).is_none() {
                if nth == 0 {
                    return None;
                }
                break;
            }
            self.books.now += self.books.dice.between(1, 90) * MINUTE_MS;
            let line = self.line(other, each, Some(fault));
            self.ring(line);
        }
        let taken =
            self.books.lots_in(&self.books.hand, item, station).first().map_or(lot, |one| one.0);
        self.planted[fault].mixed = vec![(item, other), (other, item)];
        self.planted_at(fault, taken, station);
        Some(())
    }

    /// Two packages of a product on a shelf: the till and the book take the older one, the hand the newer.
    fn wrong_package(&mut self, fault: usize) -> Option<()> {
        let mut pairs = Vec::new();
        for item in 0..self.books.items.len() {
            let (station, each) = (self.books.items[item].station, self.books.items[item].each);
            let hand = self.books.lots_in(&self.books.hand, item, station);
            let right = hand.iter().all(|(lot, held)| self.books.in_book(*lot, station) == *held);
            if hand.len() > 1 && right && hand[0].1 >= 4 * each && hand[1].1 >= 4 * each {
                pairs.push((item, station, hand[0].0, hand[1].0));
            }
        }
        if pairs.is_empty() {
            return None;
        }
        let (item, station, old, new) = *self.books.dice.of(&pairs);
        let units = self.few();
        let each = self.books.items[item].each;
        self.books.carry(new, units * each, station, SOLD);
        let line = self.line(item, units, None);
        self.ring(line);
        self.planted_at(fault, new, station);
        self.planted_at(fault, old, station);
        Some(())
    }

    fn silent_move(&mut self, fault: usize) -> Option<()> {
        let (lot, from) = self.somewhere(350)?;
        let item = self.books.lots[lot].item;
        let (each, station, bins) = (
            self.books.items[item].each,
            self.books.items[item].station,
            self.books.items[item].bins,
        );
        let any =
            super::catalogue::FIRST_BIN + self.books.dice.between(0, super::catalogue::BINS - 1);
        let to = *self.books.dice.of(&[station, bins[0], bins[1], any]);
        if to == from {
            return None;
        }
        let held = self.books.in_hand(lot, from) / each;
        let units = self.books.dice.between(1, held.min(10));
        self.books.carry(lot, units * each, from, to);
        self.planted_at(fault, lot, from);
        self.planted_at(fault, lot, to);
        Some(())
    }

    fn unposted(&mut self, fault: usize) -> Option<()> {
        let (lot, _) = self.somewhere(1000)?;
        let item = self.books.lots[lot].item;
        let units = self.few();
        self.take(item, units)?;
        let mut line = self.line(item, units, Some(fault));
        if self.planted[fault].variant == 0 {
            line.way = Way::Stray;
            // As somebody typed it on a new tile.
            let promo = *self.books.dice.of(&["PROMO", "(new)", "Weekend"]);
            line.name = format!("{} {promo}", line.name);
        } else {
            line.way = Way::Hidden;
        }
        self.ring(line);
        (self.planted[fault].done, self.planted[fault].item) = (Some(self.books.now), item);
        Some(())
    }

    /// A receipt goes over the line twice.
    fn double(&mut self, fault: usize) -> Option<()> {
        let rung: Vec<usize> = (0..self.rung.len())
            .filter(|at| self.rung[*at].item.is_some() && self.rung[*at].way == Way::Posted)
            .collect();
        let first = self
            .rung
            .get(*rung.get(usize::try_from(self.books.dice.between(0, 40)).ok()?)?)?
            .receipt
            .clone();
        let again = self.receipt();
        // The till numbers it anew, or says the same number once more.
        let number = if self.planted[fault].variant == 0 { format!("{first}-2") } else { again };
        let later = self.books.dice.between(20, 240) * 1000;
        let lines: Vec<Line> =
            self.rung.iter().filter(|line| line.receipt == first).cloned().collect();
        for line in lines {
            let item = line.item;
            let (at, receipt) = (line.at + later, number.clone());
            self.ring(Line { receipt, at, way: Way::Twin, fault: item.map(|_| fault), ..line });
        }
        self.planted[fault].done = Some(self.books.now);
        Some(())
    }

    fn loss(&mut self, fault: usize) -> Option<()> {
        let (lot, place) = self.somewhere(700)?;
        let each = self.books.items[self.books.lots[lot].item].each;
        let held = self.books.in_hand(lot, place) / each;
        let units = self.books.dice.between(1, held.min(6));
        self.books.carry(lot, units * each, place, 0);
        self.planted_at(fault, lot, place);
        Some(())
    }

    fn silent_damage(&mut self, fault: usize) -> Option<()> {
        let (lot, place) = self.somewhere(700)?;
        let each = self.books.items[self.books.lots[lot].item].each;
        let to = if self.books.dice.chance(700) { QUARANTINE } else { WASTE };
        let units = self.few();
        self.books.carry(lot, units * each, place, to);
        self.planted_at(fault, lot, place);
        self.planted_at(fault, lot, to);
        Some(())
    }

    fn silent_return(&mut self, fault: usize) -> Result<(), SqlError> {
        let Some((lot, station)) = self.somewhere(1000) else { return Ok(()) };
        let item = self.books.lots[lot].item;
        let each = self.books.items[item].each;
        self.books.entry("returns_imported", 1)?;
        self.returned_row(item)?;
        self.books.outside(lot, each);
        let to = if self.books.dice.chance(600) { station } else { QUARANTINE };
        self.books.carry(lot, each, SOLD, to);
        self.planted_at(fault, lot, to);
        Ok(())
    }

    /// For some days the book takes a gram where an eighth is sold.
    fn wrong_content(&mut self, fault: usize, day: i64) {
        let weighed: Vec<usize> =
            (0..self.books.items.len()).filter(|item| self.books.items[*item].weighed).collect();
        let item = *self.books.dice.of(&weighed);
        let until = START_MS + (day + self.books.dice.between(2, 4)) * DAY_MS;
        self.in_units = Some((item, until));
        (self.planted[fault].done, self.planted[fault].item) = (Some(self.books.now), item);
    }

    /// What goes wrong while a package is received.
    pub fn at_the_door(
        &mut self,
        lot: usize,
        amount: i64,
        batch: &str,
        manifest: &str,
    ) -> Result<Door, SqlError> {
        let item = self.books.lots[lot].item;
        let (each, pack) = (self.books.items[item].each, self.books.items[item].pack);
        // Any of the packages of some shipment.
        if !self.books.dice.chance(250) {
            return Ok(Door::default());
        }
        if let Some(fault) = self.due(Cause::ReceivingShort) {
            // Who counts piece by piece sees what is missing; most often it is missing in what stayed sealed.
            let sealed = pack > 1 && self.books.dice.chance(850);
            let packed = sealed && self.books.dice.chance(450);
            let units = if packed { pack } else { self.books.dice.between(1, 6) };
            let bins = self.books.items[item].bins;
            for bin in bins {
                self.planted_at(fault, lot, bin);
            }
            return Ok(Door { short: units * each, in_packs: false, sealed });
        }
        if self.variant(Cause::WrongUnit, 0) && pack > 1 {
            let fault = self.due(Cause::WrongUnit).expect("just asked");
            let bins = self.books.items[item].bins;
            for bin in bins {
                self.planted_at(fault, lot, bin);
            }
            return Ok(Door { in_packs: true, ..Door::default() });
        }
        if let Some(fault) = self.due(Cause::DoubleReceipt) {
            let bins = self.books.items[item].bins;
            if self.planted[fault].variant == 0 {
                let twin = self.twin(lot, amount, batch, manifest)?;
                for bin in bins {
                    self.planted_at(fault, twin, bin);
                }
            } else {
                // The state's list was loaded as an opening in the same week.
                self.books.entry("packages_imported", 1)?;
                self.books.write(lot, amount, OPENING, DOCK)?;
                for bin in bins {
                    self.planted_at(fault, lot, bin);
                }
                self.books.entry("received", 2)?;
            }
        }
        Ok(Door::default())
    }

    /// The same package under a tag that was typed with one wrong digit.
    fn twin(
        &mut self,
        lot: usize,
        amount: i64,
        batch: &str,
        manifest: &str,
    ) -> Result<usize, SqlError> {
        let id = self.books.lots[lot].id;
        let tag: String =
            self.books.tx.one("SELECT tag FROM package WHERE id = ?1", [id], |row| row.get(0))?;
        let at = usize::try_from(self.books.dice.between(17, 23)).expect("small");
        let was = tag.as_bytes()[at];
        let digit = if was == b'9' { '3' } else { char::from(was + 1) };
        let tag = format!("{}{digit}{}", &tag[..at], &tag[at + 1..]);
        let twin = self.books.package(self.books.lots[lot].item, &tag, batch, manifest)?;
        self.books.lots[twin].known = false;
        let bins = self.books.items[self.books.lots[lot].item].bins;
        self.books.write(twin, amount, SUPPLIER, DOCK)?;
        self.books.entry("moved", 2)?;
        let bin = *self.books.dice.of(&bins);
        self.books.write(twin, amount, DOCK, bin)?;
        self.books.entry("received", 2)?;
        Ok(twin)
    }

    /// What goes wrong while a tote travels.
    pub fn on_the_way(&mut self, loads: &[Load]) -> Fate {
        let Some(fault) = self.due(Cause::ToteLost).filter(|_| self.books.dice.chance(300)) else {
            return Fate::default();
        };
        self.planted[fault].done = Some(self.books.now);
        let stays = self.planted[fault].variant == 0;
        let lost = (0..loads.len())
            .filter(|nth| stays || *nth == 0 || self.books.dice.chance(700))
            .collect();
        Fate { stays, lost, fault: Some(fault) }
    }
}
