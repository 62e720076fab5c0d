//! Batches to bytes, in each format.

use super::Target;
use crate::data::{DataError, Format, errors};
use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, SchemaRef};

/// One of the writers of formats, writing to a target.
pub(super) struct Encoder {
    name: String,
    inner: Inner,
}

enum Inner {
    Parquet(Box<ArrowWriter<Target>>),
    Arrow(Box<FileWriter<Target>>),
    Csv(Box<arrow_csv::Writer<Target>>),
    JsonLines(Box<arrow_json::LineDelimitedWriter<Target>>),
}

impl Encoder {
    pub(super) fn new(
        target: Target,
        format: Format,
        schema: &SchemaRef,
    ) -> Result<Self, DataError> {
        let name = target.name().to_owned();
        let inner = match format {
            Format::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(Default::default()))
                    .build();
                let writer = ArrowWriter::try_new(target, schema.clone(), Some(properties))
                    .map_err(|error| by_parquet(&name, &error))?;
                Inner::Parquet(Box::new(writer))
            }
            Format::Arrow => {
                let writer =
                    FileWriter::try_new(target, schema).map_err(|error| by_arrow(&name, &error))?;
                Inner::Arrow(Box::new(writer))
            }
            Format::Csv => {
                let mut writer = arrow_csv::Writer::new(target);
                // The header is there even when no row follows.
                writer
                    .write(&RecordBatch::new_empty(schema.clone()))
                    .map_err(|error| by_arrow(&name, &error))?;
                Inner::Csv(Box::new(writer))
            }
            Format::JsonLines => {
                Inner::JsonLines(Box::new(arrow_json::LineDelimitedWriter::new(target)))
            }
        };
        Ok(Self { name, inner })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), DataError> {
        match &mut self.inner {
            Inner::Parquet(writer) => writer
                .write(batch)
                .map_err(|error| by_parquet(&self.name, &error)),
            Inner::Arrow(writer) => writer
                .write(batch)
                .map_err(|error| by_arrow(&self.name, &error)),
            Inner::Csv(writer) => writer
                .write(batch)
                .map_err(|error| by_arrow(&self.name, &error)),
            Inner::JsonLines(writer) => writer
                .write(batch)
                .map_err(|error| by_arrow(&self.name, &error)),
        }
    }

    pub(super) fn finish(self) -> Result<(), DataError> {
        let name = self.name;
        let target = match self.inner {
            Inner::Parquet(writer) => writer
                .into_inner()
                .map_err(|error| by_parquet(&name, &error))?,
            Inner::Arrow(writer) => writer
                .into_inner()
                .map_err(|error| by_arrow(&name, &error))?,
            Inner::Csv(writer) => writer.into_inner(),
            Inner::JsonLines(mut writer) => {
                writer.finish().map_err(|error| by_arrow(&name, &error))?;
                writer.into_inner()
            }
        };
        target.finish()
    }
}

fn by_arrow(name: &str, error: &ArrowError) -> DataError {
    let detail = match error {
        ArrowError::IoError(_, error) => error.to_string(),
        ArrowError::CsvError(detail) => detail.clone(),
        other => other.to_string(),
    };
    errors::cannot_write(name, &detail)
}

pub(super) fn by_parquet(name: &str, error: &ParquetError) -> DataError {
    let detail = match error {
        ParquetError::External(error) => error.to_string(),
        other => other.to_string(),
    };
    errors::cannot_write(name, &detail)
}
