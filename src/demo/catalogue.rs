//! What the demo store sells: eighty products of brands that do not exist.

use crate::domain::quantity::{Amount, Unit};

/// One product.
#[derive(Clone, Debug)]
pub struct Item {
    pub sku: String,
    pub name: String,
    pub brand: &'static str,
    pub category: &'static str,
    /// What one of it is of a weighed package, in grams: flower that the store packs itself.
    pub content: Option<Amount>,
    pub gtin: String,
    pub price_cents: i64,
    pub cost_cents: i64,
    pub supplier: &'static str,
    /// Days from packaging to expiry; `None` where the producer states none.
    pub keeps_days: Option<i64>,
    /// How much one of its stations should hold.
    pub par: i64,
}

impl Item {
    /// The unit in which the state keeps its packages.
    pub fn package_unit(&self) -> Unit {
        if self.content.is_some() { Unit::G } else { Unit::Ea }
    }

    /// A count of the product in the package's unit.
    pub fn amount(&self, count: i64) -> Amount {
        let each = self.content.unwrap_or(Amount::whole(1));
        Amount::from_raw(each.raw() * count)
    }
}

/// A brand's form of product, in all its kinds.
struct Range {
    category: &'static str,
    brand: &'static str,
    supplier: &'static str,
    sku: &'static str,
    form: &'static str,
    price_cents: i64,
    weighed: bool,
    keeps_days: Option<i64>,
    par: i64,
    kinds: &'static [&'static str],
}

const RANGES: [Range; 13] = [
    Range {
        category: "Flower",
        brand: "Tidewater Farms",
        supplier: "Tidewater Farms Distribution",
        sku: "FL-TID",
        form: "3.5 g",
        price_cents: 3_500,
        weighed: true,
        keeps_days: None,
        par: 12,
        kinds: &[
            "Harbor Fog",
            "Lantern Kush",
            "Salt Marsh Haze",
            "Gull Wing OG",
            "Driftwood Cookies",
            "Low Tide Gelato",
            "Pier Nine",
            "Blue Channel",
        ],
    },
    Range {
        category: "Flower",
        brand: "Ridgeline Growers",
        supplier: "Granite Pass Logistics",
        sku: "FL-RID",
        form: "3.5 g Jar",
        price_cents: 4_200,
        weighed: false,
        keeps_days: Some(365),
        par: 10,
        kinds: &[
            "Granite Sherbet",
            "Timberline Diesel",
            "Alpine Mints",
            "Switchback OG",
            "Juniper Cake",
            "Scree Runner",
            "Cornice Cream",
            "Larch Lemonade",
            "Fire Road",
            "Saddle Sunset",
        ],
    },
    Range {
        category: "Pre-Rolls",
        brand: "Ember & Ash",
        supplier: "Granite Pass Logistics",
        sku: "PR-EMB",
        form: "Pre-Roll 1 g",
        price_cents: 1_100,
        weighed: false,
        keeps_days: Some(300),
        par: 20,
        kinds: &[
            "Campfire Kush",
            "Smoke Signal",
            "Flint",
            "Bonfire Berry",
            "Slow Burn",
            "Tinder Haze",
            "Char Cherry",
            "Last Match",
        ],
    },
    Range {
        category: "Pre-Rolls",
        brand: "Ember & Ash",
        supplier: "Granite Pass Logistics",
        sku: "PR-EM5",
        form: "5 x 0.5 g Pack",
        price_cents: 2_600,
        weighed: false,
        keeps_days: Some(300),
        par: 10,
        kinds: &["Campfire Kush", "Smoke Signal", "Bonfire Berry", "Tinder Haze"],
    },
    Range {
        category: "Edibles",
        brand: "Sol y Luna",
        supplier: "Mercado Verde Supply",
        sku: "ED-SOL",
        form: "Gummies 100 mg",
        price_cents: 1_800,
        weighed: false,
        keeps_days: Some(270),
        par: 14,
        kinds: &[
            "Mango Chamoy",
            "Guava",
            "Tamarindo",
            "Prickly Pear",
            "Hibiscus",
            "Watermelon Lime",
            "Passion Fruit",
            "Blood Orange",
        ],
    },
    Range {
        category: "Edibles",
        brand: "Copper Kettle",
        supplier: "Mercado Verde Supply",
        sku: "ED-COP",
        form: "Chocolate 100 mg",
        price_cents: 2_000,
        weighed: false,
        keeps_days: Some(240),
        par: 8,
        kinds: &["Sea Salt", "Toasted Almond", "Espresso", "Orange Peel", "Milk", "Chile"],
    },
    Range {
        category: "Vapes",
        brand: "Northlight",
        supplier: "Boreal Extracts",
        sku: "VP-NOR",
        form: "Cartridge 1 g",
        price_cents: 4_000,
        weighed: false,
        keeps_days: Some(365),
        par: 12,
        kinds: &[
            "Aurora",
            "Polar Pine",
            "Midnight Sun",
            "Glacier Grape",
            "Solstice",
            "Tundra Tangie",
            "Snowdrift",
            "Compass Rose",
        ],
    },
    Range {
        category: "Vapes",
        brand: "Northlight",
        supplier: "Boreal Extracts",
        sku: "VP-NRA",
        form: "All-in-One 0.5 g",
        price_cents: 3_200,
        weighed: false,
        keeps_days: Some(365),
        par: 8,
        kinds: &["Aurora", "Polar Pine", "Glacier Grape", "Solstice"],
    },
    Range {
        category: "Concentrates",
        brand: "Kiln House",
        supplier: "Boreal Extracts",
        sku: "CN-KRO",
        form: "Live Rosin 1 g",
        price_cents: 5_500,
        weighed: false,
        keeps_days: Some(180),
        par: 6,
        kinds: &["Clay", "Terracotta", "Porcelain", "Raku", "Celadon"],
    },
    Range {
        category: "Concentrates",
        brand: "Kiln House",
        supplier: "Boreal Extracts",
        sku: "CN-KBA",
        form: "Badder 1 g",
        price_cents: 3_800,
        weighed: false,
        keeps_days: Some(180),
        par: 6,
        kinds: &["Clay", "Terracotta", "Raku", "Celadon"],
    },
    Range {
        category: "Tinctures",
        brand: "Quiet Hour",
        supplier: "Mercado Verde Supply",
        sku: "TN-QUI",
        form: "Tincture 30 ml",
        price_cents: 4_500,
        weighed: false,
        keeps_days: Some(540),
        par: 5,
        kinds: &["Day 1:1", "Night CBN", "Calm 20:1", "Focus THCV"],
    },
    Range {
        category: "Topicals",
        brand: "Field Notes",
        supplier: "Mercado Verde Supply",
        sku: "TP-FIE",
        form: "Balm 60 g",
        price_cents: 3_400,
        weighed: false,
        keeps_days: Some(540),
        par: 4,
        kinds: &["Arnica", "Menthol", "Lavender"],
    },
    Range {
        category: "Drinks",
        brand: "Cloudbreak",
        supplier: "Mercado Verde Supply",
        sku: "DR-CLO",
        form: "Seltzer 10 mg 355 ml",
        price_cents: 700,
        weighed: false,
        keeps_days: Some(180),
        par: 24,
        kinds: &[
            "Lime",
            "Grapefruit",
            "Black Cherry",
            "Yuzu",
            "Cucumber",
            "Ginger",
            "Peach",
            "Hibiscus",
        ],
    },
];

/// All eighty, always the same.
pub fn items() -> Vec<Item> {
    let kinds = RANGES.iter().flat_map(|range| range.kinds.iter().map(move |kind| (range, kind)));
    let numbered = kinds.enumerate();
    numbered
        .map(|(index, (range, kind))| {
            let number = range.kinds.iter().position(|other| other == kind).unwrap_or(0) + 1;
            Item {
                sku: format!("{}-{number:02}", range.sku),
                name: format!("{} {kind} {}", range.brand, range.form),
                brand: range.brand,
                category: range.category,
                content: range.weighed.then(|| Amount::from_raw(35_000)),
                gtin: gtin(index + 1),
                price_cents: range.price_cents,
                // A little under half, as shops buy.
                cost_cents: range.price_cents * 46 / 100,
                supplier: range.supplier,
                keeps_days: range.keeps_days,
                par: range.par,
            }
        })
        .collect()
}

/// A GTIN-14 with its check digit (GS1 General Specifications 7.9).
fn gtin(number: usize) -> String {
    let body = format!("008590041{number:04}");
    let sum: u32 = (body.bytes().enumerate())
        .map(|(index, digit)| u32::from(digit - b'0') * if index % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::gtin::Gtin;

    #[test]
    fn eighty_products_each_of_its_own() {
        let items = items();
        assert_eq!(items.len(), 80);
        for texts in [
            items.iter().map(|item| item.sku.clone()).collect::<BTreeSet<_>>(),
            items.iter().map(|item| item.name.clone()).collect(),
            items.iter().map(|item| item.gtin.clone()).collect(),
        ] {
            assert_eq!(texts.len(), 80);
        }
        for item in &items {
            assert!(Gtin::parse(&item.gtin).is_some(), "{}", item.gtin);
        }
    }
}
