//! What a phone loads first: the scripts that the app's page names, and what those import before they
//! run, as the box sends them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use super::report::Report;

const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/web/dist");
const NAME: &str = "first load: JavaScript, Brotli";

pub fn measure(report: &mut Report) -> Result<()> {
    let dist = Path::new(DIST);
    let Ok(page) = std::fs::read_to_string(dist.join("index.html")) else {
        report.skipped(NAME, "web/dist is not built; run `make`");
        return Ok(());
    };
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = quoted(&page, ".js").map(|name| name.replace("./", "/")).collect();
    while let Some(name) = open.pop() {
        if !found.insert(name.clone()) {
            continue;
        }
        let text = std::fs::read_to_string(dist.join(name.trim_start_matches('/')))
            .with_context(|| format!("{name}, which the page names"))?;
        open.extend(static_imports(&text).map(|file| format!("/assets/{file}")));
    }
    let mut bytes = 0;
    for name in &found {
        bytes += compressed(&dist.join(name.trim_start_matches('/')))?;
    }
    report.at_most(NAME, bytes as f64 / 1000.0, 70.0, "KB");
    Ok(())
}

/// Quoted words of the page that end in `ending`: scripts and module preloads.
fn quoted<'p>(page: &'p str, ending: &'p str) -> impl Iterator<Item = &'p str> {
    page.split('"').filter(move |word| word.ends_with(ending))
}

/// Files named by `import ... from "./x.js"` and `import "./x.js"`; `import("./x.js")` comes later.
fn static_imports(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("./").filter_map(|(at, _)| {
        let before = text[..at].trim_end_matches(['"', '\'', '`']);
        let (name, _) = text[at + 2..].split_once(['"', '\'', '`'])?;
        let loads = before.ends_with("from") || before.ends_with("import");
        (loads && name.ends_with(".js")).then_some(name)
    })
}

fn compressed(file: &Path) -> Result<u64> {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    if let Ok(made) = std::fs::metadata(&name) {
        return Ok(made.len());
    }
    let script = "const fs=require('fs');const f=fs.readFileSync(process.argv[1]);\
                  console.log(require('zlib').brotliCompressSync(f).length)";
    let told = std::process::Command::new("node").args(["-e", script]).arg(file).output();
    let told = told.context("node, for Brotli")?.stdout;
    Ok(String::from_utf8(told)?.trim().parse()?)
}
