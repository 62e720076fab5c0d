//! The words of every fault that checking finds, one constructor each.

use crate::diagnostics::suggest::one_of;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::source::{Sources, Span};
use crate::syntax::ast::{
    ArithmeticOperator, CompareOperator, Expression, Measure, Name, Quantifier, Spanned, TypeName,
};
use crate::types::{Constant, NumberKind, Type, Unit};

// Names: E02xx.

pub(super) fn unknown_name(name: &Name, near: Option<String>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0201"),
        format!("nothing is called `{}`", name.text),
        name.span,
        "neither a field nor a definition",
    );
    match near {
        Some(near) => {
            let written = quoted_if_needed(&near);
            fault.fix(format!("write `{written}`"), name.span, written)
        }
        None => fault.help("Names are those of the fields of a contact, and of definitions in this file and in the files it uses."),
    }
}

pub(super) fn text_without_quotes(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0201"),
        format!("nothing is called `{}`", name.text),
        name.span,
        "is this meant to be text?",
    )
    .fix(
        format!("write `\"{}\"`: text stands in double quotes", name.text),
        name.span,
        format!("\"{}\"", name.text),
    )
}

pub(super) fn column_left_out(name: &Name, reason: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0201"),
        format!("`{}` is a column that cannot be used", name.text),
        name.span,
        format!("left out because {reason}"),
    )
}

pub(super) fn defined_elsewhere(name: &Name, file: &str, there: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0201"),
        format!("`{}` is not defined in this file", name.text),
        name.span,
        "not known here",
    )
    .also(there, format!("`{}` is defined here", name.text))
    .help(format!(
        "A file sees the definitions of the files it uses itself: add a `use` of {file}."
    ))
}

pub(super) fn defined_twice(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("`{}` is defined twice", name.text),
        name.span,
        "defined again",
    )
    .also(first, "first defined here")
    .help("Every definition has a name of its own: give one of them another.")
}

pub(super) fn brought_in_twice(
    name: &str,
    at: Span,
    first: Span,
    second: Span,
    is_own: bool,
) -> Diagnostic {
    let message = if is_own {
        format!("`{name}` is defined here and in a file that is used")
    } else {
        format!("`{name}` is defined in two files that are used")
    };
    Diagnostic::error(
        Code("E0202"),
        message,
        at,
        format!("brings in another `{name}`"),
    )
    .also(first, "one of them")
    .also(second, "the other")
    .help("Every definition has a name of its own: give one of them another.")
}

pub(super) fn parameter_twice(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("two parameters are called `{}`", name.text),
        name.span,
        "the second of this name",
    )
    .help("Give each parameter a name of its own.")
}

pub(super) fn not_in_closed_set(
    field: &str,
    written: &str,
    near: Option<&str>,
    values: &[String],
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0203"),
        format!("`{field}` is never {written:?}"),
        span,
        format!("not one of the values of `{field}`"),
    );
    let shown: Vec<String> = values
        .iter()
        .take(8)
        .map(|value| format!("{value:?}"))
        .collect();
    let fault = if values.is_empty() {
        fault.help(format!("`{field}` has no values at all."))
    } else if values.len() > shown.len() {
        fault.help(format!(
            "Its values are {} and {} more.",
            shown.join(", "),
            values.len() - shown.len()
        ))
    } else {
        fault.help(format!("Its values are {}.", shown.join(", ")))
    };
    match near {
        Some(near) => fault.fix(format!("write {near:?}"), span, format!("{near:?}")),
        None => fault,
    }
}

pub(super) fn unknown_function(name: &Name, near: Option<&str>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0204"),
        format!("there is no function `{}`", name.text),
        name.span,
        "not a function, nor a definition with parameters",
    );
    match near {
        Some(near) => fault.fix(format!("write `{near}`"), name.span, near),
        None => fault,
    }
}

pub(super) fn not_a_function(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0204"),
        format!("`{}` is not a function", name.text),
        name.span,
        "a value, which takes nothing in parentheses",
    )
    .help("A comparison needs a word or a sign between its sides; a list stands behind `in` or `has any of`.")
}

/// What other languages call a function, and what belongs to a part of this language that is still to come.
pub(super) fn function_of_elsewhere(
    name: &Name,
    arguments: &[Expression],
    sources: &Sources,
) -> Option<Diagnostic> {
    let texts: Vec<&str> = arguments
        .iter()
        .map(|argument| sources.text(argument.span))
        .collect();
    let first = texts.first().copied().unwrap_or("x");
    let whole = arguments
        .last()
        .map_or(name.span, |last| name.span.to(last.span));
    let lower = name.text.to_lowercase();
    let other = |ours: &str| {
        Some(
            Diagnostic::error(
                Code("E0204"),
                format!("there is no function `{}`", name.text),
                name.span,
                "not a function here",
            )
            .help(format!("Write {ours}.")),
        )
    };
    let renamed = |ours: &'static str| {
        Some(
            Diagnostic::error(
                Code("E0204"),
                format!("there is no function `{}`", name.text),
                name.span,
                format!("called `{ours}` here"),
            )
            .fix(format!("write `{ours}`"), name.span, ours),
        )
    };
    let later = |what: &str| {
        Some(
            Diagnostic::error(
                Code("E0211"),
                format!("{what} are not part of the language yet"),
                whole,
                "cannot be asked yet",
            )
            .help("The language reference says what can be written today."),
        )
    };
    match lower.as_str() {
        "lcase" | "lowercase" | "tolower" | "to_lower" => renamed("lower"),
        "ucase" | "uppercase" | "toupper" | "to_upper" => renamed("upper"),
        "len" | "char_length" | "character_length" => renamed("length"),
        "strip" | "btrim" => renamed("trim"),
        "minimum" => renamed("least"),
        "maximum" => renamed("greatest"),
        "coalesce" | "ifnull" | "isnull" | "nvl" => match texts.as_slice() {
            [value, fallback, ..] => other(&format!("`{value} ?? {fallback}`")),
            _ => other(&format!("`{first} is missing`")),
        },
        "now" | "current_timestamp" | "getdate" => other("`now`, without parentheses"),
        "today" | "current_date" | "curdate" => other("`during today` behind a date or a time"),
        "datediff" | "date_diff" => other("`since(x)` for a length, or ask `x in last 90 days`"),
        "date_add" | "dateadd" | "date_sub" => other("`x + 7 days` or `x - 3 months`"),
        "startswith" | "starts_with" => other("`x starts with \"…\"`"),
        "endswith" | "ends_with" => other("`x ends with \"…\"`"),
        "contains" => other("`x contains \"…\"`"),
        "min" | "max" if texts.len() > 1 => {
            renamed(if lower == "min" { "least" } else { "greatest" })
        }
        "count" | "sum" | "avg" | "min" | "max" | "median" | "first" | "last" | "share" | "gap"
        | "favourite" | "active" => later("figures over events and lists"),
        "percentile" | "rank" | "quintile" | "quartile" | "decile" | "quantile" | "top"
        | "reach" | "similarity" | "nearest" | "implied" => {
            later("figures of the whole population")
        }
        "sample" => later("samples"),
        "distance" | "point" => later("places"),
        "anniversary" => later("anniversaries"),
        "hour" | "weekday" | "month" | "year" | "day" => later("parts of dates and times"),
        "round" | "floor" | "ceil" => later("roundings"),
        _ => None,
    }
}

pub(super) fn function_without_arguments(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0205"),
        format!("`{}` is a function", name.text),
        name.span,
        "what it is to work on stands in parentheses behind it",
    )
    .help(format!("Write `{}(…)`.", name.text))
}

pub(super) fn argument_count(
    name: &str,
    signature: &str,
    expected: &str,
    given: usize,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0205"),
        format!("`{name}` takes {expected}"),
        span,
        format!("{} given", number_of(given)),
    )
    .help(format!("It is `{signature}`."))
}

pub(super) fn argument_count_of_definition(
    name: &Name,
    wanted: usize,
    given: usize,
    span: Span,
    definition: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0205"),
        format!("`{}` takes {}", name.text, arguments(wanted)),
        span,
        format!("{} given", number_of(given)),
    )
    .also(definition, "defined here")
}

pub(super) fn takes_no_arguments(name: &Name, call: Span, definition: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0205"),
        format!("`{}` has no parameters", name.text),
        call,
        "nothing can be given to it",
    )
    .also(definition, "defined here, without parameters")
    .fix(
        format!("write `{}`", quoted_if_needed(&name.text)),
        call,
        quoted_if_needed(&name.text),
    )
}

pub(super) fn needs_arguments<'a>(
    name: &Name,
    parameters: impl Iterator<Item = &'a str>,
    definition: Span,
) -> Diagnostic {
    let parameters: Vec<&str> = parameters.collect();
    Diagnostic::error(
        Code("E0205"),
        format!("`{}` takes {}", name.text, arguments(parameters.len())),
        name.span,
        "none given",
    )
    .also(definition, "defined here")
    .help(format!("Write `{}({})`.", name.text, parameters.join(", ")))
}

pub(super) fn uses_itself(circle: &[&Name]) -> Diagnostic {
    let Some((first, others)) = circle.split_first() else {
        unreachable!("a circle has at least one definition")
    };
    if others.is_empty() {
        return Diagnostic::error(
            Code("E0206"),
            format!("`{}` is defined by itself", first.text),
            first.span,
            "its own definition uses it",
        )
        .help("A definition is made of fields and of other definitions.");
    }
    let way: Vec<String> = circle
        .iter()
        .chain([first])
        .map(|name| format!("`{}`", name.text))
        .collect();
    let mut fault = Diagnostic::error(
        Code("E0206"),
        format!("`{}` is defined by itself", first.text),
        first.span,
        format!("uses {}", way[1]),
    )
    .help(format!(
        "The circle is {}: one of them must do without the next.",
        way.join(", which uses ")
    ));
    for (index, name) in others.iter().enumerate() {
        fault = fault.also(name.span, format!("uses {}", way[index + 2]));
    }
    fault
}

pub(super) fn hides_field(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0207"),
        format!("`{}` is a field of the contact", name.text),
        name.span,
        "a definition cannot have the name of a field",
    )
    .help("Give the definition another name, so that it is never in doubt which is meant.")
}

pub(super) fn hides_function(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0207"),
        format!("`{}` is a function of the language", name.text),
        name.span,
        "a definition with parameters cannot have its name",
    )
    .help("Give the definition another name.")
}

pub(super) fn parameter_hides(name: &Name, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0207"),
        format!("`{}` is a {what}", name.text),
        name.span,
        format!("a parameter cannot have the name of a {what}"),
    )
    .help("Give the parameter another name, so that it is never in doubt which is meant.")
}

pub(super) fn file_unusable(path: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0208"),
        format!("cannot use the file {path:?}"),
        span,
        reason.to_owned(),
    )
}

pub(super) fn files_in_a_circle(circle: &[String], span: Span) -> Diagnostic {
    let message = match circle {
        [only] => format!("{only} uses itself"),
        _ => "files use each other in a circle".to_owned(),
    };
    let way: Vec<&str> = circle
        .iter()
        .chain(circle.first())
        .map(String::as_str)
        .collect();
    Diagnostic::error(Code("E0209"), message, span, "closes the circle").help(format!(
        "The circle is {}: move what they share into a file of its own.",
        way.join(", which uses ")
    ))
}

pub(super) fn unknown_type(name: &TypeName) -> Diagnostic {
    let written = &name.name.text;
    let fault = Diagnostic::error(
        Code("E0210"),
        format!("there is no type `{written}`"),
        name.name.span,
        "not the name of a type",
    )
    .help("Types are bool, int, number, text, date, time, duration, and `list of` one of them.");
    let near = match written.to_lowercase().as_str() {
        "string" | "str" | "varchar" | "char" => Some("text"),
        "integer" | "bigint" | "long" => Some("int"),
        "float" | "double" | "decimal" | "real" | "numeric" => Some("number"),
        "boolean" => Some("bool"),
        "datetime" | "timestamp" => Some("time"),
        "interval" => Some("duration"),
        other => crate::diagnostics::suggest::nearest(other, Type::NAMES),
    };
    match near {
        Some(near) => fault.fix(format!("write `{near}`"), name.name.span, near),
        None => fault,
    }
}

pub(super) fn contact_member(name: &Name, span: Span) -> Diagnostic {
    let written = quoted_if_needed(&name.text);
    Diagnostic::error(
        Code("E0211"),
        "a field of the contact is written without `contact.`",
        span,
        "there is nothing else that it could be a field of",
    )
    .fix(format!("write `{written}`"), span, written)
}

pub(super) fn member(base: &str, name: &Name, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0211"),
        "records are not part of the language yet",
        span,
        format!("`{base}` has no part `{}`", name.text),
    )
    .help("A field whose name has a dot in it stands in back-ticks.")
}

// Types and units: E03xx.

/// What to write instead.
#[derive(Clone, Debug)]
pub(super) struct Advice {
    pub help: Option<String>,
    pub fix: Option<(String, Span, String)>,
}

/// One of two values that stand beside each other.
pub(super) struct Side<'a> {
    pub is: &'a Type,
    pub constant: Option<&'a Constant>,
    pub text: &'a str,
    pub span: Span,
}

/// What is meant by `other` beside `value`, where that can be told.
pub(super) fn advice(value: &Side, other: &Side) -> Option<Advice> {
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
    match (value.is, other.constant) {
        (Type::Number(_), Some(Constant::Text(text))) if is_number(text) => fix(
            format!("write `{}` without quotes", text.trim()),
            text.trim().to_owned(),
        ),
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
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    let text = text.trim().trim_start_matches('-');
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c == '.')
        && text.matches('.').count() <= 1
        && !text.ends_with('.')
}

fn advised(fault: Diagnostic, advice: Option<Advice>) -> Diagnostic {
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
pub(super) fn kinds_do_not_fit(
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

pub(super) fn not_a_condition(is: &str, advice: Option<String>, span: Span) -> Diagnostic {
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

pub(super) fn argument_type(
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

pub(super) fn argument_type_of_definition(
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

pub(super) fn arithmetic(
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
        (Type::Time | Type::Date, _, Type::Number(_)) => fault.help(format!(
            "Say the unit, as in `{left_text} + {right_text} days`."
        )),
        (Type::Duration, _, Type::Number(NumberKind::Float))
        | (Type::Number(NumberKind::Float), _, Type::Duration) => fault.help(
            "A duration is multiplied and divided by whole and decimal numbers, not by floating-point ones.",
        ),
        (Type::Text, _, _) | (_, _, Type::Text) => {
            fault.help("Arithmetic is for numbers, times and durations; text is not joined.")
        }
        _ => fault,
    }
}

pub(super) fn condition_in_arithmetic(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0304"),
        "a condition cannot be calculated with",
        span,
        "this is true or false",
    )
}

pub(super) fn cannot_negate(is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0304"),
        "only numbers and durations take a minus",
        span,
        format!("this is {}", is.described()),
    )
}

pub(super) fn exact_against_calendar(
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
        _ => fault.help(format!(
            "Lengths along the calendar move dates and times: `x in last {length}`, `x before {length} ago`, `x + {length}`."
        )),
    }
}

pub(super) fn date_and_exact_length(date: &str, measure: &Measure) -> Diagnostic {
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

pub(super) fn calendar_length_alone(length: &str, span: Span) -> Diagnostic {
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

pub(super) fn time_against_date(
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

pub(super) fn between_date_and_time(date: &str, day: Span, time: Span) -> Diagnostic {
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

pub(super) fn time_edge_of_a_date(
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
    .fix(
        format!("write `midnight({date})`, the day's first instant, to set it against `{edge}`"),
        date_span,
        format!("midnight({date})"),
    )
}

pub(super) fn list_compared(list: &str, other: &str, is_equality: bool, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0307"),
        "a list is not compared as a whole",
        span,
        format!("`{list}` is a list"),
    );
    if is_equality {
        fault.help(format!("Ask what is in it: `{list} has {other}`."))
    } else {
        fault.help("Ask what is in it, with `has`.")
    }
}

pub(super) fn list_in_list(list: &str, negated: bool, value: Span, span: Span) -> Diagnostic {
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

pub(super) fn list_between(list: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0307"),
        "a list does not lie between two values",
        span,
        format!("`{list}` is a list"),
    )
    .help("Ask what is in it, with `has`.")
}

pub(super) fn missing_as_value(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0308"),
        "`missing` is not a value",
        span,
        "nothing is equal to it",
    )
    .help("Ask `x is missing` or `x is known`.")
}

/// `x = missing`, `x != missing`
pub(super) fn compared_with_missing(
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
pub(super) fn missing_in_list(value: &str, negated: bool, span: Span) -> Diagnostic {
    let help = if negated {
        format!("Ask for it apart: `{value} is known AND {value} not in (…)`.")
    } else {
        format!("Ask for it apart: `{value} is missing OR {value} in (…)`.")
    };
    missing_as_value(span).help(help)
}

pub(super) fn window_on_no_time(text: &str, is: &Type, at: Span, window: Span) -> Diagnostic {
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
        Type::Boolean | Type::Text | Type::List(_) | Type::Date | Type::Time => fault,
    }
}

pub(super) fn clock_length_of_a_date(
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

pub(super) fn part_of_a_calendar_unit(length: &str, unit: Unit, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0310"),
        format!("`{length}` is no whole number of {}", unit.plural()),
        span,
        "the calendar is counted in whole steps",
    )
}

pub(super) fn full_of_a_clock_unit(length: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0310"),
        format!("`{length}` has no full periods of the calendar"),
        span,
        "full periods are days, weeks, months, quarters and years",
    )
}

pub(super) fn edge_is_no_time(is: &Type, text: &str, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0311"),
        "a time or a date is expected at the edge of a window",
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::Duration => {
            let ours = format!("{text} ago");
            fault.fix(format!("write `{ours}`"), span, ours)
        }
        Type::Number(_) if text.len() == 4 => fault.help(format!(
            "A date is written `{text}-01-01`; for the whole year, ask `during {text}`."
        )),
        Type::Number(_) => fault.help(format!("Say the unit, as in `{text} days ago`.")),
        Type::Text => fault.help("A date is written `2026-11-22`, without quotes."),
        Type::Boolean | Type::List(_) | Type::Date | Type::Time => fault,
    }
}

pub(super) fn text_test_of_no_text(
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

pub(super) fn has_of_no_list(
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

pub(super) fn case_of_no_text(is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0314"),
        "only text has upper and lower case",
        span,
        format!("this is {}", is.described()),
    )
    .help("Leave out `ignoring case`.")
}

pub(super) fn period_alone(text: &str, span: Span) -> Diagnostic {
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

pub(super) fn never_missing(span: Span, word: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0316"),
        "a condition is true or false, never missing",
        span,
        format!("`{word}` asks nothing here"),
    )
    .help("Ask it of the field that the condition is about.")
}

pub(super) fn no_order(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0317"),
        "true and false have no order",
        span,
        "they are only equal or not",
    )
}

pub(super) fn too_long_a_time(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        format!("`{text}` is longer than the calendar"),
        span,
        "times lie between the years -9999 and 9999",
    )
}

pub(super) fn finer_than_nanoseconds(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        format!("`{text}` is no whole number of nanoseconds"),
        span,
        "time is counted in nanoseconds",
    )
}

pub(super) fn too_long_a_number(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        "this number has too many digits",
        span,
        "numbers have up to 38 digits",
    )
}

pub(super) fn outside_the_calendar(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0318"),
        "this time lies outside the calendar",
        span,
        "times lie between the years -9999 and 9999",
    )
}

// Limits: E062x.

pub(super) fn too_deep(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0620"),
        "definitions and expressions nest too deep",
        span,
        format!("more than {limit} levels when all that it uses is put in"),
    )
    .help("Let fewer definitions stand on each other: most of them can stand on fields.")
}

pub(super) fn too_large(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0621"),
        "definitions grow too large when they are put in",
        span,
        format!("more than {limit} expressions when all that it uses is put in"),
    )
    .help("A definition that uses another one twice doubles it: let fewer of them stand on each other.")
}

pub(super) fn too_many_files(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0622"),
        "too many files are used",
        span,
        format!("more than {limit} files in all"),
    )
}

// Lints.

pub(super) fn negation_admits_missing(fields: &[String], span: Span, in_or: bool) -> Diagnostic {
    let written: Vec<String> = fields.iter().map(|field| quoted_if_needed(field)).collect();
    let named: Vec<String> = written.iter().map(|field| format!("`{field}`")).collect();
    let known: Vec<String> = written
        .iter()
        .map(|field| format!("{field} is known"))
        .collect();
    let (message, title) = match named.as_slice() {
        [only] => (
            format!("contacts without a value in {only} are let in"),
            format!(
                "add `AND {}`, or say `{} is missing OR …`",
                known[0], written[0]
            ),
        ),
        _ => (
            format!("contacts without a value in {} are let in", one_of(&named)),
            format!("add `AND {}`", known.join(" AND ")),
        ),
    };
    let mut warning = Diagnostic::warning(
        Code("negation-admits-missing"),
        message,
        span,
        "true as well where nothing is known",
    )
    .help("A comparison with a missing value is false, so its negation is true.");
    let end = Span::new(span.source, span.end, span.end);
    let start = Span::new(span.source, span.start, span.start);
    let addition = format!(" AND {}", known.join(" AND "));
    let edits = if in_or {
        vec![
            Edit {
                span: start,
                replacement: "(".into(),
            },
            Edit {
                span: end,
                replacement: addition + ")",
            },
        ]
    } else {
        vec![Edit {
            span: end,
            replacement: addition,
        }]
    };
    warning.fix = Some(Fix { title, edits });
    warning
}

pub(super) fn mixed_and_or(or: Span, ands: &[Span]) -> Diagnostic {
    let mut warning = Diagnostic::warning(
        Code("mixed-and-or"),
        "AND and OR stand side by side without parentheses",
        ands.first().copied().unwrap_or(or),
        "AND binds tighter, so this is read as one part",
    );
    let edits = ands
        .iter()
        .flat_map(|and| {
            [(and.start, "("), (and.end, ")")].map(|(at, replacement)| Edit {
                span: Span::new(and.source, at, at),
                replacement: replacement.into(),
            })
        })
        .collect();
    warning.fix = Some(Fix {
        title: "put parentheses around what belongs together".into(),
        edits,
    });
    warning
}

pub(super) fn unused_definition(name: &Name) -> Diagnostic {
    Diagnostic::warning(
        Code("unused-definition"),
        format!("no segment uses `{}`", name.text),
        name.span,
        "defined and not used",
    )
    .help("Remove it, or move it to a file of definitions that others use.")
}

pub(super) fn unused_parameter(name: &Name, definition: &str) -> Diagnostic {
    Diagnostic::warning(
        Code("unused-parameter"),
        format!("`{definition}` does not use its parameter `{}`", name.text),
        name.span,
        "never used",
    )
}

// Words.

fn arguments(number: usize) -> String {
    match number {
        1 => "one argument".into(),
        2 => "two arguments".into(),
        more => format!("{more} arguments"),
    }
}

fn number_of(number: usize) -> String {
    match number {
        0 => "none".into(),
        1 => "one".into(),
        2 => "two".into(),
        more => more.to_string(),
    }
}

/// A name as a text has to write it: in back-ticks where it is no plain word.
pub(super) fn quoted_if_needed(name: &str) -> String {
    let mut characters = name.chars();
    let is_plain = characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
        && !RESERVED.contains(&name.to_lowercase().as_str());
    if is_plain {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}

const RESERVED: [&str; 21] = [
    "and", "or", "not", "in", "is", "has", "between", "did", "never", "any", "every", "none", "if",
    "then", "else", "true", "false", "now", "of", "as", "missing",
];
