//! Slowing down guesses. Wrong PINs count per person and device, so that nobody can lock a colleague
//! out, nor a person on another device; claim and pairing codes count per address and in all. Never
//! journalled: a wrong guess changes no book.

use std::collections::HashMap;
use std::hash::Hash;

use crate::domain::id::{DeviceId, UserId};
use crate::domain::time::At;
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// Wrong PINs before the first pause.
pub const TRIES: i64 = 5;
const FIRST_PAUSE_S: i64 = 30;
const LONGEST_PAUSE_S: i64 = 15 * 60;
/// After a day without a try the count starts over.
const FORGOTTEN_S: i64 = 24 * 3600;

#[derive(Debug, thiserror::Error)]
pub enum ThrottleError {
    #[error("too many tries; the next in {retry_after_s} s")]
    Wait { retry_after_s: i64 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for ThrottleError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Counts a try as wrong before it is checked, so that many at once cannot slip past the count; a right
/// PIN clears it ([`clear`]). How many tries are left before a pause, if this one is wrong.
pub fn attempt(tx: &Tx<'_>, device: DeviceId, user: UserId) -> Result<i64, ThrottleError> {
    let now = tx.now();
    let (failures, until) = read(tx, device, user)?;
    if until > now {
        return Err(ThrottleError::Wait { retry_after_s: pause_left(now, until) });
    }
    let failures = if now.seconds_since(until) > FORGOTTEN_S { 1 } else { failures + 1 };
    tx.execute(
        "INSERT INTO throttle (device_id, user_id, failures, until)
         VALUES (:device, :user, :failures, :until)
         ON CONFLICT (device_id, user_id) DO UPDATE
           SET failures = excluded.failures, until = excluded.until",
        named_params! {
            ":device": device.0, ":user": user.0, ":failures": failures,
            ":until": now.plus_s(pause_s(failures)).0,
        },
    )?;
    Ok((TRIES - failures).max(0))
}

/// Forgets the wrong tries of a person on a device: they gave the right PIN.
pub fn clear(tx: &Tx<'_>, device: DeviceId, user: UserId) -> Result<(), SqlError> {
    tx.execute(
        "DELETE FROM throttle WHERE device_id = :device AND user_id = :user",
        named_params! { ":device": device.0, ":user": user.0 },
    )?;
    Ok(())
}

/// Forgets a person's wrong tries everywhere: they got a new PIN.
pub fn clear_user(tx: &Tx<'_>, user: UserId) -> Result<(), SqlError> {
    tx.execute("DELETE FROM throttle WHERE user_id = :user", named_params! { ":user": user.0 })?;
    Ok(())
}

fn read(db: &Db<'_>, device: DeviceId, user: UserId) -> Result<(i64, At), SqlError> {
    let row = db.maybe(
        "SELECT failures, until FROM throttle WHERE device_id = :device AND user_id = :user",
        named_params! { ":device": device.0, ":user": user.0 },
        |row| Ok((row.get("failures")?, At(row.get("until")?))),
    )?;
    Ok(row.unwrap_or((0, At(0))))
}

/// None for the first four, 30 s at the fifth, doubling to 15 minutes.
fn pause_s(failures: i64) -> i64 {
    match failures - TRIES {
        ..0 => 0,
        over @ 0..5 => (FIRST_PAUSE_S << over).min(LONGEST_PAUSE_S),
        _ => LONGEST_PAUSE_S,
    }
}

fn pause_left(now: At, until: At) -> i64 {
    (until.0 - now.0 + 999) / 1000
}

/// How often something may happen: `burst` at once, then `per_s` a second.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub burst: f64,
    pub per_s: f64,
}

/// Token buckets by key. Bounded: full buckets are dropped, and past that the oldest count starts over.
#[derive(Debug)]
pub struct Buckets<K> {
    rate: Rate,
    left: HashMap<K, (f64, At)>,
}

/// Keys kept at the most: far above the devices of one store.
const KEYS: usize = 4096;

impl<K: Eq + Hash> Buckets<K> {
    pub fn new(rate: Rate) -> Self {
        Self { rate, left: HashMap::new() }
    }

    /// Takes one; `Err` with the seconds until there is one again.
    pub fn take(&mut self, key: K, now: At) -> Result<(), i64> {
        let rate = self.rate;
        if self.left.len() >= KEYS && !self.left.contains_key(&key) {
            self.left.retain(|_, (left, at)| refilled(rate, *left, *at, now) < rate.burst);
            if self.left.len() >= KEYS {
                self.left.clear();
            }
        }
        let (left, at) = self.left.entry(key).or_insert((rate.burst, now));
        *left = refilled(rate, *left, *at, now);
        *at = now;
        if *left < 1.0 {
            #[expect(clippy::cast_possible_truncation, reason = "seconds, far below 2^53")]
            return Err(((1.0 - *left) / rate.per_s).ceil().clamp(1.0, 3600.0) as i64);
        }
        *left -= 1.0;
        Ok(())
    }
}

fn refilled(rate: Rate, left: f64, at: At, now: At) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds between two requests")]
    let passed_s = (now.0 - at.0).max(0) as f64 / 1000.0;
    rate.per_s.mul_add(passed_s, left).min(rate.burst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_30_seconds_to_15_minutes() {
        let pauses: Vec<i64> = (1..=12).map(pause_s).collect();
        assert_eq!(pauses, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let mut buckets = Buckets::new(Rate { burst: 2.0, per_s: 0.5 });
        let start = At(1_000_000);
        assert_eq!(buckets.take("a", start), Ok(()));
        assert_eq!(buckets.take("a", start), Ok(()));
        assert_eq!(buckets.take("a", start), Err(2));
        assert_eq!(buckets.take("b", start), Ok(()), "another key has its own");
        assert_eq!(buckets.take("a", start.plus_s(2)), Ok(()));
    }
}
