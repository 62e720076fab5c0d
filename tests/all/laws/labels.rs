//! Everybody has exactly one label of a classification, the first that fits; and what is asked of labels is asked of who has them.

use super::{answers, executors};
use segql_testing::executors::Case;
use segql_testing::fuzz;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::texts;
use segql_testing::world::World;

/// Segments that classify, and what is asked of their labels.
const SEGMENTS: usize = 3;
const CLASSIFIED: &str = "
classify labelled \"Labels\" {
  l0        \"First\" when s0
  l1                when s1
  l2        \"Third\" when NOT s2
  otherwise rest
}
segment asked = labelled in (l1, rest)
segment denied = labelled is not l2
segment said = (if labelled is l0 then \"none\" else labelled) in (\"none\", \"l2\")
";

#[test]
fn everybody_has_the_first_label_that_fits() {
    let mut given = [0; SEGMENTS + 1];
    for seed in 7_300_000..7_300_000 + crate::differential::cases(60) {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 6);
        let mut text = texts::program(&world, &mut random, SEGMENTS, &mut Statistics::default());
        text.push_str(CLASSIFIED);
        let checked = fuzz::sound(&world, &text);
        let mut module = checked.module;
        let labels = checked.classifications[0].labels.iter();
        module.segments.extend(labels.map(|label| label.condition));
        let case = Case {
            table: world.table(&mut random, 60),
            world,
            module,
            seed,
        };
        for executor in executors(seed) {
            let found = answers(&executor, &case);
            let (segments, labels) = found.split_at(SEGMENTS + 3);
            for row in 0..case.table.rows() {
                let fits = [segments[0][row], segments[1][row], !segments[2][row]];
                let first = fits.iter().position(|fits| *fits).unwrap_or(SEGMENTS);
                let own: Vec<bool> = labels.iter().map(|label| label[row]).collect();
                let expected: Vec<bool> = (0..=SEGMENTS).map(|label| label == first).collect();
                assert_eq!(own, expected, "{executor}, seed {seed}, row {row}\n{text}");
                let asked = [3, 4, 5].map(|place: usize| segments[place][row]);
                assert_eq!(
                    asked,
                    [
                        first == 1 || first == 3,
                        first != 2,
                        first == 0 || first == 2
                    ],
                    "{executor}, seed {seed}, row {row}\n{text}"
                );
                given[first] += 1;
            }
        }
    }
    // Of few texts the shares say little.
    if crate::differential::cases(60) >= 30 {
        assert!(given.iter().all(|label| *label > 100), "{given:?}");
    }
}
