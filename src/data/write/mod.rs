//! Writing who is in which segment, batch by batch, as a run finds it out.
//!
//! A file is written beside its place under a name that ends in `.tmp` and takes its place once it is whole; whatever goes wrong, nothing
//! half-written is left.

mod encode;
mod events;
mod target;
mod written;

use super::{DataError, Format, errors};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Int32Array, RecordBatch, StringArray,
    UInt32Array,
};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use encode::Encoder;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use target::Target;

pub use events::EventsWriter;
pub use target::write_text;
pub use written::written_members;

/// How members are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A row for each contact and segment it is in: the key and the name of the segment. Contacts in no segment have no row.
    Long,
    /// A row for each contact: the key and a boolean column for each segment.
    Wide,
}

/// Labels of which each contact has one at most, such as those of a classification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// What the column is called.
    pub name: String,
    /// In the order in which their masks come.
    pub labels: Vec<String>,
}

/// Rows of a written batch at most.
const BATCH_ROWS: usize = 65_536;

/// Writes members of segments, batch by batch.
pub struct MembersWriter {
    layout: Layout,
    key_type: DataType,
    schema: SchemaRef,
    /// Names of segments and of classifications.
    segments: ArrayRef,
    /// Names of the labels of all classifications.
    label_names: ArrayRef,
    labels: Vec<Labels>,
    /// Names are written as text, not as a dictionary.
    is_text: bool,
    /// How many masks are those of segments.
    plain: usize,
    encoder: Encoder,
    unfinished: Option<PathBuf>,
    rows: u64,
}

impl std::fmt::Debug for MembersWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MembersWriter")
            .field("layout", &self.layout)
            .field("schema", &self.schema)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl MembersWriter {
    /// Writes to a file. Nothing stands at `path` (or the old file still does) until [`MembersWriter::finish`].
    ///
    /// `key` is the field of the key in the source's schema, under the name the column is to have; `segments` are the names of the segments in
    /// the order in which their masks come.
    ///
    /// # Errors
    ///
    /// The file cannot be made, or two columns would have the same name.
    pub fn create(
        path: &Path,
        format: Format,
        layout: Layout,
        key: &Field,
        segments: &[String],
    ) -> Result<Self, DataError> {
        Self::new(Target::beside(path)?, format, layout, key, segments, &[])
    }

    /// The same with classifications, the masks of whose labels come behind those of the segments. A wide row has the name of the contact's label
    /// in a column of text for each; a long row names the classification as it names a segment, and has the label in a third column.
    ///
    /// # Errors
    ///
    /// As [`MembersWriter::create`].
    pub fn create_with_labels(
        path: &Path,
        format: Format,
        layout: Layout,
        key: &Field,
        segments: &[String],
        labels: &[Labels],
    ) -> Result<Self, DataError> {
        Self::new(Target::beside(path)?, format, layout, key, segments, labels)
    }

    /// Writes to a stream, such as the standard output; `name` is what people see in messages.
    ///
    /// # Errors
    ///
    /// The stream cannot be written to, or two columns would have the same name.
    pub fn to_stream(
        name: impl Into<String>,
        stream: Box<dyn Write + Send>,
        format: Format,
        layout: Layout,
        key: &Field,
        segments: &[String],
    ) -> Result<Self, DataError> {
        Self::new(
            Target::stream(name.into(), stream),
            format,
            layout,
            key,
            segments,
            &[],
        )
    }

    fn new(
        target: Target,
        format: Format,
        layout: Layout,
        key: &Field,
        segments: &[String],
        labels: &[Labels],
    ) -> Result<Self, DataError> {
        let key_type = plain(key.data_type());
        let mut fields = vec![Field::new(key.name(), key_type.clone(), false)];
        let text = matches!(format, Format::Csv | Format::JsonLines);
        let name_type = || match text {
            true => DataType::Utf8,
            false => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        };
        let names: Vec<&String> = segments
            .iter()
            .chain(labels.iter().map(|labels| &labels.name))
            .collect();
        match layout {
            Layout::Long => {
                let name = if key.name() == "segment" {
                    "segment_name"
                } else {
                    "segment"
                };
                fields.push(Field::new(name, name_type(), false));
                if !labels.is_empty() {
                    let name = if key.name() == "label" {
                        "label_name"
                    } else {
                        "label"
                    };
                    fields.push(Field::new(name, name_type(), true));
                }
            }
            Layout::Wide => {
                if let Some(clash) = names.iter().find(|name| **name == key.name()) {
                    let what = if segments.contains(clash) {
                        "a segment"
                    } else {
                        "a classification"
                    };
                    return Err(errors::cannot_write(
                        target.name(),
                        &format!("the key and {what} would both be the column \"{clash}\""),
                    ));
                }
                fields.extend(
                    segments
                        .iter()
                        .map(|segment| Field::new(segment, DataType::Boolean, false)),
                );
                fields.extend(
                    labels
                        .iter()
                        .map(|labels| Field::new(&labels.name, name_type(), true)),
                );
            }
        }
        let schema = Arc::new(Schema::new(fields));
        let unfinished = target.unfinished().map(Path::to_owned);
        let encoder = Encoder::new(target, format, &schema)?;
        Ok(Self {
            unfinished,
            layout,
            key_type,
            schema,
            is_text: text,
            plain: segments.len(),
            segments: Arc::new(StringArray::from_iter_values(names)),
            label_names: {
                let names = labels.iter().flat_map(|labels| &labels.labels);
                Arc::new(StringArray::from(
                    names.map(String::as_str).collect::<Vec<_>>(),
                ))
            },
            labels: labels.to_vec(),
            encoder,
            rows: 0,
        })
    }

    /// The file that is written to until [`MembersWriter::finish`] gives it its name; a program that has to end in the middle removes it. None for a
    /// stream.
    pub fn unfinished(&self) -> Option<&Path> {
        self.unfinished.as_deref()
    }

    /// Writes the contacts of one batch: their keys, and for each segment, then for each label, who is in it.
    ///
    /// # Errors
    ///
    /// The disk is full or the stream closed. The writer is of no use afterwards; dropping it removes what it wrote.
    pub fn write(&mut self, keys: &ArrayRef, masks: &[BooleanBuffer]) -> Result<(), DataError> {
        let keys = if *keys.data_type() == self.key_type {
            keys.clone()
        } else {
            arrow_cast::cast(keys, &self.key_type).map_err(|error| self.failed(&error))?
        };
        match self.layout {
            Layout::Long => self.write_long(&keys, masks),
            Layout::Wide => self.write_wide(&keys, masks),
        }
    }

    fn failed(&self, error: &ArrowError) -> DataError {
        errors::cannot_write(self.encoder.name(), &error.to_string())
    }

    fn write_wide(&mut self, keys: &ArrayRef, masks: &[BooleanBuffer]) -> Result<(), DataError> {
        let mut columns = vec![keys.clone()];
        let (segments, labels) = masks.split_at(self.plain.min(masks.len()));
        columns.extend(
            segments
                .iter()
                .map(|mask| Arc::new(BooleanArray::new(mask.clone(), None)) as ArrayRef),
        );
        let (mut start, mut rest) = (0, labels);
        for labels in &self.labels {
            let (own, others) = rest.split_at(labels.labels.len().min(rest.len()));
            let codes = (0..keys.len()).map(|row| {
                let label = own.iter().position(|mask| mask.value(row));
                label.map(|label| (start + label) as i32)
            });
            columns.push(self.names(&self.label_names, codes.collect())?);
            start += labels.labels.len();
            rest = others;
        }
        self.put(columns)
    }

    fn write_long(&mut self, keys: &ArrayRef, masks: &[BooleanBuffer]) -> Result<(), DataError> {
        let mut contacts: Vec<u32> = Vec::new();
        let mut segments: Vec<i32> = Vec::new();
        let mut labels: Vec<Option<i32>> = Vec::new();
        // For each mask the name of its segment or classification, and of its label.
        let plain = (0..self.plain).map(|segment| (segment as i32, None));
        let named: Vec<(i32, Option<i32>)> = plain
            .chain(
                self.labels
                    .iter()
                    .enumerate()
                    .flat_map(|(place, labels)| labels.labels.iter().map(move |_| place))
                    .enumerate()
                    .map(|(label, place)| ((self.plain + place) as i32, Some(label as i32))),
            )
            .collect();
        for row in 0..keys.len() {
            for ((segment, label), mask) in named.iter().zip(masks) {
                if mask.value(row) {
                    contacts.push(row as u32);
                    segments.push(*segment);
                    labels.push(*label);
                }
            }
            if contacts.len() >= BATCH_ROWS || (row + 1 == keys.len() && !contacts.is_empty()) {
                let rows = UInt32Array::from(std::mem::take(&mut contacts));
                let keys = arrow_select::take::take(keys, &rows, None)
                    .map_err(|error| self.failed(&error))?;
                let segments = Int32Array::from(std::mem::take(&mut segments));
                let mut columns = vec![keys, self.names(&self.segments, segments)?];
                let labels = Int32Array::from(std::mem::take(&mut labels));
                if !self.labels.is_empty() {
                    columns.push(self.names(&self.label_names, labels)?);
                }
                self.put(columns)?;
            }
        }
        Ok(())
    }

    fn names(&self, names: &ArrayRef, codes: Int32Array) -> Result<ArrayRef, DataError> {
        if self.is_text {
            return arrow_select::take::take(names, &codes, None)
                .map_err(|error| self.failed(&error));
        }
        let names = DictionaryArray::<Int32Type>::new(codes, names.clone());
        Ok(Arc::new(names))
    }

    fn put(&mut self, columns: Vec<ArrayRef>) -> Result<(), DataError> {
        let batch = RecordBatch::try_new(self.schema.clone(), columns)
            .map_err(|error| self.failed(&error))?;
        self.rows += batch.num_rows() as u64;
        self.encoder.write(&batch)
    }

    /// Writes what is left and puts the file in its place. Returns the number of rows written.
    ///
    /// # Errors
    ///
    /// As [`MembersWriter::write`]; nothing is left behind then.
    pub fn finish(self) -> Result<u64, DataError> {
        self.encoder.finish()?;
        Ok(self.rows)
    }
}

/// Keys are written plainly, whatever layout they have in the source.
fn plain(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain(values),
        DataType::RunEndEncoded(_, values) => plain(values.data_type()),
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        other => other.clone(),
    }
}
