//! Authorities made for one test, and what they issue: the public side of a certificate that a store
//! brings.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

/// The name that most of them are for.
pub const STORE: &str = "store5.example.com";

pub struct Authority {
    name: String,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key, each as PEM.
#[derive(Clone)]
pub struct Issued {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn root(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::self_signed(authority(name), key).unwrap();
        Self { name: name.to_owned(), issuer }
    }

    pub fn under(&self, name: &str) -> Self {
        self.under_with(name, |_| {})
    }

    pub fn under_with(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = authority(name);
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::signed_by(params, key, &self.issuer).unwrap();
        Self { name: name.to_owned(), issuer }
    }

    /// This one's certificate by another, older authority that phones know too: ten more days.
    pub fn crossed_by(&self, other: &Self) -> String {
        let mut params = authority(&self.name);
        params.not_after = in_days(10);
        params.signed_by(self.issuer.key(), &other.issuer).unwrap().pem()
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// For `STORE`, from yesterday for 60 days.
    pub fn issue(&self) -> Issued {
        self.issue_with(&[STORE], |_| {})
    }

    pub fn issue_with(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Issued {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, STORE);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = (in_days(-1), in_days(60));
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        Issued { certificate, key: key.serialize_pem() }
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    (params.not_before, params.not_after) = (in_days(-1000), in_days(3000));
    params
}

/// So many days from now, in rcgen's time.
pub fn in_days(days: i64) -> OffsetDateTime {
    OffsetDateTime::now_utc() + Duration::days(days)
}
