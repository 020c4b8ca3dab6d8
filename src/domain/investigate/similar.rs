//! How easily one product is taken for another at the till or on the shelf.

use crate::domain::likeness::Name;
use crate::domain::quantity::{Amount, Unit};

/// What people go by.
#[derive(Clone, Debug)]
pub struct Traits {
    pub sku: String,
    pub name: Name,
    pub brand: Option<String>,
    pub category: String,
    pub unit: Unit,
    pub content: Option<Amount>,
    pub price_cents: Option<i64>,
}

/// From 0 to 100: brand, category, size, price, name, and whether they stand beside each other on a list.
pub fn similarity(one: &Traits, other: &Traits) -> u8 {
    let brand = one.brand.is_some() && one.brand == other.brand;
    let size = one.unit == other.unit && one.content == other.content;
    let price = match (one.price_cents, other.price_cents) {
        (Some(a), Some(b)) if a == b => 15,
        (Some(a), Some(b)) if (a - b).abs() * 5 <= a.max(b) => 8,
        _ => 0,
    };
    let name = one.name.likeness(&other.name) * 30 / 1000;
    let score = name
        + price
        + if brand { 20 } else { 0 }
        + if one.category == other.category { 20 } else { 0 }
        + if size { 5 } else { 0 }
        + if neighbours(&one.sku, &other.sku) { 10 } else { 0 };
    u8::try_from(score.min(100)).unwrap_or(100)
}

/// "ED-SOL-03" and "ED-SOL-04": the next line of a list.
fn neighbours(one: &str, other: &str) -> bool {
    let split = |sku: &str| -> Option<(String, i64)> {
        let head = sku.trim_end_matches(|c: char| c.is_ascii_digit());
        Some((head.to_owned(), sku.get(head.len()..)?.parse().ok()?))
    };
    match (split(one), split(other)) {
        (Some((head, a)), Some((also, b))) => head == also && (a - b).abs() <= 2,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sku: &str, name: &str, brand: &str, category: &str, price_cents: i64) -> Traits {
        Traits {
            sku: sku.into(),
            name: Name::new(name),
            brand: Some(brand.into()),
            category: category.into(),
            unit: Unit::Ea,
            content: None,
            price_cents: Some(price_cents),
        }
    }

    #[test]
    fn a_flavour_is_nearer_than_another_brand_and_that_nearer_than_another_shelf() {
        let cherry =
            of("ED-SOL-03", "Sol y Luna Sour Cherry Gummies 100 mg", "Sol y Luna", "Edibles", 1800);
        let guava =
            of("ED-SOL-04", "Sol y Luna Guava Gummies 100 mg", "Sol y Luna", "Edibles", 1800);
        let bar = of(
            "ED-COP-01",
            "Copper Kettle Chocolate 100 mg Milk",
            "Copper Kettle",
            "Edibles",
            2000,
        );
        let vape = of("VP-NOR-01", "Northlight Aurora Cartridge 1 g", "Northlight", "Vapes", 4000);
        let [flavour, brand, shelf] = [&guava, &bar, &vape].map(|other| similarity(&cherry, other));
        assert!(flavour >= 80 && brand < 60 && shelf < 25, "{flavour} {brand} {shelf}");
        assert_eq!(similarity(&guava, &cherry), flavour);
    }
}
