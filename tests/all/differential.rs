//! Random programs over random contacts: every executor says what the reference says. `SEGQL_TEST_CASES` asks for a longer run, and
//! `SEGQL_TEST_SEED` for other cases.

use segql_testing::executors::Executor;
use segql_testing::oracle;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;

/// How many cases to run: the usual number, or what the environment says.
fn cases(usual: u64) -> u64 {
    let asked = std::env::var("SEGQL_TEST_CASES").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(usual)
}

fn first_seed() -> u64 {
    let asked = std::env::var("SEGQL_TEST_SEED").ok();
    asked.and_then(|seed| seed.parse().ok()).unwrap_or(0)
}

#[test]
fn executors_agree_on_random_programs() {
    let mut statistics = Statistics::default();
    let mut disagreements = Vec::new();
    for seed in (first_seed()..).take(cases(120) as usize) {
        let case = oracle::case(seed, 7, 150, 12, &mut statistics);
        let executors = Executor::some(&mut Random::new(seed));
        if let Err(disagreement) = oracle::agree(&case, &executors, &mut statistics) {
            disagreements.push(format!("case {seed}: {disagreement}"));
            if disagreements.len() == 8 {
                break;
            }
        }
    }
    println!("{statistics}");
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}
