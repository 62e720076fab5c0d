//! Parquet. A piece is a row group; only the columns asked for are decoded. Text whose pages are dictionaries is handed out as dictionaries,
//! so that a test of text is made once for each different value.
//!
//! Columns that are not nested, in the encodings that most files have, are decoded here (`leaf`), which is quicker; the others by the crate.

mod bits;
mod bloom;
mod header;
mod hybrid;
mod index;
mod leaf;
mod pages;
mod rows;
mod snappy;
mod spare;
mod values;

use self::leaf::Leaf;
use self::pages::Pages;
use self::rows::{InSteps, Rows};
use self::spare::Spare;
use super::points::corners;
use crate::data::input::{Chunks, Input};
use crate::data::statistics::constant;
use crate::data::{Batches, DataError, OpenOptions, Source, Statistics, Steps, errors, guard};
use crate::schema::point_parts;
use crate::types::Constant;
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use ::parquet::basic::Encoding;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ColumnChunkMetaData;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use std::sync::Arc;

const FORMAT: &str = "Parquet";

/// A Parquet file, of which so far only the footer has been read.
#[derive(Debug)]
pub(in crate::data) struct ParquetSource {
    input: Input,
    name: String,
    metadata: ArrowReaderMetadata,
    /// For each column of the schema, its place in the file.
    roots: Vec<usize>,
    /// For each column of the schema, the leaf it is stored in; none where there are several.
    leaves: Vec<Option<usize>>,
    batch_rows: usize,
    spare: Spare,
}

impl ParquetSource {
    pub(in crate::data) fn open(input: Input, options: &OpenOptions) -> Result<Self, DataError> {
        let name = input.name();
        let ends = input.ends()?;
        if !ends.first.starts_with(b"PAR1") {
            return Err(errors::not_what_it_says(
                &name,
                FORMAT,
                super::super::open::looks_like(&ends.first),
            ));
        }
        if ends.length < 12 || !ends.last.ends_with(b"PAR1") {
            return Err(errors::damaged(&name, FORMAT, "its end is not there"));
        }
        let chunks = input.chunks()?;
        let (metadata, roots, leaves) = guard::guarded(&name, FORMAT, || {
            let fault = |error: ParquetError| errors::damaged(&name, FORMAT, &plain(&error));
            let plain_options = ArrowReaderOptions::new();
            let metadata = ArrowReaderMetadata::load(&chunks, plain_options).map_err(fault)?;
            let roots = roots(&metadata).ok_or_else(|| {
                errors::damaged(&name, FORMAT, "its columns do not fit its schema")
            })?;
            let leaves = leaves(&metadata, &roots);
            let hint = dictionaries(&metadata, &leaves);
            let hinted = ArrowReaderOptions::new().with_schema(hint);
            // A file whose types do not take the hint is read as it is.
            let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), hinted)
                .unwrap_or(metadata);
            Ok((metadata, roots, leaves))
        })?;
        Ok(Self {
            input,
            name,
            metadata,
            roots,
            leaves,
            batch_rows: options.batch_rows,
            spare: Spare::default(),
        })
    }
}

fn plain(error: &ParquetError) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("Parquet error: ").unwrap_or(&text);
    text.strip_prefix("Arrow: ").unwrap_or(text).to_owned()
}

/// For each column its place among the roots of the file, which may have groups without columns between them.
fn roots(metadata: &ArrowReaderMetadata) -> Option<Vec<usize>> {
    let mut roots = metadata
        .parquet_schema()
        .root_schema()
        .get_fields()
        .iter()
        .enumerate();
    let columns = metadata.schema().fields().iter();
    columns
        .map(|column| {
            roots
                .find(|(_, root)| root.name() == column.name())
                .map(|(place, _)| place)
        })
        .collect()
}

/// The one leaf of each column that is not nested, or of a list of what is not.
fn leaves(metadata: &ArrowReaderMetadata, roots: &[usize]) -> Vec<Option<usize>> {
    let parquet = metadata.parquet_schema();
    let of_root = |root: usize| {
        let mut leaves =
            (0..parquet.num_columns()).filter(|leaf| parquet.get_column_root_idx(*leaf) == root);
        leaves.next().filter(|_| leaves.next().is_none())
    };
    roots.iter().map(|root| of_root(*root)).collect()
}

/// The schema, with dictionaries where the file has nothing but dictionary pages for a text.
///
/// Codes have 32 bits here even where the file was written from narrower ones: a row group may hold the words of several of the
/// dictionaries it was written from.
fn dictionaries(metadata: &ArrowReaderMetadata, leaves: &[Option<usize>]) -> SchemaRef {
    let groups = metadata.metadata().row_groups();
    let fields: Vec<FieldRef> = metadata
        .schema()
        .fields()
        .iter()
        .zip(leaves)
        .map(|(field, leaf)| {
            let all = leaf.is_some_and(|leaf| {
                !groups.is_empty()
                    && groups
                        .iter()
                        .all(|group| only_dictionary_pages(group.column(leaf)))
            });
            let data_type = with_dictionaries(field.data_type(), all);
            Arc::new(field.as_ref().clone().with_data_type(data_type))
        })
        .collect();
    let old = metadata.schema();
    Arc::new(Schema::new_with_metadata(fields, old.metadata().clone()))
}

fn with_dictionaries(data_type: &DataType, all: bool) -> DataType {
    let wide = |values: &DataType| {
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(values.clone()))
    };
    let inside = |element: &Field| {
        let inner = with_dictionaries(element.data_type(), all);
        Arc::new(element.clone().with_data_type(inner))
    };
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 if all => wide(data_type),
        DataType::Utf8View if all => wide(&DataType::Utf8),
        DataType::Dictionary(_, values)
            if matches!(**values, DataType::Utf8 | DataType::LargeUtf8) =>
        {
            wide(values)
        }
        DataType::List(element) => DataType::List(inside(element)),
        DataType::LargeList(element) => DataType::LargeList(inside(element)),
        other => other.clone(),
    }
}

fn only_dictionary_pages(chunk: &ColumnChunkMetaData) -> bool {
    if chunk.dictionary_page_offset().is_none() {
        return false;
    }
    match chunk.page_encoding_stats_mask() {
        Some(mask) => {
            mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY)
        }
        // Without these figures the list of encodings has to do; the dictionary itself is listed as plain by newer writers.
        None => chunk
            .encodings()
            .all(|encoding| matches!(encoding, Encoding::PLAIN_DICTIONARY | Encoding::RLE)),
    }
}

impl Source for ParquetSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> SchemaRef {
        self.metadata.schema().clone()
    }

    fn pieces(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        u64::try_from(self.metadata.metadata().row_group(piece).num_rows()).ok()
    }

    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics> {
        let field = self.metadata.schema().field(column);
        if let DataType::Struct(parts) = field.data_type() {
            return self.corners_of(piece, column, parts);
        }
        let leaf = self.leaves[column]?;
        if field.data_type().is_nested() {
            return None;
        }
        guard::guarded(&self.name, FORMAT, || Ok(self.bounds(piece, leaf, field)))
            .ok()
            .flatten()
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        match self.read_here(piece, columns, self.batch_rows)? {
            Some(rows) => Ok(self.behind_guard(Box::new(rows))),
            None => self.read_by_crate(piece, columns, self.batch_rows),
        }
    }

    fn parts(&self, piece: usize, column: usize) -> Option<Vec<(u64, Statistics)>> {
        // Where the index cannot be read, the pages still can.
        self.known_of_pages(piece, column).ok().flatten()
    }

    fn different(&self, piece: usize, column: usize) -> Result<Option<ArrayRef>, DataError> {
        // Where there are many, it takes about as long to look at them as at the rows.
        const MOST_BYTES: i64 = 64 << 10;
        let group = self.metadata.metadata().row_group(piece);
        let is_small = self.leaves[column].is_some_and(|leaf| {
            let chunk = group.column(leaf);
            chunk.dictionary_page_offset().is_some_and(|at| {
                let behind = chunk.data_page_offset().saturating_sub(at);
                (0..=MOST_BYTES).contains(&behind)
            })
        });
        if !is_small {
            return Ok(None);
        }
        guard::guarded(&self.name, FORMAT, || {
            let Some(mut leaf) = self.leaf(piece, column)? else {
                return Ok(None);
            };
            let different = leaf.different();
            different.map_err(|detail| errors::damaged(&self.name, FORMAT, &detail))
        })
    }

    fn lacks(&self, piece: usize, column: usize, values: &[Constant]) -> Result<bool, DataError> {
        let field = self.metadata.schema().field(column);
        let group = self.metadata.metadata().row_group(piece);
        let chunk = self.leaves[column].map(|leaf| group.column(leaf));
        match chunk {
            Some(chunk) if !field.data_type().is_nested() => {
                let chunks = self.input.chunks()?;
                guard::guarded(&self.name, FORMAT, || {
                    bloom::lacks(&chunks, chunk, field.data_type(), values)
                        .map_err(|error| errors::damaged(&self.name, FORMAT, &plain(&error)))
                })
            }
            _ => Ok(false),
        }
    }

    fn read_in_steps(
        &self,
        piece: usize,
        place: usize,
        columns: &[usize],
        rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        let leaf = guard::guarded(&self.name, FORMAT, || self.leaf(piece, place))?;
        let Some(first) = leaf else {
            return Ok(None);
        };
        // What decides is read once, even if it is wanted as well.
        let beside: Vec<usize> = (columns.iter().copied())
            .filter(|column| *column != place)
            .collect();
        let place = match columns.binary_search(&place) {
            Err(_) => None,
            Ok(at) => {
                let schema = self.metadata.schema().project(columns);
                let damaged = |error| errors::damaged(&self.name, FORMAT, &format!("{error}"));
                Some((at, Arc::new(schema.map_err(damaged)?)))
            }
        };
        let rows = self.read_here(piece, &beside, self.batch_rows.min(rows))?;
        Ok(rows.map(|rows| {
            Box::new(InSteps {
                name: self.name.clone(),
                first,
                held: None,
                place,
                rows,
            }) as Box<dyn Steps>
        }))
    }
}

impl ParquetSource {
    /// The rows of a piece; none where all columns are to be read by the crate.
    fn read_here(
        &self,
        piece: usize,
        columns: &[usize],
        batch_rows: usize,
    ) -> Result<Option<Rows>, DataError> {
        let leaves = guard::guarded(&self.name, FORMAT, || {
            let leaves = columns.iter().map(|column| self.leaf(piece, *column));
            leaves.collect::<Result<Vec<_>, _>>()
        })?;
        let others: Vec<usize> = (columns.iter().zip(&leaves))
            .filter(|(_, leaf)| leaf.is_none())
            .map(|(column, _)| *column)
            .collect();
        if others.len() == columns.len() && !columns.is_empty() {
            return Ok(None);
        }
        let others = match others[..] {
            [] => None,
            _ => Some(self.read_by_crate(piece, &others, batch_rows)?),
        };
        let name = self.name.clone();
        let damaged = move |detail: &str| errors::damaged(&name, FORMAT, detail);
        let schema = self.metadata.schema().project(columns);
        Ok(Some(Rows {
            schema: Arc::new(schema.map_err(|error| damaged(&error.to_string()))?),
            leaves,
            others,
            batch_rows,
            next: batch_rows,
            left: self.rows(piece).unwrap_or(0) as usize,
            damaged: Box::new(damaged),
        }))
    }

    /// A column that is decoded here; none where it is to be read by the crate.
    fn leaf(&self, piece: usize, column: usize) -> Result<Option<Leaf>, DataError> {
        let group = self.metadata.metadata().row_group(piece);
        let data_type = self.metadata.schema().field(column).data_type();
        let chunk = self.leaves[column].map(|leaf| group.column(leaf));
        let Some(chunk) = chunk.filter(|chunk| leaf::is_readable(chunk, data_type)) else {
            return Ok(None);
        };
        let Ok(rows) = group.num_rows().try_into() else {
            return Ok(None);
        };
        // Each has the file for itself, so that the system sees it being read in order, and reads ahead.
        let chunks = self.input.chunks()?;
        let pages = Pages::find(chunks, &self.spare, chunk, data_type, rows);
        Ok(pages.and_then(|pages| Leaf::new(pages, chunk, data_type, &self.spare)))
    }

    fn behind_guard(&self, batches: Batches) -> Batches {
        Box::new(guard::Guarded {
            source: self.name.clone(),
            format: FORMAT,
            batches: Some(batches),
        })
    }

    fn read_by_crate(
        &self,
        piece: usize,
        columns: &[usize],
        batch_rows: usize,
    ) -> Result<Batches, DataError> {
        let chunks = self.input.chunks()?;
        let batches = guard::guarded(&self.name, FORMAT, || {
            let builder = ParquetRecordBatchReaderBuilder::<Chunks>::new_with_metadata(
                chunks,
                self.metadata.clone(),
            );
            let roots = columns.iter().map(|column| self.roots[*column]);
            let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
            builder
                .with_row_groups(vec![piece])
                .with_projection(mask)
                .with_batch_size(batch_rows)
                .build()
                .map_err(|error| errors::damaged(&self.name, FORMAT, &plain(&error)))
        })?;
        let name = self.name.clone();
        Ok(self.behind_guard(Box::new(batches.map(
            move |batch: Result<RecordBatch, _>| {
                batch.map_err(|error| damaged_by_arrow(&name, &error))
            },
        ))))
    }
}

fn damaged_by_arrow(name: &str, error: &arrow_schema::ArrowError) -> DataError {
    let text = error.to_string();
    let detail = ["Parquet argument error: ", "Parquet error: "]
        .iter()
        .fold(text.as_str(), |text, prefix| {
            text.strip_prefix(prefix).unwrap_or(text)
        });
    errors::damaged(name, FORMAT, detail)
}

impl ParquetSource {
    /// The corners of a column of places; none where it holds other records.
    fn corners_of(&self, piece: usize, column: usize, parts: &Fields) -> Option<Statistics> {
        let (latitude, longitude) = point_parts(parts)?;
        let parquet = self.metadata.parquet_schema();
        let root = self.roots[column];
        let leaves: Vec<usize> = (0..parquet.num_columns())
            .filter(|leaf| parquet.get_column_root_idx(*leaf) == root)
            .collect();
        if leaves.len() != parts.len() {
            return None;
        }
        let part = |part: usize| {
            let bounds = || Ok(self.bounds(piece, leaves[part], &parts[part]));
            guard::guarded(&self.name, FORMAT, bounds).ok().flatten()
        };
        Some(corners(&part(latitude)?, &part(longitude)?))
    }

    /// The figures of the footer, as far as they are certain. Truncated text is a bound all the same: writers cut the low one and raise the
    /// high one. Figures from the old fields, whose order is not defined, are left out.
    fn bounds(&self, piece: usize, leaf: usize, field: &Field) -> Option<Statistics> {
        let metadata = self.metadata.metadata();
        let group = metadata.row_group(piece);
        let raw = group.column(leaf).statistics()?;
        let schema = self.metadata.parquet_schema();
        let mut bounds = (None, None);
        if !raw.is_min_max_deprecated() {
            let converter = StatisticsConverter::from_column_index(leaf, field, schema).ok()?;
            let low = converter.row_group_mins([group]).ok()?;
            let high = converter.row_group_maxes([group]).ok()?;
            bounds = (constant(&low, 0), constant(&high, 0));
        }
        Some(certain(field.data_type(), raw.null_count_opt(), bounds))
    }
}

/// What the nulls and the bounds that a file tells of a column say for certain. A NaN counts as missing, is not among the nulls, and may stand for a bound.
fn certain(
    data_type: &DataType,
    nulls: Option<u64>,
    (low, high): (Option<Constant>, Option<Constant>),
) -> Statistics {
    match data_type {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            let both = low.zip(high);
            Statistics {
                missing: None,
                low: both.as_ref().map(|(low, _)| low.clone()),
                high: both.map(|(_, high)| high),
            }
        }
        _ => Statistics {
            missing: nulls,
            low,
            high,
        },
    }
}
