//! What was left out where reading stopped, told from the tokens around it: commas between the values of a list, parentheses behind the
//! name of a figure, what a `NOT` at the end belongs before.

use super::errors;
use super::stop::Place;
use super::token::TokenKind;
use super::words;
use crate::diagnostics::{Diagnostic, Edit};
use crate::source::Span;

/// Names of figures as people write them, with ours.
const FIGURES: [(&str, &str); 12] = [
    ("average", "avg"),
    ("avg", "avg"),
    ("count", "count"),
    ("favorite", "favourite"),
    ("favourite", "favourite"),
    ("max", "max"),
    ("maximum", "max"),
    ("median", "median"),
    ("min", "min"),
    ("minimum", "min"),
    ("sum", "sum"),
    ("total", "sum"),
];

/// What was left out before the token `at`, or before the end.
pub(super) fn left_out(
    place: &Place<'_>,
    at: Option<usize>,
    previous: Option<usize>,
) -> Option<Diagnostic> {
    let previous = previous?;
    not_behind(place, at, previous)
        .or_else(|| figure(place, at?, previous))
        .or_else(|| comma(place, at?, previous))
        .or_else(|| not_before_a_value(place, at?, previous))
}

/// `consent NOT`
fn not_behind(place: &Place<'_>, at: Option<usize>, previous: usize) -> Option<Diagnostic> {
    let ends = at.is_none_or(|at| {
        place.is_word(Some(at), &["and", "or"])
            || place.kind(Some(at)) == Some(TokenKind::CloseParenthesis)
    });
    if !ends || !place.is_word(Some(previous), &["not"]) {
        return None;
    }
    let subject = place.before(previous)?;
    if !ends_value(place, subject) {
        return None;
    }
    let not = place.span(previous);
    let begins = match place.before(subject) {
        None => true,
        Some(before) => {
            place.is_word(Some(before), &["and", "or"])
                || place.kind(Some(before)) == Some(TokenKind::OpenParenthesis)
                || place.kind(Some(before)) == Some(TokenKind::Equal)
                    && place.is_definition_sign(before)
        }
    };
    let fault = errors::not_behind(not);
    if !begins || place.kind(Some(subject)) == Some(TokenKind::CloseParenthesis) {
        return Some(fault);
    }
    let asked = place.span(subject);
    let written = place.written(subject);
    let start = Span::new(asked.source, asked.start, asked.start);
    let mut fault = fault.fix(format!("write `NOT {written}`"), start, "NOT ");
    if let Some(fix) = &mut fault.fix {
        fix.edits.push(Edit {
            span: Span::new(not.source, asked.end, not.end),
            replacement: String::new(),
        });
    }
    Some(fault)
}

/// `favourite genre of watch`, `count profiles > 2`; `genre of watch`
fn figure(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    if place.is_word(Some(at), &["of"]) && place.kind(Some(previous)) == Some(TokenKind::Word) {
        let is_figure = place.open_parentheses(at) == 0
            && !words::is_reserved(place.written(previous))
            && !place.is_word(Some(previous), &["one", "either", "all", "top"]);
        return is_figure.then(|| errors::of_outside(place.span(at)));
    }
    let is_name = |at: usize| {
        place.kind(Some(at)) == Some(TokenKind::Word) && !words::is_reserved(place.written(at))
    };
    if !is_name(previous) || !is_name(at) || words::is_tail_word(place.written(at)) {
        return None;
    }
    let word = place.written(previous).to_ascii_lowercase();
    let ours = FIGURES.iter().find(|(name, _)| *name == word)?.1;
    let mut last = at;
    if let Some(of) = place.from(at + 1)
        && place.is_word(Some(of), &["of"])
        && let Some(rows) = place.from(of + 1)
        && is_name(rows)
    {
        last = rows;
    }
    let inside = &place.text[place.span(at).to(place.span(last)).range()];
    let whole = place.span(previous).to(place.span(last));
    Some(errors::phrase(
        "what a figure is of stands in parentheses behind its name",
        whole,
        format!("{ours}({inside})"),
    ))
}

/// `("BE" "NL")`, `at least 2 of (consent phone is known)`
fn comma(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    let begins_value = match place.kind(Some(at))? {
        TokenKind::Text | TokenKind::Number | TokenKind::Moment | TokenKind::QuotedName => true,
        TokenKind::Word => {
            let word = place.written(at);
            !words::is_reserved(word) && !words::is_tail_word(word)
        }
        _ => false,
    };
    if !begins_value || !ends_value(place, previous) || !is_in_list(place, at) {
        return None;
    }
    let end = place.span(previous).end;
    let gap = Span::new(place.source, end, end);
    Some(errors::comma_left_out(place.span(at), gap))
}

/// Whether the parenthesis around a token is one of a list: behind `in` or `of`, or with commas in it.
fn is_in_list(place: &Place<'_>, at: usize) -> bool {
    let mut depth = 0usize;
    for index in (0..at).rev() {
        match place.kind(Some(index)) {
            Some(TokenKind::CloseParenthesis | TokenKind::CloseBracket) => depth += 1,
            Some(TokenKind::OpenBracket) if depth == 0 => return false,
            Some(TokenKind::OpenParenthesis) if depth == 0 => {
                return place.is_word(place.before(index), &["in", "of"]);
            }
            Some(TokenKind::OpenParenthesis | TokenKind::OpenBracket) => depth -= 1,
            Some(TokenKind::Comma) if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// `tags has not "a"`
fn not_before_a_value(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    let is_it = place.is_word(Some(at), &["not"])
        && place.is_word(
            Some(previous),
            &["has", "contains", "matches", "with", "during"],
        );
    if !is_it {
        return None;
    }
    let not = place.span(at);
    let first = match place.is_word(Some(previous), &["with"]) {
        true => place.before(previous)?,
        false => previous,
    };
    let fault = errors::not_before_a_value(not);
    let subject = place.before(first)?;
    let is_plain = ends_value(place, subject)
        && !place
            .before(subject)
            .is_some_and(|before| place.kind(Some(before)) == Some(TokenKind::Dot));
    if !is_plain || place.kind(Some(subject)) == Some(TokenKind::CloseParenthesis) {
        return Some(fault);
    }
    let asked = place.span(subject);
    let phrase = &place.text[asked.to(place.span(previous)).range()];
    let start = Span::new(asked.source, asked.start, asked.start);
    let mut fault = fault.fix(format!("write `NOT {phrase} …`"), start, "NOT ");
    if let Some(fix) = &mut fault.fix {
        fix.edits.push(Edit {
            span: Span::new(not.source, place.span(previous).end, not.end),
            replacement: String::new(),
        });
    }
    Some(fault)
}

fn ends_value(place: &Place<'_>, at: usize) -> bool {
    match place.kind(Some(at)) {
        Some(TokenKind::Word) => {
            !words::is_reserved(place.written(at))
                || place.is_word(Some(at), &["true", "false", "now"])
        }
        Some(
            TokenKind::QuotedName
            | TokenKind::Text
            | TokenKind::Number
            | TokenKind::Moment
            | TokenKind::CloseParenthesis
            | TokenKind::CloseBracket,
        ) => true,
        _ => false,
    }
}
