//! The values of Arrow arrays in two plain forms: texts, and numbers that keep the order and the difference of values.

pub(super) use crate::data::Texts;
use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, RunArray};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{DataType, TimeUnit};

/// A number for each row: what is stored of whole numbers, decimals, dates and times, and of floating-point numbers bits in their order.
/// None where there is no value. Nothing where the values are not of these types.
pub(super) fn numbers(array: &ArrayRef) -> Option<Vec<Option<i128>>> {
    macro_rules! stored {
        ($kind:ty) => {
            array
                .as_primitive::<$kind>()
                .iter()
                .map(|value| value.map(i128::from))
                .collect()
        };
    }
    macro_rules! floats {
        ($kind:ty) => {
            array
                .as_primitive::<$kind>()
                .iter()
                .map(|value| value.and_then(|value| ordered(f64::from(value))))
                .collect()
        };
    }
    Some(match array.data_type() {
        DataType::Boolean => (array.as_boolean().iter())
            .map(|value| value.map(i128::from))
            .collect(),
        DataType::Int8 => stored!(Int8Type),
        DataType::Int16 => stored!(Int16Type),
        DataType::Int32 => stored!(Int32Type),
        DataType::Int64 => stored!(Int64Type),
        DataType::UInt8 => stored!(UInt8Type),
        DataType::UInt16 => stored!(UInt16Type),
        DataType::UInt32 => stored!(UInt32Type),
        DataType::UInt64 => stored!(UInt64Type),
        DataType::Decimal32(..) => stored!(Decimal32Type),
        DataType::Decimal64(..) => stored!(Decimal64Type),
        DataType::Decimal128(..) => stored!(Decimal128Type),
        DataType::Decimal256(..) => (array.as_primitive::<Decimal256Type>().iter())
            .map(|value| value.and_then(|value| value.to_i128()))
            .collect(),
        DataType::Float16 => floats!(Float16Type),
        DataType::Float32 => floats!(Float32Type),
        DataType::Float64 => floats!(Float64Type),
        DataType::Date32 => stored!(Date32Type),
        DataType::Date64 => (array.as_primitive::<Date64Type>().iter())
            .map(|value| value.map(|value| value.div_euclid(86_400_000).into()))
            .collect(),
        DataType::Timestamp(TimeUnit::Second, _) => stored!(TimestampSecondType),
        DataType::Timestamp(TimeUnit::Millisecond, _) => stored!(TimestampMillisecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => stored!(TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => stored!(TimestampNanosecondType),
        DataType::Duration(TimeUnit::Second) => stored!(DurationSecondType),
        DataType::Duration(TimeUnit::Millisecond) => stored!(DurationMillisecondType),
        DataType::Duration(TimeUnit::Microsecond) => stored!(DurationMicrosecondType),
        DataType::Duration(TimeUnit::Nanosecond) => stored!(DurationNanosecondType),
        _ => return None,
    })
}

/// Bits of a floating-point number in the order of the numbers; -0 is 0, and what is not finite is no value.
fn ordered(value: f64) -> Option<i128> {
    value.is_finite().then(|| {
        let bits = (value + 0.0).to_bits().cast_signed();
        i128::from(if bits < 0 { bits ^ i64::MAX } else { bits })
    })
}

/// The floating-point number of such bits.
pub(super) fn float(bits: i128) -> f64 {
    let bits = bits as i64;
    f64::from_bits((if bits < 0 { bits ^ i64::MAX } else { bits }).cast_unsigned())
}

/// For each row the place of its value among those of a dictionary or of runs, none where the row is null. Nothing for other layouts.
pub(super) fn places(array: &ArrayRef) -> Option<(Vec<Option<usize>>, ArrayRef)> {
    match array.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let values = dictionary.values().clone();
            if values.is_empty() {
                return Some((vec![None; array.len()], values));
            }
            let keys = dictionary.normalized_keys().into_iter().enumerate();
            let places = keys.map(|(row, key)| array.is_valid(row).then_some(key));
            Some((places.collect(), values))
        }
        DataType::RunEndEncoded(ends, _) => match ends.data_type() {
            DataType::Int16 => runs::<Int16Type>(array),
            DataType::Int32 => runs::<Int32Type>(array),
            _ => runs::<Int64Type>(array),
        },
        _ => None,
    }
}

fn runs<R: RunEndIndexType>(array: &ArrayRef) -> Option<(Vec<Option<usize>>, ArrayRef)> {
    let runs = array.as_any().downcast_ref::<RunArray<R>>()?;
    let places = (0..array.len()).map(|row| Some(runs.get_physical_index(row)));
    Some((places.collect(), runs.values().clone()))
}

/// For each list where it begins and ends among the elements. Nothing for what is no list.
pub(super) fn lists(array: &ArrayRef) -> Option<(Vec<(usize, usize)>, ArrayRef)> {
    fn whole<O: ArrowNativeType>(offsets: &[O]) -> Vec<(usize, usize)> {
        let pairs = offsets.windows(2);
        pairs
            .map(|pair| (pair[0].as_usize(), pair[1].as_usize()))
            .collect()
    }
    fn views<O: ArrowNativeType>(offsets: &[O], sizes: &[O]) -> Vec<(usize, usize)> {
        let pairs = offsets.iter().zip(sizes);
        pairs
            .map(|(offset, size)| (offset.as_usize(), offset.as_usize() + size.as_usize()))
            .collect()
    }
    Some(match array.data_type() {
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            (whole(lists.value_offsets()), lists.values().clone())
        }
        DataType::LargeList(_) => {
            let lists = array.as_list::<i64>();
            (whole(lists.value_offsets()), lists.values().clone())
        }
        DataType::FixedSizeList(_, size) => {
            let lists = array.as_fixed_size_list();
            let size = *size as usize;
            let places = (0..lists.len()).map(|row| {
                let first = lists.value_offset(row) as usize;
                (first, first + size)
            });
            (places.collect(), lists.values().clone())
        }
        DataType::ListView(_) => {
            let lists = array.as_list_view::<i32>();
            let places = views(lists.value_offsets(), lists.value_sizes());
            (places, lists.values().clone())
        }
        DataType::LargeListView(_) => {
            let lists = array.as_list_view::<i64>();
            let places = views(lists.value_offsets(), lists.value_sizes());
            (places, lists.values().clone())
        }
        _ => return None,
    })
}
