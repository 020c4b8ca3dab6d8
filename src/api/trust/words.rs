//! The trust page's words and the language that a device wants. Texts are HTML of ours; the places in
//! them (`{file}`, `{certificate}`, pictures) are filled by `page`. The names in quoted menus are the
//! devices' own.

mod en;
mod es;

use super::device::{Make, Platform};

/// The two languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Spanish,
}

/// One device's way.
pub(super) struct Guide {
    pub name: &'static str,
    pub get_text: &'static str,
    pub get_button: &'static str,
    /// Another thing to download, or nothing.
    pub get_more: &'static str,
    /// Where this device shows the fingerprint.
    pub compare: &'static str,
    pub steps: &'static [&'static str],
    pub note: &'static str,
    /// What goes wrong later if nobody says it now, or nothing.
    pub warning: &'static str,
}

/// Where "CA certificate" is in the settings of each make.
pub(super) struct Makes {
    /// Where the make is not known.
    pub most: &'static str,
    pub most_path: &'static str,
    pub other: &'static str,
    paths: [(&'static str, &'static str); Make::ALL.len()],
}

/// What stands in the pictures, and what they show for whoever does not see them.
pub(super) struct Pictures {
    pub install: &'static str,
    pub install_title: &'static str,
    pub install_cancel: &'static str,
    pub install_done: &'static str,
    pub install_unsigned: &'static str,
    pub install_details: &'static str,
    pub trust: &'static str,
    pub trust_title: &'static str,
    pub trust_head: &'static str,
    pub choice: &'static str,
    pub choice_title: &'static str,
    pub choice_ca: &'static str,
    pub choice_vpn: &'static str,
    pub choice_wifi: &'static str,
}

pub(super) struct Words {
    pub title: &'static str,
    pub lead: &'static str,
    pub devices: &'static str,
    pub get_title: &'static str,
    pub get_other: &'static str,
    pub compare_title: &'static str,
    pub compare_with: &'static str,
    pub compare_least: &'static str,
    pub compare_stop: &'static str,
    pub print_label: &'static str,
    pub install_title: &'static str,
    pub check_title: &'static str,
    pub check_text: &'static str,
    pub check_button: &'static str,
    pub check_warning: &'static str,
    pub no_name: &'static str,
    pub no_name_number: &'static str,
    pub open_in_safari: &'static str,
    pub open_in_chrome: &'static str,
    pub maybe_ipad: &'static str,
    pub limits_title: &'static str,
    pub limits_text: &'static str,
    pub box_word: &'static str,
    pub lost_title: &'static str,
    pub lost_text: &'static str,
    pub lost_button: &'static str,
    /// In the profile itself, as plain text.
    pub profile_about: &'static str,
    pub makes: Makes,
    pub pictures: Pictures,
    ios: Guide,
    android: Guide,
    windows: Guide,
    macos: Guide,
    linux: Guide,
}

impl Language {
    pub fn named(tag: &str) -> Option<Self> {
        [Self::English, Self::Spanish].into_iter().find(|language| language.tag() == tag)
    }

    /// The better liked of ours in an `Accept-Language` header (RFC 9110, 12.5.4); English when
    /// neither is.
    pub fn accepted(header: &str) -> Self {
        let liking = |wanted: &str| {
            header
                .split(',')
                .filter_map(|range| {
                    let mut parts = range.trim().split(';');
                    let primary = parts.next()?.split('-').next()?.trim();
                    let quality = parts
                        .find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok())
                        .unwrap_or(1.0);
                    primary.eq_ignore_ascii_case(wanted).then_some(quality)
                })
                .fold(0.0, f32::max)
        };
        if liking("es") > liking("en") { Self::Spanish } else { Self::English }
    }

    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// Tag and own name of the language that is not shown.
    pub fn other(self) -> (&'static str, &'static str) {
        match self {
            Self::English => ("es", "Español"),
            Self::Spanish => ("en", "English"),
        }
    }

    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::Spanish => &es::WORDS,
        }
    }
}

impl Words {
    pub fn guide(&self, platform: Platform) -> &Guide {
        match platform {
            Platform::Ios => &self.ios,
            Platform::Android => &self.android,
            Platform::Windows => &self.windows,
            Platform::Macos => &self.macos,
            Platform::Linux => &self.linux,
        }
    }
}

impl Makes {
    /// A make's names, and the way through its settings.
    pub fn path(&self, make: Make) -> (&'static str, &'static str) {
        self.paths[make as usize]
    }
}
