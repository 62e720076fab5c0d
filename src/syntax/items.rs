//! Cuts a text into its definitions before any of them is parsed, so that a fault in one leaves the others whole.

use super::token::{Token, TokenKind};
use super::words;
use std::ops::Range;

/// One definition, or a stretch of text that belongs to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its tokens, from its word to its last token that is neither blank nor comment.
    pub tokens: Range<usize>,
    pub kind: PieceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// It begins with the word of a definition.
    Definition,
    /// `@owner("crm")` and its like, as many as stand beside each other.
    Annotations,
    /// It looks like a definition whose word is misspelt.
    Misspelt,
    /// None of these.
    Stray,
}

/// Cuts the tokens of a text into pieces. Comments and blanks between pieces belong to none.
///
/// A definition begins where its word is the first of a line and a name (for `use`, a text) follows: outside of brackets, or, so that an
/// open bracket does not swallow what comes after it, at the very edge of the line with all the marks of a definition.
pub(super) fn split(text: &str, tokens: &[Token]) -> Vec<Piece> {
    let mut starts: Vec<(usize, PieceKind)> = Vec::new();
    let mut depth = 0usize;
    let mut line_start = true;
    for (index, token) in tokens.iter().enumerate() {
        if is_between(token.kind) {
            line_start |= token.text(text).contains('\n');
            continue;
        }
        // A definition may stand on the line of what is noted above it.
        let is_annotated = matches!(starts.last(), Some((_, PieceKind::Annotations)))
            && depth == 0
            && !follows_at(tokens, index);
        let begins = line_start || is_annotated;
        if begins && let Some(kind) = beginning(text, &tokens[index..], depth) {
            // Annotations beside each other are one piece.
            if !(kind == PieceKind::Annotations && is_annotated) {
                starts.push((index, kind));
            }
            depth = 0;
        } else if starts.is_empty() {
            starts.push((index, PieceKind::Stray));
        }
        match token.kind {
            TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                depth += 1;
            }
            TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        line_start = false;
    }
    let mut pieces = Vec::with_capacity(starts.len());
    for (position, (start, kind)) in starts.iter().enumerate() {
        let mut end = starts
            .get(position + 1)
            .map_or(tokens.len(), |(next, _)| *next);
        while end > start + 1 && is_between(tokens[end - 1].kind) {
            end -= 1;
        }
        pieces.push(Piece {
            tokens: *start..end,
            kind: *kind,
        });
    }
    pieces
}

/// What begins at the first of these tokens, which is the first of its line.
fn beginning(text: &str, tokens: &[Token], depth: usize) -> Option<PieceKind> {
    let first = tokens.first()?;
    let at_edge = first.start == 0 || text.as_bytes()[first.start as usize - 1] == b'\n';
    if first.kind == TokenKind::At && depth == 0 {
        return Some(PieceKind::Annotations);
    }
    if first.kind != TokenKind::Word {
        return None;
    }
    match likeness(text, tokens) {
        Likeness::Whole(kind) if depth == 0 || at_edge => Some(kind),
        Likeness::Begun if depth == 0 => Some(PieceKind::Definition),
        _ => None,
    }
}

/// Whether the token is the name of an annotation.
fn follows_at(tokens: &[Token], index: usize) -> bool {
    let before = tokens[..index].iter().rev();
    let before = before.into_iter().find(|token| !is_between(token.kind));
    before.is_some_and(|token| token.kind == TokenKind::At)
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
    Whole(PieceKind),
}

fn likeness(text: &str, tokens: &[Token]) -> Likeness {
    use TokenKind::{
        CurlyQuoted, Equal, OpenBrace, OpenParenthesis, OpenText, QuotedName, SingleQuoted, Text,
        Word,
    };
    let mut following = significant(tokens);
    let Some(word) = following.next().map(|token| token.text(text)) else {
        return Likeness::Other;
    };
    let second = following.next();
    let (third, fourth) = (
        following.next().map(|token| token.kind),
        following.next().map(|token| token.kind),
    );
    let is_title = |kind| matches!(kind, Some(Text | OpenText | SingleQuoted | CurlyQuoted));
    let second_kind = second.map(|token| token.kind);
    let name = second.map_or("", |token| token.text(text));
    let has_name = matches!(second_kind, Some(Word | QuotedName)) && !words::is_reserved(name);
    if word.eq_ignore_ascii_case("test") {
        // A test has a title where others have a name; one that lost it is known by what follows.
        let begins = is_title(second_kind)
            || second_kind == Some(TokenKind::OpenBrace)
            || name.eq_ignore_ascii_case("as") && third == Some(Word);
        return match begins {
            true => Likeness::Whole(PieceKind::Definition),
            false => Likeness::Other,
        };
    }
    if word.eq_ignore_ascii_case("classify") {
        return match third {
            _ if second.is_none() => Likeness::Begun,
            _ if !matches!(second_kind, Some(Word | QuotedName)) => Likeness::Other,
            Some(OpenBrace | Equal) => Likeness::Whole(PieceKind::Definition),
            kind if is_title(kind) => Likeness::Whole(PieceKind::Definition),
            _ if !has_name => Likeness::Other,
            _ if words::is_tail_word(name) => Likeness::Other,
            _ => Likeness::Begun,
        };
    }
    if word.eq_ignore_ascii_case("split") {
        // A field may be called so: what follows its name is no name, or no `of`.
        let is_of = |token: Option<&Token>| {
            token.is_some_and(|token| token.text(text).eq_ignore_ascii_case("of"))
        };
        let mut behind = significant(tokens).skip(2);
        let (third, fourth) = (behind.next(), behind.next());
        return match third.map(|token| token.kind) {
            _ if second.is_none() => Likeness::Begun,
            _ if !matches!(second_kind, Some(Word | QuotedName)) => Likeness::Other,
            _ if is_of(third) => Likeness::Whole(PieceKind::Definition),
            Some(Equal | OpenBrace) if has_name => Likeness::Whole(PieceKind::Definition),
            kind if is_title(kind) && (is_of(fourth) || has_name && !words::is_tail_word(name)) => {
                Likeness::Whole(PieceKind::Definition)
            }
            _ if !has_name || words::is_tail_word(name) => Likeness::Other,
            _ => Likeness::Begun,
        };
    }
    if words::is_definition_word(word) {
        return match second_kind {
            None => Likeness::Begun,
            kind if is_title(kind) || kind == Some(TokenKind::OpenName) => {
                Likeness::Whole(PieceKind::Definition)
            }
            _ if !matches!(second_kind, Some(Word | QuotedName)) => Likeness::Other,
            _ if third == Some(Equal) || is_title(third) => Likeness::Whole(PieceKind::Definition),
            _ if !has_name => Likeness::Other,
            _ if third == Some(OpenParenthesis) => Likeness::Whole(PieceKind::Definition),
            _ if words::is_tail_word(name) => Likeness::Other,
            _ => Likeness::Begun,
        };
    }
    let is_defined = third == Some(Equal) || is_title(third) && fourth == Some(Equal);
    let may_be_word = !words::is_reserved(word) && !words::is_tail_word(word);
    if has_name && may_be_word && is_defined && !words::is_tail_word(name) {
        return Likeness::Whole(PieceKind::Misspelt);
    }
    Likeness::Other
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
