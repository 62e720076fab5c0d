//! The events of up to 64 contacts that lie within a window and pass its test.

use super::lanes::MOST;
use crate::execute::column::{Column, List, search};
use crate::execute::kernels::ask_for;
use crate::execute::leaf::window::{AHEAD, Window};
use crate::execute::matched::{Matched, Passing};
use std::hint::select_unpredictable;

/// A window, and where its events lie.
pub(super) struct Looked<'a> {
    window: &'a Window,
    /// None where no event lies within the window.
    found: Option<(&'a Column, &'a List, &'a [i64])>,
    passing: Option<Passing<'a>>,
}

/// Which events are each contact's own.
pub(super) struct Own {
    spans: [(u32, u32); MOST],
    /// The times of those that pass, where not all do.
    chosen: Vec<i64>,
}

/// The times of events, which are in order, and which of them are each contact's own.
#[derive(Clone, Copy)]
pub(super) struct Events<'a> {
    /// At least one.
    pub(super) times: &'a [i64],
    pub(super) spans: &'a [(u32, u32)],
}

impl<'a> Looked<'a> {
    pub(super) fn new(window: &'a Window, columns: &'a [Column], matched: &'a Matched<'_>) -> Self {
        Self {
            window,
            found: window.events(columns),
            passing: window.passing(matched),
        }
    }
}

impl Default for Own {
    fn default() -> Self {
        Self {
            spans: [(0, 0); MOST],
            chosen: Vec::new(),
        }
    }
}

impl Own {
    /// Finds the events of these contacts.
    pub(super) fn find(&mut self, looked: &Looked<'_>, rows: &[usize]) {
        let spans = &mut self.spans[..rows.len()];
        let Some((column, list, times)) = looked.found else {
            spans.fill((0, 0));
            return;
        };
        let window = looked.window;
        let mut cut = 0u64;
        for (lane, (row, span)) in rows.iter().zip(&mut *spans).enumerate() {
            if let Some(start) = list.starts.get(*row + AHEAD) {
                ask_for(times, *start as usize);
            }
            let (start, end) = (list.starts[*row], list.starts[*row + 1]);
            let end = if column.is_valid(*row) { end } else { start };
            *span = (start, end);
            // Where there are none, the time of another's is looked at, which does no harm.
            let has_one = start < end;
            let first = select_unpredictable(has_one, start as usize, 0);
            let last = select_unpredictable(has_one, (end as usize).wrapping_sub(1), 0);
            let is_within = (times[first] >= window.from) & (times[last] < window.to);
            cut |= u64::from(!is_within) << lane;
        }
        super::each_bit(cut, |lane| {
            let (start, end) = (spans[lane].0 as usize, spans[lane].1 as usize);
            let end = window.end(times, start, end);
            let start = start + search(&times[start..end], window.from);
            spans[lane] = (start as u32, end as u32);
        });
        if let Some(passing) = looked.passing {
            self.chosen.clear();
            for span in spans {
                let start = self.chosen.len() as u32;
                let passing =
                    (span.0 as usize..span.1 as usize).filter(|event| passing.has(*event));
                self.chosen.extend(passing.map(|event| times[event]));
                *span = (start, self.chosen.len() as u32);
            }
        }
    }

    pub(super) fn events<'s>(&'s self, looked: &Looked<'s>, lanes: usize) -> Events<'s> {
        let times = match (looked.passing, looked.found) {
            (None, Some((.., times))) => times,
            (Some(_), Some(_)) if !self.chosen.is_empty() => &self.chosen,
            _ => &[0],
        };
        Events {
            times,
            spans: &self.spans[..lanes],
        }
    }
}

impl Events<'_> {
    /// The times of a contact's own.
    pub(super) fn of(&self, lane: usize) -> &[i64] {
        let (start, end) = self.spans[lane];
        &self.times[start as usize..end as usize]
    }
}
