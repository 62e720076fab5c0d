//! What is wrong with `in list`.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::types::Type;

pub(in crate::check) fn no_key_list(name: &str, near: Option<&str>, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0220"),
        format!("there is no list {name:?}"),
        span,
        "the manifest names no such list",
    );
    match near {
        Some(near) => fault.fix(format!("write {near:?}"), span, format!("{near:?}")),
        None => {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            let key = if !name.is_empty() && name.chars().all(plain) {
                name.to_owned()
            } else {
                format!("{name:?}")
            };
            let file = if name.contains('.') {
                name.to_owned()
            } else {
                format!("lists/{name}.csv")
            };
            fault.help(format!(
                "Name its file in the manifest: `[lists.{key}]` with `source = {file:?}` and, where it has several, the `column`."
            ))
        }
    }
}

pub(in crate::check) fn unreadable_key_list(name: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0221"),
        format!("the list {name:?} cannot be read"),
        span,
        reason,
    )
}

pub(in crate::check) fn key_list_of_others(
    (name, element): (&str, &Type),
    (text, is): (&str, &Type),
    value: Span,
    list: Span,
) -> Diagnostic {
    let holds = match element {
        Type::Text => "text",
        _ => "whole numbers",
    };
    let fault = Diagnostic::error(
        Code("E0353"),
        format!("the list {name:?} holds {holds}"),
        value,
        format!("this is {}", is.described()),
    )
    .also(list, format!("a list of {holds}"));
    match (element, is) {
        (_, Type::List(_)) => fault.help(format!(
            "`in list` asks for one value; `{text}` is a list itself."
        )),
        (Type::Text, Type::Number(_)) => fault.help(
            "If the file holds numbers, say `type = \"int\"` for the list in the manifest."
        ),
        (Type::Number(_), Type::Text) => fault.help(
            "If its numbers are codes that are written in digits, say `type = \"text\"` for the list in the manifest."
        ),
        _ => fault,
    }
}
