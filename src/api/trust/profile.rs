//! The configuration profile for iPhone and iPad: the root certificate and, where asked for, an icon on
//! the home screen. Filled from the templates in `certs/`; the same box gives the same profile, so
//! installing it again replaces it. Not signed: nobody outside the store vouches for a box.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::Trust;
use super::template::{escape, fill};
use super::words::Language;

const PROFILE: &str = include_str!("../../../certs/trust.mobileconfig");
const WEB_CLIP: &str = include_str!("../../../certs/web-clip.plist");
const ICON: &[u8] = include_bytes!("../../../web/public/icon-180.png");

/// What a profile puts on the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Root,
    RootAndIcon,
}

/// The profile as an XML property list, described in `language`.
pub(super) fn profile(trust: &Trust, language: Language, content: Content) -> String {
    let (id, store) = (escape(&trust.id), escape(&trust.store));
    // The box's own name, which no other box has. With the icon or without, it is one and the same
    // profile to a device: the one installed last counts.
    let identifier = format!("local.{}", escape(trust.host.trim_end_matches(".local")));
    let (web_clip, purpose) = match content {
        Content::Root => ("", "profile"),
        Content::RootAndIcon => (WEB_CLIP.trim_end(), "profile with icon"),
    };
    let about = fill(language.words().profile_about, &[("id", &id), ("store", &store)]);
    let uuid = |purpose| stable(&trust.certificate, purpose);
    let template = PROFILE.replace("{web_clip}", web_clip);
    fill(
        &template,
        &[
            ("identifier", &identifier),
            ("profile_uuid", &uuid(purpose)),
            ("root_uuid", &uuid("root")),
            ("app_uuid", &uuid("app")),
            ("profile", &profile_name(trust)),
            ("about", &about),
            ("store", &store),
            ("certificate", &trust.certificate_name()),
            ("file", &trust.file_name("cer")),
            ("der", &data(&trust.certificate)),
            ("app_url", &escape(&trust.app_url)),
            ("icon", &data(ICON)),
        ],
    )
}

/// As the device lists it, escaped.
pub(super) fn profile_name(trust: &Trust) -> String {
    escape(&format!("Backstock {} · {}", trust.id, trust.store))
}

/// An id that follows from the certificate (RFC 9562, version 8): another root has another, the same
/// root always this one.
fn stable(certificate: &[u8], purpose: &str) -> String {
    let hash = Sha256::new().chain_update(Sha256::digest(certificate)).chain_update(purpose);
    let hash: [u8; 32] = hash.finalize().into();
    let (first, _) = hash.split_first_chunk().expect("16 of 32 bytes");
    Builder::from_custom_bytes(*first).into_uuid().to_string().to_ascii_uppercase()
}

/// Base64 in lines, as property lists have it.
fn data(bytes: &[u8]) -> String {
    let letters = STANDARD.encode(bytes);
    let lines: Vec<&str> =
        (0..letters.len()).step_by(64).map(|at| &letters[at..letters.len().min(at + 64)]).collect();
    lines.join("\n")
}
