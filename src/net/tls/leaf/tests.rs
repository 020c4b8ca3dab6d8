use std::os::unix::fs::PermissionsExt;

use rustls::CertificateError;
use tempfile::TempDir;
use x509_parser::prelude::ParsedExtension;

use super::*;

const CANONICAL: &str = "backstock-r7k2q.local";

fn at(now: &str) -> DateTime<Utc> {
    now.parse().unwrap()
}

fn clock() -> Clock {
    Clock { now: at("2026-11-23T12:00:00Z"), earliest: at("2026-11-01T00:00:00Z") }
}

fn root() -> (TempDir, Root) {
    let folder = TempDir::new().unwrap();
    let root = Root::load_or_create(folder.path(), "R7K2Q", clock()).unwrap();
    (folder, root)
}

fn names() -> LeafNames {
    let addresses =
        ["192.168.1.20", "fd12::20", "203.0.113.7", "127.0.0.1"].map(|a| a.parse().unwrap());
    LeafNames::new(CANONICAL, ["Green-Leaf.local".to_owned()], addresses, false)
}

fn general_names(leaf: &Leaf) -> (Vec<&str>, Vec<String>) {
    let (names, addresses) = &leaf.subjects;
    (
        names.iter().map(String::as_str).collect(),
        addresses.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn says_what_browsers_and_phones_insist_on() {
    let (_folder, root) = root();
    let leaf = Leaf::issue(&root, &names(), clock()).unwrap();
    let (_, parsed) = X509Certificate::from_der(leaf.der()).unwrap();
    let (_, authority) = X509Certificate::from_der(root.der()).unwrap();
    assert_eq!(parsed.subject().to_string(), format!("CN={CANONICAL}"));
    assert_eq!(parsed.issuer(), authority.subject());
    assert!(!parsed.basic_constraints().unwrap().unwrap().value.ca);
    let usage = parsed.key_usage().unwrap().unwrap().value;
    assert!(usage.digital_signature() && usage.flags == 1);
    let purpose = parsed.extended_key_usage().unwrap().unwrap().value;
    assert!(
        purpose.server_auth && !purpose.any && !purpose.client_auth && purpose.other.is_empty()
    );
    let validity = parsed.validity();
    assert_eq!(validity.not_before.to_string(), "Nov 22 12:00:00 2026 +00:00");
    assert_eq!(leaf.ends() - clock().now, Duration::days(397));
    let days = (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400;
    assert!(days <= 398, "{days}");
}

#[test]
fn names_the_box_and_its_private_addresses_only() {
    let (_folder, root) = root();
    let leaf = Leaf::issue(&root, &names(), clock()).unwrap();
    let expected = (
        vec![CANONICAL, "green-leaf.local"],
        vec!["192.168.1.20".to_owned(), "fd12::20".to_owned()],
    );
    assert_eq!(general_names(&leaf), expected);
    let loopback = LeafNames::new(CANONICAL, [], ["127.0.0.1".parse().unwrap()], true);
    let leaf = Leaf::issue(&root, &loopback, clock()).unwrap();
    assert_eq!(general_names(&leaf), (vec![CANONICAL, "localhost"], vec!["127.0.0.1".to_owned()]));
}

#[test]
fn points_at_the_root_by_key() {
    let (_folder, root) = root();
    let leaf = Leaf::issue(&root, &names(), clock()).unwrap();
    let (_, parsed) = X509Certificate::from_der(leaf.der()).unwrap();
    let (_, authority) = X509Certificate::from_der(root.der()).unwrap();
    let subject = |certificate: &X509Certificate<'_>| {
        certificate.extensions().iter().find_map(|one| match one.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
            _ => None,
        })
    };
    let authority_id = parsed.extensions().iter().find_map(|one| match one.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(id) => {
            id.key_identifier.as_ref().map(|id| id.0.to_vec())
        }
        _ => None,
    });
    assert!(authority_id.is_some());
    assert_eq!(authority_id, subject(&authority));
    assert!(subject(&parsed).is_some_and(|own| Some(own) != authority_id));
}

#[test]
fn is_trusted_under_its_names_until_it_ends() {
    let (_folder, root) = root();
    let leaf = Leaf::issue(&root, &names(), clock()).unwrap();
    for name in [CANONICAL, "green-leaf.local", "192.168.1.20", "fd12::20"] {
        leaf.verify(&root, name, clock().now).unwrap();
    }
    leaf.verify(&root, CANONICAL, clock().now - Duration::hours(23)).unwrap();
    leaf.verify(&root, CANONICAL, leaf.ends() - Duration::seconds(1)).unwrap();
    let late = leaf.verify(&root, CANONICAL, leaf.ends() + Duration::seconds(1)).unwrap_err();
    assert!(format!("{late:?}").contains("Expired"), "{late:?}");
    let early = leaf.verify(&root, CANONICAL, clock().now - Duration::hours(25)).unwrap_err();
    assert!(format!("{early:?}").contains("NotValidYet"), "{early:?}");
    let other = leaf.verify(&root, "other.local", clock().now).unwrap_err();
    assert!(format!("{other:?}").contains("NotValidForName"), "{other:?}");
}

#[test]
fn a_public_name_is_neither_issued_nor_believed() {
    let (_folder, root) = root();
    let public = LeafNames::new(CANONICAL, ["www.example.com".to_owned()], [], false);
    let refused = Leaf::issue(&root, &public, clock()).err().unwrap();
    assert!(matches!(&refused, TlsError::NotPermitted { name } if name == "www.example.com"));

    // Whoever steals the root's key and signs it anyway is stopped by the constraints inside the
    // root.
    for (name, address) in [("www.example.com", None), (CANONICAL, Some("203.0.113.7"))] {
        let mut stolen = public.clone();
        stolen.names = BTreeSet::from([name.to_owned()]);
        stolen.addresses = address.map(|a| a.parse().unwrap()).into_iter().collect();
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let forged = params(&stolen, clock().now, clock().now + Duration::days(90)).unwrap();
        let forged = forged.signed_by(&key, root.issuer()).unwrap();
        let leaf = Leaf::from_pem(&(key.serialize_pem() + &forged.pem())).unwrap();
        let why = leaf.verify(&root, name, clock().now).unwrap_err();
        assert!(format!("{why:?}").contains("NameConstraintViolation"), "{why:?}");
    }
}

#[test]
fn a_leaf_of_another_root_is_unknown() {
    let (root_a, root_b) = (root(), root());
    let leaf = Leaf::issue(&root_a.1, &names(), clock()).unwrap();
    let why = leaf.verify(&root_b.1, CANONICAL, clock().now).unwrap_err();
    assert!(
        matches!(
            why,
            rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::BadSignature
            )
        ),
        "{why:?}"
    );
    assert!(matches!(
        leaf.needs_renewal(&root_b.1, &names(), clock().now),
        Some(Renewal::NotTrusted { .. })
    ));
}

#[test]
fn is_renewed_for_age_names_and_addresses() {
    let (_folder, root) = root();
    let leaf = Leaf::issue(&root, &names(), clock()).unwrap();
    let why = |names: &LeafNames, now| leaf.needs_renewal(&root, names, now);
    assert_eq!(why(&names(), clock().now), None);
    let sixty_days = leaf.ends() - Duration::days(60);
    assert_eq!(why(&names(), sixty_days), None);
    let ending = Some(Renewal::Ending { ends: leaf.ends() });
    assert_eq!(why(&names(), sixty_days + Duration::seconds(1)), ending);

    let mut renamed = names();
    renamed.names.insert("green-leaf-2.local".to_owned());
    assert_eq!(why(&renamed, clock().now), Some(Renewal::OtherNames));
    let mut moved = names();
    moved.addresses.insert("192.168.1.21".parse().unwrap());
    assert_eq!(why(&moved, clock().now), Some(Renewal::OtherNames));

    let before = clock().now - Duration::days(2);
    assert!(matches!(why(&names(), before), Some(Renewal::NotTrusted { .. })));
}

#[test]
fn is_stored_closed_and_kept_over_a_restart() {
    let (folder, root) = root();
    let folder = folder.path();
    let (leaf, why) = Leaf::load_or_issue(folder, &root, &names(), clock()).unwrap();
    assert_eq!(why, Some(Renewal::Missing));
    let mode = fs::metadata(folder.join(FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let (again, why) = Leaf::load_or_issue(folder, &root, &names(), clock()).unwrap();
    assert_eq!(why, None);
    assert_eq!(again.der(), leaf.der());
    let moved = LeafNames::new(CANONICAL, [], ["10.0.0.9".parse().unwrap()], false);
    let (third, why) = Leaf::load_or_issue(folder, &root, &moved, clock()).unwrap();
    assert_eq!(why, Some(Renewal::OtherNames));
    assert_ne!(third.der(), leaf.der());
    assert_eq!(Leaf::load(folder).unwrap().der(), third.der());
}

#[test]
fn a_damaged_file_is_made_again() {
    let (folder, root) = root();
    let folder = folder.path();
    let (leaf, _) = Leaf::load_or_issue(folder, &root, &names(), clock()).unwrap();
    let half = &leaf.pem[..leaf.pem.len() / 2];
    fs::write(folder.join(FILE), half).unwrap();
    let (again, why) = Leaf::load_or_issue(folder, &root, &names(), clock()).unwrap();
    assert_eq!(why, Some(Renewal::Missing));
    again.verify(&root, CANONICAL, clock().now).unwrap();
}

#[test]
fn the_clock_must_be_past_the_build_and_before_the_root_ends() {
    let (folder, root) = root();
    let early = Clock { now: at("2026-10-31T23:59:59Z"), ..clock() };
    assert!(matches!(Leaf::issue(&root, &names(), early), Err(TlsError::ClockBehind { .. })));
    assert!(matches!(
        Leaf::load_or_issue(folder.path(), &root, &names(), early),
        Err(TlsError::ClockBehind { .. })
    ));
    let late = Clock { now: root.ends(), ..clock() };
    assert!(matches!(Leaf::issue(&root, &names(), late), Err(TlsError::RootEnded { .. })));
}

#[test]
fn a_box_that_lost_its_clock_keeps_the_leaf_it_has() {
    let (folder, root) = root();
    let folder = folder.path();
    let (leaf, _) = Leaf::load_or_issue(folder, &root, &names(), clock()).unwrap();
    let lost = Clock { now: at("1970-01-01T00:00:30Z"), ..clock() };
    let moved = LeafNames::new(CANONICAL, [], ["10.0.0.9".parse().unwrap()], false);
    let (kept, why) = Leaf::load_or_issue(folder, &root, &moved, lost).unwrap();
    assert_eq!((kept.der(), why), (leaf.der(), None));
    // But not one that phones would refuse anyway.
    let (_other, stranger) = self::root();
    let refused = Leaf::load_or_issue(folder, &stranger, &names(), lost);
    assert!(matches!(refused, Err(TlsError::ClockBehind { .. })));
}

#[test]
fn near_the_root_s_end_the_leaf_ends_with_it_and_is_not_renewed_for_ever() {
    let (_folder, root) = root();
    let late = Clock { now: root.ends() - Duration::days(30), ..clock() };
    let leaf = Leaf::issue(&root, &names(), late).unwrap();
    assert_eq!(leaf.ends(), root.ends());
    assert_eq!(leaf.needs_renewal(&root, &names(), late.now), None);
}
