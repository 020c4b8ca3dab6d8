//! What is judged before a certificate is taken, by its refusals.

use backstock::domain::time::At;
use backstock::net::dns_name::DnsName;
use backstock::net::tls::brought::Standing;
use backstock::net::tls::{Brought, BroughtError};
use backstock::store::Clock;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, SanType};

use crate::support::authority::{Authority, STORE, in_days};

fn now() -> At {
    Clock::System.now()
}

fn judge(parts: &[&str]) -> Result<Brought, BroughtError> {
    Brought::judge(&parts.join("\n"), now().utc())
}

#[track_caller]
fn refused(parts: &[&str], word: &str) -> BroughtError {
    let error = judge(parts).err().unwrap_or_else(|| panic!("{word}: it was taken"));
    assert_eq!(error.word(), word, "{error}");
    error
}

#[test]
fn a_whole_chain_is_taken_in_whatever_order_and_without_its_root() {
    let root = Authority::root("Test Root");
    let middle = root.under("Test R3");
    let issued = middle.issue_with(&[STORE, "*.shop.example"], |_| {});
    let (leaf, key, between, top) = (&issued.certificate, &issued.key, middle.pem(), root.pem());
    for parts in [
        &[leaf, &between, key][..],
        &[leaf, &between, &top, key],
        &[key, &top, &between, leaf],
        &[leaf, leaf, &between, key, key],
    ] {
        let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
        let brought = judge(&parts).unwrap();
        let names: Vec<&str> = brought.names().iter().map(DnsName::as_str).collect();
        assert_eq!(names, [STORE, "*.shop.example"]);
        assert_eq!(brought.issuer(), "Test R3");
        assert_eq!(brought.standing(now().utc()), Standing::Good);
        assert!(!format!("{brought:?}").contains("PRIVATE"));
    }
    // What belongs to another chain does not get in the way.
    judge(&[leaf, &Authority::root("Another").pem(), &between, key]).unwrap();
}

#[test]
fn of_two_certificates_of_one_authority_the_one_that_reaches_further_is_used() {
    let old_root = Authority::root("Old Root");
    let root = Authority::root("New Root");
    let issued = root.issue();
    let crossed = root.crossed_by(&old_root);
    let brought = judge(&[&issued.certificate, &root.pem(), &crossed, &issued.key]).unwrap();
    assert_eq!(brought.standing(now().utc()), Standing::Ending, "it goes by the other's dates");
    let brought = judge(&[&issued.certificate, &root.pem(), &issued.key]).unwrap();
    assert_eq!(brought.standing(now().utc()), Standing::Good);
}

#[test]
fn a_missing_intermediate_is_named() {
    let root = Authority::root("Test Root");
    let middle = root.under("Test R3");
    let issued = middle.issue();
    let error = refused(&[&issued.certificate, &issued.key], "issuer_missing");
    assert!(error.to_string().contains("\"Test R3\""), "{error}");
    refused(&[&issued.certificate, &root.pem(), &issued.key], "issuer_missing");
}

#[test]
fn a_chain_that_only_looks_right_is_refused() {
    let root = Authority::root("Test Root");
    let middle = root.under("Test R3");
    // Another authority of the same name.
    let impostor = root.under_with("Test R3", |params| {
        params.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(vec![7; 20]);
    });
    let issued = middle.issue_with(&[STORE], |params| {
        params.use_authority_key_identifier_extension = false;
    });
    refused(&[&issued.certificate, &impostor.pem(), &issued.key], "chain");
    // An authority that is none.
    let none = root.under_with("Test R4", |params| params.is_ca = IsCa::ExplicitNoCa);
    let issued = none.issue();
    refused(&[&issued.certificate, &none.pem(), &issued.key], "chain");
    // An authority that may not vouch for this name.
    let narrow = root.under_with("Test R5", |params| {
        params.name_constraints = Some(rcgen::NameConstraints {
            permitted_subtrees: vec![rcgen::GeneralSubtree::DnsName("example.org".into())],
            excluded_subtrees: vec![],
        });
    });
    let issued = narrow.issue();
    refused(&[&issued.certificate, &narrow.pem(), &root.pem(), &issued.key], "chain");
}

#[test]
fn the_key_must_be_there_be_one_and_fit() {
    let root = Authority::root("Test Root");
    let (issued, other) = (root.issue(), root.issue());
    let top = root.pem();
    refused(&[&issued.certificate, &top], "no_key");
    refused(&[&issued.certificate, &top, &issued.key, &other.key], "several_keys");
    let error = refused(&[&issued.certificate, &top, &other.key], "wrong_key");
    assert_eq!(error.name(), Some(STORE));
    let ed25519 = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem();
    refused(&[&issued.certificate, &top, &ed25519], "key_kind");
}

/// Made with OpenSSL, for what the tests' own authority cannot make. At the time of their making.
#[test]
fn keys_and_signatures_of_other_kinds() {
    let made = "2026-12-01T00:00:00Z".parse().unwrap();
    let file = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/certs/test/");
        std::fs::read_to_string(format!("{folder}{name}.pem")).unwrap()
    };
    for name in ["rsa-pkcs1", "p384-sec1"] {
        let brought = Brought::judge(&file(name), made).unwrap();
        assert_eq!(brought.names()[0].as_str(), STORE, "{name}");
    }
    for (name, word) in [
        ("encrypted-pkcs1", "encrypted_key"),
        ("encrypted-pkcs8", "encrypted_key"),
        ("sha1", "weak"),
        ("rsa1024", "key_kind"),
        ("p521", "key_kind"),
    ] {
        let error = Brought::judge(&file(name), made).unwrap_err();
        assert_eq!(error.word(), word, "{name}: {error}");
    }
}

#[test]
fn what_browsers_and_phones_would_refuse_is_refused() {
    let root = Authority::root("Test Root");
    let with = |names: &[&str], change: &dyn Fn(&mut CertificateParams), word: &str| {
        let issued = root.issue_with(names, change);
        refused(&[&issued.certificate, &root.pem(), &issued.key], word)
    };
    with(&[], &|_| {}, "no_dns_name");
    let address = |params: &mut CertificateParams| {
        params.subject_alt_names = vec![SanType::IpAddress([192, 168, 1, 20].into())];
    };
    with(&[], &address, "no_dns_name");
    for own in ["backstock-r7k2q.local", "*.green.local", "box.localhost"] {
        let error = with(&[STORE, own], &|_| {}, "box_name");
        assert_eq!(error.name(), Some(own));
    }
    with(&[STORE], &|params| params.extended_key_usages.clear(), "not_for_servers");
    let client = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    };
    with(&[STORE], &client, "not_for_servers");
    with(&[STORE], &|params| params.not_after = in_days(900), "too_long");
    let authority = |params: &mut CertificateParams| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    };
    with(&[STORE], &authority, "authority");
}

#[test]
fn a_certificate_signed_by_itself_is_refused() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![STORE.to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap().pem();
    refused(&[&certificate, &key.serialize_pem()], "self_signed");
}

#[test]
fn dates_are_judged_by_the_clock_and_by_the_first_of_the_chain_to_end() {
    let root = Authority::root("Test Root");
    let issued = root.issue();
    let text = [issued.certificate, root.pem(), issued.key].join("\n");
    let at = |days: i64| now().plus_s(days * 86_400).utc();
    assert_eq!(Brought::judge(&text, at(-2)).unwrap_err().word(), "not_yet");
    assert_eq!(Brought::judge(&text, at(61)).unwrap_err().word(), "ended");
    assert_eq!(Brought::judge(&text, at(38)).unwrap().standing(at(38)), Standing::Good);
    assert_eq!(Brought::judge(&text, at(40)).unwrap().standing(at(40)), Standing::Ending);
    let middle = root.under_with("Test R3", |params| params.not_after = in_days(10));
    let issued = middle.issue();
    let text = [issued.certificate, middle.pem(), issued.key].join("\n");
    assert_eq!(Brought::judge(&text, at(0)).unwrap().standing(at(0)), Standing::Ending);
    let error = Brought::judge(&text, at(11)).unwrap_err();
    assert_eq!((error.word(), error.name()), ("ended", Some("Test R3")));
}

#[test]
fn what_is_no_pem_is_told_so() {
    let root = Authority::root("Test Root");
    let issued = root.issue();
    refused(&[""], "no_certificate");
    refused(&["\u{30}\u{82}\u{fffd}\0"], "no_certificate");
    refused(&[&issued.key], "no_certificate");
    let cut: String = issued.certificate.chars().take(200).collect();
    refused(&[&cut], "unreadable");
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    refused(&[damaged, &issued.key], "unreadable");
    refused(&[&"x".repeat(64 << 10), &issued.certificate], "too_large");
    let many: Vec<String> = (0..11).map(|n| Authority::root(&format!("R{n}")).pem()).collect();
    refused(&[&many.join(""), &issued.key], "too_many");
    // Nothing of the key is in a sentence about it.
    let (head, tail) = issued.key.split_at(60);
    let error = refused(&[&issued.certificate, head, "!!", tail], "unreadable");
    assert!(!error.to_string().contains(&issued.key[30..50]), "{error}");
}
