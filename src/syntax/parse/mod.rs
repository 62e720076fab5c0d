//! Reads the grammar's pairs into the tree; nothing else sees them. What the grammar takes generously is judged here, in plain words.

mod condition;
mod cursor;
mod definition;
mod expectation;
mod literal;
mod primary;
mod tail;

use super::ast::{Expression, ExpressionKind, ItemKind};
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
#[derive(Debug)]
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
            diagnostics: Vec::new(),
        }
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let (span, written) = (pair.as_span(), pair.as_str());
        // A rule whose last part may be left out has eaten the blanks and comments before that part.
        let is_exact = written
            .as_bytes()
            .last()
            .is_some_and(|byte| *byte > b' ' || *byte == 0)
            && !written.contains("--");
        let end = if is_exact {
            span.end()
        } else {
            last_end(pair.clone())
        };
        self.place(span.start(), end)
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

/// Reads a stretch whose tree may be `depth` levels deep where the stack is large enough for it.
pub(super) fn with_stack<T: Send>(depth: usize, read: impl Fn() -> T + Sync) -> T {
    if depth <= SHALLOW {
        return read();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(DEEP_STACK);
        let spawned = thread.spawn_scoped(scope, &read).ok();
        // Without another thread, or if it came to grief, the grammar's own guard ends what is too deep.
        spawned
            .and_then(|spawned| spawned.join().ok())
            .unwrap_or_else(&read)
    })
}
