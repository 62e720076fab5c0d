//! `as of`: E038x.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::types::Type;

/// `as of 2026-01-01`, `as of region`
pub(in crate::check) fn no_instant(text: &str, is: &Type, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0380"),
        "behind `as of` stands an instant",
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::Date => {
            let ours = format!("midnight({text})");
            fault.fix(
                format!("write `{ours}` for the day's first instant"),
                span,
                ours,
            )
        }
        _ => fault.help(
            "Instants are `30 days ago`, `2026-11-22T10:00`, a field that is a time, an event such as `first(start)`.",
        ),
    }
}

/// `as of now + 5 days`
pub(in crate::check) fn instant_to_come(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0381"),
        format!("`{text}` is still to come"),
        span,
        "later than the instant of every run",
    )
    .help("A question can be asked as of an instant that has passed, such as `30 days ago`. What is planned for later is asked with a window, as in `contract_end in next 30 days`.")
}

/// `tags as of signup_at`
pub(in crate::check) fn list_as_of(text: &str, is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0382"),
        format!("`{text}` cannot be taken from another instant on its own"),
        span,
        format!("this is {}", is.described()),
    )
    .help(format!(
        "Put the question about it in the parentheses, as in `(count({text}) > 2) as of signup_at`."
    ))
}

/// `plan = "pro" as of 30 days ago`, where nothing tells what the plan was.
pub(in crate::check) fn no_history(name: &str, words: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("no-history"),
        format!("`{name}` is today's at every instant"),
        words,
        "nothing tells what it was then",
    )
    .help(format!(
        "A table of what it was since when is named in the manifest, under `[histories.{name}]`."
    ))
}

/// `(percentile(ltv) > 90%) as of signup_at`
pub(in crate::check) fn population_as_of(words: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0382"),
        "what is asked of other contacts is asked as of one instant",
        words,
        "this one may differ from contact to contact",
    )
    .help("Write the same instant for all, such as `as of 30 days ago`.")
}

/// `count(view in last 30 days as of 30 days ago)`
pub(in crate::check) fn as_of_inside(
    word: &str,
    rows: &str,
    words: &str,
    span: Span,
) -> Diagnostic {
    let ours = match word {
        "did" | "never" | "any" | "every" | "none" => format!("{word} {rows} {words}"),
        "active" | "a bracket" | "distinct" | "gap" => format!("(…) {words}"),
        _ => format!("({word}({rows}) {words})"),
    };
    Diagnostic::error(
        Code("E0382"),
        "`as of` stands behind the whole question, not behind its events",
        span,
        "events have no instant of their own to be asked at",
    )
    .help(format!("Write `{ours}`."))
}
