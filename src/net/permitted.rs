//! The names and networks that a box's root may ever vouch for. One list, used three times: as the
//! name constraints inside the root, to decide which addresses go into a leaf, and to refuse a leaf
//! that the root could not carry. It never changes: see `certs/README.md`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Domain suffixes, each standing for itself and everything below it: mDNS (RFC 6762), home
/// networks (RFC 8375), private networks (ICANN's `internal`), and the machine itself (RFC 6761).
pub const SUFFIXES: [&str; 4] = ["local", "home.arpa", "internal", "localhost"];

/// Networks as (first address, prefix length in bits): loopback, private (RFC 1918), link-local
/// (RFC 3927, RFC 4291) and unique local (RFC 4193), in both families.
pub const NETWORKS: [(IpAddr, u8); 8] = [
    (v4(127, 0, 0, 0), 8),
    (v4(10, 0, 0, 0), 8),
    (v4(172, 16, 0, 0), 12),
    (v4(192, 168, 0, 0), 16),
    (v4(169, 254, 0, 0), 16),
    (v6(0, 1), 128),
    (v6(0xfc00, 0), 7),
    (v6(0xfe80, 0), 10),
];

/// Whether a root of ours may vouch for this host name. Expects no trailing dot; case does not
/// matter.
pub fn permits_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SUFFIXES.iter().any(|suffix| {
        name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether a root of ours may vouch for this address.
pub fn permits_address(address: IpAddr) -> bool {
    NETWORKS.iter().any(|(network, prefix)| contains(*network, *prefix, address))
}

fn contains(network: IpAddr, prefix: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(a, b, c, d))
}

const fn v6(first: u16, last: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_names_below_the_private_suffixes_only() {
        for name in
            ["backstock-r7k2q.local", "Green-Leaf.LOCAL", "local", "box.home.arpa", "a.b.internal"]
        {
            assert!(permits_name(name), "{name}");
        }
        for name in ["www.example.com", "notlocal", "x.notlocal", "local.example.com", "arpa", ""] {
            assert!(!permits_name(name), "{name}");
        }
    }

    #[test]
    fn permits_private_addresses_up_to_the_edge_of_each_network() {
        let inside = [
            "127.255.255.255",
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.9.9",
            "::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
        ];
        let outside = [
            "128.0.0.1",
            "11.0.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.169.0.1",
            "169.253.0.1",
            "8.8.8.8",
            "192.0.2.2",
            "::2",
            "fbff::1",
            "fe00::1",
            "fec0::1",
            "2001:db8::1",
            "::ffff:10.0.0.1",
        ];
        for address in inside {
            assert!(permits_address(address.parse().unwrap()), "{address}");
        }
        for address in outside {
            assert!(!permits_address(address.parse().unwrap()), "{address}");
        }
    }
}
