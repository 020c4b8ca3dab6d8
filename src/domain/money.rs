//! Money, in cents.

/// As it is written: "-$12.05".
#[must_use]
pub fn money(cents: i64) -> String {
    let (sign, cents) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
    format!("{sign}${}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn money_has_two_places_and_its_sign() {
        assert_eq!([0, 5, -1205, 100_000].map(money), ["$0.00", "$0.05", "-$12.05", "$1000.00"]);
        assert!(money(i64::MIN).starts_with("-$92233720368547758.08"));
    }
}
