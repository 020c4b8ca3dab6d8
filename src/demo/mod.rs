//! A store to try the product with: people, products, packages, a stocked vault and floor, and a day of
//! sales. Everything goes through the workflows and the ledger, so it is a store like any other and its
//! ledger verifies. The same seed makes the same store. Never part of a real box.

mod arrivals;
mod catalogue;
mod day;
mod dice;
mod orders;
mod parcels;
pub mod people;
mod places;
mod sales;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::{Context, Result};

use crate::domain::role::Role;
use crate::ledger::Actor;
use crate::net::names::BoxId;
use crate::store::{Clock, Db, Options, SqlError, Store, StoreError, Tx, named_params};
use crate::workflow::claim::{self, ClaimInput, ClaimSecrets, Made};
use crate::workflow::device::{self, DeviceError, DeviceKind, PairingInput};
use crate::workflow::pin::Pepper;
use crate::workflow::secret::{Secret, random};
use crate::workflow::settings;
use crate::workflow::user::{self, UserInput};

use dice::Dice;

/// The pepper's file in the data folder.
pub const PEPPER: &str = "pepper";
const SEED: u64 = 420;
/// The demo store opened its books so long ago.
const OPENED_S: i64 = 26 * 3600;
/// How long the demo's pairing codes live: a day of trying things.
const PAIRING_S: i64 = 24 * 3600;

/// Who acts while the store is being set up, and what their box keeps to itself.
#[derive(Clone)]
struct Cast {
    owner: Actor,
    technician: Actor,
    budtender: Actor,
    pepper: Pepper,
}

/// Makes the store in an empty data folder. Its clock starts a day back, so that yesterday's work was
/// done yesterday.
pub async fn seed(folder: &Path) -> Result<()> {
    let clock = Clock::turned();
    clock.advance_s(-OPENED_S);
    let store = Store::open(folder, Options { clock: clock.clone(), ..Options::default() })?;
    let pepper = Pepper::load_or_make(&folder.join(PEPPER)).context("making the pepper")?;
    let own = pepper.clone();
    let pins = tokio::task::spawn_blocking(move || people::stored_pins(&own)).await?;
    let cast = hire(&store, pepper, pins).await.context("hiring the demo's people")?;
    day::run(&store, &clock, cast, &mut Dice::new(SEED))
        .await
        .context("a day in the demo store")?;
    tokio::task::spawn_blocking(move || store.stop()).await?;
    Ok(())
}

async fn hire(store: &Store, pepper: Pepper, pins: Vec<String>) -> Result<Cast> {
    let box_id = BoxId::random()?;
    store.write(move |tx| claim::identify(tx, box_id.as_str())).await?;
    let (name, _, _, language) = people::PEOPLE[0];
    let input = ClaimInput {
        code: String::new(),
        store_name: "Juniper & Vine".into(),
        zone: "America/Los_Angeles".into(),
        jurisdiction: "CA".into(),
        owner_name: name.into(),
        device_name: "Office laptop".into(),
        language,
    };
    let secrets = ClaimSecrets {
        pin: pins[0].clone(),
        device: Secret::token().hash(),
        session: Secret::token().hash(),
    };
    let made: Made = store.write(move |tx| claim::claim(tx, &input, &secrets)).await?;
    let owner = Actor::person(made.user.id, Role::Owner, made.device.id, made.session);
    let today = store.read(|db| settings::today(db).map_err(StoreError::from)).await?;
    let (technician, budtender) = (owner.clone(), owner.clone());
    let mut cast = Cast { owner: owner.clone(), technician, budtender, pepper };
    for (input, pin) in people::hired(today).zip(pins.into_iter().skip(1)) {
        let (by, role) = (owner.clone(), input.role);
        let added = store.write(move |tx| add(tx, &by, &input, &pin)).await?;
        let actor = Actor::person(added, role, made.device.id, made.session);
        match role {
            Role::Technician => cast.technician = actor,
            Role::Budtender => cast.budtender = actor,
            _ => {}
        }
    }
    Ok(cast)
}

fn add(
    tx: &Tx<'_>,
    by: &Actor,
    input: &UserInput,
    pin: &str,
) -> Result<crate::domain::id::UserId, user::UserError> {
    user::add(tx, by, input, pin).map(|user| user.id)
}

/// A device that somebody may pair: what it is for, and the secret its QR carries.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub kind: DeviceKind,
    pub name: &'static str,
    pub secret: String,
    /// The code to type instead.
    pub typed: String,
}

const INVITED: [(DeviceKind, &str); 3] = [
    (DeviceKind::Own, "Budtender's phone"),
    (DeviceKind::Shared, "Vault tablet"),
    (DeviceKind::Kiosk, "Queue board"),
];

/// Fresh pairing codes, a day long; those of an earlier start are withdrawn.
pub async fn invite(store: &Store) -> Result<Vec<Invitation>> {
    let open = store.read(|db| open_invitations(db).map_err(StoreError::from)).await?;
    for id in open {
        store.write(move |tx| device::withdraw(tx, &Actor::console(), id)).await?;
    }
    let mut invitations = Vec::new();
    for (kind, name) in INVITED {
        let (in_qr, typed) = (Secret::for_qr(random()), Secret::typed(random()));
        invitations.push(Invitation {
            kind,
            name,
            secret: in_qr.text().to_owned(),
            typed: typed.dashed(),
        });
        store.write(move |tx| invite_one(tx, kind, name, &in_qr, &typed)).await?;
    }
    Ok(invitations)
}

fn open_invitations(db: &Db<'_>) -> Result<Vec<i64>, SqlError> {
    db.all("SELECT id FROM pairing WHERE used_by IS NULL AND withdrawn = 0", [], |row| row.get(0))
}

fn invite_one(
    tx: &Tx<'_>,
    kind: DeviceKind,
    name: &str,
    in_qr: &Secret,
    typed: &Secret,
) -> Result<(), DeviceError> {
    let owner =
        tx.one("SELECT min(id) FROM user WHERE role = 'owner' AND active = 1", [], |row| {
            row.get(0).map(crate::domain::id::UserId)
        })?;
    let by = Actor { user: Some(owner), ..Actor::console() };
    let input = PairingInput { kind, name: Some(name.into()) };
    let invited = device::invite(tx, &by, &input, in_qr, typed)?;
    // A real box's codes live for minutes. The demo's wait until somebody has read the console.
    tx.execute(
        "UPDATE pairing SET expires = :expires WHERE id = :id",
        named_params! { ":expires": tx.now().plus_s(PAIRING_S).0, ":id": invited.id },
    )?;
    Ok(())
}
