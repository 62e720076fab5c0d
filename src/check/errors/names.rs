//! Names: E02xx.

use super::{arguments, number_of, quoted_if_needed};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Sources, Span};
use crate::syntax::ast::{CompareOperator, Expression, Name, TypeName};
use crate::types::Type;

pub(in crate::check) fn unknown_name(name: &Name, near: Option<String>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0201"),
        format!("nothing is called `{}`", name.text),
        name.span,
        "no field, no event and no definition",
    );
    let is_day = ["today", "yesterday", "tomorrow", "current_date"];
    if is_day.contains(&name.text.to_lowercase().as_str()) {
        return fault.help(
            "A day that goes with the run stands in a window: `x during today`, `x in last 30 days`, `x over 30 days ago`.",
        );
    }
    if let (Some(digits), None) = (digits(&name.text), &near) {
        return fault.fix(format!("write `{digits}`"), name.span, digits);
    }
    match near {
        Some(near) => {
            let written = quoted_if_needed(&near);
            fault.guess(format!("write `{written}`"), name.span, written)
        }
        None => fault.help("Names are those of the fields of a contact, of events, and of definitions in this file and in the files it uses."),
    }
}

/// A number that is written as a word.
fn digits(word: &str) -> Option<String> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = [
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    let word = word.to_lowercase();
    let of = |words: &[&str], word: &str| words.iter().position(|known| *known == word);
    if let Some(number) = of(&SMALL, &word) {
        return Some(number.to_string());
    }
    let (tens, ones) = word.split_once('_').unwrap_or((&word, "zero"));
    let (tens, ones) = (of(&TENS, tens)?, of(&SMALL[..10], ones)?);
    Some((20 + 10 * tens + ones).to_string())
}

pub(in crate::check) fn text_without_quotes(name: &Name) -> Diagnostic {
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

pub(in crate::check) fn column_left_out(name: &Name, reason: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0201"),
        format!("`{}` is a column that cannot be used", name.text),
        name.span,
        format!("left out because {reason}"),
    )
}

pub(in crate::check) fn defined_elsewhere(name: &Name, file: &str, there: Span) -> Diagnostic {
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

pub(in crate::check) fn defined_twice(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("`{}` is defined twice", name.text),
        name.span,
        "defined again",
    )
    .also(first, "first defined here")
    .help("Every definition has a name of its own: give one of them another.")
}

pub(in crate::check) fn brought_in_twice(
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

pub(in crate::check) fn parameter_twice(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("two parameters are called `{}`", name.text),
        name.span,
        "the second of this name",
    )
    .help("Give each parameter a name of its own.")
}

pub(in crate::check) fn not_in_closed_set(
    field: &str,
    written: &str,
    near: Option<&str>,
    values: &[&str],
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
        Some(near) => fault.guess(format!("write {near:?}"), span, format!("{near:?}")),
        None => fault,
    }
}

/// `likes("horor")`, where `likes` takes one of a set.
pub(in crate::check) fn not_in_named_set(
    set: &str,
    written: &str,
    near: Option<&str>,
    values: &[String],
    span: Span,
) -> Diagnostic {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let mut fault = not_in_closed_set(set, written, near, &values, span);
    fault.message = format!("{written:?} is none of the {set}");
    fault.primary.message = format!("not in the set `{set}`");
    fault
}

pub(in crate::check) fn unknown_function(name: &Name, near: Option<&str>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0204"),
        format!("there is no function `{}`", name.text),
        name.span,
        "not a function, nor a definition with parameters",
    );
    match near {
        Some(near) => fault.guess(format!("write `{near}`"), name.span, near),
        None => fault,
    }
}

pub(in crate::check) fn not_a_function(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0204"),
        format!("`{}` is not a function", name.text),
        name.span,
        "a value, which takes nothing in parentheses",
    )
    .help("A comparison needs a word or a sign between its sides; a list stands behind `in` or `has any of`.")
}

/// What other languages call a function, and what belongs to a part of this language that is still to come.
pub(in crate::check) fn function_of_elsewhere(
    name: &Name,
    arguments: &[Expression],
    call: Span,
    sources: &Sources,
) -> Option<Diagnostic> {
    let texts: Vec<&str> = arguments
        .iter()
        .map(|argument| sources.text(argument.span))
        .collect();
    let first = texts.first().copied().unwrap_or("x");
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
    match lower.as_str() {
        "lcase" | "lowercase" | "tolower" | "to_lower" => renamed("lower"),
        "ucase" | "uppercase" | "toupper" | "to_upper" => renamed("upper"),
        "len" | "char_length" | "character_length" => renamed("length"),
        "strip" | "btrim" => renamed("trim"),
        "ceiling" => renamed("ceil"),
        "int" | "trunc" | "truncate" => other(&format!("`floor({first})`, or `round({first})`")),
        "mod" | "modulo" => renamed("remainder"),
        "square_root" => renamed("sqrt"),
        "pow" | "power" => other(&format!("`{first} * {first}`: powers are products here")),
        "substring" | "substr" | "mid" => other(&format!(
            "`left({first}, 4)` or `right({first}, 4)`; `part({first}, \"@\", 2)` is what stands behind a sign"
        )),
        "split" | "split_part" | "string_split" => renamed("part"),
        "join" | "concatenate" | "concat_ws" => renamed("concat"),
        "substitute" | "regexp_replace" => renamed("replace"),
        "to_number" | "tonumber" | "cast" | "val" | "value" => renamed("number"),
        "ltrim" | "rtrim" => renamed("trim"),
        "minimum" => renamed("least"),
        "maximum" => renamed("greatest"),
        "coalesce" | "ifnull" | "isnull" | "nvl" => match texts.as_slice() {
            [value, fallback, ..] => other(&format!("`{value} ?? {fallback}`")),
            _ => other(&format!("`{first} is missing`")),
        },
        "now" | "current_timestamp" | "getdate" => other("`now`, without parentheses"),
        "today" | "current_date" | "curdate" => other("`during today` behind a date or a time"),
        "datediff" | "date_diff" => other("`since(x)` for a length, or ask `x in last 90 days`"),
        "date_add" | "dateadd" | "date_sub" => match moved_by(&texts) {
            Some(ours) => other(&format!("`{ours}`"))
                .map(|fault| fault.fix(format!("write `{ours}`"), call, ours))
                .map(without_help),
            None => other("`x + 7 days`, `x - 3 months` or `30 days ago`"),
        },
        "days" | "days_since" | "days_between" => other(&format!(
            "`since({first}) > 30 days`, or ask `{first} in last 30 days`"
        )),
        "left" => other(&format!("`{first} starts with \"…\"`")),
        "right" => other(&format!("`{first} ends with \"…\"`")),
        "instr" | "charindex" => other(&format!("`{first} contains \"…\"`")),
        "startswith" | "starts_with" => other("`x starts with \"…\"`"),
        "endswith" | "ends_with" => other("`x ends with \"…\"`"),
        "contains" => other("`x contains \"…\"`"),
        "min" | "max" if texts.len() > 1 => {
            renamed(if lower == "min" { "least" } else { "greatest" })
        }
        "quantile" | "ntile" => match first {
            "4" => other("`quartile(ltv)`"),
            "5" => other("`quintile(ltv)`"),
            "10" => other("`decile(ltv)`"),
            _ => other("`quartile(ltv)`, `quintile(ltv)` or `decile(ltv)`"),
        },
        "percent_rank" | "percentile_rank" | "cume_dist" => renamed("percentile"),
        "percentile_cont" | "percentile_disc" => {
            other("`median(ltv among everyone)`, or ask `percentile(ltv) >= 90%`")
        }
        "dense_rank" | "row_number" => renamed("rank"),
        "dayofweek" | "day_of_week" | "dow" | "dayname" | "weekday_name" => renamed("weekday"),
        "dayofmonth" | "day_of_month" | "dom" => renamed("day"),
        "weeknum" | "week_of_year" | "weekofyear" | "isoweek" => renamed("week"),
        "monthname" | "month_of_year" => renamed("month"),
        "to_date" | "todate" | "as_date" => renamed("date"),
        "timezone" | "time_zone" | "tz" => renamed("zone"),
        "extract" | "date_part" | "datepart" => other(
            "`year(x)`, `quarter(x)`, `month(x)`, `week(x)`, `day(x)`, `weekday(x)`, `hour(x)` or `minute(x)`",
        ),
        "date_trunc" | "datetrunc" | "trunc_date" => other(
            "`date(x)` for the day, or ask for the period: `x during this month`, `x during 2025-11`",
        ),
        "convert_timezone" | "at_timezone" | "from_utc_timestamp" => other(
            "the zone as the last argument of what reads the clock: `hour(x, \"Europe/Brussels\")`",
        ),
        "birthday" => other(&format!(
            "`anniversary({first}) during today`, or another window"
        )),
        _ => None,
    }
}

fn without_help(mut fault: Diagnostic) -> Diagnostic {
    fault.help = None;
    fault
}

/// `DATEADD(day, -30, now)` as `30 days ago`.
fn moved_by(texts: &[&str]) -> Option<String> {
    let [unit, number, base] = texts else {
        return None;
    };
    let unit = unit.trim_matches(['"', '\'']).to_lowercase();
    let unit = format!("{}s", unit.trim_end_matches('s'));
    if !crate::types::Unit::ALL
        .iter()
        .any(|known| known.plural() == unit)
    {
        return None;
    }
    let is_now =
        ["now", "getdate()", "now()", "current_timestamp"].contains(&base.to_lowercase().as_str());
    match (number.strip_prefix('-'), is_now) {
        (Some(number), true) => Some(format!("{number} {unit} ago")),
        (Some(number), false) => Some(format!("{base} - {number} {unit}")),
        (None, _) => Some(format!("{base} + {number} {unit}")),
    }
}

/// `consent = yes`
pub(in crate::check) fn yes_or_no(name: &Name) -> Option<Diagnostic> {
    let ours = match name.text.to_lowercase().as_str() {
        "yes" | "y" | "ja" | "oui" | "t" | "on" => "true",
        "no" | "n" | "nein" | "nee" | "non" | "f" | "off" => "false",
        _ => return None,
    };
    Some(
        Diagnostic::error(
            Code("E0201"),
            format!("nothing is called `{}`", name.text),
            name.span,
            format!("written `{ours}` here"),
        )
        .fix(format!("write `{ours}`"), name.span, ours),
    )
}

/// `birthday = today`, `signup_at > yesterday`
pub(in crate::check) fn day_word_compared(
    name: &Name,
    operator: CompareOperator,
    value: &str,
    span: Span,
) -> Option<Diagnostic> {
    let day = match name.text.to_lowercase().as_str() {
        "today" | "current_date" | "curdate" | "sysdate" => "today",
        "yesterday" => "yesterday",
        _ => return None,
    };
    let fault = Diagnostic::error(
        Code("E0201"),
        format!("`{}` is not a value", name.text),
        name.span,
        "a day that goes with the run",
    );
    Some(match (operator, day) {
        (CompareOperator::Equal, day) => {
            let ours = format!("{value} during {day}");
            fault.fix(format!("write `{ours}`"), span, ours)
        }
        _ => fault.help(format!(
            "Ask when it lies: `{value} during {day}`, `{value} in last 30 days` or `{value} over 30 days ago`."
        )),
    })
}

pub(in crate::check) fn function_without_arguments(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0205"),
        format!("`{}` is a function", name.text),
        name.span,
        "what it is to work on stands in parentheses behind it",
    )
    .help(format!("Write `{}(…)`.", name.text))
}

pub(in crate::check) fn argument_count(
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

pub(in crate::check) fn argument_count_of_definition(
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

pub(in crate::check) fn takes_no_arguments(
    name: &Name,
    call: Span,
    definition: Span,
) -> Diagnostic {
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

pub(in crate::check) fn needs_arguments<'a>(
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

pub(in crate::check) fn uses_itself(circle: &[&Name]) -> Diagnostic {
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

/// A definition with the name of a field, of events or of a catalogue.
pub(in crate::check) fn hides_data(name: &Name, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0207"),
        format!("`{}` is {what}", name.text),
        name.span,
        "a definition cannot have the same name",
    )
    .help("Give the definition another name, so that it is never in doubt which is meant.")
}

pub(in crate::check) fn hides_function(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0207"),
        format!("`{}` is a function of the language", name.text),
        name.span,
        "a definition with parameters cannot have its name",
    )
    .help("Give the definition another name.")
}

pub(in crate::check) fn parameter_hides(name: &Name, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0207"),
        format!("`{}` is a {what}", name.text),
        name.span,
        format!("a parameter cannot have the name of a {what}"),
    )
    .help("Give the parameter another name, so that it is never in doubt which is meant.")
}

pub(in crate::check) fn file_unusable(path: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0208"),
        format!("cannot use the file {path:?}"),
        span,
        reason.to_owned(),
    )
}

pub(in crate::check) fn files_in_a_circle(circle: &[String], span: Span) -> Diagnostic {
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

pub(in crate::check) fn unknown_type<'a>(
    name: &TypeName,
    sets: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let written = &name.name.text;
    let fault = Diagnostic::error(
        Code("E0210"),
        format!("there is no type `{written}`"),
        name.name.span,
        "not the name of a type",
    )
    .help("Types are bool, int, number, text, date, time, duration, point, distance, and `list of` one of them.");
    let near = match written.to_lowercase().as_str() {
        "string" | "str" | "varchar" | "char" => Some("text"),
        "integer" | "bigint" | "long" => Some("int"),
        "float" | "double" | "decimal" | "real" | "numeric" => Some("number"),
        "boolean" => Some("bool"),
        "datetime" | "timestamp" => Some("time"),
        "interval" => Some("duration"),
        "location" | "place" | "geo" => Some("point"),
        other => crate::diagnostics::suggest::nearest(other, sets.chain(Type::NAMES)),
    };
    match near {
        Some(near) => fault.guess(format!("write `{near}`"), name.name.span, near),
        None => fault,
    }
}

pub(in crate::check) fn contact_member(name: &Name, span: Span) -> Diagnostic {
    let written = quoted_if_needed(&name.text);
    Diagnostic::error(
        Code("E0211"),
        "a field of the contact is written without `contact.`",
        span,
        "there is nothing else that it could be a field of",
    )
    .fix(format!("write `{written}`"), span, written)
}

pub(in crate::check) fn member(base: &str, is: &Type, name: &Name, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0212"),
        format!("`{base}` has no part `{}`", name.text),
        span,
        format!("`{base}` is {}, not a record", is.described()),
    );
    if let Type::Map(_) = is {
        let key = name.text.replace('\\', "\\\\").replace('"', "\\\"");
        let written = format!("{base}[\"{key}\"]");
        return fault.fix(format!("write `{written}`"), span, written);
    }
    if let (Type::List(_), Some(ours)) = (is, number_of_elements(base, name)) {
        return fault.fix(format!("write `{ours}`"), span, ours);
    }
    fault.help("A field whose name has a dot in it stands in back-ticks.")
}

/// `tags.length`, `profiles.count`
pub(in crate::check) fn number_of_elements(list: &str, name: &Name) -> Option<String> {
    let asks = ["length", "len", "count", "size", "number"];
    asks.contains(&name.text.to_lowercase().as_str())
        .then(|| format!("count({list})"))
}
