//! Anniversaries, zones and the parts of the calendar: E034x.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn anniversary_alone(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0340"),
        format!("`{text}` is a day in every later year, not one value"),
        span,
        "only a window can follow it",
    )
    .help(format!(
        "Ask whether one of these days lies in a window: `{text} in next 7 days`, `{text} during today`, `{text} during this month`."
    ))
}

pub(in crate::check) fn zone_of_a_date(
    date: &str,
    zone: Span,
    ours: String,
    call: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0342"),
        format!("`{date}` is a date, which is the same day in every time zone"),
        zone,
        "a zone is told of a time only",
    )
    .fix(format!("write `{ours}`"), call, ours)
}

pub(in crate::check) fn never_this_number(
    part: &str,
    written: &str,
    (least, greatest): (i64, i64),
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0343"),
        format!("`{part}` is never {written}"),
        span,
        format!("it goes from {least} to {greatest}"),
    )
}

pub(in crate::check) fn unknown_zone(name: &str, near: Option<&str>, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0344"),
        format!("there is no time zone {name:?}"),
        span,
        "not a name of the IANA time zone database",
    );
    match near {
        Some(near) => fault.fix(format!("write {near:?}"), span, format!("{near:?}")),
        None => fault.help(
            "A zone is named by its region and city, such as \"Europe/Brussels\", or is \"UTC\".",
        ),
    }
}

/// `x before 90 days ago` beside `x in last 90 days`.
pub(in crate::check) fn gap_between_windows(
    subject: &str,
    length: &str,
    before: Span,
    last: Span,
) -> Diagnostic {
    let ours = format!("over {length} ago");
    Diagnostic::warning(
        Code("gap-between-windows"),
        format!("what lies exactly {length} ago is in neither of two windows on `{subject}`"),
        before,
        "ends right before it",
    )
    .also(last, "begins right after it")
    .help(format!(
        "`{subject} over {length} ago` is all that `{subject} in last {length}` is not, up to now."
    ))
    .fix(format!("write `{ours}`"), before, ours)
}

pub(in crate::check) fn time_edge_of_an_anniversary(edge: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0341"),
        "an anniversary is a whole day, and lies before or after days",
        span,
        "an instant",
    )
    .fix(
        format!("write `date({edge})`, the day of that instant"),
        span,
        format!("date({edge})"),
    )
}
