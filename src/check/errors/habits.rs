//! Questions in the way of other languages: E0201 and E0204 with the whole question as it is written here.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Name;

/// `DATEDIFF(day, signup_at, NOW()) < 30`
pub(in crate::check) fn window_is_meant(name: &Name, ours: &str, whole: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0204"),
        format!("there is no function `{}`", name.text),
        name.span,
        "not a function here",
    )
    .help("How long ago a time was is asked with a window, or with `since(x)`.")
    .guess(format!("write `{ours}`"), whole, ours)
}

/// `any profiles.age < 8`
pub(in crate::check) fn bracket_is_meant(
    list: &Name,
    ours: &str,
    place: Span,
    whole: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0324"),
        format!(
            "`{}` is a list of records, each with its own parts",
            list.text
        ),
        place,
        "what is asked of one of them stands in a bracket",
    )
    .fix(format!("write `{ours}`"), whole, ours)
}

/// `profiles[0]`
pub(in crate::check) fn element_by_number(list: &str, number: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0302"),
        "elements of a list are not asked for by their number",
        number,
        "a condition is expected here",
    )
    .help(format!(
        "Ask whether there is one, as in `any {list}[…]`, or of all of them, as in `count({list}[…]) > 1`."
    ))
}

/// `today - 30`
pub(in crate::check) fn day_word_moved(name: &Name, ours: &str, whole: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0201"),
        format!("`{}` is not a value", name.text),
        name.span,
        "a day that goes with the run",
    )
    .guess(format!("write `{ours}`"), whole, ours)
}

/// `profiles(age < 8)`
pub(in crate::check) fn list_called(name: &Name, inside: &str, call: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0204"),
        format!("`{}` is a list, not a function", name.text),
        name.span,
        "what is asked of its elements stands in square brackets",
    );
    if inside.is_empty() {
        return fault;
    }
    let ours = format!("{}[{inside}]", super::quoted_if_needed(&name.text));
    fault.guess(format!("write `{ours}`"), call, ours)
}

/// `contacts.region`
pub(in crate::check) fn field_of_the_table(table: &Name, field: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0201"),
        format!("nothing is called `{}`", table.text),
        table.span,
        "the fields of a contact need no name before them",
    )
    .fix(
        format!("write `{field}`, without `{}.`", table.text),
        span,
        field,
    )
}
