//! Sums, averages and extremes of a part of events, straight from the numbers as they are stored.

use super::lanes::Lanes;
use crate::execute::column::{Column, Values, each_integer};
use crate::types::Aggregate;
use std::ops::Range;

/// For each lane the figure of the known values of `part` at those of its events that pass; `within` has the events of each lane. Without `passes` all
/// do. None where the part holds other than numbers, or where the figure takes another way to be exact.
pub(super) fn of_part(
    function: Aggregate,
    part: &Column,
    within: &[(u32, u32)],
    passes: Option<impl Fn(usize) -> bool>,
) -> Option<Lanes> {
    match passes {
        None if part.validity.is_none() => match (&part.values, function) {
            (Values::F64(stored), Aggregate::Sum) => sums(stored, within),
            _ => of_all(function, part, within, |events| events),
        },
        None => of_all(function, part, within, |events| {
            events.filter(|event| part.is_valid(*event))
        }),
        Some(passes) => of_all(function, part, within, |events| {
            events.filter(|event| passes(*event) && part.is_valid(*event))
        }),
    }
}

/// The sum of all floats of each lane; none where one takes another way to be exact.
fn sums(stored: &[f64], within: &[(u32, u32)]) -> Option<Lanes> {
    let mut sums = Vec::with_capacity(within.len());
    for (from, to) in within {
        let floats = &stored[*from as usize..(*to).max(*from) as usize];
        sums.push(match exact_sum(floats.iter().copied()) {
            Some(sum) => sum,
            // One that is no number, or not finite, does not count.
            None => exact_sum(floats.iter().copied().filter(|float| float.is_finite()))?,
        });
    }
    Some(Lanes::Float(sums))
}

/// The same, where the numbers of the events of a lane become those that count.
fn of_all<I: Iterator<Item = usize>>(
    function: Aggregate,
    part: &Column,
    within: &[(u32, u32)],
    known: impl Fn(Range<usize>) -> I,
) -> Option<Lanes> {
    let events = |(from, to): &(u32, u32)| known(*from as usize..(*to).max(*from) as usize);
    match &part.values {
        Values::F64(stored) => {
            let figure = |lane| of_floats(function, events(lane).map(|event| stored[event]));
            within
                .iter()
                .map(figure)
                .collect::<Option<_>>()
                .map(Lanes::Float)
        }
        Values::Integers(stored, unit) => {
            let (mut numbers, mut known) = (vec![0; within.len()], vec![false; within.len()]);
            each_integer!(stored, stored => {
                for (lane, events_of) in within.iter().enumerate() {
                    let values = events(events_of).map(|event| i128::from_stored(stored[event]));
                    if let Some(figure) = of_whole(function, values)? {
                        numbers[lane] = figure.checked_mul(unit.multiplier)?;
                        known[lane] = true;
                    }
                }
            });
            Some(Lanes::Whole {
                numbers,
                known,
                divisor: unit.divisor,
            })
        }
        _ => None,
    }
}

/// Stored numbers as the widest ones.
trait FromStored<T> {
    fn from_stored(number: T) -> Self;
}

macro_rules! from_stored {
    ($($number:ty),*) => {$(
        impl FromStored<$number> for i128 {
            fn from_stored(number: $number) -> i128 {
                number.into()
            }
        }
    )*};
}
from_stored!(i8, u8, i16, u16, i32, u32, i64, u64, i128);

/// Some(None) where the figure is missing, None where it takes another way.
fn of_whole(function: Aggregate, mut values: impl Iterator<Item = i128>) -> Option<Option<i128>> {
    Some(match function {
        Aggregate::Sum => Some(values.try_fold(0, i128::checked_add)?),
        Aggregate::Least => values.min(),
        Aggregate::Greatest => values.max(),
        Aggregate::Average
        | Aggregate::Median
        | Aggregate::First
        | Aggregate::Last
        | Aggregate::Values
        | Aggregate::Different => return None,
    })
}

/// NaN where the figure is missing, none where it takes another way. What is no number counts as missing.
fn of_floats(function: Aggregate, values: impl Iterator<Item = f64>) -> Option<f64> {
    let values = values.filter(|value| value.is_finite());
    match function {
        Aggregate::Sum => exact_sum(values),
        Aggregate::Least => Some(values.reduce(f64::min).unwrap_or(f64::NAN)),
        Aggregate::Greatest => Some(values.reduce(f64::max).unwrap_or(f64::NAN)),
        Aggregate::Average
        | Aggregate::Median
        | Aggregate::First
        | Aggregate::Last
        | Aggregate::Values
        | Aggregate::Different => None,
    }
}

/// The sum of finite floats, rounded once; none where it cannot be told so.
///
/// What an addition loses is a float itself (Knuth, The Art of Computer Programming, volume 2, 4.2.2), so the sum of floats and the sum of what was lost
/// on the way come to the whole, as long as the latter loses nothing.
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

/// The sum as it is rounded, and what it lost.
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

#[cfg(test)]
mod tests {
    use super::exact_sum;

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
}
