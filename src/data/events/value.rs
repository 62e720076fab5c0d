//! The value of a cell in the language: what puts events of one time in order where their fields are more than numbers and text.

use crate::data::statistics::constant;
use crate::schema::{point_parts, type_of};
use crate::types::{Constant, Exact, Float, Point};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal256Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Float16Type,
};
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_schema::{DataType, TimeUnit};
use std::sync::Arc;

/// The value of a cell of any layout. Where `blank_is_missing`, text of nothing but white space is missing.
pub(super) fn value(array: &ArrayRef, row: usize, blank_is_missing: bool) -> Constant {
    if array.is_null(row) {
        return Constant::Missing;
    }
    let inner = |array: &ArrayRef, row| value(array, row, blank_is_missing);
    let elements = |elements: ArrayRef| {
        let elements = (0..elements.len()).map(|row| inner(&elements, row));
        Constant::List(elements.collect())
    };
    let duration = |count: i64, unit: i128| Constant::Duration(i128::from(count) * unit);
    macro_rules! native {
        ($kind:ty) => {
            array.as_primitive::<$kind>().value(row)
        };
    }
    match array.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            match dictionary.normalized_keys().get(row) {
                Some(place) => inner(dictionary.values(), *place),
                None => Constant::Missing,
            }
        }
        DataType::RunEndEncoded(_, values) => {
            let one = arrow_cast::cast(&array.slice(row, 1), values.data_type());
            one.map_or(Constant::Missing, |one| inner(&one, 0))
        }
        DataType::List(_) => elements(array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => elements(array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => elements(array.as_fixed_size_list().value(row)),
        DataType::ListView(_) => elements(array.as_list_view::<i32>().value(row)),
        DataType::LargeListView(_) => elements(array.as_list_view::<i64>().value(row)),
        DataType::Struct(parts) => match point_parts(parts) {
            Some((latitude, longitude)) => {
                let half = |place| degrees(&inner(array.as_struct().column(place), row));
                let place = half(latitude).zip(half(longitude));
                let point = place.and_then(|(latitude, longitude)| Point::new(latitude, longitude));
                point.map_or(Constant::Missing, Constant::Point)
            }
            None => record(array.as_struct(), |part| inner(part, row)),
        },
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let entry = |row| match value(keys, row, false) {
                Constant::Text(key) => Some((key, inner(values, row))),
                _ => None,
            };
            Constant::Map((0..entries.len()).filter_map(entry).collect())
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => match constant(array, row) {
            Some(Constant::Text(text)) if blank_is_missing && text.trim().is_empty() => {
                Constant::Missing
            }
            text => text.unwrap_or(Constant::Missing),
        },
        DataType::Float16 => {
            Float::new(native!(Float16Type).to_f64()).map_or(Constant::Missing, Constant::Float)
        }
        DataType::Decimal256(_, scale) => {
            let mut scale = *scale;
            let mut mantissa = native!(Decimal256Type);
            let ten = arrow_buffer::i256::from(10);
            // In lowest terms it may fit where it does not as it is stored.
            while scale > 0 && mantissa % ten == arrow_buffer::i256::ZERO {
                (mantissa, scale) = (mantissa / ten, scale - 1);
            }
            let power = 10i128.checked_pow(scale.unsigned_abs().into());
            let number = mantissa.to_i128().zip(power);
            let number = number.and_then(|(mantissa, power)| match scale < 0 {
                true => mantissa.checked_mul(power).map(Exact::whole),
                false => Exact::new(mantissa, power),
            });
            number.map_or(Constant::Missing, Constant::Number)
        }
        DataType::Duration(TimeUnit::Second) => {
            duration(native!(DurationSecondType), 1_000_000_000)
        }
        DataType::Duration(TimeUnit::Millisecond) => {
            duration(native!(DurationMillisecondType), 1_000_000)
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            duration(native!(DurationMicrosecondType), 1_000)
        }
        DataType::Duration(TimeUnit::Nanosecond) => duration(native!(DurationNanosecondType), 1),
        _ => constant(array, row).unwrap_or(Constant::Missing),
    }
}

/// The parts that the language can read, in the order of the data; of two with the same name the first.
fn record(records: &StructArray, part: impl Fn(&ArrayRef) -> Constant) -> Constant {
    let mut parts: Vec<(&str, Constant)> = Vec::new();
    for (field, column) in records.fields().iter().zip(records.columns()) {
        let is_new = parts.iter().all(|(name, _)| name != field.name());
        if is_new && type_of(field.data_type()).is_ok() {
            parts.push((field.name(), part(column)));
        }
    }
    let parts: Arc<[Constant]> = parts.into_iter().map(|(_, part)| part).collect();
    Constant::Record(parts)
}

fn degrees(number: &Constant) -> Option<f64> {
    match number {
        Constant::Number(number) => Some(number.to_f64()),
        Constant::Float(number) => Some(number.get()),
        _ => None,
    }
}
