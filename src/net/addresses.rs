//! The addresses at which other devices reach this box now. Never decides what to do with them.

use std::io;
use std::net::IpAddr;

use crate::net::permitted;

/// One address as the operating system reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub interface: String,
    pub address: IpAddr,
    pub up: bool,
}

/// The box's usable addresses, sorted, each once. `loopback` adds the machine's own (demo and
/// tests). Fails only when the operating system will not list its interfaces.
pub fn current(loopback: bool) -> io::Result<Vec<IpAddr>> {
    let seen = if_addrs::get_if_addrs()?.into_iter().map(|interface| Seen {
        address: interface.ip(),
        up: interface.is_oper_up() || interface.is_loopback(),
        interface: interface.name,
    });
    Ok(usable(seen, loopback))
}

/// Keeps what a phone in the store could type or scan and the box's root can vouch for. Link-local
/// IPv6 is left out although the root permits it: a browser cannot open it (the zone has no place
/// in a URL).
pub fn usable(seen: impl IntoIterator<Item = Seen>, loopback: bool) -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = seen
        .into_iter()
        .filter(|one| one.up && !is_virtual(&one.interface))
        .map(|one| one.address)
        .filter(|address| permitted::permits_address(*address))
        .filter(|address| loopback || !address.is_loopback())
        .filter(|address| !matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local()))
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Interfaces that containers and virtual machines make: nobody in the store is on the other side.
/// A plain `br0` stays in, for it is often the store's own network.
pub fn is_virtual(interface: &str) -> bool {
    const PREFIXES: [&str; 12] = [
        "docker", "br-", "veth", "virbr", "vnet", "cni", "flannel", "cali", "podman", "lxc",
        "lxdbr", "dummy",
    ];
    PREFIXES.iter().any(|prefix| interface.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(interface: &str, address: &str, up: bool) -> Seen {
        Seen { interface: interface.into(), address: address.parse().unwrap(), up }
    }

    fn machine() -> Vec<Seen> {
        vec![
            seen("lo", "127.0.0.1", true),
            seen("lo", "::1", true),
            seen("eth0", "192.168.1.20", true),
            seen("eth0", "fd12::20", true),
            seen("eth0", "fe80::20", true),
            seen("eth0", "2001:db8::20", true),
            seen("wlan0", "192.168.1.20", true),
            seen("wlan1", "10.0.0.9", false),
            seen("docker0", "172.17.0.1", true),
            seen("br-1f2e", "172.18.0.1", true),
            seen("veth12", "169.254.3.4", true),
            seen("br0", "10.1.1.1", true),
            seen("wan0", "203.0.113.7", true),
        ]
    }

    #[test]
    fn keeps_what_the_store_can_reach_and_the_root_can_vouch_for() {
        let kept: Vec<String> = usable(machine(), false).iter().map(ToString::to_string).collect();
        assert_eq!(kept, ["10.1.1.1", "192.168.1.20", "fd12::20"]);
    }

    #[test]
    fn adds_loopback_only_when_asked() {
        let kept: Vec<String> = usable(machine(), true).iter().map(ToString::to_string).collect();
        assert_eq!(kept, ["10.1.1.1", "127.0.0.1", "192.168.1.20", "::1", "fd12::20"]);
    }

    #[test]
    fn lists_this_machine() {
        let own = current(true).unwrap();
        assert!(own.iter().any(IpAddr::is_loopback), "{own:?}");
        assert!(current(false).unwrap().iter().all(|address| !address.is_loopback()));
    }
}
