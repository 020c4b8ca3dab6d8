//! What must be entered outside: the worklist, and what people say of it. It is confirmed only by a
//! reading taken later (`outside.rs`). What was entered and has no clear outcome is looked for before it is entered again.

use serde::{Deserialize, Serialize};

use super::{AdjustError, invalid, missing};
use crate::domain::adjust::Target;
use crate::domain::id::{AdjustmentId, CaseId, IntentId, PackageId, Seq};
use crate::domain::place::Account;
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry};
use crate::store::{Db, Row, SqlError, Tx, named_params};
use crate::workflow::casework;
use crate::workflow::refs::{self, PackageRef, UserRef};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntentState {
    Waiting,
    /// Somebody says that it was entered.
    Sent,
    /// A reading taken later shows it.
    Confirmed,
    Refused,
    NeedsPerson,
    /// Its adjustment was undone before anybody entered it.
    Withdrawn,
}

impl IntentState {
    const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Sent,
        Self::Confirmed,
        Self::Refused,
        Self::NeedsPerson,
        Self::Withdrawn,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::NeedsPerson => "needs_person",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == word).unwrap_or(Self::NeedsPerson)
    }

    const fn ended(self) -> bool {
        matches!(self, Self::Confirmed | Self::Withdrawn)
    }
}

/// A field outside and what exactly is entered there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldValue {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Intent {
    pub id: IntentId,
    /// Stands in the note.
    pub token: String,
    pub target: Target,
    /// "adjust" or "receipt".
    pub kind: String,
    pub adjustment: AdjustmentId,
    pub case: Option<CaseId>,
    pub package: Option<PackageRef>,
    pub fields: Vec<FieldValue>,
    /// What a reading must show by now: what is sold since is taken off.
    pub expected: Option<Quantity>,
    pub deadline: At,
    /// A citation, or "house rule".
    pub deadline_why: String,
    pub state: IntentState,
    /// What the outside said, or why a person must look.
    pub said: Option<Words>,
    /// It may have been entered already: whoever goes on looks for the token there first.
    pub look_first: bool,
    pub sent_at: Option<At>,
    pub sent_by: Option<UserRef>,
    pub confirmed_at: Option<At>,
}

impl Intent {
    pub(super) const fn untouched(&self) -> bool {
        matches!(self.state, IntentState::Waiting) && self.sent_at.is_none()
    }
}

/// What a tick came to. Nothing of the book: whoever counts may tick, too.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct IntentTicked {
    pub id: IntentId,
    pub token: String,
    pub state: IntentState,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Intents {
    pub now: At,
    /// Those due first come first; at most 200.
    pub intents: Vec<Intent>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SentInput {
    /// That the token was looked for outside, and is not there: needed where it may have been entered.
    #[serde(default)]
    pub looked: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusedInput {
    /// The outside's own words: 1 to 500 characters.
    pub said: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonInput {
    /// Why somebody must look: 1 to 500 characters.
    pub why: String,
}

/// What came and went since an intent was made that the outside knows of without us: sales, returns,
/// arrivals. Adjustments have intents of their own, and so have receipts that are corrected.
fn since(db: &Db<'_>, package: PackageId, seq: Seq) -> Result<Amount, SqlError> {
    db.one(
        "SELECT coalesce(sum(CASE WHEN from_place < 100 THEN amount ELSE -amount END), 0)
         FROM movement WHERE package_id = :package AND seq > :seq
           AND (from_place < 100) <> (to_place < 100) AND :adjusted NOT IN (from_place, to_place)
           AND NOT EXISTS (SELECT 1 FROM adjustment_line
                           WHERE movement_id IN (movement.id, movement.reverses))",
        named_params! { ":package": package.0, ":seq": seq.0, ":adjusted": Account::Adjusted.id().0 },
        |row| row.get(0).map(Amount::from_raw),
    )
}

pub(super) const COLUMNS: &str =
    "intent.id, token, target, kind, adjustment_id, kase_id, package_id, fields, expected,
    intent.seq, deadline, deadline_why, state, said, said_es, sent_at, sent_by, confirmed_at";

pub(super) struct Found {
    intent: Intent,
    package: i64,
    expected: Amount,
    seq: Seq,
    sent_by: Option<i64>,
}

pub(super) fn found(row: &Row<'_>) -> Result<Found, SqlError> {
    let state = IntentState::parse(row.get_ref("state")?.as_str()?);
    let sent_at = row.get::<_, Option<i64>>("sent_at")?.map(At);
    let fields: String = row.get("fields")?;
    let (said, said_es): (Option<String>, _) = (row.get("said")?, row.get("said_es")?);
    let intent = Intent {
        id: IntentId(row.get("id")?),
        token: row.get("token")?,
        target: Target::parse(row.get_ref("target")?.as_str()?),
        kind: row.get("kind")?,
        adjustment: AdjustmentId(row.get("adjustment_id")?),
        case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
        package: None,
        fields: serde_json::from_str(&fields).unwrap_or_default(),
        expected: None,
        deadline: At(row.get("deadline")?),
        deadline_why: row.get("deadline_why")?,
        state,
        said: said.map(|en| Words::kept(en, said_es)),
        look_first: state == IntentState::NeedsPerson,
        sent_at,
        sent_by: None,
        confirmed_at: row.get::<_, Option<i64>>("confirmed_at")?.map(At),
    };
    Ok(Found {
        intent,
        package: row.get("package_id")?,
        expected: Amount::from_raw(row.get("expected")?),
        seq: Seq(row.get("seq")?),
        sent_by: row.get("sent_by")?,
    })
}

pub(super) fn whole(db: &Db<'_>, found: Found) -> Result<Intent, SqlError> {
    let package = PackageId(found.package);
    let facts = refs::package(db, package)?;
    let now = found.expected + since(db, package, found.seq)?;
    Ok(Intent {
        expected: facts.as_ref().map(|facts| facts.quantity(now)),
        package: facts.map(|facts| facts.reference),
        sent_by: refs::known_user(db, found.sent_by)?,
        ..found.intent
    })
}

/// The worklist: what is open, or with `all` what has ended too.
pub fn list(db: &Db<'_>, all: bool) -> Result<Intents, SqlError> {
    let rows = db.all(
        &format!(
            "SELECT {COLUMNS} FROM intent JOIN adjustment ON adjustment.id = adjustment_id
             WHERE :all OR state NOT IN ('confirmed', 'withdrawn') ORDER BY deadline, intent.id LIMIT 200"
        ),
        named_params! { ":all": all },
        found,
    )?;
    let intents: Result<Vec<_>, _> = rows.into_iter().map(|row| whole(db, row)).collect();
    Ok(Intents { now: db.now(), intents: intents? })
}

pub(super) fn of_adjustment(db: &Db<'_>, id: AdjustmentId) -> Result<Vec<Intent>, SqlError> {
    let rows = db.all(
        &format!(
            "SELECT {COLUMNS} FROM intent JOIN adjustment ON adjustment.id = adjustment_id
             WHERE adjustment_id = :id ORDER BY intent.id"
        ),
        named_params! { ":id": id.0 },
        found,
    )?;
    rows.into_iter().map(|row| whole(db, row)).collect()
}

fn get(db: &Db<'_>, id: IntentId) -> Result<Option<Intent>, SqlError> {
    let row = db.maybe(
        &format!(
            "SELECT {COLUMNS} FROM intent JOIN adjustment ON adjustment.id = adjustment_id
             WHERE intent.id = :id"
        ),
        named_params! { ":id": id.0 },
        found,
    )?;
    row.map(|row| whole(db, row)).transpose()
}

fn ticked(db: &Db<'_>, id: IntentId) -> Result<IntentTicked, AdjustError> {
    let intent = get(db, id)?.ok_or_else(|| missing("intent"))?;
    Ok(IntentTicked { id, token: intent.token, state: intent.state })
}

fn open(tx: &Tx<'_>, id: IntentId) -> Result<Intent, AdjustError> {
    let intent = get(tx, id)?.ok_or_else(|| missing("intent"))?;
    if intent.state.ended() { Err(AdjustError::Ended) } else { Ok(intent) }
}

/// Says that it was entered outside. Nothing is confirmed by that.
pub fn sent(
    tx: &Tx<'_>,
    by: &Actor,
    id: IntentId,
    input: &SentInput,
) -> Result<IntentTicked, AdjustError> {
    let intent = open(tx, id)?;
    if intent.look_first && !input.looked {
        return Err(AdjustError::LookFirst { token: intent.token });
    }
    let entry = Entry::open(tx, by, "intent_sent")?;
    // Who ticked first did it: a second tick, as of two people, changes nothing.
    tx.execute(
        "UPDATE intent SET state = 'sent', said = NULL, said_es = NULL, sent_at = :at, sent_by = :by
         WHERE id = :id AND state <> 'sent'",
        named_params! { ":id": id.0, ":at": tx.now().0, ":by": by.user.map(|user| user.0) },
    )?;
    entry.seal(&serde_json::json!({
        "intent": id, "token": intent.token, "was": intent.state, "looked": input.looked,
    }))?;
    tx.announce(Topic::Intents, id.0);
    ticked(tx, id)
}

/// The outside did not take it.
pub fn refused(
    tx: &Tx<'_>,
    by: &Actor,
    id: IntentId,
    input: &RefusedInput,
) -> Result<IntentTicked, AdjustError> {
    ends(tx, by, id, IntentState::Refused, "said", &input.said)
}

/// Somebody must look at it: an answer was lost, or it makes no sense.
pub fn person(
    tx: &Tx<'_>,
    by: &Actor,
    id: IntentId,
    input: &PersonInput,
) -> Result<IntentTicked, AdjustError> {
    ends(tx, by, id, IntentState::NeedsPerson, "why", &input.why)
}

fn ends(
    tx: &Tx<'_>,
    by: &Actor,
    id: IntentId,
    state: IntentState,
    field: &'static str,
    text: &str,
) -> Result<IntentTicked, AdjustError> {
    let text = text.trim();
    if !(1..=500).contains(&text.chars().count()) {
        return Err(invalid(field, "needs 1 to 500 characters"));
    }
    let intent = open(tx, id)?;
    let kind = if state == IntentState::Refused { "intent_refused" } else { "intent_needs_person" };
    let entry = Entry::open(tx, by, kind)?;
    set(tx, id, state, &Words::own(text))?;
    if let Some(case) = intent.case {
        let said = words!("{} {}: {}", "{} {}: {}";
            [target_en(intent.target), intent.token, text], [target_es(intent.target), intent.token, text]);
        casework::evidence(tx, by.user, entry.seq(), case, "intent", &said)?;
    }
    entry.seal(&serde_json::json!({
        "intent": id, "token": intent.token, "was": intent.state, "said": text,
    }))?;
    ticked(tx, id)
}

pub(super) fn set(
    tx: &Tx<'_>,
    id: IntentId,
    state: IntentState,
    said: &Words,
) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE intent SET state = :state, said = :said, said_es = :said_es WHERE id = :id",
        named_params! {
            ":state": state.word(), ":said": said.en, ":said_es": said.other(), ":id": id.0,
        },
    )?;
    tx.announce(Topic::Intents, id.0);
    Ok(())
}

pub(super) const fn target_en(target: Target) -> &'static str {
    match target {
        Target::Pos => "POS",
        Target::State => "State system",
    }
}

pub(super) const fn target_es(target: Target) -> &'static str {
    match target {
        Target::Pos => "Punto de venta",
        Target::State => "Sistema del estado",
    }
}
