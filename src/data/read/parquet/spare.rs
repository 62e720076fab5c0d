//! Buffers that are used again: the system clears new memory before it hands it out, which takes as long as decoding.

use std::sync::{Arc, Mutex, PoisonError};

/// Buffers that nobody is using.
#[derive(Clone, Debug, Default)]
pub(super) struct Spare(Arc<Mutex<Vec<Vec<u8>>>>);

/// Buffers that are kept at most, and bytes of each: as much as a few threads need for row groups of the usual size.
const KEPT: usize = 12;
const MOST_BYTES: usize = 8 << 20;

impl Spare {
    /// A buffer with anything in it.
    pub(super) fn take(&self) -> Vec<u8> {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    pub(super) fn give(&self, buffer: Vec<u8>) {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < KEPT && buffer.capacity() <= MOST_BYTES {
            spare.push(buffer);
        }
    }
}
