//! What is wrong with patterns.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// `email matches domain`
pub(in crate::check) fn pattern_not_written_out(is: &str, text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0350"),
        "a pattern is written out as text",
        span,
        format!("this is {is}"),
    )
    .help(format!(
        "A pattern is the same for all contacts, as in `matches \"^info@\"`. To look for one value in another, ask `contains {text}`."
    ))
}

/// What is wrong with a pattern, at its place in the text.
pub(in crate::check) fn unreadable_pattern(
    reason: &str,
    advice: Option<&str>,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(Code("E0420"), "this pattern cannot be read", span, reason);
    match advice {
        Some(advice) => fault.help(advice),
        None => fault,
    }
}

pub(in crate::check) fn pattern_too_large(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0630"),
        "this pattern is too large",
        span,
        "it would need more than a megabyte",
    )
    .help("Repeat less, as in `{1,20}` instead of `{1,2000}`, or name fewer alternatives: a list of texts is asked with `in (…)`.")
}
