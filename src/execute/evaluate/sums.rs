//! Sums of floats that are rounded once, whatever the order: of one run of numbers, and of many that lie behind each other.
//!
//! What an addition loses is a float itself (Knuth, The Art of Computer Programming, volume 2, 4.2.2), so the sum of floats and the sum of what was lost
//! on the way come to the whole, as long as the latter loses nothing.

/// The sum of finite floats, rounded once; none where it cannot be told so.
#[inline]
pub(in crate::execute) fn exact_sum(floats: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut lost, mut is_exact) = (0.0, 0.0, true);
    for float in floats {
        let (next, rest) = two_sum(sum, float);
        let (more, beyond) = two_sum(lost, rest);
        is_exact &= beyond == 0.0;
        (sum, lost) = (next, more);
    }
    let total = sum + lost;
    (is_exact && total.is_finite()).then_some(total)
}

/// The mean of finite floats, rounded once, and NaN of none; none where it cannot be told so.
#[inline]
pub(super) fn exact_mean(floats: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut lost, mut number, mut is_exact) = (0.0, 0.0, 0u32, true);
    for float in floats {
        let (next, rest) = two_sum(sum, float);
        let (more, beyond) = two_sum(lost, rest);
        is_exact &= beyond == 0.0;
        (sum, lost) = (next, more);
        number = number.checked_add(1)?;
    }
    let (sum, lost) = two_sum(sum, lost);
    match (number, lost) {
        (0, _) => Some(f64::NAN),
        _ if !is_exact => None,
        // Of a sum that lost nothing, a division is all that rounds. A zero has no sign.
        (_, 0.0) => sum.is_finite().then(|| sum / f64::from(number) + 0.0),
        _ => quotient(sum, lost, f64::from(number)),
    }
}

/// A sum and what it lost over a whole number, rounded once; none where the result is too near to the middle of two floats, or to the ends of all.
fn quotient(sum: f64, lost: f64, number: f64) -> Option<f64> {
    const LEAST: f64 = 1e-200;
    const GREATEST: f64 = 1e200;
    // What a quotient is short of, which is a float as long as it is a near one.
    let short = |quotient: f64| {
        let (product, beyond) = two_product(quotient, number);
        ((sum - product) - beyond) + lost
    };
    let near = sum / number;
    if (number as u32).is_power_of_two() && near.abs() > LEAST {
        // Then it is the sum alone that rounds.
        let quotient = (sum + lost) / number;
        return quotient.is_finite().then_some(quotient);
    }
    if !(LEAST..GREATEST).contains(&near.abs()) {
        return None;
    }
    let quotient = near + short(near) / number;
    // Half of the way to the next float, where they are closer.
    let half = (quotient.abs() - quotient.abs().next_down()) / 2.0;
    const SURELY: f64 = 0.999_999;
    (short(quotient).abs() < half * number * SURELY).then_some(quotient)
}

/// A product as it is rounded, and what it lost (Dekker, A Floating-Point Technique for Extending the Available Precision, 1971), of floats far from the ends of all.
fn two_product(a: f64, b: f64) -> (f64, f64) {
    const SPLIT: f64 = 134_217_729.0; // 2^27 + 1
    let halves = |float: f64| {
        let far = SPLIT * float;
        let high = far - (far - float);
        (high, float - high)
    };
    let product = a * b;
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let lost = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low);
    (product, lost)
}

/// The middle of finite floats, of an even number of them the mean of the two in the middle; NaN of none, none where it cannot be told so. Their order is lost.
pub(super) fn exact_median(floats: &mut [f64]) -> Option<f64> {
    if floats.is_empty() {
        return Some(f64::NAN);
    }
    let (middle, is_even) = (floats.len() / 2, floats.len().is_multiple_of(2));
    let (before, upper, _) = floats.select_nth_unstable_by(middle, f64::total_cmp);
    match before.iter().copied().reduce(f64::max) {
        Some(lower) if is_even => exact_mean([lower, *upper].into_iter()),
        _ => Some(*upper + 0.0),
    }
}

/// The sum as it is rounded, and what it lost.
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, lost(a, b, sum))
}

/// What an addition lost that came to `sum`.
#[inline(always)]
fn lost(a: f64, b: f64, sum: f64) -> f64 {
    let part = sum - a;
    (a - (sum - part)) + (b - part)
}

/// So many lanes are summed up together.
const LANES: usize = 64;

/// For each lane the sum of those of its floats that count, rounded once; none where one cannot be told so. What is no number, or not finite, does not
/// count. `within` has the places of each lane's floats.
pub(super) fn exact_sums(
    stored: &[f64],
    within: &[(u32, u32)],
    counts: impl Fn(usize) -> bool,
) -> Option<Vec<f64>> {
    let mut running = Running::default();
    let mut sums = Vec::with_capacity(within.len());
    for lanes in within.chunks(LANES) {
        let serves = running.begin(stored, lanes, &counts);
        for (from, to) in lanes {
            let (from, to) = (*from as usize, (*to).max(*from) as usize);
            let sum = match serves {
                true => running.between(from, to),
                false => None,
            };
            sums.push(match sum {
                Some(sum) => sum,
                None => {
                    let known = (from..to).filter(|place| counts(*place));
                    let floats = known.map(|place| stored[place]);
                    exact_sum(floats.filter(|float| float.is_finite()))?
                }
            });
        }
    }
    Some(sums)
}

/// Running sums of floats that lie behind each other: what a lane's come to is the difference of two of them, so no branch hangs on how many it has.
#[derive(Debug, Default)]
struct Running {
    first: usize,
    /// Before each float and behind the last.
    sums: Vec<f64>,
    /// What the sums lost up to there; empty where they lost nothing.
    lost: Vec<f64>,
}

impl Running {
    /// Sums up the floats of these lanes and what lies between. Tells whether that serves: not where the lanes lie far apart, and not where too much is
    /// lost.
    fn begin(
        &mut self,
        stored: &[f64],
        lanes: &[(u32, u32)],
        counts: impl Fn(usize) -> bool,
    ) -> bool {
        let (mut first, mut end, mut wanted) = (u32::MAX, 0, 0);
        for (from, to) in lanes {
            // Without a branch: who has none is as good as random.
            let has = u32::from(from < to).wrapping_neg();
            (first, end) = (first.min(from | !has), end.max(to & has));
            wanted += to.saturating_sub(*from) as usize;
        }
        self.first = first as usize;
        self.sums.clear();
        self.lost.clear();
        let span = self.first.min(end as usize)..end as usize;
        if span.len() > wanted * 2 {
            return false;
        }
        // First what counts, several at a time and without a branch; then the sums, which have to wait for each other; then what they lost.
        self.sums.push(0.0);
        let floats = stored[span.clone()].iter().zip(span);
        self.sums.extend(floats.map(|(float, place)| {
            let keep = u64::from(counts(place) & float.is_finite()).wrapping_neg();
            f64::from_bits(float.to_bits() & keep)
        }));
        self.lost.resize(self.sums.len(), 0.0);
        let mut sum = 0.0;
        for (own, lost) in self.sums.iter_mut().zip(&mut self.lost) {
            *lost = *own;
            sum += *own;
            *own = sum;
        }
        let mut all_bits = 0;
        let sums = self.sums.iter().zip(&self.sums[1..]);
        for ((before, sum), own) in sums.zip(&mut self.lost[1..]) {
            *own = lost(*before, *own, *sum);
            all_bits |= own.to_bits();
        }
        // But for the signs of zeros.
        if all_bits << 1 == 0 {
            self.lost.clear();
            return true;
        }
        let (mut sum, mut is_exact) = (0.0, true);
        for own in &mut self.lost {
            let (next, beyond) = two_sum(sum, *own);
            is_exact &= beyond == 0.0;
            (sum, *own) = (next, next);
        }
        is_exact
    }

    /// The sum of the floats from one place to before another, rounded once; none where it cannot be told so.
    #[inline]
    fn between(&self, from: usize, to: usize) -> Option<f64> {
        // Lanes without floats may stand anywhere, and have the same place twice.
        let last = self.sums.len() - 1;
        let at = |place: usize| place.saturating_sub(self.first).min(last);
        let (from, to) = (at(from), at(to));
        if self.lost.is_empty() {
            let sum = self.sums[to] - self.sums[from];
            return sum.is_finite().then_some(sum);
        }
        exact_sum(
            [
                self.sums[to],
                -self.sums[from],
                self.lost[to],
                -self.lost[from],
            ]
            .into_iter(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{exact_mean, exact_median, exact_sum, exact_sums};
    use crate::types::{Aggregate, Constant, Float, NumberKind, Type};

    #[test]
    fn a_mean_and_a_median_are_rounded_once() {
        let floating = Type::Number(NumberKind::Float);
        let mut random = 7u64;
        let mut next = move |below: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 33) % below
        };
        let mut told = [0; 4];
        for round in 0..40_000 {
            let of = round % told.len();
            let number = 1 + next(if round % 10 == 0 { 300 } else { 9 });
            let floats = (0..number).map(|_| match of {
                0 => next(4_000) as f64 / 4.0,
                1 => next(100_000) as f64 / 100.0,
                2 => (next(2_000_000) as f64 - 1e6) / 1e3,
                _ => (next(1 << 30) as f64 - 5e8) * 2f64.powi(next(40) as i32 - 20),
            });
            let mut floats: Vec<f64> = floats.collect();
            let constants = || {
                floats
                    .iter()
                    .map(|float| Constant::Float(Float::new(*float).unwrap()))
            };
            let expected = [Aggregate::Average, Aggregate::Median]
                .map(|function| function.work_out(constants().collect(), &floating));
            let mean = exact_mean(floats.iter().copied());
            let found = [mean, exact_median(&mut floats)];
            for (found, expected) in found.into_iter().zip(expected) {
                let Some(found) = found else {
                    continue;
                };
                told[of] += 1;
                assert_eq!(
                    Constant::Float(Float::new(found).unwrap()),
                    expected,
                    "{floats:?}"
                );
            }
        }
        // Nearly all are told.
        assert!(told.iter().all(|told| *told > 19_500), "{told:?}");
        let mean = |floats: &[f64]| exact_mean(floats.iter().copied());
        assert!(mean(&[]).is_some_and(f64::is_nan));
        assert_eq!(mean(&[-0.0]).map(f64::to_bits), Some(0));
        assert_eq!(mean(&[f64::MAX, f64::MAX]), None);
        assert_eq!(mean(&[1e16, 1.0, -1e16]), Some(1.0 / 3.0));
        assert!(exact_median(&mut []).is_some_and(f64::is_nan));
        assert_eq!(
            exact_median(&mut [3.0, -0.0, -5.0]).map(f64::to_bits),
            Some(0)
        );
        assert_eq!(exact_median(&mut [4.0, 1.0, 9.0, 2.0]), Some(3.0));
    }

    #[test]
    fn a_sum_is_rounded_once() {
        let sum = |floats: &[f64]| exact_sum(floats.iter().copied());
        assert_eq!(sum(&[-0.0]).map(f64::to_bits), Some(0));
        assert_eq!(sum(&[]), Some(0.0));
        assert_eq!(sum(&[0.1; 10]), Some(1.0));
        assert_eq!(sum(&[1e16, 1.0, -1e16]), Some(1.0));
        // Ten times the amount that is nearest to 12.34, which is a little more than it.
        assert_eq!(sum(&[12.34; 10]), Some(123.4));
        assert_eq!(sum(&[f64::MAX, f64::MAX]), None);
        assert_eq!(
            sum(&[1e300, 1.0, 1e-300, -1e300]),
            None,
            "three parts are lost"
        );
    }

    #[test]
    fn sums_of_lanes_are_those_of_each() {
        let halves: Vec<f64> = (0..999).map(|place| f64::from(place % 37) * 0.5).collect();
        let cents: Vec<f64> = (0..999)
            .map(|place| f64::from(place % 1009) / 100.0)
            .collect();
        let mut odd = cents.clone();
        (odd[5], odd[6], odd[70], odd[71]) = (f64::NAN, f64::NEG_INFINITY, 1e300, -1e300);
        (odd[200], odd[201], odd[202]) = (1e17, -0.0, -1e17);
        let far = [1e200, 1.0, -1e200, 1e-200].repeat(50);
        for stored in [&halves, &cents, &odd, &far] {
            let end = stored.len() as u32;
            let behind: Vec<(u32, u32)> = (0..end / 4)
                .map(|lane| (lane * 4, lane * 4 + lane % 5))
                .collect();
            let turned: Vec<(u32, u32)> = behind.iter().rev().copied().collect();
            let apart = vec![(0, 2), (9, 3), (0, 0), (end - 1, end), (end, end)];
            for within in [behind, turned, apart, vec![(0, end)], vec![]] {
                for every in [1, 2, 3] {
                    let counts = |place: usize| place.is_multiple_of(every);
                    let one = |(from, to): &(u32, u32)| {
                        let floats = (*from..*to).map(|place| place as usize);
                        let floats = floats
                            .filter(|place| counts(*place))
                            .map(|place| stored[place]);
                        exact_sum(floats.filter(|float| float.is_finite()))
                    };
                    let expected: Option<Vec<f64>> = within.iter().map(one).collect();
                    let bits = |sums: Option<Vec<f64>>| {
                        sums.map(|sums| sums.into_iter().map(f64::to_bits).collect::<Vec<_>>())
                    };
                    assert_eq!(bits(exact_sums(stored, &within, counts)), bits(expected));
                }
            }
        }
    }
}
