//! How the box is reached while it runs: its names and addresses change, and the certificate, the hosts
//! it answers to, mDNS and the trust page follow.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use actix_web::web;
use anyhow::{Context, Result};
use bytes::Bytes;

use super::trust::Tls;
use crate::api::State;
use crate::api::trust::{Trust, TrustPage};
use crate::net::addresses;
use crate::net::mdns::{Advert, Mdns, MdnsEvent, Reach as Heard};
use crate::net::names::friendly_host;
use crate::net::url;
use crate::store::{Store, StoreError};
use crate::workflow::settings;

/// Kept up to date by [`Reach::step`], which runs every half minute and after a change of settings.
pub struct Reach {
    state: State,
    tls: Tls,
    page: web::Data<TrustPage>,
    ports: (u16, u16),
    mdns_on: bool,
    mdns: Option<(Mdns, Receiver<MdnsEvent>)>,
    /// The store's name, as last told to the network.
    store: Option<String>,
    /// What another machine made of our friendly name.
    renamed: Option<String>,
}

/// What the trust page says of the box, under the store's name and at the addresses of now.
pub fn trust(state: &State, tls: &Tls, store: &str, addresses: &[IpAddr], http_port: u16) -> Trust {
    Trust {
        store: store.to_owned(),
        id: state.site.box_id.to_ascii_uppercase(),
        host: state.site.host.clone(),
        app_url: format!("{}/", state.site.origin),
        by_name: url::plain(&state.site.host, http_port),
        by_number: url::by_number(addresses, http_port),
        certificate: Bytes::copy_from_slice(tls.root().der()),
        certificate_pem: tls.root().pem().to_owned(),
    }
}

impl Reach {
    pub fn new(
        state: State,
        tls: Tls,
        page: web::Data<TrustPage>,
        [https, http]: [SocketAddr; 2],
        mdns_on: bool,
    ) -> Self {
        let ports = (https.port(), http.port());
        Self { state, tls, page, ports, mdns_on, mdns: None, store: None, renamed: None }
    }

    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// Looks at names and addresses; lets everything that shows them follow.
    pub async fn step(&mut self) -> Result<()> {
        self.hear();
        let settings =
            self.state.store.read(|db| settings::get(db).map_err(StoreError::from)).await?;
        if self.store.as_ref() != Some(&settings.store_name) {
            self.announce(&settings.store_name);
            self.store = Some(settings.store_name.clone());
        }
        let friendly = friendly_host(&settings.store_name);
        let others: Vec<String> = self.renamed.clone().into_iter().chain([friendly]).collect();
        let addresses: Vec<IpAddr> =
            addresses::current(self.tls.loopback()).context("listing this machine's addresses")?;
        self.state.site.answer_to(others.clone(), addresses.clone());
        let (store, port) = (&settings.store_name, self.ports.1);
        self.page.update(trust(&self.state, &self.tls, store, &addresses, port));
        let now = self.state.store.clock().now();
        self.tls.renew(&others, addresses, now).context("the certificate")?;
        let certificate = Arc::clone(&self.state.certificate);
        tokio::task::spawn_blocking(move || certificate.look())
            .await
            .context("the store's own certificate")
    }

    /// Says goodbye to the network. Blocks for at most two seconds.
    pub fn stop(self) {
        if let Some((mdns, _)) = self.mdns {
            mdns.stop();
        }
    }

    fn hear(&mut self) {
        let Some((_, events)) = &self.mdns else { return };
        for event in events.try_iter() {
            match event {
                MdnsEvent::FriendlyRenamed { name, interface } => {
                    tracing::warn!(name, interface, "another machine has the friendly name");
                    self.renamed = Some(name);
                }
                MdnsEvent::CanonicalTaken { name, interface } => {
                    tracing::error!(
                        name,
                        interface,
                        "another machine answers to this box's own name: a copied disk, or Avahi?"
                    );
                }
                MdnsEvent::Trouble(what) => tracing::warn!(what, "mDNS"),
                // Addresses are looked at anew at every step.
                MdnsEvent::AddressAdded(_) | MdnsEvent::AddressRemoved(_) => {}
            }
        }
    }

    /// Speaks on the network under the store's name. Without it the box is reached by address.
    fn announce(&mut self, store: &str) {
        if !self.mdns_on {
            return;
        }
        if let Some((old, _)) = self.mdns.take() {
            // Its thread may take two seconds over the goodbye; the requests go on meanwhile.
            tokio::task::spawn_blocking(move || old.stop());
        }
        self.renamed = None;
        let advert = Advert {
            store: store.to_owned(),
            canonical: self.state.site.host.clone(),
            friendly: friendly_host(store),
            https_port: self.ports.0,
            http_port: self.ports.1,
            id: self.state.site.box_id.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            fingerprint: self.tls.root().fingerprint().prefix(),
            reach: Heard::Store,
        };
        let (tell, events) = channel();
        match Mdns::start(&advert, move |event| drop(tell.send(event))) {
            Ok(mdns) => self.mdns = Some((mdns, events)),
            Err(error) => tracing::warn!(%error, "the box is reached by address only"),
        }
    }
}
