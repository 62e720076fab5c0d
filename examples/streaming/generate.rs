//! Writes the contacts of the streaming example: `cargo run --example generate-streaming` makes `examples/streaming/contacts.parquet` anew.
//!
//! Another folder can be named as the argument.

mod contacts;

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::error::Error;
use std::fs::File;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "examples/streaming".into());
    let path = PathBuf::from(folder).join("contacts.parquet");
    let batch = contacts::contacts();
    // Four row groups in the order of sign-up, so that their statistics can spare a run some of them.
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(9)?))
        .set_max_row_group_row_count(Some(2_500))
        .build();
    let mut writer = ArrowWriter::try_new(File::create(&path)?, batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    println!(
        "{}: {} contacts, made for --as-of {}",
        path.display(),
        batch.num_rows(),
        contacts::AS_OF
    );
    Ok(())
}
