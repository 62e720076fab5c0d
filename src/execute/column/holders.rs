//! Lists element by element, and columns of few different values value by value: for each the rows that have it, as a bit for each row where they are many,
//! else one by one. A test for one of them then looks at these alone, where the lists would have to be gone through, or the bits of all values.

use super::planes::{FewValues, MOST_VALUES};
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

impl Rows {
    /// None yet, of so many out of `all`.
    fn new(count: usize, all: usize) -> Self {
        match count * FEW >= all {
            true => Rows::Many(vec![0; bits::words(all)]),
            false => Rows::Few {
                starts: Vec::with_capacity(all.div_ceil(STEP) + 1),
                within: Vec::with_capacity(count),
            },
        }
    }

    /// Takes a row, the last one so far.
    fn add(&mut self, row: usize) {
        match self {
            Rows::Many(bits) => bits::set(bits, row),
            Rows::Few { starts, within } => {
                starts.resize(row / STEP + 1, within.len() as u32);
                within.push((row % STEP) as u16);
            }
        }
    }

    /// There are no more, of `all`.
    fn end(&mut self, all: usize) {
        if let Rows::Few { starts, within } = self {
            starts.resize(all.div_ceil(STEP) + 1, within.len() as u32);
        }
    }
}

impl Holders {
    /// Of lists whose elements are codes or numbers of one byte or two; none where too many of them are different, and none of other columns.
    pub(in crate::execute) fn of_lists(column: &Column) -> Option<Self> {
        let Values::List(list) = &column.values else {
            return None;
        };
        let elements = &list.elements;
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
        // Each row with an element that it has; twice where it has it twice.
        let each = |take: &mut dyn FnMut(usize, usize)| {
            for row in 0..column.rows {
                for element in list.elements_of(row) {
                    // What stands under a missing element may be anything.
                    if elements.is_valid(element) {
                        take(row, place(element));
                    }
                }
            }
        };
        each(&mut |_, element| counts[element] += 1);
        let mut rows: Vec<Rows> = (counts.iter())
            .map(|count| Rows::new(*count, column.rows))
            .collect();
        each(&mut |row, element| rows[element].add(row));
        rows.iter_mut().for_each(|rows| rows.end(column.rows));
        let elements = match &elements.values {
            Values::Codes(Codes::U16(_), _) => (low..=high)
                .flat_map(|element| (element as u16).to_ne_bytes())
                .collect(),
            _ => (low..=high).map(|element| element as u8).collect(),
        };
        Some(Self { elements, rows })
    }

    /// Of the values of a column that has few of them; none of other columns.
    pub(in crate::execute) fn of_values(column: &Column) -> Option<Self> {
        let few = FewValues::of(column)?;
        let known = |word: usize| match &column.validity {
            Some(validity) => validity[word],
            None => bits::live(word, column.rows),
        };
        // For each value which of 64 rows have it; what stands under a missing one may be anything.
        let bits_of = |word: usize, stored: &[u8]| {
            let mut bits = [0u64; MOST_VALUES];
            for (row, value) in stored.iter().enumerate() {
                bits[usize::from(value.wrapping_sub(few.low)) % MOST_VALUES] |= 1 << row;
            }
            bits.map(|bits| bits & known(word))
        };
        let words = || few.stored.chunks(64).enumerate();
        let mut counts = [0; MOST_VALUES];
        for (word, stored) in words() {
            for (count, bits) in counts.iter_mut().zip(bits_of(word, stored)) {
                *count += bits.count_ones() as usize;
            }
        }
        let mut rows: Vec<Rows> = (counts[..few.values.into()].iter())
            .map(|count| Rows::new(*count, column.rows))
            .collect();
        for (word, stored) in words() {
            for (rows, bits) in rows.iter_mut().zip(bits_of(word, stored)) {
                match rows {
                    Rows::Many(all) => all[word] = bits,
                    Rows::Few { .. } => {
                        bits::each(&[bits]).for_each(|row| rows.add(word * 64 + row));
                    }
                }
            }
        }
        rows.iter_mut().for_each(|rows| rows.end(column.rows));
        let elements = (0..few.values).map(|value| few.low + value).collect();
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
    fn each_value_has_its_rows() {
        // 40 is rare, and every seventh is missing, with anything standing there.
        let rows = 10_001;
        let value = |row: usize| match row % 501 {
            77 => 40,
            _ => 20 + (row * row % 5) as u8,
        };
        let is_known = |row: usize| !row.is_multiple_of(7);
        let numbers: Vec<u8> = (0..rows)
            .map(|row| if is_known(row) { value(row) } else { row as u8 })
            .collect();
        let values = Values::Integers(Integers::U8(numbers.into()), Unit::ONE);
        let known = bits::from_rows(rows, is_known);
        let holders = Holders::of_values(&Column::new(rows, Some(known.into()), values));
        let holders = holders.expect("few values");
        assert_eq!(holders.elements(), (20..=40).collect::<Vec<u8>>());
        for (element, sought) in (20..=40).enumerate() {
            let with = |row: &usize| is_known(*row) && value(*row) == sought;
            let expected: Vec<usize> = (0..rows).filter(with).collect();
            assert_eq!(holding(&holders, element, 0, rows), expected, "{sought}");
        }
        // As many as there may be, and one more.
        for (most, serves) in [(32, true), (33, false)] {
            let values = Values::Integers(Integers::U8((0..most).collect()), Unit::ONE);
            let holders = Holders::of_values(&Column::new(most.into(), None, values));
            assert_eq!(holders.is_some(), serves);
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
