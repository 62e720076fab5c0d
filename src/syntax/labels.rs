//! The labels of a classification by their tokens, so that a fault in one leaves the others whole, and so that they can be set in columns.

use super::items::is_between;
use super::token::{Token, TokenKind};
use super::words;
use std::ops::Range;

/// Where the labels of a classification stand, as places among the tokens that were cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Labels {
    /// The brace that opens them.
    pub open: usize,
    /// The brace that closes them; the number of tokens where it is missing.
    pub close: usize,
    /// Each from its first token to its last that is neither blank nor comment. What stands before the first and belongs to none is one as well.
    pub all: Vec<Stretch>,
}

/// The tokens of one label.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub tokens: Range<usize>,
    /// The word `when`, behind which its condition stands.
    pub when: Option<usize>,
}

/// Cuts the tokens of a definition at its labels; none where it is no classification, or has no brace.
///
/// A label begins with a name behind which `when` or a title and `when` follows, with `otherwise`, and on a line of its own with a name and a title.
pub(super) fn labels(text: &str, tokens: &[Token]) -> Option<Labels> {
    let own: Vec<usize> = (0..tokens.len())
        .filter(|index| !is_between(tokens[*index].kind))
        .collect();
    let first = *own.first()?;
    if !tokens[first].text(text).eq_ignore_ascii_case("classify") {
        return None;
    }
    let brace = own
        .iter()
        .position(|index| tokens[*index].kind == TokenKind::OpenBrace)?;
    let line = Line { text, tokens, own };
    let mut starts: Vec<(usize, Option<usize>)> = Vec::new();
    let (mut depth, mut at) = (0usize, brace + 1);
    let mut close = None;
    while at < line.own.len() {
        match line.kind(at) {
            Some(TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace) => {
                depth += 1;
            }
            Some(TokenKind::CloseBrace) if depth == 0 => {
                close = Some(at);
                break;
            }
            Some(TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace) => {
                depth = depth.saturating_sub(1);
            }
            _ if depth == 0 => {
                if let Some((when, next)) = line.beginning(at, at == brace + 1) {
                    starts.push((at, when));
                    at = next;
                    continue;
                }
                if starts.is_empty() {
                    starts.push((at, None));
                }
            }
            _ => {}
        }
        at += 1;
    }
    let end = close.unwrap_or(line.own.len());
    let mut all = Vec::with_capacity(starts.len());
    for (place, (start, when)) in starts.iter().enumerate() {
        let next = starts.get(place + 1).map_or(end, |(next, _)| *next);
        all.push(Stretch {
            tokens: line.own[*start]..line.own[next - 1] + 1,
            when: when.map(|when| line.own[when]),
        });
    }
    Some(Labels {
        open: line.own[brace],
        close: close.map_or(tokens.len(), |close| line.own[close]),
        all,
    })
}

/// The tokens without blanks and comments.
struct Line<'t> {
    text: &'t str,
    tokens: &'t [Token],
    own: Vec<usize>,
}

impl Line<'_> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.own.get(at).map(|index| self.tokens[*index].kind)
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        self.kind(at) == Some(TokenKind::Word)
            && self.tokens[self.own[at]]
                .text(self.text)
                .eq_ignore_ascii_case(word)
    }

    fn is_name(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(TokenKind::QuotedName) => true,
            Some(TokenKind::Word) => !words::is_reserved(self.tokens[self.own[at]].text(self.text)),
            _ => false,
        }
    }

    fn is_title(&self, at: usize) -> bool {
        matches!(
            self.kind(at),
            Some(
                TokenKind::Text
                    | TokenKind::OpenText
                    | TokenKind::SingleQuoted
                    | TokenKind::CurlyQuoted
            )
        )
    }

    fn begins_line(&self, at: usize) -> bool {
        let from = match at.checked_sub(1) {
            Some(before) => self.own[before] + 1,
            None => return true,
        };
        self.tokens[from..self.own[at]]
            .iter()
            .any(|token| token.text(self.text).contains('\n'))
    }

    /// Whether something must follow the token before, so that a name that stands here belongs to it.
    fn is_asked_for(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        match self.kind(before) {
            Some(TokenKind::Word) => {
                let word = self.tokens[self.own[before]].text(self.text);
                words::is_reserved(word)
                    && !["true", "false", "now", "missing"]
                        .iter()
                        .any(|value| value.eq_ignore_ascii_case(word))
            }
            Some(
                TokenKind::QuotedName
                | TokenKind::Text
                | TokenKind::OpenText
                | TokenKind::SingleQuoted
                | TokenKind::CurlyQuoted
                | TokenKind::Number
                | TokenKind::Percent
                | TokenKind::Moment
                | TokenKind::ForeignDate
                | TokenKind::Comma
                | TokenKind::CloseParenthesis
                | TokenKind::CloseBracket
                | TokenKind::CloseBrace,
            ) => false,
            _ => true,
        }
    }

    /// Whether a label begins here: where its `when` stands, and where to look on.
    fn beginning(&self, at: usize, is_first: bool) -> Option<(Option<usize>, usize)> {
        if !is_first && self.is_asked_for(at) {
            return None;
        }
        if self.is_name(at) {
            if self.is_word(at + 1, "when") {
                return Some((Some(at + 1), at + 2));
            }
            if self.is_title(at + 1) && self.is_word(at + 2, "when") {
                return Some((Some(at + 2), at + 3));
            }
        }
        // A reserved word is told not to be one.
        if self.kind(at) == Some(TokenKind::Word) && self.begins_line(at) {
            if self.is_title(at + 1) && self.is_word(at + 2, "when") {
                return Some((Some(at + 2), at + 3));
            }
            if self.is_word(at, "missing") && self.is_word(at + 1, "when") {
                return Some((Some(at + 1), at + 2));
            }
        }
        let is_rest = self.is_word(at, "otherwise")
            && (self.is_name(at + 1)
                || self.kind(at + 1) == Some(TokenKind::Word) && self.begins_line(at));
        if is_rest {
            let next = at + 2;
            return Some((None, next + usize::from(self.is_title(next))));
        }
        let is_head = self.is_name(at) && self.is_title(at + 1) && self.begins_line(at);
        is_head.then_some((None, at + 2))
    }
}

#[cfg(test)]
mod tests {
    use super::super::token;
    use super::*;

    fn cut(text: &str) -> Vec<(String, bool)> {
        let tokens = token::tokens(text);
        let labels = labels(text, &tokens).expect("a classification");
        labels
            .all
            .iter()
            .map(|stretch| {
                let first = tokens[stretch.tokens.start].start as usize;
                let last = tokens[stretch.tokens.end - 1].end as usize;
                (text[first..last].to_owned(), stretch.when.is_some())
            })
            .collect()
    }

    #[test]
    fn labels_are_found_on_one_line_and_on_many() {
        let one =
            "classify j { new when a AND b old \"Old\" when (c when d) otherwise rest \"R\" }";
        let many = one
            .replace("old", "\n  old")
            .replace("otherwise", "-- who is left\n otherwise");
        for text in [one, &many] {
            let found = cut(text);
            let found: Vec<(&str, bool)> = found
                .iter()
                .map(|(text, when)| (text.as_str(), *when))
                .collect();
            assert_eq!(
                found,
                [
                    ("new when a AND b", true),
                    ("old \"Old\" when (c when d)", true),
                    ("otherwise rest \"R\"", false),
                ]
            );
        }
    }

    #[test]
    fn a_field_may_be_called_like_the_words() {
        let found =
            cut("classify j { new when when AND x = otherwise OR when > 1 otherwise when }");
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].0, "new when when AND x = otherwise OR when > 1");
    }

    #[test]
    fn a_label_whose_when_is_left_out_stands_alone() {
        let found = cut("classify j {\n a \"A\" x > 1\n b \"B\" when y\n c \"C\" z\n}");
        assert_eq!(
            found,
            [
                ("a \"A\" x > 1".to_owned(), false),
                ("b \"B\" when y".to_owned(), true),
                ("c \"C\" z".to_owned(), false),
            ]
        );
    }
}
