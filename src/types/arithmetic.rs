//! Arithmetic and order of constants: the four operations on exact numbers, the passage to 64-bit floats, and comparison by value across kinds.

use super::{Constant, Exact, Float};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};
use std::cmp::Ordering;

impl Exact {
    /// The sum; none where it does not fit in 128-bit parts.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.is_whole() && other.is_whole() {
            let sum = self.numerator().checked_add(other.numerator())?;
            return Some(Self::whole(sum));
        }
        let (a, b, c, d) = self.parts(other);
        fraction(a * &d + c * &b, b * d)
    }

    /// The difference; none where it does not fit in 128-bit parts.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        if self.is_whole() && other.is_whole() {
            let difference = self.numerator().checked_sub(other.numerator())?;
            return Some(Self::whole(difference));
        }
        let (a, b, c, d) = self.parts(other);
        fraction(a * &d - c * &b, b * d)
    }

    /// The product; none where it does not fit in 128-bit parts.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        if self.is_whole() && other.is_whole() {
            let product = self.numerator().checked_mul(other.numerator())?;
            return Some(Self::whole(product));
        }
        let (a, b, c, d) = self.parts(other);
        fraction(a * c, b * d)
    }

    /// The quotient; none where the divisor is 0 or the quotient does not fit in 128-bit parts.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        if other == Self::ZERO {
            return None;
        }
        let (a, b, c, d) = self.parts(other);
        fraction(a * d, b * c)
    }

    /// The number with the other sign; none where it does not fit.
    pub fn checked_neg(self) -> Option<Self> {
        Self::new(self.numerator().checked_neg()?, self.denominator())
    }

    fn parts(self, other: Self) -> (BigInt, BigInt, BigInt, BigInt) {
        (
            self.numerator().into(),
            self.denominator().into(),
            other.numerator().into(),
            other.denominator().into(),
        )
    }

    /// The nearest 64-bit float; of two equally near, the one with the even last bit.
    pub fn to_f64(self) -> f64 {
        let magnitude = self.numerator().unsigned_abs();
        let denominator = self.denominator().unsigned_abs();
        let (mut quotient, mut rest) = (magnitude / denominator, magnitude % denominator);
        let mut exponent = 0i32;
        // At least 64 bits of the quotient, so that the last one can stand for all that follow.
        while rest != 0 && quotient >> 63 == 0 {
            rest *= 2;
            quotient = quotient * 2 + u128::from(rest >= denominator);
            rest %= denominator;
            exponent -= 1;
        }
        let nearest = (quotient | u128::from(rest != 0)) as f64;
        let scaled = nearest * 2f64.powi(exponent);
        if self.numerator() < 0 {
            -scaled
        } else {
            scaled
        }
    }

    /// Compares with a finite float by exact value.
    pub fn compare_float(self, other: Float) -> Ordering {
        let (mantissa, exponent) = parts_of(other.get());
        if self.numerator().signum() != mantissa.signum() {
            return self.numerator().signum().cmp(&mantissa.signum());
        }
        // numerator / denominator against mantissa * 2^exponent, without the signs, which are equal.
        let (left, right) = (
            BigInt::from(self.numerator()).abs(),
            BigInt::from(mantissa).abs() * self.denominator(),
        );
        let order = if exponent >= 0 {
            left.cmp(&(right << exponent))
        } else {
            (left << -exponent).cmp(&right)
        };
        if mantissa < 0 { order.reverse() } else { order }
    }
}

/// `mantissa * 2^exponent` is the value; the mantissa carries the sign.
fn parts_of(value: f64) -> (i128, i32) {
    let bits = value.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = i128::from(bits & ((1 << 52) - 1));
    let (magnitude, exponent) = match exponent {
        0 => (fraction, -1074),
        _ => (fraction | (1 << 52), exponent - 1075),
    };
    (if value < 0.0 { -magnitude } else { magnitude }, exponent)
}

/// In lowest terms; none where a part does not fit in 128 bits. The denominator is not 0.
pub(super) fn fraction(numerator: BigInt, denominator: BigInt) -> Option<Exact> {
    let (mut a, mut b) = (numerator.clone(), denominator.clone());
    while b != BigInt::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    let divisor = if denominator.is_negative() == a.is_negative() {
        a
    } else {
        -a
    };
    Exact::new(
        (numerator / &divisor).to_i128()?,
        (denominator / divisor).to_i128()?,
    )
}

impl Float {
    /// `mantissa * 2^exponent` is the value; the mantissa carries the sign.
    pub fn parts(self) -> (i128, i32) {
        parts_of(self.get())
    }
}

impl Constant {
    /// The order of two known constants of one sort (numbers of all kinds are one sort), by value; none where one is missing, a list,
    /// a point, a record, a map, or of another sort. Text is ordered by code point, false before true.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        use Constant::{
            Boolean, Date, Distance, Duration, List, Map, Missing, Number, Point, Record, Text,
            Time,
        };
        Some(match (self, other) {
            (Boolean(a), Boolean(b)) => a.cmp(b),
            (Number(a), Number(b)) => a.cmp(b),
            (Number(a), Constant::Float(b)) => a.compare_float(*b),
            (Constant::Float(a), Number(b)) => b.compare_float(*a).reverse(),
            (Constant::Float(a), Constant::Float(b)) => a.get().partial_cmp(&b.get())?,
            (Text(a), Text(b)) => a.cmp(b),
            (Date(a), Date(b)) => a.cmp(b),
            (Time(a), Time(b)) => a.cmp(b),
            (Duration(a), Duration(b)) | (Distance(a), Distance(b)) => a.cmp(b),
            (
                Boolean(_)
                | Number(_)
                | Constant::Float(_)
                | Text(_)
                | Date(_)
                | Time(_)
                | Duration(_)
                | Point(_)
                | Distance(_)
                | List(_)
                | Record(_)
                | Map(_)
                | Missing,
                _,
            ) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(numerator: i128, denominator: i128) -> Exact {
        Exact::new(numerator, denominator).unwrap()
    }

    #[test]
    fn operations_are_exact_or_none() {
        assert_eq!(exact(1, 3).checked_add(exact(1, 6)), Some(exact(1, 2)));
        assert_eq!(exact(1, 3).checked_sub(exact(1, 2)), Some(exact(-1, 6)));
        assert_eq!(exact(-2, 3).checked_mul(exact(3, 4)), Some(exact(-1, 2)));
        assert_eq!(exact(2, 3).checked_div(exact(-4, 3)), Some(exact(-1, 2)));
        assert_eq!(Exact::whole(1).checked_div(Exact::ZERO), None);
        assert_eq!(Exact::whole(i128::MAX).checked_add(Exact::whole(1)), None);
        assert_eq!(Exact::whole(i128::MIN).checked_neg(), None);
        // The way is longer than 128 bits, the result is not.
        let long = exact(1, i128::MAX);
        assert_eq!(long.checked_mul(Exact::whole(i128::MAX)), Some(exact(1, 1)));
        assert_eq!(long.checked_sub(long), Some(Exact::ZERO));
        assert_eq!(long.checked_mul(long), None);
    }

    #[test]
    fn floats_are_the_nearest() {
        for (number, float) in [
            (exact(1, 10), 0.1),
            (exact(-1, 3), -1.0 / 3.0),
            (exact(0, 1), 0.0),
            ((Exact::whole((1 << 53) + 1)), 9007199254740992.0),
            ((Exact::whole((1 << 53) + 3)), 9007199254740996.0),
            (Exact::whole(i128::MIN), -(2f64.powi(127))),
            (exact(1, i128::MAX), 2f64.powi(-127)),
            // Half way between two floats, and a little more.
            (exact((1 << 54) + 2, 2), 9007199254740992.0),
            (exact((1 << 60) + 128, 64), 18014398509481984.0),
            (exact((1 << 60) + 129, 64), 18014398509481988.0),
        ] {
            assert_eq!(number.to_f64(), float, "{number}");
        }
    }

    #[test]
    fn kinds_compare_by_value() {
        let float = |value| Constant::Float(Float::new(value).unwrap());
        let number = |numerator, denominator| Constant::Number(exact(numerator, denominator));
        for (left, right, order) in [
            (number(1, 2), float(0.5), Ordering::Equal),
            (number(1, 10), float(0.1), Ordering::Less),
            (
                number((1 << 53) + 1, 1),
                float(9007199254740992.0),
                Ordering::Greater,
            ),
            (number(i128::MAX, 1), float(1e300), Ordering::Less),
            (number(i128::MIN, 1), float(-1e300), Ordering::Greater),
            (number(1, i128::MAX), float(5e-324), Ordering::Greater),
            (number(-1, i128::MAX), float(-5e-324), Ordering::Less),
            (number(0, 1), float(-0.0), Ordering::Equal),
            (number(0, 1), float(5e-324), Ordering::Less),
            (float(-1.5), number(0, 1), Ordering::Less),
        ] {
            assert_eq!(left.compare(&right), Some(order), "{left:?} {right:?}");
            assert_eq!(
                right.compare(&left),
                Some(order.reverse()),
                "{right:?} {left:?}"
            );
        }
        assert_eq!(Constant::Missing.compare(&Constant::Missing), None);
        assert_eq!(Constant::Date(1).compare(&Constant::Time(1)), None);
    }
}
