//! Random choices that a seed repeats for ever: SplitMix64, which is small enough to be read.

/// A source of random choices. Equal seeds make equal choices, on every machine.
#[derive(Clone, Debug)]
pub struct Random {
    /// Bytes that decide before the seed does.
    given: std::collections::VecDeque<u8>,
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Random {
            given: std::collections::VecDeque::new(),
            state: seed,
        }
    }

    /// The choices that these bytes make, eight a choice, and those of a seed when they are used up.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Random {
            given: bytes.iter().copied().collect(),
            state: bytes.len() as u64,
        }
    }

    /// A source for a part of the work, so that a change in one part leaves the others alone.
    #[must_use]
    pub fn part(&mut self) -> Random {
        Random::new(self.bits())
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        if self.given.len() >= 8 {
            let bytes = self.given.drain(..8);
            return bytes.fold(0, |bits, byte| bits << 8 | u64::from(byte));
        }
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, but without, `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.bits()) * end as u128) >> 64) as usize
    }

    /// From `low` up to and with `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = (i128::from(high) - i128::from(low) + 1) as u128;
        (i128::from(low) + ((u128::from(self.bits()) * width) >> 64) as i128) as i64
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of some things; there is at least one.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }

    /// In another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_repeated_and_cover_their_range() {
        let mut random = Random::new(7);
        let first: Vec<_> = (0..400).map(|_| random.between(-2, 2)).collect();
        let mut again = Random::new(7);
        assert!(first.iter().all(|choice| *choice == again.between(-2, 2)));
        for value in -2..=2 {
            let times = first.iter().filter(|choice| **choice == value).count();
            assert!((40..160).contains(&times), "{value} came {times} times");
        }
        assert_eq!(
            Random::new(1).between(i64::MIN, i64::MAX),
            Random::new(1).between(i64::MIN, i64::MAX)
        );
    }
}
