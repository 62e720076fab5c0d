//! Every fault of data has a code of its own and a message that says what, where and how to mend it.

use super::contacts::{CSV, arrow_bytes, contacts, parquet_bytes, read_all, stream_bytes};
use arrow_schema::DataType;
use segql::data::{DataError, MemorySource, OpenOptions, bind, open, open_bytes};
use segql::diagnostics::code_entry;
use segql::schema::{Format, Schema};
use segql::types::{NumberKind, Type};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Code and message; each has a page and says how to mend it.
fn told(error: &DataError) -> (&'static str, String) {
    assert!(
        code_entry(error.code.0).is_some(),
        "{} has no page",
        error.code.0
    );
    assert!(
        error.help.is_some() || error.code.0 == "E0714",
        "{error} does not say how to mend it"
    );
    (error.code.0, error.to_string())
}

fn fault_with(
    name: &str,
    bytes: impl Into<Vec<u8>>,
    options: &OpenOptions,
) -> (&'static str, String) {
    let outcome = open_bytes(name, bytes, options).and_then(|source| {
        let columns: Vec<usize> = (0..source.schema().fields().len()).collect();
        read_all(&*source, &columns)
    });
    told(&outcome.unwrap_err())
}

fn fault(name: &str, bytes: impl Into<Vec<u8>>) -> (&'static str, String) {
    fault_with(name, bytes, &OpenOptions::default())
}

fn opening(path: &Path) -> (&'static str, String) {
    told(&open(&[path], &OpenOptions::default()).err().unwrap())
}

fn is(code: &'static str, message: &str) -> (&'static str, String) {
    (code, message.to_owned())
}

#[test]
fn files_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let shown = |name: &str| at(name).display().to_string();
    assert_eq!(
        opening(&at("a.parquet")),
        (
            "E0701",
            format!("{}: there is no such file or folder", shown("a.parquet"))
        )
    );
    assert_eq!(
        opening(&at("*.parquet")),
        (
            "E0706",
            format!("{}: no file matches this pattern", shown("*.parquet"))
        )
    );
    assert_eq!(opening(&at("a***b")).0, "E0706");
    assert_eq!(
        opening(folder.path()),
        (
            "E0705",
            format!(
                "{}: the folder holds no data files",
                folder.path().display()
            )
        )
    );
    let none: [&Path; 0] = [];
    assert_eq!(
        told(&open(&none, &OpenOptions::default()).err().unwrap()).0,
        "E0706"
    );
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, CSV).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        return; // Whoever runs this may read everything.
    }
    assert_eq!(
        opening(&path),
        (
            "E0701",
            format!("{}: the file may not be read", path.display())
        )
    );
}

#[test]
fn files_that_are_empty() {
    for name in ["a.parquet", "a.arrow", "a.csv", "a.jsonl", "a"] {
        assert_eq!(
            fault(name, ""),
            ("E0702", format!("{name}: the file is empty"))
        );
    }
    assert_eq!(fault("a.jsonl", "\n\n").0, "E0702");
    // A header and no rows is a table without contacts.
    let source = open_bytes("a.csv", "id,region\n", &OpenOptions::default()).unwrap();
    assert_eq!((source.pieces(), source.schema().fields().len()), (0, 2));
}

#[test]
fn files_that_are_not_what_their_name_says() {
    assert_eq!(
        fault("a.parquet", CSV),
        is(
            "E0703",
            "a.parquet: the file is read as Parquet, but it looks like text"
        )
    );
    assert_eq!(
        fault("a.parquet", arrow_bytes(&[contacts()], false)),
        is(
            "E0703",
            "a.parquet: the file is read as Parquet, but it looks like Arrow"
        )
    );
    assert_eq!(
        fault("a.csv", parquet_bytes(&[contacts()], 10)),
        is(
            "E0703",
            "a.csv: the file is read as CSV, but it looks like Parquet"
        )
    );
    assert_eq!(
        fault("a.arrow", "PK\x03\x04rest of an archive"),
        is(
            "E0703",
            "a.arrow: the file is read as Arrow, but it looks like a zip archive or an Excel sheet"
        )
    );
    assert_eq!(
        fault("contacts", CSV),
        is(
            "E0703",
            "contacts: it cannot be told what format this file has"
        )
    );
    let parquet = OpenOptions {
        format: Some(Format::Parquet),
        ..OpenOptions::default()
    };
    assert_eq!(fault_with("contacts", CSV, &parquet).0, "E0703");
}

#[test]
fn files_that_are_cut_off() {
    for (name, bytes) in [
        ("a.parquet", parquet_bytes(&[contacts()], 10)),
        ("a.arrow", arrow_bytes(&[contacts()], false)),
        ("b.arrow", arrow_bytes(&[contacts()], true)),
    ] {
        for length in [6, 11, bytes.len() / 2, bytes.len() - 1] {
            let (code, message) = fault(name, &bytes[..length]);
            assert_eq!(code, "E0704", "{message}");
            assert!(
                message.contains("file is damaged or not whole: its end is not there"),
                "{message}"
            );
        }
    }
    let bytes = stream_bytes(&[contacts()]);
    for length in [6, 20, bytes.len() / 2, bytes.len() * 3 / 4] {
        assert_eq!(fault("a.arrows", &bytes[..length]).0, "E0704", "{length}");
    }
}

#[test]
fn files_that_differ() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    write("1.csv", "id,age\n1,30\n");
    write("2.csv", "id,age\n2,young\n");
    let (one, two) = (path("1.csv"), path("2.csv"));
    assert_eq!(
        opening(folder.path()),
        (
            "E0707",
            format!("{two}, column \"age\": it is text here and int in {one}")
        )
    );
    write("2.csv", "id\n2\n");
    assert_eq!(
        opening(folder.path()),
        (
            "E0707",
            format!("{two}, column \"age\": {one} has this column and this file has not")
        )
    );
    write("2.csv", "id,age,more\n2,3,4\n");
    assert_eq!(
        opening(folder.path()),
        (
            "E0707",
            format!("{one}, column \"more\": {two} has this column and this file has not")
        )
    );
    write("3.jsonl", "{}");
    assert_eq!(opening(folder.path()).0, "E0707");
    let batch = contacts();
    let other = batch.project(&[0]).unwrap();
    let mixed = MemorySource::new("host", batch.schema(), vec![batch.clone(), other]).unwrap_err();
    assert_eq!(
        told(&mixed).1,
        "host: batch 2 has other columns than the schema says"
    );
}

#[test]
fn csv_rows_of_the_wrong_length() {
    assert_eq!(
        fault("a.csv", "id,region\n1,BE\n2\n3,NL\n"),
        is(
            "E0708",
            "a.csv, row 2: the row has too few fields: 1 instead of 2 (it starts on line 3)"
        )
    );
    assert_eq!(
        fault("a.csv", "id,region\n\n1,\"B\nE\"\n2,NL,x\n"),
        is(
            "E0708",
            "a.csv, row 2: the row has too many fields: 3 instead of 2 (it starts on line 5)"
        )
    );
}

#[test]
fn csv_headers() {
    assert_eq!(
        fault("a.csv", "id,id\n1,2\n"),
        is(
            "E0716",
            "a.csv: two columns are called \"id\" in the first line"
        )
    );
    assert_eq!(
        fault("a.csv", "id,\n1,2\n"),
        is("E0716", "a.csv: column 2 has no name in the first line")
    );
}

#[test]
fn values_that_are_not_of_their_type() {
    let declared = |data_type: Type| OpenOptions {
        types: vec![("x".into(), data_type)],
        ..OpenOptions::default()
    };
    let csv = |data_type: Type, value: &str| {
        fault_with(
            "a.csv",
            format!("id,x\n1,\n2,{value}\n"),
            &declared(data_type),
        )
    };
    let whole = Type::Number(NumberKind::Whole);
    let number = Type::Number(NumberKind::Exact);
    let said = |what: &str| {
        (
            "E0709",
            format!("a.csv, row 2, column \"x\": {what} (line 3)"),
        )
    };
    assert_eq!(
        csv(whole.clone(), "12a"),
        said("\"12a\" is not a whole number of 64 bits")
    );
    assert_eq!(csv(whole.clone(), "9223372036854775808").0, "E0709");
    assert_eq!(
        csv(number.clone(), "1.2.3"),
        said("\"1.2.3\" is not a number")
    );
    assert_eq!(csv(number, "NaN").0, "E0709");
    assert_eq!(
        csv(Type::Boolean, "maybe"),
        said("\"maybe\" is not true or false")
    );
    assert_eq!(
        csv(Type::Date, "31/12/1990"),
        said("\"31/12/1990\" is not a date such as 2026-11-22")
    );
    assert_eq!(csv(Type::Date, "2023-02-29").0, "E0709");
    assert_eq!(
        csv(Type::Time, "2026-11-22"),
        said("\"2026-11-22\" is not a time such as 2026-11-22T10:00+01:00")
    );
    assert_eq!(
        csv(Type::Duration, "3"),
        said("\"3\" is not a duration such as PT90M")
    );
    assert_eq!(
        csv(Type::List(Box::new(Type::Text)), "a"),
        said("a list cannot be read from CSV")
    );
    let json = |data_type: Type, value: &str| {
        fault_with(
            "a.jsonl",
            format!("{{\"x\": null}}\n{{\"x\": {value}}}\n"),
            &declared(data_type),
        )
    };
    let said = |what: &str| {
        (
            "E0709",
            format!("a.jsonl, row 2, column \"x\": {what} (line 2)"),
        )
    };
    assert_eq!(
        json(whole.clone(), "1.5"),
        said("the number 1.5 is not a whole number of 64 bits")
    );
    assert_eq!(json(Type::Text, "5"), said("the number 5 is not text"));
    assert_eq!(
        json(whole.clone(), "\"5\""),
        said("\"5\" is not a whole number of 64 bits")
    );
    assert_eq!(
        json(whole.clone(), "[5]"),
        said("a list is not a whole number of 64 bits")
    );
    assert_eq!(
        json(Type::List(Box::new(whole)), "[5, \"a\"]"),
        said("\"a\" is not a whole number of 64 bits")
    );
}

#[test]
fn text_that_is_not_utf8() {
    let latin = b"id,city\n1,Li\xe8ge\n".to_vec();
    assert_eq!(
        fault("a.csv", latin),
        is(
            "E0710",
            "a.csv, row 1, column \"city\": the text is not UTF-8 (line 2)"
        )
    );
    assert_eq!(
        fault("a.csv", b"id,\xe8\n1,2\n".to_vec()),
        is("E0710", "a.csv: the text is not UTF-8 (line 1)")
    );
    assert_eq!(
        fault("a.jsonl", b"{\"city\": \"Li\xe8ge\"}\n".to_vec()),
        is("E0710", "a.jsonl, row 1: the text is not UTF-8 (line 1)")
    );
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("id,a\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(
        fault("a.csv", utf16),
        is("E0710", "a.csv: the text is UTF-16, not UTF-8")
    );
}

#[test]
fn lines_that_are_not_json_objects() {
    assert_eq!(
        fault("a.json", "[{\"id\": 1}]"),
        is("E0715", "a.json: the file is one JSON list, not JSON lines")
    );
    assert_eq!(
        fault("a.jsonl", "{\"id\": 1}\n\n{\"id\": 2,}\n"),
        is(
            "E0715",
            "a.jsonl, row 2: the line is not a JSON object: trailing comma (line 3)"
        )
    );
    assert_eq!(
        fault("a.jsonl", "{\"id\": 1, \"id\": 2}"),
        is(
            "E0715",
            "a.jsonl, row 1: the line is not a JSON object: \"id\" stands twice in it (line 1)"
        )
    );
    assert_eq!(fault("a.jsonl", "{\"id\": 1} 2").0, "E0715");
    assert_eq!(fault("a.jsonl", "{\"id\": 1}\n5").0, "E0715");
}

#[test]
fn columns_that_a_schema_misses() {
    let source = open_bytes("a.csv", CSV, &OpenOptions::default()).unwrap();
    let schema = |name: &str, data_type: Type| {
        Schema::builder()
            .key("id")
            .int("id")
            .field(segql::schema::Field::new(name, data_type))
            .build()
            .unwrap()
    };
    let bound =
        |name: &str, data_type: Type| told(&bind(&*source, &schema(name, data_type)).unwrap_err());
    let error = bind(&*source, &schema("Emails", Type::Text)).unwrap_err();
    assert_eq!(
        told(&error),
        is(
            "E0520",
            "a.csv, column \"Emails\": the data has no such column"
        )
    );
    assert_eq!(error.help.as_deref(), Some("Did you mean \"email\"?"));
    assert_eq!(
        bound("age", Type::Text),
        is(
            "E0521",
            "a.csv, column \"age\": the column is int, and text is needed"
        )
    );
    assert_eq!(
        bound("ltv", Type::Number(NumberKind::Float)),
        is(
            "E0521",
            "a.csv, column \"ltv\": the column is number (decimal), and number (floating point) is needed"
        )
    );
    let field = arrow_schema::Field::new("x", DataType::Binary, true);
    let empty = MemorySource::new(
        "host",
        Arc::new(arrow_schema::Schema::new(vec![field])),
        Vec::new(),
    )
    .unwrap();
    let x = Schema::builder().key("x").text("x").build().unwrap();
    assert_eq!(
        told(&bind(&empty, &x).unwrap_err()),
        is(
            "E0521",
            "host, column \"x\": the column is not readable, because it holds binary data, and text is needed"
        )
    );
}

#[test]
fn opening_can_be_stopped() {
    let mut text = String::from("id\n");
    for id in 0..5_000 {
        text.push_str(&format!("{id}\n"));
    }
    let options = OpenOptions {
        cancel: Arc::new(AtomicBool::new(true)),
        ..OpenOptions::default()
    };
    assert_eq!(
        fault_with("a.csv", text, &options),
        is("E0714", "a.csv: stopped before the end, as asked")
    );
}

#[test]
fn a_file_that_changes_after_it_was_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "id,age\n1,30\n2,31\n").unwrap();
    let source = open(&[&path], &OpenOptions::default()).unwrap();
    std::fs::write(&path, "id,age\n1,30\n2,x1\n").unwrap();
    let error = read_all(&*source, &[1]).unwrap_err();
    assert_eq!(
        told(&error),
        (
            "E0709",
            format!(
                "{}, row 2, column \"age\": \"x1\" does not fit the column (line 3)",
                path.display()
            )
        )
    );
}
