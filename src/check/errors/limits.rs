//! Limits (E062x) and lints.

use crate::diagnostics::suggest::one_of;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::syntax::ast::Name;

/// `alone` where the expression is too deep by itself, whatever it uses.
pub(in crate::check) fn too_deep(limit: usize, alone: bool, span: Span) -> Diagnostic {
    let (message, label, help) = if alone {
        (
            "an expression nests too deep",
            format!("more than {limit} levels"),
            "Write it flatter: fewer parentheses, `NOT`s, calls and sums inside each other.",
        )
    } else {
        (
            "definitions nest too deep",
            format!("more than {limit} levels when all that it uses is put in"),
            "Let fewer definitions stand on each other: most of them can stand on fields.",
        )
    };
    Diagnostic::error(Code("E0620"), message, span, label).help(help)
}

pub(in crate::check) fn too_large(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0621"),
        "definitions grow too large when they are put in",
        span,
        format!("more than {limit} expressions when all that it uses is put in"),
    )
    .help("A definition that uses another one twice doubles it: let fewer of them stand on each other.")
}

pub(in crate::check) fn too_many_files(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0622"),
        "too many files are used",
        span,
        format!("more than {limit} files in all"),
    )
}

pub(in crate::check) fn negation_admits_missing(
    fields: &[String],
    span: Span,
    in_or: bool,
) -> Diagnostic {
    let written = fields;
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
    let edits = beside(&format!(" AND {}", known.join(" AND ")), span, in_or);
    warning.fix = Some(Fix {
        title,
        is_safe: false,
        edits,
    });
    warning
}

/// A negation in a bracket is true of elements without the part.
pub(in crate::check) fn negation_admits_missing_parts(
    of: &str,
    parts: &[String],
    span: Span,
    in_or: bool,
) -> Diagnostic {
    let mut warning = negation_admits_missing(parts, span, in_or);
    let named: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
    warning.message = format!(
        "elements of `{of}` without a value in {} are let in",
        one_of(&named)
    );
    warning
}

/// Puts something behind a part of a condition; in an OR, with parentheses around both.
pub(super) fn beside(addition: &str, span: Span, in_or: bool) -> Vec<Edit> {
    let at = |at: u32, replacement: String| Edit {
        span: Span::new(span.source, at, at),
        replacement,
    };
    if in_or {
        vec![
            at(span.start, "(".into()),
            at(span.end, format!("{addition})")),
        ]
    } else {
        vec![at(span.end, addition.to_owned())]
    }
}

pub(in crate::check) fn mixed_and_or(or: Span, ands: &[Span]) -> Diagnostic {
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
        is_safe: true,
        edits,
    });
    warning
}

pub(in crate::check) fn unused_definition(name: &Name, in_project: bool) -> Diagnostic {
    let warning = Diagnostic::warning(
        Code("unused-definition"),
        format!("no segment uses `{}`", name.text),
        name.span,
        "defined and not used",
    );
    warning.help(if in_project {
        "Use it in a segment of the project, or remove it."
    } else {
        "Remove it, or move it to a file of definitions that others use."
    })
}

/// A file of definitions of which none is used.
pub(in crate::check) fn unused_file(file: &str, first: &Name) -> Diagnostic {
    Diagnostic::warning(
        Code("unused-definition"),
        format!("no segment uses anything of {file}"),
        first.span,
        "neither this nor what comes behind it",
    )
    .help("Use its definitions in a segment of the project, or remove the file.")
}

pub(in crate::check) fn unused_parameter(name: &Name, definition: &str) -> Diagnostic {
    Diagnostic::warning(
        Code("unused-parameter"),
        format!("`{definition}` does not use its parameter `{}`", name.text),
        name.span,
        "never used",
    )
}
