//! Tests of events alone, made for all events of a block of contacts at once and shared by all that ask for them. Of tests that take their time only
//! those events are tested that lie within the windows that ask for them.

use super::batch::{Asked, Batch, Bound, Prepared, Worker};
use super::column::{Column, List, Values, bits};
use super::evaluate::{OPEN, Rows, Vectors};
use super::leaf::{Span, Window};
use crate::ir::{ConditionId, ValueId};
use crate::plan::{BoundPlan, Stream};
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// Tests that take longer together than this many nanoseconds an event are made for those alone that lie within the windows.
const QUICK: f32 = 1.0;

/// The tests of a stream, bound to the columns of its events.
pub(super) struct Streamed {
    columns: Vec<Column>,
    bound: Bound,
    /// By test: the window that all who ask for it have their events within. None where there is no such, or it would not pay.
    windows: Vec<Option<Window>>,
}

/// The events of one block of contacts.
pub(super) struct Matched<'a> {
    prepared: &'a Prepared<'a>,
    batch: Batch<'a>,
    /// The contacts.
    span: Span,
    /// One for each stream.
    masks: Vec<OnceCell<Masks>>,
    workers: &'a RefCell<Vec<Worker>>,
    /// Hashes of contacts, with a place for each contact of the block.
    hashes: RefCell<Vec<(ValueId, Vec<i128>)>>,
}

/// For each test of a stream a bit for each event, from the event `first` on.
pub(super) struct Masks {
    pub(super) first: usize,
    tests: Vec<Vec<u64>>,
}

/// Which events pass.
#[derive(Clone, Copy)]
pub(super) struct Passing<'m> {
    first: usize,
    mask: &'m [u64],
}

impl<'a> Matched<'a> {
    pub(super) fn new(
        prepared: &'a Prepared<'a>,
        batch: Batch<'a>,
        span: Span,
        workers: &'a RefCell<Vec<Worker>>,
    ) -> Self {
        let streams = prepared.bound.plan.folds.streams.len();
        Self {
            prepared,
            batch,
            span,
            masks: (0..streams).map(|_| OnceCell::new()).collect(),
            workers,
            hashes: RefCell::default(),
        }
    }

    /// The hashes of these rows of the block; `work_out` has those of rows that were not asked about before.
    pub(super) fn hashes(
        &self,
        value: ValueId,
        rows: &[usize],
        work_out: impl FnOnce(Vec<usize>) -> Vec<i128>,
    ) -> Vec<i128> {
        let first = self.span.first;
        let place = {
            let mut hashes = self.hashes.borrow_mut();
            let known = hashes.iter().position(|(known, _)| *known == value);
            known.unwrap_or_else(|| {
                hashes.push((value, vec![OPEN; self.span.rows]));
                hashes.len() - 1
            })
        };
        let open: Vec<usize> = {
            let numbers = &self.hashes.borrow()[place].1;
            let is_open = |row: &usize| numbers[*row - first] == OPEN;
            rows.iter().copied().filter(is_open).collect()
        };
        if !open.is_empty() {
            // Nothing is borrowed meanwhile: what is hashed may rest on another hash.
            let found = work_out(open.clone());
            let numbers = &mut self.hashes.borrow_mut()[place].1;
            for (row, number) in open.iter().zip(found) {
                numbers[*row - first] = number;
            }
        }
        let numbers = &self.hashes.borrow()[place].1;
        rows.iter().map(|row| numbers[*row - first]).collect()
    }

    /// Which events of a stream pass a test.
    pub(super) fn passing(&self, stream: usize, test: usize) -> Passing<'_> {
        let masks = self.masks[stream].get_or_init(|| self.test(stream));
        Passing {
            first: masks.first,
            mask: masks.tests.get(test).map_or(&[], Vec::as_slice),
        }
    }

    /// Whether a condition holds for these contacts, worked out from the graph.
    pub(super) fn holds(&self, condition: ConditionId, rows: Vec<usize>) -> Vec<bool> {
        let of = Rows {
            bound: self.prepared.bound,
            columns: self.batch.columns,
            are_of_data: true,
        };
        Vectors::new(of, rows).with(None, self).holds(condition)
    }

    fn test(&self, stream: usize) -> Masks {
        let none = Masks {
            first: 0,
            tests: Vec::new(),
        };
        let planned = &self.prepared.bound.plan.folds.streams[stream];
        let (Some(prepared), Some(streamed), Some(list)) = (
            self.prepared.matchers[stream].as_ref(),
            self.batch.bound.streams[stream].as_ref(),
            list_of(planned, self.batch.columns),
        ) else {
            return none;
        };
        let first = list.starts[self.span.first] as usize / 64 * 64;
        let end = list.starts[self.span.first + self.span.rows] as usize;
        let rows = end.saturating_sub(first);
        let tests = prepared.bound.plan.segments.len();
        let mut masks = vec![vec![0; bits::words(rows)]; tests];
        let batch = Batch {
            columns: &streamed.columns,
            bound: &streamed.bound,
            far: self.batch.far,
        };
        let among = self.among(streamed, first, rows);
        let mut workers = self.workers.borrow_mut();
        let streams = self.masks.len();
        workers.resize_with(streams, Worker::default);
        let asked = Asked {
            first,
            rows,
            among: &among,
        };
        workers[stream].rows(prepared, batch, asked, Some(&mut masks), None);
        Masks {
            first,
            tests: masks,
        }
    }

    /// For each test the events within its window, a bit for each of `rows` from the event `first` on; none where it has no window.
    fn among(&self, streamed: &Streamed, first: usize, rows: usize) -> Vec<Option<Rc<[u64]>>> {
        let mut known: Vec<(i64, i64, Rc<[u64]>)> = Vec::new();
        let mut of = |window: &Window| {
            let is_same =
                |(from, to, _): &&(i64, i64, Rc<[u64]>)| (*from, *to) == (window.from, window.to);
            if let Some((.., mask)) = known.iter().find(is_same) {
                return mask.clone();
            }
            let mut mask = vec![0; bits::words(rows)];
            let contacts = self.span.first..self.span.first + self.span.rows;
            window.mark(self.batch.columns, contacts, first, &mut mask);
            let mask: Rc<[u64]> = mask.into();
            known.push((window.from, window.to, mask.clone()));
            mask
        };
        let windows = streamed.windows.iter();
        windows.map(|window| window.as_ref().map(&mut of)).collect()
    }
}

/// The lists of a stream among the columns of the contacts.
fn list_of<'c>(stream: &Stream, columns: &'c [Column]) -> Option<&'c List> {
    match &columns[stream.column.0 as usize].values {
        Values::List(list) => Some(list),
        _ => None,
    }
}

impl Streamed {
    /// The tests of the stream of this number. None where nothing is asked of the events alone.
    pub(super) fn new(
        outer: &BoundPlan,
        prepared: &Prepared<'_>,
        number: usize,
        columns: &[Column],
    ) -> Option<Self> {
        let stream = &outer.plan.folds.streams[number];
        let elements = &list_of(stream, columns)?.elements;
        let part = |part: &u32| match &elements.values {
            Values::Record(parts) => parts[*part as usize].clone(),
            _ => Column::missing(elements.rows),
        };
        let of_events: Vec<Column> = stream.parts.iter().map(part).collect();
        let bound = prepared.bind(&of_events, &[], false);
        let windows = match bound.cost(&of_events) > QUICK {
            true => windows(outer, number, columns),
            false => Vec::new(),
        };
        Some(Self {
            bound,
            windows,
            columns: of_events,
        })
    }
}

/// For each test of a stream the window that all who ask for it have their events within, where there is one.
fn windows(outer: &BoundPlan, stream: usize, columns: &[Column]) -> Vec<Option<Window>> {
    let mut windows: Vec<Option<Option<Window>>> = Vec::new();
    for fold in outer.plan.folds.of_stream(stream) {
        let Some(test) = fold.matcher else {
            continue;
        };
        let test = test as usize;
        if windows.len() <= test {
            windows.resize(test + 1, None);
        }
        let own = Window::new(outer, fold, columns);
        windows[test] = Some(match (windows[test].take(), own) {
            (None, own) => own,
            (Some(Some(others)), Some(own)) => Some(others.with(&own)),
            _ => None,
        });
    }
    // One that reaches over all times is none.
    let narrows = |window: &Window| window.from > i64::MIN || window.to < i64::MAX;
    windows
        .into_iter()
        .map(|window| window.flatten().filter(narrows))
        .collect()
}

impl Passing<'_> {
    #[inline]
    pub(super) fn has(&self, event: usize) -> bool {
        bits::get(self.mask, event - self.first)
    }

    /// How many of these events pass.
    #[inline]
    pub(super) fn count(&self, from: usize, to: usize) -> usize {
        if from >= to {
            return 0;
        }
        let (from, to) = (from - self.first, to - self.first);
        let (first, last) = (from / 64, (to - 1) / 64);
        let (low, high) = bits::edges(from, to);
        if first == last {
            return (self.mask[first] & low & high).count_ones() as usize;
        }
        let between = self.mask[first + 1..last].iter();
        let between: u32 = between.map(|word| word.count_ones()).sum();
        let edges = (self.mask[first] & low).count_ones() + (self.mask[last] & high).count_ones();
        (between + edges) as usize
    }

    /// The last but so many of these events that pass, where there are as many; 1 is the last itself.
    pub(super) fn nth_last(&self, from: usize, to: usize, nth: usize) -> Option<usize> {
        if from >= to {
            return None;
        }
        let (from, mut end, mut left) = (from - self.first, to - self.first, nth);
        while end > from {
            let start = from.max(end.saturating_sub(64));
            let mut bits = self.bits(start, end - start);
            let ones = bits.count_ones() as usize;
            if ones >= left {
                for _ in 1..left {
                    bits ^= 1 << (63 - bits.leading_zeros());
                }
                return Some(self.first + start + 63 - bits.leading_zeros() as usize);
            }
            left -= ones;
            end = start;
        }
        None
    }

    /// So many bits, of 1 to 64, from a place on.
    fn bits(&self, place: usize, number: usize) -> u64 {
        let (word, shift) = (place / 64, place % 64);
        let low = self.mask[word] >> shift;
        let high = match self.mask.get(word + 1) {
            Some(next) if shift > 0 => next << (64 - shift),
            _ => 0,
        };
        (low | high) & u64::MAX >> (64 - number)
    }

    /// The first of these events that passes.
    pub(super) fn first(&self, from: usize, to: usize) -> Option<usize> {
        (from..to).find(|event| self.has(*event))
    }

    /// The last of these events that passes.
    pub(super) fn last(&self, from: usize, to: usize) -> Option<usize> {
        (from..to).rfind(|event| self.has(*event))
    }
}

#[cfg(test)]
mod tests {
    use super::Passing;

    #[test]
    fn events_are_found_from_the_last() {
        let mask: Vec<u64> = vec![0x8000_0000_0000_0001, 0, u64::MAX, 0x1234_5678_9abc_def0];
        let passing = Passing {
            first: 128,
            mask: &mask,
        };
        for from in 128..384 {
            for to in from..384 {
                let all: Vec<usize> = (from..to).filter(|event| passing.has(*event)).collect();
                assert_eq!(passing.count(from, to), all.len());
                for nth in [1, 2, 3, 17, 64, 65, 90] {
                    let expected = all.len().checked_sub(nth).map(|place| all[place]);
                    assert_eq!(
                        passing.nth_last(from, to, nth),
                        expected,
                        "{from}..{to} {nth}"
                    );
                }
            }
        }
    }
}
