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

/// `classify tier = plan`
pub(super) fn no_labels(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0101"),
        format!("the classification `{name}` has no labels"),
        span,
        "`{` and its labels are expected here",
    )
    .help(format!(
        "Write each label with who gets it, and behind `otherwise` that of everybody else: `classify {name} {{ new \"New\" when … otherwise other }}`. What a field holds already needs no classification: ask the field."
    ))
}

/// `split spring of consent salt "spring"`
pub(super) fn no_arms(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0101"),
        format!("the split `{name}` has no arms"),
        span,
        "`{` and its arms are expected here",
    )
    .help("Write each arm with its share behind the salt: `{ mail 90% control 10% }`.")
}

/// `split spring = consent`
pub(super) fn no_split(name: &str, audience: Option<&str>, span: Span) -> Diagnostic {
    const MOST: usize = 60;
    let audience = match audience {
        Some(written) if written.len() <= MOST && !written.contains('\n') => written,
        _ => "…",
    };
    Diagnostic::error(
        Code("E0101"),
        format!("the split `{name}` does not say whom it is of, and has no arms"),
        span,
        "`of`, a condition, the salt, and `{` with the arms are expected here",
    )
    .help(format!(
        "Write it as `split {name} of {audience} salt \"{}\" {{ mail 90% control 10% }}`.",
        name.replace(':', "-")
    ))
}
