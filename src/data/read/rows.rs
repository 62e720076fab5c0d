//! What CSV and JSON lines have in common: a first pass over the whole file that settles the types and finds where pieces begin,
//! then pieces that are read apart.

use crate::data::cells::{Cell, CellType, Column, Sight};
use crate::data::input::Input;
use crate::data::{DataError, errors};
use crate::schema::Nearly;
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use std::sync::Arc;

/// A piece is at least so many bytes, and at least a row.
pub(super) const PIECE_BYTES: u64 = 4 << 20;

/// A stretch of whole rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Piece {
    pub(super) start: u64,
    pub(super) end: u64,
    /// Rows and lines of the file before it.
    pub(super) rows_before: u64,
    pub(super) lines_before: u64,
    pub(super) rows: u64,
}

/// Cuts a file into pieces while its rows go by.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    pieces: Vec<Piece>,
    current: Piece,
}

impl Cutter {
    /// A row begins at this byte, with so many rows and lines before it.
    pub(super) fn row(&mut self, byte: u64, rows_before: u64, lines_before: u64) {
        if self.current.rows == 0 {
            self.current = Piece {
                start: byte,
                end: byte,
                rows_before,
                lines_before,
                rows: 0,
            };
        } else if byte - self.current.start >= PIECE_BYTES {
            self.current.end = byte;
            self.pieces.push(self.current);
            self.current = Piece {
                start: byte,
                end: byte,
                rows_before,
                lines_before,
                rows: 0,
            };
        }
        self.current.rows += 1;
    }

    pub(super) fn finish(mut self, end: u64) -> Vec<Piece> {
        if self.current.rows > 0 {
            self.current.end = end;
            self.pieces.push(self.current);
        }
        self.pieces
    }
}

/// A file of rows whose types are settled.
#[derive(Debug)]
pub(super) struct RowFile {
    pub(super) input: Input,
    pub(super) name: String,
    pub(super) names: Vec<String>,
    pub(super) types: Vec<CellType>,
    pub(super) schema: SchemaRef,
    pub(super) pieces: Vec<Piece>,
}

impl RowFile {
    pub(super) fn new(input: Input, columns: Vec<(String, Sight)>, pieces: Vec<Piece>) -> Self {
        let nearly: Vec<_> = columns.iter().map(|(_, sight)| sight.nearly()).collect();
        let (names, types): (Vec<String>, Vec<CellType>) = columns
            .into_iter()
            .map(|(name, sight)| (name, sight.settle()))
            .unzip();
        let fields: Vec<Field> = names
            .iter()
            .zip(&types)
            .zip(nearly)
            .map(|((name, cell_type), nearly)| {
                let field = Field::new(name, cell_type.arrow(), true);
                match nearly {
                    Some((data_type, words)) => Nearly { data_type, words }.noted(field),
                    None => field,
                }
            })
            .collect();
        Self {
            name: input.name(),
            input,
            names,
            types,
            schema: Arc::new(Schema::new(fields)),
            pieces,
        }
    }

    /// Empty columns for these places.
    pub(super) fn columns(&self, places: &[usize]) -> Vec<Column> {
        places
            .iter()
            .map(|place| Column::new(&self.types[*place]))
            .collect()
    }

    /// The schema of batches of these places.
    pub(super) fn projected(&self, places: &[usize]) -> Result<SchemaRef, DataError> {
        self.schema
            .project(places)
            .map(Arc::new)
            .map_err(|error| errors::damaged(&self.name, "text", &error.to_string()))
    }

    /// The fault of a value that does not fit, although it did when the file was opened.
    pub(super) fn changed(&self, row: u64, line: u64, place: usize, cell: &Cell) -> DataError {
        let what = match cell {
            Cell::Loose(text) | Cell::Number(text) => format!("\"{text}\" does not fit the column"),
            _ => "the value does not fit the column".to_owned(),
        };
        errors::value_not_read(
            &self.name,
            row,
            line,
            &self.names[place],
            &what,
            "The file has changed since it was opened; run again.",
        )
    }
}

/// A batch of the gathered columns.
pub(super) fn batch(
    source: &str,
    schema: &SchemaRef,
    columns: &mut [Column],
    rows: usize,
) -> Result<RecordBatch, DataError> {
    let arrays = columns.iter_mut().map(Column::finish).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema.clone(), arrays, &options)
        .map_err(|error| errors::damaged(source, "text", &error.to_string()))
}
