//! Random texts, read a second time: what the checker makes of each is what its tree says by the language reference, contact by contact.

use segql::source::Sources;
use segql::syntax::{self, ast::ItemKind};
use segql_testing::executors::{Case, Executor};
use segql_testing::fuzz;
use segql_testing::layout::Taste;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::reading::Reader;
use segql_testing::texts;
use segql_testing::world::World;

#[test]
fn random_texts_mean_what_a_second_reading_says() {
    let (mut judged, mut members, mut all) = (0, 0, 0);
    let (mut of_events, mut judged_of_events) = (0, 0);
    let (mut of_many, mut judged_of_many) = (0, 0);
    let mut faults = Vec::new();
    for seed in 2_000_000..2_000_000 + crate::differential::cases(150) {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 6);
        // Contacts' own zones are beyond the second reading.
        if world.schema.contact_zone().is_some() {
            continue;
        }
        let text = texts::program(&world, &mut random, 8, &mut Statistics::default());
        let table = world.table(&mut random, 40);
        let case = Case {
            module: fuzz::sound(&world, &text).module,
            world: world.clone(),
            table: table.clone(),
            seed,
        };
        let answers = Executor::Reference(Taste::Plain).answers(&case).unwrap();
        let mut sources = Sources::default();
        let id = sources.add("text", text.as_str());
        let parsed = syntax::parse(&sources, id);
        let conditions = parsed
            .module
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Segment { condition, .. } => Some(condition),
                _ => None,
            });
        for (condition, answer) in conditions.zip(&answers) {
            let read: Option<Vec<bool>> = (0..table.rows())
                .map(|row| Reader::new(&world, &table, row).holds(condition))
                .collect();
            all += 1;
            let written = &text[condition.span.range()];
            let asks_of_many = texts::asks_of_many(written);
            let asks_of_events = (written.contains("e0") || written.contains("e1"))
                && !asks_of_many
                && !written.contains("nearest(");
            of_events += usize::from(asks_of_events);
            of_many += usize::from(asks_of_many);
            let Some(read) = read else {
                continue;
            };
            judged += 1;
            judged_of_events += usize::from(asks_of_events);
            judged_of_many += usize::from(asks_of_many);
            members += usize::from(read.contains(&true) && read.contains(&false));
            if let Some(row) = (0..read.len()).find(|row| read[*row] != answer[*row]) {
                faults.push(format!(
                    "seed {seed}, row {row}, now {} in {}: read as {}\n  {}",
                    world.now,
                    world.schema.zone_name(),
                    read[row],
                    written
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // Of few texts the shares say little.
    if of_events < 50 {
        return;
    }
    // A reader without an opinion would be of no use; of functions beyond the simplest it has none.
    assert!(judged * 5 > all * 2, "{judged} of {all} are judged");
    assert!(
        judged_of_events * 5 > of_events * 3,
        "{judged_of_events} of {of_events} that ask of events are judged"
    );
    assert!(
        judged_of_many * 4 > of_many,
        "{judged_of_many} of {of_many} that ask of many contacts are judged"
    );
    assert!(
        members * 4 > judged,
        "{members} of {judged} part the contacts"
    );
}
