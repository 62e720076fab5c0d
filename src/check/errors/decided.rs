//! The words of lints that rest on what is decided about conditions.

use super::quoted_if_needed;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Name;

/// A piece of a text in a sentence: in back-ticks where it is short, else by what it is.
fn shown(text: &str, otherwise: &str) -> String {
    if text.chars().count() <= 40 && !text.contains('\n') && !text.contains('`') {
        format!("`{text}`")
    } else {
        otherwise.to_owned()
    }
}

/// `a` and `b`, or how many there are.
fn joined(parts: &[(Span, &str)], word: &str) -> String {
    if let [(_, one), (_, other)] = parts {
        let (one, other) = (shown(one, ""), shown(other, ""));
        if !one.is_empty() && !other.is_empty() {
            return format!("{one} {word} {other}");
        }
    }
    match parts.len() {
        2 => "these two".to_owned(),
        3 => "these three".to_owned(),
        _ => "these parts".to_owned(),
    }
}

/// `age < 18 AND age > 65`
pub(in crate::check) fn never_together(
    parts: &[(Span, &str)],
    connective: Option<Span>,
) -> Diagnostic {
    let is_pair = parts.len() == 2;
    let warning = beside(
        "never-true",
        format!("{} never hold together", joined(parts, "and")),
        parts,
        if is_pair {
            "excludes the other"
        } else {
            "cannot hold beside the rest"
        },
    )
    .help("So nobody is in it. Where one of them is enough, they are joined by `OR`.");
    match connective {
        Some(at) => warning.guess("write `OR`, where one of them is enough", at, "OR"),
        None => warning,
    }
}

/// `region != "BE" OR region != "NL"`
pub(in crate::check) fn always_one(parts: &[(Span, &str)], connective: Option<Span>) -> Diagnostic {
    let is_pair = parts.len() == 2;
    let subject = match joined(parts, "or") {
        named if named.starts_with('`') => named,
        counted => format!("one of {counted}"),
    };
    let warning = beside(
        "always-true",
        format!("{subject} holds for every contact"),
        parts,
        if is_pair {
            "lets in whom the other leaves out"
        } else {
            "lets in whom the rest leaves out"
        },
    )
    .help("So it asks nothing. Where all of them have to hold, they are joined by `AND`.");
    match connective {
        Some(at) => warning.guess("write `AND`, where both have to hold", at, "AND"),
        None => warning,
    }
}

/// A warning about the last of some parts, with the others beside it.
fn beside(name: &'static str, message: String, parts: &[(Span, &str)], label: &str) -> Diagnostic {
    let Some(((last, _), others)) = parts.split_last() else {
        unreachable!("what parts do together has parts")
    };
    let other = if parts.len() == 2 {
        "the other"
    } else {
        "the rest"
    };
    let warning = Diagnostic::warning(Code(name), message, *last, label);
    others
        .iter()
        .fold(warning, |warning, (span, _)| warning.also(*span, other))
}

/// A test that no contact passes.
pub(in crate::check) fn never_true(
    text: &str,
    value: &str,
    values: Option<&[&str]>,
    reason: Option<String>,
    span: Span,
) -> Diagnostic {
    let warning = Diagnostic::warning(
        Code("never-true"),
        format!("{} never holds", shown(text, "this")),
        span,
        "true of no contact",
    );
    match (values, reason) {
        (Some(values), _) => {
            let shown: Vec<String> = values
                .iter()
                .take(8)
                .map(|value| format!("{value:?}"))
                .collect();
            let more = match values.len() - shown.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            warning.help(format!(
                "The values of `{value}` are {}{more}; none of them fits.",
                shown.join(", ")
            ))
        }
        (None, Some(reason)) => warning.help(reason),
        (None, None) => warning,
    }
}

/// `"region" = "BE"`
pub(in crate::check) fn quoted_field(
    field: &str,
    value: Span,
    text: &str,
    span: Span,
) -> Diagnostic {
    let ours = quoted_if_needed(field);
    never_true(text, "", None, None, span)
        .help(format!(
            "`\"{field}\"` is a text; the field is written without quotes."
        ))
        .guess(format!("write `{ours}`"), value, ours)
}

/// `email = "info%"`
pub(in crate::check) fn wildcard_in_text(
    value: &str,
    written: &str,
    negated: bool,
    text: Span,
    span: Span,
) -> Option<Diagnostic> {
    let is_wild = |c: char| matches!(c, '%' | '*');
    let inner = written.trim_matches(is_wild);
    let (starts, ends) = (written.starts_with(is_wild), written.ends_with(is_wild));
    if inner.is_empty()
        || inner.contains(is_wild)
        || !(starts || ends)
        || inner.contains(['"', '\\'])
    {
        return None;
    }
    let sign = written.chars().find(|c| is_wild(*c))?;
    // `50%` is a text of its own.
    if !starts && inner.ends_with(|c: char| c.is_ascii_digit() || c == ' ') {
        return None;
    }
    let test = match (starts, ends) {
        (true, true) => "contains",
        (true, false) => "ends with",
        _ => "starts with",
    };
    let ours = if negated {
        format!("NOT {value} {test} \"{inner}\"")
    } else {
        format!("{value} {test} \"{inner}\"")
    };
    Some(
        Diagnostic::warning(
            Code("wildcard-in-text"),
            format!("`{sign}` stands for itself here"),
            text,
            "compared letter by letter",
        )
        .guess(format!("write `{ours}`"), span, ours),
    )
}

/// A test that every contact passes.
pub(in crate::check) fn always_true(text: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("always-true"),
        format!("{} holds for every contact", shown(text, "this")),
        span,
        "asks nothing",
    )
}

/// `age between 65 and 18`
pub(in crate::check) fn empty_range(
    low: &str,
    high: &str,
    low_span: Span,
    high_span: Span,
    span: Span,
) -> Diagnostic {
    let mut warning = Diagnostic::warning(
        Code("empty-range"),
        format!(
            "nothing lies between {} and {}",
            shown(low, "these"),
            shown(high, "two")
        ),
        span,
        "the first end lies behind the second",
    );
    if low == high {
        warning.primary.message = "the two ends are the same".into();
        return warning;
    }
    warning = warning.guess(format!("write `between {high} and {low}`"), low_span, high);
    if let Some(fix) = &mut warning.fix {
        fix.edits.push(crate::diagnostics::Edit {
            span: high_span,
            replacement: low.to_owned(),
        });
    }
    warning
}

/// `plan in ("free", "basic", "pro", "family")`, where there are no other plans.
pub(in crate::check) fn covers_all_values(
    field: &str,
    value: &str,
    negated: bool,
    span: Span,
) -> Diagnostic {
    let (message, label, ours) = if negated {
        (
            format!("no value of `{field}` is left"),
            "true only where nothing is known",
            format!("{value} is missing"),
        )
    } else {
        (
            format!("every value of `{field}` is in this list"),
            "true wherever anything is known",
            format!("{value} is known"),
        )
    };
    Diagnostic::warning(Code("covers-all-values"), message, span, label).fix(
        format!("write `{ours}`"),
        span,
        ours,
    )
}

/// A part without which the condition means the same.
pub(in crate::check) fn no_effect(
    text: &str,
    span: Span,
    cause: Option<Span>,
    is_same: bool,
    is_and: bool,
    cut: Option<Span>,
) -> Diagnostic {
    let mut warning = Diagnostic::warning(
        Code("no-effect"),
        format!("{} changes nothing here", shown(text, "this part")),
        span,
        if is_and {
            "holds wherever the rest does"
        } else {
            "lets in nobody whom the rest does not"
        },
    );
    if let Some(cause) = cause {
        if is_same {
            warning.primary.message = "says the same again".into();
        } else if is_and {
            warning.primary.message = "holds wherever the other does".into();
        } else {
            warning.primary.message = "lets in nobody whom the other does not".into();
        }
        warning = warning.also(cause, "the other");
    }
    match cut {
        Some(cut) => warning.fix("leave it out", cut, ""),
        None => warning.help("Leave it out."),
    }
}

pub(in crate::check) fn duplicate_definition(
    name: &Name,
    first: &Name,
    are_segments: bool,
    body: Option<Span>,
) -> Diagnostic {
    let message = if are_segments {
        format!("`{}` and `{}` have the same members", name.text, first.text)
    } else {
        format!("`{}` means the same as `{}`", name.text, first.text)
    };
    let warning = Diagnostic::warning(
        Code("duplicate-definition"),
        message,
        name.span,
        "says the same under another name",
    )
    .also(first.span, "the other one");
    match body {
        Some(body) => {
            let ours = quoted_if_needed(&first.text);
            warning.fix(
                format!("write `{} = {ours}`, so that they stay the same", name.text),
                body,
                ours,
            )
        }
        None => warning.help("Keep one of them, in a file that both places use."),
    }
}

pub(in crate::check) fn contained_segment(inner: &Name, outer: &Name) -> Diagnostic {
    Diagnostic::warning(
        Code("contained-segment"),
        format!(
            "whoever is in `{}` is in `{}` as well",
            inner.text, outer.text
        ),
        inner.span,
        "lies wholly in the other",
    )
    .also(outer.span, "the other")
    .help(format!(
        "If that is meant, begin with it: `{} AND …`. If each contact is to be in one of them, exclude it: `… AND NOT {}`.",
        quoted_if_needed(&outer.text),
        quoted_if_needed(&inner.text)
    ))
}

/// `score = 0.1`
pub(in crate::check) fn float_equality(
    value: &str,
    number: &str,
    around: Option<(bool, (String, String))>,
    span: Span,
) -> Diagnostic {
    let warning = Diagnostic::warning(
        Code("float-equality"),
        format!("`{value}` is never exactly {number}"),
        span,
        "a floating-point number, held against an exact one",
    )
    .help("Floating-point numbers are binary fractions: most decimals are not among them.");
    match around {
        Some((negated, (low, high))) => {
            let ours = if negated {
                format!("{value} not between {low} and {high}")
            } else {
                format!("{value} between {low} and {high}")
            };
            warning.guess(format!("write `{ours}`"), span, ours)
        }
        None => warning,
    }
}
