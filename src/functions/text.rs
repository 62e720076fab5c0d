//! Functions of text.

use super::{Example, Function, Kind, Parameter, ResultType};
use crate::types::{Constant, Exact};
use std::borrow::Cow;

const TEXT: &[Parameter] = &[Parameter {
    name: "text",
    kind: Kind::Text,
}];

pub(super) static LOWER: Function = Function {
    name: "lower",
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The text in lower case, by the rules of Unicode and of no particular language. To compare without regard to case, \
        `ignoring case` is the surer way.",
    examples: &[
        Example {
            expression: r#"lower("Ann@Example.BE")"#,
            result: r#""ann@example.be""#,
        },
        Example {
            expression: r#"lower("ÉCOLE")"#,
            result: r#""école""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| of_text(arguments, |text| Constant::Text(text.to_lowercase().into())),
};

pub(super) static UPPER: Function = Function {
    name: "upper",
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The text in upper case, by the rules of Unicode and of no particular language.",
    examples: &[
        Example {
            expression: r#"upper("be")"#,
            result: r#""BE""#,
        },
        Example {
            expression: r#"upper("straße")"#,
            result: r#""STRASSE""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| of_text(arguments, |text| Constant::Text(text.to_uppercase().into())),
};

pub(super) static TRIM: Function = Function {
    name: "trim",
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The text without white space at its beginning and its end. Nothing is trimmed unless it is asked for.",
    examples: &[
        Example {
            expression: r#"trim("  Ann Peeters ")"#,
            result: r#""Ann Peeters""#,
        },
        Example {
            expression: r#"trim("   ")"#,
            result: r#""""#,
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| of_text(arguments, |text| Constant::Text(text.trim().into())),
};

pub(super) static LENGTH: Function = Function {
    name: "length",
    parameters: TEXT,
    repeats_last: false,
    result: ResultType::WholeNumber,
    documentation: "The number of characters (Unicode code points) of a text.",
    examples: &[
        Example {
            expression: r#"length("école")"#,
            result: "5",
        },
        Example {
            expression: r#"length("")"#,
            result: "0",
        },
    ],
    missing: "",
    reads_now: false,
    evaluate: |arguments, _| {
        of_text(arguments, |text| {
            Constant::Number(Exact::whole(text.chars().count() as i128))
        })
    },
};

fn of_text(arguments: &[Constant], evaluate: impl Fn(&str) -> Constant) -> Constant {
    match arguments {
        [Constant::Text(text)] => evaluate(text),
        _ => Constant::Missing,
    }
}

/// The text under full Unicode case folding, which is what `ignoring case` compares by: `STRASSE` and `straße` are the same.
pub fn fold_case(text: &str) -> Cow<'_, str> {
    icu_casemap::CaseMapper::new().fold_string(text)
}
