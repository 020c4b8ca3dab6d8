//! The trust page as HTML: one document without scripts, pictures or anything from elsewhere.

use std::fmt::Write;

use super::Trust;
use super::words::{Language, Platform, Words};

pub(super) const STYLE: &str = include_str!("page.css");

const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
    viewBox='0 0 512 512'%3E%3Crect width='512' height='512' rx='112' fill='%230b5b48'/%3E%3Cpath \
    d='M112 176h288v208a24 24 0 0 1-24 24H136a24 24 0 0 1-24-24z' fill='%23f4f7f1'/%3E%3Cpath \
    d='M96 112h320a16 16 0 0 1 16 16v56a16 16 0 0 1-16 16H96a16 16 0 0 1-16-16v-56a16 16 0 0 1 \
    16-16z' fill='%2353cfa8'/%3E%3C/svg%3E";

const MARK: &str = concat!(
    r#"<svg class="mark" viewBox="0 0 512 512" aria-hidden="true"><rect width="512" height="512" "#,
    r##"rx="112" fill="#0b5b48"/><path d="M112 176h288v208a24 24 0 0 1-24 24H136a24 24 0 0 "##,
    r##"1-24-24z" fill="#f4f7f1"/><path d="M96 112h320a16 16 0 0 1 16 16v56a16 16 0 0 1-16 "##,
    r##"16H96a16 16 0 0 1-16-16v-56a16 16 0 0 1 16-16z" fill="#53cfa8"/><path d="M168 "##,
    r##"248h16v104h-16zM196 248h28v104h-28zM240 248h12v104h-12zM268 248h28v104h-28zM308 "##,
    r##"248h12v104h-12zM332 248h16v104h-16z" fill="#0b5b48"/></svg>"##
);

/// The page. `digest` is the SHA-256 of the certificate; the first of `platforms` is unfolded.
pub(super) fn home(
    trust: &Trust,
    digest: &[u8; 32],
    language: Language,
    platforms: [Platform; 5],
) -> String {
    let words = language.words();
    let (other, other_name) = language.other();
    let store = escape(&trust.store);
    let url = escape(&trust.app_url);
    let body = format!(
        r#"<header><p class="brand">{MARK}<span>Backstock</span></p>
<a class="language" href="/?lang={other}" hreflang="{other}" lang="{other}">{other_name}</a>
</header>
<main>
<div class="intro"><h1>{store}</h1><p class="lead">{lead}</p></div>
<section><h2><span class="step">1</span>{get_title}</h2><p>{get_text}</p>
<a class="button" href="/ca.crt">{get_button}</a>
<p class="small">{get_other} <a href="/ca.pem">PEM</a></p></section>
<section><h2><span class="step">2</span>{check_title}</h2><p>{check_text}</p>
<div class="print" role="group" aria-label="{print_label}">{print}</div>
<p class="stop">{check_stop}</p></section>
<section><h2><span class="step">3</span>{install_title}</h2><p>{install_text}</p>
<div>{guides}</div></section>
<section><h2><span class="step">4</span>{open_title}</h2><p>{open_text}</p>
<a class="button" href="{url}">{open_button}</a>
<p class="address">{url}</p></section>
<section class="aside"><h2>{limits_title}</h2><p>{limits_text}</p></section>
</main>
<footer><p>{box_word} {id}</p></footer>"#,
        lead = words.lead,
        get_title = words.get_title,
        get_text = words.get_text,
        get_button = words.get_button,
        get_other = words.get_other,
        check_title = words.check_title,
        check_text = words.check_text,
        print_label = words.print_label,
        print = fingerprint(digest),
        check_stop = words.check_stop,
        install_title = words.install_title,
        install_text = words.install_text,
        guides = guides(words, &trust.id, platforms),
        open_title = words.open_title,
        open_text = words.open_text,
        open_button = words.open_button,
        limits_title = words.limits_title,
        limits_text = words.limits_text,
        box_word = words.box_word,
        id = escape(&trust.id),
    );
    document(language, &format!("{} · {store}", words.title), &body)
}

pub(super) fn not_found(language: Language) -> String {
    let words = language.words();
    let body = format!(
        r#"<header><p class="brand">{MARK}<span>Backstock</span></p></header>
<main><section><h1>{}</h1><p>{}</p><a class="button" href="/">{}</a></section></main>"#,
        words.lost_title, words.lost_text, words.lost_button
    );
    document(language, words.lost_title, &body)
}

/// The name under which a device saves the certificate: `backstock-r7k2q.crt`.
pub(super) fn file_name(id: &str, extension: &str) -> String {
    let id: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("backstock-{}.{extension}", id.to_ascii_lowercase())
}

fn document(language: Language, title: &str, body: &str) -> String {
    let tag = language.tag();
    format!(
        r#"<!DOCTYPE html>
<html lang="{tag}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<link rel="icon" href="{ICON}"><style>{STYLE}</style></head>
<body>{body}</body></html>"#
    )
}

fn fingerprint(digest: &[u8; 32]) -> String {
    digest.chunks(2).fold(String::new(), |mut groups, pair| {
        let _ = write!(groups, "<code>{:02X}{:02X}</code> ", pair[0], pair[1]);
        groups
    })
}

fn guides(words: &Words, id: &str, platforms: [Platform; 5]) -> String {
    let mut guides = String::new();
    for (n, platform) in platforms.into_iter().enumerate() {
        let guide = words.guide(platform);
        let open = if n == 0 { " open" } else { "" };
        let _ = write!(guides, "<details{open}><summary>{}</summary><ol>", guide.name);
        for step in guide.steps {
            let _ = write!(guides, "<li>{step}</li>");
        }
        let _ = write!(guides, "</ol><p class=\"small\">{}</p></details>", guide.note);
    }
    guides
        .replace("{file}", &file_name(id, "crt"))
        .replace("{certificate}", &escape(&format!("Backstock {id} Root")))
}

/// Makes a text safe inside an element and inside a double-quoted attribute.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, letter| {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            plain => safe.push(plain),
        }
        safe
    })
}
