//! What a state asks of a store, as far as the rule's own text was read, with its citation. Nothing that
//! was not read is given out as law: then the house's own rule holds, and is called that.

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
    match state {
        "CA" => Deadline { hours: 24, why: "4 CCR 15049(b)" },
        _ => Deadline { hours: 24, why: "house rule" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_is_no_law() {
        assert_eq!(discrepancy("CA"), Deadline { hours: 24, why: "4 CCR 15049(b)" });
        assert_eq!(discrepancy("ZZ").why, "house rule");
    }
}
