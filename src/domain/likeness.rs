//! How alike two product names are: for suggesting, never for deciding.

/// A name prepared for comparing: the pairs of neighbouring letters and digits of its words.
#[derive(Clone, Debug)]
pub struct Name(Vec<[char; 2]>);

impl Name {
    #[must_use]
    pub fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut pairs: Vec<[char; 2]> = Vec::new();
        for word in words {
            // A leading blank makes the first letter count, and one-letter words too.
            let letters: Vec<char> = std::iter::once(' ').chain(word.chars()).collect();
            pairs.extend(letters.windows(2).map(|pair| [pair[0], pair[1]]));
        }
        pairs.sort_unstable();
        Self(pairs)
    }

    /// From 0 (nothing in common) to 1000 (the same pairs): twice the common pairs over all pairs.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> usize {
        let all = self.0.len() + other.0.len();
        let (mut i, mut j, mut common) = (0, 0, 0);
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(j)) {
            common += usize::from(a == b);
            i += usize::from(a <= b);
            j += usize::from(b <= a);
        }
        (2000 * common).checked_div(all).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> usize {
        let (there, back) =
            (Name::new(a).likeness(&Name::new(b)), Name::new(b).likeness(&Name::new(a)));
        assert_eq!(there, back);
        there
    }

    #[test]
    fn the_same_words_in_any_order_are_the_same() {
        assert_eq!(likeness("Fog Signal 3.5 g", "3.5 G - fog signal"), 1000);
        assert_eq!(likeness("", ""), 0);
        assert_eq!(likeness("Fog", "Mud"), 0);
    }

    #[test]
    fn a_spelling_is_closer_than_another_product() {
        let near = likeness("Harbor Lane Fog Signal 3.5g", "Harbor Lane - Fog Signal (3.5 g)");
        let far = likeness("Harbor Lane Fog Signal 3.5g", "Harbor Lane Night Buoy 1g");
        assert!(near > 850 && far < near - 200, "{near} {far}");
    }
}
