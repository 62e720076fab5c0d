//! What people say of what others did: who did not, how often without `times`, and what came after what without its parentheses.

use super::{Answer, Filler, Line, answer};
use crate::source::Span;
use crate::syntax::errors;
use crate::syntax::token::TokenKind;
use crate::syntax::words;

/// `did not view`, `didn't view`, `did never view`
pub(super) fn did_not(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_denied = line.is(at, &["did"]) && line.is(at + 1, &["not", "never"]);
    if !is_denied || !is_name(line, at + 2) {
        return None;
    }
    let place = line.span(at, at + 1);
    let diagnostic = errors::phrase("who did not do so `never` did", place, "never");
    Some((answer(diagnostic, place, Filler::Words("never")), 2))
}

/// `did purchase at least 3`, `did purchase[amount > 5] exactly 2 in last 30 days`
pub(super) fn times_left_out(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let number = match (line.word(at).as_str(), line.word(at + 1).as_str()) {
        ("at", "least" | "most") | ("more" | "fewer" | "less", "than") => at + 2,
        ("exactly", _) => at + 1,
        _ => return None,
    };
    let is_it = line.kind(number) == Some(TokenKind::Number)
        && ends_question(line, number + 1)
        && is_behind_events(line, at);
    if !is_it {
        return None;
    }
    let place = line.span(at, number);
    let ours = format!("{} times", line.between(at, number));
    let diagnostic = errors::phrase("how often is a number of times", place, ours);
    Some((answer(diagnostic, place, Filler::Blank), number + 1 - at))
}

/// `did view 3 times`, `did view >= 3 times`
pub(super) fn times_alone(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let sign = frequency_of(line.written(at));
    let number = if sign.is_some() { at + 1 } else { at };
    let is_it = line.kind(number) == Some(TokenKind::Number)
        && line.is(number + 1, &["time", "times"])
        && is_behind_events(line, at);
    if !is_it {
        return None;
    }
    let (place, times) = (line.span(at, number + 1), line.between(number, number + 1));
    let diagnostic = match sign {
        Some(sign) => {
            let ours = format!("{sign} {times}");
            errors::phrase("how often is said in words", place, ours)
        }
        None => errors::bare_times(times, place),
    };
    Some((answer(diagnostic, place, Filler::Blank), number + 2 - at))
}

/// `did view then finish within 7 days`
pub(super) fn chain_without_parentheses(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let first = at + 1;
    let is_it = line.is(at, &["did", "never"]) && is_name(line, first);
    let then = end_of_rows(line, first);
    if !is_it || !line.is(then, &["then", "without"]) || !is_name(line, then + 1) {
        return None;
    }
    let mut end = end_of_rows(line, then + 1);
    loop {
        if line.is(end, &["then", "without"]) && is_name(line, end + 1) {
            end = end_of_rows(line, end + 1);
        } else if line.is(end, &["within"]) && line.kind(end + 1) == Some(TokenKind::Number) {
            end += 3;
        } else if line.is(end, &["on"]) && is_name(line, end + 1) {
            end += 2;
        } else {
            break;
        }
    }
    let last = end.min(line.tokens.len()) - 1;
    let place = line.span(first, last);
    let ours = format!("({})", line.between(first, last));
    let diagnostic = errors::phrase(
        "the steps of a chain stand together in parentheses",
        place,
        ours,
    );
    let whole = Span::new(line.source, line.tokens[at].start, place.end);
    Some((answer(diagnostic, whole, Filler::Hole), last + 1 - at))
}

/// What a sign says of how often, in words.
pub(super) fn frequency_of(sign: &str) -> Option<&'static str> {
    Some(match sign {
        ">=" => "at least",
        "<=" => "at most",
        ">" => "more than",
        "<" => "fewer than",
        "=" | "==" => "exactly",
        _ => return None,
    })
}

/// The first token behind a name and its bracket.
pub(super) fn end_of_rows(line: &Line, name: usize) -> usize {
    match line.kind(name + 1) {
        Some(TokenKind::OpenBracket) => line.closing(name + 1).map_or(name + 2, |close| close + 1),
        _ => name + 1,
    }
}

/// Whether the events of `did` or `never` stand right before.
pub(super) fn is_behind_events(line: &Line, at: usize) -> bool {
    (0..at).any(|word| {
        line.is(word, &["did", "never"])
            && is_name(line, word + 1)
            && end_of_rows(line, word + 1) == at
    })
}

/// Whether a question about events may end here, or go on with its window.
pub(super) fn ends_question(line: &Line, at: usize) -> bool {
    match line.kind(at) {
        None | Some(TokenKind::CloseParenthesis | TokenKind::Comma) => true,
        Some(TokenKind::Word) => line.is(
            at,
            &[
                "and", "or", "in", "during", "within", "between", "over", "before", "after",
                "since",
            ],
        ),
        _ => false,
    }
}

pub(super) fn is_name(line: &Line, at: usize) -> bool {
    match line.kind(at) {
        Some(TokenKind::Word) => !words::is_reserved(line.written(at)),
        Some(TokenKind::QuotedName) => true,
        _ => false,
    }
}
