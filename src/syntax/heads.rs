//! Classifications and splits whose braces were left out: `classify tier = plan`, `split spring = consent`. They are written otherwise than the definitions with a sign.

use super::label_errors;
use super::stop::Place;
use super::token::TokenKind;
use super::words;
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// How the definition is written, where it has no brace that labels or arms could stand in.
pub(super) fn head(place: &Place<'_>, at: Option<usize>) -> Option<Diagnostic> {
    let word = place.from(0)?;
    let is_split = place.is_word(Some(word), &["split"]);
    if !is_split && !place.is_word(Some(word), &["classify"]) {
        return None;
    }
    let has_brace = place
        .tokens
        .iter()
        .any(|token| token.kind == TokenKind::OpenBrace);
    let name = place.from(word + 1)?;
    let is_name = match place.kind(Some(name)) {
        Some(TokenKind::QuotedName) => true,
        Some(TokenKind::Word) => !words::is_reserved(place.written(name)),
        _ => false,
    };
    if has_brace || !is_name {
        return None;
    }
    let last = place.before(place.tokens.len())?;
    let title = place
        .from(name + 1)
        .filter(|title| place.kind(Some(*title)) == Some(TokenKind::Text));
    let behind = place.from(title.unwrap_or(name) + 1);
    let is_of = |at: usize| place.is_word(Some(at), &["of"]);
    let sign = behind.filter(|sign| {
        place.kind(Some(*sign)) == Some(TokenKind::Equal)
            || place.is_word(Some(*sign), &["as", "where"])
    });
    let end = place.tokens[last].end;
    let span = match sign.or(at) {
        Some(from) => place.span(from),
        None => Span::new(place.source, end, end),
    };
    let written = place.written(name).trim_matches('`');
    if !is_split {
        return Some(label_errors::no_labels(written, span));
    }
    if behind.is_some_and(is_of) {
        return Some(label_errors::no_arms(written, span));
    }
    let audience = sign.and_then(|sign| place.from(sign + 1)).map(|first| {
        &place.text[place.tokens[first].start as usize..place.tokens[last].end as usize]
    });
    Some(label_errors::no_split(written, audience, span))
}
