//! Dates, times, lengths and windows: the rest of E03xx.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{CompareOperator, Measure, Spanned};
use crate::types::{Type, Unit};

pub(in crate::check) fn exact_against_calendar(
    operator: CompareOperator,
    is: &Type,
    since: Option<&str>,
    measure: &Measure,
    length: &str,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0305"),
        format!("{} cannot be compared with {length}", is.described()),
        measure.span,
        format!("{} have no fixed length", measure.unit.plural()),
    );
    match (since, operator) {
        (Some(x), CompareOperator::Greater) => {
            let ours = format!("{x} before {length} ago");
            fault.fix(format!("write `{ours}`"), span, ours)
        }
        (Some(x), CompareOperator::GreaterOrEqual) => {
            let ours = format!("{x} over {length} ago");
            fault.fix(format!("write `{ours}`"), span, ours)
        }
        (Some(x), CompareOperator::Less | CompareOperator::LessOrEqual) => {
            let ours = format!("{x} in last {length}");
            fault.fix(format!("write `{ours}`"), span, ours)
        }
        (Some(_), CompareOperator::Equal | CompareOperator::NotEqual)
        | (None, _)
            if *is == Type::Duration =>
        {
            fault.help("Exact durations are counted in seconds, minutes, hours, days of 24 hours, and weeks.")
        }
        (None, _) if matches!(is, Type::Number(_)) => {
            let number = &length[..length.find(' ').unwrap_or(length.len())];
            fault.guess(
                format!("write `{number}`: a number has no unit"),
                measure.span,
                number,
            )
        }
        _ => fault.help(format!(
            "Lengths along the calendar move dates and times: `x in last {length}`, `x before {length} ago`, `x + {length}`."
        )),
    }
}

pub(in crate::check) fn date_and_exact_length(date: &str, measure: &Measure) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0305"),
        format!("`{date}` is a date, and moves by calendar days, months, quarters and years"),
        measure.span,
        "an exact length, counted in seconds",
    );
    let days = match measure.unit {
        Unit::Days => Some(measure.amount),
        _ => None,
    };
    match days {
        Some(days) if days.exact().is_whole() => {
            let ours = format!("{} calendar days", days.exact());
            fault.fix(format!("write `{ours}`"), measure.span, ours)
        }
        _ => fault.help(format!(
            "`midnight({date})` is the day's first instant, a time, which moves by exact lengths as well."
        )),
    }
}

pub(in crate::check) fn calendar_length_alone(length: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0305"),
        format!("`{length}` has no fixed length"),
        span,
        "only dates and times can be moved by it",
    )
    .help(format!(
        "Lengths along the calendar stand in windows and behind dates and times: `x in last {length}`, `x + {length}`."
    ))
}

pub(in crate::check) fn time_against_date(
    operator: Spanned<CompareOperator>,
    left: &str,
    right: &str,
    spans: (Span, Span),
    left_is_time: bool,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0306"),
        "a time and a date cannot be compared",
        operator.span,
        "one is an instant, the other a whole day",
    )
    .also(spans.0, if left_is_time { "a time" } else { "a date" })
    .also(spans.1, if left_is_time { "a date" } else { "a time" });
    let (time, date) = if left_is_time {
        (left, right)
    } else {
        (right, left)
    };
    let earlier = match operator.value {
        CompareOperator::Less | CompareOperator::LessOrEqual => Some(left_is_time),
        CompareOperator::Greater | CompareOperator::GreaterOrEqual => Some(!left_is_time),
        CompareOperator::Equal | CompareOperator::NotEqual => None,
    };
    let strict = matches!(
        operator.value,
        CompareOperator::Less | CompareOperator::Greater
    );
    match earlier {
        Some(earlier) if strict => {
            let ours = format!("{time} {} {date}", if earlier { "before" } else { "after" });
            fault.fix(format!("write `{ours}`"), span, ours)
        }
        Some(_) => fault.help(format!(
            "Ask `{time} before {date}` or `{time} after {date}`, or set it against the day's first instant, `midnight({date})`."
        )),
        None => {
            let ours = format!("{time} during {date}");
            let is_literal = date.starts_with(|c: char| c.is_ascii_digit());
            match operator.value {
                CompareOperator::Equal if is_literal => {
                    fault.fix(format!("write `{ours}`"), span, ours)
                }
                _ => fault.help(format!(
                    "Set it against the day's first instant, `midnight({date})`, or ask for the day: `{time} between {date} and {date}`."
                )),
            }
        }
    }
}

pub(in crate::check) fn between_date_and_time(date: &str, day: Span, time: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0306"),
        "`between` takes two dates or two times",
        day,
        "a whole day",
    )
    .also(time, "an instant")
    .help(format!(
        "`midnight({date})` is the day's first instant, a time."
    ))
}

pub(in crate::check) fn time_edge_of_a_date(
    date: &str,
    edge: &str,
    date_span: Span,
    edge_span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0306"),
        format!("`{date}` is a date, and lies before or after days"),
        edge_span,
        "an instant",
    )
    .also(date_span, "a whole day")
    .guess(
        format!("write `midnight({date})`, the day's first instant, to set it against `{edge}`"),
        date_span,
        format!("midnight({date})"),
    )
}

pub(in crate::check) fn window_on_no_time(
    text: &str,
    is: &Type,
    at: Span,
    window: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0309"),
        format!("`{text}` is not a time or a date"),
        at,
        format!("this is {}", is.described()),
    )
    .also(window, "asks when something lies");
    match is {
        Type::Duration => fault.help(format!("A length is compared, as in `{text} > 90 days`.")),
        Type::Number(_) => fault.help(format!("A number is compared, as in `{text} > 90`.")),
        Type::Distance => fault.help(format!("A distance is compared, as in `{text} <= 25 km`.")),
        Type::Boolean
        | Type::Text
        | Type::Point
        | Type::List(_)
        | Type::Record(_)
        | Type::Map(_)
        | Type::Date
        | Type::Time => fault,
    }
}

pub(in crate::check) fn clock_length_of_a_date(
    length: &str,
    date: &str,
    at: Span,
    date_span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0310"),
        format!("`{length}` is no number of days"),
        at,
        "dates are counted in whole days",
    )
    .also(date_span, "a date")
    .help(format!(
        "Count in days, weeks, months, quarters or years; or ask of the day's first instant, `midnight({date})`."
    ))
}

pub(in crate::check) fn part_of_a_calendar_unit(
    length: &str,
    unit: Unit,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0310"),
        format!("`{length}` is no whole number of {}", unit.plural()),
        span,
        "the calendar is counted in whole steps",
    )
}

pub(in crate::check) fn empty_window(window: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0310"),
        format!("nothing lies `{window}`"),
        span,
        "a window without length",
    )
    .help("For the day that is running, ask `during today`.")
}

pub(in crate::check) fn full_of_a_clock_unit(length: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0310"),
        format!("`{length}` has no full periods of the calendar"),
        span,
        "full periods are days, weeks, months, quarters and years",
    )
}

pub(in crate::check) fn edge_is_no_time(is: &Type, text: &str, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0311"),
        "a time or a date is expected at the edge of a window",
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::Duration => {
            let ours = format!("{text} ago");
            fault.guess(format!("write `{ours}`"), span, ours)
        }
        Type::Number(_) if text.len() == 4 => fault.help(format!(
            "A date is written `{text}-01-01`; for the whole year, ask `during {text}`."
        )),
        Type::Number(_) => fault.help(format!("Say the unit, as in `{text} days ago`.")),
        Type::Text => {
            let bare = text.trim_matches('"');
            match bare.parse::<jiff::civil::Date>() {
                Ok(date) if date.to_string() == bare => {
                    fault.fix(format!("write `{bare}` without quotes"), span, bare)
                }
                _ => fault.help("A date is written `2026-11-22`, without quotes."),
            }
        }
        Type::Boolean
        | Type::Point
        | Type::Distance
        | Type::List(_)
        | Type::Record(_)
        | Type::Map(_)
        | Type::Date
        | Type::Time => fault,
    }
}

pub(in crate::check) fn period_alone(text: &str, span: Span) -> Diagnostic {
    let mut fault = Diagnostic::error(
        Code("E0315"),
        format!("`{text}` is a period, not a value"),
        span,
        "a stretch of days",
    );
    fault = match text.split_once('-') {
        Some((year, month)) if month.chars().all(|c| c.is_ascii_digit()) => fault.help(format!(
            "Ask whether a date or a time lies in it: `x during {text}`. For the subtraction, put blanks around the minus: `{year} - {month}`."
        )),
        _ => fault.help(format!(
            "Ask whether a date or a time lies in it: `x during {text}`."
        )),
    };
    fault
}

pub(in crate::check) fn too_long_a_time(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        format!("`{text}` is longer than the calendar"),
        span,
        "times lie between the years -9999 and 9999",
    )
}

pub(in crate::check) fn finer_than_nanoseconds(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        format!("`{text}` is no whole number of nanoseconds"),
        span,
        "time is counted in nanoseconds",
    )
}

pub(in crate::check) fn outside_the_calendar(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        "this time lies outside the calendar",
        span,
        "times lie between the years -9999 and 9999",
    )
}
