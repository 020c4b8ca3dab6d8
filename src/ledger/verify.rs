//! The whole-ledger check: the chain, the movements against the entries that name them, and the
//! balances against the movements. Reads only; run on a copy by the nightly backup, or on demand.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::journal::chain;
use crate::domain::id::Seq;
use crate::domain::place::FIRST_PHYSICAL;
use crate::store::{Db, Head, StoreError, named_params};

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
    #[serde(default)]
    movements: Vec<Vec<i64>>,
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
    db.walk::<Stop>("SELECT seq, bytes, hash FROM entry ORDER BY seq", [], |row| {
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
        bad(
            None,
            format!("package {package} at place {place}: balance {amount}, movements {summed}"),
        )
    })?;
    match sums.into_iter().find(|(_, amount)| *amount != 0) {
        None => Ok(()),
        Some(((package, place), amount)) => {
            bad(None, format!("package {package} at place {place}: no balance, movements {amount}"))
        }
    }
}
