//! The faults of a text that can be told without a schema, one constructor each.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Something else was due here.
pub(super) fn expected(expected: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0101"),
        format!("expected {expected}, found {found}"),
        span,
        format!("expected {expected}"),
    )
}

/// Text that belongs to no definition.
pub(super) fn outside_definition(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0110"),
        "this belongs to no definition",
        span,
        "expected `use`, `let` or `segment`",
    )
    .help("Give the condition a name: `segment name = …`, or `let name = …` for a part that others share.")
}

/// The spelling of another language, with ours.
pub(super) fn foreign(theirs: &str, ours: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0103"),
        format!("`{theirs}` is written `{ours}` here"),
        span,
        "from another language",
    )
    .fix(format!("write `{ours}`"), span, ours)
}

/// A phrase that is said in another way, with a repair of the same place.
pub(super) fn phrase(
    message: impl Into<String>,
    span: Span,
    ours: impl Into<String>,
) -> Diagnostic {
    let ours = ours.into();
    let title = if ours.is_empty() {
        "leave it out".to_string()
    } else {
        format!("write `{ours}`")
    };
    Diagnostic::error(Code("E0104"), message, span, "").fix(title, span, ours)
}

/// A phrase that cannot stand here, without a repair that could be applied as it is.
pub(super) fn phrase_without_fix(
    message: impl Into<String>,
    span: Span,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(Code("E0104"), message, span, "").help(help)
}

/// `18 <= age <= 35`
pub(super) fn chained(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0105"),
        "one question at a time: comparisons do not chain",
        second,
        "a second question about the same value",
    )
    .also(first, "the first")
}

/// A list where one value is due.
pub(super) fn list_misplaced(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0108"),
        "a list cannot stand here",
        span,
        "one value is expected",
    )
    .help("Lists in parentheses stand behind `in`, `has any of`, `has all of` and `has none of`.")
}

/// `in` without a list.
pub(super) fn list_expected(after: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0108"),
        format!("a list in parentheses is expected after `{after}`"),
        span,
        "not a list in parentheses",
    )
}

/// A `not` that stands between a value and a question that takes none.
pub(super) fn misplaced_not(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0109"),
        "`not` stands before the whole condition here",
        span,
        "only `in` and `between` take it in this place",
    )
}

/// A day that no calendar has, an hour that no clock has.
pub(super) fn impossible_date(written: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0401"),
        format!("there is no such date: {written}"),
        span,
        reason.to_string(),
    )
}

pub(super) fn impossible_time(written: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0402"),
        format!("there is no such time: {written}"),
        span,
        reason.to_string(),
    )
}

/// A length of time is due and its unit is not there.
pub(super) fn missing_unit(number: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0403"),
        format!("{number} what? The unit is not there"),
        span,
        "a unit is expected behind this number",
    )
    .help(format!("Write `{number} days`; units are seconds, minutes, hours, days, weeks, calendar days, months, quarters and years."))
}

/// A week 54, a month 13, a quarter 5.
pub(super) fn impossible_period(written: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0407"),
        format!("there is no such period: {written}"),
        span,
        reason.to_string(),
    )
}

pub(super) fn unknown_escape(written: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0408"),
        format!("`{written}` means nothing in a text"),
        span,
        "unknown escape",
    )
    .help("The escapes are \\\" \\\\ \\n \\t and \\u{…} with the number of a character.")
}

/// `in last 4 full hours`
pub(super) fn not_a_full_unit(unit: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0409"),
        format!("full {unit} are not counted"),
        span,
        "full days, weeks, months, quarters and years are",
    )
}

/// A number with more digits than can be held exactly.
pub(super) fn too_many_digits(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0603"),
        "this number has more than 38 digits",
        span,
        "38 digits are the most",
    )
}
