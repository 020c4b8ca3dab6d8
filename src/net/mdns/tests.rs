//! Real packets on this machine's loopback, each test on a port of its own, heard by a second
//! daemon that knows nothing of the first.

use std::sync::mpsc::{self, Receiver};

use mdns_sd::{HostnameResolutionEvent, ResolvedService, ServiceEvent};

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

fn advert() -> Advert {
    Advert {
        store: "Señor Verde No. 2".to_owned(),
        canonical: "backstock-r7k2q.local".to_owned(),
        friendly: "senor-verde.local".to_owned(),
        https_port: 8443,
        http_port: 8080,
        id: "r7k2q".to_owned(),
        version: "0.1.0".to_owned(),
        fingerprint: "e3b0c44298fc1c14".to_owned(),
        reach: Reach::Machine,
    }
}

fn start(port: u16, advert: &Advert) -> (Mdns, Receiver<MdnsEvent>) {
    let (tell, told) = mpsc::channel();
    let mdns = Mdns::start_on(port, advert, move |event| {
        // The test may have heard enough.
        let _ = tell.send(event);
    });
    (mdns.unwrap(), told)
}

fn listener(port: u16) -> ServiceDaemon {
    let daemon = ServiceDaemon::new_with_port(port).unwrap();
    daemon.disable_interface(silent_interfaces(Reach::Machine)).unwrap();
    daemon
}

fn find(
    daemon: &ServiceDaemon,
    kind: &str,
) -> (mdns_sd::Receiver<ServiceEvent>, Box<ResolvedService>) {
    let events = daemon.browse(kind).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while let Ok(event) = events.recv_deadline(deadline) {
        if let ServiceEvent::ServiceResolved(service) = event {
            return (events, service);
        }
    }
    panic!("nobody offers {kind}");
}

fn find_host(daemon: &ServiceDaemon, name: &str) -> Vec<IpAddr> {
    let events = daemon.resolve_hostname(name, Some(8_000)).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while let Ok(event) = events.recv_deadline(deadline) {
        if let HostnameResolutionEvent::AddressesFound(_, addresses) = event {
            return addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr).collect();
        }
    }
    panic!("nobody is {name}");
}

fn wait_for(told: &Receiver<MdnsEvent>, wanted: impl Fn(&MdnsEvent) -> bool) -> MdnsEvent {
    let deadline = Instant::now() + PATIENCE;
    while let Ok(event) = told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        if wanted(&event) {
            return event;
        }
    }
    panic!("no such event");
}

#[test]
fn the_box_is_found_by_service_and_by_both_names_and_says_goodbye() {
    let (mdns, _told) = start(54_101, &advert());
    let phone = listener(54_101);
    let (events, app) = find(&phone, HTTPS);
    assert_eq!(app.get_hostname(), "backstock-r7k2q.local.");
    assert_eq!(app.get_port(), 8443);
    assert!(app.get_addresses().iter().all(|address| address.to_ip_addr().is_loopback()));
    for (key, value) in [("path", "/"), ("id", "r7k2q"), ("v", "0.1.0"), ("fp", "e3b0c44298fc1c14")]
    {
        assert_eq!(app.get_property_val_str(key), Some(value), "{key}");
    }
    let (_, page) = find(&phone, HTTP);
    assert_eq!((page.get_hostname(), page.get_port()), ("senor-verde.local.", 8080));
    for name in ["backstock-r7k2q.local.", "senor-verde.local."] {
        assert!(find_host(&phone, name).iter().all(IpAddr::is_loopback));
    }

    let asked = Instant::now();
    mdns.stop();
    assert!(asked.elapsed() < GOODBYE + Duration::from_millis(500));
    let deadline = Instant::now() + PATIENCE;
    let gone = std::iter::from_fn(|| events.recv_deadline(deadline).ok()).any(
        |event| matches!(event, ServiceEvent::ServiceRemoved(_, name) if name == app.fullname),
    );
    assert!(gone, "no goodbye was heard");
    phone.shutdown().unwrap();
}

/// Another machine, played by a daemon that holds a name with an address that is not ours.
fn holder(port: u16, host: &str) -> ServiceDaemon {
    let daemon = listener(port);
    let told = daemon.monitor().unwrap();
    let other: IpAddr = "127.0.0.77".parse().unwrap();
    let service = ServiceInfo::new("_other._tcp.local.", "other", host, other, 1, None).unwrap();
    daemon.register(service).unwrap();
    let deadline = Instant::now() + PATIENCE;
    let announced = std::iter::from_fn(|| told.recv_deadline(deadline).ok())
        .any(|event| matches!(event, DaemonEvent::Announce(..)));
    assert!(announced);
    daemon
}

#[test]
fn a_friendly_name_that_is_taken_is_renamed_and_reported() {
    let other = holder(54_102, "senor-verde.local.");
    let (mdns, told) = start(54_102, &advert());
    let event = wait_for(&told, |event| matches!(event, MdnsEvent::FriendlyRenamed { .. }));
    let name = "senor-verde-2.local".to_owned();
    assert_eq!(event, MdnsEvent::FriendlyRenamed { name, interface: "lo".to_owned() });
    assert!(find_host(&other, "senor-verde-2.local.").iter().all(IpAddr::is_loopback));
    mdns.stop();
    other.shutdown().unwrap();
}

#[test]
fn a_unique_name_that_is_taken_is_an_alarm() {
    let other = holder(54_103, "backstock-r7k2q.local.");
    let (mdns, told) = start(54_103, &advert());
    let event = wait_for(&told, |event| matches!(event, MdnsEvent::CanonicalTaken { .. }));
    let name = "backstock-r7k2q-2.local".to_owned();
    assert_eq!(event, MdnsEvent::CanonicalTaken { name, interface: "lo".to_owned() });
    mdns.stop();
    other.shutdown().unwrap();
}

#[test]
fn records_become_one_event_per_name_and_interface() {
    let mut translation = Translation::new(&advert());
    let change = |original: &str, new_name: &str, rr_type, intf_name: &str| {
        DaemonEvent::NameChange(DnsNameChange {
            original: original.to_owned(),
            new_name: new_name.to_owned(),
            rr_type,
            intf_name: intf_name.to_owned(),
        })
    };
    let (old, new) = ("senor-verde.local.", "senor-verde-2.local.");
    let renamed = |interface: &str| {
        let name = "senor-verde-2.local".to_owned();
        Some(MdnsEvent::FriendlyRenamed { name, interface: interface.to_owned() })
    };
    assert_eq!(translation.of(change(old, new, RRType::A, "eth0")), renamed("eth0"));
    assert_eq!(translation.of(change(old, new, RRType::AAAA, "eth0")), None);
    assert_eq!(translation.of(change(old, new, RRType::A, "wlan0")), renamed("wlan0"));
    let service =
        change("Store._https._tcp.local.", "Store (2)._https._tcp.local.", RRType::SRV, "eth0");
    assert_eq!(translation.of(service), None);
    let address = "192.168.1.20".parse().unwrap();
    assert_eq!(translation.of(DaemonEvent::IpAdd(address)), Some(MdnsEvent::AddressAdded(address)));
    assert_eq!(
        translation.of(DaemonEvent::IpDel(address)),
        Some(MdnsEvent::AddressRemoved(address))
    );
}

#[test]
fn an_instance_name_fits_its_label() {
    assert_eq!(instance("  Green Leaf "), "Green Leaf");
    assert_eq!(instance("   "), "Backstock");
    let long = instance(&"ñ".repeat(60));
    assert_eq!(long, "ñ".repeat(28));
    assert_eq!(instance(&format!("x{}", "ñ".repeat(60))).len(), 55);
}
