//! The rows of a piece of whom nobody is in any segment, by what is known of its columns part by part: by the least and greatest values of pages.

use super::driver::Reading;
use super::patience::Patience;
use crate::data::Statistics;
use crate::plan::{BoundPlan, ColumnId, Verdict};
use std::ops::Range;

/// Where they are fewer than such a part of the rows, all are better read at one go.
const LEAST_PART: u64 = 8;

/// What asks for such rows, piece after piece.
#[derive(Default)]
pub(super) struct Spans {
    patience: Patience,
}

/// Rows that need not be read.
#[derive(Default)]
pub(super) struct Out {
    /// They rise, and do not touch.
    pub(super) spans: Vec<Range<u64>>,
    /// One of the columns of the source that told so.
    pub(super) column: usize,
}

impl Out {
    fn rows(&self) -> u64 {
        self.spans.iter().map(|span| span.end - span.start).sum()
    }

    /// Whether they are at least half of all.
    pub(super) fn is_most_of(&self, rows: u64) -> bool {
        2 * self.rows() >= rows
    }
}

impl Spans {
    /// The rows of a piece that are out. None where they are too few for it to matter, or it has not helped of late.
    pub(super) fn out(
        &self,
        bound: &BoundPlan,
        reading: &Reading<'_>,
        piece: usize,
    ) -> Option<Out> {
        let rows = reading.source().rows(piece)?;
        if !self.patience.asks() {
            return None;
        }
        let out = out(bound, reading, piece, rows);
        let out = out.filter(|out| LEAST_PART * out.rows() >= rows);
        self.patience.answered(out.is_some());
        out
    }
}

/// A column, part by part.
struct Parts {
    /// With how many rows each has.
    parts: Vec<(u64, Statistics)>,
    /// The part at which the rows stand that are being looked at, and where it ends.
    at: usize,
    end: u64,
}

fn out(bound: &BoundPlan, reading: &Reading<'_>, piece: usize, rows: u64) -> Option<Out> {
    let source = reading.source();
    let mut column = None;
    let columns = (0..bound.plan.columns.len()).map(|place| {
        let place = reading.wanted(ColumnId(place as u32));
        let parts = source.parts(piece, place);
        // A source that miscounts is not to be relied on.
        let parts = parts.filter(|parts| parts.iter().map(|part| part.0).sum::<u64>() == rows);
        column = column.or(parts.as_ref().map(|_| place));
        let parts = parts.unwrap_or_else(|| {
            let whole = source.statistics(piece, place).unwrap_or_default();
            vec![(rows, whole)]
        });
        let end = parts.first().map_or(rows, |part| part.0);
        Parts { parts, at: 0, end }
    });
    let mut columns: Vec<Parts> = columns.collect();
    let column = column?;
    let mut spans: Vec<Range<u64>> = Vec::new();
    let mut start = 0;
    while start < rows {
        for column in &mut columns {
            column.turn(start);
        }
        let end = columns.iter().map(|column| column.end).min()?.min(rows);
        let verdicts = bound.verdicts(Some(end - start), |place| {
            columns.get(place.0 as usize)?.known(end - start)
        });
        if verdicts.segments.iter().all(|one| *one == Verdict::Never) {
            match spans.last_mut().filter(|last| last.end == start) {
                Some(last) => last.end = end,
                None => spans.push(start..end),
            }
        }
        start = end;
    }
    Some(Out { spans, column })
}

impl Parts {
    /// Turns to the part that a row stands in.
    fn turn(&mut self, row: u64) {
        while self.end <= row && self.at + 1 < self.parts.len() {
            self.at += 1;
            self.end += self.parts[self.at].0;
        }
    }

    /// What is known of so many rows of the part.
    fn known(&self, rows: u64) -> Option<Statistics> {
        let (all, known) = self.parts.get(self.at)?;
        let mut known = known.clone();
        // How many are missing is known of none and of all.
        known.missing = match known.missing {
            Some(0) => Some(0),
            Some(missing) if missing == *all => Some(rows),
            _ => None,
        };
        Some(known)
    }
}
