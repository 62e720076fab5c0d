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
    // Up to here a number in groups has been told, with what its quotes made of the line.
    let mut told = 0;
    let mut depth = 0usize;
    for token in tokens {
        let span = Span::new(source, token.start, token.end);
        let written = token.text(text);
        if token.start < told {
            continue;
        }
        if token.kind == TokenKind::Number
            && let Some(length) = quoted_groups(&text[token.start as usize..end])
        {
            told = token.start + length as u32;
            let (from, to) = (token.start as usize, told as usize);
            let ours = text[from..to].replace(['\'', '’'], "_");
            let span = Span::new(source, token.start, told);
            mended.diagnostics.push(errors::number_spelling(
                "thousands are set apart with `_`, not with a quote",
                span,
                Some(ours),
            ));
            mended.faults.push(span);
            let number = holes(&text[from..to]);
            mended
                .text
                .to_mut()
                .replace_range(from - base..to - base, &number);
            continue;
        }
        let (diagnostic, replacement) = match token.kind {
            TokenKind::ForeignBlank => (errors::foreign_blank(written, span), blanks(written)),
            TokenKind::CurlyQuoted | TokenKind::SingleQuoted => {
                let plain = plain_quotes(written);
                let curly = token.kind == TokenKind::CurlyQuoted;
                (errors::foreign_quotes(plain.trim(), curly, span), plain)
            }
            TokenKind::OpenText => (errors::open_text(written, span), holes(written)),
            TokenKind::OpenName => (errors::open_name(span), holes(written)),
            TokenKind::ForeignDate => (errors::foreign_date(written, span), holes(written)),
            TokenKind::Unknown if written == ";" && depth > 0 => {
                let ours = errors::phrase("a list is set apart with commas", span, ",");
                (ours, ",".to_owned())
            }
            TokenKind::Unknown => (errors::unknown_character(written, span), blanks(written)),
            TokenKind::OpenParenthesis => {
                depth += 1;
                continue;
            }
            TokenKind::CloseParenthesis => {
                depth = depth.saturating_sub(1);
                continue;
            }
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

/// How many bytes of a text are a number as the Swiss write it: `1'000'000.50`.
fn quoted_groups(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text);
    if !(1..=3).contains(&first) {
        return None;
    }
    let mut end = first;
    while let Some(rest) = text[end..].strip_prefix(['\'', '’'])
        && digits(rest) == 3
    {
        end = text.len() - rest.len() + 3;
    }
    if end == first {
        return None;
    }
    if let Some(rest) = text[end..].strip_prefix('.')
        && digits(rest) > 0
    {
        end = text.len() - rest.len() + digits(rest);
    }
    let goes_on = text[end..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '’'));
    (!goes_on).then_some(end)
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
