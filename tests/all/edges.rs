//! Numbers beside and on the edges of ranges, of many segments at once: such are first looked for in a coarser form, all of a column at one go.

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, TimestampMicrosecondArray};
use segql::data::MemorySource;
use segql::execute::{self, Dataset, Form, Input, Options};
use segql::{Engine, Now, RunOptions, Schema};
use std::num::NonZero;
use std::sync::Arc;

const ROWS: i64 = 10_000;

/// Amounts of which many are the same, and some missing or not a number; times a microsecond apart around the edges of windows.
fn amount(row: i64) -> Option<f64> {
    match row % 50 {
        7 => None,
        8 => Some(f64::NAN),
        _ => Some(((row * 7919) % 997) as f64 * 0.25 + if row % 3 == 0 { 1e-9 } else { 0.0 }),
    }
}

fn time(row: i64) -> Option<i64> {
    let days = (row * 31) % 900;
    (row % 41 != 3).then(|| days * 86_400_000_000 + (row % 3) - 1)
}

fn batch() -> RecordBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(0..ROWS))),
        (
            "amount",
            Arc::new(Float64Array::from_iter((0..ROWS).map(amount))),
        ),
        (
            "seen_at",
            Arc::new(
                TimestampMicrosecondArray::from_iter((0..ROWS).map(time)).with_timezone("UTC"),
            ),
        ),
    ];
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

#[test]
fn many_ranges_of_a_column_are_told_to_the_last_number() {
    let schema = Schema::builder().key("id").int("id");
    let schema = schema.float("amount").time("seen_at").build().unwrap();
    let (mut text, mut expected) = (String::new(), Vec::new());
    for place in 0..40_i64 {
        let (low, high) = (place as f64 * 6.25, place as f64 * 6.25 + 40.5);
        let ranges: [(String, &dyn Fn(f64) -> bool); 3] = [
            (format!("amount >= {low}"), &|of| of >= low),
            (format!("amount between {low} and {high}"), &|of| {
                of >= low && of <= high
            }),
            (format!("amount < {high}"), &|of| of < high),
        ];
        for (number, (condition, holds)) in ranges.iter().enumerate() {
            text += &format!("segment amount_{place}_{number} = {condition}\n");
            let amounts = (0..ROWS).filter_map(amount).filter(|of| !of.is_nan());
            expected.push(amounts.filter(|of| holds(*of)).count() as u64);
        }
        // From midnight of one day on, and before that of another, with events a microsecond before, on and behind midnight.
        let (from, to) = (place * 11, place * 11 + 200);
        let date = |days: i64| {
            let epoch = jiff::civil::date(1970, 1, 1);
            epoch.checked_add(jiff::Span::new().days(days)).unwrap()
        };
        text += &format!(
            "segment seen_{place} = seen_at >= {}T00:00Z AND seen_at < {}T00:00Z\n",
            date(from),
            date(to)
        );
        let day = 86_400_000_000;
        let seen = (0..ROWS).filter_map(time);
        expected.push(
            seen.filter(|of| (from * day..to * day).contains(of))
                .count() as u64,
        );
    }
    let engine = Engine::new(schema.clone()).without_warnings();
    let program = engine.compile("edges.seg", &text).unwrap();
    let batch = batch();
    let source = MemorySource::new("contacts", batch.schema(), vec![batch]).unwrap();
    let dataset = Dataset::load(&source, &schema).unwrap();
    for form in [Form::Avx512, Form::Avx2, Form::Portable] {
        for rows in [64, 1024, 4096] {
            let options = Options {
                form: Some(form),
                block_rows: NonZero::new(rows),
                ..Options::default()
            };
            for input in [Input::Dataset(&dataset), Input::Source(&source)] {
                let outcome = execute::run(&program.plan().bind(0), input, &options, None);
                let counts = outcome.unwrap().counts;
                assert_eq!(counts, expected, "{form:?}, blocks of {rows}");
            }
        }
    }
    // One by one, where nothing is tested together.
    for (place, expected) in expected.iter().enumerate() {
        let outcome = program.select(&[place]);
        let outcome = outcome.run(
            Input::Dataset(&dataset),
            &RunOptions::at(Now::from_nanoseconds(0)),
        );
        assert_eq!(outcome.unwrap().segments[0].count, *expected);
    }
}
