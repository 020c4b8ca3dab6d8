//! Where messages go that leave the box: who may be told, how, and how it stands with them. Secrets are kept
//! here and shown to nobody: a webhook's key once, to whoever asked for it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{outbox, secret};
use crate::domain::notice::{Channel, ChannelKind, Email, FaultKind, Webhook, Wrong};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::Language;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// What a signing key begins with, as Standard Webhooks 1.0 has it.
const KEY_MARK: &str = "whsec_";

/// The ways out of the box. Nothing where one is not set up.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Channels {
    pub webhook: Option<WebhookChannel>,
    pub email: Option<EmailChannel>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WebhookChannel {
    #[serde(flatten)]
    pub webhook: Webhook,
    pub version: i64,
    pub standing: Standing,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EmailChannel {
    pub email: Email,
    pub has_password: bool,
    pub version: i64,
    pub standing: Standing,
}

/// How it stands with the messages of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Standing {
    /// Messages that wait to be taken.
    pub waiting: i64,
    /// Messages of the last 90 days that nobody took in three days.
    pub given_up: i64,
    /// When the last one was taken.
    pub taken_at: Option<At>,
    /// What the last try met, where it failed.
    pub fault: Option<FaultKind>,
    /// What the other side said to it.
    pub said: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookInput {
    /// `https://`; plain `http://` only to an address by number on the store's own network.
    pub url: String,
    /// The language of its titles; English where not given.
    #[serde(default)]
    pub language: Language,
    /// Makes a new signing key; the one before no longer signs. A new webhook gets one anyway.
    #[serde(default)]
    pub new_key: bool,
    /// The version that was read; nothing for a new one.
    #[serde(default)]
    pub version: Option<i64>,
}

#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailInput {
    pub email: Email,
    /// The account's password: as before where not given, none where empty.
    #[serde(default)]
    pub password: Option<String>,
    /// The version that was read; nothing for a new one.
    #[serde(default)]
    pub version: Option<i64>,
}

/// Without the password.
impl std::fmt::Debug for EmailInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.email.fmt(f)
    }
}

/// A webhook as it was set, and whether its signing key is a new one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WebhookSet {
    pub channel: WebhookChannel,
    pub fresh: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    #[error("somebody else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("it is not set up")]
    NotSetUp,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for ChannelError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

impl From<Wrong> for ChannelError {
    fn from(Wrong { field, why }: Wrong) -> Self {
        Self::Invalid { field, why }
    }
}

/// Both ways out, and how it stands with them.
pub fn channels(db: &Db<'_>) -> Result<Channels, StoreError> {
    Ok(Channels { webhook: webhook(db)?, email: email(db)? })
}

fn webhook(db: &Db<'_>) -> Result<Option<WebhookChannel>, StoreError> {
    let Some(row) = row::<Webhook>(db, ChannelKind::Webhook)? else { return Ok(None) };
    let standing = outbox::standing(db, ChannelKind::Webhook)?;
    Ok(Some(WebhookChannel { webhook: row.body, version: row.version, standing }))
}

fn email(db: &Db<'_>) -> Result<Option<EmailChannel>, StoreError> {
    let Some(row) = row::<Email>(db, ChannelKind::Email)? else { return Ok(None) };
    let standing = outbox::standing(db, ChannelKind::Email)?;
    let has_password = row.secret.is_some();
    Ok(Some(EmailChannel { email: row.body, has_password, version: row.version, standing }))
}

/// A channel with its secret, for the task that sends.
pub fn whole(db: &Db<'_>, kind: ChannelKind) -> Result<Option<Channel>, StoreError> {
    Ok(match kind {
        ChannelKind::Webhook => row::<Webhook>(db, kind)?.map(|row| {
            let text = row.secret.unwrap_or_default();
            let text = text.strip_prefix(KEY_MARK).unwrap_or_default();
            Channel::Webhook(row.body, BASE64.decode(text).unwrap_or_default())
        }),
        ChannelKind::Email => {
            row::<Email>(db, kind)?.map(|row| Channel::Email(row.body, row.secret))
        }
    })
}

/// The signing key, as its receiver enters it: "whsec_...".
pub fn signing_key(db: &Db<'_>) -> Result<Option<String>, StoreError> {
    Ok(row::<Webhook>(db, ChannelKind::Webhook)?.and_then(|row| row.secret))
}

/// Sets the webhook.
pub fn set_webhook(
    tx: &Tx<'_>,
    by: &Actor,
    input: &WebhookInput,
) -> Result<WebhookSet, ChannelError> {
    let new = Webhook { url: input.url.trim().to_owned(), language: input.language };
    new.check()?;
    let was = unchanged::<Webhook>(tx, ChannelKind::Webhook, input.version)?;
    let kept = was.as_ref().and_then(|was| was.secret.clone()).filter(|_| !input.new_key);
    let fresh = kept.is_none();
    let key =
        kept.unwrap_or_else(|| format!("{KEY_MARK}{}", BASE64.encode(secret::random::<32>())));
    let was = was.map(|was| (was.version, was.body));
    set(tx, by, ChannelKind::Webhook, was, &new, Some(&key), fresh)?;
    let channel = webhook(tx)?.ok_or(ChannelError::NotSetUp)?;
    Ok(WebhookSet { channel, fresh })
}

/// Sets the mail server and who gets mail.
pub fn set_email(
    tx: &Tx<'_>,
    by: &Actor,
    input: &EmailInput,
) -> Result<EmailChannel, ChannelError> {
    let was = unchanged::<Email>(tx, ChannelKind::Email, input.version)?;
    let kept = was.as_ref().and_then(|was| was.secret.as_deref());
    let password = input.password.as_deref().or(kept).filter(|password| !password.is_empty());
    if password.is_some_and(|password| password.len() > 200) {
        return Err(ChannelError::Invalid { field: "password", why: "is longer than 200 bytes" });
    }
    // A password goes to the server that it was entered for, and to no other.
    let moved = was.as_ref().is_some_and(|was| was.body.host != input.email.host);
    if moved && input.password.is_none() && password.is_some() {
        let why = "is needed again: it was given for another server";
        return Err(ChannelError::Invalid { field: "password", why });
    }
    input.email.check(password.is_some())?;
    let password = password.map(str::to_owned);
    let fresh = input.password.is_some();
    let was = was.map(|was| (was.version, was.body));
    set(tx, by, ChannelKind::Email, was, &input.email, password.as_deref(), fresh)?;
    email(tx)?.ok_or(ChannelError::NotSetUp)
}

/// Takes a channel away, with what waits for it.
pub fn remove(tx: &Tx<'_>, by: &Actor, kind: ChannelKind) -> Result<Channels, ChannelError> {
    let was: serde_json::Value =
        row(tx, kind)?.map(|row| row.body).ok_or(ChannelError::NotSetUp)?;
    tx.execute("DELETE FROM channel WHERE kind = :kind", named_params! { ":kind": kind.word() })?;
    let dropped = outbox::drop_waiting(tx, kind)?;
    Entry::open(tx, by, "channel_removed")?
        .seal(&json!({ "channel": kind, "was": was, "dropped": dropped }))?;
    tx.announce(Topic::Channels, 1);
    Ok(channels(tx)?)
}

/// Sends a message that says only that it came from here.
pub fn test(tx: &Tx<'_>, by: &Actor, kind: ChannelKind) -> Result<Channels, ChannelError> {
    row::<serde_json::Value>(tx, kind)?.ok_or(ChannelError::NotSetUp)?;
    outbox::put_test(tx, kind)?;
    Entry::open(tx, by, "channel_tested")?.seal(&json!({ "channel": kind }))?;
    Ok(channels(tx)?)
}

struct Row<T> {
    body: T,
    secret: Option<String>,
    version: i64,
}

fn row<T: DeserializeOwned>(db: &Db<'_>, kind: ChannelKind) -> Result<Option<Row<T>>, StoreError> {
    let found = db.maybe(
        "SELECT body, secret, version FROM channel WHERE kind = :kind",
        named_params! { ":kind": kind.word() },
        |row| {
            Ok((row.get::<_, String>("body")?, row.get("secret")?, row.get::<_, i64>("version")?))
        },
    )?;
    let Some((body, secret, version)) = found else { return Ok(None) };
    let body = serde_json::from_str(&body)
        .map_err(|error| StoreError::Invariant(format!("channel: {error}")))?;
    Ok(Some(Row { body, secret, version }))
}

/// The channel as it is, where that is what the person saw.
fn unchanged<T: DeserializeOwned>(
    db: &Db<'_>,
    kind: ChannelKind,
    seen: Option<i64>,
) -> Result<Option<Row<T>>, ChannelError> {
    let was = row::<T>(db, kind)?;
    if was.as_ref().map(|was| was.version) != seen {
        return Err(ChannelError::ChangedMeanwhile);
    }
    Ok(was)
}

fn set<T: Serialize>(
    tx: &Tx<'_>,
    by: &Actor,
    kind: ChannelKind,
    was: Option<(i64, T)>,
    now: &T,
    secret: Option<&str>,
    fresh: bool,
) -> Result<(), ChannelError> {
    let body = serde_json::to_string(now)
        .map_err(|error| StoreError::Invariant(format!("channel: {error}")))?;
    let (version, was) = was.map_or((1, None), |(version, was)| (version + 1, Some(was)));
    tx.execute(
        "INSERT INTO channel (kind, body, secret, version) VALUES (:kind, :body, :secret, :version)
         ON CONFLICT (kind) DO UPDATE
           SET body = excluded.body, secret = excluded.secret, version = excluded.version",
        named_params! {
            ":kind": kind.word(), ":body": body, ":secret": secret, ":version": version,
        },
    )?;
    outbox::hurry(tx, kind)?;
    Entry::open(tx, by, "channel_set")?
        .seal(&json!({ "channel": kind, "was": was, "now": now, "new_secret": fresh }))?;
    tx.announce(Topic::Channels, 1);
    Ok(())
}
