//! What happened in the demo store before you came: everything was imported, put away, the floor was
//! filled, and a day was sold.

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use serde_json::json;

use super::Cast;
use super::arrivals;
use super::catalogue::{self, Item};
use super::dice::Dice;
use super::orders;
use super::parcels::{self, Lies, Parcel};
use super::places::{self, Places, STATIONS};
use super::sales;
use crate::domain::id::{PackageId, PlaceId, ProductId};
use crate::domain::place::Account;
use crate::domain::quantity::{Amount, Quantity, Unit};
use crate::ledger::{Actor, Entry, Movement, PostError};
use crate::store::{Clock, Store, StoreError, Tx, named_params};
use crate::workflow::catalogue::{CatalogueError, Par, ProductInput, insert_product};
use crate::workflow::moving::{self, MoveInput};
use crate::workflow::settings;

/// A product in the books.
#[derive(Clone)]
pub(super) struct Stocked {
    pub id: ProductId,
    pub item: Item,
}

/// A package in the books.
#[derive(Clone)]
struct Held {
    id: PackageId,
    parcel: Parcel,
}

/// One product at one station: how much was carried there from which package, how much is sold.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    pub product: usize,
    pub package: PackageId,
    pub station: PlaceId,
    pub carried: i64,
    pub sold: i64,
}

pub async fn run(store: &Store, clock: &Clock, cast: Cast, dice: &mut Dice) -> Result<()> {
    let today = store.read(|db| settings::today(db).map_err(StoreError::from)).await?;
    let items = catalogue::items();
    let parcels = parcels::parcels(&items, today, dice);
    let by = cast.owner.clone();
    let mut drawn = Dice::new(dice.next());
    let (places, products) = store
        .write(move |tx| -> Result<_, CatalogueError> {
            let entry = Entry::open(tx, &by, "store_set_up")?;
            let places = places::make(tx, &mut drawn)?;
            let products: Vec<Stocked> = items
                .into_iter()
                .enumerate()
                .map(|(index, item)| product(tx, &places, index, item))
                .collect::<Result<_, _>>()?;
            entry.seal(&json!({ "demo": true, "products": products.len() }))?;
            Ok((places, products))
        })
        .await?;
    clock.advance_s(1_800);
    let held = open_books(store, &cast.owner, &places, &products, parcels).await?;
    clock.advance_s(3_600);
    put_away(store, &cast.technician, &places, &products, &held).await?;
    clock.advance_s(3_600);
    let shelves = plan_shelves(&places, &products, &held, dice);
    fill_floor(store, &cast.technician, &products, &held, &places, &shelves).await?;
    clock.advance_s(3_600);
    sales::sell(store, clock, &cast.budtender, &products, shelves, dice).await?;
    // The day before is done; what arrives does so today.
    arrivals::announce(store, &cast, &products, Clock::System.now()).await?;
    orders::place(store, clock, &cast, &products).await
}

fn product(
    tx: &Tx<'_>,
    places: &Places,
    index: usize,
    item: Item,
) -> Result<Stocked, CatalogueError> {
    let pars = stations_of(index, &item)
        .map(|(station, par)| Par { place: places.stations[station], quantity: Amount::whole(par) })
        .collect();
    let id = insert_product(
        tx,
        &ProductInput {
            sku: item.sku.clone(),
            name: item.name.clone(),
            brand: Some(item.brand.into()),
            category: item.category.into(),
            unit: Unit::Ea,
            content: item.content.map(|each| Quantity::new(each, item.package_unit())),
            gtins: vec![item.gtin.clone()],
            price_cents: Some(item.price_cents),
            active: true,
            pars,
            version: None,
        },
    )?;
    tx.execute(
        "INSERT INTO item_map (source, item, product_id) VALUES ('state', :item, :product)",
        named_params! { ":item": item.name, ":product": id.0 },
    )?;
    Ok(Stocked { id, item })
}

/// Each product at the station of its category; every fourth also, half as much, at the express till.
fn stations_of(index: usize, item: &Item) -> impl Iterator<Item = (usize, i64)> {
    let home = STATIONS.iter().position(|(_, sells)| sells.contains(&item.category));
    let express = index.is_multiple_of(4).then_some((STATIONS.len() - 1, (item.par / 2).max(2)));
    let par = item.par;
    home.map(move |station| (station, par)).into_iter().chain(express)
}

/// The first import: every package from the opening account to the unsorted place.
async fn open_books(
    store: &Store,
    by: &Actor,
    places: &Places,
    products: &[Stocked],
    parcels: Vec<Parcel>,
) -> Result<Vec<Held>> {
    let (by, unsorted, products) = (by.clone(), places.unsorted, products.to_vec());
    let held = store.write(move |tx| -> Result<_, PostError> {
        let mut entry = Entry::open(tx, &by, "packages_imported")?;
        let mut held = Vec::with_capacity(parcels.len());
        for parcel in parcels {
            let stocked = &products[parcel.item];
            let amount = stocked.item.amount(parcel.count);
            let id = package(tx, stocked, &parcel)?;
            reading(tx, id, stocked, amount, entry.seq().0)?;
            entry.post(Movement {
                package: id,
                amount,
                from: Account::Opening.id(),
                to: unsorted,
                reverses: None,
            })?;
            held.push(Held { id, parcel });
        }
        entry.seal(&json!({ "demo": true, "packages": held.len(), "opening": true }))?;
        Ok(held)
    });
    held.await.context("opening the books")
}

fn package(tx: &Tx<'_>, stocked: &Stocked, parcel: &Parcel) -> Result<PackageId, StoreError> {
    let noon = |day: chrono::NaiveDate| {
        day.and_hms_opt(20, 0, 0).map(|time| time.and_utc().timestamp_millis())
    };
    // A gram package costs by the gram, and the shop packs eighths.
    let cost = match stocked.item.content {
        Some(_) => stocked.item.cost_cents * 10 / 35,
        None => stocked.item.cost_cents,
    };
    let id = tx.insert(
        "INSERT INTO package (tag, product_id, unit, batch, packaged, received, expires,
             unit_cost_cents, supplier, manifest, lab_state, on_hold, recalled, state_room, added_at)
         VALUES (:tag, :product, :unit, :batch, :packaged, :received, :expires,
             :cost, :supplier, :manifest, :lab, :hold, :recalled, 'Vault', :now)",
        named_params! {
            ":tag": parcel.tag, ":product": stocked.id.0,
            ":unit": stocked.item.package_unit().short(), ":batch": parcel.batch,
            ":packaged": parcel.packaged.to_string(), ":received": noon(parcel.received),
            ":expires": parcel.expires.map(|day| day.to_string()), ":cost": cost,
            ":supplier": stocked.item.supplier, ":manifest": parcel.manifest,
            ":lab": parcel.lab_state, ":hold": parcel.on_hold, ":recalled": parcel.recalled,
            ":now": tx.now().0,
        },
    )?;
    Ok(PackageId(id))
}

fn reading(
    tx: &Tx<'_>,
    package: PackageId,
    stocked: &Stocked,
    amount: Amount,
    seq: i64,
) -> Result<(), StoreError> {
    tx.insert(
        "INSERT INTO reading (package_id, book, amount, unit, at, source, seq)
         VALUES (:package, 'state', :amount, :unit, :now, 'demo', :seq)",
        named_params! {
            ":package": package.0, ":amount": amount.raw(),
            ":unit": stocked.item.package_unit().short(), ":now": tx.now().0, ":seq": seq,
        },
    )?;
    Ok(())
}

/// The bin of a package: products lie together, and every other delivery one bin on.
fn bin_of(places: &Places, parcel: &Parcel) -> PlaceId {
    let bins = places.bins.len();
    places.bins[(parcel.item * bins / 80 + parcel.nth % 2) % bins]
}

async fn put_away(
    store: &Store,
    by: &Actor,
    places: &Places,
    products: &[Stocked],
    held: &[Held],
) -> Result<()> {
    let mut moves = Vec::new();
    let mut held_back = Vec::new();
    for Held { id, parcel } in held {
        let item = &products[parcel.item].item;
        let input = |to, count| movement(item, *id, places.unsorted, to, count);
        match parcel.lies {
            Lies::Unsorted => {}
            Lies::Dock => moves.push(input(places.dock, parcel.count)),
            Lies::Quarantine => held_back.push((*id, item.amount(parcel.count), places.quarantine)),
            Lies::Waste => held_back.push((*id, item.amount(parcel.count), places.waste)),
            // A few deliveries did not fit into one bin.
            Lies::Bin if parcel.item % 16 == 4 && parcel.nth == 1 => {
                let bin = bin_of(places, parcel);
                let next = places.bins.iter().position(|place| *place == bin).unwrap_or(0) + 1;
                moves.push(input(bin, parcel.count / 2));
                let next = places.bins[next % places.bins.len()];
                moves.push(input(next, parcel.count - parcel.count / 2));
            }
            Lies::Bin => moves.push(input(bin_of(places, parcel), parcel.count)),
        }
    }
    scan_all(store, by, moves).await?;
    let (by, unsorted) = (by.clone(), places.unsorted);
    let set_aside = store.write(move |tx| -> Result<_, PostError> {
        let mut entry = Entry::open(tx, &by, "set_aside")?;
        for (package, amount, to) in held_back {
            entry.post(Movement { package, amount, from: unsorted, to, reverses: None })?;
        }
        entry.seal(&json!({ "demo": true }))?;
        Ok(())
    });
    set_aside.await.context("setting aside what may not be sold")
}

fn movement(item: &Item, package: PackageId, from: PlaceId, to: PlaceId, count: i64) -> MoveInput {
    let quantity = Quantity::new(item.amount(count), item.package_unit());
    MoveInput { package, from, to, quantity, scanned: None, reason: None }
}

/// Scans as people do, one command each; the writer commits them in groups.
async fn scan_all(store: &Store, by: &Actor, moves: Vec<MoveInput>) -> Result<()> {
    let writes = moves.into_iter().map(|input| {
        let by = by.clone();
        store.write(move |tx| moving::scan_move(tx, &by, &input).map(drop))
    });
    try_join_all(writes).await.context("moving stock")?;
    Ok(())
}

/// What lay on the shelves in the morning, and what of it was sold by night. Most stations end below
/// par, a few are empty: there is something to restock.
fn plan_shelves(
    places: &Places,
    products: &[Stocked],
    held: &[Held],
    dice: &mut Dice,
) -> Vec<Shelf> {
    let mut shelves = Vec::new();
    for (index, product) in products.iter().enumerate() {
        let sellable = |one: &&Held| {
            let parcel = &one.parcel;
            parcel.item == index
                && parcel.lies == Lies::Bin
                && parcel.lab_state == "TestPassed"
                && !(parcel.on_hold || parcel.recalled)
                && parcel.expires.is_none_or(|day| day > parcel.received)
        };
        let Some(oldest) = held.iter().filter(sellable).min_by_key(|one| one.parcel.nth) else {
            continue;
        };
        let mut in_bin = oldest.parcel.count;
        if oldest.parcel.item % 16 == 4 && oldest.parcel.nth == 1 {
            in_bin /= 2;
        }
        for (station, par) in stations_of(index, &product.item) {
            // A few run low, so that the suggested restock is a walk of minutes.
            let left = match dice.between(1, 20) {
                1 => 0,
                2..=3 => par * dice.between(20, 60) / 100,
                _ => par * dice.between(100, 120) / 100,
            };
            let sold = dice.between(0, par / 2 + 1);
            let carried = (left + sold).min(in_bin);
            in_bin -= carried;
            if carried > 0 {
                let sold = sold.min(carried);
                let station = places.stations[station];
                shelves.push(Shelf { product: index, package: oldest.id, station, carried, sold });
            }
        }
    }
    shelves
}

async fn fill_floor(
    store: &Store,
    by: &Actor,
    products: &[Stocked],
    held: &[Held],
    places: &Places,
    shelves: &[Shelf],
) -> Result<()> {
    let moves = shelves.iter().filter_map(|shelf| {
        let parcel = &held.iter().find(|one| one.id == shelf.package)?.parcel;
        let item = &products[shelf.product].item;
        let bin = bin_of(places, parcel);
        Some(movement(item, shelf.package, bin, shelf.station, shelf.carried))
    });
    scan_all(store, by, moves.collect()).await?;
    let open: Vec<_> =
        shelves.iter().map(|s| (s.station.0, products[s.product].id.0, s.package.0)).collect();
    let by = by.clone();
    let opened = store.write(move |tx| -> Result<_, StoreError> {
        let entry = Entry::open(tx, &by, "opened")?;
        for (place, product, package) in &open {
            tx.execute(
                "INSERT INTO open_package (place_id, product_id, package_id)
                 VALUES (:place, :product, :package)",
                named_params! { ":place": place, ":product": product, ":package": package },
            )?;
        }
        entry.seal(&json!({ "demo": true, "packages": open.len() }))?;
        Ok(())
    });
    opened.await.context("opening packages on the floor")
}
