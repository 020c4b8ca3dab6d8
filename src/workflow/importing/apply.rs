//! The one confirmation, and the chunks that apply what was confirmed. Each chunk is a command with a
//! journal entry of its own and moves the import's cursor: after a restart the next goes on there.

use serde::{Deserialize, Serialize};

use super::judge::{Facts, Verdict};
use super::products::Known;
use super::reading::write_verdict;
use super::{Import, ImportError, ImportKind, ImportState, packages, sales, view};
use crate::domain::id::{ImportId, PlaceId, UserId};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::words::words;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::casework::{self, NewTask, TaskKind};
use crate::workflow::catalogue;

/// Rows per command: a scan waits a few milliseconds at most.
const CHUNK: i64 = 100;

#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmInput {
    /// Packages that are new post what the file says as their opening balance, into the unsorted
    /// place. Without it they are known, but nothing of them is anywhere.
    #[serde(default)]
    pub opening: bool,
}

/// An import being applied.
pub struct Batch {
    pub id: ImportId,
    /// The file's name: the source of its readings.
    pub source: String,
    /// When the file was handed in.
    pub at: At,
    pub by: Actor,
    /// Where opening balances go, where this import posts them.
    pub unsorted: Option<PlaceId>,
    /// What this chunk did, for its journal entry.
    pub did: Vec<serde_json::Value>,
    pub sold: i64,
}

/// Confirms a preview; the chunks follow. A package list needs every item mapped; sales of unknown
/// items go to a case.
pub fn confirm(
    tx: &Tx<'_>,
    by: &Actor,
    id: ImportId,
    input: ConfirmInput,
) -> Result<Import, ImportError> {
    let import = view::known(tx, id)?;
    if import.state != ImportState::Preview {
        return Err(ImportError::WrongState { state: import.state });
    }
    let packages = import.kind == ImportKind::Packages;
    if packages && import.counts.needs_mapping > 0 {
        return Err(ImportError::NeedsMapping { rows: import.counts.needs_mapping });
    }
    let opening = packages && input.opening;
    if opening {
        catalogue::known_unsorted(tx)?;
    }
    tx.execute(
        "UPDATE import SET state = 'applying', opening = :opening WHERE id = :id",
        named_params! { ":opening": opening, ":id": id.0 },
    )?;
    Entry::open(tx, by, "import_confirmed")?.seal(&serde_json::json!({
        "import": id, "kind": import.kind, "file": import.file_name, "opening": opening,
        "counts": import.counts,
    }))?;
    tx.announce(Topic::Imports, id.0);
    view::known(tx, id)
}

/// Gives up a preview. Nothing of it was applied.
pub fn discard(tx: &Tx<'_>, by: &Actor, id: ImportId) -> Result<Import, ImportError> {
    let import = view::known(tx, id)?;
    if !matches!(import.state, ImportState::Preview | ImportState::Reading) {
        return Err(ImportError::WrongState { state: import.state });
    }
    tx.execute(
        "UPDATE import SET state = 'discarded' WHERE id = :id",
        named_params! { ":id": id.0 },
    )?;
    Entry::open(tx, by, "import_discarded")?.seal(&serde_json::json!({ "import": id }))?;
    tx.announce(Topic::Imports, id.0);
    view::known(tx, id)
}

/// The imports that are confirmed and not wholly applied, oldest first.
pub fn applying(db: &Db<'_>) -> Result<Vec<ImportId>, SqlError> {
    db.all("SELECT id FROM import WHERE state = 'applying' ORDER BY id", [], |row| {
        row.get(0).map(ImportId)
    })
}

/// Applies the next rows of an import that is confirmed. Whether there is more to do.
pub fn apply_chunk(tx: &Tx<'_>, id: ImportId) -> Result<bool, StoreError> {
    let Some((kind, mut batch, cursor)) = batch(tx, id)? else { return Ok(false) };
    let rows = tx.all(
        "SELECT row, facts FROM import_row
         WHERE import_id = :id AND row > :cursor AND state <> 'refused' ORDER BY row LIMIT :limit",
        named_params! { ":id": id.0, ":cursor": cursor, ":limit": CHUNK },
        |row| Ok((row.get::<_, i64>("row")?, row.get::<_, Option<String>>("facts")?)),
    )?;
    tx.announce(Topic::Imports, id.0);
    let (Some((first, _)), Some((last, _))) = (rows.first(), rows.last()) else {
        finish(tx, kind, &batch)?;
        return Ok(false);
    };
    let by = batch.by.clone();
    let mut entry = Entry::open(tx, &by, "imported")?;
    let mut known = Known::default();
    for (row, facts) in &rows {
        let facts: Option<Facts> =
            facts.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let verdict = match facts {
            Some(Facts::Package { book, facts }) => {
                packages::apply(tx, &mut entry, &mut known, &mut batch, &facts, book)?
            }
            Some(Facts::Sale(facts)) => {
                sales::apply(tx, &mut entry, &mut known, &mut batch, &facts)?
            }
            None => Verdict::refused("row", "", "unreadable", "The staged row cannot be read."),
        };
        write_verdict(tx, id, *row, &verdict)?;
    }
    tx.execute(
        "UPDATE import SET cursor = :last, applied = applied + :rows WHERE id = :id",
        named_params! { ":last": last, ":rows": rows.len() as i64, ":id": id.0 },
    )?;
    tx.announce_all(Topic::Stock);
    entry.seal(&serde_json::json!({
        "import": id, "rows": [first, last], "packages": batch.did, "sold": batch.sold,
    }))?;
    Ok(true)
}

fn batch(tx: &Tx<'_>, id: ImportId) -> Result<Option<(ImportKind, Batch, i64)>, StoreError> {
    let found = tx.maybe(
        "SELECT kind, file_name, at, by_user, opening, cursor FROM import
         WHERE id = :id AND state = 'applying'",
        named_params! { ":id": id.0 },
        |row| {
            let kind = if row.get_ref("kind")?.as_str()? == "sales" {
                ImportKind::Sales
            } else {
                ImportKind::Packages
            };
            let user: Option<i64> = row.get("by_user")?;
            let batch = Batch {
                id,
                source: row.get("file_name")?,
                at: At(row.get("at")?),
                // The box does it, for the person who handed the file in.
                by: Actor { user: user.map(UserId), ..Actor::system() },
                unsorted: None,
                did: Vec::new(),
                sold: 0,
            };
            Ok((kind, batch, row.get::<_, bool>("opening")?, row.get::<_, i64>("cursor")?))
        },
    )?;
    let Some((kind, mut batch, opening, cursor)) = found else { return Ok(None) };
    if opening {
        batch.unsorted = Some(catalogue::known_unsorted(tx)?);
    }
    Ok(Some((kind, batch, cursor)))
}

fn finish(tx: &Tx<'_>, kind: ImportKind, batch: &Batch) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE import SET state = 'applied' WHERE id = :id",
        named_params! { ":id": batch.id.0 },
    )?;
    let entry = Entry::open(tx, &batch.by, "import_applied")?;
    if let (ImportKind::Packages, Some(unsorted)) = (kind, batch.unsorted) {
        let new = NewTask {
            title: words!("Put away what {} brought in", "Guarde lo que trajo {}"; batch.source),
            place: Some(unsorted),
            ..NewTask::default()
        };
        casework::open_task(tx, &batch.by, entry.seq(), TaskKind::PutAway, &new)?;
    }
    entry.seal(&serde_json::json!({ "import": batch.id }))?;
    Ok(())
}
