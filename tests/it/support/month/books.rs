//! What is in the hand, what our book has and what the other books have, each for itself, and the rows that
//! our book is made of. Straight into the tables: a month is made in a moment.

use std::collections::{BTreeMap, BTreeSet};

use backstock::store::{SqlError, Tx, named_params};

use super::catalogue::{self, Item, ONE};
use super::dice::Dice;

/// Midnight of a Monday in Los Angeles.
pub const START_MS: i64 = 1_788_764_400_000;
pub const DAY_MS: i64 = 86_400_000;
pub const MINUTE_MS: i64 = 60_000;

pub const SUPPLIER: i64 = 2;
pub const OPENING: i64 = 1;
pub const SOLD: i64 = 3;
pub const ADJUSTED: i64 = 7;

pub struct Lot {
    /// Of the package.
    pub id: i64,
    pub item: usize,
    /// What its container weighs.
    pub tare: i64,
    /// Whether the other books have ever heard of its tag.
    pub known: bool,
}

/// Something of a lot at a place.
pub type Spot = (usize, i64);

pub struct Books<'t, 'a> {
    pub tx: &'t Tx<'a>,
    pub dice: Dice,
    pub items: Vec<Item>,
    pub lots: Vec<Lot>,
    /// The lots of each item, oldest first.
    pub of_item: Vec<Vec<usize>>,
    pub hand: BTreeMap<Spot, i64>,
    pub book: BTreeMap<Spot, i64>,
    /// By lot, in the whole store.
    pub pos: Vec<i64>,
    pub state: Vec<i64>,
    pub now: i64,
    pub seq: i64,
    pub next: i64,
    pub sales_case: i64,
    /// The tags that were dealt out: the state deals none out twice.
    pub tags: BTreeSet<String>,
}

impl Books<'_, '_> {
    /// A number for a row that needs one.
    pub fn id(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    pub fn at(&mut self, day: i64, minute: i64) {
        self.now = START_MS + day * DAY_MS + minute * MINUTE_MS;
    }

    pub fn day(&self) -> i64 {
        (self.now - START_MS) / DAY_MS
    }

    pub fn in_hand(&self, lot: usize, place: i64) -> i64 {
        self.hand.get(&(lot, place)).copied().unwrap_or(0)
    }

    pub fn in_book(&self, lot: usize, place: i64) -> i64 {
        self.book.get(&(lot, place)).copied().unwrap_or(0)
    }

    /// Of an item at a place, oldest first.
    pub fn lots_in(&self, of: &BTreeMap<Spot, i64>, item: usize, place: i64) -> Vec<(usize, i64)> {
        let held = |lot: &usize| of.get(&(*lot, place)).copied().filter(|held| *held > 0);
        self.of_item[item].iter().filter_map(|lot| Some((*lot, held(lot)?))).collect()
    }

    pub fn entry(&mut self, kind: &str, by: i64) -> Result<i64, SqlError> {
        self.seq += 1;
        self.tx.execute(
            "INSERT INTO entry (seq, at, kind, user_id, via, bytes, hash)
             VALUES (:seq, :at, :kind, :by, 'device', X'7B7D', zeroblob(32))",
            named_params! { ":seq": self.seq, ":at": self.now, ":kind": kind, ":by": by },
        )?;
        Ok(self.seq)
    }

    /// In the book only.
    pub fn write(&mut self, lot: usize, amount: i64, from: i64, to: i64) -> Result<i64, SqlError> {
        let id = self.tx.insert(
            "INSERT INTO movement (seq, package_id, amount, from_place, to_place)
             VALUES (:seq, :package, :amount, :from, :to)",
            named_params! {
                ":seq": self.seq, ":package": self.lots[lot].id, ":amount": amount, ":from": from, ":to": to,
            },
        )?;
        *self.book.entry((lot, from)).or_default() -= amount;
        *self.book.entry((lot, to)).or_default() += amount;
        Ok(id)
    }

    /// In the hand only.
    pub fn carry(&mut self, lot: usize, amount: i64, from: i64, to: i64) {
        *self.hand.entry((lot, from)).or_default() -= amount;
        *self.hand.entry((lot, to)).or_default() += amount;
    }

    pub fn both(&mut self, lot: usize, amount: i64, from: i64, to: i64) -> Result<(), SqlError> {
        self.carry(lot, amount, from, to);
        self.write(lot, amount, from, to).map(drop)
    }

    /// Both other books.
    pub fn outside(&mut self, lot: usize, change: i64) {
        self.pos[lot] += change;
        self.state[lot] += change;
    }

    /// A package with its tag as the state deals them out.
    pub fn package(
        &mut self,
        item: usize,
        tag: &str,
        batch: &str,
        manifest: &str,
    ) -> Result<usize, SqlError> {
        let id = self.id();
        let (product, weighed, cost) = (
            self.items[item].id,
            self.items[item].weighed,
            self.items[item].price_cents * 46 / 100,
        );
        // A gram costs less than the eighth it is packed into.
        let cost = if weighed { cost * 10 / 35 } else { cost };
        self.tx.execute(
            "INSERT INTO package (id, tag, product_id, unit, batch, received, unit_cost_cents, supplier, manifest,
                                  lab_state, added_at)
             VALUES (:id, :tag, :product, :unit, :batch, :at, :cost, 'Granite Pass Logistics', :manifest,
                     'TestPassed', :at)",
            named_params! {
                ":id": id, ":tag": tag, ":product": product, ":unit": if weighed { "g" } else { "ea" },
                ":batch": batch, ":at": self.now, ":cost": cost, ":manifest": manifest,
            },
        )?;
        let tare = *self.dice.of(&[145_000, 220_000, 483_000, 961_000]);
        self.of_item[item].push(self.lots.len());
        self.lots.push(Lot { id, item, tare, known: true });
        self.pos.push(0);
        self.state.push(0);
        Ok(self.lots.len() - 1)
    }

    pub fn tag(&mut self) -> String {
        let (roll, mut end) = (self.dice.between(0, 4), self.dice.between(1, 9_999_999));
        loop {
            let tag = format!("1A40603{roll:08}{end:09}");
            if self.tags.insert(tag.clone()) {
                return tag;
            }
            end += 1;
        }
    }

    /// What POS and state said of every package they know.
    pub fn readings(&mut self) -> Result<(), SqlError> {
        let seq = self.entry("readings_imported", 1)?;
        for lot in 0..self.lots.len() {
            let held = self.pos[lot] != 0
                || self.book.range((lot, 100)..(lot + 1, 0)).any(|one| *one.1 > 0);
            if !self.lots[lot].known || !held {
                continue;
            }
            // A till's own books drift by a unit now and then.
            if self.dice.chance(3) {
                let each = self.items[self.lots[lot].item].each;
                self.pos[lot] += if self.dice.chance(500) { each } else { -each };
            }
            let unit = if self.items[self.lots[lot].item].weighed { "g" } else { "ea" };
            for (name, amount) in [("pos", self.pos[lot]), ("state", self.state[lot])] {
                self.tx.execute(
                    "INSERT INTO reading (package_id, book, amount, unit, at, source, seq)
                     VALUES (:package, :book, :amount, :unit, :at, 'file', :seq)",
                    named_params! {
                        ":package": self.lots[lot].id, ":book": name, ":amount": amount, ":unit": unit,
                        ":at": self.now, ":seq": seq,
                    },
                )?;
            }
        }
        Ok(())
    }

    /// Balances as the movements make them.
    pub fn close(&mut self) -> Result<(), SqlError> {
        for ((lot, place), amount) in &self.book {
            self.tx.execute(
                "INSERT INTO balance (package_id, place_id, amount) VALUES (:package, :place, :amount)",
                named_params! { ":package": self.lots[*lot].id, ":place": place, ":amount": amount },
            )?;
        }
        Ok(())
    }

    /// People, places and products.
    pub fn furnish(&mut self) -> Result<(), SqlError> {
        for (id, role) in [
            (1, "manager"),
            (2, "technician"),
            (3, "technician"),
            (4, "budtender"),
            (5, "budtender"),
        ] {
            self.tx.execute(
                "INSERT INTO user (id, name, role, badge, created_at) VALUES (:id, 'Person ' || :id, :role, :id, 0)",
                named_params! { ":id": id, ":role": role },
            )?;
        }
        let one = |id: i64, name: String, kind: &str| (id, name, kind.to_owned());
        let mut places = vec![
            one(catalogue::DOCK, "Dock".into(), "dock"),
            one(catalogue::QUARANTINE, "Quarantine".into(), "quarantine"),
            one(catalogue::WASTE, "Waste hold".into(), "waste"),
        ];
        places.extend(
            catalogue::STATIONS.map(|id| one(id, format!("Station {}", id - 119), "floor")),
        );
        places.extend(
            (0..catalogue::BINS).map(|n| one(catalogue::FIRST_BIN + n, format!("Bin {n}"), "bin")),
        );
        places.extend(
            (0..catalogue::TOTES)
                .map(|n| one(catalogue::FIRST_TOTE + n, format!("Tote {n}"), "tote")),
        );
        for (id, name, kind) in places {
            let room = (kind == "floor").then_some(catalogue::ROOM);
            self.tx.execute(
                "INSERT INTO place (id, name, kind, code, walk, pos_room)
                 VALUES (:id, :name, :kind, 'MONTH' || :id, :id, :room)",
                named_params! { ":id": id, ":name": name, ":kind": kind, ":room": room },
            )?;
        }
        for item in &self.items {
            self.tx.execute(
                "INSERT INTO product (id, sku, name, brand, category, unit, content, content_unit, price_cents)
                 VALUES (:id, :sku, :name, :brand, :category, 'ea', :content, :in, :price)",
                named_params! {
                    ":id": item.id, ":sku": item.sku, ":name": item.name, ":brand": item.brand,
                    ":category": item.category, ":content": item.weighed.then_some(item.each),
                    ":in": item.weighed.then_some("g"), ":price": item.price_cents,
                },
            )?;
        }
        self.sales_case = self.case("sale", "Sales that could not be placed", None)?;
        Ok(())
    }

    pub fn case(
        &mut self,
        kind: &str,
        title: &str,
        about: Option<(i64, usize, i64)>,
    ) -> Result<i64, SqlError> {
        let id = self.id();
        let package = about.map(|about| self.lots[about.1].id);
        self.tx.execute(
            "INSERT INTO kase (id, code, kind, title, state, subject_kind, subject_id, subject, place_id,
                               package_id, opened_at, opened_seq)
             VALUES (:id, 'MONTHC' || :id, :kind, :title, 'open', :subject, :variance, :title, :place, :package,
                     :at, :seq)",
            named_params! {
                ":id": id, ":kind": kind, ":title": title, ":subject": about.map(|_| "variance"),
                ":variance": about.map(|about| about.0), ":place": about.map(|about| about.2),
                ":package": package, ":at": self.now, ":seq": self.seq,
            },
        )?;
        Ok(id)
    }
}

/// Whole units as text of a scale: to a tenth.
pub fn grams(raw: i64) -> String {
    let tenths = (raw + 500).div_euclid(1000);
    format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10))
}

pub const fn whole(raw: i64) -> i64 {
    raw / ONE
}
