//! The parts of a split by their tokens, so that a fault in one is looked for there, and so that arms can be set in columns.

use super::items::is_between;
use super::token::{Token, TokenKind};
use super::words;
use std::ops::Range;

/// Where the parts of a split stand, as places among the tokens that were cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// The condition behind `of`.
    pub audience: Range<usize>,
    /// The brace that opens the arms, and the one that closes them; the number of tokens where one is missing.
    pub open: usize,
    pub close: usize,
    /// Each arm from its name to what stands before the next.
    pub arms: Vec<Range<usize>>,
}

/// Cuts the tokens of a definition at the parts of a split; none where it is no split, or has no `of`.
pub(super) fn split(text: &str, tokens: &[Token]) -> Option<Split> {
    let own: Vec<usize> = (0..tokens.len())
        .filter(|index| !is_between(tokens[*index].kind))
        .collect();
    let is = |at: usize, word: &str| {
        let token = own.get(at).map(|index| tokens[*index]);
        token.is_some_and(|token| {
            token.kind == TokenKind::Word && token.text(text).eq_ignore_ascii_case(word)
        })
    };
    let kind = |at: usize| own.get(at).map(|index| tokens[*index].kind);
    if !is(0, "split") {
        return None;
    }
    let of = (1..own.len().min(4)).find(|at| is(*at, "of"))?;
    let (mut depth, mut at) = (0usize, of + 1);
    // Where the audience ends: before `exact`, `per`, `salt` or the brace.
    while at < own.len() {
        match kind(at) {
            Some(TokenKind::OpenBrace) if depth == 0 => break,
            Some(TokenKind::OpenParenthesis | TokenKind::OpenBracket) => depth += 1,
            Some(TokenKind::CloseParenthesis | TokenKind::CloseBracket) => {
                depth = depth.saturating_sub(1);
            }
            Some(TokenKind::Word) if depth == 0 && at > of + 1 => {
                let is_salt = |at: usize| is(at, "salt") && is_title(kind(at + 1));
                let is_exact = is(at, "exact")
                    && (is(at + 1, "per")
                        || is_salt(at + 1)
                        || kind(at + 1) == Some(TokenKind::OpenBrace));
                let previous = tokens[own[at - 1]];
                let asks = previous.kind == TokenKind::Word
                    && words::is_reserved(previous.text(text))
                    && !["true", "false", "now", "missing"]
                        .iter()
                        .any(|value| previous.text(text).eq_ignore_ascii_case(value));
                if is(at, "per") || !asks && (is_salt(at) || is_exact) {
                    break;
                }
            }
            _ => {}
        }
        at += 1;
    }
    let end = at;
    let open = (end..own.len()).find(|at| kind(*at) == Some(TokenKind::OpenBrace));
    let close = open
        .and_then(|open| (open + 1..own.len()).find(|at| kind(*at) == Some(TokenKind::CloseBrace)));
    let mut arms: Vec<Range<usize>> = Vec::new();
    if let Some(open) = open {
        let last = close.unwrap_or(own.len());
        for (at, token) in own.iter().enumerate().take(last).skip(open + 1) {
            match kind(at) {
                Some(TokenKind::Word | TokenKind::QuotedName) => arms.push(*token..token + 1),
                _ => {
                    if let Some(arm) = arms.last_mut() {
                        arm.end = token + 1;
                    }
                }
            }
        }
    }
    let place = |at: Option<usize>| at.map_or(tokens.len(), |at| own[at]);
    Some(Split {
        audience: place(Some(of + 1).filter(|at| *at < own.len()))..if end > of + 1 {
            own[end - 1] + 1
        } else {
            place(Some(of + 1).filter(|at| *at < own.len()))
        },
        open: place(open),
        close: place(close),
        arms,
    })
}

fn is_title(kind: Option<TokenKind>) -> bool {
    matches!(
        kind,
        Some(
            TokenKind::Text
                | TokenKind::OpenText
                | TokenKind::SingleQuoted
                | TokenKind::CurlyQuoted
        )
    )
}

#[cfg(test)]
mod tests {
    use super::super::token;
    use super::*;

    #[test]
    fn the_parts_of_a_split_are_found() {
        let audience = |text: &str| {
            let tokens = token::tokens(text);
            let parts = split(text, &tokens).expect("a split");
            let place = |range: &Range<usize>| {
                let (first, last) = (tokens[range.start], tokens[range.end - 1]);
                text[first.start as usize..last.end as usize].to_owned()
            };
            let arms: Vec<String> = parts.arms.iter().map(place).collect();
            (place(&parts.audience), arms)
        };
        let arms = ["mail 45%", "control \"Nobody\" 10%"];
        for (head, condition) in [
            ("split s of a = 1 salt \"x\"", "a = 1"),
            (
                "split s \"S\" of count(x of y) > 2 per (a, b) salt \"x\"",
                "count(x of y) > 2",
            ),
            (
                "SPLIT s OF salt = \"x\" exact per a salt \"x\"",
                "salt = \"x\"",
            ),
            ("split s of exact AND salt", "exact AND salt"),
            ("split s of a", "a"),
        ] {
            let (found, own) = audience(&format!("{head} {{ {} }}", arms.join("\n")));
            assert_eq!(found, condition, "{head}");
            assert_eq!(own, arms, "{head}");
        }
    }
}
