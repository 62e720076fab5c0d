//! Law 3: the same source, schema, data and `now` give the same members, whatever the order of rows, the size of batches and blocks, the layout of
//! columns, the number of threads, the passes of the optimiser and the tier.

use super::{answers, random_cases};
use segql::execute::{Form, Tier};
use segql::optimize::Pass;
use segql_testing::executors::{Executor, Holding, Run};
use segql_testing::layout::Taste;
use segql_testing::random::Random;

/// The plainest run there is. The tests change one thing about it each.
fn plain() -> Run {
    Run {
        passes: None,
        taste: Taste::Plain,
        holding: Holding::Whole,
        tier: Tier::Kernels,
        form: None,
        block_rows: None,
        threads: 1,
    }
}

/// That no run answers otherwise than the first.
fn alike(first: u64, count: u64, runs: impl Fn() -> Vec<Executor>) {
    for (case, _) in random_cases(first, count) {
        let expected = answers(&Executor::Run(plain()), &case);
        for executor in runs() {
            assert_eq!(
                answers(&executor, &case),
                expected,
                "{executor}, seed {}",
                case.seed
            );
        }
    }
}

#[test]
fn the_order_of_rows_changes_nothing() {
    for (case, executors) in random_cases(6_000, 12) {
        let mut order: Vec<usize> = (0..case.table.rows()).collect();
        Random::new(case.seed).shuffle(&mut order);
        let mut shuffled = case.clone();
        shuffled.table = case.table.take(&order);
        for executor in executors {
            let (straight, other) = (answers(&executor, &case), answers(&executor, &shuffled));
            for (straight, other) in straight.iter().zip(&other) {
                let expected: Vec<bool> = order.iter().map(|row| straight[*row]).collect();
                assert_eq!(*other, expected, "{executor}");
            }
        }
    }
}

#[test]
fn a_contact_alone_is_answered_as_among_others() {
    for (case, executors) in random_cases(7_000, 4) {
        for executor in executors {
            let together = answers(&executor, &case);
            for row in (0..case.table.rows()).step_by(17) {
                let mut alone = case.clone();
                alone.table = case.table.take(&[row]);
                for (alone, together) in answers(&executor, &alone).iter().zip(&together) {
                    assert_eq!(alone[0], together[row], "{executor}");
                }
            }
        }
    }
}

#[test]
fn the_size_of_batches_and_blocks_changes_nothing() {
    alike(7_100, 10, || {
        let mut runs = Vec::new();
        for block_rows in [None, Some(1), Some(64), Some(192), Some(4096)] {
            for holding in [
                Holding::Whole,
                Holding::Cut {
                    with_statistics: false,
                },
                Holding::Cut {
                    with_statistics: true,
                },
                Holding::Dataset,
            ] {
                runs.push(Executor::Run(Run {
                    block_rows,
                    holding,
                    ..plain()
                }));
            }
        }
        runs
    });
}

#[test]
fn the_number_of_threads_changes_nothing() {
    alike(7_200, 10, || {
        let mut runs = Vec::new();
        for threads in [2, 3, 5, 8, 40] {
            for holding in [
                Holding::Cut {
                    with_statistics: false,
                },
                Holding::Cut {
                    with_statistics: true,
                },
                Holding::Dataset,
            ] {
                let block_rows = Some(64);
                runs.push(Executor::Run(Run {
                    threads,
                    holding,
                    block_rows,
                    ..plain()
                }));
            }
        }
        runs
    });
}

#[test]
fn the_layout_of_columns_changes_nothing() {
    for (case, _) in random_cases(7_300, 8) {
        let expected = answers(&Executor::Run(plain()), &case);
        for seed in 0..6 {
            // The seed of the case decides how columns are laid out.
            let mut laid_out = case.clone();
            laid_out.seed = seed;
            let hostile = Executor::Run(Run {
                taste: Taste::Hostile,
                ..plain()
            });
            assert_eq!(answers(&hostile, &laid_out), expected, "layout {seed}");
        }
    }
}

#[test]
fn the_tier_changes_nothing() {
    alike(7_400, 10, || {
        let mut executors: Vec<Executor> = Form::available()
            .into_iter()
            .map(|form| {
                Executor::Run(Run {
                    form: Some(form),
                    ..plain()
                })
            })
            .collect();
        executors.push(Executor::Reference(Taste::Plain));
        executors.push(Executor::Contact { native: false });
        if cfg!(feature = "jit") {
            executors.push(Executor::Contact { native: true });
            for tier in [Tier::Native, Tier::Auto] {
                executors.push(Executor::Run(Run { tier, ..plain() }));
            }
        }
        executors
    });
}

#[test]
fn no_subset_of_the_optimisers_passes_changes_anything() {
    let subsets = || {
        (0..1_usize << Pass::ALL.len()).map(|subset| -> Vec<Pass> {
            let chosen = |place: &usize| subset >> place & 1 == 1;
            let places = (0..Pass::ALL.len()).filter(chosen);
            places.map(|place| Pass::ALL[place]).collect()
        })
    };
    alike(7_500, 2, || {
        let mut executors = Vec::new();
        for passes in subsets() {
            executors.push(Executor::Optimized(passes.clone()));
            executors.push(Executor::Run(Run {
                passes: Some(passes),
                ..plain()
            }));
        }
        executors
    });
}
