//! The bounds of a column as constants of the language, from one cell of an Arrow array.

use crate::types::{Constant, Exact, Float};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

const DAY_MILLISECONDS: i64 = 86_400_000;

/// The value of a cell. None where it is null, of a type that has no bounds, or not a value in the language (NaN).
pub(super) fn constant(array: &ArrayRef, row: usize) -> Option<Constant> {
    if array.is_null(row) {
        return None;
    }
    macro_rules! native {
        ($kind:ty) => {
            array.as_primitive::<$kind>().value(row)
        };
    }
    macro_rules! whole {
        ($kind:ty) => {
            Constant::Number(Exact::whole(native!($kind).into()))
        };
    }
    macro_rules! time {
        ($kind:ty, $nanoseconds:expr) => {
            Constant::Time(i128::from(native!($kind)) * $nanoseconds)
        };
    }
    Some(match array.data_type() {
        DataType::Boolean => Constant::Boolean(array.as_boolean().value(row)),
        DataType::Int8 => whole!(Int8Type),
        DataType::Int16 => whole!(Int16Type),
        DataType::Int32 => whole!(Int32Type),
        DataType::Int64 => whole!(Int64Type),
        DataType::UInt8 => whole!(UInt8Type),
        DataType::UInt16 => whole!(UInt16Type),
        DataType::UInt32 => whole!(UInt32Type),
        DataType::UInt64 => whole!(UInt64Type),
        DataType::Float32 => Constant::Float(Float::new(native!(Float32Type).into())?),
        DataType::Float64 => Constant::Float(Float::new(native!(Float64Type))?),
        DataType::Decimal32(_, scale) => decimal(native!(Decimal32Type).into(), *scale)?,
        DataType::Decimal64(_, scale) => decimal(native!(Decimal64Type).into(), *scale)?,
        DataType::Decimal128(_, scale) => decimal(native!(Decimal128Type), *scale)?,
        DataType::Utf8 => Constant::Text(array.as_string::<i32>().value(row).into()),
        DataType::LargeUtf8 => Constant::Text(array.as_string::<i64>().value(row).into()),
        DataType::Utf8View => Constant::Text(array.as_string_view().value(row).into()),
        DataType::Date32 => Constant::Date(native!(Date32Type).into()),
        DataType::Date64 => Constant::Date(native!(Date64Type).div_euclid(DAY_MILLISECONDS)),
        DataType::Timestamp(TimeUnit::Second, _) => time!(TimestampSecondType, 1_000_000_000),
        DataType::Timestamp(TimeUnit::Millisecond, _) => time!(TimestampMillisecondType, 1_000_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => time!(TimestampMicrosecondType, 1_000),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => time!(TimestampNanosecondType, 1),
        _ => return None,
    })
}

fn decimal(mantissa: i128, scale: i8) -> Option<Constant> {
    let power = 10i128.checked_pow(scale.unsigned_abs().into())?;
    let value = if scale < 0 {
        Exact::whole(mantissa.checked_mul(power)?)
    } else {
        Exact::new(mantissa, power)?
    };
    Some(Constant::Number(value))
}
