//! Sums, differences, products and quotients of two values: exact, or missing.

use crate::ir::Arithmetic;
use crate::types::{Constant, Exact, Float};
use num_bigint::BigInt;

/// The outcome of an operator; missing where an operand is, and wherever the meaning says so.
pub(in crate::execute) fn arithmetic(
    operator: Arithmetic,
    left: &Constant,
    right: &Constant,
) -> Constant {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    use Constant::{Duration, Missing, Number, Time};
    let duration = |nanoseconds: Option<i128>| nanoseconds.map_or(Missing, Duration);
    match (left, operator, right) {
        (Missing, _, _) | (_, _, Missing) => Missing,
        (Number(left), _, Number(right)) => exact(operator, *left, *right).map_or(Missing, Number),
        (Number(_) | Constant::Float(_), _, Number(_) | Constant::Float(_)) => {
            floats(operator, nearest(left), nearest(right))
        }
        (Time(left), Subtract, Time(right)) => duration(left.checked_sub(*right)),
        (Time(left), Add, Duration(right)) | (Duration(right), Add, Time(left)) => {
            left.checked_add(*right).map_or(Missing, Time)
        }
        (Time(left), Subtract, Duration(right)) => left.checked_sub(*right).map_or(Missing, Time),
        (Duration(left), Add, Duration(right)) => duration(left.checked_add(*right)),
        (Duration(left), Subtract, Duration(right)) => duration(left.checked_sub(*right)),
        (Duration(left), Multiply | Divide, Number(right)) => {
            whole(exact(operator, Exact::whole(*left), *right))
        }
        (Number(left), Multiply, Duration(right)) => {
            whole(exact(operator, *left, Exact::whole(*right)))
        }
        (Duration(left), Divide, Duration(right)) => {
            Exact::new(*left, *right).map_or(Missing, Number)
        }
        _ => Missing,
    }
}

/// A duration is a whole number of nanoseconds: what lies between is cut down to the nanosecond below.
fn whole(exact: Option<Exact>) -> Constant {
    exact.map_or(Constant::Missing, |exact| Constant::Duration(exact.floor()))
}

/// The value turned over in sign.
pub(in crate::execute) fn negate(value: &Constant) -> Constant {
    let number = |number: Option<i128>| number;
    match value {
        Constant::Number(value) => number(value.numerator().checked_neg())
            .and_then(|numerator| Exact::new(numerator, value.denominator()))
            .map_or(Constant::Missing, Constant::Number),
        Constant::Float(value) => {
            Float::new(-value.get()).map_or(Constant::Missing, Constant::Float)
        }
        Constant::Duration(value) => {
            number(value.checked_neg()).map_or(Constant::Missing, Constant::Duration)
        }
        _ => Constant::Missing,
    }
}

/// The exact fraction, in lowest terms; none where a part exceeds 128 bits.
pub(in crate::execute) fn exact(operator: Arithmetic, left: Exact, right: Exact) -> Option<Exact> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    if left.is_whole() && right.is_whole() {
        let (left, right) = (left.numerator(), right.numerator());
        return match operator {
            Add => left.checked_add(right).map(Exact::whole),
            Subtract => left.checked_sub(right).map(Exact::whole),
            Multiply => left.checked_mul(right).map(Exact::whole),
            Divide => Exact::new(left, right),
        };
    }
    narrow_exact(operator, left, right).or_else(|| wide_exact(operator, left, right))
}

/// In 128 bits, where no step on the way exceeds them.
fn narrow_exact(operator: Arithmetic, left: Exact, right: Exact) -> Option<Exact> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let (a, b) = (left.numerator(), left.denominator());
    let (c, d) = (right.numerator(), right.denominator());
    let (numerator, denominator) = match operator {
        Add => (
            a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?,
            b.checked_mul(d)?,
        ),
        Subtract => (
            a.checked_mul(d)?.checked_sub(c.checked_mul(b)?)?,
            b.checked_mul(d)?,
        ),
        Multiply => (a.checked_mul(c)?, b.checked_mul(d)?),
        Divide => (a.checked_mul(d)?, b.checked_mul(c)?),
    };
    Exact::new(numerator, denominator)
}

/// In as many bits as it takes on the way.
fn wide_exact(operator: Arithmetic, left: Exact, right: Exact) -> Option<Exact> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let [a, b, c, d] = [
        left.numerator(),
        left.denominator(),
        right.numerator(),
        right.denominator(),
    ]
    .map(BigInt::from);
    let (numerator, denominator) = match operator {
        Add => (&a * &d + &c * &b, &b * &d),
        Subtract => (&a * &d - &c * &b, &b * &d),
        Multiply => (&a * &c, &b * &d),
        Divide => (&a * &d, &b * &c),
    };
    if denominator == BigInt::ZERO {
        return None;
    }
    let fraction = num_rational::BigRational::new(numerator, denominator);
    Exact::new(
        i128::try_from(fraction.numer()).ok()?,
        i128::try_from(fraction.denom()).ok()?,
    )
}

/// IEEE 754, missing where the outcome is not finite.
fn floats(operator: Arithmetic, left: f64, right: f64) -> Constant {
    let value = match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
    };
    Float::new(value).map_or(Constant::Missing, Constant::Float)
}

/// The float nearest to a number.
pub(in crate::execute) fn nearest(value: &Constant) -> f64 {
    match value {
        Constant::Float(float) => float.get(),
        Constant::Number(exact) => nearest_float(*exact),
        _ => f64::NAN,
    }
}

/// The float nearest to a fraction, of two equally near the even one.
pub(in crate::execute) fn nearest_float(exact: Exact) -> f64 {
    const LIMIT: u128 = 1 << 53;
    if exact.is_whole() {
        return exact.numerator() as f64;
    }
    if exact.numerator().unsigned_abs() <= LIMIT && exact.denominator().unsigned_abs() <= LIMIT {
        // Both parts are floats, so the division is the only rounding.
        return exact.numerator() as f64 / exact.denominator() as f64;
    }
    // A quotient of 66 bits or more, with whatever is left over marked in its lowest bit, rounds as the fraction itself does.
    let (numerator, denominator) = (
        exact.numerator().unsigned_abs(),
        exact.denominator().unsigned_abs(),
    );
    let shift =
        66 + (128 - denominator.leading_zeros()) as i32 - (128 - numerator.leading_zeros()) as i32;
    let (mut top, mut bottom) = (BigInt::from(numerator), BigInt::from(denominator));
    if shift >= 0 {
        top <<= shift as u32;
    } else {
        bottom <<= shift.unsigned_abs();
    }
    let quotient = &top / &bottom;
    let sticky = u128::from(&quotient * &bottom != top);
    let quotient = u128::try_from(quotient).unwrap_or(0) | sticky;
    let magnitude = quotient as f64 * 2f64.powi(-shift);
    if exact.numerator() < 0 {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(numerator: i128, denominator: i128) -> Exact {
        Exact::new(numerator, denominator).unwrap()
    }

    #[test]
    fn what_fits_in_lowest_terms_is_known() {
        let big = i128::MAX;
        assert_eq!(
            exact(Arithmetic::Multiply, fraction(big, 3), fraction(3, big)),
            Some(Exact::whole(1))
        );
        assert_eq!(
            exact(Arithmetic::Add, Exact::whole(big), Exact::whole(1)),
            None
        );
        assert_eq!(
            exact(Arithmetic::Subtract, fraction(big, 2), fraction(big, 2)),
            Some(Exact::ZERO)
        );
        assert_eq!(
            exact(Arithmetic::Add, fraction(1, 3), fraction(1, 6)),
            Some(fraction(1, 2))
        );
        assert_eq!(exact(Arithmetic::Divide, fraction(1, 3), Exact::ZERO), None);
    }

    #[test]
    fn floats_overflow_into_missing() {
        let float = |value| Constant::Float(Float::new(value).unwrap());
        assert_eq!(
            arithmetic(Arithmetic::Multiply, &float(f64::MAX), &float(2.0)),
            Constant::Missing
        );
        assert_eq!(
            arithmetic(Arithmetic::Divide, &float(1.0), &float(0.0)),
            Constant::Missing
        );
        assert_eq!(
            arithmetic(
                Arithmetic::Add,
                &float(0.5),
                &Constant::Number(fraction(1, 4))
            ),
            float(0.75)
        );
    }

    #[test]
    fn fractions_round_to_the_nearest_float() {
        assert_eq!(nearest_float(fraction(1, 10)), 0.1);
        assert_eq!(nearest_float(fraction(-1, 3)), -1.0 / 3.0);
        // 2^53 + 1 over 1 lies between two floats, the even one below; a third more tips it up.
        let above = fraction(3 * ((1 << 53) + 1) + 1, 3);
        assert_eq!(nearest_float(above), 9_007_199_254_740_994.0);
        assert_eq!(
            nearest_float(fraction(1, i128::MAX)),
            1.0 / i128::MAX as f64
        );
    }
}
