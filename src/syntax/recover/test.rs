//! Reads tests: a line that is broken loses only itself, and of several expectations of a line only those that are broken are lost.

use super::{ItemKind, Stretch, parse, significant};
use crate::source::Span;
use crate::syntax::ast::Test;
use crate::syntax::parse::Stop;
use crate::syntax::stop::{self, Place};
use crate::syntax::token::TokenKind;
use crate::syntax::{errors, words};
use std::ops::Range;

impl Stretch<'_> {
    /// Whether the piece is a test.
    pub(super) fn is_test(&self) -> bool {
        significant(self.tokens)
            .next()
            .is_some_and(|first| first.text(self.written).eq_ignore_ascii_case("test"))
    }

    pub(super) fn test(&mut self) -> ItemKind {
        let mut is_whole = true;
        let mut read = self.parse_definition();
        if let Err(stop) = &read {
            let Some(inside) = self.inside_of_braces() else {
                self.headless(stop);
                return ItemKind::Hole { name: None };
            };
            let in_head = self
                .tokens
                .get(inside.start)
                .is_none_or(|first| self.base + stop.offset < first.start as usize);
            if in_head {
                self.headless(stop);
                // What stands in the braces is looked at as well.
                let _ = self.lines(inside);
                return ItemKind::Hole { name: None };
            }
            is_whole = !self.lines(inside);
            read = self.parse_definition();
        }
        match read {
            Ok((kind, found)) => {
                self.accept(found);
                match kind {
                    ItemKind::Test(test) => ItemKind::Test(Test {
                        is_whole: test.is_whole && is_whole && self.faults.is_empty(),
                        ..test
                    }),
                    other => other,
                }
            }
            Err(stop) => {
                self.report_unless_told(&stop, 0..self.tokens.len(), self.base);
                ItemKind::Hole { name: None }
            }
        }
    }

    /// Tells what is wrong with the head.
    fn headless(&mut self, stop: &Stop) {
        let at = self.base + stop.offset;
        let before = self
            .tokens
            .iter()
            .filter(|token| (token.start as usize) < at);
        let last = significant_last(before);
        let head = match (significant(self.tokens).next(), last) {
            (Some(first), Some(last)) => Span::new(self.source, first.start, last),
            _ => return,
        };
        if self.is_unbalanced || self.faults.iter().any(|fault| fault.start < head.end) {
            return;
        }
        self.diagnostics.push(errors::test_without_braces(head));
    }

    /// The tokens between the braces.
    fn inside_of_braces(&self) -> Option<Range<usize>> {
        let is = |kind: TokenKind| move |token: &crate::syntax::token::Token| token.kind == kind;
        let open = self.tokens.iter().position(is(TokenKind::OpenBrace))?;
        let close = self.tokens.iter().rposition(is(TokenKind::CloseBrace));
        let close = close.unwrap_or(self.tokens.len());
        (open < close).then_some(open + 1..close)
    }

    /// Looks at each line, tells what is wrong with it and blanks what could not be read; whether anything was lost.
    fn lines(&mut self, inside: Range<usize>) -> bool {
        let mut lost = false;
        for line in self.cut_lines(inside) {
            let Some(span) = self.span_of(&line) else {
                continue;
            };
            let Err(stop) = self.parse_line(span) else {
                continue;
            };
            lost = true;
            let first = significant(&self.tokens[line.clone()]).next().copied();
            let is_expect = first.is_some_and(|first| {
                first.kind == TokenKind::Word
                    && first.text(self.written).eq_ignore_ascii_case("expect")
            });
            if is_expect && self.expectations(line.clone()) {
                continue;
            }
            self.tell_line(&stop, line, span, false);
            self.overwrite(span, b' ');
            self.faults.push(span);
        }
        lost
    }

    /// Blanks the expectations of a line that cannot be read; whether what is left can be.
    fn expectations(&mut self, line: Range<usize>) -> bool {
        let (mut depth, mut start) = (0usize, None);
        let mut parts = Vec::new();
        for index in line.clone() {
            let kind = self.tokens[index].kind;
            match kind {
                TokenKind::OpenParenthesis | TokenKind::OpenBracket => depth += 1,
                TokenKind::CloseParenthesis | TokenKind::CloseBracket => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            match start {
                // Behind the word `expect`.
                None => {
                    if kind == TokenKind::Word {
                        start = Some(index + 1);
                    }
                }
                Some(from) if kind == TokenKind::Comma && depth == 0 => {
                    parts.push((from..index, Some(index)));
                    start = Some(index + 1);
                }
                Some(_) => {}
            }
        }
        parts.push((start.unwrap_or(line.end)..line.end, None));
        let mut faulty = Vec::new();
        for (part, comma) in parts {
            let Some(span) = self.span_of(&part) else {
                continue;
            };
            let text = &self.text[span.start as usize - self.base..span.end as usize - self.base];
            let (source, depth) = (self.source, self.depth);
            let read = parse::with_stack(depth, || {
                parse::expectation(source, span.start as usize, text)
            });
            if let Err(stop) = read {
                self.tell_line(&stop, part.clone(), span, true);
                faulty.push((span, comma));
            }
        }
        if faulty.is_empty() {
            return false;
        }
        for (span, comma) in faulty {
            self.overwrite(span, b' ');
            self.faults.push(span);
            if let Some(comma) = comma {
                let comma = self.tokens[comma];
                self.overwrite(Span::new(self.source, comma.start, comma.end), b' ');
            }
        }
        let Some(whole) = self.span_of(&line) else {
            return true;
        };
        if self.parse_line(whole).is_err() {
            self.overwrite(whole, b' ');
        }
        true
    }

    fn parse_line(&self, span: Span) -> Result<(), Stop> {
        let text = &self.text[span.start as usize - self.base..span.end as usize - self.base];
        parse::with_stack(self.depth, || {
            parse::test_line(self.source, span.start as usize, text).map(|_| ())
        })
    }

    /// Tells why a line, or an expectation, cannot be read.
    fn tell_line(&mut self, stop: &Stop, line: Range<usize>, span: Span, is_expectation: bool) {
        let inside = |fault: &Span| span.start <= fault.start && fault.end <= span.end;
        if self.is_unbalanced || self.faults.iter().any(inside) {
            return;
        }
        let place = Place {
            text: self.written,
            tokens: self.tokens,
            source: self.source,
        };
        let at = span.start as usize + stop.offset;
        let found = (line.clone())
            .find(|index| {
                self.tokens[*index].start as usize >= at
                    && !super::items::is_between(self.tokens[*index].kind)
            })
            .map(|index| (place.span(index), format!("`{}`", place.written(index))));
        let end = Span::new(span.source, span.end, span.end);
        let (where_, found) = found.unwrap_or_else(|| (end, "the end of the line".into()));
        // A value that is written in the way of elsewhere is answered as it is in conditions.
        let told = stop::explain(&place, line, at, stop);
        let is_of_values = ["E00", "E04", "E06"]
            .iter()
            .any(|of| told.code.0.starts_with(of));
        if is_of_values {
            self.diagnostics.push(told);
            return;
        }
        let expected = stop.expected.line_of_a_test(match is_expectation {
            true => "who is in what, or a value of a contact",
            false => "another line",
        });
        self.diagnostics.push(match is_expectation {
            true => errors::no_expectation(&expected, &found, where_),
            false => errors::no_line_of_a_test(&expected, &found, where_),
        });
    }

    /// The lines between the braces: one begins with the first word of a line of the text, outside of parentheses and not behind a comma, unless it is
    /// one that goes on with the line before.
    fn cut_lines(&self, inside: Range<usize>) -> Vec<Range<usize>> {
        let mut starts: Vec<usize> = Vec::new();
        let (mut depth, mut is_first, mut after_comma) = (0usize, true, false);
        for index in inside.clone() {
            let token = self.tokens[index];
            if super::items::is_between(token.kind) {
                is_first |= token.text(self.written).contains('\n');
                continue;
            }
            let goes_on = match token.kind {
                TokenKind::Word => {
                    let word = token.text(self.written);
                    words::is_reserved(word) || word.eq_ignore_ascii_case("at")
                }
                TokenKind::QuotedName => false,
                _ => !starts.is_empty(),
            };
            if starts.is_empty() || is_first && depth == 0 && !after_comma && !goes_on {
                starts.push(index);
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
            is_first = false;
            after_comma = token.kind == TokenKind::Comma;
        }
        let ends = starts.iter().skip(1).copied().chain([inside.end]);
        starts
            .iter()
            .zip(ends)
            .map(|(start, end)| *start..end)
            .collect()
    }
}

/// Where the last of these tokens ends that is neither blank nor comment.
fn significant_last<'a>(
    tokens: impl Iterator<Item = &'a crate::syntax::token::Token>,
) -> Option<u32> {
    tokens
        .filter(|token| !super::items::is_between(token.kind))
        .last()
        .map(|token| token.end)
}
