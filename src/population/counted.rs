//! How often whole numbers were met.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Numbers that lie close together stand in a row, the others for themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    /// The number that the first of the row is of.
    low: i64,
    row: Vec<u64>,
    others: HashMap<i64, u64, FixedState>,
}

/// Fewer numbers are not worth a row.
const FEWEST: usize = 64;
/// A row has at most so many places for each different number.
const PLACES_OF_ONE: usize = 4;

impl Counted {
    /// A number is met so many times more.
    #[inline]
    pub(super) fn add(&mut self, number: i64, times: u64) {
        match self.row.get_mut(place(number, self.low)) {
            Some(met) => *met += times,
            None => self.add_beyond(number, times),
        }
    }

    /// How often a number was met; of one that was not, 0.
    #[inline]
    pub(super) fn get(&self, number: i64) -> u64 {
        match self.row.get(place(number, self.low)) {
            Some(met) => *met,
            None => self.others.get(&number).copied().unwrap_or(0),
        }
    }

    /// The numbers that were met, each with how often; in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, u64)> {
        let row = self.row.iter().enumerate();
        let row = row.map(|(place, met)| (self.low.wrapping_add(place as i64), *met));
        let others = self.others.iter().map(|(number, met)| (*number, *met));
        row.filter(|(_, met)| *met > 0).chain(others)
    }

    #[cold]
    fn add_beyond(&mut self, number: i64, times: u64) {
        *self.others.entry(number).or_default() += times;
        let others = self.others.len();
        // As often as its numbers double, so that moving them takes no more than meeting them did.
        if others >= FEWEST.max(self.row.len() / 8) && others.is_power_of_two() {
            self.line_up();
        }
    }

    /// Puts all in one row, where they lie close enough together for that.
    fn line_up(&mut self) {
        let (mut low, mut high, mut different) = (i64::MAX, i64::MIN, 0usize);
        for (number, _) in self.iter() {
            (low, high) = (low.min(number), high.max(number));
            different += 1;
        }
        let places = high
            .checked_sub(low)
            .and_then(|span| usize::try_from(span).ok());
        let Some(span) = places.filter(|span| *span < PLACES_OF_ONE * different) else {
            return;
        };
        let mut row = vec![0; span + 1];
        for (number, met) in self.iter() {
            row[place(number, low)] = met;
        }
        *self = Self {
            low,
            row,
            others: HashMap::default(),
        };
    }
}

/// The place of a number in a row; beyond all rows where it is less than the first.
#[inline]
fn place(number: i64, low: i64) -> usize {
    usize::try_from(number.wrapping_sub(low) as u64).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn check(numbers: impl Iterator<Item = i64>, stands_in_a_row: bool) {
        let (mut counted, mut expected) = (Counted::default(), BTreeMap::new());
        for (turn, number) in numbers.enumerate() {
            let times = turn as u64 % 3 + 1;
            counted.add(number, times);
            *expected.entry(number).or_insert(0) += times;
        }
        let found: BTreeMap<i64, u64> = counted.iter().collect();
        assert_eq!(found, expected);
        assert_eq!(counted.iter().count(), expected.len());
        let asked = expected
            .keys()
            .flat_map(|number| [number.wrapping_sub(1), *number, number.wrapping_add(1)]);
        for number in asked {
            let met = expected.get(&number).copied().unwrap_or(0);
            assert_eq!(counted.get(number), met, "{number}");
        }
        assert_eq!(!counted.row.is_empty(), stands_in_a_row);
    }

    #[test]
    fn numbers_are_counted_wherever_they_lie() {
        check([3, -3, 3, i64::MAX, i64::MIN, 0].into_iter(), false);
        check((0..5_000).map(|turn| turn * 7_919 % 1_000 - 500), true);
        check(0..5_000, true);
        check((0..5_000).rev(), true);
        check((0..5_000).map(|turn| turn * 1_000_003), false);
        check(
            (i64::MIN..i64::MIN + 500).chain(i64::MAX - 500..i64::MAX),
            true,
        );
        check((0..500).chain([i64::MAX, i64::MIN, -1]), true);
    }
}
