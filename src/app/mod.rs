//! The composition root: builds the box once, starts its parts in order, and stops them in order.
//! Decides nothing about stock or people.

pub mod banner;
mod folder;
mod listen;
mod trust;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web;
use anyhow::{Context, Result};

use crate::api::access::{Access, Door};
use crate::api::disk::Disk;
use crate::api::live::Hub;
use crate::api::site::Site;
use crate::api::trust::TrustPage;
use crate::api::{Shared, State, live};
use crate::config::{Config, Limits};
use crate::net::names::BoxId;
use crate::store::{Clock, Options, Store, StoreError};
use crate::workflow::claim;
use crate::workflow::pin::Pepper;
use crate::workflow::secret::Secret;

pub use trust::{Tls, built};

/// How often sessions are looked at for the idle lock.
const TICK: Duration = Duration::from_secs(10);

/// A running box.
pub struct Running {
    state: State,
    tls: Tls,
    servers: Vec<ServerHandle>,
    /// Ends when a server ends, which it does alone only on a fault.
    ended: tokio::task::JoinSet<std::io::Result<()>>,
    pub https: SocketAddr,
    pub http: SocketAddr,
    /// What opens the setup window of a box that is not claimed yet; for the console alone.
    pub claim_code: Option<Secret>,
}

/// Why a box stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to, and finished what it had begun.
    Asked,
    /// A commit's outcome is unknown, or a listener died: it must start again.
    Failed,
}

/// Opens the data folder, brings up every part, and listens.
pub async fn start(config: &Config, clock: Clock) -> Result<Running> {
    let folder = &config.r#box.data_dir;
    folder::prepare(folder)?;
    let options = Options {
        clock: clock.clone(),
        read_deadline: Duration::from_millis(config.store.read_deadline_ms.into()),
    };
    let store = Store::open(folder, options)?;
    let fresh = BoxId::random()?;
    let identity =
        store.write::<_, StoreError, _>(move |tx| claim::identify(tx, fresh.as_str())).await?;
    let box_id: BoxId = identity.box_id.parse()?;
    let sockets = listen::Sockets::bind(&config.web)?;
    let tls = Tls::open(folder, &box_id, config.web.loopback, clock.now())?;
    let site = Site::new(
        box_id.as_str(),
        identity.epoch,
        &box_id.canonical_host(),
        sockets.https_port(),
        tls.root().fingerprint().to_string(),
        config.web.loopback,
    );
    site.answer_to([], tls.addresses());
    let pepper = Pepper::load_or_make(&folder.join("pepper")).context("the pepper of the PINs")?;
    let access = Access::new(store.clone(), Door { pepper, rate: Door::RATE });
    // A box that nobody owns opens its setup window, for whoever can read its console.
    let claim_code = identity.claimed_at.is_none().then(|| access.setup.open(clock.now()));
    let live = live(&store, identity.epoch, &config.limits);
    let disk = Disk::new(folder, config.store.min_free_percent.get());
    disk.look().context("looking at the disk")?;
    let state = web::Data::new(Shared { store, access, site, live, disk });
    let page = web::Data::new(TrustPage::new(trust::page(&state, &tls, "Backstock")));
    let (https, http) = (sockets.https, sockets.http);
    let servers = listen::serve(&state, &tls, &page, sockets, &config.limits)?;
    let mut ended = tokio::task::JoinSet::new();
    let mut handles = Vec::new();
    for server in servers {
        handles.push(server.handle());
        ended.spawn(server);
    }
    Ok(Running { state, tls, servers: handles, ended, https, http, claim_code })
}

/// The hub of live streams, told of every commit.
fn live(store: &Store, epoch: i64, limits: &Limits) -> Arc<Hub> {
    let limits =
        live::Limits { all: limits.live.into(), per_device: limits.live_per_device.into() };
    let hub = Hub::new(epoch, store.head().seq, limits);
    let told = Arc::clone(&hub);
    store.on_commit(move |change| told.tell(change));
    hub
}

/// Locks what idled and notes who was seen, for as long as the box runs.
async fn tick(state: &State) {
    loop {
        tokio::time::sleep(TICK).await;
        if let Err(error) = state.access.tick().await {
            tracing::warn!(%error, "looking at who is signed in");
        }
    }
}

impl Running {
    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn tls(&self) -> &Tls {
        &self.tls
    }

    /// Runs until `asked` resolves or something fails, then stops in order: live streams end, what was
    /// begun is finished, the log is checkpointed.
    pub async fn until(mut self, asked: impl Future<Output = ()>) -> Ended {
        let ended = tokio::select! {
            () = asked => Ended::Asked,
            () = self.state.store.failed() => Ended::Failed,
            () = tick(&self.state) => Ended::Failed,
            server = self.ended.join_next() => {
                tracing::error!(?server, "a listener ended by itself");
                Ended::Failed
            }
        };
        tracing::info!(?ended, "stopping");
        self.stop().await;
        ended
    }

    async fn stop(mut self) {
        self.state.live.stop();
        let stopping: Vec<_> = self.servers.iter().map(|server| server.stop(true)).collect();
        for server in stopping {
            server.await;
        }
        while self.ended.join_next().await.is_some() {}
        let store = self.state.store.clone();
        if tokio::task::spawn_blocking(move || store.stop()).await.is_err() {
            tracing::error!("the store did not stop in order");
        }
    }
}
