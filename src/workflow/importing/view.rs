//! What the screens see of imports.

use super::{Counts, FieldChange, Import, ImportError, ImportKind, ImportRow, ImportRows};
use super::{ImportState, Imports, RowState};
use crate::domain::id::ImportId;
use crate::domain::place::Account;
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::refs;

const COLUMNS: &str =
    "SELECT id, kind, file_name, state, why, opening, by_user, at, applied FROM import";

/// The newest hundred.
pub fn list(db: &Db<'_>) -> Result<Imports, SqlError> {
    let ids = db.all("SELECT id FROM import ORDER BY id DESC LIMIT 100", [], |row| {
        row.get(0).map(ImportId)
    })?;
    let imports: Result<Vec<_>, _> = ids.into_iter().map(|id| get(db, id)).collect();
    Ok(Imports { imports: imports?.into_iter().flatten().collect() })
}

pub fn get(db: &Db<'_>, id: ImportId) -> Result<Option<Import>, SqlError> {
    let found =
        db.maybe(&format!("{COLUMNS} WHERE id = :id"), named_params! { ":id": id.0 }, |row| {
            let (kind, state): (String, String) = (row.get("kind")?, row.get("state")?);
            let kind = if kind == "sales" { ImportKind::Sales } else { ImportKind::Packages };
            let import = Import {
                id,
                kind,
                file_name: row.get("file_name")?,
                state: ImportState::parse(&state),
                why: row.get("why")?,
                rows: 0,
                counts: Counts::default(),
                applied_rows: row.get("applied")?,
                opening: row.get("opening")?,
                by: None,
                at: At(row.get("at")?),
            };
            Ok((row.get::<_, Option<i64>>("by_user")?, import))
        })?;
    let Some((by, mut import)) = found else { return Ok(None) };
    import.by = refs::known_user(db, by)?;
    (import.rows, import.counts) = counts(db, id)?;
    if matches!(import.state, ImportState::Reading | ImportState::Preview) {
        import.opening = import.kind == ImportKind::Packages && !opened(db)?;
    }
    Ok(Some(import))
}

/// One that must be there.
pub fn known(db: &Db<'_>, id: ImportId) -> Result<Import, ImportError> {
    get(db, id)?.ok_or(ImportError::NotFound { what: "import" })
}

fn counts(db: &Db<'_>, id: ImportId) -> Result<(i64, Counts), SqlError> {
    let mut counts = Counts::default();
    let mut rows = 0;
    db.walk::<SqlError>(
        "SELECT state, count(*) AS rows FROM import_row WHERE import_id = :id GROUP BY state",
        named_params! { ":id": id.0 },
        |row| {
            let count: i64 = row.get("rows")?;
            rows += count;
            match RowState::parse(row.get_ref("state")?.as_str()?) {
                RowState::New => counts.new = count,
                RowState::Changed => counts.changed = count,
                RowState::Unchanged => counts.unchanged = count,
                RowState::Refused => counts.refused = count,
                RowState::NeedsMapping => counts.needs_mapping = count,
                RowState::Unplaced => counts.unplaced = count,
                RowState::Applied => {}
            }
            Ok(())
        },
    )?;
    Ok((rows, counts))
}

/// Whether an opening balance was ever posted.
fn opened(db: &Db<'_>) -> Result<bool, SqlError> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM balance WHERE place_id = :opening)",
        named_params! { ":opening": Account::Opening.id().0 },
        |row| row.get(0),
    )
}

/// Rows of an import in the file's order, a page at a time; of one state where given.
pub fn rows(
    db: &Db<'_>,
    id: ImportId,
    state: Option<RowState>,
    after: i64,
    limit: i64,
) -> Result<ImportRows, SqlError> {
    let limit = limit.clamp(1, 500);
    let rows = db.all(
        "SELECT row, state, label, field, value, reason, code, changes FROM import_row
         WHERE import_id = :id AND row > :after AND (:state IS NULL OR state = :state)
         ORDER BY row LIMIT :limit",
        named_params! {
            ":id": id.0, ":after": after, ":state": state.map(RowState::word), ":limit": limit,
        },
        |row| {
            let changes: Option<String> = row.get("changes")?;
            let changes: Vec<FieldChange> =
                changes.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
            Ok(ImportRow {
                row: row.get("row")?,
                state: RowState::parse(row.get_ref("state")?.as_str()?),
                label: row.get("label")?,
                field: row.get("field")?,
                value: row.get("value")?,
                reason: row.get("reason")?,
                code: row.get("code")?,
                changes,
            })
        },
    )?;
    let next = (rows.len() as i64 == limit).then(|| rows.last().map(|row| row.row)).flatten();
    Ok(ImportRows { rows, next })
}
