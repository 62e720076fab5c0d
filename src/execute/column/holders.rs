//! Lists element by element, and columns of few different values value by value: for each the rows that have it, as a bit for each row where they are many,
//! else one by one. A test for one of them then looks at these alone, where the lists would have to be gone through, or the bits of all values.

use super::{Codes, Column, Integers, Values, bits};
use crate::execute::leaf::Span;
use std::ops::Range;

/// Elements that are told apart, at most.
const MOST_ELEMENTS: usize = 1024;
/// Rows of an element are told one by one where fewer than one in so many has it.
const FEW: usize = 32;
/// It is known where the first row behind each multiple of so many stands.
const STEP: usize = 4096;

/// Which rows hold each element of the lists of a column, or each value.
#[derive(Debug)]
pub(in crate::execute) struct Holders {
    /// The elements there may be, as they are stored, one behind the other.
    elements: Vec<u8>,
    /// For each of them.
    rows: Vec<Rows>,
}

#[derive(Debug)]
enum Rows {
    /// A bit for each row.
    Many(Vec<u64>),
    /// The rows that have it, in order.
    Few {
        /// By step: where its rows begin, and where the last one's end.
        starts: Vec<u32>,
        /// How far they are from the first row of their step.
        within: Vec<u16>,
    },
}

impl Holders {
    /// Of lists whose elements are codes or numbers of one byte or two; none where too many of them are different, and none of other columns.
    pub(in crate::execute) fn of_lists(column: &Column) -> Option<Self> {
        let Values::List(list) = &column.values else {
            return None;
        };
        Self::of(&list.elements, column.rows, |take| {
            for row in 0..column.rows {
                for element in list.elements_of(row) {
                    take(row, element);
                }
            }
        })
    }

    /// Of the values of a column that are codes or numbers of one byte or two; none where too many of them are different, and none of other columns.
    pub(in crate::execute) fn of_values(column: &Column) -> Option<Self> {
        Self::of(column, column.rows, |take| {
            (0..column.rows).for_each(|row| take(row, row));
        })
    }

    /// `each` tells every row with every element that it has, row by row: twice where it has it twice.
    fn of(
        elements: &Column,
        all_rows: usize,
        each: impl Fn(&mut dyn FnMut(usize, usize)),
    ) -> Option<Self> {
        let of_codes = |codes: usize| Some(0..=codes.checked_sub(1)? as i128);
        let ends = match &elements.values {
            Values::Codes(Codes::U8(_) | Codes::U16(_), dictionary) => of_codes(dictionary.len())?,
            Values::Integers(Integers::U8(_), _) => {
                let (low, high) = elements.ends()?;
                low..=high
            }
            _ => return None,
        };
        let (low, high) = (*ends.start(), *ends.end());
        if high - low >= MOST_ELEMENTS as i128 {
            return None;
        }
        let place = |element: usize| -> usize {
            match &elements.values {
                Values::Codes(codes, _) => codes.get(element),
                Values::Integers(numbers, _) => (numbers.get(element) - low) as usize,
                _ => 0,
            }
        };
        let mut counts = vec![0usize; (high - low) as usize + 1];
        // What stands under a missing element may be anything.
        each(&mut |_, element| {
            if elements.is_valid(element) {
                counts[place(element)] += 1;
            }
        });
        let steps = all_rows.div_ceil(STEP);
        let mut rows: Vec<Rows> = (counts.iter())
            .map(|count| match count * FEW >= all_rows {
                true => Rows::Many(vec![0; bits::words(all_rows)]),
                false => Rows::Few {
                    starts: Vec::with_capacity(steps + 1),
                    within: Vec::with_capacity(*count),
                },
            })
            .collect();
        each(&mut |row, element| {
            if !elements.is_valid(element) {
                return;
            }
            match &mut rows[place(element)] {
                Rows::Many(bits) => bits::set(bits, row),
                Rows::Few { starts, within } => {
                    starts.resize(row / STEP + 1, within.len() as u32);
                    within.push((row % STEP) as u16);
                }
            }
        });
        for rows in &mut rows {
            if let Rows::Few { starts, within } = rows {
                starts.resize(steps + 1, within.len() as u32);
            }
        }
        let elements = match &elements.values {
            Values::Codes(Codes::U16(_), _) => (low..=high)
                .flat_map(|element| (element as u16).to_ne_bytes())
                .collect(),
            _ => (low..=high).map(|element| element as u8).collect(),
        };
        Some(Self { elements, rows })
    }

    /// How many elements there may be.
    pub(in crate::execute) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The elements, as they are stored, one behind the other.
    pub(in crate::execute) fn elements(&self) -> &[u8] {
        &self.elements
    }

    /// About how many bytes could be read in the time that it takes to find the rows of an element.
    pub(in crate::execute) fn cost(&self, element: usize) -> usize {
        /// A bit is set in the time that so many bytes take.
        const BYTES_A_ROW: usize = 8;
        match &self.rows[element] {
            Rows::Many(bits) => size_of_val::<[u64]>(bits),
            Rows::Few { within, .. } => within.len() * BYTES_A_ROW,
        }
    }

    /// Which of a run of rows hold the element at a place: a word for each 64 of them, and those behind; none where that is told row by row.
    pub(in crate::execute) fn words(&self, element: usize, span: Span) -> Option<&[u64]> {
        match &self.rows[element] {
            Rows::Many(bits) => Some(&bits[span.first / 64..]),
            Rows::Few { .. } => None,
        }
    }

    /// Sets the bits of those of a run of rows that hold the element at a place.
    pub(in crate::execute) fn mark(&self, element: usize, span: Span, mask: &mut [u64]) {
        match &self.rows[element] {
            Rows::Many(bits) => {
                for (mask, holds) in mask.iter_mut().zip(&bits[span.first / 64..]) {
                    *mask |= holds;
                }
            }
            Rows::Few { starts, within } => {
                let end = span.first + span.rows;
                for step in span.first / STEP..end.div_ceil(STEP) {
                    let own: Range<usize> = starts[step] as usize..starts[step + 1] as usize;
                    for place in &within[own] {
                        let row = step * STEP + usize::from(*place);
                        if (span.first..end).contains(&row) {
                            bits::set(mask, row - span.first);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dictionary, List, Text, Unit};
    use super::*;
    use arrow_array::StringArray;
    use std::sync::Arc;

    fn lists(starts: Vec<u32>, numbers: Vec<u8>, known: Option<u64>) -> Column {
        let count = numbers.len();
        let values = Values::Integers(Integers::U8(numbers.into()), Unit::ONE);
        let elements = Column::new(count, known.map(|known| vec![known].into()), values);
        let rows = starts.len() - 1;
        Column::new(rows, None, Values::List(List::new(starts, elements).into()))
    }

    /// The rows of a run that hold an element, one way and the other.
    fn holding(holders: &Holders, element: usize, first: usize, rows: usize) -> Vec<usize> {
        let span = Span {
            first,
            rows,
            far: false,
        };
        let mut mask = vec![0; bits::words(rows)];
        holders.mark(element, span, &mut mask);
        if let Some(words) = holders.words(element, span) {
            let same = (0..rows).all(|row| bits::get(&mask, row) == bits::get(words, row));
            assert!(same);
        }
        (0..rows).filter(|row| bits::get(&mask, *row)).collect()
    }

    #[test]
    fn each_element_has_the_rows_that_hold_it() {
        // [7, 9], [], [9, 9], [8, missing]
        let column = lists(
            vec![0, 2, 2, 4, 6],
            vec![7, 9, 9, 9, 8, 200],
            Some(0b1_1111),
        );
        let holders = Holders::of_lists(&column).expect("few elements");
        assert_eq!(holders.elements(), [7, 8, 9]);
        let rows: Vec<_> = (0..3)
            .map(|element| holding(&holders, element, 0, 4))
            .collect();
        assert_eq!(rows, [vec![0], vec![3], vec![0, 2]]);
    }

    #[test]
    fn rare_elements_are_told_row_by_row() {
        // Every row has 1, every hundredth 2 as well, the last 3.
        let rows = 10_000;
        let (mut starts, mut numbers) = (vec![0], Vec::new());
        for row in 0..rows {
            numbers.push(1);
            numbers.extend((row % 100 == 7).then_some(2));
            numbers.extend((row == rows - 1).then_some(3));
            starts.push(numbers.len() as u32);
        }
        let holders = Holders::of_lists(&lists(starts, numbers, None)).expect("few elements");
        for (first, count) in [
            (0, rows),
            (64, 64),
            (4096, 4096),
            (4032, 200),
            (9984, 16),
            (128, 0),
        ] {
            let all = first..first + count;
            let every: Vec<usize> = (0..count).collect();
            assert_eq!(holding(&holders, 0, first, count), every);
            let of = |holds: &dyn Fn(usize) -> bool| -> Vec<usize> {
                all.clone()
                    .filter(|row| holds(*row))
                    .map(|row| row - first)
                    .collect()
            };
            assert_eq!(
                holding(&holders, 1, first, count),
                of(&|row| row % 100 == 7)
            );
            assert_eq!(
                holding(&holders, 2, first, count),
                of(&|row| row == rows - 1)
            );
        }
    }

    #[test]
    fn many_elements_are_left_to_the_lists() {
        let of = |count: u16| {
            let texts = (0..count).map(|number| number.to_string());
            let texts = Text::Small(StringArray::from_iter_values(texts));
            let codes: Vec<u16> = (0..count).collect();
            let codes = Codes::U16(codes.into());
            let dictionary = Arc::new(Dictionary::new(texts, false));
            let elements = Column::new(count.into(), None, Values::Codes(codes, dictionary));
            let list = List::new(vec![0, count.into()], elements);
            Holders::of_lists(&Column::new(1, None, Values::List(list.into()))).is_some()
        };
        assert!(of(1024));
        assert!(!of(1025));
        // Nothing but missing elements.
        assert!(Holders::of_lists(&lists(vec![0, 1], vec![3], Some(0))).is_none());
    }
}
