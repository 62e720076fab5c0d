//! Records, lists of records and maps, read from every format that holds them, and what is said of those that hold none.

use super::contacts::{arrow_bytes, parquet_bytes, read_all, stream_bytes};
use arrow_array::RecordBatch;
use segql::contact::{Contact, FieldValue};
use segql::data::{MemorySource, OpenOptions, Source, bind, open, open_bytes};
use segql::execute::Tier;
use segql::types::{NumberKind, Type};
use segql::{Engine, Now, Program, RunOptions, Schema};

/// A part that is missing in one line, one that another line has not, objects in objects, an empty list.
const JSON: &str = concat!(
    r#"{"id": 1, "profiles": [{"kind": "kids", "age": 7}, {"kind": "adult", "age": 34, "seen": "2026-11-22T10:00Z"}], "#,
    r#""address": {"city": "Ghent", "place": {"floor": 2}}, "scores": {"churn": 0.9}}"#,
    "\n",
    r#"{"id": 2, "profiles": [], "address": null, "scores": {}}"#,
    "\n",
    r#"{"id": 3, "profiles": [{"age": 12, "kind": null}, null], "address": {"city": "Breda"}, "scores": {"churn": null, "ltv": 5}}"#,
    "\n",
    r#"{"id": 4}"#,
    "\n",
);

fn options() -> OpenOptions {
    OpenOptions {
        batch_rows: 3,
        types: vec![(
            "scores".into(),
            Type::Map(Box::new(Type::Number(NumberKind::Exact))),
        )],
        ..OpenOptions::default()
    }
}

/// Conditions with the ids of their members, worked out from the lines above.
const CONDITIONS: [(&str, &[i64]); 10] = [
    ("any profiles[kind = \"kids\" AND age < 8]", &[1]),
    ("any profiles[age > 10]", &[1, 3]),
    ("count(profiles) = 2", &[1, 3]),
    ("none profiles", &[2, 4]),
    ("any profiles[seen is known]", &[1]),
    ("address.city = \"Breda\"", &[3]),
    ("address.place.floor = 2", &[1]),
    ("address.place.floor is missing", &[2, 3, 4]),
    ("scores[\"churn\"] > 0.8", &[1]),
    ("scores[\"ltv\"] = 5", &[3]),
];

fn program(source: &dyn Source) -> (Program, Schema) {
    let schema = Schema::from_arrow(&source.schema(), "id", "UTC").unwrap();
    let text: String = (CONDITIONS.iter().enumerate())
        .map(|(place, (condition, _))| format!("segment s{place} = {condition}\n"))
        .collect();
    let program = Engine::new(schema.clone()).compile("records", &text);
    (program.unwrap_or_else(|error| panic!("{error}")), schema)
}

fn ids(batch: &RecordBatch) -> Vec<i64> {
    let ids = batch.column_by_name("id").unwrap();
    arrow_array::cast::as_primitive_array::<arrow_array::types::Int64Type>(ids)
        .values()
        .to_vec()
}

/// The members of each segment in a source, on kernels and on the reference.
fn check(source: &dyn Source) {
    let (program, schema) = program(source);
    bind(source, &schema).unwrap();
    let columns: Vec<usize> = (0..source.schema().fields().len()).collect();
    let batch = read_all(source, &columns).unwrap();
    let now = Now::from_nanoseconds(0);
    let reference =
        segql::reference::evaluate(program.checked(), program.schema(), &batch, 0).unwrap();
    let kernels = program
        .masks(&batch, &RunOptions::at(now).tier(Tier::Kernels))
        .unwrap();
    for (place, (condition, members)) in CONDITIONS.iter().enumerate() {
        for masks in [&reference, &kernels] {
            let found: Vec<i64> = (ids(&batch).into_iter().enumerate())
                .filter(|(row, _)| masks[place].value(*row))
                .map(|(_, id)| id)
                .collect();
            assert_eq!(found, *members, "{}: {condition}", source.name());
        }
    }
}

#[test]
fn records_are_the_same_in_every_format() {
    let json = open_bytes("a.jsonl", JSON, &options()).unwrap();
    check(&*json);
    let columns: Vec<usize> = (0..json.schema().fields().len()).collect();
    let whole = read_all(&*json, &columns).unwrap();
    let halves = [whole.slice(0, 3), whole.slice(3, 1)];
    let plain = OpenOptions::default();
    check(&MemorySource::new("host", whole.schema(), halves.to_vec()).unwrap());
    for (name, bytes) in [
        ("a.parquet", parquet_bytes(&halves, 3)),
        ("a.arrow", arrow_bytes(&halves, false)),
        ("b.arrow", arrow_bytes(&halves, true)),
        ("a.arrows", stream_bytes(&halves)),
    ] {
        check(&*open_bytes(name, bytes, &plain).unwrap());
    }
}

#[test]
fn files_may_have_their_parts_in_another_order() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "a.jsonl",
        "{\"id\": 1, \"home\": {\"city\": \"Ghent\", \"floor\": 2}, \"rooms\": [{\"size\": 10}]}\n",
    );
    write(
        "b.jsonl",
        "{\"id\": 2, \"home\": {\"floor\": 1.5, \"city\": \"Breda\"}, \"rooms\": [{\"size\": 2.25}, {\"size\": 3}]}\n",
    );
    let source = open(&[folder.path()], &OpenOptions::default()).unwrap();
    let schema = Schema::from_arrow(&source.schema(), "id", "UTC").unwrap();
    let text = "segment low = home.floor < 2 AND home.city = \"Breda\"\nsegment small = sum(size of rooms) = 5.25";
    let program = Engine::new(schema).compile("a", text).unwrap();
    let batch = read_all(&*source, &[0, 1, 2]).unwrap();
    let options = RunOptions::at(Now::from_nanoseconds(0));
    for mask in program.masks(&batch, &options).unwrap() {
        assert_eq!((mask.value(0), mask.value(1)), (false, true));
    }
}

#[test]
fn csv_holds_no_maps() {
    let options = OpenOptions {
        types: vec![("x".into(), Type::Map(Box::new(Type::Text)))],
        ..OpenOptions::default()
    };
    let error = open_bytes("a.csv", "id,x\n1,a\n", &options).err().unwrap();
    assert_eq!(error.code.0, "E0709");
    assert!(
        error.to_string().contains("a map cannot be read from CSV"),
        "{error}"
    );
}

#[test]
fn a_column_without_a_part_of_the_schema_is_refused() {
    let source = open_bytes(
        "a.jsonl",
        "{\"id\": 1, \"home\": {\"city\": \"x\"}}",
        &OpenOptions::default(),
    );
    let source = source.unwrap();
    let schema = Schema::builder()
        .key("id")
        .int("id")
        .record(
            "home",
            [
                ("city", Type::Text),
                ("floor", Type::Number(NumberKind::Whole)),
            ],
        )
        .build()
        .unwrap();
    let error = bind(&*source, &schema).err().unwrap();
    assert_eq!(error.code.0, "E0521", "{error}");
    let message = error.to_string();
    assert!(message.contains("city and floor"), "{message}");
}

#[test]
fn a_host_hands_over_records_by_the_names_of_their_parts() {
    let schema = Schema::builder()
        .key("id")
        .int("id")
        .records(
            "profiles",
            [
                ("kind", Type::Text),
                ("age", Type::Number(NumberKind::Whole)),
            ],
        )
        .record("address", [("city", Type::Text)])
        .map("scores", Type::Number(NumberKind::Float))
        .build()
        .unwrap();
    let text = "segment families = any profiles[kind = \"kids\" AND age < 8] AND address.city = \"Ghent\"\n\
        segment leaving = scores[\"churn\"] > 0.8";
    let program = Engine::new(schema.clone()).compile("a", text).unwrap();
    let mut contact = Contact::new(&schema);
    let profile = |parts: [(&str, FieldValue); 2]| FieldValue::named(parts);
    contact
        .set(
            "profiles",
            vec![
                profile([("age", 34.into()), ("kind", "adult".into())]),
                profile([("kind", "kids".into()), ("age", 7.into())]),
            ],
        )
        .unwrap();
    contact
        .set("address", FieldValue::named([("city", "Ghent")]))
        .unwrap();
    contact
        .set("scores", FieldValue::named([("churn", 0.9)]))
        .unwrap();
    let matcher = program.matcher(Now::from_nanoseconds(0));
    let members = matcher.matches(&contact);
    assert!(members.contains(0) && members.contains(1));
    let error = contact
        .set("address", FieldValue::named([("town", "Ghent")]))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the field \"address\" is a record with city, which a record with town is not"
    );
}
