//! The record, for reading.

use crate::domain::time::At;
use crate::store::{Db, SqlError};

/// When the newest entry was written; nothing before the claim.
pub fn newest_at(db: &Db<'_>) -> Result<Option<At>, SqlError> {
    db.maybe("SELECT at FROM entry ORDER BY seq DESC LIMIT 1", [], |row| row.get(0).map(At))
}
