//! The languages of the product, and sentences of the box's own that are kept: in each of them, as they
//! were said when it happened.

use serde::{Deserialize, Serialize};

/// The languages of the screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Es,
}

impl Language {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// English for a word that is none of them.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        if word == "es" { Self::Es } else { Self::En }
    }
}

/// A sentence in each language. What a person wrote is the same in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(from = "Kept")]
pub struct Words {
    pub en: String,
    pub es: String,
}

impl Words {
    /// A person's own words, or a name: the same in every language.
    #[must_use]
    pub fn own(text: &str) -> Self {
        Self { en: text.to_owned(), es: text.to_owned() }
    }

    /// As a row keeps them: the Spanish stands there only where it is another.
    #[must_use]
    pub fn kept(en: String, es: Option<String>) -> Self {
        let es = es.unwrap_or_else(|| en.clone());
        Self { en, es }
    }

    /// The Spanish for a row, where it is another.
    #[must_use]
    pub fn other(&self) -> Option<&str> {
        (self.es != self.en).then_some(self.es.as_str())
    }

    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Es => &self.es,
        }
    }

    /// Several behind one another.
    #[must_use]
    pub fn joined(several: &[Self], between: &str) -> Self {
        let join =
            |one: fn(&Self) -> &str| several.iter().map(one).collect::<Vec<_>>().join(between);
        Self { en: join(|words| &words.en), es: join(|words| &words.es) }
    }

    /// At most so many characters in each language.
    #[must_use]
    pub fn cut(self, characters: usize) -> Self {
        let cut = |text: String| text.chars().take(characters).collect();
        Self { en: cut(self.en), es: cut(self.es) }
    }
}

/// As it may stand in a kept message: those of before had one language.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Both { en: String, es: String },
    One(String),
}

impl From<Kept> for Words {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Both { en, es } => Self { en, es },
            Kept::One(text) => Self::own(&text),
        }
    }
}

/// `words!("{n} came", "llegaron {n}")`: a sentence in English and in Spanish, each a format string. Facts
/// follow after a semicolon, those of each language in brackets where they are words themselves:
/// `words!("{} on arrival", "{} al llegar"; [why.en], [why.es])`.
macro_rules! words {
    ($en:literal, $es:literal $(,)?) => {
        $crate::domain::words::Words { en: format!($en), es: format!($es) }
    };
    ($en:literal, $es:literal; [$($of_en:expr),+], [$($of_es:expr),+]) => {
        $crate::domain::words::Words { en: format!($en, $($of_en),+), es: format!($es, $($of_es),+) }
    };
    ($en:literal, $es:literal; $($fact:expr),+ $(,)?) => {
        $crate::domain::words::Words { en: format!($en, $($fact),+), es: format!($es, $($fact),+) }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_kept_in_both_languages() {
        let n = 3;
        let said = words!("{n} came", "llegaron {n}");
        assert_eq!(said.in_language(Language::En), "3 came");
        assert_eq!(said.in_language(Language::Es), "llegaron 3");
        assert_eq!(Words::kept(said.en.clone(), said.other().map(str::to_owned)), said);
    }

    #[test]
    fn a_persons_words_are_the_same_in_every_language() {
        let own = Words::own("the box was wet");
        assert_eq!(own.other(), None);
        assert_eq!(Words::kept(own.en.clone(), None), own);
    }

    #[test]
    fn a_message_of_before_is_read() {
        let read = |json: &str| serde_json::from_str::<Words>(json).unwrap();
        assert_eq!(read(r#""Recall: X""#), Words::own("Recall: X"));
        let said = words!("Recall", "Retiro");
        assert_eq!(read(&serde_json::to_string(&said).unwrap()), said);
    }
}
