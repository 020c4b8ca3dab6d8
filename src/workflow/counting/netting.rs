//! What a count found: every figure against the book of its own moment. The book is what it has now, less
//! what moved since, so nobody has to stop working while somebody counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::facts::{self, Figure, HeldThere, Lot, MovedThere, Place};
use super::{CountError, CountResult, LineStanding, ResultLine, Subject};
use crate::domain::count::{self, Book, Counted, Happened};
use crate::domain::id::{CountId, PackageId, ProductId, UserId};
use crate::domain::quantity::{Amount, Quantity};
use crate::store::{Db, SqlError, named_params};
use crate::workflow::refs::{self, UserRef};
use crate::workflow::settings::{self, Settings};

/// A count against the book: its lines, and what cannot be told.
#[derive(Default)]
pub struct Compared {
    pub lines: Vec<ResultLine>,
    /// What moved while it was counted.
    pub overlaps: Vec<(Subject, Option<UserId>)>,
}

/// Compares a count with the book, as it stands.
pub fn compare(db: &Db<'_>, id: CountId) -> Result<Compared, CountError> {
    let mut job = Job::load(db, id)?;
    let places: Vec<_> = std::mem::take(&mut job.places);
    for place in &places {
        job.compare_place(place)?;
    }
    let mut compared = job.compared;
    compared.lines.sort_by_key(|line| {
        let worth = line.value_cents.map_or(i64::MAX, i64::abs);
        (
            line.standing != LineStanding::Off,
            std::cmp::Reverse(worth),
            line.place.id,
            line.package.as_ref().map(|one| one.id),
        )
    });
    Ok(compared)
}

/// The lines with their sums.
pub fn summed(lines: Vec<ResultLine>) -> CountResult {
    let mut result = CountResult::default();
    for line in &lines {
        match line.standing {
            LineStanding::Right => result.right += 1,
            LineStanding::Within => result.within += 1,
            LineStanding::Off => {
                result.off += 1;
                let value = line.value_cents.unwrap_or(0);
                result.missing_cents += (-value).max(0);
                result.over_cents += value.max(0);
            }
        }
    }
    result.lines = lines;
    result
}

struct Job<'d, 'a> {
    db: &'d Db<'a>,
    settings: Settings,
    products: BTreeSet<i64>,
    places: Vec<Place>,
    figures: Vec<Figure>,
    /// By place: what the book has there now, by package.
    held: HeldThere,
    /// By place and package: what moved there since the count began.
    moved: MovedThere,
    lots: HashMap<i64, Lot>,
    users: HashMap<i64, UserRef>,
    compared: Compared,
}

impl<'d, 'a> Job<'d, 'a> {
    fn load(db: &'d Db<'a>, id: CountId) -> Result<Self, CountError> {
        let products = db.all(
            "SELECT product_id FROM count_product WHERE count_id = :id",
            named_params! { ":id": id.0 },
            |row| row.get(0),
        )?;
        Ok(Self {
            db,
            settings: settings::get(db)?,
            products: products.into_iter().collect(),
            places: facts::places(db, id)?,
            figures: facts::figures(db, id)?,
            held: facts::held(db, id)?,
            moved: facts::moved(db, id)?,
            lots: HashMap::new(),
            users: HashMap::new(),
            compared: Compared::default(),
        })
    }

    fn compare_place(&mut self, place: &Place) -> Result<(), CountError> {
        let at = place.place.id.0;
        let (figures, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.figures).into_iter().partition(|one| one.subject.place == at);
        self.figures = others;
        let mut here: BTreeSet<i64> =
            self.held.get(&at).into_iter().flat_map(BTreeMap::keys).copied().collect();
        here.extend(
            self.moved.keys().filter(|(place, _)| *place == at).map(|(_, package)| *package),
        );
        here.extend(figures.iter().filter_map(|figure| figure.subject.package));
        let mut open: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for package in here {
            let product = self.lot(package)?.facts.reference.product.id.0;
            if self.products.is_empty() || self.products.contains(&product) {
                open.entry(product).or_default().push(package);
            }
        }
        // Those that were counted by themselves first; a product's own figure is of the rest.
        for figure in figures.iter().filter(|figure| figure.subject.package.is_some()) {
            let package = figure.subject.package.unwrap_or_default();
            for packages in open.values_mut() {
                packages.retain(|one| *one != package);
            }
            self.compare_package(place, package, figure)?;
        }
        for figure in figures.iter().filter(|figure| figure.subject.package.is_none()) {
            match figure.subject.product {
                Some(product) => {
                    let packages = open.remove(&product).unwrap_or_default();
                    self.compare_product(place, product, packages, figure)?;
                }
                None => self.note_unknown(place, figure)?,
            }
        }
        let Some((looked, by)) = place.looked else { return Ok(()) };
        for package in open.into_values().flatten() {
            self.compare_missing(place, package, looked, by)?;
        }
        Ok(())
    }

    fn compare_package(
        &mut self,
        place: &Place,
        package: i64,
        figure: &Figure,
    ) -> Result<(), CountError> {
        match self.book(place, package, &figure.counted, figure.amount) {
            Book::Overlaps => self.compared.overlaps.push((figure.subject, figure.by)),
            Book::Had(had) => {
                self.add(place, package, (figure.amount, had), figure.counted, figure.by, false)?;
            }
        }
        Ok(())
    }

    /// What the book has there and nobody found.
    fn compare_missing(
        &mut self,
        place: &Place,
        package: i64,
        looked: Counted,
        by: Option<UserId>,
    ) -> Result<(), CountError> {
        match self.book(place, package, &looked, Amount::ZERO) {
            Book::Had(had) if had.is_zero() => {}
            Book::Had(had) => self.add(place, package, (Amount::ZERO, had), looked, by, false)?,
            Book::Overlaps => {
                let product = Some(self.lot(package)?.facts.reference.product.id.0);
                let subject = Subject { place: place.place.id.0, product, package: Some(package) };
                self.compared.overlaps.push((subject, by));
            }
        }
        Ok(())
    }

    /// A count of mixed packages: against all of them together, then shared out.
    fn compare_product(
        &mut self,
        place: &Place,
        product: i64,
        mut packages: Vec<i64>,
        figure: &Figure,
    ) -> Result<(), CountError> {
        packages.sort_by_key(|package| self.lots.get(package).map(|lot| lot.age.clone()));
        let at = place.place.id.0;
        let held = |package: &i64| self.held.get(&at).and_then(|held| held.get(package)).copied();
        let now: Amount = packages.iter().filter_map(held).sum();
        let moved: Vec<Happened> = packages
            .iter()
            .filter_map(|package| self.moved.get(&(at, *package)))
            .flatten()
            .copied()
            .collect();
        let skew = self.settings.sales_clock_skew_s;
        let Book::Had(had) = count::book(now, &moved, &figure.counted, figure.amount, skew) else {
            self.compared.overlaps.push((figure.subject, figure.by));
            return Ok(());
        };
        if packages.is_empty() {
            return self.note_stray(place, ProductId(product), figure);
        }
        // Each package's own book leaves out what moved meanwhile; together they are made to fit.
        let each: Vec<_> = packages
            .iter()
            .map(|package| {
                let moved = self.moved.get(&(at, *package)).map(Vec::as_slice).unwrap_or_default();
                let now = held(package).unwrap_or_default();
                let before = moved
                    .iter()
                    .filter(|one| figure.counted.side(one, skew) != count::Side::Before);
                (PackageId(*package), now - before.map(|one| one.change).sum())
            })
            .collect();
        let each = if each.iter().map(|lot| lot.1).sum::<Amount>() == had {
            each
        } else {
            count::share(had, &each)
        };
        let shares = count::share(figure.amount, &each);
        for ((package, had), (_, counted)) in each.into_iter().zip(shares) {
            if !(had.is_zero() && counted.is_zero()) {
                self.add(place, package.0, (counted, had), figure.counted, figure.by, true)?;
            }
        }
        Ok(())
    }

    /// A product where the book has none of it: the package that lay there last, or the newest of the store.
    fn note_stray(
        &mut self,
        place: &Place,
        product: ProductId,
        figure: &Figure,
    ) -> Result<(), CountError> {
        let package: Option<i64> = self.db.maybe(
            "SELECT package.id FROM package
             LEFT JOIN movement ON movement.package_id = package.id AND from_place = :place
             WHERE product_id = :product ORDER BY movement.id DESC NULLS LAST, package.id DESC LIMIT 1",
            named_params! { ":place": place.place.id.0, ":product": product.0 },
            |row| row.get(0),
        )?;
        match package {
            Some(package) if !figure.amount.is_zero() => {
                self.lot(package)?;
                self.add(
                    place,
                    package,
                    (figure.amount, Amount::ZERO),
                    figure.counted,
                    figure.by,
                    true,
                )
            }
            _ => self.note_unknown(place, figure),
        }
    }

    fn note_unknown(&mut self, place: &Place, figure: &Figure) -> Result<(), CountError> {
        let product = figure
            .subject
            .product
            .map(|id| refs::product(self.db, ProductId(id)))
            .transpose()?
            .flatten();
        let quantity = |amount| Quantity::new(amount, figure.unit);
        let standing =
            if figure.amount.is_zero() { LineStanding::Right } else { LineStanding::Off };
        let counted_by = self.user(figure.by)?;
        self.compared.lines.push(ResultLine {
            place: place.place.clone(),
            product,
            package: None,
            tag: figure.tag.clone(),
            counted: quantity(figure.amount),
            book: quantity(Amount::ZERO),
            difference: quantity(figure.amount),
            shared: false,
            store: quantity(Amount::ZERO),
            pos: None,
            state: None,
            value_cents: None,
            tolerance: quantity(Amount::ZERO),
            standing,
            counted_at: figure.counted.said_at,
            counted_by,
            case: None,
        });
        Ok(())
    }

    fn book(&self, place: &Place, package: i64, counted: &Counted, is: Amount) -> Book {
        let at = place.place.id.0;
        let now =
            self.held.get(&at).and_then(|held| held.get(&package)).copied().unwrap_or_default();
        let moved = self.moved.get(&(at, package)).map(Vec::as_slice).unwrap_or_default();
        count::book(now, moved, counted, is, self.settings.sales_clock_skew_s)
    }

    fn add(
        &mut self,
        place: &Place,
        package: i64,
        (counted, book): (Amount, Amount),
        when: Counted,
        by: Option<UserId>,
        shared: bool,
    ) -> Result<(), CountError> {
        let counted_by = self.user(by)?;
        let lot = &self.lots[&package];
        let quantity = |amount| lot.facts.quantity(amount);
        let difference = counted - book;
        let percent = self.settings.tolerance(Some(&lot.category));
        let tolerance = count::tolerance(book, percent, !lot.facts.unit.counted());
        let off = difference.max(-difference) > tolerance;
        let standing = match (difference.is_zero(), off) {
            (true, _) => LineStanding::Right,
            (false, false) => LineStanding::Within,
            (false, true) => LineStanding::Off,
        };
        self.compared.lines.push(ResultLine {
            place: place.place.clone(),
            product: Some(lot.facts.reference.product.clone()),
            package: Some(lot.facts.reference.clone()),
            tag: None,
            counted: quantity(counted),
            book: quantity(book),
            difference: quantity(difference),
            shared,
            store: quantity(lot.store),
            pos: lot.pos,
            state: lot.state,
            value_cents: lot.cost_cents.map(|cost| worth(difference, cost)),
            tolerance: quantity(tolerance),
            standing,
            counted_at: when.said_at,
            counted_by,
            case: None,
        });
        Ok(())
    }

    fn user(&mut self, id: Option<UserId>) -> Result<Option<UserRef>, SqlError> {
        let Some(id) = id else { return Ok(None) };
        if let Some(known) = self.users.get(&id.0) {
            return Ok(Some(known.clone()));
        }
        let user = refs::user(self.db, id)?;
        self.users.extend(user.clone().map(|user| (id.0, user)));
        Ok(user)
    }

    fn lot(&mut self, package: i64) -> Result<&Lot, CountError> {
        if !self.lots.contains_key(&package) {
            let lot = facts::lot(self.db, PackageId(package))?
                .ok_or(CountError::NotFound { what: "package" })?;
            self.lots.insert(package, lot);
        }
        Ok(&self.lots[&package])
    }
}

/// An amount at a cost of so many cents for one, rounded to the cent.
fn worth(amount: Amount, cost_cents: i64) -> i64 {
    let cents = i128::from(amount.raw()) * i128::from(cost_cents);
    let half = i128::from(crate::domain::quantity::SCALE) / 2 * cents.signum();
    i64::try_from((cents + half) / i128::from(crate::domain::quantity::SCALE)).unwrap_or(0)
}
