//! The trust page as HTML: one document for one kind of device, without scripts or anything from
//! elsewhere. Links lead to the same page for another device or in the other language.

use std::fmt::Write;

use super::Trust;
use super::device::{Hint, Platform};
use super::steps;
use super::template::{escape, fill};
use super::words::{Language, Words};

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

/// What is shown to whom.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub trust: &'a Trust,
    pub language: Language,
    /// The device whose steps are shown.
    pub platform: Platform,
    /// The most likely device: first in the row of choices.
    pub guess: Platform,
    pub agent: &'a str,
}

impl View<'_> {
    pub fn words(&self) -> &'static Words {
        self.language.words()
    }
}

/// The page.
pub(super) fn home(view: &View<'_>) -> String {
    let words = view.words();
    let store = escape(&view.trust.store);
    let (other, other_name) = view.language.other();
    let body = format!(
        r#"<header><p class="brand">{MARK}<span>Backstock</span></p>
<a class="language" href="{switch}" hreflang="{other}" lang="{other}">{other_name}</a>
</header>
<main>
<div class="intro"><h1>{store}</h1><p class="lead">{lead}</p></div>
{devices}{hint}
{steps}<section class="aside"><h2>{limits_title}</h2><p>{limits_text}</p></section>
</main>
<footer><p>{box_word} {id}</p></footer>"#,
        switch = link(view.platform, other),
        lead = words.lead,
        devices = devices(view),
        hint = hint(view),
        steps = steps::all(view),
        limits_title = words.limits_title,
        limits_text = words.limits_text,
        box_word = words.box_word,
        id = escape(&view.trust.id),
    );
    document(view.language, &format!("{} · {store}", words.title), &body)
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

fn link(platform: Platform, language: &str) -> String {
    format!("/?for={}&amp;lang={language}", platform.word())
}

/// The choice of device, the likeliest first.
fn devices(view: &View<'_>) -> String {
    let words = view.words();
    let mut row = format!(r#"<nav class="devices" aria-label="{}">"#, words.devices);
    for platform in view.guess.first() {
        let current = if platform == view.platform { r#" aria-current="page""# } else { "" };
        let to = link(platform, view.language.tag());
        let _ = write!(row, r#"<a href="{to}"{current}>{}</a>"#, words.guide(platform).name);
    }
    row + "</nav>\n"
}

/// What stands in the way of this browser, before anything else.
fn hint(view: &View<'_>) -> String {
    let words = view.words();
    let (text, copied) = match Hint::of(view.platform, view.agent) {
        None => return String::new(),
        Some(Hint::OpenInSafari) => (words.open_in_safari.to_owned(), true),
        Some(Hint::OpenInChrome) => (words.open_in_chrome.to_owned(), true),
        Some(Hint::MaybeIpad) => {
            let to = link(Platform::Ios, view.language.tag());
            let ipad = format!(r#"<a href="{to}">{}</a>"#, words.guide(Platform::Ios).name);
            (fill(words.maybe_ipad, &[("ipad", &ipad)]), false)
        }
    };
    let address = if copied {
        // By number, where the box has one: that works where the name does not.
        let address = view.trust.by_number.first().unwrap_or(&view.trust.by_name);
        format!(r#"<p class="copy">{}</p>"#, escape(address))
    } else {
        String::new()
    };
    format!(r#"<div class="stop" role="note"><p>{text}</p>{address}</div>"#)
}
