//! The faults of `among` and `per` that can be told without a schema.

use super::{phrase, phrase_without_fix};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// `ltv among consent among is_new`
pub(in crate::syntax) fn said_twice(word: &str, first: Span, second: Span) -> Diagnostic {
    let help = match word {
        "per" => "Groups of several values stand in parentheses: `per (region, plan)`.",
        _ => "Join conditions with `AND`: `among consent AND region = \"BE\"`.",
    };
    Diagnostic::error(
        Code("E0105"),
        format!("`{word}` stands once"),
        second,
        "said again",
    )
    .also(first, "the first")
    .help(help)
}

/// `count(among consent)`
pub(in crate::syntax) fn population_of_nothing(place: Span) -> Diagnostic {
    phrase(
        "what is counted stands before `among` and `per`",
        place,
        "contacts ",
    )
}

/// `region per plan`
pub(in crate::syntax) fn population_outside(word: &str, span: Span) -> Diagnostic {
    phrase_without_fix(
        format!("`{word}` stands in the parentheses of a figure"),
        span,
        "Write as in `avg(ltv per region)`, `percentile(ltv among consent) >= 90%`, `count(contacts among consent per region)`.",
    )
}
