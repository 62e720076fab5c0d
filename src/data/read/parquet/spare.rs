//! Buffers that are used again: the system clears new memory before it hands it out, which takes as long as decoding.

use std::sync::{Arc, Mutex, PoisonError};

/// Buffers that nobody is using.
#[derive(Clone, Debug, Default)]
pub(super) struct Spare(Arc<Mutex<Vec<Vec<u8>>>>);

/// Buffers that are kept at most, and bytes of each: as much as a few threads need for pages of the usual size.
const KEPT: usize = 24;
const MOST_BYTES: usize = 2 << 20;

impl Spare {
    /// A buffer with anything in it: the shortest that has as many bytes, else the longest there is.
    pub(super) fn take(&self, bytes: usize) -> Vec<u8> {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lengths = spare.iter().map(Vec::len).enumerate();
        let best = lengths.min_by_key(|(_, length)| match *length >= bytes {
            true => (false, *length),
            false => (true, bytes - *length),
        });
        best.map_or_else(Vec::new, |(place, _)| spare.swap_remove(place))
    }

    pub(super) fn give(&self, buffer: Vec<u8>) {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < KEPT && buffer.capacity() <= MOST_BYTES && !buffer.is_empty() {
            spare.push(buffer);
        }
    }
}
