//! Random programs over random contacts: every executor says what the reference says. `SEGQL_TEST_CASES` asks for a longer run, and
//! `SEGQL_TEST_SEED` for other cases.

use segql_testing::cells::Cell;
use segql_testing::executors::{Case, Executor};
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::world::{Table, World};
use segql_testing::{fuzz, oracle};

/// How many cases to run: the usual number, or what the environment says.
pub fn cases(usual: u64) -> u64 {
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

#[test]
fn blocks_and_chunks_are_crossed() {
    let mut statistics = Statistics::default();
    for (seed, rows, segments) in [(1, 4_200, 4), (2, 5_000, 2), (3, 66_000, 1)] {
        // The reference looks through all contacts for each of them where a population is asked about.
        let mut cases = (seed..)
            .step_by(3)
            .map(|seed| oracle::case(8_000 + seed, 5, 1, segments, &mut statistics));
        let is_asked = |case: &Case| case.module.graph.has_populations();
        let mut case = cases
            .find(|case| !is_asked(case))
            .expect("there are such cases");
        drop(cases);
        case.table = case.world.table(&mut Random::new(seed), rows);
        let mut executors = Executor::some(&mut Random::new(seed));
        executors.retain(|executor| matches!(executor, Executor::Run(_)));
        if let Err(disagreement) = oracle::agree(&case, &executors, &mut statistics) {
            panic!("{disagreement}");
        }
    }
}

#[test]
fn the_generator_leaves_no_form_out() {
    let mut statistics = Statistics::default();
    for seed in 0..1_300 {
        oracle::case(seed, 7, 1, 12, &mut statistics);
    }
    for form in [
        "and",
        "or",
        "not",
        "as of",
        "holds",
        "missing",
        "condition shared",
        "condition as value",
        "coalesce",
        "negate",
        "fold case",
        "now",
        "today",
        "date of",
        "midnight",
        "anniversary",
        "zone of a field",
        "zone written out",
        "duration from now",
        "constant missing",
        "compare Equal bool bool",
        "compare Less text text",
        "compare LessOrEqual distance distance",
        "distance from a place",
        "distance from a record",
        "nearest text",
        "nearest whole",
        "look up text",
        "look up whole",
        "look up point",
        "look up of a list",
        "records of a catalogue",
        "hash of the key",
        "hash of text",
        "hash of exact",
        "hash of date",
        "hash of bool",
        "share of contacts",
        "history text",
        "history whole",
        "history float",
        "history bool",
        "history list of text",
        "call distance point",
        "call point exact",
        "field point",
        "compare LessOrEqual whole float",
        "compare Less exact whole",
        "range whole",
        "range exact",
        "range float",
        "range date",
        "range time",
        "range duration",
        "range distance",
        "population percentile",
        "population quantile",
        "population rank",
        "population count",
        "population sum",
        "population avg",
        "population min",
        "population max",
        "population median",
        "population top",
        "population reach",
        "population implied from 1",
        "population implied from 2",
        "population per",
        "one of whole",
        "one of float",
        "one of text",
        "one of date",
        "one of time",
        "text test StartsWith",
        "text test EndsWith",
        "text test Contains",
        "has any text",
        "any record",
        "any text",
        "element text",
        "part whole",
        "part text",
        "entry float",
        "count",
        "count distinct",
        "sum whole",
        "sum float",
        "avg float",
        "min date",
        "max text",
        "has all text",
        "has any whole",
        "move date by Month",
        "move time by Day",
        "start of Week",
        "start of Quarter",
        "arithmetic Divide whole whole",
        "arithmetic Multiply float whole",
        "arithmetic Subtract time time",
        "arithmetic Add time duration",
        "arithmetic Multiply exact distance",
        "arithmetic Divide duration duration",
        "call lower text",
        "call upper text",
        "call trim text",
        "call length text",
        "call abs whole",
        "call least text",
        "call greatest time",
        "call since time",
        "call age date",
        "call hour time",
        "call hour time in a zone",
        "call week date",
        "call weekday date",
        "call weekday time in a zone",
        "call zone text",
        "call midnight date",
        "did",
        "never",
        "how often",
        "share",
        "first event",
        "last event",
        "favourite text",
        "favourite list of text",
        "gaps",
        "since the last",
        "active",
        "distinct of events whole",
        "window none",
        "window last",
        "window over",
        "window between",
        "window before",
        "window within after",
        "window on an event",
        "chain then",
        "chain without",
        "chain on",
        "first whole",
        "last text",
        "distinct list of text",
    ] {
        assert!(
            statistics.get(form) >= 3,
            "{form} is hardly ever made:\n{statistics}"
        );
    }
}

/// That these conditions are answered by every executor that runs a plan as the reference answers them, of contacts that are drawn: `draw` gives for the
/// seed of each case the world and the cells of each of its columns, and some of the conditions are to have members.
pub fn conditions_agree(
    conditions: &[&str],
    draw: impl Fn(&mut Random) -> (World, Vec<Vec<Cell>>),
) {
    let segments = conditions.iter().enumerate();
    let text: String = segments
        .map(|(place, condition)| format!("segment s{place} = {condition}\n"))
        .collect();
    let (mut statistics, cases) = (Statistics::default(), cases(8));
    for seed in 0..cases {
        let mut random = Random::new(seed);
        let (world, columns) = draw(&mut random);
        let case = Case {
            module: fuzz::sound(&world, &text).module,
            table: Table { columns },
            world,
            seed,
        };
        let mut executors = Executor::some(&mut random);
        executors.retain(|executor| matches!(executor, Executor::Run(_)));
        if let Err(disagreement) = oracle::agree(&case, &executors, &mut statistics) {
            panic!("case {seed}: {disagreement}");
        }
    }
    assert!(
        statistics.get("outcome: some are members") > 12 * cases,
        "{statistics}"
    );
}
