//! The numbered steps of the trust page for one kind of device: download, compare, install, check.

use std::fmt::Write;

use super::device::{Make, Platform};
use super::page::View;
use super::template::{escape, fill};
use super::words::Makes;
use super::{pictures, profile};
use crate::net::tls::Fingerprint;

/// Where the app says whether the device that opens it trusts the box.
const CHECK: &str = "check";

/// Every step as a section, in the order in which this device can do them.
pub(super) fn all(view: &View<'_>) -> String {
    let words = view.words();
    let compare = (words.compare_title, compare(view));
    let install = (words.install_title, install(view));
    let (second, third) = match view.platform {
        // Android shows the fingerprint only of what is installed.
        Platform::Android => (install, compare),
        _ => (compare, install),
    };
    let steps = [(words.get_title, get(view)), second, third, (words.check_title, check(view))];
    let mut sections = String::new();
    for (n, (title, body)) in (1..).zip(steps) {
        let _ = writeln!(
            sections,
            r#"<section><h2><span class="step">{n}</span>{title}</h2>
{body}</section>"#
        );
    }
    sections
}

/// What a device gets, and how its name ends. An iPhone is never offered the bare certificate: Safari
/// files that away as a web page.
fn download(platform: Platform) -> (&'static str, &'static str) {
    match platform {
        Platform::Ios => ("/ca.mobileconfig", "mobileconfig"),
        Platform::Android | Platform::Linux => ("/ca.crt", "crt"),
        Platform::Windows | Platform::Macos => ("/ca.cer", "cer"),
    }
}

fn get(view: &View<'_>) -> String {
    let (words, guide) = (view.words(), view.words().guide(view.platform));
    let (path, _) = download(view.platform);
    let lang = view.language.tag();
    let others = match view.platform {
        Platform::Ios => String::new(),
        _ => format!(
            r#"{} <a href="/ca.crt">.crt</a> <a href="/ca.cer">.cer</a>
<a href="/ca.pem">.pem</a> <a href="/ca.mobileconfig?lang={lang}">.mobileconfig</a>"#,
            words.get_other
        ),
    };
    format!(
        r#"<p>{}</p>
<a class="button" href="{path}?lang={lang}">{}</a>
{}{}"#,
        guide.get_text,
        guide.get_button,
        paragraph("small", guide.get_more),
        paragraph("small links", &others),
    )
}

fn compare(view: &View<'_>) -> String {
    let words = view.words();
    let mut rows = String::new();
    for row in Fingerprint::of(&view.trust.certificate).rows() {
        rows.push_str("<p>");
        for group in row.split(' ') {
            let _ = write!(rows, "<code>{group}</code> ");
        }
        rows.push_str("</p>");
    }
    format!(
        r#"<p>{}</p>
<p>{}</p>
<div class="print" role="group" aria-label="{}">{rows}</div>
<p class="small">{}</p>
<p class="stop">{}</p>
"#,
        named(view, words.guide(view.platform).compare),
        words.compare_with,
        words.print_label,
        words.compare_least,
        words.compare_stop,
    )
}

fn install(view: &View<'_>) -> String {
    let guide = view.words().guide(view.platform);
    let mut steps = String::from("<ol>");
    for step in guide.steps {
        let _ = write!(steps, "<li>{}</li>", named(view, step));
    }
    steps.push_str("</ol>\n");
    steps + &paragraph("small", &named(view, guide.note)) + &paragraph("stop", guide.warning)
}

fn check(view: &View<'_>) -> String {
    let (words, trust) = (view.words(), view.trust);
    let url = format!("{}{CHECK}", escape(&trust.app_url));
    let no_name = fill(words.no_name, &[("host", &escape(&trust.host))]);
    let numbers: Vec<String> =
        trust.by_number.iter().map(|one| format!("<b>{}</b>", escape(one))).collect();
    let no_name_number = if numbers.is_empty() {
        String::new()
    } else {
        fill(words.no_name_number, &[("numbers", &numbers.join(", "))])
    };
    format!(
        r#"<p>{}</p>
<a class="button" href="{url}">{}</a>
<p class="address">{url}</p>
<p>{}</p>
<p class="small">{no_name}</p>
{}"#,
        words.check_text,
        words.check_button,
        words.check_warning,
        paragraph("small", &no_name_number),
    )
}

/// Fills in this box's own names, and the pictures.
fn named(view: &View<'_>, text: &str) -> String {
    let (trust, words) = (view.trust, view.words());
    let (certificate, profile) = (trust.certificate_name(), profile::profile_name(trust));
    fill(
        text,
        &[
            ("file", &trust.file_name(download(view.platform).1)),
            ("certificate", &certificate),
            ("profile", &profile),
            ("paths", &paths(&words.makes, Make::guess(view.agent))),
            ("picture_install", &pictures::install(words, &trust.id)),
            ("picture_trust", &pictures::trust(words, &certificate)),
            ("picture_choice", &pictures::choice(words)),
        ],
    )
}

/// The way through the settings: of the make that asks where it is known, the others folded.
fn paths(makes: &Makes, guess: Option<Make>) -> String {
    let (name, path) = guess.map_or((makes.most, makes.most_path), |make| makes.path(make));
    let mut list = format!(
        r#"<p class="path"><b>{name}</b> {path}</p>
<details><summary>{}</summary><dl>"#,
        makes.other
    );
    for make in Make::ALL.into_iter().filter(|make| Some(*make) != guess) {
        let (name, path) = makes.path(make);
        let _ = write!(list, "<dt>{name}</dt><dd>{path}</dd>");
    }
    list + "</dl></details>"
}

/// A paragraph, or nothing where there is nothing to say.
fn paragraph(class: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<p class=\"{class}\">{text}</p>\n") }
}
