//! Tests: E038x, and names in them.

use super::quoted_if_needed;
use crate::diagnostics::{Code, Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::{Name, Text};
use crate::types::{Constant, NumberKind, RecordType, Type};

/// `as of yesterday`
pub(in crate::check) fn no_instant_of_a_test(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0391"),
        "a test is answered as of a day or a time that is written out",
        span,
        "not a day, and not a time",
    )
    .help("Write `as of 2026-11-22` or `as of 2026-11-22T10:00+01:00`; a day stands for its first instant.")
}

pub(in crate::check) fn two_tests_of_a_title(title: &Text, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("two tests of this file are called {:?}", title.value),
        title.span,
        "called so again",
    )
    .also(first, "the first")
    .help("A title says what a test shows, and tells it from the others: give one of them another.")
}

pub(in crate::check) fn two_contacts_of_a_name(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("two contacts of this test are called `{}`", name.text),
        name.span,
        "called so again",
    )
    .also(first, "the first")
    .help("Give each contact of a test a name of its own.")
}

pub(in crate::check) fn part_given_twice(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("`{}` is given twice", name.text),
        name.span,
        "given again",
    )
    .also(first, "given here")
}

pub(in crate::check) fn key_given_twice(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        "a key stands once, and this one stands twice",
        span,
        "the same key again",
    )
    .also(first, "the first")
}

pub(in crate::check) fn no_contact_of_test<'a>(
    name: &Name,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    let fault = Diagnostic::error(
        Code("E0201"),
        format!("no contact of this test is called `{}`", name.text),
        name.span,
        "not one of its contacts",
    );
    match suggest::nearest(&name.text, known.iter().copied()) {
        Some(near) => {
            let ours = quoted_if_needed(near);
            fault.guess(format!("write `{ours}`"), name.span, ours)
        }
        None if ["nobody", "noone", "no_one"].contains(&name.text.as_str()) => {
            fault.guess("write `no contacts`", name.span, "no contacts")
        }
        None if known.is_empty() => {
            fault.help("A line `contact ann (…)` gives the test a contact.")
        }
        None => {
            let names: Vec<String> = known
                .iter()
                .take(8)
                .map(|name| format!("`{name}`"))
                .collect();
            fault.help(format!("Its contacts are {}.", names.join(", ")))
        }
    }
}

pub(in crate::check) fn no_field_of_a_contact(name: &Name, near: Option<&str>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0201"),
        format!("contacts have no field `{}`", name.text),
        name.span,
        "not a field",
    );
    match near {
        Some(near) => {
            let ours = quoted_if_needed(near);
            fault.guess(format!("write `{ours}`"), name.span, ours)
        }
        None => fault.help("`segql schema` lists the fields of the project."),
    }
}

pub(in crate::check) fn events_as_a_field(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0201"),
        format!("`{}` is what a contact does, not a field", name.text),
        name.span,
        "the name of events",
    )
    .help(format!(
        "Events stand on lines of their own below the contact: `{} (…) 3 days ago`.",
        quoted_if_needed(&name.text)
    ))
}

pub(in crate::check) fn no_part_of_a_record(
    name: &Name,
    what: &str,
    record: &RecordType,
    near: Option<&str>,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0212"),
        format!("{what} have no part `{}`", name.text),
        name.span,
        "not one of their parts",
    );
    match near {
        Some(near) => {
            let ours = quoted_if_needed(near);
            fault.guess(format!("write `{ours}`"), name.span, ours)
        }
        None => fault.help(format!("They have {}.", record.names())),
    }
}

pub(in crate::check) fn no_line_of_that_name(name: &Name, near: Option<&str>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0201"),
        format!("`{}` is neither an event nor a catalogue", name.text),
        name.span,
        "nothing to give a test",
    );
    match near {
        Some(near) => {
            let ours = quoted_if_needed(near);
            fault.guess(format!("write `{ours}`"), name.span, ours)
        }
        None => fault.help("The lines of a test begin with `contact`, the name of events, the name of a catalogue, `list` or `expect`."),
    }
}

/// `region ("BE") 3 days ago`, on a line of its own.
pub(in crate::check) fn field_on_a_line(name: &Name) -> Diagnostic {
    let ours = quoted_if_needed(&name.text);
    Diagnostic::error(
        Code("E0201"),
        format!("`{}` is a field without a history", name.text),
        name.span,
        "neither an event nor a catalogue",
    )
    .help(format!(
        "A field stands in the parentheses of its contact: `contact ann ({ours} = …)`. One to which the manifest gives a history, `[histories.{ours}]`, may be otherwise since a line below: \
         `{ours} (value = …) 3 days ago`."
    ))
}

pub(in crate::check) fn line_cut_short(name: &Name) -> Diagnostic {
    let (expected, ours) = match name.text.to_lowercase().as_str() {
        "contact" => ("its name", "contact ann (…)"),
        "list" => (
            "its name in double quotes",
            "list \"suppressed\" (\"ann@x.be\")",
        ),
        _ => ("who is in what", "expect ann in lapsed"),
    };
    Diagnostic::error(
        Code("E0394"),
        format!("this `{}` says nothing", name.text),
        name.span,
        format!("expected {expected} behind it"),
    )
    .help(format!("Write `{ours}`."))
}

pub(in crate::check) fn event_with_a_key(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0394"),
        format!("`{}` are events, which have no key", name.text),
        name.span,
        "events, not a catalogue",
    )
    .help(format!(
        "What is known of an event stands in parentheses: `{} (…) 3 days ago`.",
        quoted_if_needed(&name.text)
    ))
}

pub(in crate::check) fn record_without_key(name: &Name, key: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0394"),
        format!("a record of `{}` begins with its key", name.text),
        name.span,
        format!("expected its `{key}` behind the name"),
    )
    .help(format!(
        "Write `{} \"…\" (…)`.",
        quoted_if_needed(&name.text)
    ))
}

pub(in crate::check) fn catalogue_without_key(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0394"),
        format!("the catalogue `{name}` has no key"),
        span,
        "a key that none of its fields is",
    )
    .help("Give the fields alone, in parentheses.")
}

pub(in crate::check) fn event_without_time(name: &Name, line: Span) -> Diagnostic {
    let end = Span::new(line.source, line.end, line.end);
    Diagnostic::error(
        Code("E0394"),
        format!("this `{}` has no time", name.text),
        line,
        "expected when it happened",
    )
    .guess("write `1 day ago`", end, " 1 day ago")
    .help("An event ends with its time: `90 days ago`, `at 2026-01-02T10:00Z`, `at 2026-01-02` or `now`.")
}

pub(in crate::check) fn event_of_nobody(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0394"),
        format!("nobody did this `{}`", name.text),
        name.span,
        "no contact stands above it",
    )
    .help("Events stand below the contact whose they are: `contact ann (…)`.")
}

pub(in crate::check) fn time_among_the_parts(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0394"),
        "the time of an event stands behind its parts",
        name.span,
        "among the parts",
    )
    .help("Write `view (…) at 2026-01-02T10:00Z`, or `view (…) 90 days ago`.")
}

pub(in crate::check) fn length_for_a_time(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0394"),
        format!("`{text}` is a length, and a time is due here"),
        span,
        "how long, not when",
    )
    .fix(format!("write `{text} ago`"), span, format!("{text} ago"))
}

pub(in crate::check) fn no_time_of_an_event(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0394"),
        format!("`{text}` is no time"),
        span,
        "expected when it happened",
    )
    .help("An event ends with its time: `90 days ago`, `at 2026-01-02T10:00Z`, `at 2026-01-02` or `now`.")
}

pub(in crate::check) fn quoted_name(text: &Text) -> Diagnostic {
    let ours = quoted_if_needed(&text.value);
    Diagnostic::error(
        Code("E0391"),
        "a field stands without quotes",
        text.span,
        "a text, which is the key of a map",
    )
    .fix(format!("write `{ours}`"), text.span, ours)
}

pub(in crate::check) fn nameless_part(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0391"),
        "this value does not say what it is",
        span,
        format!("expected the name of {what} and `=` before it"),
    )
}

pub(in crate::check) fn named_element(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0391"),
        "the elements of a list have no names",
        span,
        "a name where a value is due",
    )
    .help("A list is written `(\"a\", \"b\")`, a list of records `((kind = \"kids\"), (kind = \"adult\"))`.")
}

pub(in crate::check) fn several_for_one(name: &str, is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0391"),
        format!("`{name}` is {}, one value", is.described()),
        span,
        "what stands in parentheses are several",
    )
}

pub(in crate::check) fn one_for_several(
    name: &str,
    is: &Type,
    text: &str,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0391"),
        format!("`{name}` is {}", is.described()),
        span,
        "a single value",
    );
    match is {
        Type::List(element) if !matches!(**element, Type::Record(_)) => {
            fault.fix(format!("write `({text})`"), span, format!("({text})"))
        }
        Type::List(_) => fault.help("A list of records is written `((kind = \"kids\", age = 7))`."),
        Type::Record(_) => {
            fault.help("A record is written `(city = \"Ghent\", country = \"BE\")`.")
        }
        _ => fault.help("A map is written `(\"churn\" = 0.8)`."),
    }
}

pub(in crate::check) fn record_for_a_list(name: &str, text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0391"),
        format!("`{name}` is a list of records"),
        span,
        "one record, without the parentheses of the list",
    )
    .fix(format!("write `(({text}))`"), span, format!("({text})"))
}

pub(in crate::check) fn no_key_of_an_entry(name: &str, text: &str, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0391"),
        format!("`{name}` is a map, whose values stand behind their keys"),
        span,
        "expected a key in double quotes",
    );
    let is_plain = text.chars().all(|one| one.is_alphanumeric() || one == '_');
    match is_plain && text.starts_with(char::is_alphabetic) {
        true => fault.fix(format!("write `\"{text}\"`"), span, format!("\"{text}\"")),
        false => fault.help("A map is written `(\"churn\" = 0.8)`."),
    }
}

/// A whole number that no column of whole numbers holds.
pub(in crate::check) fn too_large_for_a_column(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0391"),
        format!("`{name}` cannot be so large"),
        span,
        "whole numbers in data have 64 bits",
    )
}

/// A value of one kind for a field of another.
pub(in crate::check) fn not_of_its_type(
    name: &str,
    is: &Type,
    found: &Constant,
    text: &str,
    span: Span,
) -> Diagnostic {
    let kind = match found {
        Constant::Boolean(_) => "true or false",
        Constant::Number(number) if number.is_whole() => "a whole number",
        Constant::Number(_) | Constant::Float(_) => "a number",
        Constant::Text(_) => "text",
        Constant::Date(_) => "a date",
        Constant::Time(_) => "a time",
        Constant::Duration(_) => "a duration",
        Constant::Point(_) => "a point",
        Constant::Distance(_) => "a distance",
        _ => "something else",
    };
    let fault = Diagnostic::error(
        Code("E0391"),
        format!("`{name}` is {}, and this is {kind}", is.described()),
        span,
        format!("expected {}", is.described()),
    );
    let inside = text.trim_matches('"');
    match is {
        Type::Text if !matches!(found, Constant::Text(_)) => {
            fault.fix(format!("write `\"{text}\"`"), span, format!("\"{text}\""))
        }
        Type::Number(kind)
            if inside.parse::<f64>().is_ok()
                && (*kind != NumberKind::Whole || inside.parse::<i64>().is_ok()) =>
        {
            fault.fix(format!("write `{inside}`"), span, inside)
        }
        Type::Boolean if matches!(inside, "true" | "false") => {
            fault.fix(format!("write `{inside}`"), span, inside)
        }
        Type::Date | Type::Time if crate::syntax::date_of_elsewhere(inside).is_some() => {
            let ours = crate::syntax::date_of_elsewhere(inside).unwrap_or_default();
            fault.fix(format!("write `{ours}`"), span, ours)
        }
        Type::Date => fault.help("A date is written `2026-11-22`, or counted back: `30 days ago`."),
        Type::Time => fault
            .help("A time is written `2026-11-22T10:00+01:00`, or counted back: `30 days ago`."),
        Type::Duration => fault.help("A duration is written with its unit: `90 days`, `12 hours`."),
        Type::Point => {
            fault.help("A point is written `point(50.85, 4.35)`: degrees north, then east.")
        }
        _ => fault,
    }
}

pub(in crate::check) fn no_place_of_a_test(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0391"),
        "this place is not on the globe",
        span,
        "degrees north go from -90 to 90, degrees east from -180 to 180",
    )
}

/// `age = 3 + 4`
pub(in crate::check) fn worked_out(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0392"),
        "a test writes its values out",
        span,
        "this one has to be worked out",
    )
    .help("Write a text, a number, `true` or `false`, a date, a time, `30 days ago`, `now`, `point(50.85, 4.35)` or `missing`; lists and records stand in parentheses.")
}

/// `region = BE`
pub(in crate::check) fn value_without_quotes(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0392"),
        "a test writes its values out",
        name.span,
        "is this meant to be text?",
    )
    .guess(
        format!("write `\"{}\"`: text stands in double quotes", name.text),
        name.span,
        format!("\"{}\"", name.text),
    )
}

pub(in crate::check) fn expects_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0393"),
        "this test expects nothing",
        span,
        "whatever comes out, it would be right",
    )
    .help("Say what is to come out: `expect ann in lapsed, bob not in lapsed`.")
}
