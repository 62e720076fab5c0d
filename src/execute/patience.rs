//! When to go on asking what has been asked in vain.

use std::sync::atomic::{AtomicU32, Ordering};

/// What may spare work is asked each time while it helps, and seldom once it does not. Threads may share one; that they count past each other does no harm.
#[derive(Default)]
pub(super) struct Patience {
    in_vain: AtomicU32,
}

impl Patience {
    pub(super) fn asks(&self) -> bool {
        const ENOUGH: u32 = 4;
        const SELDOM: u32 = 32;
        let in_vain = self.in_vain.load(Ordering::Relaxed);
        if in_vain >= ENOUGH && !in_vain.is_multiple_of(SELDOM) {
            self.in_vain.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        true
    }

    pub(super) fn answered(&self, helped: bool) {
        match helped {
            true => self.in_vain.store(0, Ordering::Relaxed),
            false => {
                self.in_vain.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
