//! Law 4: a segment that compiles does not fail on a row. Whatever can go wrong with a value makes it missing: each value is missing or known, never
//! both, and of two known ones that have an order exactly one of less, equal and greater is true.

use super::{answers, case, executors, random_cases};
use segql::types::Type;
use segql_testing::random::Random;
use segql_testing::world::World;
use std::fmt::Write;

#[test]
fn no_contact_makes_a_run_fail() {
    for (case, executors) in random_cases(10_000, 30) {
        for executor in executors {
            // Fails with the words of the executor where it gives no answer.
            let answers = answers(&executor, &case);
            assert_eq!(answers.len(), case.module.segments.len(), "{executor}");
            assert!(
                answers
                    .iter()
                    .all(|answer| answer.len() == case.table.rows())
            );
        }
    }
}

/// Values of a field's type, made of the field, that may overflow, divide by nothing, leave the calendar or the range of a float.
fn values(name: &str, field_type: &Type) -> Vec<String> {
    let made: &[&str] = match field_type {
        Type::Number(_) => &[
            "F",
            "1 / F",
            "F / F",
            "F * F * F * F",
            "F + F * 1_000_000",
            "-F",
            "abs(F) - F",
            "F ?? 1 / 0",
        ],
        Type::Text => &["F", "lower(F)", "trim(F)", "upper(F)"],
        Type::Date => &[
            "F",
            "F + 9_999 years",
            "F - 30 calendar days",
            "least(F, F + 1 month)",
        ],
        Type::Time => &[
            "F",
            "F + 200_000 weeks",
            "F - 9_000 years",
            "greatest(F, now)",
        ],
        Type::Duration => &["F", "F * 1_000_000_000", "F / 0", "F * 0.3 + 1 day"],
        Type::Point => &[
            "distance(F, point(90, 180))",
            "distance(F, F) * 1_000_000_000",
            "distance(F, point(0, 0)) / 0",
            "-distance(point(-90, 0), F)",
        ],
        Type::Map(value) => match &**value {
            Type::Number(_) => &["F[\"ltv\"]", "F[\"churn\"] / F[\"ltv\"]", "F[\"none\"]"],
            Type::Text => &["F[\"ltv\"]", "lower(F[\"churn\"])", "F[\"none\"]"],
            _ => &[],
        },
        Type::List(element) => match &**element {
            Type::Number(_) => &[
                "count(F)",
                "sum(F)",
                "avg(F) / count(F)",
                "median(F) * max(F)",
            ],
            _ => &["count(F)", "1 / count(F)"],
        },
        _ => &[],
    };
    made.iter().map(|value| value.replace('F', name)).collect()
}

#[test]
fn values_are_missing_or_known_and_known_ones_are_in_order() {
    let mut compared = 0;
    for seed in 10_100..10_112 {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 7);
        let mut text = String::new();
        let mut count = 0;
        for left in world.named() {
            for right in world.named() {
                let (left_type, right_type) = (left.kind.type_of(), right.kind.type_of());
                let are_numbers = matches!(
                    (&left_type, &right_type),
                    (Type::Number(_), Type::Number(_))
                );
                if left_type != right_type && !are_numbers {
                    continue;
                }
                let lefts = values(&left.name, &left_type);
                let rights = values(&right.name, &right_type);
                if lefts.is_empty() || count >= 90 || random.percent(40) {
                    continue;
                }
                let (a, b) = (random.pick(&lefts), random.pick(&rights));
                for condition in [
                    format!("({a}) < ({b})"),
                    format!("({a}) = ({b})"),
                    format!("({a}) > ({b})"),
                    format!("({a}) is missing OR ({b}) is missing"),
                    format!("({a}) is known"),
                    format!("({a}) is missing"),
                ] {
                    writeln!(text, "segment s{count} = {condition}").unwrap();
                    count += 1;
                }
            }
        }
        let table = world.table(&mut random, 100);
        let case = case(&world, &table, &text, seed);
        for executor in executors(seed) {
            for (place, answers) in answers(&executor, &case).chunks(6).enumerate() {
                let lines: Vec<&str> = text.lines().skip(place * 6).take(4).collect();
                let (in_order, known) = answers.split_at(4);
                for row in 0..table.rows() {
                    assert_eq!(
                        true_of(in_order, row),
                        1,
                        "{executor}, row {row}: {lines:#?}"
                    );
                    assert_eq!(true_of(known, row), 1, "{executor}, row {row}: {lines:#?}");
                    compared += true_of(&in_order[..3], row);
                }
            }
        }
    }
    assert!(compared > 10_000, "hardly any value is known: {compared}");
}

/// How many of the answers hold of a contact.
fn true_of(answers: &[Vec<bool>], row: usize) -> usize {
    answers.iter().filter(|answer| answer[row]).count()
}
