//! Columns of at most 32 different values, bit by bit: of every 512 rows the first bits, then the second bits, up to five. A test then reads one to five bits
//! a row where the values take a byte.

use super::{Codes, Column, Integers, Values};
use crate::execute::kernels::{LINE, Line, Lines, MOST_PLANES};
use crate::execute::leaf::Span;

/// The bits of values, counted from the lowest.
#[derive(Debug)]
pub(in crate::execute) struct Planes {
    /// The lowest number; codes are counted from 0.
    low: u8,
    /// Bits a value.
    planes: usize,
    /// How many values may be known.
    known: u8,
    /// The value, counted from the lowest, that stands wherever one is missing; none where any may.
    missing: Option<u8>,
    lines: Box<[Line]>,
}

/// Values that have planes, at most.
pub(in crate::execute) const MOST_VALUES: usize = 1 << MOST_PLANES;

/// The bytes of a column of few different values.
pub(super) struct FewValues<'a> {
    pub(super) stored: &'a [u8],
    /// The lowest number; codes are counted from 0.
    pub(super) low: u8,
    /// How many may be known, from the lowest on.
    pub(super) values: u8,
}

impl<'a> FewValues<'a> {
    /// Of codes and numbers of one byte; none where there may be more than [`MOST_VALUES`], and none of other columns.
    pub(super) fn of(column: &'a Column) -> Option<Self> {
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
        Some(Self {
            stored: &stored[..column.rows],
            low,
            values: (high - i128::from(low)) as u8 + 1,
        })
    }
}

impl Planes {
    /// Of codes and numbers of one byte; none where there are more values, and none of other columns.
    pub(in crate::execute) fn of(column: &Column) -> Option<Self> {
        let few = FewValues::of(column)?;
        let (low, values) = (few.low, few.values);
        let planes = (u8::BITS - (values - 1).leading_zeros()).max(1) as usize;
        let mut lines = Vec::with_capacity(column.rows.div_ceil(LINE * 64) * planes);
        for rows in few.stored.chunks(LINE * 64) {
            let mut group = [Line::default(); MOST_PLANES];
            for (place, rows) in rows.chunks(64).enumerate() {
                for (row, value) in rows.iter().enumerate() {
                    // What stands under a missing value may be anything.
                    let value = u64::from(value.wrapping_sub(low));
                    for (plane, line) in group.iter_mut().enumerate() {
                        line.0[place] |= (value >> plane & 1) << row;
                    }
                }
            }
            lines.extend_from_slice(&group[..planes]);
        }
        let filler = column.filler().map(|filler| filler.bytes()[0]);
        Some(Self {
            low,
            planes,
            known: values,
            missing: filler.map(|filler| filler.wrapping_sub(low) & ((1 << planes) - 1)),
            lines: lines.into(),
        })
    }

    /// Of the values that pass, a bit for each counted from the lowest, those that a known one may have.
    pub(in crate::execute) fn of_known(&self, passing: u32) -> u32 {
        match self.missing {
            Some(missing) if missing >= self.known => passing & !(1 << missing),
            _ => passing,
        }
    }

    /// Whether it is known that what stands under missing values does not pass.
    pub(in crate::execute) fn fails_missing(&self, passing: u32) -> bool {
        self.missing
            .is_some_and(|missing| passing >> missing & 1 == 0)
    }

    /// The values that there may be, as they are stored.
    pub(in crate::execute) fn values(&self) -> impl Iterator<Item = u8> {
        (0..1u8 << self.planes).map(|value| value.wrapping_add(self.low))
    }

    /// The bytes of all bits.
    pub(in crate::execute) fn bytes(&self) -> usize {
        size_of_val::<[Line]>(&self.lines)
    }

    /// The bits of a run of rows.
    pub(in crate::execute) fn lines(&self, span: Span) -> Lines<'_> {
        let first = span.first / 64;
        Lines {
            lines: &self.lines[first / LINE * self.planes..],
            planes: self.planes,
            first: first % LINE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::column::{Gather, Unit, read};
    use crate::types::{NumberKind, Type};
    use arrow_array::{ArrayRef, Int64Array};
    use std::sync::Arc;

    #[test]
    fn values_are_told_bit_by_bit() {
        let numbers: Vec<u8> = (0..1_200).map(|row| (230 + row % 7 * 4) as u8).collect();
        let column = |numbers: Vec<u8>| {
            let rows = numbers.len();
            let values = Values::Integers(Integers::U8(numbers.into()), Unit::ONE);
            Column::new(rows, None, values)
        };
        let planes = Planes::of(&column(numbers.clone())).expect("few values");
        let values: Vec<u8> = planes.values().collect();
        assert_eq!((values.len(), values[0]), (32, 230));
        for first in [0, 64, 640] {
            let span = Span {
                first,
                rows: 1_200 - first,
                far: false,
            };
            let Lines {
                lines,
                planes,
                first: word,
            } = planes.lines(span);
            for (row, number) in numbers[first..].iter().enumerate() {
                let place = word + row / 64;
                let bit = |plane: usize| {
                    (lines[place / 8 * planes + plane].0[place % 8] >> (row % 64) & 1) as usize
                };
                let value = (0..planes).fold(0, |value, plane| value | bit(plane) << plane);
                assert_eq!(values[value], *number);
            }
        }
        assert!(Planes::of(&column((0..32).collect())).is_some());
        assert!(Planes::of(&column((0..33).collect())).is_none());
        // Of a single value there is one plane.
        let one = Planes::of(&column(vec![7; 3])).expect("one value");
        assert_eq!(one.values().collect::<Vec<u8>>(), [7, 8]);
        // Numbers that are missing do not count.
        let mut missing = column(vec![1, 2, 200]);
        missing.validity = Some(vec![0b011].into());
        let planes = Planes::of(&missing).expect("two values");
        assert!(!planes.fails_missing(0b00), "anything may stand there");
        assert_eq!(planes.of_known(0b11), 0b11);
    }

    #[test]
    fn what_is_missing_is_told_by_its_bits_as_well() {
        let planes = |known: std::ops::Range<i64>| {
            let numbers: Vec<Option<i64>> = known.map(Some).chain([None]).collect();
            let array: ArrayRef = Arc::new(Int64Array::from(numbers));
            let mut gather = Gather::default();
            let column = read(&array, &Type::Number(NumberKind::Whole), false);
            gather.push(&column.unwrap()).unwrap();
            Planes::of(&gather.finish()).expect("few values")
        };
        // 13 stands there, the fourth of four that two bits tell apart.
        let three = planes(10..13);
        assert_eq!(three.of_known(0b1111), 0b0111);
        assert!(three.fails_missing(0b0111) && !three.fails_missing(0b1000));
        // 14 stands there, of which two bits are those of 10.
        let four = planes(10..14);
        assert_eq!(four.of_known(0b1111), 0b1111);
        assert!(four.fails_missing(0b1110) && !four.fails_missing(0b0001));
    }
}
