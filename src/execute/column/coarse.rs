//! Numbers of four or eight bytes told in two, as far as that goes: where a number lies among all numbers of its column, in 65,536 equal steps. A test of
//! a range then reads a half or a quarter of the memory, and looks at the numbers themselves only where they lie on the step of an edge. Whole numbers
//! that lie close together, as most dates do, have a step each, which tells all there is to know of them.

use super::{Column, Integers, Points, Values};
use crate::execute::leaf::Span;
use arrow_buffer::ToByteSlice;
use std::sync::Arc;

/// Numbers in steps.
#[derive(Debug)]
pub(in crate::execute) struct Coarse {
    /// Where the number is missing, the step behind the last if there is one, else 0.
    steps: Vec<u16>,
    scale: Scale,
}

/// What steps stand for: the lowest and the highest number, and how far one is from the next.
#[derive(Clone, Copy, Debug)]
pub(in crate::execute) enum Scale {
    Whole {
        low: i64,
        high: i64,
        /// A step is two to this power.
        shift: u32,
    },
    Floats {
        low: f64,
        high: f64,
        /// So many steps are one.
        factor: f64,
    },
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
    /// The steps of a column of numbers, or those of the degrees north and of the degrees east of places. None where the column holds anything else, or
    /// where so many numbers lie on one step that little would be saved.
    pub(in crate::execute) fn of(column: &Column) -> Option<Arc<[Self]>> {
        let is_known = |row: usize| column.is_valid(row);
        match &column.values {
            Values::Integers(Integers::I64(numbers), _) => {
                let steps = Self::of_whole(numbers, is_known)?;
                let serves = steps.lowest_of_each().is_some() || steps.serve(is_known);
                serves.then(|| [steps].into())
            }
            Values::Integers(Integers::I32(numbers), _) => {
                let steps = Self::of_whole(numbers, is_known)?;
                steps.lowest_of_each().is_some().then(|| [steps].into())
            }
            Values::F64(numbers) => {
                let steps = Self::of_floats(numbers, is_known)?;
                steps.serve(is_known).then(|| [steps].into())
            }
            Values::Points(Points {
                latitudes,
                longitudes,
            }) => {
                let north = Self::of_floats(latitudes, is_known)?;
                let east = Self::of_floats(longitudes, is_known)?;
                Some([north, east].into())
            }
            _ => None,
        }
    }

    /// None where no number is known.
    fn of_whole<N: Number + Into<i64>>(
        numbers: &[N],
        is_known: impl Fn(usize) -> bool,
    ) -> Option<Self> {
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for (row, number) in numbers.iter().enumerate() {
            if is_known(row) {
                let number = (*number).into();
                (low, high) = (low.min(number), high.max(number));
            }
        }
        if low > high {
            return None;
        }
        let width = 64 - high.abs_diff(low).leading_zeros();
        let shift = width.saturating_sub(16);
        Some(Self::new(
            numbers,
            is_known,
            Scale::Whole { low, high, shift },
        ))
    }

    /// None where no number is known, or one is not finite: such numbers are missing though they seem to be there.
    fn of_floats(numbers: &[f64], is_known: impl Fn(usize) -> bool) -> Option<Self> {
        let (mut low, mut high, mut is_finite) = (f64::INFINITY, f64::NEG_INFINITY, true);
        for (row, number) in numbers.iter().enumerate() {
            if is_known(row) {
                (low, high) = (low.min(*number), high.max(*number));
                is_finite &= number.is_finite();
            }
        }
        let factor = match high - low {
            // One step is left for what is missing.
            span if span > 0.0 => f64::from(u16::MAX - 1) / span,
            _ => 0.0,
        };
        if low > high || !is_finite || !(high - low).is_finite() || !factor.is_finite() {
            return None;
        }
        let scale = Scale::Floats { low, high, factor };
        Some(Self::new(numbers, is_known, scale))
    }

    fn new<N: Number>(numbers: &[N], is_known: impl Fn(usize) -> bool, scale: Scale) -> Self {
        let mut coarse = Self {
            steps: Vec::new(),
            scale,
        };
        let missing = coarse.missing().unwrap_or(0);
        let step = |(row, number): (usize, &N)| match is_known(row) {
            true => number.step(scale),
            false => missing,
        };
        coarse.steps = numbers.iter().enumerate().map(step).collect();
        coarse
    }

    /// The step of what is missing; none where a number may lie on it.
    pub(in crate::execute) fn missing(&self) -> Option<u16> {
        self.last().checked_add(1)
    }

    /// Whether few numbers lie on any one step.
    fn serve(&self, is_known: impl Fn(usize) -> bool) -> bool {
        let mut numbers_of_step = vec![0u32; 1 << 16];
        for (row, step) in self.steps.iter().enumerate() {
            numbers_of_step[usize::from(*step)] += u32::from(is_known(row));
        }
        let most = numbers_of_step.into_iter().max().unwrap_or(0) as usize;
        most <= self.steps.len() / 256 + 64
    }

    /// Where each step is one whole number, the number of the first.
    pub(in crate::execute) fn lowest_of_each(&self) -> Option<i64> {
        match self.scale {
            Scale::Whole { low, shift: 0, .. } => Some(low),
            Scale::Whole { .. } | Scale::Floats { .. } => None,
        }
    }

    /// The last step on which a number lies.
    pub(in crate::execute) fn last(&self) -> u16 {
        match self.scale {
            Scale::Whole { high, .. } => high.step(self.scale),
            Scale::Floats { high, .. } => high.step(self.scale),
        }
    }

    /// The steps of the numbers from `from` to `to`, where any number of the column lies between.
    pub(in crate::execute) fn range<N: Number>(&self, from: N, to: N) -> Option<Steps> {
        let (low, high) = N::ends(self.scale)?;
        if from > to || to < low || from > high {
            return None;
        }
        Some(Steps {
            first: if from > low { from.step(self.scale) } else { 0 },
            last: (if to < high { to } else { high }).step(self.scale),
            first_is_cut: from > low && self.lowest_of_each().is_none(),
            last_is_cut: to < high && self.lowest_of_each().is_none(),
        })
    }

    /// The middles of the steps, where they are those of floats.
    pub(in crate::execute) fn middles(&self) -> Option<Middles> {
        let Scale::Floats { low, factor, .. } = self.scale else {
            return None;
        };
        // Where there is but one number, it is the middle.
        let width = if factor > 0.0 { 1.0 / factor } else { 0.0 };
        Some(Middles {
            first: low + width / 2.0,
            width,
        })
    }

    /// The steps of a run of rows.
    pub(in crate::execute) fn steps(&self, span: Span) -> &[u16] {
        &self.steps[span.first..span.first + span.rows]
    }

    /// The same, as they lie in memory.
    pub(in crate::execute) fn bytes(&self, span: Span) -> &[u8] {
        self.steps(span).to_byte_slice()
    }
}

/// The middles of steps: no number lies further from that of its step than half a width, but for rounding.
#[derive(Clone, Copy, Debug)]
pub(in crate::execute) struct Middles {
    first: f64,
    pub(in crate::execute) width: f64,
}

impl Middles {
    #[inline(always)]
    pub(in crate::execute) fn of(self, step: u16) -> f64 {
        self.first + f64::from(step) * self.width
    }
}

/// A number that can be told in steps.
pub(in crate::execute) trait Number: Copy + PartialOrd {
    /// The step of a number between the ends: the greater the number, the greater or the same the step.
    fn step(self, scale: Scale) -> u16;

    /// The lowest and the highest number; none where the steps are those of other numbers.
    fn ends(scale: Scale) -> Option<(Self, Self)>;
}

impl Number for i64 {
    fn step(self, scale: Scale) -> u16 {
        match scale {
            Scale::Whole { low, shift, .. } => (self.abs_diff(low) >> shift) as u16,
            Scale::Floats { .. } => 0,
        }
    }

    fn ends(scale: Scale) -> Option<(Self, Self)> {
        match scale {
            Scale::Whole { low, high, .. } => Some((low, high)),
            Scale::Floats { .. } => None,
        }
    }
}

impl Number for i32 {
    fn step(self, scale: Scale) -> u16 {
        i64::from(self).step(scale)
    }

    fn ends(scale: Scale) -> Option<(Self, Self)> {
        let (low, high) = i64::ends(scale)?;
        Some((low.try_into().ok()?, high.try_into().ok()?))
    }
}

impl Number for f64 {
    fn step(self, scale: Scale) -> u16 {
        match scale {
            Scale::Whole { .. } => 0,
            // Rounding never puts the greater number first.
            Scale::Floats { low, factor, .. } => ((self - low) * factor) as u16,
        }
    }

    fn ends(scale: Scale) -> Option<(Self, Self)> {
        match scale {
            Scale::Whole { .. } => None,
            Scale::Floats { low, high, .. } => Some((low, high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::column::{Unit, bits};

    fn column(numbers: Vec<i64>, known: impl Fn(usize) -> bool) -> Column {
        let validity = bits::from_rows(numbers.len(), known);
        let rows = numbers.len();
        let values = Values::Integers(Integers::I64(numbers.into()), Unit::ONE);
        Column::new(rows, Some(validity.into()), values)
    }

    #[test]
    fn steps_of_a_range_hold_every_number_in_it() {
        let numbers: Vec<i64> = (0..2000)
            .map(|row| row * row * 1_000_003 - 5_000_000)
            .collect();
        let coarse = &Coarse::of(&column(numbers.clone(), |row| row != 7)).unwrap()[0];
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
        numbers.push(i64::MAX);
        assert!(Coarse::of(&column(numbers.clone(), |_| true)).is_none());
        assert!(Coarse::of(&column(numbers, |_| false)).is_none());
    }

    #[test]
    fn whole_numbers_close_together_have_a_step_each() {
        let days: Vec<i32> = (0..4000).map(|row| row % 7 - 3).collect();
        let values = Values::Integers(Integers::I32(days.into()), Unit::ONE);
        let coarse = &Coarse::of(&Column::new(4000, None, values)).unwrap()[0];
        assert_eq!((coarse.lowest_of_each(), coarse.last()), (Some(-3), 6));
        let steps = coarse.range(-1, 2).unwrap();
        assert_eq!((steps.first, steps.last), (2, 5));
        assert!(!steps.first_is_cut && !steps.last_is_cut);
        // One more is too many, and four bytes are not much more than two.
        let values = Values::Integers(Integers::I32(vec![0, 65_536].into()), Unit::ONE);
        assert!(Coarse::of(&Column::new(2, None, values)).is_none());
        let values = Values::Integers(Integers::I32(vec![0, 65_535].into()), Unit::ONE);
        assert!(Coarse::of(&Column::new(2, None, values)).is_some());
    }

    #[test]
    fn the_whole_of_the_type_has_steps() {
        let numbers: Vec<i64> = (0..600)
            .map(|row| (i128::from(i64::MIN) + row * 30_744_573_456_182_586) as i64)
            .collect();
        let coarse = &Coarse::of(&column(numbers.clone(), |_| true)).unwrap()[0];
        let steps = coarse.range(numbers[10], numbers[20]).unwrap();
        assert!(coarse.steps[10] == steps.first && coarse.steps[20] == steps.last);
    }

    #[test]
    fn floats_have_steps_that_rise_with_them() {
        let numbers: Vec<f64> = (0..3000)
            .map(|row| f64::from(row).powi(3).sin() * 1e9 - 0.1)
            .collect();
        let floats = |numbers: &[f64]| {
            let values = Values::F64(numbers.to_vec().into());
            Coarse::of(&Column::new(numbers.len(), None, values))
        };
        let coarse = &floats(&numbers).unwrap()[0];
        for (from, to) in [
            (f64::NEG_INFINITY, f64::INFINITY),
            (numbers[7], numbers[7]),
            (-1.0, 1e8),
            (-1e8, f64::INFINITY),
            (0.0, 1e-300),
        ] {
            let steps = coarse.range(from, to);
            for (number, step) in numbers.iter().zip(&coarse.steps) {
                let inside = (from..=to).contains(number);
                let Some(steps) = steps else {
                    assert!(!inside, "{number} from {from} to {to}");
                    continue;
                };
                let is_cut = *step == steps.first && steps.first_is_cut
                    || *step == steps.last && steps.last_is_cut;
                match (steps.first..=steps.last).contains(step) {
                    true => assert!(inside || is_cut, "{number} from {from} to {to}"),
                    false => assert!(!inside, "{number} from {from} to {to}"),
                }
            }
        }
        assert_eq!(coarse.range(2e9, 3e9), None);
        // Where the ends are too far apart to be told, or a number is none, it is better left.
        let mut odd = numbers.clone();
        odd[5] = f64::NAN;
        assert!(floats(&odd).is_none());
        odd[5] = f64::MAX;
        odd[6] = f64::MIN;
        assert!(floats(&odd).is_none());
        assert!(floats(&[1.5; 4000]).is_none());
        assert!(floats(&[1.5; 10]).is_some());
    }
}
