//! The meter of the significant discrepancy, and what starts when it is crossed: a case with the clock of
//! the notice, the facts that the notice needs, and an alert.

use serde::Serialize;

use super::alert::{self, AlertKind};
use super::casework::{self, CaseKind, NewCase};
use super::refs::{self, PackageRef, PlaceRef};
use super::settings::{self, Settings};
use crate::domain::id::{CaseId, PackageId, PlaceId, Seq};
use crate::domain::jurisdiction;
use crate::domain::money::money;
use crate::domain::place::Account;
use crate::domain::quantity::{Amount, Quantity, SCALE};
use crate::domain::significant::{self, MONTH_DAYS, MONTHS};
use crate::domain::time::At;
use crate::domain::words::{Words, words};
use crate::ledger::{Actor, Entry, query};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};

/// The most items of a notice and of the meter; the sums are of all.
const ITEMS: usize = 200;

/// What a package is off by, at a place.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OffItem {
    pub package: PackageRef,
    pub place: PlaceRef,
    pub difference: Quantity,
    /// At what it was bought for, at its price where that is not known; nothing where neither is.
    pub value_cents: Option<i64>,
    /// Whether the book was put right for it already; else a count found it, and it stands open.
    pub adjusted: bool,
    pub at: At,
}

/// How far shelf and book are apart, held against what a month sells.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Meter {
    pub at: At,
    /// Of the last 30 days, at what the stock was bought for, at its price where that is not known.
    pub missing_cents: i64,
    pub over_cents: i64,
    /// The larger of both: a surplus hides no loss.
    pub off_cents: i64,
    /// What 30 days sell, over the last 180 or since the first sale.
    pub average_month_cents: i64,
    pub percent: i64,
    /// Nothing where nothing was sold yet.
    pub threshold_cents: Option<i64>,
    pub crossed: bool,
    /// Packages of the sales whose price of purchase is not known: they count for nothing.
    pub without_cost: i64,
    /// Those worth most come first; at most 200.
    pub items: Vec<OffItem>,
    /// The open case with the notice, and when that was opened.
    pub case: Option<CaseId>,
    pub discovered: Option<At>,
}

/// What was sold, at what it was bought for.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoldStock {
    cents: i64,
    days: i64,
    without_cost: i64,
}

impl SoldStock {
    /// Whether nothing was sold.
    pub const fn is_empty(&self) -> bool {
        self.days == 0
    }
}

/// Of the last 180 days, or since the first sale. Reads every movement of that time.
pub fn sold(db: &Db<'_>) -> Result<SoldStock, SqlError> {
    let now = db.now();
    let from = query::seq_from(db, now.plus_s(-MONTHS * MONTH_DAYS * 86_400))?;
    let sold = Account::Sold.id().0;
    let (cents, without_cost, first): (Option<i64>, i64, Option<i64>) = db.one(
        "SELECT sum(cents), count(DISTINCT without), min(seq) FROM (
           SELECT (CASE WHEN to_place = :sold THEN amount ELSE -amount END) * unit_cost_cents / :scale AS cents,
                  CASE WHEN unit_cost_cents IS NULL THEN package_id END AS without, movement.seq
           FROM movement JOIN package ON package.id = package_id
           WHERE movement.seq >= :from AND :sold IN (from_place, to_place))",
        named_params! { ":sold": sold, ":from": from.0, ":scale": SCALE },
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let since = first.map(|seq| query::at_of(db, Seq(seq))).transpose()?.flatten();
    let days = since.map_or(0, |at| (now.0 - at.0) / 86_400_000 + 1);
    Ok(SoldStock { cents: cents.unwrap_or(0), days, without_cost })
}

/// The meter as it stands now.
pub fn meter(db: &Db<'_>) -> Result<Meter, SqlError> {
    with(db, sold(db)?)
}

fn with(db: &Db<'_>, sold: SoldStock) -> Result<Meter, SqlError> {
    let percent = settings::get(db)?.significant_percent;
    let open = open_case(db)?;
    let mut items = items(db)?;
    let sum = |sign: i64| -> i64 {
        items.iter().filter_map(|one| one.value_cents).map(|cents| (cents * sign).max(0)).sum()
    };
    let (missing_cents, over_cents) = (sum(-1), sum(1));
    let off_cents = significant::off(missing_cents, over_cents);
    let average_month_cents = significant::average_month(sold.cents, sold.days);
    let threshold_cents = significant::threshold(average_month_cents, percent);
    items.sort_by_key(|one| std::cmp::Reverse(one.value_cents.map(i64::abs)));
    items.truncate(ITEMS);
    Ok(Meter {
        at: db.now(),
        missing_cents,
        over_cents,
        off_cents,
        average_month_cents,
        percent,
        threshold_cents,
        crossed: threshold_cents.is_some_and(|least| off_cents >= least),
        without_cost: sold.without_cost,
        items,
        case: open.map(|open| open.0),
        discovered: open.map(|open| open.1),
    })
}

/// The open case, and when it was opened.
fn open_case(db: &Db<'_>) -> Result<Option<(CaseId, At)>, SqlError> {
    db.maybe(
        "SELECT id, opened_at FROM kase WHERE kind = 'significant' AND state = 'open' ORDER BY id DESC LIMIT 1",
        [],
        |row| Ok((CaseId(row.get(0)?), At(row.get(1)?))),
    )
}

/// What is off of the last 30 days: what a count found and nobody has put right since, the newest count of
/// each package at a place; and what was adjusted for itself. A pair and a corrected receipt are no loss.
fn items(db: &Db<'_>) -> Result<Vec<OffItem>, SqlError> {
    let since = db.now().plus_s(-MONTH_DAYS * 86_400);
    let rows = db.all(
        "SELECT package_id, place_id, difference, value_cents, 0 AS adjusted, at FROM variance AS one
         WHERE at > :since AND package_id IS NOT NULL AND abs(difference) > tolerance
           AND NOT EXISTS (SELECT 1 FROM variance AS later WHERE later.product_id = one.product_id
                 AND later.place_id = one.place_id AND later.package_id = one.package_id
                 AND later.counted_at > one.counted_at)
           AND NOT EXISTS (SELECT 1 FROM adjustment_line JOIN adjustment ON adjustment.id = adjustment_id
                 WHERE package_id = one.package_id AND place_id = one.place_id AND undone_seq IS NULL
                   AND adjustment.at >= one.at)
         UNION ALL
         SELECT package_id, place_id, delta, value_cents, 1, at
         FROM adjustment JOIN adjustment_line ON adjustment_id = adjustment.id
         WHERE how = 'single' AND undone_seq IS NULL AND at > :since",
        named_params! { ":since": since.0 },
        |row| {
            let of = (PackageId(row.get(0)?), PlaceId(row.get(1)?));
            let what = (Amount::from_raw(row.get(2)?), row.get::<_, Option<i64>>(3)?);
            Ok((of, what, row.get::<_, bool>(4)?, At(row.get(5)?)))
        },
    )?;
    let mut items = Vec::new();
    for ((package, place), (difference, value_cents), adjusted, at) in rows {
        if let (Some(facts), Some(place)) = (refs::package(db, package)?, refs::place(db, place)?) {
            let difference = facts.quantity(difference);
            let package = facts.reference;
            items.push(OffItem { package, place, difference, value_cents, adjusted, at });
        }
    }
    Ok(items)
}

/// Whether a case must be opened: the meter is crossed and none is open. After one was closed, only once as
/// much again is off as makes a discrepancy significant.
pub fn due(db: &Db<'_>, sold: SoldStock) -> Result<bool, SqlError> {
    fresh(db, &with(db, sold)?)
}

fn fresh(db: &Db<'_>, meter: &Meter) -> Result<bool, SqlError> {
    let Some(threshold) = meter.threshold_cents.filter(|_| meter.crossed) else { return Ok(false) };
    let told: Option<i64> = db.maybe(
        "SELECT subject_id FROM kase WHERE kind = 'significant' AND opened_at > :since ORDER BY id DESC LIMIT 1",
        named_params! { ":since": db.now().plus_s(-MONTH_DAYS * 86_400).0 },
        |row| row.get(0),
    )?;
    Ok(meter.case.is_none() && told.is_none_or(|cents| meter.off_cents >= cents + threshold))
}

/// Opens the case, with the clock of the notice.
pub fn watch(tx: &Tx<'_>, sold: SoldStock) -> Result<(), StoreError> {
    let meter = with(tx, sold)?;
    let Some(threshold) = meter.threshold_cents else { return Ok(()) };
    if !fresh(tx, &meter)? {
        return Ok(());
    }
    let settings = settings::get(tx)?;
    let by = Actor::system();
    let entry = Entry::open(tx, &by, "significant_discrepancy")?;
    let due = jurisdiction::notice(&settings.jurisdiction, settings.discrepancy_within_h, tx.now());
    let title = words!("Significant discrepancy: {} off, limit {}",
        "Diferencia significativa: {} de diferencia, límite {}"; money(meter.off_cents), money(threshold));
    let new = NewCase {
        title: title.clone(),
        // What was off when it was told: the next case is about as much more.
        subject: Some(("meter", meter.off_cents, money(meter.off_cents))),
        due: Some(due.at),
        due_why: Some(due.why),
        evidence: facts(&meter, &settings),
        ..NewCase::default()
    };
    let (case, code) = casework::open(tx, &by, entry.seq(), CaseKind::Significant, &new)?;
    alert::raise(tx, AlertKind::Significant, &title, Some(case), None)?;
    entry.seal(&serde_json::json!({
        "case": case, "code": code, "off_cents": meter.off_cents, "threshold_cents": threshold,
    }))?;
    Ok(())
}

/// What the notice has to say, piece by piece.
fn facts(meter: &Meter, settings: &Settings) -> Vec<(&'static str, Words)> {
    let zone = settings.tz();
    let at = meter.at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string();
    let mut all = vec![
        (
            "notice",
            words!("Discovered {at}. License {}.", "Descubierto {at}. Licencia {}.";
            [settings.license_number], [settings.license_number]),
        ),
        (
            "notice",
            words!("Missing {}, over {}, in 30 days, at what it was bought for. A month sells {}; {} % of it is {}.",
            "Falta {}, sobra {}, en 30 días, al precio de compra. Un mes vende {}; el {} % es {}.";
            money(meter.missing_cents), money(meter.over_cents), money(meter.average_month_cents), meter.percent,
            money(meter.threshold_cents.unwrap_or(0))),
        ),
    ];
    all.extend(meter.items.iter().take(20).map(|one| {
        let (name, tag) = (&one.package.product.name, &one.package.tag);
        let text = format!("{name} · {tag} · {} · {}", one.difference, one.place.name);
        ("notice", Words::own(&text))
    }));
    all
}
