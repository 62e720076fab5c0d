//! Decimals of every width: stored numbers of one unit where digits and places fit in 128 bits, else each value in lowest terms.

use super::{Integers, Unit, Values, bits};
use crate::types::Exact;
use arrow_array::types::DecimalType;
use arrow_array::{Array, PrimitiveArray};
use arrow_buffer::ScalarBuffer;
use num_bigint::BigInt;
use std::sync::Arc;

/// The most places that a unit can have.
const MOST_PLACES: u8 = 38;

/// Decimals of up to 128 bits as they are stored.
pub(super) fn stored<T: DecimalType>(
    array: &PrimitiveArray<T>,
    scale: i8,
    validity: &mut Option<Arc<[u64]>>,
    integers: impl FnOnce(ScalarBuffer<T::Native>) -> Integers,
) -> Values
where
    T::Native: Into<i128>,
{
    match unit(scale) {
        Some(unit) => Values::Integers(integers(array.values().clone()), unit),
        None => fractions(array, scale, validity, |digits| BigInt::from(digits.into())),
    }
}

/// Decimals of 256 bits. Only where all of them fit are they numbers of one unit: a value may fit where its digits do not, as trailing zeros are no part of it.
pub(super) fn wide(
    array: &PrimitiveArray<arrow_array::types::Decimal256Type>,
    scale: i8,
    validity: &mut Option<Arc<[u64]>>,
) -> Values {
    let numbers = array.values();
    let fits = |row| !array.is_valid(row) || numbers[row].to_i128().is_some();
    match unit(scale) {
        Some(unit) if scale >= 0 && (0..array.len()).all(fits) => {
            let numbers = numbers.iter().map(|number| number.to_i128().unwrap_or(0));
            let numbers = narrow(numbers.collect(), validity.as_deref());
            Values::Integers(numbers, unit)
        }
        _ => fractions(array, scale, validity, |digits| {
            BigInt::from_signed_bytes_le(&digits.to_le_bytes())
        }),
    }
}

/// Decimals of 128 bits in 64, where every known one fits.
pub(super) fn narrow(numbers: ScalarBuffer<i128>, validity: Option<&[u64]>) -> Integers {
    let fits = |row: usize| {
        validity.is_some_and(|validity| !bits::get(validity, row))
            || i64::try_from(numbers[row]).is_ok()
    };
    if (0..numbers.len()).all(fits) {
        Integers::I64(numbers.iter().map(|number| *number as i64).collect())
    } else {
        Integers::I128(numbers)
    }
}

/// The unit of decimals with so many places; Arrow's scale may be negative.
fn unit(scale: i8) -> Option<Unit> {
    let places = scale.unsigned_abs();
    let power = (places <= MOST_PLACES).then(|| 10i128.pow(places.into()))?;
    Some(if scale < 0 {
        Unit {
            multiplier: power,
            divisor: 1,
        }
    } else {
        Unit {
            multiplier: 1,
            divisor: power,
        }
    })
}

/// Each value in lowest terms; what does not fit in 128 bits even so is missing.
fn fractions<T: DecimalType>(
    array: &PrimitiveArray<T>,
    scale: i8,
    validity: &mut Option<Arc<[u64]>>,
    digits: impl Fn(T::Native) -> BigInt,
) -> Values {
    let value = |row| {
        let known = array.is_valid(row);
        known.then(|| lowest_terms(digits(array.value(row)), scale))?
    };
    let values: Vec<Option<Exact>> = (0..array.len()).map(value).collect();
    *validity = Some(bits::from_rows(array.len(), |row| values[row].is_some()).into());
    let values = values.into_iter().map(|value| value.unwrap_or(Exact::ZERO));
    Values::Fractions(values.collect())
}

/// `digits / 10^scale` without what numerator and denominator have in common, which can only be twos and fives.
fn lowest_terms(mut digits: BigInt, scale: i8) -> Option<Exact> {
    if digits == BigInt::ZERO {
        return Some(Exact::ZERO);
    }
    let places = u32::from(scale.unsigned_abs());
    if scale < 0 {
        let whole = digits * BigInt::from(10).pow(places);
        return whole.try_into().ok().map(Exact::whole);
    }
    let mut denominator = BigInt::from(1);
    for prime in [2, 5] {
        let mut left = places;
        while left > 0 && &digits % prime == BigInt::ZERO {
            (digits, left) = (digits / prime, left - 1);
        }
        denominator *= BigInt::from(prime).pow(left);
    }
    Exact::new(digits.try_into().ok()?, denominator.try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twos_and_fives_in_common_are_taken_out() {
        let terms = |digits: BigInt, scale| {
            lowest_terms(digits, scale).map(|value| (value.numerator(), value.denominator()))
        };
        let power = |base: i32, exponent| BigInt::from(base).pow(exponent);
        assert_eq!(terms(BigInt::from(250), 2), Some((5, 2)));
        assert_eq!(terms(BigInt::from(0), 76), Some((0, 1)));
        assert_eq!(terms(power(10, 40), 40), Some((1, 1)));
        assert_eq!(terms(-power(10, 76), 75), Some((-10, 1)));
        assert_eq!(terms(power(5, 76), 76), Some((1, 1 << 76)));
        assert_eq!(terms(power(10, 40), 1), None);
        assert_eq!(terms(BigInt::from(1), 39), None);
        assert_eq!(terms(BigInt::from(3), -39), None);
        assert_eq!(terms(BigInt::from(3), -3), Some((3_000, 1)));
    }
}
