//! Numbers that look random and are the same for the same seed (`SplitMix64`).

pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low).max(0).unsigned_abs() + 1;
        low + i64::try_from(self.next() % span).expect("below a span of i64")
    }

    /// So many times in a thousand.
    pub fn chance(&mut self, of_1000: i64) -> bool {
        self.between(0, 999) < of_1000
    }

    /// One of a list that is not empty.
    pub fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let last = i64::try_from(list.len()).expect("short") - 1;
        &list[usize::try_from(self.between(0, last)).expect("from 0")]
    }

    /// One of a list by weight.
    pub fn weighed<'l, T>(&mut self, list: &'l [(T, i64)]) -> Option<&'l T> {
        let all: i64 = list.iter().map(|one| one.1).sum();
        let mut at = self.between(0, all - 1);
        for (one, weight) in list.iter().filter(|one| one.1 > 0) {
            at -= weight;
            if at < 0 {
                return Some(one);
            }
        }
        None
    }
}
