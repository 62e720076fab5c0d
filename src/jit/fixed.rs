//! Fixed numbers as native code wants them: the nearest float, or the greatest number of a kind that is not above, so that a comparison with it is exact.

use crate::types::{Constant, Exact, Float};
use std::cmp::Ordering;

/// How a fixed number is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reading {
    /// The nearest float.
    Nearest,
    /// The whole number itself.
    Whole,
    /// The greatest float that is not above it; below it, if strict.
    FloatAtMost {
        strict: bool,
    },
    FloatAtLeast {
        strict: bool,
    },
    /// The float that equals it, NaN if there is none.
    FloatEqual,
    WholeAtMost {
        strict: bool,
    },
    WholeAtLeast {
        strict: bool,
    },
    WholeEqual,
    /// All bits where a 64-bit number can be so related to it, else none.
    Possible(PossibleOf),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PossibleOf {
    AtMost { strict: bool },
    AtLeast { strict: bool },
    Equal,
}

/// A fixed number as the code wants it. A missing one relates to nothing.
pub(crate) fn read(constant: &Constant, reading: Reading) -> u64 {
    let mask = |possible: bool| if possible { u64::MAX } else { 0 };
    match reading {
        Reading::Nearest => nearest(constant).to_bits(),
        Reading::FloatAtMost { strict } => {
            let near = nearest(constant);
            match order(constant, near) {
                Some(Ordering::Greater) => near,
                Some(Ordering::Equal) if !strict => near,
                Some(_) => near.next_down(),
                None => f64::NAN,
            }
            .to_bits()
        }
        Reading::FloatAtLeast { strict } => {
            let near = nearest(constant);
            match order(constant, near) {
                Some(Ordering::Less) => near,
                Some(Ordering::Equal) if !strict => near,
                Some(_) => near.next_up(),
                None => f64::NAN,
            }
            .to_bits()
        }
        Reading::FloatEqual => {
            let near = nearest(constant);
            match order(constant, near) {
                Some(Ordering::Equal) => near,
                _ => f64::NAN,
            }
            .to_bits()
        }
        Reading::Whole | Reading::WholeEqual => {
            i64_within(whole_parts(constant).and_then(|parts| parts.exact())) as u64
        }
        Reading::WholeAtMost { strict } => {
            i64_within(whole_parts(constant).map(|parts| parts.at_most(strict))) as u64
        }
        Reading::WholeAtLeast { strict } => {
            i64_within(whole_parts(constant).map(|parts| parts.at_least(strict))) as u64
        }
        Reading::Possible(of) => mask(whole_parts(constant).is_some_and(|parts| {
            match of {
                PossibleOf::AtMost { strict } => parts.at_most(strict) >= i64::MIN.into(),
                PossibleOf::AtLeast { strict } => parts.at_least(strict) <= i64::MAX.into(),
                PossibleOf::Equal => parts
                    .exact()
                    .is_some_and(|number| i64::try_from(number).is_ok()),
            }
        })),
    }
}

fn nearest(constant: &Constant) -> f64 {
    match constant {
        Constant::Number(number) => number.to_f64(),
        Constant::Float(float) => float.get(),
        _ => f64::NAN,
    }
}

/// The order of a fixed number and the float nearest to it.
fn order(constant: &Constant, near: f64) -> Option<Ordering> {
    match constant {
        Constant::Number(number) => Some(number.compare_float(Float::new(near)?)),
        Constant::Float(_) => Some(Ordering::Equal),
        _ => None,
    }
}

fn i64_within(number: Option<i128>) -> i64 {
    let number = number.unwrap_or(0);
    number.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// A number between two neighbouring whole numbers, or on one.
pub(crate) struct WholeParts {
    floor: i128,
    is_whole: bool,
}

impl WholeParts {
    pub(crate) fn exact(&self) -> Option<i128> {
        self.is_whole.then_some(self.floor)
    }

    pub(crate) fn at_most(&self, strict: bool) -> i128 {
        self.floor - i128::from(strict && self.is_whole)
    }

    pub(crate) fn at_least(&self, strict: bool) -> i128 {
        self.floor + i128::from(strict || !self.is_whole)
    }
}

/// The fixed number between whole numbers; none for what is no number.
fn whole_parts(constant: &Constant) -> Option<WholeParts> {
    scaled(constant, 1)
}

/// The fixed number times `scale` (from 1 to 2^32), between whole numbers; none for what is no number. Beyond 2^100 only the sign is right.
pub(crate) fn scaled(constant: &Constant, scale: i128) -> Option<WholeParts> {
    const FAR: i128 = 1 << 100;
    let (floor, is_whole) = match constant {
        Constant::Number(number) => scaled_fraction(*number, scale),
        Constant::Float(float) => scaled_float(float.get(), scale),
        Constant::Date(days) => (i128::from(*days).saturating_mul(scale), true),
        Constant::Time(nanoseconds) | Constant::Duration(nanoseconds) => {
            (nanoseconds.saturating_mul(scale), true)
        }
        Constant::Distance(micrometres) => (micrometres.saturating_mul(scale), true),
        Constant::Missing
        | Constant::Boolean(_)
        | Constant::Text(_)
        | Constant::Point(_)
        | Constant::List(_)
        | Constant::Record(_)
        | Constant::Map(_) => {
            return None;
        }
    };
    Some(WholeParts {
        floor: floor.clamp(-FAR, FAR),
        is_whole,
    })
}

/// The whole number not above the product, and whether that is the product.
fn scaled_fraction(number: Exact, scale: i128) -> (i128, bool) {
    let whole = number.floor().saturating_mul(scale);
    let denominator = number.denominator().unsigned_abs();
    let part = number
        .numerator()
        .rem_euclid(number.denominator())
        .unsigned_abs();
    // The product of the part, binary digit by binary digit, so that nothing on the way is more than twice the denominator.
    let (mut quotient, mut rest) = (0i128, 0u128);
    for digit in (0..i128::BITS - scale.leading_zeros()).rev() {
        quotient *= 2;
        for added in [rest, part * (scale.unsigned_abs() >> digit & 1)] {
            rest += added;
            if rest >= denominator {
                rest -= denominator;
                quotient += 1;
            }
        }
    }
    (whole.saturating_add(quotient), rest == 0)
}

/// As [`scaled_fraction`], of a finite float.
fn scaled_float(float: f64, scale: i128) -> (i128, bool) {
    let bits = float.to_bits();
    let fraction = (bits & ((1 << 52) - 1)) as i128;
    let (magnitude, exponent) = match (bits >> 52 & 0x7ff) as i32 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased - 1075),
    };
    let product = if float < 0.0 { -magnitude } else { magnitude } * scale;
    if exponent >= 0 {
        let power = 1i128
            .checked_shl(exponent.unsigned_abs())
            .filter(|power| *power > 0);
        return (product.saturating_mul(power.unwrap_or(i128::MAX)), true);
    }
    let places = exponent.unsigned_abs();
    let is_whole = product == 0 || product.trailing_zeros() >= places;
    (product >> places.min(127), is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_numbers_lie_between_whole_ones() {
        let fraction =
            |numerator, denominator| Constant::Number(Exact::new(numerator, denominator).unwrap());
        let float = |value| Constant::Float(Float::new(value).unwrap());
        for (constant, scale, floor, is_whole) in [
            (fraction(7, 2), 1, 3, false),
            (fraction(-7, 2), 1, -4, false),
            (fraction(-7, 2), 2, -7, true),
            (fraction(1, 3), 1_000_000, 333_333, false),
            (fraction(-1, 3), 1_000_000, -333_334, false),
            (fraction(12_345, 100), 1_000_000, 123_450_000, true),
            // The product of the parts is beyond 128 bits.
            (
                fraction(i128::MAX, i128::MAX - 1),
                1_000_000,
                1_000_000,
                false,
            ),
            (
                fraction(i128::MAX - 1, i128::MAX),
                1_000_000,
                999_999,
                false,
            ),
            (float(0.5), 1_000_000, 500_000, true),
            (float(0.1), 10, 1, false),
            (float(-0.1), 10, -2, false),
            (float(-2.5), 1, -3, false),
            (float(5e-324), 1_000_000, 0, false),
            (float(-5e-324), 1_000_000, -1, false),
            (float(0.0), 1, 0, true),
            (float(1e300), 1, 1 << 100, true),
            (float(-1e300), 1_000_000, -(1 << 100), true),
            (Constant::Date(-3), 1, -3, true),
        ] {
            let parts = scaled(&constant, scale).unwrap();
            assert_eq!(
                (parts.floor, parts.is_whole),
                (floor, is_whole),
                "{constant:?} times {scale}"
            );
        }
        assert!(scaled(&Constant::Missing, 1).is_none());
    }

    #[test]
    fn edges_of_floats_are_the_nearest_on_their_side() {
        let tenth = Constant::Number(Exact::new(1, 10).unwrap());
        let at = |constant: &Constant, reading| f64::from_bits(read(constant, reading));
        // The float 0.1 is a little more than a tenth.
        assert_eq!(at(&tenth, Reading::FloatAtLeast { strict: false }), 0.1);
        assert_eq!(
            at(&tenth, Reading::FloatAtMost { strict: false }),
            0.1f64.next_down()
        );
        assert!(at(&tenth, Reading::FloatEqual).is_nan());
        let half = Constant::Number(Exact::new(1, 2).unwrap());
        assert_eq!(at(&half, Reading::FloatAtMost { strict: false }), 0.5);
        assert_eq!(
            at(&half, Reading::FloatAtMost { strict: true }),
            0.5f64.next_down()
        );
        assert_eq!(
            at(&half, Reading::FloatAtLeast { strict: true }),
            0.5f64.next_up()
        );
        assert_eq!(at(&half, Reading::FloatEqual), 0.5);
        assert!(at(&Constant::Missing, Reading::FloatAtMost { strict: true }).is_nan());
    }
}
