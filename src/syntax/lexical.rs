//! What is wrong with single tokens, and the text with these faults mended in place: every byte keeps its offset, so that the rest can be
//! parsed as if nothing were wrong. A hole (zero bytes) stands for a value that could not be read.

use super::items::is_between;
use super::token::{Token, TokenKind};
use super::{errors, limits};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Span};
use std::borrow::Cow;

/// A stretch of a text whose tokens are sound.
pub(super) struct Mended<'t> {
    /// As long as the stretch it was made of.
    pub text: Cow<'t, str>,
    pub diagnostics: Vec<Diagnostic>,
    /// The places that were mended: what cannot be parsed around them has been answered already.
    pub faults: Vec<Span>,
}

/// Looks at the tokens of the stretch that begins at byte `base` of a text.
pub(super) fn mend<'t>(
    text: &'t str,
    tokens: &[Token],
    base: usize,
    end: usize,
    source: SourceId,
) -> Mended<'t> {
    let mut mended = Mended {
        text: Cow::Borrowed(&text[base..end]),
        diagnostics: Vec::new(),
        faults: Vec::new(),
    };
    for token in tokens {
        let span = Span::new(source, token.start, token.end);
        let written = token.text(text);
        let (diagnostic, replacement) = match token.kind {
            TokenKind::ForeignBlank => (errors::foreign_blank(written, span), blanks(written)),
            TokenKind::CurlyQuoted | TokenKind::SingleQuoted => {
                let plain = plain_quotes(written);
                let curly = token.kind == TokenKind::CurlyQuoted;
                (errors::foreign_quotes(plain.trim(), curly, span), plain)
            }
            TokenKind::OpenText => (errors::open_text(span), holes(written)),
            TokenKind::OpenName => (errors::open_name(span), holes(written)),
            TokenKind::ForeignDate => (errors::foreign_date(written, span), holes(written)),
            TokenKind::Unknown => (errors::unknown_character(written, span), blanks(written)),
            TokenKind::Text if written.len() > limits::TEXT_LITERAL => {
                (errors::text_literal_too_long(span), holes(written))
            }
            _ => continue,
        };
        mended.diagnostics.push(diagnostic);
        mended.faults.push(span);
        let (from, to) = (token.start as usize - base, token.end as usize - base);
        mended.text.to_mut().replace_range(from..to, &replacement);
    }
    mended
}

/// Comments without a blank before them: `a--3` may have been meant as a calculation.
pub(super) fn glued_comments(
    tokens: &[Token],
    source: SourceId,
) -> impl Iterator<Item = Diagnostic> + '_ {
    tokens
        .windows(2)
        .filter(|pair| pair[1].kind == TokenKind::Comment && !is_between(pair[0].kind))
        .map(move |pair| errors::glued_comment(Span::new(source, pair[1].start, pair[1].end)))
}

fn blanks(written: &str) -> String {
    " ".repeat(written.len())
}

fn holes(written: &str) -> String {
    "\0".repeat(written.len())
}

/// The same text in double quotes, its content at the same place.
fn plain_quotes(written: &str) -> String {
    let mut characters = written.chars();
    let (open, close) = (characters.next(), characters.next_back());
    let width = |quote: Option<char>| quote.map_or(1, char::len_utf8);
    let content: String = characters
        .map(|character| {
            if matches!(character, '"' | '\\') {
                '\''
            } else {
                character
            }
        })
        .collect();
    format!(
        "{:>open$}{content}{:<close$}",
        '"',
        '"',
        open = width(open),
        close = width(close)
    )
}
