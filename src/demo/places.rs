//! The demo store's rooms: a vault of two areas, twelve totes, three stations, four shelves for packed
//! orders, and the places around.

use super::dice::Dice;
use crate::domain::code::Code;
use crate::domain::id::PlaceId;
use crate::domain::place::{FIRST_PHYSICAL, PlaceKind};
use crate::store::{StoreError, Tx, named_params};

pub const BINS: usize = 24;
pub const TOTES: usize = 12;
/// Where packed orders wait: P1 to P4.
pub const SHELVES: usize = 4;

/// Stations, and which categories each sells.
pub const STATIONS: [(&str, &[&str]); 3] = [
    ("Flower Bar", &["Flower", "Pre-Rolls", "Concentrates"]),
    ("Front Counter", &["Vapes", "Edibles", "Tinctures", "Topicals", "Drinks"]),
    ("Express", &[]),
];

/// The places, by what they are for.
#[derive(Clone, Debug)]
pub struct Places {
    pub unsorted: PlaceId,
    pub dock: PlaceId,
    pub quarantine: PlaceId,
    pub waste: PlaceId,
    pub bins: Vec<PlaceId>,
    pub stations: Vec<PlaceId>,
}

/// Makes them all, as part of a command.
pub fn make(tx: &Tx<'_>, dice: &mut Dice) -> Result<Places, StoreError> {
    let mut next = FIRST_PHYSICAL;
    let mut place = |kind: PlaceKind, name: &str, area: Option<&str>, walk: i64| {
        let code = Code::from_random(dice.next().to_be_bytes());
        let id = next;
        next += 1;
        tx.insert(
            "INSERT INTO place (id, name, kind, code, area, walk, pos_room)
             VALUES (:id, :name, :kind, :code, :area, :walk, :room)",
            named_params! {
                ":id": id, ":name": name, ":kind": kind.word(), ":code": code.plain(),
                ":area": area, ":walk": walk,
                ":room": (kind == PlaceKind::Floor).then_some("Sales Floor"),
            },
        )?;
        Ok::<_, StoreError>(PlaceId(id))
    };
    let unsorted = place(PlaceKind::Unsorted, "Unsorted", None, 0)?;
    let dock = place(PlaceKind::Dock, "Receiving Dock", None, 0)?;
    let quarantine = place(PlaceKind::Quarantine, "Quarantine Cage", None, 0)?;
    let waste = place(PlaceKind::Waste, "Waste Hold", None, 0)?;
    let mut bins = Vec::new();
    for index in 0..BINS {
        let (letter, number) = if index < 12 { ('A', index + 1) } else { ('B', index - 11) };
        let area = format!("Vault {letter}");
        let name = format!("{letter}-{number:02}");
        bins.push(place(PlaceKind::Bin, &name, Some(&area), index as i64 + 1)?);
    }
    for number in 1..=TOTES {
        place(PlaceKind::Tote, &format!("Tote {number}"), None, 0)?;
    }
    let mut stations = Vec::new();
    for (name, _) in STATIONS {
        stations.push(place(PlaceKind::Floor, name, Some("Sales Floor"), 0)?);
    }
    for number in 1..=SHELVES {
        let name = format!("P{number}");
        place(PlaceKind::Packed, &name, Some("Pickup counter"), 0)?;
    }
    Ok(Places { unsorted, dock, quarantine, waste, bins, stations })
}
