//! Each law of the language reference, held against every executor, without asking the reference what the answer is.

mod as_of;
mod complement;
mod hidden;
mod labels;
mod names;
mod one_answer;
mod pinned;
mod to_come;
mod total;

use segql_testing::executors::{Answers, Case, Executor};
use segql_testing::fuzz;
use segql_testing::layout::Taste;
use segql_testing::oracle;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::world::{Table, World};

/// Random programs over random contacts, with executors that change from case to case, the reference among them.
fn random_cases(first: u64, count: u64) -> impl Iterator<Item = (Case, Vec<Executor>)> {
    (first..first + count).map(|seed| {
        let case = oracle::case(seed, 6, 100, 8, &mut Statistics::default());
        (case, executors(seed))
    })
}

fn executors(seed: u64) -> Vec<Executor> {
    let mut executors = Executor::some(&mut Random::new(seed));
    executors.push(Executor::Reference(Taste::Plain));
    executors
}

fn answers(executor: &Executor, case: &Case) -> Answers {
    let answers = executor.answers(case);
    answers.unwrap_or_else(|error| panic!("{executor}: {error}"))
}

/// The segments of a text over contacts of a world.
fn case(world: &World, table: &Table, text: &str, seed: u64) -> Case {
    Case {
        world: world.clone(),
        table: table.clone(),
        module: fuzz::sound(world, text).module,
        seed,
    }
}

/// That each contact is in one of the two, and in one only.
fn parted(inside: &[bool], outside: &[bool]) -> bool {
    inside.iter().zip(outside).all(|(one, other)| one != other)
}
