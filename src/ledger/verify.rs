//! The whole-ledger check: the chain, the movements against the entries that name them, and the
//! balances against the movements. Reads only; run on a copy by the nightly backup, or on demand.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::journal::chain;
use crate::domain::id::Seq;
use crate::domain::place::FIRST_PHYSICAL;
use crate::domain::time::At;
use crate::store::{Db, Head, Row, SqlError, StoreError, named_params};

/// What the check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Verified {
    pub ok: bool,
    pub entries: i64,
    pub movements: i64,
    /// The newest entry's hash, hex.
    pub head: String,
    /// The first entry that is not as it was written, by number.
    pub first_bad: Option<Seq>,
    /// What is wrong with it, in a sentence.
    pub what: Option<String>,
    pub took_ms: i64,
}

#[derive(Deserialize)]
struct Told {
    seq: i64,
    at: At,
    kind: String,
    via: String,
    user: Option<i64>,
    device: Option<i64>,
    #[serde(default)]
    movements: Vec<Vec<i64>>,
}

impl Told {
    /// The first column beside the bytes that says something else than they do. The columns are there
    /// to be searched; the bytes are the record.
    fn differs(&self, row: &Row<'_>) -> Result<Option<&'static str>, SqlError> {
        let same = [
            ("time", self.at.0 == row.get::<_, i64>("at")?),
            ("kind", self.kind == row.get::<_, String>("kind")?),
            ("way in", self.via == row.get::<_, String>("via")?),
            ("person", self.user == row.get::<_, Option<i64>>("user_id")?),
            ("device", self.device == row.get::<_, Option<i64>>("device_id")?),
        ];
        Ok(same.into_iter().find_map(|(column, same)| (!same).then_some(column)))
    }
}

struct Bad {
    seq: Option<i64>,
    what: String,
}

enum Stop {
    Bad(Bad),
    Store(StoreError),
}

impl<E: Into<StoreError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

fn bad<T>(seq: Option<i64>, what: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Bad(Bad { seq, what: what.into() }))
}

/// Checks everything. `Ok` with `ok: false` where the record was altered; `Err` only where the
/// database could not be read.
pub fn verify(db: &Db<'_>) -> Result<Verified, StoreError> {
    let started = std::time::Instant::now();
    let mut head = Head::NONE;
    let mut movements = 0;
    let outcome = check(db, &mut head, &mut movements);
    let (first_bad, what) = match outcome {
        Ok(()) => (None, None),
        Err(Stop::Bad(bad)) => (bad.seq.map(Seq), Some(bad.what)),
        Err(Stop::Store(error)) => return Err(error),
    };
    Ok(Verified {
        ok: what.is_none(),
        entries: head.seq,
        movements,
        head: hex(&head.hash),
        first_bad,
        what,
        took_ms: i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
    })
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn check(db: &Db<'_>, head: &mut Head, movements: &mut i64) -> Result<(), Stop> {
    let mut sums: HashMap<(i64, i64), i64> = HashMap::new();
    let mut last = None;
    let entries =
        "SELECT seq, bytes, hash, at, kind, via, user_id, device_id FROM entry ORDER BY seq";
    db.walk::<Stop>(entries, [], |row| {
        let (seq, bytes, hash): (i64, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let next = chain(*head, &bytes);
        if seq != next.seq {
            return bad(Some(next.seq), format!("entry {} is missing", next.seq));
        }
        if hash != next.hash {
            return bad(Some(seq), format!("entry {seq} is not as it was written"));
        }
        *head = next;
        let Ok(told) = serde_json::from_slice::<Told>(&bytes) else {
            return bad(Some(seq), format!("entry {seq} cannot be read"));
        };
        if told.seq != seq {
            return bad(Some(seq), format!("entry {seq} says it is {}", told.seq));
        }
        if let Some(column) = told.differs(row)? {
            return bad(Some(seq), format!("the {column} of entry {seq} is not what it tells"));
        }
        *movements += compare(db, seq, &told.movements, &mut sums, &mut last)?;
        Ok(())
    })?;
    let total: i64 = db.one("SELECT count(*) FROM movement", [], |row| row.get(0))?;
    if total != *movements {
        let stray: Option<i64> = db.maybe(
            "SELECT seq FROM movement WHERE seq > :head OR seq < 1 ORDER BY seq LIMIT 1",
            named_params! { ":head": head.seq },
            |row| row.get(0),
        )?;
        return bad(
            stray,
            format!("{total} movements are stored, the journal tells of {movements}"),
        );
    }
    balances(db, sums)
}

/// The movements stored for an entry are those its bytes tell of.
fn compare(
    db: &Db<'_>,
    seq: i64,
    told: &[Vec<i64>],
    sums: &mut HashMap<(i64, i64), i64>,
    last: &mut Option<i64>,
) -> Result<i64, Stop> {
    let stored = db.all(
        "SELECT id, package_id, amount, from_place, to_place, reverses FROM movement
         WHERE seq = :seq ORDER BY id",
        named_params! { ":seq": seq },
        |row| {
            let mut numbers: Vec<i64> = (0..5).map(|i| row.get(i)).collect::<Result<_, _>>()?;
            numbers.extend(row.get::<_, Option<i64>>(5)?);
            Ok(numbers)
        },
    )?;
    if stored != told {
        return bad(Some(seq), format!("the movements of entry {seq} are not as it tells them"));
    }
    for movement in &stored {
        let [id, package, amount, from, to] = movement[..5] else {
            return bad(Some(seq), format!("a movement of entry {seq} is not whole"));
        };
        if last.is_some_and(|last| id <= last) {
            return bad(Some(seq), format!("movement {id} of entry {seq} is out of order"));
        }
        *last = Some(id);
        *sums.entry((package, from)).or_default() -= amount;
        *sums.entry((package, to)).or_default() += amount;
        if from >= FIRST_PHYSICAL && sums[&(package, from)] < 0 {
            return bad(Some(seq), format!("entry {seq} takes more than place {from} held"));
        }
    }
    Ok(stored.len() as i64)
}

/// Balances are the movements summed up, and nothing else.
fn balances(db: &Db<'_>, mut sums: HashMap<(i64, i64), i64>) -> Result<(), Stop> {
    db.walk::<Stop>("SELECT package_id, place_id, amount FROM balance", [], |row| {
        let (package, place, amount): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let summed = sums.remove(&(package, place)).unwrap_or(0);
        if summed == amount {
            return Ok(());
        }
        let newest = newest(db, package, place)?;
        bad(
            None,
            format!(
                "package {package} at place {place}: the balance says {amount}, the movements \
                 {summed}{newest}"
            ),
        )
    })?;
    match sums.into_iter().find(|(_, amount)| *amount != 0) {
        None => Ok(()),
        Some(((package, place), amount)) => {
            let newest = newest(db, package, place)?;
            let what = format!(
                "package {package} at place {place}: no balance, the movements say {amount}{newest}"
            );
            bad(None, what)
        }
    }
}

/// Where to look: the last entry that moved the package in or out there.
fn newest(db: &Db<'_>, package: i64, place: i64) -> Result<String, SqlError> {
    let seq: Option<i64> = db.one(
        "SELECT max(seq) FROM movement
         WHERE package_id = :package AND :place IN (from_place, to_place)",
        named_params! { ":package": package, ":place": place },
        |row| row.get(0),
    )?;
    Ok(seq.map_or_else(String::new, |seq| format!("; entry {seq} moved it there last")))
}

#[cfg(test)]
mod tests;
