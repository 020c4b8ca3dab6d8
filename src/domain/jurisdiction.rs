//! What a state asks of a store, as far as the rule's own text was read, with its citation. Nothing that
//! was not read is given out as law: then the house's own rule holds, and is called that.

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
    /// How soon the state is told of a significant discrepancy.
    pub significant_notice_h: Option<Cited<i64>>,
    /// Whether what a customer brought back may be sold again.
    pub returns_resale: Option<Cited<bool>>,
    /// How soon what was brought back is destroyed.
    pub returned_destroy_within_days: Option<Cited<i64>>,
}

impl Rules {
    /// Not where nothing is said: the house sells nothing twice.
    #[must_use]
    pub fn may_resell_returns(&self) -> bool {
        self.returns_resale.is_some_and(|rule| rule.value)
    }
}

/// The rules of a state by its two letters.
#[must_use]
pub fn rules(state: &str) -> Rules {
    match state {
        "CA" => Rules {
            report_event_within_h: Some(Cited { value: 24, cite: "4 CCR 15049(b)" }),
            significant_notice_h: Some(Cited { value: 24, cite: "4 CCR 15036(a)" }),
            returns_resale: Some(Cited { value: false, cite: "4 CCR 15410(c)" }),
            ..Rules::default()
        },
        "MI" => Rules {
            returned_destroy_within_days: Some(Cited { value: 90, cite: "R 420.214c(2)(b)" }),
            ..Rules::default()
        },
        _ => Rules::default(),
    }
}

/// A deadline and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub hours: i64,
    /// A citation, or "house rule".
    pub why: &'static str,
}

/// How soon a discrepancy at the dock must be dealt with and reported.
#[must_use]
pub fn discrepancy(state: &str) -> Deadline {
    let house = Deadline { hours: 24, why: "house rule" };
    rules(state)
        .report_event_within_h
        .map_or(house, |rule| Deadline { hours: rule.value, why: rule.cite })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_is_no_law() {
        assert_eq!(discrepancy("CA"), Deadline { hours: 24, why: "4 CCR 15049(b)" });
        assert_eq!(discrepancy("MI").why, "house rule");
        assert_eq!(rules("ZZ"), Rules::default());
    }

    #[test]
    fn nothing_is_sold_twice_where_no_state_says_so() {
        for state in ["CA", "MI", "ZZ"] {
            assert!(!rules(state).may_resell_returns(), "{state}");
        }
    }
}
