//! Functions of numbers. What is exact stays exact: roundings give exact numbers, of floating ones too.

use super::ordered::float_or_missing;
use super::{Example, Family, Function, Kind, Parameter, ResultType};
use crate::types::{Constant, Exact};

pub(super) static ABS: Function = Function {
    name: "abs",
    family: Family::Numbers,
    parameters: &[Parameter::needed("number", Kind::Number)],
    repeats_last: false,
    result: ResultType::OfArguments,
    documentation: "The number without its sign.",
    examples: &[
        Example {
            expression: "abs(-3.5)",
            result: "3.5",
        },
        Example {
            expression: "abs(2 - 2)",
            result: "0",
        },
    ],
    missing: "where the result does not fit in 128 bits",
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Number(number)] if number.numerator() < 0 => number
            .checked_neg()
            .map_or(Constant::Missing, Constant::Number),
        [Constant::Number(number)] => Constant::Number(*number),
        [Constant::Float(float)] => float_or_missing(float.get().abs()),
        _ => Constant::Missing,
    },
};

pub(super) static ROUND: Function = Function {
    name: "round",
    family: Family::Numbers,
    parameters: &[
        Parameter::needed("number", Kind::Number),
        Parameter::optional("digits", Kind::WholeNumber),
    ],
    repeats_last: false,
    result: ResultType::WholeUnlessAllGiven,
    documentation: "The nearest whole number or, with `digits`, the nearest number with so many digits behind the point; below zero, \
        to tens, hundreds and so on. Of two equally near, the one further from zero. The result is exact, even of a floating number, \
        whose stored value is what is rounded: so `round(score, 1) = 0.1` can be asked.",
    examples: &[
        Example {
            expression: "round(2.5)",
            result: "3",
        },
        Example {
            expression: "round(-2.5)",
            result: "-3",
        },
        Example {
            expression: "round(3.14159, 2)",
            result: "3.14",
        },
        Example {
            expression: "round(1_250, -2)",
            result: "1300",
        },
    ],
    missing: "where the result does not fit in 128 bits, and where `digits` is not between -38 and 38",
    reads_now: false,
    evaluate: |arguments, _| {
        let rounded = match arguments {
            [number] => rounded(number, 0),
            [number, Constant::Number(digits)] if digits.is_whole() => {
                i32::try_from(digits.numerator())
                    .ok()
                    .and_then(|digits| rounded(number, digits))
            }
            _ => None,
        };
        rounded.map_or(Constant::Missing, Constant::Number)
    },
};

pub(super) static FLOOR: Function = Function {
    name: "floor",
    family: Family::Numbers,
    parameters: &[Parameter::needed("number", Kind::Number)],
    repeats_last: false,
    result: ResultType::WholeNumber,
    documentation: "The greatest whole number that is not above it.",
    examples: &[
        Example {
            expression: "floor(2.7)",
            result: "2",
        },
        Example {
            expression: "floor(-2.1)",
            result: "-3",
        },
    ],
    missing: "where the result does not fit in 128 bits",
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Number(number)] => whole(number.floor()),
        [Constant::Float(float)] => of_float(float.get().floor()),
        _ => Constant::Missing,
    },
};

pub(super) static CEIL: Function = Function {
    name: "ceil",
    family: Family::Numbers,
    parameters: &[Parameter::needed("number", Kind::Number)],
    repeats_last: false,
    result: ResultType::WholeNumber,
    documentation: "The smallest whole number that is not below it.",
    examples: &[
        Example {
            expression: "ceil(2.1)",
            result: "3",
        },
        Example {
            expression: "ceil(-2.7)",
            result: "-2",
        },
    ],
    missing: "where the result does not fit in 128 bits",
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Number(number)] if number.is_whole() => Constant::Number(*number),
        // What is not whole has a denominator of 2 or more, so one more fits.
        [Constant::Number(number)] => whole(number.floor() + 1),
        [Constant::Float(float)] => of_float(float.get().ceil()),
        _ => Constant::Missing,
    },
};

pub(super) static REMAINDER: Function = Function {
    name: "remainder",
    family: Family::Numbers,
    parameters: &[
        Parameter::needed("number", Kind::WholeNumber),
        Parameter::needed("divisor", Kind::WholeNumber),
    ],
    repeats_last: false,
    result: ResultType::WholeNumber,
    documentation: "What is left of a whole number when the divisor is taken away as often as it goes: `number - divisor * \
        floor(number / divisor)`. It has the sign of the divisor, so that the remainders of 3 are 0, 1 and 2 below zero as well.",
    examples: &[
        Example {
            expression: "remainder(17, 5)",
            result: "2",
        },
        Example {
            expression: "remainder(-1, 3)",
            result: "2",
        },
        Example {
            expression: "remainder(1, 0)",
            result: "missing",
        },
    ],
    missing: "where the divisor is 0",
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Number(number), Constant::Number(divisor)] => {
            let (number, divisor) = (number.numerator(), divisor.numerator());
            let rest = number.checked_rem(divisor).or((divisor == -1).then_some(0));
            match rest {
                Some(rest) if rest != 0 && (rest < 0) != (divisor < 0) => whole(rest + divisor),
                Some(rest) => whole(rest),
                None => Constant::Missing,
            }
        }
        _ => Constant::Missing,
    },
};

pub(super) static SQRT: Function = Function {
    name: "sqrt",
    family: Family::Numbers,
    parameters: &[Parameter::needed("number", Kind::Number)],
    repeats_last: false,
    result: ResultType::FloatingNumber,
    documentation: "The square root, as the nearest floating number.",
    examples: &[
        Example {
            expression: "sqrt(2.25)",
            result: "1.5",
        },
        Example {
            expression: "sqrt(-1)",
            result: "missing",
        },
    ],
    missing: "where the number is below 0",
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Number(number)] => float_or_missing(number.to_f64().sqrt()),
        [Constant::Float(float)] => float_or_missing(float.get().sqrt()),
        _ => Constant::Missing,
    },
};

fn whole(number: i128) -> Constant {
    Constant::Number(Exact::whole(number))
}

/// A floating number that is whole, where it fits.
fn of_float(number: f64) -> Constant {
    const LIMIT: f64 = (1u128 << 127) as f64;
    if (-LIMIT..LIMIT).contains(&number) {
        whole(number as i128)
    } else {
        Constant::Missing
    }
}

fn rounded(number: &Constant, digits: i32) -> Option<Exact> {
    match number {
        Constant::Number(number) => number.rounded(digits),
        Constant::Float(float) => float.rounded(digits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_and_remainders_at_the_edges() {
        let floor = |value: f64| of_float(value.floor());
        assert_eq!(floor(-0.5), whole(-1));
        assert_eq!(floor(1e39), Constant::Missing);
        assert_eq!(floor(-(2f64.powi(127))), whole(i128::MIN));
        let remainder = |number, divisor| {
            (REMAINDER.evaluate)(
                &[whole(number), whole(divisor)],
                &super::super::Context {
                    now: 0,
                    zone: &jiff::tz::TimeZone::UTC,
                },
            )
        };
        assert_eq!(remainder(i128::MIN, -1), whole(0));
        assert_eq!(remainder(-7, 3), whole(2));
        assert_eq!(remainder(7, -3), whole(-2));
        assert_eq!(remainder(6, -3), whole(0));
    }
}
