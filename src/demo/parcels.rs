//! The demo store's three hundred packages: what the state would tell of each, and where it lies.

use chrono::{Days, NaiveDate};

use super::catalogue::Item;
use super::dice::Dice;

/// One package as it came in.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Index of its product.
    pub item: usize,
    /// How old it is among its product's: 0 is the oldest.
    pub nth: usize,
    pub tag: String,
    pub batch: String,
    /// How many of the product it held when it came.
    pub count: i64,
    pub packaged: NaiveDate,
    pub received: NaiveDate,
    pub expires: Option<NaiveDate>,
    pub manifest: String,
    pub lab_state: &'static str,
    pub on_hold: bool,
    pub recalled: bool,
    pub lies: Lies,
}

/// Where a package is when the demo begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lies {
    /// In a vault bin; the floor is filled from the oldest of these.
    Bin,
    Dock,
    Unsorted,
    Quarantine,
    Waste,
}

pub const COUNT: usize = 300;

/// Packages whose story is told, by (product, age): what a store has on any given day.
const STORIES: [((usize, usize), Story); 19] = [
    ((3, 2), Story::Failed),
    ((24, 1), Story::Failed),
    ((57, 2), Story::Failed),
    ((33, 0), Story::Recalled),
    ((46, 1), Story::OnHold),
    ((38, 0), Story::Expired),
    ((41, 1), Story::Wasted),
    ((36, 0), Story::Soon(4)),
    ((39, 0), Story::Soon(9)),
    ((61, 0), Story::Soon(13)),
    ((72, 0), Story::Soon(18)),
    ((75, 0), Story::Soon(26)),
    ((1, 3), Story::Testing),
    ((5, 3), Story::Testing),
    ((12, 3), Story::Testing),
    ((20, 3), Story::Testing),
    ((48, 3), Story::Testing),
    ((59, 3), Story::Testing),
    ((9, 0), Story::Soon(21)),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Story {
    Failed,
    Recalled,
    OnHold,
    Expired,
    Wasted,
    /// Expires in so many days.
    Soon(u64),
    Testing,
}

/// All of them, oldest receipt first, relative to `today`.
pub fn parcels(items: &[Item], today: NaiveDate, dice: &mut Dice) -> Vec<Parcel> {
    let mut parcels: Vec<Parcel> = (0..COUNT)
        .map(|index| {
            let (item, nth) = (index % items.len(), index / items.len());
            parcel(items, item, nth, today, dice)
        })
        .collect();
    parcels.sort_by_key(|parcel| (parcel.received, parcel.item));
    // Tags are bought on rolls: those used the same day are neighbours, one digit apart.
    let mut number = 44_101;
    for parcel in &mut parcels {
        parcel.tag = format!("1A4060300000C1F{number:09}");
        number += dice.between(1, 10) / 9 + 1;
    }
    parcels
}

fn parcel(items: &[Item], index: usize, nth: usize, today: NaiveDate, dice: &mut Dice) -> Parcel {
    let item = &items[index];
    let story = STORIES.iter().find(|(at, _)| *at == (index, nth)).map(|(_, story)| *story);
    // The fourth package of a product came this week, the first some ten weeks ago.
    let age = match nth {
        0 => dice.between(52, 75),
        1 => dice.between(28, 45),
        2 => dice.between(9, 22),
        _ => dice.between(1, 5),
    };
    let received = back(today, age);
    let packaged = back(received, dice.between(6, 24));
    let expires = item.keeps_days.map(|days| back(packaged, -days));
    let expires = match story {
        Some(Story::Expired) => Some(back(today, 5)),
        Some(Story::Soon(days)) => Some(today + Days::new(days)),
        _ => expires,
    };
    let lies = match story {
        Some(Story::Failed | Story::Recalled) => Lies::Quarantine,
        Some(Story::Wasted) => Lies::Waste,
        Some(Story::Testing) => Lies::Dock,
        _ if nth >= 3 && index % 8 == 2 => Lies::Dock,
        _ if nth >= 3 && index % 8 == 7 => Lies::Unsorted,
        _ => Lies::Bin,
    };
    let dozens = if item.price_cents > 3_000 { (2, 5) } else { (4, 9) };
    Parcel {
        item: index,
        nth,
        tag: String::new(),
        batch: format!("{}-{}", &item.sku[3..6], packaged.format("%y%m%d")),
        count: dice.between(dozens.0, dozens.1) * 12,
        packaged,
        received,
        expires,
        manifest: format!("00{}", 4_417_000 + (today - received).num_days() * 13),
        lab_state: match story {
            Some(Story::Failed) => "TestFailed",
            Some(Story::Testing) => "SubmittedForTesting",
            _ => "TestPassed",
        },
        on_hold: story == Some(Story::OnHold),
        recalled: story == Some(Story::Recalled),
        lies,
    }
}

/// So many days before; negative: after.
fn back(day: NaiveDate, days: i64) -> NaiveDate {
    day - chrono::TimeDelta::days(days)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::catalogue::items;
    use super::*;
    use crate::domain::tag::Tag;

    fn made(seed: u64) -> Vec<Parcel> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        parcels(&items(), today, &mut Dice::new(seed))
    }

    #[test]
    fn three_hundred_tags_of_the_states_form_with_neighbours() {
        let parcels = made(1);
        let tags: BTreeSet<String> = parcels.iter().map(|parcel| parcel.tag.clone()).collect();
        assert_eq!(tags.len(), COUNT);
        assert!(tags.iter().all(|tag| Tag::parse(tag).is_some()));
        let numbers: Vec<i64> = tags.iter().map(|tag| tag[15..].parse().unwrap()).collect();
        assert!(numbers.windows(2).filter(|two| two[1] - two[0] == 1).count() > 200);
    }

    #[test]
    fn the_same_seed_makes_the_same_store() {
        let shown = |seed| format!("{:?}", made(seed));
        assert_eq!(shown(7), shown(7));
        assert_ne!(shown(7), shown(8));
    }

    #[test]
    fn every_story_is_told_and_dates_are_in_order() {
        let parcels = made(3);
        let count = |f: fn(&Parcel) -> bool| parcels.iter().filter(|parcel| f(parcel)).count();
        assert_eq!(count(|parcel| parcel.recalled), 1);
        assert_eq!(count(|parcel| parcel.on_hold), 1);
        assert_eq!(count(|parcel| parcel.lab_state == "TestFailed"), 3);
        assert_eq!(count(|parcel| parcel.lab_state == "SubmittedForTesting"), 6);
        assert_eq!(count(|parcel| parcel.lies == Lies::Waste), 1);
        assert!(count(|parcel| parcel.lies == Lies::Unsorted) >= 5);
        assert!(parcels.iter().all(|parcel| parcel.packaged < parcel.received));
    }
}
