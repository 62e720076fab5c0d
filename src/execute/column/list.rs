//! Lists: where each contact's elements begin in a child column.

use super::{Column, Values, bits};
use std::hint::select_unpredictable;
use std::ops::Range;
use std::sync::OnceLock;

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
    /// See [`List::latest`].
    latest: OnceLock<i64>,
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
            latest: OnceLock::new(),
        }
    }

    /// The latest of the times of all elements, which are events; looked for when it is first asked for.
    pub(in crate::execute) fn latest(&self, times: &[i64]) -> i64 {
        let latest = || {
            times
                .iter()
                .fold(i64::MIN, |latest, time| latest.max(*time))
        };
        *self.latest.get_or_init(latest)
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

/// Behind the last of the times `start..end` that is earlier than an edge; those are sorted. Up to 31 are halved as often whatever they are, so that no
/// branch hangs on how many there are, or where the edge lies.
#[inline]
pub(in crate::execute) fn search_in(times: &[i64], start: usize, end: usize, edge: i64) -> usize {
    let own = &times[start..end];
    if own.len() > 31 {
        return start + own.partition_point(|time| *time < edge);
    }
    if own.is_empty() {
        return start;
    }
    let mut behind = 0;
    for step in [16, 8, 4, 2, 1] {
        let next = behind + step;
        let is_earlier = (next <= own.len()) & (own[next.min(own.len()) - 1] < edge);
        behind = select_unpredictable(is_earlier, next, behind);
    }
    start + behind
}

#[cfg(test)]
mod tests {
    use super::search_in;

    #[test]
    fn events_are_found_wherever_they_stand() {
        // Others' stand around: later ones before, earlier ones behind.
        for before in [0, 1, 5, 20] {
            for own in 0..40usize {
                for behind in [0, 3, 20] {
                    let mut times: Vec<i64> = vec![1000; before];
                    times.extend((0..own).map(|place| place as i64 / 2 * 10));
                    times.extend(vec![-1000; behind]);
                    for edge in -1..=200 {
                        let earlier = (0..own).filter(|place| (*place as i64 / 2 * 10) < edge);
                        let found = search_in(&times, before, before + own, edge);
                        assert_eq!(found, before + earlier.count());
                    }
                }
            }
        }
    }
}
