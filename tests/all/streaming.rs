//! The streaming example: its data come from its script, value by value, and its segments have the counts that DuckDB found.

#[path = "../../examples/streaming/contacts.rs"]
mod contacts;

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use segql::check::Loader;
use segql::data::{self, OpenOptions};
use segql::execute::{Input, Tier};
use segql::schema::Manifest;
use segql::source::Sources;
use segql::{Engine, Now, Program, RunOptions, reference};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/streaming");
const EXPECTED: &str = include_str!("../../conformance/streaming/expected.json");

/// The file that lies in the repository.
fn checked_in() -> (RecordBatch, usize) {
    let file = File::open(Path::new(FOLDER).join("contacts.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let row_groups = reader.metadata().num_row_groups();
    let schema = reader.schema().clone();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    (concat_batches(&schema, &batches).unwrap(), row_groups)
}

/// Texts of the example's folder.
struct Folder;

impl Loader for Folder {
    fn load(&self, _from: &str, path: &str) -> Result<(String, String), String> {
        let text = std::fs::read_to_string(Path::new(FOLDER).join(path));
        Ok((path.to_owned(), text.map_err(|error| error.to_string())?))
    }
}

/// The example's manifest.
fn manifest() -> Manifest {
    let text = std::fs::read_to_string(Path::new(FOLDER).join("segql.toml")).unwrap();
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", text);
    Manifest::parse(&sources, id).unwrap()
}

/// The example's program over data of these columns.
fn program(columns: &arrow_schema::Schema) -> Program {
    let manifest = manifest();
    let (lists, unreadable) = data::lists_of(&manifest, Path::new(FOLDER), &Arc::default());
    assert_eq!(unreadable, []);
    let schema = manifest.schema(columns).unwrap();
    Engine::new(schema.with_lists(lists, unreadable))
        .compile_files(&["segments.seg".into()], &Folder)
        .unwrap()
}

fn as_of() -> i128 {
    let instant: jiff::Timestamp = contacts::AS_OF.parse().unwrap();
    instant.as_nanosecond()
}

/// The counts that DuckDB found.
fn expected() -> BTreeMap<String, u64> {
    let expected: serde_json::Value = serde_json::from_str(EXPECTED).unwrap();
    serde_json::from_value(expected["segments"].clone()).unwrap()
}

#[test]
fn the_contacts_are_those_that_the_script_makes() {
    let (found, row_groups) = checked_in();
    let made = contacts::contacts();
    assert_eq!(row_groups, 4);
    assert_eq!(found.schema().fields(), made.schema().fields());
    for (place, field) in made.schema().fields().iter().enumerate() {
        let (found, made) = (found.column(place), made.column(place));
        assert!(found == made, "column {} differs", field.name());
    }
}

#[test]
fn the_expected_counts_are_of_the_instant_the_data_are_made_for() {
    let expected: serde_json::Value = serde_json::from_str(EXPECTED).unwrap();
    assert_eq!(expected["as_of"], contacts::AS_OF);
    assert_eq!(manifest().as_of.unwrap().value, contacts::AS_OF);
    assert_eq!(expected["contacts"], contacts::contacts().num_rows());
}

#[test]
fn segments_have_the_counts_that_duckdb_finds() {
    let manifest = manifest();
    let options = OpenOptions::from_manifest(&manifest);
    let source = data::open(&manifest.contact_paths(Path::new(FOLDER)), &options).unwrap();
    let program = program(&source.schema());
    assert!(program.warnings().is_empty(), "{:?}", program.warnings());
    for tier in [Tier::Kernels, Tier::Native, Tier::Auto] {
        let options = RunOptions::at(Now::from_nanoseconds(as_of())).tier(tier);
        let outcome = program.run(Input::Source(&*source), &options).unwrap();
        let counts = outcome.segments.into_iter();
        let counts: BTreeMap<String, u64> = counts
            .map(|segment| (segment.name, segment.count))
            .collect();
        assert_eq!(counts, expected(), "{tier:?}");
    }
}

#[test]
fn the_meaning_itself_comes_to_the_same_counts() {
    let batch = contacts::contacts();
    let program = program(&batch.schema());
    program.load_lists().unwrap();
    let masks = reference::evaluate(program.checked(), program.schema(), &batch, as_of()).unwrap();
    let counts = program.segments().iter().zip(&masks);
    let counts: BTreeMap<String, u64> = counts
        .map(|(segment, mask)| (segment.name.clone(), mask.true_count() as u64))
        .collect();
    assert_eq!(counts, expected());
}
