//! A file becomes staged rows: read outside the writer, judged and stored some hundred at a time.

use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::judge::{Book, Facts, Refusal, Verdict, judge};
use super::products::Known;
use super::{Import, ImportError, ImportKind, ImportState, RowState, view};
use crate::domain::id::ImportId;
use crate::domain::place::Account;
use crate::domain::sheet::{self, FileRefused, Note, packages::Format};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, Store, StoreError, Tx, named_params};
use crate::workflow::settings;

/// Rows per job of the writer: a scan waits a few milliseconds at most.
const CHUNK: usize = 200;

/// A file that was handed in.
#[derive(Clone, Debug)]
pub struct NewImport {
    pub kind: ImportKind,
    /// As its owner calls it; the first 120 characters are kept.
    pub file_name: String,
    pub sha256: [u8; 32],
}

impl NewImport {
    pub fn of(kind: ImportKind, file_name: &str, bytes: &[u8]) -> Self {
        let file_name: String = file_name.chars().filter(|c| !c.is_control()).take(120).collect();
        Self { kind, file_name, sha256: Sha256::digest(bytes).into() }
    }
}

/// Notes that a file was handed in; [`read_in`] then reads it.
pub fn begin(tx: &Tx<'_>, by: &Actor, new: &NewImport) -> Result<Import, ImportError> {
    if new.file_name.trim().is_empty() {
        return Err(ImportError::Invalid { field: "name", why: "needs the file's name" });
    }
    let id = tx.insert(
        "INSERT INTO import (kind, file_name, sha256, state, by_user, at)
         VALUES (:kind, :name, :sha256, 'reading', :by, :at)",
        named_params! {
            ":kind": new.kind.word(), ":name": new.file_name, ":sha256": &new.sha256[..],
            ":by": by.user.map(|user| user.0), ":at": tx.now().0,
        },
    )?;
    let half = |from: usize| {
        new.sha256[from..from + 16]
            .iter()
            .fold(0_u128, |number, byte| number << 8 | u128::from(*byte))
    };
    Entry::open(tx, by, "import_received")?.seal(&serde_json::json!({
        "import": id, "kind": new.kind, "file": new.file_name,
        "sha256": format!("{:032x}{:032x}", half(0), half(16)),
    }))?;
    tx.announce(Topic::Imports, id);
    view::known(tx, ImportId(id))
}

/// Reads the file of an import that is in `reading`, stages its rows and judges them: the preview. A
/// file that cannot be understood makes the import `refused`. Blocks: call it off the async threads.
/// Where the import is past reading it is answered as it is.
pub fn read_in(store: &Store, id: ImportId, bytes: &[u8]) -> Result<Import, ImportError> {
    let import = store.read_blocking(|db| view::known(db, id))?;
    if import.state != ImportState::Reading {
        return Ok(import);
    }
    let zone = store.read_blocking(|db| settings::get(db).map_err(StoreError::from))?.tz();
    match read(import.kind, bytes, zone) {
        Ok((staged, mut notes)) => {
            let sold = staged.iter().filter_map(Staged::sold_at).collect::<Vec<_>>();
            notes.extend(store.read_blocking(|db| older_than_opening(db, &sold))?);
            let mut staged = staged.into_iter().peekable();
            while staged.peek().is_some() {
                let chunk: Vec<Staged> = staged.by_ref().take(CHUNK).collect();
                store.write_blocking(move |tx| stage(tx, id, &chunk))?;
            }
            store.write_blocking(move |tx| finish(tx, id, &notes))
        }
        Err(refused) => store.write_blocking(move |tx| refuse(tx, id, &refused.to_string())),
    }
}

/// What was being read when the box stopped is refused, and says to load it again: what was handed in
/// before `started`. Writes a journal entry where there was any.
pub fn abandon_unread(tx: &Tx<'_>, started: At) -> Result<(), StoreError> {
    let why = "The box stopped while it was reading the file. Load it again.";
    let ids = tx.all(
        "SELECT id FROM import WHERE state = 'reading' AND at < :started",
        named_params! { ":started": started.0 },
        |row| row.get::<_, i64>(0),
    )?;
    if ids.is_empty() {
        return Ok(());
    }
    tx.execute(
        "UPDATE import SET state = 'refused', why = :why WHERE state = 'reading' AND at < :started",
        named_params! { ":why": why, ":started": started.0 },
    )?;
    Entry::open(tx, &Actor::system(), "import_refused")?
        .seal(&serde_json::json!({ "imports": ids, "why": why }))?;
    tx.announce_all(Topic::Imports);
    Ok(())
}

/// A row on its way into the staging.
struct Staged {
    row: i64,
    label: String,
    read: Result<Facts, Refusal>,
}

impl Staged {
    fn sold_at(&self) -> Option<At> {
        match &self.read {
            Ok(Facts::Sale(facts)) => Some(facts.sold_at),
            _ => None,
        }
    }
}

fn read(kind: ImportKind, bytes: &[u8], zone: Tz) -> Result<(Vec<Staged>, Vec<Note>), FileRefused> {
    match kind {
        ImportKind::Packages => {
            let file = sheet::read_packages(bytes, zone)?;
            // A till's export names its SKUs; the state's own pages have none.
            let till = file.format == Format::Csv
                && file.rows.iter().any(|row| row.result.as_ref().is_ok_and(|f| f.sku.is_some()));
            let book = if till { Book::Pos } else { Book::State };
            let staged = file.rows.into_iter().map(|row| Staged {
                row: row.number as i64,
                label: row.label,
                read: match row.result {
                    Ok(facts) => Ok(Facts::Package { book, facts: Box::new(facts) }),
                    Err(error) => Err(Refusal::from(&error)),
                },
            });
            Ok((staged.collect(), file.notes))
        }
        ImportKind::Sales => {
            let file = sheet::read_sales(bytes, zone)?;
            let staged = file.rows.into_iter().map(|row| Staged {
                row: row.number as i64,
                label: row.label,
                read: match row.result {
                    Ok(facts) => Ok(Facts::Sale(Box::new(facts))),
                    Err(error) => Err(Refusal::from(&error)),
                },
            });
            Ok((staged.collect(), file.notes))
        }
    }
}

fn stage(tx: &Tx<'_>, id: ImportId, rows: &[Staged]) -> Result<(), ImportError> {
    let mut known = Known::default();
    for staged in rows {
        let (verdict, facts, item) = match &staged.read {
            Ok(facts) => (judge(tx, &mut known, facts)?, Some(json(facts)?), Some(facts.item())),
            Err(refusal) => {
                let verdict = Verdict {
                    state: RowState::Refused,
                    refusal: Some(refusal.clone()),
                    changes: Vec::new(),
                };
                (verdict, None, None)
            }
        };
        tx.execute(
            "INSERT INTO import_row (import_id, row, state, label, item, facts)
             SELECT :import, :row, 'new', :label, :item, :facts
             WHERE EXISTS (SELECT 1 FROM import WHERE id = :import AND state = 'reading')
             ON CONFLICT (import_id, row) DO NOTHING",
            named_params! {
                ":import": id.0, ":row": staged.row, ":label": staged.label, ":item": item,
                ":facts": facts,
            },
        )?;
        write_verdict(tx, id, staged.row, &verdict)?;
    }
    tx.announce(Topic::Imports, id.0);
    Ok(())
}

/// Writes what a row is judged to be.
pub fn write_verdict(
    tx: &Tx<'_>,
    id: ImportId,
    row: i64,
    verdict: &Verdict,
) -> Result<(), StoreError> {
    let refusal = verdict.refusal.as_ref();
    let changes = (!verdict.changes.is_empty()).then(|| json(&verdict.changes)).transpose()?;
    tx.execute(
        "UPDATE import_row SET state = :state, field = :field, value = :value, reason = :reason,
                code = :code, changes = :changes
         WHERE import_id = :import AND row = :row",
        named_params! {
            ":state": verdict.state.word(), ":field": refusal.map(|refusal| refusal.field.as_str()),
            ":value": refusal.map(|refusal| refusal.value.as_str()),
            ":reason": refusal.map(|refusal| refusal.reason.as_str()),
            ":code": refusal.map(|refusal| refusal.code), ":changes": changes,
            ":import": id.0, ":row": row,
        },
    )?;
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Invariant(format!("a staged row: {error}")))
}

fn finish(tx: &Tx<'_>, id: ImportId, notes: &[Note]) -> Result<Import, ImportError> {
    let mut said: Vec<String> = notes.iter().take(3).map(|note| note.sentence.clone()).collect();
    if notes.len() > 3 {
        said.push(format!("And {} more like these.", notes.len() - 3));
    }
    said.extend(loaded_before(tx, id)?);
    let why = (!said.is_empty()).then(|| said.join(" "));
    set_state(tx, id, ImportState::Preview, why.as_deref())
}

fn refuse(tx: &Tx<'_>, id: ImportId, why: &str) -> Result<Import, ImportError> {
    set_state(tx, id, ImportState::Refused, Some(why))
}

fn set_state(
    tx: &Tx<'_>,
    id: ImportId,
    state: ImportState,
    why: Option<&str>,
) -> Result<Import, ImportError> {
    tx.execute(
        "UPDATE import SET state = :state, why = :why WHERE id = :id AND state = 'reading'",
        named_params! { ":state": state.word(), ":why": why, ":id": id.0 },
    )?;
    tx.announce(Topic::Imports, id.0);
    view::known(tx, id)
}

/// Sales from before the opening balance are most likely in it already: a person has to know.
fn older_than_opening(db: &Db<'_>, sold: &[At]) -> Result<Option<Note>, StoreError> {
    let opened = db.maybe(
        "SELECT at FROM entry
         WHERE seq = (SELECT seq FROM movement WHERE from_place = :opening ORDER BY id LIMIT 1)",
        named_params! { ":opening": Account::Opening.id().0 },
        |row| row.get(0).map(At),
    )?;
    let Some(opened) = opened else { return Ok(None) };
    let older = sold.iter().filter(|at| **at < opened).count();
    Ok((older > 0).then(|| Note {
        line: None,
        code: "before_opening",
        sentence: format!(
            "{older} of {} sales are from before the opening balance was posted. If the package list \
             had them in its numbers already, discard this file.",
            sold.len()
        ),
    }))
}

fn loaded_before(tx: &Tx<'_>, id: ImportId) -> Result<Option<String>, SqlError> {
    tx.maybe(
        "SELECT earlier.id FROM import AS this JOIN import AS earlier USING (sha256, kind)
         WHERE this.id = :id AND earlier.id < :id AND earlier.state = 'applied' LIMIT 1",
        named_params! { ":id": id.0 },
        |row| {
            let number: i64 = row.get(0)?;
            Ok(format!("This very file was loaded before, as import {number}."))
        },
    )
}
