//! The words for questions that take events for values.

use super::quoted_if_needed;
use super::records::a_part;
use crate::diagnostics::{Code, Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::types::RecordType;

/// `view in last 30 days`
pub(in crate::check) fn did_left_out(rows: &str, span: Span) -> Diagnostic {
    let start = Span::new(span.source, span.start, span.start);
    let fault = Diagnostic::error(
        Code("E0360"),
        format!("nothing asks whether `{rows}` happened"),
        span,
        "`did` stands in front, or `never`",
    );
    fault.guess(format!("write `did {rows} …`"), start, "did ")
}

/// `view > 3`, `did view > 3`
pub(in crate::check) fn number_is_counted(rows: &str, span: Span) -> Diagnostic {
    let ours = format!("count({rows})");
    Diagnostic::error(
        Code("E0360"),
        format!("how often `{rows}` happened is counted"),
        span,
        "events are no number",
    )
    .guess(format!("write `{ours}`"), span, ours)
}

/// `purchase.amount`
pub(in crate::check) fn part_of_events(
    stream: &str,
    record: &RecordType,
    name: &Name,
    span: Span,
) -> Diagnostic {
    let stream = quoted_if_needed(stream);
    let figure = match name.text.to_lowercase().as_str() {
        "count" | "number" => Some(format!("count({stream})")),
        "first" => Some(format!("first({stream})")),
        "last" => Some(format!("last({stream})")),
        _ => None,
    };
    if let (Some(ours), None) = (figure, record.part_named(&name.text)) {
        return Diagnostic::error(
            Code("E0360"),
            "a figure of events stands in front of them",
            span,
            "in the order of other languages",
        )
        .guess(format!("write `{ours}`"), span, ours);
    }
    let names = record.parts.iter().map(|part| part.name.as_str());
    let part = suggest::nearest(&name.text, names).map_or_else(|| a_part(record), quoted_if_needed);
    Diagnostic::error(
        Code("E0360"),
        format!("a contact has many `{stream}`: which one is meant?"),
        span,
        "there is a value for each of them",
    )
    .help(format!(
        "Ask whether there is one with `did {stream}[{part} = …]`, of one of them with `last({stream}).{part}`, or of all with `max({part} of {stream})`."
    ))
}

/// `did never view`
pub(in crate::check) fn did_never(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0360"),
        "who did not do so `never` did",
        span,
        "one word is enough",
    )
    .fix("write `never`", span, "never")
}

/// `did (view OR click)`
pub(in crate::check) fn one_kind_at_a_time(ours: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0360"),
        "events are asked one kind at a time",
        span,
        "several kinds",
    )
    .help(format!("Write `{ours}`."))
}

/// `view(minutes > 30)`
pub(in crate::check) fn bracket_of_events(ours: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0360"),
        "a condition on events stands in square brackets",
        span,
        "round ones are those of functions",
    )
    .guess(format!("write `{ours}`"), span, ours)
}

/// `since(view)`
pub(in crate::check) fn since_which(rows: &str, span: Span) -> Diagnostic {
    let ours = format!("last({rows})");
    Diagnostic::error(
        Code("E0360"),
        format!("since which `{rows}`?"),
        span,
        "a contact has many of them",
    )
    .guess(format!("write `{ours}`"), span, ours)
}

/// `gap(view)`
pub(in crate::check) fn gap_behind_of(rows: &str, span: Span) -> Diagnostic {
    let ours = format!("gap of {rows}");
    Diagnostic::error(
        Code("E0369"),
        "there is a gap between each two events: which is meant?",
        span,
        "many lengths of time",
    )
    .help(format!(
        "A figure says which, as in `median({ours}) > 7 days`."
    ))
}

/// `sum(purchase.amount)`
pub(in crate::check) fn values_of_events(ours: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0360"),
        "the value of each event stands before `of`",
        span,
        "in the order of other languages",
    )
    .fix(format!("write `{ours}`"), span, ours)
}

/// `last(purchase.amount)`
pub(in crate::check) fn part_of_one(ours: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0360"),
        "a field of one event stands behind it",
        span,
        "the parentheses hold the events",
    )
    .fix(format!("write `{ours}`"), span, ours)
}

/// `count(view, minutes > 30)`
pub(in crate::check) fn condition_behind_comma(rows: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0326"),
        "a figure takes one thing",
        span,
        "several",
    )
    .help(format!(
        "A condition stands in brackets, `{rows}[…]`, and a window behind them, `{rows} in last 30 days`."
    ))
}
