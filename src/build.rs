//! Two facts the program is built with: when, and the web app's files (an empty folder is fine).

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    println!("cargo:rerun-if-changed=src/build.rs");
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let dist = Path::new("web/dist");
    if let Err(error) = std::fs::create_dir_all(dist) {
        panic!("web/dist cannot be made: {error}");
    }
    println!("cargo:rerun-if-changed=web/dist");
    println!("cargo:rustc-env=BACKSTOCK_BUILT={}", built());
}

/// Seconds since 1970; a reproducible build states its own.
#[expect(clippy::disallowed_methods, reason = "the box's clock does not run while it is built")]
fn built() -> u64 {
    let stated = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    stated.unwrap_or_else(now)
}
