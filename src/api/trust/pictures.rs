//! Drawings of the steps that people miss, as inline SVG. Our own, in the page's colours: the style
//! sheet paints them, so they follow light and dark. Never anything to load.

use super::template::escape;
use super::words::Words;

/// The profile on an iPhone: first its details, with the fingerprint, then Install.
pub(super) fn install(words: &Words, id: &str) -> String {
    let pictures = &words.pictures;
    let bar = format!(
        r#"<text class="act" x="20" y="36">{}</text>
<text class="strong" x="160" y="36" text-anchor="middle">{}</text>
<rect class="ring" x="236" y="16" width="76" height="32" rx="16"/>
<text class="act strong" x="274" y="36" text-anchor="middle">{}</text>{}"#,
        pictures.install_cancel,
        pictures.install_title,
        pictures.install_done,
        badge(274, 64, 2),
    );
    let card = format!(
        r#"<rect class="card" x="16" y="80" width="288" height="116" rx="12"/>
<rect class="quiet" x="32" y="94" width="36" height="36" rx="8"/><path class="tick" d="M42 112l6 6 11-12"/>
<text class="strong" x="80" y="109">Backstock {}</text><text class="warn" x="80" y="127">{}</text>
<path class="line" d="M32 142h256"/>
<rect class="ring" x="24" y="150" width="272" height="38" rx="10"/>
<text x="38" y="174">{}</text><path class="chevron" d="M272 163l6 6-6 6"/>{}"#,
        escape(id),
        pictures.install_unsigned,
        pictures.install_details,
        badge(244, 169, 1),
    );
    frame(pictures.install, 212, &(bar + &card))
}

/// Certificate Trust Settings on an iPhone, with the box's root turned on.
pub(super) fn trust(words: &Words, certificate: &str) -> String {
    let pictures = &words.pictures;
    let body = format!(
        r#"<path class="chevron back" d="M26 24l-7 8 7 8"/>
<text class="strong" x="166" y="37" text-anchor="middle">{}</text>
<text class="small" x="32" y="74">{}</text>
<rect class="card" x="16" y="84" width="288" height="56" rx="12"/>
<text x="32" y="117">{certificate}</text>
<rect class="on" x="240" y="98" width="48" height="28" rx="14"/><circle class="knob" cx="274" cy="112" r="12"/>
<rect class="ring" x="232" y="90" width="64" height="44" rx="22"/>"#,
        pictures.trust_title, pictures.trust_head,
    );
    frame(pictures.trust, 156, &body)
}

/// Android's three kinds of certificate: the first, and neither of the others.
pub(super) fn choice(words: &Words) -> String {
    let pictures = &words.pictures;
    let body = format!(
        r#"<path class="chevron back" d="M34 32h-14m6-6l-6 6 6 6"/>
<text class="strong big" x="48" y="38">{}</text>
<rect class="ring" x="16" y="60" width="288" height="42" rx="12"/>
<text class="strong" x="60" y="86">{}</text><path class="yes" d="M28 81l7 7 13-14"/>
<text class="off" x="60" y="130">{}</text><path class="no" d="M31 119l13 13m0-13l-13 13"/>
<text class="off" x="60" y="170">{}</text><path class="no" d="M31 159l13 13m0-13l-13 13"/>"#,
        pictures.choice_title, pictures.choice_ca, pictures.choice_vpn, pictures.choice_wifi,
    );
    frame(pictures.choice, 192, &body)
}

fn frame(label: &str, height: u32, body: &str) -> String {
    let inner = height - 4;
    format!(
        r#"<svg class="picture" role="img" aria-label="{label}" viewBox="0 0 320 {height}">
<rect class="screen" x="2" y="2" width="316" height="{inner}" rx="22"/>{body}</svg>"#
    )
}

fn badge(x: u32, y: u32, number: u32) -> String {
    let baseline = y + 5;
    format!(
        r#"<circle class="badge" cx="{x}" cy="{y}" r="11"/>
<text class="number" x="{x}" y="{baseline}" text-anchor="middle">{number}</text>"#
    )
}
