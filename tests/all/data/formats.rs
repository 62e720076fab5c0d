//! The same contacts read from every format, whole and column by column.

use super::contacts::{
    CSV, JSON, arrow_bytes, contacts, parquet_bytes, plain, read_all, stream_bytes,
};
use arrow_array::cast::AsArray;
use arrow_array::{Array, Float64Array, RecordBatch};
use arrow_schema::DataType;
use segql::data::{MemorySource, OpenOptions, Source, Statistics, bind, open, open_bytes};
use segql::schema::{Format, Schema};
use segql::types::{Constant, Exact, NumberKind, Type};
use std::sync::Arc;

fn sources() -> Vec<Arc<dyn Source>> {
    let batch = contacts();
    let halves = [batch.slice(0, 3), batch.slice(3, 1)];
    let options = OpenOptions {
        batch_rows: 2,
        ..OpenOptions::default()
    };
    let open = |name: &str, bytes: Vec<u8>| open_bytes(name, bytes, &options).unwrap();
    vec![
        Arc::new(MemorySource::new("host", batch.schema(), halves.to_vec()).unwrap()),
        open("a.parquet", parquet_bytes(&halves, 3)),
        open("a.arrow", arrow_bytes(&halves, false)),
        open("b.arrow", arrow_bytes(&halves, true)),
        open("a.arrows", stream_bytes(&halves)),
        open("a.csv", CSV.into()),
        open("a.jsonl", JSON.into()),
    ]
}

#[test]
fn all_formats_hold_the_same_contacts() {
    let expected = contacts();
    for source in sources() {
        let columns: Vec<usize> = (0..source.schema().fields().len()).collect();
        let whole = read_all(&*source, &columns).unwrap();
        assert_eq!(whole.num_rows(), 4, "{}", source.name());
        for place in columns {
            let name = source.schema().field(place).name().clone();
            assert_eq!(
                &plain(&whole, &name),
                &plain(&expected, &name),
                "{}: {name}",
                source.name()
            );
            let alone = read_all(&*source, &[place]).unwrap();
            assert_eq!(
                &plain(&alone, &name),
                &plain(&expected, &name),
                "{}: {name} alone",
                source.name()
            );
        }
    }
}

#[test]
fn rows_are_counted_where_no_column_is_read() {
    for source in sources() {
        assert_eq!(
            read_all(&*source, &[]).unwrap().num_rows(),
            4,
            "{}",
            source.name()
        );
    }
}

#[test]
fn types_are_seen_from_the_values() {
    for source in sources() {
        let schema = Schema::from_arrow(&source.schema(), "id", "Europe/Brussels").unwrap();
        let type_of = |name: &str| schema.field_named(name).unwrap().1.field_type.clone();
        assert_eq!(type_of("id"), Type::Number(NumberKind::Whole));
        assert_eq!(type_of("age"), Type::Number(NumberKind::Whole));
        assert_eq!(type_of("ltv"), Type::Number(NumberKind::Exact));
        assert_eq!(type_of("score"), Type::Number(NumberKind::Float));
        assert_eq!(type_of("consent"), Type::Boolean);
        assert_eq!(type_of("region"), Type::Text);
        assert_eq!(type_of("birthday"), Type::Date);
        assert_eq!(type_of("seen"), Type::Time);
        if source.name() != "a.csv" {
            assert_eq!(type_of("tags"), Type::List(Box::new(Type::Text)));
        }
        let binding = bind(&*source, &schema).unwrap();
        let (age, _) = schema.field_named("age").unwrap();
        assert_eq!(source.schema().field(binding.column(age)).name(), "age");
    }
}

#[test]
fn text_of_few_words_comes_as_codes() {
    for (name, bytes) in [
        ("a.parquet", parquet_bytes(&[contacts()], 100)),
        ("a.csv", CSV.into()),
    ] {
        let source = open_bytes(name, bytes, &OpenOptions::default()).unwrap();
        let (_, region) = source
            .schema()
            .column_with_name("region")
            .map(|(place, field)| (place, field.clone()))
            .unwrap();
        assert!(
            matches!(region.data_type(), DataType::Dictionary(..)),
            "{name}: {region}"
        );
    }
}

#[test]
fn row_groups_have_bounds() {
    let halves = [contacts().slice(0, 2), contacts().slice(2, 2)];
    let source = open_bytes(
        "a.parquet",
        parquet_bytes(&halves, 2),
        &OpenOptions::default(),
    )
    .unwrap();
    let of = |piece: usize, name: &str| {
        let column = source.schema().index_of(name).unwrap();
        source.statistics(piece, column)
    };
    let whole = |value| Some(Constant::Number(Exact::whole(value)));
    let known = |missing, low, high| {
        Some(Statistics {
            missing: Some(missing),
            low,
            high,
        })
    };
    assert_eq!(source.pieces(), 2);
    assert_eq!(of(0, "id"), known(0, whole(1), whole(2)));
    assert_eq!(of(1, "age"), known(0, whole(-4), whole(70)));
    let cents = |value| Some(Constant::Number(Exact::new(value, 100).unwrap()));
    assert_eq!(of(0, "ltv"), known(0, cents(-1), cents(1250)));
    let text = |value: &str| Some(Constant::Text(value.into()));
    assert_eq!(of(0, "region"), known(0, text("BE"), text("NL")));
    assert_eq!(of(1, "region"), known(1, text("BE"), text("BE")));
    assert_eq!(
        of(1, "birthday"),
        known(0, Some(Constant::Date(-365)), Some(Constant::Date(20_000)))
    );
    let time = |value| Some(Constant::Time(value));
    assert_eq!(
        of(0, "seen"),
        known(0, time(0), time(1_700_000_000_000_001_000))
    );
    assert_eq!(
        of(0, "consent"),
        known(
            0,
            Some(Constant::Boolean(false)),
            Some(Constant::Boolean(true))
        )
    );
    // How many are missing is not certain of floating-point numbers: NaN counts as missing and is not counted.
    assert_eq!(of(0, "score").unwrap().missing, None);
    assert_eq!(of(0, "tags"), None);
}

#[test]
fn a_nan_leaves_no_false_bounds() {
    let column: arrow_array::ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, f64::NAN]));
    let batch = RecordBatch::try_from_iter([("x", column)]).unwrap();
    let source = open_bytes(
        "a.parquet",
        parquet_bytes(&[batch], 10),
        &OpenOptions::default(),
    )
    .unwrap();
    let known = source.statistics(0, 0).unwrap();
    assert_eq!((known.missing, known.low, known.high), (None, None, None));
}

#[test]
fn long_texts_keep_bounds_that_hold() {
    let long = "é".repeat(500);
    let column: arrow_array::ArrayRef =
        Arc::new(arrow_array::StringArray::from(vec![long.as_str()]));
    let batch = RecordBatch::try_from_iter([("x", column)]).unwrap();
    let source = open_bytes(
        "a.parquet",
        parquet_bytes(&[batch], 10),
        &OpenOptions::default(),
    )
    .unwrap();
    let known = source.statistics(0, 0).unwrap();
    for (bound, holds) in [(known.low, true), (known.high, false)] {
        if let Some(Constant::Text(bound)) = bound {
            assert_eq!(*bound <= *long, holds || *bound == *long);
        }
    }
}

#[test]
fn folders_and_patterns_are_one_source() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("2026");
    std::fs::create_dir(&inner).unwrap();
    let batch = contacts();
    let write = |path: std::path::PathBuf, bytes: Vec<u8>| std::fs::write(path, bytes).unwrap();
    write(
        inner.join("b.parquet"),
        parquet_bytes(&[batch.slice(2, 2)], 10),
    );
    // The other has its columns in another order.
    let turned: Vec<usize> = (0..batch.num_columns()).rev().collect();
    write(
        folder.path().join("z.parquet"),
        parquet_bytes(&[batch.project(&turned).unwrap().slice(0, 2)], 10),
    );
    write(folder.path().join("_SUCCESS.parquet"), Vec::new());
    write(folder.path().join("notes.txt"), b"hello".to_vec());
    let options = OpenOptions::default();
    let whole = open(&[folder.path()], &options).unwrap();
    assert_eq!(
        (whole.pieces(), whole.piece_name(1).ends_with("z.parquet")),
        (2, true)
    );
    let columns: Vec<usize> = (0..10).collect();
    let read = read_all(&*whole, &columns).unwrap();
    assert_eq!(
        plain(&read, "id")
            .as_primitive::<arrow_array::types::Int64Type>()
            .values(),
        &[3, 4, 1, 2]
    );
    assert_eq!(plain(&read, "region").as_string::<i32>().value(1), "BE");
    let pattern = folder.path().join("*.parquet");
    let one = open(&[&pattern], &options).unwrap();
    assert_eq!(read_all(&*one, &[9]).unwrap().num_rows(), 2);
}

#[test]
fn widths_and_layouts_of_a_type_are_brought_together() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("a.csv"),
        "id,ltv,region,born\n1,5,BE,\n2,7,NL,\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("b.csv"),
        "id,ltv,region,born\n3,1.25,BE,1990-01-01\n",
    )
    .unwrap();
    let source = open(&[folder.path()], &OpenOptions::default()).unwrap();
    let schema = Schema::from_arrow(&source.schema(), "id", "UTC").unwrap();
    assert_eq!(
        schema.field_named("ltv").unwrap().1.field_type,
        Type::Number(NumberKind::Exact)
    );
    assert_eq!(schema.field_named("born").unwrap().1.field_type, Type::Date);
    let read = read_all(&*source, &[1, 2, 3]).unwrap();
    let ltv = plain(&read, "ltv");
    let ltv = ltv.as_primitive::<arrow_array::types::Decimal128Type>();
    assert_eq!(ltv.values(), &[500, 700, 125]);
    assert_eq!(plain(&read, "region").as_string::<i32>().value(2), "BE");
    assert_eq!(read.column(2).null_count(), 2);
}

#[test]
fn a_file_of_many_pieces_keeps_its_rows_and_lines() {
    let mut text = String::from("id;note\r\n");
    let mut expected = Vec::new();
    while text.len() < 9 << 20 {
        let id = expected.len() as i64;
        let note = if id % 3 == 0 {
            "\"two\nlines; and \"\"quotes\"\"\""
        } else {
            "plain text of some length, so that the file grows"
        };
        text.push_str(&format!("{id};{note} \r\n").replace("\" \r\n", "\"\r\n"));
        expected.push(id);
    }
    let options = OpenOptions {
        delimiter: Some(b';'),
        ..OpenOptions::default()
    };
    let source = open_bytes("a.csv", text.clone(), &options).unwrap();
    assert!(source.pieces() > 1, "{} pieces", source.pieces());
    let read = read_all(&*source, &[0, 1]).unwrap();
    let ids = read
        .column(0)
        .as_primitive::<arrow_array::types::Int64Type>();
    assert_eq!(ids.values(), expected.as_slice());
    let note = plain(&read, "note");
    assert_eq!(
        note.as_string::<i32>().value(3),
        "two\nlines; and \"quotes\""
    );
    let line = |number: usize| text.match_indices('\n').nth(number - 1).unwrap().0;
    // The last row is cut short: the message knows its row and its line in the file.
    let lines = text.matches('\n').count();
    let cut = &text[..line(lines - 1) + 1];
    let fault = open_bytes("a.csv", format!("{cut}9\r\n"), &options)
        .err()
        .unwrap();
    assert_eq!(
        (fault.code.0, fault.row),
        ("E0708", Some(expected.len() as u64))
    );
}

#[test]
fn what_the_manifest_declares_decides_how_text_is_read() {
    let text = "id,code,flag,amount,at,long\n0012,0032,yes,+5,2026-11-22T10:00+01:00,PT1H\n0013,7,0,1.5,2026-11-22 10:00,PT90S\n";
    let inferred = open_bytes("a.csv", text, &OpenOptions::default()).unwrap();
    let kinds = |source: &dyn Source| -> Vec<String> {
        let schema = source.schema();
        schema
            .fields()
            .iter()
            .map(|field| segql::schema::type_of(field.data_type()).unwrap().name())
            .collect()
    };
    assert_eq!(
        kinds(&*inferred),
        ["text", "text", "text", "text", "time", "text"]
    );
    let declared = OpenOptions {
        types: vec![
            ("id".into(), Type::Number(NumberKind::Whole)),
            ("code".into(), Type::Text),
            ("flag".into(), Type::Boolean),
            ("amount".into(), Type::Number(NumberKind::Exact)),
            ("long".into(), Type::Duration),
        ],
        ..OpenOptions::default()
    };
    let source = open_bytes("a.csv", text, &declared).unwrap();
    assert_eq!(
        kinds(&*source),
        ["int", "text", "bool", "number", "time", "duration"]
    );
    let read = read_all(&*source, &[0, 1, 2, 3, 4, 5]).unwrap();
    assert_eq!(
        read.column(0)
            .as_primitive::<arrow_array::types::Int64Type>()
            .values(),
        &[12, 13]
    );
    assert_eq!(
        arrow_cast::cast(read.column(1), &DataType::Utf8)
            .unwrap()
            .as_string::<i32>()
            .value(0),
        "0032"
    );
    assert!(read.column(2).as_boolean().value(0) && !read.column(2).as_boolean().value(1));
    assert_eq!(
        read.column(3)
            .as_primitive::<arrow_array::types::Decimal128Type>()
            .values(),
        &[50, 15]
    );
    let times = read
        .column(4)
        .as_primitive::<arrow_array::types::TimestampMicrosecondType>();
    // 09:00 and 10:00 UTC on 22 November 2026.
    assert_eq!(
        times.values(),
        &[1_795_338_000_000_000, 1_795_341_600_000_000]
    );
}

#[test]
fn a_file_without_a_telling_name_is_told_by_its_first_bytes() {
    for bytes in [
        parquet_bytes(&[contacts()], 10),
        arrow_bytes(&[contacts()], false),
        stream_bytes(&[contacts()]),
        JSON.into(),
    ] {
        let source = open_bytes("download", bytes, &OpenOptions::default()).unwrap();
        assert_eq!(read_all(&*source, &[0]).unwrap().num_rows(), 4);
    }
    let csv = OpenOptions {
        format: Some(Format::Csv),
        ..OpenOptions::default()
    };
    assert_eq!(open_bytes("download", CSV, &csv).unwrap().pieces(), 1);
}

#[test]
fn json_that_is_no_field_is_left_out_with_its_reason() {
    let text = "{\"id\": 1, \"home\": {}, \"x\": 1, \"y\": [1], \"z\": [[1]], \"e\": []}\n{\"id\": 2, \"x\": \"a\", \"y\": 2}\n";
    let source = open_bytes("a.jsonl", text, &OpenOptions::default()).unwrap();
    let schema = Schema::from_arrow(&source.schema(), "id", "UTC").unwrap();
    let reason = |name: &str| schema.left_out_named(name).unwrap().reason.as_str();
    assert_eq!(
        reason("home"),
        "it holds records without a part that can be read"
    );
    assert_eq!(reason("x"), "it holds values of several types");
    assert_eq!(reason("y"), "it holds values of several types");
    assert_eq!(reason("z"), "it holds values of several types");
    assert_eq!(
        reason("e"),
        "it holds no values that a type could be seen from"
    );
    assert_eq!(
        read_all(&*source, &[0, 1, 2, 3, 4, 5]).unwrap().num_rows(),
        2
    );
}

/// Groups of columns, and columns in groups, do not shift what comes after them.
#[test]
fn nested_columns_do_not_shift_the_others() {
    let batch = contacts();
    let inner = arrow_array::StructArray::from(batch.project(&[1, 4]).unwrap());
    let columns: Vec<(&str, arrow_array::ArrayRef)> = vec![
        ("id", batch.column(0).clone()),
        ("home", Arc::new(inner)),
        ("region", batch.column(2).clone()),
        ("tags", batch.column(9).clone()),
        ("age", batch.column(4).clone()),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )
    .unwrap();
    let source = open_bytes(
        "a.parquet",
        parquet_bytes(std::slice::from_ref(&batch), 2),
        &OpenOptions::default(),
    )
    .unwrap();
    let read = read_all(&*source, &[2, 3, 4]).unwrap();
    for name in ["region", "tags", "age"] {
        assert_eq!(&plain(&read, name), &plain(&batch, name));
    }
    let age = source.statistics(1, 4).unwrap();
    assert_eq!(age.high, Some(Constant::Number(Exact::whole(70))));
    assert_eq!(source.statistics(0, 1), None);
}
