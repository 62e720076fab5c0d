//! Figures of very many contacts that agree in everything, or in nothing: all of one household, each of one of its own, equal values and missing ones. What is expected
//! follows from the rule that makes the contacts. Whatever grew with the square of them would not come to an end here.

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema as ArrowSchema};
use segql::{Engine, Now, RunOptions, Schema};
use std::sync::Arc;

/// Contact `n`: `number` is n, `rest` what is left of n by 100, `same` is 7 of everybody and `gone` of nobody; all are of the household `one`, and each is of one of its own.
fn contacts(count: usize) -> RecordBatch {
    let numbers = || 0..count as i64;
    let text = |of: &dyn Fn(i64) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(numbers().map(of)))
    };
    let whole = |of: &dyn Fn(i64) -> Option<i64>| -> ArrayRef {
        Arc::new(numbers().map(of).collect::<Int64Array>())
    };
    let columns: [(&str, ArrayRef); 7] = [
        ("id", whole(&Some)),
        ("number", whole(&Some)),
        ("rest", whole(&|number| Some(number % 100))),
        ("same", whole(&|_| Some(7))),
        ("gone", whole(&|_| None)),
        ("one", text(&|_| "one".into())),
        ("own", text(&|number| format!("h{number}"))),
    ];
    let fields: Vec<Field> = (columns.iter())
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), arrays).unwrap()
}

/// A condition, and the numbers that it holds of.
type Expected = (&'static str, fn(i64) -> bool);

/// Runs a segment for each condition, and holds the members against what is expected of each number.
fn holds(count: usize, expected: &[Expected]) {
    let batch = contacts(count);
    let schema = Schema::from_arrow(&batch.schema(), "id", "UTC").unwrap();
    let text: String = (expected.iter().enumerate())
        .map(|(place, (condition, _))| format!("segment s{place} = {condition}\n"))
        .collect();
    let program = Engine::new(schema)
        .compile("at_size", &text)
        .unwrap_or_else(|error| panic!("{error}"));
    let options = RunOptions::at(Now::from_nanoseconds(0));
    let masks = program.masks(&batch, &options).unwrap();
    for ((condition, expected), mask) in expected.iter().zip(&masks) {
        let wanted: BooleanArray = (0..count as i64)
            .map(|number| Some(expected(number)))
            .collect();
        let first = (0..count).find(|row| mask.value(*row) != wanted.value(*row));
        assert_eq!(first, None, "{condition}: {} in", mask.true_count());
    }
}

#[test]
fn a_household_of_a_million() {
    holds(
        1_000_000,
        &[
            ("any in one[number = 999_999]", |_| true),
            ("every in one[number < 999_999]", |_| false),
            ("count(in one[rest < 10]) = 100_000", |_| true),
            // Half a million times 999,999.
            ("sum(number of in one) = 499_999_500_000", |_| true),
        ],
    );
}

#[test]
fn figures_of_one_large_household() {
    holds(
        100_000,
        &[
            ("none in one[gone is known]", |_| true),
            ("count(in one) = 100_000", |_| true),
            ("avg(number of in one[number < 10]) = 4.5", |_| true),
            ("number > avg(number of in one)", |number| number >= 50_000),
            ("max(number of in one[rest = 0]) = 99_900", |_| true),
            ("median(number per one) = 49_999.5", |_| true),
            // A thousand share each rest.
            ("percentile(rest per one) > 99%", |number| {
                number % 100 == 99
            }),
            ("rank(rest per one) = 1_001", |number| number % 100 == 98),
            ("rank(number per one) <= 3", |number| number >= 99_997),
            ("one in top(1, one)", |_| true),
            (
                "sample(10, \"s\" per one) AND NOT sample(10, \"s\" per one)",
                |_| false,
            ),
        ],
    );
}

#[test]
fn very_many_households_of_one() {
    holds(
        100_000,
        &[
            ("any in own[number = 3]", |number| number == 3),
            ("count(in own) = 1", |_| true),
            ("sum(number of in own) = number", |_| true),
            ("max(number of in own[rest < 50]) is missing", |number| {
                number % 100 >= 50
            }),
            ("rank(number per own) = 1", |_| true),
            ("percentile(rest per own) = 100%", |_| true),
            ("reach(own) = 1", |_| true),
            ("own in top(1, own per own)", |_| true),
            ("sample(1, \"s\" per own)", |_| true),
        ],
    );
}

/// Of values that each contact has alone, all are as frequent as the last of those on top.
#[test]
fn very_many_values_on_top() {
    holds(
        100_000,
        &[
            ("own in top(3, own)", |_| true),
            ("own not in top(5, own among rest = 5)", |number| {
                number % 100 != 5
            }),
            ("number in top(2, number per one)", |_| true),
            (
                "(if rest = 0 then own else \"none\") in top(3, own)",
                |number| number % 100 == 0,
            ),
        ],
    );
}

#[test]
fn very_many_equal_values_and_very_many_missing_ones() {
    holds(
        100_000,
        &[
            ("percentile(same) = 100%", |_| true),
            ("quintile(same) = 5", |_| true),
            ("rank(same) = 1", |_| true),
            ("median(same among everyone) = 7", |_| true),
            ("sum(same among everyone) = 700_000", |_| true),
            ("same in top(1, same)", |_| true),
            ("percentile(gone) is missing", |_| true),
            ("rank(gone per one) is missing", |_| true),
            ("avg(gone among everyone) is missing", |_| true),
            ("sum(gone of in one) = 0", |_| true),
            ("reach(gone) is missing", |_| true),
            ("gone in top(3, gone)", |_| false),
            ("similarity(number >= 0, by (same)) = 1", |_| true),
            (
                "similarity(number > 100_000, by (number)) is missing",
                |_| true,
            ),
        ],
    );
}

#[test]
fn nobody_and_one_of_very_many() {
    holds(
        100_000,
        &[
            ("percentile(number among number < 0) is missing", |_| true),
            ("count(contacts among number < 0) = 0", |_| true),
            ("rest in top(3, rest among number < 0)", |_| false),
            ("any in one[number < 0]", |_| false),
            ("avg(number of in one[number < 0]) is missing", |_| true),
            ("sample(5, \"s\" among number < 0)", |_| false),
            ("percentile(number among number = 17) = 100%", |number| {
                number == 17
            }),
            ("avg(number among number = 17) = 17", |_| true),
            ("sample(5, \"s\" among number = 17)", |number| number == 17),
        ],
    );
}
