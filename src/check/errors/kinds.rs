//! Kinds of values, and what goes with what: most of E03xx.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{ArithmeticOperator, CompareOperator, Name, Quantifier, Spanned};
use crate::types::{Constant, Exact, NumberKind, RecordType, Type, calendar};

/// What to write instead.
#[derive(Clone, Debug)]
pub(in crate::check) struct Advice {
    pub help: Option<String>,
    pub fix: Option<(String, Span, String)>,
}

/// One of two values that stand beside each other.
pub(in crate::check) struct Side<'a> {
    pub is: &'a Type,
    pub constant: Option<&'a Constant>,
    pub text: &'a str,
    pub span: Span,
}

/// What is meant by `other` beside `value`, where that can be told.
pub(in crate::check) fn advice(value: &Side, other: &Side) -> Option<Advice> {
    let fix = |title: String, replacement: String| {
        Some(Advice {
            help: None,
            fix: Some((title, other.span, replacement)),
        })
    };
    let help = |help: String| {
        Some(Advice {
            help: Some(help),
            fix: None,
        })
    };
    let is_scalar_text = |is: &Type| match is {
        Type::Text => true,
        Type::List(element) => **element == Type::Text,
        _ => false,
    };
    if let (Type::List(_), Some(record)) = (value.is, value.is.record()) {
        return help(in_a_bracket(value.text, record));
    }
    match (value.is, other.constant) {
        (Type::Number(_), Some(Constant::Text(text))) if is_number(text) => fix(
            format!("write `{}` without quotes", text.trim()),
            text.trim().to_owned(),
        ),
        (Type::Date, Some(Constant::Number(number))) if sheet_date(number).is_some() => {
            let date = sheet_date(number).unwrap_or_default();
            Some(Advice {
                help: Some(format!(
                    "Sheets count days: {} is {date} there.",
                    other.text
                )),
                fix: Some((format!("write `{date}`"), other.span, date)),
            })
        }
        (Type::Time, Some(Constant::Number(number))) if sheet_date(number).is_some() => {
            let date = sheet_date(number).unwrap_or_default();
            help(format!(
                "Sheets count days: {} is {date} there. Ask `{} after {date}` or `{} before {date}`.",
                other.text, value.text, value.text
            ))
        }
        (Type::Date, Some(Constant::Text(text))) if foreign_date(text).is_some() => {
            let date = foreign_date(text).unwrap_or_default();
            fix(
                format!("write `{date}`: dates are year-month-day, without quotes"),
                date,
            )
        }
        (Type::Date | Type::Time, Some(Constant::Text(text)))
            if text.parse::<jiff::civil::Date>().is_ok()
                && text.chars().all(|c| c.is_ascii_digit() || c == '-') =>
        {
            fix(format!("write `{text}` without quotes"), text.to_string())
        }
        (Type::Boolean, Some(Constant::Text(text))) => match text.to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" => fix("write `true`".into(), "true".into()),
            "false" | "no" | "n" | "0" => fix("write `false`".into(), "false".into()),
            _ => help(format!(
                "`{}` is true or false: write it alone, or behind `NOT`.",
                value.text
            )),
        },
        (Type::Boolean, Some(Constant::Number(number))) => match number.numerator() {
            1 if number.is_whole() => fix("write `true`".into(), "true".into()),
            0 => fix("write `false`".into(), "false".into()),
            _ => None,
        },
        (is, Some(Constant::Number(_) | Constant::Boolean(_))) if is_scalar_text(is) => fix(
            format!("write `\"{}\"`: text stands in double quotes", other.text),
            format!("\"{}\"", other.text),
        ),
        (Type::Duration, Some(Constant::Number(_))) => fix(
            format!("say the unit, as in `{} days`", other.text),
            format!("{} days", other.text),
        ),
        (Type::Distance, Some(Constant::Number(_))) => fix(
            format!("say the unit, as in `{} km`", other.text),
            format!("{} km", other.text),
        ),
        (Type::Duration, Some(Constant::Distance(_))) if other.text.ends_with(['m', 'M']) => help(
            "`m` is metres and `km` kilometres; `minutes` and `months` are written out.".into(),
        ),
        (Type::Distance, Some(Constant::Duration(_))) => help(
            "A distance is compared with `km`, `m` or `miles`; `m` is metres, `minutes` are a time.".into(),
        ),
        (Type::Number(_), Some(Constant::Distance(_))) => help(format!(
            "`{}` is a number without a unit: leave the unit out.",
            value.text
        )),
        (Type::Number(_), Some(Constant::Duration(_))) => help(format!(
            "`{}` is a number without a unit: leave the unit out.",
            value.text
        )),
        (Type::Date | Type::Time, Some(Constant::Duration(_))) => help(format!(
            "Ask how long ago it was: `{0} in last {1}`, or `{0} over {1} ago`.",
            value.text, other.text
        )),
        (Type::Date | Type::Time, Some(Constant::Number(_))) => help(format!(
            "Ask when it lies, as in `{0} in last 30 days` or `{0} during 2025`.",
            value.text
        )),
        (Type::Date | Type::Time, Some(Constant::Text(_))) => help(
            "A date is written `2026-11-22`, a time `2026-11-22T10:00+01:00`, without quotes."
                .into(),
        ),
        (Type::Point, _) => help(format!(
            "Ask how far it is from a place: `distance({}, point(50.85, 4.35)) <= 25 km`.",
            value.text
        )),
        _ => None,
    }
}

/// How records of a list are asked about.
fn in_a_bracket(list: &str, record: &RecordType) -> String {
    let part = record.parts.first().map_or("…", |part| &part.name);
    format!("Ask of its records in a bracket, as in `any {list}[{part} = …]`.")
}

/// The date that a sheet shows for so many days, where it is likely to be one: from 1980 to 2070.
fn sheet_date(number: &Exact) -> Option<String> {
    let days = i64::try_from(number.numerator()).ok()?;
    let is_likely = number.is_whole() && (29_221..62_000).contains(&days);
    // Day 25569 is 1970-01-01.
    is_likely
        .then(|| calendar::date(days - 25_569))
        .flatten()
        .map(|date| date.to_string())
}

/// A date in a text as other places write it, where day and month cannot be taken for each other.
fn foreign_date(text: &str) -> Option<String> {
    let is_date = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '/' | '.' | '-'));
    is_date
        .then(|| crate::syntax::date_of_elsewhere(text.trim()))
        .flatten()
}

fn is_number(text: &str) -> bool {
    let text = text.trim().trim_start_matches('-');
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c == '.')
        && text.matches('.').count() <= 1
        && !text.ends_with('.')
}

pub(super) fn advised(fault: Diagnostic, advice: Option<Advice>) -> Diagnostic {
    let Some(Advice { help, fix }) = advice else {
        return fault;
    };
    let fault = match help {
        Some(help) => fault.help(help),
        None => fault,
    };
    match fix {
        Some((title, span, replacement)) => fault.fix(title, span, replacement),
        None => fault,
    }
}

/// Two values that belong together are of different kinds.
pub(in crate::check) fn kinds_do_not_fit(
    what: &str,
    (left, left_span): (&Type, Span),
    (right, right_span): (&Type, Span),
    advice: Option<Advice>,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0301"),
        format!(
            "{what} do not fit: {} and {}",
            left.described(),
            right.described()
        ),
        right_span,
        format!("this is {}", right.described()),
    )
    .also(left_span, format!("this is {}", left.described()));
    advised(fault, advice)
}

pub(in crate::check) fn not_a_condition(
    is: &str,
    advice: Option<String>,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0302"),
        "a condition is expected here",
        span,
        format!("this is {is}"),
    );
    match advice {
        Some(advice) => fault.help(advice),
        None => fault,
    }
}

/// `region = "BE" OR "NL"`
pub(in crate::check) fn value_alone(value: Span, whole: Span, ours: String) -> Diagnostic {
    Diagnostic::error(
        Code("E0302"),
        "a condition is expected here",
        value,
        "a value, which asks nothing alone",
    )
    .fix(format!("write `{ours}`"), whole, ours)
}

pub(in crate::check) fn argument_type(
    function: &str,
    expected: &str,
    is: &Type,
    span: Span,
    advice: Option<String>,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0303"),
        format!("`{function}` works on {expected}"),
        span,
        format!("this is {}", is.described()),
    );
    match advice {
        Some(advice) => fault.help(advice),
        None => fault,
    }
}

pub(in crate::check) fn argument_type_of_definition(
    definition: &str,
    parameter: &Name,
    wanted: &Type,
    is: &Type,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0303"),
        format!(
            "`{definition}` takes {} for `{}`",
            wanted.described(),
            parameter.text
        ),
        span,
        format!("this is {}", is.described()),
    )
    .also(
        parameter.span,
        format!("`{}` is {}", parameter.text, wanted.described()),
    )
}

pub(in crate::check) fn arithmetic(
    operator: Spanned<ArithmeticOperator>,
    (left, left_span, left_text): (&Type, Span, &str),
    (right, right_span, right_text): (&Type, Span, &str),
) -> Diagnostic {
    let verb = match operator.value {
        ArithmeticOperator::Add => "added",
        ArithmeticOperator::Subtract => "subtracted",
        ArithmeticOperator::Multiply => "multiplied",
        ArithmeticOperator::Divide => "divided",
    };
    let fault = Diagnostic::error(
        Code("E0304"),
        format!(
            "{} and {} cannot be {verb}",
            left.described(),
            right.described()
        ),
        operator.span,
        "these do not go together",
    )
    .also(left_span, format!("this is {}", left.described()))
    .also(right_span, format!("this is {}", right.described()));
    match (left, operator.value, right) {
        (Type::Time, ArithmeticOperator::Subtract, Type::Date) => fault.help(format!(
            "Set a time against the day's first instant: `{left_text} - midnight({right_text})`."
        )),
        (Type::Date, ArithmeticOperator::Subtract, Type::Time) => fault.help(format!(
            "Set a time against the day's first instant: `midnight({left_text}) - {right_text}`."
        )),
        (Type::Date, ArithmeticOperator::Subtract, Type::Date) => fault.help(format!(
            "Write `midnight({left_text}) - midnight({right_text})` for the time between them, or ask `{left_text} after {right_text}`."
        )),
        (Type::Time | Type::Date, sign, Type::Number(_)) => {
            let sign = match sign {
                ArithmeticOperator::Subtract => "-",
                _ => "+",
            };
            fault.help(format!(
                "Say the unit, as in `{left_text} {sign} {right_text} days`."
            ))
        }
        (Type::Duration, _, Type::Number(NumberKind::Float))
        | (Type::Number(NumberKind::Float), _, Type::Duration) => fault.help(
            "A duration is multiplied and divided by whole and decimal numbers, not by floating-point ones.",
        ),
        (Type::Distance, ArithmeticOperator::Add | ArithmeticOperator::Subtract, Type::Number(_)) => {
            fault.help(format!("Say the unit, as in `{right_text} km`."))
        }
        (Type::Distance, _, Type::Number(NumberKind::Float))
        | (Type::Number(NumberKind::Float), _, Type::Distance) => fault.help(
            "A distance is multiplied and divided by whole and decimal numbers, not by floating-point ones.",
        ),
        (Type::Point, ArithmeticOperator::Subtract, Type::Point) => fault.help(format!(
            "Write `distance({left_text}, {right_text})` for how far they are apart."
        )),
        (Type::Text, ArithmeticOperator::Add, Type::Text) => {
            let ours = format!("concat({left_text}, {right_text})");
            fault.fix(format!("write `{ours}`"), left_span.to(right_span), ours)
        }
        (Type::Text, _, _) | (_, _, Type::Text) => fault.help(
            "Arithmetic is for numbers, times, durations and distances; texts are joined with `concat(a, b)`.",
        ),
        _ => fault,
    }
}

pub(in crate::check) fn condition_in_arithmetic(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0304"),
        "a condition cannot be calculated with",
        span,
        "this is true or false",
    )
}

pub(in crate::check) fn cannot_negate(is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0304"),
        "only numbers, durations and distances take a minus",
        span,
        format!("this is {}", is.described()),
    )
}

pub(in crate::check) fn list_compared(
    list: &str,
    is: &Type,
    other: &str,
    is_equality: bool,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0307"),
        "a list is not compared as a whole",
        span,
        format!("`{list}` is a list"),
    );
    if let Some(record) = is.record() {
        fault.help(in_a_bracket(list, record))
    } else if is_equality {
        fault.help(format!("Ask what is in it: `{list} has {other}`."))
    } else {
        fault.help("Ask what is in it, with `has`.")
    }
}

pub(in crate::check) fn list_in_list(
    list: &str,
    negated: bool,
    value: Span,
    span: Span,
) -> Diagnostic {
    let words = if negated { "has none of" } else { "has any of" };
    Diagnostic::error(
        Code("E0307"),
        format!("`{list}` is a list itself"),
        value,
        "`in` asks where one value is",
    )
    .also(span, "")
    .help(format!("Write `{list} {words} (…)`."))
}

pub(in crate::check) fn list_between(list: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0307"),
        "a list does not lie between two values",
        span,
        format!("`{list}` is a list"),
    )
    .help("Ask what is in it, with `has`.")
}

pub(in crate::check) fn missing_as_value(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0308"),
        "`missing` is not a value",
        span,
        "nothing is equal to it",
    )
    .help("Ask `x is missing` or `x is known`.")
}

/// `x = missing`, `x != missing`
pub(in crate::check) fn compared_with_missing(
    operator: CompareOperator,
    other: &str,
    missing: Span,
    span: Span,
) -> Diagnostic {
    let mut fault = missing_as_value(missing);
    let ours = match operator {
        CompareOperator::Equal => format!("{other} is missing"),
        CompareOperator::NotEqual => format!("{other} is known"),
        CompareOperator::Less
        | CompareOperator::LessOrEqual
        | CompareOperator::Greater
        | CompareOperator::GreaterOrEqual => return fault,
    };
    fault.help = None;
    fault.fix(format!("write `{ours}`"), span, ours)
}

/// `x in ("a", missing)`
pub(in crate::check) fn missing_in_list(value: &str, negated: bool, span: Span) -> Diagnostic {
    let help = if negated {
        format!("Ask for it apart: `{value} is known AND {value} not in (…)`.")
    } else {
        format!("Ask for it apart: `{value} is missing OR {value} in (…)`.")
    };
    missing_as_value(span).help(help)
}

/// `tags has missing`: the list, what is asked of it, and the whole question, where it asks for that alone.
pub(in crate::check) fn missing_in_has(
    asked: Option<(&str, Quantifier, Span)>,
    span: Span,
) -> Diagnostic {
    let fault = missing_as_value(span);
    let Some((list, quantifier, whole)) = asked else {
        return fault
            .help("A missing element is asked for apart: `any x as element[element is missing]`.");
    };
    let word = match quantifier {
        Quantifier::None => "none",
        Quantifier::One | Quantifier::Any | Quantifier::All => "any",
    };
    let ours = format!("{word} {list} as t[t is missing]");
    let mut fault = fault.fix(format!("write `{ours}`"), whole, ours);
    fault.help = None;
    fault
}

pub(in crate::check) fn text_test_of_no_text(
    words: &str,
    is: &Type,
    text: &str,
    pattern: &str,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0312"),
        format!("`{words}` is asked of text"),
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::List(_) => fault.help(format!("Ask what is in it: `{text} has {pattern}`.")),
        Type::Date | Type::Time => {
            fault.help(format!("Ask when it lies, as in `{text} during 2025-11`."))
        }
        _ => fault,
    }
}

pub(in crate::check) fn has_of_no_list(
    text: &str,
    is: &Type,
    at: Span,
    span: Span,
    quantifier: Quantifier,
    values: &[&str],
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0313"),
        "`has` is asked of a list",
        at,
        format!("this is {}", is.described()),
    );
    let ours = match (quantifier, values) {
        (Quantifier::One, [value]) => format!("{text} = {value}"),
        (Quantifier::Any, _) => format!("{text} in ({})", values.join(", ")),
        (Quantifier::None, _) => format!("{text} not in ({})", values.join(", ")),
        (Quantifier::One | Quantifier::All, _) => {
            return fault.help(format!(
                "`{text}` is one value: ask `{text} = …` or `{text} in (…)`."
            ));
        }
    };
    fault.fix(format!("write `{ours}`"), span, ours)
}

pub(in crate::check) fn case_of_no_text(is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0314"),
        "only text has upper and lower case",
        span,
        format!("this is {}", is.described()),
    )
    .help("Leave out `ignoring case`.")
}

pub(in crate::check) fn never_missing(span: Span, word: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0316"),
        "a condition is true or false, never missing",
        span,
        format!("`{word}` asks nothing here"),
    )
    .help("Ask it of the field that the condition is about.")
}

pub(in crate::check) fn no_order(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0317"),
        "true and false have no order",
        span,
        "they are only equal or not",
    )
}

pub(in crate::check) fn too_long_a_number(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        "this number has too many digits",
        span,
        "numbers have up to 38 digits",
    )
}
