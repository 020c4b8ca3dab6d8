//! How long orders take, by the hour of the day at which it began.

use chrono::Timelike as _;

use super::{OrderHour, OrderTimes};
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::settings;

/// Days looked back at the most.
pub const DAYS: i64 = 90;

/// The last days, hour by hour: how many orders came, and the medians of picking and packing them.
pub fn times(db: &Db<'_>, days: i64) -> Result<OrderTimes, SqlError> {
    let settings = settings::get(db)?;
    let since = db.now().plus_s(-days * 86_400);
    let rows = db.all(
        "SELECT received_at, picking_at, picked_at, packed_at FROM online_order WHERE received_at >= :since",
        named_params! { ":since": since.0 },
        |row| {
            let at = |name: &str| row.get::<_, Option<i64>>(name).map(|at| at.map(At));
            Ok((At(row.get("received_at")?), at("picking_at")?, at("picked_at")?, at("packed_at")?))
        },
    )?;
    let zone = settings.tz();
    let hour = |at: At| at.utc().with_timezone(&zone).hour();
    let minutes = |from: At, to: At| (to.0 - from.0).max(0) / 60_000;
    let mut came = [0_usize; 24];
    let mut picks: [Vec<i64>; 24] = Default::default();
    let mut packs: [Vec<i64>; 24] = Default::default();
    for (received, picking, picked, packed) in rows {
        came[hour(received) as usize] += 1;
        if let Some((from, to)) = picking.zip(picked) {
            picks[hour(from) as usize].push(minutes(from, to));
        }
        if let Some((from, to)) = picked.zip(packed) {
            packs[hour(from) as usize].push(minutes(from, to));
        }
    }
    let hours =
        (0..24_u32).zip(came).zip(picks).zip(packs).map(|(((hour, orders), picks), packs)| {
            OrderHour {
                hour,
                orders,
                pick_median_min: median(picks),
                pack_median_min: median(packs),
            }
        });
    Ok(OrderTimes {
        hours: hours.collect(),
        pick_target_min: settings.pick_target_min,
        pack_target_min: settings.pack_target_min,
        days,
    })
}

fn median(mut minutes: Vec<i64>) -> Option<i64> {
    minutes.sort_unstable();
    let middle = minutes.len() / 2;
    let upper = *minutes.get(middle)?;
    Some(if minutes.len() % 2 == 1 { upper } else { minutes[middle - 1].midpoint(upper) })
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_of_what_was_measured() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9]), Some(9));
        assert_eq!(median(vec![9, 1]), Some(5));
        assert_eq!(median(vec![9, 1, 100]), Some(9));
    }
}
