//! Functions of values that have an order: numbers, text, dates, times and durations.

use super::{Example, Family, Function, Kind, Parameter, ResultType};
use crate::types::{Constant, Float};
use std::cmp::Ordering;

const TWO_OR_MORE: &[Parameter] = &[
    Parameter::needed("a", Kind::Ordered),
    Parameter::needed("b", Kind::Ordered),
];

pub(super) static LEAST: Function = Function {
    name: "least",
    family: Family::Ordered,
    parameters: TWO_OR_MORE,
    repeats_last: true,
    result: ResultType::OfArguments,
    documentation: "The smallest of its arguments: the lowest number, the earliest date or time, the shortest duration, the text \
        that comes first by code point.",
    examples: &[
        Example {
            expression: "least(3, 1.5, 2)",
            result: "1.5",
        },
        Example {
            expression: "least(2026-11-22, 2025-01-01)",
            result: "2025-01-01",
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| extreme(arguments, Ordering::Less),
};

pub(super) static GREATEST: Function = Function {
    name: "greatest",
    family: Family::Ordered,
    parameters: TWO_OR_MORE,
    repeats_last: true,
    result: ResultType::OfArguments,
    documentation: "The greatest of its arguments: the highest number, the latest date or time, the longest duration, the text that \
        comes last by code point.",
    examples: &[
        Example {
            expression: "greatest(3, 1.5, 2)",
            result: "3",
        },
        Example {
            expression: "greatest(12 hours, 1 day)",
            result: "24 hours",
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| extreme(arguments, Ordering::Greater),
};

/// The argument that is `wanted` against all others. Numbers are compared by exact value; with a floating one among them the result
/// is floating, as its type says.
fn extreme(arguments: &[Constant], wanted: Ordering) -> Constant {
    let Some((first, rest)) = arguments.split_first() else {
        return Constant::Missing;
    };
    let mut best = first;
    for argument in rest {
        match argument.compare(best) {
            None => return Constant::Missing,
            Some(order) if order == wanted => best = argument,
            Some(_) => {}
        }
    }
    let is_floating = arguments
        .iter()
        .any(|argument| matches!(argument, Constant::Float(_)));
    match best {
        Constant::Number(number) if is_floating => float_or_missing(number.to_f64()),
        other => other.clone(),
    }
}

pub(super) fn float_or_missing(value: f64) -> Constant {
    Float::new(value).map_or(Constant::Missing, Constant::Float)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Exact;

    #[test]
    fn mixed_numbers_compare_exactly_and_give_a_float() {
        let float = |value| Constant::Float(Float::new(value).unwrap());
        let tenth = Constant::Number(Exact::new(1, 10).unwrap());
        // The float 0.1 is a little more than a tenth, so the tenth is the least; rounded, it is that float.
        assert_eq!(
            extreme(&[float(0.1), tenth.clone()], Ordering::Less),
            float(0.1)
        );
        assert_eq!(extreme(&[float(0.5), tenth], Ordering::Less), float(0.1));
    }
}
