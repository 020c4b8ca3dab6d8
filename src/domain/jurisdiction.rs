//! What a state asks of a store, as far as the rule's own text was read, with its citation. Nothing that
//! was not read is given out as law: then the house's own rule holds, and is called that.

use chrono::{Days, NaiveTime};
use chrono_tz::Tz;

use super::order::PackCheck;
use super::time::At;

/// A value and where its own text was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cited<T> {
    pub value: T,
    pub cite: &'static str,
}

/// The rules of a state for what arrives, is held and comes back; nothing where its text was not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// How soon what was received, rejected, destroyed or sold stands in the state's system.
    pub report_event_within_h: Option<Cited<i64>>,
    /// The hour of the next calendar day by which the state's system and the shelf agree.
    pub reconcile_by_next_day_h: Option<Cited<u32>>,
    /// How often the whole store is counted against the state's system.
    pub reconcile_every_days: Option<Cited<i64>>,
    /// How soon the state is told of a significant discrepancy.
    pub significant_notice_h: Option<Cited<i64>>,
    /// How soon a wrong figure in the state's system is put right.
    pub correct_data_error_within_days: Option<Cited<i64>>,
    /// Whether what a customer brought back may be sold again.
    pub returns_resale: Option<Cited<bool>>,
    /// How soon what was brought back is destroyed.
    pub returned_destroy_within_days: Option<Cited<i64>>,
}

impl Rules {
    /// What keeps what a customer had from being sold again: a citation, or "house rule" where nothing of
    /// the state's was read; nothing where the state lets it be.
    #[must_use]
    pub fn keeps_from_resale(&self) -> Option<&'static str> {
        match self.returns_resale {
            Some(Cited { value: true, .. }) => None,
            Some(Cited { value: false, cite }) => Some(cite),
            None => Some(HOUSE),
        }
    }
}

/// The rules of a state by its two letters.
#[must_use]
pub fn rules(state: &str) -> Rules {
    match state {
        "CA" => Rules {
            report_event_within_h: Some(Cited { value: 24, cite: "4 CCR 15049(b)" }),
            reconcile_every_days: Some(Cited { value: 30, cite: "4 CCR 15051(a)" }),
            significant_notice_h: Some(Cited { value: 24, cite: "4 CCR 15036(a)" }),
            correct_data_error_within_days: Some(Cited { value: 3, cite: "4 CCR 15048.1(a)(4)" }),
            returns_resale: Some(Cited { value: false, cite: "4 CCR 15410(c)" }),
            ..Rules::default()
        },
        "OR" => Rules {
            reconcile_by_next_day_h: Some(Cited { value: 8, cite: "OAR 845-025-7580(1)(b)" }),
            ..Rules::default()
        },
        "MI" => Rules {
            returned_destroy_within_days: Some(Cited { value: 90, cite: "R 420.214c(2)(b)" }),
            ..Rules::default()
        },
        _ => Rules::default(),
    }
}

/// What the house has checked where no rule of the state was read.
const HOUSE: &str = "house rule";

/// What a packer checks before a bag is closed, and what each check rests on. The house has all of them done
/// everywhere.
#[must_use]
pub fn pack_checks(state: &str) -> [Cited<PackCheck>; 4] {
    PackCheck::ALL.map(|value| {
        let cite = match (state, value) {
            // The product's package is tamper-evident and child-resistant; it leaves in an opaque one.
            ("CA", PackCheck::ChildResistant | PackCheck::OpaqueBag) => "4 CCR 15413(b), (c)",
            // What the store sticks on hides no label that is required.
            ("CA", PackCheck::LabelUncovered) => "4 CCR 15412(c)",
            _ => HOUSE,
        };
        Cited { value, cite }
    })
}

/// A deadline and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub at: At,
    /// A citation, or "house rule".
    pub why: &'static str,
}

/// By when a discrepancy must be dealt with and reported: as the state has it, or the house where it wants it
/// sooner or nothing of the state's was read.
#[must_use]
pub fn discrepancy(state: &str, house_h: i64, now: At, zone: Tz) -> Deadline {
    let house = Deadline { at: now.plus_s(house_h * 3600), why: HOUSE };
    let rules = rules(state);
    let within = rules
        .report_event_within_h
        .map(|rule| Deadline { at: now.plus_s(rule.value * 3600), why: rule.cite });
    let by = rules
        .reconcile_by_next_day_h
        .and_then(|rule| Some(Deadline { at: next_day(now, zone, rule.value)?, why: rule.cite }));
    let soonest = [within, by].into_iter().flatten().min_by_key(|one| one.at);
    soonest.filter(|state| state.at <= house.at).unwrap_or(house)
}

/// By when a wrong figure outside must be put right: as the state has it where its text was read, else the
/// house's own.
#[must_use]
pub fn correction(state: &str, house_h: i64, now: At) -> Deadline {
    let house = Deadline { at: now.plus_s(house_h * 3600), why: HOUSE };
    rules(state)
        .correct_data_error_within_days
        .map_or(house, |rule| Deadline { at: now.plus_s(rule.value * 86_400), why: rule.cite })
}

/// By when the state is told of a significant discrepancy: as the state has it where its text was read, else
/// the house's own.
#[must_use]
pub fn notice(state: &str, house_h: i64, now: At) -> Deadline {
    let house = Deadline { at: now.plus_s(house_h * 3600), why: HOUSE };
    rules(state)
        .significant_notice_h
        .map_or(house, |rule| Deadline { at: now.plus_s(rule.value * 3600), why: rule.cite })
}

/// An hour of the next calendar day; nothing where the clocks skip it.
fn next_day(now: At, zone: Tz, hour: u32) -> Option<At> {
    let day = now.utc().with_timezone(&zone).date_naive().checked_add_days(Days::new(1))?;
    let at = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?).and_local_timezone(zone);
    at.earliest().map(|at| At(at.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::{Los_Angeles, New_York};

    use super::*;

    /// 2026-03-07 22:00 in Los Angeles, the night before the clocks go forward.
    const EVENING: At = At(1_772_949_600_000);

    #[test]
    fn what_was_not_read_is_no_law() {
        let of = |state, house_h| discrepancy(state, house_h, EVENING, Los_Angeles);
        let in_h = |hours: i64| EVENING.plus_s(hours * 3600);
        assert_eq!(of("CA", 24), Deadline { at: in_h(24), why: "4 CCR 15049(b)" });
        assert_eq!(of("CA", 72).at, in_h(24), "the house cannot give more time than the state");
        assert_eq!(of("CA", 8), Deadline { at: in_h(8), why: "house rule" });
        assert_eq!(of("MI", 48), Deadline { at: in_h(48), why: "house rule" });
        assert_eq!(rules("ZZ"), Rules::default());
    }

    #[test]
    fn oregon_agrees_by_eight_the_next_morning() {
        let due = discrepancy("OR", 24, EVENING, Los_Angeles);
        assert_eq!(due.why, "OAR 845-025-7580(1)(b)");
        assert_eq!(due.at, EVENING.plus_s(9 * 3600), "an hour is skipped that night");
        let after_midnight = discrepancy("OR", 36, EVENING, New_York);
        assert_eq!(after_midnight.at, EVENING.plus_s(30 * 3600), "the next day, not this morning");
    }

    #[test]
    fn the_state_is_told_of_a_significant_discrepancy_in_time() {
        let in_h = |hours: i64| EVENING.plus_s(hours * 3600);
        assert_eq!(notice("CA", 12, EVENING), Deadline { at: in_h(24), why: "4 CCR 15036(a)" });
        assert_eq!(notice("CO", 12, EVENING), Deadline { at: in_h(12), why: "house rule" });
    }

    #[test]
    fn a_wrong_figure_is_put_right_as_the_state_says_or_the_house() {
        let day = |days: i64| EVENING.plus_s(days * 86_400);
        let law = Deadline { at: day(3), why: "4 CCR 15048.1(a)(4)" };
        assert_eq!(correction("CA", 24, EVENING), law);
        assert_eq!(correction("CO", 24, EVENING), Deadline { at: day(1), why: "house rule" });
    }

    #[test]
    fn every_state_has_its_bags_checked_and_the_law_is_cited_where_it_was_read() {
        let cites = |state| pack_checks(state).map(|rule| rule.cite);
        let ca = ["4 CCR 15413(b), (c)", "4 CCR 15413(b), (c)", "4 CCR 15412(c)", HOUSE];
        assert_eq!(cites("CA"), ca);
        assert_eq!(cites("OR"), [HOUSE; 4]);
        assert_eq!(pack_checks("ZZ").map(|rule| rule.value), PackCheck::ALL);
    }

    #[test]
    fn nothing_is_sold_twice_where_no_state_says_so() {
        for state in ["CA", "MI", "ZZ"] {
            assert!(rules(state).keeps_from_resale().is_some(), "{state}");
        }
    }
}
