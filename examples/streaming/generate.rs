//! Writes the data of the streaming example: `cargo run --example generate-streaming` makes `contacts.parquet` and `data` in `examples/streaming` anew.
//!
//! Another folder can be named as the argument.

mod contacts;

use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "examples/streaming".into());
    let folder = PathBuf::from(folder);
    let data = contacts::data();
    fs::create_dir_all(folder.join("data"))?;
    // Four row groups in the order of sign-up, so that their statistics can spare a run some of them.
    let properties = WriterProperties::builder();
    write(
        &folder.join("contacts.parquet"),
        &data.contacts,
        2_500,
        properties,
    )?;
    // Times rise: what is written is how much.
    let properties = WriterProperties::builder()
        .set_column_dictionary_enabled("at".into(), false)
        .set_column_encoding("at".into(), Encoding::DELTA_BINARY_PACKED);
    write(
        &folder.join("data/events.parquet"),
        &data.events,
        30_000,
        properties,
    )?;
    let properties = WriterProperties::builder()
        .set_column_dictionary_enabled("since".into(), false)
        .set_column_encoding("since".into(), Encoding::DELTA_BINARY_PACKED);
    write(
        &folder.join("data/plans.parquet"),
        &data.plans,
        30_000,
        properties,
    )?;
    fs::write(folder.join("data/titles.jsonl"), &data.titles)?;
    fs::write(folder.join("data/tickets.csv"), &data.tickets)?;
    println!(
        "{}: {} contacts with {} events and {} tickets, {} titles, made for --as-of {}",
        folder.display(),
        data.contacts.num_rows(),
        data.events.num_rows(),
        data.tickets.lines().count() - 1,
        data.titles.lines().count(),
        contacts::AS_OF
    );
    Ok(())
}

fn write(
    path: &Path,
    batch: &RecordBatch,
    group: usize,
    properties: WriterPropertiesBuilder,
) -> Result<(), Box<dyn Error>> {
    let properties = properties
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(9)?))
        .set_max_row_group_row_count(Some(group))
        .build();
    let mut writer =
        ArrowWriter::try_new(fs::File::create(path)?, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close()?;
    Ok(())
}
