//! Who and where the box is: its names, its one canonical origin, and the hosts it answers to.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::time::At;
use crate::net::host::{Host, HostRule};
use crate::net::tls::resolver::Own;
use crate::net::tls::{Brought, Root, Served};

pub struct Site {
    pub box_id: String,
    /// Which life of the database this is; a restore raises it.
    pub epoch: i64,
    /// The canonical host name, without a port.
    pub host: String,
    /// The one origin of the app: `https://backstock-r7k2q.local`, with the port where it is not 443.
    pub origin: String,
    /// The plain-HTTP page that tells how to trust this box: `http://backstock-r7k2q.local/`, with the
    /// port where it is not 80.
    pub trust_url: String,
    /// The root's SHA-256, 64 hexadecimal digits.
    pub fingerprint: String,
    pub root_ends: At,
    /// `localhost` is one of the box's names (demo and tests).
    pub loopback: bool,
    rule: RwLock<HostRule>,
    /// What answers to the store's own names, as long as it is there.
    served: Arc<Served>,
}

impl Site {
    pub fn new(
        box_id: &str,
        epoch: i64,
        host: &str,
        [https_port, http_port]: [u16; 2],
        root: &Root,
        served: Arc<Served>,
        loopback: bool,
    ) -> Self {
        let beside = |usual: u16, port: u16| match port {
            _ if port == usual => String::new(),
            _ => format!(":{port}"),
        };
        Self {
            box_id: box_id.to_owned(),
            epoch,
            host: host.to_owned(),
            origin: format!("https://{host}{}", beside(443, https_port)),
            trust_url: format!("http://{host}{}/", beside(80, http_port)),
            fingerprint: root.fingerprint().to_string(),
            root_ends: At::from_utc(root.ends()),
            loopback,
            served,
            rule: RwLock::new(HostRule::new(host, [], [], loopback)),
        }
    }

    /// The canonical name, with the port where it is not 443.
    pub fn authority(&self) -> &str {
        self.origin.trim_start_matches("https://")
    }

    /// What a request's `Host` is to this box.
    pub fn judge(&self, host: Option<&str>) -> Host {
        let brought = self.served.brought();
        let names = brought.as_deref().map_or(&[][..], Brought::names);
        self.rule.read().unwrap_or_else(PoisonError::into_inner).judge(host, names)
    }

    /// The leaf under the box's own root, as it is served now.
    pub fn own_leaf(&self) -> Arc<Own> {
        self.served.own()
    }

    /// From now on the box answers to these names and addresses, besides its canonical name.
    pub fn answer_to(
        &self,
        others: impl IntoIterator<Item = String>,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) {
        let rule = HostRule::new(&self.host, others, addresses, self.loopback);
        *self.rule.write().unwrap_or_else(PoisonError::into_inner) = rule;
    }
}
