//! Which device is asking, as far as its `User-Agent` tells: only to show the likelier steps first.
//! Every guess can be overruled by a link, and nothing is refused or withheld because of one.

/// Each has its own way to trust a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    Ios,
    Android,
    Windows,
    Macos,
    Linux,
}

/// Makers of Android devices whose settings go by other names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Make {
    Samsung,
    Pixel,
    Xiaomi,
    Motorola,
    OnePlus,
    Handheld,
}

/// What this browser or device needs to be told before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// iOS installs profiles from Safari alone.
    OpenInSafari,
    /// An iPad says that it is a Mac.
    MaybeIpad,
    /// Firefox for Android does not look at what Android trusts.
    OpenInChrome,
}

impl Platform {
    pub const ALL: [Self; 5] = [Self::Ios, Self::Android, Self::Windows, Self::Macos, Self::Linux];

    /// As links name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Windows => "windows",
            Self::Macos => "mac",
            Self::Linux => "linux",
        }
    }

    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.word() == word)
    }

    /// The likeliest; a phone where nothing tells.
    pub fn guess(agent: &str) -> Self {
        let is = |sign: &str| agent.contains(sign);
        if is("Android") {
            Self::Android
        } else if is("iPhone") || is("iPad") || other_ios_browser(agent) {
            Self::Ios
        } else if is("Windows") {
            Self::Windows
        } else if is("Macintosh") {
            Self::Macos
        } else if is("Linux") || is("CrOS") {
            Self::Linux
        } else {
            Self::Ios
        }
    }

    /// All of them, this one first.
    pub fn first(self) -> impl Iterator<Item = Self> {
        std::iter::once(self).chain(Self::ALL.into_iter().filter(move |other| *other != self))
    }
}

impl Make {
    pub const ALL: [Self; 6] =
        [Self::Samsung, Self::Pixel, Self::Xiaomi, Self::Motorola, Self::OnePlus, Self::Handheld];

    /// Chrome has told no model since version 110; other browsers, older ones and apps still do.
    pub fn guess(agent: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|make| make.signs().iter().any(|sign| agent.contains(sign)))
    }

    fn signs(self) -> &'static [&'static str] {
        match self {
            Self::Samsung => &["SamsungBrowser", "SAMSUNG", "; SM-"],
            Self::Pixel => &["; Pixel"],
            Self::Xiaomi => &["MiuiBrowser", "XiaoMi", "Xiaomi", "Redmi", "POCO", "; Mi "],
            Self::Motorola => &["; moto", "; Moto", "motorola", "; XT"],
            Self::OnePlus => &["HeyTapBrowser", "OnePlus", "ONEPLUS", "OPPO", "; CPH", "; RMX"],
            Self::Handheld => &[
                "Zebra",
                "; TC2",
                "; TC5",
                "; TC7",
                "; MC2",
                "; MC3",
                "; MC9",
                "; ET4",
                "; ET5",
                "Honeywell",
                "; CT3",
                "; CT4",
                "; CT6",
                "; CK6",
                "; EDA",
            ],
        }
    }
}

impl Hint {
    /// What to tell the browser `agent` on a page for `platform`.
    pub fn of(platform: Platform, agent: &str) -> Option<Self> {
        let safari = agent.contains("Version/") && agent.contains("Safari/");
        match platform {
            // Whoever looks at these steps with a computer is only reading.
            Platform::Ios if Platform::guess(agent) != Platform::Ios => None,
            Platform::Ios if safari && !other_ios_browser(agent) => None,
            Platform::Ios => Some(Self::OpenInSafari),
            Platform::Macos if safari && agent.contains("Macintosh") => Some(Self::MaybeIpad),
            Platform::Android if agent.contains("Android") && agent.contains("Firefox/") => {
                Some(Self::OpenInChrome)
            }
            _ => None,
        }
    }
}

/// The names that other browsers on iOS add; they look like Safari otherwise.
fn other_ios_browser(agent: &str) -> bool {
    ["CriOS/", "FxiOS/", "EdgiOS/", "GSA/", "OPT/", "OPiOS/", "DuckDuckGo/", "YaBrowser/"]
        .iter()
        .any(|name| agent.contains(name) && !agent.contains("Android"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) \
        AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    const CHROME_IOS: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) \
        AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1";
    const IN_APP: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) \
        AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 350.0.0";
    const IPAD: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 \
        (KHTML, like Gecko) Version/18.5 Safari/605.1.15";
    const IPAD_CHROME: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \
        AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141 Version/16 Safari/605.1.15";
    const MAC_CHROME: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 \
        (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like \
        Gecko) Chrome/141.0.0.0 Mobile Safari/537.36";

    fn android(model: &str) -> String {
        ANDROID.replace("; K)", &format!("; {model})"))
    }

    #[test]
    fn the_platform_is_guessed_and_every_word_names_one() {
        for (agent, platform) in [
            (SAFARI, Platform::Ios),
            (CHROME_IOS, Platform::Ios),
            (IN_APP, Platform::Ios),
            (IPAD, Platform::Macos),
            (IPAD_CHROME, Platform::Ios),
            (MAC_CHROME, Platform::Macos),
            (ANDROID, Platform::Android),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/141.0", Platform::Windows),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0", Platform::Linux),
            ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/141", Platform::Linux),
            ("curl/8", Platform::Ios),
            ("", Platform::Ios),
        ] {
            assert_eq!(Platform::guess(agent), platform, "{agent}");
        }
        for platform in Platform::ALL {
            assert_eq!(Platform::named(platform.word()), Some(platform));
            assert_eq!(platform.first().next(), Some(platform));
            assert_eq!(platform.first().count(), Platform::ALL.len());
        }
        assert_eq!(Platform::named("amiga"), None);
    }

    #[test]
    fn the_make_is_guessed_where_the_browser_tells() {
        for (model, make) in [
            ("SM-S921U", Some(Make::Samsung)),
            ("Pixel 8", Some(Make::Pixel)),
            ("Redmi Note 13", Some(Make::Xiaomi)),
            ("moto g power (2024)", Some(Make::Motorola)),
            ("CPH2609", Some(Make::OnePlus)),
            ("TC22", Some(Make::Handheld)),
            ("EDA52", Some(Make::Handheld)),
            ("K", None),
        ] {
            assert_eq!(Make::guess(&android(model)), make, "{model}");
        }
        let samsung = ANDROID.replace("Chrome/", "SamsungBrowser/29.0 Chrome/");
        assert_eq!(Make::guess(&samsung), Some(Make::Samsung));
    }

    #[test]
    fn what_stands_in_the_way_is_told() {
        let ios = |agent| Hint::of(Platform::Ios, agent);
        assert_eq!(ios(SAFARI), None);
        assert_eq!(ios(CHROME_IOS), Some(Hint::OpenInSafari));
        assert_eq!(ios(IN_APP), Some(Hint::OpenInSafari));
        assert_eq!(ios(IPAD_CHROME), Some(Hint::OpenInSafari));
        assert_eq!(ios(ANDROID), None);
        assert_eq!(ios(IPAD), None);
        assert_eq!(Hint::of(Platform::Macos, IPAD), Some(Hint::MaybeIpad));
        assert_eq!(Hint::of(Platform::Macos, MAC_CHROME), None);
        let firefox = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0";
        assert_eq!(Hint::of(Platform::Android, firefox), Some(Hint::OpenInChrome));
        assert_eq!(Hint::of(Platform::Android, ANDROID), None);
    }
}
