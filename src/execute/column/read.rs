//! From an Arrow array in any of its layouts to the one form that tests see.

use super::nested::{self, take};
use super::text::is_blank;
use super::{
    Codes, Column, Dictionary, Integers, Points, Text, Unit, Values, bits, decimal, each_integer,
};
use crate::schema::point_parts;
use crate::types::{Exact, NumberKind, Type};
use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, RunArray, make_array};
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};
use std::sync::Arc;

/// The column a language type and an array make; the error says what does not fit.
pub(in crate::execute) fn read(
    array: &ArrayRef,
    value_type: &Type,
    blank_is_missing: bool,
) -> Result<Column, String> {
    let rows = array.len();
    if array.data_type() == &DataType::Null || (rows > 0 && array.logical_null_count() == rows) {
        return Ok(Column::missing(rows));
    }
    match array.data_type() {
        DataType::Dictionary(key_type, _) => {
            return read_dictionary(array, key_type, value_type, blank_is_missing);
        }
        DataType::RunEndEncoded(run_type, _) => {
            return match run_type.data_type() {
                DataType::Int16 => read_runs::<Int16Type>(array, value_type, blank_is_missing),
                DataType::Int32 => read_runs::<Int32Type>(array, value_type, blank_is_missing),
                _ => read_runs::<Int64Type>(array, value_type, blank_is_missing),
            };
        }
        _ => {}
    }
    let mut validity = bits::from_nulls(array.nulls());
    let values = match value_type {
        Type::Boolean => read_booleans(array),
        Type::Number(NumberKind::Float) => read_numbers(array, &mut validity).map(floating),
        Type::Number(NumberKind::Whole | NumberKind::Exact) => read_numbers(array, &mut validity),
        Type::Date => read_dates(array),
        Type::Time => read_times(array),
        Type::Duration => read_durations(array),
        Type::Point => read_points(array, &mut validity)?,
        // No column holds distances.
        Type::Distance => None,
        Type::Text => read_text(array).map(|text| {
            if blank_is_missing {
                validity = Some(
                    bits::from_rows(rows, |row| !text.is_null(row) && !is_blank(text.get(row)))
                        .into(),
                );
            }
            Values::Text(text)
        }),
        Type::List(element_type) => nested::list(array, element_type, blank_is_missing)?,
        Type::Record(record) => nested::record(array, record, &validity, blank_is_missing)?,
        Type::Map(map_type) => nested::map(array, map_type, blank_is_missing)?,
    };
    let Some(values) = values else {
        return Err(format!(
            "values of the Arrow type {} cannot be read as {}",
            array.data_type(),
            value_type.name()
        ));
    };
    Ok(Column::new(rows, validity, values))
}

fn read_booleans(array: &ArrayRef) -> Option<Values> {
    let values = array.as_boolean_opt()?.values();
    Some(Values::Boolean(bits::from_buffer(values).into()))
}

/// The stored numbers of a primitive array, not copied.
fn stored<T: ArrowPrimitiveType>(array: &ArrayRef) -> ScalarBuffer<T::Native> {
    array.as_primitive::<T>().values().clone()
}

fn read_numbers(array: &ArrayRef, validity: &mut Option<Arc<[u64]>>) -> Option<Values> {
    let whole = |numbers| Values::Integers(numbers, Unit::ONE);
    Some(match array.data_type() {
        DataType::Int8 => whole(Integers::I8(stored::<Int8Type>(array))),
        DataType::Int16 => whole(Integers::I16(stored::<Int16Type>(array))),
        DataType::Int32 => whole(Integers::I32(stored::<Int32Type>(array))),
        DataType::Int64 => whole(Integers::I64(stored::<Int64Type>(array))),
        DataType::UInt8 => whole(Integers::U8(stored::<UInt8Type>(array))),
        DataType::UInt16 => whole(Integers::U16(stored::<UInt16Type>(array))),
        DataType::UInt32 => whole(Integers::U32(stored::<UInt32Type>(array))),
        DataType::UInt64 => whole(Integers::U64(stored::<UInt64Type>(array))),
        DataType::Float16 => Values::F32(
            stored::<Float16Type>(array)
                .iter()
                .map(|number| number.to_f32())
                .collect(),
        ),
        DataType::Float32 => Values::F32(stored::<Float32Type>(array)),
        DataType::Float64 => Values::F64(stored::<Float64Type>(array)),
        DataType::Decimal32(_, scale) => decimal::stored(
            array.as_primitive::<Decimal32Type>(),
            *scale,
            validity,
            Integers::I32,
        ),
        DataType::Decimal64(_, scale) => decimal::stored(
            array.as_primitive::<Decimal64Type>(),
            *scale,
            validity,
            Integers::I64,
        ),
        DataType::Decimal128(_, scale) => {
            let known = validity.clone();
            let narrow = |numbers| decimal::narrow(numbers, known.as_deref());
            decimal::stored(
                array.as_primitive::<Decimal128Type>(),
                *scale,
                validity,
                narrow,
            )
        }
        DataType::Decimal256(_, scale) => {
            decimal::wide(array.as_primitive::<Decimal256Type>(), *scale, validity)
        }
        _ => return None,
    })
}

/// What the language holds as a floating number is the nearest float, whatever the data hold.
fn floating(values: Values) -> Values {
    match values {
        Values::Integers(numbers, unit) => {
            let rows = each_integer!(&numbers, numbers => numbers.len());
            let float = |row| {
                let number = numbers.get(row).checked_mul(unit.multiplier)?;
                Exact::new(number, unit.divisor).map(Exact::to_f64)
            };
            Values::F64(
                (0..rows)
                    .map(|row| float(row).unwrap_or(f64::NAN))
                    .collect(),
            )
        }
        Values::Fractions(numbers) => {
            Values::F64(numbers.iter().map(|number| number.to_f64()).collect())
        }
        values => values,
    }
}

fn read_dates(array: &ArrayRef) -> Option<Values> {
    Some(match array.data_type() {
        DataType::Date32 => Values::Integers(Integers::I32(stored::<Date32Type>(array)), Unit::ONE),
        DataType::Date64 => {
            const DAY: i64 = 86_400_000;
            let days = stored::<Date64Type>(array)
                .iter()
                .map(|milliseconds| milliseconds.div_euclid(DAY))
                .collect();
            Values::Integers(Integers::I64(days), Unit::ONE)
        }
        _ => return None,
    })
}

fn nanoseconds(unit: TimeUnit) -> Unit {
    Unit {
        multiplier: match unit {
            TimeUnit::Second => 1_000_000_000,
            TimeUnit::Millisecond => 1_000_000,
            TimeUnit::Microsecond => 1_000,
            TimeUnit::Nanosecond => 1,
        },
        divisor: 1,
    }
}

fn read_times(array: &ArrayRef) -> Option<Values> {
    let DataType::Timestamp(unit, _) = array.data_type() else {
        return None;
    };
    let numbers = match unit {
        TimeUnit::Second => stored::<TimestampSecondType>(array),
        TimeUnit::Millisecond => stored::<TimestampMillisecondType>(array),
        TimeUnit::Microsecond => stored::<TimestampMicrosecondType>(array),
        TimeUnit::Nanosecond => stored::<TimestampNanosecondType>(array),
    };
    Some(Values::Integers(Integers::I64(numbers), nanoseconds(*unit)))
}

fn read_durations(array: &ArrayRef) -> Option<Values> {
    let (numbers, unit) = match array.data_type() {
        DataType::Duration(unit) => (
            match unit {
                TimeUnit::Second => stored::<DurationSecondType>(array),
                TimeUnit::Millisecond => stored::<DurationMillisecondType>(array),
                TimeUnit::Microsecond => stored::<DurationMicrosecondType>(array),
                TimeUnit::Nanosecond => stored::<DurationNanosecondType>(array),
            },
            nanoseconds(*unit),
        ),
        _ => return None,
    };
    Some(Values::Integers(Integers::I64(numbers), unit))
}

/// A place is known where both its numbers are, and lie on the globe.
fn read_points(
    array: &ArrayRef,
    validity: &mut Option<Arc<[u64]>>,
) -> Result<Option<Values>, String> {
    let Some(record) = array.as_struct_opt() else {
        return Ok(None);
    };
    let Some((latitude, longitude)) = point_parts(record.fields()) else {
        return Ok(None);
    };
    let rows = array.len();
    // What is missing becomes NaN, which lies nowhere.
    let degrees = |part: usize| -> Result<ScalarBuffer<f64>, String> {
        let column = read(record.column(part), &Type::Number(NumberKind::Float), false)?;
        let known = |row: usize, degree: f64| match column.is_valid(row) {
            true => degree,
            false => f64::NAN,
        };
        Ok(match &column.values {
            Values::F64(numbers) if column.validity.is_none() => numbers.clone(),
            Values::F64(numbers) => (0..rows).map(|row| known(row, numbers[row])).collect(),
            Values::F32(numbers) => (0..rows)
                .map(|row| known(row, numbers[row].into()))
                .collect(),
            _ => vec![f64::NAN; rows].into(),
        })
    };
    let points = Points {
        latitudes: degrees(latitude)?,
        longitudes: degrees(longitude)?,
    };
    // As [`crate::types::Point::new`] has it, without a branch: NaN compares as false. Most often all are places.
    let is_place = |(north, east): (&f64, &f64)| (north.abs() <= 90.0) & (east.abs() <= 180.0);
    let words = points
        .latitudes
        .chunks(64)
        .zip(points.longitudes.chunks(64));
    let known = words.map(|(north, east)| {
        let all = north
            .iter()
            .zip(east)
            .fold(true, |all, place| all & is_place(place));
        match all {
            true => bits::live(0, north.len()),
            false => north
                .iter()
                .zip(east)
                .enumerate()
                .fold(0, |known, (row, place)| {
                    known | u64::from(is_place(place)) << row
                }),
        }
    });
    let mut known: Vec<u64> = known.collect();
    if let Some(nulls) = bits::from_nulls(array.logical_nulls().as_ref()) {
        for (known, is_there) in known.iter_mut().zip(&*nulls) {
            *known &= is_there;
        }
    }
    *validity = (bits::count(&known) < rows as u64).then(|| known.into());
    Ok(Some(Values::Points(points)))
}

fn read_text(array: &ArrayRef) -> Option<Text> {
    Some(match array.data_type() {
        DataType::Utf8 => Text::Small(array.as_string::<i32>().clone()),
        DataType::LargeUtf8 => Text::Large(array.as_string::<i64>().clone()),
        DataType::Utf8View => Text::View(array.as_string_view().clone()),
        _ => return None,
    })
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

/// Text keeps its dictionary; other values are written out.
fn read_dictionary(
    array: &ArrayRef,
    key_type: &DataType,
    value_type: &Type,
    blank_is_missing: bool,
) -> Result<Column, String> {
    let dictionary = array.as_any_dictionary();
    let values = dictionary.values();
    if value_type == &Type::Point {
        return read_coded_points(array, values);
    }
    if value_type != &Type::Text || !is_text(values.data_type()) {
        let written_out = arrow_select::take::take(values, dictionary.keys(), None)
            .map_err(|error| error.to_string())?;
        return read(&written_out, value_type, blank_is_missing);
    }
    let keys = make_array(dictionary.keys().to_data());
    // A key of the same width is the code; garbage under nulls is masked wherever codes are used.
    let same = |keys: &ArrayRef| keys.to_data().buffers()[0].clone();
    let offset = keys.to_data().offset();
    let wide = |keys: Vec<i128>| {
        Codes::U32(
            keys.into_iter()
                .map(|key| u32::try_from(key).unwrap_or(u32::MAX))
                .collect(),
        )
    };
    let rows = keys.len();
    let codes = match key_type {
        DataType::Int8 | DataType::UInt8 => Codes::U8(ScalarBuffer::new(same(&keys), offset, rows)),
        DataType::Int16 | DataType::UInt16 => {
            Codes::U16(ScalarBuffer::new(same(&keys), offset, rows))
        }
        DataType::Int32 | DataType::UInt32 => {
            Codes::U32(ScalarBuffer::new(same(&keys), offset, rows))
        }
        DataType::Int64 => wide(
            stored::<Int64Type>(&keys)
                .iter()
                .map(|key| (*key).into())
                .collect(),
        ),
        _ => wide(
            stored::<UInt64Type>(&keys)
                .iter()
                .map(|key| (*key).into())
                .collect(),
        ),
    };
    let texts = read_text(values).ok_or("a dictionary without text")?;
    let dictionary = Dictionary::new(texts, blank_is_missing);
    Ok(coded(
        codes,
        bits::from_nulls(keys.nulls()),
        dictionary,
        rows,
    ))
}

/// Places by key. Arrow cannot take records whose parts lie in runs where a missing key points beyond them.
fn read_coded_points(array: &ArrayRef, values: &ArrayRef) -> Result<Column, String> {
    let rows = array.len();
    let column = read(values, &Type::Point, false)?;
    let points = match &column.values {
        Values::Points(points) if rows > 0 => points,
        _ => return Ok(Column::missing(rows)),
    };
    let keys = array.as_any_dictionary().normalized_keys();
    let place = |row: usize| {
        let key = array.is_valid(row).then(|| keys[row]);
        key.filter(|key| *key < column.rows && column.is_valid(*key))
    };
    let degrees = |of: &ScalarBuffer<f64>| -> ScalarBuffer<f64> {
        let degree = |row| place(row).map_or(f64::NAN, |place| of[place]);
        (0..rows).map(degree).collect()
    };
    let validity = bits::from_rows(rows, |row| place(row).is_some());
    let points = Points {
        latitudes: degrees(&points.latitudes),
        longitudes: degrees(&points.longitudes),
    };
    Ok(Column::new(
        rows,
        Some(validity.into()),
        Values::Points(points),
    ))
}

/// A column of codes; where the code points at a text that counts as missing, so does the value.
fn coded(
    codes: Codes,
    validity: Option<Arc<[u64]>>,
    dictionary: Dictionary,
    rows: usize,
) -> Column {
    let mut column = Column::new(rows, validity, Values::Missing);
    if !dictionary.all_known() {
        let known = bits::from_rows(rows, |row| {
            column.is_valid(row) && dictionary.is_known(codes.get(row))
        });
        column.validity = Some(known.into());
    }
    column.values = Values::Codes(codes, Arc::new(dictionary));
    column
}

/// Runs of text become codes; runs of other values are written out.
fn read_runs<R: RunEndIndexType>(
    array: &ArrayRef,
    value_type: &Type,
    blank_is_missing: bool,
) -> Result<Column, String> {
    let runs = array
        .as_any()
        .downcast_ref::<RunArray<R>>()
        .ok_or("a run-end encoded array of an unknown kind")?;
    let ends = runs.run_ends();
    let mut places = Vec::with_capacity(array.len());
    let (mut run, all) = (ends.get_start_physical_index(), ends.values());
    for row in ends.offset()..ends.offset() + array.len() {
        while all[run].as_usize() <= row {
            run += 1;
        }
        places.push(run as u64);
    }
    let values = runs.values();
    if value_type != &Type::Text || !is_text(values.data_type()) {
        return read(&take(values, places)?, value_type, blank_is_missing);
    }
    let rows = array.len();
    let codes = Codes::U32(places.into_iter().map(|place| place as u32).collect());
    let texts = read_text(values).ok_or("runs without text")?;
    Ok(coded(
        codes,
        None,
        Dictionary::new(texts, blank_is_missing),
        rows,
    ))
}
