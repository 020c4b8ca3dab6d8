//! A large store on disk: ten thousand packages with a million movements, made through the ledger once
//! and kept until the schema or this file changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use backstock::domain::code::Code;
use backstock::domain::id::{PackageId, PlaceId, SessionId};
use backstock::domain::place::Account;
use backstock::domain::quantity::Amount;
use backstock::domain::words::Language;
use backstock::ledger::{Actor, Entry, Movement};
use backstock::store::{Options, Store, StoreError, Tx, named_params};
use backstock::workflow::claim::{self, ClaimInput, ClaimSecrets};
use backstock::workflow::secret::Secret;
use sha2::{Digest, Sha256};

pub const PACKAGES: i64 = 10_000;
pub const PRODUCTS: i64 = 1_000;
const MOVEMENTS: i64 = 1_000_000;
/// Movements per journal entry.
const PER_ENTRY: i64 = 500;

const FIRST_BIN: i64 = 200;
const BINS: i64 = 400;
pub const FLOOR: i64 = 101;
/// What each package came with, and where it is after all movements: the last took one to the next bin.
const CAME: i64 = 1_000;
pub const AT_HOME: i64 = CAME - 1;
pub const NEXT_DOOR: i64 = 1;

/// Devices that are signed in; more than clients, for the box holds back one that asks too often.
const DEVICES: usize = 512;

/// A signed-in device.
#[derive(Clone)]
pub struct Device {
    pub cookie: String,
}

pub fn bin_of(package: i64) -> i64 {
    FIRST_BIN + package % BINS
}

pub fn next_bin(package: i64) -> i64 {
    FIRST_BIN + (package + 1) % BINS
}

/// The n-th package that is moved: people do not go through a store in the order of its tags.
pub fn shuffled(n: i64) -> i64 {
    // 7,919 has no divisor in common with the number of packages, so each comes once in a round.
    n % PACKAGES * 7_919 % PACKAGES + 1
}

/// Tags as the state deals them out: in rolls, so that a store's differ in their last digits.
pub fn tag(package: i64) -> String {
    format!("1A40603000{:05X}{:09}", package / 1_000, package * 7)
}

pub fn batch(package: i64) -> String {
    format!("LOT-{package:05}")
}

/// A GTIN-14 with its check digit.
pub fn gtin(product: i64) -> String {
    let body = format!("0085000{product:06}");
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(i, digit)| u32::from(digit - b'0') * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// A fresh copy of the store to work on.
pub fn copy(folder: &Path) -> Result<PathBuf> {
    let kept = kept(folder)?;
    let work = folder.join("work");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir(&work)?;
    fs::copy(kept.join("backstock.db"), work.join("backstock.db"))?;
    Ok(work)
}

fn kept(folder: &Path) -> Result<PathBuf> {
    let mut sha = Sha256::new();
    sha.update(include_str!("../../schema/0001_spine.sql"));
    sha.update(include_str!("seed.rs"));
    let key = backstock::ledger::verify::hex(&sha.finalize()[..6]);
    let kept = folder.join(format!("store-{key}"));
    if kept.exists() {
        return Ok(kept);
    }
    for old in fs::read_dir(folder)?.flatten() {
        if old.file_name().to_string_lossy().starts_with("store-") {
            fs::remove_dir_all(old.path())?;
        }
    }
    println!("(making a store of {PACKAGES} packages and {MOVEMENTS} movements; it is kept)");
    // Left by a run that was stopped in the middle.
    let making = folder.join("making");
    let _ = fs::remove_dir_all(&making);
    let store = Store::open(&making, Options::default())?;
    store.write_blocking(|tx| {
        base(tx).map_err(|error| StoreError::Invariant(format!("{error:#}")))
    })?;
    let mut done = 0;
    while done < MOVEMENTS {
        store.write_blocking(move |tx| movements(tx, done))?;
        done += PER_ENTRY;
    }
    store.stop();
    drop(store);
    fs::rename(&making, &kept)?;
    Ok(kept)
}

/// The claim, places, products and packages.
fn base(tx: &Tx<'_>) -> Result<()> {
    claim::identify(tx, "bench")?;
    let input = ClaimInput {
        code: String::new(),
        store_name: "Large store".into(),
        zone: "America/Los_Angeles".into(),
        jurisdiction: "CA".into(),
        owner_name: "Olga".into(),
        device_name: "Office".into(),
        language: Language::En,
    };
    let secrets = ClaimSecrets {
        pin: "no PIN opens this".into(),
        device: Secret::token().hash(),
        session: Secret::token().hash(),
    };
    claim::claim(tx, &input, &secrets)?;
    let bins = (FIRST_BIN..FIRST_BIN + BINS).map(|id| (id, format!("Bin {id}"), "bin"));
    for (id, name, kind) in bins.chain([(FLOOR, "Front counter".into(), "floor")]) {
        tx.execute(
            "INSERT INTO place (id, name, kind, code, walk) VALUES (:id, :name, :kind, :code, :id)",
            named_params! {
                ":id": id, ":name": name, ":kind": kind,
                ":code": Code::from_random(id.to_be_bytes()).plain(),
            },
        )?;
    }
    for id in 1..=PRODUCTS {
        product(tx, id)?;
    }
    for id in 1..=PACKAGES {
        package(tx, id)?;
    }
    Ok(())
}

fn product(tx: &Tx<'_>, id: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO product (id, sku, name, category, unit, price_cents)
         VALUES (:id, :sku, :name, 'Edible', 'ea', 1800)",
        named_params! {
            ":id": id, ":sku": format!("SKU-{id:04}"), ":name": format!("Gummies, flavour {id}"),
        },
    )?;
    tx.execute(
        "INSERT INTO product_gtin (gtin, product_id) VALUES (:gtin, :id)",
        named_params! { ":gtin": gtin(id), ":id": id },
    )?;
    Ok(())
}

/// Ten lots of each product, of different ages, in bins far apart.
fn package(tx: &Tx<'_>, id: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO package (id, tag, product_id, unit, batch, expires, received, lab_state, added_at)
         VALUES (:id, :tag, :product, 'ea', :batch, :expires, :received, 'TestPassed', :received)",
        named_params! {
            ":id": id, ":tag": tag(id), ":product": (id - 1) % PRODUCTS + 1, ":batch": batch(id),
            ":expires": format!("2090-{:02}-{:02}", id % 12 + 1, id % 28 + 1),
            ":received": 1_700_000_000_000 + id * 60_000,
        },
    )?;
    Ok(())
}

/// One journal entry of movements: the first of each package opens it, the others take one of it to the
/// next bin and back.
fn movements(tx: &Tx<'_>, done: i64) -> Result<(), StoreError> {
    let by = Actor::system();
    let mut entry = Entry::open(tx, &by, "moved")?;
    for n in done..done + PER_ENTRY {
        let (package, round) = (n % PACKAGES + 1, n / PACKAGES);
        let (home, next) = (PlaceId(bin_of(package)), PlaceId(next_bin(package)));
        let (amount, from, to) = match round {
            0 => (CAME, Account::Opening.id(), home),
            odd if odd % 2 == 1 => (1, home, next),
            _ => (1, next, home),
        };
        let movement = Movement {
            package: PackageId(package),
            amount: Amount::whole(amount),
            from,
            to,
            reverses: None,
        };
        entry.post(movement).map_err(|error| StoreError::Invariant(error.to_string()))?;
    }
    entry.seal(&serde_json::json!({ "scanned": null, "reason": null }))?;
    Ok(())
}

/// Enrols devices and signs the owner in on each, without the box.
pub fn enrol(data: &Path) -> Result<Vec<Device>> {
    let store = Store::open(data, Options::default())?;
    let tokens: Vec<_> = (0..DEVICES).map(|_| (Secret::token(), Secret::token())).collect();
    let hashes: Vec<_> =
        tokens.iter().map(|(device, session)| (device.hash(), session.hash())).collect();
    store.write_blocking(move |tx| -> Result<(), StoreError> {
        for (n, (device, session)) in hashes.iter().enumerate() {
            sign_in(tx, n, device, session)?;
        }
        Ok(())
    })?;
    store.stop();
    drop(store);
    // The lock goes with the last reader.
    std::thread::sleep(Duration::from_millis(10));
    let cookie = |device: &Secret, session: &Secret| {
        format!("__Host-device={}; __Host-session={}", device.text(), session.text())
    };
    Ok(tokens.iter().map(|(device, session)| Device { cookie: cookie(device, session) }).collect())
}

fn sign_in(
    tx: &Tx<'_>,
    n: usize,
    device: &[u8; 32],
    session: &[u8; 32],
) -> Result<SessionId, StoreError> {
    let now = tx.now();
    let id = tx.insert(
        "INSERT INTO device (name, kind, token_hash, enrolled_at, enrolled_by)
         VALUES (:name, 'own', :token, :now, 1)",
        named_params! { ":name": format!("Phone {n}"), ":token": &device[..], ":now": now.0 },
    )?;
    let session = tx.insert(
        "INSERT INTO session (token_hash, user_id, device_id, started_at, expires, seen_at)
         VALUES (:token, 1, :device, :now, :expires, :now)",
        named_params! {
            ":token": &session[..], ":device": id, ":now": now.0, ":expires": now.plus_s(3600).0,
        },
    )?;
    Ok(SessionId(session))
}
