//! The significant discrepancy: how far shelf and book are apart in money, held against what a month sells.
//! 4 CCR 15034 has it as 3 % of the average monthly sales of the last six months, stock valued at what it
//! was bought for; its text was not read, so the share is the house's setting. No IO.

/// How many months the average goes back, of 30 days each.
pub const MONTHS: i64 = 6;
pub const MONTH_DAYS: i64 = 30;

/// What a month sells, from what was sold in so many days. A store of less than a month counts as one.
#[must_use]
pub fn average_month(sold_cents: i64, days: i64) -> i64 {
    let month = i128::from(sold_cents.max(0)) * i128::from(MONTH_DAYS);
    i64::try_from(month / i128::from(days.max(MONTH_DAYS))).unwrap_or(i64::MAX)
}

/// From how much on a discrepancy is significant; nothing where nothing was sold yet.
#[must_use]
pub fn threshold(average_month_cents: i64, percent: i64) -> Option<i64> {
    let cents = i128::from(average_month_cents) * i128::from(percent) / 100;
    i64::try_from(cents).ok().filter(|cents| *cents > 0)
}

/// What is missing and what is over, each above zero. A surplus hides no loss: the larger counts.
#[must_use]
pub fn off(missing_cents: i64, over_cents: i64) -> i64 {
    missing_cents.max(over_cents)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn three_percent_of_an_average_month() {
        // 180,000.00 in six months.
        let month = average_month(18_000_000, 180);
        assert_eq!((month, threshold(month, 3)), (3_000_000, Some(90_000)));
        assert_eq!(average_month(500, 3), 500, "three days are no month of more");
        assert_eq!(threshold(0, 3), None, "nothing sold, nothing to hold it against");
    }

    proptest! {
        #[test]
        fn no_loss_is_hidden_and_nothing_overflows(
            missing in 0..i64::MAX, over in 0..i64::MAX, sold in any::<i64>(), days in -5_i64..400,
        ) {
            prop_assert!(off(missing, over) >= missing && off(missing, over) >= over);
            let month = average_month(sold, days);
            prop_assert!(month >= 0 && month <= sold.max(0));
            prop_assert!(threshold(month, 3).is_none_or(|cents| cents <= month));
        }
    }
}
