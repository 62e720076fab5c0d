//! Colours for the shell and for pages: what each stretch of a text is, on broken text as well, from the tokens alone.

use super::items;
use super::token::{self, Token, TokenKind};
use super::words;
use std::ops::Range;

/// What a stretch of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// A word of the language.
    Keyword,
    /// A field, a definition, a parameter.
    Name,
    /// A name with a bracket behind it.
    Function,
    /// `42`, `30%`, `90 days`
    Number,
    /// `2026-11-22`, `2025-Q4`
    Date,
    Text,
    Comment,
    /// Signs and brackets.
    Operator,
    /// What can never be right.
    Fault,
}

/// The stretches of a text that have a style, in order; blanks have none.
pub fn highlight(text: &str) -> Vec<(Range<usize>, Style)> {
    let tokens = token::tokens(text);
    let mut styles = Vec::with_capacity(tokens.len() / 2);
    // The last token that was neither blank nor comment, with its style.
    let mut before: Option<(Token, Style)> = None;
    // Of a test or of a classification.
    let (mut braces, mut of_test) = (0usize, false);
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::OpenBrace => braces += 1,
            TokenKind::CloseBrace => braces = braces.saturating_sub(1),
            _ => {}
        }
        let style = match token.kind {
            TokenKind::Blank => continue,
            TokenKind::Comment => Style::Comment,
            TokenKind::Word => {
                let in_test = braces > 0 && of_test;
                let in_braces = braces > 0 && !of_test;
                word(text, &tokens, index, before, in_test, in_braces)
            }
            TokenKind::QuotedName => Style::Name,
            TokenKind::Number | TokenKind::Percent => Style::Number,
            TokenKind::Moment => Style::Date,
            TokenKind::Text => Style::Text,
            TokenKind::OpenParenthesis
            | TokenKind::CloseParenthesis
            | TokenKind::OpenBracket
            | TokenKind::CloseBracket
            | TokenKind::OpenBrace
            | TokenKind::CloseBrace
            | TokenKind::Comma
            | TokenKind::Colon
            | TokenKind::Dot
            | TokenKind::At
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
            | TokenKind::GreaterOrEqual => Style::Operator,
            TokenKind::ForeignOperator
            | TokenKind::ForeignBlank
            | TokenKind::CurlyQuoted
            | TokenKind::SingleQuoted
            | TokenKind::OpenText
            | TokenKind::OpenName
            | TokenKind::ForeignDate
            | TokenKind::Unknown => Style::Fault,
        };
        if braces == 0 && style == Style::Keyword {
            match token.text(text).to_ascii_lowercase().as_str() {
                "test" => of_test = true,
                "classify" => of_test = false,
                _ => {}
            }
        }
        styles.push((token.range(), style));
        if token.kind != TokenKind::Comment {
            before = Some((*token, style));
        }
    }
    styles
}

/// A word by its neighbours: most keywords are keywords only in their place.
fn word(
    text: &str,
    tokens: &[Token],
    index: usize,
    before: Option<(Token, Style)>,
    in_test: bool,
    in_braces: bool,
) -> Style {
    let written = tokens[index].text(text);
    let kind_before = before.map(|(token, _)| token.kind);
    if kind_before == Some(TokenKind::Dot) {
        return Style::Name;
    }
    if words::is_reserved(written) {
        return Style::Keyword;
    }
    let mut following = items::significant(&tokens[index + 1..]);
    let next = following.next();
    let next_kind = next.map(|token| token.kind);
    let word_before = before.map_or("", |(token, _)| token.text(text));
    let after_keyword = |words: &[&str]| {
        before.is_some_and(|(_, style)| style == Style::Keyword)
            && words
                .iter()
                .any(|word| word.eq_ignore_ascii_case(word_before))
    };
    // Behind a value a word asks something; behind anything else it is one.
    let after_value = before.is_some_and(|(token, style)| match style {
        Style::Name | Style::Number | Style::Date | Style::Text => true,
        Style::Keyword => ["now", "ago", "missing", "known", "true", "false"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(word_before)),
        Style::Operator => matches!(
            token.kind,
            TokenKind::CloseParenthesis | TokenKind::CloseBracket
        ),
        Style::Function | Style::Comment | Style::Fault => false,
    });
    let lower = written.to_ascii_lowercase();
    let line_start = index == 0 || {
        let gap = tokens[index - 1];
        gap.kind == TokenKind::Blank && (gap.start == 0 || gap.text(text).contains('\n'))
    };
    let names_something = matches!(
        next_kind,
        Some(TokenKind::Word | TokenKind::QuotedName | TokenKind::Text)
    );
    let is_keyword = match lower.as_str() {
        "use" | "let" | "segment" | "classify" | "split" if !in_test => {
            line_start && names_something
        }
        "test" => line_start && next_kind == Some(TokenKind::Text),
        "expect" if in_test => line_start,
        "contact" if in_test && line_start => names_something,
        "contact" | "contacts" if in_test => {
            kind_before == Some(TokenKind::Number) || word_before.eq_ignore_ascii_case("no")
        }
        "list" if in_test && line_start => next_kind == Some(TokenKind::Text),
        "only" if in_test => after_keyword(&["expect"]) || kind_before == Some(TokenKind::Comma),
        "no" if in_test => after_keyword(&["expect"]) || kind_before == Some(TokenKind::Comma),
        "at" if in_test && next_kind == Some(TokenKind::Moment) => true,
        "salt" if !in_test => next_kind == Some(TokenKind::Text),
        "exact" if !in_test => {
            let next = next.map_or("", |token| token.text(text));
            after_value
                && ["per", "salt", "{"]
                    .iter()
                    .any(|word| word.eq_ignore_ascii_case(next))
        }
        // In the braces of a classification, behind a name or a title.
        "when" if !in_test => {
            (after_value || kind_before == Some(TokenKind::Text)) && next.is_some() && in_braces
        }
        "otherwise" if !in_test => names_something && in_braces,
        "second" | "seconds" | "minute" | "minutes" | "hour" | "hours" | "day" | "days"
        | "week" | "weeks" | "month" | "months" | "quarter" | "quarters" | "year" | "years" => {
            kind_before == Some(TokenKind::Number)
                && before.is_some_and(|(_, style)| style == Style::Number)
                || after_keyword(&["full", "calendar", "this", "last"])
        }
        "km" | "m" | "mile" | "miles" => {
            kind_before == Some(TokenKind::Number)
                && before.is_some_and(|(_, style)| style == Style::Number)
        }
        "calendar" | "full" => kind_before == Some(TokenKind::Number),
        "ago" => after_keyword(&[
            "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years",
            "second", "minute", "hour", "day", "week", "month", "quarter", "year",
        ]),
        "last" | "next" => after_keyword(&["in", "during"]),
        "this" | "today" | "yesterday" => after_keyword(&["during"]),
        "known" => after_keyword(&["is", "not"]),
        "with" => after_keyword(&["starts", "ends"]),
        "case" => after_keyword(&["ignoring"]),
        "everyone" => after_keyword(&["among"]),
        "by" => {
            let is_glued =
                (tokens.get(index + 1)).is_some_and(|next| next.kind != TokenKind::Blank);
            kind_before == Some(TokenKind::Comma)
                && next_kind == Some(TokenKind::OpenParenthesis)
                && !is_glued
        }
        "from" | "confidence" | "support" => {
            kind_before == Some(TokenKind::Comma) && next_kind == Some(TokenKind::Number)
        }
        "all" => after_keyword(&["has"]),
        "starts" | "ends" | "contains" | "matches" | "over" | "within" | "during" | "ignoring" => {
            after_value
        }
        "before" | "after" => {
            after_value || after_keyword(&["days", "weeks", "hours", "months", "years"])
        }
        "distinct" => kind_before == Some(TokenKind::OpenParenthesis) && names_something,
        "list" => {
            kind_before == Some(TokenKind::Colon)
                || next_kind == Some(TokenKind::Text) && after_keyword(&["in"])
        }
        "least" | "most" => {
            word_before.eq_ignore_ascii_case("at") && next_kind == Some(TokenKind::Number)
        }
        "than" => next_kind == Some(TokenKind::Number),
        "exactly" => next_kind == Some(TokenKind::Number),
        "at" | "more" | "fewer" => {
            let next = next.map_or("", |token| token.text(text));
            !after_value
                && ["least", "most", "than"]
                    .iter()
                    .any(|word| word.eq_ignore_ascii_case(next))
        }
        _ => false,
    };
    if is_keyword {
        return Style::Keyword;
    }
    // In a test, what stands in parentheses behind a contact or an event is what is known of it.
    let is_given = in_test && (line_start || after_keyword(&["contact"]));
    if next_kind == Some(TokenKind::OpenParenthesis) && !after_value && !is_given {
        return Style::Function;
    }
    Style::Name
}
