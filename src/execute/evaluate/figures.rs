//! Sums, averages and extremes of a part of events, straight from the numbers as they are stored.

use super::lanes::Lanes;
use super::sums::{exact_mean, exact_median, exact_sum, exact_sums};
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
    if let (Values::F64(stored), Aggregate::Sum) = (&part.values, function) {
        let sums = match (&passes, &part.validity) {
            (None, None) => exact_sums(stored, within, |_| true),
            (None, Some(_)) => exact_sums(stored, within, |event| part.is_valid(event)),
            (Some(passes), None) => exact_sums(stored, within, passes),
            (Some(passes), Some(_)) => exact_sums(stored, within, |event| {
                passes(event) && part.is_valid(event)
            }),
        };
        return sums.map(Lanes::Float);
    }
    match passes {
        None if part.validity.is_none() => of_all(function, part, within, |events| events),
        None => of_all(function, part, within, |events| {
            events.filter(|event| part.is_valid(*event))
        }),
        Some(passes) => of_all(function, part, within, |events| {
            events.filter(|event| passes(*event) && part.is_valid(*event))
        }),
    }
}

/// The figure of each lane, where the numbers of its events become those that count.
fn of_all<I: Iterator<Item = usize>>(
    function: Aggregate,
    part: &Column,
    within: &[(u32, u32)],
    known: impl Fn(Range<usize>) -> I,
) -> Option<Lanes> {
    let events = |(from, to): &(u32, u32)| known(*from as usize..(*to).max(*from) as usize);
    match &part.values {
        Values::F64(stored) => {
            let mut middle = Vec::new();
            let figure = |lane| {
                let values = events(lane).map(|event| stored[event]);
                of_floats(function, values, &mut middle)
            };
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

/// The middle of several numbers, or the two in the middle of an even number of them: their sum and how many they are. None of no numbers, and where the sum does
/// not fit. Their order is lost.
pub(super) fn middle(numbers: &mut [i128]) -> Option<(i128, i128)> {
    let (middle, is_even) = (numbers.len() / 2, numbers.len().is_multiple_of(2));
    if numbers.is_empty() {
        return None;
    }
    let (before, upper, _) = numbers.select_nth_unstable(middle);
    match before.iter().max() {
        Some(lower) if is_even => Some((lower.checked_add(*upper)?, 2)),
        _ => Some((*upper, 1)),
    }
}

/// NaN where the figure is missing, none where it takes another way. What is no number counts as missing. `middle` is memory to work in.
pub(super) fn of_floats(
    function: Aggregate,
    values: impl Iterator<Item = f64>,
    middle: &mut Vec<f64>,
) -> Option<f64> {
    let values = values.filter(|value| value.is_finite());
    match function {
        Aggregate::Sum => exact_sum(values),
        Aggregate::Least => Some(values.reduce(f64::min).unwrap_or(f64::NAN)),
        Aggregate::Greatest => Some(values.reduce(f64::max).unwrap_or(f64::NAN)),
        Aggregate::Average => exact_mean(values),
        Aggregate::Median => {
            middle.clear();
            middle.extend(values);
            exact_median(middle)
        }
        Aggregate::First | Aggregate::Last | Aggregate::Values | Aggregate::Different => None,
    }
}
