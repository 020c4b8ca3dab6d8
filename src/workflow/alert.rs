//! Alerts: what managers and compliance officers must hear at once. Each of them sees one until they say
//! that they have.

use serde::{Deserialize, Serialize};

use super::outbox;
use crate::domain::id::{AlertId, CaseId, ShipmentId, UserId};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::Words;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// What arrived is not what was shipped.
    Discrepancy,
    /// The paper at the door is not what the state says, or is not in order.
    Manifest,
    /// A COA failed or was revoked, and its batch is in the store.
    Coa,
    /// Something in the store is recalled.
    Recall,
    /// What must be entered outside is nearly late.
    Intent,
    /// Shelf and book are apart by so much that the state must be told.
    Significant,
}

impl AlertKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Discrepancy => "discrepancy",
            Self::Manifest => "manifest",
            Self::Coa => "coa",
            Self::Recall => "recall",
            Self::Intent => "intent",
            Self::Significant => "significant",
        }
    }

    fn parse(word: &str) -> Self {
        [Self::Manifest, Self::Coa, Self::Recall, Self::Intent, Self::Significant]
            .into_iter()
            .find(|kind| kind.word() == word)
            .unwrap_or(Self::Discrepancy)
    }
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Alert {
    pub id: AlertId,
    pub kind: AlertKind,
    pub title: Words,
    pub case: Option<CaseId>,
    pub shipment: Option<ShipmentId>,
    pub at: At,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Alerts {
    /// Those that whoever asks has not acknowledged, newest first; at most 50.
    pub alerts: Vec<Alert>,
}

/// Raises an alert as part of a command, here and on every channel that leaves the box.
pub fn raise(
    tx: &Tx<'_>,
    kind: AlertKind,
    title: &Words,
    case: Option<CaseId>,
    shipment: Option<ShipmentId>,
) -> Result<(), StoreError> {
    let id = tx.insert(
        "INSERT INTO alert (kind, title, title_es, kase_id, shipment_id, at)
         VALUES (:kind, :title, :title_es, :case, :shipment, :at)",
        named_params! {
            ":kind": kind.word(), ":title": title.en, ":title_es": title.other(),
            ":case": case.map(|case| case.0),
            ":shipment": shipment.map(|shipment| shipment.0), ":at": tx.now().0,
        },
    )?;
    tx.announce(Topic::Alerts, id);
    outbox::put(tx, &format!("alert.{}", kind.word()), title, case)
}

/// What a person has not acknowledged. Nobody is told what was raised before they came.
pub fn list(db: &Db<'_>, user: UserId) -> Result<Alerts, SqlError> {
    let alerts = db.all(
        "SELECT id, kind, title, title_es, kase_id, shipment_id, at FROM alert
         WHERE NOT EXISTS (SELECT 1 FROM alert_seen WHERE alert_id = alert.id AND user_id = :user)
           AND at >= (SELECT created_at FROM user WHERE id = :user)
         ORDER BY id DESC LIMIT 50",
        named_params! { ":user": user.0 },
        |row| {
            Ok(Alert {
                id: AlertId(row.get("id")?),
                kind: AlertKind::parse(row.get_ref("kind")?.as_str()?),
                title: Words::kept(row.get("title")?, row.get("title_es")?),
                case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
                shipment: row.get::<_, Option<i64>>("shipment_id")?.map(ShipmentId),
                at: At(row.get("at")?),
            })
        },
    )?;
    Ok(Alerts { alerts })
}

/// Says that a person has heard of it; the second time changes nothing.
pub fn acknowledge(tx: &Tx<'_>, by: &Actor, id: AlertId) -> Result<Option<Alerts>, StoreError> {
    let Some(user) = by.user else { return Ok(None) };
    let known: bool = tx.one(
        "SELECT EXISTS (SELECT 1 FROM alert WHERE id = :id)",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    if !known {
        return Ok(None);
    }
    tx.execute(
        "INSERT INTO alert_seen (alert_id, user_id, at) VALUES (:id, :user, :at)
         ON CONFLICT DO NOTHING",
        named_params! { ":id": id.0, ":user": user.0, ":at": tx.now().0 },
    )?;
    Entry::open(tx, by, "alert_acknowledged")?.seal(&serde_json::json!({ "alert": id }))?;
    tx.announce(Topic::Alerts, id.0);
    Ok(Some(list(tx, user)?))
}
