//! What puts events of one contact and one time in order: their fields, one after the other, missing values first.

use super::value::value;
use crate::data::Texts;
use crate::types::Constant;
use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use std::cmp::Ordering;

/// The columns that break ties.
pub(super) struct Ties {
    columns: Vec<Compare>,
}

/// The order of two rows.
type Compare = Box<dyn Fn(usize, usize) -> Ordering + Send + Sync>;

impl Ties {
    pub(super) fn of<'a>(
        columns: impl Iterator<Item = &'a ArrayRef>,
        blank_is_missing: bool,
    ) -> Self {
        Self {
            columns: columns
                .map(|column| compare(column, blank_is_missing))
                .collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    pub(super) fn compare(&self, left: u32, right: u32) -> Ordering {
        let orders = self.columns.iter();
        orders
            .map(|column| column(left as usize, right as usize))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

/// The order of the values of a column, that of [`Constant::total_order`].
fn compare(array: &ArrayRef, blank_is_missing: bool) -> Compare {
    macro_rules! stored {
        ($kind:ty) => {
            stored(array.as_primitive::<$kind>().clone(), Some)
        };
    }
    match array.data_type() {
        DataType::Boolean => {
            let values: BooleanArray = array.as_boolean().clone();
            by(move |row| values.is_valid(row).then(|| values.value(row)))
        }
        DataType::Int8 => stored!(Int8Type),
        DataType::Int16 => stored!(Int16Type),
        DataType::Int32 => stored!(Int32Type),
        DataType::Int64 => stored!(Int64Type),
        DataType::UInt8 => stored!(UInt8Type),
        DataType::UInt16 => stored!(UInt16Type),
        DataType::UInt32 => stored!(UInt32Type),
        DataType::UInt64 => stored!(UInt64Type),
        DataType::Decimal32(_, 0..) => stored!(Decimal32Type),
        DataType::Decimal64(_, 0..) => stored!(Decimal64Type),
        DataType::Decimal128(_, 0..) => stored!(Decimal128Type),
        DataType::Float32 => stored(array.as_primitive::<Float32Type>().clone(), |value| {
            ordered(value.into())
        }),
        DataType::Float64 => stored(array.as_primitive::<Float64Type>().clone(), ordered),
        DataType::Date32 => stored!(Date32Type),
        DataType::Timestamp(TimeUnit::Second, _) => stored!(TimestampSecondType),
        DataType::Timestamp(TimeUnit::Millisecond, _) => stored!(TimestampMillisecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => stored!(TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => stored!(TimestampNanosecondType),
        DataType::Duration(TimeUnit::Second) => stored!(DurationSecondType),
        DataType::Duration(TimeUnit::Millisecond) => stored!(DurationMillisecondType),
        DataType::Duration(TimeUnit::Microsecond) => stored!(DurationMicrosecondType),
        DataType::Duration(TimeUnit::Nanosecond) => stored!(DurationNanosecondType),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            let array = array.clone();
            Box::new(move |left, right| {
                let texts = Texts::of(&array);
                let text = |row| {
                    let text = texts?.known(row)?;
                    (!blank_is_missing || !text.trim().is_empty()).then_some(text)
                };
                text(left).cmp(&text(right))
            })
        }
        DataType::Dictionary(..) => of_dictionary(array, blank_is_missing),
        _ => {
            let array = array.clone();
            Box::new(move |left, right| {
                let value = |row| value(&array, row, blank_is_missing);
                value(left).total_order(&value(right))
            })
        }
    }
}

fn by<T: Ord>(key: impl Fn(usize) -> Option<T> + Send + Sync + 'static) -> Compare {
    Box::new(move |left, right| key(left).cmp(&key(right)))
}

/// By what is stored, or what is made of it; none is missing.
fn stored<P: ArrowPrimitiveType, T: Ord + 'static>(
    values: PrimitiveArray<P>,
    key: impl Fn(P::Native) -> Option<T> + Send + Sync + 'static,
) -> Compare {
    by(move |row| {
        let known = values.is_valid(row);
        known.then(|| values.value(row)).and_then(&key)
    })
}

/// Bits in the order of the numbers; what is not finite is no value.
fn ordered(value: f64) -> Option<i64> {
    value.is_finite().then(|| {
        let bits = (value + 0.0).to_bits().cast_signed();
        if bits < 0 { bits ^ i64::MAX } else { bits }
    })
}

/// Values of a dictionary are put in order once, then their ranks are compared; 0 is missing.
fn of_dictionary(array: &ArrayRef, blank_is_missing: bool) -> Compare {
    let dictionary = array.as_any_dictionary();
    let values = dictionary.values();
    let order = compare(values, blank_is_missing);
    if values.len() > 4 * array.len() {
        // Of many values and few rows, only the values of these are compared.
        let (codes, values) = (array.clone(), values.clone());
        let normal = dictionary.normalized_keys();
        return Box::new(move |left, right| {
            let is_missing = |row: usize| {
                codes.is_null(row)
                    || value(&values, normal[row], blank_is_missing) == Constant::Missing
            };
            match (is_missing(left), is_missing(right)) {
                (false, false) => order(normal[left], normal[right]),
                (left, right) => right.cmp(&left),
            }
        });
    }
    let is_missing = |row: usize| value(values, row, blank_is_missing) == Constant::Missing;
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_by(|left, right| order(*left, *right));
    let mut ranks = vec![0u32; values.len()];
    let mut rank = 0;
    for (at, place) in places.iter().enumerate() {
        let is_new = at == 0 || order(places[at - 1], *place).is_ne();
        rank += u32::from(is_new && !is_missing(*place));
        ranks[*place] = rank;
    }
    let codes = array.clone();
    let normal = dictionary.normalized_keys();
    by(move |row| {
        Some(if codes.is_null(row) {
            0
        } else {
            ranks[normal[row]]
        })
    })
}
