//! Which `Host` a request may name. This is the answer to DNS rebinding: a page from elsewhere can
//! make its own name point at the box, but it cannot make a browser send one of our names. Reads
//! one header value; never trusts forwarding headers.

use std::net::{IpAddr, Ipv6Addr};

use super::dns_name::DnsName;

/// The names and addresses that this box answers to. Made anew when a name or an address changes.
#[derive(Debug, Clone)]
pub struct HostRule {
    canonical: String,
    others: Vec<String>,
    addresses: Vec<IpAddr>,
    loopback: bool,
}

/// What a request's host is to this box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The one origin of the app.
    Canonical,
    /// A name of the certificate that the store brought: served as it is, for an app installed there
    /// lives there.
    Brought,
    /// Ours, but not the app's origin: a person is sent on to the canonical name.
    Other,
    /// Missing, malformed or not ours.
    Refused,
}

impl HostRule {
    /// `others` are further names (the friendly one, and what mDNS renamed it to). `loopback`
    /// allows `localhost`, `127.0.0.0/8` and `::1` (demo and tests).
    pub fn new(
        canonical: &str,
        others: impl IntoIterator<Item = String>,
        addresses: impl IntoIterator<Item = IpAddr>,
        loopback: bool,
    ) -> Self {
        Self {
            canonical: canonical.to_ascii_lowercase(),
            others: others.into_iter().map(|name| name.to_ascii_lowercase()).collect(),
            addresses: addresses.into_iter().collect(),
            loopback,
        }
    }

    /// `host` is the `Host` header or HTTP/2's `:authority`, with or without a port; `brought` are the
    /// names of the store's own certificate. Ports do not matter here: any of them leads to this box,
    /// and a page's origin is compared with its port elsewhere.
    pub fn judge(&self, host: Option<&str>, brought: &[DnsName]) -> Host {
        match host.and_then(Name::parse) {
            Some(Name::Dns(name)) if name == self.canonical => Host::Canonical,
            Some(Name::Dns(name)) if brought.iter().any(|own| own.covers(&name)) => Host::Brought,
            Some(Name::Dns(name)) if self.others.contains(&name) => Host::Other,
            Some(Name::Dns(name)) if self.loopback && name == "localhost" => Host::Other,
            Some(Name::Address(address)) if self.addresses.contains(&address) => Host::Other,
            Some(Name::Address(address)) if self.loopback && address.is_loopback() => Host::Other,
            _ => Host::Refused,
        }
    }
}

enum Name {
    Dns(String),
    Address(IpAddr),
}

impl Name {
    /// Strict on purpose: no user information, no zone, no shortened or hexadecimal IPv4.
    fn parse(host: &str) -> Option<Self> {
        if let Some(rest) = host.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            is_port(port).then_some(())?;
            return address.parse::<Ipv6Addr>().ok().map(|v6| Self::Address(v6.into()));
        }
        let (name, port) = host.find(':').map_or((host, ""), |colon| host.split_at(colon));
        is_port(port).then_some(())?;
        if let Ok(address) = name.parse() {
            return Some(Self::Address(IpAddr::V4(address)));
        }
        let name = name.strip_suffix('.').unwrap_or(name);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        (!name.is_empty() && name.bytes().all(plain)).then(|| Self::Dns(name.to_ascii_lowercase()))
    }
}

/// Nothing, or a colon and a port from 1 to 65535.
fn is_port(text: &str) -> bool {
    text.is_empty()
        || text.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|byte| byte.is_ascii_digit())
                && digits.parse::<u16>().is_ok_and(|port| port > 0)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(loopback: bool) -> HostRule {
        HostRule::new(
            "backstock-r7k2q.local",
            ["green-leaf.local".to_owned()],
            ["192.168.1.20".parse().unwrap(), "fd12::20".parse().unwrap()],
            loopback,
        )
    }

    #[test]
    fn the_canonical_name_in_every_spelling_a_browser_sends() {
        for host in [
            "backstock-r7k2q.local",
            "backstock-r7k2q.local:443",
            "BACKSTOCK-R7K2Q.local:8443",
            "backstock-r7k2q.local.",
            "backstock-r7k2q.local.:443",
        ] {
            assert_eq!(rule(false).judge(Some(host), &[]), Host::Canonical, "{host}");
        }
    }

    #[test]
    fn other_names_and_addresses_are_ours_but_not_the_origin() {
        for host in [
            "green-leaf.local",
            "Green-Leaf.local:80",
            "192.168.1.20",
            "192.168.1.20:8443",
            "[fd12::20]",
            "[FD12:0::20]:443",
        ] {
            assert_eq!(rule(false).judge(Some(host), &[]), Host::Other, "{host}");
        }
    }

    #[test]
    fn loopback_only_when_allowed() {
        for host in ["localhost", "localhost:8443", "127.0.0.1:1", "127.9.9.9", "[::1]:8443"] {
            assert_eq!(rule(false).judge(Some(host), &[]), Host::Refused, "{host}");
            assert_eq!(rule(true).judge(Some(host), &[]), Host::Other, "{host}");
        }
    }

    #[test]
    fn names_that_the_store_brought_are_origins_of_their_own() {
        let brought =
            ["store5.example.com", "*.shop.example"].map(|name| DnsName::parse(name).unwrap());
        for host in ["store5.example.com", "Store5.example.com.:8443", "a.shop.example:443"] {
            assert_eq!(rule(false).judge(Some(host), &brought), Host::Brought, "{host}");
        }
        for host in ["example.com", "a.store5.example.com", "a.b.shop.example", "shop.example"] {
            assert_eq!(rule(false).judge(Some(host), &brought), Host::Refused, "{host}");
        }
        let canonical = rule(false).judge(Some("backstock-r7k2q.local"), &brought);
        assert_eq!(canonical, Host::Canonical);
    }

    #[test]
    fn everything_else_is_refused() {
        for host in [
            "",
            ".",
            "evil.example",
            "backstock-r7k2q.local.evil.example",
            "evil-backstock-r7k2q.local",
            "backstock-r7k2q.local..",
            "backstock-r7k2q.local:",
            "backstock-r7k2q.local:0",
            "backstock-r7k2q.local:65536",
            "backstock-r7k2q.local:+443",
            "backstock-r7k2q.local:4 3",
            "user@backstock-r7k2q.local",
            "backstock-r7k2q.local/x",
            " backstock-r7k2q.local",
            "192.168.1.21",
            "192.168.1.20.",
            "192.168.276",
            "0xC0A80114",
            "3232235796",
            "fd12::20",
            "[fd12::20",
            "[fd12::20]443",
            "[fd12::20%25eth0]",
            "[192.168.1.20]",
            "[::ffff:192.168.1.20]",
        ] {
            assert_eq!(rule(true).judge(Some(host), &[]), Host::Refused, "{host}");
        }
        assert_eq!(rule(true).judge(None, &[]), Host::Refused);
    }
}
