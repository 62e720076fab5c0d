//! What other languages ask with: queries, calls, conditions as values, comments.

use super::{Answer, Filler, Line, answer};
use crate::source::Span;
use crate::syntax::errors;
use crate::syntax::token::TokenKind;
use std::ops::Range;

/// `SELECT * FROM contacts WHERE …`, `WHERE …`
pub(super) fn select(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !line.begins(at) {
        return None;
    }
    let last = match line.word(at).as_str() {
        "select" => {
            let rest = at + 1..line.tokens.len();
            let from = rest.clone().find(|index| line.is(*index, &["from"]))?;
            rest.clone()
                .find(|index| line.is(*index, &["where"]))
                .unwrap_or(from + 1)
                .min(line.tokens.len() - 1)
        }
        "where" if line.ends_value(at + 1) || line.is(at + 1, &["not"]) => at,
        _ => return None,
    };
    let place = line.span(at, last);
    let diagnostic = errors::phrase(
        "a segment is the condition alone; the contacts are those of the project",
        place,
        "",
    );
    let filler = if last + 1 < line.tokens.len() {
        Filler::Blank
    } else {
        Filler::Hole
    };
    Some((answer(diagnostic, place, filler), last - at + 1))
}

/// `// a comment`, `/* a comment */`
pub(super) fn comment(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let (one, next) = (*line.tokens.get(at)?, *line.tokens.get(at + 1)?);
    if one.kind != TokenKind::Divide || one.end != next.start {
        return None;
    }
    let rest = &line.text[one.start as usize..];
    let (length, inside) = match next.kind {
        TokenKind::Divide => {
            let whole = rest.split('\n').next().unwrap_or_default();
            (whole.len(), whole[2..].trim())
        }
        TokenKind::Times => {
            let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
            (end, rest[2..end].trim_end_matches("*/").trim())
        }
        _ => return None,
    };
    let place = Span::new(line.source, one.start, one.start + length as u32);
    let count = line.tokens[at..]
        .iter()
        .take_while(|token| token.start < place.end)
        .count();
    let diagnostic = errors::comment_of_elsewhere(
        &rest[..2],
        place,
        (!inside.contains('\n')).then(|| format!("-- {inside}")),
    );
    Some((answer(diagnostic, place, Filler::Blank), count))
}

/// `TRUE()`, `NOW()`, `GETDATE()`
pub(super) fn call_of_a_word(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_call = line.kind(at + 1) == Some(TokenKind::OpenParenthesis)
        && line.kind(at + 2) == Some(TokenKind::CloseParenthesis);
    if !is_call {
        return None;
    }
    let ours = match line.word(at).as_str() {
        "true" => "true",
        "false" => "false",
        "now" | "getdate" | "sysdate" | "current_timestamp" | "getutcdate" => "now",
        _ => return None,
    };
    let place = line.span(at, at + 2);
    let diagnostic = errors::foreign(line.between(at, at + 2), ours, place);
    Some((answer(diagnostic, place, Filler::Words(ours)), 3))
}

/// `INTERVAL '30 days'`, `INTERVAL 30 DAY`
pub(super) fn interval(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !line.is(at, &["interval"]) {
        return None;
    }
    let (length, count) = match line.kind(at + 1)? {
        TokenKind::Text | TokenKind::SingleQuoted => {
            (line.written(at + 1).trim_matches(['"', '\'']).to_owned(), 2)
        }
        TokenKind::Number if line.kind(at + 2) == Some(TokenKind::Word) => {
            (line.between(at + 1, at + 2).to_lowercase(), 3)
        }
        _ => return None,
    };
    let ours = measure(&length)?;
    let place = line.span(at, at + count - 1);
    let diagnostic = errors::foreign(line.between(at, at + count - 1), &ours, place);
    Some((answer(diagnostic, place, Filler::Hole), count))
}

/// `30 day` as a length of this language.
pub(super) fn measure(written: &str) -> Option<String> {
    let (number, unit) = written.trim().split_once(' ')?;
    let unit = unit.trim().trim_end_matches('s');
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    let plural = format!("{unit}s");
    let is_unit = crate::types::Unit::ALL
        .iter()
        .any(|known| known.plural() == plural);
    (is_number && is_unit).then(|| {
        if number == "1" {
            format!("{number} {unit}")
        } else {
            format!("{number} {plural}")
        }
    })
}

/// `CASE WHEN … THEN … ELSE … END`
pub(super) fn case(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !line.is(at, &["case"]) || !line.is(at + 1, &["when"]) {
        return None;
    }
    let last = (at..line.tokens.len())
        .find(|index| line.is(*index, &["end"]))
        .unwrap_or(line.tokens.len() - 1);
    let place = line.span(at, last);
    let diagnostic = errors::phrase_without_fix(
        "`CASE` is not part of this language",
        line.span(at, at),
        "A segment needs no values for yes and no: write the condition that stands behind `WHEN` itself, and join several with `AND` and `OR`.",
    );
    Some((answer(diagnostic, place, Filler::Hole), last - at + 1))
}

/// `IIF(c, a, b)`, `IF(c, a, b)`
pub(super) fn if_call(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !line.is(at, &["if", "iif"]) || line.kind(at + 1) != Some(TokenKind::OpenParenthesis) {
        return None;
    }
    let close = line.closing(at + 1)?;
    let arguments = line.arguments(at + 1, close);
    let [condition, one, other] = arguments.as_slice() else {
        return None;
    };
    let text = |range: &Range<usize>| line.between(range.start, range.end - 1);
    let place = line.span(at, close);
    let is_condition =
        |range: &Range<usize>, word: &str| range.len() == 1 && line.is(range.start, &[word]);
    let diagnostic = if is_condition(one, "true") && is_condition(other, "false") {
        errors::phrase(
            format!(
                "`{}` is not needed: a condition is true or false itself",
                line.written(at)
            ),
            place,
            text(condition),
        )
    } else {
        errors::phrase_without_fix(
            format!("`{}` is not a function here", line.written(at)),
            line.span(at, at),
            "A segment needs no values for yes and no: write the condition itself, and join several with `AND` and `OR`.",
        )
    };
    Some((answer(diagnostic, place, Filler::Hole), close - at + 1))
}

/// `COUNT(*) > 3`
pub(super) fn count_of_all(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_it = line.is(at, &["count"])
        && line.kind(at + 1) == Some(TokenKind::OpenParenthesis)
        && line.kind(at + 2) == Some(TokenKind::Times)
        && line.kind(at + 3) == Some(TokenKind::CloseParenthesis);
    if !is_it {
        return None;
    }
    let place = line.span(at, at + 3);
    let diagnostic = errors::phrase_without_fix(
        format!(
            "`{}` counts contacts, and a segment asks about one of them",
            line.between(at, at + 3)
        ),
        place,
        "A run counts the contacts of a segment itself. How many things a contact has is asked by their name: `count(profiles) > 3`.",
    );
    Some((answer(diagnostic, place, Filler::Hole), 4))
}

/// `email REGEXP "^info"`
pub(super) fn pattern(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let subject = line.subject(at)?;
    let is_text = |at: usize| {
        matches!(
            line.kind(at),
            Some(TokenKind::Text | TokenKind::SingleQuoted)
        )
    };
    if !line.is(at, &["regexp", "rlike", "glob"]) || !is_text(at + 1) {
        return None;
    }
    let diagnostic = errors::phrase(
        format!("`{}` is written `matches` here", line.written(at)),
        line.span(at, at),
        "matches",
    );
    let place = line.span(subject, at + 1);
    Some((answer(diagnostic, place, Filler::Hole), 2))
}

/// `BUT`, `UNLESS`, `XOR`; `LIMIT 100`, `ORDER BY age`
pub(super) fn connective(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let before = at.checked_sub(1)?;
    if !line.ends_value(before) {
        return None;
    }
    let place = line.span(at, at);
    let written = line.written(at);
    let is_followed = at + 1 < line.tokens.len();
    let ours = match line.word(at).as_str() {
        "but" if is_followed => "AND",
        "plus" if is_followed => "AND",
        "unless" | "except" | "without" if is_followed => "AND NOT",
        "end"
            if line.tokens[at + 1..]
                .iter()
                .all(|token| token.kind == TokenKind::Unknown) =>
        {
            let diagnostic =
                errors::phrase("a definition ends where the next one begins", place, "");
            return Some((answer(diagnostic, place, Filler::Blank), 1));
        }
        "xor" if is_followed => {
            let diagnostic = errors::phrase_without_fix(
                "`XOR` is not part of this language",
                place,
                "Say it with both: `(a AND NOT b) OR (b AND NOT a)`.",
            );
            return Some((answer(diagnostic, place, Filler::Words("OR")), 1));
        }
        "limit" | "order" | "group" | "having"
            if line.kind(at + 1) == Some(TokenKind::Number) || line.is(at + 1, &["by"]) =>
        {
            let rest = line.span(at, line.tokens.len() - 1);
            let diagnostic = errors::phrase(
                format!("a segment is the condition alone, without `{written}`"),
                rest,
                "",
            );
            return Some((
                answer(diagnostic, rest, Filler::Blank),
                line.tokens.len() - at,
            ));
        }
        _ => return None,
    };
    let diagnostic = errors::phrase(format!("`{written}` is written `{ours}` here"), place, ours);
    Some((answer(diagnostic, place, Filler::Words("AND")), 1))
}

/// `email.contains("x")`
pub(super) fn method(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let before = at.checked_sub(1)?;
    if line.kind(at) != Some(TokenKind::Dot)
        || line.kind(at + 2) != Some(TokenKind::OpenParenthesis)
        || !line.ends_value(before)
    {
        return None;
    }
    let close = line.closing(at + 2)?;
    let subject = line.subject(at)?;
    let name = line.between(subject, before);
    let arguments = line.arguments(at + 2, close);
    let only = match arguments.as_slice() {
        [only] => line.between(only.start, only.end - 1),
        [] => "",
        _ => return None,
    };
    let ours = match (line.word(at + 1).replace('_', "").as_str(), only) {
        (_, "") => {
            let function = match line.word(at + 1).replace('_', "").as_str() {
                "lower" | "tolower" | "tolowercase" => "lower",
                "upper" | "toupper" | "touppercase" => "upper",
                "trim" | "strip" => "trim",
                "length" | "len" | "size" => "length",
                _ => return None,
            };
            format!("{function}({name})")
        }
        ("contains" | "includes", text) => format!("{name} contains {text}"),
        ("startswith", text) => format!("{name} starts with {text}"),
        ("endswith", text) => format!("{name} ends with {text}"),
        ("equals", text) => format!("{name} = {text}"),
        _ => return None,
    };
    let place = line.span(subject, close);
    let diagnostic = errors::phrase("nothing is called behind a dot here", place, ours);
    Some((answer(diagnostic, place, Filler::Hole), close + 1 - at))
}
