//! Reads broken text: every fault is told once, and what is not touched by it is read as if it were not there.

use super::ast::{Expression, ExpressionKind, Item, ItemKind, Module, Name};
use super::items::{self, Piece};
use super::parse::{self, Stop};
use super::token::{self, Token, TokenKind};
use super::{Parsed, errors};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Span};

/// Reads a whole text.
pub(super) fn module(text: &str, source: SourceId) -> Parsed {
    let tokens = token::tokens(text);
    let mut diagnostics = Vec::new();
    let mut read = Vec::new();
    for piece in items::split(text, &tokens) {
        let (start, end) = bounds(&tokens, &piece);
        let span = Span::new(source, start as u32, end as u32);
        let kind = if piece.is_definition {
            match parse::definition(source, start, &text[start..end]) {
                Ok((kind, found)) => {
                    diagnostics.extend(found);
                    kind
                }
                Err(stop) => {
                    diagnostics.push(unexpected(text, &tokens, source, start, &stop));
                    ItemKind::Hole {
                        name: name_of(text, &tokens[piece.tokens.clone()], source),
                    }
                }
            }
        } else {
            diagnostics.push(errors::outside_definition(span));
            ItemKind::Hole { name: None }
        };
        read.push(Item {
            span,
            documentation: items::documentation(text, &tokens, &piece),
            kind,
        });
    }
    Parsed {
        module: Module {
            source,
            items: read,
        },
        diagnostics,
    }
}

/// Reads a condition that stands alone.
pub(super) fn condition(text: &str, source: SourceId) -> (Expression, Vec<Diagnostic>) {
    match parse::condition(source, 0, text) {
        Ok(read) => read,
        Err(stop) => {
            let tokens = token::tokens(text);
            let hole = Expression {
                span: Span::new(source, 0, text.len() as u32),
                kind: Box::new(ExpressionKind::Hole),
            };
            let diagnostic = unexpected(text, &tokens, source, 0, &stop);
            (hole, vec![diagnostic])
        }
    }
}

fn bounds(tokens: &[Token], piece: &Piece) -> (usize, usize) {
    let start = tokens[piece.tokens.start].start as usize;
    let end = tokens[piece.tokens.end - 1].end as usize;
    (start, end)
}

/// The name of a definition that could not be read.
fn name_of(text: &str, tokens: &[Token], source: SourceId) -> Option<Name> {
    let token = items::significant(tokens).nth(1)?;
    match token.kind {
        TokenKind::Word | TokenKind::QuotedName => Some(Name {
            text: token.text(text).trim_matches('`').to_string(),
            span: Span::new(source, token.start, token.end),
        }),
        _ => None,
    }
}

/// The token that reading stopped at, and what was due instead.
fn unexpected(
    text: &str,
    tokens: &[Token],
    source: SourceId,
    base: usize,
    stop: &Stop,
) -> Diagnostic {
    let offset = (base + stop.offset) as u32;
    let token = tokens
        .iter()
        .find(|token| token.end > offset && !items::is_between(token.kind));
    let (found, span) = match token {
        Some(token) => (
            format!("`{}`", token.text(text)),
            Span::new(source, token.start, token.end),
        ),
        None => (
            "the end of the text".to_string(),
            Span::new(source, offset, offset),
        ),
    };
    errors::expected(&parse::expectation(&stop.expected), &found, span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_text_is_read() {
        let text = r#"use "base.seg"
-- Cares about a genre.
let genre(g: text, n: list of int) = genres has g AND age between 18 and 35 OR NOT plan = "pro"

segment good "Good" = email ends with ".be" ignoring case AND ltv ?? 0 + 2 * -x > 3.5
  AND signup_at in last 90 days AND seen over 2 weeks ago AND (region not in ("BE", "NL") OR phone is not missing)
  AND tags has any of ("a", "b") AND since(seen) > 3 calendar days AND seen during 2025-Q4 AND x within 7 days after y.z
segment dates "Dates" = a before 2026-11-22T10:00+01:00 AND b between 90 days ago and now AND c in last 4 full weeks AND d during last month
"#;
        let parsed = module(text, SourceId(0));
        assert_eq!(parsed.diagnostics, []);
        assert_eq!(parsed.module.items.len(), 4);
    }
}
