//! What the books outside show, held against what was to be entered there; and what is nearly late.

use super::intents::{COLUMNS, Intent, IntentState, found, set, target_en, target_es, whole};
use crate::domain::adjust::Target;
use crate::domain::id::{PackageId, Seq};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry};
use crate::store::{StoreError, Tx, named_params};
use crate::workflow::alert::{self, AlertKind};
use crate::workflow::casework;

/// A book outside as it was read.
pub struct Read {
    pub id: i64,
    pub package: PackageId,
    pub target: Target,
    pub amount: Amount,
    pub at: At,
}

/// Holds a new reading against what is open of its package, as part of the command that stores it. Where
/// it shows what an intent expects, that one and those before it are confirmed: each expects what the
/// earlier ones did too. Where it shows none of them, whatever was said to be entered needs a person.
pub fn read(tx: &Tx<'_>, by: &Actor, seq: Seq, reading: &Read) -> Result<(), StoreError> {
    let rows = tx.all(
        &format!(
            "SELECT {COLUMNS} FROM intent JOIN adjustment ON adjustment.id = adjustment_id
             WHERE package_id = :package AND target = :target AND made_at < :at
               AND state IN ('waiting', 'sent', 'refused', 'needs_person') ORDER BY intent.id"
        ),
        named_params! {
            ":package": reading.package.0, ":target": reading.target.word(), ":at": reading.at.0,
        },
        found,
    )?;
    let mut open = Vec::new();
    for row in rows {
        open.push(whole(tx, row)?);
    }
    let shows = |one: &Intent| one.expected.is_some_and(|it| it.amount == reading.amount);
    let confirmed = open.iter().rposition(shows).map_or(0, |last| last + 1);
    for intent in &open[..confirmed] {
        tx.execute(
            "UPDATE intent SET state = 'confirmed', confirmed_at = :at, reading_id = :reading WHERE id = :id",
            named_params! { ":at": tx.now().0, ":reading": reading.id, ":id": intent.id.0 },
        )?;
        tx.announce(Topic::Intents, intent.id.0);
        let said = words!("{} {}: confirmed by a reading.", "{} {}: confirmado por una lectura.";
            [target_en(intent.target), intent.token], [target_es(intent.target), intent.token]);
        if let Some(case) = intent.case {
            casework::evidence(tx, by.user, seq, case, "intent", &said)?;
        }
    }
    if confirmed > 0 {
        return Ok(());
    }
    let entered = |one: &&Intent| {
        one.state == IntentState::Sent && one.sent_at.is_some_and(|sent| sent < reading.at)
    };
    for intent in open.iter().filter(entered) {
        let Some(expected) = intent.expected else { continue };
        let read = Quantity::new(reading.amount, expected.unit);
        let said = words!("{} shows {read}, expected {expected} ({}).",
            "{} muestra {read}, se esperaba {expected} ({}).";
            [target_en(intent.target), intent.token], [target_es(intent.target), intent.token]);
        set(tx, intent.id, IntentState::NeedsPerson, &said)?;
        if let Some(case) = intent.case {
            casework::resume(tx, by, seq, case, "intent", &said)?;
        }
    }
    Ok(())
}

/// Tells of one intent whose deadline comes near or has passed; whether there was one.
pub fn late(tx: &Tx<'_>) -> Result<bool, StoreError> {
    const NEAR_S: i64 = 4 * 3600;
    let row = tx.maybe(
        &format!(
            "SELECT {COLUMNS} FROM intent JOIN adjustment ON adjustment.id = adjustment_id
             WHERE late = 0 AND state IN ('waiting', 'refused', 'needs_person') AND deadline < :soon
             ORDER BY deadline LIMIT 1"
        ),
        named_params! { ":soon": tx.now().plus_s(NEAR_S).0 },
        found,
    )?;
    let Some(row) = row else { return Ok(false) };
    let intent = whole(tx, row)?;
    let by = Actor::system();
    let entry = Entry::open(tx, &by, "intent_late")?;
    tx.execute("UPDATE intent SET late = 1 WHERE id = :id", named_params! { ":id": intent.id.0 })?;
    let name = intent.package.as_ref().map_or("?", |package| package.product.name.as_str());
    let title = words!("Enter the adjustment of {name} in time: {}", "Registre a tiempo el ajuste de {name}: {}";
        [target_en(intent.target)], [target_es(intent.target)]);
    alert::raise(tx, AlertKind::Intent, &title, intent.case, None)?;
    tx.announce(Topic::Intents, intent.id.0);
    entry.seal(&serde_json::json!({ "intent": intent.id, "token": intent.token }))?;
    Ok(true)
}
