//! Runs over contacts, with a line for each that says what the fastest took: on a machine that does other things besides, that is the figure to trust.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Measures a run over so many contacts. Says nothing where the run was not picked.
pub fn measure<T>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    contacts: u64,
    run: impl Fn() -> T,
) {
    let mut fastest = Duration::MAX;
    group.bench_function(id, |bencher| {
        bencher.iter_custom(|runs| {
            let mut all = Duration::ZERO;
            for _ in 0..runs {
                let started = Instant::now();
                black_box(run());
                let took = started.elapsed();
                fastest = fastest.min(took);
                all += took;
            }
            all
        });
    });
    if fastest < Duration::MAX {
        let nanoseconds = fastest.as_nanos() as f64 / contacts.max(1) as f64;
        println!("                        {nanoseconds:.3} ns a contact in the fastest run");
    }
}
