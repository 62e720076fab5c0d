//! The deepest texts that the grammar's limits admit are answered, or refused for their depth, in a thread with an ordinary stack.

use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, BooleanArray, Int64Array, ListArray, RecordBatch, StringArray};
use segql::execute::Tier;
use segql::{Engine, Now, RunOptions, Schema};
use std::sync::Arc;

fn contacts() -> RecordBatch {
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([
        Some(vec![Some(1), Some(17)]),
        Some(vec![Some(30)]),
    ]);
    let columns: [(&str, ArrayRef); 4] = [
        ("id", Arc::new(StringArray::from(vec!["ann", "bob"]))),
        ("age", Arc::new(Int64Array::from(vec![17, 30]))),
        ("consent", Arc::new(BooleanArray::from(vec![true, false]))),
        ("ages", Arc::new(lists)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn the_deepest_texts_do_no_harm() {
    let contacts = contacts();
    let schema = Schema::from_arrow(&contacts.schema(), "id", "UTC").unwrap();
    let engine = Engine::new(schema);
    let now = Now::from_nanoseconds(0);
    let nested = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(128), close.repeat(128))
    };
    let branches = |count: usize| -> String {
        (0..count)
            .map(|age| format!("if age = {age} then {age} else "))
            .collect()
    };
    let deep = [
        // (condition, whether ann and bob are in)
        (nested("(", "consent", ")"), [true, false]),
        (nested("NOT (", "consent", ")"), [true, false]),
        (
            nested("(age = 0 OR NOT NOT ", "consent", " AND age > 1)"),
            [true, false],
        ),
        (nested("abs(-", "age", ")") + " = 30", [false, true]),
        (
            nested("least(99, 1 + -", "age", ")") + " = 17",
            [true, false],
        ),
        (
            nested("(if age = 0 then false else ", "consent", ")"),
            [true, false],
        ),
        (
            nested("at least 1 of (age = 0, ", "consent", ")"),
            [true, false],
        ),
        (format!("({}999) = 17", branches(200)), [true, false]),
        (format!("({}999) = 17", branches(5_000)), [true, false]),
        // Each bracket multiplies the elements to look at: refused long before that.
        (
            format!(
                "any ages[{}contact.consent{}]",
                "any contact.ages[".repeat(127),
                "]".repeat(127)
            ),
            [true, false],
        ),
        (format!("{}age > 260", "1 + ".repeat(250)), [true, true]),
        (format!("{}consent", "NOT ".repeat(250)), [true, false]),
        (format!("{}1 = 17", "age ?? ".repeat(250)), [true, false]),
    ];
    let mut answered = 0;
    for (condition, expected) in deep {
        let shown = &condition[..40];
        let program = match engine.compile_condition(&condition) {
            Ok(program) => program,
            Err(error) => {
                let refused = error
                    .diagnostics()
                    .iter()
                    .all(|one| !one.is_error() || ["E0217", "E0620"].contains(&one.code.0));
                assert!(refused, "{shown}: {error}");
                continue;
            }
        };
        answered += 1;
        let reference = segql::reference::evaluate(
            program.checked(),
            program.schema(),
            &contacts,
            now.nanoseconds(),
        );
        let mut answers = vec![reference.unwrap()];
        for tier in [Tier::Kernels, Tier::Native] {
            let options = RunOptions::at(now).tier(tier);
            answers.push(program.masks(&contacts, &options).unwrap());
        }
        for masks in answers {
            let found: Vec<bool> = (0..2).map(|row| masks[0].value(row)).collect();
            assert_eq!(found, expected, "{shown}");
        }
    }
    assert!(answered >= 4, "only {answered} are answered");
}
