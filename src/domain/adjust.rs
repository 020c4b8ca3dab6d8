//! Adjustments: the reasons, and the note that goes with one to each book outside. No IO.

use serde::{Deserialize, Serialize};

/// Why the book is put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustReason {
    pub name: String,
    pub needs_note: bool,
}

/// Sold under another product's SKU: two products are wrong by the same, so it is never put right on one
/// side alone.
pub const WRONG_SKU: &str = "Sold under wrong SKU";

/// The house's list. Which names a state's system takes differs by state and is read from it
/// (`GET /packages/v2/adjust/reasons`); nobody's names are given out as the state's before.
#[must_use]
pub fn house_reasons() -> Vec<AdjustReason> {
    ["Incorrect quantity", WRONG_SKU, "Damage", "Theft", "Other"]
        .map(|name| AdjustReason { name: name.into(), needs_note: name != "Incorrect quantity" })
        .into()
}

/// A book outside the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Pos,
    State,
}

impl Target {
    pub const ALL: [Self; 2] = [Self::Pos, Self::State];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pos => "pos",
            Self::State => "state",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Self {
        if word == "pos" { Self::Pos } else { Self::State }
    }

    /// How many characters its note may have. 200 is the least that any known POS takes; what the state's
    /// system takes is not documented, so the house stays as short there.
    #[must_use]
    pub const fn note_limit(self) -> usize {
        200
    }
}

/// The note for a book: its token, the case, then what the person wrote, as far as it fits, cut at a word.
/// The token always stands first and whole: by it what was entered is found again.
#[must_use]
pub fn note(token: &str, case: Option<&str>, text: &str, limit: usize) -> String {
    let mut note = token.to_owned();
    let case = case.map(|case| format!("Case {case}:"));
    for word in case.iter().flat_map(|case| case.split_whitespace()).chain(text.split_whitespace())
    {
        if note.chars().count() + 1 + word.chars().count() > limit {
            break;
        }
        note.push(' ');
        note.push_str(word);
    }
    note
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_note_is_there_whole() {
        let made = note("BS-7K2M9Q", Some("A2B3C4"), "One sold as  peach rings.", 200);
        assert_eq!(made, "BS-7K2M9Q Case A2B3C4: One sold as peach rings.");
    }

    proptest! {
        #[test]
        fn a_note_fits_and_keeps_its_token(text in "\\PC{0,600}", limit in 20_usize..250) {
            let made = note("BS-7K2M9Q", Some("A2B3C4"), &text, limit);
            prop_assert!(made.chars().count() <= limit);
            prop_assert!(made.starts_with("BS-7K2M9Q"));
            // Only whole words of what was written.
            let whole = note("BS-7K2M9Q", Some("A2B3C4"), &text, usize::MAX / 2);
            let rest = whole.strip_prefix(&made);
            prop_assert!(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
        }
    }
}
