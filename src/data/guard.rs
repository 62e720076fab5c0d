//! A wall around the readers of file formats: a damaged file may make them panic, and that becomes an error like any other.

use super::{Batches, DataError, errors};
use arrow_array::RecordBatch;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `read`; a panic in it is an error about the file.
pub(super) fn guarded<T>(
    source: &str,
    format: &str,
    read: impl FnOnce() -> Result<T, DataError>,
) -> Result<T, DataError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let detail = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("its contents make no sense");
        Err(errors::damaged(source, format, detail))
    })
}

/// The same for each batch; after an error there are no more.
pub(super) struct Guarded {
    pub(super) source: String,
    pub(super) format: &'static str,
    pub(super) batches: Option<Batches>,
}

impl Iterator for Guarded {
    type Item = Result<RecordBatch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batches = self.batches.as_mut()?;
        let next = guarded(&self.source, self.format, || batches.next().transpose());
        if !matches!(next, Ok(Some(_))) {
            self.batches = None;
        }
        next.transpose()
    }
}
