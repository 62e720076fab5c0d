//! What people say aloud of what others did: `no view`, `never view for 90 days`, `at least three times`, `number of views`,
//! `days since last(view) > 30`, `view followed by click`.

use super::events::{end_of_rows, ends_question, frequency_of, is_behind_events, is_name};
use super::{Answer, Filler, Line, answer};
use crate::syntax::errors;
use crate::syntax::token::TokenKind;
use crate::types::Unit;

const NUMBERS: [(&str, &str); 9] = [
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
];

/// `no view in last 90 days`
pub(super) fn no_events(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !line.is(at, &["no"]) || !line.begins(at) || !is_name(line, at + 1) {
        return None;
    }
    let end = end_of_rows(line, at + 1);
    let window = end_of_window(line, end);
    // What a list has none of is answered with `none`.
    let is_plain = end == at + 2;
    if !ends_question(line, end) || !is_plain && window.is_none() {
        return None;
    }
    let place = line.span(at, at);
    let diagnostic = errors::as_guess(errors::phrase(
        "who has none of some events `never` did it",
        place,
        "never",
    ));
    // What follows is read once the word is right.
    let whole = line.span(at, end - 1);
    let whole = match window {
        Some(last) => whole.to(line.span(last, last)),
        None => whole,
    };
    Some((answer(diagnostic, whole, Filler::Hole), end - at))
}

/// `never view for 90 days`
pub(super) fn for_a_time(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_it = line.is(at, &["for", "since"])
        && line.kind(at + 1) == Some(TokenKind::Number)
        && is_unit(line, at + 2)
        && ends_question(line, at + 3)
        && is_behind_events(line, at);
    if !is_it {
        return None;
    }
    let place = line.span(at, at + 2);
    let ours = format!("in last {}", line.between(at + 1, at + 2));
    let diagnostic = errors::phrase("the time up to now is a window", place, ours);
    Some((answer(diagnostic, place, Filler::Blank), 3))
}

/// `did view since 2026-01-01`
pub(super) fn since_a_day(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_it = line.is(at, &["since", "from", "until", "till"])
        && matches!(
            line.kind(at + 1),
            Some(TokenKind::Moment | TokenKind::Word | TokenKind::QuotedName)
        )
        && is_behind_events(line, at);
    if !is_it {
        return None;
    }
    let (word, moment) = (line.word(at), line.written(at + 1));
    let ours = match word.as_str() {
        "since" | "from" => format!("between {moment} and now"),
        _ => format!("before {moment}"),
    };
    let place = line.span(at, at + 1);
    let diagnostic = errors::as_guess(errors::phrase(
        "a window has two edges, or lies `before` or `after` one",
        place,
        ours,
    ));
    Some((answer(diagnostic, place, Filler::Blank), 2))
}

/// `did view at least three times`, `did view min 3 times`
pub(super) fn times_in_words(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let (words, number) = match (line.word(at).as_str(), line.word(at + 1).as_str()) {
        ("at", "least") => ("at least", at + 2),
        ("at", "most") => ("at most", at + 2),
        ("more", "than") => ("more than", at + 2),
        ("fewer" | "less", "than") => ("fewer than", at + 2),
        ("exactly", _) => ("exactly", at + 1),
        ("min" | "minimum", _) => ("at least", at + 1),
        ("max" | "maximum", _) => ("at most", at + 1),
        _ => return None,
    };
    let written = line.word(number);
    let spelled = NUMBERS.iter().find(|(word, _)| *word == written);
    let digits = match spelled {
        Some((_, digits)) => digits,
        None if line.kind(number) == Some(TokenKind::Number) => line.written(number),
        None => return None,
    };
    if !line.is(number + 1, &["time", "times"]) || !is_behind_events(line, at) {
        return None;
    }
    let is_ours = spelled.is_none() && line.is(at, &["at", "more", "fewer", "exactly"]);
    let place = line.span(at, number + 1);
    let ours = format!("{words} {digits} times");
    let diagnostic = errors::phrase("how often is said with a number", place, ours);
    (!is_ours).then(|| (answer(diagnostic, place, Filler::Blank), number + 2 - at))
}

/// `number of view > 3`
pub(super) fn number_of(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_it = line.is(at, &["number", "count", "amount"])
        && line.is(at + 1, &["of"])
        && line.begins(at)
        && is_name(line, at + 2);
    if !is_it {
        return None;
    }
    let last = end_of_rows(line, at + 2) - 1;
    let place = line.span(at, last);
    let ours = format!("count({})", line.between(at + 2, last));
    let diagnostic = errors::as_guess(errors::phrase("how many there are is counted", place, ours));
    Some((answer(diagnostic, place, Filler::Hole), last + 1 - at))
}

/// `days since last(view) > 30`
pub(super) fn days_since(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !is_unit(line, at) || !line.is(at + 1, &["since"]) || !line.begins(at) {
        return None;
    }
    let first = at + 2;
    let value_end = match line.kind(first + 1) {
        Some(TokenKind::OpenParenthesis) => line.closing(first + 1)?,
        _ if is_name(line, first) => first,
        _ => return None,
    };
    let sign = value_end + 1;
    let is_sign = matches!(line.written(sign), "<" | "<=" | ">" | ">=");
    if !is_sign || line.kind(sign + 1) != Some(TokenKind::Number) {
        return None;
    }
    let place = line.span(at, sign + 1);
    let ours = format!(
        "since({}) {} {}",
        line.between(first, value_end),
        line.between(sign, sign + 1),
        line.written(at)
    );
    let diagnostic = errors::phrase("how long ago it was is a length with its unit", place, ours);
    Some((answer(diagnostic, place, Filler::Hole), sign + 2 - at))
}

/// `did view followed by finish`
pub(super) fn followed_by(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !line.is(at, &["did", "never"]) || !is_name(line, at + 1) {
        return None;
    }
    let then = end_of_rows(line, at + 1);
    let next = match (line.word(then).as_str(), line.word(then + 1).as_str()) {
        ("followed", "by") => then + 2,
        _ if line.kind(then) == Some(TokenKind::Minus) && line.written(then + 1) == ">" => then + 2,
        _ => return None,
    };
    if !is_name(line, next) {
        return None;
    }
    let last = end_of_rows(line, next) - 1;
    let (steps, whole) = (line.span(at + 1, last), line.span(at, last));
    let ours = format!(
        "({} then {})",
        line.between(at + 1, then - 1),
        line.between(next, last)
    );
    let diagnostic = errors::phrase(
        "what comes after an event stands behind `then`",
        steps,
        ours,
    );
    Some((answer(diagnostic, whole, Filler::Hole), last + 1 - at))
}

/// `view >= 3 times`, `view at least 3 times`
pub(super) fn times_without_did(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !is_name(line, at) || !line.begins(at) {
        return None;
    }
    let sign = end_of_rows(line, at);
    let words = frequency_of(line.written(sign))?;
    let last = sign + 2;
    let is_it = line.kind(sign + 1) == Some(TokenKind::Number) && line.is(last, &["time", "times"]);
    if !is_it {
        return None;
    }
    let place = line.span(at, last);
    let (rows, times) = (line.between(at, sign - 1), line.between(sign + 1, last));
    let ours = format!("did {rows} {words} {times}");
    let diagnostic = errors::as_guess(errors::phrase("how often is said in words", place, ours));
    Some((answer(diagnostic, place, Filler::Hole), last + 1 - at))
}

/// `did view every week`
pub(super) fn every_period(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let unit = match line.word(at + 1).as_str() {
        "day" => "days",
        "week" => "weeks",
        "month" => "months",
        _ => return None,
    };
    if !line.is(at, &["every", "each", "per"]) || !is_behind_events(line, at) {
        return None;
    }
    let place = line.span(at, at + 1);
    let diagnostic = errors::phrase_without_fix(
        "how regularly is a number of periods with something in them",
        place,
        format!("Write `active {unit}(view in last 4 {unit}) >= 4`."),
    );
    Some((answer(diagnostic, place, Filler::Blank), 2))
}

/// `did view[minutes > 30, device = "tv"]`
pub(super) fn comma_in_bracket(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if line.kind(at) != Some(TokenKind::Comma) {
        return None;
    }
    // The innermost bracket around the comma is a square one.
    let mut depth = 0usize;
    let around = (0..at).rev().find(|index| match line.kind(*index) {
        Some(TokenKind::CloseParenthesis | TokenKind::CloseBracket) => {
            depth += 1;
            false
        }
        Some(TokenKind::OpenParenthesis | TokenKind::OpenBracket) if depth == 0 => true,
        Some(TokenKind::OpenParenthesis | TokenKind::OpenBracket) => {
            depth -= 1;
            false
        }
        _ => false,
    })?;
    let is_it = line.kind(around) == Some(TokenKind::OpenBracket)
        && around
            .checked_sub(1)
            .is_some_and(|name| is_name(line, name));
    if !is_it {
        return None;
    }
    let place = line.span(at, at);
    let diagnostic = errors::as_guess(errors::phrase(
        "two conditions are joined with `AND`",
        place,
        " AND",
    ));
    let whole = line.span(at, line.closing(around).map_or(at, |close| close - 1));
    Some((answer(diagnostic, whole, Filler::Blank), 1))
}

/// The last token of `in last 30 days` that begins at a place.
fn end_of_window(line: &Line, at: usize) -> Option<usize> {
    let is_it = line.is(at, &["in"])
        && line.is(at + 1, &["last"])
        && line.kind(at + 2) == Some(TokenKind::Number)
        && is_unit(line, at + 3);
    is_it.then_some(at + 3)
}

fn is_unit(line: &Line, at: usize) -> bool {
    Unit::of_word(&line.word(at)).is_some()
}
