//! Threads that are kept from one run to the next: to begin one takes longer than many a run does.
//!
//! A run has the threads it lends to itself, so that it never waits for another run's work.

use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Mutex, PoisonError};

/// Threads that nobody has work for.
static IDLE: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

/// One thread.
struct Kept {
    pool: ThreadPool,
    /// The process it belongs to: a fork has the list of threads, but none of them.
    process: u32,
}

/// Does the same on so many threads, of which this is one: it begins at once, and alone where the system gives no others. Returns when all are done; a panic
/// of one is this one's.
pub(super) fn on_threads(threads: usize, work: impl Fn() + Sync) {
    let lent = Lent::new(threads.saturating_sub(1));
    beside(&lent.0, &work);
}

fn beside(others: &[Kept], work: &(impl Fn() + Sync)) {
    let Some((first, others)) = others.split_first() else {
        return work();
    };
    first.pool.in_place_scope(|scope| {
        scope.spawn(|_| work());
        beside(others, work);
    });
}

/// Threads for the time of a run.
struct Lent(Vec<Kept>);

impl Lent {
    fn new(threads: usize) -> Self {
        if threads == 0 {
            return Self(Vec::new());
        }
        let process = std::process::id();
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.iter().any(|kept| kept.process != process) {
            idle.clear();
        }
        let left = idle.len().saturating_sub(threads);
        let mut lent = idle.split_off(left);
        drop(idle);
        while lent.len() < threads {
            let one = ThreadPoolBuilder::new().num_threads(1);
            let Ok(pool) = one.thread_name(|_| "segql".to_owned()).build() else {
                break;
            };
            lent.push(Kept { pool, process });
        }
        Self(lent)
    }
}

impl Drop for Lent {
    /// Keeps as many as the machine runs at once; others end.
    fn drop(&mut self) {
        if self.0.is_empty() {
            return;
        }
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        idle.append(&mut self.0);
        let kept = most.min(idle.len());
        let more = idle.split_off(kept);
        drop(idle);
        drop(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::sync::Barrier;
    use std::thread::ThreadId;

    /// The threads that take part; all of them are at work at the same time.
    fn taking_part(threads: usize) -> BTreeSet<String> {
        let (barrier, names) = (Barrier::new(threads), Mutex::new(BTreeSet::new()));
        on_threads(threads, || {
            barrier.wait();
            let id: ThreadId = std::thread::current().id();
            names.lock().unwrap().insert(format!("{id:?}"));
        });
        names.into_inner().unwrap()
    }

    #[test]
    fn all_work_at_once_even_in_several_runs_and_within_each_other() {
        for threads in [1, 2, 3, 9] {
            assert_eq!(taking_part(threads).len(), threads);
        }
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        assert_eq!(taking_part(3).len(), 3);
                    }
                });
            }
        });
        on_threads(2, || assert_eq!(taking_part(3).len(), 3));
    }

    #[test]
    fn one_run_does_not_wait_for_the_work_of_another() {
        let (begun, done) = (Barrier::new(3), Barrier::new(3));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                on_threads(2, || {
                    begun.wait();
                    done.wait();
                });
            });
            begun.wait();
            // Both threads of the other run are busy until this has come back.
            assert_eq!(taking_part(4).len(), 4);
            done.wait();
        });
    }

    #[test]
    fn a_panic_comes_back_and_threads_serve_on() {
        let main = std::thread::current().id();
        let caught = std::panic::catch_unwind(|| {
            on_threads(3, || {
                assert!(std::thread::current().id() == main, "not the first");
            });
        });
        assert!(caught.is_err());
        assert_eq!(taking_part(3).len(), 3);
    }
}
