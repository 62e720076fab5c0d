//! What a test gives, as Arrow batches: the contacts with all fields of the schema, and their events put to them by the way that all events go.

use super::TrialError;
use crate::check::Trial;
use crate::data::{self, EventStream, EventTable, JoinOptions, MemorySource, Source};
use crate::schema::{Field as SchemaField, FieldId, Schema};
use crate::types::{Constant, NumberKind, Type};
use arrow_array::builder::{BooleanBuilder, StringBuilder};
use arrow_array::{
    Array, ArrayRef, Date32Array, Decimal128Array, DurationNanosecondArray, Float64Array,
    Int64Array, ListArray, MapArray, RecordBatch, RecordBatchOptions, StructArray,
    TimestampMicrosecondArray, TimestampNanosecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, SchemaRef};
use std::sync::Arc;

/// The contacts of a test in their order, with a list column for each stream.
pub(super) fn batch(schema: &Schema, trial: &Trial) -> Result<RecordBatch, TrialError> {
    let contacts = contacts(schema, trial).map_err(internal)?;
    let columns = contacts.schema();
    let contacts = MemorySource::new("the contacts of the test", columns, vec![contacts])?;
    let key = &schema.field(schema.key()).column;
    let first = schema.fields().len();
    let tables: Result<Vec<EventTable>, ArrowError> = (schema.streams().iter().enumerate())
        .map(|(place, stream)| table(schema, trial, stream, FieldId((first + place) as u32)))
        .collect();
    let options = JoinOptions {
        now: Some(trial.now),
        ..JoinOptions::default()
    };
    let joined = data::with_events(Arc::new(contacts), key, tables.map_err(internal)?, &options)?;
    let all: Vec<usize> = (0..joined.schema().fields().len()).collect();
    let batches: Result<Vec<RecordBatch>, _> = joined.read(0, &all)?.collect();
    let batches = batches?;
    match &batches[..] {
        [one] => Ok(one.clone()),
        [] => Ok(RecordBatch::new_empty(joined.schema())),
        several => {
            arrow_select::concat::concat_batches(&joined.schema(), several).map_err(internal)
        }
    }
}

fn internal(error: ArrowError) -> TrialError {
    match error {
        ArrowError::ComputeError(words) => TrialError::Given(words),
        other => TrialError::Internal(other.to_string()),
    }
}

/// A value that is there, and that its column cannot hold, is not passed over.
fn not_held(words: &str) -> ArrowError {
    ArrowError::ComputeError(words.into())
}

fn contacts(schema: &Schema, trial: &Trial) -> Result<RecordBatch, ArrowError> {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (place, field) in schema.fields().iter().enumerate() {
        let values: Vec<&Constant> = trial
            .contacts
            .iter()
            .map(|contact| &contact.fields[place])
            .collect();
        columns.push((field.column.clone(), array(&field.field_type, &values)?));
    }
    of_columns(columns, trial.contacts.len())
}

/// The events of one stream as a table: whose they are, and their parts.
fn table(
    schema: &Schema,
    trial: &Trial,
    stream: &SchemaField,
    id: FieldId,
) -> Result<EventTable, ArrowError> {
    const CONTACT: &str = "contact";
    let key = schema.key();
    let mut whose = Vec::new();
    let mut events = Vec::new();
    for contact in &trial.contacts {
        for (_, event) in contact.events.iter().filter(|(of, _)| *of == id) {
            whose.push(&contact.fields[key.0 as usize]);
            events.push(event);
        }
    }
    let mut columns = vec![(
        CONTACT.to_owned(),
        array(&schema.field(key).field_type, &whose)?,
    )];
    let record = stream.field_type.record();
    let (mut parts, mut order) = (Vec::new(), Vec::new());
    let mut time = String::new();
    for (place, part) in record
        .iter()
        .flat_map(|record| record.parts.iter().enumerate())
    {
        let values: Vec<Constant> = events
            .iter()
            .map(|event| event.part(place as u32))
            .collect();
        let values: Vec<&Constant> = values.iter().collect();
        let column = format!("part {place}");
        columns.push((column.clone(), array(&part.part_type, &values)?));
        if record.is_some_and(|record| record.time == Some(place as u32)) {
            time = column.clone();
        } else {
            order.push(column.clone());
        }
        parts.push((part.name.clone(), column));
    }
    let batch = of_columns(columns, events.len())?;
    let name = format!("the `{}` events of the test", stream.name);
    let source = MemorySource::new(name, batch.schema(), vec![batch])
        .map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
    Ok(EventTable {
        source: Arc::new(source),
        contact: CONTACT.into(),
        time,
        kind: None,
        blank_is_missing: stream.blank_is_missing,
        streams: vec![EventStream {
            column: stream.column.clone(),
            kind: None,
            parts,
            order,
        }],
    })
}

fn of_columns(columns: Vec<(String, ArrayRef)>, rows: usize) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
        .collect();
    let schema: SchemaRef = Arc::new(arrow_schema::Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema, arrays, &options)
}

/// Values of one type as an array.
fn array(is: &Type, values: &[&Constant]) -> Result<ArrayRef, ArrowError> {
    let present = || NullBuffer::from_iter(values.iter().map(|value| **value != Constant::Missing));
    Ok(match is {
        Type::Boolean => {
            let mut built = BooleanBuilder::new();
            for value in values {
                built.append_option(match value {
                    Constant::Boolean(value) => Some(*value),
                    _ => None,
                });
            }
            Arc::new(built.finish())
        }
        Type::Text => {
            let mut built = StringBuilder::new();
            for value in values {
                built.append_option(match value {
                    Constant::Text(text) => Some(text),
                    _ => None,
                });
            }
            Arc::new(built.finish())
        }
        Type::Number(NumberKind::Float) => {
            let floats = values.iter().map(|value| match value {
                Constant::Float(float) => Some(float.get()),
                Constant::Number(number) => Some(number.to_f64()),
                _ => None,
            });
            Arc::new(floats.collect::<Float64Array>())
        }
        Type::Number(kind) => numbers(*kind, values)?,
        Type::Date => {
            let days = values.iter().map(|value| match value {
                Constant::Date(day) => i32::try_from(*day).ok(),
                _ => None,
            });
            Arc::new(days.collect::<Date32Array>())
        }
        Type::Time => times(values),
        Type::Duration => {
            let mut lengths = Vec::with_capacity(values.len());
            for value in values {
                lengths.push(match value {
                    Constant::Duration(length) => Some(
                        i64::try_from(*length)
                            .map_err(|_| not_held("a duration is longer than 292 years"))?,
                    ),
                    _ => None,
                });
            }
            Arc::new(DurationNanosecondArray::from(lengths))
        }
        // No column holds distances.
        Type::Distance => arrow_array::new_null_array(&DataType::Null, values.len()),
        Type::Point => {
            let degrees = |of: fn(crate::types::Point) -> f64| -> ArrayRef {
                let degrees = values.iter().map(|value| match value {
                    Constant::Point(point) => Some(of(*point)),
                    _ => None,
                });
                Arc::new(degrees.collect::<Float64Array>())
            };
            let parts = [
                ("latitude", degrees(crate::types::Point::latitude)),
                ("longitude", degrees(crate::types::Point::longitude)),
            ];
            let fields: Fields = (parts.iter())
                .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
                .collect();
            let arrays = parts.into_iter().map(|(_, array)| array).collect();
            Arc::new(StructArray::try_new(fields, arrays, Some(present()))?)
        }
        Type::List(element) => {
            let mut elements: Vec<&Constant> = Vec::new();
            let lengths: Vec<usize> = values
                .iter()
                .map(|value| match value {
                    Constant::List(inner) => {
                        elements.extend(inner.iter());
                        inner.len()
                    }
                    _ => 0,
                })
                .collect();
            let inner = array(element, &elements)?;
            let field = Arc::new(Field::new("item", inner.data_type().clone(), true));
            let offsets = OffsetBuffer::from_lengths(lengths);
            Arc::new(ListArray::try_new(field, offsets, inner, Some(present()))?)
        }
        Type::Record(record) => {
            let mut fields = Vec::new();
            let mut arrays = Vec::new();
            for (place, part) in record.parts.iter().enumerate() {
                let parts: Vec<Constant> = values
                    .iter()
                    .map(|value| value.part(place as u32))
                    .collect();
                let parts: Vec<&Constant> = parts.iter().collect();
                let inner = array(&part.part_type, &parts)?;
                fields.push(Field::new(&part.name, inner.data_type().clone(), true));
                arrays.push(inner);
            }
            Arc::new(StructArray::try_new_with_length(
                fields.into(),
                arrays,
                Some(present()),
                values.len(),
            )?)
        }
        Type::Map(value_type) => {
            let (mut keys, mut inner): (StringBuilder, Vec<&Constant>) = Default::default();
            let lengths: Vec<usize> = values
                .iter()
                .map(|value| match value {
                    Constant::Map(entries) => {
                        for (key, value) in entries.iter() {
                            keys.append_value(key);
                            inner.push(value);
                        }
                        entries.len()
                    }
                    _ => 0,
                })
                .collect();
            let inner = array(value_type, &inner)?;
            let fields: Fields = vec![
                Field::new("keys", DataType::Utf8, false),
                Field::new("values", inner.data_type().clone(), true),
            ]
            .into();
            let keys: ArrayRef = Arc::new(keys.finish());
            let entries = StructArray::try_new(fields.clone(), vec![keys, inner], None)?;
            let field = Arc::new(Field::new("entries", DataType::Struct(fields), false));
            let offsets = OffsetBuffer::from_lengths(lengths);
            let map = MapArray::try_new(field, offsets, entries, Some(present()), false)?;
            Arc::new(map)
        }
    })
}

/// Whole numbers of 64 bits, else decimals with as many places as are needed.
fn numbers(kind: NumberKind, values: &[&Constant]) -> Result<ArrayRef, ArrowError> {
    let exact = |value: &&&Constant| match value {
        Constant::Number(number) => Some(*number),
        _ => None,
    };
    let numbers: Vec<_> = values.iter().map(|value| exact(&value)).collect();
    let small = |number: crate::types::Exact| {
        let whole = number.is_whole().then(|| number.numerator())?;
        i64::try_from(whole).ok()
    };
    if kind == NumberKind::Whole && numbers.iter().flatten().all(|one| small(*one).is_some()) {
        let whole = numbers.iter().map(|number| number.and_then(small));
        return Ok(Arc::new(whole.collect::<Int64Array>()));
    }
    // The places that all of them end within.
    let mut scale = 0u32;
    for number in numbers.iter().flatten() {
        let ends = |places: &u32| 10i128.pow(*places) % number.denominator() == 0;
        scale = scale.max((0..=38).find(ends).unwrap_or(38));
    }
    let power = 10i128.pow(scale);
    let mut decimals = Vec::with_capacity(numbers.len());
    for number in numbers {
        let Some(number) = number else {
            decimals.push(None);
            continue;
        };
        let whole = number.numerator().checked_mul(power / number.denominator());
        let fits = |mantissa: &i128| mantissa.unsigned_abs() < 10u128.pow(38);
        decimals.push(Some(whole.filter(fits).ok_or_else(|| {
            not_held("the numbers of one field need more than 38 digits together")
        })?));
    }
    let decimals = Decimal128Array::from(decimals);
    Ok(Arc::new(
        decimals.with_precision_and_scale(38, scale as i8)?,
    ))
}

/// Nanoseconds where they reach, else microseconds.
fn times(values: &[&Constant]) -> ArrayRef {
    let times = || {
        values.iter().map(|value| match value {
            Constant::Time(time) => Some(*time),
            _ => None,
        })
    };
    if times().flatten().all(|time| i64::try_from(time).is_ok()) {
        let fine = times().map(|time| time.and_then(|time| i64::try_from(time).ok()));
        return Arc::new(
            fine.collect::<TimestampNanosecondArray>()
                .with_timezone("UTC"),
        );
    }
    let coarse =
        times().map(|time| time.and_then(|time| i64::try_from(time.div_euclid(1_000)).ok()));
    Arc::new(
        coarse
            .collect::<TimestampMicrosecondArray>()
            .with_timezone("UTC"),
    )
}
