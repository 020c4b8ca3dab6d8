//! One command's entry: opened, filled with movements, sealed. Balances change with each movement, in
//! the command's own savepoint.

use serde::Serialize;

use super::journal::{Actor, Body, chain};
use crate::domain::id::{MovementId, PackageId, PlaceId, Seq};
use crate::domain::quantity::Amount;
use crate::store::{StoreError, Tx, named_params};

/// A transfer of an amount of one package, in the package's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    pub package: PackageId,
    pub amount: Amount,
    pub from: PlaceId,
    pub to: PlaceId,
    pub reverses: Option<MovementId>,
}

/// A posted movement, with what both sides hold now.
#[derive(Clone, Copy, Debug)]
pub struct Posted {
    pub id: MovementId,
    pub left: Amount,
    pub now: Amount,
}

/// Why a movement cannot be posted.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The place holds less than that.
    #[error("not enough: {available} available")]
    NotEnough { available: Amount },
    #[error("a movement needs two different places and an amount above zero")]
    Impossible,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<crate::store::SqlError> for PostError {
    fn from(error: crate::store::SqlError) -> Self {
        Self::Store(StoreError::Sql(error))
    }
}

/// The journal entry of the running command. Exactly one per command: a second `open` is refused.
pub struct Entry<'t, 'a> {
    tx: &'t Tx<'a>,
    by: &'t Actor,
    kind: &'static str,
    movements: Vec<Vec<i64>>,
}

impl<'t, 'a> Entry<'t, 'a> {
    /// Begins the entry of this command. `kind` is a past participle: "moved", "picked", "claimed".
    pub fn open(tx: &'t Tx<'a>, by: &'t Actor, kind: &'static str) -> Result<Self, StoreError> {
        if tx.entries() > 0 {
            return Err(StoreError::Invariant(format!("{kind}: a command writes one entry")));
        }
        Ok(Self { tx, by, kind, movements: Vec::new() })
    }

    /// The number this entry will have.
    pub fn seq(&self) -> Seq {
        Seq(self.tx.head().seq + 1)
    }

    /// Who does the command.
    pub fn by(&self) -> &Actor {
        self.by
    }

    /// Posts one movement: checks that no physical place goes below zero, writes the movement and
    /// both balances.
    pub fn post(&mut self, movement: Movement) -> Result<Posted, PostError> {
        let Movement { package, amount, from, to, reverses } = movement;
        if from == to || !amount.is_positive() {
            return Err(PostError::Impossible);
        }
        let held = self.balance(package, from)?;
        if from.is_physical() && held < amount {
            return Err(PostError::NotEnough { available: held });
        }
        let id = self.tx.insert(
            "INSERT INTO movement (seq, package_id, amount, from_place, to_place, reverses)
             VALUES (:seq, :package, :amount, :from, :to, :reverses)",
            named_params! {
                ":seq": self.seq().0, ":package": package.0, ":amount": amount.raw(),
                ":from": from.0, ":to": to.0, ":reverses": reverses.map(|movement| movement.0),
            },
        )?;
        let left = self.add(package, from, -amount)?;
        let now = self.add(package, to, amount)?;
        let mut row = vec![id, package.0, amount.raw(), from.0, to.0];
        row.extend(reverses.map(|movement| movement.0));
        self.movements.push(row);
        Ok(Posted { id: MovementId(id), left, now })
    }

    /// Writes the entry with what the command says of itself, and moves the journal's head.
    pub fn seal(self, data: &impl Serialize) -> Result<Seq, StoreError> {
        let seq = self.seq();
        let body = Body {
            v: 1,
            seq: seq.0,
            at: self.tx.now(),
            kind: self.kind,
            via: self.by.via,
            user: self.by.user,
            device: self.by.device,
            session: self.by.session,
            device_time: self.by.device_time,
            request: self.by.key,
            data,
            movements: &self.movements,
        };
        let bytes = serde_json::to_vec(&body)
            .map_err(|error| StoreError::Invariant(format!("{}: {error}", self.kind)))?;
        let head = chain(self.tx.head(), &bytes);
        self.tx.insert(
            "INSERT INTO entry (seq, at, kind, user_id, device_id, via, bytes, hash)
             VALUES (:seq, :at, :kind, :user, :device, :via, :bytes, :hash)",
            named_params! {
                ":seq": seq.0, ":at": self.tx.now().0, ":kind": self.kind,
                ":user": self.by.user.map(|user| user.0),
                ":device": self.by.device.map(|device| device.0),
                ":via": self.by.via.word(), ":bytes": bytes, ":hash": &head.hash[..],
            },
        )?;
        self.tx.advance(head);
        Ok(seq)
    }

    fn balance(&self, package: PackageId, place: PlaceId) -> Result<Amount, StoreError> {
        Ok(super::query::balance(self.tx, package, place)?)
    }

    fn add(
        &self,
        package: PackageId,
        place: PlaceId,
        amount: Amount,
    ) -> Result<Amount, StoreError> {
        // Not an upsert: its INSERT half would be checked with the change alone, which is below zero
        // on the side that gives.
        let changed = self.tx.maybe(
            "UPDATE balance SET amount = amount + :amount
             WHERE package_id = :package AND place_id = :place RETURNING amount",
            named_params! { ":package": package.0, ":place": place.0, ":amount": amount.raw() },
            |row| row.get(0),
        )?;
        if let Some(now) = changed {
            return Ok(Amount::from_raw(now));
        }
        let now = self.tx.one(
            "INSERT INTO balance (package_id, place_id, amount) VALUES (:package, :place, :amount)
             RETURNING amount",
            named_params! { ":package": package.0, ":place": place.0, ":amount": amount.raw() },
            |row| row.get(0),
        )?;
        Ok(Amount::from_raw(now))
    }
}
