//! Balance of brackets: which have no partner, told with both ends where there are two.

use super::errors;
use super::token::{Token, TokenKind};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Span};

/// The brackets that have no partner, each with what is to be said of it.
pub(super) fn unbalanced(
    text: &str,
    tokens: &[Token],
    source: SourceId,
) -> Vec<(Span, Diagnostic)> {
    let mut open: Vec<(Span, TokenKind)> = Vec::new();
    let mut faults = Vec::new();
    for token in tokens {
        let span = Span::new(source, token.start, token.end);
        let closed = match token.kind {
            TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                open.push((span, token.kind));
                continue;
            }
            TokenKind::CloseParenthesis => TokenKind::OpenParenthesis,
            TokenKind::CloseBracket => TokenKind::OpenBracket,
            TokenKind::CloseBrace => TokenKind::OpenBrace,
            _ => continue,
        };
        let written = token.text(text);
        match open.last() {
            Some((_, kind)) if *kind == closed => {
                open.pop();
            }
            // Where a bracket further out is closed, those inside it were left open.
            Some(_) if open.iter().any(|(_, kind)| *kind == closed) => {
                while let Some((place, kind)) = open.pop() {
                    if kind == closed {
                        break;
                    }
                    let diagnostic = errors::never_closed(&text[place.range()], place)
                        .also(span, format!("`{written}` closes the one around it"));
                    faults.push((place, diagnostic));
                }
            }
            _ => faults.push((span, errors::never_opened(written, span))),
        }
    }
    for (place, _) in open {
        let end = tokens.last().map_or(place.end, |token| token.end);
        let at_end = Span::new(source, end, end);
        let written = &text[place.range()];
        let close = match written {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        let diagnostic = errors::never_closed(written, place)
            .also(at_end, format!("`{close}` is expected up to here"));
        faults.push((place, diagnostic));
    }
    faults
}
