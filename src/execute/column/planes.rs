//! Columns of at most sixteen different values, bit by bit: the first bits of all rows one behind the other, then the second bits, up to four. A test then
//! reads two to four bits a row where the values take a byte.

use super::{Codes, Column, Integers, Values, bits};
use crate::execute::leaf::Span;
use std::sync::Arc;

/// The bits of values, counted from the lowest.
#[derive(Debug)]
pub(in crate::execute) struct Planes {
    /// The lowest number; codes are counted from 0.
    low: u8,
    planes: Box<[Arc<[u64]>]>,
}

/// Values that have planes, at most.
pub(in crate::execute) const MOST_VALUES: usize = 16;

impl Planes {
    /// Of codes and numbers of one byte; none where there are more values, and none of other columns.
    pub(in crate::execute) fn of(column: &Column) -> Option<Self> {
        let (stored, ends): (&[u8], _) = match &column.values {
            Values::Codes(Codes::U8(codes), dictionary) => {
                (codes, (0, dictionary.len().checked_sub(1)? as i128))
            }
            Values::Integers(Integers::U8(numbers), _) => (numbers, column.ends()?),
            _ => return None,
        };
        let (low, high) = ends;
        if high - low >= MOST_VALUES as i128 {
            return None;
        }
        let low = u8::try_from(low).ok()?;
        let values = (high - low as i128) as u8 + 1;
        let planes = (u8::BITS - (values - 1).leading_zeros()).max(1);
        let plane = |plane: u32| {
            // What stands under a missing value may be anything.
            let bit = |row: usize| stored[row].wrapping_sub(low) >> plane & 1 == 1;
            bits::from_rows(column.rows, bit).into()
        };
        Some(Self {
            low,
            planes: (0..planes).map(plane).collect(),
        })
    }

    /// The values that there may be, as they are stored.
    pub(in crate::execute) fn values(&self) -> impl Iterator<Item = u8> {
        (0..1u8 << self.planes.len()).map(|value| value.wrapping_add(self.low))
    }

    /// The planes of a run of rows, a word for each 64 of them.
    pub(in crate::execute) fn words(&self, span: Span) -> impl ExactSizeIterator<Item = &[u64]> {
        let words = span.first / 64..(span.first + span.rows).div_ceil(64);
        self.planes.iter().map(move |plane| &plane[words.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::column::Unit;

    #[test]
    fn values_are_told_bit_by_bit() {
        let numbers: Vec<u8> = (0..200).map(|row| 250 + row % 6).collect();
        let column = |numbers: Vec<u8>| {
            let rows = numbers.len();
            let values = Values::Integers(Integers::U8(numbers.into()), Unit::ONE);
            Column::new(rows, None, values)
        };
        let planes = Planes::of(&column(numbers.clone())).expect("few values");
        let span = Span {
            first: 64,
            rows: 136,
            far: false,
        };
        let words: Vec<&[u64]> = planes.words(span).collect();
        assert_eq!((words.len(), words[0].len()), (3, 3));
        let values: Vec<u8> = planes.values().collect();
        for (row, number) in numbers[64..].iter().enumerate() {
            let bit = |plane: &[u64]| usize::from(bits::get(plane, row));
            let value = (0..3).fold(0, |value, plane| value | bit(words[plane]) << plane);
            assert_eq!(values[value], *number);
        }
        assert!(Planes::of(&column((0..16).collect())).is_some());
        assert!(Planes::of(&column((0..17).collect())).is_none());
        // Of a single value there is one plane.
        let one = Planes::of(&column(vec![7; 3])).expect("one value");
        assert_eq!(one.values().collect::<Vec<u8>>(), [7, 8]);
        // Numbers that are missing do not count.
        let mut missing = column(vec![1, 2, 200]);
        missing.validity = Some(vec![0b011].into());
        assert!(Planes::of(&missing).is_some());
    }
}
