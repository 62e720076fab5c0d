//! The number at a place among many that stay where they lie. A sample tells between which two numbers it almost certainly is; those before them are counted,
//! and those between them, which are few, are taken out. So all numbers are read once, and none is moved.
//!
//! Floyd and Rivest, Expected time bounds for selection, Communications of the ACM 18 (1975), with one look at the rest instead of several.

use super::given::Given;

/// One number in so many is drawn.
const DRAWN: usize = 64;

/// The number at a place, counted from 0 and from the least, of `all` that contacts gave to their one group; there are more than `place`.
pub(super) fn nth(given: &Given, all: u64, place: u64) -> i64 {
    let between = likely(given, all, place);
    let (before, mut few) = within(given, between);
    let at = place.wrapping_sub(before) as usize;
    if at < few.len() {
        return *few.select_nth_unstable(at).1;
    }
    // The sample misled.
    let (_, mut numbers) = within(given, (i64::MIN, i64::MAX));
    *numbers.select_nth_unstable(place as usize).1
}

/// Two numbers between which the one at a place almost certainly is.
fn likely(given: &Given, all: u64, place: u64) -> (i64, i64) {
    let mut sample = Vec::with_capacity(all as usize / DRAWN + 1);
    let mut seen = 0usize;
    given.each_of_one_group(|numbers| {
        let first = seen.wrapping_neg() % DRAWN;
        sample.extend(numbers.iter().skip(first).step_by(DRAWN));
        seen += numbers.len();
    });
    sample.sort_unstable();
    // The place in the sample is off by no more than half the root of its size most of the time, and hardly ever by four times as much.
    let at = (u128::from(place) * sample.len() as u128 / u128::from(all)) as usize;
    let off = 2 * sample.len().isqrt() + 2;
    let low = at.checked_sub(off).map_or(i64::MIN, |low| sample[low]);
    let high = sample.get(at + off).copied().unwrap_or(i64::MAX);
    (low, high)
}

/// How many numbers are less than these two, and all that are neither less nor greater.
fn within(given: &Given, (low, high): (i64, i64)) -> (u64, Vec<i64>) {
    let span = high.wrapping_sub(low) as u64;
    let (mut before, mut few) = (0u64, Vec::new());
    given.each_of_one_group(|numbers| {
        for number in numbers {
            before += u64::from(*number < low);
        }
        for number in numbers {
            // One comparison, which hardly ever holds: whether a number is less than one of the two is as good as random.
            if number.wrapping_sub(low) as u64 <= span {
                few.push(*number);
            }
        }
    });
    (before, few)
}

#[cfg(test)]
mod tests {
    use super::super::distribution::Unit;
    use super::super::given::GivenRows;
    use super::*;

    /// Numbers in blocks of 64 rows, of which every seventh gave nothing.
    fn given(numbers: &[i64]) -> Given {
        let mut runs = Vec::new();
        let mut left = numbers.iter();
        let mut first = 0;
        while left.len() > 0 {
            let (mut rows, mut gave) = (Vec::new(), 0);
            for row in 0..64 {
                let number = match row % 7 {
                    3 => None,
                    _ => left.next(),
                };
                gave |= u64::from(number.is_some()) << row;
                rows.push(number.copied().unwrap_or(i64::MIN));
            }
            runs.push(GivenRows::of_one_group(
                first,
                Unit::Over(1),
                rows,
                0,
                vec![gave],
            ));
            first += 64;
        }
        Given::new(runs)
    }

    fn check(numbers: Vec<i64>, places: impl Iterator<Item = usize>) {
        let given = given(&numbers);
        let mut sorted = numbers;
        sorted.sort_unstable();
        for place in places {
            assert_eq!(
                nth(&given, sorted.len() as u64, place as u64),
                sorted[place],
                "place {place}"
            );
        }
    }

    #[test]
    fn it_is_what_sorting_finds() {
        let mut state = 1u64;
        let mut drawn = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 1) as i64
        };
        check(vec![5], 0..1);
        check(vec![3, 3, 3], 0..3);
        check(vec![i64::MAX, i64::MIN, 0, -1, 1], 0..5);
        check((0..500).map(|at| at % 10).collect(), 0..500);
        let many: Vec<i64> = (0..100_000).map(|_| drawn()).collect();
        check(many.clone(), (0..100_000).step_by(9_999));
        // Most lie close together, with some at the ends of what there is.
        let close = (many.iter()).map(|number| match number % 100 {
            0 => i64::MIN + number % 1_000,
            1 => i64::MAX - number % 1_000,
            _ => number % 30_000,
        });
        check(
            close.collect(),
            (0..100_000).step_by(777).chain([0, 99_999]),
        );
        // In an order that misleads a sample: every 64th is among the greatest.
        let misleading = (0..20_000).map(|at| match at % 64 {
            0 => 1_000_000 + at,
            _ => at,
        });
        check(misleading.collect(), (0..20_000).step_by(333));
        let negative = many.iter().map(|number| -(number % 1_000_000) - 5);
        check(negative.collect(), (0..100_000).step_by(5_001));
    }
}
