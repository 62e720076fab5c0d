//! From text to tree: tokens, grammar, recovery, and back to text.
//!
//! Parsing is total: it gives a tree, with holes where the text could not be read, and every fault of the text at once.

mod arms;
pub mod ast;
mod brackets;
mod complete;
mod errors;
mod format;
mod habits;
mod heads;
mod highlight;
mod items;
mod label_errors;
mod labels;
mod left_out;
mod lexical;
pub mod limits;
mod parse;
mod recover;
mod side_by_side;
mod slips;
mod stop;
mod token;
pub mod words;

pub use complete::is_complete;
pub use format::format;
pub use highlight::{Style, highlight};
pub use token::{Token, TokenKind, tokens};

use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Sources};
use std::num::NonZero;

/// A text that was read: its tree and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub module: ast::Module,
    /// In the order of their places.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text. A definition that cannot be read is a hole; the others are whole.
pub fn parse(sources: &Sources, id: SourceId) -> Parsed {
    parse_on(NonZero::<usize>::MIN, sources, id)
}

/// The same on so many threads at most, where the text is long enough for them.
pub fn parse_on(threads: NonZero<usize>, sources: &Sources, id: SourceId) -> Parsed {
    recover::module(&sources.get(id).text, id, threads)
}

/// Reads a condition or value that stands alone, as in a one-liner or a line of the shell.
pub fn parse_condition(sources: &Sources, id: SourceId) -> (ast::Expression, Vec<Diagnostic>) {
    recover::condition(&sources.get(id).text, id)
}

/// The date, as this language writes it, that is meant by one as other places write them (`22/11/2026`); none where day and month can be
/// taken for each other.
pub(crate) fn date_of_elsewhere(written: &str) -> Option<String> {
    errors::date_of(written)
}
