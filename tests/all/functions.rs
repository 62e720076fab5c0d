//! The examples in the documentation of functions come to what they say, on the reference.

use crate::check::checked;
use crate::contacts;
use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use segql::diagnostics::render::{RenderOptions, human_all};
use segql::functions;
use segql::{Engine, Now, RunOptions};
use segql_testing::corpus;
use segql_testing::layout::{Taste, batch};
use segql_testing::random::Random;
use std::sync::Arc;

#[test]
fn examples_come_to_what_they_say() {
    let now: jiff::Timestamp = "2026-11-22T10:00+01:00".parse().unwrap();
    let batch = RecordBatch::try_new(
        Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)])),
        vec![Arc::new(Int64Array::from(vec![1]))],
    )
    .unwrap();
    for function in functions::all() {
        for example in function.examples {
            let (expression, result) = (example.expression, example.result);
            let condition = if result == "missing" {
                format!("{expression} is missing")
            } else {
                format!("{expression} = {result}")
            };
            let (checked, sources) = checked("example", &format!("segment s = {condition}"));
            assert!(
                checked.is_sound(),
                "{condition}\n{}",
                human_all(&checked.diagnostics, &sources, RenderOptions::default())
            );
            let members = segql::reference::evaluate(
                &checked.module,
                &contacts::schema(),
                &batch,
                now.as_nanosecond(),
            )
            .unwrap();
            assert!(members[0].value(0), "{condition} does not hold");
        }
    }
}

/// The contact that the examples of figures are asked of, as their page describes it.
const CONTACT: &str = "\
now 2026-11-22T10:00+01:00
zone Europe/Brussels
| key | profiles | empty | purchase | never_seen |
| int | list of record (kind text, age int) | list of record (kind text, age int) | events (amount decimal 2, channel text) | events (amount decimal 2, channel text) |
| 1 | [{\"kids\", 7}, {\"kids\", 12}, {\"adult\", -}] | [] | [{2026-10-13T12:00Z, 20.00, \"store\"}, {2026-11-12T12:00Z, 80.00, \"web\"}, {2026-11-19T12:00Z, 30.00, \"store\"}] | [] |
";

/// Those of figures of many contacts.
const CONTACTS: &str = "\
now 2026-11-22T10:00+01:00
zone Europe/Brussels
| key | region | ltv | household | home | view |
| int | text | int | text | point | events (title text) |
| 1 | \"BE\" | 50 | \"a\" | 51.05 3.72 | [{2026-11-01T12:00Z, \"alps\"}] |
| 2 | \"BE\" | 100 | \"a\" | - | [{2026-11-01T12:00Z, \"alps\"}, {2026-11-02T12:00Z, \"bees\"}] |
| 3 | \"NL\" | 70 | - | - | [{2026-11-01T12:00Z, \"bees\"}] |
| 4 | \"BE\" | - | - | - | [] |
catalogue stores record (store text, at point)
stores {\"Brussels\", 50.85 4.35}
stores {\"Ghent\", 51.05 3.72}
";

/// Whether a condition holds of that contact, by the reference and by a run.
fn holds_of_the_contact(condition: &str) -> bool {
    holds_of_the_first(CONTACT, condition)
}

fn holds_of_the_first(contacts: &str, condition: &str) -> bool {
    let world = corpus::read(contacts).expect("the contact is well-formed");
    let batch = batch(
        &world.world,
        &world.table,
        Taste::Plain,
        &mut Random::new(1),
    );
    let program = Engine::new(world.world.schema.clone())
        .compile_condition(condition)
        .unwrap_or_else(|error| panic!("{condition}\n{error}"));
    let reference =
        segql::reference::evaluate(program.checked(), program.schema(), &batch, world.world.now);
    let options = RunOptions::at(Now::from_nanoseconds(world.world.now));
    let answers = [
        reference.unwrap()[0].value(0),
        program.masks(&batch, &options).unwrap()[0].value(0),
    ];
    assert_eq!(answers[0], answers[1], "{condition}");
    answers[0]
}

#[test]
fn examples_of_figures_come_to_what_they_say() {
    let is = |expression: &str, result: &str| match result {
        "missing" => format!("({expression}) is missing"),
        result => format!("{expression} = {result}"),
    };
    for figure in functions::figures() {
        for example in figure.examples {
            let condition = is(example.expression, example.result);
            assert!(
                holds_of_the_contact(&condition),
                "{condition} does not hold"
            );
            // What it is of nothing.
            let nothing = example
                .expression
                .replace("profiles", "empty")
                .replace("purchase", "never_seen");
            let (call, rest) = nothing.split_at(nothing.find(')').unwrap() + 1);
            let call = if rest.starts_with(']') {
                nothing.as_str()
            } else {
                call
            };
            let event = matches!(figure.name, "first" | "last");
            let condition = is(if event { &nothing } else { call }, figure.of_nothing);
            assert!(
                holds_of_the_contact(&condition),
                "{condition} does not hold"
            );
        }
        assert!(!figure.examples.is_empty(), "{}", figure.name);
    }
}

#[test]
fn examples_of_figures_of_many_contacts_come_to_what_they_say() {
    for figure in functions::figures_of_many() {
        for example in figure.examples {
            let condition = match example.result {
                "missing" => format!("({}) is missing", example.expression),
                result => format!("{} = {result}", example.expression),
            };
            assert!(
                holds_of_the_first(CONTACTS, &condition),
                "{condition} does not hold"
            );
        }
        assert!(!figure.examples.is_empty(), "{}", figure.name);
    }
}

#[test]
fn a_misspelt_figure_is_near_its_name() {
    for figure in functions::figures() {
        let written = format!("{}x", figure.name);
        let (checked, _) = checked("example", &format!("segment s = {written}(profiles) > 3"));
        let told = checked
            .diagnostics
            .iter()
            .find(|told| told.code.0 == "E0204");
        let fix = told
            .and_then(|told| told.fix.as_ref())
            .map(|fix| fix.title.as_str());
        assert_eq!(
            fix,
            Some(format!("write `{}`", figure.name).as_str()),
            "{written}"
        );
    }
}

#[test]
fn signatures_read_as_people_write_them() {
    let signatures: Vec<String> = functions::all()
        .iter()
        .map(|function| function.signature())
        .collect();
    assert_eq!(
        signatures,
        [
            "abs(number: number) → number",
            "age(date: date, on?: date) → int",
            "anniversary(date: date) → date",
            "ceil(number: number) → int",
            "concat(first: text, next: text, …) → text",
            "date(time: time, zone?: text) → date",
            "day(day, zone?: text) → int",
            "distance(from: point, to: point) → distance",
            "floor(number: number) → int",
            "greatest(a, b, …)",
            "hour(time: time, zone?: text) → int",
            "least(a, b, …)",
            "left(text: text, count: int) → text",
            "length(text: text) → int",
            "lower(text: text) → text",
            "midnight(date: date, zone?: text) → time",
            "minute(time: time, zone?: text) → int",
            "month(day, zone?: text) → int",
            "number(text: text) → number",
            "part(text: text, separator: text, number: int) → text",
            "point(latitude: number, longitude: number) → point",
            "quarter(day, zone?: text) → int",
            "remainder(number: int, divisor: int) → int",
            "replace(text: text, old: text, new: text) → text",
            "right(text: text, count: int) → text",
            "round(number: number, digits?: int) → number",
            "since(time: time) → duration",
            "sqrt(number: number) → number",
            "trim(text: text) → text",
            "upper(text: text) → text",
            "week(day, zone?: text) → int",
            "weekday(day, zone?: text) → text",
            "year(day, zone?: text) → int",
            "zone(name: text) → text",
        ]
    );
}
