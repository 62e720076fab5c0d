//! Gathering the values of a column, each read as the type that the column has.

use super::written::{boolean, date, decimal, duration, finite, nanoseconds};
use super::{Cell, CellType};
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, DurationNanosecondBuilder, Float64Builder,
    Int64Builder, StringBuilder, TimestampMicrosecondBuilder, TimestampNanosecondBuilder,
    UInt8Builder,
};
use arrow_array::types::UInt8Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, MapArray, NullArray, StringArray, StructArray, UnionArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, UnionFields};
use hashbrown::HashMap;
use std::sync::Arc;

/// Gathers the values of one column of a batch.
pub(in crate::data) enum Column {
    Nothing(usize),
    Boolean(BooleanBuilder),
    Whole(Int64Builder),
    Decimal(Decimal128Builder, u8),
    Float(Float64Builder),
    Text(StringBuilder),
    Words {
        codes: UInt8Builder,
        places: HashMap<String, u8>,
        values: ArrayRef,
    },
    Date(Date32Builder),
    Microseconds(TimestampMicrosecondBuilder),
    Nanoseconds(TimestampNanosecondBuilder),
    Duration(DurationNanosecondBuilder),
    List(Box<ListColumn>),
    Record(Box<RecordColumn>),
    Map(Box<MapColumn>),
    /// A column that is no field; nobody asks for its values.
    Skipped(usize, DataType),
}

/// A list's elements and where each list ends.
pub(in crate::data) struct ListColumn {
    elements: Column,
    /// The length of each list; none is a missing list.
    lengths: Vec<Option<usize>>,
}

/// The parts of records, one value of each for each record.
pub(in crate::data) struct RecordColumn {
    parts: Vec<(String, Column)>,
    known: Vec<bool>,
}

/// The entries of maps.
pub(in crate::data) struct MapColumn {
    keys: StringBuilder,
    values: Column,
    /// The number of entries of each map; none is a missing map.
    lengths: Vec<Option<usize>>,
}

impl Column {
    pub(in crate::data) fn new(cell_type: &CellType) -> Self {
        match cell_type {
            CellType::Nothing => Column::Nothing(0),
            CellType::Boolean => Column::Boolean(BooleanBuilder::new()),
            CellType::Whole => Column::Whole(Int64Builder::new()),
            CellType::Decimal { scale } => Column::Decimal(
                Decimal128Builder::new().with_data_type(cell_type.arrow()),
                *scale,
            ),
            CellType::Float => Column::Float(Float64Builder::new()),
            CellType::Text => Column::Text(StringBuilder::new()),
            CellType::Words(words) => Column::Words {
                codes: UInt8Builder::new(),
                places: words
                    .iter()
                    .enumerate()
                    .map(|(place, word)| (word.clone(), place as u8))
                    .collect(),
                values: Arc::new(StringArray::from_iter_values(words.iter())),
            },
            CellType::Date => Column::Date(Date32Builder::new()),
            CellType::Time { nanoseconds: false } => Column::Microseconds(
                TimestampMicrosecondBuilder::new().with_data_type(cell_type.arrow()),
            ),
            CellType::Time { nanoseconds: true } => Column::Nanoseconds(
                TimestampNanosecondBuilder::new().with_data_type(cell_type.arrow()),
            ),
            CellType::Duration => Column::Duration(DurationNanosecondBuilder::new()),
            CellType::List(element) => Column::List(Box::new(ListColumn {
                elements: Column::new(element),
                lengths: Vec::new(),
            })),
            CellType::Record(parts) => Column::Record(Box::new(RecordColumn {
                parts: (parts.iter())
                    .map(|(name, part)| (name.clone(), Column::new(part)))
                    .collect(),
                known: Vec::new(),
            })),
            CellType::Map(value) => Column::Map(Box::new(MapColumn {
                keys: StringBuilder::new(),
                values: Column::new(value),
                lengths: Vec::new(),
            })),
            CellType::Mixed => Column::Skipped(0, cell_type.arrow()),
        }
    }

    /// Adds a value. False where it is not of the column's type, which happens only where the file has changed since it was opened.
    #[must_use]
    pub(in crate::data) fn push(&mut self, cell: &Cell) -> bool {
        if let Cell::Missing = cell {
            self.push_missing();
            return true;
        }
        let words = match cell {
            Cell::Loose(text) | Cell::Noted { text, .. } | Cell::Number(text) => Some(*text),
            Cell::Text(text) => Some(text.as_ref()),
            Cell::Missing | Cell::Boolean(_) | Cell::List(_) | Cell::Record(_) | Cell::Unread => {
                None
            }
        };
        let plain = match cell {
            Cell::Noted { plain, .. } => Some(plain.as_str()),
            _ => words,
        };
        let trimmed = plain.map(|text| text.trim_matches(' '));
        match (self, cell) {
            (Column::Boolean(column), Cell::Boolean(value)) => {
                column.append_value(*value);
                true
            }
            (Column::Boolean(column), Cell::Loose(_) | Cell::Noted { .. }) => {
                let value = trimmed.and_then(|text| boolean(text, true));
                keep(value, |value| column.append_value(value))
            }
            (Column::Whole(column), _) => {
                keep(trimmed.and_then(|text| text.parse().ok()), |value| {
                    column.append_value(value)
                })
            }
            (Column::Decimal(column, scale), _) => {
                keep(trimmed.and_then(|text| decimal(text, *scale)), |value| {
                    column.append_value(value)
                })
            }
            (Column::Float(column), _) => {
                keep(trimmed.and_then(finite), |value| column.append_value(value))
            }
            (Column::Text(column), _) => keep(words, |text| column.append_value(text)),
            (Column::Words { codes, places, .. }, _) => {
                keep(words.and_then(|text| places.get(text)), |code| {
                    codes.append_value(*code)
                })
            }
            (Column::Date(column), _) => {
                keep(trimmed.and_then(date), |value| column.append_value(value))
            }
            (Column::Microseconds(column), _) => keep(trimmed.and_then(nanoseconds), |value| {
                column.append_value(value.div_euclid(1_000))
            }),
            (Column::Nanoseconds(column), _) => keep(trimmed.and_then(nanoseconds), |value| {
                column.append_value(value)
            }),
            (Column::Duration(column), _) => keep(trimmed.and_then(duration), |value| {
                column.append_value(value)
            }),
            (Column::List(list), Cell::List(cells)) => {
                list.lengths.push(Some(cells.len()));
                cells.iter().all(|cell| list.elements.push(cell))
            }
            (Column::Record(records), Cell::Record(members)) => {
                records.known.push(true);
                records.parts.iter_mut().all(|(name, part)| {
                    let member = members.iter().find(|(known, _)| known == name);
                    part.push(member.map_or(&Cell::Missing, |(_, cell)| cell))
                })
            }
            (Column::Map(maps), Cell::Record(members)) => {
                maps.lengths.push(Some(members.len()));
                members.iter().all(|(key, cell)| {
                    maps.keys.append_value(key);
                    maps.values.push(cell)
                })
            }
            (Column::Skipped(rows, _), _) => {
                *rows += 1;
                true
            }
            (Column::Nothing(rows), Cell::List(cells)) if cells.is_empty() => {
                *rows += 1;
                true
            }
            (
                Column::Nothing(_)
                | Column::Boolean(_)
                | Column::List(_)
                | Column::Record(_)
                | Column::Map(_),
                _,
            ) => false,
        }
    }

    fn push_missing(&mut self) {
        match self {
            Column::Nothing(rows) | Column::Skipped(rows, _) => *rows += 1,
            Column::Boolean(column) => column.append_null(),
            Column::Whole(column) => column.append_null(),
            Column::Decimal(column, _) => column.append_null(),
            Column::Float(column) => column.append_null(),
            Column::Text(column) => column.append_null(),
            Column::Words { codes, .. } => codes.append_null(),
            Column::Date(column) => column.append_null(),
            Column::Microseconds(column) => column.append_null(),
            Column::Nanoseconds(column) => column.append_null(),
            Column::Duration(column) => column.append_null(),
            Column::List(list) => list.lengths.push(None),
            Column::Record(records) => {
                records.known.push(false);
                for (_, part) in &mut records.parts {
                    part.push_missing();
                }
            }
            Column::Map(maps) => maps.lengths.push(None),
        }
    }

    /// The values gathered; the column is empty afterwards.
    pub(in crate::data) fn finish(&mut self) -> ArrayRef {
        match self {
            Column::Nothing(rows) => Arc::new(NullArray::new(std::mem::take(rows))),
            Column::Skipped(rows, data_type) => skipped(std::mem::take(rows), data_type),
            Column::Boolean(column) => Arc::new(column.finish()),
            Column::Whole(column) => Arc::new(column.finish()),
            Column::Decimal(column, _) => Arc::new(column.finish()),
            Column::Float(column) => Arc::new(column.finish()),
            Column::Text(column) => Arc::new(column.finish()),
            Column::Words { codes, values, .. } => Arc::new(DictionaryArray::<UInt8Type>::new(
                codes.finish(),
                values.clone(),
            )),
            Column::Date(column) => Arc::new(column.finish()),
            Column::Microseconds(column) => Arc::new(column.finish()),
            Column::Nanoseconds(column) => Arc::new(column.finish()),
            Column::Duration(column) => Arc::new(column.finish()),
            Column::List(list) => list.finish(),
            Column::Record(records) => records.finish(),
            Column::Map(maps) => maps.finish(),
        }
    }
}

impl RecordColumn {
    fn finish(&mut self) -> ArrayRef {
        let known = std::mem::take(&mut self.known);
        let rows = known.len();
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = (self.parts.iter_mut())
            .map(|(name, part)| {
                let array = part.finish();
                (Field::new(&*name, array.data_type().clone(), true), array)
            })
            .unzip();
        Arc::new(if arrays.is_empty() {
            StructArray::new_empty_fields(rows, Some(known.into()))
        } else {
            StructArray::new(fields.into(), arrays, Some(known.into()))
        })
    }
}

impl MapColumn {
    fn finish(&mut self) -> ArrayRef {
        let (offsets, known) = offsets(&mut self.lengths);
        let keys: ArrayRef = Arc::new(self.keys.finish());
        let values = self.values.finish();
        let fields = vec![
            Field::new("key", DataType::Utf8, false),
            Field::new("value", values.data_type().clone(), true),
        ];
        let entries = StructArray::new(fields.into(), vec![keys, values], None);
        let field = Arc::new(Field::new("entries", entries.data_type().clone(), false));
        Arc::new(MapArray::new(field, offsets, entries, Some(known), false))
    }
}

/// Where each list begins, and which lists are known; the lengths are empty afterwards.
fn offsets(lengths: &mut Vec<Option<usize>>) -> (OffsetBuffer<i32>, NullBuffer) {
    let lengths = std::mem::take(lengths);
    let offsets = OffsetBuffer::from_lengths(lengths.iter().map(|length| length.unwrap_or(0)));
    let known: Vec<bool> = lengths.iter().map(Option::is_some).collect();
    (offsets, known.into())
}

impl ListColumn {
    fn finish(&mut self) -> ArrayRef {
        let (offsets, known) = offsets(&mut self.lengths);
        let elements = self.elements.finish();
        let field = Arc::new(Field::new("item", elements.data_type().clone(), true));
        Arc::new(arrow_array::ListArray::new(
            field,
            offsets,
            elements,
            Some(known),
        ))
    }
}

fn keep<T>(value: Option<T>, append: impl FnOnce(T)) -> bool {
    value.map(append).is_some()
}

/// The Arrow form of a column with values of several types.
pub(super) fn mixed() -> UnionFields {
    let field = Field::new("value", DataType::Null, true);
    [(0, Arc::new(field))].into_iter().collect()
}

/// So many rows of a column that is no field: their number is all that counts.
fn skipped(rows: usize, data_type: &DataType) -> ArrayRef {
    let nothing: ArrayRef = Arc::new(NullArray::new(rows));
    match UnionArray::try_new(mixed(), vec![0; rows].into(), None, vec![nothing]) {
        Ok(array) if array.data_type() == data_type => Arc::new(array),
        _ => arrow_array::new_null_array(data_type, rows),
    }
}
