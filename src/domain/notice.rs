//! What leaves the box to tell somebody, and where it goes. Nothing here reaches out.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};
use uuid::Uuid;

use super::time::At;
use super::words::{Language, Words};

/// A way out of the box. There is one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    Webhook,
    Email,
}

impl ChannelKind {
    pub const ALL: [Self; 2] = [Self::Webhook, Self::Email];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
        }
    }
}

/// A program elsewhere that is told by HTTP, as Standard Webhooks 1.0 has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// `https://`; plain `http://` only to an address by number on the store's own network.
    pub url: String,
    /// The language of its titles.
    #[serde(default)]
    pub language: Language,
}

/// A mail server that takes messages from this box, and who gets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// The mail server's name or address.
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    /// The account's name; nothing where the server asks for none.
    #[serde(default)]
    pub user: Option<String>,
    pub from: String,
    /// 1 to 10 addresses.
    pub to: Vec<String>,
    /// The language of the messages.
    #[serde(default)]
    pub language: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// TLS from the first byte, as RFC 8314 recommends: port 465.
    Tls,
    /// TLS before anything is said: port 587.
    Starttls,
    /// None: only to an address by number on the store's own network, and without a password.
    None,
}

/// What is wrong with a channel as a person entered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub field: &'static str,
    pub why: &'static str,
}

const fn wrong(field: &'static str, why: &'static str) -> Result<(), Wrong> {
    Err(Wrong { field, why })
}

impl Webhook {
    pub fn check(&self) -> Result<(), Wrong> {
        if self.url.len() > 500 {
            return wrong("url", "is longer than 500 characters");
        }
        let Ok(url) = Url::parse(&self.url) else {
            return wrong("url", "is not a web address such as https://example.com/backstock");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return wrong(
                "url",
                "holds a password, which would be seen; the signature proves the box",
            );
        }
        let near = match url.host() {
            Some(Host::Ipv4(address)) => is_near(address.into()),
            Some(Host::Ipv6(address)) => is_near(address.into()),
            _ => false,
        };
        match url.scheme() {
            "https" => Ok(()),
            "http" if near => Ok(()),
            "http" => wrong("url", "needs https:// outside the store's own network"),
            _ => wrong("url", "needs to begin with https://"),
        }
    }
}

impl Email {
    pub fn check(&self, has_password: bool) -> Result<(), Wrong> {
        let address = self.host.parse::<IpAddr>();
        if address.is_err() && (Host::parse(&self.host).is_err() || self.host.len() > 253) {
            return wrong("host", "is not the name of a server such as smtp.example.com");
        }
        if self.port == 0 {
            return wrong("port", "must be from 1 to 65535");
        }
        if self.security == MailSecurity::None && !address.is_ok_and(is_near) {
            return wrong("security", "is needed outside the store's own network");
        }
        if self.security == MailSecurity::None && has_password {
            return wrong("security", "is needed where there is a password");
        }
        if self.user.as_ref().is_some_and(|user| user.trim().is_empty() || user.len() > 200) {
            return wrong("user", "needs 1 to 200 characters");
        }
        if self.user.is_some() != has_password {
            return wrong("password", "goes with an account's name, and a name with a password");
        }
        let is_address = |text: &String| email_address::EmailAddress::is_valid(text);
        if !is_address(&self.from) {
            return wrong("from", "is not an e-mail address");
        }
        if !(1..=10).contains(&self.to.len()) {
            return wrong("to", "needs 1 to 10 e-mail addresses");
        }
        if !self.to.iter().all(is_address) {
            return wrong("to", "holds what is not an e-mail address");
        }
        Ok(())
    }
}

/// Whether an address is on the box or on the store's own network.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// A channel as it is set up, with its secret.
#[derive(Clone)]
pub enum Channel {
    /// With the key that signs.
    Webhook(Webhook, Vec<u8>),
    /// With the account's password, where it has one.
    Email(Email, Option<String>),
}

/// Without the secret.
impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Webhook(webhook, _) => webhook.fmt(f),
            Self::Email(email, _) => email.fmt(f),
        }
    }
}

/// One message, as its receiver gets it. It names goods and cases, and nobody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// The same at every try: a receiver tells a repeat by it.
    pub key: Uuid,
    /// "alert.discrepancy", "test".
    pub kind: String,
    pub at: At,
    pub store: String,
    pub title: Words,
    /// "C-0012".
    pub case: Option<String>,
    /// Until when the case must be dealt with.
    pub due: Option<At>,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// What the other side said, cut short; nothing where it said nothing.
    pub said: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Nobody knows its name.
    UnknownHost,
    /// Nobody answers there.
    NotReached,
    /// It did not answer in time.
    TimedOut,
    /// Its certificate is not one that the world trusts.
    Untrusted,
    /// It answered, and did not take it.
    Refused,
}

impl FaultKind {
    const ALL: [Self; 5] =
        [Self::UnknownHost, Self::NotReached, Self::TimedOut, Self::Untrusted, Self::Refused];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownHost => "unknown_host",
            Self::NotReached => "not_reached",
            Self::TimedOut => "timed_out",
            Self::Untrusted => "untrusted",
            Self::Refused => "refused",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(url: &str) -> Option<&'static str> {
        Webhook { url: url.into(), language: Language::En }.check().err().map(|wrong| wrong.why)
    }

    #[test]
    fn a_webhook_is_told_in_secret_outside_the_store() {
        assert_eq!(url("https://hooks.example.com/a?b=c"), None);
        assert_eq!(url("http://192.168.1.20:8080/alerts"), None);
        assert_eq!(url("http://[fd00::1]/alerts"), None);
        for plain in ["http://example.com/", "http://8.8.8.8/", "http://localhost/"] {
            assert_eq!(
                url(plain),
                Some("needs https:// outside the store's own network"),
                "{plain}"
            );
        }
        assert_eq!(url("ftp://example.com/"), Some("needs to begin with https://"));
        assert!(url("example.com/hook").is_some_and(|why| why.starts_with("is not a web address")));
        assert!(url("https://me:secret@example.com/").is_some());
    }

    #[test]
    fn mail_goes_in_secret_outside_the_store() {
        let good = Email {
            host: "smtp.example.com".into(),
            port: 465,
            security: MailSecurity::Tls,
            user: Some("box".into()),
            from: "box@example.com".into(),
            to: vec!["manager@example.com".into()],
            language: Language::En,
        };
        assert_eq!(good.check(true), Ok(()));
        let field = |change: fn(&mut Email), password| {
            let mut one = good.clone();
            change(&mut one);
            one.check(password).err().map(|wrong| wrong.field)
        };
        assert_eq!(field(|_| (), false), Some("password"));
        assert_eq!(field(|one| one.user = None, true), Some("password"));
        assert_eq!(field(|one| one.host = "smtp example".into(), true), Some("host"));
        assert_eq!(field(|one| one.port = 0, true), Some("port"));
        assert_eq!(field(|one| one.security = MailSecurity::None, true), Some("security"));
        let near = |one: &mut Email| {
            (one.host, one.security) = ("10.0.0.2".into(), MailSecurity::None);
        };
        assert_eq!(field(near, true), Some("security"), "no password goes in the clear");
        assert_eq!(field(|one| one.from = "box".into(), true), Some("from"));
        assert_eq!(field(|one| one.to.clear(), true), Some("to"));
        assert_eq!(field(|one| one.to.push("a@b\r\nBcc: c@d".into()), true), Some("to"));
    }

    #[test]
    fn a_fault_is_read_back() {
        for kind in FaultKind::ALL {
            assert_eq!(FaultKind::parse(kind.word()), Some(kind));
        }
    }
}
