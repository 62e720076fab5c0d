//! Events: E036x.

use super::quoted_if_needed;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{CountComparison, Each, Name, Spanned};
use crate::types::Type;

/// `view` where a value or a condition is due.
pub(in crate::check) fn event_alone(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0360"),
        format!("`{text}` is something that contacts do, not a value or a condition"),
        span,
        "these are events",
    )
    .help(format!(
        "Ask whether it happened: `did {text} in last 30 days`, `never {text}`; or how often: `count({text})`; or when: `last({text})`."
    ))
}

/// A part of the records of one stream, asked in a bracket of something else.
pub(in crate::check) fn field_of_other_events(name: &Name, of: &str, other: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0213"),
        format!("`{}` is a field of `{other}`, not of `{of}`", name.text),
        name.span,
        format!("each of `{of}` has fields of its own"),
    )
    .help(format!(
        "Ask it of those, as in `did {}[{} = …]`.",
        quoted_if_needed(other),
        quoted_if_needed(&name.text)
    ))
}

/// `titles` where a value or a condition is due.
pub(in crate::check) fn catalogue_alone(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0322"),
        format!("`{text}` is a catalogue, not a value or a condition"),
        span,
        "a table of records",
    )
    .help(format!(
        "A field that refers to it reads through it, as in `title.genres`; a bracket looks through all of it: `any {text}[…]`."
    ))
}

/// A catalogue whose files cannot be read.
pub(in crate::check) fn unreadable_catalogue(name: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0222"),
        format!("the catalogue \"{name}\" cannot be read"),
        span,
        reason,
    )
}

/// `any view`, `did profiles`: the word of the other sort of rows.
pub(in crate::check) fn other_question(
    each: Spanned<Each>,
    of_events: bool,
    rows: Span,
) -> Option<Diagnostic> {
    let (word, ours) = match (each.value, of_events) {
        (Each::Any, true) => ("any", "did"),
        (Each::None, true) => ("none", "never"),
        (Each::Did, false) => ("did", "any"),
        (Each::Never, false) => ("never", "none"),
        (Each::Every, true) => {
            return Some(
                Diagnostic::error(
                    Code("E0361"),
                    "`every` is not asked of events",
                    each.span,
                    "events are asked with `did` and `never`",
                )
                .help("That all of them are so is that none is not: `never view[NOT …]`."),
            );
        }
        _ => return None,
    };
    let (kind, label) = if of_events {
        (
            "`any` and `none` are asked of lists, `did` and `never` of events",
            "these are events",
        )
    } else {
        (
            "`did` and `never` are asked of events, `any` and `none` of lists",
            "these are no events",
        )
    };
    Some(Diagnostic::error(Code("E0361"), kind, rows, label).fix(
        format!("write `{ours}` for `{word}`"),
        each.span,
        ours,
    ))
}

/// `did view in next 7 days`
pub(in crate::check) fn events_to_come(window: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0362"),
        "events to come are not seen",
        window,
        "what happens after the instant of the run does not exist for it",
    )
    .help("Ask of the past, as in `in last 7 days`. A time to come is kept in a field.")
}

/// A frequency behind a frequency.
pub(in crate::check) fn frequency_twice(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0363"),
        "it is said twice how often it is to happen",
        second,
        "said again",
    )
    .also(first, "said first")
    .help("Ask twice and join the two with `AND`.")
}

/// `never view at least 3 times`, `count(view at least 3 times)`
pub(in crate::check) fn frequency_out_of_place(word: &str, frequency: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0363"),
        format!("how often it happened is not said behind `{word}`"),
        frequency,
        "only `did` and `active` take it",
    );
    match word {
        "never" => fault.help("Write `did … fewer than 3 times`, or `NOT did … at least 3 times`."),
        "count" => fault
            .help("A count is compared: `count(view) >= 3`, or ask `did view at least 3 times`."),
        _ => fault,
    }
}

/// `view at least 3 times` without a question.
pub(in crate::check) fn frequency_alone(rows: &str, span: Span, frequency: Span) -> Diagnostic {
    let start = Span::new(span.source, span.start, span.start);
    Diagnostic::error(
        Code("E0363"),
        format!("nothing asks whether `{rows}` happened so often"),
        frequency,
        "`did` stands in front",
    )
    .fix(format!("write `did {rows} …`"), start, "did ")
}

/// A step of a chain with a frequency.
pub(in crate::check) fn frequency_in_chain(frequency: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0363"),
        "a step of a chain is one event",
        frequency,
        "how often it happened is not asked here",
    )
    .help("How often a chain begins is said behind it: `did (view then click) at least 3 times`.")
}

/// `(view in last 30 days) in last 3 days`
pub(in crate::check) fn two_windows(second: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0364"),
        "these events have a window already",
        second,
        "a second one",
    )
    .help("Events have one window. `between 60 days ago and 30 days ago` has two edges.")
}

/// `any profiles in last 30 days`
pub(in crate::check) fn window_on_no_events(text: &str, of: Span, window: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0365"),
        format!("`{text}` are no events and have no time"),
        of,
        "a list",
    )
    .also(window, "this window asks for a time")
    .help("Ask for a time or a date of the elements in a bracket: `addresses[since in last 30 days]`.")
}

/// `(a without b then c)`
pub(in crate::check) fn step_after_without(step: Span, without: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0366"),
        "nothing comes after `without`",
        step,
        "a step behind what did not happen",
    )
    .also(without, "this ends the chain")
    .help("Put `without` last, or ask in two chains joined with `AND`.")
}

/// A step of a chain that is no event.
pub(in crate::check) fn step_of_no_events(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0366"),
        format!("`{text}` are no events and cannot follow each other"),
        span,
        "a step of a chain is an event",
    )
}

/// `on f` where the steps have different kinds of `f`.
pub(in crate::check) fn cannot_agree(
    text: &str,
    one: &Type,
    other: &Type,
    span: Span,
) -> Diagnostic {
    let what = if one == other {
        format!(
            "`{text}` is {}, which is not compared as a whole",
            one.described()
        )
    } else {
        format!(
            "it is {} in one and {} in the next",
            one.described(),
            other.described()
        )
    };
    Diagnostic::error(
        Code("E0366"),
        format!("the steps cannot agree on `{text}`"),
        span,
        what,
    )
}

/// A field of events asked of the contact.
pub(in crate::check) fn field_of_events(name: &Name, stream: &str) -> Diagnostic {
    let (field, stream) = (quoted_if_needed(&name.text), quoted_if_needed(stream));
    Diagnostic::error(
        Code("E0367"),
        format!("`{}` is a field of the event `{stream}`, not of the contact", name.text),
        name.span,
        "which of the events is meant?",
    )
    .help(format!(
        "Ask of the events in a bracket, `did {stream}[{field} = …]`, or of one of them, `last({stream}).{field}`."
    ))
}

/// `did view at least 0 times`
pub(in crate::check) fn frequency_decides_nothing(
    comparison: CountComparison,
    times: u32,
    span: Span,
) -> Option<Diagnostic> {
    let (always, help) = match (comparison, times) {
        (CountComparison::AtLeast, 0) => (true, "Leave it out, or ask for `at least once`."),
        (CountComparison::FewerThan, 0) => (false, "That it never happened is `never …`."),
        _ => return None,
    };
    let message = if always {
        "everybody did so at least 0 times"
    } else {
        "nobody did so fewer than 0 times"
    };
    Some(Diagnostic::error(Code("E0352"), message, span, "this decides nothing").help(help))
}

/// `active days(view at most 3 times)`
pub(in crate::check) fn active_with_no_minimum(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0368"),
        "a period is active when something happened in it often enough",
        span,
        "a minimum is expected",
    )
    .help("Write `at least twice`, or leave it out for at least once.")
}

/// `first(profiles)`
pub(in crate::check) fn figure_of_no_events(word: &str, text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0369"),
        format!("`{word}` is asked of events, and `{text}` are none"),
        span,
        "a list has no times",
    )
}

/// `last(time of view)`
pub(in crate::check) fn figure_of_a_value(word: &str, text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0369"),
        format!("`{word}` takes events, not values of them"),
        span,
        format!("`{text}` are values"),
    )
    .help(format!(
        "A field of one event stands behind it: `{word}(view).title`."
    ))
}

/// `share(open)`
pub(in crate::check) fn share_without_bracket(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0369"),
        format!("the share of which `{text}`?"),
        span,
        "a bracket says which of them count",
    )
    .help("Write `share(open[device = \"mobile\"] in last 90 days)`: those with the bracket among all.")
}

/// `favourite(finish)`
pub(in crate::check) fn favourite_of_no_value(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0369"),
        "the favourite what?",
        span,
        "a value of events is expected",
    )
    .help(format!("Write `favourite(title of {text})`."))
}

/// `median(gap of (distinct title of view))`
pub(in crate::check) fn gaps_of_no_times(is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0369"),
        "gaps lie between times",
        span,
        format!("this is {}", is.described()),
    )
    .help("Write `gap of login`, or `gap of (distinct time of login)`.")
}

/// `observed for 90 days` where nothing tells how long a contact is known.
pub(in crate::check) fn nothing_observed(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0370"),
        "nothing tells how long a contact has been observed",
        span,
        "there are no events, and no field is called the beginning",
    )
    .help("Name the field in the manifest: `beginning = \"signup_at\"` under [contacts].")
}

/// `never view in last 90 days`, and nothing beside it that somebody new could fail.
pub(in crate::check) fn never_admits_new(place: Span, length: &str) -> Diagnostic {
    let fault = Diagnostic::warning(
        Code("never-admits-new"),
        format!("contacts known for less than {length} are let in"),
        place,
        "true of a contact of yesterday as well",
    );
    let ours = format!("AND observed for {length}");
    let end = Span::new(place.source, place.end, place.end);
    fault.guess(format!("add `{ours}`"), end, format!(" {ours}"))
}
