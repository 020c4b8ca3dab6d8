//! What is due: schedules whose day has come, bins that a pick left empty or short, and products that were
//! not counted for longer than their worth allows. What is overdue is the store's count debt.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::schedule::{self, Schedule};
use crate::domain::id::ProductId;
use crate::domain::jurisdiction;
use crate::domain::time::At;
use crate::store::{Db, SqlError, named_params};
use crate::workflow::refs::{self, PackageRef, PlaceRef, ProductRef};
use crate::workflow::settings::{self, Settings};

/// Days between counts of what makes up the first 80 % of the store's value, the next 15 %, and the rest.
const CADENCE: [i64; 3] = [7, 14, 30];
/// Where the classes end, in thousandths of the value.
const CLASSES: [i64; 2] = [800, 950];
/// The most lines of each list.
const LIMIT: usize = 100;
/// An emptied bin is asked after for so long.
const EMPTY_DAYS: i64 = 2;

/// A look of two minutes at one bin.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Quick {
    pub place: PlaceRef,
    /// The package that came up short; nothing where the whole bin should be empty.
    pub package: Option<PackageRef>,
    pub since: At,
}

/// A product whose time has come.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DueProduct {
    pub product: ProductRef,
    pub category: String,
    /// When it was counted last.
    pub last: Option<At>,
    pub every_days: i64,
    /// Whether the last count was off, which makes the time half.
    pub was_off: bool,
    pub days_late: i64,
}

/// How far counting is behind.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Debt {
    /// Products that the store has, and those of them that are overdue.
    pub products: usize,
    pub overdue: usize,
    /// The share of the store's value that was counted in time, in thousandths; nothing where no cost is known.
    pub value_in_time: Option<i64>,
    pub oldest_days: i64,
}

/// The whole store against the state's system, where the state's rule was read.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct WholeStore {
    pub every_days: i64,
    /// What says so.
    pub cite: String,
    /// When every product that the store has had been counted at least once since then.
    pub since: Option<At>,
    pub due: NaiveDate,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Due {
    pub schedules: Vec<Schedule>,
    pub quick: Vec<Quick>,
    /// The most overdue first, 100 at most.
    pub products: Vec<DueProduct>,
    pub debt: Debt,
    pub whole_store: Option<WholeStore>,
}

/// What should be counted now.
pub fn due(db: &Db<'_>) -> Result<Due, SqlError> {
    let settings = settings::get(db)?;
    let stocked = stocked(db)?;
    let ranked = ranked(&stocked, &settings, db.now());
    let late: Vec<_> = ranked.iter().filter(|one| one.days_late > 0).collect();
    let worth: i64 = stocked.iter().map(|one| one.value_cents).sum();
    let behind: i64 = late.iter().map(|one| one.value_cents).sum();
    let debt = Debt {
        products: stocked.len(),
        overdue: late.len(),
        value_in_time: (worth > 0).then(|| (worth - behind) * 1000 / worth),
        oldest_days: late.first().map_or(0, |one| one.days_late),
    };
    let mut products = Vec::new();
    for one in late.iter().take(LIMIT) {
        products.extend(refs::product(db, one.id)?.map(|product| DueProduct {
            product,
            category: one.category.clone(),
            last: one.last,
            every_days: one.every_days,
            was_off: one.was_off,
            days_late: one.days_late,
        }));
    }
    let mut schedules = schedule::schedules(db)?.schedules;
    schedules.retain(|schedule| schedule.due.is_some());
    let whole_store = whole_store(&stocked, &settings, db.now());
    Ok(Due { schedules, quick: quick(db)?, products, debt, whole_store })
}

/// The products whose time has come, the most overdue first.
pub fn overdue(db: &Db<'_>) -> Result<Vec<ProductId>, SqlError> {
    let settings = settings::get(db)?;
    let stocked = stocked(db)?;
    let ranked = ranked(&stocked, &settings, db.now());
    Ok(ranked.into_iter().filter(|one| one.days_late > 0).map(|one| one.id).collect())
}

/// A product that the store has.
struct Stocked {
    id: ProductId,
    category: String,
    value_cents: i64,
    last: Option<At>,
    was_off: bool,
    here_since: At,
}

fn stocked(db: &Db<'_>) -> Result<Vec<Stocked>, SqlError> {
    db.all(
        "SELECT product.id, product.category,
           sum(balance.amount / 10000.0 * coalesce(unit_cost_cents, 0)) AS value,
           min(package.added_at) AS here,
           (SELECT max(counted_at) FROM variance WHERE variance.product_id = product.id) AS last,
           EXISTS (SELECT 1 FROM variance WHERE variance.product_id = product.id
              AND abs(difference) > tolerance
              AND count_id = (SELECT max(count_id) FROM variance AS newest
                              WHERE newest.product_id = product.id)) AS was_off
         FROM balance JOIN package ON package.id = balance.package_id
         JOIN product ON product.id = package.product_id
         WHERE balance.place_id >= 100 AND balance.amount > 0 GROUP BY product.id",
        [],
        |row| {
            let value: f64 = row.get("value")?;
            Ok(Stocked {
                id: ProductId(row.get("id")?),
                category: row.get("category")?,
                #[expect(clippy::cast_possible_truncation, reason = "a rank, not a book's figure")]
                value_cents: value as i64,
                last: row.get::<_, Option<i64>>("last")?.map(At),
                was_off: row.get("was_off")?,
                here_since: At(row.get("here")?),
            })
        },
    )
}

struct Ranked {
    id: ProductId,
    category: String,
    value_cents: i64,
    last: Option<At>,
    was_off: bool,
    every_days: i64,
    days_late: i64,
}

/// Each with its cadence by value, the most overdue first.
fn ranked(stocked: &[Stocked], settings: &Settings, now: At) -> Vec<Ranked> {
    let mut by_value: Vec<&Stocked> = stocked.iter().collect();
    by_value.sort_by_key(|one| (std::cmp::Reverse(one.value_cents), one.id));
    let worth: i64 = stocked.iter().map(|one| one.value_cents).sum();
    let today = settings.today(now);
    let mut before = 0;
    let mut ranked: Vec<Ranked> = by_value
        .into_iter()
        .map(|one| {
            // The class is that of where its value begins.
            let share = if worth > 0 { before * 1000 / worth } else { 1000 };
            before += one.value_cents;
            let class = CLASSES.iter().filter(|end| share >= **end).count();
            let every_days = if one.was_off { (CADENCE[class] / 2).max(1) } else { CADENCE[class] };
            let last = settings.today(one.last.unwrap_or(one.here_since));
            Ranked {
                id: one.id,
                category: one.category.clone(),
                value_cents: one.value_cents,
                last: one.last,
                was_off: one.was_off,
                every_days,
                days_late: (today - last).num_days() - every_days,
            }
        })
        .collect();
    ranked.sort_by_key(|one| (std::cmp::Reverse(one.days_late), one.id));
    ranked
}

fn whole_store(stocked: &[Stocked], settings: &Settings, now: At) -> Option<WholeStore> {
    let rule = jurisdiction::rules(&settings.jurisdiction).reconcile_every_days?;
    let since = stocked.iter().map(|one| one.last.unwrap_or(one.here_since)).min();
    let days = Days::new(u64::try_from(rule.value).unwrap_or(0));
    let due = settings.today(since.unwrap_or(now)) + days;
    Some(WholeStore { every_days: rule.value, cite: rule.cite.to_owned(), since, due })
}

/// Bins that a pick came up short at, and bins that should be empty now and were not looked at since.
fn quick(db: &Db<'_>) -> Result<Vec<Quick>, SqlError> {
    let mut quick = db.all(
        "SELECT place.id, name, place.kind, code, package_id, opened_at AS since FROM task
         JOIN place ON place.id = place_id
         WHERE task.state = 'open' AND task.kind = 'count_bin' ORDER BY opened_at LIMIT 100",
        [],
        |row| {
            let package: Option<i64> = row.get("package_id")?;
            let package = package.map(|id| refs::package(db, crate::domain::id::PackageId(id)));
            let package = package.transpose()?.flatten().map(|facts| facts.reference);
            Ok(Quick { place: refs::place_row(row)?, package, since: At(row.get("since")?) })
        },
    )?;
    let recent = db.now().plus_s(-EMPTY_DAYS * 86_400);
    let emptied = db.all(
        "SELECT place.id, name, kind, code, since FROM (
           SELECT movement.from_place AS emptied, max(entry.at) AS since FROM entry
           JOIN movement ON movement.seq = entry.seq
           WHERE entry.seq > coalesce((SELECT seq FROM entry WHERE at < :recent ORDER BY seq DESC LIMIT 1), 0)
           GROUP BY movement.from_place)
         JOIN place ON place.id = emptied
         WHERE kind = 'bin' AND active = 1
           AND NOT EXISTS (SELECT 1 FROM balance WHERE place_id = place.id AND amount > 0)
           AND NOT EXISTS (SELECT 1 FROM count_place JOIN count ON count.id = count_id
             WHERE place_id = place.id AND count.state = 'settled' AND done_at >= since)
         ORDER BY since LIMIT 100",
        named_params! { ":recent": recent.0 },
        |row| {
            Ok(Quick { place: refs::place_row(row)?, package: None, since: At(row.get("since")?) })
        },
    )?;
    quick.extend(emptied);
    quick.truncate(LIMIT);
    Ok(quick)
}
