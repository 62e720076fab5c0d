//! Manifests: what good ones say, and how every mistake is shown in its place (`tests/ui/manifest`).

use super::contacts::contacts;
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef, TimeUnit};
use segql::data::{OpenOptions, open_bytes};
use segql::diagnostics::{RenderOptions, render};
use segql::schema::{Manifest, Schema, describe};
use segql::source::Sources;
use segql::types::{NumberKind, Type};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The columns of the contacts and one that cannot be read.
fn data() -> ArrowSchema {
    let mut fields: Vec<Arc<Field>> = contacts().schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new("home", DataType::Binary, true)));
    ArrowSchema::new(fields)
}

/// The columns of every table of events.
fn events() -> SchemaRef {
    let field = |name: &str, data_type: DataType| Field::new(name, data_type, true);
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(ArrowSchema::new(vec![
        field("contact", DataType::Int32),
        field("at", time.clone()),
        field("event", DataType::Utf8),
        field("device", DataType::Utf8),
        field("title", DataType::Utf8),
        field("minutes", DataType::Int64),
        field("lat", DataType::Float64),
        field("lon", DataType::Float64),
        field("payload", DataType::Binary),
        field("day", DataType::Date32),
        field("received", time),
    ]))
}

fn shown(text: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", text);
    let outcome = Manifest::parse(&sources, id).and_then(|manifest| {
        let events = vec![events(); manifest.events.len()];
        let schema = manifest.schema_with_events(&data(), &events)?;
        Ok((manifest, schema))
    });
    match outcome {
        Ok((manifest, schema)) => {
            let paths = manifest.contact_paths(Path::new("project"));
            format!(
                "{}\n{paths:?}\n{:?}\n{}",
                schema.zone_name(),
                manifest.segment_paths(Path::new(".")),
                describe(&schema)
            )
        }
        Err(faults) => render::human_all(&faults, &sources, RenderOptions::default()),
    }
}

#[test]
fn manifests_and_their_mistakes() {
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../../ui/manifest", omit_expression => true }, {
        insta::glob!("../../ui/manifest", "*.toml", |path| {
            let text = std::fs::read_to_string(path).unwrap();
            insta::assert_snapshot!(shown(&text));
        });
    });
}

fn manifest(text: &str) -> Manifest {
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", text);
    Manifest::parse(&sources, id).unwrap()
}

#[test]
fn a_manifest_of_two_lines_takes_the_rest_from_the_data() {
    let schema = manifest("[contacts]\nsource = \"a.parquet\"\nkey = \"id\"")
        .schema(&data())
        .unwrap();
    let arrow = Schema::from_arrow(&data(), "id", "UTC").unwrap();
    assert_eq!(schema.fingerprint(), arrow.fingerprint());
    assert_eq!(
        schema.left_out_named("home").unwrap().reason,
        "it holds binary data"
    );
}

#[test]
fn the_manifest_says_how_csv_is_read() {
    let manifest = manifest(
        "[contacts]\nsource = \"a.csv\"\nkey = \"id\"\ndelimiter = \";\"\nmissing = [\"NA\"]\n\
         [contacts.fields.joined]\ncolumn = \"born\"\ntype = \"date\"\n\
         [contacts.fields.code]\ntype = \"text\"\n[contacts.fields.empty]\ntype = \"int\"",
    );
    let options = OpenOptions::from_manifest(&manifest);
    let text = "id;born;code;empty\n1;NA;0032;\n2;1990-02-28;12;\n";
    let source = open_bytes("a.csv", text, &options).unwrap();
    let schema = manifest.schema(&source.schema()).unwrap();
    let type_of = |name: &str| schema.field_named(name).unwrap().1.field_type.clone();
    assert_eq!(type_of("joined"), Type::Date);
    assert_eq!(type_of("code"), Type::Text);
    assert_eq!(type_of("empty"), Type::Number(NumberKind::Whole));
    segql::data::bind(&*source, &schema).unwrap();
}

#[test]
fn paths_are_those_of_the_manifests_folder() {
    let manifest = manifest("segments = [\"a.seg\"]\n[contacts]\nsource = \"data\"\nkey = \"id\"");
    assert_eq!(
        manifest.contact_paths(Path::new("here")),
        [PathBuf::from("here/data")]
    );
    assert_eq!(
        manifest.contact_paths(Path::new("")),
        [PathBuf::from("data")]
    );
    assert_eq!(
        manifest.segment_paths(Path::new("here")),
        Some(vec![PathBuf::from("here/a.seg")])
    );
}

#[test]
fn parts_of_records_have_closed_sets() {
    let text = "{\"id\": 1, \"profiles\": [{\"kind\": \"kids\", \"age\": 7}], \"home\": {\"city\": \"Ghent\"}}\n\
                {\"id\": 2, \"profiles\": [{\"kind\": \"adult\"}, {\"kind\": \"kid\"}]}\n";
    let source = open_bytes("a.jsonl", text, &OpenOptions::default()).unwrap();
    let least = "[contacts]\nsource = \"a\"\nkey = \"id\"\n";
    let declared = manifest(&format!(
        "{least}[contacts.fields.profiles.parts.kind]\nvalues = \"kinds\"\n[sets.kinds]\nvalues = [\"adult\", \"kids\"]"
    ));
    let schema = declared.schema(&source.schema()).unwrap();
    let engine = segql::Engine::new(schema.clone());
    for (condition, code) in [
        ("any profiles[kind = \"kid\"]", Some("E0203")),
        ("any profiles[kind in (\"kids\", \"adult\")]", None),
    ] {
        let told = engine.compile_condition(condition).err();
        let told = told.map(|error| error.diagnostics()[0].code.0);
        assert_eq!(told, code, "{condition}");
    }
    let (id, _) = schema.field_named("profiles").unwrap();
    let never = std::sync::atomic::AtomicBool::new(false);
    let found = segql::profile::outside(&*source, &schema, &[id], &never).unwrap();
    assert_eq!(
        found[0].error().to_string(),
        "a.jsonl, row 2, column \"profiles\": the value \"kid\" (in 1 row) is outside the closed set of the field \"profiles.kind\""
    );
    // What is said of parts that are not there, or of what has none, is told in its place.
    for (field, code, words) in [
        ("profiles.parts.kid", "E0516", "Did you mean \"kind\"?"),
        ("profiles.parts.age", "E0505", "only text has a closed set"),
        ("home.parts.town", "E0516", "It may be \"city\"."),
        ("id.parts.kind", "E0515", "only records have parts"),
    ] {
        let manifest = manifest(&format!(
            "{least}[contacts.fields.{field}]\nvalues = [\"a\"]"
        ));
        let faults = manifest.schema(&source.schema()).unwrap_err();
        assert_eq!(faults.len(), 1, "{field}");
        assert_eq!(faults[0].code.0, code, "{field}");
        let told = format!(
            "{} {}",
            faults[0].message,
            faults[0].help.as_deref().unwrap_or_default()
        );
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn streams_know_the_columns_of_their_parts() {
    let least = "[contacts]\nsource = \"a\"\nkey = \"id\"\n";
    let manifest = manifest(&format!(
        "{least}[events.activity]\nsource = [\"data/e\", \"f.csv\"]\ncontact = \"contact\"\ntime = \"at\"\nkind = \"event\"\n\
         [events.activity.streams]\nview = [\"screen\", \"title\", \"place\"]\n\
         [events.activity.fields.screen]\ncolumn = \"device\"\n\
         [events.activity.fields.place]\nlatitude = \"lat\"\nlongitude = \"lon\""
    ));
    let table = &manifest.events[0];
    assert_eq!(
        table.paths(Path::new("here")),
        [PathBuf::from("here/data/e"), PathBuf::from("here/f.csv")]
    );
    let schema = manifest.schema_with_events(&data(), &[events()]).unwrap();
    let view = schema.stream_named("view").unwrap().1;
    let parts = &view.field_type.record().unwrap().parts;
    let columns: Vec<String> = parts
        .iter()
        .map(|part| table.column_of(&part.name))
        .collect();
    // The list of the stream decides on the order.
    assert_eq!(columns, ["at", "device", "title", "lat, lon"]);
    // Of the contacts alone there are none.
    assert!(manifest.schema(&data()).unwrap().streams().is_empty());
}

#[test]
fn a_list_column_has_a_name_that_no_column_of_the_contacts_has() {
    let manifest = manifest(
        "[contacts]\nsource = \"a\"\nkey = \"id\"\n[contacts.fields.land]\ncolumn = \"region\"\n\
         [events.region]\nsource = \"b\"\ncontact = \"contact\"\ntime = \"at\"",
    );
    let schema = manifest.schema_with_events(&data(), &[events()]).unwrap();
    let stream = schema.stream_named("region").unwrap().1;
    assert_eq!(stream.column, "region of events");
}

#[test]
fn another_column_that_is_called_time_is_told() {
    let least = "[contacts]\nsource = \"a\"\nkey = \"id\"\n[events.login]\nsource = \"b\"\ncontact = \"contact\"\n";
    let mut fields: Vec<Arc<Field>> = events().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new("time", DataType::Utf8, true)));
    let columns: SchemaRef = Arc::new(ArrowSchema::new(fields));
    let faults = |more: &str| {
        manifest(&format!("{least}{more}"))
            .schema_with_events(&data(), std::slice::from_ref(&columns))
            .map(|schema| schema.streams()[0].field_type.described())
            .map_err(|faults| faults[0].message.clone())
    };
    assert_eq!(
        faults("time = \"at\"").unwrap_err(),
        "the time of these events is in the column \"at\", and another column is called \"time\""
    );
    assert_eq!(
        faults("time = \"at\"\n[events.login.fields.clock]\ncolumn = \"time\"").unwrap(),
        "a list of records with time, clock, event, device and 6 more"
    );
    assert_eq!(
        faults("time = \"time\"").unwrap_err(),
        "the time of events stands in a column of times, and \"time\" is text"
    );
}

#[test]
fn parts_of_records_refer_to_catalogues() {
    let text =
        "{\"id\": 1, \"profiles\": [{\"kind\": \"kids\", \"seen\": [\"t1\"], \"age\": 1.5e3}]}\n";
    let source = open_bytes("a.jsonl", text, &OpenOptions::default()).unwrap();
    let least = "[contacts]\nsource = \"a\"\nkey = \"id\"\n[catalogues.titles]\nsource = \"t\"\nkey = \"id\"\n";
    let declared = |part: &str| {
        let part = format!("[contacts.fields.profiles.parts.{part}]\ncatalogue = \"titles\"");
        manifest(&format!("{least}{part}")).schema(&source.schema())
    };
    let schema = declared("seen").unwrap();
    let profiles = schema.field_named("profiles").unwrap().1;
    let (_, seen) = profiles
        .field_type
        .record()
        .unwrap()
        .part_named("seen")
        .unwrap();
    assert_eq!(seen.catalogue.as_deref(), Some("titles"));
    assert_eq!(declared("age").unwrap_err()[0].code.0, "E0515");
}
