//! Whole numbers of a group, put in order only as far as is asked: a single place by selection, all of them by sorting.

use super::distribution::Standing;
use super::given::Given;
use super::selection;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The whole numbers of a group, in 64 bits where all fit.
#[derive(Debug)]
pub enum Numbers {
    Narrow(NumbersOf<i64>),
    Wide(NumbersOf<i128>),
    /// They stand where they were given.
    Given(GivenNumbers),
}

impl Numbers {
    /// How many there are.
    pub(super) fn number(&self) -> u64 {
        match self {
            Numbers::Narrow(numbers) => numbers.all,
            Numbers::Wide(numbers) => numbers.all,
            Numbers::Given(numbers) => numbers.all,
        }
    }

    /// The number at this place, counted from 0 and from the least.
    pub(super) fn nth(&self, place: u64) -> Option<i128> {
        match self {
            Numbers::Narrow(numbers) => numbers.nth(place).map(i128::from),
            Numbers::Wide(numbers) => numbers.nth(place),
            Numbers::Given(numbers) => numbers.nth(place).map(i128::from),
        }
    }

    /// Where a number stands, whether it is one of them or not.
    pub(super) fn standing(&self, number: i128) -> Standing {
        match self {
            Numbers::Wide(numbers) => numbers.standing(number),
            Numbers::Narrow(numbers) => numbers.standing_among(number),
            Numbers::Given(numbers) => numbers.in_order().standing_among(number),
        }
    }

    /// Where something else stands, of which the least numbers are below, and these and some more no greater.
    pub(super) fn standing_by(
        &self,
        is_below: impl Fn(i128) -> bool,
        is_no_greater: impl Fn(i128) -> bool,
    ) -> Standing {
        match self {
            Numbers::Narrow(numbers) => numbers.standing_by(
                |number| is_below(number.into()),
                |number| is_no_greater(number.into()),
            ),
            Numbers::Wide(numbers) => numbers.standing_by(is_below, is_no_greater),
            Numbers::Given(numbers) => numbers.in_order().standing_by(
                |number| is_below(number.into()),
                |number| is_no_greater(number.into()),
            ),
        }
    }
}

/// Numbers that contacts gave to one group, left where they lie.
#[derive(Debug)]
pub struct GivenNumbers {
    all: u64,
    given: Arc<Given>,
    copied: OnceLock<NumbersOf<i64>>,
}

impl GivenNumbers {
    pub(super) fn new(given: Arc<Given>) -> Self {
        Self {
            all: given.number_of_one_group(),
            given,
            copied: OnceLock::new(),
        }
    }

    fn nth(&self, place: u64) -> Option<i64> {
        match self.copied.get() {
            Some(numbers) => numbers.nth(place),
            None => (place < self.all).then(|| selection::nth(&self.given, self.all, place)),
        }
    }

    /// The same, to be put in order.
    fn in_order(&self) -> &NumbersOf<i64> {
        self.copied.get_or_init(|| {
            let mut numbers = Vec::with_capacity(self.all as usize);
            self.given
                .each_of_one_group(|some| numbers.extend_from_slice(some));
            NumbersOf::loose(numbers)
        })
    }
}

/// Whole numbers of one width.
#[derive(Debug)]
pub struct NumbersOf<K> {
    all: u64,
    /// As they were met; none any more once they are in order.
    loose: Mutex<Vec<K>>,
    ordered: OnceLock<InOrder<K>>,
}

impl NumbersOf<i64> {
    /// Where a number stands that may be none of 64 bits.
    fn standing_among(&self, number: i128) -> Standing {
        match i64::try_from(number) {
            Ok(number) => self.standing(number),
            Err(_) => {
                let below = if number < 0 { 0 } else { self.all };
                Standing {
                    less: below,
                    no_greater: below,
                    all: self.all,
                }
            }
        }
    }
}

impl<K: Copy + Ord> NumbersOf<K> {
    /// Numbers in no order.
    pub(super) fn loose(numbers: Vec<K>) -> Self {
        Self {
            all: numbers.len() as u64,
            loose: Mutex::new(numbers),
            ordered: OnceLock::new(),
        }
    }

    /// Different numbers from the least to the greatest, with how often each was met.
    pub(super) fn counted(counted: Vec<(K, u64)>) -> Self {
        let ordered = InOrder::new(counted.into_iter());
        Self {
            all: ordered.met.last().copied().unwrap_or(0),
            loose: Mutex::default(),
            ordered: OnceLock::from(ordered),
        }
    }

    fn nth(&self, place: u64) -> Option<K> {
        if place >= self.all {
            return None;
        }
        if self.ordered.get().is_none() {
            let mut loose = self.taken();
            // Another thread may have put them in order meanwhile.
            if !loose.is_empty() {
                return Some(*loose.select_nth_unstable(place as usize).1);
            }
        }
        let ordered = self.in_order();
        let at = ordered.met.partition_point(|met| *met <= place);
        ordered.numbers.get(at).copied()
    }

    fn standing(&self, number: K) -> Standing {
        self.in_order().standing(number, self.all)
    }

    fn standing_by(
        &self,
        is_below: impl Fn(K) -> bool,
        is_no_greater: impl Fn(K) -> bool,
    ) -> Standing {
        let ordered = self.in_order();
        let numbers = &ordered.numbers;
        Standing {
            less: ordered.before(numbers.partition_point(|number| is_below(*number))),
            no_greater: ordered.before(numbers.partition_point(|number| is_no_greater(*number))),
            all: self.all,
        }
    }

    fn in_order(&self) -> &InOrder<K> {
        self.ordered.get_or_init(|| {
            let mut loose = std::mem::take(&mut *self.taken());
            loose.sort_unstable();
            InOrder::new(loose.into_iter().map(|number| (number, 1)))
        })
    }

    fn taken(&self) -> MutexGuard<'_, Vec<K>> {
        self.loose.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of so many numbers one is looked at first, so that a search stays in the cache.
const STEP: usize = 64;

#[derive(Debug)]
struct InOrder<K> {
    /// Each once.
    numbers: Vec<K>,
    /// For each of them how many are no greater, however often they were met.
    met: Vec<u64>,
    /// Each [`STEP`]th number.
    steps: Vec<K>,
}

impl<K: Copy + Ord> InOrder<K> {
    /// Numbers from the least to the greatest, with how often each was met there.
    fn new(counted: impl ExactSizeIterator<Item = (K, u64)>) -> Self {
        let mut numbers = Vec::with_capacity(counted.len());
        let mut met = Vec::with_capacity(counted.len());
        let mut sum = 0;
        for (number, times) in counted {
            sum += times;
            if numbers.last() == Some(&number) {
                met.pop();
            } else {
                numbers.push(number);
            }
            met.push(sum);
        }
        let steps = numbers.iter().copied().step_by(STEP).collect();
        Self {
            numbers,
            met,
            steps,
        }
    }

    fn standing(&self, number: K, all: u64) -> Standing {
        // The last step that is no greater begins the numbers among which it is.
        let step = self.steps.partition_point(|step| *step <= number);
        let from = step.saturating_sub(1) * STEP;
        let among = &self.numbers[from..self.numbers.len().min(from + STEP)];
        let (less, no_greater) = match among.binary_search(&number) {
            Ok(place) => (from + place, from + place + 1),
            Err(place) => (from + place, from + place),
        };
        Standing {
            less: self.before(less),
            no_greater: self.before(no_greater),
            all,
        }
    }

    /// How many are among the least so many different ones.
    fn before(&self, different: usize) -> u64 {
        different.checked_sub(1).map_or(0, |last| self.met[last])
    }
}

#[cfg(test)]
mod tests {
    use super::super::distribution::Unit;
    use super::super::given::GivenRows;
    use super::*;

    fn all_forms() -> [Numbers; 5] {
        let (loose, counted) = ([5, -3, 5, 9, 5, -3], [(-3, 2), (5, 3), (9, 1)]);
        let gave = vec![0b11_1111];
        let rows = GivenRows::of_one_group(64, Unit::Over(1), loose.to_vec(), 0, gave);
        let given = Arc::new(Given::new(vec![rows]));
        [
            Numbers::Narrow(NumbersOf::loose(loose.to_vec())),
            Numbers::Narrow(NumbersOf::counted(counted.to_vec())),
            Numbers::Wide(NumbersOf::loose(loose.map(i128::from).to_vec())),
            Numbers::Wide(NumbersOf::counted(
                counted
                    .map(|(number, times)| (number.into(), times))
                    .to_vec(),
            )),
            Numbers::Given(GivenNumbers::new(given)),
        ]
    }

    #[test]
    fn a_place_is_found_with_and_without_order() {
        for numbers in all_forms() {
            let places: Vec<_> = (0..7).map(|place| numbers.nth(place)).collect();
            let found = [Some(-3), Some(-3), Some(5), Some(5), Some(5), Some(9), None];
            assert_eq!(places, found);
            // Once more, when all are in order.
            numbers.standing(0);
            assert_eq!(numbers.nth(4), Some(5));
        }
    }

    #[test]
    fn numbers_stand_where_they_do() {
        for numbers in all_forms() {
            let stands = |number| {
                let standing = numbers.standing(number);
                assert_eq!(standing.all, 6);
                (standing.less, standing.no_greater)
            };
            assert_eq!(stands(-4), (0, 0));
            assert_eq!(stands(-3), (0, 2));
            assert_eq!(stands(0), (2, 2));
            assert_eq!(stands(5), (2, 5));
            assert_eq!(stands(i128::MAX), (6, 6));
            assert_eq!(stands(i128::MIN), (0, 0));
        }
    }

    #[test]
    fn of_none_there_is_no_place() {
        let numbers = Numbers::Narrow(NumbersOf::loose(Vec::new()));
        assert_eq!(numbers.nth(0), None);
        assert_eq!(numbers.standing(1).all, 0);
    }
}
