//! Whole numbers of eight bytes told in two, as far as that goes: where a number lies among all numbers of its column, in 65,536 equal steps. A test of a
//! range then reads a quarter of the memory, and looks at the numbers themselves only where they lie on the step of an edge.

use super::{Column, Integers, Values, bits};
use crate::execute::leaf::Span;
use arrow_buffer::ToByteSlice;

/// The numbers of a column in steps.
#[derive(Debug)]
pub(in crate::execute) struct Coarse {
    /// 0 where the number is missing.
    steps: Vec<u16>,
    low: i64,
    high: i64,
    /// A step is two to this power.
    shift: u32,
}

/// The steps of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Steps {
    pub(in crate::execute) first: u16,
    pub(in crate::execute) last: u16,
    /// Whether some numbers of the first step may lie before the range.
    pub(in crate::execute) first_is_cut: bool,
    /// Whether some numbers of the last step may lie behind the range.
    pub(in crate::execute) last_is_cut: bool,
}

impl Coarse {
    /// None where the column holds anything else, or where so many numbers lie on one step that little would be saved.
    pub(in crate::execute) fn of(column: &Column) -> Option<Self> {
        let Values::Integers(Integers::I64(numbers), _) = &column.values else {
            return None;
        };
        let validity = column.validity.as_deref();
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for (row, number) in numbers.iter().enumerate() {
            if validity.is_none_or(|validity| bits::get(validity, row)) {
                (low, high) = (low.min(*number), high.max(*number));
            }
        }
        if low > high {
            return None;
        }
        let width = 64 - high.abs_diff(low).leading_zeros();
        let shift = width.saturating_sub(16);
        let mut numbers_of_step = vec![0u32; 1 << 16];
        let mut steps = Vec::with_capacity(numbers.len());
        for (row, number) in numbers.iter().enumerate() {
            let is_known = validity.is_none_or(|validity| bits::get(validity, row));
            let step = if is_known {
                (number.abs_diff(low) >> shift) as u16
            } else {
                0
            };
            numbers_of_step[usize::from(step)] += u32::from(is_known);
            steps.push(step);
        }
        let most = numbers_of_step.into_iter().max().unwrap_or(0) as usize;
        (most <= numbers.len() / 256 + 64).then_some(Self {
            steps,
            low,
            high,
            shift,
        })
    }

    /// The steps of the numbers from `from` to `to`, where any number of the column lies between.
    pub(in crate::execute) fn range(&self, from: i64, to: i64) -> Option<Steps> {
        if from > to || to < self.low || from > self.high {
            return None;
        }
        let step = |number: i64| {
            (number.clamp(self.low, self.high).abs_diff(self.low) >> self.shift) as u16
        };
        Some(Steps {
            first: step(from),
            last: step(to),
            first_is_cut: from > self.low,
            last_is_cut: to < self.high,
        })
    }

    /// The steps of a run of rows, as they lie in memory.
    pub(in crate::execute) fn bytes(&self, span: Span) -> &[u8] {
        self.steps[span.first..span.first + span.rows].to_byte_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::column::Unit;

    fn column(numbers: Vec<i64>, known: impl Fn(usize) -> bool) -> Column {
        let validity = bits::from_rows(numbers.len(), known);
        Column {
            rows: numbers.len(),
            validity: Some(validity.into()),
            values: Values::Integers(Integers::I64(numbers.into()), Unit::ONE),
        }
    }

    #[test]
    fn steps_of_a_range_hold_every_number_in_it() {
        let numbers: Vec<i64> = (0..2000)
            .map(|row| row * row * 1_000_003 - 5_000_000)
            .collect();
        let coarse = Coarse::of(&column(numbers.clone(), |row| row != 7)).unwrap();
        for (from, to) in [
            (i64::MIN, i64::MAX),
            (numbers[3], numbers[3]),
            (numbers[3] + 1, numbers[1999] - 1),
            (-5_000_000, 0),
            (0, 2_000_000),
        ] {
            let steps = coarse.range(from, to).unwrap();
            for (row, number) in numbers.iter().enumerate().filter(|(row, _)| *row != 7) {
                let step = coarse.steps[row];
                let inside = (from..=to).contains(number);
                let is_cut = step == steps.first && steps.first_is_cut
                    || step == steps.last && steps.last_is_cut;
                if (steps.first..=steps.last).contains(&step) {
                    assert!(inside || is_cut, "{number} from {from} to {to}");
                } else {
                    assert!(!inside, "{number} from {from} to {to}");
                }
            }
        }
        assert_eq!(coarse.range(numbers[1999] + 1, i64::MAX), None);
        assert_eq!(coarse.range(i64::MIN, -5_000_001), None);
    }

    #[test]
    fn numbers_that_lie_together_stay_as_they_are() {
        let mut numbers: Vec<i64> = (0..4000).collect();
        assert!(Coarse::of(&column(numbers.clone(), |_| true)).is_some());
        numbers.push(i64::MAX);
        assert!(Coarse::of(&column(numbers.clone(), |_| true)).is_none());
        assert!(Coarse::of(&column(numbers, |_| false)).is_none());
    }

    #[test]
    fn the_whole_of_the_type_has_steps() {
        let numbers: Vec<i64> = (0..600)
            .map(|row| (i128::from(i64::MIN) + row * 30_744_573_456_182_586) as i64)
            .collect();
        let coarse = Coarse::of(&column(numbers.clone(), |_| true)).unwrap();
        let steps = coarse.range(numbers[10], numbers[20]).unwrap();
        assert!(coarse.steps[10] == steps.first && coarse.steps[20] == steps.last);
    }
}
