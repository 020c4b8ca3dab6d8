//! The register of licenses: the state's public list, loaded whole from a file, to check a manifest's
//! numbers against. Says how old it is, because it is only as good as that.

use chrono::NaiveDate;
use serde::Serialize;

use super::refs::{self, UserRef};
use crate::domain::sheet::licenses::{License, LicenseFile, key, neighbours};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, Row, SqlError, StoreError, Tx, named_params};

/// The register that is loaded.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Register {
    pub file_name: String,
    /// How many licenses it holds.
    pub rows: i64,
    /// The newest date that it gives itself.
    pub refreshed: Option<NaiveDate>,
    pub loaded_at: At,
    pub loaded_by: Option<UserRef>,
    /// What a person should know of the file.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RegisterView {
    /// None where none is loaded.
    pub register: Option<Register>,
}

/// Replaces the register with a file's.
pub fn load(
    tx: &Tx<'_>,
    by: &Actor,
    file_name: &str,
    sha256: &[u8; 32],
    file: &LicenseFile,
) -> Result<Register, StoreError> {
    tx.execute("DELETE FROM license", [])?;
    for license in &file.licenses {
        tx.insert(
            "INSERT INTO license (key, number, name, dba, kind, designation, status, active, state,
                                  expires)
             VALUES (:key, :number, :name, :dba, :kind, :designation, :status, :active, :state,
                     :expires) ON CONFLICT (key) DO NOTHING",
            named_params! {
                ":key": key(&license.number), ":number": license.number, ":name": license.name,
                ":dba": license.dba, ":kind": license.kind, ":designation": license.designation,
                ":status": license.status, ":active": license.active, ":state": license.state,
                ":expires": license.expires.map(|day| day.to_string()),
            },
        )?;
    }
    let rows = i64::try_from(file.licenses.len()).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT OR REPLACE INTO license_register (id, file_name, sha256, rows, refreshed, loaded_at,
                                                  loaded_by)
         VALUES (1, :name, :sha256, :rows, :refreshed, :at, :by)",
        named_params! {
            ":name": file_name, ":sha256": &sha256[..], ":rows": rows,
            ":refreshed": file.refreshed.map(|day| day.to_string()), ":at": tx.now().0,
            ":by": by.user.map(|user| user.0),
        },
    )?;
    Entry::open(tx, by, "license_register_loaded")?.seal(&serde_json::json!({
        "file": file_name, "rows": rows, "refreshed": file.refreshed,
    }))?;
    tx.announce_all(Topic::Shipments);
    let register = register(tx)?
        .ok_or_else(|| StoreError::Invariant("a register that was just loaded".into()))?;
    let notes = file.notes.iter().map(|note| note.sentence.clone()).collect();
    Ok(Register { notes, ..register })
}

/// The register that is loaded, if one is.
pub fn register(db: &Db<'_>) -> Result<Option<Register>, SqlError> {
    let found = db.maybe(
        "SELECT file_name, rows, refreshed, loaded_at, loaded_by FROM license_register WHERE id = 1",
        [],
        |row| {
            let by: Option<i64> = row.get("loaded_by")?;
            let register = Register {
                file_name: row.get("file_name")?,
                rows: row.get("rows")?,
                refreshed: refs::date(row, "refreshed")?,
                loaded_at: At(row.get("loaded_at")?),
                loaded_by: None,
                notes: Vec::new(),
            };
            Ok((by, register))
        },
    )?;
    found.map(|(by, one)| Ok(Register { loaded_by: refs::known_user(db, by)?, ..one })).transpose()
}

/// What the register has under a number.
pub fn find(db: &Db<'_>, number: &str) -> Result<Option<License>, SqlError> {
    db.maybe(
        "SELECT number, name, dba, kind, designation, status, active, state, expires FROM license
         WHERE key = :key",
        named_params! { ":key": key(number) },
        license,
    )
}

/// A license whose number is one slip away from this one.
pub fn near(db: &Db<'_>, number: &str) -> Result<Option<License>, SqlError> {
    let wanted = key(number);
    let mut found = None;
    db.walk(
        "SELECT number, name, dba, kind, designation, status, active, state, expires FROM license
         WHERE length(key) BETWEEN :length - 1 AND :length + 1",
        named_params! { ":length": i64::try_from(wanted.len()).unwrap_or(0) },
        |row| {
            if found.is_none() && neighbours(row.get_ref("number")?.as_str()?, number) {
                found = Some(license(row)?);
            }
            Ok::<_, SqlError>(())
        },
    )?;
    Ok(found)
}

fn license(row: &Row<'_>) -> Result<License, SqlError> {
    Ok(License {
        number: row.get("number")?,
        name: row.get("name")?,
        dba: row.get("dba")?,
        kind: row.get("kind")?,
        designation: row.get("designation")?,
        status: row.get("status")?,
        active: row.get("active")?,
        state: row.get("state")?,
        expires: refs::date(row, "expires")?,
    })
}
