//! Faults of tests that can be told without a schema.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// `test { … }`
pub(in crate::syntax) fn test_without_title(word: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0116"),
        "a test says in its title what it shows",
        word,
        "expected a title in double quotes behind it",
    )
    .help("Write `test \"a view of exactly 90 days ago is long ago\" as of 2026-11-22T10:00+01:00 { … }`.")
}

/// `test "…" { … }`
pub(in crate::syntax) fn test_without_instant(head: Span) -> Diagnostic {
    let end = Span::new(head.source, head.end, head.end);
    let ours = " as of 2026-01-01T12:00";
    Diagnostic::error(
        Code("E0116"),
        "a test says as of when it is answered",
        head,
        "expected `as of` and a time behind it",
    )
    .guess(format!("write `{}`", ours.trim()), end, ours)
    .help("Its answer is the same on every day, so it does not go by the clock.")
}

/// A test whose head or braces cannot be read.
pub(in crate::syntax) fn test_without_braces(head: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0116"),
        "what a test gives and expects stands in braces",
        head,
        "expected `{` behind the title and the time",
    )
    .help("Write `test \"what it shows\" as of 2026-11-22T10:00+01:00 { … }`.")
}

/// A line of a test that is none of those there are.
pub(in crate::syntax) fn no_line_of_a_test(expected: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0117"),
        format!("expected {expected}, found {found}"),
        span,
        format!("expected {expected}"),
    )
    .help("The lines of a test are `contact ann (region = \"BE\")`, an event such as `view (title = \"t1\") 90 days ago`, a record of a catalogue such as `titles \"t1\" (kids = true)`, `list \"suppressed\" (\"ann@x.be\")`, and `expect ann in lapsed, bob not in lapsed`.")
}

/// An expectation that is none of those there are.
pub(in crate::syntax) fn no_expectation(expected: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0117"),
        format!("expected {expected}, found {found}"),
        span,
        format!("expected {expected}"),
    )
    .help("What is expected is written `ann in lapsed`, `bob not in lapsed`, `only (ann, bob) in lapsed`, `2 contacts in lapsed` or `spend of ann = 120`.")
}

/// `only ann not in lapsed`
pub(in crate::syntax) fn only_not_in(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0117"),
        "`only` says who is in, and takes no `not`",
        span,
        "",
    )
    .help("Name those who are in with `only (…) in`, or those who are not with `(…) not in`.")
}

/// `1.5 contacts in lapsed`
pub(in crate::syntax) fn no_number_of_contacts(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0117"),
        "contacts are counted by whole numbers",
        span,
        "not a whole number",
    )
}
