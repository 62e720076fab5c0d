//! What people ask of records, maps and places: conditions behind `where`, words for `any` and `every`, keys in braces, `within 25 km of`.

use super::{Answer, Filler, Line, answer};
use crate::syntax::errors;
use crate::syntax::token::TokenKind;
use crate::syntax::words;
use std::ops::Range;

/// `any profiles where age < 8`, `count(profiles where age < 8)`, `profiles with age < 8`
pub(super) fn where_behind_rows(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let rows = at.checked_sub(1)?;
    let is_word = line.is(at, &["where", "with", "whose", "having"]);
    if !is_word || !is_name(line, rows) || line.is(rows, &["starts", "ends", "begins"]) {
        return None;
    }
    let condition = clause(line, at + 1)?;
    let before = rows.checked_sub(1);
    let is_asked = before.is_some_and(|before| {
        line.is(before, &["any", "every", "none", "did", "never"])
            || line.kind(before) == Some(TokenKind::OpenParenthesis)
                && before
                    .checked_sub(1)
                    .is_some_and(|name| is_name(line, name))
    });
    if !is_asked && !line.begins(rows) {
        return None;
    }
    let word = if is_asked { "" } else { "any " };
    let ours = format!(
        "{word}{}[{}]",
        line.written(rows),
        line.between(condition.start, condition.end - 1)
    );
    let place = line.span(rows, condition.end - 1);
    let mut diagnostic = errors::phrase(
        "a condition on the elements of a list stands in square brackets",
        place,
        ours,
    );
    if let Some(fix) = &mut diagnostic.fix {
        fix.is_safe = false;
    }
    let count = condition.end - at;
    Some((answer(diagnostic, place, Filler::Hole), count))
}

/// `all profiles[age < 8]`, `some profiles[…]`, `no profiles[…]`
pub(super) fn word_of_number(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let ours = match line.word(at).as_str() {
        "all" | "each" => "every",
        "some" | "exists" | "exist" => "any",
        "no" => "none",
        _ => return None,
    };
    let is_followed = is_name(line, at + 1) && line.kind(at + 2) == Some(TokenKind::OpenBracket);
    if !line.begins(at) || !is_followed {
        return None;
    }
    let place = line.span(at, at);
    let message = format!("`{}` is written `{ours}` here", line.written(at));
    let diagnostic = errors::phrase(message, place, ours);
    if ours.len() > line.written(at).len() {
        // What follows is read when the word is right.
        let close = line.closing(at + 2)?;
        let whole = line.span(at, close);
        return Some((answer(diagnostic, whole, Filler::Hole), close + 1 - at));
    }
    Some((answer(diagnostic, place, Filler::Words(ours)), 1))
}

/// `profiles.any(age < 8)`, `profiles.count(age < 8)`
pub(super) fn word_as_method(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let rows = at.checked_sub(1)?;
    let is_call = line.kind(at) == Some(TokenKind::Dot)
        && line.kind(at + 2) == Some(TokenKind::OpenParenthesis)
        && is_name(line, rows)
        && (line.begins(rows));
    let word = match line.word(at + 1).as_str() {
        "any" | "some" | "exists" => "any",
        "all" | "every" => "every",
        "none" => "none",
        _ => return None,
    };
    let close = line
        .closing(at + 2)
        .filter(|close| *close > at + 3 && is_call)?;
    let place = line.span(rows, close);
    let ours = format!(
        "{word} {}[{}]",
        line.written(rows),
        line.between(at + 3, close - 1)
    );
    let diagnostic = errors::phrase(
        "a condition on the elements of a list stands in square brackets",
        place,
        ours,
    );
    Some((answer(diagnostic, place, Filler::Hole), close + 1 - at))
}

/// `scores{"churn"}`
pub(super) fn key_in_braces(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let map = at.checked_sub(1)?;
    if line.kind(at) != Some(TokenKind::OpenBrace) || !is_name(line, map) {
        return None;
    }
    let close = line.closing(at)?;
    if close <= at + 1 {
        return None;
    }
    let place = line.span(map, close);
    let inside = line.between(at + 1, close - 1);
    let ours = format!("{}[{inside}]", line.written(map));
    let diagnostic = errors::phrase("a key stands in square brackets", place, ours);
    Some((answer(diagnostic, place, Filler::Hole), close + 1 - at))
}

/// `home within 25 km of point(50.85, 4.35)`, `home near point(50.85, 4.35)`
pub(super) fn near_a_place(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let subject = line.subject(at)?;
    let is_sign = matches!(
        line.kind(at),
        Some(TokenKind::Less | TokenKind::LessOrEqual)
    );
    let (length, place) = if line.is(at, &["near"]) {
        ("25 km".to_owned(), at + 1)
    } else if (line.is(at, &["within"]) || is_sign)
        && line.kind(at + 1) == Some(TokenKind::Number)
        && line.is(
            at + 2,
            &["km", "m", "mile", "miles", "kilometers", "kilometres"],
        )
        && line.is(at + 3, &["of", "from"])
    {
        let unit = match line.word(at + 2).as_str() {
            "kilometers" | "kilometres" => "km".to_owned(),
            unit => unit.to_owned(),
        };
        (format!("{} {unit}", line.written(at + 1)), at + 4)
    } else {
        return None;
    };
    let there = clause(line, place)?;
    let ours = format!(
        "distance({}, {}) <= {length}",
        line.between(subject, at - 1),
        line.between(there.start, there.end - 1)
    );
    let whole = line.span(subject, there.end - 1);
    let mut diagnostic = errors::phrase("how far places are apart says `distance`", whole, ours);
    if let Some(fix) = &mut diagnostic.fix {
        fix.is_safe = !line.is(at, &["near"]);
    }
    let count = there.end - at;
    Some((answer(diagnostic, whole, Filler::Hole), count))
}

fn is_name(line: &Line, at: usize) -> bool {
    line.kind(at) == Some(TokenKind::QuotedName)
        || line.kind(at) == Some(TokenKind::Word) && !words::is_reserved(line.written(at))
}

/// The tokens from one on, up to the next connective of their depth or the bracket around them; none where there are none.
fn clause(line: &Line, from: usize) -> Option<Range<usize>> {
    let mut depth = 0usize;
    let end = (from..line.tokens.len())
        .find(|index| {
            match line.kind(*index) {
                Some(
                    TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace,
                ) => depth += 1,
                Some(
                    TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace,
                ) => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return true,
                },
                Some(TokenKind::Comma) => return depth == 0,
                _ => {}
            }
            depth == 0 && line.is(*index, &["and", "or"])
        })
        .unwrap_or(line.tokens.len());
    (end > from).then_some(from..end)
}
