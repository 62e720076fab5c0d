//! Whether a text is whole, so that a shell knows when to read on.

use super::token::{self, Token, TokenKind};
use super::{items, words};

/// Whether a text that somebody is typing may be taken as it is: no bracket is open, and its last word does not ask for more.
///
/// A text that is wrong in another way counts as whole: reading on would not mend it.
pub fn is_complete(text: &str) -> bool {
    let tokens = token::tokens(text);
    let depth = tokens.iter().fold(0i64, |depth, token| match token.kind {
        TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => depth + 1,
        TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace => depth - 1,
        _ => depth,
    });
    if depth > 0 {
        return false;
    }
    let significant: Vec<&Token> = items::significant(&tokens).collect();
    match significant.as_slice() {
        [] => true,
        [.., last] => {
            !asks_for_more(text, last, significant.len()) && !is_bare_head(text, &significant)
        }
    }
}

/// An operator, a connective or a keyword that something must follow.
fn asks_for_more(text: &str, last: &Token, count: usize) -> bool {
    match last.kind {
        TokenKind::Comma
        | TokenKind::Colon
        | TokenKind::Dot
        | TokenKind::Plus
        | TokenKind::Minus
        | TokenKind::Times
        | TokenKind::Divide
        | TokenKind::Coalesce
        | TokenKind::Equal
        | TokenKind::NotEqual
        | TokenKind::Less
        | TokenKind::LessOrEqual
        | TokenKind::Greater
        | TokenKind::GreaterOrEqual
        | TokenKind::ForeignOperator => true,
        TokenKind::Word => {
            let word = last.text(text).to_ascii_lowercase();
            let opens = matches!(
                word.as_str(),
                "and"
                    | "or"
                    | "not"
                    | "in"
                    | "is"
                    | "has"
                    | "between"
                    | "of"
                    | "among"
                    | "per"
                    | "as"
                    | "if"
                    | "then"
                    | "else"
            );
            opens || count == 1 && words::is_definition_word(&word)
        }
        _ => false,
    }
}

/// A definition whose sign is still to come: `segment lapsed "Lapsed"`.
fn is_bare_head(text: &str, tokens: &[&Token]) -> bool {
    let word = tokens[0].text(text).to_ascii_lowercase();
    if word == "split"
        && let Some(name) = tokens.get(1)
    {
        // Its arms are still to come; a field may be called so as well.
        let is_named = matches!(name.kind, TokenKind::Word | TokenKind::QuotedName)
            && !words::is_reserved(name.text(text))
            && !words::is_tail_word(name.text(text));
        let has_arms = tokens
            .iter()
            .any(|token| token.kind == TokenKind::OpenBrace);
        return is_named && !has_arms;
    }
    if !matches!(word.as_str(), "let" | "segment" | "classify") || tokens.len() > 3 {
        return false;
    }
    let is_name = |token: &Token| {
        matches!(token.kind, TokenKind::Word | TokenKind::QuotedName)
            && !words::is_reserved(token.text(text))
    };
    match tokens[1..] {
        [name] => is_name(name),
        [name, title] => is_name(name) && title.kind == TokenKind::Text,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_begun_is_not_whole() {
        for begun in [
            "segment",
            "let good",
            "segment good \"Good\"",
            "segment good =",
            "classify journey",
            "classify journey \"Journey\"",
            "classify journey {",
            "classify journey {\n  new when consent",
            "split spring",
            "split spring of consent salt \"s\"",
            "split spring of consent salt \"s\" { a 50%",
            "region = \"BE\" AND",
            "region in (\"BE\",",
            "region in",
            "NOT",
            "age >",
            "(consent",
            "a ??",
        ] {
            assert!(!is_complete(begun), "{begun}");
        }
        for whole in [
            "",
            "consent",
            "segment good = consent",
            "classify journey { new when consent otherwise old }",
            "split spring of consent salt \"s\" { a 50% }",
            "split > 2",
            "region in (\"BE\")",
            "region == \"BE\"",
            "x is missing -- and",
            "consent)",
        ] {
            assert!(is_complete(whole), "{whole}");
        }
    }
}
