//! Ctrl-C: the first one asks the work to stop at the next batch, so that nothing half-written is left; the second ends at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// True from the first Ctrl-C on. The one switch of the process, because a signal reaches the whole process.
pub fn stop() -> Arc<AtomicBool> {
    Arc::clone(STOP.get_or_init(Default::default))
}

/// Begins to listen for Ctrl-C and for requests to end.
pub fn listen() {
    let stop = stop();
    // Without a handler the system's own way of ending the process stays: outputs are renamed only when whole, so that is safe too.
    drop(ctrlc::set_handler(move || {
        if stop.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    }));
}

/// Whether somebody asked to stop.
pub fn stopped() -> bool {
    stop().load(Ordering::SeqCst)
}
