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

use crate::api::site::Site;
use crate::api::{Shared, State, caller};
use crate::config::Config;
use crate::net::names::BoxId;
use crate::store::{Clock, Options, Store, StoreError};
use crate::workflow::identity;

pub use trust::{Tls, built};

/// A running box.
pub struct Running {
    state: State,
    tls: Tls,
    servers: Vec<ServerHandle>,
    /// Ends when a server ends, which it does alone only on a fault.
    ended: tokio::task::JoinSet<std::io::Result<()>>,
    pub https: SocketAddr,
    pub http: SocketAddr,
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
    let identity = store
        .write::<_, StoreError, _>(move |tx| identity::get_or_take(tx, fresh.as_str()))
        .await?;
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
    let access = Arc::new(caller::Access::default());
    let state = web::Data::new(Shared { store, access, site });
    let (https, http) = (sockets.https, sockets.http);
    let servers = listen::serve(&state, &tls, sockets, &config.limits).context("listening")?;
    let mut ended = tokio::task::JoinSet::new();
    let mut handles = Vec::new();
    for server in servers {
        handles.push(server.handle());
        ended.spawn(server);
    }
    Ok(Running { state, tls, servers: handles, ended, https, http })
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
