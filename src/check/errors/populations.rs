//! The words of faults in figures of many contacts together.

use super::quoted_if_needed;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Name, Setting};
use crate::types::Type;

/// How a figure of a population is written.
fn form(function: &str) -> &'static str {
    match function {
        "top" => "`top(10, region)`, `top(10, title of view in last 7 days per region)`",
        "reach" => "`reach(region)`, or in a bracket of `finish`: `reach(title of finish)`",
        "similarity" => "`similarity(champions, by (recency, frequency, monetary))`",
        "implied" => "`implied(product of purchase, from 2, confidence 80%, support 20)`",
        "rank" => "`rank(ltv)`, `rank(ltv among consent per region)`",
        "quartile" => "`quartile(ltv)`, `quartile(ltv among consent per region)`",
        "quintile" => "`quintile(ltv)`, `quintile(ltv among consent per region)`",
        "decile" => "`decile(ltv)`, `decile(ltv among consent per region)`",
        _ => "`percentile(ltv)`, `percentile(ltv among consent per region)`",
    }
}

/// A figure of a population with the wrong parts in its parentheses.
pub(in crate::check) fn form_of_figure(function: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0371"),
        format!("`{function}` is told something else"),
        span,
        "these are not its parts",
    )
    .help(format!("Write it as in {}.", form(function)))
}

/// `percentile(ltv, 90)`, `rank(ltv, region)`
pub(in crate::check) fn figure_of_several(
    function: &str,
    value: &str,
    others: &[String],
    call: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0371"),
        format!("`{function}` takes one value"),
        call,
        "several are given",
    );
    match others {
        [only] if function == "percentile" && only.parse::<f64>().is_ok() => fault.help(format!(
            "A percentile is a share of contacts: ask `percentile({value}) >= {only}%`."
        )),
        [only] if only.starts_with(|c: char| c.is_alphabetic()) => {
            let ours = format!("{function}({value} per {only})");
            fault.guess(format!("write `{ours}`"), call, ours)
        }
        _ => fault.help(format!("Write it as in {}.", form(function))),
    }
}

/// `by(recency, frequency)`
pub(in crate::check) fn glued_by(word: Span) -> Diagnostic {
    let end = Span::new(word.source, word.end, word.end);
    Diagnostic::error(
        Code("E0371"),
        "`by` is no function: a blank stands before its parenthesis",
        word,
        "reads as the name of a function",
    )
    .fix("write `by (…)`", end, " ")
}

/// The number of `top`.
pub(in crate::check) fn number_of_figure(function: &str, text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0371"),
        format!("`{function}` is told how many as a whole number"),
        span,
        format!("`{text}` is no whole number of at least 1"),
    )
    .help(format!("Write it as in {}.", form(function)))
}

/// `confidence 120%`
pub(in crate::check) fn setting_of_rule(setting: Setting, span: Span) -> Diagnostic {
    let (word, takes) = match setting {
        Setting::From => ("from", "1 or 2: how many values imply another"),
        Setting::Confidence => ("confidence", "a share above 0% and up to 100%"),
        Setting::Support => ("support", "a whole number of contacts, at least 1"),
    };
    Diagnostic::error(
        Code("E0371"),
        format!("`{word}` takes {takes}"),
        span,
        "something else",
    )
}

/// `avg(ltv)`
pub(in crate::check) fn aggregate_of_which(
    function: &str,
    text: &str,
    is: &Type,
    span: Span,
) -> Diagnostic {
    let end = Span::new(span.source, span.end, span.end);
    Diagnostic::error(
        Code("E0326"),
        format!("`{function}` takes the values of many"),
        span,
        format!("this is {} of one contact", is.described()),
    )
    .help(format!(
        "Of a group of contacts, write `{function}({text} per …)`, of some `{function}({text} among …)`; of the elements of a list or of events, \
         say of which, as in `{function}(amount of purchase)`."
    ))
    .guess(
        format!("write `{function}({text} among everyone)`"),
        end,
        " among everyone",
    )
}

/// `count(ltv per region)`
pub(in crate::check) fn count_of_no_contacts(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0371"),
        "of a population, `count` counts the contacts",
        span,
        "not a value of theirs",
    )
    .help(format!(
        "To count those of whom `{text}` is known, write `count(contacts among {text} is known)`."
    ))
    .guess("write `contacts`", span, "contacts")
}

/// `percentile(amount of purchase)`
pub(in crate::check) fn figure_of_a_list(
    function: &str,
    value: &str,
    rows: &str,
    distinct: bool,
    span: Span,
) -> Diagnostic {
    let word = if distinct { "distinct " } else { "" };
    let figures = if distinct {
        format!("`{function}(count(distinct {value} of {rows}))`")
    } else {
        format!("`{function}(sum({value} of {rows}))` or `{function}(avg({value} of {rows}))`")
    };
    Diagnostic::error(
        Code("E0372"),
        format!("`{function}` takes one value of each contact"),
        span,
        format!("`{word}{value} of {rows}` are several"),
    )
    .help(format!("Make one of them, as in {figures}."))
}

/// `per tags`
pub(in crate::check) fn group_by_no_value(text: &str, is: &Type, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0372"),
        "contacts are in one group where one value agrees",
        span,
        format!("`{text}` is {}", is.described()),
    )
    .help("Group by a field, or by what is made of one: `per region`, `per (region, plan)`, `per year(signup_at)`.")
}

/// `reach(title.genres of finish)`
pub(in crate::check) fn reach_of_a_list(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0372"),
        "`reach` is asked of one value",
        span,
        format!("`{text}` is several"),
    )
}

/// `among false`
pub(in crate::check) fn nobody(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0372"),
        "nobody is in this population",
        span,
        "this never holds",
    )
}

/// `reach(title of finish)` where there is no `title` to ask about.
pub(in crate::check) fn reach_outside(value: &str, rows: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0373"),
        format!("there is no one `{value}` here whose reach could be told"),
        span,
        format!("stands in no bracket of `{rows}`"),
    )
    .help(format!(
        "In a bracket it is told of each: `count({rows}[reach({value} of {rows}) < 100])`."
    ))
}

/// A value of a population that looks at the element of a bracket around it, through a name or through what is given for a parameter.
pub(in crate::check) fn element_in_population(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0373"),
        "a figure of many contacts is the same for every element of a bracket",
        span,
        format!("`{text}` looks at the element of the bracket around"),
    )
    .help("What a population is made of is asked of each contact alone: a field, an aggregate of its events, a definition.")
}

/// A bare name in a population that a bracket around would know.
pub(in crate::check) fn part_in_population(name: &Name, of: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0373"),
        format!("`{}` is of the bracket around, of `{of}`", name.text),
        name.span,
        "in a figure of many contacts, a bare name is the contact's",
    )
    .help("What a population is made of is asked of each contact alone: a field, an aggregate of its events, a definition.")
}

/// `contact.region` in `in household[…]`
pub(in crate::check) fn asker_in_group(name: &Name, of: &str, span: Span) -> Diagnostic {
    let written = quoted_if_needed(&name.text);
    Diagnostic::error(
        Code("E0374"),
        format!("what is asked `{of}` cannot hang on who asks"),
        span,
        "the contact of whom it is asked",
    )
    .help(format!(
        "A bare `{written}` is that of each contact of the group. To look at those who agree with the contact in it as well, compare a figure with \
         `per`, as in `count(contacts among consent per (household, {written})) >= 2`."
    ))
}

/// The same in a bracket further in, where it may be the member that is meant.
pub(in crate::check) fn contact_in_group(name: &Name, of: &str, span: Span) -> Diagnostic {
    let written = quoted_if_needed(&name.text);
    Diagnostic::error(
        Code("E0374"),
        format!("`contact` could be two contacts here: who asks, and each contact `{of}`"),
        span,
        "the contact who asks is not seen here",
    )
    .help(format!(
        "Give the contact of the group a name, as in `{of} as m[…]`, and write `m.{written}`."
    ))
}

/// A definition whose parameter stands in a group's bracket, given a value of the contact who asks.
pub(in crate::check) fn given_in_group(
    parameter: &str,
    given: &str,
    of: &str,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0374"),
        format!("what is asked `{of}` cannot hang on who asks"),
        span,
        format!("`{given}` is given for `{parameter}`, which stands in the group's bracket"),
    )
    .help(
        "Give it a value that is the same for all, such as a text or a number that is written out.",
    )
}

/// `length(name per region)`
pub(in crate::check) fn population_out_of_place(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0375"),
        "`among` and `per` belong to figures of many contacts",
        span,
        format!("`{text}` stands in something else"),
    )
    .help("These are `percentile`, `quartile`, `quintile`, `decile`, `rank`, `top`, `reach`, `implied`, and `avg`, `sum`, `min`, `max`, `median` and `count` of contacts.")
}

/// `by (a, b)` or `from 2` in another function.
pub(in crate::check) fn setting_out_of_place(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0375"),
        format!("`{text}` belongs to another figure"),
        span,
        "not taken here",
    )
    .help(
        "`by (…)` belongs to `similarity`; `from`, `confidence` and `support` belong to `implied`.",
    )
}

/// `in household[…]` alone.
pub(in crate::check) fn together_alone(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0376"),
        format!("`{text}` are contacts, not a value"),
        span,
        "nothing is asked of them",
    )
    .help(format!(
        "Ask whether there is one, `any {text}[consent]`, or for a figure of them: `count({text}[consent])`, `sum(ltv of {text})`."
    ))
}

/// `any in household`
pub(in crate::check) fn together_without_bracket(word: &str, text: &str, span: Span) -> Diagnostic {
    let end = Span::new(span.source, span.end, span.end);
    Diagnostic::error(
        Code("E0376"),
        format!("`{word} {text}` does not say what is asked of them"),
        end,
        "a bracket is expected here",
    )
    .help(format!(
        "Write as in `{word} {text}[did purchase in last 365 days]`; how many they are says `count({text})`."
    ))
}

/// `did in household[…]`
pub(in crate::check) fn did_together(word: &str, text: &str, span: Span) -> Diagnostic {
    let ours = if word == "never" { "none" } else { "any" };
    Diagnostic::error(
        Code("E0376"),
        format!("`{text}` are contacts, not something that is done"),
        span,
        "asks about events",
    )
    .fix(format!("write `{ours} {text}[…]`"), span, ours)
}

/// `count(ltv of in household)`
pub(in crate::check) fn count_values_together(value: &str, text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0376"),
        "`count` counts the contacts of a group",
        span,
        "a value is given",
    )
    .help(format!(
        "Write `count({text})`, or of whom the value is known: `count({text}[{value} is known])`."
    ))
}

/// `sum(in household)`
pub(in crate::check) fn aggregate_together_of_no_value(
    function: &str,
    text: &str,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0376"),
        format!("`{function}` takes a value of each contact of the group"),
        span,
        "no value is given",
    )
    .help(format!(
        "Say which before `of`: `{function}(ltv of {text})`."
    ))
}

/// `percentile(ltv) >= 90`
pub(in crate::check) fn share_without_percent(
    function: &str,
    number: &str,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0377"),
        format!("`{function}` is a share, which is at most 100%"),
        span,
        "more than 1, so never reached",
    )
    .fix(format!("write `{number}%`"), span, format!("{number}%"))
}

/// Too many populations in each other.
pub(in crate::check) fn too_many_populations(most: u32, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0632"),
        format!("more than {most} figures of populations stand in each other"),
        span,
        "each is a pass over all contacts",
    )
    .help("Those of the definitions that it uses count as well. Ask fewer of them of each other.")
}

/// `region in country` where `country` is no list.
pub(in crate::check) fn in_no_list(
    left: &str,
    right: &str,
    is: &Type,
    negated: bool,
    place: Span,
    whole: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0108"),
        "a list is expected after `in`",
        place,
        format!("this is {}", is.described()),
    );
    let sign = if negated { "!=" } else { "=" };
    let ours = format!("{left} {sign} {right}");
    fault.guess(format!("write `{ours}`"), whole, ours)
}

/// `region in BE`
pub(in crate::check) fn in_unknown(name: &Name, near: Option<String>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0108"),
        "a list is expected after `in`",
        name.span,
        format!("nothing is called `{}`", name.text),
    );
    match near {
        Some(near) => {
            let near = quoted_if_needed(&near);
            fault.guess(format!("write `{near}`"), name.span, near)
        }
        None => {
            let ours = format!("(\"{}\")", name.text);
            fault.guess(format!("write `{ours}`"), name.span, ours)
        }
    }
}
