//! Taking a PEM text apart: certificates in whatever order, and one private key in any of its usual
//! forms. What else is in it (parameters, the text that tools print above) is passed over.

use rustls::pki_types::pem::{Error, PemObject, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{BroughtError, MOST_CERTIFICATES, TEXT_LIMIT};

pub struct Parts {
    /// Each once.
    pub certificates: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

pub fn take_apart(text: &str) -> Result<Parts, BroughtError> {
    if text.len() > TEXT_LIMIT {
        return Err(BroughtError::TooLarge);
    }
    // PKCS#8, and the form before it.
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(BroughtError::EncryptedKey);
    }
    let (mut certificates, mut keys) = (Vec::new(), Vec::new());
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(text.as_bytes()) {
        let (kind, bytes) = section.map_err(|error| unreadable(&error))?;
        if kind == SectionKind::Certificate {
            let certificate = CertificateDer::from(bytes);
            if !certificates.contains(&certificate) {
                certificates.push(certificate);
            }
        } else if let Some(key) = PrivateKeyDer::from_pem(kind, bytes)
            && !keys.contains(&key)
        {
            keys.push(key);
        }
    }
    if certificates.is_empty() {
        return Err(BroughtError::NoCertificate);
    }
    if certificates.len() > MOST_CERTIFICATES {
        return Err(BroughtError::TooMany);
    }
    if keys.len() > 1 {
        return Err(BroughtError::SeveralKeys);
    }
    let key = keys.pop().ok_or(BroughtError::NoKey)?;
    Ok(Parts { certificates, key })
}

/// Told without the line it is about: that may be of the key.
fn unreadable(error: &Error) -> BroughtError {
    let why = match error {
        Error::MissingSectionEnd { .. } => "its end is missing",
        Error::IllegalSectionStart { .. } => "a BEGIN line is not whole",
        _ => "a letter in it is wrong",
    };
    BroughtError::Unreadable { why: why.into() }
}
