//! Reading cases and tasks.

use serde::{Deserialize, Serialize};

use super::{Case, CaseKind, CaseState, Subject, Task, TaskKind, TaskState, Verdict};
use crate::domain::id::{CaseId, DocumentId, PackageId, PlaceId, Seq, TaskId};
use crate::domain::quantity::{Amount, Quantity};
use crate::domain::time::At;
use crate::domain::words::Words;
use crate::store::{Db, Row, SqlError, named_params};
use crate::workflow::refs::{self, PackageRef, PlaceRef, UserRef};

/// How many of a list are answered at the most, newest first.
const LIMIT: i64 = 500;

/// In which order cases are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseOrder {
    #[default]
    Newest,
    /// Those that have waited longest first.
    Age,
    /// By their deadline, those without one last.
    Due,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Cases {
    pub cases: Vec<Case>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Tasks {
    pub tasks: Vec<Task>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Evidence {
    pub at: At,
    pub by: Option<UserRef>,
    pub kind: String,
    pub text: Words,
    /// The journal entry it came with.
    pub seq: Option<Seq>,
    /// A photo or paper that goes with it.
    pub document: Option<DocumentId>,
}

/// A movement of stock that belongs to a case.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseMovement {
    pub seq: Seq,
    pub at: At,
    pub by: Option<UserRef>,
    pub package: PackageRef,
    pub from: PlaceRef,
    pub to: PlaceRef,
    pub quantity: Quantity,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseView {
    pub case: Case,
    pub evidence: Vec<Evidence>,
    /// What was moved by the commands that opened it and added to it, oldest first.
    pub movements: Vec<CaseMovement>,
    /// The journal entry of the command that opened it.
    pub journal_from: Seq,
}

/// Cases in an order; of one state where given.
pub fn cases(db: &Db<'_>, state: Option<&str>, order: CaseOrder) -> Result<Cases, SqlError> {
    let order = match order {
        CaseOrder::Newest => "id DESC",
        CaseOrder::Age => "id",
        CaseOrder::Due => "due IS NULL, due, id DESC",
    };
    let ids = db.all(
        &format!(
            "SELECT id FROM kase WHERE :state IS NULL OR state = :state
             ORDER BY {order} LIMIT :limit"
        ),
        named_params! { ":state": state, ":limit": LIMIT },
        |row| row.get("id"),
    )?;
    let cases: Result<Vec<_>, _> = ids.into_iter().map(|id| row(db, CaseId(id))).collect();
    Ok(Cases { cases: cases?.into_iter().flatten().collect() })
}

/// One case with its evidence.
pub fn case(db: &Db<'_>, id: CaseId) -> Result<Option<CaseView>, SqlError> {
    let Some(case) = row(db, id)? else { return Ok(None) };
    let found = db.all(
        "SELECT at, by_user, kind, text, text_es, seq, document_id FROM evidence
         WHERE kase_id = :id ORDER BY id",
        named_params! { ":id": id.0 },
        |row| {
            let by: Option<i64> = row.get("by_user")?;
            let seen = Evidence {
                at: At(row.get("at")?),
                by: None,
                kind: row.get("kind")?,
                text: Words::kept(row.get("text")?, row.get("text_es")?),
                seq: Some(Seq(row.get("seq")?)),
                document: row.get::<_, Option<i64>>("document_id")?.map(DocumentId),
            };
            Ok((by, seen))
        },
    )?;
    let evidence: Result<Vec<_>, SqlError> = found
        .into_iter()
        .map(|(by, seen)| Ok(Evidence { by: refs::known_user(db, by)?, ..seen }))
        .collect();
    let journal_from = db.one(
        "SELECT opened_seq FROM kase WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0).map(Seq),
    )?;
    let movements = movements(db, id)?;
    Ok(Some(CaseView { case, evidence: evidence?, movements, journal_from }))
}

fn movements(db: &Db<'_>, id: CaseId) -> Result<Vec<CaseMovement>, SqlError> {
    let rows = db.all(
        "SELECT movement.seq, entry.at, entry.user_id, package_id, from_place, to_place, amount
         FROM movement JOIN entry ON entry.seq = movement.seq
         WHERE movement.seq IN (SELECT opened_seq FROM kase WHERE id = :id
                                UNION SELECT seq FROM evidence WHERE kase_id = :id)
         ORDER BY movement.id LIMIT 200",
        named_params! { ":id": id.0 },
        |row| {
            let ids: [i64; 3] =
                [row.get("package_id")?, row.get("from_place")?, row.get("to_place")?];
            let user: Option<i64> = row.get("user_id")?;
            let amount = Amount::from_raw(row.get("amount")?);
            Ok((Seq(row.get("seq")?), At(row.get("at")?), user, ids, amount))
        },
    )?;
    let mut found = Vec::with_capacity(rows.len());
    for (seq, at, user, [package, from, to], amount) in rows {
        let package = refs::package(db, PackageId(package))?;
        let places = (refs::place(db, PlaceId(from))?, refs::place(db, PlaceId(to))?);
        let (Some(package), (Some(from), Some(to))) = (package, places) else { continue };
        let quantity = package.quantity(amount);
        let by = refs::known_user(db, user)?;
        found.push(CaseMovement { seq, at, by, package: package.reference, from, to, quantity });
    }
    Ok(found)
}

pub(super) fn row(db: &Db<'_>, id: CaseId) -> Result<Option<Case>, SqlError> {
    struct Links {
        place: Option<i64>,
        package: Option<i64>,
        opened_by: Option<i64>,
        assignee: Option<i64>,
    }
    let found = db.maybe(
        "SELECT id, code, kind, title, title_es, state, subject_kind, subject_id, subject, place_id,
                package_id, opened_at, opened_by, assignee, due, due_why, verdict, outcome, closed_at,
                (SELECT count(*) FROM evidence WHERE kase_id = kase.id) AS evidence
         FROM kase WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let links = Links {
                place: row.get("place_id")?,
                package: row.get("package_id")?,
                opened_by: row.get("opened_by")?,
                assignee: row.get("assignee")?,
            };
            Ok((links, read_case(row)?))
        },
    )?;
    let Some((links, case)) = found else { return Ok(None) };
    Ok(Some(Case {
        place: links.place.map_or(Ok(None), |id| refs::place(db, PlaceId(id)))?,
        package: package(db, links.package)?,
        opened_by: refs::known_user(db, links.opened_by)?,
        assignee: refs::known_user(db, links.assignee)?,
        ..case
    }))
}

fn read_case(row: &Row<'_>) -> Result<Case, SqlError> {
    let kind: String = row.get("kind")?;
    let state: String = row.get("state")?;
    let subject: Option<String> = row.get("subject_kind")?;
    let subject = match subject {
        None => None,
        Some(kind) => {
            Some(Subject { kind, id: row.get("subject_id")?, label: row.get("subject")? })
        }
    };
    Ok(Case {
        id: CaseId(row.get("id")?),
        code: row.get("code")?,
        kind: CaseKind::parse(&kind).unwrap_or(CaseKind::Discrepancy),
        title: Words::kept(row.get("title")?, row.get("title_es")?),
        state: if state == "open" { CaseState::Open } else { CaseState::Closed },
        subject,
        place: None,
        package: None,
        opened_at: At(row.get("opened_at")?),
        opened_by: None,
        assignee: None,
        due: row.get::<_, Option<i64>>("due")?.map(At),
        due_why: row.get("due_why")?,
        verdict: row.get::<_, Option<String>>("verdict")?.as_deref().and_then(Verdict::parse),
        outcome: row.get("outcome")?,
        closed_at: row.get::<_, Option<i64>>("closed_at")?.map(At),
        evidence: row.get("evidence")?,
    })
}

/// Tasks, those due first; of one state where given.
pub fn tasks(db: &Db<'_>, state: Option<&str>) -> Result<Tasks, SqlError> {
    let ids = db.all(
        "SELECT id FROM task WHERE :state IS NULL OR state = :state
         ORDER BY due IS NULL, due, id DESC LIMIT :limit",
        named_params! { ":state": state, ":limit": LIMIT },
        |row| row.get("id"),
    )?;
    let tasks: Result<Vec<_>, _> = ids.into_iter().map(|id| task(db, TaskId(id))).collect();
    Ok(Tasks { tasks: tasks?.into_iter().flatten().collect() })
}

/// The open tasks at a place.
pub fn tasks_at(db: &Db<'_>, place: PlaceId) -> Result<Vec<Task>, SqlError> {
    let ids = db.all(
        "SELECT id FROM task WHERE state = 'open' AND place_id = :place ORDER BY id LIMIT :limit",
        named_params! { ":place": place.0, ":limit": LIMIT },
        |row| row.get("id"),
    )?;
    let tasks: Result<Vec<_>, _> = ids.into_iter().map(|id| task(db, TaskId(id))).collect();
    Ok(tasks?.into_iter().flatten().collect())
}

/// One task.
pub fn task(db: &Db<'_>, id: TaskId) -> Result<Option<Task>, SqlError> {
    let found = db.maybe(
        "SELECT id, kind, title, title_es, state, place_id, package_id, kase_id, assignee, due,
                opened_at, outcome
         FROM task WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| {
            let links: [Option<i64>; 3] =
                [row.get("place_id")?, row.get("package_id")?, row.get("assignee")?];
            let (kind, state): (String, String) = (row.get("kind")?, row.get("state")?);
            let task = Task {
                id: TaskId(row.get("id")?),
                kind: TaskKind::parse(&kind).unwrap_or(TaskKind::CheckCase),
                title: Words::kept(row.get("title")?, row.get("title_es")?),
                state: if state == "open" { TaskState::Open } else { TaskState::Done },
                place: None,
                package: None,
                case: row.get::<_, Option<i64>>("kase_id")?.map(CaseId),
                assignee: None,
                due: row.get::<_, Option<i64>>("due")?.map(At),
                opened_at: At(row.get("opened_at")?),
                outcome: row.get("outcome")?,
            };
            Ok((links, task))
        },
    )?;
    let Some(([place, package_id, assignee], task)) = found else { return Ok(None) };
    Ok(Some(Task {
        place: place.map_or(Ok(None), |id| refs::place(db, PlaceId(id)))?,
        package: package(db, package_id)?,
        assignee: refs::known_user(db, assignee)?,
        ..task
    }))
}

fn package(db: &Db<'_>, id: Option<i64>) -> Result<Option<refs::PackageRef>, SqlError> {
    let Some(id) = id else { return Ok(None) };
    Ok(refs::package(db, PackageId(id))?.map(|package| package.reference))
}
