//! What the console may do, over the store directly. Synchronous: callers give it a thread.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Command, Refused};
use crate::api::access::Access;
use crate::api::certificate::{CertificateInput, StoreCertificate, StoreFacts};
use crate::domain::id::UserId;
use crate::ledger::Actor;
use crate::store::{Store, StoreError, Tx};
use crate::workflow::certificate::{self, Certificate};
use crate::workflow::importing::{self, ConfirmInput, ImportState, NewImport};
use crate::workflow::pin::{self, Pepper, Pin};
use crate::workflow::{claim, device, user};

pub struct Desk {
    store: Store,
    pepper: Pepper,
    /// The running box's door; none where no box runs.
    access: Option<Arc<Access>>,
    certificate: Arc<StoreCertificate>,
}

impl<E: std::error::Error> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

type Done = Result<Value, Refused>;

fn told(what: &impl Serialize) -> Done {
    Ok(serde_json::to_value(what)?)
}

fn refused<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(why.into()))
}

impl Desk {
    pub fn running(
        store: Store,
        pepper: Pepper,
        access: Arc<Access>,
        certificate: Arc<StoreCertificate>,
    ) -> Self {
        Self { store, pepper, access: Some(access), certificate }
    }

    pub fn offline(store: Store, pepper: Pepper, certificate: Arc<StoreCertificate>) -> Self {
        Self { store, pepper, access: None, certificate }
    }

    /// Does one command; `file` belongs to an import.
    pub fn carry_out(&self, command: Command, file: &[u8]) -> Done {
        match command {
            Command::ClaimCode => self.claim_code(),
            Command::UserList => {
                told(&self.store.read_blocking(|db| user::list(db).map_err(StoreError::from))?)
            }
            Command::UserAdd(input) => {
                let (pin, hash) = self.fresh_pin();
                let added = self
                    .store
                    .write_blocking(move |tx| user::add(tx, &Actor::console(), &input, &hash))?;
                Ok(json!({ "user": added, "pin": pin.text() }))
            }
            Command::UserDisable { user } => {
                let id = self.find(&user)?;
                let shut_out =
                    self.store.write_blocking(move |tx| user::disable(tx, &Actor::console(), id));
                told(&shut_out?)
            }
            Command::UserPin { user } => {
                let id = self.find(&user)?;
                let (pin, hash) = self.fresh_pin();
                let issued = self
                    .store
                    .write_blocking(move |tx| user::issue_pin(tx, &Actor::console(), id, &hash))?;
                Ok(json!({ "user": issued, "pin": pin.text() }))
            }
            Command::DeviceList => told(
                &self.store.read_blocking(|db| device::list(db, None).map_err(StoreError::from))?,
            ),
            Command::DeviceRevoke { device } => told(
                &self
                    .store
                    .write_blocking(move |tx| device::revoke(tx, &Actor::console(), device))?,
            ),
            Command::CertificateShow => {
                self.certificate.look();
                let found = self.store.read_blocking(certificate::installed)?;
                told(&found.map(|found| self.facts(found)))
            }
            Command::CertificateInstall(input) => self.install(&input),
            Command::CertificateRemove => told(&self.certificate.remove(|| {
                self.store.write_blocking(|tx| certificate::remove(tx, &Actor::console()))
            })?),
            Command::Import { kind, name, apply, opening, bytes: _ } => {
                self.import(NewImport::of(kind, &name, file), file, apply, opening)
            }
        }
    }

    fn claim_code(&self) -> Done {
        let owned = self.store.read_blocking(|db| claim::identity(db).map_err(StoreError::from))?;
        if owned.is_some_and(|identity| identity.claimed_at.is_some()) {
            return refused("the box has an owner: a manager shows pairing codes for more devices");
        }
        let Some(access) = &self.access else {
            return refused("no box runs here: `backstock serve` prints the code");
        };
        let code = access.setup.open(self.store.clock().now());
        Ok(json!({ "code": code.dashed(), "minutes": claim::WINDOW_S / 60 }))
    }

    fn facts(&self, found: Certificate) -> StoreFacts {
        StoreFacts::of(found, self.certificate.fault(), self.store.clock().now())
    }

    fn install(&self, input: &CertificateInput) -> Done {
        let (brought, facts) = input.judge(self.store.clock().now())?;
        let installed = self.certificate.install(brought, || {
            let write = move |tx: &Tx<'_>| certificate::install(tx, &Actor::console(), &facts);
            self.store.write_blocking(write).map_err(Refused::from)
        });
        told(&self.facts(installed?))
    }

    fn fresh_pin(&self) -> (Pin, String) {
        let pin = Pin::random();
        let hash = pin::hash(&self.pepper, &pin);
        (pin, hash)
    }

    /// A person by number, or by name where one active person has it.
    fn find(&self, who: &str) -> Result<UserId, Refused> {
        let people = self.store.read_blocking(|db| user::list(db).map_err(StoreError::from))?;
        let by_number = who.parse().ok().map(UserId);
        let named = |name: &str| name.to_lowercase() == who.trim().to_lowercase();
        let found = people
            .iter()
            .find(|person| Some(person.id) == by_number)
            .or_else(|| people.iter().find(|person| person.active && named(&person.name)));
        match found {
            Some(person) => Ok(person.id),
            None => refused(format!("there is nobody called \"{who}\": see `backstock user list`")),
        }
    }

    fn import(&self, new: NewImport, file: &[u8], apply: bool, opening: bool) -> Done {
        // The claim is the journal's first entry.
        if self.store.head().seq == 0 {
            return refused("nobody owns this box yet: claim it in the app first");
        }
        let by = Actor::console();
        let console = by.clone();
        let begun = self.store.write_blocking(move |tx| importing::begin(tx, &by, &new))?;
        let read = importing::read_in(&self.store, begun.id, file)?;
        if read.state != ImportState::Preview || !apply {
            return told(&read);
        }
        let id = read.id;
        self.store.write_blocking(move |tx| {
            importing::confirm(tx, &console, id, ConfirmInput { opening })
        })?;
        // The running box's own task takes turns with this; each chunk goes on where the last ended.
        while self.store.write_blocking(move |tx| importing::apply_chunk(tx, id))? {}
        told(&self.store.read_blocking(|db| importing::get(db, id).map_err(StoreError::from))?)
    }
}
