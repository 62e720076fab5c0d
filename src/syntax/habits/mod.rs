//! What people bring along from other languages and from speech, seen in the tokens of a text that could not be read: each habit is answered with
//! what to write here, and overwritten so that the rest is read as if it were right.

mod events;
mod phrases;
mod populations;
mod queries;
mod records;
mod spoken;

use super::items::is_between;
use super::token::{Token, TokenKind};
use super::words;
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Span};
use std::ops::Range;

/// A habit, and what stands in its place while the rest is read.
pub(super) struct Answer {
    pub diagnostic: Diagnostic,
    pub place: Span,
    pub filler: Filler,
}

pub(super) enum Filler {
    /// Nothing.
    Blank,
    /// A value or a condition that could not be read.
    Hole,
    /// Not longer than the place.
    Words(&'static str),
}

/// The habits in some tokens, of which `body` are the condition.
pub(super) fn answers(
    text: &str,
    tokens: &[Token],
    body: Range<usize>,
    source: SourceId,
) -> Vec<Answer> {
    let own: Vec<Token> = tokens[body]
        .iter()
        .copied()
        .filter(|token| !is_between(token.kind))
        .collect();
    let line = Line {
        text,
        tokens: own,
        source,
    };
    let mut answers = Vec::new();
    let mut at = 0;
    while at < line.tokens.len() {
        let found = HABITS.iter().find_map(|habit| habit(&line, at));
        match found {
            Some((answer, count)) => {
                answers.push(answer);
                at += count.max(1);
            }
            None => at += 1,
        }
    }
    answers
}

type Habit = fn(&Line, usize) -> Option<(Answer, usize)>;

const HABITS: [Habit; 42] = [
    populations::over,
    populations::behind,
    populations::top_percent,
    spoken::followed_by,
    events::did_not,
    spoken::no_events,
    spoken::for_a_time,
    spoken::since_a_day,
    spoken::times_in_words,
    spoken::number_of,
    spoken::days_since,
    spoken::times_without_did,
    spoken::every_period,
    spoken::comma_in_bracket,
    events::times_left_out,
    events::times_alone,
    events::chain_without_parentheses,
    queries::pattern,
    queries::select,
    queries::comment,
    queries::call_of_a_word,
    queries::interval,
    queries::case,
    queries::if_call,
    queries::count_of_all,
    phrases::values_behind_commas,
    phrases::size_in_words,
    phrases::one_of,
    phrases::does_not,
    phrases::range_in_words,
    phrases::list_in_brackets,
    phrases::field_in_brackets,
    phrases::unit_in_words,
    queries::method,
    phrases::colon,
    phrases::edge_in_words,
    records::where_behind_rows,
    records::word_of_number,
    records::word_as_method,
    records::key_in_braces,
    records::near_a_place,
    queries::connective,
];

/// The tokens of a condition without blanks and comments.
struct Line<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    source: SourceId,
}

impl Line<'_> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn written(&self, at: usize) -> &str {
        self.tokens
            .get(at)
            .map_or("", |token| token.text(self.text))
    }

    /// The word at a place in lower case; empty where there is none.
    fn word(&self, at: usize) -> String {
        match self.kind(at) {
            Some(TokenKind::Word) => self.written(at).to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    fn is(&self, at: usize, one_of: &[&str]) -> bool {
        one_of.contains(&self.word(at).as_str())
    }

    /// From one token to another, which belongs to it.
    fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.source, self.tokens[from].start, self.tokens[to].end)
    }

    fn between(&self, from: usize, to: usize) -> &str {
        &self.text[self.span(from, to).range()]
    }

    /// A condition begins here.
    fn begins(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| {
            matches!(
                self.kind(before),
                Some(TokenKind::OpenParenthesis | TokenKind::Comma)
            ) || self.is(before, &["and", "or", "not"])
                || matches!(self.written(before), "&&" | "&" | "||" | "|" | "!")
        })
    }

    /// A value may end here.
    fn ends_value(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(TokenKind::Word) => {
                !words::is_reserved(self.written(at)) || self.is(at, &["true", "false", "now"])
            }
            Some(
                TokenKind::QuotedName
                | TokenKind::Text
                | TokenKind::SingleQuoted
                | TokenKind::CurlyQuoted
                | TokenKind::Number
                | TokenKind::Moment
                | TokenKind::CloseParenthesis
                | TokenKind::Percent,
            ) => true,
            _ => false,
        }
    }

    /// Where the value that ends before `at` begins, where that is plain to see: a name, or a call of one.
    fn subject(&self, at: usize) -> Option<usize> {
        let last = at.checked_sub(1)?;
        let first = if self.kind(last) == Some(TokenKind::CloseParenthesis) {
            let mut depth = 0usize;
            let open = (0..=last).rev().find(|index| {
                match self.kind(*index) {
                    Some(TokenKind::CloseParenthesis) => depth += 1,
                    Some(TokenKind::OpenParenthesis) => depth -= 1,
                    _ => {}
                }
                depth == 0
            })?;
            match open.checked_sub(1) {
                Some(name) if self.kind(name) == Some(TokenKind::Word) => name,
                _ => open,
            }
        } else {
            last
        };
        (self.ends_value(last) && self.begins(first)).then_some(first)
    }

    /// The bracket that closes the one at a place.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        (open..self.tokens.len()).find(|index| {
            match self.kind(*index) {
                Some(
                    TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace,
                ) => depth += 1,
                Some(
                    TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace,
                ) => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })
    }

    /// What stands between commas at the depth of a bracket.
    fn arguments(&self, open: usize, close: usize) -> Vec<Range<usize>> {
        let (mut parts, mut start, mut depth) = (Vec::new(), open + 1, 0usize);
        for index in open + 1..close {
            match self.kind(index) {
                Some(TokenKind::OpenParenthesis) => depth += 1,
                Some(TokenKind::CloseParenthesis) => depth = depth.saturating_sub(1),
                Some(TokenKind::Comma) if depth == 0 => {
                    parts.push(start..index);
                    start = index + 1;
                }
                _ => {}
            }
        }
        parts.push(start..close);
        parts.retain(|part| !part.is_empty());
        parts
    }
}

fn answer(diagnostic: Diagnostic, place: Span, filler: Filler) -> Answer {
    Answer {
        diagnostic,
        place,
        filler,
    }
}
