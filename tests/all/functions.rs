//! The examples in the documentation of functions come to what they say, on the reference.

use crate::check::checked;
use crate::contacts;
use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use segql::diagnostics::render::{RenderOptions, human_all};
use segql::functions;
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
