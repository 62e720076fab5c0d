//! CSV with decimals behind commas, days before months, and words for yes and no.

use super::contacts::read_all;
use arrow_array::{Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, TimeUnit};
use segql::data::{OpenOptions, open_bytes};
use segql::schema::{DateOrder, Nearly, Notation, type_of};
use segql::types::{NumberKind, Type};

const TEXT: &str = "id;price;born;seen;consent;mixed;words\n\
                    1;1.234,50;22/11/1990;1.2.2026 10:30;ja;1,5;ja\n\
                    2;-0,25;1/2/2000;31.12.2026 00:00:01;Nee;2.5;nee\n\
                    3;7;;;JA;3;misschien\n";

fn options() -> OpenOptions {
    OpenOptions {
        delimiter: Some(b';'),
        notation: Notation {
            decimal_comma: true,
            dates: Some(DateOrder::DayFirst),
            yes: vec!["ja".into()],
            no: vec!["nee".into()],
        },
        ..OpenOptions::default()
    }
}

#[test]
fn another_notation_is_read_as_the_values_it_means() {
    let source = open_bytes("a.csv", TEXT, &options()).unwrap();
    let schema = source.schema();
    let type_named = |name: &str| type_of(schema.field_with_name(name).unwrap().data_type());
    let number = Type::Number(NumberKind::Exact);
    for (name, expected) in [
        ("price", number),
        ("born", Type::Date),
        ("seen", Type::Time),
        ("consent", Type::Boolean),
        // A point is no sign of decimals beside commas, so this is no column of numbers.
        ("mixed", Type::Text),
        ("words", Type::Text),
    ] {
        assert_eq!(type_named(name), Ok(expected), "{name}");
    }
    let plain = |batch: &RecordBatch, name: &str| -> Vec<String> {
        let mut column = batch.column_by_name(name).unwrap().clone();
        if name == "seen" {
            let without_zone = DataType::Timestamp(TimeUnit::Microsecond, None);
            column = arrow_cast::cast(&column, &without_zone).unwrap();
        }
        let options = FormatOptions::default().with_null("-");
        let shown = ArrayFormatter::try_new(&column, &options).unwrap();
        (0..column.len())
            .map(|row| shown.value(row).to_string())
            .collect()
    };
    let columns: Vec<usize> = (0..schema.fields().len()).collect();
    let batch = read_all(&*source, &columns).unwrap();
    for (name, expected) in [
        ("price", ["1234.50", "-0.25", "7.00"]),
        ("born", ["1990-11-22", "2000-02-01", "-"]),
        ("consent", ["true", "false", "true"]),
        // Text stays as it is written.
        ("mixed", ["1,5", "2.5", "3"]),
        ("words", ["ja", "nee", "misschien"]),
    ] {
        assert_eq!(plain(&batch, name), expected, "{name}");
    }
    let seen = plain(&batch, "seen");
    assert!(seen[0].starts_with("2026-02-01T10:30:00"), "{seen:?}");
    assert!(seen[1].starts_with("2026-12-31T00:00:01"), "{seen:?}");
}

#[test]
fn without_a_notation_such_values_are_text() {
    let plain = OpenOptions {
        delimiter: Some(b';'),
        ..OpenOptions::default()
    };
    let source = open_bytes("a.csv", TEXT, &plain).unwrap();
    let schema = source.schema();
    for name in ["price", "born", "seen", "consent"] {
        let data_type = schema.field_with_name(name).unwrap().data_type();
        assert_eq!(type_of(data_type), Ok(Type::Text), "{name}");
    }
}

#[test]
fn declared_types_are_held_against_the_notation() {
    let declared = OpenOptions {
        types: vec![("mixed".into(), Type::Number(NumberKind::Exact))],
        ..options()
    };
    let fault = open_bytes("a.csv", TEXT, &declared).err().unwrap();
    assert_eq!(fault.code.0, "E0709", "{fault}");
    assert!(
        fault.to_string().contains("\"2.5\" is not a number"),
        "{fault}"
    );
}

/// What is noted of the column `a` of these values.
fn noted(values: &[&str]) -> Option<String> {
    let text = format!("a\n{}\n", values.join("\n"));
    let source = open_bytes("a.csv", text, &OpenOptions::default()).unwrap();
    let schema = source.schema();
    Nearly::of(schema.field_with_name("a").unwrap()).map(|nearly| nearly.words)
}

#[test]
fn the_values_that_make_a_column_text_are_named() {
    assert_eq!(
        noted(&["1", "2", "n/a"]).as_deref(),
        Some("all but 1 of its 3 values are whole numbers; not \"n/a\" in row 3")
    );
    assert_eq!(
        noted(&["n/a", "1.5", "2", "7"]).as_deref(),
        Some("all but 1 of its 4 values are numbers; not \"n/a\" in row 1")
    );
    assert_eq!(
        noted(&["2026-01-01", "2026-01-02", "soon"]).as_deref(),
        Some("all but 1 of its 3 values are dates; not \"soon\" in row 3")
    );
    let many: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    for place in [5, 50, 95, 97, 99] {
        many[place] = ["a", "b", "a", "c", "d"][place % 5];
    }
    let words = noted(&many).unwrap();
    assert!(
        words.starts_with("all but 5 of its 100 values are whole numbers; not "),
        "{words}"
    );
    // Real text, numbers, and codes with leading zeros have nothing to be told.
    assert_eq!(noted(&["a", "b", "c"]), None);
    assert_eq!(noted(&["1", "2", "3"]), None);
    assert_eq!(noted(&["1", "b"]), None);
    assert_eq!(noted(&["0032", "0471", "0032"]), None);
}
