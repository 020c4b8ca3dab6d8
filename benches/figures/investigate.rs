//! How well investigations do over months of a busy store with known faults in them, and how long one takes.
//! The seeds are none of those that the engine was tuned on.

#[path = "../../tests/it/support/month/mod.rs"]
mod month;

use std::ops::Range;
use std::time::Duration;

use backstock::domain::investigate::Cause;

use super::report::Report;
use month::tally::{Count, Tally};

/// Those from 1 to 360 and from 2001 to 2100 were looked at while the engine was made.
const SEEDS: Range<u64> = 30_001..30_201;

pub fn measure(report: &mut Report) {
    let mut tally = Tally::default();
    for seed in SEEDS {
        tally.add(seed, |_, _, _| {});
    }
    report.told("months investigated", tally.seeds as f64, "");
    report.told("  sales in them", tally.sales as f64, "");
    report.told("  faults that a count saw", tally.all().asked as f64, "");
    report.told("  faults that no count saw", tally.unseen as f64, "");
    for (cause, count) in &tally.by {
        kind(report, *cause, *count);
    }
    let (all, sure) = (tally.all(), tally.explainable());
    let unknown = tally.by.get(&Cause::Unknown).copied().unwrap_or_default();
    report.at_least("right cause first", share(sure.first, sure.asked), 85.0, "%");
    report.at_least("right cause in the first two", share(sure.in_two, sure.asked), 95.0, "%");
    report.at_most("called likely, and wrong", share(all.misled, all.asked), 2.0, "%");
    report.at_least(
        "unexplained loss called unknown",
        share(unknown.first, unknown.asked),
        90.0,
        "%",
    );
    let slips = share(tally.noise_misled, tally.noise);
    report.told("everyday slips given a wrong likely cause", slips, "%");
    tally.took.sort_unstable();
    let p95 = tally.took.get(tally.took.len() * 95 / 100).copied().unwrap_or_default();
    report.at_most("one investigation, p95", ms(p95), 300.0, "ms");
    report.at_most("one investigation, slowest", ms(tally.slowest()), 300.0, "ms");
}

fn kind(report: &mut Report, cause: Cause, count: Count) {
    let name = format!("  {} ({})", cause.word(), count.asked);
    let of = |many| share(many, count.asked);
    let (first, two, misled) = (of(count.first), of(count.in_two), of(count.misled));
    report.shares(&name, &[("first", first), ("in two", two), ("misled", misled)]);
}

fn share(many: usize, of: usize) -> f64 {
    many as f64 * 100.0 / (of.max(1) as f64)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
