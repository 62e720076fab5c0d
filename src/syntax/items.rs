//! Cuts a text into its definitions before any of them is parsed, so that a fault in one leaves the others whole.

use super::token::{Token, TokenKind};
use super::words;
use std::ops::Range;

/// One definition, or a stretch of text that belongs to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its tokens, from its word to its last token that is neither blank nor comment.
    pub tokens: Range<usize>,
    /// Whether it begins with the word of a definition.
    pub is_definition: bool,
}

/// Cuts the tokens of a text into pieces. Comments and blanks between pieces belong to none.
///
/// A definition begins where its word is the first of a line and a name (for `use`, a text) follows: outside of brackets, or, so that an
/// open bracket does not swallow what comes after it, at the very edge of the line with all the marks of a definition.
pub(super) fn split(text: &str, tokens: &[Token]) -> Vec<Piece> {
    let mut starts = Vec::new();
    let mut depth = 0usize;
    let mut line_start = true;
    let mut first = true;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Blank => {
                line_start |= token.text(text).contains('\n');
                continue;
            }
            TokenKind::Comment | TokenKind::ForeignBlank => continue,
            TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                depth += 1;
            }
            TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if token.kind == TokenKind::Word && (line_start || first) {
            let likeness = likeness(text, &tokens[index..]);
            let at_edge = token.start == 0 || text.as_bytes()[token.start as usize - 1] == b'\n';
            if likeness == Likeness::Whole && (depth == 0 || at_edge)
                || likeness == Likeness::Begun && depth == 0
            {
                starts.push((index, true));
                depth = 0;
            }
        }
        if first && starts.is_empty() {
            starts.push((index, false));
        }
        (line_start, first) = (false, false);
    }
    let mut pieces = Vec::with_capacity(starts.len());
    for (position, (start, is_definition)) in starts.iter().enumerate() {
        let limit = starts
            .get(position + 1)
            .map_or(tokens.len(), |(next, _)| *next);
        let mut end = limit;
        while end > start + 1 && is_between(tokens[end - 1].kind) {
            end -= 1;
        }
        pieces.push(Piece {
            tokens: *start..end,
            is_definition: *is_definition,
        });
    }
    pieces
}

/// Blanks and comments: what may stand between any two words.
pub(super) fn is_between(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Blank | TokenKind::Comment | TokenKind::ForeignBlank
    )
}

/// The tokens that are neither blanks nor comments.
pub(super) fn significant(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.iter().filter(|token| !is_between(token.kind))
}

/// How much of a definition's beginning stands here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// None.
    Other,
    /// Its word and something that may be its name.
    Begun,
    /// Its word, its name and the sign, bracket or title that follows it.
    Whole,
}

fn likeness(text: &str, tokens: &[Token]) -> Likeness {
    let mut following = significant(tokens);
    let Some(word) = following.next().map(|token| token.text(text)) else {
        return Likeness::Other;
    };
    if !words::is_definition_word(word) {
        return Likeness::Other;
    }
    let (second, third) = (following.next(), following.next().map(|token| token.kind));
    let is_use = word.eq_ignore_ascii_case("use");
    match second.map(|token| (token.kind, token.text(text))) {
        Some((
            TokenKind::Text
            | TokenKind::OpenText
            | TokenKind::SingleQuoted
            | TokenKind::CurlyQuoted,
            _,
        )) => Likeness::Whole,
        Some((TokenKind::Word, name)) if words::is_reserved(name) => Likeness::Other,
        Some((TokenKind::Word | TokenKind::QuotedName, name)) => match third {
            Some(TokenKind::Equal | TokenKind::OpenParenthesis | TokenKind::Text) if !is_use => {
                Likeness::Whole
            }
            _ if words::is_tail_word(name) => Likeness::Other,
            _ => Likeness::Begun,
        },
        None => Likeness::Begun,
        _ => Likeness::Other,
    }
}

/// The documentation of a definition: the comment lines right above it, without their dashes and one blank.
pub(super) fn documentation(text: &str, tokens: &[Token], piece: &Piece) -> Option<String> {
    let mut lines = Vec::new();
    let mut index = piece.tokens.start;
    // Above stands a line break, the comment, and before it either a line break or the beginning of the text.
    while index >= 2 {
        let (blank, comment) = (&tokens[index - 1], &tokens[index - 2]);
        if blank.kind != TokenKind::Blank
            || comment.kind != TokenKind::Comment
            || blank.text(text).matches('\n').count() != 1
        {
            break;
        }
        let starts_line = match index.checked_sub(3).map(|before| tokens[before]) {
            None => true,
            Some(before) => {
                before.kind == TokenKind::Blank
                    && (before.start == 0 || before.text(text).contains('\n'))
            }
        };
        if !starts_line {
            break;
        }
        let words = comment.text(text).trim_start_matches('-').trim_end();
        lines.push(words.strip_prefix(' ').unwrap_or(words));
        index -= 2;
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
