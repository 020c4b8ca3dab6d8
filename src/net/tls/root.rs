//! The box's root: made once at first start, the same for ten years. Every phone in the store
//! trusts it, so it is never replaced, and never repaired by guessing.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, GeneralSubtree, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{Clock, Fingerprint, TlsError, certificate_time, files, serial_number};
use crate::net::permitted;

/// The root's own folder inside the box's certificate folder. A backup takes it whole.
pub const FOLDER: &str = "root";
pub const KEY_FILE: &str = "root.key";
pub const CERTIFICATE_FILE: &str = "root.crt";

const LIFE_DAYS: i64 = 3652;

/// A root and its key, ready to sign leaves.
pub struct Root {
    certificate: CertificateDer<'static>,
    pem: String,
    issuer: Issuer<'static, KeyPair>,
    ends: DateTime<Utc>,
}

impl Root {
    /// Loads the root from `<folder>/root/`, or makes it there when there is none at all. `box_id`
    /// is what people read (`R7K2Q`) and matters only when it is made.
    pub fn load_or_create(folder: &Path, box_id: &str, clock: Clock) -> Result<Self, TlsError> {
        match Self::load(folder)? {
            Some(root) => Ok(root),
            None => Self::create(folder, box_id, clock),
        }
    }

    /// Loads the root from `<folder>/root/`; `None` when the box has none yet. Half a root is an
    /// error.
    pub fn load(folder: &Path) -> Result<Option<Self>, TlsError> {
        let (key, certificate) = paths(folder);
        let exists = |path: &Path| path.try_exists().map_err(files::at("read", path));
        match (exists(&key)?, exists(&certificate)?) {
            (false, false) => Ok(None),
            (true, false) => Err(TlsError::RootIncomplete { missing: certificate, present: key }),
            (false, true) => Err(TlsError::RootIncomplete { missing: key, present: certificate }),
            (true, true) => {
                files::close_to_others(&key)?;
                let read = |path: &Path| fs::read_to_string(path).map_err(files::at("read", path));
                Self::from_pem(&read(&key)?, &key, &read(&certificate)?, &certificate).map(Some)
            }
        }
    }

    /// The certificate in DER, as phones install it.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate)
    }

    /// After this no leaf can be issued and every device must be enrolled under a new root.
    pub fn ends(&self) -> DateTime<Utc> {
        self.ends
    }

    pub(super) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }

    /// Key and certificate reach the disk in a folder of another name, which is then renamed: after
    /// a power cut there is a whole root or none.
    fn create(folder: &Path, box_id: &str, clock: Clock) -> Result<Self, TlsError> {
        let now = clock.checked()?;
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let pem = params(box_id, now)?.self_signed(&key)?.pem();

        files::make_folder(folder)?;
        let unfinished = folder.join("root.new");
        files::remove_leftover(&unfinished)?;
        files::make_folder(&unfinished)?;
        files::write_new(&unfinished.join(KEY_FILE), 0o600, key.serialize_pem().as_bytes())?;
        files::write_new(&unfinished.join(CERTIFICATE_FILE), 0o644, pem.as_bytes())?;
        files::sync_folder(&unfinished)?;
        // Renaming over a folder that holds anything fails, so a root that exists is safe here too.
        files::rename(&unfinished, &folder.join(FOLDER))?;

        let (key_path, path) = paths(folder);
        Self::from_pem(&key.serialize_pem(), &key_path, &pem, &path)
    }

    fn from_pem(key_pem: &str, key_path: &Path, pem: &str, path: &Path) -> Result<Self, TlsError> {
        let damaged = |path: &Path, why: &dyn ToString| TlsError::RootDamaged {
            path: path.to_owned(),
            why: why.to_string(),
        };
        let key = KeyPair::from_pem(key_pem).map_err(|why| damaged(key_path, &why))?;
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|why| damaged(path, &format!("{why:?}")))?;
        let (rest, parsed) = X509Certificate::from_der(&der).map_err(|why| damaged(path, &why))?;
        if !rest.is_empty() || !parsed.is_ca() {
            return Err(damaged(path, &"it is not a root certificate"));
        }
        if parsed.public_key().subject_public_key.data.as_ref() != key.public_key_raw() {
            return Err(damaged(key_path, &"it is not the key of the root certificate beside it"));
        }
        let ends = parsed.validity().not_after.timestamp();
        let ends = DateTime::from_timestamp(ends, 0)
            .ok_or_else(|| damaged(path, &"its end is not a date"))?;
        let issuer = Issuer::from_ca_cert_der(&der, key).map_err(|why| damaged(path, &why))?;
        Ok(Self { certificate: der, pem: pem.to_owned(), issuer, ends })
    }
}

fn paths(folder: &Path) -> (PathBuf, PathBuf) {
    let folder = folder.join(FOLDER);
    (folder.join(KEY_FILE), folder.join(CERTIFICATE_FILE))
}

/// RFC 5280, 4.2.1. A certificate authority that can sign leaves only, and those only for the names
/// of `permitted`; listing both name forms matters, for a form without an entry would be
/// unconstrained.
fn params(box_id: &str, now: DateTime<Utc>) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("Backstock {box_id} Root"));
    params.serial_number = Some(serial_number()?);
    // A phone's clock may be behind the box's.
    params.not_before = certificate_time(now - Duration::days(1));
    params.not_after = certificate_time(now + Duration::days(LIFE_DAYS));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let names = permitted::SUFFIXES.iter().map(|name| GeneralSubtree::DnsName((*name).to_owned()));
    let networks = permitted::NETWORKS.iter().map(|(address, prefix)| {
        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(*address, *prefix))
    });
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: names.chain(networks).collect(),
        excluded_subtrees: Vec::new(),
    });
    Ok(params)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;
    use x509_parser::prelude::{GeneralName, ParsedExtension};

    use super::*;

    fn clock(now: &str) -> Clock {
        Clock { now: now.parse().unwrap(), earliest: "2026-11-01T00:00:00Z".parse().unwrap() }
    }

    fn create() -> (TempDir, Root) {
        let folder = TempDir::new().unwrap();
        let root = Root::load_or_create(folder.path(), "R7K2Q", clock("2026-11-23T12:00:00Z"));
        (folder, root.unwrap())
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn is_a_ten_year_authority_for_leaves_only() {
        let (_folder, root) = create();
        let (_, parsed) = X509Certificate::from_der(root.der()).unwrap();
        assert_eq!(parsed.subject().to_string(), "CN=Backstock R7K2Q Root");
        assert_eq!(parsed.issuer(), parsed.subject());
        let basic = parsed.basic_constraints().unwrap().unwrap();
        assert!(basic.critical && basic.value.ca);
        assert_eq!(basic.value.path_len_constraint, Some(0));
        let usage = parsed.key_usage().unwrap().unwrap();
        assert!(usage.critical && usage.value.key_cert_sign() && usage.value.crl_sign());
        assert_eq!(usage.value.flags.count_ones(), 2);
        assert!(parsed.extensions().iter().any(|extension| matches!(
            extension.parsed_extension(),
            ParsedExtension::SubjectKeyIdentifier(id) if id.0.len() == 20
        )));
        assert_eq!(parsed.validity().not_before.to_string(), "Nov 22 12:00:00 2026 +00:00");
        assert_eq!(root.ends().to_rfc3339(), "2036-11-22T12:00:00+00:00");
        assert_eq!(
            parsed
                .public_key()
                .algorithm
                .parameters
                .as_ref()
                .unwrap()
                .as_oid()
                .unwrap()
                .to_string(),
            "1.2.840.10045.3.1.7" // P-256
        );
    }

    #[test]
    fn constrains_both_name_forms_critically() {
        let (_folder, root) = create();
        let (_, parsed) = X509Certificate::from_der(root.der()).unwrap();
        let constraints = parsed.name_constraints().unwrap().unwrap();
        assert!(constraints.critical);
        assert!(constraints.value.excluded_subtrees.is_none());
        let permitted: Vec<String> = constraints
            .value
            .permitted_subtrees
            .as_ref()
            .unwrap()
            .iter()
            .map(|subtree| match subtree.base {
                GeneralName::DNSName(name) => name.to_owned(),
                GeneralName::IPAddress(bytes) => {
                    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                    hex.concat()
                }
                ref other => panic!("unexpected {other}"),
            })
            .collect();
        assert_eq!(
            permitted,
            [
                "local",
                "home.arpa",
                "internal",
                "localhost",
                "7f000000ff000000",
                "0a000000ff000000",
                "ac100000fff00000",
                "c0a80000ffff0000",
                "a9fe0000ffff0000",
                &format!("{}01{}", "00".repeat(15), "ff".repeat(16)),
                &format!("fc{}fe{}", "00".repeat(15), "00".repeat(15)),
                &format!("fe80{}ffc0{}", "00".repeat(14), "00".repeat(14)),
            ]
        );
    }

    #[test]
    fn a_restart_keeps_the_same_root_even_with_a_wrong_clock() {
        let (folder, root) = create();
        let again = Root::load_or_create(folder.path(), "OTHER", clock("1970-01-01T00:00:00Z"));
        assert_eq!(again.unwrap().fingerprint(), root.fingerprint());
    }

    #[test]
    fn two_boxes_never_share_a_root() {
        assert_ne!(create().1.fingerprint(), create().1.fingerprint());
    }

    #[test]
    fn the_key_is_closed_to_others_and_closed_again_after_a_restore() {
        let (folder, _root) = create();
        let (key, _) = paths(folder.path());
        assert_eq!(mode(&key), 0o600);
        assert_eq!(mode(key.parent().unwrap()), 0o700);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        Root::load(folder.path()).unwrap().unwrap();
        assert_eq!(mode(&key), 0o600);
    }

    #[test]
    fn half_a_root_is_refused_and_left_alone() {
        for lost in [KEY_FILE, CERTIFICATE_FILE] {
            let (folder, _root) = create();
            let lost = folder.path().join(FOLDER).join(lost);
            fs::remove_file(&lost).unwrap();
            let refused =
                Root::load_or_create(folder.path(), "R7K2Q", clock("2026-11-23T12:00:00Z"));
            let refused = refused.err().unwrap();
            assert!(
                matches!(&refused, TlsError::RootIncomplete { missing, .. } if *missing == lost),
                "{refused}"
            );
            assert!(!lost.exists());
        }
    }

    #[test]
    fn a_damaged_or_foreign_file_is_refused() {
        let (folder, _root) = create();
        let (key, certificate) = paths(folder.path());
        let (other, _) = create();
        fs::copy(paths(other.path()).0, &key).unwrap();
        let refused = Root::load(folder.path()).err().unwrap();
        assert!(refused.to_string().contains("not the key of the root"), "{refused}");
        fs::write(&certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
            .unwrap();
        let refused = Root::load(folder.path()).err().unwrap();
        assert!(
            matches!(&refused, TlsError::RootDamaged { path, .. } if *path == certificate),
            "{refused}"
        );
    }

    #[test]
    fn what_a_power_cut_left_does_not_stand_in_the_way() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("root.new")).unwrap();
        fs::write(folder.path().join("root.new").join(KEY_FILE), "half").unwrap();
        Root::load_or_create(folder.path(), "R7K2Q", clock("2026-11-23T12:00:00Z")).unwrap();
        assert!(!folder.path().join("root.new").exists());
    }

    #[test]
    fn none_is_made_before_the_build_time() {
        let folder = TempDir::new().unwrap();
        let refused = Root::load_or_create(folder.path(), "R7K2Q", clock("2026-10-31T23:59:59Z"));
        assert!(matches!(refused, Err(TlsError::ClockBehind { .. })));
        assert!(!folder.path().join(FOLDER).exists());
    }
}
