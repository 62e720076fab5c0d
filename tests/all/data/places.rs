//! Places: as records, and put together of two columns by a manifest, in every format.

use super::contacts::{arrow_bytes, parquet_bytes};
use arrow_array::{
    Array, ArrayRef, Decimal128Array, Float64Array, Int64Array, RecordBatch, StructArray,
};
use arrow_schema::{DataType, Field};
use segql::data::{MemorySource, OpenOptions, Source, open_bytes, with_points};
use segql::execute::{Dataset, Input, Members, Sink, Tier};
use segql::schema::{Manifest, PointColumns, Schema};
use segql::source::Sources;
use segql::types::{Constant, Point, Type};
use segql::{Engine, Now, RunOptions};
use std::sync::Arc;

const TWO_COLUMNS: &str = "[contacts]\nsource = \"a\"\nkey = \"id\"\n\
    [contacts.fields.home]\ntype = \"point\"\nlatitude = \"home_lat\"\nlongitude = \"home_lon\"";

/// In: the first, in the centre of Brussels, and the third, in Mechelen. The second lives in Antwerp; of the others a half is missing.
const CSV: &str = "id,home_lat,home_lon\n1,50.85,4.35\n2,51.2194,4.4025\n3,51.0259,4.4776\n4,50.85,\n5,,4.35\n6,91,4.35\n";

const JSON: &str = r#"{"id": 1, "home_lat": 50.85, "home_lon": 4.35}
{"id": 2, "home_lat": 51.2194, "home_lon": 4.4025}
{"home_lon": 4.4776, "id": 3, "home_lat": 51.0259}
{"id": 4, "home_lat": 50.85}
{"id": 5, "home_lat": null, "home_lon": 4.35}
{"id": 6, "home_lat": 91, "home_lon": 4.35}
"#;

fn ids() -> ArrayRef {
    Arc::new(Int64Array::from(vec![1, 2, 3, 4, 5, 6]))
}

fn latitudes() -> Float64Array {
    vec![
        Some(50.85),
        Some(51.2194),
        Some(51.0259),
        Some(50.85),
        None,
        Some(91.0),
    ]
    .into()
}

fn longitudes() -> Float64Array {
    vec![
        Some(4.35),
        Some(4.4025),
        Some(4.4776),
        Some(f64::NAN),
        Some(4.35),
        Some(4.35),
    ]
    .into()
}

fn two_columns() -> RecordBatch {
    // Exact numbers on one side, floats on the other.
    let exact: Decimal128Array = latitudes()
        .iter()
        .map(|degrees| degrees.map(|degrees| (degrees * 10_000.0).round() as i128))
        .collect();
    let exact = exact.with_precision_and_scale(9, 4).unwrap();
    RecordBatch::try_from_iter([
        ("id", ids()),
        ("home_lat", Arc::new(exact) as ArrayRef),
        ("home_lon", Arc::new(longitudes())),
    ])
    .unwrap()
}

fn record() -> RecordBatch {
    let part = |name| Arc::new(Field::new(name, DataType::Float64, true));
    let homes = StructArray::from(vec![
        (part("lng"), Arc::new(longitudes()) as ArrayRef),
        (part("lat"), Arc::new(latitudes())),
    ]);
    RecordBatch::try_from_iter([("id", ids()), ("home", Arc::new(homes) as ArrayRef)]).unwrap()
}

fn manifest(text: &str) -> Manifest {
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", text);
    Manifest::parse(&sources, id).unwrap()
}

/// Everything that is read from one source, in every way.
fn near_brussels(source: &dyn Source, schema: Schema) {
    let condition = "distance(home, point(50.85, 4.35)) <= 25 km";
    let program = Engine::new(schema.clone())
        .compile_condition(condition)
        .unwrap();
    let dataset = Dataset::load(source, &schema).unwrap();
    for tier in [Tier::Kernels, Tier::Native] {
        for input in [Input::Source(source), Input::Dataset(&dataset)] {
            let options = RunOptions::at(Now::from_nanoseconds(0)).tier(tier);
            let outcome = program.run(input, &options).unwrap();
            assert_eq!(outcome.segments[0].count, 2, "{} {tier:?}", source.name());
            assert_eq!(outcome.contacts, 6);
        }
    }
    struct Keys(Vec<i64>);
    impl Sink for Keys {
        fn members(&mut self, members: Members<'_>) -> Result<(), String> {
            let keys = members.keys.as_any().downcast_ref::<Int64Array>().unwrap();
            let rows = members.masks[0].set_indices();
            self.0.extend(rows.map(|row| keys.value(row)));
            Ok(())
        }
    }
    let mut keys = Keys(Vec::new());
    let options = RunOptions::at(Now::from_nanoseconds(0));
    program
        .run_into(Input::Source(source), &options, &mut keys)
        .unwrap();
    assert_eq!(keys.0, [1, 3], "{}", source.name());
}

#[test]
fn two_columns_make_a_place_in_every_format() {
    let manifest = manifest(TWO_COLUMNS);
    let options = OpenOptions::from_manifest(&manifest);
    let batch = [two_columns()];
    let files: [(&str, Vec<u8>); 4] = [
        ("a.csv", CSV.into()),
        ("a.jsonl", JSON.into()),
        ("a.parquet", parquet_bytes(&batch, 2)),
        ("a.arrow", arrow_bytes(&batch, false)),
    ];
    for (name, bytes) in files {
        let source = open_bytes(name, bytes, &options).unwrap();
        let schema = manifest.schema(&source.schema()).unwrap();
        // The two columns are fields of their own as well.
        assert_eq!(schema.fields().len(), 4, "{name}");
        near_brussels(&*source, schema);
    }
    let batch = two_columns();
    let memory = MemorySource::new("host", batch.schema(), vec![batch.clone()]).unwrap();
    let points = [PointColumns {
        latitude: "home_lat".into(),
        longitude: "home_lon".into(),
    }];
    let source = with_points(Arc::new(memory), &points);
    let schema = manifest.schema(&source.schema()).unwrap();
    // Of the columns alone, the schema means the same.
    let bare = manifest.schema(&batch.schema()).unwrap();
    assert_eq!(bare.fingerprint(), schema.fingerprint());
    near_brussels(&*source, schema);
}

#[test]
fn records_of_two_numbers_are_places() {
    let batch = record();
    let schema = Schema::from_arrow(&batch.schema(), "id", "UTC").unwrap();
    let batches = vec![batch.clone()];
    let memory = MemorySource::new("host", batch.schema(), batches.clone()).unwrap();
    near_brussels(&memory, schema.clone());
    let options = OpenOptions::default();
    for (name, bytes) in [
        ("a.parquet", parquet_bytes(&batches, 2)),
        ("a.arrow", arrow_bytes(&batches, false)),
    ] {
        let source = open_bytes(name, bytes, &options).unwrap();
        near_brussels(&*source, schema.clone());
    }
}

#[test]
fn what_is_declared_a_place_and_is_none_is_told_in_the_manifest() {
    let manifest = manifest(
        "[contacts]\nsource = \"a\"\nkey = \"id\"\n[contacts.fields.home]\ntype = \"point\"",
    );
    let options = OpenOptions::from_manifest(&manifest);
    for (name, text) in [
        ("a.csv", "id,home\n1,\"50.85, 4.35\"\n"),
        ("a.jsonl", "{\"id\": 1, \"home\": \"Brussels\"}\n"),
    ] {
        let source = open_bytes(name, text, &options).unwrap();
        let faults = manifest.schema(&source.schema()).unwrap_err();
        assert_eq!(faults[0].code.0, "E0515", "{name}");
        assert!(
            faults[0].message.contains("declared as point"),
            "{faults:?}"
        );
    }
    // Of a column without a value the manifest says what it is.
    let source = open_bytes("a.jsonl", "{\"id\": 1, \"home\": null}\n", &options).unwrap();
    let schema = manifest.schema(&source.schema()).unwrap();
    assert_eq!(
        schema.field_named("home").unwrap().1.field_type,
        Type::Point
    );
}

#[test]
fn json_objects_of_two_numbers_are_places() {
    let text = r#"{"id": 1, "home": {"latitude": 50.85, "longitude": 4.35}}
{"id": 2, "home": {"latitude": 51.2194, "longitude": 4.4025}}
{"home": {"longitude": 4.4776, "latitude": 51.0259}, "id": 3}
{"id": 4, "home": {"latitude": 50.85}}
{"id": 5, "home": null}
{"id": 6, "home": {"latitude": 91, "longitude": 4.35}}
"#;
    let source = open_bytes("a.jsonl", text, &OpenOptions::default()).unwrap();
    let schema = Schema::from_arrow(&source.schema(), "id", "UTC").unwrap();
    near_brussels(&*source, schema);
    // Declared so, they are read the same.
    let manifest = manifest(
        "[contacts]\nsource = \"a\"\nkey = \"id\"\n[contacts.fields.home]\ntype = \"point\"",
    );
    let options = OpenOptions::from_manifest(&manifest);
    let source = open_bytes("a.jsonl", text, &options).unwrap();
    near_brussels(&*source, manifest.schema(&source.schema()).unwrap());
}

#[test]
fn the_corners_of_a_row_group_are_known() {
    let corner = |latitude, longitude| Point::new(latitude, longitude).map(Constant::Point);
    let manifest = manifest(TWO_COLUMNS);
    let pairs = open_bytes(
        "a.parquet",
        parquet_bytes(&[two_columns()], 2),
        &OpenOptions::from_manifest(&manifest),
    )
    .unwrap();
    let records = open_bytes(
        "a.parquet",
        parquet_bytes(&[record()], 2),
        &OpenOptions::default(),
    )
    .unwrap();
    for source in [pairs, records] {
        let place = source.schema().fields().len() - 1;
        let of = |piece| source.statistics(piece, place).unwrap();
        assert_eq!(of(0).low, corner(50.85, 4.35));
        assert_eq!(of(0).high, corner(51.2194, 4.4025));
        // How many places are missing is not known: a NaN is not counted.
        assert_eq!(of(0).missing, None);
        // Off the globe nobody lives.
        assert_eq!(of(2).high, corner(90.0, 4.35));
    }
}

#[test]
fn a_value_that_is_no_number_of_degrees_is_told_with_its_row() {
    let manifest = manifest(TWO_COLUMNS);
    let options = OpenOptions::from_manifest(&manifest);
    let text = "id,home_lat,home_lon\n1,50.85,4.35\n2,north,4.35\n";
    let error = open_bytes("a.csv", text, &options)
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("home_lat") && error.contains("\"north\""),
        "{error}"
    );
}
