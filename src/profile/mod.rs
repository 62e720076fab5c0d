//! What is in the columns of a source: how much is missing, how many different values there are and which are common, how far they range.
//!
//! One pass in bounded memory: different values are counted one by one up to a limit, and beyond it only those that were met first.

mod cells;
mod column;
mod counts;
mod outside;

pub use outside::{Outside, OutsideValue, outside, outside_of_events};

use crate::data::{DataError, Source};
use crate::types::Constant;
use column::Counter;
use std::sync::atomic::{AtomicBool, Ordering};

/// Different values of a column that are told apart.
pub const MOST_DISTINCT: usize = 10_000;

/// Common values of a column that are kept.
pub const MOST_COMMON: usize = 100;

/// What was seen of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub rows: u64,
    /// In the order in which they were asked for.
    pub columns: Vec<ColumnProfile>,
}

/// What was seen of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnProfile {
    /// Rows without a value. NaN and the infinities are no values; blank text is none where that was said.
    pub missing: u64,
    /// Rows of text that is nothing but white space, whether that is a value or not.
    pub blank: u64,
    /// How many different values there are; of lists, how many different elements. None where values cannot be told apart.
    pub distinct: Option<Distinct>,
    /// The most common values, the most common first, and of equally common ones the smallest. Of lists, elements and in how many lists they
    /// are. Beyond [`MOST_DISTINCT`] different values, of those that were met first.
    pub common: Vec<Common>,
    /// The smallest and the greatest of numbers, dates, times and durations.
    pub range: Option<(Constant, Constant)>,
    /// The least value that is greater than or equal to three quarters of all; where all different values were counted.
    pub upper_quarter: Option<Constant>,
    /// The least and the most characters of a text, or elements of a list.
    pub lengths: Option<(u64, u64)>,
    /// Words that often mean that there is no value, such as `N/A`, and in how many rows they stand, in the order of the words.
    pub missing_words: Vec<(String, u64)>,
}

/// How many different values there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distinct {
    Exactly(u64),
    MoreThan(u64),
}

impl Distinct {
    /// The number, where it is known.
    pub fn exactly(self) -> Option<u64> {
        match self {
            Distinct::Exactly(number) => Some(number),
            Distinct::MoreThan(_) => None,
        }
    }
}

/// A value and in how many rows it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    pub value: Constant,
    pub rows: u64,
}

impl ColumnProfile {
    /// Rows with a value, of so many rows.
    pub fn known(&self, rows: u64) -> u64 {
        rows - self.missing
    }
}

/// A column to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its place in [`Source::schema`].
    pub column: usize,
    /// Text of nothing but white space counts as missing.
    pub blank_is_missing: bool,
}

/// Reads columns of a source from its first row to its last. `progress` hears now and then how many rows are done.
///
/// # Errors
///
/// The source cannot be read; `cancel` has been set.
pub fn profile(
    source: &dyn Source,
    wanted: &[Wanted],
    progress: &mut dyn FnMut(u64),
    cancel: &AtomicBool,
) -> Result<Profile, DataError> {
    let schema = source.schema();
    let mut columns: Vec<usize> = wanted.iter().map(|wanted| wanted.column).collect();
    columns.sort_unstable();
    columns.dedup();
    let mut counters: Vec<(usize, Counter)> = wanted
        .iter()
        .map(|wanted| {
            let place = columns.binary_search(&wanted.column).unwrap_or(0);
            let data_type = schema.field(wanted.column).data_type();
            (place, Counter::new(data_type, wanted.blank_is_missing))
        })
        .collect();
    let mut rows = 0;
    for piece in 0..source.pieces() {
        for batch in source.read(piece, &columns)? {
            if cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(source.name()));
            }
            let batch = batch?;
            for (place, counter) in &mut counters {
                counter.see(batch.column(*place));
            }
            rows += batch.num_rows() as u64;
            progress(rows);
        }
    }
    Ok(Profile {
        rows,
        columns: counters
            .into_iter()
            .map(|(_, counter)| counter.finish(rows))
            .collect(),
    })
}

#[cfg(test)]
mod tests;
