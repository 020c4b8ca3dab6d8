//! A month of a busy store with faults in it: the right cause stands first, and where there is none, none.

use backstock::domain::investigate::Cause;

use crate::support::month::tally::{Tally, right_first};

/// Seeds of this test. The figures of `make bench` are of others.
fn seeds() -> std::ops::Range<u64> {
    let of = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let from = of("MONTH_FROM").unwrap_or(1);
    from..from + of("MONTH_SEEDS").unwrap_or(12)
}

#[test]
fn the_right_cause_stands_first() {
    let mut tally = Tally::default();
    for seed in seeds() {
        tally.add(seed, |seed, truth, ranking| {
            if !right_first(truth, ranking) {
                let said: Vec<String> = ranking
                    .causes
                    .iter()
                    .map(|one| {
                        let other = one.other.as_ref().map_or(0, |other| other.id.0);
                        format!("{} {} {other}", one.cause.word(), one.score)
                    })
                    .collect();
                eprintln!(
                    "seed {seed}: {} ({:?}, variance {}): {said:?}",
                    truth.cause.word(),
                    truth.other,
                    truth.variance
                );
            }
        });
    }
    for (cause, count) in &tally.by {
        eprintln!(
            "{:<26}{:>4} first {:>4} in two {:>4} misled {:>3}",
            cause.word(),
            count.asked,
            count.first,
            count.in_two,
            count.misled
        );
    }
    let (all, sure) = (tally.all(), tally.explainable());
    let unknown = tally.by.get(&Cause::Unknown).copied().unwrap_or_default();
    eprintln!(
        "first {}/{}, in two {}, misled {}/{}, unknown {}/{}, unseen {}, noise likely {}/{}, slowest {:?}, {} sales",
        sure.first,
        sure.asked,
        sure.in_two,
        all.misled,
        all.asked,
        unknown.first,
        unknown.asked,
        tally.unseen,
        tally.noise_misled,
        tally.noise,
        tally.slowest(),
        tally.sales,
    );
    assert!(all.asked >= tally.seeds, "faults are found by counts: {}", all.asked);
    assert!(sure.first * 100 >= sure.asked * 85, "{} of {}", sure.first, sure.asked);
    assert!(sure.in_two * 100 >= sure.asked * 90, "{} of {}", sure.in_two, sure.asked);
    assert!(all.misled * 100 <= all.asked * 5, "{} misled of {}", all.misled, all.asked);
    assert!(unknown.first * 100 >= unknown.asked * 75, "{} of {}", unknown.first, unknown.asked);
    let slips = (tally.noise_misled, tally.noise);
    assert!(slips.0 * 100 <= slips.1 * 6, "{slips:?} slips misled");
}
