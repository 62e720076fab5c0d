//! Anniversaries, zones and the parts of the calendar: E034x and E0415.

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

pub(in crate::check) fn time_edge_of_an_anniversary(edge: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0341"),
        "an anniversary is a whole day, and lies before or after days",
        span,
        "an instant",
    )
    .help(format!("Say a day instead of `{edge}`."))
}
