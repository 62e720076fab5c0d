//! Reading one cell of an Arrow column, whatever its layout.

use super::value::Value;
use crate::schema::point_parts;
use crate::types::{NumberKind, RecordPart, Type};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    Decimal256Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, RunEndIndexType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{DataType, TimeUnit};
use num_bigint::BigInt;
use num_rational::BigRational;

/// Whether a column of this Arrow type can hold values of a type of the language.
pub fn holds(column: &DataType, field: &Type) -> bool {
    match column {
        DataType::Null => true,
        DataType::Dictionary(_, values) => holds(values, field),
        DataType::RunEndEncoded(_, values) => holds(values.data_type(), field),
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => {
            matches!(field, Type::List(inner) if holds(element.data_type(), inner))
        }
        DataType::Boolean => *field == Type::Boolean,
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Float16
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => matches!(field, Type::Number(_)),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => *field == Type::Text,
        DataType::Date32 | DataType::Date64 => *field == Type::Date,
        DataType::Timestamp(..) => *field == Type::Time,
        DataType::Duration(_) => *field == Type::Duration,
        DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Interval(_)
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_)
        | DataType::Union(..) => false,
        DataType::Struct(children) => match field {
            Type::Record(record) => record.parts.iter().all(|part| {
                children
                    .find(&part.name)
                    .is_some_and(|(_, child)| holds(child.data_type(), &part.part_type))
            }),
            Type::Point => point_parts(children).is_some(),
            _ => false,
        },
        DataType::Map(entries, _) => match (field, entries.data_type()) {
            (Type::Map(value_type), DataType::Struct(parts)) if parts.len() == 2 => {
                holds(parts[0].data_type(), &Type::Text) && holds(parts[1].data_type(), value_type)
            }
            _ => false,
        },
    }
}

/// The value in a row, of a column for which [`holds`] is true. A timestamp without a zone is read as UTC.
pub fn cell(column: &dyn Array, row: usize, field: &Type) -> Value {
    if column.is_null(row) {
        return Value::Missing;
    }
    match column.data_type() {
        DataType::Boolean => Value::Boolean(column.as_boolean().value(row)),
        DataType::Int8 => Value::whole(column.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => Value::whole(column.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => Value::whole(column.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => Value::whole(column.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => Value::whole(column.as_primitive::<UInt8Type>().value(row)),
        DataType::UInt16 => Value::whole(column.as_primitive::<UInt16Type>().value(row)),
        DataType::UInt32 => Value::whole(column.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => Value::whole(column.as_primitive::<UInt64Type>().value(row)),
        DataType::Float16 => Value::float(f64::from(
            column.as_primitive::<Float16Type>().value(row).to_f32(),
        )),
        DataType::Float32 => {
            Value::float(f64::from(column.as_primitive::<Float32Type>().value(row)))
        }
        DataType::Float64 => Value::float(column.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal32(_, scale) => {
            decimal(column.as_primitive::<Decimal32Type>().value(row), *scale)
        }
        DataType::Decimal64(_, scale) => {
            decimal(column.as_primitive::<Decimal64Type>().value(row), *scale)
        }
        DataType::Decimal128(_, scale) => {
            decimal(column.as_primitive::<Decimal128Type>().value(row), *scale)
        }
        DataType::Decimal256(_, scale) => {
            let mantissa = column.as_primitive::<Decimal256Type>().value(row);
            decimal(
                BigInt::from_signed_bytes_le(&mantissa.to_le_bytes()),
                *scale,
            )
        }
        DataType::Utf8 => Value::Text(column.as_string::<i32>().value(row).to_owned()),
        DataType::LargeUtf8 => Value::Text(column.as_string::<i64>().value(row).to_owned()),
        DataType::Utf8View => Value::Text(column.as_string_view().value(row).to_owned()),
        DataType::Date32 => Value::Date(column.as_primitive::<Date32Type>().value(row).into()),
        DataType::Date64 => {
            let milliseconds = column.as_primitive::<Date64Type>().value(row);
            Value::Date(milliseconds.div_euclid(86_400_000))
        }
        DataType::Timestamp(unit, _) => {
            let count = match unit {
                TimeUnit::Second => column.as_primitive::<TimestampSecondType>().value(row),
                TimeUnit::Millisecond => {
                    column.as_primitive::<TimestampMillisecondType>().value(row)
                }
                TimeUnit::Microsecond => {
                    column.as_primitive::<TimestampMicrosecondType>().value(row)
                }
                TimeUnit::Nanosecond => column.as_primitive::<TimestampNanosecondType>().value(row),
            };
            Value::Time(i128::from(count) * nanoseconds(*unit))
        }
        DataType::Duration(unit) => {
            let count = match unit {
                TimeUnit::Second => column.as_primitive::<DurationSecondType>().value(row),
                TimeUnit::Millisecond => {
                    column.as_primitive::<DurationMillisecondType>().value(row)
                }
                TimeUnit::Microsecond => {
                    column.as_primitive::<DurationMicrosecondType>().value(row)
                }
                TimeUnit::Nanosecond => column.as_primitive::<DurationNanosecondType>().value(row),
            };
            Value::Duration(i128::from(count) * nanoseconds(*unit))
        }
        DataType::List(_) => list(&column.as_list::<i32>().value(row), field),
        DataType::LargeList(_) => list(&column.as_list::<i64>().value(row), field),
        DataType::ListView(_) => list(&column.as_list_view::<i32>().value(row), field),
        DataType::LargeListView(_) => list(&column.as_list_view::<i64>().value(row), field),
        DataType::FixedSizeList(..) => list(&column.as_fixed_size_list().value(row), field),
        DataType::Dictionary(key, _) => match key.as_ref() {
            DataType::Int8 => entry::<Int8Type>(column, row, field),
            DataType::Int16 => entry::<Int16Type>(column, row, field),
            DataType::Int32 => entry::<Int32Type>(column, row, field),
            DataType::Int64 => entry::<Int64Type>(column, row, field),
            DataType::UInt8 => entry::<UInt8Type>(column, row, field),
            DataType::UInt16 => entry::<UInt16Type>(column, row, field),
            DataType::UInt32 => entry::<UInt32Type>(column, row, field),
            DataType::UInt64 => entry::<UInt64Type>(column, row, field),
            _ => Value::Missing,
        },
        DataType::RunEndEncoded(ends, _) => match ends.data_type() {
            DataType::Int16 => run::<Int16Type>(column, row, field),
            DataType::Int32 => run::<Int32Type>(column, row, field),
            DataType::Int64 => run::<Int64Type>(column, row, field),
            _ => Value::Missing,
        },
        DataType::Null
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Interval(_)
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_)
        | DataType::Union(..) => Value::Missing,
        DataType::Struct(parts) if *field == Type::Point => match point_parts(parts) {
            Some((latitude, longitude)) => {
                let number = Type::Number(NumberKind::Float);
                let part = |place: usize| cell(column.as_struct().column(place), row, &number);
                Value::point(&part(latitude), &part(longitude))
            }
            None => Value::Missing,
        },
        DataType::Struct(_) => record(column.as_struct(), row, field),
        DataType::Map(..) => map(&column.as_map().value(row), field),
    }
}

fn nanoseconds(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Second => 1_000_000_000,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1_000,
        TimeUnit::Nanosecond => 1,
    }
}

/// The value decides, not its digits: trailing zeros are no part of it.
fn decimal(mantissa: impl Into<BigInt>, scale: i8) -> Value {
    let power = BigInt::from(10).pow(u32::from(scale.unsigned_abs()));
    let mantissa = mantissa.into();
    Value::number(if scale >= 0 {
        BigRational::new(mantissa, power)
    } else {
        BigRational::from_integer(mantissa * power)
    })
}

fn list(elements: &ArrayRef, field: &Type) -> Value {
    let Type::List(element) = field else {
        return Value::Missing;
    };
    Value::List(
        (0..elements.len())
            .map(|row| cell(elements, row, element))
            .collect(),
    )
}

/// The parts that the language knows, each from the child of its name.
fn record(column: &StructArray, row: usize, field: &Type) -> Value {
    let Type::Record(record) = field else {
        return Value::Missing;
    };
    let part = |part: &RecordPart| match column.column_by_name(&part.name) {
        Some(child) => cell(child, row, &part.part_type),
        None => Value::Missing,
    };
    Value::Record(record.parts.iter().map(part).collect())
}

/// The entries whose key is known.
fn map(entries: &StructArray, field: &Type) -> Value {
    let Type::Map(value_type) = field else {
        return Value::Missing;
    };
    let (keys, values) = (entries.column(0), entries.column(1));
    let entry = |row| match cell(keys, row, &Type::Text) {
        Value::Text(key) => Some((key, cell(values, row, value_type))),
        _ => None,
    };
    Value::Map((0..entries.len()).filter_map(entry).collect())
}

/// A key points to a value, which may itself be missing.
fn entry<K: ArrowDictionaryKeyType>(column: &dyn Array, row: usize, field: &Type) -> Value {
    let dictionary = column.as_dictionary::<K>();
    let place = dictionary.keys().value(row).as_usize();
    cell(dictionary.values(), place, field)
}

/// The run that a row lies in is the first that ends behind it, counted from the start of the unsliced column.
fn run<E: RunEndIndexType>(column: &dyn Array, row: usize, field: &Type) -> Value {
    let Some(runs) = column.as_run_opt::<E>() else {
        return Value::Missing;
    };
    let place = (runs.run_ends().offset() + row) as i64;
    let ends = runs.run_ends().values().iter();
    match ends
        .map(|end| end.as_usize() as i64)
        .position(|end| place < end)
    {
        Some(run) => cell(runs.values(), run, field),
        None => Value::Missing,
    }
}
