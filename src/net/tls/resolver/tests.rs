use std::io::{Read, Write};
use std::time::Duration;

use rustls::client::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{
    ClientConnection, HandshakeKind, ProtocolVersion, RootCertStore, ServerConnection,
    SupportedProtocolVersion,
};
use tempfile::TempDir;

use super::*;
use crate::net::tls::{Clock, LeafNames, Root};

const CANONICAL: &str = "backstock-r7k2q.local";

/// A phone whose clock stands where the test wants it.
#[derive(Debug)]
struct Now(i64);

impl TimeProvider for Now {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

fn clock() -> Clock {
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    Clock { now, earliest: "2026-11-01T00:00:00Z".parse().unwrap() }
}

fn root() -> (TempDir, Root) {
    let folder = TempDir::new().unwrap();
    let root = Root::load_or_create(folder.path(), "R7K2Q", clock()).unwrap();
    (folder, root)
}

fn leaf(root: &Root, address: &str) -> Leaf {
    let names = LeafNames::new(CANONICAL, [], [address.parse().unwrap()], false);
    Leaf::issue(root, &names, clock()).unwrap()
}

fn client(root: &Root, versions: &[&'static SupportedProtocolVersion]) -> Arc<ClientConfig> {
    let mut anchors = RootCertStore::empty();
    anchors.add(root.der().clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let now = Arc::new(Now(clock().now.timestamp()));
    let config = ClientConfig::builder_with_details(provider, now)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(anchors)
        .with_no_client_auth();
    Arc::new(config)
}

struct Met {
    presented: Vec<CertificateDer<'static>>,
    version: ProtocolVersion,
    kind: HandshakeKind,
}

/// A whole handshake and a round trip of data in memory.
fn meet(
    client: &Arc<ClientConfig>,
    server: &Arc<ServerConfig>,
    name: &str,
) -> Result<Met, rustls::Error> {
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut phone = ClientConnection::new(Arc::clone(client), name).unwrap();
    let mut server = ServerConnection::new(Arc::clone(server)).unwrap();
    for _ in 0..10 {
        let mut wire = Vec::new();
        phone.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets()?;
        let mut wire = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut wire).unwrap();
        }
        let mut wire = wire.as_slice();
        while !wire.is_empty() {
            phone.read_tls(&mut wire).unwrap();
            phone.process_new_packets()?;
        }
    }
    phone.writer().write_all(b"scan").unwrap();
    let mut wire = Vec::new();
    phone.write_tls(&mut wire).unwrap();
    server.read_tls(&mut wire.as_slice()).unwrap();
    server.process_new_packets()?;
    let mut heard = [0; 4];
    server.reader().read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"scan");
    Ok(Met {
        presented: phone.peer_certificates().unwrap().to_vec(),
        version: phone.protocol_version().unwrap(),
        kind: phone.handshake_kind().unwrap(),
    })
}

#[test]
fn serves_the_leaf_alone_over_both_versions() {
    let (_folder, root) = root();
    let leaf = leaf(&root, "192.168.1.20");
    let tls = Arc::new(server_config(Served::new(&leaf, || clock().now).unwrap()).unwrap());
    assert!(tls.ignore_client_order);
    for (offered, spoken) in
        [(&TLS13, ProtocolVersion::TLSv1_3), (&TLS12, ProtocolVersion::TLSv1_2)]
    {
        let met = meet(&client(&root, &[offered]), &tls, CANONICAL).unwrap();
        assert_eq!(met.version, spoken);
        assert_eq!(met.presented, [leaf.der().clone()]);
    }
}

#[test]
fn an_address_is_served_too() {
    let (_folder, root) = root();
    let served = Served::new(&leaf(&root, "192.168.1.20"), || clock().now).unwrap();
    let tls = Arc::new(server_config(served).unwrap());
    let phone = client(&root, &[&TLS13]);
    meet(&phone, &tls, "192.168.1.20").unwrap();
    let refused = meet(&phone, &tls, "192.168.1.21").err().unwrap();
    assert!(matches!(refused, rustls::Error::InvalidCertificate(_)), "{refused:?}");
}

#[test]
fn a_swap_changes_what_the_next_handshake_gets() {
    let (_folder, root) = root();
    let (old, new) = (leaf(&root, "192.168.1.20"), leaf(&root, "192.168.1.21"));
    let served = Served::new(&old, || clock().now).unwrap();
    let tls = Arc::new(server_config(Arc::clone(&served)).unwrap());
    let meet = |name| meet(&client(&root, &[&TLS13]), &tls, name);
    assert_eq!(meet(CANONICAL).unwrap().presented, [old.der().clone()]);
    assert!(meet("192.168.1.21").is_err());
    served.swap(&new).unwrap();
    assert_eq!(meet("192.168.1.21").unwrap().presented, [new.der().clone()]);
}

#[test]
fn a_phone_that_was_here_before_the_swap_resumes() {
    let (_folder, root) = root();
    let served = Served::new(&leaf(&root, "192.168.1.20"), || clock().now).unwrap();
    let tls = Arc::new(server_config(Arc::clone(&served)).unwrap());
    let phone = client(&root, &[&TLS13]);
    assert_eq!(meet(&phone, &tls, CANONICAL).unwrap().kind, HandshakeKind::Full);
    served.swap(&leaf(&root, "192.168.1.21")).unwrap();
    assert_eq!(meet(&phone, &tls, CANONICAL).unwrap().kind, HandshakeKind::Resumed);
}

#[test]
fn a_phone_without_the_root_refuses() {
    let (ours, theirs) = (root(), root());
    let served = Served::new(&leaf(&ours.1, "192.168.1.20"), || clock().now).unwrap();
    let tls = Arc::new(server_config(served).unwrap());
    let refused = meet(&client(&theirs.1, &[&TLS13]), &tls, CANONICAL).err().unwrap();
    assert!(matches!(refused, rustls::Error::InvalidCertificate(_)), "{refused:?}");
}
