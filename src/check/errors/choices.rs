//! What is wrong with `if … then … else` and with counts of conditions.

use super::kinds::{Advice, advised};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{CountComparison, Spanned};
use crate::types::Type;

/// The parts of an `if` are of different kinds.
pub(in crate::check) fn branches_do_not_fit(
    (first, first_span): (&str, Span),
    (second, second_span): (&str, Span),
    advice: Option<Advice>,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0351"),
        format!("an `if` gives one kind of value, here {first} and {second}"),
        second_span,
        format!("this is {second}"),
    )
    .also(first_span, format!("this is {first}"));
    advised(fault, advice)
}

pub(in crate::check) fn branch_is_list(is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0351"),
        "an `if` does not choose between lists",
        span,
        format!("this is {}", is.described()),
    )
    .help("Choose between the questions instead, as in `if consent then tags has \"a\" else devices has \"b\"`.")
}

/// `at least 4 of (a, b, c)`
pub(in crate::check) fn count_decides_nothing(
    comparison: Spanned<CountComparison>,
    number: Spanned<u32>,
    conditions: usize,
    is_always: bool,
) -> Diagnostic {
    let there_are = match conditions {
        1 => "there is one condition here".to_owned(),
        more => format!("there are {more} conditions here"),
    };
    let outcome = if is_always {
        "always holds"
    } else {
        "can never hold"
    };
    let words = match comparison.value {
        CountComparison::AtLeast => "at least",
        CountComparison::AtMost => "at most",
        CountComparison::Exactly => "exactly",
        CountComparison::MoreThan => "more than",
        CountComparison::FewerThan => "fewer than",
    };
    Diagnostic::error(
        Code("E0352"),
        format!("`{words} {}` {outcome}", number.value),
        comparison.span.to(number.span),
        there_are,
    )
}

pub(in crate::check) fn too_many_counted(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0631"),
        format!("more than {limit} conditions are counted here"),
        span,
        format!("{limit} are the most"),
    )
    .help("Count fewer, or join some of them with `OR` or `AND`.")
}
