//! How each token is spelt, and where a blank stands between two.

use crate::syntax::ast::{ItemKind, Module};
use crate::syntax::token::{Token, TokenKind};
use std::collections::HashSet;

/// What is known of the words of a text: which of them are names.
pub(super) struct Spelling<'t> {
    pub text: &'t str,
    /// Where names begin.
    names: HashSet<u32>,
    /// Those of a test's contacts, events and catalogues, which no bracket belongs to.
    apart: HashSet<u32>,
}

/// How a token behaves beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// A name: a bracket right behind it belongs to it.
    Name,
    /// A value or the end of one: a minus behind it subtracts.
    Value,
    /// A keyword that something follows.
    Keyword,
    Operator,
    /// A minus that belongs to the value behind it.
    Sign,
    Open,
    Close,
    /// `,` `.` `:` `%`
    Mark,
}

/// Keywords that end a value.
const VALUE_WORDS: [&str; 8] = [
    "now",
    "true",
    "false",
    "missing",
    "known",
    "ago",
    "today",
    "yesterday",
];

impl<'t> Spelling<'t> {
    pub(super) fn of(text: &'t str, module: &Module) -> Self {
        let mut names = HashSet::new();
        module.for_each_name(&mut |name| {
            names.insert(name.span.start);
        });
        let mut apart = HashSet::new();
        for item in &module.items {
            if let ItemKind::Test(test) = &item.kind {
                for line in &test.lines {
                    apart.extend(line.name().map(|name| name.span.start));
                }
            }
        }
        Self { text, names, apart }
    }

    pub(super) fn is_name(&self, token: Token) -> bool {
        match token.kind {
            TokenKind::QuotedName => true,
            TokenKind::Word => self.names.contains(&token.start),
            _ => false,
        }
    }

    /// Whether the token is this keyword.
    pub(super) fn is_keyword(&self, token: Token, word: &str) -> bool {
        token.kind == TokenKind::Word
            && !self.is_name(token)
            && token.text(self.text).eq_ignore_ascii_case(word)
    }

    /// How a token behaves behind the one before it.
    pub(super) fn manner(&self, token: Token, before: Option<Manner>) -> Manner {
        match token.kind {
            TokenKind::QuotedName => Manner::Name,
            TokenKind::Word if self.is_name(token) => Manner::Name,
            TokenKind::Word => {
                let word = token.text(self.text).to_ascii_lowercase();
                if VALUE_WORDS.contains(&word.as_str()) || is_unit(&word) {
                    Manner::Value
                } else {
                    Manner::Keyword
                }
            }
            TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                Manner::Open
            }
            TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                Manner::Close
            }
            TokenKind::Comma | TokenKind::Dot | TokenKind::Colon | TokenKind::Percent => {
                Manner::Mark
            }
            TokenKind::Minus
                if !matches!(
                    before,
                    Some(Manner::Name | Manner::Value | Manner::Close | Manner::Mark)
                ) =>
            {
                Manner::Sign
            }
            TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Times
            | TokenKind::Divide
            | TokenKind::Coalesce
            | TokenKind::Equal
            | TokenKind::NotEqual
            | TokenKind::Less
            | TokenKind::LessOrEqual
            | TokenKind::Greater
            | TokenKind::GreaterOrEqual => Manner::Operator,
            _ => Manner::Value,
        }
    }

    /// Whether a blank stands between two neighbours on a line.
    pub(super) fn blank_between(&self, left: (Token, Manner), right: (Token, Manner)) -> bool {
        match (left.1, right.1) {
            (_, Manner::Mark | Manner::Close) | (Manner::Open, _) => false,
            (Manner::Name, Manner::Open) => self.apart.contains(&left.0.start),
            // `active days(view)`
            (Manner::Value, Manner::Open)
                if left.0.kind == TokenKind::Word
                    && is_unit(&left.0.text(self.text).to_ascii_lowercase()) =>
            {
                false
            }
            // A bracket belongs to what stands before it.
            (_, Manner::Open) if right.0.kind == TokenKind::OpenBracket => false,
            // Two minus signs that touch would begin a comment.
            (Manner::Sign, Manner::Sign) => true,
            (Manner::Sign, _) => false,
            (Manner::Mark, _) => left.0.kind != TokenKind::Dot,
            _ => true,
        }
    }

    /// The token as it is printed; `tokens[index]` among the definition's tokens without blanks and comments.
    pub(super) fn spelt(&self, tokens: &[Token], index: usize) -> String {
        let token = tokens[index];
        let written = token.text(self.text);
        match token.kind {
            TokenKind::Moment => written.to_ascii_uppercase(),
            TokenKind::Word if !self.is_name(token) => {
                let word = written.to_ascii_lowercase();
                if is_unit(&word) {
                    return self.unit(&word, tokens, index);
                }
                match word.as_str() {
                    "and" if !self.is_bound(tokens, index) => "AND".to_string(),
                    "or" => "OR".to_string(),
                    "not" if !self.is_inner_not(tokens, index) => "NOT".to_string(),
                    _ => word,
                }
            }
            _ => written.to_string(),
        }
    }

    /// A unit behind a number: one in the singular, all others in the plural. Elsewhere as it is.
    fn unit(&self, word: &str, tokens: &[Token], index: usize) -> String {
        let mut number = index;
        while number > 0 {
            number -= 1;
            let is_between = self.is_keyword(tokens[number], "full")
                || self.is_keyword(tokens[number], "calendar");
            if !is_between {
                break;
            }
        }
        if tokens[number].kind != TokenKind::Number || number == index {
            return word.to_string();
        }
        if is_sign(word) {
            return word.to_string();
        }
        let digits: String = tokens[number].text(self.text).replace('_', "");
        let is_one = digits.parse::<f64>() == Ok(1.0) && !digits.contains('.');
        let stem = word.trim_end_matches('s');
        if is_one {
            stem.to_string()
        } else {
            format!("{stem}s")
        }
    }

    /// Whether this `and` belongs to a `between`: the nearest such word to the left at its depth is one that has no `and` yet.
    pub(super) fn is_bound(&self, tokens: &[Token], index: usize) -> bool {
        let (mut depth, mut ands) = (0usize, 0usize);
        for token in tokens[..index].iter().rev() {
            match token.kind {
                TokenKind::CloseParenthesis | TokenKind::CloseBracket => depth += 1,
                TokenKind::OpenParenthesis | TokenKind::OpenBracket if depth == 0 => return false,
                TokenKind::OpenParenthesis | TokenKind::OpenBracket => depth -= 1,
                TokenKind::Comma if depth == 0 => return false,
                TokenKind::Word if depth == 0 => {
                    if self.is_keyword(*token, "between") {
                        if ands == 0 {
                            return true;
                        }
                        ands -= 1;
                        if ands == 0 {
                            return false;
                        }
                    } else if self.is_keyword(*token, "and") {
                        ands += 1;
                    } else if self.is_keyword(*token, "or") {
                        return false;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// The `not` of `not in`, `not between` and `is not`.
    fn is_inner_not(&self, tokens: &[Token], index: usize) -> bool {
        let follows = |word| {
            tokens
                .get(index + 1)
                .is_some_and(|next| self.is_keyword(*next, word))
        };
        follows("in") || follows("between") || index > 0 && self.is_keyword(tokens[index - 1], "is")
    }
}

/// Whether a keyword is a unit.
fn is_unit(word: &str) -> bool {
    if is_sign(word) {
        return true;
    }
    let stem = word.strip_suffix('s').unwrap_or(word);
    matches!(
        stem,
        "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year" | "mile"
    )
}

/// Whether a unit is a sign, which has no plural.
fn is_sign(word: &str) -> bool {
    matches!(word, "km" | "m")
}
