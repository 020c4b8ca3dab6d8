//! What the books say: balances and what is reserved.

use crate::domain::id::{PackageId, PlaceId, Seq};
use crate::domain::quantity::Amount;
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};

/// What a place or an account holds of a package.
pub fn balance(db: &Db<'_>, package: PackageId, place: PlaceId) -> Result<Amount, SqlError> {
    let held: Option<i64> = db.maybe(
        "SELECT amount FROM balance WHERE package_id = :package AND place_id = :place",
        named_params! { ":package": package.0, ":place": place.0 },
        |row| row.get(0),
    )?;
    Ok(Amount::from_raw(held.unwrap_or(0)))
}

/// When an entry was written.
pub fn at_of(db: &Db<'_>, seq: Seq) -> Result<Option<At>, SqlError> {
    db.maybe("SELECT at FROM entry WHERE seq = :seq", named_params! { ":seq": seq.0 }, |row| {
        row.get(0).map(At)
    })
}

/// The first entry that was written at a time or after it; the one after the last where there is none.
/// Entries follow each other in time, and none is missing: found by halves, without an index on time.
pub fn seq_from(db: &Db<'_>, at: At) -> Result<Seq, SqlError> {
    let last: i64 = db.one("SELECT coalesce(max(seq), 0) FROM entry", [], |row| row.get(0))?;
    let (mut low, mut high) = (1, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if at_of(db, Seq(middle))?.is_some_and(|it| it < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(Seq(low))
}

/// What open picks have planned to take of a package from a place and not yet taken.
pub fn reserved(db: &Db<'_>, package: PackageId, place: PlaceId) -> Result<Amount, SqlError> {
    db.one(
        "SELECT coalesce(sum(max(planned - picked, 0)), 0) FROM pick_line
         WHERE package_id = :package AND bin_id = :place AND reserving = 1",
        named_params! { ":package": package.0, ":place": place.0 },
        |row| row.get(0).map(Amount::from_raw),
    )
}

/// Every physical place that holds some of a package, most first.
pub fn places_of(db: &Db<'_>, package: PackageId) -> Result<Vec<(PlaceId, Amount)>, SqlError> {
    db.all(
        "SELECT place_id, amount FROM balance
         WHERE package_id = :package AND place_id >= 100 AND amount > 0
         ORDER BY amount DESC, place_id",
        named_params! { ":package": package.0 },
        |row| Ok((PlaceId(row.get("place_id")?), Amount::from_raw(row.get("amount")?))),
    )
}
