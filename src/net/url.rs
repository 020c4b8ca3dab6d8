//! The plain page's address as people type and scan it: by name, and by number for networks that do
//! not pass `.local` names on. Never the app's, which has one origin alone.

use std::net::IpAddr;

/// The usual port of plain HTTP, which nobody types.
const PORT: u16 = 80;

/// `http://backstock-r7k2q.local/`, with the port where it is not 80.
pub fn plain(host: &str, port: u16) -> String {
    if port == PORT { format!("http://{host}/") } else { format!("http://{host}:{port}/") }
}

/// The page at each of these addresses, those first that people can read out. The machine's own
/// address is left out: it leads every phone to itself.
pub fn by_number(addresses: &[IpAddr], port: u16) -> Vec<String> {
    let mut others: Vec<&IpAddr> = addresses.iter().filter(|one| !one.is_loopback()).collect();
    // Stable: within a family the order stays.
    others.sort_by_key(|address| address.is_ipv6());
    others.into_iter().map(|address| plain(&host(*address), port)).collect()
}

/// An address as the host of a URL: IPv6 in brackets.
pub fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_type_no_usual_port_and_no_colons_where_there_is_another_way() {
        let addresses = ["127.0.0.1", "fd12::20", "10.1.1.1", "192.168.1.20", "::1"]
            .map(|text| text.parse().unwrap());
        assert_eq!(
            by_number(&addresses, 80),
            ["http://10.1.1.1/", "http://192.168.1.20/", "http://[fd12::20]/"]
        );
        assert_eq!(by_number(&addresses[..1], 80), [""; 0]);
        assert_eq!(plain("backstock-r7k2q.local", 8080), "http://backstock-r7k2q.local:8080/");
    }
}
