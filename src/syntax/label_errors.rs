//! What is wrong with a label of a classification as it is written.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// `when a then new`, `CASE WHEN a THEN 'new'` among the labels of a classification.
pub(super) fn label_behind_condition(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0104"),
        "a label stands before its condition",
        span,
        "a label is expected here",
    )
    .help("Each label stands on a line of its own: `active \"Active\" when did view in last 7 days`; the last one behind `otherwise`.")
}

/// `otherwise "Prospect"`
pub(super) fn rest_without_label(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0101"),
        format!("expected a label behind `{word}`"),
        span,
        "a label has a name",
    )
    .help("Name it before its title: `otherwise other \"Other\"`.")
}

/// `otherwise prospect when never view`
pub(super) fn rest_with_condition(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0101"),
        format!("the label behind `{word}` has no condition"),
        span,
        "it takes everybody whom no label above it fits",
    )
    .help("Leave out the condition, or make a label of its own of it above the last.")
}

/// `active "Active" did view in last 7 days`
pub(super) fn label_without_when(label: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0101"),
        format!("the label `{label}` does not say who gets it"),
        span,
        "`when` is expected here",
    )
    .fix("write `when` before the condition", span, " when")
}

/// `missing "Missing" when …`
pub(super) fn not_a_label(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0223"),
        format!("a label cannot be called `{word}`"),
        span,
        "a word of the language",
    )
    .help(format!(
        "Call it something else, such as `is_{}`.",
        word.to_lowercase()
    ))
}
