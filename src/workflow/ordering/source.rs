//! Where orders come from: their format, how what comes in over HTTP proves itself, and its secret. No answer
//! and no journal entry holds a secret; it is shown once, to whoever asked for a new one.

use serde::{Deserialize, Serialize};

use super::OrderError;
use crate::domain::id::OrderSourceId;
use crate::domain::sheet::orders::OrderFormat;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, Row, SqlError, Tx, named_params};

const SOURCES: usize = 50;

/// How a message proves that it is from its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderProof {
    /// Nothing comes in over HTTP: files alone.
    None,
    /// `Signature`: base64 of HMAC-SHA256 over the body, as Weedmaps has it.
    Signature,
    /// `Authorization: Bearer`, as Jane has it.
    Bearer,
}

impl OrderProof {
    const ALL: [Self; 3] = [Self::None, Self::Signature, Self::Bearer];

    const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Signature => "signature",
            Self::Bearer => "bearer",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == word).unwrap_or(Self::None)
    }
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderSource {
    pub id: OrderSourceId,
    /// In the intake's address, and the name of its folder.
    pub slug: String,
    pub name: String,
    pub format: OrderFormat,
    pub proof: OrderProof,
    pub active: bool,
    pub has_secret: bool,
    pub version: i64,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderSources {
    pub sources: Vec<OrderSource>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderSourceInput {
    /// Small letters, digits and dashes: 1 to 40.
    pub slug: String,
    pub name: String,
    pub format: OrderFormat,
    pub proof: OrderProof,
    #[serde(default = "yes")]
    pub active: bool,
    /// The version that was read; nothing for a new one.
    #[serde(default)]
    pub version: Option<i64>,
}

const fn yes() -> bool {
    true
}

/// What a message must be proven with.
pub struct Proven {
    pub id: OrderSourceId,
    pub format: OrderFormat,
    pub proof: OrderProof,
    pub secret: String,
}

pub fn list(db: &Db<'_>) -> Result<OrderSources, SqlError> {
    let sources = db.all(&select("1 ORDER BY id"), [], row)?;
    Ok(OrderSources { sources })
}

pub fn get(db: &Db<'_>, id: OrderSourceId) -> Result<Option<OrderSource>, SqlError> {
    db.maybe(&select("id = :id"), named_params! { ":id": id.0 }, row)
}

fn select(condition: &str) -> String {
    format!(
        "SELECT id, slug, name, format, proof, active, secret IS NOT NULL AS has_secret, version
         FROM order_source WHERE {condition}"
    )
}

fn row(row: &Row<'_>) -> Result<OrderSource, SqlError> {
    let (format, proof): (String, String) = (row.get("format")?, row.get("proof")?);
    Ok(OrderSource {
        id: OrderSourceId(row.get("id")?),
        slug: row.get("slug")?,
        name: row.get("name")?,
        format: OrderFormat::parse(&format).unwrap_or(OrderFormat::Backstock),
        proof: OrderProof::parse(&proof),
        active: row.get("active")?,
        has_secret: row.get("has_secret")?,
        version: row.get("version")?,
    })
}

/// The source of an intake's address, where anything may come in through it.
pub fn proven(db: &Db<'_>, slug: &str) -> Result<Option<Proven>, SqlError> {
    db.maybe(
        "SELECT id, format, proof, secret FROM order_source
         WHERE slug = :slug AND active = 1 AND proof <> 'none' AND secret IS NOT NULL",
        named_params! { ":slug": slug },
        |row| {
            let (format, proof): (String, String) = (row.get("format")?, row.get("proof")?);
            Ok(Proven {
                id: OrderSourceId(row.get("id")?),
                format: OrderFormat::parse(&format).unwrap_or(OrderFormat::Backstock),
                proof: OrderProof::parse(&proof),
                secret: row.get("secret")?,
            })
        },
    )
}

pub fn add(tx: &Tx<'_>, by: &Actor, input: &OrderSourceInput) -> Result<OrderSource, OrderError> {
    check(tx, None, input)?;
    if list(tx)?.sources.len() >= SOURCES {
        let why = format!("are {SOURCES} at most");
        return Err(OrderError::Invalid { field: "sources".into(), why });
    }
    let id = OrderSourceId(tx.insert(
        "INSERT INTO order_source (slug, name, format, proof, active)
         VALUES (:slug, :name, :format, :proof, :active)",
        named_params! {
            ":slug": input.slug, ":name": input.name.trim(), ":format": input.format.word(),
            ":proof": input.proof.word(), ":active": input.active,
        },
    )?);
    tx.announce(Topic::Orders, 0);
    Entry::open(tx, by, "order_source_added")?
        .seal(&serde_json::json!({ "source": id, "input": input }))?;
    get(tx, id)?.ok_or(OrderError::NotFound { what: "source" })
}

/// Changes a source. A source that proves itself otherwise needs a new secret.
pub fn edit(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderSourceId,
    input: &OrderSourceInput,
) -> Result<OrderSource, OrderError> {
    let was = get(tx, id)?.ok_or(OrderError::NotFound { what: "source" })?;
    if id == super::BY_HAND {
        let why = "is the box's own".into();
        return Err(OrderError::Invalid { field: "source".into(), why });
    }
    if input.version != Some(was.version) {
        return Err(OrderError::ChangedMeanwhile);
    }
    check(tx, Some(id), input)?;
    tx.execute(
        "UPDATE order_source SET slug = :slug, name = :name, format = :format, active = :active,
           secret = CASE WHEN proof = :proof THEN secret END, proof = :proof, version = version + 1
         WHERE id = :id",
        named_params! {
            ":slug": input.slug, ":name": input.name.trim(), ":format": input.format.word(),
            ":active": input.active, ":proof": input.proof.word(), ":id": id.0,
        },
    )?;
    tx.announce(Topic::Orders, 0);
    Entry::open(tx, by, "order_source_changed")?
        .seal(&serde_json::json!({ "source": id, "input": input }))?;
    get(tx, id)?.ok_or(OrderError::NotFound { what: "source" })
}

/// Sets the secret that messages of a source are proven with.
pub fn set_secret(
    tx: &Tx<'_>,
    by: &Actor,
    id: OrderSourceId,
    secret: &str,
) -> Result<OrderSource, OrderError> {
    let was = get(tx, id)?.ok_or(OrderError::NotFound { what: "source" })?;
    if was.proof == OrderProof::None {
        return Err(OrderError::SourceClosed);
    }
    if !(16..=200).contains(&secret.len()) || secret.chars().any(char::is_control) {
        let why = "needs 16 to 200 characters".into();
        return Err(OrderError::Invalid { field: "secret".into(), why });
    }
    tx.execute(
        "UPDATE order_source SET secret = :secret, version = version + 1 WHERE id = :id",
        named_params! { ":secret": secret, ":id": id.0 },
    )?;
    tx.announce(Topic::Orders, 0);
    Entry::open(tx, by, "order_secret_set")?.seal(&serde_json::json!({ "source": id }))?;
    get(tx, id)?.ok_or(OrderError::NotFound { what: "source" })
}

fn check(
    tx: &Tx<'_>,
    own: Option<OrderSourceId>,
    input: &OrderSourceInput,
) -> Result<(), OrderError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(1..=40).contains(&input.slug.len()) || !input.slug.chars().all(fits) {
        let why = "needs 1 to 40 small letters, digits or dashes".into();
        return Err(OrderError::Invalid { field: "slug".into(), why });
    }
    if !(1..=60).contains(&input.name.trim().chars().count()) {
        let why = "needs 1 to 60 characters".into();
        return Err(OrderError::Invalid { field: "name".into(), why });
    }
    for (field, column, value) in
        [("slug", "slug", input.slug.as_str()), ("name", "name", input.name.trim())]
    {
        let taken: bool = tx.one(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM order_source
                                WHERE {column} = :value COLLATE NOCASE AND id IS NOT :own)"
            ),
            named_params! { ":value": value, ":own": own.map(|own| own.0) },
            |row| row.get(0),
        )?;
        if taken {
            return Err(OrderError::NameTaken { field });
        }
    }
    Ok(())
}
