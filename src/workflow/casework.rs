//! Cases and tasks: what somebody has to look into, and what somebody has to do. Every workflow opens
//! them inside its own command; nothing deletes them.

mod list;
mod work;

use serde::{Deserialize, Serialize};

use super::refs::{PackageRef, PlaceRef, UserRef};
use super::settings;
use crate::domain::code::Code;
use crate::domain::id::{CaseId, DocumentId, PackageId, PlaceId, Seq, TaskId, UserId};
use crate::domain::jurisdiction;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::Words;
use crate::ledger::{Actor, Entry};
use crate::store::{SqlError, StoreError, Tx, named_params};

pub use list::{CaseOrder, CaseView, Cases, Evidence, Tasks, case, cases, task, tasks, tasks_at};
pub use work::{AssignInput, DoneInput, close, finish_task};
pub use work::{
    CaseError, CloseInput, EvidenceInput, ReopenInput, Settle, add_evidence, assign_case,
    assign_task, reopen,
};

/// Why a case was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// A tote's lines did not arrive as they left.
    Custody,
    /// Stock was in somebody's hand where the book had it elsewhere or not at all.
    Found,
    /// A sale line that could not be placed.
    Sale,
    /// A tag the box does not know.
    UnknownPackage,
    /// A discrepancy on a package: it is not picked while this is open.
    Discrepancy,
    /// A tote was not received in time.
    LateTote,
    /// The papers of a shipment are not in order.
    Manifest,
    /// A COA failed or was revoked, and its batch is in the store.
    Coa,
    Recall,
    /// More came back from customers than was sold.
    Return,
    /// A count found more or less than the book has.
    Variance,
    /// Shelf and book are apart by so much that the state must be told.
    Significant,
    /// An online order was handed over, and no sale of the POS came for it.
    NoSale,
}

impl CaseKind {
    pub const ALL: [Self; 13] = [
        Self::Custody,
        Self::Found,
        Self::Sale,
        Self::UnknownPackage,
        Self::Discrepancy,
        Self::LateTote,
        Self::Manifest,
        Self::Coa,
        Self::Recall,
        Self::Return,
        Self::Variance,
        Self::Significant,
        Self::NoSale,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Custody => "custody",
            Self::Found => "found",
            Self::Sale => "sale",
            Self::UnknownPackage => "unknown_package",
            Self::Discrepancy => "discrepancy",
            Self::LateTote => "late_tote",
            Self::Manifest => "manifest",
            Self::Coa => "coa",
            Self::Recall => "recall",
            Self::Return => "return",
            Self::Variance => "variance",
            Self::Significant => "significant",
            Self::NoSale => "no_sale",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    AcceptedShort,
    SupplierError,
    OurError,
    DamagedInTransit,
    Returned,
    Destroyed,
    Explained,
}

impl Verdict {
    const ALL: [Self; 7] = [
        Self::AcceptedShort,
        Self::SupplierError,
        Self::OurError,
        Self::DamagedInTransit,
        Self::Returned,
        Self::Destroyed,
        Self::Explained,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::AcceptedShort => "accepted_short",
            Self::SupplierError => "supplier_error",
            Self::OurError => "our_error",
            Self::DamagedInTransit => "damaged_in_transit",
            Self::Returned => "returned",
            Self::Destroyed => "destroyed",
            Self::Explained => "explained",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    Open,
    Closed,
}

/// What a case or a link is about.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Subject {
    /// "pick", "package", "import".
    pub kind: String,
    pub id: i64,
    pub label: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Case {
    pub id: CaseId,
    pub code: String,
    pub kind: CaseKind,
    pub title: Words,
    pub state: CaseState,
    pub subject: Option<Subject>,
    pub place: Option<PlaceRef>,
    pub package: Option<PackageRef>,
    pub opened_at: At,
    pub opened_by: Option<UserRef>,
    pub assignee: Option<UserRef>,
    pub due: Option<At>,
    /// What the deadline rests on: a citation, or "house rule".
    pub due_why: Option<String>,
    /// How it ended, in one word.
    pub verdict: Option<Verdict>,
    pub outcome: Option<String>,
    pub closed_at: Option<At>,
    /// How many pieces of evidence it has.
    pub evidence: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Count a bin where a pick came up short.
    CountBin,
    CheckCase,
    PutAway,
    LateTote,
}

impl TaskKind {
    pub const ALL: [Self; 4] = [Self::CountBin, Self::CheckCase, Self::PutAway, Self::LateTote];

    pub const fn word(self) -> &'static str {
        match self {
            Self::CountBin => "count_bin",
            Self::CheckCase => "check_case",
            Self::PutAway => "put_away",
            Self::LateTote => "late_tote",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    Open,
    Done,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Task {
    pub id: TaskId,
    pub kind: TaskKind,
    pub title: Words,
    pub state: TaskState,
    pub place: Option<PlaceRef>,
    pub package: Option<PackageRef>,
    pub case: Option<CaseId>,
    pub assignee: Option<UserRef>,
    pub due: Option<At>,
    pub opened_at: At,
    pub outcome: Option<String>,
}

/// A case to open.
#[derive(Clone, Debug, Default)]
pub struct NewCase {
    pub title: Words,
    pub subject: Option<(&'static str, i64, String)>,
    pub place: Option<PlaceId>,
    pub package: Option<PackageId>,
    pub due: Option<At>,
    /// What the deadline rests on.
    pub due_why: Option<&'static str>,
    /// Kind and text of each piece of evidence, in plain words.
    pub evidence: Vec<(&'static str, Words)>,
}

/// Opens a case as part of the command whose entry is `seq`; its id and code.
pub fn open(
    tx: &Tx<'_>,
    by: &Actor,
    seq: Seq,
    kind: CaseKind,
    new: &NewCase,
) -> Result<(CaseId, String), StoreError> {
    let code = new_code()?;
    let id = tx.insert(
        "INSERT INTO kase (code, kind, title, title_es, state, subject_kind, subject_id, subject,
                           place_id, package_id, opened_at, opened_by, opened_seq, due, due_why)
         VALUES (:code, :kind, :title, :title_es, 'open', :subject_kind, :subject_id, :subject,
                 :place, :package, :at, :by, :seq, :due, :due_why)",
        named_params! {
            ":code": code, ":kind": kind.word(), ":title": new.title.en,
            ":title_es": new.title.other(),
            ":subject_kind": new.subject.as_ref().map(|subject| subject.0),
            ":subject_id": new.subject.as_ref().map(|subject| subject.1),
            ":subject": new.subject.as_ref().map(|subject| subject.2.as_str()),
            ":place": new.place.map(|place| place.0),
            ":package": new.package.map(|package| package.0),
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":seq": seq.0,
            ":due": new.due.map(|due| due.0), ":due_why": new.due_why,
        },
    )?;
    for (kind, text) in &new.evidence {
        evidence(tx, by.user, seq, CaseId(id), kind, text)?;
    }
    tx.announce(Topic::Cases, id);
    blocks(tx, kind, new.package);
    Ok((CaseId(id), code))
}

/// When a discrepancy must be dealt with, and what says so.
pub fn discrepancy_deadline(tx: &Tx<'_>) -> Result<(At, &'static str), SqlError> {
    let settings = settings::get(tx)?;
    let (state, house_h, zone) =
        (&settings.jurisdiction, settings.discrepancy_within_h, settings.tz());
    let due = jurisdiction::discrepancy(state, house_h, tx.now(), zone);
    Ok((due.at, due.why))
}

/// Adds evidence to a case as part of a command; a closed one is open again.
pub fn resume(
    tx: &Tx<'_>,
    by: &Actor,
    seq: Seq,
    case: CaseId,
    kind: &str,
    text: &Words,
) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE kase SET state = 'open', closed_at = NULL, outcome = NULL, verdict = NULL WHERE id = :id",
        named_params! { ":id": case.0 },
    )?;
    evidence(tx, by.user, seq, case, kind, text)
}

/// Whether an open case has this in its evidence.
pub fn says(tx: &Tx<'_>, case: CaseId, text: &Words) -> Result<bool, SqlError> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM evidence JOIN kase ON kase.id = kase_id
                        WHERE kase_id = :id AND text = :text AND state = 'open')",
        named_params! { ":id": case.0, ":text": text.en },
        |row| row.get(0),
    )
}

/// An open discrepancy blocks its package: whoever keeps a copy of the stock is told when it comes or
/// goes.
fn blocks(tx: &Tx<'_>, kind: CaseKind, package: Option<PackageId>) {
    if let (CaseKind::Discrepancy, Some(package)) = (kind, package) {
        tx.announce(Topic::Stock, package.0);
    }
}

/// Adds a piece of evidence as part of the command whose entry is `seq`.
pub fn evidence(
    tx: &Tx<'_>,
    by: Option<UserId>,
    seq: Seq,
    case: CaseId,
    kind: &str,
    text: &Words,
) -> Result<(), SqlError> {
    tx.insert(
        "INSERT INTO evidence (kase_id, at, by_user, kind, text, text_es, seq)
         VALUES (:case, :at, :by, :kind, :text, :text_es, :seq)",
        named_params! {
            ":case": case.0, ":at": tx.now().0, ":by": by.map(|user| user.0), ":kind": kind,
            ":text": text.en, ":text_es": text.other(), ":seq": seq.0,
        },
    )?;
    tx.announce(Topic::Cases, case.0);
    Ok(())
}

/// Adds a photo or paper to a case, with or without words, as part of the command whose entry is `seq`.
pub fn attach(
    tx: &Tx<'_>,
    by: Option<UserId>,
    seq: Seq,
    case: CaseId,
    document: DocumentId,
    text: &str,
) -> Result<(), SqlError> {
    tx.insert(
        "INSERT INTO evidence (kase_id, at, by_user, kind, text, seq, document_id)
         VALUES (:case, :at, :by, 'photo', :text, :seq, :document)",
        named_params! {
            ":case": case.0, ":at": tx.now().0, ":by": by.map(|user| user.0), ":text": text,
            ":seq": seq.0, ":document": document.0,
        },
    )?;
    tx.announce(Topic::Cases, case.0);
    Ok(())
}

/// Closes a case because what it asks about was taken back, as part of a command.
pub fn settle_by_undo(
    tx: &Tx<'_>,
    by: &Actor,
    entry: &Entry<'_, '_>,
    case: CaseId,
    why: &Words,
) -> Result<(), SqlError> {
    tx.execute(
        "UPDATE kase SET state = 'closed', verdict = :verdict, closed_at = :at
         WHERE id = :id AND state = 'open'",
        named_params! {
            ":verdict": Verdict::OurError.word(), ":at": tx.now().0, ":id": case.0,
        },
    )?;
    evidence(tx, by.user, entry.seq(), case, "closed", why)
}

/// A task to open.
#[derive(Clone, Debug, Default)]
pub struct NewTask {
    pub title: Words,
    pub place: Option<PlaceId>,
    pub package: Option<PackageId>,
    pub case: Option<CaseId>,
    pub due: Option<At>,
}

/// Opens a task as part of the command whose entry is `seq`; the open one where the same is asked for
/// already.
pub fn open_task(
    tx: &Tx<'_>,
    by: &Actor,
    seq: Seq,
    kind: TaskKind,
    new: &NewTask,
) -> Result<TaskId, StoreError> {
    let known: Option<i64> = tx.maybe(
        "SELECT id FROM task WHERE state = 'open' AND kind = :kind AND place_id IS :place
           AND package_id IS :package AND kase_id IS :case",
        named_params! {
            ":kind": kind.word(), ":place": new.place.map(|place| place.0),
            ":package": new.package.map(|package| package.0), ":case": new.case.map(|case| case.0),
        },
        |row| row.get("id"),
    )?;
    if let Some(id) = known {
        return Ok(TaskId(id));
    }
    let id = tx.insert(
        "INSERT INTO task (kind, title, title_es, state, place_id, package_id, kase_id, opened_at,
                           opened_by, opened_seq, due)
         VALUES (:kind, :title, :title_es, 'open', :place, :package, :case, :at, :by, :seq, :due)",
        named_params! {
            ":kind": kind.word(), ":title": new.title.en, ":title_es": new.title.other(),
            ":place": new.place.map(|place| place.0),
            ":package": new.package.map(|package| package.0), ":case": new.case.map(|case| case.0),
            ":at": tx.now().0, ":by": by.user.map(|user| user.0), ":seq": seq.0,
            ":due": new.due.map(|due| due.0),
        },
    )?;
    tx.announce(Topic::Tasks, id);
    Ok(TaskId(id))
}

/// A fresh short code, without its dash. The columns that hold one are unique: a collision (one in 28
/// million) fails the command, and its retry draws another.
pub fn new_code() -> Result<String, StoreError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::Invariant(format!("no randomness: {error}")))?;
    Ok(Code::from_random(bytes).plain().to_owned())
}
