//! One way to set a text: keywords in one case, one blank between words, lines of at most a hundred characters, broken at `AND` and `OR`.
//!
//! Comments stay with what they stand above or behind; blank lines between definitions stay, one at most. What was written over several
//! lines stays on several lines. Formatting twice changes nothing more, and the tree stays the same.

mod arms;
mod labels;
mod layout;
mod spelling;

use super::ast::ItemKind;
use super::items::{self, PieceKind};
use super::token::{self, TokenKind};
use super::{Parsed, recover};
use crate::diagnostics::Diagnostic;
use crate::source::SourceId;
use spelling::Spelling;
use std::num::NonZero;

/// The text in its one form. A text with errors is left alone and its diagnostics, of which only the errors matter here, are given back;
/// their spans belong to the first source.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let source = SourceId(0);
    let Parsed {
        module,
        diagnostics,
    } = recover::module(text, source, NonZero::<usize>::MIN);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let tokens = token::tokens(text);
    let spelling = Spelling::of(text, &module);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut at = 0;
    for piece in items::split(text, &tokens) {
        between(text, &tokens[at..piece.tokens.start], &mut out);
        if piece.kind == PieceKind::Annotations {
            annotations(text, &tokens[piece.tokens.clone()], &mut out);
            at = piece.tokens.end;
            continue;
        }
        debug_assert_eq!(piece.kind, PieceKind::Definition);
        let own = &tokens[piece.tokens.clone()];
        let start = own.first().map(|token| token.start);
        let item = module
            .items
            .iter()
            .find(|item| Some(item.span.start) == start);
        match item.map(|item| &item.kind) {
            Some(ItemKind::Test(test)) => layout::test(&spelling, test, own, &mut out),
            _ => layout::definition(&spelling, own, &mut out),
        }
        at = piece.tokens.end;
    }
    between(text, &tokens[at..], &mut out);
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    Ok(out)
}

/// What is noted above a definition, on one line as long as it was; with comments among it as it was written.
fn annotations(text: &str, tokens: &[token::Token], out: &mut String) {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return;
    };
    let written = &text[first.start as usize..last.end as usize];
    if tokens.iter().any(|token| token.kind == TokenKind::Comment) {
        out.push_str(written);
        return;
    }
    let mut before: Option<TokenKind> = None;
    for token in items::significant(tokens) {
        let word = token.text(text);
        let is_glued = matches!(
            token.kind,
            TokenKind::Comma
                | TokenKind::Percent
                | TokenKind::OpenParenthesis
                | TokenKind::CloseParenthesis
        ) || matches!(
            before,
            None | Some(TokenKind::At | TokenKind::OpenParenthesis)
        );
        if before == Some(TokenKind::CloseParenthesis) && token.kind == TokenKind::At {
            let gap = &text[..token.start as usize];
            let blank = &gap[gap.trim_end().len()..];
            out.push(if blank.contains('\n') { '\n' } else { ' ' });
        } else if !is_glued {
            out.push(' ');
        }
        match token.kind {
            TokenKind::Word => out.push_str(&word.to_ascii_lowercase()),
            _ => out.push_str(word),
        }
        before = Some(token.kind);
    }
}

/// Comments and line breaks between definitions.
fn between(text: &str, tokens: &[token::Token], out: &mut String) {
    // A comment on the line of a definition stays there.
    let mut breaks = 0;
    for token in tokens {
        let written = token.text(text);
        if token.kind == TokenKind::Comment {
            if !out.is_empty() {
                out.push_str(match breaks {
                    0 => " ",
                    1 => "\n",
                    _ => "\n\n",
                });
            }
            out.push_str(written.trim_end());
            breaks = 0;
        } else {
            breaks += written.matches('\n').count();
        }
    }
    if !out.is_empty() {
        out.push_str(if breaks > 1 { "\n\n" } else { "\n" });
    }
}
