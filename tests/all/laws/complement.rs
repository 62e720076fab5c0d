//! Law 1: a condition is true or false of a contact, never unknown. A segment and its complement partition the contacts; a comparison with a
//! missing value is false.

use super::{answers, case, executors, parted, random_cases};
use segql::ir::Condition;
use segql::types::Type;
use segql_testing::cells::Cell;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::texts;
use segql_testing::world::World;
use std::fmt::Write;

#[test]
fn a_segment_and_its_complement_partition_the_contacts() {
    for (mut case, executors) in random_cases(5_000, 12) {
        let segments = case.module.segments.clone();
        for root in &segments {
            let complement = case.module.graph.add_condition(Condition::Not(*root));
            case.module.segments.push(complement);
        }
        for executor in executors {
            let answers = answers(&executor, &case);
            let (inside, outside) = answers.split_at(segments.len());
            for (inside, outside) in inside.iter().zip(outside) {
                assert!(parted(inside, outside), "{executor}: in both or in neither");
            }
        }
    }
}

#[test]
fn complements_hold_through_names_segments_and_negations() {
    for seed in 5_100..5_110 {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 6);
        let count = 4;
        let mut text = texts::program(&world, &mut random, count, &mut Statistics::default());
        for place in 0..count {
            write!(
                text,
                "let named{place} = s{place}\n\
                 segment outside{place} = NOT named{place}\n\
                 segment again{place} = NOT outside{place}\n\
                 segment twice{place} = NOT (NOT (s{place}))\n\
                 segment parts{place} = NOT (named{place} AND s{place}) AND NOT (outside{place} AND again{place})\n"
            )
            .unwrap();
        }
        let table = world.table(&mut random, 90);
        let case = case(&world, &table, &text, seed);
        for executor in executors(seed) {
            let answers = answers(&executor, &case);
            let (segments, others) = answers.split_at(count);
            for (inside, others) in segments.iter().zip(others.chunks(4)) {
                let [outside, again, twice, parts] = others else {
                    unreachable!("four segments each")
                };
                assert!(parted(inside, outside), "{executor}\n{text}");
                assert_eq!(inside, again, "{executor}\n{text}");
                assert_eq!(inside, twice, "{executor}\n{text}");
                assert_eq!(outside, parts, "{executor}\n{text}");
            }
        }
    }
}

/// Tests of a field that are false where it is missing, each with the words for its opposite.
fn tests_of(name: &str, field_type: &Type) -> Vec<(String, String)> {
    let pair =
        |test: &str, opposite: &str| (format!("{name} {test}"), format!("{name} {opposite}"));
    let not = |test: &str| (format!("{name} {test}"), format!("NOT {name} {test}"));
    match field_type {
        Type::Boolean => vec![
            pair("= true", "!= true"),
            pair("= false", "!= false"),
            (name.to_owned(), format!("NOT {name}")),
        ],
        Type::Number(_) => vec![
            pair("= 3", "!= 3"),
            pair("in (1, 2, 3)", "not in (1, 2, 3)"),
            pair("between 1 and 5", "not between 1 and 5"),
            not("< 4"),
            not(">= 4"),
            not("* 2 - 1 <= 5"),
            not("/ 0 = 1"),
        ],
        Type::Text => vec![
            pair("= \"BE\"", "!= \"BE\""),
            pair("= \"be\" ignoring case", "!= \"be\" ignoring case"),
            pair("in (\"BE\", \"NL\")", "not in (\"BE\", \"NL\")"),
            not("starts with \"B\""),
            not("contains \"e\" ignoring case"),
            not("< \"C\""),
        ],
        Type::Date => vec![
            pair("= 2026-11-22", "!= 2026-11-22"),
            not("in last 90 days"),
            not("over 90 days ago"),
            not("during this month"),
        ],
        Type::Time => vec![
            pair("= now", "!= now"),
            not("in last 90 days"),
            not("over 90 days ago"),
            not("before 2026-11-22"),
            not("within 3 months after 2026-01-01"),
        ],
        Type::Duration => vec![pair("= 1 hour", "!= 1 hour"), not("< 2 days")],
        Type::List(element) => match element.as_ref() {
            Type::Text => vec![
                pair("has any of (\"BE\", \"s\")", "has none of (\"BE\", \"s\")"),
                not("has \"BE\""),
                not("has all of (\"BE\", \"B\")"),
            ],
            Type::Number(_) => vec![
                pair("has any of (1, 2)", "has none of (1, 2)"),
                not("has all of (1, 2)"),
            ],
            Type::Record(record) if record.time.is_some() => {
                let did = |test: &str| {
                    let events = format!("{name}{test}");
                    (format!("did {events}"), format!("never {events}"))
                };
                vec![
                    did(""),
                    did(" in last 90 days"),
                    did(" between 2026-01-01 and 2026-11-22"),
                    did("[time over 90 days ago]"),
                    (
                        format!("did {name} at least twice"),
                        format!("did {name} at most once"),
                    ),
                    (
                        format!("did ({name} then {name} within 7 days)"),
                        format!("never ({name} then {name} within 7 days)"),
                    ),
                ]
            }
            _ => Vec::new(),
        },
        #[allow(unreachable_patterns, reason = "types to come have tests of their own")]
        _ => Vec::new(),
    }
}

#[test]
fn the_words_for_an_opposite_are_the_other_half() {
    for seed in 5_200..5_208 {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 8);
        let mut text = String::new();
        for (place, column) in world.named().enumerate() {
            let name = &column.name;
            let of_missing = (format!("{name} is missing"), format!("{name} is known"));
            let tests = tests_of(name, &column.kind.type_of());
            // Who has no events has an empty stream, which is not missing.
            let of_missing = (!column.kind.is_stream()).then_some(&of_missing);
            for (number, (test, opposite)) in tests.iter().chain(of_missing).enumerate() {
                writeln!(text, "segment in_{place}_{number} = {test}").unwrap();
                writeln!(text, "segment out_{place}_{number} = {opposite}").unwrap();
            }
        }
        let table = world.table(&mut random, 120);
        let case = case(&world, &table, &text, seed);
        for executor in executors(seed) {
            for (place, pair) in answers(&executor, &case).chunks(2).enumerate() {
                let lines: Vec<&str> = text.lines().skip(place * 2).take(2).collect();
                assert!(parted(&pair[0], &pair[1]), "{executor}: {lines:?}");
            }
        }
    }
}

#[test]
fn a_comparison_with_a_missing_value_is_false() {
    for seed in 5_300..5_306 {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 8);
        let mut text = String::new();
        for (place, column) in world.named().enumerate().skip(1) {
            let tests = tests_of(&column.name, &column.kind.type_of());
            for (number, (test, opposite)) in tests.iter().enumerate() {
                writeln!(text, "segment in_{place}_{number} = {test}").unwrap();
                writeln!(text, "segment out_{place}_{number} = {opposite}").unwrap();
            }
        }
        if text.is_empty() {
            continue;
        }
        let mut table = world.table(&mut random, 70);
        for cells in &mut table.columns[1..] {
            cells.fill(Cell::Missing);
        }
        let case = case(&world, &table, &text, seed);
        for executor in executors(seed) {
            for (place, pair) in answers(&executor, &case).chunks(2).enumerate() {
                let line = text.lines().nth(place * 2).unwrap_or_default();
                assert!(pair[0].iter().all(|inside| !inside), "{executor}: {line}");
                assert!(
                    pair[1].iter().all(|inside| *inside),
                    "{executor}: NOT {line}"
                );
            }
        }
    }
}
