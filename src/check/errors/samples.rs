//! What is wrong with samples and splits.

use super::limits::beside;
use super::quoted_if_needed;
use crate::diagnostics::{Code, Diagnostic, Fix};
use crate::schema::UnknownArm;
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Literal, Name};
use crate::types::{Exact, Type};

pub(in crate::check) fn sample_arguments(
    name: &str,
    arguments: &[Expression],
    span: Span,
) -> Diagnostic {
    let found = match arguments {
        [] => "there is none".to_owned(),
        [only] => match &*only.kind {
            ExpressionKind::Literal(Literal::Text(_)) => "there is only a salt".to_owned(),
            _ => "there is no salt".to_owned(),
        },
        more => format!("there are {}", more.len()),
    };
    let fault = Diagnostic::error(
        Code("E0205"),
        format!("`{name}` takes a share and a salt"),
        span,
        found,
    );
    let help = "`sample(10%, \"spring\")` is a tenth of all contacts. The salt is any text: another salt draws another sample, the same one the same.";
    match arguments {
        [share] => match &*share.kind {
            ExpressionKind::Literal(Literal::Percent(_) | Literal::Number(_)) => {
                let behind = Span::new(span.source, share.span.end, share.span.end);
                fault.guess("add a salt", behind, ", \"sample\"").help(help)
            }
            _ => fault.help(help),
        },
        _ => fault.help(help),
    }
}

pub(in crate::check) fn sample_among(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0396"),
        "a sample is drawn of all contacts",
        span,
        "`among` narrows nothing here",
    )
    .help(format!(
        "A share of these is the same share of all, narrowed: write `{text} AND sample(…)`."
    ))
}

pub(in crate::check) fn share_out_of_bounds(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0396"),
        format!("`{text}` is no share that can be drawn"),
        span,
        "above 0 and at most 100%",
    )
}

pub(in crate::check) fn share_not_written_out(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0396"),
        "a share is written out",
        span,
        format!("`{text}` is no number"),
    )
    .help("Write it as `10%`, so that everybody who reads the text knows it.")
}

pub(in crate::check) fn salt_not_written_out(text: &str, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0395"),
        "a salt is written out",
        span,
        format!("`{text}` is no text in double quotes"),
    );
    let is_name = text
        .chars()
        .all(|character| character.is_alphanumeric() || character == '_');
    if is_name && !text.is_empty() {
        return fault.fix(format!("write {text:?}"), span, format!("{text:?}"));
    }
    fault.help("The salt decides who is drawn, so it has to stay the same whatever else changes.")
}

pub(in crate::check) fn unusable_salt(salt: &str, span: Span) -> Diagnostic {
    if salt.is_empty() {
        return Diagnostic::error(
            Code("E0395"),
            "a salt is not empty",
            span,
            "write a text of your own",
        )
        .help("Contacts are drawn by a hash of the salt and their key. The same salt draws the same contacts.");
    }
    let without = salt.replace(':', "-");
    Diagnostic::error(
        Code("E0395"),
        "a salt has no colon in it",
        span,
        "the colon parts the salt from the key in what is hashed",
    )
    .guess(format!("write {without:?}"), span, format!("{without:?}"))
}

pub(in crate::check) fn stratum_without_text(text: &str, is: &Type, span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0397"),
        format!("`{text}` makes no strata"),
        span,
        format!("this is {}", is.described()),
    );
    match is {
        Type::Number(_) => fault.help(format!(
            "Floating-point numbers are written in several ways, and hashed by none. Say what lies together: `round({text})`, or `if {text} >= 100 then \"high\" else \"low\"`."
        )),
        Type::Time => fault.help(format!("Its day can: `date({text})`.")),
        _ => fault.help("Strata are made of text, whole and decimal numbers, dates, and of what is true or false."),
    }
}

/// `first` stands before `again`.
pub(in crate::check) fn same_salt(salt: &str, first: Span, again: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("same-salt"),
        format!("the salt {salt:?} draws the same contacts twice"),
        again,
        "the same salt again",
    )
    .also(first, "used here already")
    .help("With a salt of its own each draws independently of the other. If who is drawn by one is meant to be drawn by the other, allow it: `-- segql: allow(same-salt)`.")
}

/// `place` is where the salt would stand.
pub(in crate::check) fn no_salt(split: &Name, place: Span) -> Diagnostic {
    let salt = split.text.replace(':', "-");
    Diagnostic::error(
        Code("E0399"),
        format!("the split `{}` has no salt", split.text),
        split.span,
        "the salt is written out, so that another name reshuffles nobody",
    )
    .guess(
        format!("add `salt {salt:?}`"),
        place,
        format!(" salt {salt:?}"),
    )
    .help("Who has been drawn under a salt stays drawn under it: a split that runs again with others needs another.")
}

pub(in crate::check) fn too_many_arms(limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0632"),
        format!("a split has more than {limit} arms"),
        span,
        format!("{limit} are the most"),
    )
}

pub(in crate::check) fn arm_twice(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0202"),
        format!("the arm `{}` stands there twice", name.text),
        name.span,
        "again",
    )
    .also(first, "first here")
    .help("Join the two shares, or give one of the arms another name.")
}

/// `missing`, `known`, `not`
pub(in crate::check) fn not_an_arm(name: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0223"),
        format!("an arm cannot be called `{}`", name.text),
        name.span,
        "a word of the language",
    )
    .help("What no arm takes has none: ask `is missing` of the split.")
}

pub(in crate::check) fn no_arms(split: &Name) -> Diagnostic {
    Diagnostic::error(
        Code("E0398"),
        format!("the split `{}` has no arms", split.text),
        split.span,
        "nobody is drawn",
    )
    .help("Write them in the braces, each with its share: `{ mail 90% control 10% }`.")
}

pub(in crate::check) fn share_of_an_arm(text: &str, share: &Expression) -> Diagnostic {
    let fault = share_out_of_bounds(text, share.span);
    match super::super::splits::percent_of(share) {
        Some(sign) => {
            let end = Span::new(share.span.source, share.span.end, share.span.end);
            fault.fix(format!("write `{text}%`"), end, sign)
        }
        None => fault,
    }
}

/// `left` is the share that the arms before leave.
pub(in crate::check) fn shares_beyond_all(left: Option<Exact>, span: Span) -> Diagnostic {
    let left = left
        .and_then(|left| left.checked_mul(Exact::whole(100)))
        .map_or_else(String::new, |left| {
            format!("the arms before it leave {left}%")
        });
    Diagnostic::error(
        Code("E0398"),
        "the shares of the arms come to more than 100%",
        span,
        left,
    )
    .help("Whoever the arms do not take has none, so that they may come to less.")
}

/// `spring in (mail, missing)`
pub(in crate::check) fn no_arm_in_a_list(split: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("E0316"),
        "`missing` is no arm",
        span,
        "an arm is expected here",
    )
    .help(format!(
        "Ask for it beside the others: `({split} in (…) OR {split} is missing)`."
    ))
}

pub(in crate::check) fn unreadable_arms(split: &Name, reason: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0224"),
        format!("the arms that `{}` gave before cannot be read", split.text),
        split.span,
        reason,
    )
    .help("Without them, contacts would be drawn anew.")
}

pub(in crate::check) fn arms_of_other_keys(
    split: &Name,
    given: &Type,
    key: &str,
    is: &Type,
) -> Diagnostic {
    let reason = format!(
        "they were given to keys that are {}, and the key `{key}` is {}",
        match given {
            Type::Text => "text",
            _ => "whole numbers",
        },
        is.described()
    );
    unreadable_arms(split, &reason)
}

pub(in crate::check) fn arm_not_of_the_split(split: &Name, unknown: &UnknownArm) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0740"),
        unknown.to_string(),
        split.span,
        "holds the arms that it gave before",
    );
    match &unknown.near {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")),
        None => fault.help(
            "Give the arm back to the split, or leave its rows out: they are then drawn anew.",
        ),
    }
}

/// `spring is not mail`
pub(in crate::check) fn negation_admits_outsiders(
    split: &Name,
    span: Span,
    in_or: bool,
) -> Diagnostic {
    let name = quoted_if_needed(&split.text);
    let mut warning = Diagnostic::warning(
        Code("negation-admits-outsiders"),
        format!("contacts that `{name}` is not of are let in"),
        span,
        "true as well of whoever has no arm",
    )
    .also(split.span, "of these alone");
    warning.fix = Some(Fix {
        title: format!("add `AND {name} is known`, or say `{name} is missing OR …`"),
        is_safe: false,
        edits: beside(&format!(" AND {name} is known"), span, in_or),
    });
    warning
}
