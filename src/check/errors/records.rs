//! Records, lists of records, maps, and what stands in brackets.

use super::limits::beside;
use super::quoted_if_needed;
use crate::diagnostics::{Code, Diagnostic, Fix};
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::types::{RecordType, Type};

/// A part to show in an example: of events not the time, which is asked with a window.
pub(super) fn a_part(record: &RecordType) -> String {
    a_part_where(record, |_| true)
}

/// A part of a kind to show in an example, or any.
fn a_part_where(record: &RecordType, is_it: impl Fn(&Type) -> bool) -> String {
    let parts = || {
        let all = record.parts.iter().enumerate();
        all.filter(|(place, _)| record.time != Some(*place as u32))
            .map(|(_, part)| part)
    };
    parts()
        .find(|part| is_it(&part.part_type))
        .or_else(|| parts().next())
        .map_or_else(|| "…".into(), |part| quoted_if_needed(&part.name))
}

/// `a.b` where records of that kind have no `b`.
pub(in crate::check) fn no_such_part(
    base: &str,
    record: &RecordType,
    name: &Name,
    near: Option<&str>,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0212"),
        format!("`{base}` has no part `{}`", name.text),
        name.span,
        format!("this is a record with {}", record.names()),
    );
    match near {
        Some(near) => {
            let near = quoted_if_needed(near);
            fault.fix(format!("did you mean `{near}`?"), name.span, near)
        }
        None => fault,
    }
}

/// A bare name in a bracket that is no part of the record there.
pub(in crate::check) fn unknown_in_bracket(
    name: &Name,
    of: &str,
    element: &Type,
    near: Option<String>,
) -> Diagnostic {
    let what = match element {
        Type::Record(record) => format!("each of `{of}` is a record with {}", record.names()),
        other => format!("each of `{of}` is {}", other.described()),
    };
    let fault = Diagnostic::error(
        Code("E0213"),
        format!("nothing in this bracket is called `{}`", name.text),
        name.span,
        what,
    );
    match near {
        Some(near) => fault.fix(format!("did you mean `{near}`?"), name.span, near),
        None => fault,
    }
}

/// A field of a catalogue, without the reference that leads there.
pub(in crate::check) fn part_of_the_referred(name: &Name, of: &str, through: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0213"),
        format!(
            "`{}` is not a field of `{of}`, but of what it refers to",
            name.text
        ),
        name.span,
        "in a bracket, a bare name is a part of the record",
    )
    .guess(format!("write `{through}`"), name.span, through)
}

/// A field of the contact, bare in a bracket.
pub(in crate::check) fn contact_field_in_bracket(name: &Name, of: &str) -> Diagnostic {
    let ours = format!("contact.{}", quoted_if_needed(&name.text));
    Diagnostic::error(
        Code("E0213"),
        format!("`{}` is a field of the contact, not of `{of}`", name.text),
        name.span,
        "in a bracket, a bare name is a part of the record",
    )
    .fix(format!("write `{ours}`"), name.span, ours)
}

/// A part of a record further out, bare in a bracket.
pub(in crate::check) fn outer_part_in_bracket(name: &Name, of: &str, outer: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0213"),
        format!("`{}` is a part of `{outer}`, not of `{of}`", name.text),
        name.span,
        "a bare name is a part of the record of the innermost bracket",
    )
    .help(format!(
        "Name the record of the bracket around, as in `{outer} as a[…]`, and write `a.{}`.",
        quoted_if_needed(&name.text)
    ))
}

/// An element that is no record, without a name.
pub(in crate::check) fn unnamed_element(name: &Name, of: &str, element: &Type) -> Diagnostic {
    Diagnostic::error(
        Code("E0213"),
        format!("nothing in this bracket is called `{}`", name.text),
        name.span,
        format!("each of `{of}` is {}", element.described()),
    )
    .help(format!(
        "Name the elements and ask of the name: `{of} as one[one …]`."
    ))
}

/// A parameter and a part of the record have the same name.
pub(in crate::check) fn parameter_hidden(name: &Name, of: &str) -> Diagnostic {
    let part = quoted_if_needed(&name.text);
    Diagnostic::error(
        Code("E0214"),
        format!("`{}` is both a parameter and a part of `{of}`", name.text),
        name.span,
        "either may be meant",
    )
    .help(format!(
        "Name the record: in `{of} as one[…]`, `{part}` is the parameter and `one.{part}` the part."
    ))
}

/// `as` with a name that means something already.
pub(in crate::check) fn name_taken(name: &Name, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0215"),
        format!("`{}` is already {what}", name.text),
        name.span,
        "the record needs a name of its own",
    )
    .help("Take another word behind `as`.")
}

/// `as` where no bracket comes, or behind what has no elements.
pub(in crate::check) fn name_without_bracket(base: &str, name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0216"),
        format!("no bracket follows `as {}`", name.text),
        name.span,
        "a name for the elements that a bracket looks at",
    )
    .help(format!(
        "Ask of the elements in a bracket: `any {base} as {0}[…]`.",
        quoted_if_needed(&name.text)
    ))
}

/// `=`, `between` and the like on a record or a map.
pub(in crate::check) fn record_compared(text: &str, is: &Type, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0319"),
        format!("`{text}` is not compared as a whole"),
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::Record(record) => fault.help(format!(
            "Compare a part of it, as in `{text}.{} = …`.",
            a_part(record)
        )),
        _ => fault.help(format!("Compare a value in it, as in `{text}[\"…\"] > 0`.")),
    }
}

/// A bracket behind what has neither elements nor keys.
pub(in crate::check) fn bracket_of_no_rows(text: &str, is: &Type, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0320"),
        format!("`{text}` has no elements that a bracket could look at"),
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::Record(record) => fault.help(format!(
            "A part of a record stands behind a dot: `{text}.{}`.",
            a_part(record)
        )),
        _ => fault.help("Brackets stand behind lists, where they hold a condition, and behind maps, where they hold a key."),
    }
}

/// `any x`, `count(x)` and the like of what is no list.
pub(in crate::check) fn not_rows(word: &str, text: &str, is: &Type, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0321"),
        format!("`{word}` asks about a list"),
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::Map(_) => fault.help(format!(
            "Ask of a value in the map, as in `{text}[\"…\"] is known`."
        )),
        Type::Record(record) => fault.help(format!(
            "Ask of a part of the record, as in `{text}.{} is known`.",
            a_part(record)
        )),
        _ => fault.help(format!(
            "Whether there is a value is asked by `{text} is known`."
        )),
    }
}

/// `profiles[…]` where a value or a condition is due.
pub(in crate::check) fn selection_alone(text: &str, span: Span) -> Diagnostic {
    let start = Span::new(span.source, span.start, span.start);
    Diagnostic::error(
        Code("E0322"),
        "a selection of elements is no value by itself",
        span,
        "these may be none, one or many",
    )
    .help(format!(
        "Ask whether there are any, or how many: `any {text}`, `none {text}`, `count({text}) > 1`."
    ))
    .fix("ask whether there are any", start, "any ")
}

/// A key that is no text.
pub(in crate::check) fn key_is_no_text(text: &str, is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0323"),
        "the key of a map is text",
        span,
        format!("this is {}", is.described()),
    )
    .help(format!("Write `[\"{}\"]`.", text.trim_matches('"')))
}

/// A part asked of a list: `profiles.age`.
pub(in crate::check) fn part_of_a_list(
    text: &str,
    element: &RecordType,
    name: &Name,
    span: Span,
) -> Diagnostic {
    if element.part_named(&name.text).is_none()
        && let Some(ours) = super::number_of_elements(text, name)
    {
        return Diagnostic::error(
            Code("E0324"),
            format!("`{text}` is a list of records"),
            span,
            "how many there are is counted",
        )
        .fix(format!("write `{ours}`"), span.to(name.span), ours);
    }
    let part = match element.part_named(&name.text) {
        Some(_) => quoted_if_needed(&name.text),
        None => a_part(element),
    };
    Diagnostic::error(
        Code("E0324"),
        format!("`{text}` is a list of records, each with its own `{part}`"),
        span,
        "which of them is not said",
    )
    .help(format!(
        "Ask of them in a bracket, as in `any {text}[{part} = …]`, or of all at once, as in `max({part} of {text})`."
    ))
}

/// `distinct` or `of` where no aggregate takes them.
pub(in crate::check) fn of_alone(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0325"),
        "`of` and `distinct` stand only in `count`, `sum`, `avg`, `min`, `max` and `median`",
        span,
        "not an argument of anything else",
    )
}

/// An aggregate without what it ranges over: `sum(ltv)`.
pub(in crate::check) fn aggregate_of_one(
    function: &str,
    text: &str,
    is: &Type,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0326"),
        format!("`{function}` takes the values of a list"),
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::List(element) if matches!(**element, Type::Record(_)) => {
            let Type::Record(record) = &**element else {
                return fault;
            };
            let part = a_part_where(record, |is| {
                function == "count" || matches!(is, Type::Number(_))
            });
            let distinct = if function == "count" { "distinct " } else { "" };
            fault.help(format!(
                "Say which part is meant: `{function}({distinct}{part} of {text})`."
            ))
        }
        _ => fault.help(format!(
            "A value of each element stands before `of`, as in `{function}(age of profiles)`."
        )),
    }
}

/// Several arguments, where `least` and `greatest` are meant, or one is.
pub(in crate::check) fn aggregate_of_several(function: &str, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0326"),
        format!("`{function}` takes the values of one list"),
        span,
        "several arguments",
    );
    match function {
        "min" => fault.help("The smallest of several values is `least(a, b)`."),
        "max" => fault.help("The greatest of several values is `greatest(a, b)`."),
        _ => fault.help(format!(
            "A value of each element stands before `of`, as in `{function}(age of profiles)`."
        )),
    }
}

/// An aggregate of values that it cannot take: `sum(kind of profiles)`.
pub(in crate::check) fn aggregate_of_wrong_values(
    function: &str,
    is: &Type,
    takes: &str,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0327"),
        format!("`{function}` takes {takes}"),
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::Text | Type::Boolean | Type::List(_) | Type::Record(_) => fault.help(
            "How many there are is `count(x)`, how many different ones `count(distinct a of x)`.",
        ),
        _ => fault,
    }
}

/// `count(age of profiles)` without `distinct`.
pub(in crate::check) fn count_without_distinct(value: &str, rows: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0328"),
        "`count` counts elements, or their different values",
        span,
        "a value without `distinct` before it",
    )
    .help(format!(
        "Elements with a value are `count({rows}[{value} is known])`, different values `count(distinct {value} of {rows})`."
    ))
}

/// `distinct` in an aggregate where equal values count each.
pub(in crate::check) fn distinct_elsewhere(function: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0328"),
        format!("`distinct` stands only in `count`, not in `{function}`"),
        span,
        "equal values count each for itself here",
    )
}

/// `every profiles`
pub(in crate::check) fn every_without_bracket(text: &str, word: Span, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0329"),
        "`every` needs a bracket that says what each of them is",
        span,
        "what is asked of them is not said",
    )
    .also(word, "asks something of all elements")
    .help(format!(
        "Write it behind: `every {text}[…]`. Whether there are any at all is `any {text}`."
    ))
}

/// `every x[c]` of contacts that have no `x`.
pub(in crate::check) fn every_admits_none(of: &str, span: Span, in_or: bool) -> Diagnostic {
    let mut warning = Diagnostic::warning(
        Code("every-admits-none"),
        format!("contacts without any `{of}` are let in"),
        span,
        "true as well where there is none to ask",
    )
    .help("`every` is true where none of them speaks against it, so it is true of an empty list and of a missing one.");
    let known = format!("count({of}) > 0");
    warning.fix = Some(Fix {
        title: format!("add `AND {known}`"),
        is_safe: false,
        edits: beside(&format!(" AND {known}"), span, in_or),
    });
    warning
}

/// `every` in a bracket is true of elements that have none.
pub(in crate::check) fn every_admits_elements_without(
    of: &str,
    list: &str,
    span: Span,
    in_or: bool,
) -> Diagnostic {
    let mut warning = every_admits_none(list, span, in_or);
    warning.message = format!("elements of `{of}` without any `{list}` are let in");
    warning
}

/// Brackets in brackets in brackets.
pub(in crate::check) fn too_many_brackets(limit: u32, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0217"),
        format!("more than {limit} brackets stand in each other"),
        span,
        "each looks at all its elements once for each element of the bracket around",
    )
    .help("Those of definitions count as well. Ask less at once, or let the data hold the answer to the innermost question.")
}
