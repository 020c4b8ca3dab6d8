//! Blind: while somebody counts, nothing tells them what the book has. A count hides its products wherever
//! they are, and everything at its places, from the people in it and from the devices they count on. What
//! is hidden is left out; what was counted of it in the past is the book's figure too.

use std::collections::HashSet;

use super::ResultLine;
use crate::domain::id::{DeviceId, PlaceId, ProductId, UserId};
use crate::domain::quantity::Amount;
use crate::ledger::Actor;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::catalogue::{PlaceView, ProductView, Products};
use crate::workflow::copy::StockCopy;
use crate::workflow::ordering::{Order, Orders};
use crate::workflow::package::{Package, PackageView, Packages};
use crate::workflow::quarantine::Quarantine;
use crate::workflow::receiving::ShipmentView;
use crate::workflow::resolve::Resolved;
use crate::workflow::restock::Station;
use crate::workflow::stock::StockLine;

/// What is hidden from somebody; nothing from whoever counts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blind {
    products: HashSet<ProductId>,
    places: HashSet<PlaceId>,
}

impl Blind {
    /// What a person on a device may not see now.
    pub fn of(
        db: &Db<'_>,
        user: Option<UserId>,
        device: Option<DeviceId>,
    ) -> Result<Self, SqlError> {
        let counts: Vec<i64> = db.all(
            "SELECT DISTINCT count.id FROM count JOIN count_counter ON count_id = count.id
             WHERE count.state = 'open' AND (user_id = :user OR device_id = :device)",
            named_params! { ":user": user.map(|user| user.0), ":device": device.map(|device| device.0) },
            |row| row.get(0),
        )?;
        let mut blind = Self::default();
        for count in counts {
            blind.add(db, count)?;
        }
        Ok(blind)
    }

    pub fn to(db: &Db<'_>, by: &Actor) -> Result<Self, SqlError> {
        Self::of(db, by.user, by.device)
    }

    fn add(&mut self, db: &Db<'_>, count: i64) -> Result<(), SqlError> {
        let products = db.all(
            "SELECT product_id FROM count_product WHERE count_id = :id",
            named_params! { ":id": count },
            |row| row.get(0).map(ProductId),
        )?;
        if !products.is_empty() {
            self.products.extend(products);
            return Ok(());
        }
        let places = db.all(
            "SELECT place_id FROM count_place WHERE count_id = :id",
            named_params! { ":id": count },
            |row| row.get(0).map(PlaceId),
        )?;
        self.places.extend(places);
        // What lies there could be worked out from the rest of the store.
        self.products.extend(db.all(
            "SELECT DISTINCT package.product_id FROM count_place
             JOIN balance ON balance.place_id = count_place.place_id AND balance.amount > 0
             JOIN package ON package.id = balance.package_id WHERE count_place.count_id = :id",
            named_params! { ":id": count },
            |row| row.get(0).map(ProductId),
        )?);
        Ok(())
    }

    pub fn sees_all(&self) -> bool {
        self.products.is_empty() && self.places.is_empty()
    }

    pub fn hides(&self, product: ProductId, place: PlaceId) -> bool {
        self.places.contains(&place) || self.hides_product(product)
    }

    pub fn hides_product(&self, product: ProductId) -> bool {
        self.products.contains(&product)
    }

    pub(super) fn hides_line(&self, line: &ResultLine) -> bool {
        self.places.contains(&line.place.id)
            || line.product.as_ref().is_some_and(|product| self.hides_product(product.id))
    }

    fn hides_stock(&self, line: &StockLine) -> bool {
        self.hides(line.package.product.id, line.place.id)
    }
}

/// An answer that leaves out what is hidden.
pub trait Hide {
    fn hide(&mut self, blind: &Blind);
}

impl Hide for Package {
    fn hide(&mut self, blind: &Blind) {
        let product = self.product.id;
        self.places.retain(|held| !blind.hides(product, held.place.id));
        if blind.hides_product(product) {
            self.readings.clear();
        }
    }
}

impl Hide for Packages {
    fn hide(&mut self, blind: &Blind) {
        self.packages.iter_mut().for_each(|package| package.hide(blind));
    }
}

impl Hide for PackageView {
    fn hide(&mut self, blind: &Blind) {
        self.package.hide(blind);
        if blind.hides_product(self.package.product.id) {
            self.life.clear();
        }
    }
}

impl Hide for Products {
    fn hide(&mut self, blind: &Blind) {
        for product in &mut self.products {
            product.on_hand.take_if(|_| blind.hides_product(product.id));
        }
    }
}

impl Hide for ProductView {
    fn hide(&mut self, blind: &Blind) {
        let product = &mut self.product;
        product.on_hand.take_if(|_| blind.hides_product(product.id));
        self.lines.retain(|line| !blind.hides_stock(line));
    }
}

impl Hide for PlaceView {
    fn hide(&mut self, blind: &Blind) {
        self.lines.retain(|line| !blind.hides_stock(line));
    }
}

impl Hide for Station {
    fn hide(&mut self, blind: &Blind) {
        let place = self.place.id;
        self.lines.retain(|line| !blind.hides(line.product.id, place));
    }
}

impl Hide for Orders {
    fn hide(&mut self, _: &Blind) {
        // Whether there is enough of something is the book's figure, too.
        self.orders.iter_mut().for_each(|order| order.short = false);
    }
}

impl Hide for Order {
    fn hide(&mut self, blind: &Blind) {
        self.row.short = false;
        for line in &mut self.lines {
            line.substitutes.retain(|other| !blind.hides_product(other.product.id));
            if line.product.as_ref().is_some_and(|product| blind.hides_product(product.id)) {
                (line.promised, line.short) = (Amount::ZERO, Amount::ZERO);
                line.substitutes.clear();
            }
        }
    }
}

impl Hide for Resolved {
    fn hide(&mut self, blind: &Blind) {
        match self {
            Self::Package { package, here, .. } => {
                package.hide(blind);
                here.take_if(|_| blind.hides_product(package.product.id));
            }
            Self::Product { packages, .. } => packages.retain(|line| !blind.hides_stock(line)),
            _ => {}
        }
    }
}

impl Hide for StockCopy {
    fn hide(&mut self, blind: &Blind) {
        for package in &mut self.packages {
            let product = package.product;
            let all = package.held.len();
            package.held.retain(|held| !blind.hides(product, held.place));
            package.hidden = package.held.len() < all || blind.hides_product(product);
        }
    }
}

impl Hide for Quarantine {
    fn hide(&mut self, blind: &Blind) {
        for held in &mut self.held {
            let product = held.package.product.id;
            held.places.retain(|there| !blind.hides(product, there.place.id));
        }
    }
}

impl Hide for ShipmentView {
    fn hide(&mut self, blind: &Blind) {
        for line in &mut self.lines {
            let hidden =
                line.product.as_ref().is_some_and(|product| blind.hides_product(product.id));
            if hidden && line.package.is_some() {
                (line.shipped, line.counted, line.difference) = (None, None, None);
                (line.how, line.on_dock) = (None, None);
            }
        }
    }
}
