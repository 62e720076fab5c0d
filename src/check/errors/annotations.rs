//! Faults of what is noted above definitions.

use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Name;

const CODE: Code = Code("E0112");

pub(in crate::check) fn unknown_annotation(name: &Name, known: [&str; 3]) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0201"),
        format!("there is no annotation `@{}`", name.text),
        name.span,
        "not known",
    );
    match nearest(&name.text, known) {
        Some(near) => fault.guess(format!("write `@{near}`"), name.span, near),
        None => fault.help("There are `@owner(\"crm\")`, `@goal(\"…\")` and, above a segment, `@expect(size 1_000 to 50_000, change 20%)`."),
    }
}

pub(in crate::check) fn unknown_expectation(name: &Name, known: [&str; 2]) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0201"),
        format!("nothing is expected of `{}`", name.text),
        name.span,
        "expected `size` or `change`",
    );
    match nearest(&name.text, known) {
        Some(near) => fault.guess(format!("write `{near}`"), name.span, near),
        None => fault.help("Write `size 1_000 to 50_000`, `size at least 1_000`, `size at most 5%`, or `change 20%`."),
    }
}

pub(in crate::check) fn annotated_use(span: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        "`use` brings in what others wrote, and has no annotations",
        span,
        "",
    )
    .help("Note it above the definition itself.")
}

pub(in crate::check) fn annotated_twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(CODE, format!("`{name}` stands here twice"), span, "again")
        .also(first, "the first")
}

pub(in crate::check) fn expects_no_segment(span: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        "only a segment has a size that can be expected",
        span,
        "not above a segment",
    )
    .help("Put it above the `segment` that is exported.")
}

pub(in crate::check) fn annotation_wants_text(name: &str, span: Span) -> Diagnostic {
    let example = match name {
        "owner" => "@owner(\"crm\")",
        _ => "@goal(\"win back a tenth of them\")",
    };
    Diagnostic::error(CODE, format!("`@{name}` has one text"), span, "")
        .help(format!("Write it as in `{example}`."))
}

pub(in crate::check) fn annotation_wants_bounds(span: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        "`@expect` says what size or change is expected",
        span,
        "",
    )
    .help("Write it as in `@expect(size 1_000 to 50_000, change 20%)`.")
}

pub(in crate::check) fn change_is_a_share(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "a change is a share of the size before", span, "")
        .help("Write it as in `change 20%`: a fifth more or less.")
}

pub(in crate::check) fn size_is_a_range(span: Span) -> Diagnostic {
    Diagnostic::error(CODE, "a size has a least, a greatest, or both", span, "")
        .help("Write `size 1_000 to 50_000`, `size at least 1_000` or `size at most 50_000`.")
}

pub(in crate::check) fn sizes_of_two_sorts(span: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        "the least and the greatest size are of two sorts",
        span,
        "",
    )
    .help("Write numbers of contacts on both sides, or shares of all contacts.")
}

pub(in crate::check) fn size_without_room(span: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        "the least size is above the greatest",
        span,
        "no segment has such a size",
    )
    .help("The smaller number stands first.")
}

pub(in crate::check) fn no_size(span: Span) -> Diagnostic {
    Diagnostic::error(
        CODE,
        "a size is a whole number of contacts, or a share of them up to 100 %",
        span,
        "",
    )
}
