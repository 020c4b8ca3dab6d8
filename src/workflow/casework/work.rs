//! Working on cases and tasks: documenting, assigning, closing with an outcome, and settling what a
//! custody case left in a tote.

use serde::{Deserialize, Serialize};

use super::list::{self, CaseView};
use super::{Case, CaseState, Task, TaskState, Verdict};
use crate::domain::file_hash::FileHash;
use crate::domain::id::{CaseId, PlaceId, TaskId, UserId};
use crate::domain::place::Account;
use crate::domain::topic::Topic;
use crate::domain::words::Words;
use crate::ledger::{Actor, Entry, Movement, PostError, query};
use crate::store::{SqlError, StoreError, Tx, named_params};
use crate::workflow::{document, refs};

/// The longest text a person may attach.
const TEXT_LIMIT: usize = 2_000;

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceInput {
    /// 1 to 2,000 characters; beside a document it may be empty.
    #[serde(default)]
    pub text: String,
    /// A photo or paper that was handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<FileHash>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignInput {
    pub user: UserId,
}

/// Where the stock that a custody case left in its tote goes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// A place where it was found, or 0: it was not found and goes to the adjusted account.
    pub to: PlaceId,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseInput {
    /// What came out, in the person's words.
    pub outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<Settle>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenInput {
    /// Why it is not over: 1 to 2,000 characters.
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoneInput {
    pub outcome: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("it is closed already")]
    Closed,
    #[error("it is open")]
    Open,
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    /// The tote still holds stock of this case: say where it is.
    #[error("the tote still holds stock: say where it went")]
    NotSettled,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for CaseError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Attaches a text, a photo or a paper to an open case.
pub fn add_evidence(
    tx: &Tx<'_>,
    by: &Actor,
    id: CaseId,
    input: &EvidenceInput,
) -> Result<CaseView, CaseError> {
    let text = input.text.trim();
    if input.document.is_none() || !text.is_empty() {
        check_text("text", text)?;
    }
    let Some(documents) = document::of(tx, input.document.as_slice())? else {
        return Err(CaseError::NotFound { what: "document" });
    };
    open_case(tx, id)?;
    let entry = Entry::open(tx, by, "evidence_added")?;
    match documents.first() {
        Some(document) => super::attach(tx, by.user, entry.seq(), id, *document, text)?,
        None => super::evidence(tx, by.user, entry.seq(), id, "note", &Words::own(text))?,
    }
    entry.seal(&serde_json::json!({ "case": id, "text": text, "document": input.document }))?;
    list::case(tx, id)?.ok_or(CaseError::NotFound { what: "case" })
}

/// Gives a case to a person.
pub fn assign_case(
    tx: &Tx<'_>,
    by: &Actor,
    id: CaseId,
    input: &AssignInput,
) -> Result<Case, CaseError> {
    open_case(tx, id)?;
    let user = refs::user(tx, input.user)?.ok_or(CaseError::NotFound { what: "person" })?;
    tx.execute(
        "UPDATE kase SET assignee = :user WHERE id = :id",
        named_params! { ":user": user.id.0, ":id": id.0 },
    )?;
    tx.announce(Topic::Cases, id.0);
    Entry::open(tx, by, "case_assigned")?
        .seal(&serde_json::json!({ "case": id, "to": user.id }))?;
    list::row(tx, id)?.ok_or(CaseError::NotFound { what: "case" })
}

/// Closes a case with its outcome. What it left in a tote must be settled in the same command.
pub fn close(tx: &Tx<'_>, by: &Actor, id: CaseId, input: &CloseInput) -> Result<Case, CaseError> {
    check_text("outcome", &input.outcome)?;
    let case = open_case(tx, id)?;
    let mut entry = Entry::open(tx, by, "case_closed")?;
    settle(tx, &mut entry, &case, input.settle)?;
    tx.execute(
        "UPDATE kase SET state = 'closed', outcome = :outcome, verdict = :verdict, closed_at = :at
         WHERE id = :id",
        named_params! {
            ":outcome": input.outcome.trim(), ":verdict": input.verdict.map(Verdict::word),
            ":at": tx.now().0, ":id": id.0,
        },
    )?;
    tx.execute(
        "UPDATE task SET state = 'done', outcome = :outcome, done_at = :at
         WHERE kase_id = :id AND state = 'open'",
        named_params! { ":outcome": input.outcome.trim(), ":at": tx.now().0, ":id": id.0 },
    )?;
    super::evidence(tx, by.user, entry.seq(), id, "closed", &Words::own(input.outcome.trim()))?;
    entry.seal(&serde_json::json!({
        "case": id, "outcome": input.outcome.trim(), "verdict": input.verdict,
    }))?;
    tx.announce(Topic::Cases, id.0);
    tx.announce_all(Topic::Tasks);
    super::blocks(tx, case.kind, case.package.as_ref().map(|package| package.id));
    list::row(tx, id)?.ok_or(CaseError::NotFound { what: "case" })
}

/// Opens a closed case again.
pub fn reopen(tx: &Tx<'_>, by: &Actor, id: CaseId, input: &ReopenInput) -> Result<Case, CaseError> {
    check_text("reason", &input.reason)?;
    let case = list::row(tx, id)?.ok_or(CaseError::NotFound { what: "case" })?;
    if case.state == CaseState::Open {
        return Err(CaseError::Open);
    }
    let entry = Entry::open(tx, by, "case_reopened")?;
    super::resume(tx, by, entry.seq(), id, "reopened", &Words::own(input.reason.trim()))?;
    entry.seal(&serde_json::json!({ "case": id, "reason": input.reason.trim() }))?;
    super::blocks(tx, case.kind, case.package.as_ref().map(|package| package.id));
    list::row(tx, id)?.ok_or(CaseError::NotFound { what: "case" })
}

fn settle(
    tx: &Tx<'_>,
    entry: &mut Entry<'_, '_>,
    case: &Case,
    settle: Option<Settle>,
) -> Result<(), CaseError> {
    let (Some(place), Some(package)) = (&case.place, &case.package) else { return Ok(()) };
    if case.kind != super::CaseKind::Custody {
        return Ok(());
    }
    let left = query::balance(tx, package.id, place.id)?;
    if !left.is_positive() {
        return Ok(());
    }
    let to = match settle.ok_or(CaseError::NotSettled)?.to {
        PlaceId(0) => Account::Adjusted.id(),
        to => {
            let place = refs::place(tx, to)?.ok_or(CaseError::NotFound { what: "place" })?;
            if !place.kind.free_to_move() {
                return Err(CaseError::Invalid {
                    field: "settle",
                    why: "is not a place for stock",
                });
            }
            place.id
        }
    };
    let movement =
        Movement { package: package.id, amount: left, from: place.id, to, reverses: None };
    entry.post(movement).map_err(|error| match error {
        PostError::Store(error) => CaseError::Store(error),
        _ => CaseError::NotSettled,
    })?;
    tx.announce(Topic::Stock, package.id.0);
    Ok(())
}

/// Gives a task to a person.
pub fn assign_task(
    tx: &Tx<'_>,
    by: &Actor,
    id: TaskId,
    input: &AssignInput,
) -> Result<Task, CaseError> {
    open_task(tx, id)?;
    let user = refs::user(tx, input.user)?.ok_or(CaseError::NotFound { what: "person" })?;
    tx.execute(
        "UPDATE task SET assignee = :user WHERE id = :id",
        named_params! { ":user": user.id.0, ":id": id.0 },
    )?;
    tx.announce(Topic::Tasks, id.0);
    Entry::open(tx, by, "task_assigned")?
        .seal(&serde_json::json!({ "task": id, "to": user.id }))?;
    list::task(tx, id)?.ok_or(CaseError::NotFound { what: "task" })
}

/// Says that a task is done, and what came out.
pub fn finish_task(
    tx: &Tx<'_>,
    by: &Actor,
    id: TaskId,
    input: &DoneInput,
) -> Result<Task, CaseError> {
    check_text("outcome", &input.outcome)?;
    open_task(tx, id)?;
    tx.execute(
        "UPDATE task SET state = 'done', outcome = :outcome, done_at = :at WHERE id = :id",
        named_params! { ":outcome": input.outcome.trim(), ":at": tx.now().0, ":id": id.0 },
    )?;
    tx.announce(Topic::Tasks, id.0);
    Entry::open(tx, by, "task_done")?
        .seal(&serde_json::json!({ "task": id, "outcome": input.outcome.trim() }))?;
    list::task(tx, id)?.ok_or(CaseError::NotFound { what: "task" })
}

fn open_case(tx: &Tx<'_>, id: CaseId) -> Result<Case, CaseError> {
    let case = list::row(tx, id)?.ok_or(CaseError::NotFound { what: "case" })?;
    if case.state == CaseState::Open { Ok(case) } else { Err(CaseError::Closed) }
}

fn open_task(tx: &Tx<'_>, id: TaskId) -> Result<Task, CaseError> {
    let task = list::task(tx, id)?.ok_or(CaseError::NotFound { what: "task" })?;
    if task.state == TaskState::Open { Ok(task) } else { Err(CaseError::Closed) }
}

fn check_text(field: &'static str, text: &str) -> Result<(), CaseError> {
    let length = text.trim().chars().count();
    if (1..=TEXT_LIMIT).contains(&length) {
        return Ok(());
    }
    Err(CaseError::Invalid { field, why: "needs 1 to 2,000 characters" })
}
