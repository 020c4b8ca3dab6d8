//! What is handed to the manager to talk over with the team, and that it was. It names the event and
//! nobody: who it was is not in it, and no field asks.

use serde::{Deserialize, Serialize};

use super::chosen::{checked, named};
use super::{Coaching, InvestigateError, Investigation, investigation};
use crate::domain::id::CaseId;
use crate::domain::investigate::Cause;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Tx, named_params};
use crate::workflow::casework::{self, CaseState};
use crate::workflow::refs;

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoachingInput {
    /// What else the manager should know; at most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscussedInput {
    /// What was agreed: 1 to 2,000 characters.
    pub note: String,
}

/// Hands the finding of a case to the manager.
pub fn refer(
    tx: &Tx<'_>,
    by: &Actor,
    id: CaseId,
    input: &CoachingInput,
) -> Result<Investigation, InvestigateError> {
    let shown = open(tx, id)?;
    let note = input.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    let note = note.map(|note| checked("note", note)).transpose()?;
    let found = shown.findings.last().ok_or(InvestigateError::NoCause)?;
    if shown.coaching.is_some() {
        return Err(InvestigateError::Referred);
    }
    let event = event(&shown, found.cause);
    let entry = Entry::open(tx, by, "coaching_referred")?;
    tx.insert(
        "INSERT INTO coaching (kase_id, event, event_es, note, referred_at, referred_by)
         VALUES (:case, :event, :event_es, :note, :at, :by)",
        named_params! {
            ":case": id.0, ":event": event.en, ":event_es": event.other(), ":note": note,
            ":at": tx.now().0, ":by": by.user.map(|user| user.0),
        },
    )?;
    let said = words!("To talk over with the team: {}", "Para hablar con el equipo: {}";
        [event.en], [event.es]);
    casework::evidence(tx, by.user, entry.seq(), id, "coaching", &said)?;
    entry.seal(&serde_json::json!({ "case": id, "event": event, "note": note }))?;
    tx.announce(Topic::Cases, id.0);
    investigation(tx, id)
}

/// Says that it was talked over, and what came of it.
pub fn discuss(
    tx: &Tx<'_>,
    by: &Actor,
    id: CaseId,
    input: &DiscussedInput,
) -> Result<Investigation, InvestigateError> {
    let shown = open(tx, id)?;
    let note = checked("note", &input.note)?;
    match shown.coaching {
        None => return Err(InvestigateError::NotReferred),
        Some(Coaching { discussed_at: Some(_), .. }) => return Err(InvestigateError::Discussed),
        Some(_) => {}
    }
    let entry = Entry::open(tx, by, "coaching_discussed")?;
    tx.execute(
        "UPDATE coaching SET discussed_at = :at, discussed_by = :by, discussed_note = :note
         WHERE kase_id = :case",
        named_params! {
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":note": note, ":case": id.0,
        },
    )?;
    let said = words!("Talked over: {}", "Hablado: {}"; note);
    casework::evidence(tx, by.user, entry.seq(), id, "coaching", &said)?;
    entry.seal(&serde_json::json!({ "case": id, "note": note }))?;
    tx.announce(Topic::Cases, id.0);
    investigation(tx, id)
}

fn open(tx: &Tx<'_>, id: CaseId) -> Result<Investigation, InvestigateError> {
    let shown = investigation(tx, id)?;
    if shown.case.state == CaseState::Closed {
        return Err(InvestigateError::Closed);
    }
    Ok(shown)
}

/// What happened, without who.
fn event(shown: &Investigation, cause: Cause) -> Words {
    let name = shown.variance.product.as_ref().map_or("?", |product| product.name.as_str());
    let (difference, place) = (shown.variance.difference, &shown.variance.place.name);
    let other = shown.findings.last().and_then(|found| found.other_product.as_ref());
    if let (Cause::SoldUnderWrongSku, Some(other)) = (cause, other) {
        // Where it is short, the other one was rung up for it.
        let (sold, rung) = if difference.amount < crate::domain::quantity::Amount::ZERO {
            (name, other.name.as_str())
        } else {
            (other.name.as_str(), name)
        };
        return words!(
            "{sold} was rung up as {rung} at {place} ({difference}).",
            "{sold} se cobró como {rung} en {place} ({difference})."
        );
    }
    let cause = named(cause);
    words!("{name} at {place}: {difference}, {}.", "{name} en {place}: {difference}, {}.";
        [cause.en], [cause.es])
}

/// What was handed over of a case.
pub fn of(db: &Db<'_>, id: CaseId) -> Result<Option<Coaching>, SqlError> {
    db.maybe(
        "SELECT event, event_es, note, referred_at, referred_by, discussed_at, discussed_by, discussed_note
         FROM coaching WHERE kase_id = :id",
        named_params! { ":id": id.0 },
        |row| {
            Ok(Coaching {
                event: Words::kept(row.get("event")?, row.get("event_es")?),
                note: row.get("note")?,
                referred_at: At(row.get("referred_at")?),
                referred_by: refs::known_user(db, row.get("referred_by")?)?,
                discussed_at: row.get::<_, Option<i64>>("discussed_at")?.map(At),
                discussed_by: refs::known_user(db, row.get("discussed_by")?)?,
                discussed_note: row.get("discussed_note")?,
            })
        },
    )
}
