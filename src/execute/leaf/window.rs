//! The events of a stream within bounds of their time that are the same for every contact.

use crate::execute::column::{Column, Integers, List, Unit, Values, bits, search};
use crate::execute::kernels::ask_for;
use crate::execute::matched::{Matched, Passing};
use crate::plan::{BoundPlan, Fold};
use crate::types::Constant;
use std::hint::select_unpredictable;
use std::ops::Range;

/// The events of contacts so far behind those in hand are asked for from memory.
pub(super) const AHEAD: usize = 64;

/// Which events of a stream count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Window {
    stream: usize,
    /// The test that the events pass themselves.
    matcher: Option<usize>,
    /// The place of the column of the stream among those of the plan.
    column: usize,
    /// The part of its records that is the time.
    time: usize,
    /// Stored times from the first up to, and without, the second.
    pub(in crate::execute) from: i64,
    pub(in crate::execute) to: i64,
}

impl Window {
    /// None where a bound differs from contact to contact, or the times are not stored as whole numbers of eight bytes, all of them known.
    pub(in crate::execute) fn new(
        bound: &BoundPlan,
        fold: &Fold,
        columns: &[Column],
    ) -> Option<Self> {
        let stream = &bound.plan.folds.streams[fold.stream as usize];
        let column = stream.column.0 as usize;
        let (list, time) = (list(&columns[column])?, stream.time as usize);
        let (_, unit) = times(list, time)?;
        let (mut from, mut to) = (i64::MIN, i64::MAX);
        for edge in &fold.bounds {
            let parameter = bound.plan.parameter(edge.value)?;
            let Constant::Time(instant) = bound.parameters[parameter.0 as usize] else {
                // Nothing lies within a bound that is missing.
                (from, to) = (0, 0);
                break;
            };
            let beyond = unit.beyond(instant, edge.is_low != edge.inclusive);
            let beyond = beyond.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
            if edge.is_low {
                from = from.max(beyond);
            } else {
                to = to.min(beyond);
            }
        }
        Some(Self {
            stream: fold.stream as usize,
            matcher: fold.matcher.map(|test| test as usize),
            column,
            time,
            from,
            to,
        })
    }

    /// Whether another window is over the events of the same stream.
    pub(super) fn is_of_same_events(&self, other: &Window) -> bool {
        self.stream == other.stream
    }

    /// The window from where the first of two begins to where the last of them ends.
    pub(in crate::execute) fn with(&self, other: &Window) -> Window {
        Window {
            from: self.from.min(other.from),
            to: self.to.max(other.to),
            ..self.clone()
        }
    }

    /// Sets the bits of the events of some contacts that lie within the window; the first bit of the mask is that of the event `first`.
    pub(in crate::execute) fn mark(
        &self,
        columns: &[Column],
        contacts: Range<usize>,
        first: usize,
        mask: &mut [u64],
    ) {
        let Some((_, list, times)) = self.events(columns) else {
            return;
        };
        let last_contact = list.starts.len() - 1;
        for contact in contacts {
            ask_for(
                times,
                list.starts[(contact + AHEAD).min(last_contact)] as usize,
            );
            let (start, end) = (
                list.starts[contact] as usize,
                list.starts[contact + 1] as usize,
            );
            let end = self.end(times, start, end);
            if start == end || times[end - 1] < self.from {
                continue;
            }
            let start = match times[start] < self.from {
                true => start + search(&times[start..end], self.from),
                false => start,
            };
            bits::set_all(mask, start - first, end - first);
        }
    }

    /// The lists of a stream, and the times of its events; none where no event lies within the window.
    pub(super) fn events<'c>(
        &self,
        columns: &'c [Column],
    ) -> Option<(&'c Column, &'c List, &'c [i64])> {
        let column = &columns[self.column];
        let list = list(column)?;
        let (times, _) = times(list, self.time)?;
        (self.from < self.to && !times.is_empty()).then_some((column, list, times))
    }

    /// Which events pass the test of the events alone; none where all do.
    pub(super) fn passing<'m>(&self, matched: &'m Matched<'_>) -> Option<Passing<'m>> {
        self.matcher.map(|test| matched.passing(self.stream, test))
    }

    /// The end of those of some events that lie before the end of the window; most were before now.
    #[inline]
    pub(super) fn end(&self, numbers: &[i64], start: usize, end: usize) -> usize {
        match numbers[start..end].last() {
            Some(last) if *last >= self.to => start + search(&numbers[start..end], self.to),
            _ => end,
        }
    }
}

/// The events of a contact; none where they are fewer than this.
#[inline]
pub(super) fn events_of(
    column: &Column,
    list: &List,
    row: usize,
    least: usize,
) -> Option<(usize, usize)> {
    let (start, end) = match column.is_valid(row) {
        true => (list.starts[row] as usize, list.starts[row + 1] as usize),
        false => (0, 0),
    };
    (end - start >= least).then_some((start, end))
}

/// Which of up to 64 contacts, of which the first stands at `base`, have so many events that are no earlier than `from`. At least one is asked for.
#[inline]
pub(super) fn reaching(
    column: &Column,
    list: &List,
    times: &[i64],
    (least, from): (usize, i64),
    base: usize,
) -> u64 {
    if times.is_empty() {
        return 0;
    }
    let rows = (list.starts.len() - 1 - base).min(64);
    let starts = &list.starts[base..=base + rows];
    let ahead = &list.starts[(base + AHEAD).min(base + rows)..];
    let mut reaching = 0u64;
    for row in 0..rows {
        if let Some(start) = ahead.get(row) {
            ask_for(times, *start as usize);
        }
        let (start, end) = (starts[row] as usize, starts[row + 1] as usize);
        // Where there are too few, another's is looked at, which does no harm.
        let is_enough = end >= start + least;
        let event = select_unpredictable(is_enough, end.wrapping_sub(least), 0);
        reaching |= u64::from(is_enough & (times[event] >= from)) << row;
    }
    match &column.validity {
        Some(validity) => reaching & validity[base / 64],
        None => reaching,
    }
}

pub(super) fn list(column: &Column) -> Option<&List> {
    match &column.values {
        Values::List(list) => Some(list),
        _ => None,
    }
}

/// The times of the events, all of them known.
pub(super) fn times(list: &List, time: usize) -> Option<(&[i64], Unit)> {
    let Values::Record(parts) = &list.elements.values else {
        return None;
    };
    let times = &parts[time];
    match &times.values {
        Values::Integers(Integers::I64(numbers), unit)
            if times.validity.is_none() && unit.divisor == 1 =>
        {
            Some((numbers, *unit))
        }
        _ => None,
    }
}
