//! What the console shows when the box is up: name, address, QR.

use std::fmt::Write;

use super::Running;
use crate::net::{addresses, qr, url};
use crate::workflow::secret::Secret;

/// The lines for a person at the console.
pub fn text(running: &Running) -> String {
    let site = &running.state().site;
    let mut text = format!("\n  Backstock {}\n\n", env!("CARGO_PKG_VERSION"));
    let mut line = |name: &str, what: &str| {
        let _ = writeln!(text, "  {name:<12} {what}");
    };
    line("app", &site.origin);
    line("trust page", &url::plain(&site.host, running.http.port()));
    for address in addresses::current(site.loopback).unwrap_or_default() {
        line("", &url::plain(&url::host(address), running.http.port()));
    }
    line("fingerprint", &rows(&site.fingerprint));
    if let Some(code) = &running.claim_code {
        line("claim code", &format!("{}  (works for 60 minutes)", code.dashed()));
    }
    if let Ok(code) = qr::terminal(&format!("{}/", site.origin)) {
        let _ = write!(text, "\n{code}");
    }
    text
}

/// Four rows of four groups, as the trust page shows it.
fn rows(fingerprint: &str) -> String {
    let upper = fingerprint.to_ascii_uppercase();
    let groups: Vec<&str> =
        (0..upper.len()).step_by(4).filter_map(|i| upper.get(i..i + 4)).collect();
    let rows: Vec<String> = groups.chunks(4).map(|row| row.join(" ")).collect();
    rows.join("\n               ")
}

/// The same for a script: one JSON object on one line.
pub fn json(running: &Running) -> String {
    let site = &running.state().site;
    serde_json::json!({
        "origin": site.origin, "host": site.host, "box_id": site.box_id,
        "https": running.https, "http": running.http, "fingerprint": site.fingerprint,
        "claim_code": running.claim_code.as_ref().map(Secret::dashed),
    })
    .to_string()
}
