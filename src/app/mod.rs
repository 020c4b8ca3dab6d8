//! The composition root: builds the box once, starts its parts in order, and stops them in order.
//! Decides nothing about stock or people.

pub mod banner;
mod folder;
mod listen;
mod reach;
mod trust;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web;
use anyhow::{Context, Result};
use tokio::sync::{Notify, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use crate::api::access::{Access, Door};
use crate::api::certificate::StoreCertificate;
use crate::api::disk::Disk;
use crate::api::live::{self, Hub};
use crate::api::site::Site;
use crate::api::trust::TrustPage;
use crate::api::{Shared, State};
use crate::backup::Folders;
use crate::config::{Config, Limits};
use crate::control::{self, Desk};
use crate::domain::topic::Topic;
use crate::net::names::{BoxId, friendly_host};
use crate::store::{Clock, Options, Store, StoreError};
use crate::task;
use crate::workflow::claim;
use crate::workflow::pin::Pepper;
use crate::workflow::secret::Secret;
use crate::workflow::settings;

use reach::Reach;
use trust::Tls;
pub use trust::{FOLDER as TLS_FOLDER, built};

/// How often names, addresses and the certificate are looked at, seconds.
const REACH_S: u64 = 30;

/// How long a box whose disk failed still answers.
const FAREWELL: Duration = Duration::from_millis(500);

/// A running box.
pub struct Running {
    state: State,
    servers: Vec<ServerHandle>,
    /// Ends when a server ends, which it does alone only on a fault.
    ended: JoinSet<std::io::Result<()>>,
    tasks: JoinSet<()>,
    reach: (oneshot::Sender<()>, JoinHandle<Reach>),
    socket: PathBuf,
    pub https: SocketAddr,
    pub http: SocketAddr,
    /// The root certificate, PEM.
    pub root_pem: String,
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
    let store = open_store(config, clock.clone())?;
    let fresh = BoxId::random()?;
    let identity =
        store.write::<_, StoreError, _>(move |tx| claim::identify(tx, fresh.as_str())).await?;
    let box_id: BoxId = identity.box_id.parse()?;
    let sockets = listen::Sockets::bind(&config.web)?;
    let (https, http) = (sockets.https, sockets.http);
    let settings = store.read(|db| settings::get(db).map_err(StoreError::from)).await?;
    let friendly = friendly_host(&settings.store_name);
    let tls = Tls::open(folder, &box_id, friendly, config.web.loopback, &clock)?;
    let root_pem = tls.root().pem().to_owned();
    let state = web::Data::new(share(config, store, &tls, &box_id, identity.epoch, [https, http])?);
    // A box that nobody owns opens its setup window, for whoever can read its console.
    let claim_code = identity.claimed_at.is_none().then(|| state.access.setup.open(clock.now()));
    let addresses = tls.addresses();
    let trust = reach::trust(&state, &tls, &settings.store_name, &addresses, http.port());
    let page = web::Data::new(TrustPage::new(trust));
    let folders = Folders::from(config);
    let servers = listen::serve(&state, &tls, &page, &folders, sockets, &config.limits)?;
    let mut reach = Reach::new(state.clone(), tls, page, [https, http], config.mdns.on);
    reach.step().await?;
    let mut tasks = JoinSet::new();
    let pepper = state.access.pins.pepper().clone();
    task::start(&mut tasks, &state.store, &pepper, &folders);
    let (access, certificate) = (Arc::clone(&state.access), Arc::clone(&state.certificate));
    let desk = Desk::running(state.store.clone(), pepper, access, certificate);
    let socket = control::socket(folder);
    tasks.spawn(control::listen(&socket, desk)?);
    tasks.spawn(look_at_disk(state.clone()));
    tasks.spawn(look_at_sessions(state.clone()));
    let mut ended = JoinSet::new();
    let mut handles = Vec::new();
    for server in servers {
        handles.push(server.handle());
        ended.spawn(server);
    }
    let (stop, stopped) = oneshot::channel();
    let reach = (stop, tokio::spawn(keep_reached(reach, stopped)));
    let servers = handles;
    Ok(Running { state, servers, ended, tasks, reach, socket, https, http, root_pem, claim_code })
}

/// Opens the store of a data folder with the settings' limits.
pub fn open_store(config: &Config, clock: Clock) -> Result<Store> {
    let read_deadline = Duration::from_millis(config.store.read_deadline_ms.into());
    Ok(Store::open(&config.r#box.data_dir, Options { clock, read_deadline })?)
}

fn share(
    config: &Config,
    store: Store,
    tls: &Tls,
    box_id: &BoxId,
    epoch: i64,
    listening: [SocketAddr; 2],
) -> Result<Shared> {
    let site = Site::new(
        box_id.as_str(),
        epoch,
        &box_id.canonical_host(),
        listening.map(|address| address.port()),
        tls.root(),
        tls.served(),
        config.web.loopback,
    );
    site.answer_to([], tls.addresses());
    let access = Access::new(store.clone(), Door { pepper: pepper(config)?, rate: Door::RATE });
    let live = live(&store, epoch, &config.limits);
    let disk = disk(config)?;
    let folder = config.r#box.data_dir.join(TLS_FOLDER);
    let certificate = StoreCertificate::new(store.clone(), folder, Some(tls.served()));
    Ok(Shared { store, access, site, certificate, live, disk })
}

/// The pepper of the PINs: in the data folder, outside the database.
pub fn pepper(config: &Config) -> Result<Pepper> {
    Pepper::load_or_make(&config.r#box.data_dir.join("pepper")).context("the pepper of the PINs")
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

/// The disk's guard, and the ballast that a person deletes to get room on a full disk.
fn disk(config: &Config) -> Result<Disk> {
    let folder = &config.r#box.data_dir;
    let disk = Disk::new(folder, config.store.min_free_percent.get());
    disk.look().context("looking at the disk")?;
    let bytes = u64::from(config.store.ballast_mb) << 20;
    if bytes > 0 && !disk.is_full() {
        folder::ballast(&folder.join("ballast"), bytes).context("the ballast file")?;
    }
    Ok(disk)
}

async fn look_at_disk(state: State) {
    task::every(10, "disk", || std::future::ready(state.disk.look().map(drop))).await;
}

/// Locks what idled and notes who was seen.
async fn look_at_sessions(state: State) {
    task::every(10, "sessions", || state.access.tick()).await;
}

/// Steps until it is told to stop, and gives itself back for the goodbye. The store's name is a setting,
/// so a change of those is a reason too.
async fn keep_reached(mut reach: Reach, mut stopped: oneshot::Receiver<()>) -> Reach {
    let mut turns = tokio::time::interval(Duration::from_secs(REACH_S));
    let changed = Arc::new(Notify::new());
    let told = Arc::clone(&changed);
    reach.store().on_commit(move |change| {
        if change.topics.contains_key(&Topic::Settings) {
            told.notify_one();
        }
    });
    loop {
        tokio::select! {
            _ = &mut stopped => return reach,
            _ = turns.tick() => {}
            () = changed.notified() => {}
        }
        if let Err(error) = reach.step().await {
            tracing::error!(%error, "names and addresses");
        }
    }
}

impl Running {
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Runs until `asked` resolves or something fails, then stops in order: live streams end, what was
    /// begun is finished, the log is checkpointed, the network hears goodbye.
    pub async fn until(mut self, asked: impl Future<Output = ()>) -> Ended {
        let ended = tokio::select! {
            () = asked => Ended::Asked,
            () = self.state.store.failed() => {
                // Whoever waited is told that the outcome is unknown, before the door closes.
                tokio::time::sleep(FAREWELL).await;
                Ended::Failed
            }
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
        self.tasks.shutdown().await;
        if let Err(error) = self.state.access.tick().await {
            tracing::warn!(%error, "noting who was seen");
        }
        let (stop, reach) = self.reach;
        drop(stop);
        let reach = reach.await.ok();
        let (store, socket) = (self.state.store.clone(), self.socket);
        let ended = tokio::task::spawn_blocking(move || {
            store.stop();
            // Gone with the box; one that is left behind is replaced at the next start.
            let _ = std::fs::remove_file(socket);
            reach.map(Reach::stop)
        });
        if ended.await.is_err() {
            tracing::error!("the store did not stop in order");
        }
    }
}
