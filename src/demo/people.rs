//! The demo store's people. Their PINs are in this file for everybody to read, which is what makes it a
//! demo: a real box assigns PINs itself and shows each once.

use chrono::{Days, NaiveDate};

use crate::domain::role::Role;
use crate::domain::words::Language;
use crate::workflow::pin::{self, Pepper, Pin};
use crate::workflow::user::UserInput;

/// Name, role, PIN, language. The owner first: they claim the box.
pub const PEOPLE: [(&str, Role, &str, Language); 8] = [
    ("Rosa Delgado", Role::Owner, "731946", Language::En),
    ("Marcus Bell", Role::Manager, "482051", Language::En),
    ("Priya Nair", Role::Technician, "905317", Language::En),
    ("Tom Okafor", Role::Technician, "264809", Language::En),
    ("Lena Fischer", Role::Budtender, "618340", Language::En),
    ("Diego Ramos", Role::Budtender, "357092", Language::Es),
    ("Grace Kim", Role::Compliance, "849163", Language::En),
    ("Sam Whitfield", Role::Auditor, "120576", Language::En),
];

/// Everybody's PIN in its stored form, in the order of [`PEOPLE`]. Slow on purpose.
pub fn stored_pins(pepper: &Pepper) -> Vec<String> {
    let pins = PEOPLE.iter().map(|(_, _, pin, _)| Pin::parse(pin).expect("six digits"));
    pins.map(|pin| pin::hash(pepper, &pin)).collect()
}

/// Everybody but the owner, as a manager would add them.
pub fn hired(today: NaiveDate) -> impl Iterator<Item = UserInput> {
    PEOPLE.iter().skip(1).map(move |(name, role, _, language)| UserInput {
        name: (*name).into(),
        role: *role,
        language: *language,
        expires: (*role == Role::Auditor).then(|| today + Days::new(90)),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_role_is_there_and_every_pin_is_its_own() {
        let pins: BTreeSet<&str> = PEOPLE.iter().map(|(_, _, pin, _)| *pin).collect();
        assert_eq!(pins.len(), PEOPLE.len());
        for role in Role::ALL {
            assert!(PEOPLE.iter().any(|(_, of, _, _)| *of == role), "{role:?}");
        }
        assert_eq!(PEOPLE[0].1, Role::Owner);
    }
}
