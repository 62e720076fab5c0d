//! Tables in files: blocks are drawn and encoded by several threads, and written in their order.

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use std::error::Error;
use std::fs::File;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

/// Rows of a row group of Parquet, and of a batch of Arrow IPC.
const GROUP_ROWS: usize = 262_144;
/// Blocks that are drawn at once, so that row groups are full.
const BLOCKS: u64 = 4;

/// Which files are written.
#[derive(Clone, Copy)]
pub struct Formats {
    pub parquet: bool,
    pub arrow: bool,
}

/// Row groups in the order of the table.
struct Piece {
    /// For each row group its columns, encoded.
    encoded: Vec<Vec<ArrowColumnChunk>>,
    batches: Vec<RecordBatch>,
    rows: usize,
}

/// Files that take up a table.
struct Files {
    parquet: Option<SerializedFileWriter<File>>,
    arrow: Option<FileWriter<File>>,
}

/// Writes the table `name`, whose blocks `draw` makes, into a folder. How many rows it has.
///
/// # Errors
/// A file cannot be written.
pub fn write(
    folder: &Path,
    name: &str,
    blocks: u64,
    draw: impl Fn(u64) -> RecordBatch + Sync,
    formats: Formats,
    threads: NonZero<usize>,
) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let schema = draw(0).slice(0, 0).schema();
    let path = |ending: &str| -> PathBuf { folder.join(format!("{name}.{ending}")) };
    let (writer, factory) = match formats.parquet {
        true => opened(&path("parquet"), &schema)
            .map(|(writer, factory)| (Some(writer), Some(factory)))?,
        false => (None, None),
    };
    let mut files = Files {
        parquet: writer,
        arrow: match formats.arrow {
            true => Some(FileWriter::try_new(File::create(path("arrow"))?, &schema)?),
            false => None,
        },
    };
    let runs = blocks.div_ceil(BLOCKS);
    let (draw, factory) = (&draw, &factory);
    let piece = |run: u64| {
        let numbers = run * BLOCKS..blocks.min((run + 1) * BLOCKS);
        let batches: Vec<RecordBatch> = numbers.map(draw).collect();
        Piece::of(&batches, run, factory.as_ref(), formats)
    };
    let piece = &piece;
    let rows = std::thread::scope(|scope| {
        let threads = threads.get() as u64;
        // Each has one piece ready at most: as much memory as threads ask for, however large the table.
        let drawn: Vec<Receiver<_>> = (0..threads)
            .map(|thread| {
                let (sender, receiver) = sync_channel(0);
                scope.spawn(move || {
                    for run in (thread..runs).step_by(threads as usize) {
                        // Nobody takes it where writing has failed.
                        if sender.send(piece(run)).is_err() {
                            break;
                        }
                    }
                });
                receiver
            })
            .collect();
        let mut rows = 0;
        for run in 0..runs {
            let piece = drawn[(run % threads) as usize].recv()??;
            rows += piece.rows as u64;
            files.take(piece)?;
        }
        Ok::<u64, Box<dyn Error + Send + Sync>>(rows)
    })?;
    files.finish()?;
    Ok(rows)
}

fn opened(
    path: &Path,
    schema: &SchemaRef,
) -> Result<(SerializedFileWriter<File>, ArrowRowGroupWriterFactory), Box<dyn Error + Send + Sync>>
{
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties);
    let file = File::create(path)?;
    let writer = ArrowWriter::try_new_with_options(file, Arc::clone(schema), options)?;
    Ok(writer.into_serialized_writer()?)
}

impl Piece {
    fn of(
        blocks: &[RecordBatch],
        run: u64,
        factory: Option<&ArrowRowGroupWriterFactory>,
        formats: Formats,
    ) -> Result<Self, ParquetError> {
        let whole = arrow_select::concat::concat_batches(&blocks[0].schema(), blocks)?;
        let rows = whole.num_rows();
        let starts = (0..rows).step_by(GROUP_ROWS);
        let batches: Vec<RecordBatch> = starts
            .map(|start| whole.slice(start, GROUP_ROWS.min(rows - start)))
            .collect();
        let encoded = match factory {
            Some(factory) => (batches.iter())
                .map(|batch| encoded(batch, run, factory))
                .collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        Ok(Self {
            encoded,
            batches: if formats.arrow { batches } else { Vec::new() },
            rows,
        })
    }
}

fn encoded(
    batch: &RecordBatch,
    run: u64,
    factory: &ArrowRowGroupWriterFactory,
) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
    let mut writers = factory.create_column_writers(run as usize)?.into_iter();
    let mut chunks = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        for leaf in compute_leaves(field, column)? {
            let mut writer = writers.next().expect("a writer for every leaf");
            writer.write(&leaf)?;
            chunks.push(writer.close()?);
        }
    }
    Ok(chunks)
}

impl Files {
    fn take(&mut self, piece: Piece) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Some(writer) = &mut self.parquet {
            for columns in piece.encoded {
                let mut group = writer.next_row_group()?;
                for column in columns {
                    column.append_to_row_group(&mut group)?;
                }
                group.close()?;
            }
        }
        if let Some(writer) = &mut self.arrow {
            for batch in &piece.batches {
                writer.write(batch)?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Some(writer) = self.parquet {
            writer.close()?;
        }
        if let Some(mut writer) = self.arrow {
            writer.finish()?;
        }
        Ok(())
    }
}
