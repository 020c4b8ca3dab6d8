//! A name as a certificate carries it: one host, or with `*.` every host one label below. Where a
//! name leads is nobody's matter here.

use std::fmt;

/// Lower case, without a dot at the end: `store5.example.com` or `*.example.com`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DnsName(String);

const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;

impl DnsName {
    /// `None` for what no browser would look up: an address, a single label, a star elsewhere than
    /// alone in front (RFC 6125, 6.4.3).
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.to_ascii_lowercase();
        let host = name.strip_prefix("*.").unwrap_or(&name);
        let labels: Vec<&str> = host.split('.').collect();
        let last = labels.last()?;
        let plain = labels.len() > 1
            && name.len() <= LONGEST
            && labels.iter().all(|label| is_label(label))
            && last.bytes().any(|byte| byte.is_ascii_alphabetic());
        plain.then_some(Self(name))
    }

    /// Whether this name stands for a host.
    pub fn covers(&self, host: &str) -> bool {
        match self.0.strip_prefix("*.") {
            None => self.0.eq_ignore_ascii_case(host),
            Some(below) => host
                .split_once('.')
                .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(below)),
        }
    }

    /// Whether it lies at or below a domain such as `local`.
    pub fn is_below(&self, domain: &str) -> bool {
        self.0.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// A host that it stands for.
    pub fn host(&self) -> String {
        self.0.replace('*', "any")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// With the underscore that some networks' own names have.
fn is_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=LONGEST_LABEL).contains(&label.len())
        && label.bytes().all(plain)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DnsName {
        DnsName::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn a_host_stands_for_itself_alone() {
        let store = name("Store5.Example.com");
        assert_eq!(store.as_str(), "store5.example.com");
        assert!(store.covers("store5.example.com") && store.covers("STORE5.example.COM"));
        for other in ["example.com", "a.store5.example.com", "store5.example.co", ""] {
            assert!(!store.covers(other), "{other}");
        }
    }

    #[test]
    fn a_star_stands_for_exactly_one_label() {
        let all = name("*.example.com");
        assert!(all.covers("store5.example.com") && all.covers(&all.host()));
        for other in ["example.com", ".example.com", "a.b.example.com", "a.example.org"] {
            assert!(!all.covers(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "localhost",
            "*",
            "*.",
            "*.com",
            "s*.example.com",
            "a.*.example.com",
            "192.168.1.20",
            "a..b.com",
            "-a.com",
            "a-.com",
            "a b.com",
            "ñ.com",
            "a.com.",
            &format!("{}.com", "a".repeat(64)),
        ] {
            assert_eq!(DnsName::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_below_a_domain() {
        assert!(name("a.local").is_below("local") && name("*.b.local").is_below("local"));
        assert!(!name("a.notlocal").is_below("local") && !name("local.com").is_below("local"));
    }
}
