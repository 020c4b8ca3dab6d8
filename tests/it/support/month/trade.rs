//! What the people of the store do all month: receive, restock by tote, set damage aside, take back, correct.

use backstock::store::{SqlError, named_params};

use super::books::{ADJUSTED, MINUTE_MS, OPENING, SOLD, SUPPLIER, grams, whole};
use super::catalogue::{DOCK, FIRST_TOTE, ONE, QUARANTINE, STATIONS, TOTES, WASTE};
use super::{Correction, Month};

/// One line of a tote.
#[derive(Clone, Copy)]
pub struct Load {
    pub lot: usize,
    pub bin: i64,
    pub amount: i64,
}

impl Month<'_, '_> {
    /// The first day: everything is there already, in bins and on the floor.
    pub fn open(&mut self) -> Result<(), SqlError> {
        self.books.at(0, 5 * 60);
        self.books.entry("packages_imported", 1)?;
        for item in 0..self.books.items.len() {
            for nth in 0..2 {
                let (tag, batch) = (self.books.tag(), format!("L{item}-{nth}"));
                let lot = self.books.package(item, &tag, &batch, "M-0")?;
                let amount = self.amount_of_case(item);
                self.books.outside(lot, amount);
                let bin = self.books.items[item].bins[nth];
                self.books.both(lot, amount, OPENING, bin)?;
            }
        }
        self.books.entry("moved", 2)?;
        for item in 0..self.books.items.len() {
            let (station, bin) = (self.books.items[item].station, self.books.items[item].bins[0]);
            let want = self.books.items[item].par * self.books.items[item].each;
            let Some((lot, held)) =
                self.books.lots_in(&self.books.hand, item, bin).first().copied()
            else {
                continue;
            };
            self.books.both(lot, want.min(held), bin, station)?;
        }
        self.books.readings()
    }

    /// What one package of an item holds when it comes.
    fn amount_of_case(&mut self, item: usize) -> i64 {
        let (par, pack, each) =
            (self.books.items[item].par, self.books.items[item].pack, self.books.items[item].each);
        let packs = (par * self.books.dice.between(2, 5) / pack).max(2);
        packs * pack * each
    }

    /// A shipment of what the vault runs low of.
    pub fn receive(&mut self, day: i64) -> Result<(), SqlError> {
        let minute = 8 * 60 + self.books.dice.between(0, 40);
        self.books.at(day, minute);
        let mut low: Vec<(i64, usize)> = (0..self.books.items.len())
            .map(|item| {
                let bins = self.books.items[item].bins;
                let of = |bin| self.books.lots_in(&self.books.hand, item, bin);
                let held: i64 = bins.into_iter().flat_map(of).map(|one| one.1).sum();
                (held / self.books.items[item].each * 100 / self.books.items[item].par, item)
            })
            .filter(|(share, _)| *share < 130)
            .collect();
        low.sort_unstable();
        low.truncate(9);
        if low.is_empty() {
            return Ok(());
        }
        let shipment = self.books.id();
        let manifest = format!("M-{shipment:06}");
        self.books.tx.execute(
            "INSERT INTO shipment (id, code, manifest, source, state, facts, entered_at, arrived_at)
             VALUES (:id, 'MONTHS' || :id, :manifest, 'csv', 'finished', '{}', :at, :at)",
            named_params! { ":id": shipment, ":manifest": manifest, ":at": self.books.now },
        )?;
        let mut came = Vec::new();
        for (_, item) in low {
            self.books.now += self.books.dice.between(3, 9) * MINUTE_MS;
            came.push(self.receive_one(item, shipment, &manifest)?);
        }
        self.put_away(&came)
    }

    fn receive_one(
        &mut self,
        item: usize,
        shipment: i64,
        manifest: &str,
    ) -> Result<usize, SqlError> {
        let amount = self.amount_of_case(item);
        let (tag, batch) = (self.books.tag(), format!("L{item}-{shipment}"));
        let lot = self.books.package(item, &tag, &batch, manifest)?;
        self.books.outside(lot, amount);
        self.books.entry("received", 2)?;
        let fault = self.at_the_door(lot, amount, &batch, manifest)?;
        let (pack, weighed) = (self.books.items[item].pack, self.books.items[item].weighed);
        let how = if weighed {
            let tare = self.books.lots[lot].tare;
            format!(
                r#"{{"by":"weighed","gross":"{}","tare":"{}"}}"#,
                grams(amount + tare),
                grams(tare)
            )
        } else if (fault.sealed || self.books.dice.chance(600)) && !fault.in_packs {
            let packs = whole(amount) / pack;
            let opened = self.books.dice.between(1, 2).min(packs);
            format!(r#"{{"by":"packs","packs":{packs},"size":{pack},"loose":0,"opened":{opened}}}"#)
        } else {
            r#"{"by":"pieces"}"#.to_owned()
        };
        let booked = if fault.in_packs { amount / pack } else { amount };
        self.books.tx.execute(
            "INSERT INTO shipment_line (shipment_id, tag, item, unit, shipped, product_id, state, package_id,
                                        counted, how, condition, at, by_user)
             VALUES (:shipment, :tag, :item, :unit, :booked, :product, 'received', :package, :booked, :how,
                     'good', :at, 2)",
            named_params! {
                ":shipment": shipment, ":tag": tag, ":item": self.books.items[item].name,
                ":unit": if weighed { "g" } else { "ea" }, ":booked": booked,
                ":product": self.books.items[item].id, ":package": self.books.lots[lot].id, ":how": how,
                ":at": self.books.now,
            },
        )?;
        self.books.write(lot, booked, SUPPLIER, DOCK)?;
        self.books.carry(lot, amount - fault.short, SUPPLIER, DOCK);
        Ok(lot)
    }

    pub fn put_away(&mut self, lots: &[usize]) -> Result<(), SqlError> {
        for lot in lots {
            self.books.now += self.books.dice.between(4, 15) * MINUTE_MS;
            let bins = self.books.items[self.books.lots[*lot].item].bins;
            let bin = *self.books.dice.of(&bins);
            self.books.entry("moved", 2)?;
            let (hand, book) = (self.books.in_hand(*lot, DOCK), self.books.in_book(*lot, DOCK));
            self.books.write(*lot, book, DOCK, bin)?;
            self.books.carry(*lot, hand, DOCK, bin);
        }
        Ok(())
    }

    /// A round through the stations: what runs low comes by tote.
    pub fn restock(&mut self, day: i64, minute: i64) -> Result<(), SqlError> {
        for station in STATIONS {
            let mut wanted = Vec::new();
            for item in 0..self.books.items.len() {
                if self.books.items[item].station == station {
                    wanted.extend(self.wanted(item));
                }
            }
            for loads in wanted.chunks(4) {
                let then = minute + self.books.dice.between(0, 50);
                self.books.at(day, then);
                self.tote(station, loads)?;
            }
        }
        Ok(())
    }

    fn wanted(&mut self, item: usize) -> Option<Load> {
        let (par, each, station) = (
            self.books.items[item].par,
            self.books.items[item].each,
            self.books.items[item].station,
        );
        let there: i64 =
            self.books.lots_in(&self.books.hand, item, station).iter().map(|one| one.1).sum();
        if there / each > par / 2 {
            return None;
        }
        let bins = self.books.items[item].bins;
        let found: Vec<Load> = bins
            .into_iter()
            .flat_map(|bin| {
                let lots = self.books.lots_in(&self.books.hand, item, bin);
                lots.into_iter().map(move |(lot, held)| (lot, bin, held))
            })
            .map(|(lot, bin, held)| Load {
                lot,
                bin,
                amount: held.min(self.books.in_book(lot, bin)),
            })
            .filter(|load| load.amount >= each)
            .collect();
        // The oldest first; now and then a manager lets a newer one go.
        let newer = found.len() > 1 && self.books.dice.chance(250);
        let oldest = found.iter().min_by_key(|load| load.lot)?;
        let load = if newer { found.iter().max_by_key(|load| load.lot)? } else { oldest };
        let room = (par - there / each) * each;
        Some(Load { amount: load.amount.min(room) / each * each, ..*load })
            .filter(|load| load.amount > 0)
    }

    /// Picked, carried and confirmed in.
    fn tote(&mut self, station: i64, loads: &[Load]) -> Result<(), SqlError> {
        self.totes = (self.totes + 1) % TOTES;
        while self.lost_totes.contains(&(FIRST_TOTE + self.totes)) {
            self.totes = (self.totes + 1) % TOTES;
        }
        let tote = FIRST_TOTE + self.totes;
        let fate = self.on_the_way(loads);
        let (request, pick) = (self.books.id(), self.books.id());
        let asked = self.books.now;
        self.books.tx.execute(
            "INSERT INTO request (id, code, station_id, state, by_user, at)
             VALUES (:id, 'MONTHR' || :id, :station, 'done', 4, :at)",
            named_params! { ":id": request, ":station": station, ":at": asked },
        )?;
        self.books.now += 12 * MINUTE_MS;
        let handed = self.books.now;
        let done = handed + self.books.dice.between(6, 20) * MINUTE_MS;
        self.books.tx.execute(
            "INSERT INTO pick (id, code, kind, request_id, state, picker_id, tote_id, carrier_id, created_at,
                               handed_at, late, done_at)
             VALUES (:id, 'MONTHP' || :id, 'restock', :request, :state, 2, :tote, 2, :asked, :handed, :late,
                     :done)",
            named_params! {
                ":id": pick, ":request": request, ":tote": tote, ":asked": asked, ":handed": handed,
                ":state": if fate.stays { "in_transit" } else { "done" }, ":late": fate.stays,
                ":done": (!fate.stays).then_some(done),
            },
        )?;
        self.books.entry("picked", 2)?;
        for load in loads {
            self.books.both(load.lot, load.amount, load.bin, tote)?;
        }
        if !fate.stays {
            self.books.now = done;
            self.books.entry("tote_received", 4)?;
        }
        for (nth, load) in loads.iter().enumerate() {
            self.pick_line(request, pick, load, !fate.stays)?;
            let lost = fate.lost.contains(&nth);
            if !fate.stays {
                self.books.write(load.lot, load.amount, tote, station)?;
            }
            if lost {
                self.books.carry(load.lot, load.amount, tote, 0);
                let place = if fate.stays { tote } else { station };
                if let Some(fault) = fate.fault {
                    self.planted[fault].sides.push((load.lot, place));
                }
            } else if !fate.stays {
                self.books.carry(load.lot, load.amount, tote, station);
            }
        }
        if fate.stays {
            self.lost_totes.push(tote);
        }
        Ok(())
    }

    fn pick_line(
        &mut self,
        request: i64,
        pick: i64,
        load: &Load,
        received: bool,
    ) -> Result<(), SqlError> {
        let item = &self.books.items[self.books.lots[load.lot].item];
        let line = self.books.tx.insert(
            "INSERT INTO request_line (request_id, product_id, amount) VALUES (:request, :product, :amount)",
            named_params! {
                ":request": request, ":product": item.id, ":amount": load.amount / item.each * ONE,
            },
        )?;
        self.books.tx.execute(
            "INSERT INTO pick_line (pick_id, request_line_id, package_id, bin_id, planned, picked, received, state,
                                    reserving)
             VALUES (:pick, :line, :package, :bin, :amount, :amount, :received, 'picked', 0)",
            named_params! {
                ":pick": pick, ":line": line, ":package": self.books.lots[load.lot].id, ":bin": load.bin,
                ":amount": load.amount, ":received": received.then_some(load.amount),
            },
        )?;
        Ok(())
    }

    /// A lot that lies somewhere people reach, and is right there.
    pub fn somewhere(&mut self, floor: i64) -> Option<(usize, i64)> {
        let on_floor = self.books.dice.chance(floor);
        let fits = |place: i64| {
            STATIONS.contains(&place) == on_floor && (place < FIRST_TOTE && place > WASTE)
        };
        let spots: Vec<(usize, i64)> = self
            .books
            .hand
            .iter()
            .filter(|((lot, place), held)| {
                let each = self.books.items[self.books.lots[*lot].item].each;
                fits(*place) && **held >= 4 * each && self.books.in_book(*lot, *place) == **held
            })
            .map(|(spot, _)| *spot)
            .collect();
        (!spots.is_empty()).then(|| *self.books.dice.of(&spots))
    }

    /// Something breaks, and it is set aside.
    pub fn damage(&mut self, day: i64) -> Result<(), SqlError> {
        let Some((lot, place)) = self.somewhere(700) else { return Ok(()) };
        let minute = self.books.dice.between(11 * 60, 20 * 60);
        self.books.at(day, minute);
        self.books.entry("damaged", 2)?;
        let each = self.books.items[self.books.lots[lot].item].each;
        self.books.both(lot, each, place, QUARANTINE)
    }

    /// A customer brings something back; it is written down and set aside.
    pub fn take_back(&mut self, day: i64) -> Result<(), SqlError> {
        let Some((lot, _)) = self.somewhere(1000) else { return Ok(()) };
        let minute = self.books.dice.between(11 * 60, 20 * 60);
        self.books.at(day, minute);
        let (item, each) =
            (self.books.lots[lot].item, self.books.items[self.books.lots[lot].item].each);
        self.books.entry("returned_by_customer", 4)?;
        self.returned_row(item)?;
        self.books.outside(lot, each);
        self.books.now += self.books.dice.between(5, 300) * MINUTE_MS;
        self.books.entry("returned_by_customer", 4)?;
        self.books.both(lot, each, SOLD, QUARANTINE)
    }

    /// On Sundays what is broken goes to the waste shelf: what the book has and is there.
    pub fn clear_quarantine(&mut self) -> Result<(), SqlError> {
        self.books.entry("moved", 2)?;
        for lot in 0..self.books.lots.len() {
            let amount =
                self.books.in_hand(lot, QUARANTINE).min(self.books.in_book(lot, QUARANTINE));
            if amount > 0 {
                self.books.both(lot, amount, QUARANTINE, WASTE)?;
            }
        }
        Ok(())
    }

    /// Corrections that somebody made of what a count found.
    pub fn correct(&mut self, day: i64) -> Result<(), SqlError> {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.corrections).into_iter().partition(|one| one.due <= day);
        self.corrections = later;
        for Correction { lot, place, off, slip, .. } in due {
            self.books.at(day, 16 * 60);
            self.books.entry("adjusted", 1)?;
            if slip {
                self.miscorrected.insert((lot, place));
            }
            if off > 0 {
                self.books.write(lot, off, ADJUSTED, place)?;
                self.books.outside(lot, off);
            } else {
                let amount = (-off).min(self.books.in_book(lot, place));
                if amount > 0 {
                    self.books.write(lot, amount, place, ADJUSTED)?;
                    self.books.outside(lot, -amount);
                }
            }
        }
        Ok(())
    }
}
