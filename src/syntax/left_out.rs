//! What was left out where reading stopped, told from the tokens around it: commas between the values of a list, parentheses behind the
//! name of a figure, what a `NOT` at the end belongs before.

use super::errors;
use super::stop::Place;
use super::token::TokenKind;
use super::words;
use crate::diagnostics::{Diagnostic, Edit};
use crate::source::Span;
use crate::types::Unit;

/// Names of figures as people write them, with ours.
const FIGURES: [(&str, &str); 14] = [
    ("average", "avg"),
    ("avg", "avg"),
    ("count", "count"),
    ("favorite", "favourite"),
    ("favourite", "favourite"),
    ("first", "first"),
    ("last", "last"),
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
    if let Some(answer) = at.and_then(|at| {
        has_first(place, at, previous).or_else(|| as_of_in_front(place, at, previous))
    }) {
        return Some(answer);
    }
    let previous = previous?;
    not_behind(place, at, previous)
        .or_else(|| figure(place, at?, previous))
        .or_else(|| comma(place, at?, previous))
        .or_else(|| not_before_a_value(place, at?, previous))
        .or_else(|| not_for_a_sign(place, at?, previous))
        .or_else(|| has_in_other_words(place, at?, previous))
        .or_else(|| at_for_as_of(place, at?, previous))
        .or_else(|| ago_alone(place, at?, previous))
        .or_else(|| member_in_another_way(place, at?, previous))
}

/// Whether a condition begins behind this token.
fn begins(place: &Place<'_>, previous: Option<usize>) -> bool {
    previous.is_none_or(|previous| {
        place.is_word(Some(previous), &["and", "or", "not", "when"])
            || place.kind(Some(previous)) == Some(TokenKind::OpenParenthesis)
            || place.is_definition_sign(previous)
    })
}

/// `as of 30 days ago journey is active`, `journey is as of 30 days ago active`
fn as_of_in_front(place: &Place<'_>, at: usize, previous: Option<usize>) -> Option<Diagnostic> {
    let of = place.from(at + 1)?;
    let is_as_of = place.is_word(Some(at), &["as"]) && place.is_word(Some(of), &["of"]);
    if !is_as_of || !begins(place, previous) && !place.is_word(previous, &["is"]) {
        return None;
    }
    Some(errors::phrase_without_fix(
        "`as of` stands behind the question that it belongs to",
        place.span(at).to(place.span(of)),
        "Write `plan = \"pro\" as of 30 days ago`; where several questions are joined, in parentheses.",
    ))
}

/// `has tags "vip"`, `contains email "x"`
fn has_first(place: &Place<'_>, at: usize, previous: Option<usize>) -> Option<Diagnostic> {
    if !begins(place, previous) || !place.is_word(Some(at), &["has", "contains", "matches"]) {
        return None;
    }
    let name = place.from(at + 1)?;
    let value = place.from(name + 1)?;
    let is_it = place.kind(Some(name)) == Some(TokenKind::Word)
        && !words::is_reserved(place.written(name))
        && place.kind(Some(value)) == Some(TokenKind::Text);
    is_it.then(|| {
        let whole = place.span(at).to(place.span(value));
        let (word, name) = (place.written(at), place.written(name));
        let ours = format!("{name} {word} {}", place.written(value));
        errors::phrase(
            "the field stands first, then what is asked of it",
            whole,
            ours,
        )
    })
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
    // `last month` is a period.
    if Unit::of_word(place.written(at)).is_some() {
        return None;
    }
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

/// `region not "BE"`
fn not_for_a_sign(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    let is_value = matches!(
        place.kind(Some(at)),
        Some(TokenKind::Text | TokenKind::Number | TokenKind::Moment)
    );
    let subject = place.before(previous)?;
    let is_it = is_value && place.is_word(Some(previous), &["not"]) && ends_value(place, subject);
    is_it.then(|| errors::phrase("a value is compared with `!=`", place.span(previous), "!="))
}

/// `tags includes "vip"`, `tags contains any of ("a", "b")`
fn has_in_other_words(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    if place.is_word(Some(at), &["includes", "include", "containing"])
        && ends_value(place, previous)
    {
        let word = place.written(at);
        return Some(
            errors::as_guess(errors::phrase(
                format!("`{word}` is written `has` here"),
                place.span(at),
                "has",
            ))
            .help("What a list has is asked with `has`, what stands in a text with `contains`."),
        );
    }
    let quantifier = place.before(at)?;
    let verb = place.before(quantifier)?;
    let is_it = place.is_word(Some(at), &["of"])
        && place.is_word(Some(quantifier), &["any", "all", "none"])
        && place.is_word(Some(verb), &["contains", "include", "includes"]);
    is_it.then(|| {
        errors::phrase(
            "what a list has is asked with `has`",
            place.span(verb),
            "has",
        )
    })
}

/// `consent at 30 days ago`, `consent at 2026-01-01T10:00`
fn at_for_as_of(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    if !place.is_word(Some(at), &["at"]) || !ends_value(place, previous) {
        return None;
    }
    let instant = place.from(at + 1)?;
    let is_instant = match place.kind(Some(instant))? {
        TokenKind::Moment => true,
        TokenKind::Number => {
            let unit = place.from(instant + 1)?;
            place.is_word(place.from(unit + 1), &["ago"])
        }
        _ => false,
    };
    is_instant.then(|| {
        errors::phrase(
            "a question is asked at another instant with `as of`",
            place.span(at),
            "as of",
        )
    })
}

/// `signup_at 30 days ago`
fn ago_alone(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    if place.kind(Some(at)) != Some(TokenKind::Number) || !ends_value(place, previous) {
        return None;
    }
    let unit = place.from(at + 1)?;
    let ago = place.from(unit + 1)?;
    if !place.is_word(Some(ago), &["ago"]) {
        return None;
    }
    let whole = place.span(at).to(place.span(ago));
    let length = &place.text[place.span(at).to(place.span(unit)).range()];
    // What is a question already is asked again at another instant; what is none may be a time.
    if place.has_question(at) {
        let fault = errors::phrase(
            "a question is asked at another instant with `as of`",
            whole,
            format!("as of {length} ago"),
        );
        return Some(errors::as_guess(fault));
    }
    let mut fault = errors::phrase(
        "a window says which side of an instant it lies on",
        whole,
        format!("over {length} ago"),
    )
    .help(format!(
        "`over {length} ago` is that long ago or longer, `in last {length}` less."
    ));
    if let Some(fix) = &mut fault.fix {
        fix.is_safe = false;
    }
    Some(fault)
}

/// `scores."churn"`, `address->city`
fn member_in_another_way(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    let base = place.before(previous)?;
    if !ends_value(place, base) {
        return None;
    }
    match (place.kind(Some(previous)), place.kind(Some(at))) {
        (Some(TokenKind::Dot), Some(TokenKind::Text)) => {
            let ours = format!("[{}]", place.written(at));
            Some(errors::phrase(
                "a key stands in square brackets",
                place.span(previous).to(place.span(at)),
                ours,
            ))
        }
        (Some(TokenKind::Minus), Some(TokenKind::Greater)) if place.glued(previous, at) => {
            Some(errors::phrase(
                "a part of a record stands behind a dot",
                place.span(previous).to(place.span(at)),
                ".",
            ))
        }
        _ => None,
    }
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
