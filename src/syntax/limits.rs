//! How much a text may hold. Texts come from people we do not know: each bound is checked before the work it bounds begins.

use super::errors;
use super::items::significant;
use super::token::{Token, TokenKind};
use super::words;
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Span};

/// Bytes of a whole text.
pub const TEXT: usize = 16 << 20;
/// Bytes of a text literal with its quotes.
pub const TEXT_LITERAL: usize = 64 << 10;
/// Brackets in brackets.
pub const NESTING: usize = 128;
/// Operators, signs and NOTs of one value or clause, each of which is a level of the tree.
pub const STEPS: usize = 256;
/// Levels of the tree above one place: all brackets around it and the steps beside them.
pub const DEPTH: usize = 1024;

/// How deep the tree of these tokens can become; what exceeds a limit is told at its place.
pub(super) fn depth(
    text: &str,
    tokens: &[Token],
    source: SourceId,
) -> Result<usize, Box<Diagnostic>> {
    // For each open bracket, the levels that its content adds so far.
    let mut open: Vec<usize> = Vec::new();
    let mut braces: Vec<bool> = Vec::new();
    let mut before: Option<Token> = None;
    // Since the innermost open bracket or comma: what an `if` has begun reaches up to there.
    let mut choices = 0;
    let mut outer_choices: Vec<usize> = Vec::new();
    let (mut levels, mut deepest) = (0usize, 0);
    let mut after_else = false;
    for token in significant(tokens) {
        let is_further_branch = std::mem::take(&mut after_else);
        match token.kind {
            TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                open.push(levels);
                braces.push(token.kind == TokenKind::OpenBrace);
                outer_choices.push(std::mem::take(&mut choices));
                levels += 1;
            }
            TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                levels = open.pop().unwrap_or(0);
                braces.pop();
                choices = outer_choices.pop().unwrap_or(0);
            }
            TokenKind::Comma => {
                choices = 0;
                levels = open.last().map_or(0, |outer| outer + 1);
            }
            TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Times
            | TokenKind::Divide
            | TokenKind::Coalesce
            | TokenKind::Dot
            | TokenKind::ForeignOperator => levels += 1,
            TokenKind::Word => {
                let word = token.text(text);
                let is_one_of =
                    |words: &[&str]| words.iter().any(|one| word.eq_ignore_ascii_case(one));
                // What ends a condition in braces, and begins that of the next label. Behind an operator it is a name like any other.
                let begins_label = is_one_of(&["when", "otherwise"])
                    && braces.last() == Some(&true)
                    && before.is_some_and(|before| ends_value(before, text));
                if begins_label {
                    choices = 0;
                    levels = open.last().map_or(0, |outer| outer + 1);
                } else if is_one_of(&["and", "or", "then", "else"]) {
                    levels = open.last().map_or(0, |outer| outer + 1) + choices;
                } else if word.eq_ignore_ascii_case("not") {
                    levels += 1;
                } else if word.eq_ignore_ascii_case("if") && !is_further_branch {
                    // An `else if` is a further branch of the same `if`.
                    choices += 1;
                    levels += 1;
                }
                after_else = word.eq_ignore_ascii_case("else");
            }
            _ => {}
        }
        before = Some(*token);
        deepest = deepest.max(levels);
        let span = Span::new(source, token.start, token.end);
        if open.len() > NESTING {
            return Err(Box::new(errors::too_deep(span)));
        }
        let steps = levels - open.last().copied().unwrap_or(0);
        for (found, limit) in [(steps, STEPS), (levels, DEPTH)] {
            if found > limit {
                return Err(Box::new(errors::too_many_steps(limit, span)));
            }
        }
    }
    Ok(deepest)
}

/// Whether a value or a title may end with this token, so that a name behind it begins something else.
fn ends_value(token: Token, text: &str) -> bool {
    match token.kind {
        TokenKind::Word => !words::is_reserved(token.text(text)),
        TokenKind::QuotedName
        | TokenKind::Text
        | TokenKind::Number
        | TokenKind::Percent
        | TokenKind::Moment
        | TokenKind::CloseParenthesis
        | TokenKind::CloseBracket => true,
        _ => false,
    }
}
