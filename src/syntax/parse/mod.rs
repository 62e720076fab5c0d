//! Reads the grammar's pairs into the tree; nothing else sees them. What the grammar takes generously is judged here, in plain words.

mod annotation;
mod as_of;
mod choice;
mod classification;
mod condition;
mod cursor;
mod definition;
mod events;
mod expectation;
mod like;
mod literal;
mod population;
mod primary;
mod split;
mod tail;
mod test;
mod window;

use super::ast::{
    Annotation, Expectation as Expected, Expression, ExpressionKind, ItemKind, TestLine,
};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Span};
use cursor::Cursor;
pub(super) use expectation::Expectation;
use pest::Parser;
use pest::iterators::Pair;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/segql.pest"]
struct Grammar;

/// Where reading stopped and what could have stood there.
#[derive(Debug, Default)]
pub(super) struct Stop {
    /// Bytes from the beginning of the stretch that was read.
    pub offset: usize,
    pub expected: Expectation,
}

/// One stretch of a text on its way from pairs to tree.
struct Reader<'t> {
    source: SourceId,
    /// Where in the source the stretch begins.
    base: usize,
    text: &'t str,
    /// There may be comments in it.
    has_comments: bool,
    diagnostics: Vec<Diagnostic>,
}

/// Reads the stretch that begins at `base` of a source as one definition.
pub(super) fn definition(
    source: SourceId,
    base: usize,
    text: &str,
) -> Result<(ItemKind, Vec<Diagnostic>), Stop> {
    let mut pairs = Grammar::parse(Rule::one_definition, text).map_err(stop)?;
    let mut reader = Reader::new(source, base, text);
    let kind = match inner(pairs.next()) {
        Some(pair) => reader.definition(pair),
        None => ItemKind::Hole { name: None },
    };
    Ok((kind, reader.diagnostics))
}

/// Reads the stretch that begins at `base` of a source as one line of a test.
pub(super) fn test_line(
    source: SourceId,
    base: usize,
    text: &str,
) -> Result<(Option<TestLine>, Vec<Diagnostic>), Stop> {
    let mut pairs = Grammar::parse(Rule::one_test_line, text).map_err(stop)?;
    let mut reader = Reader::new(source, base, text);
    let line = inner(pairs.next()).and_then(|pair| reader.test_line(pair));
    Ok((line, reader.diagnostics))
}

/// Reads the stretch that begins at `base` of a source as one expectation of a test.
pub(super) fn expectation(
    source: SourceId,
    base: usize,
    text: &str,
) -> Result<(Option<Expected>, Vec<Diagnostic>), Stop> {
    let mut pairs = Grammar::parse(Rule::one_expectation, text).map_err(stop)?;
    let mut reader = Reader::new(source, base, text);
    let expectation = inner(pairs.next()).and_then(|pair| reader.expectation(pair));
    Ok((expectation, reader.diagnostics))
}

/// Reads the stretch that begins at `base` of a source as one condition or value.
pub(super) fn condition(
    source: SourceId,
    base: usize,
    text: &str,
) -> Result<(Expression, Vec<Diagnostic>), Stop> {
    let mut pairs = Grammar::parse(Rule::one_condition, text).map_err(stop)?;
    let mut reader = Reader::new(source, base, text);
    let expression = match inner(pairs.next()) {
        Some(pair) => reader.condition(pair),
        None => reader.hole(0, text.len()),
    };
    Ok((expression, reader.diagnostics))
}

/// Reads the stretch that begins at `base` of a source as annotations.
pub(super) fn annotations(
    source: SourceId,
    base: usize,
    text: &str,
) -> Result<(Vec<Annotation>, Vec<Diagnostic>), Stop> {
    let mut pairs = Grammar::parse(Rule::annotations, text).map_err(stop)?;
    let mut reader = Reader::new(source, base, text);
    let found = pairs.next().map(|pair| reader.annotations(pair));
    Ok((found.unwrap_or_default(), reader.diagnostics))
}

/// Whether a stretch is one label of a classification.
pub(super) fn label(text: &str) -> Result<(), Stop> {
    Grammar::parse(Rule::one_label, text)
        .map(drop)
        .map_err(stop)
}

/// Whether the stretch that begins at `base` of a source can stand between two commas.
pub(super) fn argument(source: SourceId, base: usize, text: &str) -> Result<(), Stop> {
    let mut pairs = Grammar::parse(Rule::one_argument, text).map_err(stop)?;
    if let Some(pair) = inner(pairs.next()) {
        Reader::new(source, base, text).argument(pair);
    }
    Ok(())
}

/// The one child of an entry rule; the end of input is its other.
fn inner(pair: Option<Pair<'_, Rule>>) -> Option<Pair<'_, Rule>> {
    pair?.into_inner().next()
}

fn stop(error: pest::error::Error<Rule>) -> Stop {
    let offset = match error.location {
        pest::error::InputLocation::Pos(offset) => offset,
        pest::error::InputLocation::Span((offset, _)) => offset,
    };
    let expected = match error.variant {
        pest::error::ErrorVariant::ParsingError { positives, .. } => Expectation::of(&positives),
        pest::error::ErrorVariant::CustomError { .. } => Expectation::default(),
    };
    Stop { offset, expected }
}

impl<'t> Reader<'t> {
    fn new(source: SourceId, base: usize, text: &'t str) -> Self {
        Self {
            source,
            base,
            text,
            has_comments: text.contains("--"),
            diagnostics: Vec::new(),
        }
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let start = pair.as_span().start();
        // A rule whose last part may be left out has eaten the blanks and comments before that part.
        let end = match self.has_comments {
            true => last_end(pair.clone()),
            false => start + pair.as_str().trim_end_matches(is_blank).len(),
        };
        self.place(start, end)
    }

    /// A place in the source from offsets in the stretch.
    fn place(&self, start: usize, end: usize) -> Span {
        Span::new(
            self.source,
            (self.base + start) as u32,
            (self.base + end) as u32,
        )
    }

    /// What stands at a place of the source.
    fn written(&self, span: Span) -> &'t str {
        &self.text[span.start as usize - self.base..span.end as usize - self.base]
    }

    fn hole(&self, start: usize, end: usize) -> Expression {
        expression(self.place(start, end), ExpressionKind::Hole)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn cursor<'i>(&self, pair: Pair<'i, Rule>) -> Cursor<'i> {
        Cursor::new(pair.into_inner())
    }
}

/// What the grammar takes for a blank.
fn is_blank(character: char) -> bool {
    ('\t'..=' ').contains(&character)
}

/// Where the last terminal of a pair ends.
fn last_end(pair: Pair<'_, Rule>) -> usize {
    let end = pair.as_span().end();
    pair.into_inner().last().map_or(end, last_end)
}

fn expression(span: Span, kind: ExpressionKind) -> Expression {
    Expression {
        span,
        kind: Box::new(kind),
    }
}

/// Up to this depth of the tree the stack of any thread will do.
const SHALLOW: usize = 24;
/// Bytes of stack for the deepest tree that the limits admit, without optimisation.
const DEEP_STACK: usize = 64 << 20;

/// Reads a stretch whose tree may be `depth` levels deep where the stack is large enough for it: nothing looks at the stack while it is read.
pub(super) fn with_stack<T: Send>(
    depth: usize,
    read: impl Fn() -> Result<T, Stop> + Sync,
) -> Result<T, Stop> {
    if depth <= SHALLOW {
        return read();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(DEEP_STACK);
        let spawned = thread.spawn_scoped(scope, &read).ok();
        // Where no such thread can be had, what is deep is refused.
        spawned
            .and_then(|spawned| spawned.join().ok())
            .unwrap_or_else(|| Err(Stop::default()))
    })
}

#[cfg(test)]
mod tests {
    //! The grammar and the tokens see the same borders.

    use super::super::token::{TokenKind, tokens};
    use super::*;
    use std::collections::HashSet;

    const TEXTS: [&str; 9] = [
        include_str!("../../../tests/stages/ast/brackets.seg"),
        include_str!("../../../tests/stages/ast/classifications.seg"),
        include_str!("../../../tests/stages/ast/definitions.seg"),
        include_str!("../../../tests/stages/ast/precedence.seg"),
        include_str!("../../../tests/stages/ast/questions.seg"),
        include_str!("../../../tests/stages/ast/tests.seg"),
        include_str!("../../../tests/stages/ast/windows.seg"),
        include_str!("../../../tests/stages/format/classifications.seg"),
        include_str!("../../../tests/stages/format/torture.seg"),
    ];

    #[test]
    fn a_whole_text_is_a_file_of_the_grammar() {
        for text in TEXTS {
            let definitions = Grammar::parse(Rule::file, text)
                .unwrap_or_else(|error| panic!("{error}"))
                .flatten()
                .filter(|pair| {
                    matches!(
                        pair.as_rule(),
                        Rule::use_definition
                            | Rule::let_definition
                            | Rule::segment_definition
                            | Rule::test_definition
                            | Rule::classify_definition
                            | Rule::split_definition
                    )
                })
                .count();
            let pieces = super::super::items::split(text, &tokens(text)).len();
            assert_eq!(definitions, pieces, "{text}");
        }
    }

    #[test]
    fn borders_of_terminals_are_borders_of_tokens() {
        for text in TEXTS {
            let cut = tokens(text);
            let starts: HashSet<usize> = cut.iter().map(|token| token.start as usize).collect();
            let ends: HashSet<usize> = cut.iter().map(|token| token.end as usize).collect();
            let pairs = Grammar::parse(Rule::file, text).unwrap_or_else(|error| panic!("{error}"));
            let mut terminals = 0;
            for pair in pairs.flatten() {
                let span = pair.as_span();
                if pair.clone().into_inner().next().is_some() || span.start() == span.end() {
                    continue;
                }
                terminals += 1;
                let written = pair.as_str();
                assert!(
                    starts.contains(&span.start()),
                    "{written:?} begins in a token"
                );
                assert!(ends.contains(&span.end()), "{written:?} ends in a token");
            }
            assert!(terminals > 10);
        }
    }

    #[test]
    fn a_literal_is_one_token() {
        let literals = [
            ("42", TokenKind::Number),
            ("1_000_000", TokenKind::Number),
            ("3.50", TokenKind::Number),
            ("\"BE \\\" -- \\\\\"", TokenKind::Text),
            ("\"\"", TokenKind::Text),
            ("2026-11-22", TokenKind::Moment),
            ("2026-11-22T10:00", TokenKind::Moment),
            ("2026-11-22T10:00:30.123456789+01:00", TokenKind::Moment),
            ("2026-11-22t10:00z", TokenKind::Moment),
            ("2025-11", TokenKind::Moment),
            ("2025-Q4", TokenKind::Moment),
            ("2025-w47", TokenKind::Moment),
            ("`last seen`", TokenKind::QuotedName),
            ("région_2", TokenKind::Word),
        ];
        for (written, kind) in literals {
            let cut = tokens(written);
            assert_eq!(cut.len(), 1, "{written}");
            assert_eq!(cut[0].kind, kind, "{written}");
            assert!(condition(SourceId(0), 0, written).is_ok(), "{written}");
        }
    }

    #[test]
    fn literals_are_worth_what_they_say() {
        let value = |written: &str| {
            let (expression, diagnostics) =
                condition(SourceId(0), 0, written).unwrap_or_else(|stop| panic!("{stop:?}"));
            let codes: Vec<_> = diagnostics.iter().map(|one| one.code.0).collect();
            (format!("{:?}", expression.kind), codes)
        };
        let good = |written: &str, part: &str| {
            let (printed, codes) = value(written);
            assert!(printed.contains(part), "{written}: {printed}");
            assert_eq!(codes, [""; 0], "{written}");
        };
        let bad = |written: &str, code: &str| {
            let (printed, codes) = value(written);
            assert!(printed.contains("Hole"), "{written}: {printed}");
            assert_eq!(codes, [code], "{written}");
        };
        good("007", "mantissa: 7, scale: 0");
        good("0.10", "mantissa: 10, scale: 2");
        good(&"9".repeat(38), &"9".repeat(38));
        good(&format!("000{}", "9".repeat(38)), &"9".repeat(38));
        bad(&"9".repeat(39), "E0603");
        bad(&format!("0.{}", "0".repeat(39)), "E0603");
        good("\"a\\n\\t\\u{1F600}\\\\\"", "a\\n\\t😀\\\\");
        good("2024-02-29", "2024-02-29");
        bad("2025-02-29", "E0401");
        bad("2025-00-10", "E0401");
        bad("2025-04-31", "E0401");
        good("0000-01-01", "0000-01-01");
        bad("2025-04-30T24:00", "E0402");
        bad("2025-04-30T10:60", "E0402");
        bad("2025-04-30T10:00:60", "E0402");
        bad("2025-04-30T10:00:00.1234567890", "E0402");
        bad("2025-04-30T10:00+19:00", "E0402");
        good("2025-04-30T10:00-18:00", "-18:00");
        bad("2025-13", "E0407");
        bad("2025-Q0", "E0407");
        bad("2025-W00", "E0407");
        good("2026-W53", "week: 53");
        bad("2025-W53", "E0407");
    }
}
