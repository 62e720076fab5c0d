//! CSV. Rows that have too few or too many fields, text that is not UTF-8 and values that are not of a declared type are errors with their row.

use super::rows::{Cutter, Piece, RowFile, batch};
use crate::data::cells::{Cell, Column, Sight};
use crate::data::input::Input;
use crate::data::{Batches, DataError, OpenOptions, Source, Statistics, errors};
use crate::schema::Notation;
use ::csv::{ByteRecord, Reader, ReaderBuilder};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use std::collections::HashSet;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How the text is cut into fields.
#[derive(Clone, Debug)]
struct Dialect {
    delimiter: u8,
    missing_words: Vec<String>,
    notation: Notation,
}

/// A CSV file. The whole of it is looked through when it is opened, so that a type seen from the values holds for all of them.
#[derive(Debug)]
pub(in crate::data) struct CsvSource {
    file: Arc<RowFile>,
    dialect: Dialect,
    batch_rows: usize,
}

impl CsvSource {
    pub(in crate::data) fn open(input: Input, options: &OpenOptions) -> Result<Self, DataError> {
        let name = input.name();
        let first = input.ends()?.first;
        if first.starts_with(&[0xff, 0xfe]) || first.starts_with(&[0xfe, 0xff]) {
            return Err(errors::utf16(&name));
        }
        let start = if first.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let tab = name.to_lowercase().ends_with(".tsv");
        let dialect = Dialect {
            delimiter: options.delimiter.unwrap_or(if tab { b'\t' } else { b',' }),
            missing_words: options.missing_words.clone(),
            notation: options.notation.clone(),
        };
        let mut scan = Scan {
            reader: reader(&input, start, u64::MAX, &dialect)?,
            start,
            name: &name,
            dialect: &dialect,
        };
        let (columns, pieces) = scan.run(options)?;
        Ok(Self {
            file: Arc::new(RowFile::new(input, columns, pieces)),
            dialect,
            batch_rows: options.batch_rows,
        })
    }
}

type Bytes = std::io::Take<BufReader<Box<dyn crate::data::input::ReadSeek>>>;

fn reader(
    input: &Input,
    start: u64,
    length: u64,
    dialect: &Dialect,
) -> Result<Reader<Bytes>, DataError> {
    let mut bytes = input.open()?;
    bytes
        .seek(SeekFrom::Start(start))
        .map_err(|error| errors::reading_failed(&input.name(), &error))?;
    Ok(ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(dialect.delimiter)
        .from_reader(BufReader::with_capacity(1 << 18, bytes).take(length)))
}

fn read_failed(source: &str, error: &::csv::Error) -> DataError {
    match error.kind() {
        ::csv::ErrorKind::Io(error) => errors::reading_failed(source, error),
        _ => errors::damaged(source, "CSV", &error.to_string()),
    }
}

impl Dialect {
    fn cell<'a>(&self, text: &'a str) -> Cell<'a> {
        if text.is_empty() || self.missing_words.iter().any(|word| word == text) {
            Cell::Missing
        } else {
            Cell::noted(text, &self.notation)
        }
    }
}

/// The columns with what was seen of them, and where the pieces are.
type Scanned = (Vec<(String, Sight)>, Vec<Piece>);

/// The pass over the whole file.
struct Scan<'a> {
    reader: Reader<Bytes>,
    /// The byte of the file that the reader calls 0.
    start: u64,
    name: &'a str,
    dialect: &'a Dialect,
}

impl Scan<'_> {
    fn run(&mut self, options: &OpenOptions) -> Result<Scanned, DataError> {
        let mut record = ByteRecord::new();
        if !self.next(&mut record)? {
            return Err(errors::empty_file(self.name));
        }
        let names = if options.header {
            let names = self.header(&record)?;
            if !self.next(&mut record)? {
                record = ByteRecord::new();
            }
            names
        } else {
            (1..=record.len())
                .map(|place| format!("column_{place}"))
                .collect()
        };
        let mut columns: Vec<(String, Sight)> = names
            .into_iter()
            .map(|name| {
                let sight = Sight::new(options.declared(&name));
                (name, sight)
            })
            .collect();
        let mut cutter = Cutter::default();
        let mut rows = 0;
        while !record.is_empty() {
            let (byte, line) = record
                .position()
                .map_or((0, 1), |place| (place.byte(), place.line()));
            cutter.row(self.start + byte, rows, line - 1);
            rows += 1;
            self.look_at(&record, &mut columns, rows, line)?;
            if rows % 4_096 == 0 && options.cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(self.name));
            }
            if !self.next(&mut record)? {
                break;
            }
        }
        let end = self.start + self.reader.position().byte();
        Ok((columns, cutter.finish(end)))
    }

    fn next(&mut self, record: &mut ByteRecord) -> Result<bool, DataError> {
        self.reader
            .read_byte_record(record)
            .map_err(|error| read_failed(self.name, &error))
    }

    fn header(&self, record: &ByteRecord) -> Result<Vec<String>, DataError> {
        let mut known = HashSet::new();
        record
            .iter()
            .enumerate()
            .map(|(place, name)| {
                let name = std::str::from_utf8(name)
                    .map_err(|_| errors::not_utf8(self.name, None, 1, None))?
                    .trim();
                if name.is_empty() {
                    return Err(errors::bad_header(
                        self.name,
                        format!("column {} has no name in the first line", place + 1),
                    ));
                }
                if !known.insert(name) {
                    return Err(errors::bad_header(
                        self.name,
                        format!("two columns are called \"{name}\" in the first line"),
                    ));
                }
                Ok(name.to_owned())
            })
            .collect()
    }

    fn look_at(
        &self,
        record: &ByteRecord,
        columns: &mut [(String, Sight)],
        row: u64,
        line: u64,
    ) -> Result<(), DataError> {
        check_length(self.name, record, columns.len(), row, line)?;
        for (field, (name, sight)) in record.iter().zip(columns) {
            let text = std::str::from_utf8(field)
                .map_err(|_| errors::not_utf8(self.name, Some(row), line, Some(name)))?;
            let cell = self.dialect.cell(text);
            sight.compare(&cell, row);
            sight.see(&cell).map_err(|what| {
                errors::value_not_read(
                    self.name,
                    row,
                    line,
                    name,
                    &what,
                    "Mend the value, declare another type for the field, or if the word means that there is no value, list it in `missing` in the manifest.",
                )
            })?;
        }
        Ok(())
    }
}

fn check_length(
    source: &str,
    record: &ByteRecord,
    expected: usize,
    row: u64,
    line: u64,
) -> Result<(), DataError> {
    if record.len() == expected {
        return Ok(());
    }
    Err(errors::wrong_number_of_fields(
        source,
        row,
        line,
        record.len() as u64,
        expected as u64,
    ))
}

impl Source for CsvSource {
    fn name(&self) -> &str {
        &self.file.name
    }

    fn schema(&self) -> SchemaRef {
        self.file.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.file.pieces.len()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        Some(self.file.pieces[piece].rows)
    }

    fn statistics(&self, _piece: usize, _column: usize) -> Option<Statistics> {
        None
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let piece = self.file.pieces[piece];
        Ok(Box::new(CsvBatches {
            reader: reader(
                &self.file.input,
                piece.start,
                piece.end - piece.start,
                &self.dialect,
            )?,
            schema: self.file.projected(columns)?,
            columns: self.file.columns(columns),
            places: columns.to_vec(),
            file: self.file.clone(),
            dialect: self.dialect.clone(),
            piece,
            read: 0,
            batch_rows: self.batch_rows,
        }))
    }
}

struct CsvBatches {
    file: Arc<RowFile>,
    reader: Reader<Bytes>,
    dialect: Dialect,
    schema: SchemaRef,
    places: Vec<usize>,
    columns: Vec<Column>,
    piece: Piece,
    read: u64,
    batch_rows: usize,
}

impl CsvBatches {
    fn gather(&mut self) -> Result<Option<RecordBatch>, DataError> {
        let mut record = ByteRecord::new();
        let mut rows = 0;
        while rows < self.batch_rows {
            let more = self
                .reader
                .read_byte_record(&mut record)
                .map_err(|error| read_failed(&self.file.name, &error))?;
            if !more {
                break;
            }
            rows += 1;
            self.read += 1;
            let row = self.piece.rows_before + self.read;
            let line = self.piece.lines_before + record.position().map_or(0, ::csv::Position::line);
            check_length(&self.file.name, &record, self.file.names.len(), row, line)?;
            for (place, column) in self.places.iter().zip(&mut self.columns) {
                let name = &self.file.names[*place];
                let text = std::str::from_utf8(&record[*place])
                    .map_err(|_| errors::not_utf8(&self.file.name, Some(row), line, Some(name)))?;
                let cell = self.dialect.cell(text);
                if !column.push(&cell) {
                    return Err(self.file.changed(row, line, *place, &cell));
                }
            }
        }
        if rows == 0 {
            return Ok(None);
        }
        batch(&self.file.name, &self.schema, &mut self.columns, rows).map(Some)
    }
}

impl Iterator for CsvBatches {
    type Item = Result<RecordBatch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.gather().transpose()
    }
}
