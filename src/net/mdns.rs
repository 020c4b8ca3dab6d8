//! The box's voice on the store's network (mDNS, RFC 6762; DNS-SD, RFC 6763): its canonical name,
//! its friendly name, and that it speaks HTTPS. Reports what happened to the names and addresses;
//! never decides what follows from it. No other responder may run on the box for these names
//! (Avahi, systemd-resolved).

use std::collections::HashSet;
use std::net::IpAddr;
use std::thread;
use std::time::{Duration, Instant};

use mdns_sd::{
    DaemonEvent, DnsNameChange, IfKind, IfPredicate, MDNS_PORT, RRType, ServiceDaemon, ServiceInfo,
};
use thiserror::Error;

use crate::net::addresses;

/// The app, at the canonical name.
const HTTPS: &str = "_https._tcp.local.";
/// The trust page, at the friendly name. Registering it is what makes the friendly name resolve.
const HTTP: &str = "_http._tcp.local.";

/// Longest instance name in bytes: a DNS label holds 63, the rest is room for the number of a
/// conflict.
const INSTANCE_LENGTH: usize = 56;

/// How long `stop` waits at most, and for the second goodbye, which follows the first after 120 ms.
const GOODBYE: Duration = Duration::from_secs(2);
const SECOND_GOODBYE: Duration = Duration::from_millis(200);

/// What the box says of itself.
#[derive(Debug, Clone)]
pub struct Advert {
    /// The store's name, as a list of services shows it.
    pub store: String,
    /// Host names without a trailing dot: `backstock-r7k2q.local`, `green-leaf.local`.
    pub canonical: String,
    pub friendly: String,
    /// The app's port, and the trust page's.
    pub https_port: u16,
    pub http_port: u16,
    pub id: String,
    pub version: String,
    /// The first 16 hexadecimal digits of the root's fingerprint.
    pub fingerprint: String,
    pub reach: Reach,
}

/// Where the box is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// On the store's network: neither loopback nor the bridges of containers and virtual machines.
    Store,
    /// On this machine's loopback alone (tests).
    Machine,
}

/// What the network did to the box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MdnsEvent {
    /// Another machine has the friendly name; on that interface ours is `name` now. The leaf, the
    /// host rule and the printed address must follow.
    FriendlyRenamed {
        name: String,
        interface: String,
    },
    /// Another machine answers to our unique name: two boxes have one id (a copied disk), or a
    /// second responder runs on this one. Phones may reach the wrong machine until a person settles
    /// it.
    CanonicalTaken {
        name: String,
        interface: String,
    },
    AddressAdded(IpAddr),
    AddressRemoved(IpAddr),
    /// The box is not heard, or not everywhere; it goes on without.
    Trouble(String),
}

/// The box cannot be advertised. It still works by address.
#[derive(Debug, Error)]
#[error("cannot advertise the box by mDNS: {0}")]
pub struct MdnsError(#[from] mdns_sd::Error);

/// A running advertisement. Dropping it says goodbye without waiting.
pub struct Mdns {
    daemon: ServiceDaemon,
    services: Vec<String>,
}

impl Mdns {
    /// Starts to advertise; names are probed for about a second first. `on_event` runs on a thread
    /// of its own until `stop`. To say something else, stop and start again.
    pub fn start(
        advert: &Advert,
        on_event: impl FnMut(MdnsEvent) + Send + 'static,
    ) -> Result<Self, MdnsError> {
        Self::start_on(MDNS_PORT, advert, on_event)
    }

    /// Withdraws every record from the caches of the network. Blocks for at most two seconds.
    pub fn stop(self) {
        let deadline = Instant::now() + GOODBYE;
        let left = || deadline.saturating_duration_since(Instant::now());
        let goodbyes: Vec<_> =
            self.services.iter().filter_map(|name| self.daemon.unregister(name).ok()).collect();
        for goodbye in goodbyes {
            let _ = goodbye.recv_timeout(left());
        }
        thread::sleep(SECOND_GOODBYE.min(left()));
        if let Ok(ended) = self.daemon.shutdown() {
            let _ = ended.recv_timeout(left());
        }
    }

    fn start_on(
        port: u16,
        advert: &Advert,
        mut on_event: impl FnMut(MdnsEvent) + Send + 'static,
    ) -> Result<Self, MdnsError> {
        let services = [app(advert)?, trust_page(advert)?];
        let names = services.iter().map(|service| service.get_fullname().to_owned()).collect();
        let mdns = Self { daemon: ServiceDaemon::new_with_port(port)?, services: names };
        // Interfaces before services: nothing is ever said where nobody should hear it.
        mdns.daemon.disable_interface(silent_interfaces(advert.reach))?;
        let events = mdns.daemon.monitor()?;
        let mut translation = Translation::new(advert);
        thread::Builder::new()
            .name("mdns-events".to_owned())
            .spawn(move || {
                // Ends when the daemon ends and drops its side.
                while let Ok(event) = events.recv() {
                    translation.of(event).into_iter().for_each(&mut on_event);
                }
            })
            .map_err(|why| mdns_sd::Error::Msg(why.to_string()))?;
        for service in services {
            mdns.daemon.register(service)?;
        }
        Ok(mdns)
    }
}

impl Drop for Mdns {
    fn drop(&mut self) {
        // After `stop` there is nothing left to end and this fails.
        let _ = self.daemon.shutdown();
    }
}

fn app(advert: &Advert) -> Result<ServiceInfo, mdns_sd::Error> {
    let about = [
        ("path", "/"),
        ("id", advert.id.as_str()),
        ("v", advert.version.as_str()),
        ("fp", advert.fingerprint.as_str()),
    ];
    let host = format!("{}.", advert.canonical);
    let port = advert.https_port;
    Ok(ServiceInfo::new(HTTPS, &instance(&advert.store), &host, (), port, &about[..])?
        .enable_addr_auto())
}

fn trust_page(advert: &Advert) -> Result<ServiceInfo, mdns_sd::Error> {
    let about = [("path", "/"), ("id", advert.id.as_str())];
    let host = format!("{}.", advert.friendly);
    let port = advert.http_port;
    Ok(ServiceInfo::new(HTTP, &instance(&advert.store), &host, (), port, &about[..])?
        .enable_addr_auto())
}

/// The store's name cut at a letter; never empty.
fn instance(store: &str) -> String {
    let store = store.trim();
    let end = (0..=INSTANCE_LENGTH.min(store.len()))
        .rev()
        .find(|end| store.is_char_boundary(*end))
        .unwrap_or(0);
    match store[..end].trim_end() {
        "" => "Backstock".to_owned(),
        name => name.to_owned(),
    }
}

fn silent_interfaces(reach: Reach) -> IfKind {
    IfKind::Predicate(IfPredicate::new(move |interface| match reach {
        Reach::Store => interface.is_loopback() || addresses::is_virtual(&interface.name),
        Reach::Machine => !interface.is_loopback(),
    }))
}

/// Turns the daemon's events into ours: by name instead of by record, each rename once per
/// interface.
struct Translation {
    canonical: String,
    friendly: String,
    told: HashSet<(String, String)>,
}

impl Translation {
    fn new(advert: &Advert) -> Self {
        let dotted = |name: &str| format!("{}.", name.to_ascii_lowercase());
        Self {
            canonical: dotted(&advert.canonical),
            friendly: dotted(&advert.friendly),
            told: HashSet::new(),
        }
    }

    fn of(&mut self, event: DaemonEvent) -> Option<MdnsEvent> {
        match event {
            DaemonEvent::IpAdd(address) => Some(MdnsEvent::AddressAdded(address)),
            DaemonEvent::IpDel(address) => Some(MdnsEvent::AddressRemoved(address)),
            DaemonEvent::Error(why) => Some(MdnsEvent::Trouble(why.to_string())),
            DaemonEvent::NameChange(change) => self.renamed(change),
            // Of interest to nobody outside, as are kinds of events to come.
            _ => None,
        }
    }

    fn renamed(&mut self, change: DnsNameChange) -> Option<MdnsEvent> {
        // A second store of the same name is only numbered in lists of services; no address
        // changes.
        if !matches!(change.rr_type, RRType::A | RRType::AAAA) {
            return None;
        }
        let (name, interface) = (change.new_name, change.intf_name);
        if !self.told.insert((name.clone(), interface.clone())) {
            return None;
        }
        let name = name.trim_end_matches('.').to_owned();
        let original = change.original.to_ascii_lowercase();
        if original == self.canonical {
            Some(MdnsEvent::CanonicalTaken { name, interface })
        } else if original == self.friendly {
            Some(MdnsEvent::FriendlyRenamed { name, interface })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
