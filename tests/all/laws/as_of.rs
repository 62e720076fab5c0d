//! `c as of T` in a run at `now` is what `c` is in a run at `T`, on the same data: fields with a history among it, and such as always hold what
//! they hold today.

use super::{answers, case, executors};
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::texts;
use segql_testing::world::World;
use std::fmt::Write;

#[test]
fn a_question_as_of_another_instant_is_answered_as_a_run_at_that_instant_answers_it() {
    let lengths: [(&str, i128); 4] = [
        ("30 days", 30 * 86_400),
        ("1 second", 1),
        ("36 hours", 36 * 3_600),
        ("52 weeks", 364 * 86_400),
    ];
    let (mut asked, mut moved) = (0, 0);
    for seed in 91_000..91_016 {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 6);
        let count = 5;
        let plain = texts::program(&world, &mut random, count, &mut Statistics::default());
        let (length, seconds) = *random.pick(&lengths);
        let mut text = plain.clone();
        for place in 0..count {
            writeln!(text, "segment then{place} = s{place} as of {length} ago").unwrap();
            writeln!(
                text,
                "segment not{place} = (NOT s{place}) as of {length} ago"
            )
            .unwrap();
        }
        let table = world.table(&mut random, 80);
        let mut later = world.clone();
        later.now += seconds * 1_000_000_000;
        let then = case(&world, &table, &plain, seed);
        let now = case(&later, &table, &text, seed);
        for executor in executors(seed) {
            let expected = answers(&executor, &then);
            let all = answers(&executor, &now);
            let (today, found) = all.split_at(count);
            for place in 0..count {
                let pair = &found[2 * place..2 * place + 2];
                assert!(
                    pair[0] == expected[place],
                    "{executor}: s{place} as of {length} ago, seed {seed}\n{text}"
                );
                let both = pair[0].iter().zip(&pair[1]);
                assert!(
                    both.clone().all(|(inside, outside)| inside != outside),
                    "{executor}: not{place} as of {length} ago, seed {seed}\n{text}"
                );
                asked += 1;
                moved += usize::from(today[place] != expected[place]);
            }
        }
    }
    assert!(moved > 25, "{moved} of {asked} differ from today");
}
