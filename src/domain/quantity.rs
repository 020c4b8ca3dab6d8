//! Amounts at a scale of 10^-4, units, and quantities (an amount with its unit). Never a float:
//! a quantity enters as a decimal string and leaves as one. Knows no stock and no rules.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One whole unit in the scale of [`Amount`].
pub const SCALE: i64 = 10_000;

/// The largest magnitude accepted from outside: ten million whole units. Sums of a store's life
/// stay far inside an `i64`.
pub const LIMIT: i64 = 10_000_000 * SCALE;

/// A signed number of units at scale 10^-4, written in JSON as a decimal string ("3.5").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub const fn from_raw(raw: i64) -> Self {
        Self(raw)
    }

    #[must_use]
    pub const fn whole(units: i64) -> Self {
        Self(units * SCALE)
    }

    /// The number at scale 10^-4, as it is stored.
    #[must_use]
    pub const fn raw(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.0 % SCALE == 0
    }

    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// `self` times a count, both at scale 10^-4 (3.5 g each times 2 is 7 g). `None` when the result
    /// does not fit or would need more than four decimals.
    #[must_use]
    pub fn times(self, count: Self) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(count.0);
        let scale = i128::from(SCALE);
        if product % scale != 0 {
            return None;
        }
        i64::try_from(product / scale).ok().map(Self)
    }

    /// How many of `each` are in `self`, at scale 10^-4, rounded towards zero (7 g of 3.5 g is 2).
    /// `None` when `each` is not positive.
    #[must_use]
    pub fn per(self, each: Self) -> Option<Self> {
        if each.0 <= 0 {
            return None;
        }
        let ratio = i128::from(self.0) * i128::from(SCALE) / i128::from(each.0);
        i64::try_from(ratio).ok().map(Self)
    }

    /// The largest whole multiple of `step` not above `self`; `self` where `step` is not positive.
    #[must_use]
    pub fn down_to(self, step: Self) -> Self {
        if step.0 <= 0 { self } else { Self(self.0 - self.0.rem_euclid(step.0)) }
    }
}

impl std::ops::Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(
            self.0
                .checked_add(other.0)
                .expect("sums stay inside LIMIT times the rows of a store's life"),
        )
    }
}

impl std::ops::Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(
            self.0
                .checked_sub(other.0)
                .expect("differences stay inside LIMIT times the rows of a life"),
        )
    }
}

impl std::ops::Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (scale, magnitude) = (SCALE.unsigned_abs(), self.0.unsigned_abs());
        let (whole, rest) = (magnitude / scale, magnitude % scale);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let decimals = format!("{rest:04}");
        write!(f, "{sign}{whole}.{}", decimals.trim_end_matches('0'))
    }
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("is not a number such as 12 or 3.5")]
    NotANumber,
    #[error("has more than four decimals")]
    TooFine,
    #[error("is above ten million")]
    TooLarge,
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Plain decimal notation only: no exponent, no thousands separator, no blank.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let empty = whole.is_empty() && decimals.is_empty();
        if empty || !plain(whole) || !plain(decimals) || digits.ends_with('.') {
            return Err(AmountError::NotANumber);
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 4 {
            return Err(AmountError::TooFine);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 8 {
            return Err(AmountError::TooLarge);
        }
        let units: i64 = format!("0{whole}").parse().map_err(|_| AmountError::TooLarge)?;
        let rest: i64 = format!("{decimals:0<4}").parse().map_err(|_| AmountError::NotANumber)?;
        let raw = units * SCALE + rest;
        if raw > LIMIT {
            return Err(AmountError::TooLarge);
        }
        Ok(Self(if negative { -raw } else { raw }))
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse()
            .map_err(|error| serde::de::Error::custom(format!("the amount \"{text}\" {error}")))
    }
}

impl utoipa::PartialSchema for Amount {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A decimal string with at most four decimals, such as \"3.5\"."))
            .pattern(Some(r"^-?\d{1,8}(\.\d{1,4})?$"))
            .into()
    }
}

impl utoipa::ToSchema for Amount {}

/// A unit of measure. Packages carry the state's unit, products the unit they are sold by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Ea,
    G,
    Mg,
    Kg,
    Oz,
    Lb,
    Ml,
    L,
    FlOz,
}

impl Unit {
    pub const ALL: [Self; 9] =
        [Self::Ea, Self::G, Self::Mg, Self::Kg, Self::Oz, Self::Lb, Self::Ml, Self::L, Self::FlOz];

    /// The short form, used in JSON and in the database.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::Ea => "ea",
            Self::G => "g",
            Self::Mg => "mg",
            Self::Kg => "kg",
            Self::Oz => "oz",
            Self::Lb => "lb",
            Self::Ml => "ml",
            Self::L => "l",
            Self::FlOz => "floz",
        }
    }

    /// METRC's name, as it is entered there.
    #[must_use]
    pub const fn long(self) -> &'static str {
        match self {
            Self::Ea => "Each",
            Self::G => "Grams",
            Self::Mg => "Milligrams",
            Self::Kg => "Kilograms",
            Self::Oz => "Ounces",
            Self::Lb => "Pounds",
            Self::Ml => "Milliliters",
            Self::L => "Liters",
            Self::FlOz => "Fluid Ounces",
        }
    }

    /// A unit from its short form, METRC's name ("Each", "Grams") or METRC's abbreviation.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "ea" | "each" | "unit" | "units" | "count" | "ct" | "pcs" => Self::Ea,
            "g" | "gram" | "grams" | "gr" => Self::G,
            "mg" | "milligram" | "milligrams" => Self::Mg,
            "kg" | "kilogram" | "kilograms" => Self::Kg,
            "oz" | "ounce" | "ounces" => Self::Oz,
            "lb" | "lbs" | "pound" | "pounds" => Self::Lb,
            "ml" | "milliliter" | "milliliters" => Self::Ml,
            "l" | "liter" | "liters" => Self::L,
            "floz" | "fl oz" | "fluid ounce" | "fluid ounces" | "fl. oz." => Self::FlOz,
            _ => return None,
        })
    }

    /// Counted units are whole.
    #[must_use]
    pub const fn counted(self) -> bool {
        matches!(self, Self::Ea)
    }

    /// Whether an amount can be held in this unit: counted units are whole.
    #[must_use]
    pub const fn fits(self, amount: Amount) -> bool {
        !self.counted() || amount.is_whole()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

/// An amount with its unit: `{"value":"3.5","unit":"g"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quantity {
    #[serde(rename = "value")]
    pub amount: Amount,
    pub unit: Unit,
}

impl Quantity {
    #[must_use]
    pub const fn new(amount: Amount, unit: Unit) -> Self {
        Self { amount, unit }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().expect("a test's own amount")
    }

    #[test]
    fn reads_and_writes_plain_decimals() {
        assert_eq!(amount("3.5").raw(), 35_000);
        assert_eq!(amount("-0.0001").to_string(), "-0.0001");
        assert_eq!(amount("007.50").to_string(), "7.5");
        assert_eq!(amount("1.00000").to_string(), "1");
    }

    #[test]
    fn refuses_what_is_not_a_plain_decimal() {
        for text in ["", "-", ".", "1.", "1e3", "1,000", " 1", "+1", "1.2.3", "NaN"] {
            assert_eq!(text.parse::<Amount>(), Err(AmountError::NotANumber), "{text:?}");
        }
        assert_eq!("0.00001".parse::<Amount>(), Err(AmountError::TooFine));
        assert_eq!("10000001".parse::<Amount>(), Err(AmountError::TooLarge));
        assert_eq!("99999999999999999999".parse::<Amount>(), Err(AmountError::TooLarge));
    }

    #[test]
    fn an_eighth_is_three_and_a_half_grams() {
        let eighth = amount("3.5");
        assert_eq!(eighth.times(Amount::whole(2)), Some(amount("7")));
        assert_eq!(
            amount("20").per(eighth).map(|n| n.down_to(Amount::whole(1))),
            Some(Amount::whole(5))
        );
        assert_eq!(amount("20").down_to(eighth), amount("17.5"));
    }

    proptest! {
        #[test]
        fn text_round_trips(raw in -LIMIT..=LIMIT) {
            let amount = Amount::from_raw(raw);
            prop_assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
        }

        #[test]
        fn rounding_down_never_exceeds(raw in 0..LIMIT, step in 1..LIMIT) {
            let (amount, step) = (Amount::from_raw(raw), Amount::from_raw(step));
            let down = amount.down_to(step);
            prop_assert!(down <= amount && amount - down < step && down.raw() % step.raw() == 0);
        }
    }
}
