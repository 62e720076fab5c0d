//! Ctrl-C. While a run goes on, it asks the run to stop at the next batch, so that nothing half-written is left; else, and the second time, it ends at
//! once, and takes away what is not finished.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The exit code of a program that was stopped.
pub const STOPPED: u8 = 130;

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
static WORKING: AtomicUsize = AtomicUsize::new(0);
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// True from a Ctrl-C during work on. The one switch of the process, because a signal reaches the whole process.
pub fn stop() -> Arc<AtomicBool> {
    Arc::clone(STOP.get_or_init(Default::default))
}

/// Whether somebody asked to stop.
pub fn stopped() -> bool {
    stop().load(Ordering::SeqCst)
}

/// As long as this is there, work goes on that looks at [`stop`].
pub struct Work(());

/// Says that work begins which looks at [`stop`].
pub fn work() -> Work {
    WORKING.fetch_add(1, Ordering::SeqCst);
    Work(())
}

impl Drop for Work {
    fn drop(&mut self) {
        WORKING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A file that is being written to; none once it is finished. It is removed where the process has to end in the middle.
pub fn unfinished(file: Option<PathBuf>) {
    *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = file;
}

/// Begins to listen for Ctrl-C and for requests to end.
pub fn listen() {
    let stop = stop();
    // Without a handler the system's own way of ending the process stays: outputs are renamed only when whole, so that is safe too.
    drop(ctrlc::set_handler(move || {
        let is_first = !stop.swap(true, Ordering::SeqCst);
        if !is_first || WORKING.load(Ordering::SeqCst) == 0 {
            let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(file) = &*unfinished {
                drop(std::fs::remove_file(file));
            }
            std::process::exit(i32::from(STOPPED));
        }
    }));
}
