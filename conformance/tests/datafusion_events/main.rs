//! Conditions on events as SQL on DataFusion: the streams as tables, what is asked of them as joins, groups and window functions.

mod behaviour;
mod chains;
mod data;
mod database;
mod fields;
mod figures;
mod selections;
#[path = "../shared/mod.rs"]
mod shared;

use segql_testing::random::Random;
use shared::{Both, OPERATORS, condition, not, test};

/// What writes conditions: choices, and names that no query has yet.
struct Writer<'a> {
    random: &'a mut Random,
    names: &'a mut usize,
}

impl Writer<'_> {
    fn name(&mut self) -> String {
        *self.names += 1;
        format!("q{}", self.names)
    }

    fn operator(&mut self) -> &'static str {
        self.random.pick::<&str>(&OPERATORS)
    }
}

/// A test that rests on queries: `sql` calls the first `{0}`, the second `{1}`.
fn resting(writer: &mut Writer<'_>, seg: String, sql: &str, queries: Vec<String>) -> Both {
    let mut both = test(seg, sql);
    for (place, query) in queries.into_iter().enumerate() {
        let name = writer.name();
        both.sql = both.sql.replace(&format!("{{{place}}}"), &name);
        both.joined.push((name, query));
    }
    both
}

fn leaf(random: &mut Random, names: &mut usize) -> Both {
    let writer = &mut Writer { random, names };
    match writer.random.below(13) {
        0 => fields::of_contact(writer),
        1 | 2 => behaviour::happened(writer),
        3 => behaviour::counted(writer),
        4 => behaviour::different(writer),
        5 | 6 => figures::figure(writer),
        7 => figures::end(writer),
        8 => figures::favourite_or_share(writer),
        9 => behaviour::active(writer),
        10 | 11 => chains::chain(writer),
        _ => behaviour::other(writer),
    }
}

/// Asserts that both find the same members. Gives how many conditions have members, and others than all.
fn agree(seed: u64, rows: usize, conditions: &[Both]) -> usize {
    let mut random = Random::new(seed);
    let (world, table, database) = data::data(&mut random, rows);
    let answers = shared::agree(world, table, &database, conditions, &mut random);
    let telling = answers
        .iter()
        .filter(|answer| answer.contains(&true) && answer.contains(&false));
    telling.count()
}

#[test]
fn every_kind_of_question_agrees() {
    let (mut asked, mut telling, mut names) = (0, 0, 0);
    for seed in 0..10 {
        let mut random = Random::new(300 + seed);
        let conditions: Vec<_> = (0..40).map(|_| leaf(&mut random, &mut names)).collect();
        asked += conditions.len();
        telling += agree(400 + seed, 60, &conditions);
    }
    assert!(
        telling * 2 > asked,
        "{telling} of {asked} have some contacts"
    );
}

#[test]
fn random_conditions_agree() {
    let mut names = 0;
    for seed in 0..10 {
        let mut random = Random::new(500 + seed);
        let mut leaf = |random: &mut Random| leaf(random, &mut names);
        let conditions: Vec<_> = (0..12)
            .map(|_| condition(&mut random, 2, &mut leaf))
            .collect();
        agree(600 + seed, 60, &conditions);
    }
}

#[test]
fn complements_partition_the_contacts_in_both() {
    let mut random = Random::new(7);
    let (mut names, mut conditions) = (0, Vec::new());
    for _ in 0..10 {
        let inner = leaf(&mut random, &mut names);
        let mut outer = not(&inner);
        for (name, _) in &mut outer.joined {
            let other = format!("{name}n");
            outer.sql = outer.sql.replace(&format!("{name}."), &format!("{other}."));
            *name = other;
        }
        conditions.extend([inner, outer]);
    }
    let (world, table, database) = data::data(&mut random, 80);
    let answers = shared::agree(world, table, &database, &conditions, &mut random);
    for pair in answers.chunks(2) {
        let mut both = pair[0].iter().zip(&pair[1]);
        assert!(both.all(|(one, other)| one != other));
    }
}
