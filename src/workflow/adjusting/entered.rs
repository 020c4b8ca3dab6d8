//! The state's own list of adjustments, held against what was to be entered there: by its mark in the note
//! even an answer that was lost is found again.

use serde::Serialize;

use super::intents::{
    COLUMNS, FieldValue, Intent, IntentState, found, set, target_en, target_es, whole,
};
use crate::domain::adjust::Target;
use crate::domain::quantity::{Amount, Unit};
use crate::domain::sheet::adjustments::Entered;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry};
use crate::store::{StoreError, Tx, named_params};
use crate::workflow::casework;

/// What the state's list came to, each by its mark.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct EnteredRead {
    /// Rows of the list.
    pub rows: usize,
    /// Found, and as they were to be entered.
    pub confirmed: Vec<String>,
    /// Found, but of another package or amount: somebody has to look.
    pub differ: Vec<String>,
    /// Open, and not in the list.
    pub missing: Vec<String>,
}

/// Looks for every open mark of the state's system. `name` is the file's.
pub fn entered(
    tx: &Tx<'_>,
    by: &Actor,
    name: &str,
    rows: &[Entered],
) -> Result<EnteredRead, StoreError> {
    let open = tx.all(
        &format!(
            "SELECT {COLUMNS} FROM intent JOIN adjustment ON adjustment.id = adjustment_id
             WHERE target = 'state' AND kind = 'adjust'
               AND state IN ('waiting', 'sent', 'refused', 'needs_person') ORDER BY intent.id"
        ),
        [],
        found,
    )?;
    let entry = Entry::open(tx, by, "adjustments_read")?;
    let mut told = EnteredRead { rows: rows.len(), ..EnteredRead::default() };
    for one in open {
        let intent = whole(tx, one)?;
        let Some(row) = rows.iter().find(|row| marked(&row.note, &intent.token)) else {
            told.missing.push(intent.token);
            continue;
        };
        let (en, es) = (target_en(Target::State), target_es(Target::State));
        if agrees(&intent, row) {
            tx.execute(
                "UPDATE intent SET state = 'confirmed', said = NULL, said_es = NULL, confirmed_at = :at WHERE id = :id",
                named_params! { ":at": tx.now().0, ":id": intent.id.0 },
            )?;
            tx.announce(Topic::Intents, intent.id.0);
            let said = words!("{} {}: found in its list of adjustments.",
                "{} {}: hallado en su lista de ajustes."; [en, intent.token], [es, intent.token]);
            if let Some(case) = intent.case {
                casework::evidence(tx, by.user, entry.seq(), case, "intent", &said)?;
            }
            told.confirmed.push(intent.token);
        } else {
            let shown = row.amount.map_or_else(|| "?".to_owned(), |amount| amount.to_string());
            let (label, asked) = (&row.label, value(&intent, "Quantity").unwrap_or("?"));
            let said = words!("{} has {shown} of {label} under {}, {asked} was to be entered.",
                "{} tiene {shown} de {label} con {}, había que registrar {asked}.";
                [en, intent.token], [es, intent.token]);
            set(tx, intent.id, IntentState::NeedsPerson, &said)?;
            if let Some(case) = intent.case {
                casework::resume(tx, by, entry.seq(), case, "intent", &said)?;
            }
            told.differ.push(intent.token);
        }
    }
    entry.seal(&serde_json::json!({
        "file": name, "rows": told.rows, "confirmed": told.confirmed, "differ": told.differ,
    }))?;
    Ok(told)
}

/// The mark as a word of its own: none is the beginning of another.
fn marked(note: &str, token: &str) -> bool {
    note.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| word == token)
}

fn value<'i>(intent: &'i Intent, name: &str) -> Option<&'i str> {
    let field: Option<&FieldValue> = intent.fields.iter().find(|field| field.name == name);
    field.map(|field| field.value.as_str())
}

fn agrees(intent: &Intent, row: &Entered) -> bool {
    let amount: Option<Amount> = value(intent, "Quantity").and_then(|text| text.parse().ok());
    let unit = value(intent, "UnitOfMeasure").and_then(Unit::parse);
    value(intent, "Label") == Some(row.label.as_str())
        && amount.is_some()
        && amount == row.amount
        && unit == row.unit
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn a_mark_is_a_word_of_its_own() {
        assert!(marked("BS-7K2M9Q Case A2B3C4: x", "BS-7K2M9Q"));
        assert!(marked("see (BS-7K2M9Q).", "BS-7K2M9Q"));
        assert!(!marked("BS-7K2M9QX", "BS-7K2M9Q") && !marked("XBS-7K2M9Q", "BS-7K2M9Q"));
    }
}
