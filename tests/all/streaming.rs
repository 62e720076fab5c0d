//! The streaming example: its data come from its script, value by value.

#[path = "../../examples/streaming/contacts.rs"]
mod contacts;

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;

const CONTACTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/examples/streaming/contacts.parquet"
);

/// The file that lies in the repository.
fn checked_in() -> (RecordBatch, usize) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(CONTACTS).unwrap()).unwrap();
    let row_groups = reader.metadata().num_row_groups();
    let schema = reader.schema().clone();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    (concat_batches(&schema, &batches).unwrap(), row_groups)
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
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("../../conformance/streaming/expected.json")).unwrap();
    assert_eq!(expected["as_of"], contacts::AS_OF);
    assert_eq!(expected["contacts"], contacts::contacts().num_rows());
}
