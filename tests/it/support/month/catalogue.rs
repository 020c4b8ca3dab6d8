//! What the busy store sells, and where it stands.

use super::dice::Dice;

/// One whole unit.
pub const ONE: i64 = 10_000;

pub struct Item {
    pub id: i64,
    pub sku: String,
    pub name: String,
    pub brand: &'static str,
    pub category: &'static str,
    pub price_cents: i64,
    /// What one unit is of the package's unit: 3.5 g, or 1.
    pub each: i64,
    pub weighed: bool,
    /// How many a station should hold, and how many come in an inner pack.
    pub par: i64,
    pub pack: i64,
    pub station: i64,
    pub bins: [i64; 2],
    /// How often it is asked for.
    pub wanted: i64,
}

pub const DOCK: i64 = 110;
pub const QUARANTINE: i64 = 111;
pub const WASTE: i64 = 112;
pub const STATIONS: [i64; 4] = [120, 121, 122, 123];
pub const ROOM: &str = "Sales Floor";
pub const FIRST_BIN: i64 = 130;
pub const BINS: i64 = 24;
pub const FIRST_TOTE: i64 = 160;
pub const TOTES: i64 = 16;

type Range =
    (&'static str, &'static str, &'static str, i64, bool, i64, i64, usize, &'static [&'static str]);

/// Category, brand, form, price, weighed, par, pack, station, kinds.
const RANGES: [Range; 13] = [
    (
        "Flower",
        "Tidewater Farms",
        "3.5 g",
        3500,
        true,
        14,
        1,
        0,
        &[
            "Harbor Fog",
            "Lantern Kush",
            "Salt Marsh Haze",
            "Gull Wing OG",
            "Driftwood Cookies",
            "Pier Nine",
            "Blue Channel",
        ],
    ),
    (
        "Flower",
        "Ridgeline Growers",
        "3.5 g Jar",
        4200,
        false,
        12,
        6,
        0,
        &[
            "Granite Sherbet",
            "Timberline Diesel",
            "Alpine Mints",
            "Switchback OG",
            "Juniper Cake",
            "Fire Road",
            "Saddle Sunset",
        ],
    ),
    (
        "Pre-Rolls",
        "Ember & Ash",
        "Pre-Roll 1 g",
        1100,
        false,
        24,
        12,
        0,
        &[
            "Campfire Kush",
            "Smoke Signal",
            "Flint",
            "Bonfire Berry",
            "Slow Burn",
            "Tinder Haze",
            "Last Match",
        ],
    ),
    (
        "Pre-Rolls",
        "Ember & Ash",
        "5 x 0.5 g Pack",
        2600,
        false,
        12,
        6,
        0,
        &["Campfire Kush", "Smoke Signal", "Bonfire Berry", "Tinder Haze"],
    ),
    (
        "Edibles",
        "Sol y Luna",
        "Gummies 100 mg",
        1800,
        false,
        18,
        10,
        1,
        &[
            "Mango Chamoy",
            "Guava",
            "Tamarindo",
            "Prickly Pear",
            "Hibiscus",
            "Sour Cherry",
            "Passion Fruit",
            "Blood Orange",
        ],
    ),
    (
        "Edibles",
        "Copper Kettle",
        "Chocolate 100 mg",
        2000,
        false,
        12,
        10,
        1,
        &["Sea Salt", "Toasted Almond", "Espresso", "Orange Peel", "Milk", "Chile"],
    ),
    (
        "Vapes",
        "Northlight",
        "Cartridge 1 g",
        4000,
        false,
        14,
        10,
        2,
        &[
            "Aurora",
            "Polar Pine",
            "Midnight Sun",
            "Glacier Grape",
            "Solstice",
            "Tundra Tangie",
            "Snowdrift",
        ],
    ),
    (
        "Vapes",
        "Northlight",
        "All-in-One 0.5 g",
        3200,
        false,
        10,
        10,
        2,
        &["Aurora", "Polar Pine", "Glacier Grape", "Solstice"],
    ),
    (
        "Concentrates",
        "Kiln House",
        "Live Rosin 1 g",
        5500,
        false,
        8,
        5,
        2,
        &["Clay", "Terracotta", "Porcelain", "Raku", "Celadon"],
    ),
    (
        "Concentrates",
        "Kiln House",
        "Badder 1 g",
        3800,
        false,
        8,
        5,
        2,
        &["Clay", "Terracotta", "Raku", "Celadon"],
    ),
    (
        "Tinctures",
        "Quiet Hour",
        "Tincture 30 ml",
        4500,
        false,
        6,
        6,
        3,
        &["Day 1:1", "Night CBN", "Calm 20:1", "Focus THCV"],
    ),
    (
        "Topicals",
        "Field Notes",
        "Balm 60 g",
        3400,
        false,
        6,
        6,
        3,
        &["Arnica", "Menthol", "Lavender"],
    ),
    (
        "Drinks",
        "Cloudbreak",
        "Seltzer 10 mg 355 ml",
        700,
        false,
        30,
        12,
        3,
        &["Lime", "Grapefruit", "Black Cherry", "Yuzu", "Cucumber", "Ginger", "Peach", "Hibiscus"],
    ),
];

pub fn items(dice: &mut Dice) -> Vec<Item> {
    let mut items = Vec::new();
    for (range, (category, brand, form, price_cents, weighed, par, pack, station, kinds)) in
        RANGES.into_iter().enumerate()
    {
        for (nth, kind) in kinds.iter().enumerate() {
            let id = i64::try_from(items.len()).expect("few") + 1;
            let bin = FIRST_BIN + id * BINS / 75 % BINS;
            items.push(Item {
                id,
                sku: format!("{}-{range:02}-{:02}", &brand[..3].to_uppercase(), nth + 1),
                name: format!("{brand} {kind} {form}"),
                brand,
                category,
                price_cents,
                each: if weighed { 35_000 } else { ONE },
                weighed,
                par,
                pack,
                station: STATIONS[station],
                bins: [bin, FIRST_BIN + (bin - FIRST_BIN + 1) % BINS],
                // A few are asked for ten times as often as others.
                wanted: 600 / (dice.between(1, 12) + 3) * par / 12,
            });
        }
    }
    items
}

/// What tills sell besides.
pub const EXTRAS: [&str; 5] =
    ["Lighter", "Grinder 2.5 in", "Rolling Papers", "Exit Bag", "Battery 510"];
