//! Numbers rounded to decimal digits, exactly: what lies in the middle goes away from zero.

use super::{Exact, Float};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

impl Exact {
    /// The nearest number with so many digits behind the point; below zero, to tens, hundreds and so on. None where it does not fit, and
    /// where the digits are not between -38 and 38.
    pub fn rounded(self, digits: i32) -> Option<Self> {
        let power = power(digits)?;
        if self.is_whole() && digits >= 0 {
            return Some(self);
        }
        rounded(
            self.numerator().into(),
            self.denominator().into(),
            digits,
            power,
        )
    }
}

impl Float {
    /// The exact value of the float rounded as [`Exact::rounded`] does.
    pub fn rounded(self, digits: i32) -> Option<Exact> {
        let power = power(digits)?;
        let (mantissa, exponent) = self.parts();
        let (mantissa, scale) = (
            BigInt::from(mantissa),
            BigInt::from(1) << exponent.unsigned_abs(),
        );
        if exponent < 0 {
            rounded(mantissa, scale, digits, power)
        } else {
            rounded(mantissa * scale, BigInt::from(1), digits, power)
        }
    }
}

fn power(digits: i32) -> Option<i128> {
    10i128.checked_pow(digits.unsigned_abs())
}

fn rounded(numerator: BigInt, denominator: BigInt, digits: i32, power: i128) -> Option<Exact> {
    if digits < 0 {
        let whole = nearest(&numerator, &(denominator * power)).to_i128()?;
        whole.checked_mul(power).map(Exact::whole)
    } else {
        let whole = nearest(&(numerator * power), &denominator).to_i128()?;
        Exact::new(whole, power)
    }
}

/// The whole number nearest to a fraction whose denominator is above zero; of two, the one further from zero.
fn nearest(numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let magnitude: BigInt = (numerator.abs() * 2 + denominator) / (denominator * 2);
    if numerator.is_negative() {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(numerator: i128, denominator: i128) -> Exact {
        Exact::new(numerator, denominator).unwrap()
    }

    #[test]
    fn rounding_takes_the_stored_value_and_halves_go_away_from_zero() {
        let of = |number: Exact, digits| number.rounded(digits);
        let float = |value: f64, digits| Float::new(value).unwrap().rounded(digits);
        assert_eq!(of(exact(5, 2), 0), Some(Exact::whole(3)));
        assert_eq!(of(exact(-5, 2), 0), Some(Exact::whole(-3)));
        assert_eq!(of(exact(1, 3), 0), Some(Exact::ZERO));
        assert_eq!(of(exact(2, 3), 1), Some(exact(7, 10)));
        assert_eq!(of(Exact::whole(1250), -2), Some(Exact::whole(1300)));
        // 170141183460469231731687303715884105727 to hundreds ends in 700; to tens it would be 730, which is too much.
        let most = Exact::whole(i128::MAX / 100 * 100);
        assert_eq!(of(Exact::whole(i128::MAX), -2), Some(most));
        assert_eq!(of(Exact::whole(i128::MAX), -1), None);
        assert_eq!(
            of(Exact::whole(i128::MAX), 38),
            Some(Exact::whole(i128::MAX))
        );
        assert_eq!(of(exact(1, 3), 39), None);
        // The float 2.675 is a little less than that: 2.67499999999999982236431605997495353221893310546875.
        assert_eq!(float(2.675, 2), Some(exact(267, 100)));
        assert_eq!(float(0.5, 0), Some(Exact::whole(1)));
        assert_eq!(float(-0.125, 2), Some(exact(-13, 100)));
        assert_eq!(float(5e-324, 3), Some(Exact::ZERO));
        assert_eq!(float(1e300, 0), None);
        assert_eq!(
            float(1e20, 2),
            Some(Exact::whole(100_000_000_000_000_000_000))
        );
    }
}
