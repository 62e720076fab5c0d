//! Lists: where each contact's elements begin in a child column.

use super::{Column, Values, bits};
use std::ops::Range;

/// The lists of a column. A missing list may have elements here, which belong to nobody.
#[derive(Clone, Debug)]
pub(in crate::execute) struct List {
    /// One more than there are rows, never falling; the elements of row `r` are `starts[r]..starts[r + 1]`.
    pub(in crate::execute) starts: Vec<u32>,
    pub(in crate::execute) elements: Column,
    /// A bit for each element: it is the last of its list.
    pub(in crate::execute) lasts: Vec<u64>,
    /// A bit for each row: its list has elements.
    pub(in crate::execute) filled: Vec<u64>,
}

impl List {
    pub(in crate::execute) fn new(starts: Vec<u32>, elements: Column) -> Self {
        let rows = starts.len() - 1;
        let mut lasts = vec![0; bits::words(elements.rows)];
        let filled = bits::from_rows(rows, |row| {
            let filled = starts[row] < starts[row + 1];
            if filled {
                bits::set(&mut lasts, starts[row + 1] as usize - 1);
            }
            filled
        });
        Self {
            starts,
            elements,
            lasts,
            filled,
        }
    }

    /// The places of a row's elements in the child column.
    pub(in crate::execute) fn elements_of(&self, row: usize) -> Range<usize> {
        self.starts[row] as usize..self.starts[row + 1] as usize
    }

    /// The keys and the values, where the lists are maps; none where there is nothing in any of them.
    pub(in crate::execute) fn entries(&self) -> Option<(&Column, &Column)> {
        match &self.elements.values {
            Values::Record(parts) => match &parts[..] {
                [keys, values] => Some((keys, values)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// How many of some sorted times lie before an edge. A few are counted sooner than halved.
#[inline]
pub(in crate::execute) fn search(times: &[i64], edge: i64) -> usize {
    match times.len() {
        0..=16 => times.iter().map(|time| usize::from(*time < edge)).sum(),
        _ => times.partition_point(|time| *time < edge),
    }
}
