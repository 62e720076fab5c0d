//! Order and equality of two values by what they are, not by how they are held.

use crate::types::{Constant, Exact};
use num_bigint::BigInt;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The order of two known values of kinds that may be compared; none where one is missing.
pub(in crate::execute) fn order(left: &Constant, right: &Constant) -> Option<Ordering> {
    use Constant::{Boolean, Date, Duration, Float, Number, Text, Time};
    Some(match (left, right) {
        (Boolean(left), Boolean(right)) => left.cmp(right),
        (Number(left), Number(right)) => left.cmp(right),
        (Float(left), Float(right)) => left.get().partial_cmp(&right.get())?,
        (Float(left), Number(right)) => order_float(left.get(), *right),
        (Number(left), Float(right)) => order_float(right.get(), *left).reverse(),
        (Text(left), Text(right)) => left.cmp(right),
        (Date(left), Date(right)) => left.cmp(right),
        (Time(left), Time(right)) | (Duration(left), Duration(right)) => left.cmp(right),
        _ => return None,
    })
}

/// The order of a finite float and a fraction, exactly.
pub(in crate::execute) fn order_float(float: f64, exact: Exact) -> Ordering {
    /// Beyond it whole numbers are not all floats.
    const LIMIT: i128 = 1 << 53;
    if exact.is_whole() && exact.numerator().abs() <= LIMIT {
        let number = exact.numerator() as f64;
        return float.partial_cmp(&number).unwrap_or(Ordering::Equal);
    }
    // A quotient of parts that are floats themselves is rounded once: it is off by less than it takes to change the order of numbers further apart.
    let estimate = exact.numerator() as f64 / exact.denominator() as f64;
    if (float - estimate).abs() > estimate.abs() * 1e-12 {
        return float.partial_cmp(&estimate).unwrap_or(Ordering::Equal);
    }
    let (numerator, denominator) = ratio(float);
    (numerator * exact.denominator()).cmp(&(denominator * exact.numerator()))
}

/// A finite float as a fraction, not in lowest terms, with a denominator above 0.
pub(in crate::execute) fn ratio(float: f64) -> (BigInt, BigInt) {
    let bits = float.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = match exponent {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, exponent - 1075),
    };
    let mut numerator = BigInt::from(mantissa);
    if float < 0.0 {
        numerator = -numerator;
    }
    if exponent >= 0 {
        (numerator << exponent as u32, BigInt::from(1))
    } else {
        (numerator, BigInt::from(1) << exponent.unsigned_abs())
    }
}

/// A text under full Unicode case folding.
pub(in crate::execute) fn fold(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
    {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    icu_casemap::CaseMapper::new().fold_string(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_and_fractions_compare_exactly() {
        let exact = |numerator, denominator| Exact::new(numerator, denominator).unwrap();
        // The float 0.1 is a little more than a tenth, 0.3 a little less than three tenths.
        assert_eq!(order_float(0.1, exact(1, 10)), Ordering::Greater);
        assert_eq!(order_float(0.3, exact(3, 10)), Ordering::Less);
        assert_eq!(order_float(0.5, exact(1, 2)), Ordering::Equal);
        assert_eq!(
            order_float(9_007_199_254_740_992.0, Exact::whole(9_007_199_254_740_993)),
            Ordering::Less
        );
        assert_eq!(
            order_float(f64::MAX, Exact::whole(i128::MAX)),
            Ordering::Greater
        );
        assert_eq!(order_float(5e-324, Exact::ZERO), Ordering::Greater);
        assert_eq!(order_float(-0.0, Exact::ZERO), Ordering::Equal);
        assert_eq!(order_float(5e-324, exact(1, i128::MAX)), Ordering::Less);
    }

    #[test]
    fn folding_is_full() {
        assert_eq!(fold("Straße"), "strasse");
        assert_eq!(fold("ABC"), "abc");
        assert_eq!(fold("abc"), "abc");
    }
}
