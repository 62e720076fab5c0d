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
    pub(crate) fn new(floor: i128, is_whole: bool) -> Self {
        Self { floor, is_whole }
    }

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

pub(crate) fn whole_parts(constant: &Constant) -> Option<WholeParts> {
    // Far outside of 64 bits, and far inside of 128.
    const FAR: i128 = 1 << 100;
    let whole = |number: i128| WholeParts {
        floor: number.clamp(-FAR, FAR),
        is_whole: true,
    };
    Some(match constant {
        Constant::Number(number) => WholeParts {
            floor: Exact::floor(*number).clamp(-FAR, FAR),
            is_whole: number.is_whole(),
        },
        Constant::Float(float) => WholeParts {
            floor: (float.get().floor() as i128).clamp(-FAR, FAR),
            is_whole: float.get().floor() == float.get(),
        },
        Constant::Date(days) => whole((*days).into()),
        Constant::Time(nanoseconds) | Constant::Duration(nanoseconds) => whole(*nanoseconds),
        Constant::Missing | Constant::Boolean(_) | Constant::Text(_) | Constant::List(_) => {
            return None;
        }
    })
}
